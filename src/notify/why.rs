//! Why is this person on that list, or on none?

use rayon::prelude::*;

use crate::tables::layout::{Exposure, Lineage, Owed, ScopeMatch, Why};
use crate::tables::{Column, Table, column as c};
use crate::terms::Channel;

use super::case::{Case, Fate, number};
use super::cells::word_of;
use super::decide::Person;
use super::desk::Desk;
use super::gather::Rows;
use super::outcome::{Outcome, Reason};
use super::{list_names, place_of_list};

/// Tells for each scope row that met a record what became of it.
///
/// # Shape
/// One row per row of `matches`, in its order. Of a person who is told about one incident and
/// not about another, each row tells of its own incident.
pub(super) fn why(
    matches: &Table<ScopeMatch>,
    lineage: &Table<Lineage>,
    exposure: &Table<Exposure>,
    owed: &Table<Owed>,
    desk: &Desk<'_>,
    notice_ids: &polars::prelude::Column,
) -> Table<Why> {
    let (case, people) = (&desk.case, desk.people.as_slice());
    let (customers, incidents) = (matches.count(c::CUSTOMER), matches.text(c::INCIDENT));
    let notice_of = notices_of_rows(case, people);
    // For each match, the person and the row of the exposure.
    let met: Vec<(u32, u32)> = (0..matches.height())
        .into_par_iter()
        .map(|row| {
            let customer = customers.get(row).unwrap_or_default();
            let rows = case.rows_of_customer(customer);
            let exposed =
                rows.iter().find(|&&exposed| Some(case.incident(exposed)) == incidents.get(row));
            match exposed {
                Some(&exposed) => (notice_of[exposed as usize], exposed),
                None => panic!("match {row} has no exposure: a person was lost on the way"),
            }
        })
        .collect();
    let verdict = |&(person, exposed): &(u32, u32)| {
        let person = &people[person as usize];
        match case.fates[exposed as usize] {
            Fate::Tell => (person.outcome, person.reason, Some(person)),
            Fate::Told => (Outcome::Notified, Some(Reason::ToldBefore), None),
            Fate::Hold(reason) => (Outcome::Held, Some(reason), None),
            Fate::NoDuty(reason) => (Outcome::NoDuty, Some(reason), None),
        }
    };
    let records = matches.count(c::MATCHED_RECORD);
    let records = Rows::or_nothing(records.iter());
    let of_record = |column: Column| records.from(lineage.frame(), column);
    let exposed = Rows::of(met.iter().map(|&(_, exposed)| exposed).collect());
    let of_exposure = |column: Column| exposed.from(exposure.frame(), column);
    // Row for row what the law asks of the exposure.
    let of_law = |column: Column| exposed.from(owed.frame(), column);
    let notices = Rows::or_nothing(met.iter().map(|met| verdict(met).2.map(|_| met.0)));
    let of_match = |column: Column| match matches.frame().column(column.name) {
        Ok(found) => found.clone(),
        Err(error) => panic!("{error}"),
    };
    let (outcomes, reasons) = (Outcome::ALL.map(Outcome::word), Reason::ALL.map(Reason::word));
    let channels = Channel::ALL.map(Channel::word);
    let variants: Vec<_> = desk.kinds.all.iter().map(|kind| kind.variant.as_str()).collect();
    let lists = list_names(desk);
    let lists: Vec<_> = lists.iter().map(String::as_str).collect();
    Table::of(vec![
        of_exposure(c::CUSTOMER_ID),
        of_match(c::INCIDENT),
        of_match(c::SCOPE_FILE),
        of_match(c::SCOPE_LINE),
        of_match(c::IDENTIFIER),
        of_match(c::PROFILE),
        of_match(c::MATCH_PROBABILITY),
        of_match(c::LISTED_CLASSES),
        of_record(c::SOURCE),
        of_record(c::LINE),
        of_record(c::SOURCE_ID),
        of_record(c::MATCH_WEIGHT_BITS),
        of_record(c::LINKED_BY),
        of_exposure(c::DATA_CLASSES),
        of_exposure(c::CLASSES_LEFT_OUT),
        of_exposure(c::CLASSES_TOLD),
        of_match(c::EVIDENCE),
        of_exposure(c::JURISDICTION),
        of_law(c::LAWS),
        of_law(c::LAW_VERSIONS),
        of_law(c::DUTY_REASON),
        of_law(c::TELL_BY),
        of_law(c::CLOCK_SCOPE_FILE),
        word_of(c::OUTCOME, &outcomes, &met, |met| Some(verdict(met).0 as usize)),
        word_of(c::OUTCOME_REASON, &reasons, &met, |met| Some(verdict(met).1? as usize)),
        word_of(c::CHANNEL, &channels, &met, |met| Some(verdict(met).2?.channel? as usize)),
        notices.of_column(notice_ids, c::NOTICE_ID),
        word_of(c::VARIANT, &variants, &met, |met| Some(verdict(met).2?.kind as usize)),
        word_of(c::LIST, &lists, &met, |met| place_of_list(desk, verdict(met).2?)),
    ])
}

/// Gives for each row of the exposure the place of the notice that tells of it.
fn notices_of_rows(case: &Case<'_>, people: &[Person]) -> Vec<u32> {
    let mut notices = vec![0; case.rows.len()];
    for (place, person) in people.iter().enumerate() {
        for &row in case.rows_of(&person.places) {
            notices[row as usize] = number(place);
        }
    }
    notices
}
