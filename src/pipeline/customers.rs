//! Who are the customers of a scoping run: those of a night, or of today's exports?

use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::Value;

use super::error::Error;
use super::known::{self, Known};
use super::people::People;
use super::run::Account;
use crate::matching::Learned;
use crate::output::{Folder, Written};
use crate::snapshot;
use crate::tables::Table;
use crate::tables::layout::Quarantined;
use crate::value::SavedModels;

/// What the exports had to say besides the customers.
pub(super) struct Besides {
    pub(super) quarantine: Table<Quarantined>,
    pub(super) models: Option<SavedModels>,
    /// What matching weighs.
    pub(super) model: Learned,
    pub(super) notes: Vec<String>,
    pub(super) details: Value,
}

/// The snapshot that a run is of.
pub(super) struct AsOf {
    pub(super) at: Timestamp,
    folder: PathBuf,
    files: Vec<Written>,
}

impl AsOf {
    /// Shares the tables that the snapshot holds with the run, and takes them off those to write.
    pub(super) fn share(&self, folder: &mut Folder, names: &mut Vec<&str>) -> Result<(), Error> {
        for written in &self.files {
            if names.contains(&written.path.as_str()) && folder.share(&self.folder, written)? {
                names.retain(|name| *name != written.path);
            }
        }
        Ok(())
    }
}

/// The customers, what the exports said besides, and the snapshot they are of.
type Customers = (People, Option<Besides>, Option<AsOf>);

/// Gives the customers as of a date, where the file names one, or as today's exports tell them.
pub(super) fn customers(account: &mut Account<'_>) -> Result<Customers, Error> {
    let plan = account.plan;
    let Some(at) = plan.config.snapshot.as_of else {
        let Known { night, quarantine, models, model, notes, details, .. } =
            known::from_exports(account, &[])?;
        let besides = Besides { quarantine, models, model, notes, details };
        return Ok((People::Whole(night), Some(besides), None));
    };
    let dir = plan.root.join(&plan.config.snapshot.dir);
    let (as_of, people) = account.timed("snapshot", |_| -> Result<_, Error> {
        let opened = snapshot::open(&dir, at)?;
        let (at, files) = (opened.at, opened.files.clone());
        let as_of = AsOf { at, folder: dir.join(snapshot::folder_name(at)), files };
        Ok((as_of, People::of(plan, opened)?))
    })?;
    account.note_snapshot(&dir, as_of.at, &as_of.files);
    account.roll.call("contacts", people.n_contacts()?, &known::members(people.golden()));
    Ok((people, None, Some(as_of)))
}
