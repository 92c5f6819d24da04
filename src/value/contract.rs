//! And where customers pay at fixed times: who is still there, and how long will they stay?
//!
//! A contract is paid every period. Who missed a payment by more than half a period has left;
//! all others are there for sure. How many of them renew, and how many times, is told by the
//! shifted beta-geometric model, fitted to all customers, each as long as seen.

use serde::{Deserialize, Serialize};

use super::optimise::Fit;
use super::rfm::{Group, History};
use super::sbg::Sbg;

/// The model's parameters, and the length of a period in units of time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// First parameter of the chance to leave at a renewal.
    pub alpha: f64,
    /// Second parameter of the chance to leave at a renewal.
    pub beta: f64,
    /// From one payment to the next.
    pub period: f64,
}

/// A payment may be late by this part of a period.
const LATE: f64 = 0.5;
/// Nobody is followed for longer than this many periods.
const N_PERIODS_MAX: usize = 10_000;

impl Contract {
    /// Fits the model to histories: each customer left at the first payment that was missed, or
    /// is there after as many renewals as fell due.
    pub fn fit(groups: &[Group], unit_days: f64, period_days: f64) -> (Fit<2>, Contract) {
        let (mut n_left, mut n_there) = (Vec::new(), Vec::new());
        let add = |counts: &mut Vec<f64>, place: usize, n: u32| {
            let place = place.min(N_PERIODS_MAX);
            if counts.len() <= place {
                counts.resize(place + 1, 0.0);
            }
            counts[place] += f64::from(n);
        };
        for &Group { history: History { t_x, t, .. }, n_customers } in groups {
            let (t_x, t) = (f64::from(t_x) / period_days, f64::from(t) / period_days);
            if has_left(t_x, t) {
                add(&mut n_left, whole(t_x.round()), n_customers);
            } else {
                add(&mut n_there, renewals(t_x, t), n_customers);
            }
        }
        let fit = Sbg::fit_censored(&n_left, &n_there);
        let [alpha, beta] = fit.params;
        (fit, Contract { alpha, beta, period: period_days / unit_days })
    }

    /// ln of the odds that the customer has left: nothing between ∞ and −∞.
    pub fn ln_odds_left(&self, t_x: f64, t: f64) -> f64 {
        if has_left(t_x / self.period, t / self.period) { f64::INFINITY } else { f64::NEG_INFINITY }
    }

    /// Gives the payments expected in (T, T + `ahead`] of one who is there: those that fall due,
    /// each by the chance to renew until then.
    pub fn payments_if_there(&self, t: f64, ahead: f64) -> f64 {
        let model = Sbg { alpha: self.alpha, beta: self.beta };
        // A day is no whole number of units: what falls due this very day has fallen due.
        let periods = |time: f64| whole((time / self.period + 1e-9).floor());
        let (paid, due) = (periods(t), periods(t + ahead));
        let (mut there, mut sum) = (1.0, 0.0);
        for renewal in paid + 1..=due {
            there *= model.retention(u32::try_from(renewal).unwrap_or(u32::MAX));
            sum += there;
        }
        sum
    }
}

/// Tells whether a payment is missing, times being in periods.
fn has_left(t_x: f64, t: f64) -> bool {
    t - t_x > 1.0 + LATE
}

/// Counts the renewals of one who is there: those paid, and one that is merely late.
fn renewals(t_x: f64, t: f64) -> usize {
    whole(t_x.round().max(t.floor()))
}

fn whole(count: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
    let whole = count as usize;
    whole.min(N_PERIODS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(t_x: u32, t: u32, n_customers: u32) -> Group {
        Group { history: History { x: t_x / 30, t_x, t }, n_customers }
    }

    #[test]
    fn the_papers_cohort_comes_out_of_the_payments_it_made() {
        // Fader, Hardie (2007), "Regular": 1,000 customers, 631 … 241 left after 1 … 7 renewals.
        let survived = [1000, 631, 468, 382, 326, 289, 262, 241];
        let mut groups: Vec<Group> = survived
            .windows(2)
            .zip(0_u32..)
            .map(|(pair, renewal)| group(renewal * 30, 226, pair[0] - pair[1]))
            .collect();
        groups.push(group(210, 226, 241));
        let (fit, model) = Contract::fit(&groups, 30.0, 30.0);
        assert!(fit.converged);
        assert!((model.alpha - 0.704).abs() < 6e-4 && (model.beta - 1.182).abs() < 6e-4);
    }

    #[test]
    fn who_pays_is_there_and_who_missed_a_payment_has_left() {
        let model = Contract { alpha: 0.704, beta: 1.182, period: 30.0 };
        let is_there = |t: f64| model.ln_odds_left(60.0, t) < 0.0;
        assert!(is_there(80.0) && is_there(104.0) && !is_there(106.0));
        // Two renewals made: the third falls due in ten days, the fourth in forty.
        let sbg = Sbg { alpha: 0.704, beta: 1.182 };
        assert!(model.payments_if_there(80.0, 9.0).abs() < 1e-15);
        assert!((model.payments_if_there(80.0, 10.0) - sbg.retention(3)).abs() < 1e-15);
        let two = sbg.retention(3) * (1.0 + sbg.retention(4));
        assert!((model.payments_if_there(80.0, 40.0) - two).abs() < 1e-15);
    }
}
