//! Which two records cannot be one person, whatever else they share?
//!
//! A father and a son of one name agree on nearly all that is compared, so weights alone cannot
//! keep them apart: the fewer of them a file has, the surer learned weights are that such a pair
//! is one person. What tells them apart is a contradiction: it holds against any weight, for a
//! pair and for all who come into one cluster with it, and sends the link to a person's eye.

use super::compare;
use super::comparison::{Comparison, Field, Test};
use super::features::{Features, Pair, Record};
use super::intern::Symbol;
use super::list::List;
use super::prior::Duplication;
use super::settings::Settings;

/// Dates that differ in fewer of their eight digits may be slips of one another.
const N_DIGITS_MIN: u8 = 3;

/// Days in a year, leap years counted.
const DAYS_PER_YEAR: f64 = 365.2425;

/// Where the birth dates of one person have nothing in common more often than this, dates prove
/// little: such a file has many that are made up. It is what the built-in shares expect, with
/// room for their rounding.
const WRONG_DATES_SHARE_MAX: f64 = 0.032;

/// What two records contradict each other in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contradiction {
    /// They share a household, a family name and a birth date, and have two given names.
    Twins,
    /// Both say their generation, and not the same.
    Generations,
    /// They share a household, and their birth dates are a generation apart.
    GenerationApart,
    /// Both the given name and the birth date are another's.
    NameAndDate,
}

impl Contradiction {
    /// Says it to a reader.
    pub(super) fn said(self) -> &'static str {
        match self {
            Contradiction::Twins => {
                "two given names with one birth date in one household, like twins"
            }
            Contradiction::Generations => "both say their generation, and not the same",
            Contradiction::GenerationApart => {
                "birth dates a generation apart in one household, like a parent and a child"
            }
            Contradiction::NameAndDate => "both the given name and the birth date differ",
        }
    }
}

/// What counts as a contradiction in this run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contradictions {
    /// Birth dates are a generation apart from so many days on; never where absent.
    n_days_generation: Option<u32>,
    /// Whether birth dates are right often enough to speak for themselves.
    are_dates_reliable: bool,
    /// Whether there are households enough for another given name to be another person's. Where
    /// there are next to none, it is a record that is wrong.
    are_names_reliable: bool,
}

impl Contradictions {
    /// Takes from the settings how long a generation is, and from what was learned whether birth
    /// dates can be trusted.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few decades")]
    pub(super) fn of(
        settings: &Settings,
        compare: &[Comparison],
        duplication: Duplication,
    ) -> Contradictions {
        let n_years = settings.n_years_generation_min;
        let days = (f64::from(n_years) * DAYS_PER_YEAR) as u32;
        Contradictions {
            n_days_generation: (n_years > 0).then_some(days),
            are_names_reliable: duplication.has_kin(),
            are_dates_reliable: wrong_dates_share(compare) <= WRONG_DATES_SHARE_MAX,
        }
    }

    /// Tells whether both the given names and the birth dates of two records are another's;
    /// `may_be_one_name` is asked of names that differ.
    pub(super) fn are_two_people(
        self,
        pair: Pair<'_>,
        may_be_one_name: impl FnOnce() -> bool,
    ) -> bool {
        let Pair { x, y, .. } = pair;
        self.are_dates_reliable
            && x.birth_date != 0
            && y.birth_date != 0
            && x.first_name != 0
            && y.first_name != 0
            && x.first_name != y.first_name
            && are_two_dates(x.birth_date, y.birth_date)
            && !may_be_one_name()
    }

