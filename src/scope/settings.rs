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
    /// A list in plain of which a smaller share of the rows can be read as what it is said to
    /// list stops the run: it lists something else. Placeholders are read, and fewer than five
    /// rows are told and stop nothing. 0 lets it pass.
    pub readable_share_min: Probability,
    /// Whether a data class that the contacts could hold, but do not hold of this person, is
    /// left out for that person: what was not there was not exposed. Never applied to an
    /// incident at a vendor, who may hold what the contacts do not.
    pub only_held_classes: bool,
    /// Whether everything that was known in the nights between `occurred_from` and `occurred_to`
    /// counts, from the snapshots of that time: who was deleted since was touched all the same.
    pub snapshots_in_window: bool,
    /// A list of persons who were invented to be found again, relative to the root: values in its
    /// first column. One that stands in a scope file tells where that file came from; nobody is
    /// told.
    pub canaries: Option<String>,
    /// The largest scope file that is read; an attacker's may be made to have no end.
    pub file_bytes_max: u64,
    /// A file of decisions about scope rows on possible evidence, relative to the root: the
    /// `possible.csv` of an earlier run with its columns `decision`, `who` and `when` filled in.
    /// They win over weights and are replayed in every run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions: Option<String>,
    /// Run directories of earlier waves, relative to the root. Who was told there is told only
    /// of what is new. A folder of runs stands for those of them that were approved.
    pub earlier_runs: Vec<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            matched_share_min: Probability::new(0.001),
            readable_share_min: Probability::new(0.5),
            only_held_classes: true,
            snapshots_in_window: true,
            canaries: None,
            file_bytes_max: 16 << 30,
            decisions: None,
            earlier_runs: Vec::new(),
        }
    }
}
