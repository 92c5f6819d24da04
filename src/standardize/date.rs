//! Which day is meant?
//!
//! `03/04/1980` is March or April. The column decides, never the cell: a date that can be read in
//! one way only tells the order for all the others of its source. Where none does, the country
//! does; where neither does, the date stays open and a finding says so.

use std::borrow::Cow;

use super::month::{is_between, month_named, of_form};
use super::settings::DateOrder;
use super::{era, time_of_day};

/// A date as far as its own cell tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// One day, as days since 1970-01-01, and the milliseconds of its day in UTC.
    Day(i32, i64),
    /// Two readings: by the day first and by the month first.
    Either { day_first: i32, month_first: i32, ms: i64 },
    /// One reading only, since the other has a 13th month: it tells the order of its column.
    Ordered(DateOrder, i32, i64),
    /// What a system writes for no date.
    Nothing,
    /// A spreadsheet's number of days.
    Serial(i32),
    /// No date.
    Unreadable,
}

/// How the dates of one column of one source are ordered.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Votes {
    pub(super) day_first: u32,
    pub(super) month_first: u32,
}

impl Votes {
    /// Counts what a date says of its column.
    pub(super) fn count(&mut self, read: Read) {
        match read {
            Read::Ordered(DateOrder::DayFirst, ..) => self.day_first += 1,
            Read::Ordered(DateOrder::MonthFirst, ..) => self.month_first += 1,
            _ => {}
        }
    }

    /// Adds what other dates say.
    pub(super) fn add(&mut self, other: Votes) {
        self.day_first += other.day_first;
        self.month_first += other.month_first;
    }

    /// Gives the order; nothing where the column contradicts itself. Where it is silent the other
    /// columns of its source tell (`all` are the votes of all of them), and where these are silent
    /// the country. One slip in twenty does not overrule the rest.
    pub(super) fn order(self, all: Votes, country: Option<&str>) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (0, 0) if (all.day_first, all.month_first) == (0, 0) => country.map(order_of),
            (0, 0) => all.order(all, country),
            (day, month) if day >= 19 * month => Some(DateOrder::DayFirst),
            (day, month) if month >= 19 * day => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }
}

/// The order in which a country writes dates with slashes.
///
/// # Source
/// Unicode CLDR 48, short date patterns: the month comes first in the United States and where
/// they set the custom.
fn order_of(country: &str) -> DateOrder {
    match country {
        "US" | "PR" | "GU" | "VI" | "AS" | "MP" | "PH" | "FM" | "PW" | "MH" => {
            DateOrder::MonthFirst
        }
        _ => DateOrder::DayFirst,
    }
}

