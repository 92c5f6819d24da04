//! What is someone called whose given name is missing?
//!
//! Forms ask for a family name and leave the given name open; what stands there then is half a
//! name, or the whole of it. The rest is told by a mailbox that is made of the name: who has
//! `gisela.klein4@` and is called Klein is a Gisela. Only names that the file has as given names
//! are taken, so that no `house`, `family` or initial becomes one.

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use super::intern::{Space, Symbol};
use super::listed::local_part;

/// So many records have to bear a name as their given name for it to be one.
const N_RECORDS_MIN: u32 = 3;

/// So many times as many bear it as their given name as bear it as their family name.
const N_TIMES_GIVEN: u32 = 4;

/// Shorter names are initials, and begin other words.
const N_LETTERS_MIN: usize = 3;

/// Completes the names of the records that have a family name only: by the name itself where it
/// is a whole one, else by the mailboxes, as `pairs` of record and e-mail. Where two of these
/// tell two names nothing is taken.
pub(super) fn complete(
    names: &Space,
    (emails, pairs): (&Space, &[(u32, Symbol)]),
    first: &mut [Symbol],
    last: &mut [Symbol],
) {
    let is_half = |first: Symbol, last: Symbol| first == 0 && last != 0;
    if !first.iter().zip(&*last).any(|(&first, &last)| is_half(first, last)) {
        return;
    }
    let known = Known::of(names, first, last);
    for (first, last) in first.iter_mut().zip(last.iter_mut()) {
        if is_half(*first, *last)
            && let Some(parts) = known.parted(names.text(*last))
        {
            (*first, *last) = parts;
        }
    }
    let mut found: Vec<(u32, Symbol)> = pairs
        .iter()
        .filter(|&&(record, _)| is_half(first[record as usize], last[record as usize]))
        .filter_map(|&(record, email)| {
            let family = names.text(last[record as usize]);
            Some((record, known.told(local_part(emails.text(email)), family)?))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    for told in found.chunk_by(|one, other| one.0 == other.0) {
        if let &[(record, name)] = told {
            first[record as usize] = name;
        }
    }
}

/// The names of a file by where they stand, for looking them up.
struct Known<'a> {
    given: HashMap<String, Symbol, FxBuildHasher>,
    family: HashMap<&'a str, Symbol, FxBuildHasher>,
}

impl<'a> Known<'a> {
    fn of(names: &'a Space, first: &[Symbol], last: &[Symbol]) -> Known<'a> {
        let mut n_of_place = vec![[0_u32; 2]; names.n_symbols()];
        for (&first, &last) in first.iter().zip(last) {
            // A lone name says little of where names stand.
            if first != 0 && last != 0 {
                n_of_place[first as usize][0] += 1;
                n_of_place[last as usize][1] += 1;
            }
        }
        let mut known = Known { given: HashMap::default(), family: HashMap::default() };
        // Of names that differ in their blanks the more frequent one is meant: symbols follow the
        // order of the records, which has no say.
        let rank = |symbol: Symbol| (n_of_place[symbol as usize][0], names.text(symbol));
        for (symbol, &[n_given, n_family]) in (0..).zip(&n_of_place) {
            let name = names.text(symbol);
            if n_family > 0 {
                known.family.insert(name, symbol);
            }
            if n_given >= N_RECORDS_MIN && n_given >= N_TIMES_GIVEN * n_family {
                let letters = letters_of(name);
                if letters.len() >= N_LETTERS_MIN {
                    let meant = known.given.entry(letters).or_insert(symbol);
                    if rank(symbol) > rank(*meant) {
                        *meant = symbol;
                    }
                }
            }
        }
        known
    }

    /// Parts a whole name into given and family name, if it is one: whichever stands first.
    fn parted(&self, name: &str) -> Option<(Symbol, Symbol)> {
        let of =
            |given: &str, family: &str| Some((*self.given.get(given)?, *self.family.get(family)?));
        let (start, rest) = name.split_once(' ')?;
        let (begin, end) = name.rsplit_once(' ')?;
        of(start, rest).or_else(|| of(end, begin))
    }

    /// Finds the given name that the local part of an e-mail spells beside the family name.
    fn told(&self, local: &str, family: &str) -> Option<Symbol> {
        let (local, family) = (letters_of(local.split('+').next()?), letters_of(family));
        if family.len() < N_LETTERS_MIN {
            return None;
        }
        let beside = |rest: Option<&str>| self.given.get(rest?).copied();
        beside(local.strip_suffix(family.as_str()))
            .or_else(|| beside(local.strip_prefix(family.as_str())))
    }
}

fn letters_of(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphabetic()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fold;

    /// Completes the names of rows that follow a few whose names are whole; gives them as texts.
    fn completed(rows: &[(&str, &str, &[&str])]) -> Vec<(String, String)> {
        let whole = [("Gisela", "Klein"), ("Jean Pierre", "Martin"), ("Martin", "Wolf")];
        let all: Vec<(&str, &str, &[&str])> = whole
            .iter()
            .cycle()
            .take(9)
            .map(|&(first, last)| (first, last, [].as_slice()))
            .chain(rows.iter().copied())
            .collect();
        let name = |place: usize, row: usize| {
            Some([all[row].0, all[row].1][place]).filter(|name| !name.is_empty())
        };
        let (names, symbols) = Space::of_columns(2, all.len(), name, fold::name);
        let [mut first, mut last] = <[Vec<Symbol>; 2]>::try_from(symbols).unwrap();
        let emails: Vec<(u32, &str)> =
            (0..).zip(&all).flat_map(|(row, of)| of.2.iter().map(move |&of| (row, of))).collect();
        let text = |place: usize| Some(emails[place].1);
        let (space, symbols) = Space::of(emails.len(), text, fold::email);
        let pairs: Vec<(u32, Symbol)> =
            emails.iter().zip(symbols).map(|(email, symbol)| (email.0, symbol)).collect();
        complete(&names, (&space, &pairs), &mut first, &mut last);
        let text = |symbol: &Symbol| names.text(*symbol).to_owned();
        let named = first.iter().zip(&last).map(|(first, last)| (text(first), text(last)));
        named.skip(9).collect()
    }

    #[test]
    fn a_mailbox_made_of_the_name_tells_the_given_name() {
        for (last, emails, first) in [
            ("Klein", ["gisela.klein4@example.com"].as_slice(), "gisela"),
            ("Klein", &["kleingisela@example.com"], "gisela"),
            ("Wolf", &["jean-pierre_wolf+news@example.com"], "jean pierre"),
            // Initials, families and names that the file does not know tell nothing.
            ("Klein", &["g.klein@example.com"], ""),
            ("Klein", &["family.klein@example.com"], ""),
            ("Klein", &["gisela@example.com"], ""),
            // As a family name Martin is as frequent.
            ("Klein", &["martin.klein@example.com"], ""),
            // Two mailboxes of two people.
            ("Wolf", &["gisela.wolf@example.com", "jeanpierre.wolf@example.com"], ""),
            ("Wolf", &["gisela.wolf@example.com", "gisela.wolf2@example.org"], "gisela"),
        ] {
            let found = completed(&[("", last, emails)]);
            assert_eq!(found[0], (first.to_owned(), last.to_lowercase()), "{last} {emails:?}");
        }
    }

    #[test]
    fn which_spelling_of_a_name_is_meant_does_not_depend_on_the_order_of_rows() {
        let spelled: &[&str] = &["marieanne.wolf@example.com"];
        let mut rows = vec![("Marie Anne", "Klein", [].as_slice()); 4];
        rows.extend(vec![("Marieanne", "Klein", [].as_slice()); 3]);
        rows.push(("", "Wolf", spelled));
        assert_eq!(completed(&rows)[7].0, "marie anne");
        rows.reverse();
        assert_eq!(completed(&rows)[0].0, "marie anne");
    }

    #[test]
    fn a_whole_name_in_one_column_is_parted() {
        let of = |last| completed(&[("", last, &[])])[0].clone();
        let named = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(of("Gisela Klein"), named("gisela", "klein"));
        assert_eq!(of("Klein Gisela"), named("gisela", "klein"));
        assert_eq!(of("Klein Wolf"), named("", "klein wolf"));
        assert_eq!(of("Gisela Unknown"), named("", "gisela unknown"));
        // Nothing is changed where a given name is there.
        let found = completed(&[("Anna", "Klein", &["gisela.klein@example.com"])]);
        assert_eq!(found[0], named("anna", "klein"));
    }
}
