//! What does the pipeline file say?
//!
//! `[validate]` opens `src/validate/` and is that module's `Settings`; this file only puts the
//! rooms side by side, in the order of a run.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::drill;
use super::gate::Gate;
use crate::output::Encryption;
use crate::terms::Currency;
use crate::{
    duty, exposure, ingest, matching, merge, notify, scope, snapshot, standardize, validate, value,
};

/// A pipeline file as written.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Which job it does.
    pub pipeline: Job,
    /// Where and when.
    #[serde(default)]
    pub run: RunSettings,
    /// The rules files.
    #[serde(default)]
    pub rules: RulesFiles,
    /// The sources.
    #[serde(default)]
    pub ingest: ingest::Settings,
    /// How values are written.
    #[serde(default)]
    pub standardize: standardize::Settings,
    /// What can be used.
    #[serde(default)]
    pub validate: validate::Settings,
    /// Which records are one person.
    #[serde(default)]
    pub matching: matching::Settings,
    /// What survives of duplicates.
    #[serde(default)]
    pub merge: merge::Settings,
    /// What a customer is worth.
    #[serde(default)]
    pub value: value::Settings,
    /// What was known on a day.
    #[serde(default)]
    pub snapshot: snapshot::Settings,
    /// What is invented for a drill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<drill::Settings>,
    /// The incident files, relative to the root.
    #[serde(default)]
    pub incidents: Vec<String>,
    /// Whom the incidents touched.
    #[serde(default)]
    pub scope: scope::Settings,
    /// What is at stake.
    #[serde(default)]
    pub exposure: exposure::Settings,
    /// What the law asks.
    #[serde(default)]
    pub duty: duty::Settings,
    /// Who is told, and how.
    #[serde(default)]
    pub notify: notify::Settings,
    /// What must hold for the run to be called good.
    #[serde(default)]
    pub gate: Gate,
}

/// The jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// Clean, deduplicate, value, measure, remember.
    NightlyContactQuality,
    /// Who is affected, what is at stake, whom to tell.
    BreachScoping,
    /// The same for an invented incident.
    BreachDrill,
}

impl Job {
    /// Gives the word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Job::NightlyContactQuality => "nightly_contact_quality",
            Job::BreachScoping => "breach_scoping",
            Job::BreachDrill => "breach_drill",
        }
    }
}

/// Where and when a run takes place.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunSettings {
    /// The folder that all paths of the file are relative to, itself relative to the file.
    pub root: String,
    /// Where run directories are left, relative to the root; `--out` goes before it.
    pub out: String,
    /// The run's clock; the time of starting where absent, and recorded.
    pub clock: Option<Timestamp>,
    /// The currency of all money in the outputs.
    pub currency: Currency,
    /// Who prepares the run, and so cannot approve it; the user who runs it where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepared_by: Option<String>,
    /// Which outputs are encrypted, and to whom.
    #[serde(skip_serializing_if = "Encryption::is_off")]
    pub encrypt: Encryption,
}

impl Default for RunSettings {
    fn default() -> RunSettings {
        RunSettings {
            root: "..".to_owned(),
            out: "out".to_owned(),
            clock: None,
            currency: Currency::USD,
            prepared_by: None,
            encrypt: Encryption::default(),
        }
    }
}

/// Rules files of one's own, relative to the root; those compiled in where absent.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct RulesFiles {
    /// The vocabulary of data classes.
    pub data_classes: Option<String>,
    /// The laws.
    pub jurisdictions: Option<String>,
    /// The days on which offices are closed.
    pub holidays: Option<String>,
    /// What letters say, by language.
    pub letters: Option<String>,
    /// What a jurisdiction wants of a letter.
    pub letter_rules: Option<String>,
    /// The order of address lines, by country.
    pub address_lines: Option<String>,
}
