//! Can a date be true?

use std::collections::BTreeMap;

use super::Settings;
use super::date;
use super::dates::DAY_MS;
use crate::terms::Rule;

/// What makes the dates of a source plausible.
pub(super) struct Plausible {
    /// Firsts of January that so many were born on that a system must have filled them in.
    defaults: Vec<i32>,
    /// The day of the run, where it is known.
    today: Option<i32>,
    /// The first day on which somebody who lives could have been born.
    oldest: i32,
}

/// Fewer births on one first of January prove nothing.
const N_FIRSTS_MIN: u32 = 5;

/// A source of whose birth dates this share lies before 1900 is of people who are dead: an
/// archive.
const EARLY_SHARE_OF_ARCHIVE: f64 = 0.25;

impl Plausible {
    pub(super) fn of(
        n_births: u32,
        n_early: u32,
        n_firsts: &BTreeMap<i32, u32>,
        settings: &Settings,
    ) -> Plausible {
        let share_min = settings.birth_date_placeholder_share_min;
        let is_frequent = |n_same: u32| {
            n_same >= N_FIRSTS_MIN && f64::from(n_same) >= share_min * f64::from(n_births)
        };
        let today = settings
            .as_of
            .and_then(|day| date::days(day.year().into(), day.month().into(), day.day().into()));
        let first = date::days(1900, 1, 1).unwrap_or(0);
        let oldest = settings.as_of.and_then(|day| {
            let year =
                i32::from(day.year()) - i32::try_from(settings.age_years_max).unwrap_or(0) - 1;
            date::days(year, day.month().into(), 1)
        });
        let is_archive =
            n_early > 0 && f64::from(n_early) >= EARLY_SHARE_OF_ARCHIVE * f64::from(n_births);
        Plausible {
            defaults: n_firsts
                .iter()
                .filter(|(_, n)| is_frequent(**n))
                .map(|(day, _)| *day)
                .collect(),
            today,
            oldest: if is_archive {
                i32::MIN
            } else {
                oldest.map_or(first, |oldest| oldest.max(first))
            },
        }
    }

    /// Says why nobody can have been born that day.
    pub(super) fn doubts_birth(&self, day: i32) -> Option<Rule> {
        let is_default = matches!(
            date::civil(day),
            (1 | 1900 | 1901 | 1970, 1, 1)
                | (1899, 12, 30 | 31)
                | (1111 | 1911, 11, 11)
                | (9999, 12, 31)
        );
        let last = self.today.or_else(|| date::days(2100, 1, 1));
        if is_default || self.defaults.contains(&day) {
            Some(Rule::BirthDatePlaceholder)
        } else if day < self.oldest {
            Some(Rule::BirthDateTooEarly)
        } else {
            last.filter(|last| day > *last).map(|_| Rule::BirthDateFuture)
        }
    }

    /// Says why no record can have been touched at that instant. A day more than today is
    /// granted to clocks of other places.
    pub(super) fn doubts_instant(&self, ms: i64) -> Option<Rule> {
        let day = i32::try_from(ms.div_euclid(DAY_MS)).unwrap_or(i32::MAX);
        let is_midnight = ms.rem_euclid(DAY_MS) == 0;
        let is_default = match date::civil(day) {
            (1970, 1, 1) | (9999, 12, 31) | (1899 | 1969, 12, 30 | 31) => true,
            (year, 1, 1) => is_midnight && year <= 1901,
            _ => false,
        };
        if is_default {
            Some(Rule::DatePlaceholder)
        } else {
            self.today.filter(|today| day > today + 1).map(|_| Rule::DateFuture)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_older_than_anyone_was_and_no_record_is_from_tomorrow() {
        let settings =
            Settings { as_of: Some(jiff::civil::date(2026, 3, 2)), ..Settings::default() };
        let plausible = Plausible::of(100, 1, &BTreeMap::from([(3652, 5), (4018, 1)]), &settings);
        let day = |year, month, day| date::days(year, month, day).unwrap();
        let birth = |(year, month, of)| plausible.doubts_birth(day(year, month, of));
        assert_eq!(birth((1980, 3, 7)), None);
        assert_eq!(birth((2026, 3, 2)), None);
        assert_eq!(birth((2026, 3, 3)), Some(Rule::BirthDateFuture));
        assert_eq!(birth((1903, 2, 28)), Some(Rule::BirthDateTooEarly));
        assert_eq!(birth((1904, 3, 2)), None);
        assert_eq!(birth((1970, 1, 1)), Some(Rule::BirthDatePlaceholder));
        assert_eq!(birth((1980, 1, 1)), Some(Rule::BirthDatePlaceholder), "five of a hundred");
        assert_eq!(birth((1981, 1, 1)), None, "one of a hundred");
        let instant = |date, ms| plausible.doubts_instant(i64::from(date) * DAY_MS + ms);
        assert_eq!(instant(day(2024, 1, 1), 0), None);
        assert_eq!(instant(day(2026, 3, 3), 1), None, "it is tomorrow in Auckland");
        assert_eq!(instant(day(2026, 3, 4), 0), Some(Rule::DateFuture));
        assert_eq!(instant(day(1970, 1, 1), 3_600_000), Some(Rule::DatePlaceholder));
        assert_eq!(instant(day(1900, 1, 1), 0), Some(Rule::DatePlaceholder));
    }
}
