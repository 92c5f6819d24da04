//! How right was it?
//!
//! The clusters found are set against the people that are known to be there: by pairs of
//! records, by whole clusters, and by the mistakes that matter most. Pairs are counted from the
//! sizes of clusters and of what they share, never one by one.

mod reliability;
#[cfg(test)]
mod tests;
mod threshold;

pub use reliability::{Reliability, ReliabilityBin, reliability};
pub use threshold::{AtThreshold, Judged, links, n_pairs_true};

use rayon::prelude::*;
use serde::Serialize;

/// At most so many mistakes of a kind are listed.
const N_MISTAKES_MAX: usize = 50;

/// At most so many records of a mistake are listed.
const N_RECORDS_MAX: usize = 20;

/// How right the clusters are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// Records.
    pub n_records: u64,
    /// By pairs of records that share a cluster.
    pub pairs: Pairs,
    /// By whole clusters.
    pub clusters: ClusterCounts,
    /// By records: B-cubed.
    pub b_cubed: BCubed,
    /// Clusters that hold more than one person, the most wrong pairs first: the graver mistake,
    /// since it hides someone.
    pub false_merges: Vec<Mistake>,
    /// People spread over several clusters, the most missed pairs first.
    pub misses: Vec<Mistake>,
}

/// Right and wrong pairs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pairs {
    /// Of one person and in one cluster.
    pub n_true_positive: u64,
    /// In one cluster, of two people.
    pub n_false_positive: u64,
    /// Of one person, in two clusters.
    pub n_false_negative: u64,
    /// The share of the pairs found that are true; 1 if none was found.
    pub precision: f64,
    /// The share of the true pairs that were found; 1 if there are none.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}

/// Right and wrong clusters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClusterCounts {
    /// Clusters found, records alone included.
    pub n_found: u64,
    /// People there are.
    pub n_true: u64,
    /// Clusters that hold all records of one person and no other.
    pub n_exact: u64,
    /// The share of the clusters found that are exact.
    pub precision: f64,
    /// The share of the people that have an exact cluster.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}

/// For each record, how much of its cluster is its own person, and how much of its person is in
/// its cluster; both on average.
///
/// # Source
/// Bagga and Baldwin (1998), "Algorithms for scoring coreference chains".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BCubed {
    /// The first.
    pub precision: f64,
    /// The second.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}

/// Records that were wrongly joined or wrongly parted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The pairs concerned.
    pub n_pairs: u64,
    /// The records concerned, smallest first; of many the first twenty.
    pub records: Vec<u32>,
}

/// Sets clusters found against true ones. Records of one cluster, or of one person, have equal
/// numbers; which numbers does not matter.
///
/// # Panics
/// If the two differ in length.
pub fn clusters(found: &[u32], truth: &[u32]) -> Evaluation {
    assert_eq!(found.len(), truth.len(), "one true person per record");
    let by_found = Groups::of(found, truth);
    let by_truth = Groups::of(truth, found);
    let n_pairs_shared: u64 = by_found.shared().map(pairs_of).sum();
    let n_pairs_found: u64 = by_found.sizes().map(pairs_of).sum();
    let n_pairs_true: u64 = by_truth.sizes().map(pairs_of).sum();
    let n_exact = by_found.exact(&by_truth);
    let (n_found, n_true) = (by_found.sizes().count() as u64, by_truth.sizes().count() as u64);
    let (precision, recall) =
        (ratio(n_pairs_shared, n_pairs_found), ratio(n_pairs_shared, n_pairs_true));
    let (exact_precision, exact_recall) = (ratio(n_exact, n_found), ratio(n_exact, n_true));
    let (b_precision, b_recall) = (by_found.mean_share(), by_truth.mean_share());
    Evaluation {
        n_records: found.len() as u64,
        pairs: Pairs {
            n_true_positive: n_pairs_shared,
            n_false_positive: n_pairs_found - n_pairs_shared,
            n_false_negative: n_pairs_true - n_pairs_shared,
            precision,
            recall,
            f1: harmonic_mean(precision, recall),
        },
        clusters: ClusterCounts {
            n_found,
            n_true,
            n_exact,
            precision: exact_precision,
            recall: exact_recall,
            f1: harmonic_mean(exact_precision, exact_recall),
        },
        b_cubed: BCubed {
            precision: b_precision,
            recall: b_recall,
            f1: harmonic_mean(b_precision, b_recall),
        },
        false_merges: by_found.mixed(),
        misses: by_truth.mixed(),
    }
}