/// Reads a cell. `newest_year` is the latest year that two digits can mean.
pub(super) fn read(raw: &str, newest_year: i32) -> Read {
    let text = raw.trim().trim_start_matches('\'');
    if let Some(western) = era::western(text) {
        return read(&western, newest_year);
    }
    if let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes()
        && let Some(year) = number(&[*y1, *y2, *y3, *y4])
        && let (Some(month), Some(day)) = (number(&[*m1, *m2]), number(&[*d1, *d2]))
    {
        return whole(year, month, day, 0);
    }
    if let Some(read) = read_of_year(text) {
        return read;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && let Some(read) = read_digits(text)
    {
        return read;
    }
    let (date, time) = time_of_day::parted(text);
    let Some(ms) = time.as_deref().map_or(Some(0), time_of_day::read) else {
        return Read::Unreadable;
    };
    read_parts(&date, ms, newest_year)
}

/// Reads `1983-097`, the day of a year, `1983-W14-4`, that of a week, and `1983-04-07+02:00`, a
/// day of some place.
///
/// # Source
/// ISO 8601-1:2019, sections 5.2.3 and 5.2.4; XML Schema, part 2, section 3.2.9.
fn read_of_year(text: &str) -> Option<Read> {
    let bytes = text.as_bytes();
    let at = |place: std::ops::Range<usize>| number(bytes.get(place)?);
    let first_of = |year: i32| days(year, 1, 1);
    match bytes {
        [_, _, _, _, b'-', _, _, _] => {
            let (year, of_year) = (at(0..4)?, at(5..8)?);
            let day = first_of(year)? + of_year - 1;
            (1..=366).contains(&of_year).then_some(())?;
            Some(if civil(day).0 == year { Read::Day(day, 0) } else { Read::Unreadable })
        }
        [_, _, _, _, b'-', b'W', _, _, b'-', _] => {
            let (year, week, weekday) = (at(0..4)?, at(6..8)?, at(9..10)?);
            // The week of 4 January is the first; 1970-01-05 was a Monday.
            let fourth = first_of(year)? + 3;
            let monday = fourth - (fourth - 4).rem_euclid(7);
            let is_week = (1..=53).contains(&week) && (1..=7).contains(&weekday);
            Some(if is_week {
                Read::Day(monday + (week - 1) * 7 + weekday - 1, 0)
            } else {
                Read::Unreadable
            })
        }
        [_, _, _, _, b'-', _, _, b'-', _, _, b'+' | b'-' | b'Z', ..] => {
            time_of_day::offset_minutes(text.get(10..)?)?;
            Some(whole(at(0..4)?, at(5..7)?, at(8..10)?, 0))
        }
        _ => None,
    }
}

/// Reads cells that are all digits: `19800307`, seconds or milliseconds since 1970, and the
/// numbers of days in which spreadsheets count.
fn read_digits(text: &str) -> Option<Read> {
    let value: i64 = text.split('.').next()?.parse().ok()?;
    let n_digits = text.len();
    let is_whole = !text.contains('.');
    let tail = text.split_once('.').map_or("", |(_, tail)| tail);
    let n_before = text.find('.').unwrap_or(n_digits);
    match n_digits {
        _ if value == 0 && !tail.contains('.') => Some(Read::Nothing),
        8 if is_whole => {
            let at = |place: std::ops::Range<usize>| number(&text.as_bytes()[place]);
            Some(match whole(at(0..4)?, at(4..6)?, at(6..8)?, 0) {
                // `07041983`: no year has its month in the place where this one has.
                Read::Unreadable => in_either_order(at(4..8)?, at(0..2)?, at(2..4)?, 0, false),
                read => read,
            })
        }
        // `20240115100000`
        12 | 14 if is_whole => {
            let (day, time) = text.split_at(8);
            Some(read(&format!("{day}T{time}"), 0))
        }
        13 if is_whole => Some(instant(value)),
        16 if is_whole => Some(instant(value / 1000)),
        _ if n_before == 10 && !tail.contains('.') => Some(instant(value.checked_mul(1000)?)),
        _ if (10_000..80_000).contains(&value) && !tail.contains('.') => {
            // Day 1 is 1900-01-01, and the calendar has a 29 February 1900 that never was.
            Some(Read::Serial(i32::try_from(value).ok()? - 25_569))
        }
        _ if is_whole => Some(Read::Unreadable),
        _ => None,
    }
}

fn instant(ms: i64) -> Read {
    const DAY: i64 = 86_400_000;
    i32::try_from(ms.div_euclid(DAY))
        .map_or(Read::Unreadable, |day| Read::Day(day, ms.rem_euclid(DAY)))
}

/// Reads a date of three parts: numbers and perhaps the name of a month.
fn read_parts(date: &str, ms: i64, newest_year: i32) -> Read {
    // `20240115T100000`
    if let [y1, y2, y3, y4, m1, m2, d1, d2] = date.as_bytes()
        && let Some(year) = number(&[*y1, *y2, *y3, *y4])
        && let (Some(month), Some(day)) = (number(&[*m1, *m2]), number(&[*d1, *d2]))
    {
        return whole(year, month, day, ms);
    }
    let mut parts = parts_of(date);
    let (Some(one), Some(two), Some(three), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return without_words(date, ms, newest_year);
    };
    let year_of = |text: &str| {
        let year = number(text.as_bytes())?;
        match text.len() {
            4 => Some(year),
            2 => Some(if newest_year / 100 * 100 + year > newest_year {
                newest_year / 100 * 100 + year - 100
            } else {
                newest_year / 100 * 100 + year
            }),
            _ => None,
        }
    };
    let day_of = |text: &str| {
        let digits = text.trim_end_matches(|c: char| c.is_alphabetic() || c == 'º' || c == 'ª');
        if digits.len() > 2 { None } else { number(digits.as_bytes()) }
    };
    let month_named = |text: &str| month_named(text).or_else(|| of_form(text, date));
    match (month_named(one), month_named(two)) {
        (Some(month), _) => match (year_of(three), day_of(two)) {
            (Some(year), Some(day)) => whole(year, month, day, ms),
            _ => Read::Unreadable,
        },
        (_, Some(month)) => match (one.len(), year_of(one), day_of(three)) {
            (4, Some(year), Some(day)) => whole(year, month, day, ms),
            _ => match (year_of(three), day_of(one)) {
                (Some(year), Some(day)) => whole(year, month, day, ms),
                _ => Read::Unreadable,
            },
        },
        // `1983. gada 7. aprīlis`
        _ if month_named(three).is_some() => {
            match (year_of(one).filter(|_| one.len() == 4), month_named(three), day_of(two)) {
                (Some(year), Some(month), Some(day)) => whole(year, month, day, ms),
                _ => Read::Unreadable,
            }
        }
        _ if one.len() == 4 => match (year_of(one), day_of(two), day_of(three)) {
            (Some(year), Some(month), Some(day)) => whole(year, month, day, ms),
            _ => Read::Unreadable,
        },
        // `83-04-07`: no month has so many days.
        _ if one.len() == 2 && number(one.as_bytes()).is_some_and(|year| year > 31) => {
            match (year_of(one), day_of(two), day_of(three)) {
                (Some(year), Some(month), Some(day)) => whole(year, month, day, ms),
                _ => Read::Unreadable,
            }
        }
        _ => match (day_of(one), day_of(two), year_of(three)) {
            (Some(one), Some(two), Some(year)) => {
                in_either_order(year, one, two, ms, date.contains('.'))
            }
            _ => Read::Unreadable,
        },
    }
}

/// Gives the numbers and names that a date is made of.
fn parts_of(date: &str) -> impl Iterator<Item = &str> {
    let is_between_parts =
        |c: char| matches!(c, '-' | '/' | '.' | ',' | '\'' | '_' | '(' | ')') || c.is_whitespace();
    date.split(is_between_parts).filter(|part| !part.is_empty() && !is_between(part))
}

/// Reads `Fri, 7 March 1980`, `1983. január 17., hétfő` and `07APR1983`: three parts, with words
/// before and after them.
fn without_words(date: &str, ms: i64, newest_year: i32) -> Read {
    let parts: Vec<Cow<'_, str>> = parts_of(date).flat_map(grown_together).collect();
    let is_word = |part: &str| {
        part.chars().count() >= 2
            && !part.contains(|c: char| c.is_ascii_digit())
            && month_named(part).is_none()
            && of_form(part, date).is_none()
    };
    let Some(start) = parts.iter().position(|part| !is_word(part)) else { return Read::Unreadable };
    let end = parts.iter().rposition(|part| !is_word(part)).map_or(start, |last| last + 1);
    let (n_kept, n_words) = (end - start, parts.len() - (end - start));
    if n_kept != 3 || n_words > 3 {
        return Read::Unreadable;
    }
    let mark = if date.contains('.') { "." } else { " " };
    match read_parts(&parts[start..end].join(mark), ms, newest_year) {
        // `at noon 3/4/80` is a sentence and no date.
        Read::Either { .. } | Read::Ordered(..) => Read::Unreadable,
        read => read,
    }
}

/// Parts `07APR1983`.
fn grown_together(part: &str) -> Vec<Cow<'_, str>> {
    let n_digits = part.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &part[n_digits..];
    let n_letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let year = &rest[n_letters..];
    let is_date = (1..=2).contains(&n_digits)
        && n_letters >= 3
        && matches!(year.len(), 2 | 4)
        && year.bytes().all(|byte| byte.is_ascii_digit());
    if is_date {
        vec![part[..n_digits].into(), rest[..n_letters].into(), year.into()]
    } else {
        vec![part.into()]
    }
}

