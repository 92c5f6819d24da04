//! Which parameters make the data likeliest?
//!
//! All parameters of these models are positive, so the search walks their logarithms: BFGS until
//! the summit is near, then Newton's steps with the Hessian from differences of the gradient. The
//! same Hessian gives the standard errors.

/// A log-likelihood and its slopes at one point.
#[derive(Debug, Clone, Copy)]
pub struct Slope<const N: usize> {
    /// The log-likelihood.
    pub value: f64,
    /// Its derivative by each parameter.
    pub gradient: [f64; N],
}

/// Where a search ended.
#[derive(Debug, Clone)]
pub struct Fit<const N: usize> {
    /// The parameters.
    pub params: [f64; N],
    /// The log-likelihood there.
    pub log_likelihood: f64,
    /// Covariance of the parameters' logarithms, from the observed Hessian.
    pub covariance: Option<[[f64; N]; N]>,
    /// How often likelihood and gradient were computed.
    pub n_evaluations: u32,
    /// Whether the summit was reached: the Hessian is negative definite there, and a further
    /// step would gain less than `GAIN_MIN`.
    pub converged: bool,
}

/// A further step that gains less log-likelihood than this is not taken.
const GAIN_MIN: f64 = 1e-9;
/// BFGS hands over to Newton where its own estimate of the gain is below this.
const GAIN_NEAR: f64 = 1e-3;
const N_STEPS_MAX: usize = 200;
/// No parameter is multiplied or divided by more than e² in one step.
const STEP_MAX: f64 = 2.0;
/// Beyond these a parameter has run away: the data do not hold it.
const LN_BOUND: f64 = 16.0;
/// Step in a logarithm for differences of the gradient.
const DIFFERENCE: f64 = 1e-4;

type Point<const N: usize> = [f64; N];
type Square<const N: usize> = [[f64; N]; N];

struct Search<'a, const N: usize> {
    slope: &'a dyn Fn(&Point<N>) -> Slope<N>,
    n_evaluations: u32,
}

impl<const N: usize> Search<'_, N> {
    /// The negative log-likelihood and its slopes by the logarithms.
    fn at(&mut self, ln_params: &Point<N>) -> Slope<N> {
        self.n_evaluations += 1;
        let params = ln_params.map(f64::exp);
        let slope = (self.slope)(&params);
        let gradient = std::array::from_fn(|i| -slope.gradient[i] * params[i]);
        let value = if slope.value.is_nan() { f64::INFINITY } else { -slope.value };
        Slope { value, gradient }
    }

    fn hessian(&mut self, at: &Point<N>) -> Square<N> {
        let rows: Square<N> = std::array::from_fn(|i| {
            let (mut above, mut below) = (*at, *at);
            above[i] += DIFFERENCE;
            below[i] -= DIFFERENCE;
            let (above, below) = (self.at(&above), self.at(&below));
            std::array::from_fn(|j| (above.gradient[j] - below.gradient[j]) / (2.0 * DIFFERENCE))
        });
        std::array::from_fn(|i| std::array::from_fn(|j| f64::midpoint(rows[i][j], rows[j][i])))
    }

    /// Walks along `step`, halving it until the likelihood rises enough (Armijo).
    fn walk(
        &mut self,
        from: &Point<N>,
        here: &Slope<N>,
        step: &Point<N>,
    ) -> Option<(Point<N>, Slope<N>)> {
        let longest = step.iter().fold(0.0_f64, |longest, part| longest.max(part.abs()));
        let mut length = if longest > STEP_MAX { STEP_MAX / longest } else { 1.0 };
        let rise = dot(step, &here.gradient);
        for _ in 0..40 {
            let to: Point<N> = std::array::from_fn(|i| from[i] + length * step[i]);
            let there = self.at(&to);
            if there.value <= here.value + 1e-4 * length * rise {
                return Some((to, there));
            }
            length *= 0.5;
        }
        None
    }

    /// BFGS with the inverse Hessian kept whole: N is 2 to 4.
    fn climb(&mut self, start: Point<N>, mut inverse: Option<Square<N>>) -> (Point<N>, Slope<N>) {
        let (mut at, mut here) = (start, self.at(&start));
        for _ in 0..N_STEPS_MAX {
            let step = if let Some(inverse) = &inverse {
                times(inverse, &here.gradient).map(|part| -part)
            } else {
                // The first step is a tenth of an e-fold along the slope.
                let norm = dot(&here.gradient, &here.gradient).sqrt().max(f64::MIN_POSITIVE);
                here.gradient.map(|part| -0.1 * part / norm)
            };
            let gain = -dot(&step, &here.gradient) / 2.0;
            if inverse.is_some() && gain < GAIN_NEAR {
                break;
            }
            let Some((to, there)) = self.walk(&at, &here, &step) else { break };
            inverse = updated(inverse, &at, &here, &to, &there);
            (at, here) = (to, there);
        }
        (at, here)
    }
}

