//! Has somebody else than the preparer seen exactly these lists, and are they still the same?
//!
//! An approval stands in the run directory as `approval.json` and names the hash of the manifest
//! and of every output, each read again from the disk. Nothing else of the run is touched. A byte
//! that changes, a file that comes or goes, voids it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::Error;
use super::finished::{Finished, no_file, not_this};
use crate::fault::{Exit, Fault};
use crate::output::{sha256_of_file, write_once};

const APPROVAL: &str = "approval.json";
const MANIFEST: &str = "manifest.json";

/// An approval, as it stands in the run directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The version of this form.
    pub schema_version: u32,
    /// The run.
    pub run_id: String,
    /// Who prepared it.
    pub prepared_by: String,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_at: Timestamp,
    /// The hash of the manifest.
    pub manifest_sha256: String,
    /// Every output and its hash.
    pub outputs: Vec<(String, String)>,
}

/// A run cannot be approved, or its approval does not hold.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// It is a drill.
    #[error("run `{run}` is a drill: nobody is to be told anything on the strength of it")]
    Drill {
        /// The run.
        run: String,
    },
    /// It has no lists.
    #[error("run `{run}` is of pipeline `{pipeline}`, which leaves no lists to approve")]
    NoLists {
        /// The run.
        run: String,
        /// Its pipeline.
        pipeline: String,
    },
    /// Nobody is named.
    #[error("an approval needs a name")]
    NoName,
    /// The preparer cannot be the approver.
    #[error("`{by}` prepared the run, so somebody else must approve it")]
    OwnWork {
        /// Who asked.
        by: String,
    },
    /// It is approved already.
    #[error("run `{run}` is approved already, by {by} at {at}")]
    Approved {
        /// The run.
        run: String,
        /// By whom.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// A file of the run is not what the manifest says.
    #[error("`{path}` of run `{run}` {what}")]
    Changed {
        /// The run.
        run: String,
        /// The file.
        path: String,
        /// What became of it.
        what: &'static str,
    },
    /// There is no approval.
    #[error("run `{run}` is not approved")]
    NotApproved {
        /// The run.
        run: String,
    },
    /// There is one, and it no longer holds.
    #[error("the approval of run `{run}` by {by} is void: `{path}` {what}")]
    Void {
        /// The run.
        run: String,
        /// Who gave it.
        by: String,
        /// The file.
        path: String,
        /// What became of it.
        what: &'static str,
    },
}

impl Fault for ApprovalError {
    fn exit(&self) -> Exit {
        match self {
            ApprovalError::NotApproved { .. } | ApprovalError::Void { .. } => Exit::Gate,
            ApprovalError::Changed { .. } => Exit::Input,
            _ => Exit::Usage,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ApprovalError::Drill { .. } => {
                "run pipelines/breach_scoping.toml for an incident".to_owned()
            }
            ApprovalError::NoLists { .. } => {
                "name the directory of a breach_scoping run".to_owned()
            }
            ApprovalError::NoName => "say who approves: --by \"J. Roe\"".to_owned(),
            ApprovalError::OwnWork { .. } => {
                "four eyes: `run.prepared_by`, or the user who ran it, stands in the manifest"
                    .to_owned()
            }
            ApprovalError::Approved { .. } => {
                "`headcount approve <run> --verify` tells whether it still holds".to_owned()
            }
            ApprovalError::Changed { .. } => {
                "a run is never changed: run the pipeline again, and approve that".to_owned()
            }
            ApprovalError::NotApproved { .. } => "headcount approve <run> --by NAME".to_owned(),
            ApprovalError::Void { .. } => {
                "use none of its lists: run the pipeline again, and have that approved".to_owned()
            }
        })
    }
}

/// A file that is not what it was.
struct Difference {
    path: String,
    what: &'static str,
}

