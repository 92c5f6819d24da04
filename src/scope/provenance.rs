//! Whose data is a sample, and when was it taken?
//!
//! A row that is of a customer is held against each record of that customer, to the letter. The
//! source whose records agree in every field is the one that it was taken from; and what stands
//! in the sample as it stands in a record was taken after the record was made. Where snapshots of
//! the incident's time tell what a record said before, a row that has the new value was taken
//! after the change, and one that has the old value before it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use crate::tables::layout::{Contact, ContactPoint, SampleMatch};
use crate::tables::{Column, Table, Texts, column};

use super::Known;
use super::sample::{Sample, evidence_of};
use crate::terms::Evidence;

/// How often a field agrees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldAgreement {
    /// The field.
    pub field: String,
    /// Rows in which both the sample and the record have it.
    pub n_compared: u64,
    /// Of these, rows in which they agree.
    pub n_agree: u64,
}

/// How a sample agrees with the records of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceAgreement {
    /// The source.
    pub source: String,
    /// Rows whose customer has a record there.
    pub n_rows: u64,
    /// Of these, rows that agree with it in every field that both have, two at least.
    pub n_rows_whole: u64,
    /// Agreement to the letter, field by field.
    pub fields: Vec<FieldAgreement>,
    /// When the newest of the records was made with which a row agrees in every field.
    pub newest_created_at: Option<Timestamp>,
    /// When the latest of them was changed: the change may lie in what the sample does not show.
    pub newest_updated_at: Option<Timestamp>,
}

/// Where a sample comes from.
pub(super) struct Origin {
    /// By source.
    pub(super) sources: Vec<SourceAgreement>,
    pub(super) closest: Option<String>,
    pub(super) not_before: Option<Timestamp>,
    pub(super) before: Option<Timestamp>,
}

/// Texts of a record that are held against each other.
const TEXTS: [Column; 6] = [
    column::FIRST_NAME,
    column::LAST_NAME,
    column::COMPANY,
    column::STREET,
    column::CITY,
    column::POSTAL_CODE,
];

/// Kinds of contact points that are.
const KINDS: [&str; 4] = ["email", "phone", "customer_key", "record_id"];

/// A row agrees in every field only if it has so many.
const N_FIELDS_MIN: usize = 2;

/// Counts how the fields agree as the model weighs them, over the rows whose likeliest customer
/// is confirmed or probable; by field.
pub(super) fn fields(matches: &Table<SampleMatch>) -> Vec<FieldAgreement> {
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for place in likeliest(matches) {
        for (column, agrees) in [(column::AGREES_ON, 1), (column::DIFFERS_ON, 0)] {
            let fields = matches.text(column).get(place).unwrap_or_default();
            for field in fields.split(';').filter(|field| !field.is_empty()) {
                let of = counts.entry(field).or_default();
                *of = (of.0 + 1, of.1 + agrees);
            }
        }
    }
    agreement(counts)
}

/// Gives the latest instant at which the sample itself says that a row was made or changed; one
/// after the discovery is no date of the theft.
pub(super) fn newest_shown(
    contacts: &Table<Contact>,
    discovered: Option<Timestamp>,
) -> Option<Timestamp> {
    let latest = discovered.unwrap_or(Timestamp::MAX).as_millisecond();
    let newest =
        |column| contacts.instant(column).iter().flatten().filter(|&at| at <= latest).max();
    instant([column::CREATED_AT, column::UPDATED_AT].into_iter().filter_map(newest).max())
}

