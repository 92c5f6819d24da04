//! Of several values for one field, which survives?

use std::cmp::Reverse;

use polars::prelude::{Int64Type, PolarsDataType, StaticArray};

use super::customers::Customers;
use super::{Settings, Survivorship};
use crate::tables::layout::Contact;
use crate::tables::{Flags, Table, Texts, column};

/// A column of instants, in one piece.
type Instants = <Int64Type as PolarsDataType>::Array;

/// Stands for "no value": no table has that many rows.
pub(super) const NOTHING: u32 = u32::MAX;

/// What can be compared to survive: texts, one or several that belong together, and numbers.
pub(super) trait Value: Ord {
    /// Counts the filled parts, and the characters in them.
    fn extent(&self) -> (i64, i64);

    /// Gives the amount, where it is one.
    fn amount(&self) -> i64;
}

impl<const N: usize> Value for [Option<&str>; N] {
    fn extent(&self) -> (i64, i64) {
        let sizes = self.iter().flatten().map(|part| part.chars().count());
        sizes.fold((0, 0), |(n_parts, n_chars), size| {
            (n_parts + 1, n_chars + i64::try_from(size).unwrap_or(i64::MAX))
        })
    }

    fn amount(&self) -> i64 {
        0
    }
}

impl Value for i64 {
    fn extent(&self) -> (i64, i64) {
        (1, 0)
    }

    fn amount(&self) -> i64 {
        *self
    }
}

/// A value that may survive.
pub(super) struct Candidate<V> {
    /// The record that says so.
    pub(super) record: u32,
    /// The row that holds the value, of contacts or of contact points.
    pub(super) row: u32,
    /// How well it can be used; more is better, whatever the rule.
    pub(super) usable: u8,
    /// Its place among the record's own values of this field.
    pub(super) rank: u32,
    /// The value.
    pub(super) value: V,
}

impl<V> Candidate<V> {
    /// Takes the value of a field that a record has once.
    pub(super) fn once(record: u32, usable: u8, value: V) -> Candidate<V> {
        Candidate { record, row: record, usable, rank: 0, value }
    }
}

/// What decides between candidates, in this order; the greatest survives. Candidates equal in
/// all of it are of one value, and the record with the smaller key survives.
type Standing<'v, V> = (u8, bool, (i64, i64), Option<i64>, Reverse<(u32, &'v V, usize)>);

/// Applies a rule to the candidates for one field.
pub(super) struct Judge<'a> {
    rule: Survivorship,
    sources: &'a Texts,
    priorities: &'a Priorities<'a>,
    deleted: &'a Flags,
    updated: &'a Instants,
    created: &'a Instants,
    /// For contact data.
    verified: Option<&'a Instants>,
}

