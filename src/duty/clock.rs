//! From which moment does a clock run, and when has it run out?

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::rules::{Clock, Holidays, Period, Unit};
use crate::terms::Incident;

/// The moment at which a clock begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// The fact of the incident that was taken for it, or what has to happen.
    pub(super) from: &'static str,
    /// Where a vendor's notice about one list was taken, the place of the list in the incident.
    pub(super) list: Option<usize>,
    /// When; absent where it has not happened, or is not known.
    pub(super) at: Option<Timestamp>,
}

/// Finds the fact of an incident that a law's clock begins at, for people who are known by the
/// notice about a list (`later`, its place) alone, or for all others.
///
/// Discovery, detection and awareness are one moment: when the company knew. Where materiality has
/// no instant of its own, the determination is taken.
pub(super) fn start(clock: Clock, incident: &Incident, later: Option<usize>) -> Start {
    let fact = |from, at| Start { from, list: None, at };
    match clock {
        Clock::Discovery | Clock::Detection | Clock::Awareness => match later {
            Some(list) => {
                let at = incident.scope_files[list].vendor_notified_at;
                Start { from: "vendor_notified_at", list: later, at }
            }
            None => known_at(incident),
        },
        Clock::Determination => fact("determination_at", incident.determination_at),
        Clock::Confirmation | Clock::AfterClarification => {
            fact("confirmed_at", incident.confirmed_at)
        }
        Clock::Occurrence => fact("occurred_from", incident.occurred_from),
        Clock::MaterialityDetermination => match incident.materiality_determined_at {
            None if incident.determination_at.is_some() => {
                fact("determination_at", incident.determination_at)
            }
            determined => fact("materiality_determined_at", determined),
        },
        Clock::IndividualNoticeSent | Clock::BeforeIndividuals | Clock::WithIndividuals => {
            fact("individuals_notified_at", incident.individuals_notified_at)
        }
        Clock::AuthorityNotice => fact("authority_notified_at", incident.authority_notified_at),
        Clock::Order => fact("an order of the authority", None),
    }
}

/// Tells whether a clock runs from what the company knew.
pub(super) fn runs_from_knowledge(clock: Clock) -> bool {
    matches!(clock, Clock::Discovery | Clock::Detection | Clock::Awareness)
}

/// Gives the moment from which the company knew of an incident: the earlier of `discovered_at`
/// and, where a third party told us, `vendor_notified_at`, of the incident or of one of its lists.
pub(super) fn known_at(incident: &Incident) -> Start {
    let by_itself = incident.vendor_notified_at.map(|at| (at, None));
    let lists = (0..).zip(&incident.scope_files);
    let by_list = lists.filter_map(|(place, list)| Some((list.vendor_notified_at?, Some(place))));
    match by_itself.into_iter().chain(by_list).min() {
        Some((at, list)) if at < incident.discovered_at => {
            Start { from: "vendor_notified_at", list, at: Some(at) }
        }
        _ => Start { from: "discovered_at", list: None, at: Some(incident.discovered_at) },
    }
}

/// Reckons when a period has run out.
///
/// Hours pass one by one, whatever the clocks on the wall do. Days and months begin the day
/// after the event and end with the last second of their last day in the jurisdiction; weekends
/// and holidays count in days of the calendar, and do not in business days.
///
/// # Source
/// Regulation (EEC, Euratom) 1182/71, art. 3; Fed. R. Civ. P. 6(a)(1)(A) for the day of the event.
pub(super) fn end(
    start: Timestamp,
    period: Period,
    code: &str,
    zone: &TimeZone,
    holidays: &Holidays,
) -> Option<Zoned> {
    let from = start.to_zoned(zone.clone());
    let last_day = match period.unit {
        Unit::Hour => return from.checked_add(i64::from(period.n).hours()).ok(),
        Unit::CalendarDay => from.date().saturating_add(i64::from(period.n).days()),
        Unit::Month => from.date().saturating_add(i64::from(period.n).months()),
        Unit::BusinessDay => holidays.business_days_after(code, from.date(), period.n),
    };
    end_of_day(last_day, zone)
}

/// Gives the last second of a day.
pub(super) fn end_of_day(day: Date, zone: &TimeZone) -> Option<Zoned> {
    day.at(23, 59, 59, 0).to_zoned(zone.clone()).ok()
}

/// Writes an instant as it stands on the clocks there: RFC 3339 with its offset.
pub(super) fn shown(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::zone_of;

    fn check(start: &str, n: u32, unit: Unit, code: &str) -> String {
        let period = Period { n, unit };
        let holidays = Holidays::built_in();
        let end = end(start.parse().unwrap(), period, code, &zone_of(code), &holidays);
        shown(&end.unwrap())
    }

    #[test]
    fn seventy_two_hours_pass_over_a_weekend_and_a_change_of_the_clocks() {
        // Friday afternoon to Monday, over the night in which clocks go forward.
        let spring = check("2026-03-27T15:00:00+01:00", 72, Unit::Hour, "DE");
        assert_eq!(spring, "2026-03-30T16:00:00+02:00");
        let autumn = check("2026-10-23T15:00:00+02:00", 72, Unit::Hour, "DE");
        assert_eq!(autumn, "2026-10-26T14:00:00+01:00");
        let plain = check("2026-03-06T15:00:00+01:00", 72, Unit::Hour, "DE");
        assert_eq!(plain, "2026-03-09T15:00:00+01:00");
    }

    #[test]
    fn a_day_is_the_day_there_and_ends_with_it() {
        // Two in the morning in London is still yesterday in California.
        let california = check("2026-02-10T02:00:00Z", 30, Unit::CalendarDay, "US-CA");
        assert_eq!(california, "2026-03-11T23:59:59-07:00");
        assert_eq!(
            check("2026-02-10T02:00:00Z", 5, Unit::CalendarDay, "JP"),
            "2026-02-15T23:59:59+09:00"
        );
    }

    #[test]
    fn business_days_leave_out_weekends_and_holidays() {
        // Thursday; the Friday after, a weekend, Presidents' Day, then three days more.
        assert_eq!(
            check("2026-02-12T17:00:00Z", 4, Unit::BusinessDay, "US"),
            "2026-02-19T23:59:59-05:00"
        );
        // Determined on a Saturday: Monday is the first of the four.
        assert_eq!(
            check("2026-03-07T12:00:00Z", 4, Unit::BusinessDay, "US"),
            "2026-03-12T23:59:59-04:00"
        );
        assert_eq!(
            check("2026-04-16T12:00:00Z", 3, Unit::BusinessDay, "BR"),
            "2026-04-22T23:59:59-03:00"
        );
    }

    #[test]
    fn a_month_ends_on_the_same_day_or_the_last() {
        assert_eq!(
            check("2026-01-31T12:00:00Z", 1, Unit::Month, "FR"),
            "2026-02-28T23:59:59+01:00"
        );
    }
}
