//! What can be set about customer value?

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Error;
use super::clv::Timing;
use super::gamma_gamma::GammaGamma;
use super::rates::Rates;
use crate::terms::Currency;

/// `[value]` in the pipeline file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How future value is estimated from orders.
    pub model: Model,
    /// The unit of time of the models' parameters, in days.
    pub unit_days: f64,
    /// For `model = "contract"`: from one payment to the next, in days.
    pub contract_days: f64,
    /// How far into the future value is counted, in months of 30.4375 days.
    pub horizon_months: u32,
    /// What a month's delay takes off a purchase's value.
    pub discount_monthly: f64,
    /// The share of a future purchase that is earned; 1 counts revenue.
    pub margin: f64,
    /// The last day that the orders cover; without it, that of the latest order.
    pub observed_to: Option<Date>,
    /// Whether segments with enough customers get parameters of their own.
    pub fit_by_segment: bool,
    /// A model is not fitted to fewer customers with orders than this.
    pub n_customers_fit_min: usize,
    /// A model is not fitted to fewer returning customers than this.
    pub n_returning_fit_min: usize,
    /// The run's currency; needed where orders come in several.
    pub currency: Option<Currency>,
    /// What one unit of another currency is worth in the run's currency.
    pub rates: BTreeMap<Currency, f64>,
    /// A file of rates by day, relative to the root: `currency,date,rate`, or the reference rates
    /// of the European Central Bank. `rates` goes before it.
    pub rates_file: Option<String>,
    /// What that file says; filled in where the file is read.
    #[serde(skip)]
    pub dated: Rates,
    /// What a customer value that a source gives stands for.
    pub given_clv_is: GivenClv,
    /// Future value of customers without orders and without a given value, by segment; `"*"` is
    /// every other segment, and none.
    pub default_clv_cents: BTreeMap<String, i64>,
    /// Whether each run holds the models against the latest orders, which they are not shown.
    pub hold_out: bool,
    /// The last day that the models of that check are fitted to; where absent, the hold-out is as
    /// long as the horizon, but no more than half of all the time.
    pub calibration_to: Option<Date>,
    /// The file of models that an earlier run left, `value_models.json`, relative to the root:
    /// they are used as they are, and nothing is fitted.
    pub models: Option<String>,
    /// The same models written into this file; what `models` names is filled in here.
    pub given: Vec<GivenModel>,
}

/// A model with its parameters, fitted earlier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenModel {
    /// Whom it values; every customer that no other given model values, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// When customers buy and leave.
    pub timing: Timing,
    /// What they spend; their mean spend counts if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend: Option<GammaGamma>,
    /// How well the timing is known: covariance of the logarithms of its parameters, in their
    /// order. Values have no interval if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing_covariance: Option<[[f64; 4]; 4]>,
    /// The same of p, q, v.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend_covariance: Option<[[f64; 3]; 3]>,
}

impl GivenModel {
    /// Names the first number that cannot be.
    pub(super) fn wrong_number(&self) -> Option<(String, f64, &'static str)> {
        let spend = self.spend.map(|model| [("p", model.p), ("q", model.q), ("v", model.v)]);
        let params = self.timing.named_params().into_iter().chain(spend.into_iter().flatten());
        for (name, value) in params {
            if !(value > 0.0 && value.is_finite()) {
                return Some((name.to_owned(), value, "a parameter above 0"));
            }
        }
        let timing = self.timing_covariance.iter().flatten().flatten();
        let mut cells = timing.chain(self.spend_covariance.iter().flatten().flatten());
        let wrong = cells.find(|cell| !cell.is_finite())?;
        Some(("covariance".to_owned(), *wrong, "a matrix of numbers"))
    }
}

/// How future value is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// BG/NBD with Gamma-Gamma: customers may leave after a repeat purchase.
    BgNbd,
    /// MBG/NBD with Gamma-Gamma: customers may leave after any purchase.
    MbgNbd,
    /// Pareto/NBD with Gamma-Gamma: customers may leave at any time.
    ParetoNbd,
    /// Shifted beta-geometric: customers pay every `contract_days`, and leave at a renewal.
    Contract,
    /// A steady rate and even odds of having left: an estimate for few customers.
    Simple,
    /// The value that the sources give, though there be orders.
    Column,
}

