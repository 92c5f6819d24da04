//! May two clusters be joined by this link?
//!
//! Links are taken strongest first, and each is looked at with all that hangs on either end: a
//! chain of fair links makes one person of many. Joining is refused where a record of one side
//! and a record of the other are two people; where all pairs across the two sides, taken
//! together, speak against it, so that the link is a weak bridge; where the cluster would be too
//! large for one person; and where a source that names each person once would be in it twice.

use std::borrow::Cow;

use super::cluster::{Link, Refusal};
use super::compare::Scratch;
use super::contradiction::Contradictions;
use super::features::{Features, Pair};
use super::level::Bits;
use super::score::Model;
use super::settings::Settings;
use crate::tables::layout::Contact;
use crate::tables::{Table, column};

/// Of larger clusters so many members speak for all, so that the check stays cheap.
const N_MEMBERS_CHECKED: usize = 40;

/// A pair across a bridge counts for no more than this, either way: one sure pair does not carry
/// a crowd, nor does one bad record part it.
const WEIGHT_BITS_BRIDGE: f64 = 12.0;

/// What is asked before clusters are joined.
pub(super) struct Guard<'a> {
    features: &'a Features,
    model: &'a Model,
    prior: Bits,
    contradictions: Contradictions,
    settings: &'a Settings,
    /// What a record says, by record.
    contents: &'a [u64],
    /// By record: which of the sources that name each person once it is of; nothing if none.
    named_once: Vec<Option<u16>>,
    scratch: Scratch,
}

impl<'a> Guard<'a> {
    /// Prepares the checks; `contents` is a hash of what each record says.
    pub(super) fn of(
        contacts: &Table<Contact>,
        contents: &'a [u64],
        features: &'a Features,
        model: &'a Model,
        prior: Bits,
        contradictions: Contradictions,
        settings: &'a Settings,
    ) -> Guard<'a> {
        Guard {
            features,
            model,
            prior,
            contradictions,
            settings,
            contents,
            named_once: named_once(contacts, &settings.one_to_one),
            scratch: model.scratch(),
        }
    }

    /// Says why a link may not join the members of two clusters, if it may not.
    pub(super) fn refusal(&mut self, link: &Link, ones: &[u32], others: &[u32]) -> Option<Refusal> {
        if self.is_named_twice(ones, others) {
            return Some(Refusal::OneToOne);
        }
        let is_repeated = self.contents[link.a as usize] == self.contents[link.b as usize];
        let n_records = ones.len() + others.len();
        if n_records > self.settings.n_records_cluster_max.max(2) && !is_repeated {
            return Some(Refusal::Large);
        }
        let (ones, others) = (self.checked(ones), self.checked(others));
        let (ones, others) = (ones.as_ref(), others.as_ref());
        let is_lone = ones.len() == 1 && others.len() == 1;
        let (mut sum, mut n_pairs) = (0.0, 0.0);
        for &one in ones {
            for &other in others {
                let pair = self.features.pair(one.min(other), one.max(other));
                if self.is_contradiction(pair) {
                    return Some(Refusal::Contradiction);
                }
                if is_lone {
                    continue;
                }
                let evidence = self.evidence(pair);
                // Records that hang together are no strangers; what counts is whether they are
                // kin, and whether names and dates both say so.
                if evidence.kin < self.settings.weight_bits_conflict || self.are_two(pair) {
                    return Some(Refusal::Contradiction);
                }
                let weight = evidence.plus(self.prior).together();
                sum += weight.clamp(-WEIGHT_BITS_BRIDGE, WEIGHT_BITS_BRIDGE);
                n_pairs += 1.0;
            }
        }
        let is_weak = !is_lone && sum < self.settings.weight_bits_bridge_min * n_pairs;
        (is_weak && !is_repeated).then_some(Refusal::WeakBridge)
    }

    fn is_contradiction(&mut self, pair: Pair<'_>) -> bool {
        let (features, scratch) = (self.features, &mut self.scratch);
        let may_be_one_name = || scratch.may_be_one_name(features, pair.x, pair.y);
        self.contradictions.found(features, pair, may_be_one_name).is_some()
    }

    fn evidence(&mut self, pair: Pair<'_>) -> Bits {
        let no_floor = Bits { stranger: f64::NEG_INFINITY, kin: f64::NEG_INFINITY };
        let found = self.model.evidence(self.features, pair, no_floor, &mut self.scratch);
        found.unwrap_or_default()
    }

    /// Tells whether two records have both another given name and another birth date.
    fn are_two(&mut self, pair: Pair<'_>) -> bool {
        let (features, scratch) = (self.features, &mut self.scratch);
        let may_be_one_name = || scratch.may_be_one_name(features, pair.x, pair.y);
        self.contradictions.are_two_people(pair, may_be_one_name)
    }

    /// Takes those members that speak for all, the same whatever the order of the records.
    fn checked<'m>(&self, members: &'m [u32]) -> Cow<'m, [u32]> {
        if members.len() <= N_MEMBERS_CHECKED {
            return Cow::Borrowed(members);
        }
        let mut members = members.to_vec();
        members.sort_unstable_by_key(|&record| (self.contents[record as usize], record));
        members.dedup_by_key(|record| self.contents[*record as usize]);
        members.truncate(N_MEMBERS_CHECKED);
        Cow::Owned(members)
    }

    fn is_named_twice(&self, ones: &[u32], others: &[u32]) -> bool {
        if self.named_once.is_empty() {
            return false;
        }
        let source = |record: &u32| self.named_once[*record as usize];
        ones.iter()
            .filter_map(source)
            .any(|of| others.iter().any(|other| source(other) == Some(of)))
    }
}

/// Numbers the sources that name each person once, by record; empty where there are none.
fn named_once(contacts: &Table<Contact>, sources: &[String]) -> Vec<Option<u16>> {
    if sources.is_empty() {
        return Vec::new();
    }
    let place = |name: &str| (0..).zip(sources).find(|(_, of)| *of == name).map(|(place, _)| place);
    contacts.text(column::SOURCE).iter().map(|source| place(source?)).collect()
}
