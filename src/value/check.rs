//! How far can the forecasts be trusted? They are made as of an earlier day, and held against what
//! customers did since.

use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;

use super::fits::pooled_fit;
use super::model::{Fitted, ModelReport, Trial, mean_spend};
use super::rfm::{self, Events, NOBODY, Summary};
use super::scores::MONTH_DAYS;
use super::settings::{Model, Settings};
use super::{Error, orders, owners};
use crate::tables::Table;
use crate::tables::layout::{ContactPoint, Lineage, Order};
use crate::terms::Cents;

/// Whom the records belong to, so that a person under two keys is one customer.
#[derive(Debug, Clone, Copy)]
pub struct Persons<'a> {
    /// The customer of each record.
    pub lineage: &'a Table<Lineage>,
    /// What each record is known by.
    pub points: &'a Table<ContactPoint>,
    /// How many customers there are.
    pub n_customers: usize,
}

/// A forecast beside what came true.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// The first order.
    pub observed_from: Date,
    /// The last day that the model was fitted to.
    pub calibration_to: Date,
    /// The last day of the hold-out.
    pub holdout_to: Date,
    /// Customers whose first purchase lies in the calibration.
    pub n_customers: usize,
    /// Those of them that came back in it.
    pub n_returning: usize,
    /// The models as fitted to the calibration.
    pub models: Vec<ModelReport>,
    /// Purchases forecast for the hold-out.
    pub predicted: f64,
    /// Purchases made in it.
    pub actual: u64,
    /// (predicted − actual) / actual.
    pub error_share: Option<f64>,
    /// Mean over customers of |predicted − actual|.
    pub mean_absolute_error: f64,
    /// The same, had each customer gone on at their rate so far: what the model must beat.
    pub mean_absolute_error_steady: f64,
    /// Spend forecast for the hold-out.
    pub predicted_cents: i64,
    /// Spend in it, returns taken off.
    pub actual_cents: i64,
    /// Customers by forecast, the most purchases first, in ten parts of like size.
    pub deciles: Vec<Decile>,
}

/// A tenth of the customers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Decile {
    /// How many.
    pub n_customers: usize,
    /// Their purchases forecast.
    pub predicted: f64,
    /// Their purchases made.
    pub actual: u64,
    /// Their spend forecast.
    pub predicted_cents: i64,
    /// Their spend.
    pub actual_cents: i64,
}

/// One customer's forecast and truth.
#[derive(Clone, Copy)]
struct Outcome {
    predicted: f64,
    steady: f64,
    actual: u32,
    predicted_cents: i64,
    actual_cents: i64,
}

/// Holds a forecast against what came true.
///
/// The model of the settings is fitted to all customers together, on orders up to
/// `calibration_to`; without a day, the hold-out is as long as the horizon, but no more than half
/// of all the time. Without `persons` each key of the orders is a customer.
///
/// # Errors
/// A setting is out of its range, a currency lacks a rate, or there is no time to hold out.
pub fn check(
    table: &Table<Order>,
    persons: Option<Persons<'_>>,
    settings: &Settings,
    calibration_to: Option<Date>,
    now: Timestamp,
) -> Result<Check, Error> {
    settings.check()?;
    let orders = orders::read(table, settings, orders::day_of(now.as_millisecond()))?;
    let (owners, n_customers) = match persons {
        Some(Persons { lineage, points, n_customers }) => {
            (owners::of(table, lineage, points).by_order, n_customers)
        }
        None => owners::by_key(table),
    };
    let days = orders.days.iter().zip(&owners).filter(|&(_, &owner)| owner != NOBODY);
    let start = days.map(|(&day, _)| day).min().unwrap_or(orders.end);
    let split = calibration_to.map_or_else(
        || split_between(start, orders.end, settings.horizon_months),
        orders::day_of_date,
    );
    if split <= start || split >= orders.end {
        let n_days = u32::try_from(orders.end - start).unwrap_or(0);
        return Err(Error::TooShort { n_days });
    }
    let events = Events { owners: &owners, days: &orders.days, cents: &orders.cents };
    let before = rfm::summaries(events, n_customers, split);
    let after = rfm::summaries(events, n_customers, orders.end);
    let mut models = Vec::new();
    let trial = Trial::of(None, before.iter(), settings);
    // Held-out orders test a model, so there is one though values be taken from a column.
    let model = if settings.model == Model::Column { Model::BgNbd } else { settings.model };
    let fitted = pooled_fit(&trial, &Settings { model, ..settings.clone() }, &mut models);
    let ahead_days = f64::from(orders.end - split);
    let outcomes: Vec<Outcome> = before
        .par_iter()
        .zip(&after)
        .filter_map(|(before, after)| {
            outcome(&fitted, before, after, ahead_days, settings.unit_days)
        })
        .collect();
    let n_returning =
        before.iter().filter_map(|summary| summary.history).filter(|history| history.x > 0).count();
    Ok(Check {
        observed_from: orders::date_of_day(start),
        calibration_to: orders::date_of_day(split),
        holdout_to: orders::date_of_day(orders.end),
        n_returning,
        models,
        ..summed_up(outcomes)
    })
}

