//! How is a delimited file cut into blocks of whole rows, and a block read?

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::cells::Parter;
use super::dialect::{Delimited, Place};
use super::encoding::UNDECODED;
use super::marks::Marks;
use super::mend::mended;
use super::rows::{Extent, Found, next_row};
use super::settings::Limits;
use super::stream::Stream;
use super::total::is_total;
use super::{Error, Reason};

/// Who takes the rows of a block.
pub(super) trait Taker {
    /// Takes a row that was understood.
    fn row(&mut self, at: Place, row: &str, cells: &impl Cells);
    /// Takes a row that was not; `row` is its text with unreadable bytes spelled out.
    fn set_aside(&mut self, at: Place, reason: Reason, row: &str);
    /// Hears that the row before was understood only in spite of stray quotes.
    fn mended(&mut self) {}
}

/// The cells of a row.
pub(super) trait Cells {
    /// Gives a cell; nothing where it is absent or the row is too short.
    fn cell(&self, column: usize) -> Option<&str>;
}

/// How many cells a row must have, and what is no row.
#[derive(Debug, Clone)]
pub(super) struct Width {
    /// As many; any number where absent.
    pub(super) n_columns: Option<usize>,
    /// Shorter rows after a blank line are a footer.
    pub(super) has_footer: bool,
    /// The header, which may stand in the file again; empty where that is no matter.
    pub(super) headers: Vec<String>,
}

impl Width {
    /// Rows of any width: a list.
    pub(super) const ANY: Width = Width { n_columns: None, has_footer: false, headers: Vec::new() };

    /// Rows as wide as a header.
    pub(super) fn of(headers: &[String], has_footer: bool) -> Width {
        Width { n_columns: Some(headers.len()), has_footer, headers: headers.to_vec() }
    }
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
    is_decoded: bool,
    /// Bytes before the block, as unpacked and decoded.
    offset: u64,
    /// Bytes of the file, as it is packed, that were read for the block.
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
pub(super) struct Cutter {
    input: Stream,
    n_bytes_read: Arc<AtomicU64>,
    n_bytes_told: u64,
    marks: Marks,
    is_decoded: bool,
    limits: Limits,
    buffer: Vec<u8>,
    offset: u64,
    line: u64,
    n_rows: u64,
    follows_blank: bool,
    is_all: bool,
    /// Bytes of the longest block so far, so that the next one does not grow bit by bit.
    n_bytes_block: usize,
}

impl Cutter {
    /// Begins where the rows of a file begin, and passes over what stands before.
    pub(super) fn new(
        mut input: Stream,
        dialect: &Delimited,
        place: Place,
        limits: Limits,
    ) -> Result<Cutter, Error> {
        input.skip(place.n_bytes)?;
        Ok(Cutter {
            n_bytes_read: input.counter(),
            n_bytes_told: 0,
            input,
            marks: dialect.marks,
            is_decoded: dialect.is_decoded,
            limits,
            buffer: Vec::new(),
            offset: place.n_bytes,
            line: place.line,
            n_rows: 0,
            follows_blank: false,
            is_all: false,
            n_bytes_block: 0,
        })
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
        self.n_bytes_block = self.n_bytes_block.max(start);
        let n_read_at_once = usize::try_from(N_BYTES_READ).unwrap_or(usize::MAX);
        let n_bytes = self.n_bytes_block.saturating_add(n_read_at_once);
        let mut rest = Vec::with_capacity(n_bytes.max(self.buffer.len() - start));
        rest.extend_from_slice(&self.buffer[start..]);
        self.buffer.truncate(start);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let offset = self.offset;
        self.offset += bytes.len() as u64;
        let n_bytes_read = self.n_bytes_read.load(Ordering::Relaxed);
        let n_bytes = n_bytes_read - std::mem::replace(&mut self.n_bytes_told, n_bytes_read);
        let (marks, is_decoded) = (self.marks, self.is_decoded);
        Ok(Some(Lines { bytes, spans, marks, is_decoded, offset, n_bytes }))
    }

    fn span(&mut self, start: usize, extent: &Extent, is_unclosed: bool) -> Result<Span, Error> {
        if extent.end > self.limits.n_bytes_row_max {
            return Err(self.too_long());
        }
        self.n_rows += 1;
        if self.n_rows > self.limits.n_rows_max {
            let (file, n_rows_max) = (self.input.path().to_owned(), self.limits.n_rows_max);
            return Err(Error::TooManyRows { file, n_rows_max });
        }
        let (end, line, follows_blank) = (start + extent.end, self.line, self.follows_blank);
        self.line += 1 + extent.n_line_ends;
        let has_quotes = extent.has_quotes;
        Ok(Span { start, end, line, is_unclosed, has_quotes, follows_blank })
    }

