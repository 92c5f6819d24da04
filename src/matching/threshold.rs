//! From which weight on are two records one person?
//!
//! The weight at which precision and recall, as the probabilities of the candidates let expect
//! them, are best together: neither is worth more than the other unless the settings say so.
//!
//! # Source
//! Lipton, Elkan and Naryanaswamy (2014), "Optimal thresholding of classifiers to maximize F1
//! measure": the best threshold is half of the best F1.

use serde::{Deserialize, Serialize};

use super::level::Bits;
use crate::terms::{MatchWeight, Probability};

/// From where on pairs are linked, and what is to be expected of that.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// Pairs below are not linked.
    pub weight_bits: f64,
    /// The same as a probability.
    pub probability: Probability,
    /// Whether the settings gave it; estimated otherwise.
    pub is_given: bool,
    /// The share of the links that are right, as estimated.
    pub precision: f64,
    /// The share of the candidates of one person that are linked, as estimated.
    pub recall: f64,
}

/// Chosen thresholds lie between these. The lower: a link that is hardly likelier right
/// than wrong gains nothing, whatever it adds to recall. The upper: more than eight to one gains
/// nothing either, and it holds where weights were not learned, since then the odds are no more
/// than a guess.
const WEIGHT_BITS: (f64, f64) = (0.5, 3.0);

/// Where pairs are linked by weights that were not learned from the file.
pub(super) const WEIGHT_BITS_UNLEARNED: f64 = WEIGHT_BITS.1;

impl Threshold {
    /// Finds the threshold for candidates, counted by their evidence.
    pub(super) fn of(bins: &[(f64, Bits)], prior: Bits, given: Option<f64>) -> Threshold {
        let mut weights: Vec<(f64, f64)> =
            bins.iter().map(|&(n_pairs, bits)| (bits.plus(prior).together(), n_pairs)).collect();
        weights.sort_unstable_by(|one, other| {
            other.0.total_cmp(&one.0).then(one.1.total_cmp(&other.1))
        });
        let likely = |weight: f64| MatchWeight(weight).probability().get();
        let n_true: f64 = weights.iter().map(|&(weight, n_pairs)| likely(weight) * n_pairs).sum();
        let (mut n_linked, mut n_right) = (0.0, 0.0);
        let mut best = (f64::NEG_INFINITY, given.unwrap_or(WEIGHT_BITS.0), 1.0, 1.0);
        for (weight, n_pairs) in weights {
            if weight < given.unwrap_or(WEIGHT_BITS.0) {
                break;
            }
            n_linked += n_pairs;
            n_right += likely(weight) * n_pairs;
            let f1 = 2.0 * n_right / (n_linked + n_true);
            if f1 > best.0 || weight >= WEIGHT_BITS.1 || given.is_some() {
                best = (f1, weight, n_right / n_linked, n_right / n_true);
            }
        }
        let weight_bits = given.unwrap_or(best.1.clamp(WEIGHT_BITS.0, WEIGHT_BITS.1));
        Threshold {
            weight_bits,
            probability: MatchWeight(weight_bits).probability(),
            is_given: given.is_some(),
            precision: best.2,
            recall: best.3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bins(weights: &[(f64, f64)]) -> Vec<(f64, Bits)> {
        let bits = |weight| Bits { stranger: weight, kin: 1000.0 };
        weights.iter().map(|&(n_pairs, weight)| (n_pairs, bits(weight))).collect()
    }

    #[test]
    fn a_given_threshold_is_kept_and_told_what_to_expect_of() {
        let bins = bins(&[(100.0, 20.0), (100.0, 0.0), (1000.0, -20.0)]);
        let threshold = Threshold::of(&bins, Bits::default(), Some(5.0));
        assert!((threshold.weight_bits - 5.0).abs() < 1e-12);
        assert!(threshold.is_given);
        // All links are right; of the 150 pairs of one person 100 are linked.
        assert!((threshold.precision - 1.0).abs() < 1e-4, "{threshold:?}");
        assert!((threshold.recall - 100.0 / 150.0).abs() < 1e-3, "{threshold:?}");
    }

    #[test]
    fn the_best_threshold_is_found_within_its_bounds() {
        // Every further pair that is likelier than not to be right is worth linking.
        let fair = bins(&[(100.0, 9.0), (50.0, 2.0), (900.0, -9.0)]);
        let threshold = Threshold::of(&fair, Bits::default(), None);
        assert!((threshold.weight_bits - 2.0).abs() < 1e-9, "{threshold:?}");
        // One that is likelier wrong is not linked, whatever it adds to recall.
        let even = bins(&[(100.0, 9.0), (50.0, -0.5)]);
        let threshold = Threshold::of(&even, Bits::default(), None);
        assert!((0.5..=3.0).contains(&threshold.weight_bits), "{threshold:?}");
        let nothing = Threshold::of(&[], Bits::default(), None);
        assert!((nothing.weight_bits - 0.5).abs() < 1e-12);
    }
}
