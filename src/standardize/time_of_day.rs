//! Which time of day stands behind a date?

use std::borrow::Cow;

/// Parts `2024-01-15T10:00:00Z`, `1/15/2024 3:45 PM`, `20240115T100000`, `Mon Jan 15 10:00:00 2024`
/// and `15.01.2024 um 14h30` into date and time.
pub(super) fn parted(text: &str) -> (Cow<'_, str>, Option<Cow<'_, str>>) {
    let text = without_place(text);
    let Some(colon) = text.find(':') else {
        return match with_colons(text) {
            Some((date, time)) => (date.into(), Some(time.into())),
            None => (text.trim_end_matches(['Z', 'T']).into(), None),
        };
    };
    let digits = text[..colon].bytes().rev().take_while(u8::is_ascii_digit).count();
    let (date, time) = text.split_at(colon - digits);
    let date = before_time(date);
    // `Thu Sep 25 10:36:28 2003`
    if let Some((clock, year)) = time.rsplit_once(' ')
        && year.len() == 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
    {
        return (format!("{date} {year}").into(), Some(clock.into()));
    }
    (date.into(), Some(time.into()))
}

/// Takes off a place that an offset already stands for: `+01:00[Europe/Berlin]`, `GMT+0100 (CET)`.
fn without_place(text: &str) -> &str {
    let opened = match text.as_bytes().last() {
        Some(b']') => text.rsplit_once('['),
        Some(b')') => text.rsplit_once('('),
        _ => None,
    };
    opened.map_or(text, |(rest, _)| if rest.contains(':') { rest.trim_end() } else { text })
}

/// Takes off what joins a date to its time.
fn before_time(date: &str) -> &str {
    const JOINTS: [&str; 12] = [
        " at", " um", " à", " a las", " a la", " kl.", " kl", " klo", " alle", " ore", " om", " às",
    ];
    let is_mark = |c: char| matches!(c, ' ' | ',' | 'T' | 't' | '\u{a0}' | '\u{202f}');
    let date = date.trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    if date.ends_with(|c: char| c.is_ascii_digit()) {
        return date;
    }
    let bare = JOINTS.iter().find_map(|joint| date.strip_suffix(joint)).unwrap_or(date);
    bare.trim_end_matches(is_mark)
}

/// Gives date and time of `20240115T100000Z`, `2024-01-15T10` and `15.01.2024 14h30`.
fn with_colons(text: &str) -> Option<(&str, String)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    if let Some((date, time)) = text.split_once(['T', 't'])
        && date.len() >= 8
        && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    {
        let n_digits = digits(time);
        let (clock, rest) = time.split_at(n_digits);
        return match n_digits {
            2 => Some((date, format!("{clock}:00{rest}"))),
            4 => Some((date, format!("{}:{}{rest}", &clock[..2], &clock[2..]))),
            6 => {
                let (hours, minutes, seconds) = (&clock[..2], &clock[2..4], &clock[4..]);
                Some((date, format!("{hours}:{minutes}:{seconds}{rest}")))
            }
            _ => None,
        };
    }
    let (date, time) = text.rsplit_once(' ')?;
    let (hours, minutes) = time.split_once(['h', 'H'])?;
    let is_clock = (1..=2).contains(&hours.len())
        && digits(hours) == hours.len()
        && (minutes.is_empty() || minutes.len() == 2 && digits(minutes) == 2);
    let minutes = if minutes.is_empty() { "00" } else { minutes };
    is_clock.then(|| (before_time(date), format!("{hours}:{minutes}")))
}

/// Reads a time of day with its offset, as milliseconds of the day in UTC; below 0 or beyond a
/// day where the offset says so. Without an offset it is UTC.
pub(super) fn read(text: &str) -> Option<i64> {
    let clock_end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.' | ','));
    let (clock, rest) = text.split_at(clock_end.unwrap_or(text.len()));
    let mut parts = clock.split(':');
    let mut hours: i64 = parts.next()?.parse().ok()?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let seconds = parts.next().unwrap_or("0");
    let (seconds, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let seconds: i64 = seconds.parse().ok()?;
    let thousandths = match fraction.get(..fraction.len().min(3))? {
        "" => 0,
        digits => digits.parse::<i64>().ok()? * [100, 10, 1][digits.len() - 1],
    };
    let zone = zone_of(rest);
    let mut zone = &*zone;
    if let Some(half @ ("AM" | "PM")) = zone.get(..2) {
        if !(1..=12).contains(&hours) {
            return None;
        }
        hours = hours % 12 + if half == "PM" { 12 } else { 0 };
        zone = &zone[2..];
    }
    let zone = zone.strip_prefix("UHR").or(zone.strip_prefix("UUR")).unwrap_or(zone);
    let is_end_of_day = (hours, minutes, seconds, thousandths) == (24, 0, 0, 0);
    let is_clock =
        parts.next().is_none() && (hours < 24 || is_end_of_day) && minutes < 60 && seconds <= 60;
    let offset = offset_minutes(zone)?;
    is_clock
        .then_some(((hours * 60 + minutes - offset) * 60 + seconds.min(59)) * 1000 + thousandths)
}

/// Writes what stands behind a time in capitals and without blanks and points: `3:45 p. m.`,
/// `14:30 Uhr`.
fn zone_of(rest: &str) -> Cow<'_, str> {
    if rest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b':' | b'Z')) {
        return rest.into();
    }
    let mut zone = rest.to_uppercase();
    zone.retain(|c| !c.is_whitespace() && c != '.');
    zone.into()
}

/// Reads an offset in capitals and without blanks: `+01:00`, `UTC+1`, `PDT`, `-0500EST`.
pub(super) fn offset_minutes(text: &str) -> Option<i64> {
    let zones = if text.starts_with(|c: char| c.is_ascii_alphabetic()) { &ZONES[..] } else { &[] };
    let (named, rest) = zones
        .iter()
        .find_map(|(zone, hours)| text.strip_prefix(zone).map(|rest| (*hours, rest)))
        .unwrap_or((0, text));
    let has_name = rest.len() < text.len();
    let (sign, digits) = match rest.as_bytes() {
        [] => return Some(named * 60),
        [b'Z' | b'z'] if !has_name => return Some(0),
        [b'+', ..] if named == 0 => (1, &rest[1..]),
        [b'-', ..] if named == 0 => (-1, &rest[1..]),
        _ => return None,
    };
    // `+0000UTC`
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(digits.len());
    let (digits, name) = digits.split_at(end);
    let is_zone = name.is_empty() || ZONES.iter().any(|(zone, _)| *zone == name);
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None => digits.split_at_checked(digits.len().min(2))?,
    };
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
    (is_zone && hours <= 15 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Names of zones that mean one offset, in hours; those that mean several (`IST`, `CST` of China,
/// `BST` of Bangladesh) are left out but for the reading of RFC 5322.
///
/// # Source
/// RFC 5322, section 4.3; IANA time zone database, abbreviations of Europe and Japan.
const ZONES: [(&str, i64); 22] = [
    ("UTC", 0),
    ("GMT", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
    ("CEST", 2),
    ("CET", 1),
    ("MESZ", 2),
    ("MEZ", 1),
    ("WEST", 1),
    ("WET", 0),
    ("EEST", 3),
    ("EET", 2),
    ("BST", 1),
    ("MSK", 3),
    ("JST", 9),
    ("KST", 9),
];