    /// Finds what two records contradict each other in, if they do: both say their generation, and
    /// not the same; or, in one household, both give a birth date, a generation apart and no slip;
    /// or, twins, they give the same birth date and two given names. An id that two records share
    /// says that their source knows better. `may_be_one_name` is asked of names that differ.
    pub(super) fn found(
        self,
        features: &Features,
        pair: Pair<'_>,
        may_be_one_name: impl FnOnce() -> bool,
    ) -> Option<Contradiction> {
        let Pair { x, y, .. } = pair;
        if self.may_be_twins(x, y) {
            let are_two = is_one_household(features, pair)
                && !shares_id(features, pair)
                && !may_be_one_name();
            return are_two.then_some(Contradiction::Twins);
        }
        if x.suffix != 0 && y.suffix != 0 && x.suffix != y.suffix {
            return (!shares_id(features, pair)).then_some(Contradiction::Generations);
        }
        let is_apart = self.are_generation_apart(x, y)
            && (self.are_dates_reliable || x.suffix != y.suffix)
            && is_one_household(features, pair)
            && !shares_id(features, pair);
        is_apart.then_some(Contradiction::GenerationApart)
    }

    fn may_be_twins(self, x: &Record, y: &Record) -> bool {
        self.n_days_generation.is_some()
            && self.are_names_reliable
            && x.birth_date != 0
            && x.birth_date == y.birth_date
            && x.first_name != 0
            && y.first_name != 0
            && x.first_name != y.first_name
            && x.last_name == y.last_name
    }

    fn are_generation_apart(self, x: &Record, y: &Record) -> bool {
        let Some(n_days) = self.n_days_generation else { return false };
        x.birth_date != 0
            && y.birth_date != 0
            && x.birth_day_number.abs_diff(y.birth_day_number) >= n_days
            && are_two_dates(x.birth_date, y.birth_date)
    }
}

/// Tells whether two dates, one hexadecimal digit per digit, are both whole and neither is a
/// slip of the other: the day is another one, and more than a digit or two differ.
fn are_two_dates(one: u32, other: u32) -> bool {
    let day = |date: u32| date & 0xffff;
    let swapped = |date: u32| ((date & 0xff) << 8) | ((date >> 8) & 0xff);
    // Of a first of January only the year is known.
    let is_whole = |date: u32| day(date) != 0x0101;
    is_whole(one)
        && is_whole(other)
        && day(one) != day(other)
        && day(one) != swapped(other)
        && compare::n_digits_off(one, other) >= N_DIGITS_MIN
}

/// Tells whether two records share a house, a phone or a mailbox.
fn is_one_household(features: &Features, pair: Pair<'_>) -> bool {
    let Pair { x, y, .. } = pair;
    let same = |one: Symbol, other: Symbol| one != 0 && one == other;
    let is_one_house = same(x.address, y.address)
        || (same(x.house, y.house)
            && same(x.street, y.street)
            && (same(x.postcode, y.postcode) || same(x.city, y.city)));
    is_one_house || shares(features, pair, List::Phone) || shares(features, pair, List::Email)
}

fn shares_id(features: &Features, pair: Pair<'_>) -> bool {
    shares(features, pair, List::CustomerKey) || shares(features, pair, List::RecordId)
}

fn shares(features: &Features, pair: Pair<'_>, list: List) -> bool {
    let ones = features.list(list, pair.a, pair.x);
    ones.iter().any(|one| features.list(list, pair.b, pair.y).contains(one))
}

/// Gives the share of the pairs of one person whose birth dates have nothing in common.
fn wrong_dates_share(compare: &[Comparison]) -> f64 {
    let dates = compare.iter().find(|comparison| comparison.field == Field::BirthDate);
    let last = dates.and_then(|dates| dates.levels.iter().find(|of| of.test == Test::Else));
    last.map_or(0.0, |level| level.m.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_a_date_is_no_other_date() {
        let check = |one: u32, other: u32, expected: bool| {
            assert_eq!(are_two_dates(one, other), expected, "{one:x} {other:x}");
            assert_eq!(are_two_dates(other, one), expected, "{other:x} {one:x}");
        };
        check(0x1951_0412, 0x1981_0930, true);
        check(0x1951_0412, 0x1981_0412, false);
        check(0x1951_0412, 0x1915_0412, false);
        check(0x1951_0412, 0x1951_1204, false);
        check(0x1951_0412, 0x1981_1204, false);
        check(0x1951_0412, 0x1951_0413, false);
        check(0x1951_0412, 0x1900_0101, false);
        check(0x1951_0412, 0x1951_0412, false);
    }
}
