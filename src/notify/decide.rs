//! Is this person told, and if not, why not?

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use polars::prelude::Int32Chunked;
use rayon::prelude::*;

use crate::rules::LetterRules;
use crate::tables::layout::Exposure;
use crate::tables::{Flags, Table, Texts, column as c};
use crate::terms::{Channel, Incident};

use super::book::Book;
use super::case::{Case, Fate};
use super::channel::{Caution, Down, Found, Reach, usable};
use super::letter::Names;
use super::notice_id::NoticeId;
use super::outcome::{Outcome, Reason, Role};
use super::returned::{Mail, Standing, Use};
use super::settings::{AgeAt, Deceased, DoubtedMailbox, Settings};
use super::wording::Told;

/// A notice to an affected person, and what was decided of it, in 72 bytes or little more. Who
/// gets several stands there for each.
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
    /// How often the notice was tried, this time included.
    pub(super) attempt: u8,
    /// Place among the kinds of letter.
    pub(super) kind: u32,
    /// Place among the wordings.
    pub(super) wording: u32,
}

/// What is asked about each person, with every column found once.
struct Judge<'a> {
    case: &'a Case<'a>,
    book: &'a Book<'a>,
    names: Names<'a>,
    rules: &'a LetterRules,
    settings: &'a Settings,
    mail: &'a Mail,
    today: Date,
    down_by: Vec<Down>,
    jurisdictions: &'a Texts,
    data_classes: &'a Texts,
    regions: &'a Texts,
    births: &'a Int32Chunked,
    dead: &'a Flags,
    silent: &'a Flags,
}

/// Decides about each notice.
///
/// # Shape
/// First one notice of each customer, in their order, the one that matters most; behind them the
/// others.
pub(super) fn people(
    case: &Case<'_>,
    exposure: &Table<Exposure>,
    book: &Book<'_>,
    rules: &LetterRules,
    settings: &Settings,
    mail: &Mail,
    now: Timestamp,
) -> Vec<Person> {
    let (ids, golden) = (exposure.text(c::CUSTOMER_ID), book.golden);
    let down_by = case.incidents.iter().map(|incident| Down::of(&incident.channels_down)).collect();
    let judge = Judge {
        case,
        book,
        names: Names::of(golden),
        rules,
        settings,
        mail,
        today: day(now),
        down_by,
        jurisdictions: exposure.text(c::JURISDICTION),
        data_classes: exposure.text(c::DATA_CLASSES),
        regions: golden.text(c::REGION),
        births: golden.day(c::BIRTH_DATE),
        dead: golden.flag(c::DECEASED),
        silent: golden.flag(c::DO_NOT_CALL),
    };
    let all: Vec<Person> = case
        .notices()
        .into_par_iter()
        .map(|places| {
            let first = case.rows_of(&places)[0] as usize;
            judge.person(places, ids.get(first).unwrap_or(""))
        })
        .collect();
    first_of_each(all)
}

/// Puts behind the others what is not the first notice of its customer.
fn first_of_each(all: Vec<Person>) -> Vec<Person> {
    let (mut firsts, mut others) = (Vec::<Person>::with_capacity(all.len()), Vec::new());
    for mut person in all {
        match firsts.last_mut().filter(|first| first.customer == person.customer) {
            Some(first) => {
                if person.weight() < first.weight() {
                    std::mem::swap(first, &mut person);
                }
                others.push(person);
            }
            None => firsts.push(person),
        }
    }
    firsts.append(&mut others);
    firsts
}

impl Person {
    /// Ranks the notices of one customer: what is told comes first, what nobody owes last.
    fn weight(&self) -> u8 {
        match (self.outcome, self.channel) {
            (Outcome::Notified, Some(_)) => 0,
            (Outcome::Unreachable, _) => 1,
            (Outcome::Held, _) => 2,
            (Outcome::Notified, None) => 3,
            (Outcome::NoDuty, _) => 4,
        }
    }
}

