//! What changed from one run to another?
//!
//! Records are matched by source and record id; those without an id by what their row said. A
//! field is broken where a rule of weight (a warning or an error that was not mended) speaks of
//! it now and none did before, and repaired the other way round.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::error::Error;
use super::finished::Finished;
use crate::output::{self, Dialect};
use crate::tables::layout::{Change, Contact, Finding, Lineage};
use crate::tables::{Layout, Table, column as c};
use crate::terms::Rule;
use crate::terms::rule::Severity;

/// What changed, in counts.
#[derive(Debug, PartialEq, Serialize)]
pub struct Changed {
    /// The earlier run.
    pub before: String,
    /// The later run.
    pub after: String,
    /// Records.
    pub records: Records,
    /// Customers.
    pub customers: Customers,
    /// By field.
    pub fields: BTreeMap<String, Faults>,
    /// By rule: records of which it speaks now and did not, and the other way round.
    pub rules: BTreeMap<String, Faults>,
}

/// What became of the records.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Records {
    /// In the later run only.
    pub n_new: u64,
    /// In the earlier run only.
    pub n_gone: u64,
    /// In both, and their row says something else.
    pub n_changed: u64,
    /// In both, and their row says the same.
    pub n_same: u64,
    /// In both, with a field that can be used now and could not.
    pub n_repaired: u64,
    /// In both, with a field that could be used and cannot now.
    pub n_broken: u64,
}

/// What became of the customers.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Customers {
    /// Customers of which no record was there before.
    pub n_new: u64,
    /// Customers of which no record is left.
    pub n_gone: u64,
    /// Customers whose records were several customers before.
    pub n_merged: u64,
    /// Customers whose records are several customers now.
    pub n_split: u64,
}

/// How many records a field, or a rule, was repaired and broken for.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Faults {
    /// It can be used now; the rule is silent now.
    pub n_repaired: u64,
    /// It cannot be used now; the rule speaks up now.
    pub n_broken: u64,
}

/// Compares two nightly runs; `details`, where given, is a CSV file for a row per change.
///
/// # Errors
/// A run is not there or not whole, or the file cannot be written.
pub fn diff(before: &Path, after: &Path, details: Option<&Path>) -> Result<Changed, Error> {
    let (before, after) = (Side::read(before)?, Side::read(after)?);
    let met = Met::of(&before.keys(), &after.keys());
    let mut found = Found { before: &before, after: &after, rows: Vec::new() };
    let mut records = records(&met, &mut found);
    let (fields, rules) = faults(&met, &mut records, &mut found);
    let customers = customers(&met, &mut found);
    if let Some(path) = details {
        output::replace_csv(path, found.table().frame(), Dialect::Machine)?;
    }
    let (before, after) = (before.run_id, after.run_id);
    Ok(Changed { before, after, records, customers, fields, rules })
}

/// One of the two runs.
struct Side {
    run_id: String,
    contacts: Table<Contact>,
    lineage: Table<Lineage>,
    /// Record, field and rule wherever a rule of weight speaks of what was not mended; in order.
    faults: Vec<(u32, String, Rule)>,
}

/// How a record is known in every run: its source, its id, a hash of its row where it has none,
/// and which of several alike it is.
type Key<'a> = (&'a str, Option<&'a str>, u64, u32);

impl Side {
    fn read(place: &Path) -> Result<Side, Error> {
        let run = Finished::open(place)?;
        let findings: Table<Finding> = run.table()?;
        let (records, repaired) = (findings.count(c::RECORD), findings.flag(c::REPAIRED));
        let (fields, rules) = (findings.text(c::FIELD), findings.text(c::RULE));
        let of_weight = |row: usize| {
            let rule = Rule::named(rules.get(row)?)?;
            let weighs = rule.severity() >= Severity::Warning && repaired.get(row) != Some(true);
            weighs.then(|| Some((records.get(row)?, fields.get(row)?.to_owned(), rule)))?
        };
        let mut faults: Vec<_> = (0..findings.height()).filter_map(of_weight).collect();
        faults.sort();
        faults.dedup();
        Ok(Side {
            run_id: run.id().to_owned(),
            contacts: run.table()?,
            lineage: run.table()?,
            faults,
        })
    }

