//! What does the incident itself cost, besides the customers?
//!
//! Published figures only, each with its caution. They are in US dollars whatever the run's
//! currency is, and are not added to the losses of future value.

use serde::{Deserialize, Serialize};

use crate::terms::Cents;

use super::Error;

/// Above this many records IBM itself warns not to multiply.
const RECORDS_MAX: u64 = 100_000;
/// IBM's mean cost of a record of personal data.
const PER_RECORD: Cents = Cents(16_000);

/// What to do with the figure per record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PerRecord {
    /// Given up to 100 000 records; above, the summary says why not.
    #[default]
    WithinLimit,
    /// Given; more than 100 000 records stop the run.
    Required,
    /// Left out.
    Off,
}

/// The cost of responding, in US dollars.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DirectCost {
    /// Persons affected, taken as records.
    pub n_records: u64,
    /// Always `USD`: the studies are.
    pub currency: &'static str,
    /// The studies' estimates.
    pub estimates: Vec<CostEstimate>,
    /// The mean cost of a breach by kind, whatever its size; lost business is left out, since
    /// it is what the expected loss of future value measures.
    pub mean_by_kind: Vec<CostKind>,
    /// The sum of those kinds.
    pub mean_cents: Cents,
    /// Where the mean costs come from.
    pub mean_source: &'static str,
    /// Records times the mean cost of a record; absent where that is not to be used.
    pub per_record_cents: Option<Cents>,
    /// Why it is absent, or what to mind.
    pub per_record_caution: &'static str,
}

/// One study's estimate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CostEstimate {
    /// The study.
    pub source: &'static str,
    /// Half of such breaches cost less.
    pub median_cents: Cents,
    /// One in twenty costs less.
    pub low_cents: Cents,
    /// One in twenty costs more.
    pub high_cents: Cents,
}

/// A part of the mean cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostKind {
    /// What for.
    pub kind: &'static str,
    /// How much.
    pub cents: Cents,
}

/// Estimates the direct cost for a number of records.
///
/// # Errors
/// The figure per record is required for more records than it holds for.
pub(super) fn direct_cost(n_records: u64, per_record: PerRecord) -> Result<DirectCost, Error> {
    let beyond = n_records > RECORDS_MAX;
    if beyond && per_record == PerRecord::Required {
        return Err(Error::PerRecord { n_records, records_max: RECORDS_MAX });
    }
    let (given, caution) = match (per_record, beyond) {
        (PerRecord::Off, _) => (false, "left out by the pipeline file"),
        (_, true) => (
            false,
            "IBM's cost per record must not be used above 100 000 records: it comes from breaches \
             smaller than that",
        ),
        (_, false) => (
            true,
            "IBM (2025), 160 USD for a record of personal data: a mean, and it counts lost \
             business, so do not add it to the loss of future value",
        ),
    };
    let mean_by_kind = [("detection", 1.47e6), ("response", 1.20e6), ("notification", 0.39e6)]
        .map(|(kind, dollars)| CostKind { kind, cents: cents(dollars) })
        .to_vec();
    Ok(DirectCost {
        n_records,
        currency: "USD",
        estimates: estimates(n_records),
        mean_cents: mean_by_kind.iter().map(|kind| kind.cents).sum(),
        mean_by_kind,
        mean_source: "IBM (2025), Cost of a Data Breach Report: 4.44 M USD on average, of which \
                      1.38 M for lost business; a mean over the companies that it studied",
        per_record_cents: given.then(|| {
            Cents(PER_RECORD.0.saturating_mul(i64::try_from(n_records).unwrap_or(i64::MAX)))
        }),
        per_record_caution: caution,
    })
}

fn cents(dollars: f64) -> Cents {
    Cents::from_units(dollars).unwrap_or(Cents(i64::MAX))
}

/// ln cost = a + b·ln n, with a normal error of standard deviation σ.
fn estimates(n_records: u64) -> Vec<CostEstimate> {
    if n_records == 0 {
        return Vec::new();
    }
    let studies = [
        (
            "Verizon (2015), Data Breach Investigations Report: claims paid",
            8.193_75,
            0.423_57,
            1.555,
        ),
        (
            "Jacobs (2014) on Ponemon's data: a high case, surveyed costs",
            7.679_962_5,
            0.758_357_6,
            0.523,
        ),
    ];
    // Φ⁻¹(.95): nine in ten lie between.
    let reach = super::normal::quantile(0.95);
    let estimate = |(source, a, b, sigma): (&'static str, f64, f64, f64)| {
        let log = a + b * (n_records as f64).ln();
        CostEstimate {
            source,
            median_cents: cents(log.exp()),
            low_cents: cents((log - reach * sigma).exp()),
            high_cents: cents((log + reach * sigma).exp()),
        }
    };
    studies.map(estimate).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_studies_formulas_give_their_printed_figures() {
        // exp(8.19375 + .42357·ln 100 000) and exp(7.6799625 + .7583576·ln 100 000).
        let cost = direct_cost(100_000, PerRecord::default()).unwrap();
        let dollars: Vec<f64> =
            cost.estimates.iter().map(|estimate| estimate.median_cents.units()).collect();
        assert!((dollars[0] / 474_624.78 - 1.0).abs() < 1e-6, "{dollars:?}");
        assert!((dollars[1] / 13_401_497.66 - 1.0).abs() < 1e-6, "{dollars:?}");
        assert_eq!(cost.mean_cents, Cents(306_000_000));
        assert!(cost.mean_by_kind.iter().all(|kind| kind.kind != "lost business"));
    }

    #[test]
    fn the_figure_per_record_holds_up_to_its_limit_and_not_beyond() {
        let at = |n_records, per_record| direct_cost(n_records, per_record);
        let within = at(100_000, PerRecord::Required).unwrap();
        assert_eq!(within.per_record_cents, Some(Cents(1_600_000_000)));
        let beyond = at(100_001, PerRecord::WithinLimit).unwrap();
        assert_eq!(beyond.per_record_cents, None);
        assert!(beyond.per_record_caution.contains("100 000"));
        assert!(matches!(at(100_001, PerRecord::Required), Err(Error::PerRecord { .. })));
        assert_eq!(at(10, PerRecord::Off).unwrap().per_record_cents, None);
        assert!(at(0, PerRecord::Required).unwrap().estimates.is_empty());
    }
}
