//! Which different texts does a column hold, and which of them each row?

use hashbrown::HashMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::Texts;

/// The different texts of a column of few, such as segments or countries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups<'a> {
    /// In their order.
    pub names: Vec<&'a str>,
    /// By row: the place of its text among the names; their number where it has none.
    pub of_row: Vec<u32>,
}

/// Rows are looked at in chunks of this size, however many threads there are.
const N_ROWS_CHUNK: usize = 1 << 15;

impl<'a> Groups<'a> {
    /// Groups the rows of a column.
    ///
    /// # Panics
    /// If the column has more than 2^32 rows, which no table has.
    pub fn of(texts: &'a Texts) -> Groups<'a> {
        let n_rows = texts.len();
        let chunks: Vec<Chunk<'a>> = (0..n_rows.div_ceil(N_ROWS_CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let start = chunk * N_ROWS_CHUNK;
                Chunk::of((start..n_rows.min(start + N_ROWS_CHUNK)).map(|row| texts.get(row)))
            })
            .collect();
        let mut names: Vec<&str> = chunks.iter().flat_map(|chunk| &chunk.met).copied().collect();
        names.sort_unstable();
        names.dedup();
        let of_chunk = |chunk: &Chunk<'a>| {
            let found = chunk.met.iter().map(|name| names.binary_search(name));
            let place = found.map(|place| count(place.unwrap_or(names.len())));
            let place: Vec<u32> = place.chain([count(names.len())]).collect();
            let none = chunk.met.len();
            chunk.of_row.iter().map(|&of| place[(of as usize).min(none)]).collect::<Vec<u32>>()
        };
        let of_row = chunks.par_iter().map(of_chunk).collect::<Vec<_>>().concat();
        Groups { names, of_row }
    }
}

/// The different texts of some rows, in the order in which they are met.
struct Chunk<'a> {
    met: Vec<&'a str>,
    /// By row: the place of its text among them; `NONE` where it has none.
    of_row: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl<'a> Chunk<'a> {
    fn of(texts: impl Iterator<Item = Option<&'a str>>) -> Chunk<'a> {
        let mut known: HashMap<&str, u32, FxBuildHasher> = HashMap::default();
        let mut met = Vec::new();
        // Of columns of few texts most rows say what the row before says.
        let mut before = (None, NONE);
        let of_row = texts.map(|text| {
            if text != before.0 {
                let place = |name| {
                    *known.entry(name).or_insert_with(|| {
                        met.push(name);
                        count(met.len() - 1)
                    })
                };
                before = (text, text.map_or(NONE, place));
            }
            before.1
        });
        let of_row = of_row.collect();
        Chunk { met, of_row }
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or_else(|_| panic!("{n} does not fit in 32 bits"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn groups_stand_in_their_order_whatever_the_chunk_they_are_met_in() {
        let name =
            |row: usize| (!row.is_multiple_of(7)).then(|| format!("g{}", row / 20_000 * 3 % 5));
        let rows: Vec<Option<String>> = (0..100_000).map(name).collect();
        let texts = Texts::from_slice(&rows);
        let groups = Groups::of(&texts);
        assert_eq!(groups.names, ["g0", "g1", "g2", "g3", "g4"]);
        let said = |of: &u32| groups.names.get(*of as usize).copied();
        assert!(rows.iter().map(Option::as_deref).eq(groups.of_row.iter().map(said)));
    }

    proptest! {
        #[test]
        fn each_row_is_in_the_group_of_its_text(
            rows in prop::collection::vec(prop::option::of("[ab]{0,2}"), 0..60),
        ) {
            let texts = Texts::from_slice(&rows);
            let Groups { names, of_row } = Groups::of(&texts);
            prop_assert!(names.is_sorted_by(|one, other| one < other));
            for (row, of) in rows.iter().zip(of_row) {
                prop_assert_eq!(row.as_deref(), names.get(of as usize).copied());
            }
        }
    }
}
