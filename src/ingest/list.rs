//! How are the rows of a list read?

use polars::prelude::StringChunkedBuilder;
use rayon::prelude::*;

use super::block::{Cells, Taker, Width};
use super::data_file::{Block, DataFile};
use super::dialect::{Given, Place};
use super::header::required_column;
use super::list_header::is_header;
use super::settings::Limits;
use super::{Error, InputFile, Reason};
use crate::tables::layout::ScopeEntry;
use crate::tables::{Table, column};
use crate::terms::{Identifier, Incident, ScopeFile};

/// Rows that are parsed at once.
pub(super) const N_ROWS_BLOCK: usize = 65_536;

/// Longer than any identifier: an address has at most 254 characters, a hash 88.
const N_BYTES_VALUE_MAX: usize = 1024;

/// Opens the tables of a list: one, or those of a zip archive.
pub(super) fn tables(
    file: InputFile,
    column: Option<&String>,
    at: &str,
) -> Result<Vec<DataFile>, Error> {
    let wanted = column.into_iter().cloned().collect();
    let given = Given { is_list: true, wanted, ..Given::default() };
    DataFile::open(file, &given, &Limits::of_a_list(), at)
}

/// A file of a list, and its rows in pieces.
pub(super) type ListRead = (InputFile, Vec<Table<ScopeEntry>>);

/// Reads a list, block by block and in parallel.
pub(super) fn listed(
    incident: &Incident,
    scope_file: &ScopeFile,
    file: InputFile,
    at: &str,
) -> Result<Vec<ListRead>, Error> {
    let mut read = Vec::new();
    for data in tables(file, scope_file.column.as_ref(), at)? {
        let (list, data) = List::open(incident, scope_file, data, at)?;
        let mut entries: Vec<(usize, Table<ScopeEntry>)> = data
            .blocks(N_ROWS_BLOCK)?
            .enumerate()
            .par_bridge()
            .map(|(place, block)| Ok((place, list.entries(block?)?)))
            .collect::<Result<_, Error>>()?;
        // Blocks are parsed in any order and put back into theirs.
        entries.sort_unstable_by_key(|(place, _)| *place);
        read.push((data.file, entries.into_iter().map(|(_, part)| part).collect()));
    }
    Ok(read)
}

/// One scope file, opened.
pub(super) struct List {
    incident: String,
    name: String,
    identifier: Identifier,
    data_classes: String,
    column: usize,
}

impl List {
    /// Opens it, and leaves its header out of its rows.
    pub(super) fn open(
        incident: &Incident,
        scope_file: &ScopeFile,
        data: DataFile,
        at: &str,
    ) -> Result<(List, DataFile), Error> {
        let own_name = own_name(&data.file);
        // A column that is named must be in a header, so there is one.
        let column = match &scope_file.column {
            Some(header) => required_column(&data, header, "column", at)?,
            None => 0,
        };
        let has_header = !data.is_delimited()
            || scope_file.column.is_some()
            || scope_file.header.unwrap_or_else(|| is_header(&data, scope_file.identifier));
        let list = List {
            incident: incident.id.clone(),
            name: scope_file.name.clone().unwrap_or(own_name),
            identifier: scope_file.identifier,
            data_classes: joined(&scope_file.data_classes),
            column,
        };
        Ok((list, if has_header { data } else { data.without_header() }))
    }

    fn entries(&self, block: Block) -> Result<Table<ScopeEntry>, Error> {
        let n_rows = block.n_rows();
        let mut reader = Reader::over(self.column, n_rows);
        block.read(&Width::ANY, &mut reader)?;
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
pub(super) struct Reader {
    column: usize,
    pub(super) lines: Vec<u64>,
    pub(super) values: StringChunkedBuilder,
}

impl Reader {
    pub(super) fn over(column: usize, n_rows: usize) -> Reader {
        let (lines, values) = (Vec::with_capacity(n_rows), column::VALUE.builder(n_rows));
        Reader { column, lines, values }
    }
}

impl Taker for Reader {
    fn row(&mut self, at: Place, _row: &str, cells: &impl Cells) {
        self.lines.push(at.line);
        let value = cells.cell(self.column).map(str::trim);
        let fits = |value: &&str| !value.is_empty() && value.len() <= N_BYTES_VALUE_MAX;
        self.values.append_option(value.filter(fits));
    }

    fn set_aside(&mut self, at: Place, _reason: Reason, _row: &str) {
        self.lines.push(at.line);
        self.values.append_null();
    }
}

/// Gives a file's name without its folders.
pub(super) fn own_name(file: &InputFile) -> String {
    file.path.rsplit('/').next().unwrap_or(&file.path).to_owned()
}

/// Writes the codes of data classes in one cell, each once, in alphabetical order.
pub(super) fn joined(classes: &[String]) -> String {
    let mut classes: Vec<&str> = classes.iter().map(String::as_str).collect();
    classes.sort_unstable();
    classes.dedup();
    classes.join(";")
}