    fn too_long(&self) -> Error {
        let n_bytes_max = self.limits.n_bytes_row_max;
        Error::RowTooLong { file: self.input.path().to_owned(), line: self.line, n_bytes_max }
    }

    /// Reads on behind the row that begins at `start`.
    fn fill(&mut self, start: usize) -> Result<(), Error> {
        if self.buffer.len() - start > self.limits.n_bytes_row_max {
            return Err(self.too_long());
        }
        let n_bytes = (&mut self.input)
            .take(N_BYTES_READ)
            .read_to_end(&mut self.buffer)
            .map_err(|cause| self.input.fault(&cause))?;
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
    pub(super) fn read(&self, width: &Width, taker: &mut impl Taker) {
        let texts = Texts::of(&self.bytes);
        let mut parter = Parter::new(self.marks);
        for span in &self.spans {
            let row = &self.bytes[span.start..span.end];
            let at = Place { n_bytes: self.offset + span.start as u64, line: span.line };
            let read = texts.row(span, row).and_then(|text| {
                let is_mended = self.part(span, text, width, &mut parter)?;
                let is_short = width.n_columns.is_some_and(|n| n > parter.n_cells());
                if width.has_footer && span.follows_blank && is_short {
                    return Err(Reason::Footer);
                }
                fits(&parter, text, width)?;
                Ok((text, is_mended))
            });
            match read {
                Ok((text, is_mended)) => {
                    taker.row(at, text, &parter.row(text));
                    if is_mended {
                        taker.mended();
                    }
                }
                Err(reason) => taker.set_aside(at, reason, &spelled_out(row, self.is_decoded)),
            }
        }
    }

    /// Parts a row into cells, and tells whether that took more than reading it.
    fn part(
        &self,
        span: &Span,
        text: &str,
        width: &Width,
        parter: &mut Parter,
    ) -> Result<bool, Reason> {
        if !span.has_quotes {
            parter.part_plain(text);
            return Ok(false);
        }
        if !span.is_unclosed && parter.part_quoted(text).is_ok() {
            return Ok(false);
        }
        let cells = width.n_columns.and_then(|n_columns| mended(text, self.marks, n_columns));
        let reason = if span.is_unclosed { Reason::UnclosedQuote } else { Reason::StrayQuote };
        parter.take(&cells.ok_or(reason)?);
        Ok(true)
    }
}

/// Checks that a row has as many cells as it must, and is a row of the table.
fn fits(parter: &Parter, text: &str, width: &Width) -> Result<(), Reason> {
    let Some(n_columns) = width.n_columns else { return Ok(()) };
    if parter.n_cells() != n_columns {
        return Err(Reason::FieldCount);
    }
    let row = parter.row(text);
    let cell = |column: usize| row.cell(column).unwrap_or_default().trim();
    // Exports that were joined by hand carry the header several times.
    let mut headers = width.headers.iter().enumerate();
    if n_columns > 1 && headers.len() > 0 && headers.all(|(column, name)| cell(column) == name) {
        return Err(Reason::RepeatedHeader);
    }
    if is_total((0..n_columns).map(cell)) { Err(Reason::Footer) } else { Ok(()) }
}

/// The rows of a block as text. Whether they are text is asked of the whole block at once, and
/// row by row only where that fails.
struct Texts<'a> {
    all: Option<&'a str>,
    has_nul: bool,
}

impl<'a> Texts<'a> {
    fn of(bytes: &'a [u8]) -> Texts<'a> {
        let has_nul = memchr::memchr(0, bytes).is_some();
        Texts { all: std::str::from_utf8(bytes).ok(), has_nul }
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

/// Spells out what is no text: nothing is lost, and nothing is made up.
fn spelled_out(row: &[u8], is_decoded: bool) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(row.len());
    for chunk in row.utf8_chunks() {
        for (place, part) in chunk.valid().split('\0').enumerate() {
            if place > 0 {
                text.push_str("\\x00");
            }
            text.push_str(part);
        }
        for &byte in chunk.invalid() {
            // The digits of a byte that could not be decoded follow it.
            if is_decoded && byte == UNDECODED {
                text.push_str("\\x");
            } else {
                // Writing to a string cannot fail.
                let _ = write!(text, "\\x{byte:02X}");
            }
        }
    }
    text
}
