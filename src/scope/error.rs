//! What can be wrong with an incident or its lists?

use crate::fault::{Exit, Fault};
use crate::terms::{Hash, Identifier};

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
        hint: String,
    },
    /// A list was hashed with a key, and there is none.
    #[error("the list `{file}` was hashed with a key, and no key is given")]
    NoKey {
        /// The incident's id.
        incident: String,
        /// The scope file's name.
        file: String,
    },
    /// A list holds something else than it is said to list.
    #[error(
        "the list `{}` holds something else than {}: {} of {} rows cannot be read",
        count.file, count.identifier.word(), count.n_unreadable(), count.n_rows
    )]
    Unreadable {
        /// What came of the list.
        count: Box<ScopeFileCount>,
    },
    /// A description means nobody.
    #[error("the description `{}` means nobody", count.file)]
    NobodyDescribed {
        /// What came of it.
        count: Box<ScopeFileCount>,
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
            Error::Incident { .. } | Error::SameIncident { .. } | Error::NoKey { .. } => {
                Exit::Usage
            }
            Error::NothingMatched { .. }
            | Error::NobodyDescribed { .. }
            | Error::Unreadable { .. } => Exit::Input,
        }
    }

    fn at(&self) -> Option<String> {
        match self {
            Error::NoKey { incident, file } => {
                Some(format!("incident `{incident}`, scope file `{file}`"))
            }
            Error::NothingMatched { count, .. }
            | Error::NobodyDescribed { count }
            | Error::Unreadable { count } => {
                Some(format!("incident `{}`, scope file `{}`", count.incident, count.file))
            }
            _ => None,
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Error::Incident { found, .. } => found.clone(),
            Error::SameIncident { .. }
            | Error::NoKey { .. }
            | Error::NobodyDescribed { .. }
            | Error::Unreadable { .. } => None,
            Error::NothingMatched { count, n_compared } => {
                let tried: Vec<_> = count
                    .profiles
                    .iter()
                    .map(|tried| format!("{} met {}", tried.profile, tried.n_matched))
                    .collect();
                let other = match count.other_hash {
                    Some(name) => format!(", {} an {name}", count.n_other_hash),
                    None => String::new(),
                };
                Some(format!(
                    "{} rows, {} of them a hash{other}; {n_compared} values of the contacts \
                     hashed: {}",
                    count.n_rows,
                    count.n_valid(),
                    tried.join(", "),
                ))
            }
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Error::Incident { hint, .. } => hint.clone(),
            Error::SameIncident { .. } => "give each incident an id of its own".to_owned(),
            Error::NoKey { .. } => "name the file that holds it: key_file = \"hmac.key\"".to_owned(),
            Error::Unreadable { count } => match count.identifier.subject() {
                Some(subject) => format!(
                    "if it holds hashes, identifier = \"{}_hash\"; if another column, or another \
                     identifier, say which; readable_share_min = 0 under [scope] lets it pass",
                    subject.word()
                ),
                None => "readable_share_min = 0 under [scope] lets it pass".to_owned(),
            },
            Error::NobodyDescribed { .. } => {
                "texts are compared whole, without regard to case: see how the contacts write them; \
                 matched_share_min = 0 under [scope] lets it pass"
                    .to_owned()
            }
            Error::NothingMatched { count, .. } => match (count.other_hash, count.identifier) {
                (Some(name), Identifier::Hashed(subject, _)) if count.n_other_hash > count.n_valid() => {
                    format!(
                        "these are hashes by {name}: identifier = \"{}_hash\" takes each by its \
                         length",
                        subject.word()
                    )
                }
                (_, Identifier::Hashed(_, Hash::HmacSha256)) => {
                    "ask for the key and how it is written (bytes, hex: or base64: before it), and \
                     how the values were written before hashing; matched_share_min = 0 under \
                     [scope] lets the list pass"
                        .to_owned()
                }
                _ => "ask how the values were written before hashing (case, blanks, dots in Gmail \
                      addresses, `+` before a phone number), whether a salt or a key was used, and \
                      by which function; matched_share_min = 0 under [scope] lets the list pass"
                    .to_owned(),
            },
        })
    }
}
