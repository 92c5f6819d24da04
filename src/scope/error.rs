//! What can be wrong with an incident or its lists?

use crate::fault::{Exit, Fault};

use super::ScopeFileCount;

/// The incident's persons cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A fact of an incident contradicts another, or is missing.
    #[error("incident `{incident}`: {what}")]
    Incident {
        /// The incident's id.
        incident: String,
        /// What is wrong.
        what: String,
        /// What the file says.
        found: Option<String>,
        /// How to mend it.
        hint: &'static str,
    },
    /// Two incidents of a run have one id.
    #[error("two incidents are called `{incident}`")]
    SameIncident {
        /// The id.
        incident: String,
    },
    /// A hashed list met about nobody.
    #[error(
        "the hashed list `{}` met about nobody: {} of {} rows",
        count.file, count.n_matched, count.n_rows
    )]
    NothingMatched {
        /// What came of the list.
        count: Box<ScopeFileCount>,
        /// Values of that kind in the contacts, each of which was hashed.
        n_compared: u64,
    },
}

impl Fault for Error {
    fn exit(&self) -> Exit {
        match self {
            Error::Incident { .. } | Error::SameIncident { .. } => Exit::Usage,
            Error::NothingMatched { .. } => Exit::Input,
        }
    }

    fn at(&self) -> Option<String> {
        match self {
            Error::NothingMatched { count, .. } => {
                Some(format!("incident `{}`, scope file `{}`", count.incident, count.file))
            }
            _ => None,
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Error::Incident { found, .. } => found.clone(),
            Error::SameIncident { .. } => None,
            Error::NothingMatched { count, n_compared } => {
                let tried: Vec<_> = count
                    .profiles
                    .iter()
                    .map(|tried| format!("{} met {}", tried.profile, tried.n_matched))
                    .collect();
                Some(format!(
                    "{} rows, {} of them a hash; {n_compared} values of the contacts hashed: {}",
                    count.n_rows,
                    count.n_rows - count.n_invalid,
                    tried.join(", "),
                ))
            }
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Error::Incident { hint, .. } => (*hint).to_owned(),
            Error::SameIncident { .. } => "give each incident an id of its own".to_owned(),
            Error::NothingMatched { .. } => {
                "ask how the values were written before hashing (case, \
                 blanks, dots in Gmail addresses, `+` before a phone number), whether a salt or a \
                 key was used, and whether it is SHA-256; matched_share_min = 0 under [scope] lets \
                 the list pass"
                    .to_owned()
            }
        })
    }
}
