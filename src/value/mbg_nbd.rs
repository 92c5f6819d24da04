//! May a customer leave after the very first purchase? The MBG/NBD model says yes.

use serde::{Deserialize, Serialize};

use super::bg_nbd::{Ahead, BgNbd, ln_odds_left, start};
use super::likelihood::{self, DropOut};
use super::optimise::Fit;
use super::rfm::Group;

/// As `BgNbd`, with a chance to leave after each purchase and not only after each repeat: so
/// P(alive) of one who bought once is below 1.
///
/// # Source
/// Batislam, Denizel, Filiztekin (2007), International Journal of Research in Marketing 24(3).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MbgNbd(pub BgNbd);

impl MbgNbd {
    /// Fits the model to histories, α in units of `unit_days` days.
    pub fn fit(groups: &[Group], unit_days: f64) -> Fit<4> {
        likelihood::fitted(start(groups, unit_days), groups, |params, groups| {
            likelihood::summed(params, DropOut::AfterAny, groups, unit_days)
        })
    }

    /// ln of the odds that a customer has left, and its slopes by the logarithms of r, α, a, b.
    pub fn ln_odds_left(&self, x: u32, t_x: f64, t: f64) -> (f64, [f64; 4]) {
        ln_odds_left(self.0, self.0.b + f64::from(x), x, t_x, t)
    }

    /// Gives the probability that the customer has not left by T.
    pub fn p_alive(&self, x: u32, t_x: f64, t: f64) -> f64 {
        1.0 / (1.0 + self.ln_odds_left(x, t_x, t).0.exp())
    }

    /// Gives the purchases expected in (T, T + `ahead`] of one who has not left by T.
    pub fn purchases_if_alive(&self, x: u32, t: f64, ahead: f64) -> f64 {
        self.known(x, t).purchases(ahead)
    }

    /// What is known of a customer who has not left by T: they stayed once more than BG/NBD says.
    pub(super) fn known(&self, x: u32, t: f64) -> Ahead {
        let known = self.0.known(x, t);
        Ahead { b: known.b + 1.0, ..known }
    }
}

#[cfg(test)]
#[expect(clippy::unreadable_literal, clippy::excessive_precision, reason = "reference values")]
mod tests {
    use super::super::cdnow;
    use super::*;

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} for {expected}");
    }

    const CDNOW: [f64; 4] = [0.524838, 6.182988, 0.891356, 1.614000];

    #[test]
    fn edge_customers_agree_with_a_long_reference() {
        // mpmath at 60 digits: as for BG/NBD with b+1 for b, and P for x = 0 as for all x.
        for (x, t_x, t, ahead, p_alive, purchases) in [
            (0, 0.0, 38.86, 39.0, 0.38971637526699016, 0.15395370115508308),
            (2, 30.43, 38.86, 39.0, 0.70612630955979236, 1.2626710653598839),
            (10_000, 500.0, 520.0, 52.0, 5.6054349080776624e-165, 5.3100964933004742e-162),
            (3, 20.0, 20.0, 1e5, 0.83809294076532017, 56.146855035515123),
        ] {
            let model = MbgNbd(BgNbd::new(CDNOW));
            near(model.p_alive(x, t_x, t), p_alive, 1e-10);
            near(p_alive * model.purchases_if_alive(x, t, ahead), purchases, 1e-10);
        }
    }

    #[test]
    fn cdnow_gives_the_known_fit() {
        let fit = MbgNbd::fit(&cdnow::groups(), 7.0);
        assert!(fit.converged);
        for (found, expected) in fit.params.into_iter().zip(CDNOW) {
            near(found, expected, 1e-4);
        }
        // Checked with SciPy on the same histories.
        assert!((fit.log_likelihood - -9582.135716).abs() < 1e-5, "{}", fit.log_likelihood);
    }
}
