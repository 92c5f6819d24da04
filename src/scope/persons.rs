//! Whom do the hits add up to, and what was exposed of each?

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::tables::layout::{Affected, Lineage, ScopeEntry, ScopeMatch};
use crate::tables::{Table, column};
use crate::terms::{Evidence, Identifier};

use super::counted::Judged;
use super::held::{self, Held};
use super::listed::Listed;
use super::meet::Hit;
use super::profile::{self, PLAIN, Profiles};
use super::wanted::Wanted;
use super::{Numbers, Told};

/// Persons per piece of work.
const CHUNK: usize = 1 << 16;

/// A scope row and a record of a person, in the order of the matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Match {
    pub(super) customer: u32,
    list: u32,
    line: u64,
    entry: u32,
    record: u32,
    /// The first profile that tells so; 0 is the value as it is.
    profile: u8,
    evidence: Evidence,
    /// The probability that the two are one person, in parts of 65 535; only of a sample.
    probability: Option<u16>,
}

/// Everything that is looked up along the way.
pub(super) struct Persons<'a> {
    pub(super) listed: &'a Listed<'a>,
    pub(super) wanted: &'a Wanted<'a>,
    pub(super) lineage: &'a Table<Lineage>,
    /// For each customer the number in the night.
    pub(super) customers: &'a [u32],
    /// What the contacts hold of each customer; absent where that is not to be asked.
    pub(super) held: Option<Vec<Held>>,
    /// What earlier notices told, where there were any.
    pub(super) told: Option<&'a Told>,
}

/// Turns hits into matches: who is meant, each scope row and record once, in order.
pub(super) fn matches(
    hits: Vec<Hit>,
    listed: &Listed<'_>,
    entries: &Table<ScopeEntry>,
    customer_of: &[u32],
    judged: &Judged,
) -> Vec<Match> {
    let lines = entries.long(column::SCOPE_LINE);
    let mut matches: Vec<Match> = hits
        .into_iter()
        .filter_map(|hit| {
            let list = listed.list_of[hit.entry as usize];
            let believed = hit.profiles & judged.believed[list as usize];
            (believed > 0 && !hit.placeholder).then(|| Match {
                customer: customer_of[hit.record as usize],
                list,
                line: lines.get(hit.entry as usize).unwrap_or(0),
                record: hit.record,
                profile: first_profile(believed, judged.best[list as usize]),
                evidence: if hit.is_decided {
                    hit.evidence
                } else {
                    hit.evidence.min(listed.lists[list as usize].evidence)
                },
                probability: hit.probability,
                entry: hit.entry,
            })
        })
        .collect();
    // Of two ways in which one row names one record, the surer stays.
    matches.par_sort_unstable_by_key(|found| {
        let Match { customer, list, line, entry, record, profile, evidence, probability } = *found;
        (customer, list, line, entry, record, Reverse((evidence, probability)), profile)
    });
    matches.dedup_by_key(|found| (found.customer, found.entry, found.record));
    matches
}

/// Tells the matches by the numbers of those who are known, who need not be all of a night.
///
/// # Panics
/// If one who is meant is not known.
pub(super) fn renumber(matches: &mut [Match], numbers: Numbers<'_>) {
    let place = |numbers: &[u32], of_night: u32| match numbers.binary_search(&of_night) {
        Ok(place) => u32::try_from(place).unwrap_or(u32::MAX),
        Err(next) => panic!("number {of_night} is meant and not known, {next} before it are"),
    };
    matches.par_iter_mut().for_each(|found| {
        found.customer = place(numbers.customers, found.customer);
        found.record = place(numbers.records, found.record);
    });
}

/// Gives the place of the profile by which a value is said to agree: the standard form where it
/// does, or else the list's best, or else the first.
fn first_profile(believed: Profiles, best: Profiles) -> u8 {
    let chosen = match believed {
        _ if believed & PLAIN > 0 => PLAIN,
        _ if believed & best > 0 => best,
        _ => believed,
    };
    u8::try_from(chosen.trailing_zeros()).unwrap_or(0)
}

