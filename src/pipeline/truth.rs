//! Whose is each record, as somebody who knows has written down?
//!
//! A CSV file with a row per record: the source's id of it, the person, and a column `source`
//! where ids of several sources could be confused. Columns beside these are passed over, and so
//! is a row that leaves the id or the person open.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::Error;
use super::finished::{no_file, not_this};
use super::label_error::LabelError;
use crate::matching::{RecordName, Register};
use crate::tables::Table;
use crate::tables::layout::Contact;

/// Where the truth stands.
#[derive(Debug)]
pub struct Truth<'a> {
    /// A CSV file.
    pub file: &'a Path,
    /// Its column of record ids; a column `source` beside it tells sources apart.
    pub id: &'a str,
    /// Its column that names the person.
    pub person: &'a str,
}

impl Truth<'_> {
    /// Reads the file's text.
    pub(super) fn text(&self) -> Result<String, Error> {
        Ok(fs::read_to_string(self.file).map_err(|cause| no_file(self.file, cause))?)
    }
}

/// Who is who: people by source and record id, numbered.
pub(super) struct People {
    path: PathBuf,
    /// The person of each record, and the line that says so last.
    persons: BTreeMap<RecordName, (u32, u64)>,
    pub(super) n_persons: u32,
    /// The first two lines that give one record to two people.
    contradicting: Option<(u64, u64)>,
}

impl People {
    /// Reads a truth. Where it gives one record to two people the last row counts.
    ///
    /// # Errors
    /// It cannot be read, or lacks a column.
    pub(super) fn read(truth: &Truth<'_>) -> Result<People, Error> {
        People::of_text(truth, &truth.text()?)
    }

    /// Reads a truth from its text.
    pub(super) fn of_text(truth: &Truth<'_>, text: &str) -> Result<People, Error> {
        let path = truth.file;
        let mut reader = reader(text);
        let header = reader.headers().map_err(|error| not_this(path, &error))?.clone();
        let place = |column: &str| header.iter().position(|name| name == column);
        let needed = |column: &str| {
            let missing = format!(
                "it has no column `{column}`, only {}",
                header.iter().collect::<Vec<_>>().join(", ")
            );
            place(column).ok_or_else(|| not_this(path, &missing))
        };
        let (id, person, source) = (needed(truth.id)?, needed(truth.person)?, place("source"));
        let (mut persons, mut numbers) = (BTreeMap::new(), BTreeMap::new());
        let mut contradicting = None;
        for row in reader.records() {
            let row = row.map_err(|error| not_this(path, &error))?;
            let cell = |place: usize| row.get(place).unwrap_or_default();
            if cell(id).is_empty() || cell(person).is_empty() {
                continue;
            }
            let n_persons = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            let number = *numbers.entry(cell(person).to_owned()).or_insert(n_persons);
            let line = row.position().map_or(0, csv::Position::line);
            let name = RecordName::of_cells(source.map_or("", cell), cell(id));
            if let Some((other, earlier)) = persons.insert(name, (number, line))
                && other != number
            {
                contradicting = contradicting.or(Some((earlier, line)));
            }
        }
        let n_persons = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        Ok(People { path: path.to_owned(), persons, n_persons, contradicting })
    }

    /// Counts the records that it names.
    pub(super) fn n_records(&self) -> usize {
        self.persons.len()
    }

    /// Checks that no record is given to two people.
    ///
    /// # Errors
    /// One is.
    pub(super) fn check(&self) -> Result<(), LabelError> {
        match self.contradicting {
            Some((line, other)) => {
                Err(LabelError::TwoPeople { path: self.path.clone(), line, other })
            }
            None => Ok(()),
        }
    }

    /// Gives the person of each record; nothing for those that it does not name.
    pub(super) fn of_records(&self, contacts: &Table<Contact>) -> Vec<Option<u32>> {
        let register = Register::of(contacts);
        let all = 0..u32::try_from(contacts.height()).unwrap_or(u32::MAX);
        all.map(|record| self.of(register.name(record))).collect()
    }

    fn of(&self, mut name: RecordName) -> Option<u32> {
        let named = |name: &RecordName| Some(self.persons.get(name)?.0);
        named(&name).or_else(|| {
            name.source.clear();
            named(&name)
        })
    }
}

/// Reads a CSV file with a header, in whatever way a spreadsheet left it.
pub(super) fn reader(text: &str) -> csv::Reader<&[u8]> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes())
}
