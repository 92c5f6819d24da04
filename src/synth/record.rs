//! What does one record of one source say?

use jiff::civil::Date;

/// A source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Salesforce,
    Hubspot,
    Shop,
}

impl Source {
    pub(super) const ALL: [Source; 3] = [Source::Salesforce, Source::Hubspot, Source::Shop];

    /// Gives the name that stands in the truth files.
    pub(super) fn name(self) -> &'static str {
        match self {
            Source::Salesforce => "salesforce",
            Source::Hubspot => "hubspot",
            Source::Shop => "shop",
        }
    }

    /// Gives the id of the record numbered `number` of the whole data set, in the way of the
    /// source.
    pub(super) fn id(self, number: u64) -> String {
        match self {
            Source::Salesforce => salesforce_id(number),
            Source::Hubspot => format!("{}", 7_210_000_000 + number),
            Source::Shop => format!("K{:08}", 10_000_000 + number),
        }
    }
}

/// A day as it was typed: it need not be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) year: i16,
    pub(super) month: i8,
    pub(super) day: i8,
}

impl From<Date> for Typed {
    fn from(date: Date) -> Typed {
        Typed { year: date.year(), month: date.month(), day: date.day() }
    }
}

impl Typed {
    pub(super) fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    pub(super) fn german(self) -> String {
        format!("{:02}.{:02}.{:04}", self.day, self.month, self.year)
    }
}

/// What is wrong with the row as a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// Its last fields are missing.
    TooShort,
    /// It holds a byte that is no UTF-8.
    NotText,
}

/// A record, each value as the source shows it; an empty value is none.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a box that a form has")]
pub(super) struct Record {
    pub(super) id: String,
    /// Whose record it is; empty for a row that is no record.
    pub(super) true_id: String,
    pub(super) salutation: &'static str,
    pub(super) first: String,
    pub(super) middle: String,
    pub(super) last: String,
    pub(super) suffix: String,
    pub(super) company: String,
    pub(super) emails: Vec<String>,
    pub(super) mobile: String,
    pub(super) landline: String,
    pub(super) birth: Option<Typed>,
    pub(super) street: String,
    pub(super) city: String,
    pub(super) region: String,
    pub(super) postcode: String,
    pub(super) country: String,
    pub(super) language: &'static str,
    pub(super) segment: &'static str,
    pub(super) market: &'static str,
    pub(super) product: &'static str,
    pub(super) revenue_cents: Option<i64>,
    pub(super) email_opt_out: bool,
    pub(super) do_not_call: bool,
    pub(super) deceased: bool,
    pub(super) deleted: bool,
    pub(super) created: Date,
    pub(super) updated: Date,
    /// The minute of the day at which it was last changed.
    pub(super) minute: u16,
    pub(super) merged_ids: Vec<String>,
    pub(super) note: &'static str,
    pub(super) broken: Option<Broken>,
}

/// Gives a Salesforce id of 18 characters.
///
/// # Source
/// Salesforce Help, "How to convert a 15 digit ID to an 18 character ID": each of the last three
/// characters tells which of five characters are capitals.
fn salesforce_id(number: u64) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // 62^5 ids; the factor has no divisor in common with 62, so no two numbers share one.
    let mut left = (number * 387_420_489 + 11_390_625) % 916_132_832;
    let mut id = *b"0035e0000000000   ";
    for place in (10..15).rev() {
        id[place] = DIGITS[usize::try_from(left % 62).unwrap_or(0)];
        left /= 62;
    }
    for part in 0..3 {
        let capitals = (0..5)
            .filter(|bit| id[part * 5 + bit].is_ascii_uppercase())
            .fold(0, |sum, bit| sum | 1 << bit);
        id[15 + part] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[capitals];
    }
    id.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_salesforce_id_ends_in_its_checksum() {
        let id = salesforce_id(4711);
        assert_eq!(id.len(), 18);
        assert!(id.starts_with("0035e00000"));
        // The part `0035e` has no capitals, the part `00000` neither.
        assert_eq!(&id[15..17], "AA");
    }

    #[test]
    fn no_two_records_share_an_id() {
        let ids: BTreeSet<_> = (0..100_000).map(salesforce_id).collect();
        assert_eq!(ids.len(), 100_000);
    }

    #[test]
    fn a_typed_day_is_written_in_the_way_of_its_source() {
        let typed = Typed { year: 1980, month: 2, day: 31 };
        assert_eq!((typed.iso().as_str(), typed.german().as_str()), ("1980-02-31", "31.02.1980"));
    }
}