/// Holds the rows against the records of their customers.
pub(super) fn origin(sample: &Sample<'_>, known: &Known<'_>, customer_of: &[u32]) -> Origin {
    let records_of = records_of(sample, customer_of);
    let mut wanted: Vec<u32> = records_of.iter().flat_map(|of| &of.1).copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let is_wanted = |record| wanted.binary_search(&record).is_ok();
    let ours = Side { contacts: known.contacts, points: Points::of(known.points, is_wanted) };
    let theirs = Side { contacts: sample.contacts, points: Points::of(sample.points, |_| true) };
    let sources = known.contacts.text(column::SOURCE);
    let (created, updated) =
        (known.contacts.instant(column::CREATED_AT), known.contacts.instant(column::UPDATED_AT));
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let (mut not_before, mut before) = (None, None);
    let outdated: Vec<Points<'_>> =
        known.outdated.iter().map(|night| Points::of(night, is_wanted)).collect();
    for (row, records) in &records_of {
        // Of several records in a source the one that agrees best speaks for it.
        let mut best: BTreeMap<&str, (usize, u32, Held)> = BTreeMap::new();
        for &record in records {
            let held = theirs.against(*row, &ours, record);
            let n_same = held.iter().filter(|same| **same == Some(true)).count();
            let source = sources.get(record as usize).unwrap_or_default();
            if best.get(source).is_none_or(|known| n_same > known.0) {
                best.insert(source, (n_same, record, held));
            }
            if let Some(has_new) = theirs.shows_change(*row, &ours, &outdated, record) {
                let at = updated.get(record as usize);
                if has_new {
                    not_before = not_before.max(at);
                } else {
                    before = [before, at].into_iter().flatten().min();
                }
            }
        }
        for (source, (n_same, record, held)) in best {
            let at = [created, updated].map(|dates| dates.get(record as usize));
            tallies.entry(source).or_default().add(n_same, &held, at);
        }
    }
    let closest = tallies
        .iter()
        .filter(|(_, tally)| tally.n_whole > 0)
        .max_by(|one, other| {
            one.1.closeness().total_cmp(&other.1.closeness()).then(other.0.cmp(one.0))
        })
        .map(|(source, _)| (*source).to_owned());
    let made = closest.as_ref().and_then(|closest| tallies[closest.as_str()].newest[0]);
    Origin {
        not_before: instant(not_before.max(made)),
        before: instant(before),
        sources: tallies.into_iter().map(|(source, tally)| tally.of_source(source)).collect(),
        closest,
    }
}

/// Whether each field is the same; nothing where one of the two has none.
type Held = [Option<bool>; TEXTS.len() + 1 + KINDS.len()];

/// What the rows say against the records of one source.
#[derive(Default)]
struct Tally {
    n_rows: u64,
    n_whole: u64,
    fields: [(u64, u64); TEXTS.len() + 1 + KINDS.len()],
    /// Made and changed, of records that agree in every field.
    newest: [Option<i64>; 2],
}

impl Tally {
    fn add(&mut self, n_same: usize, held: &Held, at: [Option<i64>; 2]) {
        self.n_rows += 1;
        for (of, same) in self.fields.iter_mut().zip(held) {
            *of = (of.0 + u64::from(same.is_some()), of.1 + u64::from(*same == Some(true)));
        }
        if n_same >= N_FIELDS_MIN && !held.contains(&Some(false)) {
            self.n_whole += 1;
            for (newest, at) in self.newest.iter_mut().zip(at) {
                *newest = (*newest).max(at);
            }
        }
    }

    /// Orders sources: by the rows that agree in all, then by the share of fields that do.
    fn closeness(&self) -> f64 {
        let sum = self.fields.iter().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
        self.n_whole as f64 + 0.5 * sum.1 as f64 / sum.0.max(1) as f64
    }

    fn of_source(self, source: &str) -> SourceAgreement {
        let names = TEXTS.iter().map(|column| column.name);
        let names = names.chain([column::BIRTH_DATE.name]).chain(KINDS);
        let fields = names.zip(self.fields).filter(|(_, of)| of.0 > 0);
        SourceAgreement {
            source: source.to_owned(),
            n_rows: self.n_rows,
            n_rows_whole: self.n_whole,
            fields: agreement(fields),
            newest_created_at: instant(self.newest[0]),
            newest_updated_at: instant(self.newest[1]),
        }
    }
}

fn agreement<'a>(counts: impl IntoIterator<Item = (&'a str, (u64, u64))>) -> Vec<FieldAgreement> {
    let of = |(field, (n_compared, n_agree)): (&str, (u64, u64))| FieldAgreement {
        field: field.to_owned(),
        n_compared,
        n_agree,
    };
    counts.into_iter().map(of).collect()
}

fn instant(milliseconds: Option<i64>) -> Option<Timestamp> {
    milliseconds.and_then(|at| Timestamp::from_millisecond(at).ok())
}

/// Lists the places of each row's likeliest customer, where it is confirmed or probable.
fn likeliest(matches: &Table<SampleMatch>) -> Vec<usize> {
    let (ranks, tiers) = (matches.count(column::RANK), matches.text(column::EVIDENCE));
    (0..matches.height())
        .filter(|&place| {
            ranks.get(place) == Some(0) && evidence_of(tiers.get(place)) > Evidence::Possible
        })
        .collect()
}

