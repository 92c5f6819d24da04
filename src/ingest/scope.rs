//! Whom do the lists of an incident name?
//!
//! A scope file may come from an attacker. Its rows, columns and line lengths are capped; it is
//! read as text and nothing in it is followed or run.

use std::path::Path;

use polars::prelude::StringChunkedBuilder;
use rayon::prelude::*;

use super::block::{Cells, Taker, Width};
use super::data_file::{Block, DataFile};
use super::dialect::{Given, Limits};
use super::files::found;
use super::header::required_column;
use super::{Error, InputFile, Reason};
use crate::tables::layout::ScopeEntry;
use crate::tables::{Table, column};
use crate::terms::{Identifier, Incident, ScopeFile};

/// The scope files, read.
#[derive(Debug)]
pub struct ScopeRead {
    /// One row per row of a scope file, its value as read and trimmed; absent where the row
    /// holds none or cannot be read. In the order of incidents, files and rows.
    pub entries: Table<ScopeEntry>,
    /// The files, each with its rows.
    pub files: Vec<(InputFile, u64)>,
}

/// Rows that are parsed at once.
const N_ROWS_BLOCK: usize = 65_536;

/// Reads the scope files of incidents.
///
/// # Shape
/// One entry per row that is not blank; a header is no row.
///
/// # Errors
/// A file or its column is missing, or a file is not what it is said to be, or beyond the caps.
pub fn scope(incidents: &[Incident], root: &Path) -> Result<ScopeRead, Error> {
    let mut parts = Vec::new();
    let mut files = Vec::new();
    for (list, data) in opened(incidents, root)? {
        let mut entries: Vec<(usize, Table<ScopeEntry>)> = data
            .blocks(N_ROWS_BLOCK)?
            .enumerate()
            .par_bridge()
            .map(|(place, block)| Ok((place, list.entries(block?)?)))
            .collect::<Result<_, Error>>()?;
        // Blocks are parsed in any order and put back into theirs.
        entries.sort_unstable_by_key(|(place, _)| *place);
        let n_rows = entries.iter().map(|(_, part)| part.height() as u64).sum();
        files.push((data.file, n_rows));
        parts.extend(entries.into_iter().map(|(_, part)| part));
    }
    Ok(ScopeRead { entries: Table::concat(parts), files })
}

/// Looks at every scope file without reading its rows.
pub(super) fn files(incidents: &[Incident], root: &Path) -> Result<Vec<InputFile>, Error> {
    Ok(opened(incidents, root)?.into_iter().map(|(_, data)| data.file).collect())
}

fn opened(incidents: &[Incident], root: &Path) -> Result<Vec<(List, DataFile)>, Error> {
    let mut opened = Vec::new();
    for incident in incidents {
        for scope_file in &incident.scope_files {
            let at = format!("[[incident.scope]] of {:?}", incident.id);
            let patterns = std::slice::from_ref(&scope_file.file);
            for file in found(&incident.id, patterns, root, &at)? {
                opened.push(List::open(incident, scope_file, file, &at)?);
            }
        }
    }
    Ok(opened)
}

/// One scope file, opened.
struct List {
    incident: String,
    name: String,
    identifier: Identifier,
    data_classes: String,
    column: usize,
}

impl List {
    fn open(
        incident: &Incident,
        scope_file: &ScopeFile,
        file: InputFile,
        at: &str,
    ) -> Result<(List, DataFile), Error> {
        let own_name = file.path.rsplit('/').next().unwrap_or(&file.path).to_owned();
        let data = DataFile::open(file, Given::default(), Limits::SCOPE, at)?;
        // A column that is named must be in a header, so there is one.
        let column = match &scope_file.column {
            Some(header) => required_column(&data, header, "column", at)?,
            None => 0,
        };
        let has_header = !data.is_delimited()
            || scope_file.column.is_some()
            || scope_file.header.unwrap_or_else(|| is_header(&data, scope_file.identifier));
        let mut data_classes = scope_file.data_classes.clone();
        data_classes.sort_unstable();
        data_classes.dedup();
        let list = List {
            incident: incident.id.clone(),
            name: scope_file.name.clone().unwrap_or(own_name),
            identifier: scope_file.identifier,
            data_classes: data_classes.join(";"),
            column,
        };
        Ok((list, if has_header { data } else { data.without_header() }))
    }

