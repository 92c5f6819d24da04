//! Which of a record's names is the given name, and which the family name?
//!
//! Columns are mixed up, for some records of a file or for many, and a title stands where a name
//! is missing: `Miss` Walker has no given name, and differs from no `Ethel`. What is what, the
//! whole file tells: `Hall` is a family name where most who bear it bear it as one. Whoever is
//! put right is brought together with the others, and compared with them, name by name.

use super::intern::{Space, Symbol};

/// Titles that nobody is called by, folded. Those that are also names (Earl, Dean, Lord as a
/// family name) are left alone.
const TITLES: &[&str] = &[
    "sir",
    "dame",
    "mr",
    "mrs",
    "miss",
    "ms",
    "mx",
    "messrs",
    "lady",
    "rev",
    "revd",
    "reverend",
    "dr",
    "prof",
    "professor",
    "herr",
    "frau",
    "fraulein",
    "monsieur",
    "madame",
    "mme",
    "mlle",
    "senor",
    "senora",
    "esq",
    "esquire",
    "bt",
    "bart",
    "baronet",
    "jr",
    "sr",
    "phd",
    "of",
    "the",
];

/// A lone name moves where so many times as many bear it in the other column as in its own.
const ODDS_MIN_LONE: f64 = 4.0;

/// Two names change places where the odds that each is of the other column, multiplied, are
/// this: of the records of a file a few in a hundred have them swapped.
const ODDS_MIN_BOTH: f64 = 30.0;

/// Forgets what is no name, and moves names to where the file has them.
pub(super) fn put_right(names: &Space, first: &mut [Symbol], last: &mut [Symbol]) {
    let are_none: Vec<bool> =
        (0..).take(names.n_symbols()).map(|symbol| is_none(names.text(symbol))).collect();
    let mut n_of_place = vec![[0_u32; 2]; names.n_symbols()];
    for (first, last) in first.iter_mut().zip(last.iter_mut()) {
        for name in [&mut *first, &mut *last] {
            if are_none[*name as usize] {
                *name = 0;
            }
        }
        // A lone name says little of where names stand.
        if *first != 0 && *last != 0 {
            n_of_place[*first as usize][0] += 1;
            n_of_place[*last as usize][1] += 1;
        }
    }
    // The odds that a name is of the other place; the record itself has no say.
    let odds = |name: Symbol, place: usize, n_own: u32| {
        let n = n_of_place[name as usize];
        (f64::from(n[1 - place]) + 0.5) / (f64::from(n[place].saturating_sub(n_own)) + 0.5)
    };
    for (first, last) in first.iter_mut().zip(last.iter_mut()) {
        let are_elsewhere = match (*first, *last) {
            (0, 0) => false,
            (name, 0) => odds(name, 0, 0) >= ODDS_MIN_LONE,
            (0, name) => odds(name, 1, 0) >= ODDS_MIN_LONE,
            (first, last) => {
                let (one, other) = (odds(first, 0, 1), odds(last, 1, 1));
                one >= 1.0 && other >= 1.0 && one * other >= ODDS_MIN_BOTH
            }
        };
        if are_elsewhere {
            std::mem::swap(first, last);
        }
    }
}

/// Tells whether a folded text is no name: a title, a rank in a line (`10th`), a number.
fn is_none(name: &str) -> bool {
    let is_rank = || {
        let letters = name.trim_start_matches(|c: char| c.is_ascii_digit());
        letters.len() < name.len() && matches!(letters, "st" | "nd" | "rd" | "th")
    };
    !name.is_empty()
        && (TITLES.contains(&name)
            || is_rank()
            || !name.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts names right, and gives them as texts.
    fn put(rows: &[(&str, &str)]) -> Vec<(String, String)> {
        let value = |place: usize, row: usize| {
            let (first, last): (&str, &str) = rows[row];
            Some([first, last][place]).filter(|name| !name.is_empty())
        };
        let (names, symbols) = Space::of_columns(2, rows.len(), value, crate::matching::fold::name);
        let [mut first, mut last] = <[Vec<Symbol>; 2]>::try_from(symbols).unwrap();
        put_right(&names, &mut first, &mut last);
        let text = |symbol: &Symbol| names.text(*symbol).to_owned();
        first.iter().zip(&last).map(|(first, last)| (text(first), text(last))).collect()
    }

    fn told(rows: &[(&str, &str)]) -> Vec<(String, String)> {
        rows.iter().map(|(first, last)| ((*first).to_owned(), (*last).to_owned())).collect()
    }

    #[test]
    fn a_title_or_a_number_in_a_name_s_place_is_no_name() {
        let rows = [("Miss", "Walker"), ("10th", "Leeds"), ("Kim", "1857-1928"), ("Earl", "Bt.")];
        let expected = [("", "walker"), ("", "leeds"), ("kim", ""), ("earl", "")];
        assert_eq!(put(&rows), told(&expected));
    }

    #[test]
    fn a_lone_name_moves_to_where_the_others_have_it() {
        let rows = [
            ("Beatrice", "Angle"),
            ("Bea", "Angle"),
            ("Angle", ""),
            ("", "Angle"),
            ("", "Beatrice"),
            ("Nobody", ""),
        ];
        let expected = [
            ("beatrice", "angle"),
            ("bea", "angle"),
            ("", "angle"),
            ("", "angle"),
            // One Beatrice is not enough.
            ("", "beatrice"),
            ("nobody", ""),
        ];
        assert_eq!(put(&rows), told(&expected));
    }

    #[test]
    fn two_names_that_the_file_has_the_other_way_round_change_places() {
        let mut rows = vec![("Isabella", "Hall"); 60];
        rows.extend([("Noah", "White"); 60]);
        rows.extend([("White", "Isabella"), ("Wvite", "Isabella"), ("Isabella", "White")]);
        let found = put(&rows);
        let expected = told(&[("isabella", "white"), ("isabella", "wvite"), ("isabella", "white")]);
        assert_eq!(found[120..], expected);
        assert_eq!(found[0], ("isabella".to_owned(), "hall".to_owned()));
    }

    #[test]
    fn a_name_that_is_both_stays_where_it_stands() {
        let rows = [("James", "Howard"), ("Howard", "James"), ("Anne", "James"), ("James", "")];
        assert_eq!(put(&rows)[3], ("james".to_owned(), String::new()));
    }
}
