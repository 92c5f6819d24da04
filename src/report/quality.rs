//! What does the quality of a night look like from outside its room?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The parts of `quality.json` that a report tells. Segments are left to the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Good {
    /// All contacts together.
    pub overall: Measures,
    /// By source.
    pub by_source: BTreeMap<String, Measures>,
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
    pub(super) fn read(quality: &Value) -> Option<Good> {
        serde_json::from_value(quality.clone()).ok()
    }
}
