//! How many records have each value?

use rayon::prelude::*;

use super::comparison::{Field, Test};
use super::features::{Columns, Record};
use super::intern::Symbol;
use super::level::birth_day;
use super::list::{List, MORE, Overflow};
use super::settings::Key;

/// How many records have each value, by symbol; what is absent is counted too.
pub(super) struct Frequencies {
    first_name: Vec<u32>,
    middle_name: Vec<u32>,
    last_name: Vec<u32>,
    company: Vec<u32>,
    address: Vec<u32>,
    postcode: Vec<u32>,
    postal_area: Vec<u32>,
    city: Vec<u32>,
    birth_day: Vec<u32>,
    pub(super) full_name: Vec<u32>,
    lists: [Vec<u32>; List::OF_POINTS.len()],
    /// The earliest birth day of all, from which birth days are numbered.
    pub(super) birth_day_first: i32,
    pub(super) n_namesakes: Namesakes,
}

/// How many other records a record shares both names and a further value with, on average.
pub(super) struct Namesakes {
    pub(super) of_birth_date: f64,
    pub(super) of_address: f64,
}

/// Kinds of which a record may have several; the last digits of a phone are no symbols.
const COUNTED: [List; 5] =
    [List::Email, List::Phone, List::CustomerKey, List::RecordId, List::LocalPart];

impl Frequencies {
    /// Counts all values, column by column.
    pub(super) fn of(
        columns: &Columns,
        postal_areas: &[Symbol],
        records: &[Record],
        overflow: &[Overflow],
    ) -> Frequencies {
        let birth_days = records.par_iter().filter(|record| record.birth_date != 0);
        let birth_day_first =
            birth_days.map(|record| record.birth_day_number).min().unwrap_or_default();
        let born = |record: &Record| match record.birth_date {
            0 => 0,
            _ => birth_day(record, birth_day_first),
        };
        let middle_names = || counted(records.iter().map(|record| record.middle_name));
        let birth_days = || counted(records.iter().map(born));
        let (middle_name, birth_day) = rayon::join(middle_names, birth_days);
        let areas = columns.postcode.iter().map(|&postcode| postal_areas[postcode as usize]);
        let postal_area = counted(areas);
        let of_columns = [
            &columns.first_name,
            &columns.last_name,
            &columns.company,
            &columns.address,
            &columns.postcode,
            &columns.city,
            &columns.full_name,
        ];
        let mut of_columns: Vec<Vec<u32>> =
            of_columns.into_par_iter().map(|column| counted(column.iter().copied())).collect();
        let mut next = || of_columns.pop().unwrap_or_default();
        // From the last to the first.
        let [full_name, city, postcode, address, company, last_name, first_name] =
            std::array::from_fn(|_| next());
        let of_lists: Vec<Vec<u32>> = COUNTED
            .into_par_iter()
            .map(|list| of_list(columns.few(list), &overflow[list as usize]))
            .collect();
        let mut lists = <[Vec<u32>; List::OF_POINTS.len()]>::default();
        for (list, counts) in COUNTED.into_iter().zip(of_lists) {
            lists[list as usize] = counts;
        }
        Frequencies {
            first_name,
            middle_name,
            last_name,
            company,
            address,
            postcode,
            postal_area,
            city,
            birth_day,
            full_name,
            lists,
            birth_day_first,
            n_namesakes: Namesakes {
                of_birth_date: n_namesakes(records, |of| of.birth_date),
                of_address: n_namesakes(records, |of| of.address),
            },
        }
    }

    /// Gives the counts of a key's values; nothing of keys whose values are not counted.
    pub(super) fn of_key(&self, key: Key) -> &[u32] {
        match key {
            Key::FirstName => &self.first_name,
            Key::LastName => &self.last_name,
            Key::Names => &self.full_name,
            Key::Address => &self.address,
            Key::PostalCode => &self.postcode,
            Key::City => &self.city,
            Key::Company => &self.company,
            Key::Email => &self.lists[List::Email as usize],
            Key::EmailLocalPart => &self.lists[List::LocalPart as usize],
            Key::Phone => &self.lists[List::Phone as usize],
            Key::CustomerKey => &self.lists[List::CustomerKey as usize],
            Key::RecordId => &self.lists[List::RecordId as usize],
            _ => &[],
        }
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
            (Test::SamePostalArea, _) => &self.postal_area,
            (Test::SameCity, _) => &self.city,
            _ => &[],
        }
    }
}

/// Counts, on average, the other records with both names and a further value of a record that has
/// them. Of a large file some values are enough.
fn n_namesakes(records: &[Record], value: fn(&Record) -> u32) -> f64 {
    const N_RECORDS_ENOUGH: usize = 100_000;
    let one_in = u32::try_from(records.len() / N_RECORDS_ENOUGH).unwrap_or(u32::MAX).max(1);
    let is_chosen = |value: u32| (value.wrapping_mul(0x9e37_79b9) >> 8).is_multiple_of(one_in);
    let mut named: Vec<(Symbol, u32)> = records
        .iter()
        .map(|of| (of.full_name, value(of)))
        .filter(|&(name, value)| name != 0 && value != 0 && is_chosen(value))
        .collect();
    named.sort_unstable();
    let alike = named.chunk_by(|one, other| one == other);
    let n_pairs: usize = alike.map(|alike| alike.len() * (alike.len() - 1)).sum();
    n_pairs as f64 / named.len().max(1) as f64
}

/// Counts how often each value occurs.
pub(super) fn counted(values: impl Iterator<Item = Symbol>) -> Vec<u32> {
    let mut counts = Vec::new();
    values.for_each(|value| met(&mut counts, value));
    counts
}

/// Counts the values of a kind, those that lie aside included.
fn of_list(few: &[[Symbol; 2]], overflow: &Overflow) -> Vec<u32> {
    let few = few.iter().filter(|values| values[1] != MORE).flatten();
    let mut counts = counted(few.copied().filter(|&value| value != 0));
    overflow.each(|value| met(&mut counts, value));
    counts
}

fn met(counts: &mut Vec<u32>, value: Symbol) {
    let place = value as usize;
    if place >= counts.len() {
        counts.resize(place + 1, 0);
    }
    counts[place] += 1;
}