/// The BFGS update of the inverse Hessian; kept as it is where the curvature is not positive.
fn updated<const N: usize>(
    inverse: Option<Square<N>>,
    at: &Point<N>,
    here: &Slope<N>,
    to: &Point<N>,
    there: &Slope<N>,
) -> Option<Square<N>> {
    let s: Point<N> = std::array::from_fn(|i| to[i] - at[i]);
    let y: Point<N> = std::array::from_fn(|i| there.gradient[i] - here.gradient[i]);
    let curvature = dot(&s, &y);
    if curvature <= 1e-12 * dot(&y, &y).sqrt() * dot(&s, &s).sqrt() {
        return inverse;
    }
    let scale = curvature / dot(&y, &y);
    let old = inverse.unwrap_or_else(|| {
        std::array::from_fn(|i| std::array::from_fn(|j| if i == j { scale } else { 0.0 }))
    });
    let old_y = times(&old, &y);
    let factor = (1.0 + dot(&y, &old_y) / curvature) / curvature;
    Some(std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            old[i][j] + factor * s[i] * s[j] - (old_y[i] * s[j] + s[i] * old_y[j]) / curvature
        })
    }))
}

/// Finds the parameters with the greatest log-likelihood, beginning at `start`.
///
/// `slope` takes and differentiates by the parameters themselves; the logarithms are this
/// function's affair.
pub fn maximise<const N: usize>(start: [f64; N], slope: &dyn Fn(&[f64; N]) -> Slope<N>) -> Fit<N> {
    maximise_from(start, None, slope)
}

/// As `maximise`, with a guess at the covariance of the parameters' logarithms, which saves steps.
pub fn maximise_from<const N: usize>(
    start: [f64; N],
    covariance: Option<[[f64; N]; N]>,
    slope: &dyn Fn(&[f64; N]) -> Slope<N>,
) -> Fit<N> {
    let mut search = Search { slope, n_evaluations: 0 };
    let (mut at, mut here) = search.climb(start.map(f64::ln), covariance);
    let (mut converged, mut covariance) = (false, None);
    for _ in 0..20 {
        covariance = inverted(&search.hessian(&at));
        let Some(inverse) = &covariance else { break };
        // A Hessian serves for as many steps as still gain: near the summit it hardly changes.
        let mut gained = f64::INFINITY;
        for _ in 0..4 {
            let step = times(inverse, &here.gradient).map(|part| -part);
            let gain = -dot(&step, &here.gradient) / 2.0;
            converged = gain.abs() < GAIN_MIN.max(here.value.abs() * 1e-15);
            if converged || gain > gained * 0.1 {
                break;
            }
            gained = gain;
            let Some((to, there)) = search.walk(&at, &here, &step) else { break };
            (at, here) = (to, there);
        }
        if converged || gained.is_infinite() {
            break;
        }
    }
    let ran_away = at.iter().any(|ln_param| ln_param.abs() > LN_BOUND);
    Fit {
        params: at.map(f64::exp),
        log_likelihood: -here.value,
        covariance,
        n_evaluations: search.n_evaluations,
        converged: converged && covariance.is_some() && !ran_away,
    }
}

fn dot<const N: usize>(one: &Point<N>, other: &Point<N>) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn times<const N: usize>(square: &Square<N>, point: &Point<N>) -> Point<N> {
    std::array::from_fn(|i| dot(&square[i], point))
}

/// Inverts a positive definite matrix by Cholesky; `None` where it is none.
fn inverted<const N: usize>(square: &Square<N>) -> Option<Square<N>> {
    let mut lower = [[0.0; N]; N];
    for i in 0..N {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let rest = square[i][j] - sum;
            if i == j {
                // NaN fails this test too.
                if !(rest > 0.0 && rest.is_finite()) {
                    return None;
                }
                lower[i][i] = rest.sqrt();
            } else {
                lower[i][j] = rest / lower[j][j];
            }
        }
    }
    let columns: Square<N> = std::array::from_fn(|column| {
        let mut half = [0.0; N];
        for i in 0..N {
            let sum: f64 = (0..i).map(|k| lower[i][k] * half[k]).sum();
            half[i] = (f64::from(u8::from(i == column)) - sum) / lower[i][i];
        }
        let mut whole = [0.0; N];
        for i in (0..N).rev() {
            let sum: f64 = (i + 1..N).map(|k| lower[k][i] * whole[k]).sum();
            whole[i] = (half[i] - sum) / lower[i][i];
        }
        whole
    });
    Some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// −(ln x − 1)² − 10 (ln y − 2 ln x)²: a curved ridge, summit at (e, e²).
    fn ridge(params: &[f64; 2]) -> Slope<2> {
        let (u, v) = (params[0].ln() - 1.0, params[1].ln() - 2.0 * params[0].ln());
        Slope {
            value: -u * u - 10.0 * v * v,
            gradient: [(-2.0 * u + 40.0 * v) / params[0], -20.0 * v / params[1]],
        }
    }

    #[test]
    fn the_summit_of_a_ridge_is_found_with_its_curvature() {
        let fit = maximise([0.01, 50.0], &ridge);
        assert!(fit.converged);
        assert!((fit.params[0] - 1_f64.exp()).abs() < 1e-9, "{:?}", fit.params);
        assert!((fit.params[1] - 2_f64.exp()).abs() < 1e-8);
        // Hessian [[82, −40], [−40, 20]], inverse [[.5, 1], [1, 2.05]].
        let covariance = fit.covariance.unwrap();
        assert!((covariance[0][0] - 0.5).abs() < 1e-6);
        assert!((covariance[1][0] - 1.0).abs() < 1e-6);
        assert!((covariance[1][1] - 2.05).abs() < 1e-6);
    }

    #[test]
    fn a_slope_without_a_summit_is_said_not_to_converge() {
        let fit = maximise([1.0, 1.0], &|params| Slope {
            value: -1.0 / params[0] - params[1],
            gradient: [params[0].powi(-2), -1.0],
        });
        assert!(!fit.converged);
    }
}
