//! Where do the nights lie, and which is meant?

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The section `[snapshot]` of a pipeline file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The folder that holds the snapshots, relative to the pipeline's root.
    pub dir: String,
    /// Whether a nightly run leaves a snapshot.
    pub write: bool,
    /// The day that a scoping run asks about, as an instant with its offset: the newest snapshot
    /// not after it is read.
    pub as_of: Option<Timestamp>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { dir: "out/snapshots".to_owned(), write: true, as_of: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_asked_for_is_an_instant_with_its_offset() {
        let settings: Settings = toml::from_str("as_of = \"2026-03-01T02:00:00+01:00\"").unwrap();
        assert_eq!(settings.as_of, Some("2026-03-01T01:00:00Z".parse().unwrap()));
        assert!(toml::from_str::<Settings>("as_of = \"2026-03-01T02:00:00\"").is_err());
        assert!(toml::from_str::<Settings>("asof = \"2026-03-01T02:00:00Z\"").is_err());
    }
}
