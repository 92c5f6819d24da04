//! How many records have each value?

use super::features::{List, Overflow, Record};
use super::intern::Symbol;
use super::level::birth_day;
use super::settings::{Field, Test};

/// How many records have each value, by symbol; what is absent is counted too.
#[derive(Default)]
pub(super) struct Frequencies {
    first_name: Vec<u32>,
    middle_name: Vec<u32>,
    last_name: Vec<u32>,
    company: Vec<u32>,
    address: Vec<u32>,
    postcode: Vec<u32>,
    city: Vec<u32>,
    birth_day: Vec<u32>,
    pub(super) full_name: Vec<u32>,
    lists: [Vec<u32>; List::ALL.len()],
    /// The earliest birth day of all, from which birth days are numbered.
    pub(super) birth_day_first: i32,
}

/// Kinds of which a record may have several; the last digits of a phone are no symbols.
const COUNTED: [List; 5] =
    [List::Email, List::Phone, List::CustomerKey, List::RecordId, List::LocalPart];

impl Frequencies {
    /// Counts all values in one pass over the records.
    pub(super) fn of(records: &[Record], overflow: &[Overflow]) -> Frequencies {
        let birth_days = records.iter().filter(|record| record.birth_date != 0);
        let birth_day_first =
            birth_days.map(|record| record.birth_day_number).min().unwrap_or_default();
        let mut all = Frequencies { birth_day_first, ..Frequencies::default() };
        for record in records {
            met(&mut all.first_name, record.first_name);
            met(&mut all.middle_name, record.middle_name);
            met(&mut all.last_name, record.last_name);
            met(&mut all.company, record.company);
            met(&mut all.address, record.address);
            met(&mut all.postcode, record.postcode);
            met(&mut all.city, record.city);
            met(&mut all.full_name, record.full_name);
            let is_born = record.birth_date != 0;
            met(&mut all.birth_day, if is_born { birth_day(record, birth_day_first) } else { 0 });
            let few = record.few();
            for list in COUNTED {
                let values = few[list as usize].into_iter().filter(|&value| value != 0);
                values.for_each(|value| met(&mut all.lists[list as usize], value));
            }
        }
        for list in COUNTED {
            overflow[list as usize].each(|value| met(&mut all.lists[list as usize], value));
        }
        all
    }

    /// Gives the counts of the values that a test finds shared; nothing where it finds none.
    pub(super) fn of_test(&self, field: Field, test: Test) -> &[u32] {
        let list = |list: List| self.lists[list as usize].as_slice();
        match (test, field) {
            (Test::Exact, Field::FirstName) => &self.first_name,
            (Test::Exact, Field::MiddleName) => &self.middle_name,
            (Test::Exact, Field::LastName) => &self.last_name,
            (Test::Exact, Field::Company) => &self.company,
            (Test::Exact, Field::Address) => &self.address,
            (Test::Exact, Field::Email) => list(List::Email),
            (Test::Exact, Field::Phone) => list(List::Phone),
            (Test::Exact, Field::CustomerKey) => list(List::CustomerKey),
            (Test::Exact, Field::RecordId) => list(List::RecordId),
            (Test::Exact, Field::BirthDate) => &self.birth_day,
            (Test::SameLocalPart, _) => list(List::LocalPart),
            (Test::SamePostcode, _) => &self.postcode,
            (Test::SameCity, _) => &self.city,
            _ => &[],
        }
    }
}

fn met(counts: &mut Vec<u32>, value: Symbol) {
    let place = value as usize;
    if place >= counts.len() {
        counts.resize(place + 1, 0);
    }
    counts[place] += 1;
}
