//! What can be wrong with what notices need?

use crate::fault::{Exit, Fault};

/// A file of returned mail or of activation codes cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not a table.
    #[error("`{file}` is not a table: line {line} cannot be read")]
    Unreadable {
        /// The file.
        file: String,
        /// The line.
        line: u64,
    },
    /// A column is missing.
    #[error("column `{column}` is missing from `{file}`")]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: &'static str,
    },
    /// A cell is not understood.
    #[error("line {line} of `{file}` is not understood in column `{column}`")]
    Cell {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// A code stands twice.
    #[error("the code on line {line} of `{file}` stands there before")]
    CodeTwice {
        /// The file.
        file: String,
        /// The second line.
        line: u64,
    },
    /// There are too few codes.
    #[error(
        "the pool of activation codes has {n_codes} codes left, and {n_people} people need one"
    )]
    TooFewCodes {
        /// How many are left.
        n_codes: usize,
        /// How many are needed.
        n_people: usize,
    },
}

impl Fault for Error {
    fn exit(&self) -> Exit {
        Exit::Input
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Error::Unreadable { .. } => "it is a CSV file with a header".to_owned(),
            Error::MissingColumn { column, .. } => format!("its first line must name `{column}`"),
            Error::Cell { column: "date", .. } => "a day is written 2026-03-31".to_owned(),
            Error::Cell { .. } => "it takes `email`, `phone` or `post`".to_owned(),
            Error::CodeTwice { .. } => "each code may be given to one person only".to_owned(),
            Error::TooFewCodes { .. } => {
                "ask the provider for more; no list was written".to_owned()
            }
        })
    }
}
