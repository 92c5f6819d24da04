//! What does the law ask, and by when?
//!
//! A person's residence leads to a jurisdiction, the day of the discovery to the version of its
//! law, the exposed data to the words that set it off. What then is asked for the people, the
//! regulator and the credit bureaus has its own threshold, clock, unit and order. Where the law
//! names no day the answer is `OPEN`, and no date is invented; an exemption for want of harm is
//! the decision of a person who signed for it. Who is known by a vendor's later notice alone has
//! clocks that begin with it, where the law counts from what the company knew; a regulator's clock
//! begins with the first notice of anybody it is told of, since no rule says more. Millions of people are of few kinds, so each kind
//! is judged once.
//!
//! It is not legal advice: the rules are data for counsel to review, and each answer names its
//! row, version and source.

mod clock;
mod group;
mod ics;
mod judge;
mod notice;
mod rows;
mod settings;
mod standing;
mod trigger;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::ledger::{Counted, Tally};
use crate::rules::{DataClasses, Holidays, Jurisdictions};
use crate::tables::layout::{
    Duty, Exposure, GoldenRecord, Owed, Regulator, ScopeMatch, UnknownResidency,
};
use crate::tables::{Table, column as c};
use crate::terms::{Evidence, Incident};

pub use settings::{Fallback, Settings};

use judge::Verdict;
use rows::NoDuty;
use trigger::Codes;

/// Everything that duties follow from.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Whom the incidents touched, and where they live.
    pub exposure: &'a Table<Exposure>,
    /// By which lists, sorted by customer and incident; asked where vendors told us one after the
    /// other.
    pub matches: &'a Table<ScopeMatch>,
    /// The people: ages and records.
    pub golden: &'a Table<GoldenRecord>,
    /// The incidents.
    pub incidents: &'a [Incident],
    /// The vocabulary of data classes.
    pub classes: &'a DataClasses,
    /// The laws.
    pub laws: &'a Jurisdictions,
    /// The days on which offices are closed.
    pub holidays: &'a Holidays,
    /// The room's settings.
    pub settings: &'a Settings,
    /// The weakest evidence on which people are told and counted.
    pub evidence_min: Evidence,
    /// The run's clock.
    pub now: Timestamp,
    /// Whether the incidents are invented.
    pub drill: bool,
}

/// What the law asks.
#[derive(Debug)]
pub struct Duties {
    /// For each person and incident; row `i` speaks of row `i` of the exposure.
    pub owed: Table<Owed>,
    /// For each law: whom to tell, by when, and why not.
    pub duties: Table<Duty>,
    /// What the forms of the regulators ask for.
    pub regulators: Table<Regulator>,
    /// The people whose residence does not say whose law applies.
    pub unknown: Table<UnknownResidency>,
    /// The deadlines as a calendar (RFC 5545).
    pub calendar: String,
}

/// Tells what the law asks.
///
/// # Shape
/// `owed` has one row per row of the exposure, in its order.
///
/// # Panics
/// If the exposure names an incident that is not there: a bug.
pub fn owed(ask: &Ask<'_>) -> Counted<Duties> {
    let groups = group::grouped(ask);
    let codes: Vec<Codes> = groups
        .groups
        .iter()
        .map(|group| {
            let kind = &group.kind;
            Codes::of(kind.classes, kind.age, &ask.incidents[kind.incident], ask.classes)
        })
        .collect();
    let judged: Vec<_> = (0..ask.incidents.len())
        .map(|place| judge::judged(ask, &groups.groups, &codes, place))
        .collect();
    let nothing = NoDuty::of(&ask.settings.unknown_residency);
    let lines = rows::lines(&judged, &nothing);
    let mut verdicts: Vec<(usize, Verdict)> =
        judged.iter().flat_map(|judged| judged.verdicts.iter().cloned()).collect();
    verdicts.sort_by_key(|(group, _)| *group);
    let verdicts: Vec<Verdict> = verdicts.into_iter().map(|(_, verdict)| verdict).collect();
    let owed = rows::owed(ask, &groups, &verdicts);
    let tally = tally(&owed);
    let product = Duties {
        duties: rows::duties(&lines),
        regulators: rows::regulators(&judged, &lines, &groups.groups, &codes),
        unknown: rows::unknown(ask, &groups),
        calendar: ics::calendar(&lines, ask.now, ask.drill),
        owed,
    };
    Counted { product, tally }
}

fn tally(owed: &Table<Owed>) -> Tally {
    let of = |word| owed.text(c::DUTY).iter().filter(|duty| *duty == Some(word)).count();
    ["owed", "voluntary", "counsel", "no_duty"]
        .into_iter()
        .fold(Tally::of("duty", "persons and incidents", owed.height()), |tally, word| {
            tally.gave(word, of(word))
        })
}
