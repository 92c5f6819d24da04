//! Which characters part this file?
//!
//! Each likely set of marks is tried on a sample. The one that gives most rows the same number
//! of cells wins; more cells count for more, and quotes that stumble count against it.
//!
//! # Source
//! The idea of pattern and type scores is that of van den Burg, Nazábal and Sutton, "Wrangling
//! messy CSV files by detecting row and type patterns", DMKD 33 (2019), section 4.

use memchr::memmem;

use super::block::Cells;
use super::cells::Parter;
use super::marks::Marks;
use super::rows::{Found, next_row};

/// As much of a file as is tried.
const N_BYTES_SAMPLE: usize = 1 << 17;
const N_ROWS_SAMPLE: usize = 300;

/// Delimiters that speak for themselves, the more usual first.
const USUAL: [u8; 8] = [b',', b';', b'\t', b'|', 0x1f, 0x01, b'^', b'~'];
/// Delimiters that texts are full of: believed only where every row agrees.
const UNUSUAL: [u8; 2] = [b' ', b':'];

/// Marks that a source's settings name.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    pub(super) delimiter: Option<u8>,
    pub(super) quote: Option<u8>,
    pub(super) escape: Option<u8>,
}

/// Marks, and how many cells most rows have under them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sniffed {
    pub(super) marks: Marks,
    pub(super) n_columns: usize,
    /// Whether most rows have one cell more than the header should, and nothing in it.
    pub(super) last_is_empty: bool,
}

/// Finds the marks of a file by its beginning.
pub(super) fn sniffed(head: &[u8], is_all: bool, known: Known) -> Sniffed {
    let is_all = is_all && head.len() <= N_BYTES_SAMPLE;
    let sample = &head[..head.len().min(N_BYTES_SAMPLE)];
    let plain = Marks { line_end: line_end(sample, known.quote.unwrap_or(b'"')), ..Marks::COMMAS };
    let has = |byte: u8| memchr::memchr(byte, sample).is_some();
    let delimiters: Vec<u8> = match known.delimiter {
        Some(delimiter) => vec![delimiter],
        None => USUAL.into_iter().chain(UNUSUAL).filter(|&mark| has(mark)).collect(),
    };
    let quotes: &[u8] = match &known.quote {
        Some(quote) => std::slice::from_ref(quote),
        None if has(b'\'') => b"\"'",
        None => b"\"",
    };
    let mut best =
        Tried::of(sample, is_all, Marks { quote: quotes[0], escape: known.escape, ..plain });
    if let Some(delimiter) = known.delimiter {
        let marks = Marks { delimiter, quote: quotes[0], escape: known.escape, ..plain };
        best = Tried::of(sample, is_all, marks);
    }
    for delimiter in delimiters {
        for &quote in quotes {
            for marks in variants(sample, Marks { delimiter, quote, ..plain }, known.escape) {
                let tried = Tried::of(sample, is_all, marks);
                let is_believed = !UNUSUAL.contains(&delimiter)
                    || known.delimiter.is_some()
                    || (tried.share > 0.95
                        && tried.n_columns >= 3
                        && tried.n_rows >= 2
                        && !tried.is_edged);
                if is_believed && tried.score > best.score + 1e-9 {
                    best = tried;
                }
            }
        }
    }
    Sniffed { marks: best.marks, n_columns: best.n_columns, last_is_empty: best.last_is_empty }
}

/// Gives the ways to treat quotes that the sample could speak for, the plain one first.
fn variants(sample: &[u8], marks: Marks, escape: Option<u8>) -> Vec<Marks> {
    let marks = Marks { escape, ..marks };
    let mut variants = vec![marks];
    let spaced = [marks.delimiter, b' ', marks.quote];
    if marks.delimiter != b' ' && memmem::find(sample, &spaced).is_some() {
        variants.push(Marks { skips_spaces: true, ..marks });
    }
    if escape.is_none() && memmem::find(sample, &[b'\\', marks.quote]).is_some() {
        variants.push(Marks { escape: Some(b'\\'), ..marks });
    }
    variants
}

