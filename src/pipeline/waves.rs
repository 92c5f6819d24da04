//! What did the notices of earlier runs tell, and whom?
//!
//! A scope that grows is scoped again from the beginning, and only who is new, or learns of
//! something new, is told. What was sent stands in the earlier runs, which nothing may change.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use hashbrown::HashMap;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use polars::prelude::{DataFrame, StringChunked};
use rustc_hash::FxBuildHasher;
use serde::Serialize;
use serde_json::Value;

use super::config::Job;
use super::error::{ConfigError, Error};
use super::finished::{Finished, not_this};
use super::run::Account;
use crate::notify::Mail;
use crate::output::sha256_of_file;
use crate::scope::Told;
use crate::tables::layout::{Affected, Lineage};
use crate::tables::{Table, column as c};

/// The earlier runs of a series, and what they told.
#[derive(Debug, Default)]
pub(super) struct Waves {
    /// The runs, the earliest first.
    pub(super) runs: Vec<EarlierRun>,
    /// What they told the customers of this run.
    pub(super) told: Told,
}

/// An earlier run whose lists were sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct EarlierRun {
    run_id: String,
    /// The hash of its manifest, which names the hash of every list.
    manifest_sha256: String,
    n_files_checked: u64,
    n_customers_told: u64,
}

/// How the affected of a wave part.
#[derive(Debug, Serialize)]
pub(super) struct WaveCounts {
    /// Which wave this is, from 1.
    pub(super) wave: usize,
    earlier_runs: Vec<EarlierRun>,
    /// Persons × incidents of whom no earlier notice told.
    n_new: u64,
    /// Persons × incidents who learn of something that no earlier notice told.
    n_new_elements: u64,
    /// Persons × incidents who were told of all of it.
    n_told_before: u64,
}

impl WaveCounts {
    /// Says it in a sentence.
    pub(super) fn sentence(&self) -> String {
        format!(
            "wave {}: {} are new, {} learn of something new, {} were told of all of it before",
            self.wave, self.n_new, self.n_new_elements, self.n_told_before
        )
    }
}

/// Opens the earlier runs and finds the customers of this run whom they told. What came back was
/// not told; `mail` knows of it, and is told which notices were whose.
///
/// # Errors
/// A run is not there, is no scoping run, or is not as it was written; one of them built on a
/// run that is not named.
pub(super) fn open(
    account: &Account<'_>,
    lineage: &Table<Lineage>,
    mail: &mut Mail,
) -> Result<Waves, Error> {
    let plan = account.plan;
    let mut waves = Waves::default();
    let mut told: BTreeMap<(u32, String), BTreeSet<String>> = BTreeMap::new();
    let mut built_on = BTreeSet::new();
    let named = &plan.config.scope.earlier_runs;
    if named.is_empty() {
        return Ok(waves);
    }
    let records = Records::of(lineage);
    let mut dirs = Vec::new();
    for place in named {
        dirs.extend(runs_at(&plan.root.join(place))?);
    }
    for dir in dirs {
        let run = Finished::open(&dir)?;
        let n_files_checked = unchanged(&run)?;
        built_on.extend(earlier_runs_of(&run));
        let of_run = told_by(&run, &records, mail)?;
        let (manifest_sha256, _) = sha256_of_file(&dir.join("manifest.json"))
            .map_err(|cause| ConfigError::NoInput { path: dir.clone(), cause })?;
        waves.runs.push(EarlierRun {
            run_id: run.id().to_owned(),
            manifest_sha256: manifest_sha256.to_string(),
            n_files_checked,
            n_customers_told: of_run.len() as u64,
        });
        for (of, classes) in of_run {
            told.entry(of).or_default().extend(classes);
        }
    }
    waves.runs.sort();
    waves.runs.dedup_by(|one, other| one.run_id == other.run_id);
    let known: BTreeSet<&str> = waves.runs.iter().map(|run| run.run_id.as_str()).collect();
    if let Some(missing) = built_on.iter().find(|id| !known.contains(id.as_str())) {
        let cause = format!("the runs that it names build on {missing}, which it does not name");
        return Err(not_this(Path::new("scope.earlier_runs"), &cause).into());
    }
    let told = told.into_iter();
    waves.told = Told::of(
        told.map(|((customer, incident), classes)| {
            (customer, incident, classes.into_iter().collect::<Vec<_>>().join(";"))
        })
        .collect(),
    );
    Ok(waves)
}

