//! What brings two records into one block?

use rayon::prelude::*;

use super::features::{Features, Pair, Record};
use super::intern::{Space, Symbol, count};
use super::list::List;
use super::settings::Key;

/// Seven digits: what a phone number keeps without its country and area codes.
const LAST7: u32 = 0x0fff_ffff;

/// Gives the value of a key, the first if a record has several; 0 where it has none.
#[inline]
pub(super) fn one(features: &Features, key: Key, record: u32, of: &Record) -> u64 {
    let symbol = match key {
        Key::FirstName => of.first_name,
        Key::LastName => of.last_name,
        Key::Names => of.full_name,
        Key::FirstInitial => of.first_initial,
        Key::FirstSound => of.sounds[0],
        Key::LastSound => of.sounds[1],
        Key::BirthDate => of.birth_date,
        Key::BirthYear => of.birth_date >> 16,
        Key::Address => of.address,
        Key::Street => of.street,
        Key::PostalCode => of.postcode,
        Key::City => of.city,
        Key::Company => of.company,
        Key::Everyone => 1,
        Key::Email
        | Key::EmailLocalPart
        | Key::Phone
        | Key::PhoneLast7
        | Key::CustomerKey
        | Key::RecordId
        | Key::NameSound => {
            let values = list_of(key).map_or(&[][..], |list| features.list(list, record, of));
            return values.first().map_or(0, |&value| listed_value(key, value));
        }
    };
    u64::from(symbol)
}

