//! And if customers leave at any time, not only after a purchase? The Pareto/NBD model.
//!
//! While a customer, one buys at random with a rate drawn from Gamma(r, α); one stays for a time
//! that is exponential with a rate drawn from Gamma(s, β).

#![expect(clippy::many_single_char_names, reason = "the papers' letters")]

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::bg_nbd;
use super::dual::Dual;
use super::likelihood;
use super::optimise::{Fit, Slope};
use super::rfm::Group;
use super::special::{Rising, softplus};

/// The model's four parameters; α and β are in units of time.
///
/// # Source
/// Schmittlein, Morrison, Colombo (1987); Fader, Hardie (2005), A note on deriving the Pareto/NBD
/// model and related expressions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParetoNbd {
    /// Shape of the purchase rates.
    pub r: f64,
    /// Rate of the purchase rates.
    pub alpha: f64,
    /// Shape of the rates of leaving.
    pub s: f64,
    /// Rate of the rates of leaving.
    pub beta: f64,
}

/// Histories summed by one task; fixed, so that sums do not depend on the number of threads.
const CHUNK: usize = 1024;

impl ParetoNbd {
    /// Takes r, α, s, β.
    pub fn new([r, alpha, s, beta]: [f64; 4]) -> ParetoNbd {
        ParetoNbd { r, alpha, s, beta }
    }

    /// Gives r, α, s, β.
    pub fn params(&self) -> [f64; 4] {
        [self.r, self.alpha, self.s, self.beta]
    }

    /// Fits the model to histories, α and β in units of `unit_days` days.
    pub fn fit(groups: &[Group], unit_days: f64) -> Fit<4> {
        let [r, alpha, ..] = bg_nbd::start(groups, unit_days);
        likelihood::fitted([r, alpha, 0.5, alpha], groups, |params, groups| {
            summed(params, groups, unit_days)
        })
    }

    /// ln of the odds that a customer has left, and its slopes by the logarithms of r, α, s, β.
    pub fn ln_odds_left(&self, x: u32, t_x: f64, t: f64) -> (f64, [f64; 4]) {
        let params = self.params();
        let odds = ln_odds_left(Dual::params(params), f64::from(x), t_x, t);
        (odds.value, std::array::from_fn(|place| odds.slopes[place] * params[place]))
    }

    /// Gives the probability that the customer has not left by T.
    pub fn p_alive(&self, x: u32, t_x: f64, t: f64) -> f64 {
        1.0 / (1.0 + self.ln_odds_left(x, t_x, t).0.exp())
    }

    /// Gives the purchases expected in (T, T + `ahead`] of one who has not left by T.
    pub fn purchases_if_alive(&self, x: u32, t: f64, ahead: f64) -> f64 {
        let ParetoNbd { r, alpha, s, beta } = *self;
        let (ln, slope) = ((ahead / (beta + t)).ln_1p(), s - 1.0);
        // (1 − ((β+T)/(β+T+t))^{s−1}) / (s−1), which is the logarithm where s = 1.
        let stay = if slope.abs() < 1e-300 { ln } else { -(-slope * ln).exp_m1() / slope };
        (r + f64::from(x)) * (beta + t) / (alpha + t) * stay
    }
}

/// ln of the odds that a customer has left by T.
///
/// The likelihood is `B(T) + s/(r+s+x) · (A(t_x) − A(T))`, where `B(u) = (α+u)^−(r+x) · (β+u)^−s`
/// is the chance to be there still. After Euler's transformation `A(u) = B(u)·Ψ(u)` whichever of α
/// and β is the larger, so the odds are `s/(r+s+x) · (Ψ(t_x)·B(t_x)/B(T) − Ψ(T))`: no power
/// overflows.
fn ln_odds_left(params: [Dual; 4], x: f64, t_x: f64, t: f64) -> Dual {
    if t <= t_x {
        return Dual::constant(f64::NEG_INFINITY);
    }
    let [r, alpha, s, beta] = params;
    let silence = Dual::constant(t - t_x);
    let ln_ratio =
        (r + x) * (silence / (alpha + t_x)).ln_1p() + s * (silence / (beta + t_x)).ln_1p();
    let gap = psi(params, x, t_x) - psi(params, x, t) * (ln_ratio * -1.0).exp();
    if gap.value <= 0.0 {
        // T exceeds t_x by less than a double can tell.
        return Dual::constant(f64::NEG_INFINITY);
    }
    ln_ratio + (s / (r + s + x)).ln() + gap.ln()
}

/// Ψ(u): with M the larger of α and β and m the smaller, z = (M−m)/(M+u) and k = r+s+x, it is
/// ₂F₁(1, r+x; k+1; z) where α is the larger, else (α+u)/(β+u) · ₂F₁(1, s+1; k+1; z).
fn psi([r, alpha, s, beta]: [Dual; 4], x: f64, u: f64) -> Dual {
    let k = r + s + x;
    if alpha.value >= beta.value {
        fraction(r + x, k, (alpha - beta) / (alpha + u))
    } else {
        (alpha + u) / (beta + u) * fraction(s + 1.0, k, (beta - alpha) / (beta + u))
    }
}

/// ₂F₁(1, a; c+1; z) for 0 ≤ z < 1 and a, c > 0, by Gauss's continued fraction, from behind.
///
/// The power series would need thousands of terms near z = 1, and overflow where x is large.
///
/// # Source
/// DLMF 15.7.1 with b = 0.
fn fraction(a: Dual, c: Dual, z: Dual) -> Dual {
    // Each step shrinks the error by (1−q)/(1+q) in the end, q = √(1−z).
    let q = (1.0 - z.value).max(1e-8).sqrt();
    let rate = ((1.0 + q) / (1.0 - q)).ln();
    let n_pairs = (19.0 / rate).min(20_000.0).ceil() + 3.0;
    let mut n = n_pairs;
    let mut rest = c + 2.0 * n;
    while n >= 1.0 {
        // u_{2n} = n(c−a+n), then u_{2n−1} = (a+n−1)(c+n−1).
        rest = c + (2.0 * n - 1.0) - (c - a + n) * n * z / rest;
        rest = c + (2.0 * n - 2.0) - (a + (n - 1.0)) * (c + (n - 1.0)) * z / rest;
        n -= 1.0;
    }
    c / rest
}

