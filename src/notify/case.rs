//! What does each incident ask for, of each person whom it touched?

use std::ops::Range;

use jiff::Timestamp;
use polars::prelude::{Int64Chunked, UInt32Chunked};
use rayon::prelude::*;

use crate::tables::layout::{Exposure, Owed};
use crate::tables::{Table, Texts, column as c};
use crate::terms::{Evidence, Incident, NoticeOf};

use super::Settings;
use super::outcome::Reason;

/// What one incident asks for, of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Tell,
    /// Earlier notices told of all of it, and did not come back.
    Told,
    Hold(Reason),
    NoDuty(Reason),
}

/// The exposure, person by person, beside the incidents.
pub(super) struct Case<'a> {
    pub(super) incidents: &'a [Incident],
    /// Rows of the exposure, sorted by customer; first those that one notice tells of together,
    /// then by incident id.
    pub(super) rows: Vec<u32>,
    /// For each row of the exposure, its place in `incidents`.
    pub(super) incident_of: Vec<u32>,
    /// For each row of the exposure, what it asks for.
    pub(super) fates: Vec<Fate>,
    customers: Vec<u32>,
    ids: &'a Texts,
    told: &'a Texts,
    tell_by: &'a Int64Chunked,
    monitoring_months: &'a UInt32Chunked,
}

impl<'a> Case<'a> {
    /// Lays the exposure out person by person; row `i` of `owed` speaks of row `i` of it.
    ///
    /// # Panics
    /// If the exposure names an incident that is not there: a bug.
    pub(super) fn open(
        exposure: &'a Table<Exposure>,
        owed: &'a Table<Owed>,
        incidents: &'a [Incident],
        settings: &Settings,
        now: Timestamp,
    ) -> Case<'a> {
        let ids = exposure.text(c::INCIDENT);
        let evidence = exposure.text(c::EVIDENCE);
        let (duties, reasons) = (owed.text(c::DUTY), owed.text(c::DUTY_REASON));
        let (classes, told) = (exposure.text(c::DATA_CLASSES), exposure.text(c::CLASSES_TOLD));
        let (incident_of, fates): (Vec<u32>, Vec<Fate>) = (0..exposure.height())
            .into_par_iter()
            .map(|row| {
                let id = ids.get(row).unwrap_or("");
                let place = incidents.iter().position(|incident| incident.id == id);
                let place = place.unwrap_or_else(|| panic!("the exposure names incident `{id}`"));
                let by_law = fate_of(duties.get(row), reasons.get(row), &incidents[place], now);
                let fate = match by_law {
                    Fate::Tell if nothing_new(classes.get(row), told.get(row)) => Fate::Told,
                    Fate::Tell if evidence_named(evidence.get(row)) < settings.evidence_min => {
                        Fate::Hold(Reason::NeedsReview)
                    }
                    fate => fate,
                };
                (number(place), fate)
            })
            .unzip();
        let customers: Vec<_> =
            exposure.count(c::CUSTOMER).iter().map(Option::unwrap_or_default).collect();
        let mut rows: Vec<_> = (0..number(exposure.height())).collect();
        let notice = |row: usize| incidents[incident_of[row] as usize].notice;
        rows.par_sort_unstable_by_key(|&row| {
            let place = row as usize;
            (customers[place], notice(place) == NoticeOf::Separate, ids.get(place), row)
        });
        Case {
            incidents,
            rows,
            incident_of,
            fates,
            customers,
            ids,
            told,
            tell_by: owed.instant(c::TELL_BY),
            monitoring_months: owed.count(c::MONITORING_MONTHS),
        }
    }

    /// Gives the places in `rows` that each notice is about, in the order of the customers: of
    /// one customer those that are told of together, then each of the others.
    pub(super) fn notices(&self) -> Vec<Range<u32>> {
        let mut notices = Vec::new();
        let mut start = 0;
        let is_combined = |row: u32| {
            let place = self.incident_of[row as usize];
            self.incidents[place as usize].notice == NoticeOf::Combined
        };
        let together = |&a: &u32, &b: &u32| {
            self.customer(a) == self.customer(b) && is_combined(a) && is_combined(b)
        };
        for same in self.rows.chunk_by(together) {
            let end = start + number(same.len());
            notices.push(start..end);
            start = end;
        }
        notices
    }

    /// Gives a customer's rows of the exposure, whatever notice tells of them.
    pub(super) fn rows_of_customer(&self, customer: u32) -> &[u32] {
        let start = self.rows.partition_point(|&row| self.customer(row) < customer);
        let n = self.rows[start..].partition_point(|&row| self.customer(row) == customer);
        &self.rows[start..start + n]
    }

    /// Gives all rows of the customer of a notice, that of other notices too.
    pub(super) fn rows_around(&self, places: &Range<u32>) -> &[u32] {
        let (start, end) = (places.start as usize, places.end as usize);
        let customer = self.customer(self.rows[start]);
        let is_same = |row: &&u32| self.customer(**row) == customer;
        let n_before = self.rows[..start].iter().rev().take_while(is_same).count();
        let n_behind = self.rows[end..].iter().take_while(is_same).count();
        &self.rows[start - n_before..end + n_behind]
    }

    /// Gives what earlier notices told of the incidents that a notice tells more of.
    pub(super) fn told_before(&self, places: &Range<u32>) -> impl Iterator<Item = &'a str> {
        let told = self.told;
        self.spoken_of(places).filter_map(move |row| told.get(row as usize))
    }

    pub(super) fn customer(&self, row: u32) -> u32 {
        self.customers[row as usize]
    }

    /// Gives the rows of the exposure at some places, in the order of the incidents' ids.
    pub(super) fn rows_of(&self, places: &Range<u32>) -> &[u32] {
        &self.rows[places.start as usize..places.end as usize]
    }

    /// Gives the rows that the notice speaks of: those that ask for it, so that an incident on
    /// hold stays unmentioned. Where none asks for it, all.
    pub(super) fn spoken_of(&self, places: &Range<u32>) -> impl Iterator<Item = u32> {
        let rows = self.rows_of(places);
        let told = |row: &u32| self.fates[*row as usize] == Fate::Tell;
        let none = !rows.iter().any(told);
        rows.iter().copied().filter(move |row| none || told(row))
    }

    /// Gives the first instant by which a law wants the person told, in milliseconds since 1970.
    pub(super) fn tell_by(&self, places: &Range<u32>) -> Option<i64> {
        self.spoken_of(places).filter_map(|row| self.tell_by.get(row as usize)).min()
    }

    /// Gives the months of monitoring that the laws want the person offered.
    pub(super) fn monitoring_months(&self, places: &Range<u32>) -> Option<u32> {
        self.spoken_of(places).filter_map(|row| self.monitoring_months.get(row as usize)).max()
    }

    /// Gives the id of the incident of a row.
    pub(super) fn incident(&self, row: u32) -> &'a str {
        self.ids.get(row as usize).unwrap_or("")
    }
}

