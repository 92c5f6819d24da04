//! How right would it be at another threshold?

use serde::Serialize;

use super::{BCubed, ClusterCounts, Evaluation, Pairs, harmonic_mean, ratio};

/// How right a run would be that links from some weight on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AtThreshold {
    /// Pairs from this weight on are linked, in bits.
    pub weight_bits: f64,
    /// The same as a probability.
    pub probability: f64,
    /// The pairs that are linked, each on its own: what the weights are worth.
    pub linked: Pairs,
    /// The pairs of the clusters that the links make: what a run is worth.
    pub pairs: Pairs,
    /// Whole clusters.
    pub clusters: ClusterCounts,
    /// By records.
    pub b_cubed: BCubed,
}

impl AtThreshold {
    /// Puts what was measured at a threshold together; `linked` are the links' right and wrong.
    pub fn of(
        weight_bits: f64,
        probability: f64,
        linked: Pairs,
        people: Evaluation,
    ) -> AtThreshold {
        let Evaluation { pairs, clusters, b_cubed, .. } = people;
        AtThreshold { weight_bits, probability, linked, pairs, clusters, b_cubed }
    }
}

/// A weighed pair, and whether it is one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Its weight in bits.
    pub weight_bits: f64,
    /// Its probability of being one person.
    pub probability: f64,
    /// Whether it is.
    pub is_true: bool,
}

/// Counts the right and wrong links at each threshold. `n_true` are the pairs of one person that
/// there are, weighed or not.
///
/// # Shape
/// One count per threshold, in their order.
pub fn links(judged: &[Judged], thresholds_bits: &[f64], n_true: u64) -> Vec<Pairs> {
    let mut sorted: Vec<Judged> = judged.to_vec();
    sorted.sort_by(|one, other| other.weight_bits.total_cmp(&one.weight_bits));
    let mut n_right_before = Vec::with_capacity(sorted.len() + 1);
    n_right_before.push(0);
    let mut n_right = 0;
    for pair in &sorted {
        n_right += u64::from(pair.is_true);
        n_right_before.push(n_right);
    }
    thresholds_bits
        .iter()
        .map(|&threshold| {
            let n_linked = sorted.partition_point(|pair| pair.weight_bits >= threshold);
            let n_right = n_right_before[n_linked];
            let (precision, recall) = (ratio(n_right, n_linked as u64), ratio(n_right, n_true));
            Pairs {
                n_true_positive: n_right,
                n_false_positive: n_linked as u64 - n_right,
                n_false_negative: n_true.saturating_sub(n_right),
                precision,
                recall,
                f1: harmonic_mean(precision, recall),
            }
        })
        .collect()
}

/// Counts the pairs of records that are one person.
pub fn n_pairs_true(truth: &[u32]) -> u64 {
    let mut sorted = truth.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|one, other| one == other).map(|of_one| super::pairs_of(of_one.len())).sum()
}
