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

/// Gives the chunks in which so many rows are folded.
pub(super) fn chunks_of(n_rows: usize) -> Vec<Range<usize>> {
    let starts = (0..n_rows).step_by(N_ROWS_CHUNK);
    starts.map(|start| start..n_rows.min(start + N_ROWS_CHUNK)).collect()
}

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
        let folded: Vec<Folded> = chunks_of(n_rows)
            .into_par_iter()
            .map(|rows| Folded::of(rows.len(), |place| value(rows.start + place), &fold))
            .collect();
        Space::of_chunks(n_rows, &folded)
    }

    /// Folds the values of some columns that share a space; gives it, and the symbol of each row,
    /// column by column.
    pub(super) fn of_columns<'a>(
        n_columns: usize,
        n_rows: usize,
        value: impl Fn(usize, usize) -> Option<&'a str> + Sync,
        fold: impl Fn(&str, &mut String) + Sync,
    ) -> (Space, Vec<Vec<Symbol>>) {
        let chunks = chunks_of(n_rows);
        let of_columns: Vec<(usize, Range<usize>)> = (0..n_columns)
            .flat_map(|column| chunks.iter().map(move |rows| (column, rows.clone())))
            .collect();
        let folded: Vec<Folded> = of_columns
            .into_par_iter()
            .map(|(column, rows)| {
                let value = |place| value(column, rows.start + place);
                Folded::of(rows.len(), value, &fold)
            })
            .collect();
        let (space, symbol_of) = Space::of_folded(&folded);
        let n_chunks = chunks.len().max(1);
        let columns = folded.chunks(n_chunks).zip(symbol_of.chunks(n_chunks));
        (space, columns.map(|(folded, symbol_of)| symbols(n_rows, folded, symbol_of)).collect())
    }

    /// Brings the values of a column's chunks together: gives their space, and the symbol of each
    /// row.
    pub(super) fn of_chunks(n_rows: usize, folded: &[Folded]) -> (Space, Vec<Symbol>) {
        let (space, symbol_of) = Space::of_folded(folded);
        (space, symbols(n_rows, folded, &symbol_of))
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
}

/// Gives the symbol of each row of a column, from what its chunks' texts came to be.
fn symbols(n_rows: usize, folded: &[Folded], symbol_of: &[Vec<Symbol>]) -> Vec<Symbol> {
    let mut symbols = vec![0; n_rows];
    symbols.par_chunks_mut(N_ROWS_CHUNK).zip(folded.par_iter().zip(symbol_of)).for_each(
        |(symbols, (folded, symbol_of))| {
            for (symbol, &local) in symbols.iter_mut().zip(&folded.locals) {
                *symbol = if local == 0 { 0 } else { symbol_of[local as usize - 1] };
            }
        },
    );
    symbols
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
    // Mixing takes no two keys to one.
    numbered_by_hash(n_rows, |row| Some(mixed(0, key(row)?)), |_, _| true)
}

/// Numbers what rows hold, as [`numbered`] does, by its hash; `is_same` is asked of two rows of
/// one hash. For texts that are compared and never read.
pub(super) fn numbered_by_hash(
    n_rows: usize,
    hash: impl Fn(usize) -> Option<u64> + Sync,
    is_same: impl Fn(usize, usize) -> bool + Sync,
) -> Vec<Symbol> {
    // What is absent hashes to 0, and what would do so to its neighbour.
    let hashes: Vec<u64> =
        (0..n_rows).into_par_iter().map(|row| hash(row).map_or(0, |hash| hash.max(1))).collect();
    let shared = Sharing::default().entries(n_rows.div_ceil(N_ENTRIES_CHUNK), |chunk, entries| {
        let start = chunk * N_ENTRIES_CHUNK;
        let rows = start..n_rows.min(start + N_ENTRIES_CHUNK);
        let held = rows.filter(|&row| hashes[row] != 0);
        entries.extend(held.map(|row| (hashes[row], count(row))));
    });
    let first_of = firsts(n_rows, &shared, is_same);
    numbered_by(first_of, |row| hashes[row] != 0)
}

/// Entries are shared out in chunks of this size.
const N_ENTRIES_CHUNK: usize = 1 << 15;

