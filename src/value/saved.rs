//! How do the models of one run reach another?
//!
//! A run that valued customers by models leaves them in `value_models.json`. A later run that
//! names the file in `value.models` values by them and fits nothing: the same parameters month
//! after month, or those of a larger house.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Error;
use super::settings::{GivenModel, Settings};
use crate::terms::Currency;

/// The version of the file's form; it changes when a key changes its meaning or goes.
const SCHEMA_VERSION: u32 = 1;

/// Models with all that must be known to use them again; `value_models.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedModels {
    /// The version of this form.
    pub schema_version: u32,
    /// The clock of the run that fitted them.
    pub fitted_at: Timestamp,
    /// The last day of the orders that they were fitted to.
    pub observed_to: Date,
    /// The unit of time of their parameters, in days.
    pub unit_days: f64,
    /// The currency of their money; the pipeline's where absent.
    pub currency: Option<Currency>,
    /// One for each segment that has its own, and one for all customers.
    pub models: Vec<GivenModel>,
}

/// What to do where a file is of no use.
const ANEW: &str = "take `value_models.json` of a run of this version, or leave \
                    value.models out to fit anew";

/// What every version of the file has.
#[derive(Deserialize)]
struct Form {
    schema_version: u32,
}

impl SavedModels {
    /// Takes what a run fitted.
    pub(super) fn of(
        models: Vec<GivenModel>,
        settings: &Settings,
        observed_to: Date,
        now: Timestamp,
    ) -> SavedModels {
        SavedModels {
            schema_version: SCHEMA_VERSION,
            fitted_at: now,
            observed_to,
            unit_days: settings.unit_days,
            currency: settings.currency,
            models,
        }
    }

    /// Reads the text of a file, and checks that its models fit the settings of this run.
    ///
    /// # Errors
    /// It is not such a file, of another version, or made for another unit of time or currency.
    pub fn read(file: &str, text: &str, settings: &Settings) -> Result<SavedModels, Error> {
        let unusable = |wrong: &str, found: Option<String>, hint: &'static str| {
            Err(Error::Models { file: file.to_owned(), wrong: wrong.to_owned(), found, hint })
        };
        let form: Form = match serde_json::from_str(text) {
            Ok(form) => form,
            Err(error) => {
                return unusable("it is not that kind of file", Some(error.to_string()), ANEW);
            }
        };
        if form.schema_version != SCHEMA_VERSION {
            let found =
                format!("version {}, this program reads {SCHEMA_VERSION}", form.schema_version);
            return unusable("it is of another version", Some(found), ANEW);
        }
        let saved: SavedModels = match serde_json::from_str(text) {
            Ok(saved) => saved,
            Err(error) => return unusable("it is damaged", Some(error.to_string()), ANEW),
        };
        if saved.models.is_empty() {
            return unusable("it holds none", None, ANEW);
        }
        if (saved.unit_days - settings.unit_days).abs() > 1e-9 {
            let found =
                format!("{} days, value.unit_days is {}", saved.unit_days, settings.unit_days);
            let hint = "set value.unit_days to that of the file";
            return unusable("their unit of time is another", Some(found), hint);
        }
        if let (Some(theirs), Some(ours)) = (saved.currency, settings.currency)
            && theirs != ours
        {
            let found = format!("{theirs}, this run counts in {ours}");
            return unusable("their currency is another", Some(found), ANEW);
        }
        for (place, model) in saved.models.iter().enumerate() {
            if let Some((name, value, expected)) = model.wrong_number() {
                let found = format!("{name} = {value}, expected {expected}");
                return unusable("a number in it cannot be", Some(found), ANEW);
            }
            if saved.models[..place].iter().any(|other| other.segment == model.segment) {
                let found = model.segment.clone().unwrap_or_else(|| "all customers".to_owned());
                return unusable("two models are for the same customers", Some(found), ANEW);
            }
        }
        Ok(saved)
    }

    /// Says in a sentence what is used, for those who read the figures.
    pub fn note(&self) -> String {
        format!(
            "customers are valued by {} models fitted earlier, to orders up to {}; nothing was \
             fitted in this run",
            self.models.len(),
            self.observed_to
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::bg_nbd::BgNbd;
    use super::super::clv::Timing;
    use super::*;
    use crate::fault::Fault;

    fn saved() -> SavedModels {
        let model = GivenModel {
            segment: None,
            timing: Timing::BgNbd(BgNbd::new([0.2426, 4.4136, 0.793, 2.426])),
            spend: None,
            timing_covariance: Some([[0.01; 4]; 4]),
            spend_covariance: None,
        };
        let day = jiff::civil::date(1997, 9, 30);
        SavedModels::of(vec![model], &Settings::default(), day, Timestamp::UNIX_EPOCH)
    }

    fn read(text: &str) -> Result<SavedModels, Error> {
        SavedModels::read("m.json", text, &Settings::default())
    }

    #[test]
    fn models_read_as_they_were_written() {
        let text = serde_json::to_string_pretty(&saved()).unwrap();
        assert_eq!(read(&text).unwrap(), saved());
    }

    #[test]
    fn models_that_do_not_fit_are_refused_with_what_was_found() {
        let refused = |change: &dyn Fn(&mut serde_json::Value), said: &str| {
            let mut value = serde_json::to_value(saved()).unwrap();
            change(&mut value);
            let error = read(&value.to_string()).unwrap_err();
            let shown = crate::fault::Shown(&error).to_string();
            assert!(shown.contains(said), "{said:?} is not in {shown}");
            assert!(error.hint().is_some());
        };
        refused(&|value| value["schema_version"] = 2.into(), "version 2, this program reads 1");
        refused(&|value| value["unit_days"] = 30.into(), "30 days, value.unit_days is 7");
        refused(&|value| value["models"] = serde_json::json!([]), "it holds none");
        refused(&|value| value["model"] = 1.into(), "unknown field `model`");
        refused(
            &|value| value["models"][0]["timing"]["bg_nbd"]["a"] = (-1.0).into(),
            "a = -1, expected a parameter above 0",
        );
        refused(
            &|value| {
                let twin = value["models"][0].clone();
                value["models"].as_array_mut().unwrap().push(twin);
            },
            "two models are for the same customers",
        );
        assert!(read("[]").is_err() && read("not JSON").is_err());
        let euro = Currency::try_from("EUR".to_owned()).unwrap();
        let mut of_dollars = saved();
        of_dollars.currency = Some(Currency::USD);
        let text = serde_json::to_string(&of_dollars).unwrap();
        let settings = Settings { currency: Some(euro), ..Settings::default() };
        assert!(SavedModels::read("m.json", &text, &settings).is_err());
    }
}
