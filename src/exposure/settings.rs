//! What may be decided about what is at stake?

use serde::{Deserialize, Serialize};

use crate::terms::Probability;

use super::direct_cost::PerRecord;
use super::portfolio::PortfolioSettings;
use super::retention::RetentionSettings;

/// The settings of the room: `[exposure]` in the pipeline file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How many customers leave or pause: `"survey"`, `{ observed = "retail" }`, or
    /// `{ given = { p_stop = 0.1, p_break = 0.2 } }`.
    pub churn: Churn,
    /// How long a pause lasts, in months; no longer than `value.horizon_months`. Horizon, interest
    /// and margin are set in `[value]` alone: what a pause loses of a value is told there.
    pub break_months: u32,
    /// How the odds of leaving differ between customers.
    pub odds_ratios: OddsRatios,
    /// What the circumstances of a breach add to its severity.
    pub circumstances: Circumstances,
    /// How the distribution of the loss is found.
    pub portfolio: PortfolioSettings,
    /// What to do with the published cost per record.
    pub per_record: PerRecord,
    /// Who gets an offer to stay.
    pub retention: RetentionSettings,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            churn: Churn::Survey,
            break_months: 3,
            odds_ratios: OddsRatios::default(),
            circumstances: Circumstances::default(),
            portfolio: PortfolioSettings::default(),
            per_record: PerRecord::default(),
            retention: RetentionSettings::default(),
        }
    }
}

/// The shares of the affected customers that stop for good, and that pause.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Churn {
    /// One in five stops, one in three pauses: what customers say that they would do.
    Survey,
    /// What managers of breached companies estimated afterwards, by industry; nobody pauses.
    Observed(Industry),
    /// The user's own figures.
    Given {
        /// Share that stops.
        p_stop: Probability,
        /// Share that pauses.
        p_break: Probability,
    },
}

/// An industry with an estimate of abnormal churn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Industry {
    /// The mean over all industries.
    All,
    /// Carriers and internet providers.
    Communications,
    /// Banks, insurers.
    Financial,
    /// Hospitals, practices.
    Healthcare,
    /// Makers of medicines.
    Pharmaceuticals,
    /// Shops; no figure of their own, the lower end of what was published.
    Retail,
    /// Services.
    Services,
    /// Industries that customers rarely leave; the lower end of what was published.
    Low,
    /// The upper end of what was published.
    High,
}

impl Churn {
    /// Gives the word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Churn::Survey => "survey",
            Churn::Observed(_) => "observed",
            Churn::Given { .. } => "given",
        }
    }

    /// Gives the shares that stop and that pause.
    pub fn shares(self) -> (f64, f64) {
        match self {
            Churn::Survey => (0.20, 0.33),
            Churn::Observed(industry) => (industry.p_stop(), 0.0),
            Churn::Given { p_stop, p_break } => (p_stop.get(), p_break.get()),
        }
    }

    /// Tells where the shares come from, and what to think of them.
    pub fn source(self) -> &'static str {
        match self {
            Churn::Survey => {
                "a survey of retail customers: one in five would stop buying, one in three would \
                 pause; intentions as stated, and what people say exceeds what they do"
            }
            Churn::Observed(Industry::Low | Industry::Retail | Industry::High) => {
                "an end of the range of abnormal churn by industry in the yearly studies of the \
                 Ponemon Institute, 2 to 7 %; estimates of management, not counts"
            }
            Churn::Observed(_) => {
                "Ponemon Institute (2010), 2009 Annual Study: U.S. Cost of a Data Breach: abnormal \
                 churn of those notified; estimates of management, not counts"
            }
            Churn::Given { .. } => "given in the pipeline file",
        }
    }
}

impl Industry {
    fn p_stop(self) -> f64 {
        match self {
            Industry::All => 0.037,
            Industry::Communications | Industry::Healthcare | Industry::Pharmaceuticals => 0.06,
            Industry::Financial | Industry::Services => 0.05,
            Industry::Low | Industry::Retail => 0.02,
            Industry::High => 0.07,
        }
    }
}

/// By how much the odds of stopping, and of pausing, are multiplied. Assumptions: they say who
/// is likelier to leave; the preset alone says how many.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OddsRatios {
    /// For each point of severity above 2.
    pub severity_above_two: OddsRatio,
    /// Where another incident touched the person in the 24 months before.
    pub earlier_incident: OddsRatio,
    /// Where no valid e-mail, phone or address is known.
    pub not_reachable: OddsRatio,
    /// For a customer of more than 24 months.
    pub long_tenure: OddsRatio,
    /// For the top fifth of all customers by future value.
    pub top_fifth: OddsRatio,
}

impl Default for OddsRatios {
    fn default() -> OddsRatios {
        OddsRatios {
            severity_above_two: OddsRatio(1.3),
            earlier_incident: OddsRatio(1.5),
            not_reachable: OddsRatio(1.3),
            long_tenure: OddsRatio(0.8),
            top_fifth: OddsRatio(0.7),
        }
    }
}

/// A factor on odds: above 0.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct OddsRatio(pub(super) f64);

impl TryFrom<f64> for OddsRatio {
    type Error = String;
    fn try_from(ratio: f64) -> Result<OddsRatio, String> {
        if ratio.is_finite() && ratio > 0.0 {
            Ok(OddsRatio(ratio))
        } else {
            Err(format!("an odds ratio is a number above 0, found {ratio}"))
        }
    }
}

impl From<OddsRatio> for f64 {
    fn from(ratio: OddsRatio) -> f64 {
        ratio.0
    }
}

/// The circumstances of a breach (CB), as ENISA adds them; 0, 0.25 or 0.5 each.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Circumstances {
    /// Data left the house: recipients are not known.
    pub exfiltrated: Probability,
    /// Data were seen, but did not leave the house.
    pub seen: Probability,
    /// Data were changed.
    pub integrity_lost: Probability,
    /// Data became unavailable.
    pub availability_lost: Probability,
    /// It was done on purpose.
    pub malicious: Probability,
}

impl Default for Circumstances {
    fn default() -> Circumstances {
        Circumstances {
            exfiltrated: Probability::new(0.5),
            seen: Probability::new(0.25),
            integrity_lost: Probability::new(0.25),
            availability_lost: Probability::new(0.25),
            malicious: Probability::new(0.5),
        }
    }
}
