//! What happened in this run?
//!
//! A summary is drawn up once, of counts and sums alone, and told three times: as text for who
//! waits at the terminal, as JSON for machines, as one HTML page for who reads it at a desk. No
//! personal value can stand in it, since none is taken: a segment or market with fewer than
//! `N_SMALL` customers, and a name that looks like an address, is told among the others.

mod at_risk;
mod count;
mod deadline;
mod html;
mod lines;
mod nightly;
mod outlook;
mod page;
mod quality;
mod readiness;
mod samples;
mod scoping;
mod svg;
mod text;
mod trend;
mod trust;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::ledger::{Ledger, Roll, Tally};
use crate::output::{Written, plain_name};
use crate::rules::DataClasses;
use crate::tables::Table;
use crate::tables::layout::{Decision, Duty, Exposure, Finding, GoldenRecord, SubstituteNotice};
use crate::terms::Incident;

pub use at_risk::AtRisk;
pub use count::{Count, N_SMALL};
pub use deadline::Deadline;
pub use html::{Accuracy, AccuracyTable, Chart, accuracy, html};
pub use nightly::NightlySummary;
pub use outlook::Outlook;
pub use quality::Good;
pub use readiness::Ready;
pub use samples::Sampled;
pub use scoping::ScopingSummary;
pub use text::text;
pub use trend::Trend;
pub use trust::Trust;

/// What every report begins with.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The pipeline's name: `breach_scoping`.
    pub pipeline: &'a str,
    /// The run's id.
    pub run_id: &'a str,
    /// The run's clock.
    pub at: Timestamp,
    /// The tool's version.
    pub version: &'a str,
    /// The currency of all sums.
    pub currency: &'a str,
    /// Whether the incident is invented: then everything says DRILL.
    pub drill: bool,
    /// Where the results are, as the user named it; shown at the terminal only.
    pub place: Option<&'a str>,
    /// What each room took and gave.
    pub ledger: &'a Ledger,
    /// The identities that held.
    pub roll: &'a Roll,
    /// How many records the customers were made of.
    pub n_contacts: u64,
    /// How many customers there are.
    pub n_customers: u64,
    /// Rows set aside by reason; `None` where the run began with a snapshot and read no rows.
    pub set_aside: Option<&'a BTreeMap<String, u64>>,
    /// The gates that tripped, a sentence each.
    pub gates: &'a [String],
    /// What a reader should know of how the numbers came about, a sentence each: defaults taken,
    /// models that did not converge, blocks that were capped.
    pub notes: &'a [String],
    /// `value::Check` as JSON; null where no model was held against later orders.
    pub held_out: &'a Value,
    /// What was written.
    pub outputs: &'a [Written],
}

/// A night's run.
#[derive(Debug, Clone, Copy)]
pub struct Nightly<'a> {
    /// What every report begins with.
    pub run: Run<'a>,
    /// The customers.
    pub golden: &'a Table<GoldenRecord>,
    /// What the validation rules had to say.
    pub findings: &'a Table<Finding>,
    /// `validate::Quality` as JSON, the same as `quality.json`.
    pub quality: &'a Value,
    /// `notify::Readiness` as JSON.
    pub readiness: &'a Value,
    /// How many pairs wait for a person's eye.
    pub n_review_pairs: usize,
    /// The run before, if there was one.
    pub last_run_id: Option<&'a str>,
    /// What this run and those before it measured.
    pub trend: &'a [Trend],
}

/// A scoping run.
#[derive(Debug, Clone, Copy)]
pub struct Scoping<'a> {
    /// What every report begins with.
    pub run: Run<'a>,
    /// The customers that the tables below speak of.
    pub golden: &'a Table<GoldenRecord>,
    /// The incidents.
    pub incidents: &'a [Incident],
    /// The vocabulary, for the names of data classes.
    pub classes: &'a DataClasses,
    /// What is at stake with each affected person.
    pub exposure: &'a Table<Exposure>,
    /// What was decided for each.
    pub decisions: &'a Table<Decision>,
    /// What the law asks, and by when.
    pub duties: &'a Table<Duty>,
    /// `exposure.json`; its `assumptions` and `samples` are shown.
    pub exposure_summary: &'a Value,
    /// `outlook.json`.
    pub outlook: &'a Value,
    /// Where a public notice may take the place of one to each person.
    pub substitute: &'a Table<SubstituteNotice>,
}

