//! What do the models make of each customer?

use rayon::prelude::*;

use super::Valued;
use super::clv::{self, Horizon};
use super::fits::{Fits, Segments};
use super::interval;
use super::model::{Fitted, ModelReport, mean_spend};
use super::rfm::{History, Summary};
use super::settings::{GivenClv, GivenModel, Model, Settings};
use crate::tables::layout::{Customer, GoldenRecord};
use crate::tables::{Layout, Table, column};
use crate::terms::Cents;

/// Days in a month: 365.25 / 12.
pub(super) const MONTH_DAYS: f64 = 30.4375;

/// What a customer's future is worth, before it goes into columns.
#[derive(Clone, Copy, Default)]
struct Score {
    future_cents: i64,
    /// What of it a pause loses.
    break_cents: i64,
    basis: Basis,
    /// What the models say, where they were asked and the answer is an amount.
    estimate: Option<Estimate>,
    /// The models were asked, and what they say is no amount that can be counted.
    beyond: bool,
}

/// What the models say of a customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    /// Probability of still being a customer.
    pub(super) p_alive: f64,
    /// Purchases expected within the horizon.
    pub(super) purchases: f64,
    /// Expected spend of a purchase, in whole units.
    pub(super) spend: f64,
    /// Future value, in whole units.
    pub(super) future: f64,
    /// Its bounds, where it is known how well the parameters are.
    pub(super) bounds: Option<(f64, f64)>,
    /// What of the future value falls into the months of a pause, in whole units.
    pub(super) within_break: f64,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Basis {
    Orders,
    Column,
    Default,
    #[default]
    None,
}

impl Basis {
    fn name(self) -> &'static str {
        match self {
            Basis::Orders => "orders",
            Basis::Column => "column",
            Basis::Default => "default",
            Basis::None => "none",
        }
    }
}

/// A model with its purchases ahead, ready to value customers.
pub(super) struct Valuer<'a> {
    fitted: &'a Fitted,
    ahead: clv::Table,
    unit_days: f64,
    margin: f64,
}

/// The time over which future purchases count, in the models' units.
fn horizon(settings: &Settings, break_months: u32) -> Horizon {
    Horizon {
        n_months: settings.horizon_months,
        month: MONTH_DAYS / settings.unit_days,
        discount: settings.discount_monthly,
        break_months,
    }
}

impl<'a> Valuer<'a> {
    /// Prepares a model for customers with these histories.
    pub(super) fn new(
        fitted: &'a Fitted,
        histories: impl ParallelIterator<Item = History>,
        settings: &Settings,
        horizon: Horizon,
    ) -> Valuer<'a> {
        let Settings { unit_days, margin, .. } = *settings;
        let with_slopes = fitted.timing_covariance.is_some();
        let ahead = clv::Table::new(fitted.timing, histories, horizon, unit_days, with_slopes);
        Valuer { fitted, ahead, unit_days, margin }
    }

    /// Values a customer with this history.
    pub(super) fn estimate(&self, history: History, repeat_cents: i64) -> Estimate {
        let History { x, t_x, t } = history;
        let (t_x, t) = (f64::from(t_x) / self.unit_days, f64::from(t) / self.unit_days);
        let ahead = self.ahead.of(history);
        let (ln_odds, slopes) = self.fitted.timing.ln_odds_left(x, t_x, t);
        let p_alive = 1.0 / (1.0 + ln_odds.exp());
        let (spend, spend_variance) = self.fitted.spend.expected(x, mean_spend(x, repeat_cents));
        let future = self.margin * spend * p_alive * ahead.discounted;
        let within_break = self.margin * spend * p_alive * ahead.within_break;
        // ln future = ln P + ln D + ln E[M] + const; the models were fitted apart, so the
        // variances of the first two together and of the last add.
        let bounds = self.fitted.timing_covariance.map(|covariance| {
            let slopes = std::array::from_fn(|i| ahead.ln_slopes[i] - (1.0 - p_alive) * slopes[i]);
            interval::bounds(future, interval::variance(&slopes, &covariance) + spend_variance)
        });
        let purchases = p_alive * ahead.purchases;
        Estimate { p_alive, purchases, spend, future, bounds, within_break }
    }
}