    /// Gives the keys of all records, each with its record, in order.
    fn keys(&self) -> Vec<(Key<'_>, u32)> {
        let (sources, ids) = (self.contacts.text(c::SOURCE), self.contacts.text(c::SOURCE_ID));
        let hashes = self.contacts.long(c::CONTENT_HASH);
        let mut keys: Vec<(Key<'_>, u32)> = (0u32..)
            .take(self.contacts.height())
            .map(|record| {
                let row = record as usize;
                let id = ids.get(row);
                let hash = if id.is_some() { 0 } else { hashes.get(row).unwrap_or(0) };
                ((sources.get(row).unwrap_or(""), id, hash, 0), record)
            })
            .collect();
        keys.sort_unstable();
        for place in 1..keys.len() {
            let (before, key) = (keys[place - 1].0, &mut keys[place].0);
            if (before.0, before.1, before.2) == (key.0, key.1, key.2) {
                key.3 = before.3 + 1;
            }
        }
        keys
    }

    fn faults_of(&self, record: u32) -> &[(u32, String, Rule)] {
        let start = self.faults.partition_point(|fault| fault.0 < record);
        let end = self.faults.partition_point(|fault| fault.0 <= record);
        &self.faults[start..end]
    }

    fn customer_of(&self, record: u32) -> u32 {
        self.lineage.count(c::CUSTOMER).get(record as usize).unwrap_or(u32::MAX)
    }

    fn hash_of(&self, record: u32) -> Option<u64> {
        self.contacts.long(c::CONTENT_HASH).get(record as usize)
    }
}

/// Which records met, and which are in one run only.
#[derive(Default)]
struct Met {
    both: Vec<(u32, u32)>,
    gone: Vec<u32>,
    new: Vec<u32>,
}

impl Met {
    fn of(before: &[(Key<'_>, u32)], after: &[(Key<'_>, u32)]) -> Met {
        let mut met = Met::default();
        let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
        loop {
            let order = match (before.peek(), after.peek()) {
                (Some(one), Some(other)) => one.0.cmp(&other.0),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return met,
            };
            let one = if order.is_le() { before.next() } else { None };
            let other = if order.is_ge() { after.next() } else { None };
            match (one, other) {
                (Some((_, one)), Some((_, other))) => met.both.push((*one, *other)),
                (Some((_, one)), None) => met.gone.push(*one),
                (None, Some((_, other))) => met.new.push(*other),
                (None, None) => return met,
            }
        }
    }
}

/// A change of a record, for the file of details.
struct Row<'a> {
    change: &'static str,
    before: Option<u32>,
    after: Option<u32>,
    field: Option<&'a str>,
    rule: Option<&'static str>,
}

/// The changes found so far.
struct Found<'a> {
    before: &'a Side,
    after: &'a Side,
    rows: Vec<Row<'a>>,
}

impl<'a> Found<'a> {
    fn note(&mut self, change: &'static str, before: Option<u32>, after: Option<u32>) {
        self.rows.push(Row { change, before, after, field: None, rule: None });
    }

    fn note_fault(
        &mut self,
        change: &'static str,
        pair: (u32, u32),
        fault: &'a (u32, String, Rule),
    ) {
        let (field, rule) = (Some(fault.1.as_str()), Some(fault.2.id()));
        self.rows.push(Row { change, before: Some(pair.0), after: Some(pair.1), field, rule });
    }

    /// Writes the table of details, in an order that the runs alone decide.
    fn table(&self) -> Table<Change> {
        let mut rows: Vec<[Option<&str>; 7]> = self.rows.iter().map(|row| self.told(row)).collect();
        rows.sort_unstable();
        let columns = Change::COLUMNS.iter().enumerate().map(|(place, column)| {
            let cells = rows.iter().map(|row| row[place]);
            column.texts(cells)
        });
        Table::of(columns.collect())
    }

    fn told<'t>(&'t self, row: &'t Row<'_>) -> [Option<&'t str>; 7] {
        let (side, record) = match (row.before, row.after) {
            (_, Some(record)) => (self.after, record as usize),
            (before, None) => (self.before, before.unwrap_or(u32::MAX) as usize),
        };
        [
            Some(row.change),
            side.contacts.text(c::SOURCE).get(record),
            side.contacts.text(c::SOURCE_ID).get(record),
            row.field,
            row.rule,
            customer(self.before, row.before),
            customer(self.after, row.after),
        ]
    }
}

fn customer(side: &Side, record: Option<u32>) -> Option<&str> {
    side.lineage.text(c::CUSTOMER_ID).get(record? as usize)
}

