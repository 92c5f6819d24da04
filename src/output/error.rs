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
            _ => None,
        }
    }
}
