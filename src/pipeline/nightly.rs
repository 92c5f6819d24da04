//! The nightly job: clean, deduplicate, value, measure, remember.

use serde_json::{Value, json};

use super::error::Error;
use super::gate::{self, Seen};
use super::known::{self, Known};
use super::records::DECISIONS;
use super::review_pairs::{self, REVIEW_PAIRS};
use super::run::{Account, Said};
use crate::notify::{self, Readiness};
use crate::output::Dialect;
use crate::report::{self, Nightly, Report};
use crate::snapshot::{self, Night};
use crate::tables::column as c;
use crate::validate;

/// Runs the nightly job.
pub(super) fn run(account: &mut Account<'_>) -> Result<Said, Error> {
    let known = known::from_exports(account)?;
    let measured = account.timed("quality, readiness", |account| measured(account, &known));
    account.timed("outputs", |account| written(account, &known, &measured))?;
    account.timed("snapshot", |account| remembered(account, &known.night))?;
    Ok(said(account, known, &measured))
}

/// How good the data are.
struct Measured {
    quality: Value,
    readiness: Readiness,
}

fn measured(account: &Account<'_>, known: &Known) -> Measured {
    let Night { contacts, points, golden, lineage, customers } = &known.night;
    let set_aside = known::set_aside_by(&known.quarantine, c::SOURCE);
    let quality = validate::quality(contacts, points, &known.findings, &set_aside);
    let settings = &account.plan.config.notify;
    let readiness = notify::readiness(golden, lineage, points, customers, settings);
    Measured { quality: json!(quality), readiness }
}

fn written(account: &mut Account<'_>, known: &Known, measured: &Measured) -> Result<(), Error> {
    let Night { contacts, points, golden, lineage, customers } = &known.night;
    let folder = &mut account.folder;
    folder.parquet(&[
        ("golden_records.parquet", golden.frame()),
        ("contacts.parquet", contacts.frame()),
        ("contact_points.parquet", points.frame()),
        ("lineage.parquet", lineage.frame()),
        ("customers.parquet", customers.frame()),
        ("value_lineage.parquet", known.values.frame()),
        ("findings.parquet", known.findings.frame()),
    ])?;
    known::write_models(folder, known.models.as_ref())?;
    folder.csv("quarantine.csv", known.quarantine.frame(), Dialect::Machine)?;
    let review = review_pairs::frame(&known.review, &known.night);
    folder.csv(REVIEW_PAIRS, &review, Dialect::Spreadsheet)?;
    let decisions = &account.plan.decisions;
    if !decisions.all().is_empty() {
        folder.text(DECISIONS, &decisions.as_csv())?;
    }
    let quality = json!({ "quality": measured.quality, "readiness": measured.readiness });
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

fn said(account: &Account<'_>, known: Known, measured: &Measured) -> Said {
    let seen = Seen {
        n_rows: account.n_rows_read,
        n_set_aside: known.quarantine.height(),
        points: &known.night.points,
        readiness: &measured.readiness,
    };
    let tripped = gate::tripped(&account.plan.config.gate, &seen);
    let set_aside = known::set_aside_by(&known.quarantine, c::REASON);
    let readiness = json!(measured.readiness);
    let report = Report::Nightly(Nightly {
        run: account.reported(
            &known.night.golden,
            Some(&set_aside),
            &tripped,
            &known.notes,
            &known.details,
        ),
        findings: &known.findings,
        quality: &measured.quality,
        readiness: &readiness,
        n_review_pairs: known.review.height(),
    });
    Said::of(&report::summary(&report), tripped, known.details)
}