/// The values of a key, record by record.
#[derive(Clone, Copy)]
pub(super) enum Column<'a> {
    Of(&'a [Symbol]),
    /// The first or the second of two.
    OneOf(usize, &'a [[Symbol; 2]]),
    /// The first four of eight digits.
    YearOf(&'a [u32]),
    /// The first of several values.
    FirstOf(Key, &'a [[Symbol; 2]]),
    Everyone,
}

impl<'a> Column<'a> {
    /// Finds the column of a key.
    pub(super) fn of(features: &'a Features, key: Key) -> Column<'a> {
        let columns = &features.columns;
        Column::Of(match key {
            Key::FirstName => &columns.first_name,
            Key::LastName => &columns.last_name,
            Key::Names => &columns.full_name,
            Key::FirstInitial => &columns.first_initial,
            Key::FirstSound => return Column::OneOf(0, columns.few(List::NameSound)),
            Key::LastSound => return Column::OneOf(1, columns.few(List::NameSound)),
            Key::NameSound => return Column::FirstOf(key, columns.few(List::NameSound)),
            Key::BirthDate => &columns.birth_date,
            Key::BirthYear => return Column::YearOf(&columns.birth_date),
            Key::Address => &columns.address,
            Key::Street => &columns.street,
            Key::PostalCode => &columns.postcode,
            Key::City => &columns.city,
            Key::Company => &columns.company,
            Key::Everyone => return Column::Everyone,
            Key::Email => return Column::FirstOf(key, columns.few(List::Email)),
            Key::EmailLocalPart => return Column::FirstOf(key, columns.few(List::LocalPart)),
            Key::Phone => return Column::FirstOf(key, columns.few(List::Phone)),
            Key::PhoneLast7 => return Column::FirstOf(key, columns.few(List::LastDigits)),
            Key::CustomerKey => return Column::FirstOf(key, columns.few(List::CustomerKey)),
            Key::RecordId => return Column::FirstOf(key, columns.few(List::RecordId)),
        })
    }

    /// Gives a record's value; 0 where it has none.
    #[inline]
    pub(super) fn value(self, record: u32) -> u32 {
        match self {
            Column::Of(values) => values[record as usize],
            Column::YearOf(dates) => dates[record as usize] >> 16,
            Column::OneOf(place, values) => values[record as usize][place],
            Column::FirstOf(key, few) => match few[record as usize] {
                [0, only] => digits_of(key, only),
                [first, _] => digits_of(key, first),
            },
            Column::Everyone => 1,
        }
    }
}

/// The keys that two records agree on, one bit each: of keys of which a record may have several
/// values, any that both have.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Agreed(u32);

impl Agreed {
    /// Compares all keys of two records at once, which costs less than asking for them rule by
    /// rule.
    #[inline]
    pub(super) fn of(features: &Features, pair: Pair<'_>) -> Agreed {
        let Pair { x, y, .. } = pair;
        let bit = |key: Key, one: Symbol, other: Symbol| {
            (u32::from(one != 0) & u32::from(one == other)) << key as u32
        };
        let listed = |key: Key, list: List, digits: u32| {
            u32::from(features.share(list, pair, digits)) << key as u32
        };
        let all = u32::MAX;
        Agreed(
            bit(Key::FirstName, x.first_name, y.first_name)
                | bit(Key::LastName, x.last_name, y.last_name)
                | bit(Key::Names, x.full_name, y.full_name)
                | bit(Key::FirstInitial, x.first_initial, y.first_initial)
                | bit(Key::FirstSound, x.sounds[0], y.sounds[0])
                | bit(Key::LastSound, x.sounds[1], y.sounds[1])
                | u32::from(share_sound(x, y)) << Key::NameSound as u32
                | bit(Key::BirthDate, x.birth_date, y.birth_date)
                | bit(Key::BirthYear, x.birth_date >> 16, y.birth_date >> 16)
                | bit(Key::Address, x.address, y.address)
                | bit(Key::Street, x.street, y.street)
                | bit(Key::PostalCode, x.postcode, y.postcode)
                | bit(Key::City, x.city, y.city)
                | bit(Key::Company, x.company, y.company)
                | bit(Key::Everyone, 1, 1)
                | listed(Key::Email, List::Email, all)
                | listed(Key::EmailLocalPart, List::LocalPart, all)
                | listed(Key::Phone, List::Phone, all)
                | listed(Key::PhoneLast7, List::LastDigits, LAST7)
                | listed(Key::CustomerKey, List::CustomerKey, all)
                | listed(Key::RecordId, List::RecordId, all),
        )
    }

    /// Names the keys of a rule.
    pub(super) fn on(keys: &[Key]) -> Agreed {
        Agreed(keys.iter().fold(0, |bits, &key| bits | 1 << key as u32))
    }

    /// Tells whether all of these are among them.
    #[inline]
    pub(super) fn has(self, keys: Agreed) -> bool {
        self.0 & keys.0 == keys.0
    }
}

/// Tells whether a name of one record sounds like one of the other, whichever stands first.
#[inline]
fn share_sound(x: &Record, y: &Record) -> bool {
    let is_other_s = |sound: Symbol| sound != 0 && (sound == y.sounds[0] || sound == y.sounds[1]);
    is_other_s(x.sounds[0]) || is_other_s(x.sounds[1])
}

/// Gives what a key makes of a value of its list.
#[inline]
pub(super) fn listed_value(key: Key, value: Symbol) -> u64 {
    u64::from(digits_of(key, value))
}

fn digits_of(key: Key, value: Symbol) -> u32 {
    if key == Key::PhoneLast7 { value & LAST7 } else { value }
}

/// Tells which list of values a key is taken from, if it is one of which there may be several.
pub(super) fn list_of(key: Key) -> Option<List> {
    match key {
        Key::Email => Some(List::Email),
        Key::EmailLocalPart => Some(List::LocalPart),
        Key::Phone => Some(List::Phone),
        Key::PhoneLast7 => Some(List::LastDigits),
        Key::CustomerKey => Some(List::CustomerKey),
        Key::RecordId => Some(List::RecordId),
        Key::NameSound => Some(List::NameSound),
        _ => None,
    }
}

/// Gives the first letter of each name, by its symbol; 0 where it has none.
pub(super) fn initials(names: &Space) -> Vec<Symbol> {
    of_each(names, |name| name.bytes().next().map_or(0, Symbol::from))
}

/// Gives the sound of each name, by its symbol; 0 where it has none.
pub(super) fn sounds(names: &Space) -> Vec<Symbol> {
    of_each(names, soundex)
}

fn of_each(names: &Space, of: fn(&str) -> Symbol) -> Vec<Symbol> {
    let symbols = (0..count(names.n_symbols())).into_par_iter();
    symbols.map(|symbol| of(names.text(symbol))).collect()
}

/// Gives the Soundex code of a folded name, its first letter and three digits, as a number: the
/// letter's place in the alphabet, then the digits. 0 of a name without letters.
///
/// # Source
/// US National Archives (2007), "The Soundex indexing system".
fn soundex(name: &str) -> Symbol {
    let (mut code, mut n_written) = (0, 0);
    let mut before = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphabetic) {
        let digit = match byte {
            b'b' | b'f' | b'p' | b'v' => 1,
            b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => 2,
            b'd' | b't' => 3,
            b'l' => 4,
            b'm' | b'n' => 5,
            b'r' => 6,
            // They do not part two letters of one sound.
            b'h' | b'w' if n_written > 0 => continue,
            _ => 0,
        };
        if n_written == 0 {
            code = Symbol::from(byte - b'a') + 1;
            n_written = 1;
        } else if digit != 0 && digit != before {
            code = code * 10 + digit;
            n_written += 1;
        }
        before = digit;
        if n_written == 4 {
            return code;
        }
    }
    (n_written..4).fold(code, |code, _| code * 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soundex_is_that_of_the_national_archives() {
        let check = |name: &str, expected: &str| {
            let code = soundex(name);
            let letters = "abcdefghijklmnopqrstuvwxyz".chars();
            let letter = letters.zip(1..).find(|&(_, place)| place == code / 1000);
            let written = letter.map(|(letter, _)| format!("{letter}{:03}", code % 1000));
            assert_eq!(written.unwrap_or_default(), expected, "{name}");
        };
        check("washington", "w252");
        check("lee", "l000");
        check("gutierrez", "g362");
        check("pfister", "p236");
        check("jackson", "j250");
        check("tymczak", "t522");
        check("ashcraft", "a261");
        check("", "");
        check("42", "");
    }
}
