//! How is a delimited file written?

use super::block::Cells;
use super::cells::Parter;
use super::encoding::Encoding;
use super::headline::{N_ROWS_BEFORE, header_row};
use super::marks::Marks;
use super::meaning::by_name;
use super::mend::mended;
use super::rows::{Found, next_row};
use super::settings::Limits;
use super::sniff::{Known, Sniffed, sniffed};
use super::{Error, Field, InputFile};

/// What is known of a file before it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    pub(super) marks: Known,
    pub(super) encoding: Option<Encoding>,
    /// The names of the columns, where the file has none or wrong ones.
    pub(super) headers: Vec<String>,
    /// Headers that are asked for: the row that has them is the header.
    pub(super) wanted: Vec<String>,
    /// The sheet of a workbook.
    pub(super) sheet: Option<String>,
    /// Whether the first row may be anything: lists of an incident have no preamble.
    pub(super) is_list: bool,
}

/// What a source's settings say of how its files are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) delimiter: Option<char>,
    pub(super) quote: Option<char>,
    pub(super) escape: Option<char>,
    pub(super) encoding: Option<Encoding>,
    pub(super) headers: &'a [String],
    pub(super) sheet: Option<&'a str>,
}

impl Given {
    /// Takes what a source says.
    pub(super) fn new(written: Written<'_>, at: &str) -> Result<Given, Error> {
        let mark = |what, mark: Option<char>| match mark {
            Some(found) if !found.is_ascii() || matches!(found, '\r' | '\n' | '\0') => {
                Err(Error::BadMark { what, found, at: at.to_owned() })
            }
            other => Ok(other.and_then(|mark| u8::try_from(mark).ok())),
        };
        let marks = Known {
            delimiter: mark("a delimiter", written.delimiter)?,
            quote: mark("a quote", written.quote)?,
            escape: mark("an escape", written.escape)?,
        };
        let quote = marks.quote.unwrap_or(b'"');
        if marks.delimiter == Some(quote) {
            let (what, found) = ("a delimiter", char::from(quote));
            return Err(Error::BadMark { what, found, at: at.to_owned() });
        }
        Ok(Given {
            marks,
            encoding: written.encoding,
            headers: written.headers.to_vec(),
            sheet: written.sheet.map(str::to_owned),
            ..Given::default()
        })
    }
}

/// A place in a delimited file where a row begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Bytes before it, as unpacked and decoded.
    pub(super) n_bytes: u64,
    /// Its line, from 1.
    pub(super) line: u64,
}

/// A delimited file, looked at.
#[derive(Debug, Clone)]
pub(super) struct Delimited {
    pub(super) marks: Marks,
    /// Whether what could not be decoded is spelled out.
    pub(super) is_decoded: bool,
    /// The names of the columns.
    pub(super) headers: Vec<String>,
    /// Where the first row begins that is no header.
    pub(super) rows: Place,
    /// Where the header begins; where there is none, as `rows`.
    pub(super) header: Place,
}

impl Delimited {
    /// Looks at the first bytes of a file; none where its header is longer than they are.
    pub(super) fn of_head(
        head: &[u8],
        is_all: bool,
        file: &InputFile,
        given: &Given,
        limits: &Limits,
        at: &str,
    ) -> Result<Option<Delimited>, Error> {
        let (begin, known) = after_marks(head, given.marks);
        let sniffed = sniffed(head.get(begin.0..).unwrap_or_default(), is_all, known);
        let rows = first_rows(head, begin, &sniffed, is_all);
        let Some(first) = rows.first() else {
            let empty = || Error::Empty { file: file.path.clone(), at: at.to_owned() };
            return if is_all { Err(empty()) } else { Ok(None) };
        };
        let place = if given.is_list && given.wanted.is_empty() {
            0
        } else {
            let cells: Vec<_> = rows.iter().map(|row| row.cells.clone()).collect();
            header_row(&cells, sniffed.n_columns, &given.wanted)
        };
        let found = &rows[place];
        let is_named = !given.headers.is_empty();
        let is_own = !is_named || same_names(&found.cells, &given.headers);
        let (headers, header, rows) = if is_own {
            let headers = fitted(found.cells.clone(), &sniffed, &rows[place + 1..]);
            (headers, found.place, found.next)
        } else {
            (given.headers.clone(), first.place, first.place)
        };
        if !found.is_text && is_own {
            return Err(Error::HeaderEncoding { file: file.path.clone(), at: at.to_owned() });
        }
        if headers.len() > limits.n_columns_max {
            let (n_columns, n_columns_max) = (headers.len(), limits.n_columns_max);
            return Err(Error::TooManyColumns {
                file: file.path.clone(),
                n_columns,
                n_columns_max,
            });
        }
        Ok(Some(Delimited { marks: sniffed.marks, is_decoded: false, headers, rows, header }))
    }
}

