//! Whom does a sample mean, and what does it tell of the theft?
//!
//! Its rows were weighed against the records by the model that finds duplicates; here each row's
//! likely customers become matches by their tier of evidence. A row that holds the value of a
//! canary names somebody who was invented, whatever else it looks like.

use jiff::Timestamp;
use serde::Serialize;

use crate::tables::layout::{Contact, ContactPoint, SampleMatch};
use crate::tables::{Table, column};
use crate::terms::{Evidence, Incident, Probability, grouped};

use super::canary::Canaries;
use super::meet::{Met, subject_of};
use super::provenance::{self, FieldAgreement, SourceAgreement};
use super::{Known, Named};

/// A sample of mixed columns, and whom its rows mean.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The incident's id.
    pub incident: &'a str,
    /// The scope file's name.
    pub file: &'a str,
    /// The scope entry of its first row; the others follow.
    pub first_entry: u32,
    /// Its rows, standardized as contacts are.
    pub contacts: &'a Table<Contact>,
    /// Their addresses, numbers and ids.
    pub points: &'a Table<ContactPoint>,
    /// The customers whom its rows may mean.
    pub matches: &'a Table<SampleMatch>,
    /// The share of its rows that are of customers, as the model estimates or the settings say.
    pub overlap_share: f64,
}

/// What there is to know of a sample.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SampleCount {
    /// The incident's id.
    pub incident: String,
    /// The scope file's name.
    pub file: String,
    /// Rows that were understood.
    pub n_rows: u64,
    /// Rows whose likeliest customer is confirmed.
    pub n_confirmed: u64,
    /// Rows whose likeliest customer is probable.
    pub n_probable: u64,
    /// Rows whose likeliest customer is possible.
    pub n_possible: u64,
    /// Rows that mean nobody here.
    pub n_nobody: u64,
    /// The overlap: the share of the rows that are of customers, confirmed or probable.
    pub overlap_share: Probability,
    /// The overlap as the model estimates it from all rows, doubtful ones too.
    pub overlap_share_estimated: Probability,
    /// How the fields agree between rows and their customers' closest records, as the model
    /// weighs them: a field that mostly differs is older than the records, or not from them.
    pub fields: Vec<FieldAgreement>,
    /// Whose data it is: how the rows agree with the records of each source, to the letter.
    pub sources: Vec<SourceAgreement>,
    /// The source with which most rows agree in every field; nothing where no row does.
    pub closest_source: Option<String>,
    /// The latest date of creation or change that the sample itself shows.
    pub newest_in_sample_at: Option<Timestamp>,
    /// The sample was taken not before this: the newest record that stands in it as it is known.
    pub taken_not_before: Option<Timestamp>,
    /// The sample was taken before this: a change that it does not show. Known only from
    /// snapshots of the incident's time.
    pub taken_before: Option<Timestamp>,
}

impl SampleCount {
    /// Says what a reader should know of it, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let n_meant = self.n_confirmed + self.n_probable;
        let mut notes = vec![format!(
            "sample `{}`: {} of {} rows are of customers ({} confirmed, {} probable), {} may be, \
             {} mean nobody here",
            self.file,
            grouped(n_meant),
            grouped(self.n_rows),
            grouped(self.n_confirmed),
            grouped(self.n_probable),
            grouped(self.n_possible),
            grouped(self.n_nobody)
        )];
        if let Some(closest) = &self.closest_source {
            let shares: Vec<String> = self
                .sources
                .iter()
                .map(|of| {
                    let (n, all) = (grouped(of.n_rows_whole), grouped(of.n_rows));
                    format!("{} {n} of {all}", of.source)
                })
                .collect();
            notes.push(format!(
                "sample `{}` looks like data of {closest}: rows that agree in every field: {}",
                self.file,
                shares.join(", ")
            ));
        }
        if let Some(at) = self.taken_not_before {
            let before = self.taken_before.map(|at| format!(", and before {at}"));
            notes.push(format!(
                "sample `{}` was taken not before {at}{}, by the newest record in it",
                self.file,
                before.unwrap_or_default()
            ));
        }
        notes
    }
}

