//! Which records are one person?
//!
//! Records that agree on some key are paired (`block`), each pair is weighed by how its values
//! agree (`compare`, `score`), and pairs above the threshold are joined (`cluster`). Pairs are
//! weighed as they are found and never stored. What is compared stands in `features`: a record
//! is 96 bytes of symbols, and the texts behind them are read only where two differ.
//!
//! People of one household agree on most things and are not one person: the weight is against
//! them as much as against strangers (see `score`).

mod block;
mod cap;
mod case;
mod cluster;
mod compare;
mod comparison;
mod contradiction;
mod culture;
mod decided;
mod decision_error;
mod decisions;
mod defaults;
mod error;
mod features;
mod fold;
mod frequency;
mod guard;
mod intern;
mod jaro;
mod key;
mod labels;
mod level;
mod link;
mod link_block;
mod link_twins;
mod list;
mod listed;
mod middle_name;
mod mixture;
mod name_place;
mod nickname;
mod people;
mod places;
mod prior;
mod reach;
mod register;
mod score;
mod scorer;
mod settings;
mod sharing;
mod sketch;
mod sweep;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_decisions;
#[cfg(test)]
mod tests_of_labels;
#[cfg(test)]
mod tests_of_nets;
#[cfg(test)]
mod tests_of_people;
#[cfg(test)]
mod tests_of_training;
mod threshold;
mod together;
mod train;
mod whole_name;

pub use cap::RuleCount;
pub use comparison::{Comparison, Field, Level, Test};
pub use decision_error::DecisionError;
pub use decisions::{DECISION_COLUMNS, Decision, DecisionCounts, Decisions, Verdict};
pub use error::Error;
pub use labels::{Labelled, Labels};
pub use link::{Base, FieldAgreement, LinkSettings, Links, link};
pub use link_block::LinkRule;
pub use prior::Duplication;
use rayon::prelude::*;
pub use reach::{RuleReach, reach};
pub use register::{RecordName, Register};
pub use scorer::{Scorer, Step, Waterfall};
use serde::Serialize;
pub use settings::{BlockingRule, Key, Settings};
pub use sweep::{ScoredPair, Sweep};
pub use threshold::Threshold;
pub use train::{Learned, Training};

use self::block::{Blocks, Candidate};
use self::case::Known;
use self::cluster::{Clusters, Link, Nearest, Refusal};
use self::contradiction::Contradictions;
use self::decisions::Resolved;
use self::features::{Features, Pair};
use self::guard::Guard;
use self::level::Bits;
use self::prior::SHIFT_BITS_LEARNED;
use self::score::Model;
use self::threshold::WEIGHT_BITS_UNLEARNED;
use crate::ledger::{Counted, Tally};
use crate::progress::Progress;
use crate::tables::layout::{Contact, ContactPoint, Membership, ReviewPair};
use crate::tables::{Table, column};
use crate::terms::MatchWeight;

/// Candidates for review are this many times as many as are kept, since some of them end up in
/// one cluster by other links.
const N_TIMES_REVIEW: usize = 4;

/// What links a record whose cluster no weight holds together.
const BY_DECISION: &str = "decision";

/// The clusters, and how they came about.
#[derive(Debug)]
pub struct Matched {
    /// Which cluster each record belongs to.
    pub membership: Table<Membership>,
    /// Pairs for a person to look at, nearest to the threshold first.
    pub review: Table<ReviewPair>,
    /// What each blocking rule did.
    pub blocking: Vec<RuleCount>,
    /// How many duplicates and kin a record has, as estimated from the evidence.
    pub duplication: Duplication,
    /// From where on pairs are linked.
    pub threshold: Threshold,
    /// What the levels weigh, learned from the records or as the settings have it.
    pub learned: Learned,
    /// How many there are of what.
    pub counts: Counts,
    /// What became of the decisions.
    pub decisions: DecisionCounts,
    /// What a reader should know of them, a sentence each.
    pub findings: Vec<String>,
}