/// What a report tells of.
#[derive(Debug, Clone, Copy)]
pub enum Report<'a> {
    /// A night's run.
    Nightly(Nightly<'a>),
    /// A scoping run.
    Scoping(Scoping<'a>),
}

/// The account of a run, in counts and sums.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Summary {
    /// Of a night's run.
    Nightly(Box<NightlySummary>),
    /// Of a scoping run.
    Scoping(Box<ScopingSummary>),
}

/// The version of the summary's form; it changes when a key changes its meaning or goes.
const SCHEMA_VERSION: u32 = 1;

/// What both kinds of summary begin with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Head {
    /// The version of this form.
    pub schema_version: u32,
    /// The pipeline's name.
    pub pipeline: String,
    /// The run's id.
    pub run_id: String,
    /// The run's clock.
    pub at: Timestamp,
    /// The tool's version.
    pub version: String,
    /// The currency of all sums.
    pub currency: String,
    /// Whether the incident is invented.
    pub drill: bool,
    /// Rows read; absent where the run began with a snapshot.
    pub n_rows: Option<u64>,
    /// Rows set aside, by reason.
    pub set_aside: Vec<Count>,
    /// Records that are members of customers.
    pub n_contacts: u64,
    /// Customers.
    pub n_customers: u64,
    /// The identities that held.
    pub roll: Roll,
    /// What each room took and gave.
    pub tallies: Vec<Tally>,
    /// The gates that tripped.
    pub gates: Vec<String>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// How far the values can be trusted; absent where no model was held against later orders.
    pub trust: Option<Trust>,
    /// The files, and how many rows each has.
    pub outputs: Vec<(String, Option<u64>)>,
    #[serde(skip)]
    place: Option<String>,
}

impl Head {
    /// Gives the name under which an output stands in the folder of this run; that of a drill
    /// and that of what is encrypted differ from the plain one.
    fn file(&self, plain: &str) -> String {
        let found = self.outputs.iter().find(|(called, _)| plain_name(called) == plain);
        found.map_or_else(|| plain.to_owned(), |(called, _)| called.clone())
    }

    fn of(run: &Run<'_>) -> Head {
        let set_aside = run.set_aside.map(|reasons| {
            count::ranked(reasons.iter().map(|(reason, &n)| (reason.replace('-', " "), n)))
        });
        let sum = |reasons: &Vec<Count>| reasons.iter().map(|reason| reason.n).sum::<u64>();
        Head {
            schema_version: SCHEMA_VERSION,
            pipeline: run.pipeline.to_owned(),
            run_id: run.run_id.to_owned(),
            at: run.at,
            version: run.version.to_owned(),
            currency: run.currency.to_owned(),
            drill: run.drill,
            n_rows: set_aside.as_ref().map(|reasons| run.n_contacts + sum(reasons)),
            set_aside: set_aside.unwrap_or_default(),
            n_contacts: run.n_contacts,
            n_customers: run.n_customers,
            roll: run.roll.clone(),
            tallies: run.ledger.tallies().to_vec(),
            gates: run.gates.to_vec(),
            notes: run.notes.to_vec(),
            trust: Trust::read(run.held_out),
            outputs: run.outputs.iter().map(|file| (file.path.clone(), file.n_rows)).collect(),
            place: run.place.map(str::to_owned),
        }
    }
}

/// Draws up the account of a run.
pub fn summary(report: &Report<'_>) -> Summary {
    match report {
        Report::Nightly(nightly) => Summary::Nightly(Box::new(NightlySummary::of(nightly))),
        Report::Scoping(scoping) => Summary::Scoping(Box::new(ScopingSummary::of(scoping))),
    }
}

impl Summary {
    fn head(&self) -> &Head {
        match self {
            Summary::Nightly(nightly) => &nightly.head,
            Summary::Scoping(scoping) => &scoping.head,
        }
    }
}

/// Tells the account to a machine: one object, its form numbered by `schema_version`.
pub fn json(summary: &Summary) -> Value {
    // Counts, sums and texts: nothing in it can be refused.
    serde_json::to_value(summary).unwrap_or_default()
}