impl Waves {
    /// Counts how the affected part; nothing for the first wave.
    pub(super) fn counts(self, affected: &Table<Affected>) -> Option<WaveCounts> {
        if self.runs.is_empty() {
            return None;
        }
        let mut counts = WaveCounts {
            wave: self.runs.len() + 1,
            earlier_runs: self.runs,
            n_new: 0,
            n_new_elements: 0,
            n_told_before: 0,
        };
        let (classes, told) = (affected.text(c::DATA_CLASSES), affected.text(c::CLASSES_TOLD));
        for (classes, told) in classes.iter().zip(told.iter()) {
            let Some(told) = told else {
                counts.n_new += 1;
                continue;
            };
            let is_told = |class: &str| told.split(';').any(|known| known == class);
            if classes.unwrap_or_default().split(';').all(is_told) {
                counts.n_told_before += 1;
            } else {
                counts.n_new_elements += 1;
            }
        }
        Some(counts)
    }
}

/// Gives the run at a place; of a folder of runs, those that were approved, since the others were
/// not sent.
fn runs_at(place: &Path) -> Result<Vec<PathBuf>, Error> {
    if place.join("manifest.json").exists() {
        return Ok(vec![place.to_owned()]);
    }
    let entries = fs::read_dir(place)
        .map_err(|cause| ConfigError::NoInput { path: place.to_owned(), cause })?;
    let mut runs: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("manifest.json").exists() && is_approved(path))
        .collect();
    runs.sort();
    Ok(runs)
}

/// Tells whether somebody approved the lists of a run: the approval lies in it or beside it.
fn is_approved(run: &Path) -> bool {
    let name = run.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    run.join("approval.json").exists()
        || run.with_file_name(format!("{name}.approval.json")).exists()
}

/// Checks that a run is a scoping run, and that each of its files is what was written.
fn unchanged(run: &Finished) -> Result<u64, Error> {
    let manifest = run.manifest();
    let path = run.dir().join("manifest.json");
    if manifest["pipeline"] != Job::BreachScoping.word() {
        let cause = "it is no run of breach scoping, so it told nobody";
        return Err(not_this(&path, &cause).into());
    }
    let outputs = manifest["outputs"].as_array().map_or(&[][..], Vec::as_slice);
    for output in outputs {
        let (Some(name), Some(sha256)) = (output["path"].as_str(), output["sha256"].as_str())
        else {
            return Err(not_this(&path, &"an output has no path or no hash").into());
        };
        let file = run.dir().join(name);
        let (found, _) = sha256_of_file(&file)
            .map_err(|cause| ConfigError::NoInput { path: file.clone(), cause })?;
        if found.to_string() != sha256 {
            let cause = "its SHA-256 is not the one in the manifest: what an earlier wave told \
                         cannot be known from a list that was changed";
            return Err(not_this(&file, &cause).into());
        }
    }
    Ok(outputs.len() as u64)
}

/// Names the runs that a run built on.
fn earlier_runs_of(run: &Finished) -> Vec<String> {
    let runs = run.manifest()["details"]["wave"]["earlier_runs"].as_array();
    let id = |run: &Value| run["run_id"].as_str().map(str::to_owned);
    runs.map_or(&[][..], Vec::as_slice).iter().filter_map(id).collect()
}

/// Codes of data classes by customer of this run and incident.
type ToldBy = Vec<((u32, String), BTreeSet<String>)>;

/// A notice that a run listed.
#[derive(Debug, Default)]
struct Listed {
    notice_id: String,
    channel: String,
    /// What it told, by incident.
    told: BTreeMap<String, BTreeSet<String>>,
}