/// What matching counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Pairs weighed.
    pub n_pairs: u64,
    /// Pairs at or above the threshold.
    pub n_links: u64,
    /// Of these, links that were refused, for any reason.
    pub n_links_refused: u64,
    /// Of these, weak bridges: all pairs across them, taken together, spoke against them.
    pub n_links_weak_bridge: u64,
    /// Of these, links that would have made a cluster larger than the settings let it grow.
    pub n_links_large_cluster: u64,
    /// Of these, links within a source, or to a source, that names each person once.
    pub n_links_one_to_one: u64,
    /// Clusters, records alone included.
    pub n_clusters: u64,
    /// Records of the largest cluster.
    pub n_records_largest: u64,
}

/// Finds the records that are one person.
///
/// # Shape
/// One row of `membership` per contact, in the order of contacts. Every contact is either alone
/// or in a cluster with others. Decisions win over weights.
///
/// # Panics
/// If the record numbers of `contacts` or `points` are not rows of `contacts`.
pub fn clusters(
    contacts: &Table<Contact>,
    points: &Table<ContactPoint>,
    decisions: &Decisions,
    settings: &Settings,
    progress: &Progress,
) -> Counted<Matched> {
    let n_records = contacts.height();
    let features = Features::of(contacts, points);
    let contents = contents_of(contacts);
    let labels = Labels::default();
    let known = Known { features: &features, contents: &contents, labels: &labels };
    let mut learned = Learned::of(known, settings);
    let model = Model::of(&features, &learned.compare);
    let mut blocks = Blocks::of(&features, settings);

    let prior = learned.duplication.prior(n_records, settings);
    let (pairs, blocking) = weighed(&mut blocks, &features, &model, prior, settings, progress);
    let evidence = model.all_evidence();
    learned.duplication = learned.duplication.estimated(&evidence, n_records, settings);
    let prior = learned.duplication.prior(n_records, settings);
    let unlearned = learned.training.is_none().then_some(WEIGHT_BITS_UNLEARNED);
    let given = settings.weight_bits_min.or(unlearned);
    let threshold = Threshold::of(&evidence.bins(), prior, given);
    let weight_bits_min = threshold.weight_bits;
    let order = order_of(contacts, &contents);
    let mut review =
        Nearest::of(settings.n_review_pairs_max.saturating_mul(N_TIMES_REVIEW), weight_bits_min);
    let mut links = Vec::new();
    for Weighed { a, b, rule, stranger, kin } in pairs {
        let evidence = Bits { stranger: f64::from(stranger), kin: f64::from(kin) };
        let link = Link { weight_bits: evidence.plus(prior).together(), a, b, rule };
        if link.weight_bits >= weight_bits_min {
            links.push(link);
        } else if link.weight_bits >= settings.weight_bits_review_min {
            review.add(link, &order);
        }
    }
    cluster::sort_pairs(&mut links, &order, |link| -link.weight_bits);
    let contradictions = Contradictions::of(settings, &learned.compare, learned.duplication);
    let mut guard =
        Guard::of(contacts, &contents, &features, &model, prior, contradictions, settings);
    let mut joined = cluster::clustered(n_records, &links, |link, ones, others| {
        guard.refusal(link, ones, others)
    });
    // A source's word that it names each person once leaves nothing to look at.
    for (link, _) in joined.refused.iter().filter(|(_, why)| *why != Refusal::OneToOne) {
        review.add(*link, &order);
    }
    let mut resolved = decisions.resolved(contacts);
    decided::decided(&mut joined, &links, &mut resolved);

    let n_pairs = blocking.iter().map(|rule| rule.n_pairs_new).sum();
    let (counts, n_alone) = counts_of(n_pairs, links.len(), &joined);
    let findings = told(&counts, settings).chain(decided::told(&resolved.counts)).collect();
    let matched = Matched {
        review: review_table(review.sorted(&order), &joined, &resolved, settings),
        membership: membership_table(&joined, &links, &blocks),
        blocking,
        duplication: learned.duplication,
        threshold,
        learned,
        counts,
        findings,
        decisions: resolved.counts,
    };
    let tally = Tally::of("matching", "contacts", n_records)
        .gave("alone", n_alone)
        .gave("in clusters", n_records - n_alone);
    Counted { product: matched, tally }
}

