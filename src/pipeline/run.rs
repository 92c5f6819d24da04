//! From a plan to a run directory: the rooms in order.

use std::collections::BTreeMap;
use std::path::PathBuf;

use polars::prelude::DataFrame;
use serde_json::Value;

use super::config::Job;
use super::effort::cpu_time;
use super::error::Error;
use super::history::History;
use super::manifest::{Input, manifest};
use super::measures::Measures;
use super::plan::Plan;
use super::{nightly, scoping};
use crate::ledger::{Ledger, Roll, Took};
use crate::output::{Folder, Lock, Seal};
use crate::progress::Progress;
use crate::report::{self, Summary};
use crate::tables::layout::GoldenRecord;
use crate::tables::{Table, column as c};

/// What a run came to.
#[derive(Debug)]
pub struct Outcome {
    /// The run directory.
    pub directory: PathBuf,
    /// The summary for people.
    pub summary: String,
    /// The summary for machines.
    pub json: Value,
    /// Gates that tripped, a sentence each.
    pub tripped: Vec<String>,
}

/// What the rooms of one run hand to each other besides tables: its account.
pub(super) struct Account<'a> {
    pub(super) plan: &'a Plan,
    pub(super) progress: &'a Progress,
    pub(super) folder: Folder,
    pub(super) ledger: Ledger,
    pub(super) roll: Roll,
    /// Files read, with their places on disk.
    pub(super) inputs: Vec<(Input, PathBuf)>,
    /// Rows of the sources.
    pub(super) n_rows_read: usize,
    pub(super) run_id: String,
}

/// What a pipeline has to say when its tables are written.
pub(super) struct Said {
    pub(super) summary: String,
    pub(super) json: Value,
    pub(super) html: String,
    pub(super) tripped: Vec<String>,
    /// What stands in the manifest besides: models, blocking, scope files.
    pub(super) details: Value,
    /// The history of the runs before, and the numbers that this one adds to it.
    pub(super) numbers: Option<(History, Measures)>,
}

impl<'a> Account<'a> {
    /// Opens the account of a command that runs rooms and leaves nothing.
    pub(super) fn that_only_looks(plan: &'a Plan, progress: &'a Progress) -> Account<'a> {
        Account::of(plan, progress, Folder::nowhere())
    }

    fn of(plan: &'a Plan, progress: &'a Progress, folder: Folder) -> Account<'a> {
        Account {
            plan,
            progress,
            folder,
            ledger: Ledger::default(),
            roll: Roll::default(),
            inputs: Vec::new(),
            n_rows_read: 0,
            run_id: plan.run_id(),
        }
    }
}

impl Account<'_> {
    /// Runs a room and notes how long it took, by the clock and on the CPU.
    pub(super) fn timed<T>(&mut self, room: &'static str, work: impl FnOnce(&mut Self) -> T) -> T {
        let (start, cpu_start) = (std::time::Instant::now(), cpu_time());
        let product = work(self);
        let cpu = cpu_start.zip(cpu_time()).map(|(start, end)| end.saturating_sub(start));
        self.ledger.took(room, Took { elapsed: start.elapsed(), cpu });
        product
    }

    /// Begins to write those of some tables that are among `left`; the rooms that follow keep not
    /// all cores busy.
    pub(super) fn leave(&mut self, left: &[&str], tables: &[(&str, &DataFrame)]) {
        let asked = tables.iter().filter(|(name, _)| left.contains(name));
        self.folder.begin_parquet(&asked.copied().collect::<Vec<_>>());
    }
}

impl Account<'_> {
    /// Gives what every report begins with; `golden` are all customers, of whom records are
    /// counted.
    pub(super) fn reported<'a>(
        &'a self,
        golden: &Table<GoldenRecord>,
        set_aside: Option<&'a BTreeMap<String, u64>>,
        gates: &'a [String],
        notes: &'a [String],
        details: &'a Value,
    ) -> report::Run<'a> {
        report::Run {
            pipeline: self.plan.config.pipeline.word(),
            run_id: &self.run_id,
            at: self.plan.clock,
            version: env!("CARGO_PKG_VERSION"),
            currency: self.plan.config.run.currency.code(),
            drill: self.plan.is_drill(),
            place: None,
            ledger: &self.ledger,
            roll: &self.roll,
            n_contacts: golden.count(c::N_RECORDS).iter().flatten().map(u64::from).sum(),
            n_customers: golden.height() as u64,
            set_aside,
            gates,
            notes,
            held_out: &details["models_held_out"],
            outputs: self.folder.written(),
        }
    }
}

impl Said {
    pub(super) fn of(summary: &Summary, tripped: Vec<String>, details: Value) -> Said {
        Said {
            summary: report::text(summary),
            json: report::json(summary),
            html: report::html(summary),
            tripped,
            details,
            numbers: None,
        }
    }
}

/// Runs a pipeline.
///
/// # Errors
/// Whatever stops it; then no run directory is left.
pub fn run(plan: &Plan, progress: &Progress) -> Result<Outcome, Error> {
    let folder = plan.folder();
    let _lock = Lock::take(&folder)?;
    let begun = Folder::begin(&folder.join(plan.run_id()))?
        .sealed(Seal::of(&plan.config.run.encrypt)?)
        .for_drill(plan.is_drill());
    let mut account = Account::of(plan, progress, begun);
    let mut said = match plan.config.pipeline {
        Job::NightlyContactQuality => nightly::run(&mut account)?,
        Job::BreachScoping | Job::BreachDrill => scoping::run(&mut account)?,
    };
    account.folder.text("summary.txt", &said.summary)?;
    account.folder.text("report.html", &said.html)?;
    let numbers = said.numbers.take();
    let outcome = finished(account, said)?;
    // Only what stands in its place is remembered.
    if let Some((history, measures)) = numbers {
        history.add(plan.clock.as_millisecond(), &plan.run_id(), &measures)?;
    }
    Ok(outcome)
}

/// Writes the manifest and moves the directory to its place.
fn finished(account: Account<'_>, said: Said) -> Result<Outcome, Error> {
    let Account { plan, mut folder, ledger, roll, inputs, .. } = account;
    for (input, place) in &inputs {
        input.unchanged(place)?;
    }
    folder.close_seal()?;
    let inputs: Vec<Input> = inputs.into_iter().map(|(input, _)| input).collect();
    let manifest = manifest(plan, &inputs, folder.written(), &ledger, &roll, &said.details);
    folder.text("manifest.json", &format!("{manifest:#}\n"))?;
    let Said { summary, json, tripped, .. } = said;
    Ok(Outcome { directory: folder.finish()?, summary, json, tripped })
}
