//! The settings of `[standardize]`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::country;
use super::error::Error;
use crate::terms::Currency;

/// What the sources leave unsaid.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The country of rows that have an address, a phone or a date and name no country: code or
    /// name. It is filled in where the row has an address, which a finding records.
    pub default_country: Option<String>,
    /// The order of day and month per source, where it is known; inferred per column elsewhere.
    pub date_order: BTreeMap<String, DateOrder>,
    /// The day of the run: a birth date after it is refused. No such check where absent.
    pub as_of: Option<Date>,
    /// The currency in which the run counts: customer values in another one are left out. No
    /// such check where absent.
    pub currency: Option<Currency>,
    /// Whether names in capitals or in small letters throughout are written as names.
    pub repair_name_case: bool,
    /// Nobody is older than this many years: the longest life that was proved lasted 122.
    pub age_years_max: u32,
    /// A first of January on this share of a source's birth dates is a placeholder.
    pub birth_date_placeholder_share_min: f64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            default_country: None,
            date_order: BTreeMap::new(),
            as_of: None,
            currency: None,
            repair_name_case: true,
            age_years_max: 122,
            birth_date_placeholder_share_min: 0.02,
        }
    }
}

impl Settings {
    /// Checks what the types do not: call it when the plan is made.
    ///
    /// # Errors
    /// The default country is none, or the share is no share.
    pub fn check(&self) -> Result<(), Error> {
        if let Some(country) = &self.default_country
            && country::code(country).is_none()
        {
            return Err(Error::UnknownCountry { country: country.clone() });
        }
        if !(0.0..=1.0).contains(&self.birth_date_placeholder_share_min) {
            return Err(Error::NoShare { found: self.birth_date_placeholder_share_min });
        }
        Ok(())
    }

    pub(super) fn country(&self) -> Option<&'static str> {
        self.default_country.as_deref().and_then(country::code)
    }
}

/// Which of the first two numbers of a date is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 25/12/1980.
    DayFirst,
    /// 12/25/1980.
    MonthFirst,
}

impl DateOrder {
    pub(super) fn word(self) -> &'static str {
        match self {
            DateOrder::DayFirst => "day_first",
            DateOrder::MonthFirst => "month_first",
        }
    }
}
