//! What stops a run, and where does it stand in the pipeline file?

use std::fmt;
use std::path::{Path, PathBuf};

use crate::fault::{Exit, Fault, nearest_word};
use crate::terms::Rule;

/// Anything that stops a run: the fault of a room, with its place in the pipeline file where
/// that is known.
#[derive(Debug)]
pub struct Error {
    fault: Box<dyn Fault>,
    at: Option<String>,
}

impl Error {
    /// Says where in the pipeline file the cause stands.
    #[must_use]
    pub fn at(mut self, place: String) -> Error {
        self.at = Some(place);
        self
    }
}

impl<F: Fault + 'static> From<F> for Error {
    fn from(fault: F) -> Error {
        Error { fault: Box::new(fault), at: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(formatter)
    }
}

impl Error {
    /// Lends the fault as it is shown to users.
    pub fn shown(&self) -> Placed<'_> {
        Placed(self)
    }

    /// Tells which exit code it ends in.
    pub fn exit(&self) -> Exit {
        self.fault.exit()
    }

    /// Tells its place, as the room knows it.
    pub fn place(&self) -> Option<String> {
        self.fault.at()
    }
}

/// A fault with the place that the pipeline found for it.
#[derive(Debug)]
pub struct Placed<'a>(&'a Error);

impl fmt::Display for Placed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for Placed<'_> {}

impl Fault for Placed<'_> {
    fn exit(&self) -> Exit {
        self.0.fault.exit()
    }

    fn at(&self) -> Option<String> {
        self.0.at.clone().or_else(|| self.0.fault.at())
    }

    fn found(&self) -> Option<String> {
        self.0.fault.found()
    }

    fn hint(&self) -> Option<String> {
        self.0.fault.hint()
    }
}

/// A pipeline file, an incident or a flag says something that cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file of settings cannot be read.
    #[error("`{path}` cannot be read: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A file of settings says something that is not understood.
    #[error("{message}")]
    NotUnderstood {
        /// The file.
        path: PathBuf,
        /// Line and column, where known.
        place: Option<(usize, usize)>,
        /// What is wrong.
        message: String,
        /// How to mend it, where known.
        hint: Option<String>,
    },
    /// A `--set` that names nothing.
    #[error("`--set {typed}` is not understood")]
    Set {
        /// What was typed.
        typed: String,
        /// Why.
        cause: String,
    },
    /// The file lacks something that its pipeline needs.
    #[error("pipeline `{pipeline}` needs `{key}`")]
    Missing {
        /// The file.
        path: PathBuf,
        /// The pipeline.
        pipeline: &'static str,
        /// The missing key.
        key: &'static str,
        /// What to write.
        hint: &'static str,
    },
    /// A file of settings could not be left.
    #[error("`{path}` could not be written: {cause}")]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A file of data that the pipeline names cannot be opened.
    #[error("`{path}` cannot be read: {cause}")]
    NoInput {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A file that the command names, or that belongs to a run it names, cannot be opened.
    #[error("`{path}` cannot be read: {cause}")]
    NoFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("`{path}` is not what was expected: {cause}")]
    NotThis {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// An incident calls by a word that no law knows.
    #[error("incident `{incident}`: {what} `{word}` is unknown")]
    UnknownWord {
        /// The incident.
        incident: String,
        /// What the word is.
        what: &'static str,
        /// The word.
        word: String,
        /// The words that are known.
        known: Vec<String>,
    },
    /// A jurisdiction without a law cannot stand in for another.
    #[error("`duty.unknown_residency` names `{code}`, which has no law in the rules file")]
    StandIn {
        /// The code.
        code: String,
        /// The codes that have one.
        known: Vec<String>,
    },
    /// The settings of a drill make no incident.
    #[error("the drill makes no incident: {cause}")]
    Drill {
        /// Why.
        cause: String,
    },
    /// A snapshot's customers were valued on other terms than the file asks for.
    #[error(
        "`value.{key}` is {asked}, but the customers of the snapshot were valued with {valued}"
    )]
    ValuedOtherwise {
        /// The term.
        key: &'static str,
        /// What the file asks for.
        asked: f64,
        /// What counted when the snapshot was made.
        valued: f64,
    },
    /// Two runs that have nothing to compare.
    #[error("a run of `{one}` and one of `{other}` cannot be compared")]
    Unlike {
        /// The pipeline of the first.
        one: String,
        /// The pipeline of the second.
        other: String,
    },
    /// A rule that is not there.
    #[error("rule `{typed}` is unknown")]
    UnknownRule {
        /// What was typed.
        typed: String,
    },
    /// A flag that speaks of a run, without one.
    #[error("`{flag}` needs a run")]
    NeedsRun {
        /// The flag.
        flag: &'static str,
    },
    /// A run that does not keep its records.
    #[error("`{run}` is a run of `{pipeline}`, which keeps no records to explain or review")]
    NoRecords {
        /// The run directory.
        run: PathBuf,
        /// Its pipeline.
        pipeline: String,
    },
    /// A record that the run does not have, or that several sources have.
    #[error("record `{typed}` is not one of the {n_records} records of the run")]
    UnknownRecord {
        /// What was typed.
        typed: String,
        /// How many records there are.
        n_records: usize,
        /// The sources.
        sources: Vec<String>,
    },
    /// A reviewer without a name.
    #[error("`--by` is empty")]
    NoReviewer,
    /// A decision that cannot be taken back, since others follow it by now.
    #[error("`{path}` has changed since the last decision was written")]
    DecisionsMoved {
        /// The file of decisions.
        path: PathBuf,
    },
    /// A person that a run does not know.
    #[error("the run knows no person `{typed}`")]
    UnknownPerson {
        /// What was typed, masked.
        typed: String,
        /// A source of the run that may be meant.
        near: Option<String>,
    },
    /// An input changed between hashing and the end of the run.
    #[error("`{path}` changed while it was being read")]
    InputChanged {
        /// The file.
        path: String,
    },
}

