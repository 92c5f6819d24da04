//! What can be wrong with `[standardize]`?

use super::country;
use crate::fault::{Exit, Fault};

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `default_country` is no country.
    #[error("`{country}` is no country")]
    UnknownCountry {
        /// What was written.
        country: String,
    },
    /// A share is not from 0 to 1.
    #[error("`birth_date_placeholder_share_min` is a share from 0 to 1")]
    NoShare {
        /// What was written.
        found: f64,
    },
}

impl Fault for Error {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn at(&self) -> Option<String> {
        Some("[standardize]".to_owned())
    }

    fn found(&self) -> Option<String> {
        match self {
            Error::UnknownCountry { country } => Some(country.clone()),
            Error::NoShare { found } => Some(found.to_string()),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Error::UnknownCountry { country } => Some(match country::nearest(country) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "write its ISO 3166-1 code, such as \"DE\"".to_owned(),
            }),
            Error::NoShare { .. } => None,
        }
    }
}
