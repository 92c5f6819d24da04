//! What stops the reading of a source?

use super::Field;
use super::headline::is_data;
use crate::fault::{Exit, Fault, nearest_word};
use crate::terms::Masked;

/// A source cannot be read, or is not what the pipeline file says it is.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The pipeline file names no source.
    #[error("no source of contacts is named")]
    NoSource,
    /// Two sources have one name, so that rows could not be told apart.
    #[error("two sources are called `{name}`")]
    TwoSources {
        /// The name.
        name: String,
    },
    /// A preset is not known.
    #[error("there is no preset `{preset}`")]
    UnknownPreset {
        /// What was asked for.
        preset: String,
        /// Who asks.
        at: String,
        /// The presets that are built in.
        known: Vec<&'static str>,
    },
    /// The columns of a sample are mapped to what is no field.
    #[error("{cause}")]
    UnknownField {
        /// What is wrong, with the word that was meant.
        cause: String,
        /// Who asks.
        at: String,
    },
    /// A preset file cannot be used.
    #[error("preset `{preset}` cannot be used: {cause}")]
    BadPreset {
        /// The preset.
        preset: String,
        /// What is wrong.
        cause: String,
    },
    /// A delimiter or decimal mark is one that cannot work.
    #[error("{what} cannot be {found:?}")]
    BadMark {
        /// What it was to be.
        what: &'static str,
        /// The character.
        found: char,
        /// Who asks.
        at: String,
    },
    /// A file, or everything a glob stands for, is not there.
    #[error("`{file}` is not there")]
    NotFound {
        /// The file or glob.
        file: String,
        /// Who names it.
        at: String,
        /// The folder's files, where the folder is there.
        found: Vec<String>,
    },
    /// A file is there and cannot be read.
    #[error("`{file}` cannot be read: {cause}")]
    Unreadable {
        /// The file.
        file: String,
        /// What is wrong.
        cause: String,
    },
    /// Neither the scope file nor the file itself says what was exposed.
    #[error("`{file}` does not say what was exposed, and no data class is given")]
    NoClasses {
        /// The file.
        file: String,
        /// Who names it.
        at: String,
    },
    /// A file has no header, because it has nothing.
    #[error("`{file}` is empty")]
    Empty {
        /// The file.
        file: String,
        /// Who names it.
        at: String,
    },
    /// A file is not in the format it is read in.
    #[error("`{file}` is read as {read_as} and looks like {looks_like}")]
    WrongFormat {
        /// The file.
        file: String,
        /// The format by its name.
        read_as: &'static str,
        /// The format by its bytes.
        looks_like: &'static str,
        /// How to mend it.
        hint: &'static str,
    },
    /// A header is not in the encoding of its source.
    #[error("the header of `{file}` is no text in its encoding")]
    HeaderEncoding {
        /// The file.
        file: String,
        /// Who names it.
        at: String,
    },
    /// A column that the mapping names is not there.
    #[error("column `{column}` is missing from `{file}`")]
    MissingColumn {
        /// The column.
        column: String,
        /// The key of the pipeline file that names it.
        key: String,
        /// The file.
        file: String,
        /// Who names it.
        at: String,
        /// The file's headers.
        found: Vec<String>,
    },
    /// A column that the mapping names is there twice.
    #[error("column `{column}` stands twice in the header of `{file}`")]
    DuplicateColumn {
        /// The column.
        column: String,
        /// The file.
        file: String,
        /// Who names it.
        at: String,
    },
    /// No column of a file says who a row is about.
    #[error("no column of `{file}` says who a row is about")]
    NamesNobody {
        /// The file.
        file: String,
        /// Who names it.
        at: String,
        /// The file's headers.
        found: Vec<String>,
    },
    /// A packed file holds more than anyone meant.
    #[error("`{file}` unpacks to {cause}")]
    Bomb {
        /// The file.
        file: String,
        /// How much it is.
        cause: String,
    },
    /// A row is longer than any honest one.
    #[error("a row of `{file}` is longer than {n_bytes_max} bytes")]
    RowTooLong {
        /// The file.
        file: String,
        /// Where it begins.
        line: u64,
        /// The limit.
        n_bytes_max: usize,
    },
    /// A file has more columns than any honest one.
    #[error("`{file}` has {n_columns} columns, more than {n_columns_max}")]
    TooManyColumns {
        /// The file.
        file: String,
        /// How many.
        n_columns: usize,
        /// The limit.
        n_columns_max: usize,
    },
    /// A file has more rows than any honest one.
    #[error("`{file}` has more than {n_rows_max} rows")]
    TooManyRows {
        /// The file.
        file: String,
        /// The limit.
        n_rows_max: u64,
    },
}

