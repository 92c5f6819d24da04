//! What the section `[matching]` of a pipeline file may say.

use serde::{Deserialize, Serialize};

use super::comparison::Comparison;
use super::defaults;
use super::error::Error;
use super::link::LinkSettings;
use super::train::Training;
use crate::terms::Probability;

/// More blocking rules than these would cost more than they find.
const N_RULES_MAX: usize = 64;

/// How records are paired, compared, linked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The probability that two records drawn at random are one person. Absent: estimated from
    /// the file, since it falls as a file grows.
    pub prior: Option<Probability>,
    /// How many other records of the same person a record is expected to have, on average: where
    /// the estimate begins.
    pub n_duplicates_per_record: f64,
    /// How many records of people who share its household or its desk a record is expected to
    /// have, on average: where the estimate begins.
    pub n_kin_per_record: f64,
    /// Whether the shares of the levels are learned from the file; as they stand otherwise.
    pub train: bool,
    /// Files of fewer records are not learned from: a handful would prove itself right.
    pub n_records_train_min: usize,
    /// A file that `headcount train` or a run left, relative to the root: its shares take the
    /// place of those of `compare` and are not learned anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How the shares of `compare` were learned, where a model took their place; the file cannot
    /// say it.
    #[serde(skip)]
    pub trained: Option<Training>,
    /// Pairs below are not linked: the odds of a match, prior included, in bits. Absent: where
    /// precision and recall are best together, as estimated.
    pub weight_bits_min: Option<f64>,
    /// Pairs from here up to `weight_bits_min` are for a person to look at.
    pub weight_bits_review_min: f64,
    /// Two clusters are not joined where the evidence that a record of one and a record of the
    /// other are the same person, and not two of a household, is below this.
    pub weight_bits_conflict: f64,
    /// Two clusters are not joined where all pairs across them, taken together, weigh less than
    /// this on average: the link between them is a weak bridge. It is kept for review.
    pub weight_bits_bridge_min: f64,
    /// A cluster does not grow beyond so many records, but for records that say the same: the
    /// links that would have made it larger are counted, and kept for review.
    pub n_records_cluster_max: usize,
    /// Two birth dates so many years apart, neither a slip of the other, are of two people where
    /// they stand in one household, whatever else agrees: a father and a son of one name. So are
    /// two given names with one birth date: twins. 0 leaves both to the weights.
    pub n_years_generation_min: u32,
    /// Sources that name each person once: two records of one of them are never one person. For
    /// linking clean files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub one_to_one: Vec<String>,
    /// At most so many pairs are kept for review, the nearest to `weight_bits_min` first.
    pub n_review_pairs_max: usize,
    /// Larger blocks are refined, and skipped if that does not help; a blocking rule may say
    /// otherwise for itself.
    pub n_records_block_max: usize,
    /// No block is too large as long as the file makes no more pairs than these in all: what is
    /// left of them is shared out rule by rule, to the smaller blocks first. In a small file
    /// every pair can be afforded. Records without e-mail, phone, number or street add twenty
    /// each. 0: nothing is afforded beyond what the rules allow.
    pub n_pairs_afforded: usize,
    /// What a large block is parted by, one key after the other, until its parts are small.
    pub refine: Vec<Key>,
    /// A file of clerical decisions on pairs, relative to the root; they win over any weight and
    /// are replayed in every run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions: Option<String>,
    /// How the rows of a sample are held against the customers.
    #[serde(skip_serializing_if = "LinkSettings::is_default")]
    pub link: LinkSettings,
    /// The blocking rules, in the order in which they claim pairs.
    pub block: Vec<BlockingRule>,
    /// The comparisons, in the order in which they are made: cheap and telling ones first.
    pub compare: Vec<Comparison>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            prior: None,
            n_duplicates_per_record: 0.3,
            n_kin_per_record: 0.5,
            train: true,
            n_records_train_min: 800,
            model: None,
            trained: None,
            weight_bits_min: None,
            weight_bits_review_min: -4.0,
            weight_bits_conflict: -8.0,
            weight_bits_bridge_min: -6.0,
            n_records_cluster_max: 100,
            n_years_generation_min: 14,
            one_to_one: Vec::new(),
            n_review_pairs_max: 10_000,
            n_records_block_max: 200,
            n_pairs_afforded: 1_000_000,
            refine: vec![Key::LastName, Key::BirthDate, Key::FirstName, Key::PostalCode],
            decisions: None,
            link: LinkSettings::default(),
            block: defaults::blocking_rules(),
            compare: defaults::comparisons(),
        }
    }
}

impl Settings {
    /// Checks what no single value can: that the values go together.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check(&self) -> Result<(), Error> {
        if let Some(link) = self.weight_bits_min
            && self.weight_bits_review_min > link
        {
            return Err(Error::Thresholds { review: self.weight_bits_review_min, link });
        }
        let counts = [
            ("n_duplicates_per_record", self.n_duplicates_per_record),
            ("n_kin_per_record", self.n_kin_per_record),
        ];
        for (key, value) in counts {
            if !(value.is_finite() && value > 0.0) {
                return Err(Error::NotPositive { key, value });
            }
        }
        if self.compare.is_empty() {
            return Err(Error::Nothing { what: "compare" });
        }
        if self.block.is_empty() {
            return Err(Error::Nothing { what: "block" });
        }
        for (place, comparison) in self.compare.iter().enumerate() {
            let field = comparison.field;
            if self.compare[..place].iter().any(|earlier| earlier.field == field) {
                return Err(Error::Twice { field: field.name() });
            }
        }
        if self.block.len() > N_RULES_MAX {
            return Err(Error::TooMany { n_rules: self.block.len(), n_rules_max: N_RULES_MAX });
        }
        match self.block.iter().position(|rule| rule.on.is_empty()) {
            Some(place) => Err(Error::EmptyRule { place: place + 1 }),
            None => Ok(()),
        }
    }
}