fn in_either_order(year: i32, one: i32, two: i32, ms: i64, has_points: bool) -> Read {
    let (day_first, month_first) = (days(year, two, one), days(year, one, two));
    match (day_first, month_first) {
        _ if year == 0 || one == 0 && two == 0 => Read::Nothing,
        // Points stand in dates of the countries that write the day first.
        (Some(day), _) if has_points || one == two => Read::Day(day, ms),
        (Some(day_first), Some(month_first)) => Read::Either { day_first, month_first, ms },
        (Some(day), None) => Read::Ordered(DateOrder::DayFirst, day, ms),
        (None, Some(day)) => Read::Ordered(DateOrder::MonthFirst, day, ms),
        (None, None) => Read::Unreadable,
    }
}

fn whole(year: i32, month: i32, day: i32, ms: i64) -> Read {
    match days(year, month, day) {
        _ if year == 0 || month == 0 && day == 0 => Read::Nothing,
        // An offset can carry the instant into the day before or after.
        Some(day) => match ms {
            0..86_400_000 => Read::Day(day, ms),
            ms if ms < 0 => Read::Day(day - 1, ms + 86_400_000),
            ms => Read::Day(day + 1, ms - 86_400_000),
        },
        None => Read::Unreadable,
    }
}

fn number(digits: &[u8]) -> Option<i32> {
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    digits.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + i32::from(byte - b'0'))
    })
}

/// Gives the days since 1970-01-01; nothing where the calendar has no such day.
///
/// # Source
/// Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
pub(super) fn days(year: i32, month: i32, day: i32) -> Option<i32> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i32::from(is_leap),
        _ => return None,
    };
    if !(1..=last).contains(&day) || !(1..=9999).contains(&year) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Gives year, month and day of days since 1970-01-01: `civil_from_days` of the same source.
pub(super) fn civil(days: i32) -> (i32, i32, i32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted - era * 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i32::from(month <= 2), month, day)
}

pub(super) fn iso(day: i32) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
