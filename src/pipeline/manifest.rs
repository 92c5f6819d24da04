//! What does a run leave behind, so that it can be repeated and believed?

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use super::error::{ConfigError, Error};
use super::plan::Plan;
use crate::ingest::{Form, InputFile};
use crate::ledger::{Ledger, Roll, Took};
use crate::output::{Sha256Hex, Written, sha256_of_file};

/// A file that was read, as it stands in the manifest.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Input {
    /// What it was read as: a source's name, `orders`, an incident's id.
    pub(super) source: String,
    /// Its path, as the pipeline file names it.
    pub(super) path: String,
    /// Its hash.
    pub(super) sha256: Sha256Hex,
    /// Its size in bytes.
    pub(super) n_bytes: u64,
    /// Its rows, without a header.
    pub(super) n_rows: u64,
    /// Rows that were read in spite of stray quotes.
    #[serde(skip_serializing_if = "is_none")]
    pub(super) n_rows_mended: u64,
    /// How it was found to be written.
    pub(super) form: Form,
    #[serde(skip)]
    modified: Option<SystemTime>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

impl Input {
    /// Hashes files, in parallel, before they are read.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(super) fn hashed(files: &[InputFile]) -> Result<Vec<Input>, Error> {
        files
            .par_iter()
            .map(|file| {
                let place = &file.absolute;
                let unreadable = |cause| ConfigError::Unreadable { path: place.clone(), cause };
                let modified = fs::metadata(place).and_then(|data| data.modified()).ok();
                let (sha256, n_bytes) = sha256_of_file(place).map_err(unreadable)?;
                let (source, path) = (file.source.clone(), file.path.clone());
                let (n_rows, n_rows_mended, form) = (0, 0, file.form.clone());
                Ok(Input { source, path, sha256, n_bytes, n_rows, n_rows_mended, form, modified })
            })
            .collect()
    }

    /// Hashes files whose rows were counted when they were read.
    ///
    /// # Errors
    /// As [`Input::hashed`].
    pub(super) fn counted(files: &[(InputFile, u64)]) -> Result<Vec<Input>, Error> {
        let (places, n_rows): (Vec<InputFile>, Vec<u64>) = files.iter().cloned().unzip();
        let mut inputs = Input::hashed(&places)?;
        for (input, n_rows) in inputs.iter_mut().zip(n_rows) {
            input.n_rows = n_rows;
        }
        Ok(inputs)
    }

    /// Takes a file that was hashed when it was read.
    pub(super) fn known(file: &InputFile, sha256: Sha256Hex, n_rows: u64) -> Input {
        let modified = fs::metadata(&file.absolute).and_then(|data| data.modified()).ok();
        let (source, path) = (file.source.clone(), file.path.clone());
        let (n_bytes, form) = (file.n_bytes, file.form.clone());
        Input { source, path, sha256, n_bytes, n_rows, n_rows_mended: 0, form, modified }
    }

    /// Checks that the file is still what was hashed: a manifest must not name a hash of
    /// something else than what was read.
    ///
    /// # Errors
    /// It changed.
    pub(super) fn unchanged(&self, place: &Path) -> Result<(), Error> {
        let now = fs::metadata(place).ok();
        let same = now.is_some_and(|data| {
            data.len() == self.n_bytes && data.modified().ok() == self.modified
        });
        if same {
            Ok(())
        } else {
            Err(ConfigError::InputChanged { path: self.path.clone() }.into())
        }
    }
}

/// Puts the manifest together. It is written last, so a reader that finds it finds all.
///
/// # Shape
/// Everything but `elapsed_ms` (by the clock, and on the CPU where the system tells) is the same
/// whenever the same run is repeated.
pub(super) fn manifest(
    plan: &Plan,
    inputs: &[Input],
    outputs: &[Written],
    ledger: &Ledger,
    roll: &Roll,
    details: &Value,
) -> Value {
    let files: Vec<_> =
        plan.files.iter().map(|(path, sha256)| json!({ "path": path, "sha256": sha256 })).collect();
    let built_in = |own: &Option<String>| own.clone().unwrap_or_else(|| "built in".to_owned());
    let mut elapsed = serde_json::Map::new();
    for (room, Took { elapsed: by_clock, cpu }) in ledger.durations() {
        let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        elapsed.insert((*room).to_owned(), ms(*by_clock).into());
        if let Some(cpu) = cpu {
            elapsed.insert(format!("{room}, CPU"), ms(*cpu).into());
        }
    }
    json!({
        "schema_version": 1,
        "tool": { "name": "headcount", "version": env!("CARGO_PKG_VERSION") },
        "pipeline": plan.config.pipeline.word(),
        "run_id": plan.run_id(),
        "clock": plan.clock.to_string(),
        "drill": plan.is_drill(),
        "prepared_by": plan.prepared_by(),
        "config": plan.config,
        "config_files": files,
        "rules": {
            "data_classes": {
                "from": built_in(&plan.config.rules.data_classes),
                "sha256": plan.classes.sha256(),
            },
            "jurisdictions": {
                "from": built_in(&plan.config.rules.jurisdictions),
                "sha256": plan.laws.sha256(),
            },
            "holidays": {
                "from": built_in(&plan.config.rules.holidays),
                "sha256": plan.holidays.sha256(),
            },
            "letters": {
                "from": built_in(&plan.config.rules.letters),
                "sha256": plan.letters.texts.sha256(),
            },
            "letter_rules": {
                "from": built_in(&plan.config.rules.letter_rules),
                "sha256": plan.letters.rules.sha256(),
            },
            "address_lines": {
                "from": built_in(&plan.config.rules.address_lines),
                "sha256": plan.letters.addresses.sha256(),
            },
        },
        "inputs": inputs,
        "outputs": outputs,
        "tallies": ledger.tallies(),
        "roll": roll,
        "details": details,
        "elapsed_ms": elapsed,
    })
}
