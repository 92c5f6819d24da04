//! What may be decided about scoping?

use serde::{Deserialize, Serialize};

use crate::terms::Probability;

/// The settings of the room: `[scope]` in the pipeline file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// A hashed list of which a smaller share of the valid rows meets anybody stops the run: it
    /// was normalised in another way, and "nobody is affected" would be false. 0 lets it pass.
    pub matched_share_min: Probability,
    /// Whether a data class that the contacts could hold, but do not hold of this person, is
    /// left out for that person: what was not there was not exposed. Never applied to an
    /// incident at a vendor, who may hold what the contacts do not.
    pub only_held_classes: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { matched_share_min: Probability::new(0.001), only_held_classes: true }
    }
}
