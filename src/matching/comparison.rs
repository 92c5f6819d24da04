//! What is compared of two records, and which levels of likeness are told apart?

use serde::{Deserialize, Serialize};

use super::error::Error;
use crate::terms::{MatchWeight, Probability};

/// A field, and the levels of likeness that it can reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, try_from = "AsWritten")]
pub struct Comparison {
    /// What is compared.
    pub field: Field,
    /// Whether a rare value that two records share counts for more than a common one.
    pub term_frequency: bool,
    /// The levels, closest first; the first that holds counts. A value that is absent on either
    /// side is no evidence, for or against.
    pub levels: Vec<Level>,
}

/// A comparison before it is known that its tests suit its field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsWritten {
    field: Field,
    #[serde(default = "yes")]
    term_frequency: bool,
    levels: Vec<Level>,
}

fn yes() -> bool {
    true
}

impl TryFrom<AsWritten> for Comparison {
    type Error = Error;

    fn try_from(written: AsWritten) -> Result<Comparison, Error> {
        let AsWritten { field, term_frequency, levels } = written;
        if let Some(level) = levels.iter().find(|level| !field.takes(level.test)) {
            return Err(Error::Unsuited { field: field.name(), test: level.test.name() });
        }
        if levels.last().is_none_or(|level| level.test != Test::Else) {
            return Err(Error::NoElse { field: field.name() });
        }
        Ok(Comparison { field, term_frequency, levels })
    }
}

/// What can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Given name.
    FirstName,
    /// Middle names.
    MiddleName,
    /// Family name.
    LastName,
    /// What tells generations apart: Jr, Sr, III.
    Suffix,
    /// Date of birth.
    BirthDate,
    /// E-mail addresses; the closest two count.
    Email,
    /// Phone numbers; the closest two count.
    Phone,
    /// Street, house number, postcode and town as one, since they do not vary one by one.
    Address,
    /// Employer or firm.
    Company,
    /// Customer numbers; the closest two count.
    CustomerKey,
    /// The source's ids of a record; the closest two count.
    RecordId,
}

impl Field {
    /// Gives the field's name in the pipeline file.
    pub fn name(self) -> &'static str {
        match self {
            Field::FirstName => "first_name",
            Field::MiddleName => "middle_name",
            Field::LastName => "last_name",
            Field::Suffix => "suffix",
            Field::BirthDate => "birth_date",
            Field::Email => "email",
            Field::Phone => "phone",
            Field::Address => "address",
            Field::Company => "company",
            Field::CustomerKey => "customer_key",
            Field::RecordId => "record_id",
        }
    }

    /// Tells whether a test means anything on this field.
    pub fn takes(self, test: Test) -> bool {
        use Test as T;
        match test {
            T::Exact | T::Else => true,
            T::JaroWinkler(_) => {
                matches!(
                    self,
                    Field::FirstName
                        | Field::MiddleName
                        | Field::LastName
                        | Field::Email
                        | Field::Company
                )
            }
            T::Nickname | T::Initial | T::Part => {
                matches!(self, Field::FirstName | Field::MiddleName | Field::LastName)
            }
            T::Swapped => matches!(self, Field::FirstName | Field::LastName),
            T::DayMonthSwapped | T::DigitsOff(_) | T::YearOnly | T::WithinDays(_) => {
                self == Field::BirthDate
            }
            T::OneDigitOff => matches!(self, Field::BirthDate | Field::Phone | Field::CustomerKey),
            T::Household | T::SameLocalPart => self == Field::Email,
            T::LastDigits(_) => self == Field::Phone,
            T::OneAbsent => self == Field::Suffix,
            T::SameStreet | T::SamePostcode | T::SamePostalArea | T::SameCity | T::SimilarCity => {
                self == Field::Address
            }
        }
    }
}

/// A level of likeness.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// What must hold.
    pub test: Test,
    /// The share of the pairs of one person that reach it.
    pub m: Probability,
    /// The share of the pairs of strangers that reach it.
    pub u: Probability,
    /// The share of the pairs of people who share a household or a desk that reach it. Absent:
    /// the level tells nothing of them beyond what it tells of strangers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kin: Option<Probability>,
}

impl Level {
    /// Gives the bits that the level weighs against strangers and against kin. Without a share
    /// of its own, kin is as strangers are, but for the prior.
    pub(super) fn bits(&self) -> (f64, f64) {
        let stranger = MatchWeight::of_level(self.m, self.u).0;
        (stranger, self.kin.map_or(stranger, |kin| MatchWeight::of_level(self.m, kin).0))
    }
}

/// A test of likeness.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Equal once folded.
    Exact,
    /// A Jaro–Winkler similarity of at least so much; of e-mails both parts must reach it.
    JaroWinkler(f64),
    /// Given and family name have changed places.
    Swapped,
    /// One is a short or pet form of the other, or both are of a third name.
    Nickname,
    /// One is the first letter of the other.
    Initial,
    /// They share a whole word: a double name of which one half is given.
    Part,
    /// Day and month have changed places.
    DayMonthSwapped,
    /// One digit differs, or two neighbours have changed places.
    OneDigitOff,
    /// At most so many of the eight digits of two dates differ.
    DigitsOff(u8),
    /// Of one date only the year is known, and it is the other's: a first of January.
    YearOnly,
    /// The dates are no further apart than so many days.
    WithinDays(u32),
    /// Equal e-mails that spell the family name and not the given one: a mailbox of the family.
    Household,
    /// Equal before the `@`.
    SameLocalPart,
    /// Equal in so many last digits.
    LastDigits(u8),
    /// One record has it and the other has not.
    OneAbsent,
    /// Same house number in the same street, or in one spelt alike in the same town.
    SameStreet,
    /// Same postcode.
    SamePostcode,
    /// Postcodes that begin alike: what stands before the last part of a British one, else the
    /// first three places, of four the first two.
    SamePostalArea,
    /// Same town.
    SameCity,
    /// A town spelt alike.
    SimilarCity,
    /// Nothing of the above.
    Else,
}

impl Test {
    /// Gives the test's name in the pipeline file.
    pub fn name(self) -> &'static str {
        match self {
            Test::Exact => "exact",
            Test::JaroWinkler(_) => "jaro_winkler",
            Test::Swapped => "swapped",
            Test::Nickname => "nickname",
            Test::Initial => "initial",
            Test::Part => "part",
            Test::DayMonthSwapped => "day_month_swapped",
            Test::OneDigitOff => "one_digit_off",
            Test::DigitsOff(_) => "digits_off",
            Test::YearOnly => "year_only",
            Test::WithinDays(_) => "within_days",
            Test::Household => "household",
            Test::SameLocalPart => "same_local_part",
            Test::LastDigits(_) => "last_digits",
            Test::OneAbsent => "one_absent",
            Test::SameStreet => "same_street",
            Test::SamePostcode => "same_postcode",
            Test::SamePostalArea => "same_postal_area",
            Test::SameCity => "same_city",
            Test::SimilarCity => "similar_city",
            Test::Else => "else",
        }
    }
}

impl std::fmt::Display for Test {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())?;
        match self {
            Test::JaroWinkler(similarity) => write!(formatter, " {similarity}"),
            Test::WithinDays(n) => write!(formatter, " {n}"),
            Test::LastDigits(n) | Test::DigitsOff(n) => write!(formatter, " {n}"),
            _ => Ok(()),
        }
    }
}
