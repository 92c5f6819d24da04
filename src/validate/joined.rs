//! How do batches become one table?

use std::hash::BuildHasher;

use polars::prelude::Column as Filled;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::{Settings, Validated, by_record, number, with_records};
use crate::tables::layout::{Contact, ContactPoint, Finding, Quarantined};
use crate::tables::{Layout, Table, column};
use crate::terms::Rule;

/// Lays batches one under the other, in the order given, and numbers the records through. Ids
/// that a source uses twice are found here, where all of its rows are together.
///
/// # Shape
/// All rows in, all rows out. Row `i` of the contacts is record `i`.
///
/// Each batch's tables are handed over and not copied until all lie together; the peak is one
/// table beside its parts.
pub fn joined(parts: Vec<Validated>, settings: &Settings) -> Validated {
    let n_parts = parts.len();
    let (mut contacts, mut points) = (Vec::with_capacity(n_parts), Vec::with_capacity(n_parts));
    let (mut findings, mut quarantine) = (Vec::with_capacity(n_parts), Vec::with_capacity(n_parts));
    let mut first = 0u32;
    for part in parts {
        let n_rows = number(part.contacts.height());
        contacts.push(shifted::<Contact>(part.contacts, first));
        points.push(shifted::<ContactPoint>(part.points, first));
        findings.push(shifted::<Finding>(part.findings, first));
        quarantine.push(part.quarantine);
        first = number(first as usize + n_rows as usize);
    }
    let contacts = Table::concat(contacts);
    let points = Table::concat(points);
    let twice = ids_found_twice(&contacts);
    let shared = shared_values(&points, settings.shared_records_max as usize);
    let findings = with_new(Table::concat(findings), twice, shared);
    Validated {
        points,
        kept: None,
        quarantine: Table::<Quarantined>::concat(quarantine),
        findings,
        contacts,
    }
}

fn shifted<L: Layout>(table: Table<L>, first: u32) -> Table<L> {
    if first == 0 {
        return table;
    }
    let records: Vec<u32> =
        table.count(column::RECORD).iter().map(|record| record.unwrap_or(0) + first).collect();
    let records: Filled = column::RECORD.counts(records);
    with_records(&table, records)
}

/// Lists the records whose id stands on an earlier row of their source.
fn ids_found_twice(contacts: &Table<Contact>) -> Vec<u32> {
    let (sources, ids) = (contacts.text(column::SOURCE), contacts.text(column::SOURCE_ID));
    let key = |row: u32| (sources.get(row as usize), ids.get(row as usize));
    // Sorting hashes and rows is several times faster than sorting the texts themselves; rows
    // of one hash are compared by their texts.
    let mut order: Vec<(u64, u32)> = (0..number(contacts.height()))
        .into_par_iter()
        .filter(|row| key(*row).1.is_some())
        .map(|row| (FxBuildHasher.hash_one(key(row)), row))
        .collect();
    order.par_sort_unstable();
    let mut twice: Vec<u32> = order
        .chunk_by(|one, other| one.0 == other.0)
        .filter(|rows| rows.len() > 1)
        .flat_map(|rows| {
            // Rows of one hash have one text, but for a collision in ten thousand runs: the first
            // row and the one before are enough to look at, and keep a column of one id linear.
            let is_again = |place: &usize| {
                let own = key(rows[*place].1);
                key(rows[0].1) == own || key(rows[*place - 1].1) == own
            };
            (1..rows.len()).filter(is_again).map(|place| rows[place].1).collect::<Vec<_>>()
        })
        .collect();
    twice.sort_unstable();
    twice
}

/// Lists the records that hold an e-mail address or telephone number which more records share
/// than one person has, with the field.
fn shared_values(points: &Table<ContactPoint>, n_records_max: usize) -> Vec<(u32, &'static str)> {
    let (records, kinds) = (points.count(column::RECORD), points.text(column::KIND));
    let (values, statuses) = (points.text(column::VALUE), points.text(column::STATUS));
    let field = |place: usize| match kinds.get(place) {
        Some("email") => Some(column::EMAIL.name),
        Some("phone") => Some(column::PHONE.name),
        _ => None,
    };
    // Hashes are enough: of a billion values two collide once in forty runs, and eleven never.
    let mut hashes: Vec<(u64, u32)> = (0..number(points.height()))
        .into_par_iter()
        .filter_map(|place| {
            let row = place as usize;
            let field = field(row).filter(|_| statuses.get(row) == Some("valid"))?;
            Some((FxBuildHasher.hash_one((field, values.get(row))), place))
        })
        .collect();
    hashes.par_sort_unstable();
    let mut shared: Vec<(u32, &'static str)> = hashes
        .chunk_by(|one, other| one.0 == other.0)
        .filter(|places| places.len() > n_records_max)
        .flatten()
        .filter_map(|(_, place)| Some((records.get(*place as usize)?, field(*place as usize)?)))
        .collect();
    shared.sort_unstable();
    shared.dedup();
    shared
}

/// Adds what only all rows together could tell.
fn with_new(
    findings: Table<Finding>,
    twice: Vec<u32>,
    shared: Vec<(u32, &'static str)>,
) -> Table<Finding> {
    if twice.is_empty() && shared.is_empty() {
        return findings;
    }
    let id = |record| (record, column::SOURCE_ID.name, Rule::IdTwice.id());
    let new: Vec<(u32, &str, &str)> = twice
        .into_iter()
        .map(id)
        .chain(shared.into_iter().map(|(record, field)| (record, field, Rule::SharedValue.id())))
        .collect();
    let n_new = new.len();
    let new = Table::of(vec![
        column::RECORD.counts(new.iter().map(|one| one.0).collect()),
        column::FIELD.texts(new.iter().map(|one| Some(one.1))),
        column::RULE.texts(new.iter().map(|one| Some(one.2))),
        column::REPAIRED.flags(vec![false; n_new]),
        column::BEFORE.nothing(n_new),
        column::SUGGESTION.nothing(n_new),
    ]);
    by_record(&Table::concat([findings, new]))
}
