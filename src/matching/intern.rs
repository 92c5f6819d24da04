//! How is a value compared by a number?
//!
//! Each different folded value gets a symbol, counted from 1; 0 is a value that is absent.
//! Symbols stand in the order in which values first occur, whatever the number of threads. The
//! texts lie end to end in one arena: a value costs its bytes and 4 more. Equal texts are found
//! by their hashes, sorted in pieces that fit in a cache: a table of all of them would not.

use std::hash::Hasher;
use std::ops::Range;

use hashbrown::HashMap;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHasher};

use super::sharing::{Entry, Sharing, mixed};

/// A symbol: equal symbols of one space are equal values. 0 is absence.
pub(super) type Symbol = u32;

/// Rows are folded in chunks of this size, however many threads there are.
const N_ROWS_CHUNK: usize = 1 << 16;

/// A space of values and their symbols.
pub(super) struct Space {
    arena: String,
    ends: Vec<u32>,
}

impl Space {
    /// Gives the space that holds absence alone.
    pub(super) fn empty() -> Space {
        Space { arena: String::new(), ends: vec![0] }
    }

    /// Counts the symbols, absence included: they are below this number.
    pub(super) fn n_symbols(&self) -> usize {
        self.ends.len()
    }

    /// Gives the value of a symbol; of absence, the empty one.
    #[inline]
    pub(super) fn text(&self, symbol: Symbol) -> &str {
        let place = symbol as usize;
        let start = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        &self.arena[start..self.ends[place] as usize]
    }

    /// Folds the values of a column; gives their space, and the symbol of each row.
    ///
    /// # Panics
    /// If the values of one field fill 4 GiB, which is beyond what a run can hold.
    pub(super) fn of<'a>(
        n_rows: usize,
        value: impl Fn(usize) -> Option<&'a str> + Sync,
        fold: impl Fn(&str, &mut String) + Sync,
    ) -> (Space, Vec<Symbol>) {
        let chunks: Vec<Range<usize>> = (0..n_rows)
            .step_by(N_ROWS_CHUNK)
            .map(|start| start..n_rows.min(start + N_ROWS_CHUNK))
            .collect();
        let folded: Vec<Folded> =
            chunks.into_par_iter().map(|rows| Folded::of(rows, &value, &fold)).collect();
        let (space, symbol_of) = Space::of_folded(&folded);
        let mut symbols = vec![0; n_rows];
        symbols.par_chunks_mut(N_ROWS_CHUNK).zip(folded.par_iter().zip(&symbol_of)).for_each(
            |(symbols, (folded, symbol_of))| {
                for (symbol, &local) in symbols.iter_mut().zip(&folded.locals) {
                    *symbol = if local == 0 { 0 } else { symbol_of[local as usize - 1] };
                }
            },
        );
        (space, symbols)
    }

    /// Brings the texts of all chunks together; gives their symbols, chunk by chunk.
    fn of_folded(folded: &[Folded]) -> (Space, Vec<Vec<Symbol>>) {
        let mut all = Space::empty();
        let mut starts = Vec::with_capacity(folded.len());
        for chunk in folded {
            starts.push(count(all.ends.len()));
            let before = all.arena.len();
            all.arena.push_str(&chunk.arena);
            all.ends.extend(chunk.ends[1..].iter().map(|end| count(before + end)));
        }
        let shared = Sharing::default().entries(folded.len(), |chunk, entries| {
            entries.extend(folded[chunk].hashes.iter().copied().zip(starts[chunk]..));
        });
        let first_of = firsts(all.n_symbols(), &shared, |one, other| {
            all.text(count(one)) == all.text(count(other))
        });
        let mut space = Space::empty();
        let mut symbol_of = first_of;
        for number in 1..count(all.n_symbols()) {
            let first = symbol_of[number as usize];
            symbol_of[number as usize] = if first == number {
                space.push(all.text(number))
            } else {
                symbol_of[first as usize]
            };
        }
        let of_chunk = |(chunk, &start): (&Folded, &u32)| {
            let start = start as usize;
            symbol_of[start..start + chunk.hashes.len()].to_vec()
        };
        (space, folded.iter().zip(&starts).map(of_chunk).collect())
    }

    fn push(&mut self, text: &str) -> Symbol {
        self.arena.push_str(text);
        self.ends.push(count(self.arena.len()));
        count(self.ends.len() - 1)
    }

    /// Derives another value from each: gives the space of what was derived, and its symbol by
    /// the symbol it was derived from. `derive` writes nothing where there is nothing to derive.
    pub(super) fn derived(
        &self,
        derive: impl Fn(&str, &mut String) + Sync,
    ) -> (Space, Vec<Symbol>) {
        Space::of(self.n_symbols(), |symbol| Some(self.text(count(symbol))), derive)
    }
}