/// Gives for each such row all records of the customer.
fn records_of(sample: &Sample<'_>, customer_of: &[u32]) -> Vec<(u32, Vec<u32>)> {
    let (rows, records) =
        (sample.matches.count(column::SAMPLE_RECORD), sample.matches.count(column::MATCHED_RECORD));
    let meant: Vec<(u32, u32)> = likeliest(sample.matches)
        .into_iter()
        .filter_map(|place| Some((rows.get(place)?, customer_of[records.get(place)? as usize])))
        .collect();
    let customers: BTreeSet<u32> = meant.iter().map(|of| of.1).collect();
    let customers: Vec<u32> = customers.into_iter().collect();
    let mut of_customer: Vec<Vec<u32>> = vec![Vec::new(); customers.len()];
    for (record, customer) in (0u32..).zip(customer_of) {
        if let Ok(place) = customers.binary_search(customer) {
            of_customer[place].push(record);
        }
    }
    let all = |customer: &u32| {
        customers.binary_search(customer).map_or(&[][..], |place| &of_customer[place])
    };
    meant.iter().map(|(row, customer)| (*row, all(customer).to_vec())).collect()
}

/// Contact points, to be asked by record.
struct Points<'a> {
    /// Record and row, in order.
    rows: Vec<(u32, u32)>,
    kinds: &'a Texts,
    values: &'a Texts,
}

impl<'a> Points<'a> {
    fn of(points: &'a Table<ContactPoint>, is_wanted: impl Fn(u32) -> bool) -> Points<'a> {
        let records = points.count(column::RECORD).into_no_null_iter();
        let mut rows: Vec<(u32, u32)> =
            records.zip(0..).filter(|&(record, _)| is_wanted(record)).collect();
        rows.sort_unstable();
        Points { rows, kinds: points.text(column::KIND), values: points.text(column::VALUE) }
    }

    /// Lists a record's values of a kind.
    fn values(&self, record: u32, kind: &'static str) -> impl Iterator<Item = &'a str> {
        let start = self.rows.partition_point(|of| of.0 < record);
        let of_record = self.rows[start..].iter().take_while(move |of| of.0 == record);
        let (kinds, values) = (self.kinds, self.values);
        of_record
            .map(|of| of.1 as usize)
            .filter(move |&row| kinds.get(row) == Some(kind))
            .filter_map(move |row| values.get(row))
    }
}

/// Records and their points, on one side of a comparison.
struct Side<'a> {
    contacts: &'a Table<Contact>,
    points: Points<'a>,
}

impl Side<'_> {
    /// Tells field by field whether a row and a record say the same.
    fn against(&self, row: u32, other: &Side<'_>, record: u32) -> Held {
        let mut held: Held = [None; TEXTS.len() + 1 + KINDS.len()];
        let (here, there) = (row as usize, record as usize);
        for (place, column) in TEXTS.into_iter().enumerate() {
            let texts =
                (self.contacts.text(column).get(here), other.contacts.text(column).get(there));
            if let (Some(one), Some(other)) = texts {
                held[place] = Some(one.to_lowercase() == other.to_lowercase());
            }
        }
        let days = [(self, here), (other, there)]
            .map(|(side, row)| side.contacts.day(column::BIRTH_DATE).get(row));
        if let [Some(one), Some(other)] = days {
            held[TEXTS.len()] = Some(one == other);
        }
        for (place, kind) in KINDS.into_iter().enumerate() {
            let known: Vec<&str> = other.points.values(record, kind).collect();
            let mut shown = self.points.values(row, kind).peekable();
            if !known.is_empty() && shown.peek().is_some() {
                held[TEXTS.len() + 1 + place] = Some(shown.any(|value| known.contains(&value)));
            }
        }
        held
    }

    /// Tells whether a row shows the new value of a record that changed since an older night;
    /// nothing where it changed in nothing that the row has.
    fn shows_change(
        &self,
        row: u32,
        ours: &Side<'_>,
        outdated: &[Points<'_>],
        record: u32,
    ) -> Option<bool> {
        KINDS.into_iter().find_map(|kind| {
            let shown: Vec<&str> = self.points.values(row, kind).collect();
            let has_old = outdated
                .iter()
                .flat_map(|night| night.values(record, kind))
                .fold(None, |has, old| Some(has.unwrap_or(false) || shown.contains(&old)))?;
            let has_new = ours.points.values(record, kind).any(|new| shown.contains(&new));
            (has_new != has_old).then_some(has_new)
        })
    }
}