/// Values each customer, whose orders are summed up; adds to what was found in them. Gives the
/// models in use beside.
pub(super) fn customers(
    golden: &Table<GoldenRecord>,
    summaries: &[Summary],
    settings: &Settings,
    break_months: u32,
    mut findings: Vec<String>,
) -> (Valued, Vec<GivenModel>) {
    let horizon = horizon(settings, break_months);
    let even_share = horizon.even_share_of_break();
    let segments = Segments::of(golden);
    let has_orders = summaries.iter().any(|summary| summary.history.is_some());
    let valued_by_orders = has_orders && settings.model != Model::Column;
    let fits = if valued_by_orders {
        Fits::of(&segments, summaries, settings, &mut findings)
    } else {
        Fits::default()
    };
    let valuers: Vec<Valuer<'_>> = (0..fits.fitted.len())
        .map(|fit| {
            let histories = (0..summaries.len())
                .into_par_iter()
                .filter(|&row| fits.of_segment[segments.of_customer(row)] == Some(fit))
                .filter_map(|row| summaries[row].history);
            Valuer::new(&fits.fitted[fit], histories, settings, horizon)
        })
        .collect();
    let (given, deceased) = (golden.cents(column::GIVEN_CLV_CENTS), golden.flag(column::DECEASED));
    let score = |(row, summary): (usize, &Summary)| {
        let segment = segments.of_customer(row);
        let asked = match (fits.of_segment.get(segment), summary.history) {
            (Some(&Some(fit)), Some(history)) => Some((fit, history)),
            _ => None,
        };
        let by_orders =
            asked.and_then(|(fit, history)| with_orders(&valuers[fit], history, summary));
        let score = by_orders.unwrap_or_else(|| {
            let name = segments.name(segment);
            let score = without_orders(given.get(row), name, summary, settings, even_share);
            Score { beyond: asked.is_some(), ..score }
        });
        match deceased.get(row) {
            // The dead buy nothing more.
            Some(true) => Score { basis: score.basis, ..Score::default() },
            _ => score,
        }
    };
    let scores: Vec<Score> = summaries.par_iter().enumerate().map(score).collect();
    let n_deceased = deceased.iter().filter(|flag| *flag == Some(true)).count();
    // Segments with too few customers were found together.
    let fallbacks = fits.reports.iter().filter(|report| report.model != "pooled");
    findings.extend(fallbacks.filter_map(ModelReport::finding));
    found_in_scores(&scores, n_deceased, settings, valued_by_orders, &mut findings);
    let customers = table(golden, summaries, &scores, horizon, settings.margin);
    (Valued { customers, models: fits.reports, saved: None, findings }, fits.given)
}

/// Values a customer by the models; nothing where that is no amount that can be counted, which can
/// only come of absurd orders.
fn with_orders(valuer: &Valuer<'_>, history: History, summary: &Summary) -> Option<Score> {
    let estimate = valuer.estimate(history, summary.repeat_cents);
    let future_cents = Cents::from_units(estimate.future)?.0;
    let break_cents = Cents::from_units(estimate.within_break)?.0.clamp(0, future_cents);
    let basis = Basis::Orders;
    Some(Score { future_cents, break_cents, basis, estimate: Some(estimate), beyond: false })
}

fn without_orders(
    given: Option<i64>,
    segment: Option<&str>,
    summary: &Summary,
    settings: &Settings,
    even_share: f64,
) -> Score {
    let (future_cents, basis) = match (given, settings.default_clv_of(segment)) {
        (Some(given), _) => match settings.given_clv_is {
            GivenClv::Future => (given.max(0), Basis::Column),
            GivenClv::Total => (given.saturating_sub(summary.past_cents).max(0), Basis::Column),
        },
        (None, Some(default)) => (default.max(0), Basis::Default),
        (None, None) => (0, Basis::None),
    };
    let break_cents = Cents(future_cents).times(even_share).0.clamp(0, future_cents);
    Score { future_cents, break_cents, basis, estimate: None, beyond: false }
}