/// Learns what the levels weigh, and nothing more: for a model that other runs load. Pairs whose
/// label is known need not be guessed.
///
/// # Panics
/// As [`clusters`].
pub fn learned(
    contacts: &Table<Contact>,
    points: &Table<ContactPoint>,
    labels: &Labels,
    settings: &Settings,
) -> Learned {
    let (features, contents) = (Features::of(contacts, points), contents_of(contacts));
    Learned::of(Known { features: &features, contents: &contents, labels }, settings)
}

/// Counts the pairs of each blocking rule, without weighing any.
///
/// # Panics
/// As [`clusters`].
pub fn block_counts(
    contacts: &Table<Contact>,
    points: &Table<ContactPoint>,
    settings: &Settings,
) -> Vec<RuleCount> {
    let features = Features::of(contacts, points);
    Blocks::of(&features, settings).walk(|candidates| candidates.each(|_| ()), |()| ())
}

/// Gives what breaks ties between pairs: what a record says and, where two say the same, how it
/// is called. Which stands first in the input has no say.
fn order_of(contacts: &Table<Contact>, contents: &[u64]) -> Vec<u64> {
    use std::hash::{Hash, Hasher};
    let (sources, ids) = (contacts.text(column::SOURCE), contacts.text(column::SOURCE_ID));
    let of = |(row, content): (usize, &u64)| {
        let mut hasher = rustc_hash::FxHasher::default();
        (content, sources.get(row), ids.get(row)).hash(&mut hasher);
        hasher.finish()
    };
    contents.par_iter().enumerate().map(of).collect()
}

/// Gives a hash of what each record says.
fn contents_of(contacts: &Table<Contact>) -> Vec<u64> {
    let hashes = contacts.long(column::CONTENT_HASH);
    (0..contacts.height()).map(|row| hashes.get(row).unwrap_or(0)).collect()
}

/// The evidence of a pair that may be linked; 20 bytes.
struct Weighed {
    a: u32,
    b: u32,
    stranger: f32,
    kin: f32,
    rule: u8,
}

/// Weighs the candidates and keeps those that may be linked, or be for review, once the prior is
/// known: the others leave no trace but in the counts.
fn weighed(
    blocks: &mut Blocks<'_>,
    features: &Features,
    model: &Model,
    prior: Bits,
    settings: &Settings,
    progress: &Progress,
) -> (Vec<Weighed>, Vec<RuleCount>) {
    let bar = progress.bar("matching", 0);
    let weight_bits_min = settings.weight_bits_review_min - SHIFT_BITS_LEARNED;
    // Evidence against kin does not end the weighing: pairs of kin are to be counted.
    let floor = Bits { stranger: weight_bits_min - prior.stranger, kin: f64::NEG_INFINITY };
    let mut pairs = Vec::new();
    let blocking = blocks.walk(
        |candidates| {
            let mut pairs = Vec::new();
            let mut scratch = model.scratch();
            let mut n_pairs = 0;
            candidates.each(|Candidate { pair, rule, is_new }| {
                if !is_new {
                    return;
                }
                n_pairs += 1;
                let Some(evidence) = model.evidence(features, pair, floor, &mut scratch) else {
                    return;
                };
                scratch.evidence.add(evidence);
                if evidence.plus(prior).least() >= weight_bits_min {
                    pairs.push(Weighed::of(pair, evidence, rule));
                }
            });
            model.take_back(scratch);
            bar.advance(n_pairs);
            pairs
        },
        |mut some| pairs.append(&mut some),
    );
    (pairs, blocking)
}

impl Weighed {
    #[expect(clippy::cast_possible_truncation, reason = "bits need no more than seven digits")]
    fn of(pair: Pair<'_>, evidence: Bits, rule: u8) -> Weighed {
        let Bits { stranger, kin } = evidence;
        Weighed { a: pair.a, b: pair.b, stranger: stranger as f32, kin: kin as f32, rule }
    }
}

