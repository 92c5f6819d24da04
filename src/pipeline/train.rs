//! What would matching learn from the exports, and what would it compare?

use std::fs;
use std::path::Path;

use serde_json::json;

use super::error::{ConfigError, Error};
use super::known;
use super::plan::Plan;
use super::run::Account;
use crate::matching::{self, Learned, RuleCount};
use crate::progress::Progress;
use crate::validate::Validated;

/// Learns a model from the exports of a plan; nothing is matched and no run is left.
///
/// # Errors
/// A source cannot be read.
pub fn train(plan: &Plan, progress: &Progress) -> Result<Learned, Error> {
    let Validated { contacts, points, .. } = contacts_of(plan, progress)?;
    Ok(matching::learned(&contacts, &points, &plan.config.matching))
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
