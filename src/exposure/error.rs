//! Why can what is at stake not be told?

use crate::fault::{Exit, Fault};
use crate::rules;

/// What is at stake cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A scope file exposes a class that the vocabulary does not have.
    #[error(transparent)]
    Rules(#[from] rules::Error),
    /// More than all customers leave or pause.
    #[error("stopping and pausing exclude each other, but p_stop + p_break is above 1")]
    Churn {
        /// Share that stops.
        p_stop: f64,
        /// Share that pauses.
        p_break: f64,
    },
    /// The cost per record is asked for more records than it holds for.
    #[error("the cost per record must not be used for {n_records} records")]
    PerRecord {
        /// Persons affected.
        n_records: u64,
        /// The most that it holds for.
        records_max: u64,
    },
    /// Too few scenarios to read a tail from, or too many to hold.
    #[error("the number of scenarios is out of bounds")]
    Scenarios {
        /// As given.
        n_scenarios: u32,
    },
    /// The customers were valued for a pause of another length.
    #[error(
        "a break lasts {break_months} months here, but customers were valued for one of {valued_for}"
    )]
    Break {
        /// How long a pause lasts.
        break_months: u32,
        /// How long it lasted when the customers were valued.
        valued_for: u32,
    },
}

impl Fault for Error {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn at(&self) -> Option<String> {
        match self {
            Error::Rules(error) => error.at(),
            Error::Churn { .. } => Some("[exposure] churn".to_owned()),
            Error::Break { .. } => Some("[exposure] break_months".to_owned()),
            Error::PerRecord { .. } => Some("[exposure] per_record".to_owned()),
            Error::Scenarios { .. } => Some("[exposure.portfolio] n_scenarios".to_owned()),
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Error::Rules(error) => error.found(),
            Error::Churn { p_stop, p_break } => {
                Some(format!("p_stop = {p_stop}, p_break = {p_break}"))
            }
            Error::Break { .. } => None,
            Error::PerRecord { records_max, .. } => Some(format!("it holds up to {records_max}")),
            Error::Scenarios { n_scenarios } => Some(n_scenarios.to_string()),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Error::Rules(error) => error.hint(),
            Error::Churn { .. } => Some("lower one of them, or use churn = \"survey\"".to_owned()),
            Error::PerRecord { .. } => {
                Some("use per_record = \"within_limit\" or \"off\" under [exposure]".to_owned())
            }
            Error::Scenarios { .. } => Some("10000 is usual; 1000 at least".to_owned()),
            Error::Break { valued_for, .. } => Some(format!(
                "set exposure.break_months = {valued_for}, or the other length in the pipeline \
                 that made the snapshot, or scope over the exports"
            )),
        }
    }
}
