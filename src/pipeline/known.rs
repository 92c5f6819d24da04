//! Exports in, people out: the part of a run that both pipelines share.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::error::Error;
use super::manifest::Input;
use super::plan::Plan;
use super::run::Account;
use crate::ingest::{self, InputFile};
use crate::ledger::{Counted, Tally};
use crate::matching::{Learned, Matched, RuleCount, Threshold};
use crate::output::{Folder, Written};
use crate::progress::Bar;
use crate::snapshot::{self, Night};
use crate::standardize::Unsettled;
use crate::tables::layout::{ContactPoint, Finding, GoldenRecord, Order, Quarantined, ReviewPair};
use crate::tables::{Column, Table, apart, column as c};
use crate::terms::grouped;
use crate::validate::Validated;
use crate::value::SavedModels;
use crate::{matching, merge, standardize, validate, value};

/// What the exports say: the night's tables, and what besides.
pub(super) struct Known {
    pub(super) night: Night,
    pub(super) findings: Table<Finding>,
    pub(super) quarantine: Table<Quarantined>,
    pub(super) review: Table<ReviewPair>,
    pub(super) model: Learned,
    /// The models that customers are valued by.
    pub(super) models: Option<SavedModels>,
    /// What a reader should know of how the numbers came about, a sentence each.
    pub(super) notes: Vec<String>,
    /// What the rooms have to say for the manifest.
    pub(super) details: Value,
}

/// Reads the sources and finds out who the customers are and what they are worth. Of its tables
/// those among `left` begin to be written as soon as they are there.
pub(super) fn from_exports(account: &mut Account<'_>, left: &[&str]) -> Result<Known, Error> {
    let Validated { contacts, points, findings, quarantine, .. } =
        account.timed("ingest, standardize, validate", cleaned)?;
    let settings = &account.plan.config;

    let matched = account.timed("matching", |account| {
        let (decisions, settings) = (&account.plan.decisions, &settings.matching);
        let counted = matching::clusters(&contacts, &points, decisions, settings, account.progress);
        account.ledger.enter(counted)
    });
    account.leave(
        left,
        &[
            ("contacts.parquet", contacts.frame()),
            ("contact_points.parquet", points.frame()),
            ("findings.parquet", findings.frame()),
        ],
    );
    // Side by side, since neither keeps all cores busy.
    let (merged, orders) = account.timed("merge, ingest orders", |account| {
        let (merged, orders) = rayon::join(
            || merge::golden_records(&contacts, &points, &matched.membership, &settings.merge),
            || orders(account.plan),
        );
        (account.ledger.enter(merged), orders)
    });
    account.roll.call("contacts", contacts.height(), &members(&merged.golden));
    let orders = orders?.map(|orders| account.entered(orders));

    account.leave(
        left,
        &[
            ("golden_records.parquet", merged.golden.frame()),
            ("lineage.parquet", merged.lineage.frame()),
            ("value_lineage.parquet", merged.values.frame()),
        ],
    );
    let (valued, held_out) = account.timed("value", |account| {
        let orders = orders.as_ref().map(|orders| &orders.orders);
        valued(&merged, &points, orders, account.plan)
    });
    let valued = account.ledger.enter(valued?);
    account.leave(left, &[("customers.parquet", valued.customers.frame())]);
    let held_out = held_out?;
    let quarantine = match orders {
        Some(orders) => Table::concat([quarantine, orders.quarantine]),
        None => quarantine,
    };
    let details = details(&matched, &valued, held_out.as_ref());
    let mut notes = valued.findings;
    notes.extend(account.plan.models_note.clone());
    notes.extend(held_out.map(|held_out| match held_out {
        Ok(check) => check.note(),
        Err(why) => format!("the forecasts could not be checked: {why}"),
    }));
    notes.push(linked_from(&matched.threshold));
    notes.extend(matched.blocking.iter().filter_map(capped));
    notes.extend(matched.findings);
    Ok(Known {
        night: Night {
            contacts,
            points,
            golden: merged.golden,
            lineage: merged.lineage,
            customers: valued.customers,
        },
        findings,
        quarantine,
        review: matched.review,
        models: valued.saved,
        model: matched.learned,
        notes,
        details,
    })
}

/// Puts together what the rooms have to say for the manifest.
fn details(
    matched: &Matched,
    valued: &value::Valued,
    held_out: Option<&Result<value::Check, value::Error>>,
) -> Value {
    json!({
        "blocking": matched.blocking,
        "matching": {
            "duplication": matched.duplication,
            "threshold": matched.threshold,
            "training": matched.learned.training,
            "counts": matched.counts,
            "decisions": matched.decisions,
        },
        "models": valued.models,
        "models_held_out": held_out.and_then(|held_out| held_out.as_ref().ok()),
    })
}

