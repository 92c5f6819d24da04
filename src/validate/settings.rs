//! The settings of `[validate]`.

use serde::{Deserialize, Serialize};

/// What makes a row one that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whether a row without name, contact point and address is kept for its id: orders and
    /// scope files may name it. Rows without even an id are always set aside.
    pub keep_bare_ids: bool,
    /// Whether missing names and channels are recorded as findings, row by row.
    pub record_missing: bool,
    /// An e-mail address or telephone number on more records than this is no person's own.
    pub shared_records_max: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { keep_bare_ids: true, record_missing: true, shared_records_max: 10 }
    }
}
