//! Which rows does a file give, cell by cell, before anything is mapped?

use std::path::Path;

use rayon::prelude::*;

use super::block::{Cells, Taker, Width};
use super::cells::Parter;
use super::data_file::DataFile;
use super::dialect::Place;
use super::files::found;
use super::marks::Marks;
use super::profile::{given, named};
use super::settings::Limits;
use super::{Error, Reason};

/// Rows that are read at once.
const N_ROWS_BLOCK: usize = 16_384;
/// Blocks that are read side by side, and so held in memory.
const N_BLOCKS: usize = 8;

/// A row that a run would set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// Its file.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// Why.
    pub reason: Reason,
}

/// Gives the rows of files as CSV (RFC 4180), the header of each file before its rows, in pieces.
///
/// Rows that a run would set aside stand there with the cells that they have, in their place, so
/// that nothing is missing; totals and headers that stand there again do not, since they are no
/// rows. All of them are listed.
///
/// # Errors
/// A file is missing, cannot be read, or is beyond the limits.
pub fn rows(
    pattern: &str,
    limits: &Limits,
    give: &mut dyn FnMut(&str),
) -> Result<Vec<Aside>, Error> {
    let at = "the command line";
    let mut asides = Vec::new();
    for file in found("profile", &[pattern.to_owned()], Path::new("."), at)? {
        for data in DataFile::open(file, &given(), limits, at)? {
            let (data, headers) = named(data);
            let mut text = String::new();
            if data.has_header() {
                csv(headers.iter().map(String::as_str), &mut text);
                give(&text);
            }
            of_file(&data, &headers, give, &mut asides)?;
        }
    }
    Ok(asides)
}

fn of_file(
    data: &DataFile,
    headers: &[String],
    give: &mut dyn FnMut(&str),
    asides: &mut Vec<Aside>,
) -> Result<(), Error> {
    let width = Width::of(headers, false);
    let mut blocks = data.blocks(N_ROWS_BLOCK)?;
    loop {
        let some: Vec<_> = blocks.by_ref().take(N_BLOCKS).collect::<Result<_, _>>()?;
        if some.is_empty() {
            return Ok(());
        }
        let written: Vec<Written> = some
            .into_par_iter()
            .map(|block| {
                let mut written = Written::new(headers.len(), data.marks());
                block.read(&width, &mut written).map(|()| written)
            })
            .collect::<Result<_, _>>()?;
        for part in written {
            give(&part.text);
            let aside = |(line, reason)| Aside { file: data.file.path.clone(), line, reason };
            asides.extend(part.asides.into_iter().map(aside));
        }
    }
}

/// Rows, written.
struct Written {
    n_columns: usize,
    marks: Option<Marks>,
    text: String,
    asides: Vec<(u64, Reason)>,
}

impl Written {
    fn new(n_columns: usize, marks: Option<Marks>) -> Written {
        Written { n_columns, marks, text: String::new(), asides: Vec::new() }
    }
}

impl Taker for Written {
    fn row(&mut self, _at: Place, _row: &str, cells: &impl Cells) {
        let cell = |column: usize| cells.cell(column).unwrap_or_default();
        // Spaces that may stand before a quote are no part of any cell.
        let is_bare = self.marks.is_some_and(|marks| marks.skips_spaces);
        let cell = |column| if is_bare { cell(column).trim_matches(' ') } else { cell(column) };
        csv((0..self.n_columns).map(cell), &mut self.text);
    }

    fn set_aside(&mut self, at: Place, reason: Reason, row: &str) {
        self.asides.push((at.line, reason));
        if matches!(reason, Reason::Footer | Reason::RepeatedHeader) {
            return;
        }
        let Some(marks) = self.marks else {
            return csv(std::iter::once(row), &mut self.text);
        };
        let mut parter = Parter::new(marks);
        if parter.part_quoted(row).is_err() {
            parter.part_plain(row);
        }
        let parted = parter.row(row);
        let cells = (0..parter.n_cells()).map(|column| parted.cell(column).unwrap_or_default());
        csv(cells, &mut self.text);
    }
}

/// Writes a row as RFC 4180 has it.
fn csv<'a>(cells: impl Iterator<Item = &'a str>, text: &mut String) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\r', '\n']) || (place == 0 && cell.is_empty()) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_and_what_would_be_set_aside_stands_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let file = "id;name\n1;\"Bo; \"\"B\"\"\"\n2;Ann;x\n3;\"Cy\nD\"\nid;name\n;\n";
        std::fs::write(&path, file).unwrap();
        let mut text = String::new();
        let asides =
            rows(path.to_str().unwrap(), &Limits::default(), &mut |part| text.push_str(part));
        assert_eq!(text, "id,name\r\n1,\"Bo; \"\"B\"\"\"\r\n2,Ann,x\r\n3,\"Cy\nD\"\r\n\"\",\r\n");
        let asides: Vec<_> = asides.unwrap().iter().map(|row| (row.line, row.reason)).collect();
        assert_eq!(asides, [(3, Reason::FieldCount), (6, Reason::RepeatedHeader)]);
    }
}
