//! What brings two records into one block?

use super::features::{Features, List, Pair, Record};
use super::intern::{Space, Symbol};
use super::settings::Key;

/// Seven digits: what a phone number keeps without its country and area codes.
const LAST7: u32 = 0x0fff_ffff;

/// Gives the value of a key, the first if a record has several; 0 where it has none.
pub(super) fn one(features: &Features, key: Key, record: u32, of: &Record) -> u64 {
    let symbol = match key {
        Key::FirstName => of.first_name,
        Key::LastName => of.last_name,
        Key::Names => of.full_name,
        Key::FirstInitial => of.first_initial,
        Key::FirstSound => of.first_sound,
        Key::LastSound => of.last_sound,
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
        | Key::RecordId => {
            let values = list_of(key).map_or(&[][..], |list| features.list(list, record, of));
            return values.first().map_or(0, |&value| listed_value(key, value));
        }
    };
    u64::from(symbol)
}

/// The keys that two records agree on, one bit each: of keys of which a record may have several
/// values, any that both have.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Agreed(u32);

impl Agreed {
    /// Compares all keys of two records at once, which costs less than asking for them rule by
    /// rule.
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
                | bit(Key::FirstSound, x.first_sound, y.first_sound)
                | bit(Key::LastSound, x.last_sound, y.last_sound)
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
    pub(super) fn has(self, keys: Agreed) -> bool {
        self.0 & keys.0 == keys.0
    }
}

/// Gives what a key makes of a value of its list.
pub(super) fn listed_value(key: Key, value: Symbol) -> u64 {
    u64::from(if key == Key::PhoneLast7 { value & LAST7 } else { value })
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
        _ => None,
    }
}

/// Gives the first letter of each name.
pub(super) fn initials(names: &Space) -> Vec<Symbol> {
    names.derived(|name, initial| initial.extend(name.chars().next())).1
}

/// Gives the sound of each name.
pub(super) fn sounds(names: &Space) -> Vec<Symbol> {
    names.derived(soundex).1
}

/// Writes the Soundex code of a folded name: its first letter and three digits.
///
/// # Source
/// US National Archives (2007), "The Soundex indexing system".
fn soundex(name: &str, code: &mut String) {
    let mut n_written = 0;
    let mut before = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphabetic) {
        let digit = match byte {
            b'b' | b'f' | b'p' | b'v' => b'1',
            b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => b'2',
            b'd' | b't' => b'3',
            b'l' => b'4',
            b'm' | b'n' => b'5',
            b'r' => b'6',
            // They do not part two letters of one sound.
            b'h' | b'w' if n_written > 0 => continue,
            _ => 0,
        };
        if n_written == 0 {
            code.push(char::from(byte));
            n_written = 1;
        } else if digit != 0 && digit != before {
            code.push(char::from(digit));
            n_written += 1;
        }
        before = digit;
        if n_written == 4 {
            return;
        }
    }
    for _ in n_written..4 {
        // A name without letters has no sound.
        if n_written > 0 {
            code.push('0');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soundex_is_that_of_the_national_archives() {
        let check = |name: &str, expected: &str| {
            let mut code = String::new();
            soundex(name, &mut code);
            assert_eq!(code, expected, "{name}");
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
