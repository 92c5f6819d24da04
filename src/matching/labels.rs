//! Which pairs does somebody know?
//!
//! Labels say of some pairs of records what they are, and learning need not guess it. They come
//! in two forms:
//!
//! - people: which records are whose. Two named records are one person or are not, so all pairs
//!   of named records are known, however much or little agrees: they show what pairs of one
//!   person reach in this file.
//! - decisions on pairs. Somebody chose which pairs to ask about, mostly the doubtful ones, so
//!   that they say what these pairs are and nothing about how frequent such pairs are.
//!
//! Who is one with a record is one with all that this is one with, in either form.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::cluster::Forest;
use super::decision_error::DecisionError;
use super::decisions::{Decided, DecisionCounts, Decisions, Verdict};
use crate::tables::Table;
use crate::tables::layout::Contact;

/// What is known of the pairs of some records; by default nothing.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// Whose each record is; nothing where that is unknown. Empty without labels.
    persons: Vec<Option<u32>>,
    /// The people who are known to be two, the smaller number first, sorted; any two people where
    /// absent.
    apart: Option<Vec<(u32, u32)>>,
}

/// How many labelled pairs a model was learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labelled {
    /// Labelled pairs of one person.
    pub n_pairs_same: u64,
    /// Labelled pairs of two people, among the candidates.
    pub n_pairs_different: u64,
    /// Whether the labels say whose the records are, so that levels were counted among them;
    /// decisions on pairs otherwise, which only say of a candidate what it is.
    pub is_of_people: bool,
}

/// Of a person with more records, each is paired with so many others.
const N_OTHERS_MAX: usize = 50;

impl Labels {
    /// Takes whose each record is, by record; nothing for those of whom it is not known.
    pub fn of_people(persons: Vec<Option<u32>>) -> Labels {
        Labels { persons, apart: None }
    }

    /// Takes what was decided about pairs, as far as the records are there, and tells how far
    /// that is.
    ///
    /// # Errors
    /// A pair is decided to be two people that other decisions make one.
    pub fn of_decisions(
        decisions: &Decisions,
        contacts: &Table<Contact>,
    ) -> Result<(Labels, DecisionCounts), DecisionError> {
        let resolved = decisions.resolved(contacts);
        let n_records = contacts.height();
        let mut forest = Forest::of(n_records);
        let of = |verdict| resolved.decided.iter().filter(move |of| of.verdict == verdict);
        for &(one, other) in of(Verdict::Same).flat_map(|decided| &decided.pairs) {
            let (one, other) = (forest.root(one), forest.root(other));
            if one != other {
                forest.join(one, other);
            }
        }
        let mut apart = Vec::new();
        let mut contradicting = None;
        for decided in of(Verdict::Different) {
            for &(a, b) in &decided.pairs {
                let (one, other) = (forest.root(a), forest.root(b));
                apart.push((one.min(other), one.max(other)));
                let found = (one == other).then_some((decided.line, a, b));
                contradicting = contradicting.into_iter().chain(found).min();
            }
        }
        if let Some((line, a, b)) = contradicting {
            let same: Vec<&Decided> = of(Verdict::Same).collect();
            let file = resolved.counts.file;
            return Err(DecisionError::Contradiction { file, line, others: chain(&same, a, b) });
        }
        apart.sort_unstable();
        apart.dedup();
        let mut persons = vec![None; n_records];
        for &(a, b) in &resolved.pairs {
            for record in [a, b] {
                persons[record as usize] = Some(forest.root(record));
            }
        }
        Ok((Labels { persons, apart: Some(apart) }, resolved.counts))
    }

    /// Tells whether they say whose the records are.
    pub(super) fn is_of_people(&self) -> bool {
        self.apart.is_none()
    }

    /// Tells what is known of a pair.
    #[inline]
    pub(super) fn of_pair(&self, a: u32, b: u32) -> Option<Verdict> {
        let (one, other) = (*self.persons.get(a as usize)?, *self.persons.get(b as usize)?);
        let (one, other) = (one?, other?);
        let is_apart = |apart: &Vec<(u32, u32)>| {
            apart.binary_search(&(one.min(other), one.max(other))).is_ok()
        };
        if one == other {
            Some(Verdict::Same)
        } else {
            self.apart.as_ref().is_none_or(is_apart).then_some(Verdict::Different)
        }
    }

    /// Lists the pairs of one person that show what such pairs reach, the smaller record first;
    /// none where labels are decisions. `contents` is a hash of what each record says: the order
    /// of the records has no say in which are taken of a person with many.
    pub(super) fn pairs_of_people(&self, contents: &[u64]) -> Vec<(u32, u32)> {
        if !self.is_of_people() {
            return Vec::new();
        }
        let mut named: Vec<(u32, u64, u32)> = (0..)
            .zip(self.persons.iter().zip(contents))
            .filter_map(|(record, (person, &content))| Some(((*person)?, content, record)))
            .collect();
        named.sort_unstable();
        let mut pairs = Vec::new();
        for person in named.chunk_by(|one, other| one.0 == other.0) {
            for (place, &(.., one)) in person.iter().enumerate() {
                let others = person[place + 1..].iter().take(N_OTHERS_MAX);
                pairs.extend(others.map(|&(.., other)| (one.min(other), one.max(other))));
            }
        }
        pairs
    }
}

/// Finds the fewest `same` decisions that lead from one record to another, and gives their lines.
fn chain(same: &[&Decided], from: u32, to: u32) -> Vec<u64> {
    let mut next: BTreeMap<u32, Vec<(u32, u64)>> = BTreeMap::new();
    for decided in same {
        for &(a, b) in &decided.pairs {
            next.entry(a).or_default().push((b, decided.line));
            next.entry(b).or_default().push((a, decided.line));
        }
    }
    let mut came_by: BTreeMap<u32, (u32, u64)> = BTreeMap::from([(from, (from, 0))]);
    let mut open = VecDeque::from([from]);
    while let Some(record) = open.pop_front() {
        for &(other, line) in next.get(&record).into_iter().flatten() {
            if let Entry::Vacant(new) = came_by.entry(other) {
                new.insert((record, line));
                open.push_back(other);
            }
        }
    }
    let mut lines = Vec::new();
    let mut record = to;
    while let Some(&(before, line)) = came_by.get(&record).filter(|_| record != from) {
        lines.push(line);
        record = before;
    }
    lines.sort_unstable();
    lines.dedup();
    lines
}
