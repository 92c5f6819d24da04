//! What is at stake?
//!
//! Each affected person gets a severity, a probability to stop and one to pause, and the loss
//! that follows on average from the future value. Losses are cents, so that every list adds up
//! to the same total, by segment, market, product, source or law. Only the future value can be
//! lost, and only once, however many incidents touched a person.

mod cases;
mod churn;
mod concentration;
mod conditional;
mod cube;
mod direct_cost;
mod error;
mod intern;
mod loss;
mod normal;
mod portfolio;
mod retention;
mod settings;
mod severity;
mod simulate;
mod summary;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_portfolio;

pub use cases::Everybody;
pub use concentration::Concentration;
pub use cube::Sums;
pub use direct_cost::{CostEstimate, CostKind, DirectCost, PerRecord};
pub use error::Error;
pub use portfolio::{Allotment, Correlation, Method, Portfolio, PortfolioSettings, Risk};
pub use retention::{Offered, RetentionSettings, RetentionSummary, retention};
pub use settings::{Churn, Circumstances, Industry, OddsRatio, OddsRatios, Settings};
pub use summary::{Assumption, IncidentSummary, Part, PresetLoss, Summary};

use std::cmp::Reverse;

use rayon::prelude::*;

use crate::ledger::{Counted, Tally};
use crate::rules::{DataClasses, Jurisdictions};
use crate::tables::layout::{
    Affected, Customer, Exposure, ExposureCube, GoldenRecord, Lineage, LossDistribution,
};
use crate::tables::{Table, column};
use crate::terms::{Cents, Incident};

use cases::{Case, InTime, Terms, Traits};
use churn::Leaving;
use cube::Sides;
use portfolio::Stakes;
use summary::Parts;

/// What is at stake, by person and added up.
#[derive(Debug)]
pub struct Exposed {
    /// One row per person and incident, gravest first. Its probabilities are those of the
    /// incident alone, its loss is what the incident adds to the earlier ones.
    pub exposure: Table<Exposure>,
    /// Added up by everything at once, each person once.
    pub cube: Table<ExposureCube>,
    /// The loss of all together that is exceeded with each probability, at each rho.
    pub loss_distribution: Table<LossDistribution>,
    /// The figures that people read first.
    pub summary: Summary,
}

/// Weighs what is at stake with each affected person. `golden`, `customers` and `lineage` are of
/// the affected at least, `everybody` is of all customers.
///
/// # Shape
/// One row in, one row out.
///
/// # Errors
/// A data class is unknown; the settings contradict each other, or the terms on which customers
/// were valued.
///
/// # Panics
/// If an affected person or incident is not in the run; if sums do not reconcile.
#[expect(clippy::too_many_arguments, reason = "the tables of a run, each once")]
pub fn weighed(
    affected: &Table<Affected>,
    golden: &Table<GoldenRecord>,
    customers: &Table<Customer>,
    lineage: &Table<Lineage>,
    everybody: Everybody,
    incidents: &[Incident],
    classes: &DataClasses,
    laws: &Jurisdictions,
    settings: &Settings,
) -> Result<Counted<Exposed>, Error> {
    let Everybody { terms, top_cents } = everybody;
    check(settings, terms)?;
    let in_time = InTime::of(incidents);
    let values = cases::values(customers);
    let mut cases = cases::read(affected, &in_time, classes, settings)?;
    let traits = Traits::of(golden, &values, top_cents, settings.odds_ratios);
    let groups = cases::grouped(&mut cases, &in_time, &traits);
    let leaving = groups.leaving(settings.churn);
    let of_breaks = cases::of_breaks(customers, &values);
    let (persons, losses) = loss::losses(&cases, &leaving, &values, &of_breaks);

    let sides = Sides::of(golden, lineage, laws);
    let (segments, segment_of) = sides.segments();
    let stakes = Stakes::of(&persons, segments.len(), |person| segment_of(person.customer));
    let (portfolio, loss_distribution) =
        portfolio::portfolio(&stakes, &segments, &settings.portfolio)?;
    let presets = presets(settings.churn, |churn| {
        let (persons, _) = loss::losses(&cases, &groups.leaving(churn), &values, &of_breaks);
        persons.iter().map(|person| Cents(person.loss)).sum()
    });
    let cells = sides.cells(&persons, &cases, &in_time);
    let parts = Parts {
        cells: &cells,
        persons: &persons,
        cases: &cases,
        losses: &losses,
        in_time: &in_time,
        presets,
        portfolio,
        terms,
        direct_cost: direct_cost::direct_cost(persons.len() as u64, settings.per_record)?,
    };
    let summary = summary::summary(parts, settings);
    let weighed: Vec<Weighed> = cases
        .iter()
        .zip(&losses)
        .map(|(&case, &loss)| Weighed {
            case,
            leaving: leaving[case.group as usize],
            value: values[case.customer as usize],
            loss,
        })
        .collect();
    let exposure = exposure(affected, weighed, &sides, &in_time);
    let tally =
        Tally::of("exposure", "affected", affected.height()).gave("weighed", exposure.height());
    let product = Exposed { exposure, cube: cells.cube(), loss_distribution, summary };
    Ok(Counted { product, tally })
}

