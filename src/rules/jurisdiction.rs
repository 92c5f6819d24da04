//! Whose law applies to a person who lives there?

use std::collections::BTreeSet;

use super::Error;
use super::table::RulesFile;
use crate::output::{Sha256Hex, sha256_of_text};

/// What stands for a residence that the data do not tell. Such people are never dropped.
pub const UNKNOWN: &str = "unknown";

/// The jurisdictions that have a notification law, by code.
#[derive(Debug, Clone)]
pub struct Jurisdictions {
    codes: BTreeSet<String>,
    sha256: Sha256Hex,
}

/// The laws that are compiled in.
const DEFAULT: &str = include_str!("../../pipelines/rules/jurisdictions.csv");

impl Jurisdictions {
    /// Gives the laws that are compiled in.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub fn built_in() -> Jurisdictions {
        match Jurisdictions::read("jurisdictions.csv", DEFAULT) {
            Ok(jurisdictions) => jurisdictions,
            Err(error) => panic!("the built-in laws: {error}"),
        }
    }

    /// Reads a file of laws; `file` names it in errors.
    ///
    /// # Errors
    /// The column `code` is missing.
    pub fn read(file: &str, text: &str) -> Result<Jurisdictions, Error> {
        let rows = RulesFile::read(file, text)?;
        let code = rows.column("code")?;
        let codes = rows.rows().map(|(_, row)| row[code].to_owned()).collect();
        Ok(Jurisdictions { codes, sha256: sha256_of_text(text) })
    }

    /// Gives the hash of the file, for the manifest.
    pub fn sha256(&self) -> Sha256Hex {
        self.sha256
    }

    /// Gives the code under which a residence is counted, most specific first: the region where
    /// it has a law of its own, else the country, with or without a law.
    pub fn of<'a>(&self, region: Option<&'a str>, country: Option<&'a str>) -> &'a str {
        match (region, country) {
            (Some(region), _) if self.codes.contains(region) => region,
            (_, Some(country)) => country,
            (Some(region), None) => region.split('-').next().unwrap_or(UNKNOWN),
            (None, None) => UNKNOWN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_law_wins_and_nobody_is_dropped() {
        let laws = Jurisdictions::built_in();
        assert_eq!(laws.of(Some("US-CA"), Some("US")), "US-CA");
        assert_eq!(laws.of(Some("DE-BE"), Some("DE")), "DE");
        assert_eq!(laws.of(Some("US-CA"), None), "US-CA");
        assert_eq!(laws.of(Some("DE-BE"), None), "DE");
        assert_eq!(laws.of(None, None), UNKNOWN);
    }
}
