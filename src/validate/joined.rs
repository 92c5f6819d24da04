//! How do batches become one table?

use std::hash::{BuildHasher, Hash, Hasher};

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
    let alike = ids_alike(&contacts);
    let shared = shared_values(&points, settings.shared_records_max as usize);
    let findings = with_new(Table::concat(findings), alike, shared);
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

/// Records whose ids are alike.
struct Alike {
    /// Their id stands on an earlier row of their source.
    twice: Vec<u32>,
    /// Another id of their source differs from theirs in capitals only.
    but_for_case: Vec<u32>,
}

fn ids_alike(contacts: &Table<Contact>) -> Alike {
    let (sources, ids) = (contacts.text(column::SOURCE), contacts.text(column::SOURCE_ID));
    let key = |row: u32| (sources.get(row as usize), ids.get(row as usize));
    // Sorting hashes and rows is several times faster than sorting the texts themselves; rows
    // of one hash are compared by their texts.
    let mut order: Vec<(u64, u32)> = (0..number(contacts.height()))
        .into_par_iter()
        .filter_map(|row| {
            let (source, id) = key(row);
            Some((folded_hash(source.unwrap_or(""), id?), row))
        })
        .collect();
    order.par_sort_unstable();
    let mut alike = Alike { twice: Vec::new(), but_for_case: Vec::new() };
    for rows in order.chunk_by(|one, other| one.0 == other.0).filter(|rows| rows.len() > 1) {
        let mut rows: Vec<u32> = rows.iter().map(|(_, row)| *row).collect();
        rows.sort_by_key(|row| (key(*row), *row));
        let same: Vec<&[u32]> = rows.chunk_by(|one, other| key(*one) == key(*other)).collect();
        alike.twice.extend(same.iter().flat_map(|rows| &rows[1..]));
        // Rows of one hash are those of one id, but for a collision in ten thousand runs.
        let is_alike = |one: &[u32], other: &[u32]| {
            let ((source, id), (other_source, other_id)) = (key(one[0]), key(other[0]));
            let folded = |id: Option<&str>| id.map(|id| compared(id).to_ascii_lowercase());
            source == other_source && folded(id) == folded(other_id)
        };
        let has_twin = |place: &usize| {
            let before = place.checked_sub(1).and_then(|before| same.get(before));
            before.into_iter().chain(same.get(place + 1)).any(|other| is_alike(same[*place], other))
        };
        alike.but_for_case.extend((0..same.len()).filter(has_twin).flat_map(|place| same[place]));
    }
    alike.twice.sort_unstable();
    alike.but_for_case.sort_unstable();
    alike
}

/// Gives what tells an id from others: without the checksum of Salesforce, in which those differ
/// that are alike but for capitals.
fn compared(id: &str) -> &str {
    match id.get(..15) {
        Some(fifteen) if id.len() == 18 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            fifteen
        }
        _ => id,
    }
}

fn folded_hash(source: &str, id: &str) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    source.hash(&mut hasher);
    let mut small = [0; 8];
    for eight in compared(id).as_bytes().chunks(small.len()) {
        small[..eight.len()].copy_from_slice(eight);
        small[eight.len()..].fill(0);
        small.make_ascii_lowercase();
        hasher.write_u64(u64::from_le_bytes(small));
    }
    hasher.finish()
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
    alike: Alike,
    shared: Vec<(u32, &'static str)>,
) -> Table<Finding> {
    if alike.twice.is_empty() && alike.but_for_case.is_empty() && shared.is_empty() {
        return findings;
    }
    let id = |rule: Rule| move |record| (record, column::SOURCE_ID.name, rule.id());
    let new: Vec<(u32, &str, &str)> = alike
        .twice
        .into_iter()
        .map(id(Rule::IdTwice))
        .chain(alike.but_for_case.into_iter().map(id(Rule::IdCase)))
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