/// Passes over a byte order mark and over Excel's own way to say what parts the cells, and gives
/// byte and line after them.
fn after_marks(head: &[u8], mut known: Known) -> ((usize, u64), Known) {
    let start = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let Some(&[mark, end]) = head[start..].strip_prefix(b"sep=").and_then(|rest| rest.get(..2))
    else {
        return ((start, 1), known);
    };
    if !matches!(end, b'\r' | b'\n') || !matches!(mark, b',' | b';' | b'\t' | b'|' | b':' | b' ') {
        return ((start, 1), known);
    }
    known.delimiter = known.delimiter.or(Some(mark));
    let has_feed = end == b'\r' && head.get(start + 6) == Some(&b'\n');
    ((start + 6 + usize::from(has_feed), 2), known)
}

/// A row before or at the header.
struct Early {
    cells: Vec<String>,
    is_text: bool,
    place: Place,
    next: Place,
}

/// Parts the first rows of a file.
fn first_rows(head: &[u8], begin: (usize, u64), sniffed: &Sniffed, is_all: bool) -> Vec<Early> {
    let (mut at, mut line) = begin;
    let mut rows = Vec::new();
    while at < head.len() && rows.len() < N_ROWS_BEFORE {
        let rest = &head[at..];
        let extent = match next_row(rest, sniffed.marks, is_all) {
            Found::More => break,
            Found::Blank(extent) => {
                at += extent.next;
                line += 1;
                continue;
            }
            Found::Row(extent) | Found::Unclosed(extent) => extent,
        };
        let row = &rest[..extent.end];
        let next_line = line + extent.n_line_ends + 1;
        rows.push(Early {
            cells: cells(&String::from_utf8_lossy(row), sniffed),
            is_text: std::str::from_utf8(row).is_ok(),
            place: Place { n_bytes: at as u64, line },
            next: Place { n_bytes: (at + extent.next) as u64, line: next_line },
        });
        at += extent.next;
        line = next_line;
    }
    rows
}

/// Parts one row; one that is not written properly is read as the table's width says, or else as
/// if quotes were characters.
fn cells(row: &str, sniffed: &Sniffed) -> Vec<String> {
    let mut parter = Parter::new(sniffed.marks);
    if parter.part_quoted(row).is_err() {
        match mended(row, sniffed.marks, sniffed.n_columns) {
            Some(cells) => parter.take(&cells),
            None => parter.part_plain(row),
        }
    }
    let parted = parter.row(row);
    let trimmed = |n| parted.cell(n).unwrap_or_default().trim().to_owned();
    (0..parter.n_cells()).map(trimmed).collect()
}

/// Makes a header as wide as the rows where it is plain how: names that are empty are left out
/// where the rows have no cells for them, and a delimiter that ends every row but the header
/// begins a column without a name.
fn fitted(mut headers: Vec<String>, sniffed: &Sniffed, rows: &[Early]) -> Vec<String> {
    let n_columns = sniffed.n_columns;
    let n_named = headers.iter().filter(|name| !name.is_empty()).count();
    if headers.len() > n_columns && n_named == n_columns {
        headers.retain(|name| !name.is_empty());
    } else if headers.len() + 1 == n_columns
        && sniffed.last_is_empty
        && !is_beside(&headers, rows, n_columns)
    {
        headers.push(String::new());
    }
    headers
}

/// Tells a header that lacks a delimiter, so that its names stand one cell to the left of what
/// they name: no cell under a name of addresses is one, and those beside are.
fn is_beside(headers: &[String], rows: &[Early], n_columns: usize) -> bool {
    let n_addresses = |column: usize| {
        let whole = rows.iter().filter(|row| row.cells.len() == n_columns);
        whole.filter(|row| row.cells.get(column).is_some_and(|cell| cell.contains('@'))).count()
    };
    let names_addresses =
        |header: &&String| by_name(header).is_some_and(|m| m.field == Field::Email);
    headers
        .iter()
        .enumerate()
        .filter(|(_, header)| names_addresses(header))
        .any(|(column, _)| n_addresses(column) == 0 && n_addresses(column + 1) > 0)
}

