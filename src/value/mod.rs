//! What is that customer worth?
//!
//! A customer's value is what they have bought and what they will still buy; only the latter can
//! be lost. From orders, the future is estimated by models of when people buy and leave (BG/NBD
//! and its kin, for contracts the shifted beta-geometric model) and of what they spend (Gamma-Gamma). Without orders, the value that a source
//! gives counts; without that, the default of the segment. `clv_basis` says which, for each
//! customer, and a model that could not be fitted is a finding, never a silent number.
//!
//! The models can be called by themselves. The paper's own customer, two repeat purchases, the
//! last after 30.43 of 38.86 weeks, is expected to buy 1.226 times in the next 39:
//!
//! ```
//! use headcount::value::bg_nbd::BgNbd;
//! use headcount::value::rfm::{self, History};
//!
//! let model = BgNbd::new([0.243, 4.414, 0.793, 2.426]);
//! let p_alive = model.p_alive(2, 30.43, 38.86);
//! let expected = p_alive * model.purchases_if_alive(2, 38.86, 39.0);
//! assert!((expected - 1.226).abs() < 1e-3);
//!
//! // Histories are in days; the parameters come in weeks.
//! let histories = (0..500).map(|n| History { x: n % 5, t_x: n % 5 * 40, t: 250 + n % 30 });
//! let fit = BgNbd::fit(&rfm::groups(histories.collect::<Vec<_>>()), 7.0);
//! assert!(fit.n_evaluations > 0 && fit.log_likelihood < 0.0);
//! ```

pub mod bg_nbd;
#[cfg(test)]
mod cdnow;
mod check;
pub mod clv;
pub mod contract;
pub mod dual;
#[cfg(test)]
mod edges;
mod error;
mod fits;
pub mod gamma_gamma;
pub mod interval;
pub mod likelihood;
pub mod mbg_nbd;
mod model;
pub mod optimise;
mod orders;
mod owners;
pub mod pareto_nbd;
mod rates;
pub mod rfm;
mod saved;
pub mod sbg;
mod scores;
mod settings;
pub mod special;

use jiff::Timestamp;
use jiff::civil::Date;

pub use check::{Accuracy, Bin, Calibration, Check, Persons, check};
pub use error::Error;
pub use model::{ModelReport, Param};
pub use rates::Rates;
pub use saved::SavedModels;
pub use settings::{GivenClv, GivenModel, Model, Settings};

use self::orders::UNUSABLE;
use self::rfm::{Events, NOBODY, Summary};
use crate::ledger::{Counted, Tally};
use crate::tables::Table;
use crate::tables::layout::{ContactPoint, Customer, GoldenRecord, Lineage, Order};

/// Customers with their value, and how it was come by.
#[derive(Debug)]
pub struct Valued {
    /// What each customer is worth.
    pub customers: Table<Customer>,
    /// Each model that was fitted, or why not.
    pub models: Vec<ModelReport>,
    /// The same models as a later run takes them; absent where nobody was valued by one.
    pub saved: Option<SavedModels>,
    /// What a user should know before trusting the numbers; no personal values.
    pub findings: Vec<String>,
}

/// Values each customer. Of a future value it also tells what falls into a pause of
/// `break_months`.
///
/// # Shape
/// One row per golden record, in the same order. The tally is of orders: matched to a customer,
/// of nobody, after the end of the observation, or without a day or an amount.
///
/// # Errors
/// A setting is out of its range, or orders come in a currency without a rate.
pub fn customers(
    golden: &Table<GoldenRecord>,
    lineage: &Table<Lineage>,
    points: &Table<ContactPoint>,
    orders: Option<&Table<Order>>,
    settings: &Settings,
    break_months: u32,
    now: Timestamp,
) -> Result<Counted<Valued>, Error> {
    settings.check()?;
    settings.check_break(break_months)?;
    let mut findings = Vec::new();
    let n_customers = golden.height();
    let Some(table) = orders else {
        let summaries = vec![Summary::default(); n_customers];
        let (product, _) = scores::customers(golden, &summaries, settings, break_months, findings);
        return Ok(Counted { product, tally: Tally::of("value", "orders", 0) });
    };
    let (summaries, observed_to, tally) =
        summed_up(table, n_customers, lineage, points, settings, now, &mut findings)?;
    let (mut product, models) =
        scores::customers(golden, &summaries, settings, break_months, findings);
    if !models.is_empty() {
        product.saved = Some(SavedModels::of(models, settings, observed_to, now));
    }
    Ok(Counted { product, tally })
}

/// Sums up the orders of each customer, and says where each order went.
fn summed_up(
    table: &Table<Order>,
    n_customers: usize,
    lineage: &Table<Lineage>,
    points: &Table<ContactPoint>,
    settings: &Settings,
    now: Timestamp,
    findings: &mut Vec<String>,
) -> Result<(Vec<Summary>, Date, Tally), Error> {
    let today = orders::day_of(now.as_millisecond());
    let orders = orders::read(table, settings, today)?;
    let owners = owners::of(table, lineage, points);
    let mut counts = [0_usize; 4];
    for (&day, &owner) in orders.days.iter().zip(&owners.by_order) {
        let place = match (day, owner) {
            (UNUSABLE, _) => 3,
            (_, NOBODY) => 1,
            (day, _) if day > orders.end => 2,
            _ => 0,
        };
        counts[place] += 1;
    }
    let tally = Tally::of("value", "orders", table.height())
        .gave("matched to a customer", counts[0])
        .gave("of nobody", counts[1])
        .gave("after the end of the observation", counts[2])
        .gave("without a day or an amount", counts[3]);
    found_in_orders(&orders, &owners, counts, today, findings);
    let events = Events { owners: &owners.by_order, days: &orders.days, cents: &orders.cents };
    let summaries = rfm::summaries(events, n_customers, orders.end);
    Ok((summaries, orders::date_of_day(orders.end), tally))
}

fn found_in_orders(
    orders: &orders::Orders,
    owners: &owners::Owners,
    [_, n_nobody, n_late, n_unusable]: [usize; 4],
    today: i32,
    findings: &mut Vec<String>,
) {
    let mut count = |n: usize, what: &str| {
        if n > 0 {
            findings.push(format!("{n} orders {what}"));
        }
    };
    count(n_nobody, "name no known customer; they are valued for nobody");
    count(n_late, "are later than the end of the observation; they do not count");
    count(n_unusable, "lack a day or an amount; they do not count");
    count(owners.n_ambiguous, "name more than one customer; each went to the smallest customer id");
    count(orders.n_returns, "are returns; each lowers the spend of the purchase before it");
    let n_days = today - orders.end;
    if n_days > 31 {
        findings.push(format!(
            "the observation of orders ends on {}, {n_days} days before the run: values are as of \
             that day",
            orders::date_of_day(orders.end)
        ));
    }
}

#[cfg(test)]
mod tests;
