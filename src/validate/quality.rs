//! How good are the data, by source, segment and market?
//!
//! The dimensions are those of DAMA. All sums are of whole numbers, so that they do not depend on
//! the order of threads; shares are taken at the end.
//!
//! # Source
//! DAMA UK (2013), "The six primary dimensions for data quality assessment".

use std::collections::BTreeMap;

use polars::prelude::StaticArray;
use rayon::prelude::*;
use serde::Serialize;

use super::counts::{Counts, DATES, FIELDS};
use crate::tables::layout::{Contact, ContactPoint, Finding};
use crate::tables::{self, Column, Kind, Table, column};
use crate::terms::Rule;
use crate::terms::rule::{Dimension, Severity};

/// Quality of a run's contacts, for `quality.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// All contacts together.
    pub overall: Measures,
    /// By source.
    pub by_source: BTreeMap<String, Measures>,
    /// By segment; contacts without one under the empty name.
    pub by_segment: BTreeMap<String, Measures>,
    /// By market; contacts without one under the empty name.
    pub by_market: BTreeMap<String, Measures>,
}

/// Quality of some contacts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measures {
    /// How many contacts.
    pub n_contacts: u64,
    /// How many rows of the source were set aside; known for sources and overall.
    pub n_quarantined: Option<u64>,
    /// Share from 0 to 1 by DAMA dimension; absent where it cannot be judged.
    pub dimensions: BTreeMap<String, f64>,
    /// By field.
    pub fields: BTreeMap<&'static str, FieldQuality>,
    /// By date: made, changed, confirmed.
    pub freshness: BTreeMap<&'static str, Freshness>,
    /// Findings by rule.
    pub findings: BTreeMap<&'static str, u64>,
}

/// How recent the contacts are by one of their dates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Freshness {
    /// Contacts that have the date.
    pub n_dated: u64,
    /// Those of them whose date lies at most two years before the newest of all.
    pub n_fresh: u64,
    /// Their share.
    pub fresh_share: Option<f64>,
}

/// Quality of a field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldQuality {
    /// Contacts that have a usable value.
    pub n_valid: u64,
    /// Contacts that have a value, and none that can be used.
    pub n_invalid: u64,
    /// Values that were mended on the spot.
    pub n_repaired: u64,
    /// Share of the contacts that have a value.
    pub completeness: f64,
    /// Share of those whose value can be used.
    pub validity: Option<f64>,
}

/// A record that did not change for longer than two years before the newest one is stale.
const FRESH_MS: i64 = 730 * 86_400_000;

/// More groups than this are no segments, and would fill the report and the memory.
const GROUPS_MAX: usize = 500;

/// The name under which the smaller groups lie together.
const OTHERS: &str = "(others)";

/// Rows that one thread takes at a time.
const CHUNK_ROWS: usize = 65_536;

/// What is known of a record besides its columns, one bit each.
mod mark {
    pub(super) const EMAIL: u8 = 1;
    pub(super) const EMAIL_VALID: u8 = 2;
    pub(super) const PHONE: u8 = 4;
    pub(super) const PHONE_VALID: u8 = 8;
    pub(super) const INCONSISTENT: u8 = 16;
    pub(super) const INACCURATE: u8 = 32;
    pub(super) const SHARED: u8 = 64;
}

