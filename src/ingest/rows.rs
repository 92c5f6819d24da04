//! Where does a row of a delimited file end?
//!
//! At the speed of a search for line ends, so that a file can be cut into blocks of whole rows
//! before anything is parsed. Of a quote that opens and does not close where a cell could end it
//! says so, and goes on with the next line.

use memchr::{memchr, memchr2};

use super::marks::Marks;

/// The longest quoted cell that may run over several lines: twice Salesforce's longest text
/// area (131 072 characters). A quote that has not closed by then is taken for a stray one.
const N_BYTES_QUOTED_MAX: usize = 1 << 18;

/// What stands at the beginning of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A row.
    Row(Extent),
    /// A line in which a quote opens that does not close properly.
    Unclosed(Extent),
    /// A line with nothing on it.
    Blank(Extent),
    /// The beginning of a row; its end is not among the bytes.
    More,
}

/// How far a row goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Where its text ends, line end excluded.
    pub(super) end: usize,
    /// Where the next row begins.
    pub(super) next: usize,
    /// Line ends inside its text.
    pub(super) n_line_ends: u64,
    /// Whether there is a quote in it.
    pub(super) has_quotes: bool,
}

/// Finds what stands at the beginning of `bytes`, which is the beginning of a row.
pub(super) fn next_row(bytes: &[u8], marks: Marks, is_all: bool) -> Found {
    let line_end = memchr(marks.line_end, bytes);
    if line_end.is_none() && !is_all {
        return Found::More;
    }
    let extent = extent(bytes, line_end, marks);
    let line = &bytes[..extent.end];
    if memchr(marks.quote, line).is_none() {
        let is_blank = |&byte: &u8| matches!(byte, b' ' | b'\r' | b'\n') && byte != marks.delimiter;
        return if line.iter().all(is_blank) { Found::Blank(extent) } else { Found::Row(extent) };
    }
    let first_end = extent.end;
    let counted = |row: Extent| {
        let is_one_line = row.end <= first_end;
        let n_line_ends = if is_one_line { 0 } else { n_times(&bytes[..row.end], marks.line_end) };
        Extent { n_line_ends, has_quotes: true, ..row }
    };
    match quoted_row(bytes, marks, is_all) {
        Found::Row(row) => Found::Row(counted(row)),
        Found::Unclosed(row) => Found::Unclosed(counted(row)),
        found => found,
    }
}

/// Counts a byte, such as the line end, in some bytes.
pub(super) fn n_times(bytes: &[u8], wanted: u8) -> u64 {
    memchr::memchr_iter(wanted, bytes).count() as u64
}

/// Gives the extent of a row that ends at a line end, or with the bytes.
fn extent(bytes: &[u8], line_end: Option<usize>, marks: Marks) -> Extent {
    let Some(line_end) = line_end else {
        let has_return = marks.line_end == b'\n' && bytes.ends_with(b"\r");
        let end = bytes.len() - usize::from(has_return);
        return Extent { end, next: bytes.len(), n_line_ends: 0, has_quotes: false };
    };
    let has_return = marks.line_end == b'\n' && bytes[..line_end].ends_with(b"\r");
    Extent {
        end: line_end - usize::from(has_return),
        next: line_end + 1,
        n_line_ends: 0,
        has_quotes: false,
    }
}

/// Walks a row cell by cell. A quote opens a cell only as its first byte; two quotes inside
/// stand for one.
fn quoted_row(bytes: &[u8], marks: Marks, is_all: bool) -> Found {
    let mut at = 0;
    loop {
        let open = at + marks.n_spaces_before_quote(&bytes[at..]);
        if bytes.get(open) == Some(&marks.quote) {
            match quoted_cell(bytes, open, marks, is_all) {
                Cell::Closed(after) => at = after,
                Cell::Unclosed => {
                    let line_end = memchr(marks.line_end, &bytes[open..]).map(|n| open + n);
                    return match line_end {
                        None if !is_all => Found::More,
                        _ => Found::Unclosed(extent(bytes, line_end, marks)),
                    };
                }
                Cell::More => return Found::More,
            }
        }
        let rest = &bytes[at..];
        match memchr2(marks.delimiter, marks.line_end, rest) {
            Some(n) if rest[n] == marks.delimiter => at += n + 1,
            Some(n) => return Found::Row(extent(bytes, Some(at + n), marks)),
            None if is_all => return Found::Row(extent(bytes, None, marks)),
            None => return Found::More,
        }
    }
}

enum Cell {
    /// Where it goes on after the closing quote.
    Closed(usize),
    Unclosed,
    More,
}

