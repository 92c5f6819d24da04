//! What does the readiness of a night look like from outside its room?

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::count::{NONE, OTHERS, may_be_named};

/// The parts of `readiness.json` that a report tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// Customers known to have died.
    pub n_deceased: u64,
    /// From all customers to those who could be told twice.
    pub funnel: Vec<Step>,
    /// All customers.
    pub overall: Group,
    /// By segment.
    pub by_segment: Vec<Group>,
    /// By market.
    pub by_market: Vec<Group>,
}

/// A step of the funnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What is asked.
    pub step: String,
    /// How many are left.
    pub n_customers: u64,
}

/// A group of customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its name.
    pub name: Option<String>,
    /// How many they are.
    pub n_customers: u64,
    /// Told by one channel within 72 hours.
    pub one_channel: Reached,
    /// Told by two.
    pub two_channels: Reached,
    /// Told by any, however long it takes.
    pub any_channel: Reached,
    /// By each channel.
    pub by_channel: Vec<(String, Reached)>,
    /// Should a channel be down.
    pub if_down: Vec<(String, Reached)>,
}

/// Those who could be told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// How many.
    pub n_customers: u64,
    /// Their share.
    pub share: f64,
    /// Their share of all worth.
    pub clv_share: f64,
}

impl Ready {
    /// Reads what the nightly run found out; `None` where it is of another form.
    ///
    /// Segments and markets that may not be named are left out: they are in `overall`.
    pub(super) fn read(readiness: &Value) -> Option<Ready> {
        let mut ready: Ready = serde_json::from_value(readiness.clone()).ok()?;
        for groups in [&mut ready.by_segment, &mut ready.by_market] {
            groups.retain(|group| {
                may_be_named(group.name.as_deref().unwrap_or(NONE), group.n_customers)
            });
        }
        Some(ready)
    }

    /// Counts the customers of groups that were left out.
    pub(super) fn n_others(&self, groups: &[Group]) -> Option<(&'static str, u64)> {
        let named: u64 = groups.iter().map(|group| group.n_customers).sum();
        let n_others = self.overall.n_customers.saturating_sub(named);
        (n_others > 0).then_some((OTHERS, n_others))
    }
}
