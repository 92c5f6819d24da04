//! What is that customer worth?
//!
//! A customer's value is what they have bought and what they will still buy; only the latter can
//! be lost. From orders, the future is estimated by models of when people buy and leave (BG/NBD
//! and its kin, for contracts the shifted beta-geometric model) and of what they spend
//! (Gamma-Gamma). Without orders, the value that a source gives counts; without that, the default
//! of the segment. `clv_basis` says which, for each customer, and a model that could not be fitted
//! is a finding, never a silent number.
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
mod purchases;
mod rates;
pub mod rfm;
mod saved;
pub mod sbg;
mod scores;
mod settings;
pub mod special;

use jiff::Timestamp;

pub use check::{Accuracy, Bin, Calibration, Check, check};
pub use error::Error;
pub use model::{ModelReport, Param};
pub use purchases::Purchases;
pub use rates::Rates;
pub use saved::SavedModels;
pub use settings::{GivenClv, GivenModel, Model, Settings};

use self::rfm::Summary;
use crate::ledger::{Counted, Tally};
use crate::tables::Table;
use crate::tables::layout::{Customer, GoldenRecord};

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
/// One row per golden record, in the same order. The tally is of orders, by what became of them.
///
/// # Errors
/// A setting is out of its range.
pub fn customers(
    golden: &Table<GoldenRecord>,
    purchases: Option<&Purchases>,
    settings: &Settings,
    break_months: u32,
    now: Timestamp,
) -> Result<Counted<Valued>, Error> {
    settings.check()?;
    settings.check_break(break_months)?;
    let Some(purchases) = purchases else {
        let summaries = vec![Summary::default(); golden.height()];
        let (product, _) =
            scores::customers(golden, &summaries, settings, break_months, Vec::new());
        return Ok(Counted { product, tally: Tally::of("value", "orders", 0) });
    };
    let findings = purchases.findings(orders::day_of(now.as_millisecond()));
    let summaries = &purchases.summaries;
    let (mut product, models) =
        scores::customers(golden, summaries, settings, break_months, findings);
    if !models.is_empty() {
        let observed_to = orders::date_of_day(purchases.orders.end);
        product.saved = Some(SavedModels::of(models, settings, observed_to, now));
    }
    Ok(Counted { product, tally: purchases.tally() })
}

#[cfg(test)]
mod tests;
