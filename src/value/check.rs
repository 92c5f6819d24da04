//! How far can the forecasts be trusted? They are made as of an earlier day, and held against what
//! customers did since.

use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;

use super::fits::{Fits, Segments};
use super::model::{ModelReport, mean_spend};
use super::orders::UNUSABLE;
use super::purchases::Purchases;
use super::rfm::{self, NOBODY, Summary};
use super::scores::MONTH_DAYS;
use super::settings::{Model, Settings};
use super::{Error, orders};
use crate::tables::Table;
use crate::tables::layout::GoldenRecord;
use crate::terms::Cents;

/// A forecast beside what came true.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// The first order.
    pub observed_from: Date,
    /// The last day that the models were fitted to.
    pub calibration_to: Date,
    /// The last day of the hold-out.
    pub holdout_to: Date,
    /// Customers of the calibration that came back in it.
    pub n_returning: usize,
    /// The models as fitted to the calibration; the same that a run would take.
    pub models: Vec<ModelReport>,
    /// How well they tell the calibration itself.
    pub calibration: Calibration,
    /// How well they tell the hold-out, over all customers of the calibration.
    pub holdout: Accuracy,
    /// Customers by their repeat purchases in the calibration: `0`, `1` … `7+`.
    pub by_frequency: Vec<Bin>,
    /// Customers by segment; those without one are `(none)`, segments of few are `(others)`.
    pub by_segment: Vec<Bin>,
    /// Customers by forecast, the most purchases first, in ten parts of like size.
    pub by_forecast: Vec<Bin>,
}

/// Repeat purchases in the calibration.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Calibration {
    /// Expected by the models of customers of that age.
    pub predicted: f64,
    /// Made.
    pub actual: u64,
    /// (predicted − actual) / actual.
    pub bias_share: Option<f64>,
}

/// Some customers' forecasts beside what came true.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Accuracy {
    /// How many customers.
    pub n_customers: usize,
    /// Purchases forecast for the hold-out.
    pub predicted: f64,
    /// Purchases made in it.
    pub actual: u64,
    /// (predicted − actual) / actual.
    pub bias_share: Option<f64>,
    /// Mean over customers of |predicted − actual|.
    pub mean_absolute_error: f64,
    /// The same, had each customer gone on at their rate so far: what the model must beat.
    pub mean_absolute_error_steady: f64,
    /// Spend forecast for the hold-out.
    pub predicted_cents: i64,
    /// Spend in it, returns taken off.
    pub actual_cents: i64,
}

/// A part of the customers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    /// Which.
    pub name: String,
    /// How they fared.
    #[serde(flatten)]
    pub accuracy: Accuracy,
}

/// One customer's forecast and truth.
#[derive(Clone, Copy)]
struct Outcome {
    /// Repeat purchases in the calibration, and those expected of one of this age.
    x: u32,
    expected: f64,
    segment: usize,
    predicted: f64,
    steady: f64,
    actual: u32,
    predicted_cents: i64,
    actual_cents: i64,
}

/// Holds a forecast against what came true.
///
/// The models of the settings are fitted, as a run fits them, on orders up to
/// `settings.calibration_to`; without that day, the hold-out is as long as the horizon, but no
/// more than half of all the time. Models that are given are used as they are. Without the golden
/// records nobody is of a segment.
///
/// # Errors
/// A setting is out of its range, or there is no time to hold out.
pub fn check(
    purchases: &Purchases,
    golden: Option<&Table<GoldenRecord>>,
    settings: &Settings,
) -> Result<Check, Error> {
    settings.check()?;
    let Purchases { orders, owners, summaries: after } = purchases;
    let segments = golden.map_or_else(|| Segments::none(after.len()), Segments::of);
    let known = |&(&day, &owner): &(&i32, &u32)| owner != NOBODY && day != UNUSABLE;
    let days = orders.days.iter().zip(&owners.by_order).filter(known);
    let start = days.map(|(&day, _)| day).min().unwrap_or(orders.end);
    let split = settings.calibration_to.map_or_else(
        || split_between(start, orders.end, settings.horizon_months),
        orders::day_of_date,
    );
    if split <= start || split >= orders.end {
        let n_days = u32::try_from(orders.end - start).unwrap_or(0);
        return Err(Error::TooShort { n_days });
    }
    let before = rfm::summaries(purchases.events(), after.len(), split);
    // Held-out orders test a model, so there is one though values be taken from a column.
    let model = if settings.model == Model::Column { Model::BgNbd } else { settings.model };
    let settings = Settings { model, ..settings.clone() };
    let fits = Fits::of(&segments, &before, &settings, &mut Vec::new());
    let outcomes = outcomes(&fits, &segments, &before, after, orders.end - split, &settings);
    Ok(Check {
        observed_from: orders::date_of_day(start),
        calibration_to: orders::date_of_day(split),
        holdout_to: orders::date_of_day(orders.end),
        models: fits.reports,
        ..summed_up(outcomes, &segments)
    })
}

