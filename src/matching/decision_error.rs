//! What can be wrong with a file of decisions?
//!
//! Its cells name people's records, so a message says line and column and shows no cell.

use super::decisions::DECISION_COLUMNS;
use crate::fault::{Exit, Fault};

/// A file of decisions cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    /// A column is missing.
    #[error("column `{column}` is missing from `{file}`")]
    Column {
        /// The file.
        file: String,
        /// The column.
        column: &'static str,
        /// How many columns it has.
        n_found: usize,
    },
    /// A row is no row of such a table.
    #[error("a row of `{file}` has not as many cells as the header, or is no text")]
    Row {
        /// The file.
        file: String,
        /// The line.
        line: u64,
    },
    /// A cell says nothing that can be carried out.
    #[error("a decision in `{file}` is not understood")]
    Cell {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// A record is set against itself.
    #[error("a decision in `{file}` names one record twice")]
    Itself {
        /// The file.
        file: String,
        /// The line.
        line: u64,
    },
    /// Decisions that cannot all be true, where none may give way.
    #[error("decisions in `{file}` contradict each other")]
    Contradiction {
        /// The file.
        file: String,
        /// The line that says `different`.
        line: u64,
        /// The lines that say `same` and lead from one of its records to the other.
        others: Vec<u64>,
    },
}

impl Fault for DecisionError {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn at(&self) -> Option<String> {
        match self {
            DecisionError::Column { .. } => None,
            DecisionError::Row { file, line }
            | DecisionError::Itself { file, line }
            | DecisionError::Contradiction { file, line, .. } => Some(format!("{file}:{line}")),
            DecisionError::Cell { file, line, column } => {
                Some(format!("{file}:{line}, column `{column}`"))
            }
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            DecisionError::Column { n_found, .. } => Some(format!("{n_found} other columns")),
            DecisionError::Contradiction { others, .. } => {
                let lines: Vec<String> = others.iter().map(u64::to_string).collect();
                Some(format!("`different` of two records that `same` unites: {}", told(&lines)))
            }
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            DecisionError::Column { .. } => {
                format!("the header is {}", DECISION_COLUMNS.join(","))
            }
            DecisionError::Row { .. } => {
                "separate cells by commas, and write the file in UTF-8".to_owned()
            }
            DecisionError::Cell { column: "decision", .. } => {
                "write `same` or `different`; leave the cell empty where nothing is decided"
                    .to_owned()
            }
            DecisionError::Cell { column: "when", .. } => {
                "write an instant with its offset, 2026-03-01T02:00:00Z, or a day, 2026-03-01"
                    .to_owned()
            }
            DecisionError::Cell { .. } => {
                "name both records by source and source id, as `review_pairs.csv` does".to_owned()
            }
            DecisionError::Itself { .. } => "delete the row".to_owned(),
            DecisionError::Contradiction { .. } => {
                "decide one of these pairs anew: the latest decision on a pair counts".to_owned()
            }
        })
    }
}

fn told(lines: &[String]) -> String {
    let word = if lines.len() == 1 { "line" } else { "lines" };
    format!("{word} {}", lines.join(", "))
}
