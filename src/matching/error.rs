//! What can be wrong with the section `[matching]`.

use crate::fault::{Exit, Fault, nearest_word};

/// Settings that do not go together.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The thresholds are not in order.
    #[error("`weight_bits_review_min` {review} is above `weight_bits_min` {link}")]
    Thresholds {
        /// From here on a pair is for review.
        review: f64,
        /// From here on a pair is linked.
        link: f64,
    },
    /// A number must be above zero.
    #[error("`{key}` must be above 0, found {value}")]
    NotPositive {
        /// The setting.
        key: &'static str,
        /// What it says.
        value: f64,
    },
    /// Nothing to work with.
    #[error("`[[matching.{what}]]` has no entries")]
    Nothing {
        /// Which list is empty.
        what: &'static str,
    },
    /// A blocking rule without keys would pair everything with everything.
    #[error("blocking rule {place} agrees on nothing")]
    EmptyRule {
        /// Which rule, from 1.
        place: usize,
    },
    /// The evidence of a field would count twice.
    #[error("`{field}` is compared twice")]
    Twice {
        /// The field.
        field: &'static str,
    },
    /// Too many blocking rules.
    #[error("{n_rules} blocking rules are more than {n_rules_max}")]
    TooMany {
        /// How many there are.
        n_rules: usize,
        /// How many there may be.
        n_rules_max: usize,
    },
    /// A test on a field that it says nothing about.
    #[error("test `{test}` means nothing on `{field}`")]
    Unsuited {
        /// The field.
        field: &'static str,
        /// The test.
        test: &'static str,
    },
    /// A source is named that the run does not read.
    #[error("`one_to_one` names the source `{name}`, which the pipeline does not read")]
    NoSource {
        /// What was named.
        name: String,
        /// The sources of the run.
        known: Vec<String>,
    },
    /// The levels leave pairs over.
    #[error("the last level of `{field}` must be `else`")]
    NoElse {
        /// The field.
        field: &'static str,
    },
}

impl Fault for Error {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn at(&self) -> Option<String> {
        let place = match self {
            Error::EmptyRule { place } => format!("[[matching.block]], entry {place}"),
            Error::Unsuited { field, .. } | Error::NoElse { field } | Error::Twice { field } => {
                format!("[[matching.compare]] of `{field}`")
            }
            _ => "[matching]".to_owned(),
        };
        Some(place)
    }

    fn hint(&self) -> Option<String> {
        match self {
            Error::Nothing { .. } => {
                Some("leave the list out altogether to get the built-in one".to_owned())
            }
            Error::EmptyRule { .. } => Some("name at least one key: on = [\"email\"]".to_owned()),
            Error::NoSource { name, known } => {
                let near = nearest_word(name, known.iter().map(String::as_str));
                Some(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the sources are {}", known.join(", ")),
                })
            }
            Error::NoElse { .. } => {
                Some("add { test = \"else\", m = 0.05, u = 0.95 } at the end".to_owned())
            }
            _ => None,
        }
    }
}
