//! How do the deadlines get into a calendar?
//!
//! # Source
//! RFC 5545: lines end with CRLF and are folded at 75 octets (3.1), text is escaped (3.3.11), an
//! event has a UID of its own that lasts (3.8.4.7), alarms ring before it (3.6.6).

use jiff::{Timestamp, Zoned};
use ring::digest::{Context, SHA256};

use super::rows::Line;
use crate::rules::Unit;

/// Octets of a line at most, without its end.
const N_OCTETS_MAX: usize = 75;

/// Writes a calendar of all deadlines. Where the law names no day there is no event: no date is
/// invented.
pub(super) fn calendar(lines: &[Line<'_>], now: Timestamp, drill: bool) -> String {
    let mut calendar = Calendar::default();
    let name = if drill { "DRILL notification deadlines" } else { "Notification deadlines" };
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//headcount//duties//EN"] {
        calendar.line(line);
    }
    calendar.line("CALSCALE:GREGORIAN");
    calendar.line("METHOD:PUBLISH");
    calendar.line(&format!("X-WR-CALNAME:{name}"));
    for line in lines {
        if let (Some(deadline), Some(case)) = (&line.standing.deadline, line.case) {
            event(&mut calendar, line, deadline, &case.law.id(), now, drill);
        }
    }
    calendar.line("END:VCALENDAR");
    calendar.0
}

fn event(
    calendar: &mut Calendar,
    line: &Line<'_>,
    deadline: &Zoned,
    law: &str,
    now: Timestamp,
    drill: bool,
) {
    let utc = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    let (incident, kind) = (&line.incident.id, line.kind);
    let mark = if drill { "DRILL " } else { "" };
    let to = &line.recipient;
    let order = line.standing.order.map_or_else(String::new, |order| format!(" ({order})"));
    let summary = format!("{mark}{incident}: {} to tell {to}{order}", line.jurisdiction);
    let clock = line.standing.clock.map_or("", |(clock, _)| clock.word());
    let period =
        line.standing.period.map_or_else(String::new, |period| format!("{period} from {clock}. "));
    let told = line.clock_scope_file().map_or_else(String::new, |list| {
        format!("The clock began with the notice about the list {list}. ")
    });
    let description = format!(
        "{law}. {period}{told}Residents: {}. By {} on the clock there. Not legal advice.",
        line.n_residents,
        super::clock::shown(deadline)
    );
    calendar.line("BEGIN:VEVENT");
    // People with a clock of their own have a date of their own.
    let list = line.notice.map(|list| line.incident.scope_files[list].shown_name());
    let of: Vec<&str> = [incident.as_str(), law, kind].into_iter().chain(list).collect();
    calendar.line(&format!("UID:{}@headcount", uid(&of, drill)));
    calendar.line(&format!("DTSTAMP:{}", utc(now)));
    calendar.line(&format!("DTSTART:{}", utc(deadline.timestamp())));
    calendar.line(&format!("DTEND:{}", utc(deadline.timestamp())));
    calendar.line(&format!("SUMMARY:{}", escaped(&summary)));
    calendar.line(&format!("DESCRIPTION:{}", escaped(&description)));
    calendar.line(&format!("CATEGORIES:{}", escaped(kind)));
    calendar.line("TRANSP:TRANSPARENT");
    let in_hours = line.standing.period.is_some_and(|period| period.unit == Unit::Hour);
    let alarms = if in_hours { ["-PT24H", "-PT4H"] } else { ["-P7D", "-P1D"] };
    for alarm in alarms {
        calendar.line("BEGIN:VALARM");
        calendar.line("ACTION:DISPLAY");
        calendar.line(&format!("TRIGGER:{alarm}"));
        calendar.line(&format!("DESCRIPTION:{}", escaped(&summary)));
        calendar.line("END:VALARM");
    }
    calendar.line("END:VEVENT");
}

/// Names an event by what it is about, so that a later run moves it and does not add another.
fn uid(of: &[&str], drill: bool) -> String {
    use std::fmt::Write;
    let mut hasher = Context::new(&SHA256);
    for part in of {
        hasher.update(part.as_bytes());
        hasher.update(&[0x1f]);
    }
    hasher.update(&[u8::from(drill)]);
    hasher.finish().as_ref()[..16].iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Escapes a text value.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

#[derive(Default)]
struct Calendar(String);

impl Calendar {
    /// Writes a line, folded between letters where it is too long.
    fn line(&mut self, line: &str) {
        let mut n_octets = 0;
        for letter in line.chars() {
            if n_octets + letter.len_utf8() > N_OCTETS_MAX {
                self.0.push_str("\r\n ");
                n_octets = 1;
            }
            self.0.push(letter);
            n_octets += letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_letters_and_unfolds_to_itself() {
        let mut calendar = Calendar::default();
        let long = format!("SUMMARY:{}", "Behörde für Datenschutz — ".repeat(12));
        calendar.line(&long);
        let folded: Vec<&str> = calendar.0.split("\r\n").collect();
        assert!(folded.len() > 3);
        assert!(folded.iter().all(|line| line.len() <= N_OCTETS_MAX), "{folded:?}");
        assert_eq!(calendar.0.replace("\r\n ", "").trim_end_matches("\r\n"), long);
    }

    #[test]
    fn text_that_means_something_to_a_calendar_is_escaped() {
        assert_eq!(escaped("a,b;c\\d\ne\tf"), "a\\,b\\;c\\\\d\\ne f");
    }

    #[test]
    fn an_event_keeps_its_name_and_a_drill_has_another() {
        assert_eq!(uid(&["a", "b"], false), uid(&["a", "b"], false));
        assert_ne!(uid(&["a", "b"], false), uid(&["ab", ""], false));
        assert_ne!(uid(&["a", "b"], false), uid(&["a", "b"], true));
    }
}
