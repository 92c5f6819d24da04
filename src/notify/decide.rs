//! Is this person told, and if not, why not?

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use polars::prelude::{BooleanChunked, Int32Chunked, StringChunked};
use rayon::prelude::*;

use crate::rules::LetterRules;
use crate::tables::layout::Exposure;
use crate::tables::{Table, column as c};
use crate::terms::{Channel, Incident};

use super::book::Book;
use super::case::{Case, Fate};
use super::channel::{Caution, Down, Found, Reach, usable};
use super::letter::Names;
use super::notice_id::NoticeId;
use super::returned::{Mail, Standing, Use};
use super::settings::{AgeAt, Deceased, DoubtedMailbox, Settings};
use super::wording::Told;

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
    /// The notice is for the estate, and a person must find where that is.
    Deceased,
    /// The name is missing, or what a template left behind, and a letter needs one.
    UnresolvedName,
    /// There are no words for what was exposed.
    UnresolvedDataClass,
    /// Every valid channel was taken down by an incident of this person.
    ChannelDown,
    /// There is none.
    NoValidChannel,
    /// The notice came back from every channel.
    Returned,
}

impl Reason {
    pub(super) const ALL: [Reason; 18] = [
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
        Reason::UnresolvedName,
        Reason::UnresolvedDataClass,
        Reason::ChannelDown,
        Reason::NoValidChannel,
        Reason::Returned,
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
            Reason::UnresolvedName => "unresolved_name",
            Reason::UnresolvedDataClass => "unresolved_data_class",
            Reason::ChannelDown => "channel_down",
            Reason::NoValidChannel => "no_valid_channel",
            Reason::Returned => "returned",
        }
    }

    /// Says what lifts it.
    pub(super) fn resolved_by(self) -> &'static str {
        match self {
            Reason::NoLaw | Reason::NoIndividualDuty | Reason::NotTriggered => {
                "nothing to do unless a law in the rules file asks for it"
            }
            Reason::Voluntary => "set duty.tell_without_duty to tell them all the same",
            Reason::OnOrder => "an order of the authority",
            Reason::ToldBefore => "nothing to do unless more turns out to be exposed",
            Reason::RiskNotHigh | Reason::HarmUnlikely => {
                "nothing to do unless the assessment is revised"
            }
            Reason::UnknownResidency => "a residence, or duty.unknown_residency in the file",
            Reason::Encrypted => "nothing to do unless the key turns out to be taken",
            Reason::NeedsReview => "review the evidence; raise it to probable in the scope file",
            Reason::LawEnforcementHold => "run again when the hold has ended",
            Reason::Deceased => "find the next of kin and give their address to the record",
            Reason::UnresolvedName => "give the record a name and run again",
            Reason::UnresolvedDataClass => "name the data classes in the scope file or letters.csv",
            Reason::ChannelDown => "another way, or a run when the channel is back",
            Reason::NoValidChannel => "an address from elsewhere, or substitute notice",
            Reason::Returned => "substitute notice, where the law allows it",
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

/// An affected person and what was decided, in 72 bytes or little more.
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
    /// Whether an earlier run listed the notice and nothing came back.
    pub(super) is_done: bool,
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
    jurisdictions: &'a StringChunked,
    data_classes: &'a StringChunked,
    regions: &'a StringChunked,
    births: &'a Int32Chunked,
    dead: &'a BooleanChunked,
    silent: &'a BooleanChunked,
}

/// Decides about each person, in the order of the customers.
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
    case.people()
        .into_par_iter()
        .map(|places| {
            let first = case.rows_of(&places)[0] as usize;
            judge.person(places, ids.get(first).unwrap_or(""))
        })
        .collect()
}

