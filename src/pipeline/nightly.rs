//! The nightly job: clean, deduplicate, value, measure, remember.

use serde_json::{Value, json};

use super::error::Error;
use super::gate;
use super::history::{History, Last};
use super::known::{self, Known};
use super::measures::{self, Measures};
use super::records::{DECISIONS, MODEL};
use super::review_pairs::{self, REVIEW_PAIRS};
use super::run::{Account, Said};
use crate::notify::{self, Readiness};
use crate::output::Dialect;
use crate::report::{self, Nightly, Report, Trend};
use crate::snapshot::{self, Night};
use crate::tables::column as c;
use crate::validate::{self, Quality};

/// The tables that it leaves, written as soon as each is there.
const TABLES: [&str; 7] = [
    "contacts.parquet",
    "contact_points.parquet",
    "findings.parquet",
    "golden_records.parquet",
    "lineage.parquet",
    "value_lineage.parquet",
    "customers.parquet",
];

/// Runs the nightly job.
pub(super) fn run(account: &mut Account<'_>) -> Result<Said, Error> {
    // A damaged history is told of before the work and not after it.
    let history = History::read(&account.plan.folder())?;
    let known = known::from_exports(account, &TABLES)?;
    let measured = account.timed("quality, readiness", |account| measured(account, &known));
    account.timed("outputs", |account| written(account, &known, &measured))?;
    account.timed("snapshot", |account| remembered(account, &known.night))?;
    Ok(said(account, known, &measured, history))
}

/// How good the data are.
struct Measured {
    quality: Quality,
    readiness: Readiness,
    /// The numbers that gates and history look at.
    numbers: Measures,
}

fn measured(account: &Account<'_>, known: &Known) -> Measured {
    let Night { contacts, points, golden, lineage, customers } = &known.night;
    let set_aside = known::set_aside_by(&known.quarantine, c::SOURCE);
    let settings = &account.plan.config.notify;
    let (quality, readiness) = rayon::join(
        || validate::quality(contacts, points, &known.findings, &set_aside),
        || notify::readiness(golden, lineage, points, customers, settings),
    );
    let numbers = measures::measured(&measures::Night {
        n_rows: account.n_rows_read,
        n_set_aside: known.quarantine.height(),
        n_customers: golden.height(),
        n_review_pairs: known.review.height(),
        points,
        quality: &quality,
        readiness: &readiness,
    });
    Measured { quality, readiness, numbers }
}

fn written(account: &mut Account<'_>, known: &Known, measured: &Measured) -> Result<(), Error> {
    let folder = &mut account.folder;
    folder.settle()?;
    known::write_models(folder, known.models.as_ref())?;
    folder.csv("quarantine.csv", known.quarantine.frame(), Dialect::Machine)?;
    let review = review_pairs::frame(&known.review, &known.night);
    folder.csv(REVIEW_PAIRS, &review, Dialect::Spreadsheet)?;
    let decisions = &account.plan.decisions;
    if !decisions.all().is_empty() {
        folder.text(DECISIONS, &decisions.as_csv())?;
    }
    let quality = json!({ "quality": measured.quality, "readiness": measured.readiness });
    folder.text(MODEL, &format!("{:#}\n", json!(known.model)))?;
    folder.text("quality.json", &format!("{quality:#}\n"))?;
    Ok(())
}

fn remembered(account: &Account<'_>, night: &Night) -> Result<(), Error> {
    let (plan, settings) = (account.plan, &account.plan.config.snapshot);
    if settings.write {
        let dir = plan.root.join(&settings.dir);
        snapshot::write(&dir, plan.clock, &night.lent(), Some(&account.folder))?;
    }
    Ok(())
}

fn said(account: &Account<'_>, known: Known, measured: &Measured, history: History) -> Said {
    let clock_ms = account.plan.clock.as_millisecond();
    let last = history.last(clock_ms);
    let tripped = gate::tripped(&account.plan.config.gate, &measured.numbers, last.as_ref());
    let set_aside = known::set_aside_by(&known.quarantine, c::REASON);
    let (quality, readiness) = (json!(measured.quality), json!(measured.readiness));
    let trend = trend(&history, clock_ms, &measured.numbers);
    let report = Report::Nightly(Nightly {
        run: account.reported(
            &known.night.golden,
            Some(&set_aside),
            &tripped,
            &known.notes,
            &known.details,
        ),
        golden: &known.night.golden,
        findings: &known.findings,
        quality: &quality,
        readiness: &readiness,
        n_review_pairs: known.review.height(),
        last_run_id: last.as_ref().map(|last| last.run_id.as_str()),
        trend: &trend,
    });
    let said = Said::of(&report::summary(&report), tripped, details(known.details, last.as_ref()));
    Said { numbers: Some((history, measured.numbers.clone())), ..said }
}

/// Adds to the manifest which run the gates compared with.
fn details(mut details: Value, last: Option<&Last>) -> Value {
    details["compared_with"] = json!(last.map(|last| &last.run_id));
    details
}

/// What the report shows of the nights before: the measures that tell most.
fn trend(history: &History, clock_ms: i64, numbers: &Measures) -> Vec<Trend> {
    const SHOWN: [&str; 12] = [
        "readiness_share",
        "readiness_clv_share",
        "readiness_two_channels_share",
        "completeness_share",
        "validity_share",
        "uniqueness_share",
        "consistency_share",
        "timeliness_share",
        "accuracy_share",
        "set_aside_share",
        "invalid_email_share",
        "n_contacts",
    ];
    let shown = SHOWN.iter().filter_map(|measure| {
        let tonight = numbers.get(&(None, (*measure).to_owned()))?;
        let mut values = history.before(clock_ms, measure);
        values.push(*tonight);
        Some(Trend { measure: (*measure).to_owned(), values })
    });
    shown.collect()
}
