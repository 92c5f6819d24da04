//! How is a sheet of a workbook read?
//!
//! Excel workbooks, old and new, and `OpenDocument` sheets. Cells come as text: whole numbers
//! without `.0`, days and instants by RFC 3339, everything else as it stands.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{Data, Range, Reader, SheetVisible, open_workbook_auto_from_rs};
use polars::prelude::{StringChunked, StringChunkedBuilder};

use super::block::Taker;
use super::data_file::{read_texts, share};
use super::dialect::Given;
use super::headline::{N_ROWS_BEFORE, header_row};
use super::settings::Limits;
use super::total::is_total;
use super::{Error, InputFile, Reason};

/// A sheet that was read.
#[derive(Debug, Clone)]
pub(super) struct SheetFile {
    pub(super) headers: Vec<String>,
    /// The sheet's name.
    pub(super) sheet: String,
    /// The row of the header, from 1; none where names were given.
    pub(super) header_line: Option<u64>,
    rows: Arc<Rows>,
}

/// The rows below the header, which are not blank.
#[derive(Debug)]
struct Rows {
    file: InputFile,
    /// Cells of each row, and its place in the sheet, from 1.
    rows: Vec<(u64, Vec<String>)>,
}

impl SheetFile {
    /// Reads a sheet: the one that is named, or else the first that is visible and not empty.
    pub(super) fn open(
        file: &InputFile,
        given: &Given,
        limits: &Limits,
        at: &str,
    ) -> Result<SheetFile, Error> {
        let damaged = |cause: String| Error::Unreadable { file: file.path.clone(), cause };
        unpacks_harmlessly(file, limits)?;
        let bytes = std::fs::read(&file.absolute).map_err(|cause| Error::io(&file.path, &cause))?;
        let read = || read(bytes, given.sheet.as_deref());
        let read = crate::fault::quietly(|| catch_unwind(AssertUnwindSafe(read)));
        let (sheet, range) = read
            .map_err(|_| damaged("the workbook is damaged".to_owned()))?
            .map_err(|cause| damaged(format!("the workbook cannot be used: {cause}")))?;
        let first_row = range.start().map_or(0, |(row, _)| u64::from(row));
        if range.width() > limits.n_columns_max {
            let (n_columns, n_columns_max) = (range.width(), limits.n_columns_max);
            return Err(Error::TooManyColumns {
                file: file.path.clone(),
                n_columns,
                n_columns_max,
            });
        }
        let rows: Vec<(u64, Vec<String>)> = (first_row + 1..)
            .zip(range.rows())
            .map(|(line, row)| (line, row.iter().map(text).collect::<Vec<_>>()))
            .filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()))
            .collect();
        if rows.is_empty() {
            return Err(Error::Empty { file: file.path.clone(), at: at.to_owned() });
        }
        Ok(SheetFile::of_rows(file, sheet, rows, given))
    }

    fn of_rows(
        file: &InputFile,
        sheet: String,
        mut rows: Vec<(u64, Vec<String>)>,
        given: &Given,
    ) -> SheetFile {
        let early: Vec<_> = rows.iter().take(N_ROWS_BEFORE).map(|(_, row)| row.clone()).collect();
        let widths = rows.iter().take(300).map(|(_, row)| n_filled(row));
        let n_columns = widths.max().unwrap_or(1);
        let place = header_row(&early, n_columns, &given.wanted);
        let is_named = !given.headers.is_empty();
        let own: Vec<String> = rows[place].1.iter().map(|name| name.trim().to_owned()).collect();
        let is_own = !is_named || own.iter().zip(&given.headers).all(|(own, name)| own == name);
        let header_line = is_own.then(|| rows[place].0);
        let headers = if is_own { own } else { given.headers.clone() };
        if is_own {
            rows.drain(..=place);
        }
        let rows = Arc::new(Rows { file: file.clone(), rows });
        SheetFile { headers, sheet, header_line, rows }
    }

    /// Cuts the sheet into blocks of at most `n_rows` rows.
    pub(super) fn blocks(&self, n_rows: usize) -> Sheets {
        let (rows, headers) = (Arc::clone(&self.rows), self.headers.clone().into());
        Sheets { rows, headers, n_rows_given: 0, n_rows_block: n_rows.max(1) }
    }
}

/// Counts the cells up to the last that says something.
fn n_filled(row: &[String]) -> usize {
    row.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |place| place + 1)
}

