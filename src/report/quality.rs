//! What does the quality of a night look like from outside its room?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::count::{NONE, may_be_named};

/// The parts of `quality.json` that a report tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Good {
    /// All contacts together.
    pub overall: Measures,
    /// By source.
    pub by_source: BTreeMap<String, Measures>,
    /// By segment, of those that may be named.
    #[serde(default)]
    pub by_segment: BTreeMap<String, Measures>,
    /// By market, of those that may be named.
    #[serde(default)]
    pub by_market: BTreeMap<String, Measures>,
}

/// How good some contacts are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// How many contacts.
    pub n_contacts: u64,
    /// How many rows were set aside.
    pub n_quarantined: Option<u64>,
    /// The share without fault, from 0 to 1, by dimension.
    pub dimensions: BTreeMap<String, f64>,
    /// By field.
    pub fields: BTreeMap<String, Field>,
}

/// How good a field is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Values that were mended on the spot.
    pub n_repaired: u64,
    /// The share of contacts that have a value.
    pub completeness: f64,
    /// The share of these whose value can be used.
    pub validity: Option<f64>,
}

impl Good {
    /// Reads what the nightly run measured; `None` where it is of another form.
    ///
    /// Segments and markets that may not be named are left out: they are in `overall`.
    pub(super) fn read(quality: &Value) -> Option<Good> {
        let mut good: Good = serde_json::from_value(quality.clone()).ok()?;
        for groups in [&mut good.by_segment, &mut good.by_market] {
            groups.retain(|name, group| may_be_named(name, group.n_contacts));
            if let Some(unnamed) = groups.remove("") {
                groups.insert(NONE.to_owned(), unnamed);
            }
        }
        Some(good)
    }
}