fn same_names(cells: &[String], headers: &[String]) -> bool {
    let name = |text: &String| text.trim().to_lowercase();
    cells.iter().map(name).eq(headers.iter().map(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(head: &[u8], given: &Given) -> Result<Delimited, Error> {
        let file = InputFile::at("crm", "a.csv", "a.csv".into(), head.len() as u64);
        let looked = Delimited::of_head(head, true, &file, given, &Limits::default(), "here");
        looked.map(|found| found.expect("all bytes are there"))
    }

    fn check(head: &[u8]) -> (char, Vec<String>, u64) {
        let found = look(head, &Given::default()).unwrap();
        (char::from(found.marks.delimiter), found.headers, found.rows.line)
    }

    #[test]
    fn the_delimiter_is_found_from_the_header() {
        let expected = |mark| (mark, vec!["id".to_owned(), "email".to_owned()], 2);
        for mark in [',', ';', '\t', '|'] {
            let head = format!("id{mark}email\n1{mark}a@example.com\n");
            assert_eq!(check(head.as_bytes()), expected(mark));
        }
        assert_eq!(check(b"\xef\xbb\xbfid,email\r\n"), expected(','));
        assert_eq!(check(b"id,email\r1,a\r"), expected(','));
    }

    #[test]
    fn lines_before_the_header_and_inside_it_are_counted() {
        assert_eq!(check(b"\n\r\nid,email\n").2, 4);
        assert_eq!(check(b"id,\"e\nmail\"\n").2, 3);
        assert_eq!(check(b"sep=;\r\nid;email\r\n"), (';', vec!["id".into(), "email".into()], 3));
        assert_eq!(check(b"Contacts\n\nid,email,x\n1,a,b\n2,c,d\n").2, 4);
    }

    #[test]
    fn a_header_is_made_to_fit_its_rows_where_it_is_plain_how() {
        let headers = |head: &[u8]| check(head).1;
        assert_eq!(headers(b"a,b,,c\n1,2,3\n4,5,6\n"), ["a", "b", "c"]);
        assert_eq!(headers(b"a,b,c,\n1,2,3\n4,5,6\n"), ["a", "b", "c"]);
        assert_eq!(headers(b"a,b\n1,2,\n3,4,\n"), ["a", "b", ""]);
        assert_eq!(headers(b"a,\"b,c\n1,2,3\n4,5,6\n"), ["a", "\"b", "c"]);
        assert_eq!(headers(b"a,,c\n1,2,3\n4,5,6\n"), ["a", "", "c"]);
        // A delimiter is missing in the header, and not one too many in the rows.
        let lacking = headers(b"idname,email,note\n1,A,a@b.de,\n2,B,c@d.de,\n");
        assert_eq!(lacking, ["idname", "email", "note"]);
    }

    #[test]
    fn names_that_are_given_stand_in_for_a_header() {
        let given = Given { headers: vec!["Id".into(), "email".into()], ..Given::default() };
        assert_eq!(look(b"1,a@b.de\n2,c@d.de\n", &given).unwrap().rows.line, 1);
        assert_eq!(look(b"id,email\n2,c@d.de\n", &given).unwrap().rows.line, 2);
    }

    #[test]
    fn a_file_with_nothing_in_it_is_refused() {
        for head in [&b""[..], b"\xef\xbb\xbf", b"\n \n", b"sep=;\n"] {
            assert!(matches!(look(head, &Given::default()), Err(Error::Empty { .. })), "{head:?}");
        }
        assert!(matches!(
            look(b"Stra\xdfe,x\n", &Given::default()),
            Err(Error::HeaderEncoding { .. })
        ));
    }

    #[test]
    fn a_mark_that_could_not_part_anything_is_refused() {
        let written = Written {
            delimiter: None,
            quote: None,
            escape: None,
            encoding: None,
            headers: &[],
            sheet: None,
        };
        for mark in ['"', '\n', 'é'] {
            let wrong = Written { delimiter: Some(mark), ..written };
            assert!(matches!(Given::new(wrong, "here"), Err(Error::BadMark { .. })));
        }
        let single = Written { delimiter: Some('"'), quote: Some('\''), ..written };
        assert!(Given::new(single, "here").is_ok());
    }
}
