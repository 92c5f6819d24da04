//! Is this person told, and if not, why not?

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use polars::prelude::Int32Chunked;
use rayon::prelude::*;

use crate::tables::layout::Exposure;
use crate::tables::{Table, column as c};
use crate::terms::Channel;

use super::Settings;
use super::book::Book;
use super::case::{Case, Fate};
use super::channel::{Down, Reach, first_two};
use super::notice_id::NoticeId;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Notified,
    Held,
    NoDuty,
    Unreachable,
}

impl Outcome {
    /// Every outcome, in the order in which the roll calls them.
    pub(super) const ALL: [Outcome; 4] =
        [Outcome::Notified, Outcome::Held, Outcome::NoDuty, Outcome::Unreachable];

    pub(super) fn word(self) -> &'static str {
        match self {
            Outcome::Notified => "notified",
            Outcome::Held => "held",
            Outcome::NoDuty => "no_duty",
            Outcome::Unreachable => "unreachable",
        }
    }
}

/// Why nobody is told, or not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// No law of that place is in the rules file.
    NoLaw,
    /// The law there asks for no notice to the people.
    NoIndividualDuty,
    /// Nothing was exposed that sets the law off.
    NotTriggered,
    /// The law there binds nobody.
    Voluntary,
    /// The authority has not ordered it.
    OnOrder,
    /// A person assessed the risk as not high, and the law asks for no less.
    RiskNotHigh,
    /// The notice of an earlier run told of all of it.
    ToldBefore,
    /// No law asks for notice of data that nobody can read.
    Encrypted,
    /// A person assessed the harm and wrote it down.
    HarmUnlikely,
    /// The evidence is too weak to tell anybody; somebody must look.
    NeedsReview,
    /// The residence does not say whose law applies; counsel must.
    UnknownResidency,
    /// The police asked to wait.
    LawEnforcementHold,
    /// The notice is for the estate, which is not known here.
    Deceased,
    /// Every valid channel was taken down by an incident of this person.
    ChannelDown,
    /// There is none.
    NoValidChannel,
}

impl Reason {
    pub(super) const ALL: [Reason; 15] = [
        Reason::NoLaw,
        Reason::NoIndividualDuty,
        Reason::NotTriggered,
        Reason::Voluntary,
        Reason::OnOrder,
        Reason::RiskNotHigh,
        Reason::ToldBefore,
        Reason::Encrypted,
        Reason::HarmUnlikely,
        Reason::NeedsReview,
        Reason::UnknownResidency,
        Reason::LawEnforcementHold,
        Reason::Deceased,
        Reason::ChannelDown,
        Reason::NoValidChannel,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Reason::NoLaw => "no_law",
            Reason::NoIndividualDuty => "no_individual_duty",
            Reason::NotTriggered => "not_triggered",
            Reason::Voluntary => "voluntary",
            Reason::OnOrder => "on_order",
            Reason::RiskNotHigh => "risk_not_high",
            Reason::ToldBefore => "told_before",
            Reason::Encrypted => "encrypted",
            Reason::HarmUnlikely => "harm_unlikely_by_assessment",
            Reason::NeedsReview => "needs_review",
            Reason::UnknownResidency => "unknown_residency",
            Reason::LawEnforcementHold => "law_enforcement_hold",
            Reason::Deceased => "deceased",
            Reason::ChannelDown => "channel_down",
            Reason::NoValidChannel => "no_valid_channel",
        }
    }
}

impl Reason {
    /// Reads why the law asks for no notice.
    pub(super) fn of_no_duty(word: Option<&str>) -> Reason {
        match word {
            Some("exempt_encrypted") => Reason::Encrypted,
            Some("exempt_harm_unlikely") => Reason::HarmUnlikely,
            Some("risk_not_high") => Reason::RiskNotHigh,
            Some("on_order") => Reason::OnOrder,
            Some("voluntary") => Reason::Voluntary,
            Some("not_triggered") => Reason::NotTriggered,
            Some("no_individual_duty") => Reason::NoIndividualDuty,
            _ => Reason::NoLaw,
        }
    }
}

/// Who is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Person,
    ParentGuardian,
    Estate,
}

impl Role {
    pub(super) const ALL: [Role; 3] = [Role::Person, Role::ParentGuardian, Role::Estate];

    pub(super) fn word(self) -> &'static str {
        match self {
            Role::Person => "self",
            Role::ParentGuardian => "parent_guardian",
            Role::Estate => "estate",
        }
    }
}

/// An affected person and what was decided, in 64 bytes or little more.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) customer: u32,
    /// The person's places in `Case::rows`.
    pub(super) places: Range<u32>,
    pub(super) outcome: Outcome,
    pub(super) reason: Option<Reason>,
    pub(super) role: Role,
    pub(super) reach: Reach,
    pub(super) down: Down,
    pub(super) channel: Option<Channel>,
    pub(super) fallback: Option<Channel>,
    pub(super) notice: NoticeId,
}

