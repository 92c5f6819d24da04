//! On which terms were the customers of a snapshot valued, and does the file ask for others?
//!
//! A snapshot holds values, not orders: what `[value]` says cannot change them. A term that the
//! file writes down and the snapshot contradicts stops the run, so that no what-if ends in the
//! old figures unnoticed; the other settings are named in a note.

use super::error::{ConfigError, Error};
use super::plan::Plan;
use crate::tables::layout::Customer;
use crate::tables::{Table, column as c};

/// The settings that do no harm where customers are valued already: they are about exports, and
/// about the currency, which the run as a whole has.
const WITHOUT_EFFECT: [&str; 3] = ["currency", "hold_out", "fit_by_segment"];

/// Holds what the file writes in `[value]` against the terms of a snapshot's customers. Gives a
/// note of the settings that play no part.
///
/// # Errors
/// A term is another.
pub(super) fn agree(plan: &Plan, customers: &Table<Customer>) -> Result<Option<String>, Error> {
    let written = plan.written("value");
    let asked = &plan.config.value;
    let horizon_months = customers.count(c::HORIZON_MONTHS).get(0).map(f64::from);
    let terms = [
        ("horizon_months", f64::from(asked.horizon_months), horizon_months),
        ("discount_monthly", asked.discount_monthly, customers.number(c::DISCOUNT_MONTHLY).get(0)),
        ("margin", asked.margin, customers.number(c::MARGIN).get(0)),
    ];
    for (key, asked, valued) in terms {
        let Some(valued) = valued.filter(|_| written.iter().any(|word| word == key)) else {
            continue;
        };
        if (asked - valued).abs() > 1e-12 {
            return Err(ConfigError::ValuedOtherwise { key, asked, valued }.into());
        }
    }
    let idle: Vec<&str> = written
        .iter()
        .map(String::as_str)
        .filter(|key| !terms.iter().any(|(term, ..)| term == key) && !WITHOUT_EFFECT.contains(key))
        .collect();
    Ok((!idle.is_empty()).then(|| {
        format!(
            "customers were valued when the snapshot was made: [value] {} plays no part",
            idle.join(", ")
        )
    }))
}