    fn entries(&self, block: Block) -> Result<Table<ScopeEntry>, Error> {
        let n_rows = block.n_rows();
        let mut reader = Reader {
            column: self.column,
            lines: Vec::with_capacity(n_rows),
            values: column::VALUE.builder(n_rows),
        };
        block.read(Width { n_columns: None, has_footer: false }, &mut reader)?;
        let Reader { lines, values, .. } = reader;
        Ok(Table::of(vec![
            column::INCIDENT.same(Some(&self.incident), n_rows),
            column::SCOPE_FILE.same(Some(&self.name), n_rows),
            column::SCOPE_LINE.longs(lines),
            column::IDENTIFIER.same(Some(self.identifier.word()), n_rows),
            column::VALUE.built(values),
            column::DATA_CLASSES.same(Some(&self.data_classes), n_rows),
        ]))
    }
}

/// Values being filled row by row.
struct Reader {
    column: usize,
    lines: Vec<u64>,
    values: StringChunkedBuilder,
}

impl Taker for Reader {
    fn row(&mut self, line: u64, _row: &str, cells: &impl Cells) {
        self.lines.push(line);
        let value = cells.cell(self.column).map(str::trim);
        self.values.append_option(value.filter(|value| !value.is_empty()));
    }

    fn set_aside(&mut self, line: u64, _reason: Reason, _row: &str) {
        self.lines.push(line);
        self.values.append_null();
    }
}

/// Tells whether the first row of a list names a column instead of a person: its first cell is a
/// word that headers use, or could not be an identifier of the kind.
fn is_header(data: &DataFile, identifier: Identifier) -> bool {
    let Some(first) = data.headers().first() else { return false };
    is_header_word(first) || !is_plausible(first, identifier)
}

fn is_header_word(cell: &str) -> bool {
    const WORDS: &[&str] = &[
        "account",
        "accountid",
        "contact",
        "contactid",
        "contactnumber",
        "crmid",
        "customer",
        "customerid",
        "customerkey",
        "customerno",
        "customernumber",
        "email",
        "emailaddress",
        "emailhash",
        "emailsha256",
        "externalid",
        "hash",
        "hashedemail",
        "hashedphone",
        "id",
        "identifier",
        "key",
        "kundennummer",
        "leadid",
        "mail",
        "mobile",
        "mobilephone",
        "msisdn",
        "personid",
        "phone",
        "phonehash",
        "phonenumber",
        "phonesha256",
        "recordid",
        "sha256",
        "sourceid",
        "tel",
        "telephone",
        "user",
        "userid",
        "value",
    ];
    let word: String =
        cell.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    WORDS.binary_search(&word.as_str()).is_ok()
}

/// Tells whether a cell could be an identifier of the kind; in doubt it could, for a header
/// taken for a person is an unmatched row, and a person taken for a header is lost.
fn is_plausible(cell: &str, identifier: Identifier) -> bool {
    let n_digits = cell.chars().filter(char::is_ascii_digit).count();
    match identifier {
        Identifier::Email => cell.contains('@'),
        Identifier::Phone => n_digits >= 3,
        Identifier::CustomerKey | Identifier::RecordId => true,
        // Hexadecimal digits or base 64 of 32 bytes; a shorter one is a damaged hash, not a word.
        Identifier::EmailSha256 | Identifier::PhoneSha256 => cell.len() >= 32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_words_are_sorted_for_the_search() {
        for word in ["account", "E-Mail", "sha256", "Contact ID", "value", "customer_id", "MSISDN"]
        {
            assert!(is_header_word(word), "{word}");
        }
        assert!(!is_header_word("anna@example.com"));
    }
}
