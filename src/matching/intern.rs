//! How is a value compared by a number?
//!
//! Each different folded value gets a symbol, counted from 1; 0 is a value that is absent.
//! Symbols stand in the order in which values first occur, whatever the number of threads. The
//! texts lie end to end in one arena: a value costs its bytes and about 24 more.

use std::hash::Hasher;
use std::ops::Range;

use hashbrown::{HashMap, HashTable};
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHasher};

/// A symbol: equal symbols of one space are equal values. 0 is absence.
pub(super) type Symbol = u32;

/// Rows are folded in chunks of this size, however many threads there are.
const N_ROWS_CHUNK: usize = 1 << 16;

/// A space of values and their symbols.
pub(super) struct Space {
    arena: String,
    ends: Vec<u32>,
    table: HashTable<(u64, Symbol)>,
}

impl Space {
    pub(super) fn new() -> Space {
        Space { arena: String::new(), ends: vec![0], table: HashTable::new() }
    }

    /// Lets go of what only new values need.
    pub(super) fn sealed(mut self) -> Space {
        self.table = HashTable::new();
        self
    }

    /// Counts the symbols, absence included: they are below this number.
    pub(super) fn n_symbols(&self) -> usize {
        self.ends.len()
    }

    /// Gives the value of a symbol; of absence, the empty one.
    pub(super) fn text(&self, symbol: Symbol) -> &str {
        let place = symbol as usize;
        let start = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        &self.arena[start..self.ends[place] as usize]
    }

    /// Gives the symbol of a value, a new one if it has none yet.
    ///
    /// # Panics
    /// If the values of one field fill 4 GiB, which is beyond what a run can hold.
    pub(super) fn symbol(&mut self, text: &str) -> Symbol {
        if text.is_empty() {
            return 0;
        }
        let hash = hash_of(text);
        let (arena, ends) = (&self.arena, &self.ends);
        let is_it = |&(other_hash, symbol): &(u64, Symbol)| {
            let range = ends[symbol as usize - 1] as usize..ends[symbol as usize] as usize;
            other_hash == hash && &arena[range] == text
        };
        if let Some(&(_, symbol)) = self.table.find(hash, is_it) {
            return symbol;
        }
        let symbol = count(self.ends.len());
        self.arena.push_str(text);
        self.ends.push(count(self.arena.len()));
        self.table.insert_unique(hash, (hash, symbol), |&(hash, _)| hash);
        symbol
    }

    /// Folds the values of a column and gives the symbol of each row.
    pub(super) fn symbols<'a>(
        &mut self,
        n_rows: usize,
        value: impl Fn(usize) -> Option<&'a str> + Sync,
        fold: impl Fn(&str, &mut String) + Sync,
    ) -> Vec<Symbol> {
        let chunks: Vec<Range<usize>> = (0..n_rows)
            .step_by(N_ROWS_CHUNK)
            .map(|start| start..n_rows.min(start + N_ROWS_CHUNK))
            .collect();
        let mut symbols = vec![0; n_rows];
        // A few chunks at a time, since each holds what it folded until it is merged.
        let n_at_once = rayon::current_num_threads() * 2;
        for some in chunks.chunks(n_at_once) {
            let folded: Vec<Folded> =
                some.par_iter().map(|rows| Folded::of(rows.clone(), &value, &fold)).collect();
            let known: Vec<Vec<Symbol>> = folded
                .iter()
                .map(|folded| folded.texts().map(|text| self.symbol(text)).collect())
                .collect();
            let rows = some[0].start..some[some.len() - 1].end;
            symbols[rows].par_chunks_mut(N_ROWS_CHUNK).zip(folded.par_iter().zip(&known)).for_each(
                |(symbols, (folded, known))| {
                    for (symbol, &local) in symbols.iter_mut().zip(&folded.locals) {
                        *symbol = known[local as usize];
                    }
                },
            );
        }
        symbols
    }

    /// Derives another value from each: gives the space of what was derived, and its symbol by
    /// the symbol it was derived from. `derive` writes nothing where there is nothing to derive.
    pub(super) fn derived(&self, derive: impl Fn(&str, &mut String)) -> (Space, Vec<Symbol>) {
        let mut space = Space::new();
        let mut text = String::new();
        let symbols = (0..self.n_symbols())
            .map(|symbol| {
                text.clear();
                if symbol > 0 {
                    derive(self.text(count(symbol)), &mut text);
                }
                space.symbol(&text)
            })
            .collect();
        (space, symbols)
    }
}

/// Takes a count that the program cannot let grow beyond 32 bits.
///
/// # Panics
/// If it does.
pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or_else(|_| panic!("{n} does not fit in 32 bits: match fewer records"))
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// The different values of a chunk of rows, folded, and which of them each row has.
struct Folded {
    arena: String,
    ends: Vec<usize>,
    locals: Vec<u32>,
}

impl Folded {
    /// Each different raw value is folded once, which is what makes names cheap.
    fn of<'a>(
        rows: Range<usize>,
        value: &(impl Fn(usize) -> Option<&'a str> + Sync),
        fold: &(impl Fn(&str, &mut String) + Sync),
    ) -> Folded {
        let mut folded =
            Folded { arena: String::new(), ends: vec![0], locals: Vec::with_capacity(rows.len()) };
        let mut known: HashMap<&str, u32, FxBuildHasher> = HashMap::default();
        for row in rows {
            let local = match value(row) {
                None | Some("") => 0,
                Some(raw) => *known.entry(raw).or_insert_with(|| {
                    fold(raw, &mut folded.arena);
                    folded.ends.push(folded.arena.len());
                    count(folded.ends.len() - 1)
                }),
            };
            folded.locals.push(local);
        }
        folded
    }

    /// Lists the texts by their local number; the first is that of absence.
    fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once("").chain(self.ends.windows(2).map(|range| &self.arena[range[0]..range[1]]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lower(raw: &str, folded: &mut String) {
        folded.push_str(&raw.to_lowercase());
    }

    #[test]
    fn equal_values_share_a_symbol_and_absence_has_none() {
        let rows = [Some("Anna"), None, Some("ANNA"), Some(""), Some("Bert")];
        let mut space = Space::new();
        let symbols = space.symbols(rows.len(), |row| rows[row], lower);
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
            pool.install(|| Space::new().symbols(n_rows, |row| Some(texts[row].as_str()), lower))
        };
        let alone = symbols(1);
        assert_eq!(alone, symbols(3));
        assert_eq!(alone[0], 1);
        assert_eq!(alone[1], 2);
    }

    #[test]
    fn a_derived_value_is_found_by_the_symbol_it_comes_from() {
        let mut space = Space::new();
        for text in ["anna@a.com", "bert@a.com", "anna@b.com", "nothing"] {
            space.symbol(text);
        }
        let (_, locals) = space.derived(|text, local| {
            local.push_str(text.split_once('@').map_or("", |(local, _)| local));
        });
        assert_eq!(locals, [0, 1, 2, 1, 0]);
    }
}