/// Rounds to cents. An amount that does not fit can only come of absurd orders; it counts as none.
fn cents(units: f64) -> i64 {
    Cents::from_units(units).unwrap_or(Cents::ZERO).0
}

fn found_in_scores(
    scores: &[Score],
    n_deceased: usize,
    settings: &Settings,
    valued_by_orders: bool,
    findings: &mut Vec<String>,
) {
    #[expect(clippy::float_cmp, reason = "the default is this very number")]
    if valued_by_orders && settings.margin == 1.0 {
        findings.push(
            "the margin is 100 %, the default: future value is revenue, not profit".to_owned(),
        );
    }
    for (basis, what) in [
        (Basis::Default, "are valued by the default of their segment"),
        (Basis::None, "have neither orders, nor a given value, nor a default: their value is 0"),
    ] {
        let n_customers = scores.iter().filter(|score| score.basis == basis).count();
        if n_customers > 0 {
            findings.push(format!("{n_customers} customers {what}"));
        }
    }
    let n_beyond = scores.iter().filter(|score| score.beyond).count();
    if n_beyond > 0 {
        findings.push(format!(
            "{n_beyond} customers have orders of amounts beyond all bounds: they count as customers \
             without orders"
        ));
    }
    if n_deceased > 0 {
        findings.push(format!("{n_deceased} customers are deceased; their future value is 0"));
    }
}

fn table(
    golden: &Table<GoldenRecord>,
    summaries: &[Summary],
    scores: &[Score],
    horizon: Horizon,
    margin: f64,
) -> Table<Customer> {
    let past = |row: usize| summaries[row].past_cents;
    let future = |row: usize| scores[row].future_cents;
    let n = scores.len();
    let estimates = || scores.iter().map(|score| score.estimate);
    let amounts = |part: fn(Estimate) -> f64| estimates().map(move |e| e.map(|e| cents(part(e))));
    let bounds = |part: fn((f64, f64)) -> f64| {
        estimates().map(move |e| e.and_then(|e| e.bounds).map(|bounds| cents(part(bounds))))
    };
    let numbers = |part: fn(Estimate) -> f64| estimates().map(move |e| e.map(part));
    let filled = Customer::COLUMNS.par_iter().map(|&column| match column {
        column::CUSTOMER_ID => golden.whole(column),
        column::CLV_PAST_CENTS => column.amounts((0..n).map(past).collect()),
        column::CLV_FUTURE_CENTS => column.amounts((0..n).map(future).collect()),
        column::CLV_CENTS => {
            column.amounts((0..n).map(|row| past(row).saturating_add(future(row))).collect())
        }
        column::CLV_BASIS => column.texts(scores.iter().map(|score| Some(score.basis.name()))),
        column::N_ORDERS => column.counts(summaries.iter().map(|of| of.n_orders).collect()),
        column::P_ALIVE => column.numbers_or_nothing(numbers(|estimate| estimate.p_alive)),
        column::EXPECTED_ORDERS => column.numbers_or_nothing(numbers(|of| of.purchases)),
        column::EXPECTED_SPEND_CENTS => column.amounts_or_nothing(amounts(|of| of.spend)),
        column::CLV_FUTURE_LOW_CENTS => column.amounts_or_nothing(bounds(|bounds| bounds.0)),
        column::CLV_FUTURE_HIGH_CENTS => column.amounts_or_nothing(bounds(|bounds| bounds.1)),
        column::CLV_BREAK_CENTS => column.amounts(scores.iter().map(|of| of.break_cents).collect()),
        column::BREAK_MONTHS => column.same_count(horizon.break_months, n),
        column::HORIZON_MONTHS => column.same_count(horizon.n_months, n),
        column::DISCOUNT_MONTHLY => column.same_number(horizon.discount, n),
        column::MARGIN => column.same_number(margin, n),
        other => panic!("nothing is said of `{}`", other.name),
    });
    Table::of(filled.collect())
}