impl Met {
    /// Adds whom the rows of a sample mean.
    pub(super) fn add_sample(&mut self, sample: &Sample<'_>, canaries: &Canaries<'_>) {
        let canaries = canary_rows(sample, canaries);
        self.canaries.extend(canaries.iter().map(|&(row, of)| (sample.first_entry + row, of)));
        let matches = sample.matches;
        let (rows, records) =
            (matches.count(column::SAMPLE_RECORD), matches.count(column::MATCHED_RECORD));
        let probabilities = matches.number(column::MATCH_PROBABILITY);
        let tiers = matches.text(column::EVIDENCE);
        let named: Vec<Named> = (0..matches.height())
            .filter_map(|place| {
                let row = rows.get(place)?;
                let is_canary = canaries.binary_search_by_key(&row, |found| found.0).is_ok();
                (!is_canary).then_some(())?;
                Some(Named {
                    entry: sample.first_entry + row,
                    record: records.get(place)?,
                    evidence: evidence_of(tiers.get(place)),
                    probability: probabilities.get(place),
                })
            })
            .collect();
        self.add(&named);
    }
}

/// Finds the rows that hold a canary's value, each with the first canary; in order.
fn canary_rows(sample: &Sample<'_>, canaries: &Canaries<'_>) -> Vec<(u32, u32)> {
    let points = sample.points;
    let (records, kinds) = (points.count(column::RECORD), points.text(column::KIND));
    let values = points.text(column::VALUE);
    let mut found: Vec<(u32, u32)> = (0..points.height())
        .filter_map(|place| {
            let (kind, value) = (kinds.get(place).and_then(subject_of)?, values.get(place)?);
            canaries.has(kind, value).then_some(())?;
            let of = canaries.each().find(|&(_, subject, of)| (subject, of) == (kind, value))?;
            Some((records.get(place)?, of.0))
        })
        .collect();
    found.sort_unstable();
    found.dedup_by_key(|found| found.0);
    found
}

pub(super) fn evidence_of(word: Option<&str>) -> Evidence {
    match word {
        Some("confirmed") => Evidence::Confirmed,
        Some("probable") => Evidence::Probable,
        _ => Evidence::Possible,
    }
}

/// Counts what became of the samples and tells what they are; `known` are all of the night.
pub fn samples(
    samples: &[Sample<'_>],
    known: &Known<'_>,
    incidents: &[Incident],
) -> Vec<SampleCount> {
    let owners = known.lineage.count(column::CUSTOMER);
    let customer_of: Vec<u32> = owners.into_no_null_iter().collect();
    samples.iter().map(|sample| count(sample, known, incidents, &customer_of)).collect()
}

/// Counts what became of a sample and tells what it is.
fn count(
    sample: &Sample<'_>,
    known: &Known<'_>,
    incidents: &[Incident],
    customer_of: &[u32],
) -> SampleCount {
    let ranks = sample.matches.count(column::RANK);
    let tiers = sample.matches.text(column::EVIDENCE);
    let first = |tier: Evidence| {
        let of = ranks.iter().zip(tiers.iter());
        of.filter(|&(rank, of)| rank == Some(0) && evidence_of(of) == tier).count() as u64
    };
    let n_rows = sample.contacts.height() as u64;
    let [n_confirmed, n_probable, n_possible] =
        [Evidence::Confirmed, Evidence::Probable, Evidence::Possible].map(first);
    let share = (n_confirmed + n_probable) as f64 / n_rows.max(1) as f64;
    let discovered =
        incidents.iter().find(|it| it.id == sample.incident).map(|it| it.discovered_at);
    let origin = provenance::origin(sample, known, customer_of);
    let shown = provenance::newest_shown(sample.contacts, discovered);
    SampleCount {
        incident: sample.incident.to_owned(),
        file: sample.file.to_owned(),
        n_rows,
        n_confirmed,
        n_probable,
        n_possible,
        n_nobody: n_rows - n_confirmed - n_probable - n_possible,
        overlap_share: Probability::new(share),
        overlap_share_estimated: Probability::new(sample.overlap_share.clamp(0.0, 1.0)),
        fields: provenance::fields(sample.matches),
        taken_not_before: shown.max(origin.not_before),
        newest_in_sample_at: shown,
        taken_before: origin.before,
        sources: origin.sources,
        closest_source: origin.closest,
    }
}
