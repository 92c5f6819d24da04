//! What are the customers of a pipeline file worth, and how far can that be trusted?

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::error::Error;
use super::known;
use super::plan::Plan;
use super::run::Account;
use crate::progress::Progress;
use crate::tables::layout::Customer;
use crate::tables::{Table, column as c};
use crate::terms::Cents;

/// What a valuation came to.
#[derive(Debug, Serialize)]
pub struct Valuation {
    /// The version of this form.
    pub schema_version: u32,
    /// The currency of all sums.
    pub currency: String,
    /// Customers by what their value rests on.
    pub bases: BTreeMap<String, u64>,
    /// What they have bought.
    pub clv_past_cents: Cents,
    /// What they are expected to buy.
    pub clv_future_cents: Cents,
    /// Each model that was fitted, or why not: `value::ModelReport`.
    pub models: Value,
    /// The forecasts as of an earlier day beside what came true: `value::Check`; absent where
    /// there were no orders, or too few, or nobody asked.
    pub hold_out: Value,
    /// What should be known of the figures.
    pub notes: Vec<String>,
}

/// Values the customers of a pipeline file and writes nothing.
///
/// # Errors
/// Whatever would stop a run before it values customers.
pub fn value(plan: &Plan, progress: &Progress) -> Result<Valuation, Error> {
    let mut account = Account::that_only_looks(plan, progress);
    let known = known::from_exports(&mut account, &[])?;
    let customers = &known.night.customers;
    let sum = |column| customers.cents(column).iter().flatten().map(Cents).sum();
    Ok(Valuation {
        schema_version: 1,
        currency: plan.config.run.currency.code().to_owned(),
        bases: bases(customers),
        clv_past_cents: sum(c::CLV_PAST_CENTS),
        clv_future_cents: sum(c::CLV_FUTURE_CENTS),
        models: known.details["models"].clone(),
        hold_out: known.details["models_held_out"].clone(),
        notes: known.notes,
    })
}

fn bases(customers: &Table<Customer>) -> BTreeMap<String, u64> {
    let mut bases = BTreeMap::new();
    for basis in customers.text(c::CLV_BASIS).iter().flatten() {
        *bases.entry(basis.to_owned()).or_default() += 1;
    }
    bases
}
