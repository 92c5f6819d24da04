//! What does a record say, to a person who looks at it?

use jiff::ToSpan;
use jiff::civil::Date;

use crate::tables::layout::{Contact, ContactPoint};
use crate::tables::{Column, Table, column as c};
use crate::terms::Masked;

/// What is shown of a record, by the name of the comparison that reads it.
pub(super) const SHOWN: [&str; 13] = [
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "birth_date",
    "email",
    "phone",
    "address",
    "company",
    "customer_key",
    "record_id",
    "created_at",
    "updated_at",
];

/// The values of records, as text.
#[derive(Debug)]
pub(super) struct Values<'a> {
    contacts: &'a Table<Contact>,
    points: &'a Table<ContactPoint>,
    /// Where each record's contact points begin; one more than there are records.
    first_points: Vec<u32>,
}

impl<'a> Values<'a> {
    pub(super) fn of(contacts: &'a Table<Contact>, points: &'a Table<ContactPoint>) -> Values<'a> {
        let first_points = first_points(points, contacts.height());
        Values { contacts, points, first_points }
    }

    /// Gives what a record says where a comparison looks, several values parted by `; `; nothing
    /// where it says nothing. Control characters are left out: a value must not steer the
    /// terminal that shows it.
    pub(super) fn value(&self, record: u32, comparison: &str) -> Option<String> {
        let row = record as usize;
        let text = |column: Column| self.contacts.text(column).get(row).map(str::to_owned);
        let all = |columns: &[Column]| {
            let parts: Vec<String> = columns.iter().filter_map(|&column| text(column)).collect();
            (!parts.is_empty()).then(|| parts.join(", "))
        };
        let value = match comparison {
            "first_name" => text(c::FIRST_NAME),
            "middle_name" => text(c::MIDDLE_NAME),
            "last_name" => text(c::LAST_NAME),
            "suffix" => text(c::SUFFIX),
            "company" => text(c::COMPANY),
            "birth_date" => self.contacts.day(c::BIRTH_DATE).get(row).map(day),
            "address" => all(&[c::STREET, c::POSTAL_CODE, c::CITY, c::REGION, c::COUNTRY]),
            "created_at" => self.contacts.instant(c::CREATED_AT).get(row).map(day_of_instant),
            "updated_at" => self.contacts.instant(c::UPDATED_AT).get(row).map(day_of_instant),
            kind => self.points_of(record, kind),
        };
        value.map(|value| plain(&value)).filter(|value| !value.is_empty())
    }

    /// Gives the same, masked unless values may be shown.
    pub(super) fn shown(&self, record: u32, comparison: &str, shows: bool) -> Option<String> {
        let value = self.value(record, comparison)?;
        Some(if shows { value } else { Masked(&value).to_string() })
    }

    fn points_of(&self, record: u32, kind: &str) -> Option<String> {
        let (kinds, values) = (self.points.text(c::KIND), self.points.text(c::VALUE));
        let (start, end) =
            (self.first_points[record as usize], self.first_points[record as usize + 1]);
        let of_kind: Vec<&str> = (start as usize..end as usize)
            .filter(|&point| kinds.get(point) == Some(kind))
            .filter_map(|point| values.get(point))
            .collect();
        (!of_kind.is_empty()).then(|| of_kind.join("; "))
    }
}

/// Finds where each record's points begin; they are sorted by record.
fn first_points(points: &Table<ContactPoint>, n_records: usize) -> Vec<u32> {
    let mut first = vec![0; n_records + 1];
    for record in points.count(c::RECORD).into_no_null_iter() {
        first[record as usize + 1] += 1;
    }
    for place in 1..first.len() {
        first[place] += first[place - 1];
    }
    first
}

/// Writes a day that lies so many days after 1970-01-01.
fn day(days: i32) -> String {
    Date::constant(1970, 1, 1).saturating_add(i64::from(days).days()).to_string()
}

fn day_of_instant(milliseconds: i64) -> String {
    i32::try_from(milliseconds.div_euclid(86_400_000)).map_or_else(|_| String::new(), day)
}

/// Leaves out what would steer a terminal: control characters, and those that turn the direction
/// of what follows.
pub(super) fn plain(text: &str) -> String {
    let steers = |sign: char| {
        sign.is_control()
            || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|&sign| !steers(sign)).collect()
}
