//! What did the night find?

use std::collections::BTreeMap;

use serde::Serialize;

use crate::tables::column as c;

use super::count::{Count, counted};
use super::quality::Good;
use super::readiness::Ready;
use super::{Head, Nightly, Trend};

/// The account of a night's run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NightlySummary {
    /// What every summary begins with.
    #[serde(flatten)]
    pub head: Head,
    /// Who could be told, if it happened tonight; absent where it was not reckoned.
    pub readiness: Option<Ready>,
    /// How good the data are; absent where it was not measured.
    pub quality: Option<Good>,
    /// Findings by rule.
    pub findings: Vec<Found>,
    /// Customers by the number of their records.
    pub cluster_sizes: Vec<Count>,
    /// The greatest number of records of one customer.
    pub n_records_max: u64,
    /// Pairs that wait for a person's eye.
    pub n_review_pairs: u64,
    /// The run before, if there was one.
    pub last_run_id: Option<String>,
    /// What the latest runs measured.
    pub trend: Vec<Trend>,
}

/// How often a rule spoke up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The rule's id.
    pub rule: String,
    /// How often.
    pub n: u64,
    /// How many of these were mended on the spot.
    pub n_repaired: u64,
}

impl NightlySummary {
    pub(super) fn of(nightly: &Nightly<'_>) -> NightlySummary {
        let sizes = nightly.golden.count(c::N_RECORDS);
        NightlySummary {
            head: Head::of(&nightly.run),
            readiness: Ready::read(nightly.readiness),
            quality: Good::read(nightly.quality),
            findings: findings(nightly),
            cluster_sizes: cluster_sizes(sizes.iter().flatten()),
            n_records_max: sizes.iter().flatten().max().unwrap_or_default().into(),
            n_review_pairs: nightly.n_review_pairs as u64,
            last_run_id: nightly.last_run_id.map(str::to_owned),
            trend: nightly.trend.iter().map(Trend::latest).collect(),
        }
    }
}

fn findings(nightly: &Nightly<'_>) -> Vec<Found> {
    let rules = nightly.findings.text(c::RULE);
    let repaired = nightly.findings.flag(c::REPAIRED);
    let mut n_repaired: BTreeMap<&str, u64> = BTreeMap::new();
    for (rule, repaired) in rules.iter().zip(repaired.iter()) {
        if let (Some(rule), Some(true)) = (rule, repaired) {
            *n_repaired.entry(rule).or_default() += 1;
        }
    }
    counted(rules.iter())
        .into_iter()
        .map(|Count { name, n }| Found {
            n_repaired: n_repaired.get(name.as_str()).copied().unwrap_or_default(),
            rule: name,
            n,
        })
        .collect()
}

/// The upper ends of the classes of cluster sizes.
const SIZES: [(u32, &str); 9] = [
    (1, "1"),
    (2, "2"),
    (3, "3"),
    (4, "4"),
    (5, "5"),
    (10, "6-10"),
    (20, "11-20"),
    (50, "21-50"),
    (u32::MAX, "51 and more"),
];

fn cluster_sizes(sizes: impl Iterator<Item = u32>) -> Vec<Count> {
    let mut n_customers = [0; SIZES.len()];
    for size in sizes {
        n_customers[SIZES.partition_point(|(largest, _)| *largest < size)] += 1;
    }
    let last = n_customers.iter().rposition(|n| *n > 0).map_or(0, |last| last + 1);
    SIZES[..last]
        .iter()
        .zip(n_customers)
        .map(|((_, name), n)| Count { name: (*name).to_owned(), n })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_fall_into_classes_and_empty_ones_at_the_end_are_left_out() {
        let check = |sizes: &[u32]| -> Vec<(String, u64)> {
            cluster_sizes(sizes.iter().copied())
                .into_iter()
                .map(|count| (count.name, count.n))
                .collect()
        };
        let named = |expected: &[(&str, u64)]| -> Vec<(String, u64)> {
            expected.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect()
        };
        assert_eq!(check(&[1, 1, 3]), named(&[("1", 2), ("2", 0), ("3", 1)]));
        assert_eq!(check(&[10, 11, 60]).len(), 9);
        assert_eq!(check(&[]), named(&[]));
    }
}
