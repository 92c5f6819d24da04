//! Of which kinds may a record have several values?
//!
//! The first two stand in the record; all values of a record that has more lie aside.

use super::fold;
use super::intern::Symbol;

/// What stands in the second place of a record that has more than two values of a kind.
pub(super) const MORE: Symbol = Symbol::MAX;

/// Kinds of values of which a record may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Email,
    Phone,
    CustomerKey,
    RecordId,
    /// What stands before the `@` of the e-mails.
    LocalPart,
    /// The last eight digits of the phones, one hexadecimal digit per digit.
    LastDigits,
    /// How given and family name sound; they stand in the record like no other list, the given
    /// name's first, either of them absent.
    NameSound,
}

impl List {
    /// Those that come from contact points.
    pub(super) const OF_POINTS: [List; 6] = [
        List::Email,
        List::Phone,
        List::CustomerKey,
        List::RecordId,
        List::LocalPart,
        List::LastDigits,
    ];

    /// Those that are read; the others are derived from them.
    pub(super) const READ: [List; 4] =
        [List::Email, List::Phone, List::CustomerKey, List::RecordId];

    /// Gives the kind's name in the table of contact points.
    pub(super) fn kind(self) -> &'static str {
        match self {
            List::Email | List::LocalPart => "email",
            List::Phone | List::LastDigits => "phone",
            List::CustomerKey => "customer_key",
            List::RecordId => "record_id",
            List::NameSound => "name",
        }
    }

    /// Tells whether values of a status are compared.
    pub(super) fn takes(self, status: &str) -> bool {
        match self {
            List::Email | List::Phone => !matches!(status, "placeholder" | "empty"),
            _ => status == "valid",
        }
    }

    /// Writes the folded form of a value.
    pub(super) fn fold(self, raw: &str, folded: &mut String) {
        match self {
            List::Email | List::LocalPart => fold::email(raw, folded),
            List::Phone | List::LastDigits => fold::phone(raw, folded),
            _ => fold::id(raw, folded),
        }
    }
}

/// All values of the records that have more than two of a kind.
#[derive(Default)]
pub(super) struct Overflow {
    records: Vec<u32>,
    values: Vec<Vec<Symbol>>,
}

impl Overflow {
    /// Visits all values that lie aside.
    pub(super) fn each(&self, visit: impl FnMut(Symbol)) {
        self.values.iter().flatten().copied().for_each(visit);
    }

    /// Gives the values of a record that lie aside.
    pub(super) fn of(&self, record: u32) -> &[Symbol] {
        match self.records.binary_search(&record) {
            Ok(place) => &self.values[place],
            Err(_) => &[],
        }
    }
}

/// Gives the first two values of a kind by record, and the values of those that have more; they
/// come sorted by record.
pub(super) fn put_in(pairs: &[(u32, Symbol)], n_records: usize) -> (Vec<[Symbol; 2]>, Overflow) {
    let (mut few, mut overflow) = (vec![[0, 0]; n_records], Overflow::default());
    for of_one in pairs.chunk_by(|one, other| one.0 == other.0) {
        let record = of_one[0].0;
        let place = &mut few[record as usize];
        match of_one {
            [(_, only)] => *place = [*only, 0],
            [(_, first), (_, second)] if first == second => *place = [*first, 0],
            [(_, first), (_, second)] => *place = [*first, *second],
            many => {
                // The order of the file is kept: it does not depend on the order of records.
                let mut values: Vec<Symbol> = Vec::with_capacity(many.len());
                for &(_, symbol) in many {
                    if !values.contains(&symbol) {
                        values.push(symbol);
                    }
                }
                *place = [values[0], values.get(1).copied().unwrap_or(0)];
                if values.len() > 2 {
                    place[1] = MORE;
                    overflow.records.push(record);
                    overflow.values.push(values);
                }
            }
        }
    }
    (few, overflow)
}

/// Gives what is derived of the values that records have; nothing where it is absent.
pub(super) fn derived(pairs: &[(u32, Symbol)], by_symbol: &[Symbol]) -> Vec<(u32, Symbol)> {
    let derived = pairs.iter().map(|&(record, symbol)| (record, by_symbol[symbol as usize]));
    derived.filter(|&(_, value)| value != 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beyond_two_lie_aside_and_are_all_there() {
        let pairs = [(0, 5), (1, 7), (1, 7), (2, 9), (2, 8), (2, 7), (2, 9)];
        let (few, overflow) = put_in(&pairs, 4);
        assert_eq!(few, [[5, 0], [7, 0], [9, MORE], [0, 0]]);
        assert_eq!(overflow.of(2), [9, 8, 7]);
    }
}
