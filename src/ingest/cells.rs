//! Which cells does a row consist of?
//!
//! Cells stand where the row stands; only a cell with doubled or escaped quotes is written anew.

use super::marks::Marks;

/// A cell of a row.
#[derive(Debug, Clone, Copy)]
struct Cell {
    start: usize,
    end: usize,
    /// Whether it stands among the cells that were written anew.
    is_rewritten: bool,
}

/// Parts rows into cells, one row at a time.
#[derive(Debug)]
pub(super) struct Parter {
    marks: Marks,
    cells: Vec<Cell>,
    rewritten: String,
}

/// A quote closes in the middle of a cell, or not at all: what the row says is not plain.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StrayQuote;

impl Parter {
    pub(super) fn new(marks: Marks) -> Parter {
        Parter { marks, cells: Vec::new(), rewritten: String::new() }
    }

    /// Parts a row without quotes.
    pub(super) fn part_plain(&mut self, row: &str) {
        self.cells.clear();
        let mut start = 0;
        for end in memchr::memchr_iter(self.marks.delimiter, row.as_bytes()) {
            self.cells.push(Cell { start, end, is_rewritten: false });
            start = end + 1;
        }
        self.cells.push(Cell { start, end: row.len(), is_rewritten: false });
    }

    /// Parts a row with quotes. A quote opens a cell only as its first byte; elsewhere in a cell
    /// without quotes around it, it is a character.
    pub(super) fn part_quoted(&mut self, row: &str) -> Result<(), StrayQuote> {
        self.cells.clear();
        self.rewritten.clear();
        let bytes = row.as_bytes();
        let mut start = 0;
        loop {
            let open = start + self.marks.n_spaces_before_quote(&bytes[start..]);
            let end = if bytes.get(open) == Some(&self.marks.quote) {
                let (close, is_plain) = self.closing_quote(bytes, open + 1)?;
                let inside = &row[open + 1..close];
                if is_plain {
                    self.push(open + 1, close);
                } else {
                    self.rewrite(inside);
                }
                let end = close + 1 + self.marks.n_spaces_after_quote(&bytes[close + 1..]);
                match bytes.get(end) {
                    Some(&byte) if byte != self.marks.delimiter => return Err(StrayQuote),
                    _ => end,
                }
            } else {
                let end = memchr::memchr(self.marks.delimiter, &bytes[start..]);
                let end = end.map_or(bytes.len(), |n| start + n);
                self.push(start, end);
                end
            };
            if end >= bytes.len() {
                return Ok(());
            }
            start = end + 1;
        }
    }

    /// Takes cells as they were read from a row with stray quotes.
    pub(super) fn take(&mut self, cells: &[String]) {
        self.cells.clear();
        self.rewritten.clear();
        for cell in cells {
            let start = self.rewritten.len();
            self.rewritten.push_str(cell);
            self.cells.push(Cell { start, end: self.rewritten.len(), is_rewritten: true });
        }
    }

    /// Counts the cells.
    pub(super) fn n_cells(&self) -> usize {
        self.cells.len()
    }

    /// Lends the cells of the row that was parted last.
    pub(super) fn row<'a>(&'a self, text: &'a str) -> Row<'a> {
        Row { text, parter: self }
    }

    fn push(&mut self, start: usize, end: usize) {
        self.cells.push(Cell { start, end, is_rewritten: false });
    }

    /// Finds where a quoted cell ends, and whether it is written as it is meant.
    fn closing_quote(&self, bytes: &[u8], start: usize) -> Result<(usize, bool), StrayQuote> {
        let (mut at, mut is_plain) = (start, true);
        loop {
            let mark = at + self.marks.quote_or_escape(&bytes[at..]).ok_or(StrayQuote)?;
            let is_quote = bytes[mark] == self.marks.quote;
            if is_quote && bytes.get(mark + 1) != Some(&self.marks.quote) {
                return Ok((mark, is_plain));
            }
            is_plain = false;
            at = (mark + 2).min(bytes.len());
        }
    }

    /// Writes a quoted cell as it is meant: of two quotes one, of an escaped quote the quote, of
    /// two escapes one. An escape before anything else is a character.
    fn rewrite(&mut self, inside: &str) {
        let start = self.rewritten.len();
        unquoted(inside, self.marks, &mut self.rewritten);
        self.cells.push(Cell { start, end: self.rewritten.len(), is_rewritten: true });
    }
}

/// Appends what stands between two quotes as it is meant.
pub(super) fn unquoted(inside: &str, marks: Marks, out: &mut String) {
    let quote = char::from(marks.quote);
    let escape = marks.escape.map(char::from);
    let mut letters = inside.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        if letter == quote && next == Some(quote) {
            letters.next();
            out.push(quote);
        } else if Some(letter) == escape && (next == Some(quote) || next == escape) {
            letters.next();
            out.extend(next);
        } else {
            out.push(letter);
        }
    }
}

/// The cells of a row.
pub(super) struct Row<'a> {
    text: &'a str,
    parter: &'a Parter,
}

impl super::block::Cells for Row<'_> {
    fn cell(&self, column: usize) -> Option<&str> {
        let cell = self.parter.cells.get(column)?;
        let text = if cell.is_rewritten { &self.parter.rewritten } else { self.text };
        text.get(cell.start..cell.end)
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::Cells;
    use super::*;

    fn parted(row: &str, marks: Marks) -> Result<Vec<String>, StrayQuote> {
        let mut parter = Parter::new(marks);
        parter.part_quoted(row)?;
        let cells = parter.row(row);
        Ok((0..parter.n_cells()).map(|n| cells.cell(n).unwrap().to_owned()).collect())
    }

    #[test]
    fn cells_are_what_stands_between_the_quotes() {
        let check = |row: &str| parted(row, Marks::COMMAS);
        assert_eq!(check("a,\"b, c\",d").unwrap(), ["a", "b, c", "d"]);
        assert_eq!(check("\"a \"\"b\"\"\",").unwrap(), ["a \"b\"", ""]);
        assert_eq!(check("\"\",\"\"\"\"").unwrap(), ["", "\""]);
        assert_eq!(check("\"a\" ,5\" pipe").unwrap(), ["a", "5\" pipe"]);
        assert_eq!(check("é,\"ü\nß\"").unwrap(), ["é", "ü\nß"]);
        for row in ["\"a\"b,c", "\"a,b", "a,\"b\"c\"", "\"a \"b\" c\""] {
            assert_eq!(check(row), Err(StrayQuote), "{row}");
        }
    }

    #[test]
    fn escapes_and_single_quotes_are_taken_off() {
        let marks = Marks { escape: Some(b'\\'), ..Marks::COMMAS };
        let cells = parted("\"a \\\"b\\\" \\\\ \\n\",c\\d", marks).unwrap();
        assert_eq!(cells, ["a \"b\" \\ \\n", "c\\d"]);
        let marks = Marks { quote: b'\'', ..Marks::COMMAS };
        assert_eq!(parted("'it''s, so',\"b\"", marks).unwrap(), ["it's, so", "\"b\""]);
        let marks = Marks { skips_spaces: true, ..Marks::COMMAS };
        assert_eq!(parted("a, \"b, c\", d", marks).unwrap(), ["a", "b, c", " d"]);
    }
}