/// Gives the forecast and the truth of each customer of the calibration.
fn outcomes(
    fits: &Fits,
    segments: &Segments<'_>,
    before: &[Summary],
    after: &[Summary],
    n_days: i32,
    settings: &Settings,
) -> Vec<Outcome> {
    let unit_days = settings.unit_days;
    let days_max = before.iter().filter_map(|s| s.history).map(|history| history.t).max();
    // What is expected of a new customer depends on the age alone, a whole number of days.
    let expected: Vec<Vec<f64>> = fits
        .fitted
        .iter()
        .map(|fitted| {
            let of_day = |day: u32| fitted.timing.purchases_of_new(f64::from(day) / unit_days);
            (0..=days_max.unwrap_or(0)).into_par_iter().map(of_day).collect()
        })
        .collect();
    let outcome = |row: usize| {
        let (then, now) = (before[row].history?, after[row].history?);
        let segment = segments.of_customer(row);
        let fit = fits.of_segment[segment]?;
        let fitted = &fits.fitted[fit];
        let (t_x, t) = (f64::from(then.t_x) / unit_days, f64::from(then.t) / unit_days);
        let ahead = f64::from(n_days) / unit_days;
        let p_alive = 1.0 / (1.0 + fitted.timing.ln_odds_left(then.x, t_x, t).0.exp());
        let predicted = p_alive * fitted.timing.purchases_if_alive(then.x, t, ahead);
        let mean = mean_spend(then.x, before[row].repeat_cents);
        let (spend, _) = fitted.spend.expected(then.x, mean);
        Some(Outcome {
            x: then.x,
            expected: expected[fit][then.t as usize],
            segment,
            predicted,
            steady: if then.t > 0 { f64::from(then.x) / t * ahead } else { 0.0 },
            actual: now.x - then.x,
            predicted_cents: Cents::from_units(predicted * spend).unwrap_or(Cents::ZERO).0,
            actual_cents: after[row].past_cents - before[row].past_cents,
        })
    };
    (0..before.len()).into_par_iter().filter_map(outcome).collect()
}

/// The last day of calibration where none is set.
fn split_between(start: i32, end: i32, horizon_months: u32) -> i32 {
    let half = (end - start) / 2;
    #[expect(clippy::cast_possible_truncation, reason = "at most 1200 months")]
    let horizon = (f64::from(horizon_months) * MONTH_DAYS) as i32;
    end - half.min(horizon)
}

impl Accuracy {
    fn of<'o>(outcomes: impl Iterator<Item = &'o Outcome>) -> Accuracy {
        let mut sum = Accuracy::default();
        let (mut error, mut steady) = (0.0, 0.0);
        for outcome in outcomes {
            sum.n_customers += 1;
            sum.predicted += outcome.predicted;
            sum.actual += u64::from(outcome.actual);
            sum.predicted_cents = sum.predicted_cents.saturating_add(outcome.predicted_cents);
            sum.actual_cents = sum.actual_cents.saturating_add(outcome.actual_cents);
            error += (outcome.predicted - f64::from(outcome.actual)).abs();
            steady += (outcome.steady - f64::from(outcome.actual)).abs();
        }
        let n_customers = sum.n_customers.max(1) as f64;
        Accuracy {
            bias_share: bias(sum.predicted, sum.actual),
            mean_absolute_error: error / n_customers,
            mean_absolute_error_steady: steady / n_customers,
            ..sum
        }
    }
}

