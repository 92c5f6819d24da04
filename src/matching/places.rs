//! What do records say of where someone lives?

use hashbrown::HashMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::features::Record;
use super::fold;
use super::intern::{Folded, Known, Space, Symbol, chunks_of, count, hash_of, numbered_by_hash};
use super::sharing::mixed;
use crate::tables::layout::Contact;
use crate::tables::{Table, Texts, column};

/// Addresses by row.
pub(super) struct Places {
    pub(super) streets: Space,
    pub(super) street: Vec<Symbol>,
    pub(super) house: Vec<Symbol>,
    pub(super) postcode: Vec<Symbol>,
    pub(super) postcodes: Space,
    /// By the symbol of the postcode; 0 of one that is too short for that.
    pub(super) postal_areas: Vec<Symbol>,
    pub(super) cities: Space,
    pub(super) city: Vec<Symbol>,
    pub(super) address: Vec<Symbol>,
}

impl Places {
    /// Folds and interns them.
    pub(super) fn of(contacts: &Table<Contact>) -> Places {
        let n_rows = contacts.height();
        let (streets, street, house) = streets(contacts.text(column::STREET), n_rows);
        let texts = contacts.text(column::POSTAL_CODE);
        let (postcodes, postcode) = Space::of(n_rows, |row| texts.get(row), fold::postcode);
        let texts = contacts.text(column::CITY);
        let (cities, city) = Space::of(n_rows, |row| texts.get(row), fold::name);
        let address = addresses(&street, &house, &postcode, &city);
        let postal_areas = postal_areas(&postcodes);
        Places { streets, street, house, postcode, postcodes, postal_areas, cities, city, address }
    }

    /// Writes them into the record of a row.
    pub(super) fn fill(&self, row: usize, record: &mut Record) {
        record.street = self.street[row];
        record.house = self.house[row];
        record.postcode = self.postcode[row];
        record.city = self.city[row];
        record.address = self.address[row];
    }
}

/// Parts the street lines: gives the space of the streets, and street and house number by row.
fn streets(lines: &Texts, n_rows: usize) -> (Space, Vec<Symbol>, Vec<Symbol>) {
    let (streets, houses): (Vec<Folded>, Vec<Folded>) = chunks_of(n_rows)
        .into_par_iter()
        .map(|rows| {
            let (mut streets, mut houses) = (Folded::empty(rows.len()), Folded::empty(rows.len()));
            let mut line = fold::StreetLine::default();
            let mut known: Known<'_, (u32, u32)> = Known::default();
            // Lines are many, of streets and numbers there are few.
            let (mut known_streets, mut known_houses) = (Numbered::default(), Numbered::default());
            for row in rows {
                let (street, house) = lines.get(row).map_or((0, 0), |raw| {
                    known.local(raw, || {
                        line.read(raw);
                        let street = known_streets.local(&line.street, &mut streets);
                        (street, known_houses.local(&line.house, &mut houses))
                    })
                });
                streets.next_row(street);
                houses.next_row(house);
            }
            (streets, houses)
        })
        .unzip();
    let (space, street) = Space::of_chunks(n_rows, &streets);
    let (_, house) = Space::of_chunks(n_rows, &houses);
    (space, street, house)
}

/// Folded texts of a chunk and their numbers.
#[derive(Default)]
struct Numbered(HashMap<String, u32, FxBuildHasher>);

impl Numbered {
    fn local(&mut self, text: &str, folded: &mut Folded) -> u32 {
        if let Some(&local) = self.0.get(text) {
            return local;
        }
        let local = folded.push_folded(text);
        self.0.insert(text.to_owned(), local);
        local
    }
}

/// Numbers the areas of postcodes, by the postcode's symbol.
fn postal_areas(postcodes: &Space) -> Vec<Symbol> {
    let area = |postcode: usize| postal_area(postcodes.text(count(postcode)));
    let hash = |postcode: usize| Some(area(postcode)).filter(|area| !area.is_empty()).map(hash_of);
    numbered_by_hash(postcodes.n_symbols(), hash, |one, other| area(one) == area(other))
}

/// Gives the part of a folded postcode that names an area: what stands before the last three of a
/// British one, the first three of others, of four the first two; nothing of shorter ones.
///
/// # Source
/// Royal Mail (2022), "Programmers' guide to PAF", postcode format: the inward code is a digit
/// and two letters. Elsewhere first digits are regions and sorting centres: USPS Publication 65
/// (three digits), Deutsche Post's Leitregionen (two), Canada Post's forward sortation areas
/// (three).
fn postal_area(postcode: &str) -> &str {
    if !postcode.is_ascii() {
        return "";
    }
    let n_places = match postcode.as_bytes() {
        [outward @ .., digit, one, other]
            if (2..=4).contains(&outward.len())
                && outward[0].is_ascii_alphabetic()
                && digit.is_ascii_digit()
                && one.is_ascii_alphabetic()
                && other.is_ascii_alphabetic() =>
        {
            outward.len()
        }
        [_, _, _, _] => 2,
        [_, _, _, _, _, ..] => 3,
        _ => 0,
    };
    &postcode[..n_places]
}

/// Numbers the whole addresses: a street with its number in a postcode, or else in a town.
fn addresses(
    street: &[Symbol],
    house: &[Symbol],
    postcode: &[Symbol],
    city: &[Symbol],
) -> Vec<Symbol> {
    let parts = |row: usize| {
        let place = if postcode[row] != 0 { postcode[row] } else { city[row] };
        (street[row], house[row], place, postcode[row] != 0)
    };
    let hash = |row: usize| {
        let (street, house, place, is_postcode) = parts(row);
        let is_whole = street != 0 && house != 0 && place != 0;
        is_whole.then(|| {
            let line = mixed(0, u64::from(street) << 32 | u64::from(house));
            mixed(line, u64::from(place) << 1 | u64::from(is_postcode))
        })
    };
    numbered_by_hash(street.len(), hash, |one, other| parts(one) == parts(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postcode_begins_with_its_area() {
        let check = |postcode: &str, expected: &str| {
            assert_eq!(postal_area(postcode), expected, "{postcode}");
        };
        check("sw1a1aa", "sw1a");
        check("m11ae", "m1");
        check("94105", "941");
        check("k1a0b1", "k1a");
        check("2000", "20");
        check("1012ab", "101");
        check("17", "");
        check("", "");
    }
}
