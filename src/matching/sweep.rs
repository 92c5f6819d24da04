//! What would the weights and clusters be at another threshold?
//!
//! For measuring: every candidate down to a low weight is weighed once and kept, and clusters are
//! made from the links above any threshold, as a run would make them.

use super::block::Blocks;
use super::cluster::{self, Link};
use super::contradiction::Contradictions;
use super::decided;
use super::decisions::Decisions;
use super::features::Features;
use super::guard::Guard;
use super::level::Bits;
use super::prior::Duplication;
use super::score::Model;
use super::settings::Settings;
use crate::tables::Table;
use crate::tables::layout::{Contact, ContactPoint};

/// A weighed pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredPair {
    /// The smaller record.
    pub a: u32,
    /// The larger record.
    pub b: u32,
    /// Its weight in bits, prior included.
    pub weight_bits: f64,
}

/// The candidates of a run, weighed and kept; 24 bytes a pair.
pub struct Sweep<'a> {
    contacts: &'a Table<Contact>,
    decisions: &'a Decisions,
    settings: &'a Settings,
    features: Features,
    model: Model,
    prior: Bits,
    duplication: Duplication,
    contents: Vec<u64>,
    links: Vec<Link>,
}

impl<'a> Sweep<'a> {
    /// Weighs the candidates of a run and keeps those from `weight_bits_min` on, and those that
    /// are `wanted` whatever they weigh; `duplication` is what the run estimated.
    pub fn of(
        contacts: &'a Table<Contact>,
        points: &Table<ContactPoint>,
        decisions: &'a Decisions,
        settings: &'a Settings,
        duplication: Option<Duplication>,
        weight_bits_min: f64,
        wanted: impl Fn(u32, u32) -> bool + Sync,
    ) -> Sweep<'a> {
        let features = Features::of(contacts, points);
        let model = Model::of(&features, &settings.compare);
        let duplication = duplication.unwrap_or_else(|| Duplication::expected(settings));
        let prior = duplication.prior(features.n_records(), settings);
        let floor =
            Bits { stranger: weight_bits_min - prior.stranger, kin: weight_bits_min - prior.kin };
        let no_floor = Bits { stranger: f64::NEG_INFINITY, kin: f64::NEG_INFINITY };
        let mut links = Vec::new();
        Blocks::of(&features, settings).walk(
            |candidates| {
                let (mut scratch, mut some) = (model.scratch(), Vec::new());
                candidates.each(|found| {
                    if !found.is_new {
                        return;
                    }
                    let (a, b, rule) = (found.pair.a, found.pair.b, found.rule);
                    let is_wanted = wanted(a, b);
                    let floor = if is_wanted { no_floor } else { floor };
                    let evidence = model.evidence(&features, found.pair, floor, &mut scratch);
                    let Some(evidence) = evidence else { return };
                    let weight_bits = as_kept(evidence).plus(prior).together();
                    if is_wanted || weight_bits >= weight_bits_min {
                        some.push(Link { weight_bits, a, b, rule });
                    }
                });
                model.take_back(scratch);
                some
            },
            |mut some| links.append(&mut some),
        );
        let contents = super::contents_of(contacts);
        let order = super::order_of(contacts, &contents);
        cluster::sort_pairs(&mut links, &order, |link| -link.weight_bits);
        Sweep {
            contacts,
            decisions,
            settings,
            features,
            model,
            prior,
            duplication,
            contents,
            links,
        }
    }

    /// Gives the pairs, the heaviest first.
    pub fn pairs(&self) -> impl Iterator<Item = ScoredPair> {
        self.links.iter().map(|&Link { a, b, weight_bits, .. }| ScoredPair { a, b, weight_bits })
    }

    /// Makes the clusters of the links from a weight on: the smallest record of its cluster, by
    /// record.
    pub fn clusters_at(&self, weight_bits: f64) -> Vec<u32> {
        let n_links = self.links.partition_point(|link| link.weight_bits >= weight_bits);
        let links = &self.links[..n_links];
        let mut guard = Guard::of(
            self.contacts,
            &self.contents,
            &self.features,
            &self.model,
            self.prior,
            Contradictions::of(self.settings, &self.settings.compare, self.duplication),
            self.settings,
        );
        let n_records = self.features.n_records();
        let mut joined = cluster::clustered(n_records, links, |link, ones, others| {
            guard.refusal(link, ones, others)
        });
        let mut resolved = self.decisions.resolved(self.contacts);
        decided::decided(&mut joined, links, &mut resolved);
        joined.cluster
    }
}

impl std::fmt::Debug for Sweep<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let n_pairs = self.links.len();
        formatter.debug_struct("Sweep").field("n_pairs", &n_pairs).finish_non_exhaustive()
    }
}

/// Rounds evidence as a run does that keeps it.
#[expect(clippy::cast_possible_truncation, reason = "bits need no more than seven digits")]
fn as_kept(evidence: Bits) -> Bits {
    let kept = |bits: f64| f64::from(bits as f32);
    Bits { stranger: kept(evidence.stranger), kin: kept(evidence.kin) }
}
