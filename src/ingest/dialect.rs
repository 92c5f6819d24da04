//! How is a delimited file written?

use std::fs::File;
use std::io::Read;

use super::rows::{Found, next_row};
use super::{Encoding, Error, InputFile};

/// The characters that part a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    /// Parts cells.
    pub(super) delimiter: u8,
    /// Ends rows: a line feed, before which a carriage return does not count; or a carriage
    /// return, in a file without any line feed.
    pub(super) line_end: u8,
}

/// What no honest file goes beyond.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) row_bytes: usize,
    pub(super) columns: usize,
    pub(super) rows: u64,
}

impl Limits {
    /// For exports and transaction logs: generous, so that only damage is refused.
    pub(super) const EXPORT: Limits =
        Limits { row_bytes: 16 << 20, columns: 16_384, rows: u64::MAX };
    /// For lists that an attacker may have written.
    pub(super) const SCOPE: Limits =
        Limits { row_bytes: 1 << 20, columns: 64, rows: 1_000_000_000 };
}

/// What is known of a file before it is read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Given {
    pub(super) delimiter: Option<u8>,
    pub(super) encoding: Encoding,
}

impl Given {
    /// Takes what a source says.
    pub(super) fn new(
        delimiter: Option<char>,
        encoding: Option<Encoding>,
        at: &str,
    ) -> Result<Given, Error> {
        let delimiter = match delimiter {
            Some(mark) if !mark.is_ascii() || matches!(mark, '"' | '\r' | '\n' | '\0') => {
                let (what, at) = ("a delimiter", at.to_owned());
                return Err(Error::BadMark { what, found: mark, at });
            }
            other => other.and_then(|mark| u8::try_from(mark).ok()),
        };
        Ok(Given { delimiter, encoding: encoding.unwrap_or_default() })
    }
}

/// A place in a delimited file where a row begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Bytes before it.
    pub(super) n_bytes: u64,
    /// Its line, from 1.
    pub(super) line: u64,
}

/// A delimited file, looked at.
#[derive(Debug, Clone)]
pub(super) struct Delimited {
    pub(super) marks: Marks,
    pub(super) encoding: Encoding,
    /// The cells of the first row.
    pub(super) first: Vec<String>,
    pub(super) first_place: Place,
    pub(super) second_place: Place,
}

/// Longest header that is looked for.
const N_BYTES_HEAD: u32 = 1 << 20;

impl Delimited {
    /// Looks at the first lines of a file.
    pub(super) fn open(
        file: &InputFile,
        given: Given,
        limits: Limits,
        at: &str,
    ) -> Result<Delimited, Error> {
        let mut head = Vec::new();
        let n_bytes_head = file.n_bytes.min(u64::from(N_BYTES_HEAD));
        File::open(&file.absolute)
            .and_then(|opened| opened.take(n_bytes_head).read_to_end(&mut head))
            .map_err(|cause| Error::io(&file.path, &cause))?;
        Delimited::of_head(&head, head.len() as u64 == file.n_bytes, file, given, limits, at)
    }

    fn of_head(
        head: &[u8],
        is_all: bool,
        file: &InputFile,
        given: Given,
        limits: Limits,
        at: &str,
    ) -> Result<Delimited, Error> {
        let line_end = if !head.contains(&b'\n') && head.contains(&b'\r') { b'\r' } else { b'\n' };
        let mut start = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut line = 1;
        let mut delimiter = given.delimiter;
        // Excel's own way to say what parts the cells.
        if let Some(&[mark, end]) =
            head[start..].strip_prefix(b"sep=").and_then(|rest| rest.get(..2))
            && matches!(end, b'\r' | b'\n')
            && matches!(mark, b',' | b';' | b'\t' | b'|' | b':' | b' ')
        {
            delimiter = delimiter.or(Some(mark));
            start += 6 + usize::from(line_end == b'\n' && end == b'\r');
            line = 2;
        }
        let head_start = head.get(start..).unwrap_or_default();
        let delimiter = delimiter.unwrap_or_else(|| likeliest_delimiter(head_start, line_end));
        let marks = Marks { delimiter, line_end };
        let too_long = |line| Error::RowTooLong {
            file: file.path.clone(),
            line,
            n_bytes_max: N_BYTES_HEAD as usize,
        };
        loop {
            let rest = head.get(start..).unwrap_or_default();
            if rest.is_empty() && is_all {
                return Err(Error::Empty { file: file.path.clone(), at: at.to_owned() });
            }
            let first_place = Place { n_bytes: start as u64, line };
            match next_row(rest, marks, is_all) {
                Found::More => return Err(too_long(line)),
                Found::Blank(extent) => {
                    start += extent.next;
                    line += 1;
                }
                Found::Row(extent) | Found::Unclosed(extent) => {
                    let row = &rest[..extent.end];
                    let first = cells(row, marks, given.encoding).ok_or_else(|| {
                        Error::HeaderEncoding { file: file.path.clone(), at: at.to_owned() }
                    })?;
                    if first.len() > limits.columns {
                        let (n_columns, n_columns_max) = (first.len(), limits.columns);
                        let file = file.path.clone();
                        return Err(Error::TooManyColumns { file, n_columns, n_columns_max });
                    }
                    let second_place = Place {
                        n_bytes: (start + extent.next) as u64,
                        line: line + extent.n_line_ends + 1,
                    };
                    let encoding = given.encoding;
                    return Ok(Delimited { marks, encoding, first, first_place, second_place });
                }
            }
        }
    }
}