/// The last day of calibration where none is set.
fn split_between(start: i32, end: i32, horizon_months: u32) -> i32 {
    let half = (end - start) / 2;
    #[expect(clippy::cast_possible_truncation, reason = "at most 1200 months")]
    let horizon = (f64::from(horizon_months) * MONTH_DAYS) as i32;
    end - half.min(horizon)
}

fn outcome(
    fitted: &Fitted,
    before: &Summary,
    after: &Summary,
    ahead_days: f64,
    unit_days: f64,
) -> Option<Outcome> {
    let (then, now) = (before.history?, after.history?);
    let (t_x, t) = (f64::from(then.t_x) / unit_days, f64::from(then.t) / unit_days);
    let ahead = ahead_days / unit_days;
    let p_alive = 1.0 / (1.0 + fitted.timing.ln_odds_left(then.x, t_x, t).0.exp());
    let predicted = p_alive * fitted.timing.purchases_if_alive(then.x, t, ahead);
    let (spend, _) = fitted.spend.expected(then.x, mean_spend(then.x, before.repeat_cents));
    Some(Outcome {
        predicted,
        steady: if then.t > 0 { f64::from(then.x) / t * ahead } else { 0.0 },
        actual: now.x - then.x,
        predicted_cents: Cents::from_units(predicted * spend).unwrap_or(Cents::ZERO).0,
        actual_cents: after.past_cents - before.past_cents,
    })
}

/// Adds outcomes up; the dates and models are for the caller to fill in.
fn summed_up(mut outcomes: Vec<Outcome>) -> Check {
    // Stable, so that customers with like forecasts stay in their own order.
    outcomes.sort_by(|one, other| other.predicted.total_cmp(&one.predicted));
    let n_customers = outcomes.len();
    let deciles: Vec<Decile> = (0..10)
        .map(|tenth| {
            let part = &outcomes[n_customers * tenth / 10..n_customers * (tenth + 1) / 10];
            Decile {
                n_customers: part.len(),
                predicted: part.iter().map(|outcome| outcome.predicted).sum(),
                actual: part.iter().map(|outcome| u64::from(outcome.actual)).sum(),
                predicted_cents: part.iter().map(|outcome| outcome.predicted_cents).sum(),
                actual_cents: part.iter().map(|outcome| outcome.actual_cents).sum(),
            }
        })
        .collect();
    let predicted: f64 = deciles.iter().map(|decile| decile.predicted).sum();
    let actual: u64 = deciles.iter().map(|decile| decile.actual).sum();
    let mean_error = |of: fn(&Outcome) -> f64| {
        let error = |outcome| (of(outcome) - f64::from(outcome.actual)).abs();
        outcomes.iter().map(error).sum::<f64>() / n_customers.max(1) as f64
    };
    Check {
        observed_from: Date::MIN,
        calibration_to: Date::MIN,
        holdout_to: Date::MIN,
        n_customers,
        n_returning: 0,
        models: Vec::new(),
        predicted,
        actual,
        error_share: (actual > 0).then(|| predicted / actual as f64 - 1.0),
        mean_absolute_error: mean_error(|outcome| outcome.predicted),
        mean_absolute_error_steady: mean_error(|outcome| outcome.steady),
        predicted_cents: deciles.iter().map(|decile| decile.predicted_cents).sum(),
        actual_cents: deciles.iter().map(|decile| decile.actual_cents).sum(),
        deciles,
    }
}
