//! What do the orders say, in one currency and up to which day?

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Error;
use super::settings::Settings;
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
/// Several currencies and none to count in, or one without a rate.
pub(super) fn read(table: &Table<Order>, settings: &Settings, today: i32) -> Result<Orders, Error> {
    let (instants, amounts) = (table.instant(column::AT), table.cents(column::AMOUNT_CENTS));
    let rates = rates(table, settings)?;
    let currencies = table.text(column::CURRENCY);
    let (days, cents): (Vec<i32>, Vec<i64>) = (0..table.height())
        .into_par_iter()
        .map(|row| {
            let (Some(at), Some(cents)) = (instants.get(row), amounts.get(row)) else {
                return (UNUSABLE, 0);
            };
            let rate = if rates.is_empty() { None } else { currencies.get(row) }
                .and_then(|code| rates.iter().find(|(known, _)| known == code));
            (day_of(at), rate.map_or(cents, |&(_, rate)| Cents(cents).times(rate).0))
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

/// The rates that are needed: none where all orders are in one currency, and that is the run's.
fn rates(table: &Table<Order>, settings: &Settings) -> Result<Vec<(String, f64)>, Error> {
    let found = currencies(table);
    let Some(run) = settings.currency else {
        return if found.len() > 1 { Err(Error::Mixed { found }) } else { Ok(Vec::new()) };
    };
    let foreign = found.into_iter().filter(|(currency, _)| currency != run.code());
    foreign
        .map(|(currency, n_orders)| {
            let known = settings.rates.iter().find(|(known, _)| known.code() == currency);
            match known {
                Some((_, &rate)) => Ok((currency, rate)),
                None => Err(Error::NoRate { currency, n_orders, into: run.code().to_owned() }),
            }
        })
        .collect()
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
