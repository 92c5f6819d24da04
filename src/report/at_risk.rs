//! What could be lost if many leave at once, what else does it cost, and what do offers return?

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::terms::Cents;

/// The parts of `exposure.json` that a report tells besides the totals. Nothing by segment, whose
/// names a report may have to leave out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AtRisk {
    /// The loss of all together, at each rho.
    pub portfolio: Tail,
    /// What would be lost under each preset of churn.
    pub presets: Vec<ByChurn>,
    /// On how few customers the loss hangs.
    pub concentration: Spread,
    /// What the incidents cost besides the customers, in US dollars.
    pub direct_cost: Direct,
    /// What offers to stay come to.
    pub retention: Option<Retained>,
}

/// The distribution of the loss.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tail {
    /// How it was found.
    pub method: String,
    /// Scenarios.
    pub n_scenarios: u64,
    /// The rho of the headline.
    pub rho: f64,
    /// Its figures.
    pub by_rho: Vec<AtRho>,
}

/// The figures at a rho: as `exposure::Risk`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AtRho {
    pub rho: f64,
    pub expected_loss_cents: Cents,
    pub sd_cents: Cents,
    pub var_95_cents: Cents,
    pub var_99_cents: Cents,
    pub es_95_cents: Cents,
    pub es_99_cents: Cents,
}

/// A preset of churn: as `exposure::PresetLoss`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ByChurn {
    pub preset: String,
    pub chosen: bool,
    pub p_stop: f64,
    pub p_break: f64,
    pub expected_loss_cents: Cents,
    pub source: String,
}

/// How unequally the loss is spread: as `exposure::Concentration`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub top_decile_share: f64,
    pub gini: f64,
}

/// The cost of responding: as `exposure::DirectCost`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Direct {
    pub n_records: u64,
    pub currency: String,
    pub estimates: Vec<Estimate>,
    pub mean_by_kind: Vec<Part>,
    pub mean_cents: Cents,
    pub mean_source: String,
    pub per_record_cents: Option<Cents>,
    pub per_record_caution: String,
}

/// A study's estimate: as `exposure::CostEstimate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub source: String,
    pub median_cents: Cents,
    pub low_cents: Cents,
    pub high_cents: Cents,
}

/// A part of a mean cost: as `exposure::CostKind`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub kind: String,
    pub cents: Cents,
}

/// What offers come to: as `exposure::RetentionSummary`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Retained {
    pub n_offers: u64,
    pub n_over_budget: u64,
    pub n_without_return: u64,
    pub n_negative_short: u64,
    pub budget_cents: Option<u64>,
    pub cost_cents: Cents,
    pub saved_cents: Cents,
    pub return_short_cents: Cents,
    pub return_long_cents: Cents,
    pub return_long_bound_cents: Cents,
}

impl AtRisk {
    /// Reads them; nothing where the summary is of another form.
    pub(super) fn read(summary: &Value) -> Option<AtRisk> {
        AtRisk::deserialize(summary).ok()
    }

    /// Gives the figures at the rho of the headline.
    pub(super) fn headline(&self) -> Option<&AtRho> {
        self.portfolio.by_rho.iter().find(|risk| (risk.rho - self.portfolio.rho).abs() < 1e-12)
    }
}