/// Takes a count that the program cannot let grow beyond 32 bits.
///
/// # Panics
/// If it does.
pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or_else(|_| panic!("{n} does not fit in 32 bits: match fewer records"))
}

/// Numbers what rows hold, from 1, in the order in which it first occurs; 0 where a row holds
/// nothing. Two rows hold the same if their keys are equal.
pub(super) fn numbered(n_rows: usize, key: impl Fn(usize) -> Option<u64> + Sync) -> Vec<Symbol> {
    let shared = Sharing::default().entries(n_rows.div_ceil(N_ROWS_CHUNK), |chunk, entries| {
        let start = chunk * N_ROWS_CHUNK;
        let rows = start..n_rows.min(start + N_ROWS_CHUNK);
        // Mixing takes no two keys to one.
        entries.extend(rows.filter_map(|row| Some((mixed(0, key(row)?), count(row)))));
    });
    let first_of = firsts(n_rows, &shared, |_, _| true);
    numbered_by(first_of, |row| key(row).is_some())
}

/// Numbers the texts of rows, from 1, in the order in which they first occur; 0 where there is
/// none. For ids that are compared and never read.
pub(super) fn numbered_texts(texts: &[&str]) -> Vec<Symbol> {
    let n_rows = texts.len();
    let shared = Sharing::default().entries(n_rows.div_ceil(N_ROWS_CHUNK), |chunk, entries| {
        let start = chunk * N_ROWS_CHUNK;
        let rows = start..n_rows.min(start + N_ROWS_CHUNK);
        let of_row =
            |row: usize| (!texts[row].is_empty()).then(|| (hash_of(texts[row]), count(row)));
        entries.extend(rows.filter_map(of_row));
    });
    let first_of = firsts(n_rows, &shared, |one, other| texts[one] == texts[other]);
    numbered_by(first_of, |row| !texts[row].is_empty())
}

/// Gives, for each of `n`, the first that is the same; `shared` holds those of one hash side by
/// side, in their order.
fn firsts(n: usize, shared: &[Entry], is_same: impl Fn(usize, usize) -> bool) -> Vec<u32> {
    let mut first_of: Vec<u32> = (0..count(n)).collect();
    for of_one_hash in shared.chunk_by(|one, other| one.0 == other.0) {
        // Two texts of one hash are nearly always one text.
        for (place, &(_, number)) in of_one_hash.iter().enumerate().skip(1) {
            let mut before = of_one_hash[..place].iter().map(|&(_, other)| other);
            if let Some(same) = before.find(|&other| is_same(other as usize, number as usize)) {
                first_of[number as usize] = first_of[same as usize];
            }
        }
    }
    first_of
}

/// Numbers rows by the first that is the same, from 1; 0 where a row holds nothing.
fn numbered_by(first_of: Vec<u32>, holds: impl Fn(usize) -> bool) -> Vec<Symbol> {
    let mut number_of = first_of;
    let mut n_numbers = 0;
    for row in 0..number_of.len() {
        let first = number_of[row] as usize;
        number_of[row] = if !holds(row) {
            0
        } else if first == row {
            n_numbers += 1;
            n_numbers
        } else {
            number_of[first]
        };
    }
    number_of
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    mixed(0, hasher.finish())
}

/// The different values of a chunk of rows, folded, and which of them each row has.
struct Folded {
    arena: String,
    ends: Vec<usize>,
    hashes: Vec<u64>,
    /// By row: its text, counted from 1; 0 where it has none.
    locals: Vec<u32>,
}