impl Error {
    /// Words an error of the operating system without the path, which `file` already gives as
    /// the pipeline file writes it.
    pub(super) fn io(file: &str, cause: &std::io::Error) -> Error {
        Error::Unreadable { file: file.to_owned(), cause: cause.kind().to_string() }
    }
}

impl Fault for Error {
    fn exit(&self) -> Exit {
        match self {
            Error::NoSource
            | Error::TwoSources { .. }
            | Error::UnknownPreset { .. }
            | Error::BadPreset { .. }
            | Error::UnknownField { .. }
            | Error::BadMark { .. } => Exit::Usage,
            _ => Exit::Input,
        }
    }

    fn at(&self) -> Option<String> {
        match self {
            Error::UnknownPreset { at, .. }
            | Error::UnknownField { at, .. }
            | Error::BadMark { at, .. }
            | Error::NotFound { at, .. }
            | Error::Empty { at, .. }
            | Error::HeaderEncoding { at, .. }
            | Error::MissingColumn { at, .. }
            | Error::DuplicateColumn { at, .. }
            | Error::NamesNobody { at, .. } => Some(at.clone()),
            Error::RowTooLong { file, line, .. } => Some(format!("{file}:{line}")),
            Error::NoSource | Error::TwoSources { .. } => Some("[[ingest.source]]".to_owned()),
            _ => None,
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Error::MissingColumn { found, .. } | Error::NamesNobody { found, .. } => {
                Some(listed(found, is_data(found)))
            }
            Error::NotFound { found, .. } if !found.is_empty() => Some(listed(found, false)),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Error::NoSource => "name one: [[ingest.source]] with name and files".to_owned(),
            Error::UnknownPreset { preset, known, .. } => {
                match nearest_word(preset, known.iter().copied()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!(
                        "the presets are {}; an own one is a path that ends in .toml",
                        known.join(", ")
                    ),
                }
            }
            Error::NotFound { file, found, .. } => {
                let name = file.rsplit('/').next().unwrap_or(file);
                let near = nearest_word(name, found.iter().map(String::as_str))?;
                format!("did you mean `{near}`?")
            }
            Error::WrongFormat { hint, .. } => (*hint).to_owned(),
            Error::HeaderEncoding { .. } => {
                "set the encoding that it is in, say encoding = \"windows-1252\"".to_owned()
            }
            Error::MissingColumn { found, .. } | Error::NamesNobody { found, .. }
                if is_data(found) =>
            {
                "the first row looks like data; the file needs a header".to_owned()
            }
            Error::MissingColumn { column, key, found, .. } => {
                let field = key.rsplit('.').next().unwrap_or(key);
                let near = nearest_word(column, found.iter().map(String::as_str))
                    .or_else(|| nearest_word(field, found.iter().map(String::as_str)))?;
                format!("map it with {key} = {near:?}")
            }
            Error::DuplicateColumn { .. } => "rename one of the two in the file".to_owned(),
            Error::NamesNobody { found, .. } => {
                let named = [Field::Email, Field::LastName, Field::Phone, Field::SourceId];
                let near = named.into_iter().find_map(|field| {
                    let near = nearest_word(field.name(), found.iter().map(String::as_str))?;
                    Some(format!("map one with columns.{field} = {near:?}"))
                });
                near.unwrap_or_else(|| "name a preset, or map columns.email and others".to_owned())
            }
            Error::RowTooLong { .. } => {
                "look for a quote that does not close, or for a file that is no table; if it is \
                 meant, raise ingest.limits.n_bytes_row_max"
                    .to_owned()
            }
            Error::TooManyColumns { .. } => {
                "if it is meant, raise ingest.limits.n_columns_max".to_owned()
            }
            Error::TooManyRows { .. } => {
                "if it is meant, raise ingest.limits.n_rows_max".to_owned()
            }
            Error::Bomb { .. } => {
                "if it is meant, raise ingest.limits.n_bytes_unpacked_max, unpacked_ratio_max or \
                 n_bytes_workbook_max"
                    .to_owned()
            }
            _ => return None,
        })
    }
}

/// Lists what was found, as much of it as a person will read, without control characters, so
/// that a file cannot steer the terminal; and masked where it may be people's data.
fn listed(found: &[String], is_masked: bool) -> String {
    const N_SHOWN: usize = 40;
    let shown = |word: &String| -> String {
        let word: String = word.chars().filter(|c| !c.is_control()).take(60).collect();
        if is_masked { Masked(&word).to_string() } else { word }
    };
    let words: Vec<String> = found.iter().take(N_SHOWN).map(shown).collect();
    match found.len().saturating_sub(N_SHOWN) {
        0 => words.join(", "),
        rest => format!("{} and {rest} more", words.join(", ")),
    }
}