impl Judge<'_> {
    fn person(&self, places: Range<u32>, customer_id: &str) -> Person {
        let rows = self.case.rows_of(&places);
        let customer = self.case.customer(rows[0]);
        let role = self.role(customer, rows);
        let caution = self.caution(customer, role, &places);
        let mut down = rows.iter().fold(Down::default(), |down, &row| {
            down.and(self.down_by[self.case.incident_of[row as usize] as usize])
        });
        if caution.mailbox_doubted && self.settings.doubted_mailbox == DoubtedMailbox::Never {
            down = down.and(Down::of(&[Channel::Email]));
        }
        let mut reach = self.book.reach(customer);
        let channels = usable(&reach, self.settings.channels.in_order(), down, caution);
        let spoken_of = self.case.spoken_of(&places).map(|row| self.case.incident(row));
        let notice = NoticeId::of(customer_id, spoken_of);
        let standing = self.standing(customer, notice, channels, &mut reach);
        let fates = rows.iter().map(|&row| self.case.fates[row as usize]);
        let (outcome, reason) = match decide(fates) {
            (Outcome::Notified, _) => match self.why_not(customer, role, &standing, &reach) {
                Some((outcome, reason)) => (outcome, Some(reason)),
                None => (Outcome::Notified, None),
            },
            decided => decided,
        };
        let told = outcome == Outcome::Notified;
        Person {
            notice,
            attempt: standing.attempt,
            is_done: told && self.is_done(notice),
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
        if self.mail.is_empty() {
            let [channel, next, _] = channels;
            return Standing { attempt: 1, channel, next, uses: Use::First };
        }
        let other =
            |channel| reach.by(channel).and_then(|used| self.book.other(customer, channel, used));
        let id = notice.shown(&self.settings.notice_id_prefix);
        let standing = self.mail.standing(&id, channels, |channel| other(channel).is_some());
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

    fn is_done(&self, notice: NoticeId) -> bool {
        !self.mail.is_empty() && self.mail.is_done(&notice.shown(&self.settings.notice_id_prefix))
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
        if person.outcome == Outcome::Notified && !told.wording(person).is_resolved {
            person.outcome = Outcome::Held;
            person.reason = Some(Reason::UnresolvedDataClass);
            (person.channel, person.fallback) = (None, None);
        }
    });
}

/// Gives the day on which an incident began, as far as is known.
fn began(incident: &Incident) -> Date {
    day(incident.occurred_from.unwrap_or(incident.discovered_at))
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// Brings a person's incidents together: one that asks for notice is enough for it; one on hold
/// is enough to wait; there is no duty where no incident makes one. Of several reasons the one
/// that stands last in `Reason` is given, as the one to be lifted first.
fn decide(fates: impl Iterator<Item = Fate>) -> (Outcome, Option<Reason>) {
    let (mut tell, mut hold, mut no_duty) = (false, None, None);
    for fate in fates {
        match fate {
            Fate::Tell => tell = true,
            Fate::Hold(reason) => hold = hold.max(Some(reason)),
            Fate::NoDuty(reason) => no_duty = no_duty.max(Some(reason)),
        }
    }
    match (tell, hold) {
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
    fn every_word_stands_at_the_place_of_its_value() {
        let places = |all: &[usize]| all.iter().copied().eq(0..all.len());
        assert!(places(&Outcome::ALL.map(|outcome| outcome as usize)));
        assert!(places(&Reason::ALL.map(|reason| reason as usize)));
        assert!(places(&Role::ALL.map(|role| role as usize)));
        assert!(places(&Channel::ALL.map(|channel| channel as usize)));
    }

    #[test]
    fn one_incident_that_asks_for_notice_is_enough() {
        let check = |fates: &[Fate]| decide(fates.iter().copied());
        let hold = Fate::Hold(Reason::LawEnforcementHold);
        let encrypted = Fate::NoDuty(Reason::Encrypted);
        assert_eq!(check(&[Fate::Tell, hold, encrypted]), (Outcome::Notified, None));
        assert_eq!(check(&[encrypted, hold]), (Outcome::Held, Some(Reason::LawEnforcementHold)));
        assert_eq!(check(&[encrypted]), (Outcome::NoDuty, Some(Reason::Encrypted)));
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
