//! How many of the true pairs does each blocking rule bring together?

use serde::Serialize;

use super::block::Blocks;
use super::features::Features;
use super::settings::Settings;
use crate::tables::Table;
use crate::tables::layout::{Contact, ContactPoint};

/// What a blocking rule reaches of the pairs that are one person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleReach {
    /// The rule: its keys, joined by `+`.
    pub rule: String,
    /// Pairs that it brings together.
    pub n_pairs: u64,
    /// Of these, pairs that no earlier rule brings together.
    pub n_pairs_new: u64,
    /// Pairs of one person among its pairs.
    pub n_pairs_true: u64,
    /// Of these, pairs that no earlier rule brings together.
    pub n_pairs_true_new: u64,
    /// The share of all pairs of one person that this rule and those before it reach: no
    /// threshold can link more.
    pub reached_share: f64,
}

/// Counts what each blocking rule reaches, given who is who: records of one person have equal
/// numbers in `truth`, one per contact.
///
/// # Panics
/// If `truth` has another length than `contacts`.
pub fn reach(
    contacts: &Table<Contact>,
    points: &Table<ContactPoint>,
    settings: &Settings,
    truth: &[u32],
) -> Vec<RuleReach> {
    assert_eq!(truth.len(), contacts.height(), "one true person per contact");
    let features = Features::of(contacts, points);
    let mut blocks = Blocks::of(&features, settings);
    let mut found = vec![(0_u64, 0_u64); settings.block.len()];
    let counts = blocks.walk(
        |candidates| {
            let (mut place, mut n_true, mut n_true_new) = (0, 0, 0);
            candidates.each(|candidate| {
                let is_true = truth[candidate.pair.a as usize] == truth[candidate.pair.b as usize];
                place = usize::from(candidate.rule);
                n_true += u64::from(is_true);
                n_true_new += u64::from(is_true && candidate.is_new);
            });
            (place, n_true, n_true_new)
        },
        |(place, n_true, n_true_new)| {
            found[place].0 += n_true;
            found[place].1 += n_true_new;
        },
    );
    let n_all = pairs_of_one_person(truth);
    let mut n_reached = 0;
    counts
        .into_iter()
        .zip(found)
        .map(|(rule, (n_pairs_true, n_pairs_true_new))| {
            n_reached += n_pairs_true_new;
            RuleReach {
                rule: rule.rule,
                n_pairs: rule.n_pairs,
                n_pairs_new: rule.n_pairs_new,
                n_pairs_true,
                n_pairs_true_new,
                reached_share: if n_all == 0 { 1.0 } else { n_reached as f64 / n_all as f64 },
            }
        })
        .collect()
}

fn pairs_of_one_person(truth: &[u32]) -> u64 {
    let mut sorted = truth.to_vec();
    sorted.sort_unstable();
    sorted
        .chunk_by(|one, other| one == other)
        .map(|records| records.len() as u64 * (records.len() as u64 - 1) / 2)
        .sum()
}