/// The customers' values, and how far the forecasts behind them came true.
type ValuedAndHeldOut = (Result<Counted<value::Valued>, value::Error>, Result<HeldOut, Error>);

/// Values the customers and checks the models that do it, side by side.
fn valued(
    merged: &merge::Merged,
    points: &Table<ContactPoint>,
    orders: Option<&Table<Order>>,
    plan: &Plan,
) -> ValuedAndHeldOut {
    let merge::Merged { golden, lineage, .. } = merged;
    let (settings, now) = (&plan.config.value, plan.clock);
    let break_months = plan.config.exposure.break_months;
    let read =
        |orders| value::Purchases::of(orders, golden.height(), lineage, points, settings, now);
    let purchases = match orders.map(read).transpose() {
        Ok(purchases) => purchases,
        Err(error) => return (Err(error), Ok(None)),
    };
    let checked = purchases.as_ref().filter(|_| settings.hold_out);
    rayon::join(
        || value::customers(golden, purchases.as_ref(), settings, break_months, now),
        || checked.map(|purchases| held_out(purchases, golden, settings)).transpose(),
    )
}

/// The check of the models, or why there is none; nothing where nobody asked.
type HeldOut = Option<Result<value::Check, value::Error>>;

/// Holds the models against the latest orders; too few of them are no reason to stop.
fn held_out(
    purchases: &value::Purchases,
    golden: &Table<GoldenRecord>,
    settings: &value::Settings,
) -> Result<Result<value::Check, value::Error>, Error> {
    match value::check(purchases, Some(golden), settings) {
        Err(error @ value::Error::TooShort { .. }) => Ok(Err(error)),
        found => Ok(Ok(found?)),
    }
}

/// Says from where on pairs were linked, and what is expected of that.
fn linked_from(threshold: &Threshold) -> String {
    let chosen = if threshold.is_given { "given" } else { "chosen" };
    format!(
        "pairs are linked from a probability of {:.2} on ({chosen}): by the model's own estimate \
         {:.1} % of the links are right, and {:.1} % of the pairs of one person are linked",
        threshold.probability.get(),
        100.0 * threshold.precision,
        100.0 * threshold.recall,
    )
}

/// Says what a blocking rule left out; a cap is never silent.
fn capped(rule: &RuleCount) -> Option<String> {
    (rule.n_pairs_skipped > 0).then(|| {
        format!(
            "blocking rule {} skipped {} pairs of {} blocks that were too large",
            rule.rule,
            grouped(rule.n_pairs_skipped),
            grouped(rule.n_blocks_capped)
        )
    })
}

/// Reads, standardizes and validates, batch by batch and in parallel: raw rows do not outlive
/// their batch.
pub(super) fn cleaned(account: &mut Account<'_>) -> Result<Validated, Error> {
    let plan = account.plan;
    let settings = &plan.config;
    let sources =
        ingest::open(&settings.ingest, &plan.root).map_err(|error| plan.placed(error.into()))?;
    let files = sources.files().to_vec();
    let bar = account.progress.bar("reading", files.iter().map(|file| file.n_bytes).sum());
    let (inputs, parts) = thread::scope(|scope| {
        let hashed = scope.spawn(|| Input::hashed(&files));
        let parts = read(sources, &files, plan, &bar);
        (hashed.join().unwrap_or_else(|panic| resume_unwind(panic)), parts)
    });
    let mut inputs = inputs?;
    let parts = parts.map_err(|error| plan.placed(error.into()))?;

    let (mut valid, mut refused, mut n_rows) = (Vec::with_capacity(parts.len()), Vec::new(), 0);
    let mut open = Vec::with_capacity(parts.len());
    for part in parts {
        inputs[part.file].n_rows += part.n_rows as u64;
        inputs[part.file].n_rows_mended += part.n_mended as u64;
        n_rows += part.n_rows;
        refused.push(part.refused);
        valid.push(part.valid);
        open.push(part.open);
    }
    // What a column decides it decides for all batches of its source.
    let unsettled = valid.iter_mut().zip(open).map(|(valid, open)| Unsettled {
        contacts: &mut valid.contacts,
        findings: &mut valid.findings,
        kept: valid.kept.take(),
        open,
    });
    standardize::settle(unsettled.collect(), &settings.standardize);
    let mut valid = validate::joined(valid, &settings.validate);
    refused.push(valid.quarantine);
    valid.quarantine = Table::concat(refused);

    let (n_contacts, n_set_aside) = (valid.contacts.height(), valid.quarantine.height());
    let tally = Tally::of("ingest, standardize, validate", "rows", n_rows)
        .gave("contacts", n_contacts)
        .gave("quarantine", n_set_aside);
    account.roll.call(
        "rows read",
        n_rows,
        &[("contacts", n_contacts), ("quarantined", n_set_aside)],
    );
    account.note_inputs(inputs, &files);
    account.n_rows_read = n_rows;
    Ok(account.ledger.enter(Counted { product: valid, tally }))
}