/// Finds the notices that a run listed, by customer. Who was told before that run stands in its
/// tables as notified and on none of its lists.
fn listed_by(run: &Finished) -> Result<BTreeMap<String, Vec<Listed>>, Error> {
    let why = run.frame("why.parquet")?;
    let text = |name: &str| column(run, "why.parquet", &why, name);
    let (ids, incidents) = (text("customer_id")?, text("incident")?);
    let (outcomes, classes) = (text("outcome")?, text("data_classes")?);
    let (channels, notices) = (text("channel")?, text("notice_id")?);
    let mut listed: BTreeMap<String, Vec<Listed>> = BTreeMap::new();
    for row in 0..why.height() {
        let (Some(id), Some(incident)) = (ids.get(row), incidents.get(row)) else { continue };
        let (Some(channel), Some(notice_id), Some("notified")) =
            (channels.get(row), notices.get(row), outcomes.get(row))
        else {
            continue;
        };
        let of = listed.entry(id.to_owned()).or_default();
        let place = of.iter().position(|known| known.notice_id == notice_id).unwrap_or_else(|| {
            let (notice_id, channel) = (notice_id.to_owned(), channel.to_owned());
            of.push(Listed { notice_id, channel, told: BTreeMap::new() });
            of.len() - 1
        });
        let told = of[place].told.entry(incident.to_owned()).or_default();
        told.extend(classes.get(row).unwrap_or_default().split(';').map(str::to_owned));
    }
    Ok(listed)
}

/// Finds whom a run told, and of what.
///
/// Customers are known again by their records. One who has become two since was told as one of
/// them: the one with more than half of the records; where neither has, both are told again.
fn told_by(run: &Finished, records: &Records<'_>, mail: &mut Mail) -> Result<ToldBy, Error> {
    let listed = listed_by(run)?;
    let day = day_of(run)?;
    let lineage = run.frame("lineage.parquet")?;
    let text = |name: &str| column(run, "lineage.parquet", &lineage, name);
    let (ids, sources, source_ids) = (text("customer_id")?, text("source")?, text("source_id")?);
    // For each customer who was told, how many records are whose now.
    let mut now: BTreeMap<&str, BTreeMap<u32, usize>> = BTreeMap::new();
    for row in 0..lineage.height() {
        let Some(id) = ids.get(row).filter(|id| listed.contains_key(*id)) else { continue };
        if let Some(customer) = records.owner(sources.get(row), source_ids.get(row)) {
            *now.entry(id).or_default().entry(customer).or_default() += 1;
        }
    }
    let mut of_run = Vec::new();
    for (id, owners) in now {
        let n_records: usize = owners.values().sum();
        let Some((&customer, _)) = owners.iter().find(|(_, n)| **n * 2 > n_records) else {
            continue;
        };
        let mut told: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for notice in &listed[id] {
            let came_back = mail.came_back_since(&notice.notice_id, &notice.channel, day);
            mail.was_listed(customer, &notice.notice_id, day, came_back);
            for (incident, classes) in notice.told.iter().filter(|_| !came_back) {
                told.entry(incident).or_default().extend(classes.iter().cloned());
            }
        }
        let told = told.into_iter();
        of_run.extend(told.map(|(incident, classes)| ((customer, incident.to_owned()), classes)));
    }
    Ok(of_run)
}

/// Gives the day of a run (UTC): what came back before it is not of its lists.
fn day_of(run: &Finished) -> Result<Date, Error> {
    let path = run.dir().join("manifest.json");
    let clock = run.manifest()["clock"].as_str().unwrap_or_default();
    let at: Timestamp = clock.parse().map_err(|error: jiff::Error| not_this(&path, &error))?;
    Ok(at.to_zoned(TimeZone::UTC).date())
}

fn column<'a>(
    run: &Finished,
    file: &str,
    frame: &'a DataFrame,
    name: &str,
) -> Result<&'a StringChunked, Error> {
    let found = frame.column(name).and_then(|column| column.str());
    found.map_err(|error| not_this(&run.dir().join(file), &error).into())
}

/// The records of this run by what they are known by.
struct Records<'a> {
    // Looked up, never iterated.
    owners: HashMap<(&'a str, &'a str), u32, FxBuildHasher>,
}

impl<'a> Records<'a> {
    fn of(lineage: &'a Table<Lineage>) -> Records<'a> {
        let (sources, ids) = (lineage.text(c::SOURCE), lineage.text(c::SOURCE_ID));
        let customers = lineage.count(c::CUSTOMER);
        let owners = (0..lineage.height())
            .filter_map(|row| Some(((sources.get(row)?, ids.get(row)?), customers.get(row)?)));
        Records { owners: owners.collect() }
    }

    fn owner(&self, source: Option<&str>, id: Option<&str>) -> Option<u32> {
        self.owners.get(&(source?, id?)).copied()
    }
}
