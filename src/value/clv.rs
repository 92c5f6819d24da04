//! What will a customer still bring in, seen from today?

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::bg_nbd::{self, BgNbd};
use super::contract::Contract;
use super::mbg_nbd::MbgNbd;
use super::optimise::Fit;
use super::pareto_nbd::ParetoNbd;
use super::rfm::{Group, History};
use super::settings::Model;

/// A model of when customers buy and leave, with its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// BG/NBD.
    BgNbd(BgNbd),
    /// MBG/NBD.
    MbgNbd(MbgNbd),
    /// Pareto/NBD.
    ParetoNbd(ParetoNbd),
    /// Payments of contracts, by the shifted beta-geometric model.
    Contract(Contract),
    /// The simple estimate.
    Steady(Steady),
}

/// A steady rate and even odds of having left after the latest purchase: the estimate for when
/// there are too few customers to fit a model to.
///
/// A customer's rate is (1+x)/(g+T), where 1/g is all customers' mean rate: the customer's own,
/// drawn towards it with the weight of one purchase. Silence since the latest purchase speaks for
/// having left, by Bayes' rule. Nobody leaves in the future, so the estimate is rather high.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steady {
    /// Mean time between purchases over all customers, in units.
    pub gap: f64,
}

/// Over which time a future purchase counts, and how much less for being late.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// How many months.
    pub n_months: u32,
    /// A month in units of the model's time.
    pub month: f64,
    /// What a month takes off.
    pub discount: f64,
    /// How many months a pause lasts; no more than `n_months`.
    pub break_months: u32,
}

impl Horizon {
    /// Gives the share of the discounted value that falls into the months of a pause, where
    /// nothing is known but that purchases are as likely in each month.
    ///
    /// (1 − (1+d)^−D) / (1 − (1+d)^−H); D / H without interest.
    pub fn even_share_of_break(&self) -> f64 {
        let (pause, whole) = (f64::from(self.break_months), f64::from(self.n_months));
        if self.discount <= 0.0 {
            return (pause / whole).min(1.0);
        }
        let paid = |months: f64| -(-months * self.discount.ln_1p()).exp_m1();
        (paid(pause) / paid(whole)).min(1.0)
    }
}

/// Purchases ahead of a customer who has not left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// Expected within the horizon.
    pub purchases: f64,
    /// The same, each month's share discounted.
    pub discounted: f64,
    /// What of `discounted` falls into the months of a pause.
    pub within_break: f64,
    /// Slopes of ln `discounted` by the logarithms of the parameters.
    pub ln_slopes: [f64; 4],
}

impl Timing {
    /// Fits a model to histories; `Simple` and `Column` ask for none, and get BG/NBD.
    pub fn fit(
        model: Model,
        groups: &[Group],
        unit_days: f64,
        contract_days: f64,
    ) -> (Fit<4>, Timing) {
        match model {
            Model::Contract => {
                let (fit, contract) = Contract::fit(groups, unit_days, contract_days);
                (padded(&fit, contract.period), Timing::Contract(contract))
            }
            Model::MbgNbd => {
                let fit = MbgNbd::fit(groups, unit_days);
                let timing = Timing::MbgNbd(MbgNbd(BgNbd::new(fit.params)));
                (fit, timing)
            }
            Model::ParetoNbd => {
                let fit = ParetoNbd::fit(groups, unit_days);
                let timing = Timing::ParetoNbd(ParetoNbd::new(fit.params));
                (fit, timing)
            }
            Model::BgNbd | Model::Simple | Model::Column => {
                let fit = BgNbd::fit(groups, unit_days);
                let timing = Timing::BgNbd(BgNbd::new(fit.params));
                (fit, timing)
            }
        }
    }