/// Says what a reader should know of links that were refused.
fn told(counts: &Counts, settings: &Settings) -> impl Iterator<Item = String> {
    let large = (counts.n_links_large_cluster > 0).then(|| {
        format!(
            "{} links were refused since a person would have had more than {} records: see \
             `large_cluster` in review_pairs.csv, and matching.n_records_cluster_max",
            counts.n_links_large_cluster, settings.n_records_cluster_max
        )
    });
    let weak = (counts.n_links_weak_bridge > 0).then(|| {
        format!(
            "{} links were weak bridges between two groups of records and were refused: see \
             `weak_bridge` in review_pairs.csv",
            counts.n_links_weak_bridge
        )
    });
    large.into_iter().chain(weak)
}

/// Counts what came of the links, and the records that are alone.
fn counts_of(n_pairs: u64, n_links: usize, joined: &Clusters) -> (Counts, usize) {
    let sizes = sizes_of(&joined.cluster);
    let n_refused =
        |because| joined.refused.iter().filter(|(_, why)| *why == because).count() as u64;
    let counts = Counts {
        n_pairs,
        n_links: n_links as u64,
        n_links_refused: joined.refused.len() as u64,
        n_links_weak_bridge: n_refused(Refusal::WeakBridge),
        n_links_large_cluster: n_refused(Refusal::Large),
        n_links_one_to_one: n_refused(Refusal::OneToOne),
        n_clusters: sizes.iter().filter(|&&size| size > 0).count() as u64,
        n_records_largest: sizes.iter().copied().max().map_or(0, u64::from),
    };
    (counts, sizes.iter().filter(|&&size| size == 1).count())
}

/// Counts the records of each cluster, at the place of its smallest record.
fn sizes_of(cluster: &[u32]) -> Vec<u32> {
    let mut sizes = vec![0; cluster.len()];
    for &smallest in cluster {
        sizes[smallest as usize] += 1;
    }
    sizes
}

fn membership_table(joined: &Clusters, links: &[Link], blocks: &Blocks<'_>) -> Table<Membership> {
    let strongest = |row: usize| joined.strongest[row].map(|place| links[place as usize]);
    let n_records = joined.cluster.len();
    let weights = (0..n_records).map(|row| strongest(row).map(|link| link.weight_bits));
    let mut by_decision = joined.by_decision.iter().peekable();
    let linked_by = (0..n_records).map(|row| match strongest(row) {
        Some(link) => Some(blocks.name(link.rule)),
        None => by_decision.next_if(|&&record| record as usize == row).map(|_| BY_DECISION),
    });
    let (weights, linked_by) = rayon::join(
        || column::MATCH_WEIGHT_BITS.numbers_or_nothing(weights),
        || column::LINKED_BY.texts(linked_by),
    );
    Table::of(vec![
        column::RECORD.counts((0..intern::count(n_records)).collect()),
        column::CLUSTER.counts(joined.cluster.clone()),
        weights,
        linked_by,
    ])
}

fn review_table(
    pairs: Vec<Link>,
    joined: &Clusters,
    resolved: &Resolved,
    settings: &Settings,
) -> Table<ReviewPair> {
    let mut refused: Vec<(u32, u32, Refusal)> =
        joined.refused.iter().map(|(link, why)| (link.a, link.b, *why)).collect();
    refused.sort_unstable();
    let is_open = |pair: &Link| {
        joined.cluster[pair.a as usize] != joined.cluster[pair.b as usize]
            && !resolved.is_decided(pair.a, pair.b)
    };
    let mut pairs: Vec<Link> = pairs.into_iter().filter(is_open).collect();
    pairs.truncate(settings.n_review_pairs_max);
    let because = |pair: &Link| {
        let place = refused.binary_search_by_key(&(pair.a, pair.b), |&(a, b, _)| (a, b));
        Some(place.map_or("doubtful", |place| refused[place].2.word()))
    };
    let probability = |pair: &Link| MatchWeight(pair.weight_bits).probability().get();
    Table::of(vec![
        column::RECORD_A.counts(pairs.iter().map(|pair| pair.a).collect()),
        column::RECORD_B.counts(pairs.iter().map(|pair| pair.b).collect()),
        column::MATCH_WEIGHT_BITS.numbers(pairs.iter().map(|pair| pair.weight_bits).collect()),
        column::MATCH_PROBABILITY.numbers(pairs.iter().map(probability).collect()),
        column::REVIEW_BECAUSE.texts(pairs.iter().map(because)),
    ])
}