impl Judge<'_> {
    fn person(&self, places: Range<u32>, customer_id: &str) -> Person {
        let rows = self.case.rows_of(&places);
        let customer = self.case.customer(rows[0]);
        let role = self.role(customer, rows);
        let caution = self.caution(customer, role, &places);
        // Whatever the notice is about: a channel that any of the person's incidents took down.
        let mut down = self.case.rows_around(&places).iter().fold(Down::default(), |down, &row| {
            down.and(self.down_by[self.case.incident_of[row as usize] as usize])
        });
        if caution.mailbox_doubted && self.settings.doubted_mailbox == DoubtedMailbox::Never {
            down = down.and(Down::of(&[Channel::Email]));
        }
        let mut reach = self.book.reach(customer);
        let channels = usable(&reach, self.settings.channels.in_order(), down, caution);
        let spoken_of = self.case.spoken_of(&places).map(|row| self.case.incident(row));
        let notice = NoticeId::of(customer_id, spoken_of, self.case.told_before(&places));
        let standing = self.standing(customer, notice, channels, &mut reach);
        let fates = rows.iter().map(|&row| self.case.fates[row as usize]);
        let (outcome, reason) = match decide(fates) {
            (Outcome::Notified, None) => match self.why_not(customer, role, &standing, &reach) {
                Some((outcome, reason)) => (outcome, Some(reason)),
                None => (Outcome::Notified, None),
            },
            decided => decided,
        };
        let told = outcome == Outcome::Notified && reason.is_none();
        Person {
            notice,
            attempt: standing.attempt,
            customer,
            places,
            outcome,
            reason,
            role,
            reach,
            down,
            channel: standing.channel.filter(|_| told),
            fallback: standing.next.filter(|_| told),
            kind: 0,
            wording: 0,
        }
    }

    /// Tells where the notice stands after what came back, and puts the value to use into `reach`.
    fn standing(
        &self,
        customer: u32,
        notice: NoticeId,
        channels: [Option<Channel>; 3],
        reach: &mut Reach,
    ) -> Standing {
        if self.mail.is_silent() {
            let [channel, next, _] = channels;
            return Standing { attempt: 1, channel, next, uses: Use::First };
        }
        let other =
            |channel| reach.by(channel).and_then(|used| self.book.other(customer, channel, used));
        let id = notice.shown(&self.settings.notice_id_prefix);
        let other_there = |channel| other(channel).is_some();
        let standing = self.mail.standing(&id, customer, channels, other_there);
        if let Some(channel) = standing.channel {
            let better = match standing.uses {
                Use::First => reach.by(channel),
                Use::Other => other(channel),
                Use::New(place) => Some(Found::Returned(place)),
            };
            reach.found[channel as usize] = better;
        }
        standing
    }

    /// Tells who is addressed: the estate of the dead, the parents of a minor.
    fn role(&self, customer: u32, rows: &[u32]) -> Role {
        let row = customer as usize;
        if self.dead.get(row) == Some(true) {
            return Role::Estate;
        }
        let Some(birth) = self.births.get(row) else { return Role::Person };
        let years = self.settings.age_of_majority_years.unwrap_or_else(|| {
            let jurisdiction = self.jurisdictions.get(rows[0] as usize).unwrap_or_default();
            let rule = self.rules.place_of(self.regions.get(row), jurisdiction);
            self.rules.at(rule).majority_years
        });
        let incidents = rows.iter().map(|&row| {
            let place = self.case.incident_of[row as usize];
            began(&self.case.incidents[place as usize])
        });
        let day = match self.settings.age_at {
            AgeAt::Incident => incidents.min().unwrap_or(self.today),
            AgeAt::Notice => self.today,
        };
        if birth > majority_cutoff(day, years) { Role::ParentGuardian } else { Role::Person }
    }

    fn caution(&self, customer: u32, role: Role, places: &Range<u32>) -> Caution {
        let doubted = self.settings.doubted_mailbox != DoubtedMailbox::AsUsual
            && self.case.spoken_of(places).any(|row| {
                let classes = self.data_classes.get(row as usize).unwrap_or_default();
                let has = |class: &str| classes.split(';').any(|code| code == class);
                has("email") && self.settings.mailbox_opened_by.iter().any(|class| has(class))
            });
        Caution {
            refuses_calls: self.silent.get(customer as usize) == Some(true),
            mailbox_doubted: doubted,
            letter_first: role == Role::ParentGuardian,
            letter_only: role == Role::Estate,
        }
    }

    /// Tells why a notice that is due cannot be sent.
    fn why_not(
        &self,
        customer: u32,
        role: Role,
        standing: &Standing,
        reach: &Reach,
    ) -> Option<(Outcome, Reason)> {
        let channel = standing.channel;
        let held = |reason| Some((Outcome::Held, reason));
        let is_estate = role == Role::Estate;
        if is_estate && (channel.is_none() || self.settings.deceased == Deceased::Hold) {
            return held(Reason::Deceased);
        }
        let Some(channel) = channel else {
            let reason = match standing.attempt {
                1 => why_unreachable(reach, self.settings),
                _ => Reason::Returned,
            };
            return Some((Outcome::Unreachable, reason));
        };
        let needs_name = channel == Channel::Post || role != Role::Person;
        let is_named = self.names.full(customer, "").is_some();
        if !self.names.are_resolved(customer) || (needs_name && !is_named) {
            return held(Reason::UnresolvedName);
        }
        None
    }
}

