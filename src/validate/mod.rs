//! Can it be used?
//!
//! Nearly every row can: a name without a phone is still a person whom a breach can touch. Set
//! aside are only rows with nobody in them: no name, no contact point, no address, no id. A
//! record that was deleted in its source stays, since its data may have been taken before.

mod counts;
mod joined;
mod quality;
mod settings;

pub use joined::joined;
pub use quality::{FieldQuality, Freshness, Measures, Quality, quality};
pub use settings::Settings;

use crate::tables::layout::{Contact, ContactPoint, Finding, Quarantined, RawContact};
use crate::tables::{Column, Layout, Table, Texts, column};
use crate::terms::Rule;

/// A batch parted into rows that can be used and rows that cannot.
#[derive(Debug)]
pub struct Validated {
    /// The contacts that can be used, numbered from 0.
    pub contacts: Table<Contact>,
    /// Their contact points.
    pub points: Table<ContactPoint>,
    /// What was found about them, by record.
    pub findings: Table<Finding>,
    /// The rows that cannot be used, as read.
    pub quarantine: Table<Quarantined>,
    /// The rows of the batch that are left, if some were set aside.
    pub kept: Option<Vec<u32>>,
}

/// The three tables that standardizing gives.
pub type Standardized = (Table<Contact>, Table<ContactPoint>, Table<Finding>);

/// Parts the rows of a batch that can be used from those that cannot; `file` is the name that
/// the quarantine gives to where they stood.
///
/// # Shape
/// One row in, one row out, either in `contacts` or in `quarantine`; order kept. Records are
/// numbered anew from 0.
///
/// # Panics
/// If the tables are not of one batch: a bug of the caller.
pub fn contacts(
    standardized: Standardized,
    raw: &Table<RawContact>,
    file: &str,
    settings: &Settings,
) -> Validated {
    let (contacts, points, findings) = standardized;
    let n_rows = contacts.height();
    assert_eq!(n_rows, raw.height(), "the contacts are not those of the raw rows");
    let uses = uses(&contacts, &points, settings);
    let findings = with_missing(findings, &uses, settings);
    if uses.iter().all(|one| one.is_kept) {
        return Validated { contacts, points, findings, quarantine: Table::empty(), kept: None };
    }
    let (mut kept, mut set_aside): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
    let mut new_numbers = vec![None; n_rows];
    for (row, one) in (0u32..).zip(&uses) {
        if one.is_kept {
            new_numbers[row as usize] = Some(number(kept.len()));
            kept.push(row);
        } else {
            set_aside.push(row);
        }
    }
    let contacts = contacts.rows(&kept);
    let numbers = column::RECORD.counts((0..number(kept.len())).collect());
    Validated {
        contacts: with_records(&contacts, numbers),
        points: renumbered(&points, &new_numbers),
        findings: renumbered(&findings, &new_numbers),
        quarantine: quarantine(&raw.rows(&set_aside), file),
        kept: Some(kept),
    }
}

/// What a row is good for.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    is_kept: bool,
    has_name: bool,
    has_channel: bool,
}

fn uses(contacts: &Table<Contact>, points: &Table<ContactPoint>, settings: &Settings) -> Vec<Use> {
    let n_rows = contacts.height();
    // For each row: a valid e-mail or phone, and an id.
    let (mut has_point, mut has_id) = (vec![false; n_rows], vec![false; n_rows]);
    let (kinds, statuses) = (points.text(column::KIND), points.text(column::STATUS));
    for (place, record) in points.count(column::RECORD).iter().enumerate() {
        let Some(row) = record.map(|record| record as usize) else { continue };
        match kinds.get(place) {
            Some("email" | "phone") => has_point[row] |= statuses.get(place) == Some("valid"),
            _ => has_id[row] = true,
        }
    }
    let names = [column::FIRST_NAME, column::LAST_NAME, column::COMPANY];
    let names = names.map(|name| contacts.text(name));
    let address = [column::STREET, column::CITY, column::POSTAL_CODE];
    let address = address.map(|part| contacts.text(part));
    let usable = contacts.flag(column::ADDRESS_USABLE);
    let deleted = contacts.flag(column::DELETED);
    let any =
        |columns: &[&Texts], row: usize| columns.iter().any(|column| column.get(row).is_some());
    (0..n_rows)
        .map(|row| {
            let has_name = any(&names, row);
            let has_channel = has_point[row] || usable.get(row) == Some(true);
            let is_there = has_name || has_channel || any(&address, row);
            let is_known =
                has_id[row] && (settings.keep_bare_ids || deleted.get(row) == Some(true));
            Use { is_kept: is_there || is_known, has_name, has_channel }
        })
        .collect()
}

