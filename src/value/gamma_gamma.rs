//! How much does a customer spend on a purchase? The Gamma-Gamma model.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::optimise::{Fit, Slope, maximise};
use super::special::{digamma, ln_gamma};

/// The model's three parameters; v is money in whole units.
///
/// # Source
/// Fader, Hardie (2013), The Gamma-Gamma model of monetary value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GammaGamma {
    /// Shape of a purchase around the customer's mean.
    pub p: f64,
    /// Shape of the means.
    pub q: f64,
    /// Scale of the means.
    pub v: f64,
}

/// One returning customer's spend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spend {
    /// Repeat purchases, at least 1.
    pub x: u32,
    /// Mean spend of a repeat purchase, above 0, in whole units.
    pub mean: f64,
}

/// Customers summed by one task; fixed, so that sums do not depend on the number of threads.
const CHUNK: usize = 8192;

impl GammaGamma {
    /// Takes p, q, v.
    pub fn new([p, q, v]: [f64; 3]) -> GammaGamma {
        GammaGamma { p, q, v }
    }

    /// Fits the model to returning customers.
    pub fn fit(spends: &[Spend]) -> Fit<3> {
        let mean = spends.iter().map(|spend| spend.mean).sum::<f64>() / spends.len().max(1) as f64;
        let known = Known::of(spends);
        maximise([2.0, 3.0, mean.max(1e-6)], &|params| known.summed(params))
    }

    /// Gives the mean spend of the whole population: pv/(q−1); `None` where q ≤ 1, since then it
    /// does not exist.
    pub fn mean(&self) -> Option<f64> {
        (self.q > 1.0).then(|| self.p * self.v / (self.q - 1.0))
    }

    /// Gives the expected spend of a customer's next purchase: between the population's mean and
    /// the customer's own, the closer to the latter the more purchases there are.
    ///
    /// E\[M\] = (1−w)·pv/(q−1) + w·m, w = px/(px+q−1); that is p(v + xm)/(px+q−1).
    pub fn expected(&self, x: u32, mean: f64) -> Option<f64> {
        let x = f64::from(x);
        (self.q > 1.0).then(|| self.p * (self.v + x * mean) / (self.p * x + self.q - 1.0))
    }

    /// Slopes of ln E\[M\] by the logarithms of p, q, v.
    pub fn ln_slopes(&self, x: u32, mean: f64) -> [f64; 3] {
        let x = f64::from(x);
        let whole = self.p * x + self.q - 1.0;
        [1.0 - self.p * x / whole, -self.q / whole, self.v / (self.v + x * mean)]
    }
}

/// What the likelihood needs of the data, summed up once.
struct Known {
    /// Customers by x.
    n_by_x: Vec<f64>,
    /// x and x·m of each customer.
    totals: Vec<(u32, f64)>,
    sum_ln_mean: f64,
    sum_x_ln_mean: f64,
    sum_x_ln_total: f64,
}

impl Known {
    fn of(spends: &[Spend]) -> Known {
        let x_max = spends.iter().map(|spend| spend.x).max().unwrap_or(0);
        let mut known = Known {
            n_by_x: vec![0.0; x_max as usize + 1],
            totals: Vec::with_capacity(spends.len()),
            sum_ln_mean: 0.0,
            sum_x_ln_mean: 0.0,
            sum_x_ln_total: 0.0,
        };
        for spend in spends {
            let (x, ln_mean) = (f64::from(spend.x), spend.mean.ln());
            known.n_by_x[spend.x as usize] += 1.0;
            known.totals.push((spend.x, x * spend.mean));
            known.sum_ln_mean += ln_mean;
            known.sum_x_ln_mean += x * ln_mean;
            known.sum_x_ln_total += x * (ln_mean + x.ln());
        }
        known
    }

    /// ℓ = lnΓ(px+q) − lnΓ(px) − lnΓ(q) + q ln v + (px−1) ln m + px ln x − (px+q) ln(xm+v),
    /// summed; all but the last term depends on x alone, or on sums of the data.
    fn summed(&self, &[p, q, v]: &[f64; 3]) -> Slope<3> {
        let (ln_gamma_q, digamma_q, ln_v) = (ln_gamma(q), digamma(q), v.ln());
        let mut value = p * self.sum_x_ln_total - self.sum_ln_mean;
        let mut gradient = [self.sum_x_ln_total, 0.0, 0.0];
        for (x, &n) in self.n_by_x.iter().enumerate().filter(|&(_, &n)| n > 0.0) {
            let x = x as f64;
            let (px, slope) = (p * x, digamma(p * x + q));
            value += n * (ln_gamma(px + q) - ln_gamma(px) - ln_gamma_q + q * ln_v);
            gradient[0] += n * x * (slope - digamma(px));
            gradient[1] += n * (slope - digamma_q + ln_v);
            gradient[2] += n * q / v;
        }
        let parts: Vec<[f64; 4]> = self
            .totals
            .par_chunks(CHUNK)
            .map(|chunk| {
                let mut sums = [0.0; 4];
                for &(x, total) in chunk {
                    let x = f64::from(x);
                    let (ln, shape) = ((total + v).ln(), p * x + q);
                    sums[0] += shape * ln;
                    sums[1] += x * ln;
                    sums[2] += ln;
                    sums[3] += shape / (total + v);
                }
                sums
            })
            .collect();
        for part in parts {
            value -= part[0];
            for (slope, sum) in gradient.iter_mut().zip(&part[1..]) {
                *slope -= sum;
            }
        }
        Slope { value, gradient }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cdnow;
    use super::*;

    #[test]
    fn cdnow_gives_the_published_fit() {
        let spends = cdnow::spends();
        assert_eq!(spends.len(), 946);
        let fit = GammaGamma::fit(&spends);
        assert!(fit.converged);
        // Fader, Hardie (2013): p 6.25, q 3.74, v 15.44, log-likelihood −4055.9177… printed
        // digits.
        for (found, printed) in fit.params.into_iter().zip([6.25, 3.74, 15.44]) {
            assert!((found - printed).abs() < 0.005, "{:?}", fit.params);
        }
        assert!((fit.log_likelihood - -4055.9177).abs() < 1e-3, "{}", fit.log_likelihood);
    }

    #[test]
    fn the_expected_spend_lies_between_ones_own_and_everybodys() {
        let model = GammaGamma::new([6.25, 3.74, 15.44]);
        let mean = model.mean().unwrap();
        assert!((mean - 35.218).abs() < 1e-3);
        assert_eq!(model.expected(0, 0.0), Some(mean));
        let weight = 6.25 * 3.0 / (6.25 * 3.0 + 2.74);
        let expected = (1.0 - weight) * mean + weight * 100.0;
        assert!((model.expected(3, 100.0).unwrap() - expected).abs() < 1e-10);
    }

    #[test]
    fn no_mean_exists_where_q_is_not_above_one() {
        let model = GammaGamma::new([6.25, 1.0, 15.44]);
        assert_eq!((model.mean(), model.expected(2, 10.0)), (None, None));
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_sum() {
        let known = Known::of(&[Spend { x: 1, mean: 20.0 }, Spend { x: 7, mean: 33.5 }]);
        let params = [3.0, 2.5, 20.0];
        let slope = known.summed(&params);
        for i in 0..3 {
            let at = |step: f64| {
                let mut moved = params;
                moved[i] += step;
                known.summed(&moved).value
            };
            assert!(((at(1e-5) - at(-1e-5)) / 2e-5 - slope.gradient[i]).abs() < 1e-8);
        }
    }
}