fn bias(predicted: f64, actual: u64) -> Option<f64> {
    (actual > 0).then(|| predicted / actual as f64 - 1.0)
}

/// From this many repeat purchases on customers are one bin.
const FREQUENCY_LAST: u32 = 7;

/// Adds outcomes up; the dates and models are for the caller to fill in.
fn summed_up(mut outcomes: Vec<Outcome>, segments: &Segments<'_>) -> Check {
    let bin = |name: String, part: &dyn Fn(&Outcome) -> bool| {
        let accuracy = Accuracy::of(outcomes.iter().filter(|outcome| part(outcome)));
        Bin { name, accuracy }
    };
    let by_frequency = (0..=FREQUENCY_LAST)
        .map(|x| match x {
            FREQUENCY_LAST => bin(format!("{x}+"), &|outcome| outcome.x >= x),
            _ => bin(x.to_string(), &|outcome| outcome.x == x),
        })
        .collect();
    let by_segment = parted(&outcomes, segments);
    let calibration = (
        outcomes.iter().map(|outcome| outcome.expected).sum(),
        outcomes.iter().map(|outcome| u64::from(outcome.x)).sum(),
    );
    let holdout = Accuracy::of(outcomes.iter());
    let n_returning = outcomes.iter().filter(|outcome| outcome.x > 0).count();
    // Stable, so that customers with like forecasts stay in their own order.
    outcomes.sort_by(|one, other| other.predicted.total_cmp(&one.predicted));
    let n = outcomes.len();
    let by_forecast = (0..10)
        .map(|tenth| {
            let part = &outcomes[n * tenth / 10..n * (tenth + 1) / 10];
            Bin { name: (tenth + 1).to_string(), accuracy: Accuracy::of(part.iter()) }
        })
        .collect();
    Check {
        observed_from: Date::MIN,
        calibration_to: Date::MIN,
        holdout_to: Date::MIN,
        n_returning,
        models: Vec::new(),
        calibration: Calibration {
            predicted: calibration.0,
            actual: calibration.1,
            bias_share: bias(calibration.0, calibration.1),
        },
        holdout,
        by_frequency,
        by_segment,
        by_forecast,
    }
}

/// A segment of fewer customers is not told by itself: its spend would be that of persons.
const N_NAMED_MIN: usize = 20;

/// Parts outcomes by segment, in the order of the names; those of few customers are one part.
fn parted(outcomes: &[Outcome], segments: &Segments<'_>) -> Vec<Bin> {
    let mut places: Vec<usize> = (0..outcomes.len()).collect();
    places.sort_by_key(|&place| outcomes[place].segment);
    let same = |&one: &usize, &other: &usize| outcomes[one].segment == outcomes[other].segment;
    let bin = |name: &str, part: &[usize]| Bin {
        name: name.to_owned(),
        accuracy: Accuracy::of(part.iter().map(|&place| &outcomes[place])),
    };
    let (mut bins, mut others) = (Vec::new(), Vec::new());
    for part in places.chunk_by(same) {
        if part.len() < N_NAMED_MIN {
            others.extend_from_slice(part);
        } else {
            bins.push(bin(segments.name(outcomes[part[0]].segment).unwrap_or("(none)"), part));
        }
    }
    if !others.is_empty() {
        bins.push(bin("(others)", &others));
    }
    bins
}

impl Check {
    /// Says in a sentence how far the forecasts can be trusted.
    pub fn note(&self) -> String {
        let Accuracy { predicted, actual, mean_absolute_error, .. } = self.holdout;
        let bias = self
            .holdout
            .bias_share
            .map_or_else(String::new, |share| format!(" ({:+.1} %)", share * 100.0));
        format!(
            "models fitted up to {} predict {predicted:.0} purchases until {}, {actual} were \
             made{bias}; a customer is off by {mean_absolute_error:.2} on average, at a steady rate \
             by {:.2}",
            self.calibration_to, self.holdout_to, self.holdout.mean_absolute_error_steady
        )
    }
}
