//! Who is told, by when, and how?
//!
//! Every affected person gets one decision: told by the first channel that works, held for a
//! stated reason, owed no notice, or out of reach. The four add up to all, and each stands in
//! `decisions` and, scope row by scope row, in `why`. A channel that one of the person's own
//! incidents took down is never used. An incident whose notice is on hold is not mentioned to
//! those who are told about another.
//!
//! The channel is chosen by what is valid, what was confirmed lately, and what the incident left
//! trustworthy: a mailbox whose password was exposed is not told alone of it. A child's notice
//! goes to a parent, that of the dead to the estate, and nobody gets a letter with a gap in it.
//!
//! What earlier runs told is read from them: who was told of all of it is notified and stands on no
//! list, unless the notice came back; then it is tried once more, by another channel, and at last
//! the law's public notice remains.
//!
//! The refusal of marketing mail does not bar a notice that the law asks for; the refusal of
//! calls puts the telephone last.

mod book;
mod by_channel;
mod case;
mod cells;
mod channel;
mod codes;
mod decide;
mod desk;
mod error;
mod gather;
mod kind;
mod letter;
mod list;
mod members;
mod notice_id;
mod outcome;
mod outlook;
mod readiness;
mod returned;
mod settings;
mod spacing;
mod substitute;
mod suppression;
mod why;
mod wording;

#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::Timestamp;

use crate::ledger::{Counted, Tally};
use crate::output::{Naming, Sheet};
use crate::rules::{DataClasses, Jurisdictions, Letters};
use crate::tables::layout::{
    Contact, ContactPoint, Decision, Exposure, FurtherNotice, GoldenRecord, Lineage, Owed,
    ScopeMatch, SubstituteNotice, Why,
};
use crate::tables::{Table, column as c};
use crate::terms::{Channel, Incident};

pub use by_channel::{CostCents, LeadDays, ReachShare, StaleDays};
pub use codes::Codes;
pub use error::Error;
pub use outlook::{ArrivalDay, ByChannel, Expected, IfDown, Outlook};
pub use readiness::{Group, Reached, Readiness, Step, readiness};
pub use returned::Mail;
pub use settings::{
    AgeAt, Channels, ContactCap, Deceased, Dialects, DoubtedMailbox, MarketingTool, Offer, OfferTo,
    Settings, Split, ToolKey,
};
pub use spacing::Postponed;

use book::Book;
use case::{Case, number};
use cells::word_of;
use decide::Person;
use desk::Desk;
use kind::Kinds;
use outcome::{Outcome, Reason, Role};
use wording::Told;

/// What was decided and why, and the desk at which the lists are made.
pub struct Notified<'a> {
    /// One row per affected customer.
    pub decisions: Table<Decision>,
    /// One row per notice of who gets several, but the first of each.
    pub further: Table<FurtherNotice>,
    /// One row per scope row and record that it met.
    pub why: Table<Why>,
    /// How many are expected to learn of it, by when, and what if a channel fails.
    pub outlook: Outlook,
    /// Where a public notice may take the place of one to each.
    pub substitute: Table<SubstituteNotice>,
    /// What the contact cap put off.
    pub postponed: Postponed,
    desk: Desk<'a>,
    now: Timestamp,
}

impl std::fmt::Debug for Notified<'_> {
    /// Shape only: lists hold personal values.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Notified({:?}, {:?})", self.decisions, self.why)
    }
}

impl Notified<'_> {
    /// Makes the lists, piece by piece as they are written; those that are not parted are there
    /// even when they are empty.
    pub fn lists(&self) -> Vec<Sheet<'_>> {
        let mut lists = self.desk.lists();
        lists.extend(self.desk.suppression(self.now));
        lists.push(self.desk.offers());
        lists
    }

    /// Tells how the suppression lists are put to use without harm.
    pub fn suppression_notes(&self) -> String {
        self.desk.suppression_notes()
    }
}

/// What is known of the customers, and of what was sent to them before.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What was sent before and what came back.
    pub mail: &'a Mail,
    /// Activation codes.
    pub codes: &'a Codes,
    /// The customers.
    pub golden: &'a Table<GoldenRecord>,
    /// Which record is whose.
    pub lineage: &'a Table<Lineage>,
    /// The records.
    pub contacts: &'a Table<Contact>,
    /// Their contact points.
    pub points: &'a Table<ContactPoint>,
}

/// Everything that notices follow from.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Whom the incidents touched, and what is at stake with them.
    pub exposure: &'a Table<Exposure>,
    /// What the law asks, row by row of the exposure.
    pub owed: &'a Table<Owed>,
    /// Which scope row met which record.
    pub matches: &'a Table<ScopeMatch>,
    /// The customers, and what was sent to them before.
    pub known: Known<'a>,
    /// The incidents.
    pub incidents: &'a [Incident],
    /// The vocabulary of data classes.
    pub classes: &'a DataClasses,
    /// What is needed to write a letter.
    pub letters: &'a Letters,
    /// The laws, for what they say of public notices.
    pub laws: &'a Jurisdictions,
    /// The currency of the settings' costs: ISO 4217.
    pub currency: &'a str,
    /// The room's settings.
    pub settings: &'a Settings,
    /// How files are called in this run, for lists that name lists.
    pub naming: &'a Naming,
    /// The run's clock: holds end, ages are reckoned and suppressions begin by it (UTC).
    pub now: Timestamp,
}

