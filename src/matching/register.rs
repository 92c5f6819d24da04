//! Which record does a name mean?
//!
//! People name a record by its source and the source's own id, since a record's number changes
//! from night to night. A record whose source gives no ids is named by what its row says:
//! `row:` and the sixteen digits of its content hash.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use polars::prelude::UInt64Chunked;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::tables::layout::Contact;
use crate::tables::{Table, Texts, column};

/// Begins the id of a record that has none of its own.
const BY_ROW: &str = "row:";

/// A record as people name it: `crm:0031`, the source's name and the source's id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordName {
    /// The source's name in the pipeline file.
    pub source: String,
    /// The source's id of the record; `row:` and its content hash where there is none.
    pub id: String,
}

impl RecordName {
    /// Takes a name from two cells of a table, without the apostrophe that a spreadsheet dialect
    /// puts before what looks like a formula.
    pub fn of_cells(source: &str, id: &str) -> RecordName {
        let unguarded = |cell: &str| match cell.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
            _ => cell.to_owned(),
        };
        RecordName { source: unguarded(source), id: unguarded(id) }
    }
}

impl fmt::Display for RecordName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.source, self.id)
    }
}

impl FromStr for RecordName {
    type Err = String;

    /// Reads `source:id`; an id may hold further colons.
    fn from_str(text: &str) -> Result<RecordName, String> {
        match text.split_once(':') {
            Some((source, id)) if !source.is_empty() && !id.is_empty() => {
                Ok(RecordName { source: source.to_owned(), id: id.to_owned() })
            }
            _ => Err("a record is written SOURCE:ID, say crm:0031".to_owned()),
        }
    }
}

/// The records of a run by their names.
pub struct Register<'a> {
    sources: &'a Texts,
    ids: &'a Texts,
    hashes: &'a UInt64Chunked,
    /// Made when a record is first looked for: who only names records needs no order.
    sorted: OnceLock<Sorted>,
}

/// The records in the order of their names; 4 bytes a record.
struct Sorted {
    /// Records by source and id.
    by_id: Vec<u32>,
    /// Those without an id, by source and content hash.
    by_row: Vec<u32>,
}

impl<'a> Register<'a> {
    /// Takes the records.
    pub fn of(contacts: &'a Table<Contact>) -> Register<'a> {
        Register {
            sources: contacts.text(column::SOURCE),
            ids: contacts.text(column::SOURCE_ID),
            hashes: contacts.long(column::CONTENT_HASH),
            sorted: OnceLock::new(),
        }
    }

    /// Lists the records that a name means, the smallest first. There are several where a source
    /// exports one id, or one row, more than once.
    pub fn records(&self, name: &RecordName) -> &[u32] {
        let source = name.source.as_str();
        let hash = name.id.strip_prefix(BY_ROW).and_then(|hex| u64::from_str_radix(hex, 16).ok());
        let Sorted { by_id, by_row } = self.sorted.get_or_init(|| self.sorted());
        let found =
            within(by_id, |record| (self.source(record), self.id(record)).cmp(&(source, &name.id)));
        match hash {
            Some(hash) if found.is_empty() => within(by_row, |record| {
                (self.source(record), self.hash(record)).cmp(&(source, hash))
            }),
            _ => found,
        }
    }

    /// Names a record.
    pub fn name(&self, record: u32) -> RecordName {
        let source = self.source(record).to_owned();
        let id = match self.ids.get(record as usize) {
            Some(id) => id.to_owned(),
            None => format!("{BY_ROW}{:016x}", self.hash(record)),
        };
        RecordName { source, id }
    }

    /// Lists the sources' names, in alphabetical order.
    pub fn sources(&self) -> Vec<&str> {
        let mut sources: Vec<&str> = self.sources.iter().map(Option::unwrap_or_default).collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    fn sorted(&self) -> Sorted {
        let all = 0..super::intern::count(self.sources.len());
        let (mut by_id, mut by_row): (Vec<u32>, Vec<u32>) =
            all.partition(|&record| self.ids.get(record as usize).is_some());
        by_id.par_sort_unstable_by(|&one, &other| {
            let of = |record| (self.source(record), self.id(record), record);
            of(one).cmp(&of(other))
        });
        by_row.par_sort_unstable_by(|&one, &other| {
            let of = |record| (self.source(record), self.hash(record), record);
            of(one).cmp(&of(other))
        });
        Sorted { by_id, by_row }
    }

    fn source(&self, record: u32) -> &str {
        self.sources.get(record as usize).unwrap_or_default()
    }

    fn id(&self, record: u32) -> &str {
        self.ids.get(record as usize).unwrap_or_default()
    }

    fn hash(&self, record: u32) -> u64 {
        self.hashes.get(record as usize).unwrap_or_default()
    }
}

impl fmt::Debug for Register<'_> {
    /// Shape only: names of records may be personal.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Register({} records)", self.sources.len())
    }
}

/// Gives the part of sorted records that compare as equal.
fn within(records: &[u32], compare: impl Fn(u32) -> std::cmp::Ordering) -> &[u32] {
    let start = records.partition_point(|&record| compare(record).is_lt());
    let n_equal = records[start..].partition_point(|&record| compare(record).is_eq());
    &records[start..start + n_equal]
}