/// Decides about each person, in the order of the customers.
pub(super) fn people(
    case: &Case<'_>,
    exposure: &Table<Exposure>,
    book: &Book<'_>,
    settings: &Settings,
    now: Timestamp,
) -> Vec<Person> {
    let (ids, golden) = (exposure.text(c::CUSTOMER_ID), book.golden);
    let down_by: Vec<_> =
        case.incidents.iter().map(|incident| Down::of(&incident.channels_down)).collect();
    let last_birthday = majority_cutoff(now, settings.age_of_majority_years);
    let births: &Int32Chunked = golden.day(c::BIRTH_DATE);
    let (dead, silent) = (golden.flag(c::DECEASED), golden.flag(c::DO_NOT_CALL));
    case.people()
        .into_par_iter()
        .map(|places| {
            let rows = case.rows_of(&places);
            let customer = case.customer(rows[0]);
            let row = customer as usize;
            let deceased = dead.get(row) == Some(true);
            let minor = births.get(row).is_some_and(|birth| birth > last_birthday);
            let down = rows.iter().fold(Down::default(), |down, &row| {
                down.and(down_by[case.incident_of[row as usize] as usize])
            });
            let reach = book.reach(customer);
            let refuses_calls = silent.get(row) == Some(true);
            let channels = first_two(&reach, settings.channels.in_order(), down, refuses_calls);
            let fates = rows.iter().map(|&row| case.fates[row as usize]);
            let (outcome, reason) = match decide(fates, deceased) {
                (Outcome::Notified, _) if channels.0.is_none() => {
                    (Outcome::Unreachable, Some(why_unreachable(&reach, settings)))
                }
                decided => decided,
            };
            let told = outcome == Outcome::Notified;
            let spoken_of = case.spoken_of(&places).map(|row| case.incident(row));
            Person {
                notice: NoticeId::of(ids.get(rows[0] as usize).unwrap_or(""), spoken_of),
                customer,
                places,
                outcome,
                reason,
                role: match (deceased, minor) {
                    (true, _) => Role::Estate,
                    (_, true) => Role::ParentGuardian,
                    _ => Role::Person,
                },
                reach,
                down,
                channel: channels.0.filter(|_| told),
                fallback: channels.1.filter(|_| told),
            }
        })
        .collect()
}

/// Brings a person's incidents together: one that asks for notice is enough for it; one on hold
/// is enough to wait; there is no duty where no incident makes one. Of several reasons the one
/// that stands last in `Reason` is given, as the one to be lifted first.
fn decide(fates: impl Iterator<Item = Fate>, deceased: bool) -> (Outcome, Option<Reason>) {
    let (mut tell, mut hold, mut no_duty) = (false, None, None);
    for fate in fates {
        match fate {
            Fate::Tell => tell = true,
            Fate::Hold(reason) => hold = hold.max(Some(reason)),
            Fate::NoDuty(reason) => no_duty = no_duty.max(Some(reason)),
        }
    }
    match (tell, hold) {
        (true, _) | (_, Some(_)) if deceased => (Outcome::Held, Some(Reason::Deceased)),
        (true, _) => (Outcome::Notified, None),
        (false, Some(reason)) => (Outcome::Held, Some(reason)),
        (false, None) => (Outcome::NoDuty, no_duty),
    }
}

fn why_unreachable(reach: &Reach, settings: &Settings) -> Reason {
    let has = |channel: &Channel| reach.by(*channel).is_some();
    if settings.channels.in_order().iter().any(has) {
        Reason::ChannelDown
    } else {
        Reason::NoValidChannel
    }
}

/// Gives the birth date, in days since 1970, of those who come of age today (UTC); who was born
/// later is a minor.
fn majority_cutoff(now: Timestamp, age_years: i16) -> i32 {
    let today = now.to_zoned(TimeZone::UTC).date();
    let cutoff = today.saturating_sub(i64::from(age_years).years());
    (cutoff - Date::constant(1970, 1, 1)).get_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_at_the_place_of_its_value() {
        let places = |all: &[usize]| all.iter().copied().eq(0..all.len());
        assert!(places(&Outcome::ALL.map(|outcome| outcome as usize)));
        assert!(places(&Reason::ALL.map(|reason| reason as usize)));
        assert!(places(&Role::ALL.map(|role| role as usize)));
        assert!(places(&Channel::ALL.map(|channel| channel as usize)));
    }

    #[test]
    fn one_incident_that_asks_for_notice_is_enough() {
        let check = |fates: &[Fate]| decide(fates.iter().copied(), false);
        let hold = Fate::Hold(Reason::LawEnforcementHold);
        let encrypted = Fate::NoDuty(Reason::Encrypted);
        assert_eq!(check(&[Fate::Tell, hold, encrypted]), (Outcome::Notified, None));
        assert_eq!(check(&[encrypted, hold]), (Outcome::Held, Some(Reason::LawEnforcementHold)));
        assert_eq!(check(&[encrypted]), (Outcome::NoDuty, Some(Reason::Encrypted)));
        let both = [encrypted, Fate::NoDuty(Reason::HarmUnlikely)];
        assert_eq!(check(&both), (Outcome::NoDuty, Some(Reason::HarmUnlikely)));
    }

    #[test]
    fn a_notice_to_someone_who_died_is_held_but_no_duty_stays_none() {
        let check = |fate| decide([fate].into_iter(), true);
        assert_eq!(check(Fate::Tell), (Outcome::Held, Some(Reason::Deceased)));
        assert_eq!(
            check(Fate::NoDuty(Reason::Encrypted)),
            (Outcome::NoDuty, Some(Reason::Encrypted))
        );
    }

    #[test]
    fn majority_is_reached_on_the_birthday_and_after_a_leap_day_on_the_first_of_march() {
        let is_minor = |birth: &str, now: &str| {
            let birth: Date = birth.parse().unwrap();
            let birth = (birth - Date::constant(1970, 1, 1)).get_days();
            birth > majority_cutoff(now.parse().unwrap(), 18)
        };
        assert!(is_minor("2008-03-02", "2026-03-01T12:00:00Z"));
        assert!(!is_minor("2008-03-01", "2026-03-01T00:00:00Z"));
        assert!(is_minor("2008-02-29", "2026-02-28T23:59:59Z"));
        assert!(!is_minor("2008-02-29", "2026-03-01T00:00:00Z"));
    }
}
