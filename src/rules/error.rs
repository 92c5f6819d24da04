//! What can be wrong with a rules file?

use crate::fault::{Exit, Fault, nearest_word};

/// A rules file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not a table.
    #[error("`{file}` is not a table of rules: {cause}")]
    Unreadable {
        /// The file.
        file: String,
        /// What is wrong.
        cause: String,
    },
    /// A column is missing.
    #[error("column `{column}` is missing from `{file}`")]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: &'static str,
        /// The columns it has.
        found: Vec<String>,
    },
    /// Two rows define the same thing.
    #[error("`{code}` stands twice in `{file}`")]
    Twice {
        /// The file.
        file: String,
        /// The code.
        code: String,
        /// The second line.
        line: u64,
    },
    /// A cell holds a word that is none of those that it may hold.
    #[error("`{found}` is no {column}")]
    UnknownWord {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
        /// The words that may stand there.
        known: Vec<String>,
    },
    /// A cell does not hold what its column is for.
    #[error("`{found}` is no {what}: column `{column}`")]
    NotA {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
        /// What it should be.
        what: &'static str,
        /// What stands there.
        found: String,
    },
    /// A phrase that every letter needs is missing in English.
    #[error("phrase `{key}` of `{file}` has no English text")]
    NoPhrase {
        /// The file.
        file: String,
        /// The phrase.
        key: String,
    },
    /// A file of an incident names a class that the vocabulary does not have.
    #[error("data class `{code}` is unknown")]
    UnknownClass {
        /// The code.
        code: String,
        /// Who names it.
        at: String,
        /// The codes that are known.
        known: Vec<String>,
    },
}

impl Fault for Error {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn at(&self) -> Option<String> {
        match self {
            Error::Twice { file, line, .. } | Error::NotA { file, line, .. } => {
                Some(format!("{file}:{line}"))
            }
            Error::UnknownWord { file, line, column, .. } => {
                Some(format!("{file}:{line}, column `{column}`"))
            }
            Error::UnknownClass { at, .. } => Some(at.clone()),
            _ => None,
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Error::MissingColumn { found, .. } => Some(found.join(", ")),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Error::UnknownClass { code, known, .. } => {
                Some(match nearest_word(code, known.iter().map(String::as_str)) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => "the codes stand in the first column of data_classes.csv".to_owned(),
                })
            }
            Error::UnknownWord { found, known, .. } => {
                let known = || known.iter().map(String::as_str);
                Some(match nearest_word(found, known()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("known are {}", known().collect::<Vec<_>>().join(", ")),
                })
            }
            Error::NoPhrase { key, .. } => {
                Some(format!("add a row: phrase,{key},<the text, with {{name}}>"))
            }
            _ => None,
        }
    }
}