/// Takes what the law asks of a row, and the wait that law enforcement asked for. A duty that
/// does not exist comes before a wait.
fn fate_of(duty: Option<&str>, reason: Option<&str>, incident: &Incident, now: Timestamp) -> Fate {
    match duty {
        Some("no_duty") => Fate::NoDuty(Reason::of_no_duty(reason)),
        Some("counsel") => Fate::Hold(Reason::UnknownResidency),
        _ if incident.law_enforcement_hold.is_some_and(|until| until > now) => {
            Fate::Hold(Reason::LawEnforcementHold)
        }
        _ => Fate::Tell,
    }
}

/// Tells whether earlier notices told of all that was exposed.
fn nothing_new(classes: Option<&str>, told: Option<&str>) -> bool {
    told.is_some_and(|told| untold(classes.unwrap_or_default(), told).next().is_none())
}

/// Lists the classes that no earlier notice told of.
pub(super) fn untold<'a>(classes: &'a str, told: &str) -> impl Iterator<Item = &'a str> {
    let is_told = move |class: &&str| told.split(';').any(|known| known == *class);
    classes.split(';').filter(|class| !class.is_empty()).filter(move |class| !is_told(class))
}

/// An evidence that has no known name is the weakest: nobody is told by mistake.
fn evidence_named(word: Option<&str>) -> Evidence {
    [Evidence::Confirmed, Evidence::Probable]
        .into_iter()
        .find(|evidence| Some(evidence.word()) == word)
        .unwrap_or(Evidence::Possible)
}

/// Counts rows in 32 bits.
///
/// # Panics
/// Beyond 4 294 967 295 rows, which a run cannot hold.
pub(super) fn number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or_else(|_| panic!("more than 4 294 967 295 rows"))
}
