//! How is a delimited file cut into blocks of whole rows, and a block read?

use std::io::Read;

use super::dialect::{Delimited, Limits, Marks, Place, csv_reader, push_windows_1252};
use super::rows::{Extent, Found, next_row, position};
use super::{Encoding, Error, Reason};

/// Who takes the rows of a block.
pub(super) trait Taker {
    /// Takes a row that was understood.
    fn row(&mut self, line: u64, row: &str, cells: &impl Cells);
    /// Takes a row that was not; `row` is its text with unreadable bytes spelled out.
    fn set_aside(&mut self, line: u64, reason: Reason, row: &str);
}

/// The cells of a row.
pub(super) trait Cells {
    /// Gives a cell; nothing where it is absent or the row is too short.
    fn cell(&self, column: usize) -> Option<&str>;
}

impl Cells for csv::StringRecord {
    fn cell(&self, column: usize) -> Option<&str> {
        self.get(column)
    }
}

/// How many cells a row must have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Width {
    /// As many; any number where absent.
    pub(super) n_columns: Option<usize>,
    /// Shorter rows after a blank line are a footer.
    pub(super) has_footer: bool,
}

/// A row inside a block.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    line: u64,
    is_unclosed: bool,
    has_quotes: bool,
    follows_blank: bool,
}

/// Whole rows of a delimited file, not yet parsed.
#[derive(Debug)]
pub(super) struct Lines {
    bytes: Vec<u8>,
    spans: Vec<Span>,
    marks: Marks,
    encoding: Encoding,
    /// Bytes of the file that the block covers.
    pub(super) n_bytes: u64,
}

/// Bytes that are read at once.
const N_BYTES_READ: u64 = 1 << 20;
/// Bytes after which a block ends even if its rows are few; bounds the memory of long rows.
const N_BYTES_BLOCK: usize = 32 << 20;

/// Cuts a delimited file into blocks.
///
/// This is the part of reading that is not parallel. It looks for line ends, and for quotes only
/// in lines that have any.
pub(super) struct Cutter<R> {
    input: R,
    file: String,
    marks: Marks,
    encoding: Encoding,
    limits: Limits,
    buffer: Vec<u8>,
    line: u64,
    n_rows: u64,
    n_bytes_before: u64,
    follows_blank: bool,
    is_all: bool,
}

impl<R: Read> Cutter<R> {
    /// Begins at a place, where `input` stands.
    pub(super) fn new(
        input: R,
        file: &str,
        dialect: &Delimited,
        place: Place,
        limits: Limits,
    ) -> Cutter<R> {
        Cutter {
            input,
            file: file.to_owned(),
            marks: dialect.marks,
            encoding: dialect.encoding,
            limits,
            buffer: Vec::new(),
            line: place.line,
            n_rows: 0,
            n_bytes_before: place.n_bytes,
            follows_blank: false,
            is_all: false,
        }
    }

    /// Gives the next block of at most `n_rows_max` rows; `None` at the end.
    pub(super) fn next_block(&mut self, n_rows_max: usize) -> Result<Option<Lines>, Error> {
        let mut spans = Vec::with_capacity(n_rows_max.min(1 << 16));
        let mut start = 0;
        while spans.len() < n_rows_max.max(1) && start < N_BYTES_BLOCK {
            if start == self.buffer.len() && self.is_all {
                break;
            }
            let (extent, is_unclosed) =
                match next_row(&self.buffer[start..], self.marks, self.is_all) {
                    Found::More => {
                        self.fill(start)?;
                        continue;
                    }
                    Found::Blank(extent) => {
                        self.follows_blank = true;
                        self.line += 1;
                        start += extent.next;
                        continue;
                    }
                    Found::Row(extent) => (extent, false),
                    Found::Unclosed(extent) => (extent, true),
                };
            spans.push(self.span(start, &extent, is_unclosed)?);
            start += extent.next;
        }
        if spans.is_empty() {
            return Ok(None);
        }
        let rest = self.buffer.split_off(start);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let n_bytes = std::mem::take(&mut self.n_bytes_before) + bytes.len() as u64;
        let (marks, encoding) = (self.marks, self.encoding);
        Ok(Some(Lines { bytes, spans, marks, encoding, n_bytes }))
    }

    fn span(&mut self, start: usize, extent: &Extent, is_unclosed: bool) -> Result<Span, Error> {
        if extent.end > self.limits.row_bytes {
            return Err(self.too_long());
        }
        self.n_rows += 1;
        if self.n_rows > self.limits.rows {
            let (file, n_rows_max) = (self.file.clone(), self.limits.rows);
            return Err(Error::TooManyRows { file, n_rows_max });
        }
        let (end, line, follows_blank) = (start + extent.end, self.line, self.follows_blank);
        self.line += 1 + extent.n_line_ends;
        let has_quotes = extent.has_quotes;
        Ok(Span { start, end, line, is_unclosed, has_quotes, follows_blank })
    }

    fn too_long(&self) -> Error {
        let (file, line) = (self.file.clone(), self.line);
        Error::RowTooLong { file, line, n_bytes_max: self.limits.row_bytes }
    }

    /// Reads on behind the row that begins at `start`.
    fn fill(&mut self, start: usize) -> Result<(), Error> {
        if self.buffer.len() - start > self.limits.row_bytes {
            return Err(self.too_long());
        }
        let n_bytes = (&mut self.input)
            .take(N_BYTES_READ)
            .read_to_end(&mut self.buffer)
            .map_err(|cause| Error::io(&self.file, &cause))?;
        self.is_all = (n_bytes as u64) < N_BYTES_READ;
        Ok(())
    }
}

