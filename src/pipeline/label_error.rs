//! What can be wrong with a file of labels?
//!
//! Its cells name people's records, so a message says lines and columns and shows no cell.

use std::path::PathBuf;

use crate::fault::{Exit, Fault};

/// A file of labels cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// It gives one record to two people.
    #[error("lines {line} and {other} of `{path}` give one record to two people")]
    TwoPeople {
        /// The file.
        path: PathBuf,
        /// A line.
        line: u64,
        /// A later one.
        other: u64,
    },
    /// It is in neither form.
    #[error("`{path}` is no file of labels")]
    NeitherForm {
        /// The file.
        path: PathBuf,
        /// Its columns.
        found: Vec<String>,
        /// The columns that would say whose a record is.
        columns: [String; 2],
        /// The columns of decisions.
        decisions: String,
    },
    /// It speaks of other records than those of the sources.
    #[error("none of the {n_named} {what} that `{path}` names is in the sources")]
    Unknown {
        /// The file.
        path: PathBuf,
        /// How many it names.
        n_named: usize,
        /// What they are.
        what: &'static str,
    },
}

impl Fault for LabelError {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn at(&self) -> Option<String> {
        match self {
            LabelError::TwoPeople { path, line, .. } => Some(format!("{}:{line}", path.display())),
            _ => None,
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            LabelError::NeitherForm { found, .. } => Some(format!("columns {}", found.join(", "))),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            LabelError::TwoPeople { .. } => {
                "keep the row that is right; a column `source` tells equal ids apart".to_owned()
            }
            LabelError::NeitherForm { columns: [id, person], decisions, .. } => format!(
                "say with --id and --person which columns stand for `{id}` and `{person}`, or give \
                 decisions: {decisions}"
            ),
            LabelError::Unknown { .. } => {
                "ids are those of the column that columns.source_id maps; a column `source` holds \
                 the names of [[ingest.source]]"
                    .to_owned()
            }
        })
    }
}