/// Tells line feeds from carriage returns, by what stands outside quotes.
fn line_end(sample: &[u8], quote: u8) -> u8 {
    if memchr::memchr(b'\r', sample).is_none() {
        return b'\n';
    }
    let (mut is_quoted, mut n_feeds, mut n_returns) = (false, 0, 0);
    for (place, &byte) in sample.iter().enumerate() {
        match byte {
            _ if byte == quote => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'\n' => n_feeds += 1,
            b'\r' if sample.get(place + 1) != Some(&b'\n') => n_returns += 1,
            _ => {}
        }
    }
    let has_feed = memchr::memchr(b'\n', sample).is_some();
    if (n_feeds == 0 && n_returns > 0) || !has_feed { b'\r' } else { b'\n' }
}

/// How well some marks part a sample.
#[derive(Debug, Clone, Copy)]
struct Tried {
    marks: Marks,
    n_columns: usize,
    n_rows: usize,
    /// Share of the rows that have `n_columns` cells.
    share: f64,
    score: f64,
    last_is_empty: bool,
    /// Whether half the rows or more begin or end with an empty cell: blanks around a value are
    /// no delimiters.
    is_edged: bool,
}

impl Tried {
    fn of(sample: &[u8], is_all: bool, marks: Marks) -> Tried {
        let mut seen = Seen::default();
        let mut parter = Parter::new(marks);
        let mut at = 0;
        while at < sample.len() && seen.widths.len() < N_ROWS_SAMPLE {
            match next_row(&sample[at..], marks, is_all) {
                Found::More => break,
                Found::Blank(extent) => at += extent.next,
                Found::Unclosed(extent) => {
                    seen.n_stray += 1;
                    seen.widths.push(0);
                    at += extent.next;
                }
                Found::Row(extent) => {
                    let row = String::from_utf8_lossy(&sample[at..at + extent.end]);
                    seen.row(&row, extent.has_quotes, &mut parter);
                    at += extent.next;
                }
            }
        }
        seen.tried(marks)
    }
}

/// What was seen of a sample.
#[derive(Debug, Default)]
struct Seen {
    /// Cells of each row; none for a row that could not be parted.
    widths: Vec<usize>,
    /// Whether the last cell of each row is empty.
    ends_empty: Vec<bool>,
    /// Rows that begin or end with an empty cell.
    n_edged: usize,
    n_stray: usize,
    n_cells: usize,
    /// Cells that hold a mark which other files are parted by; quotes that were left count twice.
    n_unlikely: usize,
}

impl Seen {
    fn row(&mut self, row: &str, has_quotes: bool, parter: &mut Parter) {
        if !has_quotes {
            parter.part_plain(row);
        } else if parter.part_quoted(row).is_err() {
            self.n_stray += 1;
            self.widths.push(0);
            self.ends_empty.push(false);
            return;
        }
        let n_cells = parter.n_cells();
        let cells = parter.row(row);
        for cell in (0..n_cells).filter_map(|n| cells.cell(n)) {
            let cell = cell.trim();
            let has =
                |mark: char| cell.starts_with(mark) && (cell.len() > 1 && cell.ends_with(mark));
            let is_left = cell.starts_with('"') || cell.ends_with('"') || has('\'');
            self.n_unlikely += 2 * usize::from(is_left);
            self.n_unlikely += usize::from(!is_left && cell.contains([';', '\t', '|']));
        }
        self.n_cells += n_cells;
        let is_empty = |place: usize| cells.cell(place).is_none_or(|cell| cell.trim().is_empty());
        self.n_edged += usize::from(is_empty(0) || is_empty(n_cells - 1));
        self.ends_empty.push(is_empty(n_cells - 1));
        self.widths.push(n_cells);
    }