impl Settings {
    /// Checks that the sources named under `one_to_one` are among those of the run.
    ///
    /// # Errors
    /// One of them is not.
    pub fn check_sources<'a>(&self, known: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let known: Vec<&str> = known.collect();
        match self.one_to_one.iter().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(Error::NoSource {
                name: name.clone(),
                known: known.into_iter().map(str::to_owned).collect(),
            }),
            None => Ok(()),
        }
    }
}

/// Pairs that agree on all of these are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockingRule {
    /// What a pair must agree on.
    pub on: Vec<Key>,
    /// Larger blocks of this rule are refined; `n_records_block_max` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_records_max: Option<usize>,
    /// What a large block of this rule is parted by; `refine` of the section where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refine: Option<Vec<Key>>,
}

impl BlockingRule {
    /// Gives the rule's name: its keys, joined by `+`.
    pub fn name(&self) -> String {
        self.on.iter().map(|key| key.name()).collect::<Vec<_>>().join("+")
    }
}

/// What records can be brought together by. Names are folded: no case, no accents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// Given and family name, whichever stands first.
    Names,
    /// First letter of the given name.
    FirstInitial,
    /// Sound of the given name (Soundex).
    FirstSound,
    /// Sound of the family name (Soundex).
    LastSound,
    /// Sound of the given or the family name, whichever stands first: a name alone often stands
    /// in the other's place.
    NameSound,
    /// Date of birth.
    BirthDate,
    /// Year of birth.
    BirthYear,
    /// E-mail address.
    Email,
    /// What stands before the `@`.
    EmailLocalPart,
    /// Phone number.
    Phone,
    /// The last seven digits of the phone number.
    PhoneLast7,
    /// House number, street and postcode (or town).
    Address,
    /// Street without its number.
    Street,
    /// Postcode.
    PostalCode,
    /// Town.
    City,
    /// Employer or firm.
    Company,
    /// Customer number.
    CustomerKey,
    /// The source's id of a record, with those merged into it.
    RecordId,
    /// Nothing: everyone agrees on it. For files so small that all pairs can be compared.
    Everyone,
}

impl Key {
    /// Gives the key's name in the pipeline file.
    pub fn name(self) -> &'static str {
        match self {
            Key::FirstName => "first_name",
            Key::LastName => "last_name",
            Key::Names => "names",
            Key::FirstInitial => "first_initial",
            Key::FirstSound => "first_sound",
            Key::LastSound => "last_sound",
            Key::NameSound => "name_sound",
            Key::BirthDate => "birth_date",
            Key::BirthYear => "birth_year",
            Key::Email => "email",
            Key::EmailLocalPart => "email_local_part",
            Key::Phone => "phone",
            Key::PhoneLast7 => "phone_last7",
            Key::Address => "address",
            Key::Street => "street",
            Key::PostalCode => "postal_code",
            Key::City => "city",
            Key::Company => "company",
            Key::CustomerKey => "customer_key",
            Key::RecordId => "record_id",
            Key::Everyone => "everyone",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Test;

    #[test]
    fn the_conventions_example_is_read() {
        let text = r#"
            prior = 0.0001
            weight_bits_min = 6.0
            [[block]]
            on = ["email"]
            [[compare]]
            field = "last_name"
            levels = [
              { test = "exact",                 m = 0.90, u = 0.001 },
              { test = { jaro_winkler = 0.92 }, m = 0.07, u = 0.004 },
              { test = "else",                  m = 0.03, u = 0.995 },
            ]
        "#;
        let settings: Settings = toml::from_str(text).unwrap();
        assert_eq!(settings.block[0].name(), "email");
        assert_eq!(settings.compare[0].levels[1].test, Test::JaroWinkler(0.92));
        settings.check().unwrap();
    }

    #[test]
    fn the_defaults_survive_being_written_and_read() {
        let settings = Settings::default();
        settings.check().unwrap();
        let text = toml::to_string(&settings).unwrap();
        let again: Settings = toml::from_str(&text).unwrap();
        assert_eq!(again.compare, settings.compare);
        assert_eq!(again.block, settings.block);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let check = |text: &str, part: &str| {
            let error = toml::from_str::<Settings>(text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        };
        let comparison = |field: &str, levels: &str| {
            format!("[[compare]]\nfield = \"{field}\"\nlevels = [{levels}]")
        };
        let otherwise = r#"{ test = "else", m = 0.1, u = 0.9 }"#;
        let swapped = format!(r#"{{ test = "swapped", m = 0.1, u = 0.1 }}, {otherwise}"#);
        check(&comparison("email", &swapped), "`swapped` means nothing on `email`");
        check(&comparison("email", r#"{ test = "exact", m = 0.1, u = 0.1 }"#), "`else`");
        check(&comparison("email", r#"{ test = "else", m = 1.1, u = 0.1 }"#), "0 to 1");
        check("threshold = 3", "unknown field");
        check("[[block]]\non = [\"mail\"]", "unknown variant");
    }

    #[test]
    fn settings_that_do_not_go_together_are_refused() {
        let settings = Settings {
            weight_bits_review_min: 9.0,
            weight_bits_min: Some(3.0),
            ..Settings::default()
        };
        assert!(settings.check().is_err());
        let settings = Settings { block: Vec::new(), ..Settings::default() };
        assert!(settings.check().is_err());
        let mut settings = Settings::default();
        settings.compare.push(settings.compare[0].clone());
        assert_eq!(settings.check(), Err(Error::Twice { field: "first_name" }));
        let settings = Settings { n_kin_per_record: 0.0, ..Settings::default() };
        assert!(settings.check().is_err());
    }
}