    /// Gives the model's name, as the settings have it.
    pub fn name(&self) -> &'static str {
        match self {
            Timing::BgNbd(_) => "bg_nbd",
            Timing::MbgNbd(_) => "mbg_nbd",
            Timing::ParetoNbd(_) => "pareto_nbd",
            Timing::Contract(_) => "contract",
            Timing::Steady(_) => "simple",
        }
    }

    /// Gives the parameters with their letters.
    pub fn named_params(&self) -> Vec<(&'static str, f64)> {
        match self {
            Timing::BgNbd(model) | Timing::MbgNbd(MbgNbd(model)) => {
                ["r", "alpha", "a", "b"].into_iter().zip(model.params()).collect()
            }
            Timing::ParetoNbd(model) => {
                ["r", "alpha", "s", "beta"].into_iter().zip(model.params()).collect()
            }
            Timing::Contract(model) => {
                vec![("alpha", model.alpha), ("beta", model.beta), ("period", model.period)]
            }
            Timing::Steady(model) => vec![("gap", model.gap)],
        }
    }

    /// Gives the model with the logarithm of one parameter moved.
    fn moved(self, place: usize, by: f64) -> Timing {
        let moved = |mut params: [f64; 4]| {
            params[place] *= by.exp();
            params
        };
        match self {
            Timing::BgNbd(model) => Timing::BgNbd(BgNbd::new(moved(model.params()))),
            Timing::MbgNbd(MbgNbd(model)) => {
                Timing::MbgNbd(MbgNbd(BgNbd::new(moved(model.params()))))
            }
            Timing::ParetoNbd(model) => Timing::ParetoNbd(ParetoNbd::new(moved(model.params()))),
            Timing::Contract(Contract { alpha, beta, period }) => {
                let [alpha, beta, ..] = moved([alpha, beta, period, 1.0]);
                Timing::Contract(Contract { alpha, beta, period })
            }
            Timing::Steady(model) => Timing::Steady(model),
        }
    }

    /// ln of the odds that the customer has left, and its slopes by the parameters' logarithms.
    pub fn ln_odds_left(&self, x: u32, t_x: f64, t: f64) -> (f64, [f64; 4]) {
        match self {
            Timing::BgNbd(model) => model.ln_odds_left(x, t_x, t),
            Timing::MbgNbd(model) => model.ln_odds_left(x, t_x, t),
            Timing::ParetoNbd(model) => model.ln_odds_left(x, t_x, t),
            Timing::Contract(model) => (model.ln_odds_left(t_x, t), [0.0; 4]),
            Timing::Steady(Steady { gap }) => {
                ((f64::from(x) + 1.0) * ((t - t_x) / (gap + t_x)).ln_1p(), [0.0; 4])
            }
        }
    }

    /// Gives the purchases expected in (T, T + `ahead`] of one who has not left by T.
    pub fn purchases_if_alive(&self, x: u32, t: f64, ahead: f64) -> f64 {
        match self {
            Timing::BgNbd(model) => model.purchases_if_alive(x, t, ahead),
            Timing::MbgNbd(model) => model.purchases_if_alive(x, t, ahead),
            Timing::ParetoNbd(model) => model.purchases_if_alive(x, t, ahead),
            Timing::Contract(model) => model.payments_if_there(t, ahead),
            Timing::Steady(Steady { gap }) => (f64::from(x) + 1.0) / (gap + t) * ahead,
        }
    }

    /// Gives the repeat purchases expected of a new customer within so much time.
    pub fn purchases_of_new(&self, ahead: f64) -> f64 {
        match self {
            Timing::Steady(Steady { gap }) => ahead / gap,
            model => {
                let (ln_odds, _) = model.ln_odds_left(0, 0.0, 0.0);
                model.purchases_if_alive(0, 0.0, ahead) / (1.0 + ln_odds.exp())
            }
        }
    }

    /// Gives the purchases ahead within the horizon of one who has not left by T, and the same
    /// discounted: `Σ_{k=1..H} (E_k − E_{k−1}) / (1+d)^k`. It does not depend on when the customer
    /// last bought: only the probability to be a customer still does, which multiplies it.
    pub fn ahead(&self, x: u32, t: f64, horizon: Horizon) -> Ahead {
        self.ahead_of_all(x, &[t], horizon)[0]
    }

    /// The same for customers with one x and several T, who share the coefficients of a series.
    fn ahead_of_all(&self, x: u32, ages: &[f64], horizon: Horizon) -> Vec<Ahead> {
        let known = |t| match self {
            Timing::BgNbd(model) => Some(model.known(x, t)),
            Timing::MbgNbd(model) => Some(model.known(x, t)),
            Timing::ParetoNbd(_) | Timing::Contract(_) | Timing::Steady(_) => None,
        };
        let month = |month: u32| f64::from(month) * horizon.month;
        let youngest = known(ages.iter().copied().fold(f64::INFINITY, f64::min));
        let series =
            youngest.and_then(|customer| bg_nbd::Series::of(&customer, month(horizon.n_months)));
        let of = |&t: &f64| {
            let four = |first: u32| {
                let ahead = std::array::from_fn(|i| {
                    month((first + u32::try_from(i).unwrap_or(0)).min(horizon.n_months))
                });
                match (&series, known(t)) {
                    (Some(series), Some(customer)) => series.purchases(&customer, ahead),
                    _ => ahead.map(|ahead| self.purchases_if_alive(x, t, ahead)),
                }
            };
            let (mut before, mut discounted, mut factor) = (0.0, 0.0, 1.0);
            let mut within_break = 0.0;
            for first in (1..=horizon.n_months).step_by(4) {
                // Beyond the horizon the last month stands again, and adds nothing.
                for (month, purchases) in (first..).zip(four(first)) {
                    factor /= 1.0 + horizon.discount;
                    discounted += (purchases - before) * factor;
                    before = purchases;
                    if month <= horizon.break_months {
                        within_break = discounted;
                    }
                }
            }
            Ahead { purchases: before, discounted, within_break, ln_slopes: [0.0; 4] }
        };
        ages.iter().map(of).collect()
    }

    /// The same with slopes, where they are asked for.
    fn cells(&self, x: u32, ages: &[f64], horizon: Horizon, with_slopes: bool) -> Vec<Ahead> {
        const STEP: f64 = 1e-4;
        let mut cells = self.ahead_of_all(x, ages, horizon);
        for place in 0..if with_slopes { 4 } else { 0 } {
            let above = self.moved(place, STEP).ahead_of_all(x, ages, horizon);
            let below = self.moved(place, -STEP).ahead_of_all(x, ages, horizon);
            for (cell, (above, below)) in cells.iter_mut().zip(above.into_iter().zip(below)) {
                if cell.discounted > 0.0 {
                    let rise = above.discounted - below.discounted;
                    cell.ln_slopes[place] = rise / (2.0 * STEP * cell.discounted);
                }
            }
        }
        cells
    }
}