    fn tried(self, marks: Marks) -> Tried {
        let n_rows = self.widths.len();
        let n_columns = most_frequent(&self.widths);
        let n_agreeing = self.widths.iter().filter(|&&width| width == n_columns).count();
        let share = n_agreeing as f64 / n_rows.max(1) as f64;
        let parted = (n_columns as f64 - 1.0).max(0.0) / n_columns.max(1) as f64;
        let plainness = 1.0 - 0.5 * self.n_unlikely as f64 / self.n_cells.max(1) as f64;
        let steadiness = 1.0 - self.n_stray as f64 / n_rows.max(1) as f64;
        let of_width = |place: &usize| self.widths[*place] == n_columns;
        let places = (1..n_rows.min(self.ends_empty.len())).filter(of_width);
        let last_is_empty = n_agreeing > 1
            && places.clone().count() > 0
            && places.into_iter().all(|place| self.ends_empty[place]);
        // Agreement counts twice: a delimiter inside cells gives many cells, and never the same
        // number of them.
        let score = share * share * parted * plainness * steadiness;
        let is_edged = 2 * self.n_edged >= n_rows;
        Tried { marks, n_columns: n_columns.max(1), n_rows, share, score, last_is_empty, is_edged }
    }
}

/// Gives the most frequent of some widths, the greater of two that are equally frequent.
fn most_frequent(widths: &[usize]) -> usize {
    let mut sorted = widths.to_vec();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|one, other| one == other);
    runs.filter(|run| run[0] > 0).max_by_key(|run| (run.len(), run[0])).map_or(1, |run| run[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Marks {
        sniffed(text.as_bytes(), true, Known::default()).marks
    }

    #[test]
    fn the_delimiter_is_the_one_that_rows_agree_on() {
        for mark in [',', ';', '\t', '|', '\u{1f}', '^', ' ', ':'] {
            let text = format!(
                "id{mark}email{mark}city\n1{mark}a@b.de{mark}Bonn\n2{mark}c@d.de{mark}Ulm\n"
            );
            assert_eq!(char::from(check(&text).delimiter), mark);
        }
        assert_eq!(check("name;worth\nMiller, A;1,5\nSmith, B;2,5\n").delimiter, b';');
        assert_eq!(check("\"a,b,c\";d\n1;2\n").delimiter, b';');
        assert_eq!(check("name;mail, private\n1;2\n").delimiter, b';');
        assert_eq!(check("full_name\nAnna Müller\nBo Smith\n").delimiter, b',');
        assert_eq!(check("email\na@example.com\n").delimiter, b',');
        // Blanks around each value of a list do not part it.
        assert_eq!(check("  a@example.com \n  b@example.com \n  c@example.com \n").delimiter, b',');
        assert_eq!(check("note,id\n\"a;b;c\nd;e;f\",1\n\"g;h;i\",2\n").delimiter, b',');
    }

    #[test]
    fn quotes_and_escapes_are_found_where_the_usual_ones_stumble() {
        let marks = check("id,note\n1,'a, b'\n2,'it''s, so'\n3,'c, d'\n");
        assert_eq!((marks.quote, marks.delimiter), (b'\'', b','));
        assert_eq!(check("id,phone\n1,'+49 30 90\n2,'+49 30 91\n").quote, b'"');
        assert_eq!(check("id,name\n1,Men's\n2,O'Neill\n").quote, b'"');
        let escaped = "id,note\n1,\"say \\\"hi, you\\\" now\"\n2,\"b \\\"c\\\"\"\n";
        assert_eq!(check(escaped).escape, Some(b'\\'));
        assert_eq!(check("id,path\n1,\"C:\\dir\\\"\n2,\"D:\\\"\n").escape, None);
        assert!(check("id, note, x\n1, \"a, b\", 2\n2, \"c, d\", 3\n").skips_spaces);
        assert!(!check("id,note\n1,\"a, b\"\n2,c\n").skips_spaces);
    }

    #[test]
    fn line_ends_inside_quotes_do_not_count() {
        assert_eq!(check("id,note\r1,\"a\nb\"\r2,c\r").line_end, b'\r');
        assert_eq!(check("id,note\n1,\"a\rb\"\n").line_end, b'\n');
        assert_eq!(check("id,note\r\n1,a\r\n").line_end, b'\n');
    }

    #[test]
    fn a_comma_after_every_row_is_seen() {
        let sniffed = sniffed(b"a,b\n1,2,\n3,4,\n", true, Known::default());
        assert_eq!((sniffed.n_columns, sniffed.last_is_empty), (3, true));
    }
}