/// Measures the quality of the contacts, by source, segment and market.
///
/// Timeliness is measured from the newest date in the table and not from a clock, so that a run
/// can be repeated.
///
/// # Shape
/// Any number of contacts in, one measure per source, segment and market out. Memory: some 40 bytes
/// per contact while it runs.
pub fn quality(
    contacts: &Table<Contact>,
    points: &Table<ContactPoint>,
    findings: &Table<Finding>,
    quarantined_by_source: &BTreeMap<String, u64>,
) -> Quality {
    let sources = Groups::of(contacts, column::SOURCE);
    let segments = Groups::of(contacts, column::SEGMENT);
    let markets = Groups::of(contacts, column::MARKET);
    let mut marks = vec![0u8; contacts.height()];
    mark_points(points, &mut marks);
    let first_segment = sources.names.len();
    let first_market = first_segment + segments.names.len();
    let n_groups = first_market + markets.names.len();
    let mut counts = vec![Counts::default(); n_groups];
    let places = |row: usize| {
        [
            sources.of[row] as usize,
            first_segment + segments.of[row] as usize,
            first_market + markets.of[row] as usize,
        ]
    };
    let invalid = count_findings(findings, &mut marks, &mut counts, places);
    let newest = newest(contacts);
    let starts: Vec<usize> = (0..contacts.height()).step_by(CHUNK_ROWS).collect();
    let nothing = || vec![Counts::default(); n_groups];
    let of_rows = starts
        .into_par_iter()
        .fold(nothing, |mut counts, start| {
            let end = contacts.height().min(start + CHUNK_ROWS);
            count_rows(contacts, start..end, &marks, &invalid, newest, &mut counts, places);
            counts
        })
        .reduce(nothing, |mut one, other| {
            one.iter_mut().zip(&other).for_each(|(sum, part)| sum.add(part));
            one
        });
    counts.iter_mut().zip(&of_rows).for_each(|(sum, part)| sum.add(part));
    let mut overall = Counts::default();
    counts[..sources.names.len()].iter().for_each(|part| overall.add(part));
    let set_aside = |source: &str| quarantined_by_source.get(source).copied().unwrap_or(0);
    let mut by_source: BTreeMap<String, Measures> = sources
        .names
        .iter()
        .zip(&counts)
        .map(|(name, counts)| ((*name).to_owned(), counts.measures(Some(set_aside(name)))))
        .collect();
    for (source, n_quarantined) in quarantined_by_source {
        let nothing = || Counts::default().measures(Some(*n_quarantined));
        by_source.entry(source.clone()).or_insert_with(nothing);
    }
    let named = |groups: &Groups<'_>, first: usize| -> BTreeMap<String, Measures> {
        let own = groups.names.iter().zip(&counts[first..]);
        own.map(|(name, counts)| ((*name).to_owned(), counts.measures(None))).collect()
    };
    Quality {
        overall: overall.measures(Some(quarantined_by_source.values().sum())),
        by_segment: named(&segments, first_segment),
        by_market: named(&markets, first_market),
        by_source,
    }
}

/// The values of a column in order, and for each row which it has.
struct Groups<'a> {
    names: Vec<&'a str>,
    of: Vec<u32>,
}

impl<'a> Groups<'a> {
    fn of(contacts: &'a Table<Contact>, column: Column) -> Groups<'a> {
        let tables::Groups { mut names, of_row: mut of } =
            tables::Groups::of(contacts.text(column));
        let has_name = |place: &u32| (*place as usize) < names.len();
        if !of.iter().all(has_name) {
            // Rows without one are a group too, and come first.
            of = of.iter().map(|place| if has_name(place) { place + 1 } else { 0 }).collect();
            names.insert(0, "");
        }
        Groups { names, of }.largest()
    }

    /// Keeps the groups with most rows, ties by name, and lays the others together: a column of
    /// free text is no segment.
    fn largest(self) -> Groups<'a> {
        if self.names.len() <= GROUPS_MAX {
            return self;
        }
        let mut n_rows = vec![0u32; self.names.len()];
        self.of.iter().for_each(|group| n_rows[*group as usize] += 1);
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.sort_unstable_by_key(|&group| (std::cmp::Reverse(n_rows[group]), group));
        let mut new_places = vec![GROUPS_MAX; self.names.len()];
        for (place, &group) in order[..GROUPS_MAX].iter().enumerate() {
            new_places[group] = place;
        }
        let kept = order[..GROUPS_MAX].iter().map(|&group| self.names[group]);
        let names = kept.chain([OTHERS]).collect();
        let of = self.of.iter().map(|group| new_places[*group as usize]);
        Groups { names, of: of.map(|place| u32::try_from(place).unwrap_or(u32::MAX)).collect() }
    }
}

fn mark_points(points: &Table<ContactPoint>, marks: &mut [u8]) {
    let [kinds, statuses] = [column::KIND, column::STATUS].map(|column| points.text(column));
    for (place, record) in points.count(column::RECORD).iter().enumerate() {
        let (any, valid) = match kinds.get(place) {
            Some("email") => (mark::EMAIL, mark::EMAIL_VALID),
            Some("phone") => (mark::PHONE, mark::PHONE_VALID),
            _ => continue,
        };
        let Some(record) = record else { continue };
        marks[record as usize] |= any;
        if statuses.get(place) == Some("valid") {
            marks[record as usize] |= valid;
        }
    }
}