/// Approves a run.
///
/// # Errors
/// The run is a drill or has no lists, `by` prepared it, it is approved already, or a file of it
/// is not what the manifest says.
pub fn approve(place: &Path, by: &str) -> Result<Approval, Error> {
    let run = Finished::open(place)?;
    let name = || run.id().to_owned();
    if run.manifest()["drill"] == Value::Bool(true) {
        return Err(ApprovalError::Drill { run: name() }.into());
    }
    let pipeline = run.manifest()["pipeline"].as_str().unwrap_or_default();
    if pipeline != "breach_scoping" {
        let pipeline = pipeline.to_owned();
        return Err(ApprovalError::NoLists { run: name(), pipeline }.into());
    }
    let by = by.split_whitespace().collect::<Vec<_>>().join(" ");
    if by.is_empty() {
        return Err(ApprovalError::NoName.into());
    }
    let prepared_by = run.manifest()["prepared_by"].as_str().unwrap_or_default().to_owned();
    if is_same_person(&by, &prepared_by) {
        return Err(ApprovalError::OwnWork { by }.into());
    }
    let outputs = named(run.manifest());
    if let Some(Difference { path, what }) = first_difference(run.dir(), &outputs)? {
        return Err(ApprovalError::Changed { run: name(), path, what }.into());
    }
    if let Some(Approval { approved_by: by, approved_at: at, .. }) = read(run.dir())? {
        return Err(ApprovalError::Approved { run: name(), by, at }.into());
    }
    let approval = Approval {
        schema_version: 1,
        run_id: name(),
        prepared_by,
        approved_by: by,
        approved_at: Timestamp::now(),
        manifest_sha256: hash(&run.dir().join(MANIFEST))?,
        outputs,
    };
    let text = format!("{:#}\n", serde_json::to_value(&approval).unwrap_or_default());
    write_once(&run.dir().join(APPROVAL), &text)?;
    Ok(approval)
}

/// Tells whether the approval of a run holds: nothing changed since.
///
/// # Errors
/// There is none, or it is void.
pub fn verify(place: &Path) -> Result<Approval, Error> {
    let run = Finished::open(place)?;
    let name = || run.id().to_owned();
    let Some(approval) = read(run.dir())? else {
        return Err(ApprovalError::NotApproved { run: name() }.into());
    };
    let by = approval.approved_by.clone();
    let void = |path: &str, what| -> Error {
        ApprovalError::Void { run: name(), by: by.clone(), path: path.to_owned(), what }.into()
    };
    if approval.run_id != run.id() {
        return Err(void(APPROVAL, "is of another run"));
    }
    if hash(&run.dir().join(MANIFEST))? != approval.manifest_sha256 {
        return Err(void(MANIFEST, "was changed"));
    }
    match first_difference(run.dir(), &approval.outputs)? {
        Some(Difference { path, what }) => Err(void(&path, what)),
        None => Ok(approval),
    }
}

/// Lists the outputs that a manifest names, with their hashes.
fn named(manifest: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let outputs = manifest["outputs"].as_array().map_or(&[][..], Vec::as_slice);
    outputs.iter().map(|output| (text(&output["path"]), text(&output["sha256"]))).collect()
}

/// Reads every file again and finds the first that is not what it was.
fn first_difference(dir: &Path, outputs: &[(String, String)]) -> Result<Option<Difference>, Error> {
    let differs = |path: &str, what| Some(Difference { path: path.to_owned(), what });
    let found: Vec<Option<Difference>> = outputs
        .par_iter()
        .map(|(path, sha256)| {
            let place = dir.join(path);
            if !place.exists() {
                return Ok(differs(path, "is missing"));
            }
            let same = hash(&place)? == *sha256;
            Ok(if same { None } else { differs(path, "was changed") })
        })
        .collect::<Result<_, Error>>()?;
    if let Some(difference) = found.into_iter().flatten().next() {
        return Ok(Some(difference));
    }
    let mut known: BTreeSet<&str> = outputs.iter().map(|(path, _)| path.as_str()).collect();
    known.extend([MANIFEST, APPROVAL]);
    let added = files(dir)?.into_iter().find(|path| !known.contains(path.as_str()));
    Ok(added.and_then(|path| differs(&path, "was added")))
}

/// Lists the files of a folder, relative to it, in order.
fn files(dir: &Path) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![dir.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).map_err(|cause| no_file(&next, cause))? {
            let path = entry.map_err(|cause| no_file(&next, cause))?.path();
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else if let Ok(inner) = path.strip_prefix(dir) {
                found.push(inner.display().to_string());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(dir: &Path) -> Result<Option<Approval>, Error> {
    let path = dir.join(APPROVAL);
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).map_err(|cause| no_file(&path, cause))?;
    Ok(Some(serde_json::from_str(&text).map_err(|error| not_this(&path, &error))?))
}

fn hash(path: &Path) -> Result<String, Error> {
    let (sha256, _) = sha256_of_file(path).map_err(|cause| no_file(path, cause))?;
    Ok(sha256.to_string())
}

/// Tells whether two names are one person's, however they are spaced or capitalised.
fn is_same_person(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(one) == plain(other)
}