/// Records sorted by one grouping, then by the other.
struct Groups {
    sorted: Vec<(u32, u32, u32)>,
}

impl Groups {
    fn of(groups: &[u32], others: &[u32]) -> Groups {
        let mut sorted: Vec<(u32, u32, u32)> = (0_u32..)
            .zip(groups.iter().zip(others))
            .map(|(record, (&group, &other))| (group, other, record))
            .collect();
        sorted.par_sort_unstable();
        Groups { sorted }
    }

    fn groups(&self) -> impl Iterator<Item = &[(u32, u32, u32)]> {
        self.sorted.chunk_by(|one, other| one.0 == other.0)
    }

    fn sizes(&self) -> impl Iterator<Item = usize> {
        self.groups().map(<[_]>::len)
    }

    /// Gives the sizes of what a group shares with a group of the other kind.
    fn shared(&self) -> impl Iterator<Item = usize> {
        self.groups().flat_map(parts).map(<[_]>::len)
    }

    /// Counts the groups that are also groups of the other kind.
    fn exact(&self, other: &Groups) -> u64 {
        let mut whole: Vec<(u32, usize)> = Vec::new();
        for group in self.groups() {
            if group[0].1 == group[group.len() - 1].1 {
                whole.push((group[0].1, group.len()));
            }
        }
        whole.sort_unstable();
        let is_whole =
            |group: &[(u32, u32, u32)]| whole.binary_search(&(group[0].0, group.len())).is_ok();
        other.groups().filter(|group| is_whole(group)).count() as u64
    }

    /// Gives the share of its group that a record shares, on average.
    fn mean_share(&self) -> f64 {
        if self.sorted.is_empty() {
            return 1.0;
        }
        let sum: f64 = self
            .groups()
            .map(|group| {
                let squares: f64 = parts(group).map(|part| (part.len() as f64).powi(2)).sum();
                squares / group.len() as f64
            })
            .sum();
        sum / self.sorted.len() as f64
    }

    /// Lists the groups that hold several of the other kind.
    fn mixed(&self) -> Vec<Mistake> {
        let mut mistakes: Vec<Mistake> = self
            .groups()
            .filter(|group| group[0].1 != group[group.len() - 1].1)
            .map(|group| {
                let mut records: Vec<u32> = group.iter().map(|&(_, _, record)| record).collect();
                records.sort_unstable();
                records.truncate(N_RECORDS_MAX);
                let n_pairs_shared: u64 = parts(group).map(|part| pairs_of(part.len())).sum();
                Mistake { n_pairs: pairs_of(group.len()) - n_pairs_shared, records }
            })
            .collect();
        mistakes.sort_unstable_by(|one, other| {
            other.n_pairs.cmp(&one.n_pairs).then_with(|| one.records.cmp(&other.records))
        });
        mistakes.truncate(N_MISTAKES_MAX);
        mistakes
    }
}

/// Parts a group by the other grouping.
fn parts(group: &[(u32, u32, u32)]) -> impl Iterator<Item = &[(u32, u32, u32)]> {
    group.chunk_by(|one, other| one.1 == other.1)
}

fn pairs_of(n_records: usize) -> u64 {
    let n = n_records as u64;
    n * n.saturating_sub(1) / 2
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

fn harmonic_mean(one: f64, other: f64) -> f64 {
    if one + other == 0.0 { 0.0 } else { 2.0 * one * other / (one + other) }
}
