//! What can stand between us and an earlier night?

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::fault::{Exit, Fault};
use crate::output;
use crate::tables::LayoutError;

/// A snapshot could not be left or read back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A snapshot of that instant is there.
    #[error("a snapshot of {at} is there already, and none is ever overwritten")]
    Taken {
        /// The instant.
        at: Timestamp,
        /// Its folder.
        path: PathBuf,
    },
    /// The disk refuses.
    #[error(transparent)]
    Output(#[from] output::Error),
    /// There is no snapshot so early.
    #[error("no snapshot in `{dir}` was taken at {at} or before")]
    NoneThere {
        /// The folder of snapshots.
        dir: PathBuf,
        /// The instant asked for.
        at: Timestamp,
        /// The earliest that there is.
        earliest: Option<Timestamp>,
    },
    /// A file cannot be read.
    #[error("`{path}` could not be read: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file is not what was written.
    #[error("snapshot file `{path}` is damaged: {what}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What shows it.
        what: String,
    },
    /// A snapshot of another version, whose tables are not today's.
    #[error("`{path}` was written by headcount {version}: {cause}")]
    OtherLayout {
        /// The file.
        path: PathBuf,
        /// The version.
        version: String,
        /// What differs.
        cause: LayoutError,
    },
    /// A snapshot in a form that this version does not know.
    #[error("`{path}` has form {found}, this version of headcount reads form {known}")]
    OtherForm {
        /// The listing.
        path: PathBuf,
        /// Its form.
        found: u64,
        /// The form known here.
        known: u64,
    },
}

impl Error {
    pub(super) fn unreadable(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |cause| Error::Unreadable { path, cause }
    }

    pub(super) fn damaged(path: impl Into<PathBuf>, what: impl Into<String>) -> Error {
        Error::Damaged { path: path.into(), what: what.into() }
    }
}

impl Fault for Error {
    fn exit(&self) -> Exit {
        match self {
            Error::Output(error) => error.exit(),
            Error::Taken { .. } => Exit::Output,
            _ => Exit::Input,
        }
    }

    fn at(&self) -> Option<String> {
        match self {
            Error::Taken { path, .. } => Some(path.display().to_string()),
            _ => None,
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Error::NoneThere { earliest: Some(earliest), .. } => {
                Some(format!("the earliest is of {earliest}"))
            }
            Error::NoneThere { earliest: None, .. } => Some("no snapshots at all".to_owned()),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Error::Output(error) => error.hint(),
            Error::Taken { .. } => {
                Some("give the run another clock, or [snapshot] another `dir`".to_owned())
            }
            Error::NoneThere { earliest: Some(_), .. } => Some(
                "set [snapshot] `as_of` to that or later, or read the exports instead".to_owned(),
            ),
            Error::NoneThere { earliest: None, .. } => {
                Some("check [snapshot] `dir`; nightly runs leave snapshots there".to_owned())
            }
            Error::Damaged { .. } => Some(
                "restore the folder from a copy, or set [snapshot] `as_of` before it; a damaged \
                 night is never read in part"
                    .to_owned(),
            ),
            Error::OtherLayout { version, .. } => {
                Some(format!("read it with headcount {version}, or take the exports of that day"))
            }
            Error::OtherForm { .. } => {
                Some("read it with the version of headcount that wrote it".to_owned())
            }
            Error::Unreadable { .. } => None,
        }
    }
}