impl ConfigError {
    /// Puts an error of the TOML reader into words that name line, column and the nearest known
    /// key.
    pub fn of_toml(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
        let place = error.span().map(|span| line_and_column(text, span.start));
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        let hint = if message.contains("expected a timestamp string") {
            Some("put it in quotes, with its offset: \"2026-03-01T02:00:00Z\"".to_owned())
        } else {
            nearest_known(&message)
        };
        ConfigError::NotUnderstood { path: path.to_owned(), place, message, hint }
    }
}

/// Gives line and column of a byte, both from 1.
pub(super) fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..byte.min(text.len())];
    let line = before.matches('\n').count() + 1;
    (line, before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1)
}

/// Reads "unknown field `emial`, expected one of `email`, `phone`" and names the nearest.
fn nearest_known(message: &str) -> Option<String> {
    let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (typed, known) = words.split_first()?;
    if !message.starts_with("unknown ") {
        return None;
    }
    nearest_word(typed, known.iter().copied()).map(|word| format!("did you mean `{word}`?"))
}

impl Fault for ConfigError {
    fn exit(&self) -> Exit {
        match self {
            ConfigError::InputChanged { .. }
            | ConfigError::NoFile { .. }
            | ConfigError::NoInput { .. }
            | ConfigError::NotThis { .. } => Exit::Input,
            ConfigError::NotWritten { .. } => Exit::Output,
            _ => Exit::Usage,
        }
    }

    fn at(&self) -> Option<String> {
        match self {
            ConfigError::NotUnderstood { path, place: Some((line, column)), .. } => {
                Some(format!("{}:{line}:{column}", path.display()))
            }
            ConfigError::NotUnderstood { path, .. } | ConfigError::Missing { path, .. } => {
                Some(path.display().to_string())
            }
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            ConfigError::NotUnderstood { hint, .. } => hint.clone(),
            ConfigError::Set { cause, .. } => Some(cause.clone()),
            ConfigError::UnknownRule { typed } => {
                let ids = Rule::ALL.iter().map(|rule| rule.id());
                Some(match nearest_word(typed, ids) {
                    Some(id) => format!("did you mean `{id}`?"),
                    None => "`headcount explain` lists them all".to_owned(),
                })
            }
            ConfigError::NeedsRun { .. } => Some(
                "headcount explain out/nightly_contact_quality --pair SOURCE:ID SOURCE:ID"
                    .to_owned(),
            ),
            ConfigError::NoRecords { .. } => {
                Some("name a run of nightly_contact_quality".to_owned())
            }
            ConfigError::UnknownRecord { typed, sources, .. } => {
                let source = typed.split_once(':').map(|(source, _)| source);
                let known = sources.iter().map(String::as_str);
                let nearest = source.and_then(|source| nearest_word(source, known));
                Some(match nearest {
                    Some(near) if source != Some(near) => format!("did you mean `{near}:`?"),
                    Some(near) => format!("source `{near}` has no record of that id"),
                    None => format!(
                        "write SOURCE:ID; the sources are {}; #17 is record 17 of the run",
                        sources.join(", ")
                    ),
                })
            }
            ConfigError::NoReviewer => {
                Some("say who decides: it stands beside each decision".to_owned())
            }
            ConfigError::DecisionsMoved { .. } => {
                Some("delete the row by hand, or decide the pair again: the latest counts".into())
            }
            ConfigError::UnknownPerson { near, .. } => Some(match near {
                Some(source) => format!("did you mean the source `{source}`?"),
                None => {
                    "name a customer_id of golden_records.parquet, or a record as SOURCE:ID".into()
                }
            }),
            ConfigError::Missing { hint, .. } => Some((*hint).to_owned()),
            ConfigError::NotThis { .. } => None,
            ConfigError::UnknownWord { word, known, .. }
            | ConfigError::StandIn { code: word, known } => {
                Some(match nearest_word(word, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are {}", known.join(", ")),
                })
            }
            ConfigError::Drill { .. } => {
                Some("see the table [drill] of the pipeline file".to_owned())
            }
            ConfigError::ValuedOtherwise { key, .. } => Some(format!(
                "run over the exports without snapshot.as_of, which values anew, or leave \
                 value.{key} out"
            )),
            ConfigError::Unlike { .. } => {
                Some("give two run directories of the same pipeline".to_owned())
            }
            ConfigError::NotWritten { .. } => {
                Some("a file that is there is never written over; name another".to_owned())
            }
            ConfigError::NoInput { .. } => {
                Some("paths are taken from `run.root`, itself relative to the pipeline file".into())
            }
            ConfigError::NoFile { .. } | ConfigError::Unreadable { .. } => {
                Some("the path is taken from the folder that you stand in".to_owned())
            }
            ConfigError::InputChanged { .. } => {
                Some("run again when the export is complete".to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_key_is_named_with_its_line_and_the_nearest_known_one() {
        #[derive(serde::Deserialize, Debug)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only its field names matter here")]
        struct File {
            email: Option<String>,
            phone: Option<String>,
        }
        let text = "phone = \"a\"\nemial = \"b\"\n";
        let error = toml::from_str::<File>(text).unwrap_err();
        let error = ConfigError::of_toml(Path::new("p.toml"), text, &error);
        assert_eq!(error.at().as_deref(), Some("p.toml:2:1"));
        assert_eq!(error.hint().as_deref(), Some("did you mean `email`?"));
    }
}