impl Folded {
    /// Each different raw value is folded once, which is what makes names cheap. Where values
    /// turn out to differ from row to row, they are not looked up.
    fn of<'a>(
        rows: Range<usize>,
        value: &(impl Fn(usize) -> Option<&'a str> + Sync),
        fold: &(impl Fn(&str, &mut String) + Sync),
    ) -> Folded {
        const N_VALUES_TRIED: usize = 2048;
        let mut folded = Folded {
            arena: String::new(),
            ends: vec![0],
            hashes: Vec::new(),
            locals: Vec::with_capacity(rows.len()),
        };
        let mut known: HashMap<&str, u32, FxBuildHasher> = HashMap::default();
        let mut n_looked_up = 0;
        for row in rows {
            let repeats = n_looked_up < N_VALUES_TRIED || known.len() * 2 < n_looked_up;
            let local = match value(row) {
                None | Some("") => 0,
                Some(raw) if repeats => {
                    n_looked_up += 1;
                    *known.entry(raw).or_insert_with(|| folded.push(raw, fold))
                }
                Some(raw) => folded.push(raw, fold),
            };
            folded.locals.push(local);
        }
        folded
    }

    /// Folds a value, and gives its number; 0 where nothing is left of it.
    fn push(&mut self, raw: &str, fold: &impl Fn(&str, &mut String)) -> u32 {
        let start = self.arena.len();
        fold(raw, &mut self.arena);
        if self.arena.len() == start {
            return 0;
        }
        self.hashes.push(hash_of(&self.arena[start..]));
        self.ends.push(self.arena.len());
        count(self.hashes.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lower(raw: &str, folded: &mut String) {
        folded.push_str(&raw.to_lowercase());
    }

    #[test]
    fn equal_values_share_a_symbol_and_absence_has_none() {
        let rows = [Some("Anna"), None, Some("ANNA"), Some(""), Some("Bert")];
        let (space, symbols) = Space::of(rows.len(), |row| rows[row], lower);
        assert_eq!(symbols, [1, 0, 1, 0, 2]);
        assert_eq!(space.text(2), "bert");
        assert_eq!(space.text(0), "");
        assert_eq!(space.n_symbols(), 3);
    }

    #[test]
    fn symbols_do_not_depend_on_the_number_of_threads() {
        let n_rows = 3 * N_ROWS_CHUNK + 17;
        let texts: Vec<String> = (0..n_rows).map(|row| format!("v{}", row * 7 % 50_021)).collect();
        let symbols = |n_threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| Space::of(n_rows, |row| Some(texts[row].as_str()), lower).1)
        };
        let alone = symbols(1);
        assert_eq!(alone, symbols(3));
        assert_eq!(alone[0], 1);
        assert_eq!(alone[1], 2);
    }

    #[test]
    fn a_derived_value_is_found_by_the_symbol_it_comes_from() {
        let texts = ["anna@a.com", "bert@a.com", "anna@b.com", "nothing"];
        let (space, _) = Space::of(texts.len(), |row| Some(texts[row]), lower);
        let (_, locals) = space.derived(|text, local| {
            local.push_str(text.split_once('@').map_or("", |(local, _)| local));
        });
        assert_eq!(locals, [0, 1, 2, 1, 0]);
    }

    #[test]
    fn rows_are_numbered_in_the_order_in_which_what_they_hold_occurs() {
        let keys = [Some(9), None, Some(0), Some(9), Some(7), Some(0)];
        assert_eq!(numbered(keys.len(), |row| keys[row]), [1, 0, 2, 1, 3, 2]);
        let n_rows = 3 * N_ROWS_CHUNK;
        let numbers = numbered(n_rows, |row| Some(row as u64 % 70_001));
        let expected: Vec<Symbol> = (0..n_rows).map(|row| count(row % 70_001 + 1)).collect();
        assert_eq!(numbers, expected);
    }

    #[test]
    fn texts_are_numbered_as_what_they_say() {
        assert_eq!(numbered_texts(&["b", "", "a", "b", "A"]), [1, 0, 2, 1, 3]);
    }

    proptest! {
        #[test]
        fn rows_have_one_symbol_where_they_fold_to_one_text(
            rows in prop::collection::vec("[aAbB]{0,3}", 0..200),
        ) {
            let value = |row: usize| rows.get(row).map(String::as_str);
            let (space, symbols) = Space::of(rows.len(), value, lower);
            for (row, &symbol) in rows.iter().zip(&symbols) {
                prop_assert_eq!(space.text(symbol), row.to_lowercase());
            }
            let mut seen = symbols.clone();
            seen.sort_unstable();
            seen.dedup();
            let texts: Vec<&str> = seen.iter().map(|&symbol| space.text(symbol)).collect();
            let n_texts = texts.iter().collect::<std::collections::BTreeSet<_>>().len();
            prop_assert_eq!(n_texts, seen.len());
        }
    }
}