/// Counts a byte, such as the line end, in some bytes.
#[expect(clippy::naive_bytecount, reason = "it compiles to vector instructions as it is")]
pub(super) fn n_times(bytes: &[u8], wanted: u8) -> u64 {
    bytes.iter().filter(|&&byte| byte == wanted).count() as u64
}

/// Parses one row; `None` where it is not in the encoding.
fn cells(row: &[u8], marks: Marks, encoding: Encoding) -> Option<Vec<String>> {
    let text = match encoding {
        Encoding::Utf8 => std::str::from_utf8(row).ok()?.to_owned(),
        Encoding::Windows1252 => {
            let mut text = String::new();
            push_windows_1252(&mut text, row);
            text
        }
    };
    let mut reader = csv_reader(text.as_bytes(), marks);
    let mut record = csv::StringRecord::new();
    // A row that was found is read; where it is not, it has no cells.
    reader.read_record(&mut record).ok()?;
    Some(record.iter().map(|cell| cell.trim().to_owned()).collect())
}

/// Opens the `csv` crate's reader as this room uses it everywhere.
pub(super) fn csv_reader<R: Read>(input: R, marks: Marks) -> csv::Reader<R> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(marks.delimiter)
        .terminator(csv::Terminator::Any(marks.line_end))
        .buffer_capacity(1 << 16)
        .from_reader(input)
}

/// Finds what parts the cells: what stands equally often in the first two lines before what
/// does not, then what stands there most often; ties go to the earlier in the list.
fn likeliest_delimiter(head: &[u8], line_end: u8) -> u8 {
    const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
    let mut lines = unquoted_lines(head, line_end);
    let (first, second) = (lines.next().unwrap_or_default(), lines.next());
    let count = |line: &[u8], mark| n_times(line, mark);
    let score = |mark: u8| {
        let n_first = count(&first, mark);
        let agrees = second.as_ref().is_some_and(|second| count(second, mark) == n_first);
        (n_first > 0 && agrees, n_first)
    };
    let mut best = DELIMITERS[0];
    for mark in DELIMITERS {
        if score(mark) > score(best) {
            best = mark;
        }
    }
    best
}

/// Gives the lines that are not blank, without what stands between quotes.
fn unquoted_lines(head: &[u8], line_end: u8) -> impl Iterator<Item = Vec<u8>> {
    let mut is_quoted = false;
    let mut bytes = head.iter().copied();
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        for byte in bytes.by_ref() {
            match byte {
                b'"' => is_quoted = !is_quoted,
                _ if is_quoted => {}
                _ if byte == line_end && line.trim_ascii().is_empty() => line.clear(),
                _ if byte == line_end => return Some(line),
                _ => line.push(byte),
            }
        }
        (!line.is_empty()).then_some(line)
    })
}

/// Appends text in Windows code page 1252. The five bytes that it does not define become the
/// control characters of the same number.
///
/// # Source
/// WHATWG Encoding Standard, index windows-1252.
pub(super) fn push_windows_1252(text: &mut String, bytes: &[u8]) {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    text.reserve(bytes.len());
    text.extend(bytes.iter().map(|&byte| match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(head: &[u8], given: Given) -> Result<Delimited, Error> {
        let file = InputFile {
            source: "crm".to_owned(),
            path: "a.csv".to_owned(),
            absolute: "a.csv".into(),
            n_bytes: head.len() as u64,
        };
        Delimited::of_head(head, true, &file, given, Limits::EXPORT, "here")
    }

    fn check(head: &[u8]) -> (char, Vec<String>, u64) {
        let found = look(head, Given::default()).unwrap();
        (char::from(found.marks.delimiter), found.first, found.second_place.line)
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
    fn what_stands_in_quotes_does_not_count_as_a_delimiter() {
        let (mark, cells, _) = check(b"\"a,b,c\";d\n1;2\n");
        assert_eq!((mark, cells.len()), (';', 2));
        let (mark, ..) = check(b"name;mail, private\n1;2\n");
        assert_eq!(mark, ';');
    }

    #[test]
    fn lines_before_the_header_and_inside_it_are_counted() {
        assert_eq!(check(b"\n\r\nid,email\n").2, 4);
        assert_eq!(check(b"id,\"e\nmail\"\n").2, 3);
        assert_eq!(check(b"sep=;\r\nid;email\r\n"), (';', vec!["id".into(), "email".into()], 3));
    }

    #[test]
    fn a_file_with_nothing_in_it_is_refused() {
        for head in [&b""[..], b"\xef\xbb\xbf", b"\n \n", b"sep=;\n"] {
            assert!(matches!(look(head, Given::default()), Err(Error::Empty { .. })), "{head:?}");
        }
        assert!(matches!(
            look(b"Stra\xdfe,x\n", Given::default()),
            Err(Error::HeaderEncoding { .. })
        ));
        let given = Given { encoding: Encoding::Windows1252, ..Given::default() };
        assert_eq!(look(b"Stra\xdfe,\x80\n", given).unwrap().first, ["Straße", "€"]);
    }

    #[test]
    fn a_delimiter_that_could_not_part_anything_is_refused() {
        for mark in ['"', '\n', 'é'] {
            assert!(matches!(Given::new(Some(mark), None, "here"), Err(Error::BadMark { .. })));
        }
    }
}