/// Gives, for each of `n`, the first that is the same; `shared` holds those of one hash side by
/// side, in their order.
fn firsts(n: usize, shared: &[Entry], is_same: impl Fn(usize, usize) -> bool + Sync) -> Vec<u32> {
    let mut first_of: Vec<u32> = (0..count(n)).collect();
    let mut first = (0, 0);
    for &(hash, number) in shared {
        if hash != first.0 {
            first = (hash, number);
        }
        first_of[number as usize] = first.1;
    }
    // Two texts of one hash are nearly always one text. They are read in the order in which they
    // lie in memory, not in that of their hashes.
    let differs = |&number: &u32| {
        let first = first_of[number as usize];
        first != number && !is_same(first as usize, number as usize)
    };
    let odd: Vec<u32> = (0..count(n)).into_par_iter().filter(differs).collect();
    for (place, &number) in odd.iter().enumerate() {
        let same = odd[..place].iter().find(|&&other| is_same(other as usize, number as usize));
        first_of[number as usize] = same.copied().unwrap_or(number);
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

pub(super) fn hash_of(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    mixed(0, hasher.finish())
}

/// The different values of a chunk of rows, folded, and which of them each row has.
pub(super) struct Folded {
    arena: String,
    ends: Vec<usize>,
    hashes: Vec<u64>,
    /// By row: its text, counted from 1; 0 where it has none.
    locals: Vec<u32>,
}

impl Folded {
    /// Begins a chunk of so many rows.
    pub(super) fn empty(n_rows: usize) -> Folded {
        Folded {
            arena: String::new(),
            ends: vec![0],
            hashes: Vec::new(),
            locals: Vec::with_capacity(n_rows),
        }
    }

    /// Folds the values of so many rows.
    fn of<'a>(
        n_rows: usize,
        value: impl Fn(usize) -> Option<&'a str>,
        fold: &impl Fn(&str, &mut String),
    ) -> Folded {
        let mut folded = Folded::empty(n_rows);
        let mut known = Known::default();
        for row in 0..n_rows {
            let local = value(row).map_or(0, |raw| known.local(raw, || folded.push(raw, fold)));
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

    /// Takes a value that is folded already, and gives its number; 0 where there is nothing.
    pub(super) fn push_folded(&mut self, text: &str) -> u32 {
        self.push(text, &|text, arena| arena.push_str(text))
    }

    /// Notes which value the next row has.
    pub(super) fn next_row(&mut self, local: u32) {
        self.locals.push(local);
    }
}

/// Raw values met before, and what became of them: each different one is folded once, which is
/// what makes names cheap. Where values turn out to differ from row to row, they are not looked
/// up.
#[derive(Default)]
pub(super) struct Known<'a, T = u32> {
    met: HashMap<&'a str, T, FxBuildHasher>,
    n_looked_up: usize,
    before: Option<(&'a str, T)>,
}

impl<'a, T: Copy + Default> Known<'a, T> {
    /// Gives what became of a value, or makes it; nothing comes of an empty one.
    #[inline]
    pub(super) fn local(&mut self, raw: &'a str, make: impl FnOnce() -> T) -> T {
        const N_VALUES_TRIED: usize = 2048;
        // Of columns of few values, like sources, most rows say what the row before says.
        if let Some((before, local)) = self.before
            && before == raw
        {
            return local;
        }
        if raw.is_empty() {
            return T::default();
        }
        let repeats = self.n_looked_up < N_VALUES_TRIED || self.met.len() * 2 < self.n_looked_up;
        let local = if repeats {
            self.n_looked_up += 1;
            *self.met.entry(raw).or_insert_with(make)
        } else {
            make()
        };
        self.before = Some((raw, local));
        local
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
        let check = |texts: &[&str], expected: &[Symbol], hash: fn(&str) -> u64| {
            let hash = |row: usize| (!texts[row].is_empty()).then(|| hash(texts[row]));
            let same = |one: usize, other: usize| texts[one] == texts[other];
            assert_eq!(numbered_by_hash(texts.len(), hash, same), expected);
        };
        check(&["b", "", "a", "b", "A"], &[1, 0, 2, 1, 3], hash_of);
        // Texts of one hash are told apart by what they say.
        check(&["b", "a", "c", "a", "", "b", "c"], &[1, 2, 3, 2, 0, 1, 3], |_| 9);
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