/// Gives a fit of two parameters the place of one of four: the length of a period is known, and
/// the last says nothing.
fn padded(fit: &Fit<2>, period: f64) -> Fit<4> {
    let [alpha, beta] = fit.params;
    let covariance = fit.covariance.map(|[of_alpha, of_beta]| {
        let row = |[one, other]: [f64; 2]| [one, other, 0.0, 0.0];
        [row(of_alpha), row(of_beta), [0.0; 4], [0.0; 4]]
    });
    let Fit { log_likelihood, n_evaluations, converged, .. } = *fit;
    Fit { params: [alpha, beta, period, 1.0], log_likelihood, covariance, n_evaluations, converged }
}

/// The purchases ahead for each (x, T) that occurs: far fewer than customers, since T is a whole
/// number of days.
pub struct Table {
    /// One row per x.
    rows: Vec<Row>,
}

/// The customers with one x.
#[derive(Default)]
struct Row {
    /// The T that occur, sorted.
    days: Vec<u32>,
    /// Where each T from the first on stands in `days`: empty where that would be a long list of
    /// mostly nothing.
    places: Vec<u32>,
    cells: Vec<Ahead>,
}

impl Row {
    fn new(days: Vec<u32>) -> Row {
        let (first, last) = (days.first().copied(), days.last().copied());
        let span = last.zip(first).map_or(0, |(last, first)| (last - first) as usize + 1);
        let mut places = Vec::new();
        if span <= 16 * days.len() + 64 {
            places = vec![u32::MAX; span];
            for (place, day) in (0_u32..).zip(&days) {
                places[(day - first.unwrap_or(0)) as usize] = place;
            }
        }
        Row { days, places, cells: Vec::new() }
    }

    fn cell(&self, t: u32) -> Option<&Ahead> {
        let place = if self.places.is_empty() {
            self.days.binary_search(&t).ok()?
        } else {
            let ahead = t.checked_sub(*self.days.first()?)?;
            *self.places.get(ahead as usize)? as usize
        };
        self.cells.get(place)
    }
}

impl Table {
    /// Computes the table for these histories, in units of `unit_days` days.
    pub fn new(
        timing: Timing,
        histories: impl ParallelIterator<Item = History>,
        horizon: Horizon,
        unit_days: f64,
        with_slopes: bool,
    ) -> Table {
        let packed = |History { x, t, .. }| u64::from(x) << 32 | u64::from(t);
        let mut keys: Vec<u64> = histories.map(packed).collect();
        keys.par_sort_unstable();
        keys.dedup();
        #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
        let day = |key: &u64| *key as u32;
        let x_of = |key: &u64| usize::try_from(key >> 32).unwrap_or(usize::MAX);
        let mut rows: Vec<Row> = Vec::new();
        rows.resize_with(keys.last().map_or(0, x_of) + 1, Row::default);
        for same_x in keys.chunk_by(|one, other| x_of(one) == x_of(other)) {
            rows[x_of(&same_x[0])] = Row::new(same_x.iter().map(day).collect());
        }
        rows.par_iter_mut().enumerate().filter(|(_, row)| !row.days.is_empty()).for_each(
            |(x, row)| {
                let x = u32::try_from(x).unwrap_or(u32::MAX);
                let ages: Vec<f64> =
                    row.days.iter().map(|&day| f64::from(day) / unit_days).collect();
                row.cells = timing.cells(x, &ages, horizon, with_slopes);
            },
        );
        Table { rows }
    }