/// Finds the end of a cell whose quote opens at `open`.
fn quoted_cell(bytes: &[u8], open: usize, marks: Marks, is_all: bool) -> Cell {
    let runs_over_lines = |end: usize| memchr(marks.line_end, &bytes[open..end]).is_some();
    let is_too_long = |end: usize| end - open > N_BYTES_QUOTED_MAX && runs_over_lines(end);
    let mut at = open + 1;
    let close = loop {
        let Some(mark) = marks.quote_or_escape(&bytes[at..]).map(|n| at + n) else {
            return if is_all || is_too_long(bytes.len()) { Cell::Unclosed } else { Cell::More };
        };
        if is_too_long(mark) {
            return Cell::Unclosed;
        }
        if bytes[mark] != marks.quote {
            // Whatever comes after an escape is a character.
            at = (mark + 2).min(bytes.len());
            continue;
        }
        match bytes.get(mark + 1) {
            Some(&next) if next == marks.quote => at = mark + 2,
            None if !is_all => return Cell::More,
            _ => break mark,
        }
    };
    // Spaces, and the first half of a line end, may stand between the quote and the delimiter.
    let n_spaces = marks.n_spaces_after_quote(&bytes[close + 1..]);
    match bytes.get(close + 1 + n_spaces) {
        None if !is_all => Cell::More,
        // What closes in the middle of a later cell was opened by mistake. On one line it costs
        // no other row: what the line says is asked where it is parsed.
        Some(&byte)
            if byte != marks.delimiter && byte != marks.line_end && runs_over_lines(close) =>
        {
            Cell::Unclosed
        }
        _ => Cell::Closed(close + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: Marks = Marks::COMMAS;

    fn all(text: &str) -> Vec<(char, &str)> {
        let (mut at, mut found) = (0, Vec::new());
        while at < text.len() {
            let (kind, extent) = match next_row(&text.as_bytes()[at..], MARKS, true) {
                Found::Row(extent) => ('r', extent),
                Found::Unclosed(extent) => ('u', extent),
                Found::Blank(extent) => ('b', extent),
                Found::More => panic!("all bytes are there"),
            };
            found.push((kind, &text[at..at + extent.end]));
            at += extent.next;
        }
        found
    }

    #[test]
    fn a_row_ends_with_its_line_unless_a_quote_is_open() {
        assert_eq!(all("a,b\r\nc,d"), [('r', "a,b"), ('r', "c,d")]);
        assert_eq!(all("1,\"x\ny\",2\n3\n"), [('r', "1,\"x\ny\",2"), ('r', "3")]);
        assert_eq!(all("\"a\"\"\n\"\"b\"\nc"), [('r', "\"a\"\"\n\"\"b\""), ('r', "c")]);
        assert_eq!(all("a\n\n \r\nb"), [('r', "a"), ('b', ""), ('b', " "), ('r', "b")]);
    }

    #[test]
    fn a_quote_inside_a_cell_is_a_character() {
        assert_eq!(all("5\" pipe,b\nc"), [('r', "5\" pipe,b"), ('r', "c")]);
        assert_eq!(all("\"a\"b\"c,d\ne"), [('r', "\"a\"b\"c,d"), ('r', "e")]);
    }

    #[test]
    fn a_stray_quote_costs_its_own_line_and_no_other() {
        assert_eq!(all("1,\"Bo\n2,Ann\n3,Cy\n"), [('u', "1,\"Bo"), ('r', "2,Ann"), ('r', "3,Cy")]);
        let found = all("1,\"Bo,x\n2,\"Ann\",y\n");
        assert_eq!(found, [('u', "1,\"Bo,x"), ('r', "2,\"Ann\",y")]);
        let long = format!("1,\"Bo\n{}\"\n", "2,Ann\n".repeat(50_000));
        let found = all(&long);
        assert_eq!((found[0], found.len()), (('u', "1,\"Bo"), 50_002));
    }

    #[test]
    fn a_long_cell_on_one_line_is_no_stray_quote() {
        let text = format!("\"{}\",b", "x".repeat(1 << 20));
        assert_eq!(all(&text).len(), 1);
        assert_eq!(all(&text)[0].0, 'r');
    }

    #[test]
    fn what_is_not_all_there_is_not_judged() {
        for part in ["a,b", "a,\"b", "a,\"b\"", "a,\"b\n", "a,\"b\" "] {
            assert_eq!(next_row(part.as_bytes(), MARKS, false), Found::More, "{part:?}");
        }
    }

    #[test]
    fn other_quotes_and_escapes_are_followed_where_a_file_has_them() {
        let find = |text: &str, marks: Marks| match next_row(text.as_bytes(), marks, true) {
            Found::Row(extent) => text[..extent.end].to_owned(),
            found => panic!("{found:?}"),
        };
        let single = Marks { quote: b'\'', ..MARKS };
        assert_eq!(find("'a\nb',\"c\nd", single), "'a\nb',\"c");
        let escaped = Marks { escape: Some(b'\\'), ..MARKS };
        assert_eq!(find("\"a \\\"b\\\"\n c\",d\ne", escaped), "\"a \\\"b\\\"\n c\",d");
        let spaced = Marks { skips_spaces: true, ..MARKS };
        assert_eq!(find("a, \"b\nc\", d\ne", spaced), "a, \"b\nc\", d");
    }
}
