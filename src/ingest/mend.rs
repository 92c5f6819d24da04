//! What does a row with stray quotes say?
//!
//! A stray quote makes the usual reading stumble: `a,"b,"c, d"`. The header says how many cells
//! there must be, and mostly one reading alone gives as many; then that is what the row says,
//! stray quotes included. Where none does, or two do equally well, the row is set aside.

use super::cells::unquoted;
use super::marks::Marks;

/// More delimiters than this in one row are not tried out.
const N_PARTS_MAX: usize = 512;

/// What a cell's quotes speak against its being read so.
const UNLIKELY_INSIDE: u32 = 1;
const UNLIKELY_AT_EDGE: u32 = 2;

/// The best reading of the parts up to a place, as so many cells.
#[derive(Debug, Clone, Copy)]
struct Reading {
    unlikely: u32,
    /// Where its last cell begins, as a part.
    from: usize,
    is_quoted: bool,
    is_ambiguous: bool,
}

/// Reads a row as `n_columns` cells; nothing where no reading is better than all others.
pub(super) fn mended(row: &str, marks: Marks, n_columns: usize) -> Option<Vec<String>> {
    let mut starts = vec![0];
    starts.extend(memchr::memchr_iter(marks.delimiter, row.as_bytes()).map(|at| at + 1));
    let n_parts = starts.len();
    if n_parts < n_columns || n_columns == 0 || n_parts > N_PARTS_MAX {
        return None;
    }
    let text = |from: usize, to: usize| {
        let end = starts.get(to + 1).map_or(row.len(), |&next| next - 1);
        &row[starts[from]..end]
    };
    // best[n][p]: the parts up to `p` read as `n + 1` cells.
    let mut best: Vec<Vec<Option<Reading>>> = vec![vec![None; n_parts]; n_columns];
    // A quoted cell begins and ends at parts that have a quote there.
    let trimmed = |part: usize| text(part, part).trim_matches(' ');
    let is_quote = |found: Option<u8>| found == Some(marks.quote);
    let opens: Vec<usize> = (0..n_parts).filter(|&p| is_quote(trimmed(p).bytes().next())).collect();
    let closes: Vec<bool> =
        (0..n_parts).map(|p| is_quote(trimmed(p).bytes().next_back())).collect();
    for n in 0..n_columns {
        for to in n..n_parts {
            let mut candidates = vec![(to, false, plain(text(to, to), marks))];
            if closes[to] {
                let quoted_from = opens.iter().filter(|&&from| from <= to);
                candidates.extend(
                    quoted_from
                        .filter_map(|&from| Some((from, true, quoted(text(from, to), marks)?))),
                );
            }
            for (from, is_quoted, unlikely) in candidates {
                let before = match (n, from) {
                    (0, 0) => Some((0, false)),
                    (0, _) | (_, 0) => None,
                    _ => best[n - 1][from - 1].map(|before| (before.unlikely, before.is_ambiguous)),
                };
                if let Some((sum, is_ambiguous)) = before {
                    let reading =
                        Reading { unlikely: sum + unlikely, from, is_quoted, is_ambiguous };
                    best[n][to] = Some(better(best[n][to], reading));
                }
            }
        }
    }
    let mut cells = Vec::with_capacity(n_columns);
    let mut to = n_parts;
    for n in (0..n_columns).rev() {
        let reading = best[n][to - 1].filter(|reading| !reading.is_ambiguous)?;
        let cell = text(reading.from, to - 1);
        cells.push(if reading.is_quoted { inside(cell, marks) } else { cell.to_owned() });
        to = reading.from;
    }
    cells.reverse();
    Some(cells)
}

fn better(known: Option<Reading>, new: Reading) -> Reading {
    match known {
        None => new,
        Some(known) if new.unlikely < known.unlikely => new,
        Some(known) if new.unlikely > known.unlikely => known,
        Some(known) => Reading { is_ambiguous: true, ..known },
    }
}

/// What speaks against a cell without quotes around it.
fn plain(cell: &str, marks: Marks) -> u32 {
    let quote = char::from(marks.quote);
    let cell = cell.trim_matches(' ');
    if cell.starts_with(quote) || cell.ends_with(quote) { UNLIKELY_AT_EDGE } else { 0 }
}

/// What speaks against a cell with quotes around it; nothing where it has none.
fn quoted(cell: &str, marks: Marks) -> Option<u32> {
    let quote = char::from(marks.quote);
    let inside = cell.trim_matches(' ').strip_prefix(quote)?.strip_suffix(quote)?;
    let (mut letters, mut n_stray) = (inside.chars().peekable(), 0);
    while let Some(letter) = letters.next() {
        if Some(letter) == marks.escape.map(char::from) {
            letters.next();
        } else if letter == quote {
            if letters.peek() == Some(&quote) {
                letters.next();
            } else {
                n_stray += UNLIKELY_INSIDE;
            }
        }
    }
    Some(n_stray)
}

fn inside(cell: &str, marks: Marks) -> String {
    let quote = char::from(marks.quote);
    let cell = cell.trim_matches(' ');
    let inside = cell.strip_prefix(quote).and_then(|cell| cell.strip_suffix(quote));
    let mut out = String::new();
    unquoted(inside.unwrap_or(cell), marks, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(row: &str, n_columns: usize) -> Option<Vec<String>> {
        mended(row, Marks::COMMAS, n_columns)
    }

    #[test]
    fn the_only_reading_with_the_right_number_of_cells_is_taken() {
        assert_eq!(check("a,\"b,\"c, d\"", 3).unwrap(), ["a", "\"b", "c, d"]);
        assert_eq!(check("a,b,\"", 3).unwrap(), ["a", "b", "\""]);
        assert_eq!(check("a,\"\"b, c\",d", 3).unwrap(), ["a", "\"b, c", "d"]);
        assert_eq!(check("a,\"b\" c,d", 3).unwrap(), ["a", "\"b\" c", "d"]);
        assert_eq!(
            check("a,\"say \"hi\", he said\",d", 3).unwrap(),
            ["a", "say \"hi\", he said", "d"]
        );
        assert_eq!(check("\"a,b", 2).unwrap(), ["\"a", "b"]);
    }

    #[test]
    fn no_reading_or_several_are_not_guessed() {
        assert_eq!(check("a,\"b", 3), None);
        assert_eq!(check("a,b,\"c", 2), None);
        // Do the quotes stand around the first three parts, or around the last three?
        assert_eq!(check("\"a\",x,\"b\",y,\"c\"", 3), None);
        assert_eq!(check(&"\",".repeat(2_000), 2_001), None);
    }
}