/// Decides for each affected person whether and how to tell, and lays the lists out. Who is
/// touched by several incidents gets a notice of each, and one of those that are marked so.
///
/// # Shape
/// One decision per customer of the exposure, in the order of the customers.
///
/// # Errors
/// There are too few activation codes.
///
/// # Panics
/// If the exposure names an incident that is not among `incidents`, or a match has no exposure:
/// a bug.
pub fn decided<'a>(ask: &Ask<'a>) -> Result<Counted<Notified<'a>>, Error> {
    let Ask { exposure, owed, incidents, letters, settings, now, .. } = *ask;
    let Known { golden, lineage, contacts, points, mail, codes } = ask.known;
    let stale_before = Channel::ALL.map(|channel| {
        let days = i64::from(settings.stale_days.of(channel));
        now.as_millisecond().saturating_sub(days.saturating_mul(86_400_000))
    });
    let book = Book::open(golden, lineage, contacts, points, stale_before, &mail.addresses);
    let case = Case::open(exposure, owed, incidents, settings, now);
    let mut people = decide::people(&case, exposure, &book, &letters.rules, settings, mail, now);
    let kinds = Kinds::of(&mut people, &case, exposure, golden, &letters.rules, settings);
    let told = Told::of(&mut people, &case, &kinds, exposure, ask.classes, letters);
    decide::hold_unresolved(&mut people, &told);
    let mut desk =
        Desk::open(people, book, case, kinds, told, letters, exposure, settings, ask.naming);
    desk.give_codes(codes)?;
    let postponed = desk.space_out(mail, now);
    let notice_ids = desk.notice_ids(&desk.people);
    let why = why::why(ask.matches, lineage, exposure, owed, &desk, &notice_ids);
    let n_customers = desk.customers().len();
    let decisions = Table::of(decided_of(&desk, 0..n_customers));
    let further = Table::of(decided_of(&desk, n_customers..desk.people.len()));
    let outlook = desk.outlook(exposure, now);
    let substitute = substitute::notices(&desk, ask);
    let tally = tally(desk.customers());
    let product = Notified { decisions, further, why, outlook, substitute, postponed, desk, now };
    Ok(Counted { product, tally })
}

/// Fills the columns of what was decided, for the notices at some places.
fn decided_of(desk: &Desk<'_>, places: Range<usize>) -> Vec<polars::prelude::Column> {
    let people = &desk.people[places.clone()];
    let (outcomes, reasons) = (Outcome::ALL.map(Outcome::word), Reason::ALL.map(Reason::word));
    let (roles, channels) = (Role::ALL.map(Role::word), Channel::ALL.map(Channel::word));
    let kinds = &desk.kinds;
    let variants: Vec<_> = kinds.all.iter().map(|kind| kind.variant.as_str()).collect();
    let languages: Vec<_> = kinds.all.iter().map(|kind| kind.language.as_str()).collect();
    let lists = list_names(desk);
    let lists: Vec<_> = lists.iter().map(String::as_str).collect();
    let list_of = |person: &Person| place_of_list(desk, person);
    let by_kind = |column, words: &[&str]| {
        word_of(column, words, people, |person| Some(person.kind as usize))
    };
    vec![
        c::CUSTOMER.counts(people.iter().map(|person| person.customer).collect()),
        desk.of_golden(c::CUSTOMER_ID, people),
        desk.notice_ids(people),
        word_of(c::OUTCOME, &outcomes, people, |person| Some(person.outcome as usize)),
        word_of(c::OUTCOME_REASON, &reasons, people, |person| Some(person.reason? as usize)),
        word_of(c::ROLE, &roles, people, |person| Some(person.role as usize)),
        word_of(c::CHANNEL, &channels, people, |person| Some(person.channel? as usize)),
        word_of(c::FALLBACK_CHANNEL, &channels, people, |person| Some(person.fallback? as usize)),
        desk.of_exposure(c::JURISDICTION, places),
        by_kind(c::VARIANT, &variants),
        by_kind(c::LANGUAGE, &languages),
        desk.of_wordings(c::DATA_CLASSES, people, |wording| &wording.codes),
        desk.of_wordings(c::INSTRUCTIONS, people, |wording| &wording.instructions),
        word_of(c::LIST, &lists, people, list_of),
    ]
}

/// Names the lists of all channels; `place_of_list` counts among them.
fn list_names(desk: &Desk<'_>) -> Vec<String> {
    let n_lists = desk.kinds.lists.len();
    Channel::ALL
        .into_iter()
        .flat_map(|channel| (0..n_lists).map(move |list| desk.called(channel, number(list))))
        .collect()
}

/// Finds the list on which a person stands; nothing for who is told by no channel.
fn place_of_list(desk: &Desk<'_>, person: &Person) -> Option<usize> {
    let channel = person.channel?;
    Some(channel as usize * desk.kinds.lists.len() + desk.kinds.list(person) as usize)
}

fn tally(people: &[Person]) -> Tally {
    Outcome::ALL.into_iter().fold(
        Tally::of("notify", "affected customers", people.len()),
        |tally, outcome| {
            let n_people = people.iter().filter(|person| person.outcome == outcome).count();
            tally.gave(outcome.word(), n_people)
        },
    )
}