fn records(met: &Met, found: &mut Found<'_>) -> Records {
    let mut records = Records {
        n_new: met.new.len() as u64,
        n_gone: met.gone.len() as u64,
        ..Records::default()
    };
    met.new.iter().for_each(|record| found.note("new", None, Some(*record)));
    met.gone.iter().for_each(|record| found.note("gone", Some(*record), None));
    for (before, after) in &met.both {
        if found.before.hash_of(*before) == found.after.hash_of(*after) {
            records.n_same += 1;
        } else {
            records.n_changed += 1;
            found.note("changed", Some(*before), Some(*after));
        }
    }
    records
}

type ByName = BTreeMap<String, Faults>;

/// Counts fields and rules that were repaired and broken.
fn faults(met: &Met, records: &mut Records, found: &mut Found<'_>) -> (ByName, ByName) {
    let (mut fields, mut rules) = (ByName::new(), ByName::new());
    for pair in &met.both {
        let (before, after) = (found.before, found.after);
        let (before, after) = (before.faults_of(pair.0), after.faults_of(pair.1));
        let is_of = |faults: &[(u32, String, Rule)], fault: &(u32, String, Rule)| {
            faults.iter().any(|other| other.1 == fault.1)
        };
        let is_same = |faults: &[(u32, String, Rule)], fault: &(u32, String, Rule)| {
            faults.iter().any(|other| (&other.1, other.2) == (&fault.1, fault.2))
        };
        let (mut is_repaired, mut is_broken) = (false, false);
        let mut last = None;
        for fault in before.iter().filter(|fault| !is_same(after, fault)) {
            rules.entry(fault.2.id().to_owned()).or_default().n_repaired += 1;
            if !is_of(after, fault) && last != Some(&fault.1) {
                fields.entry(fault.1.clone()).or_default().n_repaired += 1;
                found.note_fault("repaired", *pair, fault);
                (is_repaired, last) = (true, Some(&fault.1));
            }
        }
        last = None;
        for fault in after.iter().filter(|fault| !is_same(before, fault)) {
            rules.entry(fault.2.id().to_owned()).or_default().n_broken += 1;
            if !is_of(before, fault) && last != Some(&fault.1) {
                fields.entry(fault.1.clone()).or_default().n_broken += 1;
                found.note_fault("broken", *pair, fault);
                (is_broken, last) = (true, Some(&fault.1));
            }
        }
        records.n_repaired += u64::from(is_repaired);
        records.n_broken += u64::from(is_broken);
    }
    (fields, rules)
}

/// Counts customers that came, went, became one and became several.
fn customers(met: &Met, found: &mut Found<'_>) -> Customers {
    let n_of = |side: &Side| {
        side.lineage.count(c::CUSTOMER).iter().flatten().collect::<BTreeSet<_>>().len() as u64
    };
    // Customer after, customer before, and the records that make the link.
    let mut links: Vec<(u32, u32, (u32, u32))> = met
        .both
        .iter()
        .map(|pair| (found.after.customer_of(pair.1), found.before.customer_of(pair.0), *pair))
        .collect();
    let mut customers = Customers::default();
    links.sort_unstable();
    let mut n_after = 0;
    for same in links.chunk_by(|one, other| one.0 == other.0) {
        n_after += 1;
        if same.iter().any(|link| link.1 != same[0].1) {
            customers.n_merged += 1;
            for (.., pair) in same {
                found.note("merged", Some(pair.0), Some(pair.1));
            }
        }
    }
    links.sort_unstable_by_key(|link| (link.1, link.0, link.2));
    let mut n_before = 0;
    for same in links.chunk_by(|one, other| one.1 == other.1) {
        n_before += 1;
        if same.iter().any(|link| link.0 != same[0].0) {
            customers.n_split += 1;
            for (.., pair) in same {
                found.note("split", Some(pair.0), Some(pair.1));
            }
        }
    }
    customers.n_new = n_of(found.after) - n_after;
    customers.n_gone = n_of(found.before) - n_before;
    customers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, ordinal: u32) -> Key<'_> {
        ("crm", Some(id), 0, ordinal)
    }

    #[test]
    fn records_meet_by_key_and_each_stands_in_one_list() {
        let before = [(key("a", 0), 5), (key("b", 0), 1), (key("b", 1), 2), (key("c", 0), 0)];
        let after = [(key("b", 0), 9), (key("c", 0), 8), (key("d", 0), 7)];
        let met = Met::of(&before, &after);
        assert_eq!(met.both, [(1, 9), (0, 8)]);
        assert_eq!((met.gone, met.new), (vec![5, 2], vec![7]));
    }
}
