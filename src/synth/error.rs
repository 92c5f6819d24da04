//! What can be wrong with what was asked of the generator?

use jiff::civil::Date;

use crate::fault::{Exit, Fault};
use crate::output;

/// Nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many records, or none.
    #[error("`n_contacts` is {found}, expected 1 to {most}")]
    TooMany {
        /// What was asked for.
        found: usize,
        /// The most there can be.
        most: usize,
    },
    /// The share of duplicates is no share, or more than one in two.
    #[error("`duplicate_share` is {found}, expected 0 to 0.5")]
    Share {
        /// What was asked for.
        found: f64,
    },
    /// The weights of the countries are none.
    #[error("the weights in `countries` must not be negative, and one must be above 0")]
    Countries,
    /// The day is out of range.
    #[error("`clock` is {found}, expected a day of the years 2000 to 2100")]
    Clock {
        /// What was asked for.
        found: Date,
    },
    /// The shop's table could not be written as Parquet.
    #[error("the shop's table could not be written: {cause}")]
    Parquet {
        /// What Polars said.
        cause: String,
    },
    /// The disk refused.
    #[error(transparent)]
    Output(#[from] output::Error),
}

impl Fault for Error {
    fn exit(&self) -> Exit {
        match self {
            Error::Output(error) => error.exit(),
            Error::Parquet { .. } => Exit::Output,
            _ => Exit::Usage,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Error::Output(error) => error.hint(),
            Error::Share { .. } => {
                Some("0.2 means that one record in five repeats a person".to_owned())
            }
            Error::Countries => Some("for example countries = { DE = 1.0, US = 2.0 }".to_owned()),
            _ => None,
        }
    }
}
