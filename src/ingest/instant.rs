//! When was it?

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// Reads an instant by ISO 8601 or RFC 3339 as milliseconds since 1970-01-01T00:00:00Z: a day,
/// a day and a time, with an offset or without. Without one it is taken as UTC, and a day as its
/// first moment.
pub(super) fn milliseconds(text: &str) -> Option<i64> {
    let text = text.trim_ascii();
    if let Some(instant) = plain(text.as_bytes()) {
        return Some(instant.as_millisecond());
    }
    // What cannot be is not tried: a refusal costs more than a reading.
    let may_have_offset =
        text.bytes().skip(10).any(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-'));
    let instant = if text.len() <= 10
        && let Ok(day) = text.parse::<Date>()
    {
        Offset::UTC.to_timestamp(day.to_datetime(jiff::civil::Time::midnight()))
    } else if may_have_offset && let Ok(instant) = text.parse::<Timestamp>() {
        Ok(instant)
    } else {
        Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?)
    };
    instant.ok().map(Timestamp::as_millisecond)
}

/// Reads `2024-01-15`, `2024-01-15T10:00:00` and the like with a `Z`, as most instants are written:
/// several times faster than by the whole grammar.
fn plain(text: &[u8]) -> Option<Timestamp> {
    let (day, time) = text.split_at_checked(10)?;
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + i16::from(byte - b'0'))
        })
    };
    let two = |digits: &[u8]| i8::try_from(number(digits)?).ok();
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *day else { return None };
    let (hour, minute, second) = match *time {
        [] => (0, 0, 0),
        [b'T' | b' ', h1, h2, b':', m1, m2, b':', s1, s2, ref zone @ ..]
            if matches!(zone, b"" | b"Z") =>
        {
            (two(&[h1, h2])?, two(&[m1, m2])?, two(&[s1, s2])?)
        }
        _ => return None,
    };
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, two(&[m1, m2])?, two(&[d1, d2])?);
    let instant = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    Offset::UTC.to_timestamp(instant).ok()
}

/// Writes an instant by RFC 3339; one of a table file that has no zone stays without an offset.
pub(super) fn written(since_1970: SignedDuration, has_zone: bool) -> Option<String> {
    let text = Timestamp::UNIX_EPOCH.checked_add(since_1970).ok()?.to_string();
    Some(if has_zone { text } else { text.trim_end_matches('Z').to_owned() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_instant_is_read_with_its_offset_or_as_utc() {
        let day = 1_772_323_200_000; // 2026-03-01T00:00:00Z
        for (text, after) in [
            ("2026-03-01", 0),
            ("20260301", 0),
            ("2026-03-01 10:00", 36_000_000),
            ("2026-03-01 10:00:30", 36_030_000),
            ("2026-03-01T10:00:00Z", 36_000_000),
            ("2026-03-01T10:00:00+02:00", 28_800_000),
            ("2026-03-01 10:00:00.250", 36_000_250),
            ("2026-03-01T10:00+0200", 28_800_000),
            ("2026-03-01T00:00:00-00:30", 1_800_000),
        ] {
            assert_eq!(milliseconds(text), Some(day + after), "{text}");
        }
    }

    #[test]
    fn what_could_be_another_day_is_not_guessed() {
        for text in ["", "03/01/2026", "1.3.2026", "2026-02-30", "2026", "yesterday", "46082"] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_leads_where_the_long_one_does(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z?)?",
        ) {
            if let Some(instant) = plain(text.as_bytes()) {
                let long = text.parse().or_else(|_| {
                    Offset::UTC.to_timestamp(text.parse::<DateTime>()?)
                });
                prop_assert_eq!(Some(instant), long.ok());
            }
        }
    }
}