impl Lines {
    /// Counts the rows.
    pub(super) fn n_rows(&self) -> usize {
        self.spans.len()
    }

    /// Hands every row, good or bad, to the taker.
    pub(super) fn read(self, width: Width, taker: &mut impl Taker) {
        let Lines { bytes, spans, marks, .. } = match self.encoding {
            Encoding::Utf8 => self,
            Encoding::Windows1252 => self.decoded(),
        };
        // The crate takes a byte order mark off the first row that it sees, here a made-up one.
        let feed = Feed { bytes: &bytes, spans: spans.iter(), marks, row: Some(b"first") };
        let mut reader = csv_reader(feed, marks);
        let mut record = csv::ByteRecord::new();
        let _ = reader.read_byte_record(&mut record);
        let texts = Texts::of(&bytes);
        for span in &spans {
            let row = &bytes[span.start..span.end];
            if span.is_unclosed {
                taker.set_aside(span.line, Reason::UnclosedQuote, &spelled_out(row));
                continue;
            }
            // Reading from memory does not fail, and the feed has as many rows as the loop; a
            // row that were missing nevertheless would be set aside with its cells uncounted.
            if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
                record.clear();
            }
            let text = texts.row(span, row).and_then(|text| fits(record.len(), span, width, text));
            match text {
                Err(reason) => taker.set_aside(span.line, reason, &spelled_out(row)),
                Ok(text) if !span.has_quotes => {
                    taker.row(span.line, text, &Plain { text, record: &record });
                }
                Ok(text) => match csv::StringRecord::from_byte_record(record) {
                    Ok(cells) => {
                        taker.row(span.line, text, &cells);
                        record = cells.into_byte_record();
                    }
                    // Quotes do not part the bytes of a character: text has cells of text.
                    Err(error) => {
                        taker.set_aside(span.line, Reason::InvalidUtf8, &spelled_out(row));
                        record = error.into_byte_record();
                    }
                },
            }
        }
    }

    /// Gives the same rows in UTF-8.
    fn decoded(self) -> Lines {
        let mut text = String::with_capacity(self.bytes.len() + self.bytes.len() / 8);
        let decoded = |span: &Span| {
            let start = text.len();
            push_windows_1252(&mut text, &self.bytes[span.start..span.end]);
            Span { start, end: text.len(), ..*span }
        };
        let spans = self.spans.iter().map(decoded).collect();
        Lines { bytes: text.into_bytes(), spans, encoding: Encoding::Utf8, ..self }
    }
}

/// The rows of a block as text. Whether they are text is asked of the whole block at once, and
/// row by row only where that fails.
struct Texts<'a> {
    all: Option<&'a str>,
    has_nul: bool,
}

impl<'a> Texts<'a> {
    fn of(bytes: &'a [u8]) -> Texts<'a> {
        Texts { all: std::str::from_utf8(bytes).ok(), has_nul: position(0, bytes).is_some() }
    }

    fn row(&self, span: &Span, row: &'a [u8]) -> Result<&'a str, Reason> {
        let text = match self.all {
            Some(all) => all.get(span.start..span.end),
            None => std::str::from_utf8(row).ok(),
        };
        let text = text.ok_or(Reason::InvalidUtf8)?;
        if self.has_nul && row.contains(&0) { Err(Reason::NulByte) } else { Ok(text) }
    }
}

/// Hands a row's text on if it has as many cells as it must.
fn fits<'a>(n_cells: usize, span: &Span, width: Width, text: &'a str) -> Result<&'a str, Reason> {
    match width.n_columns {
        Some(n_columns) if n_columns != n_cells => {
            let is_footer = width.has_footer && span.follows_blank && n_cells < n_columns;
            Err(if is_footer { Reason::Footer } else { Reason::FieldCount })
        }
        _ => Ok(text),
    }
}

/// A row without quotes: its cells stand in its text, one delimiter apart, which is known to be
/// text already.
struct Plain<'a> {
    text: &'a str,
    record: &'a csv::ByteRecord,
}

impl Cells for Plain<'_> {
    fn cell(&self, column: usize) -> Option<&str> {
        let range = self.record.range(column)?;
        self.text.get(range.start + column..range.end + column)
    }
}

/// Spells out what is no text: nothing is lost, and nothing is made up.
fn spelled_out(row: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(row.len());
    for chunk in row.utf8_chunks() {
        for (place, part) in chunk.valid().split('\0').enumerate() {
            if place > 0 {
                text.push_str("\\x00");
            }
            text.push_str(part);
        }
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

/// Gives the rows that close their quotes to the `csv` crate, one after the other, so that its
/// records and the spans go in step.
struct Feed<'a> {
    bytes: &'a [u8],
    spans: std::slice::Iter<'a, Span>,
    marks: Marks,
    /// What is left of the row that is being given.
    row: Option<&'a [u8]>,
}

impl Read for Feed<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let mut n_bytes = 0;
        while n_bytes < out.len() {
            let row = match self.row.take() {
                Some(row) => row,
                None => match self.spans.by_ref().find(|span| !span.is_unclosed) {
                    Some(span) => &self.bytes[span.start..span.end],
                    None => break,
                },
            };
            let n_copied = row.len().min(out.len() - n_bytes);
            out[n_bytes..n_bytes + n_copied].copy_from_slice(&row[..n_copied]);
            n_bytes += n_copied;
            // A row is done when its line end is out too.
            match out.get_mut(n_bytes) {
                Some(end) if n_copied == row.len() => {
                    *end = self.marks.line_end;
                    n_bytes += 1;
                }
                _ => self.row = Some(&row[n_copied..]),
            }
        }
        Ok(n_bytes)
    }
}