    /// Looks a history up.
    ///
    /// # Panics
    /// If the table was made without it.
    pub fn of(&self, History { x, t, .. }: History) -> &Ahead {
        match self.rows.get(x as usize).and_then(|row| row.cell(t)) {
            Some(cell) => cell,
            None => panic!("no cell for x {x}, T {t}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HORIZON: Horizon =
        Horizon { n_months: 10, month: 30.4375 / 7.0, discount: 0.01, break_months: 3 };

    fn timings() -> [Timing; 4] {
        let params = [0.24, 4.4, 0.8, 2.4];
        [
            Timing::BgNbd(BgNbd::new(params)),
            Timing::MbgNbd(MbgNbd(BgNbd::new(params))),
            Timing::ParetoNbd(ParetoNbd::new([0.55, 10.6, 0.61, 11.7])),
            Timing::Steady(Steady { gap: 20.0 }),
        ]
    }

    #[test]
    fn purchases_ahead_are_the_sum_of_their_months() {
        for timing in timings() {
            // New customers too, whose z is near 1.
            for (x, t) in [(0, 0.0), (0, 30.0), (5, 39.0), (800, 200.0)] {
                let Ahead { purchases, discounted, within_break, .. } = timing.ahead(x, t, HORIZON);
                let at =
                    |month: i32| timing.purchases_if_alive(x, t, f64::from(month) * HORIZON.month);
                let mut expected = at(1) / 1.01;
                for month in 2..=10 {
                    expected += (at(month) - at(month - 1)) / 1.01_f64.powi(month);
                }
                assert!((purchases / at(10) - 1.0).abs() < 1e-12, "{timing:?} {x} {t}");
                assert!((discounted / expected - 1.0).abs() < 1e-12, "{timing:?} {x} {t}");
                // A pause of so many months loses what a horizon of as many is worth.
                for break_months in [0, 1, 3, 4, 5, 9, 10] {
                    let found = timing.ahead(x, t, Horizon { break_months, ..HORIZON });
                    let n_months = break_months.max(1);
                    let alone = timing.ahead(x, t, Horizon { n_months, ..HORIZON }).discounted;
                    let alone = if break_months == 0 { 0.0 } else { alone };
                    assert!((found.within_break - alone).abs() <= 1e-11 * alone, "{break_months}");
                }
                assert!(within_break > 0.0 && within_break < discounted);
            }
        }
    }

    #[test]
    fn a_break_takes_its_share_of_even_months() {
        let horizon = Horizon { n_months: 12, discount: 0.0, ..HORIZON };
        assert!((horizon.even_share_of_break() - 0.25).abs() < 1e-15);
        let sum = |months: i32| (1..=months).map(|month| 1.01_f64.powi(-month)).sum::<f64>();
        let horizon = Horizon { discount: 0.01, ..horizon };
        assert!((horizon.even_share_of_break() - sum(3) / sum(12)).abs() < 1e-14);
        let whole = Horizon { break_months: 12, ..horizon };
        assert!((whole.even_share_of_break() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_table_has_each_history_with_its_slopes() {
        let history = |x, t| History { x, t_x: 0, t };
        let histories = [history(3, 90), history(0, 7), history(3, 14), history(0, 7)];
        for timing in timings() {
            let all = histories.par_iter().copied();
            let table = Table::new(timing, all, HORIZON, 7.0, true);
            for history in histories {
                let cell = table.of(history);
                let t = f64::from(history.t) / 7.0;
                let alone = timing.ahead(history.x, t, HORIZON);
                assert_eq!(*cell, Ahead { ln_slopes: cell.ln_slopes, ..alone });
                if let Timing::Steady(_) = timing {
                    continue;
                }
                let moved = timing.moved(1, 0.01).ahead(history.x, t, HORIZON).discounted;
                let expected = (moved / cell.discounted).ln() / 0.01;
                assert!((cell.ln_slopes[1] - expected).abs() < 0.01, "{timing:?}");
            }
        }
    }
}