/// What a given customer value stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GivenClv {
    /// The future part.
    Future,
    /// Past and future; the past part, known from orders, is taken off.
    Total,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            model: Model::BgNbd,
            unit_days: 7.0,
            contract_days: 30.4375,
            horizon_months: 12,
            discount_monthly: 0.01,
            margin: 1.0,
            observed_to: None,
            fit_by_segment: true,
            n_customers_fit_min: 500,
            n_returning_fit_min: 100,
            currency: None,
            rates: BTreeMap::new(),
            rates_file: None,
            dated: Rates::default(),
            given_clv_is: GivenClv::Future,
            default_clv_cents: BTreeMap::new(),
            hold_out: true,
            calibration_to: None,
            models: None,
            given: Vec::new(),
        }
    }
}

impl Settings {
    /// Checks what a type cannot.
    ///
    /// # Errors
    /// A number is out of its range.
    pub fn check(&self) -> Result<(), Error> {
        let positive = |number: f64| number > 0.0 && number.is_finite();
        let wrong = |name: &str, found: f64, expected: &'static str| {
            Err(Error::Setting { name: name.to_owned(), found, expected })
        };
        if !positive(self.unit_days) {
            return wrong("unit_days", self.unit_days, "a number of days above 0");
        }
        if !(positive(self.contract_days) && self.contract_days >= 1.0) {
            return wrong("contract_days", self.contract_days, "a number of days from 1 on");
        }
        if !(1..=1200).contains(&self.horizon_months) {
            let found = f64::from(self.horizon_months);
            return wrong("horizon_months", found, "a number of months from 1 to 1200");
        }
        if !(0.0..1.0).contains(&self.discount_monthly) {
            let expected = "a share from 0 to below 1: 0.01 is 1 % a month";
            return wrong("discount_monthly", self.discount_monthly, expected);
        }
        if !(0.0..=1.0).contains(&self.margin) {
            return wrong("margin", self.margin, "a share from 0 to 1: 0.3 is 30 %");
        }
        for (currency, &rate) in &self.rates {
            if !positive(rate) {
                return wrong(&format!("rates.{currency}"), rate, "a rate above 0");
            }
        }
        for given in &self.given {
            if let Some((name, value, expected)) = given.wrong_number() {
                return wrong(&format!("given.{name}"), value, expected);
            }
        }
        Ok(())
    }

    /// Checks that a pause lies within the horizon.
    ///
    /// # Errors
    /// It does not.
    pub fn check_break(&self, break_months: u32) -> Result<(), Error> {
        let horizon_months = self.horizon_months;
        if break_months > horizon_months {
            return Err(Error::Break { break_months, horizon_months });
        }
        Ok(())
    }

    /// The model given to a segment, or to all customers.
    pub(super) fn given_to(&self, segment: Option<&str>) -> Option<&GivenModel> {
        self.given.iter().find(|given| given.segment.as_deref() == segment)
    }

    /// The value by default of a customer of this segment.
    pub(super) fn default_clv_of(&self, segment: Option<&str>) -> Option<i64> {
        let named = segment.and_then(|segment| self.default_clv_cents.get(segment));
        named.or_else(|| self.default_clv_cents.get("*")).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_as_they_are_written() {
        let text = "model = \"mbg_nbd\"\nmargin = 0.3\nobserved_to = \"1997-09-30\"\n\
                    rates = { USD = 0.92 }\ndefault_clv_cents = { retail = 1000, \"*\" = 500 }\n";
        let settings: Settings = toml::from_str(text).unwrap();
        assert_eq!(settings.model, Model::MbgNbd);
        assert_eq!(settings.default_clv_of(Some("retail")), Some(1000));
        assert_eq!(settings.default_clv_of(None), Some(500));
        let again: Settings = toml::from_str(&toml::to_string(&settings).unwrap()).unwrap();
        assert_eq!(again, settings);
        assert!(toml::from_str::<Settings>("margins = 0.3").is_err());
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        let check = |settings: Settings| settings.check().is_err();
        assert!(!check(Settings::default()));
        assert!(check(Settings { margin: 30.0, ..Settings::default() }));
        assert!(check(Settings { unit_days: 0.0, ..Settings::default() }));
        assert!(check(Settings { horizon_months: 0, ..Settings::default() }));
        assert!(check(Settings { discount_monthly: f64::NAN, ..Settings::default() }));
        let rates = BTreeMap::from([(Currency::try_from("USD".to_owned()).unwrap(), -1.0)]);
        assert!(check(Settings { rates, ..Settings::default() }));
    }
}
