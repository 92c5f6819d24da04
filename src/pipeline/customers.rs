//! Who are the customers of a scoping run: those of a night, or of today's exports?

use std::path::PathBuf;

use jiff::Timestamp;
use polars::prelude::DataFrame;
use serde_json::Value;

use super::error::Error;
use super::known::{self, Known};
use super::run::Account;
use crate::matching::Learned;
use crate::output::{Folder, Written};
use crate::snapshot::{self, Night, Snapshot};
use crate::tables::layout::Quarantined;
use crate::tables::{Column, Table, column as c};
use crate::terms::{Identifier, Incident, ScopeFile};
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
    pub(super) fn share(
        &self,
        folder: &mut Folder,
        tables: &mut Vec<(&str, &DataFrame)>,
    ) -> Result<(), Error> {
        for written in &self.files {
            if tables.iter().any(|table| table.0 == written.path)
                && folder.share(&self.folder, written)?
            {
                tables.retain(|table| table.0 != written.path);
            }
        }
        Ok(())
    }
}

/// Columns of the contacts that only a description or a sample asks for; of the persons the golden
/// records tell them.
const ASKED_BY_FEW: [Column; 14] = [
    c::LINE,
    c::SALUTATION,
    c::MIDDLE_NAME,
    c::SUFFIX,
    c::COMPANY,
    c::LANGUAGE,
    c::SEGMENT,
    c::MARKET,
    c::PRODUCT,
    c::GIVEN_CLV_CENTS,
    c::EMAIL_OPT_OUT,
    c::DO_NOT_CALL,
    c::DECEASED,
    c::DELETED,
];

/// Tells which columns of the contacts a run over these incidents need not hold.
pub(super) fn left_out(incidents: &[Incident]) -> &'static [Column] {
    let asks = |scope_file: &ScopeFile| {
        matches!(scope_file.identifier, Identifier::Where | Identifier::Sample)
    };
    if incidents.iter().any(|incident| incident.scope_files.iter().any(asks)) {
        &[]
    } else {
        &ASKED_BY_FEW
    }
}

/// The customers, what the exports said besides, and the snapshot they are of.
type Customers = (Night, Option<Besides>, Option<AsOf>);

/// Gives the customers as of a date, where the file names one, or as today's exports tell them.
pub(super) fn customers(account: &mut Account<'_>) -> Result<Customers, Error> {
    let plan = account.plan;
    let Some(at) = plan.config.snapshot.as_of else {
        let Known { night, quarantine, models, model, notes, details, .. } =
            known::from_exports(account)?;
        return Ok((night, Some(Besides { quarantine, models, model, notes, details }), None));
    };
    let dir = plan.root.join(&plan.config.snapshot.dir);
    let left_out = left_out(&plan.incidents);
    let snapshot = account.timed("snapshot", |_| snapshot::as_of_without(&dir, at, left_out))?;
    account.note_snapshot(&dir, &snapshot);
    let Night { contacts, golden, .. } = &snapshot.night;
    account.roll.call("contacts", contacts.height(), &known::members(golden));
    let Snapshot { at, night, files, .. } = snapshot;
    let folder = dir.join(snapshot::folder_name(at));
    Ok((night, None, Some(AsOf { at, folder, files })))
}
