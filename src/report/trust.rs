//! How far can the values of customers be trusted?

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::terms::{Cents, grouped};

use super::count::{N_SMALL, OTHERS, may_be_named};
use super::page::Page;

/// The parts of `value::Check` that a report tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trust {
    /// The last day that the models were fitted to.
    pub calibration_to: String,
    /// The last day of the hold-out.
    pub holdout_to: String,
    /// Over all customers.
    pub holdout: Held,
    /// By repeat purchases in the calibration.
    pub by_frequency: Vec<Part>,
    /// By segment.
    pub by_segment: Vec<Part>,
}

/// Some customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Which.
    pub name: String,
    /// How they fared.
    #[serde(flatten)]
    pub held: Held,
}

/// A forecast beside what came true: as `value::Accuracy`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub n_customers: u64,
    pub predicted: f64,
    pub actual: u64,
    pub bias_share: Option<f64>,
    pub mean_absolute_error: f64,
    pub mean_absolute_error_steady: f64,
    pub predicted_cents: Cents,
    pub actual_cents: Cents,
}

impl Trust {
    /// Reads them; nothing where no model was held against later orders.
    pub(super) fn read(check: &Value) -> Option<Trust> {
        let mut trust = Trust::deserialize(check).ok()?;
        // What few customers did is told of all of them together only.
        trust.by_frequency.retain(|part| part.held.n_customers >= N_SMALL);
        let named =
            |part: &Part| part.name == OTHERS || may_be_named(&part.name, part.held.n_customers);
        trust.by_segment.retain(named);
        Some(trust)
    }

    /// Writes them as a section of the page.
    pub(super) fn write(&self, page: &mut Page, currency: &str) {
        page.section("trust", "How far can the values be trusted?");
        page.headline(&format!(
            "Fitted up to {}, the models predict {:.0} purchases until {}; {} were made.",
            self.calibration_to,
            self.holdout.predicted,
            self.holdout_to,
            grouped(self.holdout.actual)
        ));
        let header = [
            "",
            "customers",
            "predicted",
            "made",
            "bias",
            "off by",
            "at a steady rate",
            "spend predicted",
            "spent",
        ];
        let caption = format!("By repeat purchases before; spend in {currency}");
        let all = [("all", &self.holdout)].into_iter();
        let parts = self.by_frequency.iter().map(|part| (part.name.as_str(), &part.held));
        page.table(&caption, &header, &all.chain(parts).map(row).collect::<Vec<_>>());
        if self.by_segment.len() > 1 {
            let parts = self.by_segment.iter().map(|part| (part.name.as_str(), &part.held));
            page.table("By segment", &header, &parts.map(row).collect::<Vec<_>>());
        }
        page.paragraph(
            "`off by` is the mean over customers of what was predicted less what was made, \
             whichever way; beside it the same had each gone on at their rate so far.",
        );
        page.end_section();
    }
}

fn row((name, held): (&str, &Held)) -> Vec<String> {
    let bias =
        held.bias_share.map_or_else(|| "-".to_owned(), |bias| format!("{:+.1} %", bias * 100.0));
    vec![
        name.to_owned(),
        grouped(held.n_customers),
        format!("{:.1}", held.predicted),
        grouped(held.actual),
        bias,
        format!("{:.3}", held.mean_absolute_error),
        format!("{:.3}", held.mean_absolute_error_steady),
        held.predicted_cents.to_string(),
        held.actual_cents.to_string(),
    ]
}
