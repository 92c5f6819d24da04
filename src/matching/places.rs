//! What do records say of where someone lives?

use super::features::Record;
use super::fold;
use super::intern::{Space, Symbol, numbered};
use crate::tables::layout::Contact;
use crate::tables::{Table, column};

/// Addresses by row.
pub(super) struct Places {
    pub(super) streets: Space,
    /// By the symbol of the whole street line.
    street_of_line: Vec<Symbol>,
    house_of_line: Vec<Symbol>,
    line: Vec<Symbol>,
    postcode: Vec<Symbol>,
    pub(super) cities: Space,
    city: Vec<Symbol>,
    address: Vec<Symbol>,
}

/// Parts the street from its number in a folded street line.
const LINE_SEPARATOR: char = '\u{1f}';

impl Places {
    /// Folds and interns them.
    pub(super) fn of(contacts: &Table<Contact>) -> Places {
        let n_rows = contacts.height();
        let texts = contacts.text(column::STREET);
        let (lines, line) = Space::of(n_rows, |row| texts.get(row), folded_line);
        let (streets, street_of_line) = lines.derived(|text, street| {
            street.push_str(text.split(LINE_SEPARATOR).next().unwrap_or(""));
        });
        let (_, house_of_line) = lines.derived(|text, house| {
            house.push_str(text.split(LINE_SEPARATOR).nth(1).unwrap_or(""));
        });
        let texts = contacts.text(column::POSTAL_CODE);
        let (_, postcode) = Space::of(n_rows, |row| texts.get(row), fold::postcode);
        let texts = contacts.text(column::CITY);
        let (cities, city) = Space::of(n_rows, |row| texts.get(row), fold::name);
        let address = addresses(&line, &house_of_line, &street_of_line, &postcode, &city);
        Places { streets, street_of_line, house_of_line, line, postcode, cities, city, address }
    }

    /// Writes them into the record of a row.
    pub(super) fn fill(&self, row: usize, record: &mut Record) {
        let line = self.line[row] as usize;
        record.street = self.street_of_line[line];
        record.house = self.house_of_line[line];
        record.postcode = self.postcode[row];
        record.city = self.city[row];
        record.address = self.address[row];
    }
}

/// Writes a street, then what parts it from its number, then the number.
fn folded_line(raw: &str, folded: &mut String) {
    let mut house = String::new();
    fold::street(raw, folded, &mut house);
    if !house.is_empty() {
        folded.push(LINE_SEPARATOR);
        folded.push_str(&house);
    }
}

/// Numbers the whole addresses: a street with its number in a postcode, or else in a town.
fn addresses(
    line: &[Symbol],
    house_of_line: &[Symbol],
    street_of_line: &[Symbol],
    postcode: &[Symbol],
    city: &[Symbol],
) -> Vec<Symbol> {
    numbered(line.len(), |row| {
        let (line, postcode, city) = (line[row], postcode[row], city[row]);
        let has_place = postcode != 0 || city != 0;
        let is_whole = street_of_line[line as usize] != 0 && house_of_line[line as usize] != 0;
        let place = if postcode != 0 { postcode } else { city };
        // Lines are too few to reach the 31 bits that are left to them.
        let key = u64::from(line) << 33 | u64::from(place) << 1 | u64::from(postcode != 0);
        (has_place && is_whole).then_some(key)
    })
}
