//! Who may have been touched, and what would decide it?
//!
//! `possible.csv` holds the persons who are affected on possible evidence alone: nobody tells
//! them until somebody has looked. Its columns `decision`, `who` and `when` are empty; filled in,
//! the file is one of decisions, which `scope.decisions` names and every run replays. It shows
//! no values: the scope row is found by its line, the record by its source and id.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::NewChunkedArray;
use polars::prelude::{Column as Filled, DataFrame, IntoColumn, IntoSeries, StringChunked};

use super::sampled::{Sampled, name_of_scope_row, row_name};
use crate::snapshot::Night;
use crate::tables::layout::{Affected, ScopeMatch};
use crate::tables::{Table, column as c};

/// The file's name in the run directory.
pub(super) const POSSIBLE: &str = "possible.csv";

/// A scope row and a record that may be one person.
struct Row {
    probability: Option<f64>,
    because: &'static str,
    agrees: String,
    differs: String,
    incident: String,
    file: String,
    line: u64,
    customer_id: String,
    entry: (String, String),
    record: (String, String),
}

/// Lists the matches of the persons whom nothing but possible evidence touches, the likeliest
/// first. `night` is of the affected; `records` tells under which numbers the samples know theirs.
pub(super) fn frame(
    affected: &Table<Affected>,
    matches: &Table<ScopeMatch>,
    samples: &[Sampled],
    night: &Night,
    records: &[u32],
) -> DataFrame {
    let of_samples = OfSamples::of(samples);
    let evidence = affected.text(c::EVIDENCE);
    let (persons, incidents) = (affected.count(c::CUSTOMER), affected.text(c::INCIDENT));
    let doubtful: BTreeSet<(u32, &str)> = (0..affected.height())
        .filter(|&row| evidence.get(row) == Some("possible"))
        .filter_map(|row| Some((persons.get(row)?, incidents.get(row)?)))
        .collect();
    let mut rows = Vec::new();
    if !doubtful.is_empty() {
        let (customers, incidents) = (matches.count(c::CUSTOMER), matches.text(c::INCIDENT));
        for row in 0..matches.height() {
            let key = (customers.get(row).unwrap_or(0), incidents.get(row).unwrap_or(""));
            if doubtful.contains(&key) {
                rows.push(of_match(matches, row, &of_samples, night, records));
            }
        }
    }
    rows.sort_by(|one, other| {
        let likely = |row: &Row| row.probability.unwrap_or(0.0);
        let by_place = |row: &Row| (row.entry.clone(), row.line, row.record.clone());
        likely(other).total_cmp(&likely(one)).then_with(|| by_place(one).cmp(&by_place(other)))
    });
    columns(&rows)
}

/// What the samples say of their matches.
struct OfSamples(BTreeMap<Place, Told>);

/// Incident, file, line and record.
type Place = (String, String, u64, u32);

/// What agrees, what differs, and how the row is named.
type Told = (String, String, String);

impl OfSamples {
    fn of(samples: &[Sampled]) -> OfSamples {
        let mut told = BTreeMap::new();
        for sample in samples {
            let Some(links) = &sample.links else { continue };
            let matches = &links.matches;
            let text = |column, place: usize| {
                matches.text(column).get(place).unwrap_or_default().to_owned()
            };
            for place in 0..matches.height() {
                let row = matches.count(c::SAMPLE_RECORD).get(place).unwrap_or(0) as usize;
                let record = matches.count(c::MATCHED_RECORD).get(place).unwrap_or(0);
                let line = sample.contacts.long(c::LINE).get(row).unwrap_or(0);
                told.insert(
                    (sample.incident.clone(), sample.file.clone(), line, record),
                    (
                        text(c::AGREES_ON, place),
                        text(c::DIFFERS_ON, place),
                        row_name(&sample.contacts, row),
                    ),
                );
            }
        }
        OfSamples(told)
    }
}

fn of_match(
    matches: &Table<ScopeMatch>,
    row: usize,
    of_samples: &OfSamples,
    night: &Night,
    records: &[u32],
) -> Row {
    let text = |column| matches.text(column).get(row).unwrap_or_default().to_owned();
    let (incident, file) = (text(c::INCIDENT), text(c::SCOPE_FILE));
    let line = matches.long(c::SCOPE_LINE).get(row).unwrap_or(0);
    let record = matches.count(c::MATCHED_RECORD).get(row).unwrap_or(0);
    let of_night = records[record as usize];
    let told = of_samples.0.get(&(incident.clone(), file.clone(), line, of_night));
    let (agrees, differs, value) = told.cloned().unwrap_or_default();
    let (contacts, place) = (&night.contacts, record as usize);
    let source = contacts.text(c::SOURCE).get(place).unwrap_or_default().to_owned();
    let id = contacts.text(c::SOURCE_ID).get(place).map(str::to_owned);
    let ids = night.lineage.text(c::CUSTOMER_ID);
    Row {
        probability: matches.number(c::MATCH_PROBABILITY).get(row),
        because: match text(c::IDENTIFIER).as_str() {
            "sample" if told.is_some() => "the model is not sure that they are one person",
            "where" => "the record does not say when it was made or changed",
            _ => "the scope file says so of all its rows",
        },
        agrees,
        differs,
        customer_id: ids.get(place).unwrap_or_default().to_owned(),
        entry: name_of_scope_row(&incident, &file, told.map(|_| value.as_str()), line),
        record: (source, id.unwrap_or_else(|| row_name(contacts, place))),
        incident,
        file,
        line,
    }
}

fn columns(rows: &[Row]) -> DataFrame {
    let column = |name: &str, cell: &dyn Fn(&Row) -> Option<String>| -> Filled {
        StringChunked::from_iter_options(name.into(), rows.iter().map(cell))
            .into_series()
            .into_column()
    };
    let nothing = |name| column(name, &|_| None);
    let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let columns = vec![
        column("incident", &|row| Some(row.incident.clone())),
        column("scope_file", &|row| Some(row.file.clone())),
        column("scope_line", &|row| Some(row.line.to_string())),
        column("customer_id", &|row| Some(row.customer_id.clone())),
        column("evidence", &|_| Some("possible".to_owned())),
        column("match_probability", &|row| row.probability.map(|it| format!("{it:.4}"))),
        column("because", &|row| Some(row.because.to_owned())),
        column("agrees_on", &|row| filled(&row.agrees)),
        column("differs_on", &|row| filled(&row.differs)),
        column("source_a", &|row| Some(row.entry.0.clone())),
        column("source_id_a", &|row| Some(row.entry.1.clone())),
        column("source_b", &|row| Some(row.record.0.clone())),
        column("source_id_b", &|row| Some(row.record.1.clone())),
        nothing("decision"),
        nothing("who"),
        nothing("when"),
    ];
    match DataFrame::new_infer_height(columns) {
        Ok(frame) => frame,
        Err(error) => panic!("{POSSIBLE}: {error}"),
    }
}