/// A customer who may leave, for `distribution`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MayLeave {
    /// Probability to stop for good.
    pub p_stop: f64,
    /// Probability to pause, and not to stop.
    pub p_break: f64,
    /// What is lost where the customer stops.
    pub of_stop_cents: i64,
    /// What is lost where the customer pauses.
    pub of_break_cents: i64,
}

/// Finds the distribution of the loss of any customers together, as `weighed` does for the
/// affected.
///
/// # Errors
/// Someone is to stop and to pause with more than certainty; the number of scenarios is out of
/// bounds.
pub fn distribution(
    customers: &[MayLeave],
    settings: &PortfolioSettings,
) -> Result<(Portfolio, Table<LossDistribution>), Error> {
    let mut persons = Vec::with_capacity(customers.len());
    for (customer, one) in (0..).zip(customers) {
        let MayLeave { p_stop, p_break, of_stop_cents, of_break_cents } = *one;
        if !(p_stop >= 0.0 && p_break >= 0.0 && p_stop + p_break <= 1.0) {
            return Err(Error::Churn { p_stop, p_break });
        }
        persons.push(loss::Person {
            customer,
            first_case: 0,
            n_cases: 0,
            p_stop,
            p_break,
            value: of_stop_cents.max(0),
            of_break: of_break_cents.clamp(0, of_stop_cents.max(0)),
            loss: 0,
        });
    }
    let stakes = Stakes::of(&persons, 1, |_| 0);
    portfolio::portfolio(&stakes, &[None], settings)
}

/// Tells what would be lost under the presets and under what was chosen.
fn presets(chosen: Churn, loss: impl Fn(Churn) -> Cents) -> Vec<PresetLoss> {
    let mut presets = vec![Churn::Survey, Churn::Observed(Industry::All)];
    match presets.iter_mut().find(|preset| preset.word() == chosen.word()) {
        Some(preset) => *preset = chosen,
        None => presets.push(chosen),
    }
    let preset = |churn: Churn| {
        let (p_stop, p_break) = churn.shares();
        PresetLoss {
            preset: churn.word(),
            chosen: churn == chosen,
            p_stop,
            p_break,
            expected_loss_cents: loss(churn),
            source: churn.source(),
        }
    };
    presets.into_iter().map(preset).collect()
}

fn check(settings: &Settings, terms: Option<Terms>) -> Result<(), Error> {
    let (p_stop, p_break) = settings.churn.shares();
    if p_stop + p_break > 1.0 {
        return Err(Error::Churn { p_stop, p_break });
    }
    let break_months = settings.break_months;
    match terms {
        Some(Terms { break_months: valued_for, .. }) if valued_for != break_months => {
            Err(Error::Break { break_months, valued_for })
        }
        _ => Ok(()),
    }
}

/// A row of the exposure before it is written.
#[derive(Clone, Copy)]
struct Weighed {
    case: Case,
    leaving: Leaving,
    value: i64,
    loss: i64,
}

/// Writes the exposure, gravest first: expected loss, then severity; ties by customer, whose
/// order is that of the ids, then by incident.
fn exposure(
    affected: &Table<Affected>,
    mut weighed: Vec<Weighed>,
    sides: &Sides<'_>,
    in_time: &InTime<'_>,
) -> Table<Exposure> {
    weighed.par_sort_unstable_by(|one, other| {
        let id = |weighed: &Weighed| &in_time.0[weighed.case.incident as usize].id;
        let by_severity = || other.case.severity.total_cmp(&one.case.severity);
        let by_customer = || one.case.customer.cmp(&other.case.customer);
        let by_loss = Reverse(one.loss).cmp(&Reverse(other.loss));
        by_loss.then_with(by_severity).then_with(by_customer).then_with(|| id(one).cmp(id(other)))
    });
    let rows: Vec<u32> = weighed.iter().map(|weighed| weighed.case.row).collect();
    let sorted = affected.rows(&rows);
    let bands = weighed.iter().map(|one| Some(severity::BANDS[severity::band(one.case.severity)]));
    let laws = weighed.iter().map(|one| Some(sides.jurisdiction(one.case.customer)));
    let mut columns = sorted.frame().columns().to_vec();
    columns.extend([
        column::JURISDICTION.texts(laws),
        column::SEVERITY.numbers(weighed.iter().map(|one| one.case.severity).collect()),
        column::SEVERITY_BAND.texts(bands),
        column::P_STOP.numbers(weighed.iter().map(|one| one.leaving.p_stop).collect()),
        column::P_BREAK.numbers(weighed.iter().map(|one| one.leaving.p_break).collect()),
        column::CLV_FUTURE_CENTS.amounts(weighed.iter().map(|one| one.value).collect()),
        column::EXPECTED_LOSS_CENTS.amounts(weighed.iter().map(|one| one.loss).collect()),
    ]);
    Table::of(columns)
}