/// Sums the log-likelihood of all histories and its slopes by r, α, s, β.
pub fn summed(params: &[f64; 4], groups: &[Group], unit_days: f64) -> Slope<4> {
    let x_max = groups.last().map_or(0, |group| group.history.x as usize);
    let purchases = Rising::table(params[0], x_max);
    let duals = Dual::params(*params);
    let [r, alpha, s, beta] = duals;
    let fixed = r * alpha.ln() + s * beta.ln();
    let parts: Vec<Dual> = groups
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut sum = Dual::constant(0.0);
            for Group { history, n_customers } in chunk {
                let x = f64::from(history.x);
                let days = |days: u32| f64::from(days) / unit_days;
                let (t_x, t) = (days(history.t_x), days(history.t));
                let odds = ln_odds_left(duals, x, t_x, t);
                let (left, weight) = softplus(odds.value);
                let place = history.x as usize;
                let bought = Dual {
                    value: purchases.ln[place],
                    slopes: [purchases.slope[place], 0.0, 0.0, 0.0],
                };
                let left = Dual { value: left, slopes: odds.slopes.map(|slope| slope * weight) };
                let there = (r + x) * (alpha + t).ln() + s * (beta + t).ln();
                sum = sum + (bought + fixed - there + left) * f64::from(*n_customers);
            }
            sum
        })
        .collect();
    let sum = parts.into_iter().fold(Dual::constant(0.0), |sum, part| sum + part);
    Slope { value: sum.value, gradient: sum.slopes }
}

#[cfg(test)]
#[expect(clippy::unreadable_literal, clippy::excessive_precision, reason = "reference values")]
mod tests {
    use super::super::cdnow;
    use super::super::rfm::History;
    use super::*;

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} for {expected}");
    }

    /// r, α, s, β; x, `t_x`, T; then ln-likelihood, P(alive) and E[X(T, T+39)] (the fourth: 52).
    type Edge = ([f64; 4], u32, f64, f64, f64, f64, f64);

    const CDNOW: [f64; 4] = [0.553, 10.578, 0.606, 11.669];

    /// By mpmath at 60 digits from the textbook formulas with `hyp2f1`.
    #[rustfmt::skip]
    const EDGES: [Edge; 7] = [
        (CDNOW, 0, 0.0, 38.86, -0.52104629408089037, 0.29528660461689416, 0.10708146821530886),
        (CDNOW, 2, 30.43, 38.86, -9.5542832451504057, 0.8691675591530112, 1.4551231932576025),
        (CDNOW, 26, 30.86, 31.0, -39.131671540302774, 0.99791873105515828, 20.117026077370506),
        (CDNOW, 3, 20.0, 20.0, -10.667825863793994, 1.0, 3.4740677292480824),
        ([0.553, 100.0, 0.606, 0.5], 1, 3.0, 40.0, -6.5988418332971264, 0.1679140225095026, 0.058279950900229488),
        ([0.553, 0.2, 0.606, 300.0], 5, 3.0, 40.0, -10.357847094449149, 0.00052536080483987558, 0.0027374997641886513),
        ([0.553, 10.0, 1.0, 10.0], 2, 3.0, 40.0, -6.9362717077055961, 0.029029575772947755, 0.042734261968482917),
    ];

    #[test]
    fn edge_customers_agree_with_a_long_reference() {
        for (params, x, t_x, t, _, p_alive, purchases) in EDGES {
            let model = ParetoNbd::new(params);
            near(model.p_alive(x, t_x, t), p_alive, 1e-11);
            near(p_alive * model.purchases_if_alive(x, t, 39.0), purchases, 1e-11);
        }
        // A thousand purchases, then silence.
        let model = ParetoNbd::new(CDNOW);
        near(model.p_alive(1000, 500.0, 520.0), 3.2545892166368152e-14, 1e-11);
    }

    #[test]
    fn likelihoods_agree_with_a_long_reference_and_the_gradient_is_their_slope() {
        for (params, x, t_x, t, expected, ..) in EDGES {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "days")]
            let days = |time: f64| (time * 100.0).round() as u32;
            let history = History { x, t_x: days(t_x), t: days(t) };
            let groups = [Group { history, n_customers: 1 }];
            let slope = summed(&params, &groups, 100.0);
            near(slope.value, expected, 1e-11);
            for i in 0..4 {
                let step = params[i] * 1e-5;
                let at = |step: f64| {
                    let mut moved = params;
                    moved[i] += step;
                    summed(&moved, &groups, 100.0).value
                };
                let expected = (at(step) - at(-step)) / (2.0 * step);
                assert!((slope.gradient[i] - expected).abs() < 1e-5 * expected.abs() + 1e-8);
            }
        }
    }

    #[test]
    fn cdnow_gives_the_published_fit() {
        let fit = ParetoNbd::fit(&cdnow::groups(), 7.0);
        assert!(fit.converged);
        // Fader, Hardie, Lee (2005): .553, 10.578, .606, 11.669 and −9595.0, to printed digits.
        for (found, printed) in fit.params.into_iter().zip(CDNOW) {
            near(found, printed, 1e-3);
        }
        assert!((fit.log_likelihood - -9595.0).abs() < 0.05, "{}", fit.log_likelihood);
    }
}
