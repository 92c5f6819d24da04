//! Who is told, by when, and how?
//!
//! Every affected person gets one decision: told by the first channel that works, held for a
//! stated reason, owed no notice, or out of reach. The four add up to all, and each stands in
//! `decisions` and, scope row by scope row, in `why`. A channel that one of the person's own
//! incidents took down is never used. An incident whose notice is on hold is not mentioned to
//! those who are told about another.
//!
//! The refusal of marketing mail does not bar a notice that the law asks for; the refusal of
//! calls puts the telephone last.

mod book;
mod case;
mod channel;
mod decide;
mod gather;
mod list;
mod members;
mod notice_id;
mod readiness;
mod settings;
mod suppression;
mod why;
mod wording;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::ledger::{Counted, Tally};
use crate::rules::DataClasses;
use crate::tables::layout::{
    Contact, ContactPoint, Decision, Exposure, GoldenRecord, Lineage, Owed, ScopeMatch, Why,
};
use crate::tables::{Table, column as c};
use crate::terms::{Channel, Incident};

pub use list::List;
pub use readiness::{Group, Reached, Readiness, Step, readiness};
pub use settings::{Channels, Dialects, MarketingTool, Settings};

use book::Book;
use case::Case;
use decide::{Outcome, Person, Reason};
use list::{Desk, word_of};
use wording::Told;

/// What was decided, why, and the lists that follow.
#[derive(Debug)]
pub struct Notified {
    /// One row per affected customer.
    pub decisions: Table<Decision>,
    /// One row per scope row and record that it met.
    pub why: Table<Why>,
    /// The lists, always all of them, empty ones too.
    pub lists: Vec<List>,
}

/// Decides for each affected person whether and how to tell, and makes the lists.
///
/// `owed` is what the law asks, row by row of the exposure.
/// `now` is the run's clock: holds end, ages are reckoned and suppressions begin by it (UTC).
///
/// # Shape
/// One decision per customer of `exposure`, in the order of the customers.
///
/// # Panics
/// If the exposure names an incident that is not among `incidents`, or a match has no exposure:
/// a bug.
#[expect(clippy::too_many_arguments, reason = "where every table of a scoping run meets")]
pub fn lists(
    exposure: &Table<Exposure>,
    owed: &Table<Owed>,
    matches: &Table<ScopeMatch>,
    golden: &Table<GoldenRecord>,
    lineage: &Table<Lineage>,
    contacts: &Table<Contact>,
    points: &Table<ContactPoint>,
    incidents: &[Incident],
    classes: &DataClasses,
    settings: &Settings,
    now: Timestamp,
) -> Counted<Notified> {
    let book = Book::open(golden, lineage, contacts, points);
    let case = Case::open(exposure, owed, incidents, settings, now);
    let people = decide::people(&case, exposure, &book, settings, now);
    let told = Told::of(&case, &people, exposure, classes);
    let first_rows: Vec<_> = people.iter().map(|person| case.rows_of(&person.places)[0]).collect();
    let desk = Desk::open(&people, &told, &book, exposure, settings, &first_rows);
    let mut lists = desk.lists();
    lists.extend(desk.suppression(now));
    let product = Notified {
        decisions: decisions(&desk),
        why: why::why(matches, lineage, exposure, owed, &case, &people, &desk.notice_ids),
        lists,
    };
    Counted { product, tally: tally(&people) }
}

fn decisions(desk: &Desk<'_>) -> Table<Decision> {
    let people = desk.people;
    let (outcomes, reasons) = (Outcome::ALL.map(Outcome::word), Reason::ALL.map(Reason::word));
    let channels = Channel::ALL.map(Channel::word);
    Table::of(vec![
        c::CUSTOMER.counts(people.iter().map(|person| person.customer).collect()),
        desk.customers.from(desk.book.golden.frame(), c::CUSTOMER_ID),
        desk.notice_ids.clone(),
        word_of(c::OUTCOME, &outcomes, people, |person| Some(person.outcome as usize)),
        word_of(c::OUTCOME_REASON, &reasons, people, |person| Some(person.reason? as usize)),
        word_of(c::CHANNEL, &channels, people, |person| Some(person.channel? as usize)),
        word_of(c::FALLBACK_CHANNEL, &channels, people, |person| Some(person.fallback? as usize)),
        desk.first_rows.from(desk.exposure.frame(), c::JURISDICTION),
        desk.words.of_column(&desk.codes, c::DATA_CLASSES),
        desk.words.of_column(&desk.instructions, c::INSTRUCTIONS),
    ])
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