/// Holds those who are told something that there are no words for.
pub(super) fn hold_unresolved(people: &mut [Person], told: &Told) {
    people.par_iter_mut().for_each(|person| {
        if person.channel.is_some() && !told.wording(person).is_resolved {
            person.outcome = Outcome::Held;
            person.reason = Some(Reason::UnresolvedDataClass);
            (person.channel, person.fallback) = (None, None);
        }
    });
    put_first(people);
}

/// Lets the notice stand for its customer that matters most now, where there are several.
fn put_first(people: &mut [Person]) {
    let n_customers = n_customers(people);
    let (firsts, others) = people.split_at_mut(n_customers);
    for other in others {
        let found = firsts.binary_search_by_key(&other.customer, |first| first.customer);
        if let Some(first) = found.ok().map(|place| &mut firsts[place])
            && other.weight() < first.weight()
        {
            std::mem::swap(first, other);
        }
    }
}

/// Counts the notices that stand for their customers: those in front, in the customers' order.
pub(super) fn n_customers(people: &[Person]) -> usize {
    let rising = people.windows(2).take_while(|two| two[0].customer < two[1].customer);
    people.len().min(1 + rising.count())
}

/// Gives the day on which an incident began, as far as is known.
fn began(incident: &Incident) -> Date {
    day(incident.occurred_from.unwrap_or(incident.discovered_at))
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// Brings a person's incidents together: one that asks for notice is enough for it; one on hold
/// is enough to wait; who was told of all that is owed is notified, and gets nothing more; there
/// is no duty where no incident makes one. Of several reasons the one
/// that stands last in `Reason` is given, as the one to be lifted first.
fn decide(fates: impl Iterator<Item = Fate>) -> (Outcome, Option<Reason>) {
    let (mut tell, mut told, mut hold, mut no_duty) = (false, false, None, None);
    for fate in fates {
        match fate {
            Fate::Tell => tell = true,
            Fate::Told => told = true,
            Fate::Hold(reason) => hold = hold.max(Some(reason)),
            Fate::NoDuty(reason) => no_duty = no_duty.max(Some(reason)),
        }
    }
    match (tell, hold) {
        (true, _) => (Outcome::Notified, None),
        (false, Some(reason)) => (Outcome::Held, Some(reason)),
        (false, None) if told => (Outcome::Notified, Some(Reason::ToldBefore)),
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

/// Gives the birth date, in days since 1970, of those who come of age on a day; who was born
/// later is a minor.
fn majority_cutoff(day: Date, age_years: i16) -> i32 {
    let cutoff = day.saturating_sub(i64::from(age_years).years());
    (cutoff - Date::constant(1970, 1, 1)).get_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_incident_that_asks_for_notice_is_enough() {
        let check = |fates: &[Fate]| decide(fates.iter().copied());
        let hold = Fate::Hold(Reason::LawEnforcementHold);
        let encrypted = Fate::NoDuty(Reason::Encrypted);
        assert_eq!(check(&[Fate::Tell, hold, encrypted]), (Outcome::Notified, None));
        assert_eq!(check(&[encrypted, hold]), (Outcome::Held, Some(Reason::LawEnforcementHold)));
        assert_eq!(check(&[encrypted]), (Outcome::NoDuty, Some(Reason::Encrypted)));
        let before = (Outcome::Notified, Some(Reason::ToldBefore));
        assert_eq!(check(&[encrypted, Fate::Told]), before);
        assert_eq!(check(&[Fate::Told, hold]).0, Outcome::Held);
        assert_eq!(check(&[Fate::Told, Fate::Tell]), (Outcome::Notified, None));
        let both = [encrypted, Fate::NoDuty(Reason::HarmUnlikely)];
        assert_eq!(check(&both), (Outcome::NoDuty, Some(Reason::HarmUnlikely)));
    }

    #[test]
    fn majority_is_reached_on_the_birthday_and_after_a_leap_day_on_the_first_of_march() {
        let is_minor = |birth: &str, day: &str| {
            let birth: Date = birth.parse().unwrap();
            let birth = (birth - Date::constant(1970, 1, 1)).get_days();
            birth > majority_cutoff(day.parse().unwrap(), 18)
        };
        assert!(is_minor("2008-03-02", "2026-03-01"));
        assert!(!is_minor("2008-03-01", "2026-03-01"));
        assert!(is_minor("2008-02-29", "2026-02-28"));
        assert!(!is_minor("2008-02-29", "2026-03-01"));
    }
}