/// Adds a finding for each kept row that names nobody or cannot be told.
fn with_missing(findings: Table<Finding>, uses: &[Use], settings: &Settings) -> Table<Finding> {
    if !settings.record_missing {
        return findings;
    }
    let (mut records, mut fields, mut rules) = (Vec::new(), Vec::new(), Vec::new());
    for (row, one) in uses.iter().enumerate().filter(|(_, one)| one.is_kept) {
        if !one.has_name {
            records.push(number(row));
            fields.push("name");
            rules.push(Rule::NameMissing.id());
        }
        if !one.has_channel {
            records.push(number(row));
            fields.push("channel");
            rules.push(Rule::NoChannel.id());
        }
    }
    if records.is_empty() {
        return findings;
    }
    let n_new = records.len();
    let new = Table::of(vec![
        column::RECORD.counts(records),
        column::FIELD.texts(fields.into_iter().map(Some)),
        column::RULE.texts(rules.into_iter().map(Some)),
        column::REPAIRED.flags(vec![false; n_new]),
        column::BEFORE.nothing(n_new),
        column::SUGGESTION.nothing(n_new),
    ]);
    by_record(&Table::concat([findings, new]))
}

/// Sorts findings by record, keeping their order within one.
fn by_record(findings: &Table<Finding>) -> Table<Finding> {
    let records: Vec<u32> = findings.count(column::RECORD).iter().flatten().collect();
    let mut order: Vec<u32> = (0..number(records.len())).collect();
    order.sort_by_key(|&place| records[place as usize]);
    findings.rows(&order)
}

/// Leaves out the rows of records that were set aside and gives the others their new numbers.
fn renumbered<L: Layout>(table: &Table<L>, new_numbers: &[Option<u32>]) -> Table<L> {
    let (mut rows, mut numbers) = (Vec::new(), Vec::new());
    for (row, record) in (0u32..).zip(table.count(column::RECORD).iter()) {
        if let Some(new) = record.and_then(|record| new_numbers[record as usize]) {
            rows.push(row);
            numbers.push(new);
        }
    }
    with_records(&table.rows(&rows), column::RECORD.counts(numbers))
}

/// Gives the table with another first column.
fn with_records<L: Layout>(table: &Table<L>, records: polars::prelude::Column) -> Table<L> {
    let others = table.frame().columns().iter().skip(1).cloned();
    Table::of(std::iter::once(records).chain(others).collect())
}

fn quarantine(raw: &Table<RawContact>, file: &str) -> Table<Quarantined> {
    let n_rows = raw.height();
    let text = |column: Column| column.texts(raw.text(column).iter());
    Table::of(vec![
        text(column::SOURCE),
        column::FILE.same(Some(file), n_rows),
        column::LINE.longs_or_nothing(raw.long(column::LINE).iter()),
        column::BYTE_OFFSET.longs_or_nothing(raw.long(column::BYTE_OFFSET).iter()),
        column::REASON.same(Some(Rule::NothingUsable.id()), n_rows),
        text(column::ROW),
    ])
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or_else(|_| panic!("{count} rows are more than 32 bits can number"))
}

#[cfg(test)]
mod tests;