/// Counts findings by rule, marks their records, and tells which fields of which record had a
/// value that could not be used: one bit per field.
fn count_findings(
    findings: &Table<Finding>,
    marks: &mut [u8],
    counts: &mut [Counts],
    places: impl Fn(usize) -> [usize; 3],
) -> Vec<u16> {
    let mut invalid = vec![0u16; marks.len()];
    let (fields, rules) = (findings.text(column::FIELD), findings.text(column::RULE));
    let repaired = findings.flag(column::REPAIRED);
    let by_id: BTreeMap<&str, usize> =
        Rule::ALL.iter().enumerate().map(|(place, rule)| (rule.id(), place)).collect();
    for (finding, record) in findings.count(column::RECORD).iter().enumerate() {
        let (Some(record), Some(rule)) =
            (record, rules.get(finding).and_then(|id| by_id.get(id)).copied())
        else {
            continue;
        };
        let row = record as usize;
        let field = FIELDS.iter().position(|own| Some(own.name) == fields.get(finding));
        let is_repaired = repaired.get(finding) == Some(true);
        for place in places(row) {
            counts[place].rules[rule] += 1;
            if let (Some(field), true) = (field, is_repaired) {
                counts[place].n_repaired[field] += 1;
            }
        }
        let rule = Rule::ALL[rule];
        if is_repaired || rule.severity() == Severity::Info {
            continue;
        }
        if let (Some(field), Severity::Error) = (field, rule.severity()) {
            invalid[row] |= 1 << field;
        }
        marks[row] |= match rule.dimension() {
            Dimension::Consistency => mark::INCONSISTENT,
            Dimension::Accuracy => mark::INACCURATE,
            Dimension::Uniqueness => mark::SHARED,
            _ => 0,
        };
    }
    invalid
}

/// The newest instant at which a record changed.
fn newest(contacts: &Table<Contact>) -> Option<i64> {
    DATES.iter().filter_map(|date| contacts.instant(*date).iter().flatten().max()).max()
}

fn count_rows(
    contacts: &Table<Contact>,
    rows: std::ops::Range<usize>,
    marks: &[u8],
    invalid: &[u16],
    newest: Option<i64>,
    counts: &mut [Counts],
    places: impl Fn(usize) -> [usize; 3],
) {
    let dates = DATES.map(|date| contacts.instant(date).downcast_as_array());
    for (field, column) in FIELDS.iter().enumerate() {
        let is_there: Box<dyn Fn(usize) -> bool> = match (column.name, column.kind) {
            ("email", _) => Box::new(|row| marks[row] & mark::EMAIL_VALID != 0),
            ("phone", _) => Box::new(|row| marks[row] & mark::PHONE_VALID != 0),
            (_, Kind::Day) => {
                let days = contacts.day(*column).downcast_as_array();
                Box::new(|row| days.get(row).is_some())
            }
            _ => {
                let texts = contacts.text(*column);
                Box::new(|row| texts.get(row).is_some())
            }
        };
        let had_value = |row: usize| match column.name {
            "email" => marks[row] & mark::EMAIL != 0,
            "phone" => marks[row] & mark::PHONE != 0,
            _ => invalid[row] >> field & 1 == 1,
        };
        for row in rows.clone() {
            let (is_valid, is_invalid) = (is_there(row), had_value(row));
            for place in places(row) {
                counts[place].n_valid[field] += u64::from(is_valid);
                counts[place].n_invalid[field] += u64::from(!is_valid && is_invalid);
            }
        }
    }
    for row in rows {
        let latest = dates.iter().filter_map(|date| date.get(row)).max();
        let fresh = |own: Option<i64>| {
            own.zip(newest).is_some_and(|(own, newest)| newest - own <= FRESH_MS)
        };
        let is_fresh = fresh(latest);
        for place in places(row) {
            let counts = &mut counts[place];
            counts.n_contacts += 1;
            counts.n_inconsistent += u64::from(marks[row] & mark::INCONSISTENT != 0);
            counts.n_inaccurate += u64::from(marks[row] & mark::INACCURATE != 0);
            counts.n_shared += u64::from(marks[row] & mark::SHARED != 0);
            counts.n_dated += u64::from(latest.is_some());
            counts.n_fresh += u64::from(is_fresh);
            for (date, sums) in dates.iter().zip(&mut counts.n_by_date) {
                let own = date.get(row);
                sums[0] += u64::from(own.is_some());
                sums[1] += u64::from(fresh(own));
            }
        }
    }
}
