//! What can go wrong on the way to the disk?

use std::io;
use std::path::PathBuf;

use crate::fault::{Exit, Fault};

/// A result could not be left behind. Nothing stands under its final name.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused.
    #[error("`{path}` could not be written: {cause}")]
    Write {
        /// The path.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Polars could not write a table.
    #[error("table `{path}` could not be written: {cause}")]
    Table {
        /// The path.
        path: PathBuf,
        /// What Polars said.
        cause: String,
    },
    /// The place is taken.
    #[error("`{path}` is there already, and a run is never overwritten")]
    Exists {
        /// The path.
        path: PathBuf,
    },
    /// Of recipients and outputs to encrypt, one is missing.
    #[error("`run.encrypt` names {}", if *has_recipients { "recipients, but no outputs" } else { "outputs, but no recipients" })]
    HalfSeal {
        /// Whether the recipients are there.
        has_recipients: bool,
    },
    /// A recipient is no public key.
    #[error("recipient {place} of `run.encrypt` is no public key of age: {cause}")]
    Recipient {
        /// Its place in the list, from 1.
        place: usize,
        /// What is wrong.
        cause: &'static str,
    },
    /// A pattern of outputs to encrypt fits none.
    #[error("no output fits `{pattern}` of `run.encrypt`")]
    NothingToSeal {
        /// The pattern.
        pattern: String,
    },
    /// Another run fills the same place.
    #[error("another run holds the lock `{path}`")]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
}

impl Error {
    pub(super) fn write(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |cause| Error::Write { path, cause }
    }
}

impl Fault for Error {
    fn exit(&self) -> Exit {
        match self {
            Error::Locked { .. } => Exit::Locked,
            Error::HalfSeal { .. } | Error::Recipient { .. } | Error::NothingToSeal { .. } => {
                Exit::Usage
            }
            _ => Exit::Output,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Error::Exists { .. } => Some(
                "a run is named by its clock and its settings: give another `--out`, or move the \
                 earlier run away"
                    .to_owned(),
            ),
            Error::Locked { .. } => {
                Some("wait for it, or give this run another `--out`".to_owned())
            }
            Error::Write { cause, .. } if cause.kind() == io::ErrorKind::StorageFull => {
                Some("free space on that disk, or give another `--out`".to_owned())
            }
            Error::HalfSeal { .. } => Some(
                "recipients = [\"age1…\"] and outputs = [\"notify/*.csv\"] go together".to_owned(),
            ),
            Error::Recipient { .. } => {
                Some("it begins with `age1`; `age-keygen -y key.txt` prints it".to_owned())
            }
            Error::NothingToSeal { .. } => Some(
                "a list under another name would lie open: `outputs` of a manifest shows the names"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}