impl<'a> Judge<'a> {
    /// Makes a judge for a field that says who a person is.
    pub(super) fn of_person(
        rule: Survivorship,
        contacts: &'a Table<Contact>,
        priorities: &'a Priorities<'a>,
    ) -> Judge<'a> {
        Judge {
            rule,
            sources: contacts.text(column::SOURCE),
            priorities,
            deleted: contacts.flag(column::DELETED),
            updated: contacts.instant(column::UPDATED_AT).downcast_as_array(),
            created: contacts.instant(column::CREATED_AT).downcast_as_array(),
            verified: None,
        }
    }

    /// Makes a judge for a field that says how a person is reached.
    pub(super) fn of_contact_data(
        rule: Survivorship,
        contacts: &'a Table<Contact>,
        priorities: &'a Priorities<'a>,
    ) -> Judge<'a> {
        let verified = Some(contacts.instant(column::VERIFIED_AT).downcast_as_array());
        Judge { verified, ..Judge::of_person(rule, contacts, priorities) }
    }

    /// Gives each customer the row that holds the surviving value, or `NOTHING`; `read` adds a
    /// record's candidates to a list.
    pub(super) fn survivors<V: Value + Send>(
        &self,
        customers: &Customers,
        read: impl Fn(u32, &mut Vec<Candidate<V>>) + Send + Sync,
    ) -> Vec<u32> {
        customers.each(Vec::new, |candidates, records| {
            candidates.clear();
            for &record in records {
                read(record, candidates);
            }
            self.survivor(candidates)
        })
    }

    /// Gives the row of the candidate that survives. Candidates come sorted by record key.
    fn survivor<V: Value>(&self, candidates: &[Candidate<V>]) -> u32 {
        if let [] | [_] = candidates {
            return candidates.first().map_or(NOTHING, |only| only.row);
        }
        let votes = match self.rule {
            Survivorship::MostFrequent => votes(candidates),
            _ => Vec::new(),
        };
        let standings = candidates.iter().enumerate().map(|(place, candidate)| {
            let score = self.score(candidate, votes.get(place).copied());
            (self.standing(candidate, score, place), candidate.row)
        });
        standings.max().map_or(NOTHING, |(_, row)| row)
    }

    fn standing<'v, V: Value>(
        &self,
        candidate: &'v Candidate<V>,
        score: (i64, i64),
        place: usize,
    ) -> Standing<'v, V> {
        let record = candidate.record as usize;
        let is_held = self.deleted.get(record) != Some(true);
        let by_content = Reverse((candidate.rank, &candidate.value, place));
        (candidate.usable, is_held, score, self.changed_at(record), by_content)
    }

    fn score<V: Value>(&self, candidate: &Candidate<V>, n_votes: Option<u32>) -> (i64, i64) {
        match self.rule {
            // Recency decides all that the rule leaves equal, so here it decides everything.
            Survivorship::MostRecent => (0, 0),
            Survivorship::MostComplete => candidate.value.extent(),
            Survivorship::SourcePriority => {
                let source = self.sources.get(candidate.record as usize);
                (-self.priorities.place(source), 0)
            }
            Survivorship::MostFrequent => (n_votes.unwrap_or(0).into(), 0),
            Survivorship::Largest => (candidate.value.amount(), 0),
        }
    }

    fn changed_at(&self, record: usize) -> Option<i64> {
        let verified = self.verified.and_then(|verified| verified.get(record));
        verified.or_else(|| self.updated.get(record)).or_else(|| self.created.get(record))
    }
}

/// Counts for each candidate the records that have its value.
fn votes<V: Value>(candidates: &[Candidate<V>]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_unstable_by_key(|&place| (&candidates[place].value, candidates[place].record));
    let mut votes = vec![0; candidates.len()];
    for equal in order.chunk_by(|&a, &b| candidates[a].value == candidates[b].value) {
        let changes = equal.windows(2).filter(|pair| {
            // A record that says the same twice has one vote.
            candidates[pair[0]].record != candidates[pair[1]].record
        });
        let n_records = 1 + u32::try_from(changes.count()).unwrap_or(u32::MAX - 1);
        for &place in equal {
            votes[place] = n_records;
        }
    }
    votes
}

/// The sources of a run in the order of trust.
pub(super) struct Priorities<'a> {
    named: &'a [String],
    /// Those of the run that the settings do not name, sorted.
    others: Vec<&'a str>,
}

impl<'a> Priorities<'a> {
    pub(super) fn of(contacts: &'a Table<Contact>, settings: &'a Settings) -> Priorities<'a> {
        let named = settings.source_priority.as_slice();
        let mut others: Vec<&str> = Vec::new();
        for source in contacts.text(column::SOURCE).iter().flatten() {
            // The rows of one source lie together, and there are few sources.
            if others.last() != Some(&source) && !others.contains(&source) {
                others.push(source);
            }
        }
        others.retain(|source| !named.iter().any(|name| name == source));
        others.sort_unstable();
        Priorities { named, others }
    }

    /// Gives a source's place, 0 for the most trusted.
    fn place(&self, source: Option<&str>) -> i64 {
        let named = self.named.iter().position(|name| Some(name.as_str()) == source);
        let other = || self.others.iter().position(|other| Some(*other) == source);
        let place = named.or_else(|| other().map(|place| self.named.len() + place));
        i64::try_from(place.unwrap_or(usize::MAX)).unwrap_or(i64::MAX)
    }
}
