//! What may be asked of the generator?

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Error;

/// How many people to invent, of which kind, as of which day.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How many records the three sources hold together, hand-made traps not counted.
    pub n_contacts: usize,
    /// The seed: the same seed and settings give the same bytes.
    pub seed: u64,
    /// The share of records that are a further record of a person who has one; at most 0.5.
    pub duplicate_share: f64,
    /// How the people spread over countries, by weight.
    pub countries: BTreeMap<Country, f64>,
    /// The day on which the data pretend to be exported.
    pub clock: Date,
    /// Whether the hand-made traps are added.
    pub traps: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            n_contacts: 1000,
            seed: 1,
            duplicate_share: 0.2,
            countries: Country::ALL.iter().map(|country| (*country, country.weight())).collect(),
            clock: Date::constant(2026, 3, 1),
            traps: true,
        }
    }
}

impl Settings {
    pub(super) fn checked(&self) -> Result<(), Error> {
        if !(0.0..=0.5).contains(&self.duplicate_share) {
            return Err(Error::Share { found: self.duplicate_share });
        }
        let sum: f64 = self.countries.values().sum();
        let sound = |weight: &f64| weight.is_finite() && *weight >= 0.0;
        if !(self.countries.values().all(sound) && sum > 0.0) {
            return Err(Error::Countries);
        }
        if !(2000..=2100).contains(&self.clock.year()) {
            return Err(Error::Clock { found: self.clock });
        }
        match self.n_contacts {
            1..=MAX_CONTACTS => Ok(()),
            found => Err(Error::TooMany { found, most: MAX_CONTACTS }),
        }
    }
}

/// Record ids are 32 bits wide, and Salesforce ids are made of five digits to the base 62.
const MAX_CONTACTS: usize = 500_000_000;

/// Where an invented person lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Country {
    /// Germany.
    De,
    /// Spain.
    Es,
    /// France.
    Fr,
    /// United Kingdom.
    Gb,
    /// Greece.
    Gr,
    /// Italy.
    It,
    /// Japan.
    Jp,
    /// Netherlands.
    Nl,
    /// Poland.
    Pl,
    /// Ukraine.
    Ua,
    /// United States.
    Us,
}

impl Country {
    /// Every country, by code.
    pub const ALL: [Country; 11] = [
        Country::De,
        Country::Es,
        Country::Fr,
        Country::Gb,
        Country::Gr,
        Country::It,
        Country::Jp,
        Country::Nl,
        Country::Pl,
        Country::Ua,
        Country::Us,
    ];

    /// Gives the code of ISO 3166-1.
    pub fn code(self) -> &'static str {
        self.facts().0
    }

    /// Gives the names that sources write.
    pub(super) fn names(self) -> &'static [&'static str] {
        self.facts().1
    }

    /// Gives the calling code.
    pub(super) fn calling_code(self) -> &'static str {
        self.facts().2
    }

    /// Gives the language as BCP 47 writes it.
    pub(super) fn language(self) -> &'static str {
        self.facts().3
    }

    /// Gives the market that it belongs to.
    pub(super) fn market(self) -> &'static str {
        self.facts().4
    }

    fn weight(self) -> f64 {
        self.facts().5
    }

    /// Tells whether its people write in a script other than the Latin one.
    pub(super) fn has_own_script(self) -> bool {
        matches!(self, Country::Gr | Country::Jp | Country::Ua)
    }

    fn facts(
        self,
    ) -> (&'static str, &'static [&'static str], &'static str, &'static str, &'static str, f64)
    {
        match self {
            Country::De => ("DE", &["Germany", "Deutschland", "D"], "49", "de", "DACH", 0.18),
            Country::Es => ("ES", &["Spain", "España", "Spanien"], "34", "es", "South", 0.06),
            Country::Fr => ("FR", &["France", "Frankreich"], "33", "fr", "West", 0.08),
            Country::Gb => {
                ("GB", &["United Kingdom", "UK", "England"], "44", "en-GB", "West", 0.12)
            }
            Country::Gr => ("GR", &["Greece", "Ελλάδα"], "30", "el", "South", 0.02),
            Country::It => ("IT", &["Italy", "Italia", "Italien"], "39", "it", "South", 0.06),
            Country::Jp => ("JP", &["Japan", "日本"], "81", "ja", "Asia", 0.02),
            Country::Nl => ("NL", &["Netherlands", "Nederland"], "31", "nl", "West", 0.05),
            Country::Pl => ("PL", &["Poland", "Polska", "Polen"], "48", "pl", "East", 0.05),
            Country::Ua => ("UA", &["Ukraine", "Україна"], "380", "uk", "East", 0.02),
            Country::Us => {
                ("US", &["United States", "USA", "U.S."], "1", "en-US", "Americas", 0.34)
            }
        }
    }
}
