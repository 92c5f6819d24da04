//! What would matching learn from the exports, and what would it compare?

use std::fs;
use std::path::Path;

use serde_json::json;

use super::error::{ConfigError, Error};
use super::known;
use super::labels::{Told, too_few};
use super::plan::Plan;
use super::run::Account;
use super::truth::Truth;
use crate::matching::{self, Labels, Learned, RuleCount};
use crate::progress::Progress;
use crate::validate::Validated;

/// What was learned, and what there is to say of it.
#[derive(Debug)]
pub struct Trained {
    /// The model.
    pub model: Learned,
    /// What a reader should know of the labels, a sentence each.
    pub notes: Vec<String>,
}

/// Learns a model from the exports of a plan; nothing is matched and no run is left. `labels`
/// names a file of what is known: decisions on pairs, by their header, or else whose each record
/// is, as for an evaluation.
///
/// # Errors
/// A source cannot be read; the labels are not understood, contradict each other, or name no
/// record of the sources.
pub fn train(
    plan: &Plan,
    labels: Option<&Truth<'_>>,
    progress: &Progress,
) -> Result<Trained, Error> {
    // Labels that cannot be used are told of before the work and not after it.
    let labels = labels.map(Told::read).transpose()?;
    let Validated { contacts, points, .. } = contacts_of(plan, progress)?;
    let (labels, mut notes) = match &labels {
        Some(told) => told.labels(&contacts)?,
        None => (Labels::default(), Vec::new()),
    };
    let model = matching::learned(&contacts, &points, &labels, &plan.config.matching);
    notes.extend(model.training.as_ref().and_then(too_few));
    Ok(Trained { model, notes })
}

/// Counts the pairs of each blocking rule of a plan, without comparing any.
///
/// # Errors
/// As [`train`].
pub fn block_counts(plan: &Plan, progress: &Progress) -> Result<(usize, Vec<RuleCount>), Error> {
    let Validated { contacts, points, .. } = contacts_of(plan, progress)?;
    let counts = matching::block_counts(&contacts, &points, &plan.config.matching);
    Ok((contacts.height(), counts))
}

/// Writes a model where no reader sees half of it.
///
/// # Errors
/// The file cannot be written.
pub fn write_model(model: &Learned, place: &Path) -> Result<(), Error> {
    let unwritable = |cause| ConfigError::NotWritten { path: place.to_owned(), cause };
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = place.with_file_name(name);
    fs::write(&part, format!("{:#}\n", json!(model))).map_err(unwritable)?;
    fs::rename(&part, place).map_err(unwritable)?;
    Ok(())
}

/// Reads and cleans the sources as a run does.
fn contacts_of(plan: &Plan, progress: &Progress) -> Result<Validated, Error> {
    known::cleaned(&mut Account::that_only_looks(plan, progress))
}
