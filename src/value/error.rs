//! What keeps customers from being valued?

use jiff::civil::Date;

use crate::fault::{Exit, Fault};

/// Customers cannot be valued.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A number of the settings is out of its range.
    #[error("`value.{name}` must be {expected}")]
    Setting {
        /// The setting.
        name: String,
        /// The number.
        found: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// Orders come in several currencies, and nobody said which one values are counted in.
    #[error("orders come in {} currencies, and `value.currency` is not set", found.len())]
    Mixed {
        /// The currencies and how many orders each has.
        found: Vec<(String, usize)>,
    },
    /// Orders come in a currency without a rate.
    #[error(
        "{n_orders} orders{} are in {currency}, for which there is no rate{}",
        before.map_or_else(String::new, |day| format!(" before {day}")),
        if before.is_some() { " then" } else { "" }
    )]
    NoRate {
        /// The currency.
        currency: String,
        /// How many orders.
        n_orders: usize,
        /// The run's currency.
        into: String,
        /// The first day of its rates, where there are some.
        before: Option<Date>,
    },
    /// A file of rates is not understood.
    #[error("`{file}` is not understood: expected {expected}")]
    Rates {
        /// The file, as the pipeline file names it.
        file: String,
        /// The line.
        line: u64,
        /// The column, or what else of the line.
        column: String,
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// A pause is longer than the time over which future value is counted.
    #[error("a break of {break_months} months does not fit a horizon of {horizon_months}")]
    Break {
        /// How long a pause lasts.
        break_months: u32,
        /// How far the future value looks ahead.
        horizon_months: u32,
    },
    /// A file of models cannot be used.
    #[error("`{file}` does not hold models that this run can use: {wrong}")]
    Models {
        /// The file, as the pipeline file names it.
        file: String,
        /// What is wrong with it.
        wrong: String,
        /// What stands there.
        found: Option<String>,
        /// How to mend it.
        hint: &'static str,
    },
    /// There is nothing to hold a forecast against.
    #[error("the orders span {n_days} days, too few to part into calibration and hold-out")]
    TooShort {
        /// From the first order to the last.
        n_days: u32,
    },
}

impl Fault for Error {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn at(&self) -> Option<String> {
        match self {
            Error::Setting { .. } => Some("[value]".to_owned()),
            Error::Models { .. } => Some("[value] models".to_owned()),
            Error::Rates { file, line, column, .. } => {
                Some(format!("{file}:{line}, column {column}"))
            }
            Error::Break { .. } => {
                Some("[exposure] break_months, [value] horizon_months".to_owned())
            }
            _ => None,
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Error::Setting { found, .. } => Some(found.to_string()),
            Error::Mixed { found } => {
                let each = found.iter().map(|(currency, n)| format!("{currency} ({n} orders)"));
                Some(each.collect::<Vec<_>>().join(", "))
            }
            Error::Models { found, .. } => found.clone(),
            Error::Rates { found, .. } => Some(found.clone()).filter(|found| !found.is_empty()),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Error::Setting { .. } => None,
            Error::Break { .. } => Some("let break_months ≤ horizon_months".to_owned()),
            Error::Models { hint, .. } => Some((*hint).to_owned()),
            Error::Mixed { found } => {
                let first = found.first().map_or("EUR", |(currency, _)| currency.as_str());
                let other = found.get(1).map_or("USD", |(currency, _)| currency.as_str());
                Some(format!(
                    "set value.currency = \"{first}\" and value.rates = {{ {other} = ... }}, what \
                     one {other} is worth in {first}"
                ))
            }
            Error::NoRate { currency, into, before: None, .. } => Some(format!(
                "set value.rates.{currency}, what one {currency} is worth in {into}, or name a file \
                 in value.rates_file"
            )),
            Error::NoRate { currency, .. } => Some(format!(
                "let the file of rates begin earlier, or set value.rates.{currency} for all days"
            )),
            Error::Rates { .. } => Some(
                "columns are currency, date, rate (what one unit is worth in the run's currency); \
                 or take eurofxref-hist.csv of the European Central Bank as it is"
                    .to_owned(),
            ),
            Error::TooShort { .. } => Some("give the day on which calibration ends".to_owned()),
        }
    }
}