/// Reads, standardizes and validates every batch.
fn read(
    sources: ingest::Sources,
    files: &[InputFile],
    plan: &Plan,
    bar: &Bar,
) -> Result<Vec<Part>, ingest::Error> {
    let settings = &plan.config;
    let cleaned = |batch: Result<ingest::Unparsed, ingest::Error>| {
        let batch = batch?.parse()?;
        bar.advance(batch.n_bytes);
        let file = &files[batch.file].path;
        let tidy = standardize::batch(&batch.contacts, &settings.standardize);
        let open = tidy.open;
        let tidy = (tidy.contacts, tidy.points, tidy.findings);
        let valid = validate::contacts(tidy, &batch.contacts, file, &settings.validate);
        let ingest::Batch { file, n_rows, n_mended, quarantine: refused, .. } = batch;
        Ok(Part { file, n_rows, n_mended, refused, valid, open })
    };
    apart(sources.batches(), rayon::current_num_threads(), cleaned)
}

/// A batch, cleaned.
struct Part {
    file: usize,
    n_rows: usize,
    n_mended: usize,
    refused: Table<Quarantined>,
    valid: Validated,
    open: standardize::Open,
}

/// The orders, and the files that they were read from.
type OrdersRead = (Counted<ingest::Orders>, Vec<Input>);

fn orders(plan: &Plan) -> Result<Option<OrdersRead>, Error> {
    if plan.config.ingest.orders.is_empty() {
        return Ok(None);
    }
    let counted = ingest::orders(&plan.config.ingest, &plan.root)
        .map_err(|error| plan.placed(error.into()))?;
    let inputs = Input::counted(&counted.product.files)?;
    Ok(Some((counted, inputs)))
}

impl Account<'_> {
    /// Enters orders and the files that they were read from.
    fn entered(&mut self, (counted, inputs): OrdersRead) -> ingest::Orders {
        let orders = self.ledger.enter(counted);
        let files: Vec<InputFile> = orders.files.iter().map(|(file, _)| file.clone()).collect();
        self.note_inputs(inputs, &files);
        orders
    }

    /// Notes files that were read, with their rows.
    pub(super) fn note_files(&mut self, files: &[(InputFile, u64)]) -> Result<(), Error> {
        let inputs = Input::counted(files)?;
        let places: Vec<InputFile> = files.iter().map(|(file, _)| file.clone()).collect();
        self.note_inputs(inputs, &places);
        Ok(())
    }

    /// Notes the tables of a snapshot, by the hashes that were checked when they were read.
    pub(super) fn note_snapshot(&mut self, dir: &Path, at: Timestamp, files: &[Written]) {
        let source = format!("snapshot {at}");
        let folder = dir.join(snapshot::folder_name(at));
        for file in files {
            let absolute = folder.join(&file.path);
            let path = absolute.display().to_string();
            let place = InputFile::at(&source, &path, absolute, file.n_bytes);
            let input = Input::known(&place, file.sha256, file.n_rows.unwrap_or(0));
            self.note_inputs(vec![input], &[place]);
        }
    }

    fn note_inputs(&mut self, inputs: Vec<Input>, files: &[InputFile]) {
        let places = files.iter().map(|file| file.absolute.clone());
        self.inputs.extend(inputs.into_iter().zip(places));
    }
}

/// Counts the records of people with one record, and of people with several.
pub(super) fn members(golden: &Table<GoldenRecord>) -> [(&'static str, usize); 2] {
    let n_records = golden.count(c::N_RECORDS);
    let (mut alone, mut together) = (0, 0);
    for n_records in n_records.into_no_null_iter() {
        if n_records == 1 { alone += 1 } else { together += n_records as usize }
    }
    [("in golden records of one", alone), ("in golden records of several", together)]
}

/// Leaves the models to later runs.
pub(super) fn write_models(folder: &mut Folder, models: Option<&SavedModels>) -> Result<(), Error> {
    if let Some(models) = models {
        folder.text("value_models.json", &format!("{:#}\n", json!(models)))?;
    }
    Ok(())
}

/// Counts the rows set aside by source or by reason.
pub(super) fn set_aside_by(quarantine: &Table<Quarantined>, by: Column) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for value in quarantine.text(by).iter().flatten() {
        *counts.entry(value.to_owned()).or_default() += 1;
    }
    counts
}