/// What tells which texts a person's row holds; many persons share it.
type Kind<'a> = (Vec<(u32, u8, Evidence)>, Held, Option<&'a str>);

/// The texts of a person's row.
struct Texts {
    classes: String,
    left_out: Option<String>,
    told: Option<String>,
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
            column::PROFILE
                .texts(matches.iter().map(|found| self.profile(found.list, found.profile))),
            column::MATCH_PROBABILITY.numbers_or_nothing(
                matches
                    .iter()
                    .map(|found| found.probability.map(|parts| f64::from(parts) / 65_535.0)),
            ),
            column::LISTED_CLASSES.texts(matches.iter().map(|found| Some(list(found).classes))),
            column::EVIDENCE.texts(matches.iter().map(|found| Some(found.evidence.word()))),
        ])
    }

    /// Names the profile of a hash that agreed; nothing for a value as it is.
    fn profile(&self, list: u32, profile: u8) -> Option<&'static str> {
        let Identifier::Hashed(subject, _) = self.listed.lists[list as usize].identifier else {
            return None;
        };
        profile::of(subject).get(usize::from(profile)).copied()
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
        let mut known: BTreeMap<Kind<'_>, usize> = BTreeMap::new();
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
            column::CLASSES_LEFT_OUT.texts(text().map(|texts| texts.left_out.as_deref())),
            column::CLASSES_TOLD.texts(text().map(|texts| texts.told.as_deref())),
        ])
    }

    /// Counts the scope rows that name the person, repeated ones too.
    fn n_scope_rows(&self, group: &[Match]) -> u32 {
        let n_rows = |found: &Match| self.wanted.n_rows[found.entry as usize];
        let one_each = group.chunk_by(|one, other| one.entry == other.entry);
        one_each.map(|same| n_rows(&same[0])).fold(0, u32::saturating_add)
    }

    fn kind(&self, group: &[Match]) -> Kind<'_> {
        let mut lists: Vec<(u32, u8, Evidence)> =
            group.iter().map(|found| (found.list, found.profile, found.evidence)).collect();
        lists.sort_unstable();
        lists.dedup();
        let customer = group[0].customer;
        let held = match &self.held {
            Some(held) => held[customer as usize],
            None => 0,
        };
        let incident = self.listed.lists[group[0].list as usize].incident;
        let of_night = self.customers[customer as usize];
        (lists, held, self.told.and_then(|told| told.classes(of_night, incident)))
    }

    fn texts(&self, (lists, held, told): &Kind<'_>) -> Texts {
        let mut classes: BTreeSet<&str> = BTreeSet::new();
        let mut left_out: BTreeSet<&str> = BTreeSet::new();
        let mut matched_by: BTreeSet<String> = BTreeSet::new();
        let mut evidence = Evidence::Possible;
        for &(place, profile, sureness) in lists {
            let list = &self.listed.lists[place as usize];
            evidence = evidence.max(sureness);
            // What was not there was not exposed; a vendor may hold what the contacts do not.
            let asks = self.held.is_some() && !list.at_vendor;
            for class in list.classes.split(';').filter(|class| !class.is_empty()) {
                let there = held::field_of(class).is_none_or(|field| held & field > 0);
                if asks && !there { &mut left_out } else { &mut classes }.insert(class);
            }
            matched_by.insert(match self.profile(place, profile).filter(|_| profile > 0) {
                Some(profile) => format!("{}:{profile}", list.identifier.word()),
                None => list.identifier.word().to_owned(),
            });
        }
        // Something was exposed, even where the contacts hold none of it.
        if classes.is_empty() {
            std::mem::swap(&mut classes, &mut left_out);
        }
        left_out.retain(|class| !classes.contains(class));
        Texts {
            classes: joined(classes),
            left_out: (!left_out.is_empty()).then(|| joined(left_out)),
            told: told.map(str::to_owned),
            evidence,
            matched_by: joined(matched_by.iter().map(String::as_str)),
        }
    }
}

fn joined<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(";")
}
