//! In which form does a scope file name people?

use rayon::prelude::*;

use super::Settings;
use super::Status;
use super::email;
use super::email_domain::Domains;
use super::note::Notes;
use super::{id, phone};
use crate::tables::layout::ScopeEntry;
use crate::tables::{Table, column};
use crate::terms::{Identifier, Subject};

/// Rows that one thread takes at a time.
const BATCH_ROWS: usize = 32_768;

/// Brings the identifiers of scope files into the form of contact points, so that they can be
/// joined: e-mails and phones in standard form, ids without what spreadsheets add, hashes in
/// small hexadecimal digits. Absent where an identifier has no such form.
///
/// National phone numbers are read in the default country; without one they have no form.
///
/// # Shape
/// One row in, one row out, order kept.
pub fn scope_entries(entries: Table<ScopeEntry>, settings: &Settings) -> Table<ScopeEntry> {
    let country = settings.country();
    let starts: Vec<usize> = (0..entries.height()).step_by(BATCH_ROWS).collect();
    let parts: Vec<_> = starts
        .par_iter()
        .map(|&start| values(&entries.slice(start, BATCH_ROWS), country))
        .collect();
    Table::concat(parts)
}

fn values(entries: &Table<ScopeEntry>, country: Option<&str>) -> Table<ScopeEntry> {
    let n_rows = entries.height();
    let (identifiers, raw) = (entries.text(column::IDENTIFIER), entries.text(column::VALUE));
    let mut values = column::VALUE.builder(n_rows);
    let (mut domains, mut out) = (Domains::default(), String::new());
    for row in 0..n_rows {
        out.clear();
        let is_there = match (identifiers.get(row), raw.get(row)) {
            (Some(identifier), Some(raw)) => {
                value(identifier, raw, country, &mut domains, &mut out)
            }
            _ => false,
        };
        values.append_option(is_there.then_some(out.as_str()));
    }
    let columns = entries.frame().columns().iter();
    let mut columns: Vec<_> =
        columns.filter(|column| column.name().as_str() != column::VALUE.name).cloned().collect();
    let place = columns.iter().position(|c| c.name().as_str() == column::IDENTIFIER.name);
    columns.insert(place.map_or(0, |place| place + 1), column::VALUE.built(values));
    Table::of(columns)
}

fn value(
    identifier: &str,
    raw: &str,
    country: Option<&str>,
    domains: &mut Domains,
    out: &mut String,
) -> bool {
    // Nobody asks what was found in a scope file: an identifier has a form or it has none.
    let mut notes = Notes::default();
    let mut cell = notes.at(0, column::VALUE.name);
    match Identifier::named(identifier) {
        Some(Identifier::Plain(Subject::Email) | Identifier::Hibp) => {
            email::standard(raw, domains, &mut cell, out) != Status::Unreadable
        }
        Some(Identifier::Plain(Subject::Phone)) => {
            phone::standard(raw, country, &mut cell, out).status != Status::Unreadable
        }
        Some(Identifier::Hashed(..)) => id::hash(raw, out),
        Some(Identifier::Sample | Identifier::Where) => {
            out.push_str(raw);
            true
        }
        _ => id::standard(raw, &mut cell, out),
    }
}