/// Refuses a workbook that unfolds to more than anyone meant, before it is unfolded.
fn unpacks_harmlessly(file: &InputFile, limits: &Limits) -> Result<(), Error> {
    let bomb = |cause: String| Err(Error::Bomb { file: file.path.clone(), cause });
    let n_bytes_max = limits.n_bytes_workbook_max;
    if file.n_bytes > n_bytes_max {
        return bomb(format!("more than {n_bytes_max} bytes"));
    }
    let Ok(opened) = std::fs::File::open(&file.absolute) else { return Ok(()) };
    // Old workbooks are no archives.
    let Ok(mut archive) = zip::ZipArchive::new(std::io::BufReader::new(opened)) else {
        return Ok(());
    };
    let mut n_bytes = 0_u64;
    for place in 0..archive.len() {
        n_bytes += archive.by_index_raw(place).map_or(0, |entry| entry.size());
    }
    if n_bytes > n_bytes_max { bomb(format!("more than {n_bytes_max} bytes")) } else { Ok(()) }
}

fn read(bytes: Vec<u8>, wanted: Option<&str>) -> Result<(String, Range<Data>), String> {
    let words = |cause: calamine::Error| match cause {
        calamine::Error::Io(cause) => cause.kind().to_string(),
        _ => "it is damaged, or locked by a password".to_owned(),
    };
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(words)?;
    let sheets: Vec<(String, bool)> = workbook
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    if let Some(wanted) = wanted {
        let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
        let known = sheets.iter().any(|(name, _)| name == wanted);
        if !known {
            return Err(format!("it has no sheet {wanted:?}; its sheets are {}", names.join(", ")));
        }
        let range = workbook.worksheet_range(wanted).map_err(words)?;
        return Ok((wanted.to_owned(), range));
    }
    for (name, _) in sheets.iter().filter(|(_, is_visible)| *is_visible) {
        let range = workbook.worksheet_range(name).map_err(words)?;
        if !range.is_empty() {
            return Ok((name.clone(), range));
        }
    }
    Ok((sheets.first().map_or(String::new(), |(name, _)| name.clone()), Range::empty()))
}

/// Writes a cell as text.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(is_so) => is_so.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
            }
        }
        Data::DateTime(duration) => duration.as_f64().to_string(),
        // As a spreadsheet shows it; presets know `#N/A` for silence.
        Data::Error(error) => error.to_string(),
    }
}

/// A sheet being cut into blocks.
pub(super) struct Sheets {
    rows: Arc<Rows>,
    headers: Arc<[String]>,
    n_rows_given: usize,
    n_rows_block: usize,
}

impl Iterator for Sheets {
    type Item = Sheet;

    fn next(&mut self) -> Option<Sheet> {
        let n_rows = self.rows.rows.len();
        let start = self.n_rows_given;
        if start >= n_rows {
            return None;
        }
        let end = (start + self.n_rows_block).min(n_rows);
        self.n_rows_given = end;
        let n_bytes = share(self.rows.file.n_bytes, n_rows, start, end);
        let (rows, headers) = (Arc::clone(&self.rows), Arc::clone(&self.headers));
        Some(Sheet { rows, headers, start, end, n_bytes })
    }
}

/// Some rows of a sheet.
pub(super) struct Sheet {
    rows: Arc<Rows>,
    headers: Arc<[String]>,
    start: usize,
    end: usize,
    pub(super) n_bytes: u64,
}

impl Sheet {
    /// Counts the rows.
    pub(super) fn n_rows(&self) -> usize {
        self.end - self.start
    }

    /// Hands every row, good or bad, to the taker.
    pub(super) fn read(&self, taker: &mut impl Taker) {
        let rows = &self.rows.rows[self.start..self.end];
        let n_columns =
            self.headers.len().max(rows.iter().map(|(_, row)| row.len()).max().unwrap_or(0));
        let mut columns: Vec<StringChunkedBuilder> =
            (0..n_columns).map(|_| StringChunkedBuilder::new("".into(), rows.len())).collect();
        for (_, row) in rows {
            for (column, builder) in columns.iter_mut().enumerate() {
                builder.append_option(row.get(column).filter(|cell| !cell.is_empty()));
            }
        }
        let columns: Vec<StringChunked> =
            columns.into_iter().map(StringChunkedBuilder::finish).collect();
        let is_header = |row: &[String]| {
            row.iter().map(|cell| cell.trim()).eq(self.headers.iter().map(String::as_str))
        };
        let reason = |place: usize| {
            let row = &rows[place].1;
            if row.len() > 1 && is_header(row) {
                return Some(Reason::RepeatedHeader);
            }
            is_total(row.iter().map(|cell| cell.trim())).then_some(Reason::Footer)
        };
        let line = |place: usize| rows[place].0;
        read_texts(&self.headers, &columns, rows.len(), line, reason, taker);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_ids_come_without_a_fraction() {
        assert_eq!(text(&Data::Float(4_915_123_456_789.0)), "4915123456789");
        assert_eq!(text(&Data::Float(12.5)), "12.5");
        assert_eq!(text(&Data::Bool(true)), "true");
        assert_eq!(text(&Data::Empty), "");
    }
}
