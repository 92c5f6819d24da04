//! What stands in a snapshot, and what is its folder called?

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::output::Written;

/// The file that lists the others. It is written last, and its hash stands in the manifest of
/// the run.
pub(super) const FILE: &str = "snapshot.json";

/// The form of a snapshot; raised when a reader of this version could not read it.
pub(super) const FORM: u64 = 1;

/// Where the form stands in every listing, whatever else it says.
#[derive(Deserialize)]
pub(super) struct Form {
    pub(super) form: u64,
}

/// The listing of a snapshot.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    pub(super) form: u64,
    /// The version of headcount that wrote it.
    pub(super) version: String,
    pub(super) at: Timestamp,
    pub(super) tables: Vec<Listed>,
}

/// A table of a snapshot.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    pub(super) path: String,
    pub(super) sha256: String,
    pub(super) n_bytes: u64,
    pub(super) n_rows: u64,
}

impl Listing {
    pub(super) fn of(at: Timestamp, written: &[Written]) -> Listing {
        let listed = |file: &Written| Listed {
            path: file.path.clone(),
            sha256: file.sha256.to_string(),
            n_bytes: file.n_bytes,
            n_rows: file.n_rows.unwrap_or(0),
        };
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Listing { form: FORM, version, at, tables: written.iter().map(listed).collect() }
    }
}

/// Names the folder of an instant: `20260301T020000Z`, which sorts by time and pleases every
/// file system; fractions of a second follow the seconds where there are any.
pub fn folder_name(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%S%.fZ").to_string()
}

/// Reads the name of a folder; absent where it is not that of a snapshot.
pub(super) fn instant_of(name: &str) -> Option<Timestamp> {
    let at: Timestamp = name.parse().ok()?;
    (folder_name(at) == name).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_by_its_instant_and_by_nothing_else() {
        let check = |instant: &str, name: &str| {
            let at: Timestamp = instant.parse().unwrap();
            assert_eq!(folder_name(at), name);
            assert_eq!(instant_of(name), Some(at));
        };
        check("2026-03-01T02:00:00Z", "20260301T020000Z");
        check("2026-03-01T02:00:00+01:00", "20260301T010000Z");
        check("2026-03-01T02:00:00.25Z", "20260301T020000.25Z");
        for other in [".building-20260301T020000Z", "2026-03-01T02:00:00Z", "20260301", "old", ""] {
            assert_eq!(instant_of(other), None, "{other}");
        }
    }
}
