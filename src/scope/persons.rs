//! Whom do the hits add up to, and what was exposed of each?

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::tables::layout::{Affected, Lineage, ScopeEntry, ScopeMatch};
use crate::tables::{Table, column};
use crate::terms::Evidence;

use super::held::{self, Held};
use super::listed::Listed;
use super::meet::Hit;
use super::profile::{PLAIN, Profiles};
use super::wanted::Wanted;

/// Persons per piece of work.
const CHUNK: usize = 1 << 16;

/// A scope row and a record of a person, in the order of the matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Match {
    customer: u32,
    list: u32,
    line: u64,
    entry: u32,
    record: u32,
    /// Whether only the list's best profile tells so, and not the standard form.
    by_profile: bool,
}

/// Everything that is looked up along the way.
pub(super) struct Persons<'a> {
    pub(super) listed: &'a Listed<'a>,
    pub(super) wanted: &'a Wanted<'a>,
    pub(super) lineage: &'a Table<Lineage>,
    /// What the contacts hold of each customer; absent where that is not to be asked.
    pub(super) held: Option<Vec<Held>>,
    /// The name of each list's best profile.
    pub(super) profiles: Vec<Option<&'static str>>,
}

/// Turns hits into matches: who is meant, each scope row and record once, in order.
pub(super) fn matches(
    hits: Vec<Hit>,
    listed: &Listed<'_>,
    entries: &Table<ScopeEntry>,
    customer_of: &[u32],
    believed: &[Profiles],
) -> Vec<Match> {
    let lines = entries.long(column::SCOPE_LINE);
    let mut matches: Vec<Match> = hits
        .into_iter()
        .filter_map(|hit| {
            let list = listed.list_of[hit.entry as usize];
            let believed = hit.profiles & believed[list as usize];
            (believed > 0 && !hit.placeholder).then(|| Match {
                customer: customer_of[hit.record as usize],
                list,
                line: lines.get(hit.entry as usize).unwrap_or(0),
                record: hit.record,
                by_profile: believed & PLAIN == 0,
                entry: hit.entry,
            })
        })
        .collect();
    matches.par_sort_unstable();
    matches.dedup_by_key(|found| (found.customer, found.entry, found.record));
    matches
}

/// What tells which texts a person's row holds; many persons share it.
type Kind = (Vec<(u32, bool)>, Held);

/// The texts of a person's row.
struct Texts {
    classes: String,
    evidence: Evidence,
    matched_by: String,
}

impl Persons<'_> {
    /// Writes the table of matches.
    pub(super) fn match_table(&self, matches: &[Match]) -> Table<ScopeMatch> {
        let list = |found: &Match| &self.listed.lists[found.list as usize];
        Table::of(vec![
            column::CUSTOMER.counts(matches.iter().map(|found| found.customer).collect()),
            column::INCIDENT.texts(matches.iter().map(|found| Some(list(found).incident))),
            column::SCOPE_FILE.texts(matches.iter().map(|found| Some(list(found).file))),
            column::SCOPE_LINE.longs(matches.iter().map(|found| found.line).collect()),
            column::IDENTIFIER
                .texts(matches.iter().map(|found| Some(list(found).identifier.word()))),
            column::MATCHED_RECORD.counts(matches.iter().map(|found| found.record).collect()),
        ])
    }

    /// Adds the matches up by person and incident.
    pub(super) fn affected(&self, matches: &[Match]) -> Table<Affected> {
        let incident = |found: &Match| self.listed.lists[found.list as usize].incident;
        let mut groups: Vec<&[Match]> = matches
            .chunk_by(|one, other| {
                one.customer == other.customer && incident(one) == incident(other)
            })
            .collect();
        // Stable: customers keep their order within an incident.
        groups.par_sort_by_key(|group| incident(&group[0]));
        let parts: Vec<_> = groups.par_chunks(CHUNK).map(|groups| self.part(groups)).collect();
        Table::concat(parts)
    }

    fn part(&self, groups: &[&[Match]]) -> Table<Affected> {
        let ids = self.lineage.text(column::CUSTOMER_ID);
        let mut known: BTreeMap<Kind, usize> = BTreeMap::new();
        let mut texts: Vec<Texts> = Vec::new();
        let which: Vec<usize> = groups
            .iter()
            .map(|group| {
                let kind = self.kind(group);
                *known.entry(kind).or_insert_with_key(|kind| {
                    texts.push(self.texts(kind));
                    texts.len() - 1
                })
            })
            .collect();
        let text = || which.iter().map(|&place| &texts[place]);
        let first = || groups.iter().map(|group| &group[0]);
        let incident = |found: &Match| Some(self.listed.lists[found.list as usize].incident);
        Table::of(vec![
            column::CUSTOMER.counts(first().map(|found| found.customer).collect()),
            column::CUSTOMER_ID.texts(first().map(|found| ids.get(found.record as usize))),
            column::INCIDENT.texts(first().map(incident)),
            column::DATA_CLASSES.texts(text().map(|texts| Some(&texts.classes))),
            column::EVIDENCE.texts(text().map(|texts| Some(texts.evidence.word()))),
            column::MATCHED_BY.texts(text().map(|texts| Some(&texts.matched_by))),
            column::N_SCOPE_ROWS
                .counts(groups.iter().map(|group| self.n_scope_rows(group)).collect()),
        ])
    }

    /// Counts the scope rows that name the person, repeated ones too.
    fn n_scope_rows(&self, group: &[Match]) -> u32 {
        let n_rows = |found: &Match| self.wanted.n_rows[found.entry as usize];
        let one_each = group.chunk_by(|one, other| one.entry == other.entry);
        one_each.map(|same| n_rows(&same[0])).fold(0, u32::saturating_add)
    }

    fn kind(&self, group: &[Match]) -> Kind {
        let mut lists: Vec<(u32, bool)> =
            group.iter().map(|found| (found.list, found.by_profile)).collect();
        lists.sort_unstable();
        lists.dedup();
        let held = match &self.held {
            Some(held) => held[group[0].customer as usize],
            None => 0,
        };
        (lists, held)
    }

    fn texts(&self, (lists, held): &Kind) -> Texts {
        let mut classes: BTreeSet<&str> = BTreeSet::new();
        let mut matched_by: BTreeSet<String> = BTreeSet::new();
        let mut evidence = Evidence::Possible;
        let mut at_vendor = false;
        for &(place, by_profile) in lists {
            let list = &self.listed.lists[place as usize];
            classes.extend(list.classes.split(';').filter(|class| !class.is_empty()));
            evidence = evidence.max(list.evidence);
            at_vendor |= list.at_vendor;
            matched_by.insert(match self.profiles[place as usize].filter(|_| by_profile) {
                Some(profile) => format!("{}:{profile}", list.identifier.word()),
                None => list.identifier.word().to_owned(),
            });
        }
        if self.held.is_some() && !at_vendor {
            classes = only_held(classes, *held);
        }
        let join = |texts: Vec<&str>| texts.join(";");
        Texts {
            classes: join(classes.into_iter().collect()),
            evidence,
            matched_by: join(matched_by.iter().map(String::as_str).collect()),
        }
    }
}

/// Leaves out what the contacts have a field for, but no value of this person; everything stays
/// where nothing would be left, since something was exposed.
fn only_held(classes: BTreeSet<&str>, held: Held) -> BTreeSet<&str> {
    let is_held = |class: &str| held::field_of(class).is_none_or(|field| held & field > 0);
    let kept: BTreeSet<&str> = classes.iter().copied().filter(|class| is_held(class)).collect();
    if kept.is_empty() { classes } else { kept }
}
