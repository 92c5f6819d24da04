//! What do the orders say, in one currency and up to which day?

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::settings::Settings;
use super::{Error, rates};
use crate::tables::layout::Order;
use crate::tables::{Table, column};
use crate::terms::{Cents, Masked};

/// The day of an order that has none, or no amount: it counts for nobody.
pub(super) const UNUSABLE: i32 = i32::MAX;

/// Orders as plain vectors.
pub(super) struct Orders {
    /// Days since 1970-01-01 in UTC; `UNUSABLE` where day or amount is missing.
    pub(super) days: Vec<i32>,
    /// Amounts in the run's currency.
    pub(super) cents: Vec<i64>,
    /// The last day of the observation.
    pub(super) end: i32,
    /// Returns among the orders.
    pub(super) n_returns: usize,
}

const MS_PER_DAY: i64 = 86_400_000;

/// The day of an instant in milliseconds.
pub(super) fn day_of(at_ms: i64) -> i32 {
    i32::try_from(at_ms.div_euclid(MS_PER_DAY)).unwrap_or(UNUSABLE - 1)
}

/// Reads days and amounts, and converts these.
///
/// The observation ends on the day set, else on that of the latest order before `now`.
///
/// # Errors
/// Several currencies and none to count in, or one without a rate on the day of an order.
pub(super) fn read(table: &Table<Order>, settings: &Settings, today: i32) -> Result<Orders, Error> {
    let (instants, amounts) = (table.instant(column::AT), table.cents(column::AMOUNT_CENTS));
    let foreign = foreign(table, settings)?;
    let currencies = table.text(column::CURRENCY);
    let (days, cents): (Vec<i32>, Vec<i64>) = (0..table.height())
        .into_par_iter()
        .map(|row| {
            let (Some(at), Some(cents)) = (instants.get(row), amounts.get(row)) else {
                return (UNUSABLE, 0);
            };
            let day = day_of(at);
            let currency = if foreign.is_empty() { None } else { currencies.get(row) }
                .and_then(|code| foreign.iter().find(|known| known.code == code));
            (day, currency.map_or(cents, |known| known.converted(day, cents)))
        })
        .unzip();
    let latest = days.par_iter().copied().filter(|&day| day <= today).max();
    let end = settings.observed_to.map(day_of_date).or(latest).unwrap_or(today);
    let n_returns = cents.par_iter().filter(|&&cents| cents < 0).count();
    Ok(Orders { days, cents, end, n_returns })
}

/// Days since 1970-01-01 of a date.
pub(super) fn day_of_date(date: jiff::civil::Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    date.since(epoch).map_or(0, |span| span.get_days())
}

/// The date of a day since 1970-01-01.
pub(super) fn date_of_day(day: i32) -> jiff::civil::Date {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().days(i64::from(day))).unwrap_or(epoch)
}

/// Another currency than the run's.
struct Foreign<'a> {
    code: String,
    /// The rate that the settings give for every day.
    always: Option<f64>,
    /// Those of the file of rates.
    by_day: &'a [(i32, f64)],
}

impl Foreign<'_> {
    fn rate(&self, day: i32) -> Option<f64> {
        self.always.or_else(|| rates::on(self.by_day, day))
    }

    fn converted(&self, day: i32, cents: i64) -> i64 {
        // `foreign` has seen to it that each day has a rate.
        self.rate(day).map_or(0, |rate| Cents(cents).times(rate).0)
    }
}

/// The currencies that are to be converted: none where all orders are in one, and that is the
/// run's.
fn foreign<'a>(table: &Table<Order>, settings: &'a Settings) -> Result<Vec<Foreign<'a>>, Error> {
    let found = currencies(table);
    let Some(run) = settings.currency else {
        return if found.len() > 1 { Err(Error::Mixed { found }) } else { Ok(Vec::new()) };
    };
    let others = found.into_iter().filter(|(currency, _)| currency != run.code());
    others
        .map(|(code, n_orders)| {
            let always = settings.rates.iter().find(|(known, _)| known.code() == code);
            let (always, by_day) = (always.map(|(_, rate)| *rate), settings.dated.of(&code));
            let known = Foreign { code, always, by_day };
            let (n_orders, before) = match (always, by_day.first()) {
                (Some(_), _) => (0, None),
                (None, None) => (n_orders, None),
                (None, Some(&(first, _))) => {
                    (orders_before(table, &known.code, first), Some(first))
                }
            };
            if n_orders > 0 {
                let (currency, into) = (known.code, run.code().to_owned());
                return Err(Error::NoRate {
                    currency,
                    n_orders,
                    into,
                    before: before.map(date_of_day),
                });
            }
            Ok(known)
        })
        .collect()
}

/// Counts the orders in a currency before a day.
fn orders_before(table: &Table<Order>, code: &str, day: i32) -> usize {
    let (currencies, instants) = (table.text(column::CURRENCY), table.instant(column::AT));
    let is_before = |row| instants.get(row).is_some_and(|at| day_of(at) < day);
    (0..table.height()).filter(|&row| currencies.get(row) == Some(code) && is_before(row)).count()
}

/// The currencies of the orders in alphabetical order, with their counts; an order that does not
/// say is in the run's.
fn currencies(table: &Table<Order>) -> Vec<(String, usize)> {
    let texts = table.text(column::CURRENCY);
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for code in texts.iter().flatten() {
        *found.entry(code).or_default() += 1;
    }
    // What is no code may be anything, and is not to be shown.
    let is_code = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphabetic());
    let shown = |code: &str| if is_code(code) { code.to_owned() } else { Masked(code).to_string() };
    found.into_iter().map(|(code, n_orders)| (shown(code), n_orders)).collect()
}
