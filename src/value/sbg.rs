//! And where customers have a contract: how long do they renew it? The shifted beta-geometric
//! model.
//!
//! At each renewal a customer leaves with a probability of their own, drawn from Beta(α, β). Those
//! who stay are ever more the loyal ones, so retention rises with tenure.

use super::optimise::{Fit, Slope, maximise};

/// The model's two parameters.
///
/// # Source
/// Fader, Hardie (2007), How to project customer retention, Journal of Interactive Marketing
/// 21(1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sbg {
    /// First parameter of the chance to leave.
    pub alpha: f64,
    /// Second parameter of the chance to leave.
    pub beta: f64,
}

impl Sbg {
    /// Fits the model to a cohort: `n_left[t]` left at renewal t+1, `n_left_over` are still there.
    ///
    /// P(T = 1) = α/(α+β), P(T = t) = P(T = t−1)·(β+t−2)/(α+β+t−1): each logarithm and its slopes
    /// are sums over t.
    pub fn fit(n_left: &[f64], n_left_over: f64) -> Fit<2> {
        let mut n_there = vec![0.0; n_left.len() + 1];
        n_there[n_left.len()] = n_left_over;
        Sbg::fit_censored(n_left, &n_there)
    }

    /// Fits the model to customers who came at different times: `n_left[t]` left at renewal t+1,
    /// `n_there[t]` have renewed t times and are still there.
    pub fn fit_censored(n_left: &[f64], n_there: &[f64]) -> Fit<2> {
        let at = |counts: &[f64], renewal: usize| counts.get(renewal).copied().unwrap_or(0.0);
        maximise([1.0, 1.0], &|&[alpha, beta]| {
            let (mut value, mut by_alpha, mut by_beta) = (0.0, 0.0, 0.0);
            // ln S(t−1) and its slopes.
            let (mut ln, mut ln_by_alpha, mut ln_by_beta) = (0.0, 0.0, 0.0);
            for renewal in 0..n_left.len().max(n_there.len()) {
                let (n, there) = (at(n_left, renewal), at(n_there, renewal));
                value += there * ln;
                by_alpha += there * ln_by_alpha;
                by_beta += there * ln_by_beta;
                let whole = alpha + beta + renewal as f64;
                value += n * (ln + (alpha / whole).ln());
                by_alpha += n * (ln_by_alpha + 1.0 / alpha - 1.0 / whole);
                by_beta += n * (ln_by_beta - 1.0 / whole);
                let stay = beta + renewal as f64;
                ln += (stay / whole).ln();
                ln_by_alpha -= 1.0 / whole;
                ln_by_beta += 1.0 / stay - 1.0 / whole;
            }
            Slope { value, gradient: [by_alpha, by_beta] }
        })
    }

    /// Gives the share that renews at the t-th renewal, of those who are there.
    pub fn retention(&self, t: u32) -> f64 {
        let t = f64::from(t);
        (self.beta + t - 1.0) / (self.alpha + self.beta + t - 1.0)
    }

    /// Gives the share of a cohort that is still there after t renewals: S(t).
    pub fn survival(&self, t: u32) -> f64 {
        (1..=t).map(|renewal| self.retention(renewal)).product()
    }

    /// Gives the payments expected of one who has renewed `n_renewals` times, over the next
    /// `n_periods` renewals, each discounted once more than the one before.
    pub fn payments_ahead(&self, n_renewals: u32, n_periods: u32, discount: f64) -> f64 {
        let (mut there, mut factor, mut sum) = (1.0, 1.0, 0.0);
        for period in 1..=n_periods {
            there *= self.retention(n_renewals + period);
            factor /= 1.0 + discount;
            sum += there * factor;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fits the first seven years of 1,000 customers, given in permille still there.
    fn fit(survived: [f64; 7]) -> Fit<2> {
        let before = [1000.0].into_iter().chain(survived);
        let n_left: Vec<f64> = before.zip(survived).map(|(before, after)| before - after).collect();
        Sbg::fit(&n_left, survived[6])
    }

    /// Fader, Hardie (2007), table 1 and section 3: "Regular" α .704, β 1.182; "High End" .668,
    /// 3.806.
    #[test]
    fn the_papers_two_cohorts_give_its_parameters() {
        for (survived, printed) in [
            ([631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0], [0.704, 1.182]),
            ([869.0, 743.0, 653.0, 593.0, 551.0, 517.0, 491.0], [0.668, 3.806]),
        ] {
            let fit = fit(survived);
            assert!(fit.converged);
            for (found, printed) in fit.params.into_iter().zip(printed) {
                assert!((found - printed).abs() < 6e-4, "{:?}", fit.params);
            }
        }
    }

    #[test]
    fn retention_rises_with_tenure_and_survival_is_its_product() {
        let model = Sbg { alpha: 0.704, beta: 1.182 };
        assert!((model.retention(1) - 1.182 / 1.886).abs() < 1e-15);
        assert!((1..50).all(|t| model.retention(t) < model.retention(t + 1)));
        // S(2) = B(α, β+2)/B(α, β) = β(β+1)/((α+β)(α+β+1)).
        assert!((model.survival(2) - 1.182 * 2.182 / (1.886 * 2.886)).abs() < 1e-15);
        let ahead = model.payments_ahead(0, 2, 0.1);
        assert!((ahead - (model.survival(1) / 1.1 + model.survival(2) / 1.21)).abs() < 1e-15);
    }
}
