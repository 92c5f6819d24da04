//! What do records say of where someone lives?

use hashbrown::HashMap;
use polars::prelude::StringChunked;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::features::Record;
use super::fold;
use super::intern::{Folded, Known, Space, Symbol, chunks_of, numbered_by_hash};
use super::sharing::mixed;
use crate::tables::layout::Contact;
use crate::tables::{Table, column};

/// Addresses by row.
pub(super) struct Places {
    pub(super) streets: Space,
    pub(super) street: Vec<Symbol>,
    pub(super) house: Vec<Symbol>,
    pub(super) postcode: Vec<Symbol>,
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
        let (_, postcode) = Space::of(n_rows, |row| texts.get(row), fold::postcode);
        let texts = contacts.text(column::CITY);
        let (cities, city) = Space::of(n_rows, |row| texts.get(row), fold::name);
        let address = addresses(&street, &house, &postcode, &city);
        Places { streets, street, house, postcode, cities, city, address }
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
fn streets(lines: &StringChunked, n_rows: usize) -> (Space, Vec<Symbol>, Vec<Symbol>) {
    let (streets, houses): (Vec<Folded>, Vec<Folded>) = chunks_of(n_rows)
        .into_par_iter()
        .map(|rows| {
            let (mut streets, mut houses) = (Folded::empty(rows.len()), Folded::empty(rows.len()));
            let mut line = fold::StreetLine::default();
            let mut known: Known<'_, (u32, u32)> = Known::default();
            // Lines are many, of streets and numbers there are few.
            let (mut known_streets, mut known_houses) = (Texts::default(), Texts::default());
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
struct Texts(HashMap<String, u32, FxBuildHasher>);

impl Texts {
    fn local(&mut self, text: &str, folded: &mut Folded) -> u32 {
        if let Some(&local) = self.0.get(text) {
            return local;
        }
        let local = folded.push_folded(text);
        self.0.insert(text.to_owned(), local);
        local
    }
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
