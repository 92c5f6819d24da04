//! What does a jurisdiction want of a letter, and who is a minor there?

use std::collections::BTreeMap;

use super::Error;
use super::table::RulesFile;
use crate::output::{Sha256Hex, sha256_of_text};

/// The rules of letters, by jurisdiction.
#[derive(Debug, Clone)]
pub struct LetterRules {
    rules: Vec<LetterRule>,
    places: BTreeMap<String, usize>,
    sha256: Sha256Hex,
}

/// What one jurisdiction wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRule {
    /// The letter's variant, a word for file names: letters, digits and hyphens.
    pub variant: String,
    /// Whether the letter tells what happened. Massachusetts forbids it.
    pub tells_nature: bool,
    /// Whether the letter tells how many people are affected. Rhode Island wants it.
    pub tells_n_affected: bool,
    /// From which age on a person is told in person.
    pub majority_years: i16,
    /// Keys of advice that the law asks for, whatever was exposed.
    pub advice: Vec<String>,
}

/// The rules that are compiled in.
const DEFAULT: &str = include_str!("../../pipelines/rules/letter_rules.csv");

/// The row for all that have none of their own.
const OTHERS: &str = "*";

impl LetterRules {
    /// Gives the rules that are compiled in.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub fn built_in() -> LetterRules {
        match LetterRules::read("letter_rules.csv", DEFAULT) {
            Ok(rules) => rules,
            Err(error) => panic!("the built-in rules of letters: {error}"),
        }
    }

    /// Reads a file of rules; `file` names it in errors.
    ///
    /// # Errors
    /// A column or the row `*` is missing, a code stands twice, or a cell says what cannot be.
    pub fn read(file: &str, text: &str) -> Result<LetterRules, Error> {
        let rows = RulesFile::read(file, text)?;
        let (code, variant) = (rows.column("code")?, rows.column("variant")?);
        let (nature, n_affected) = (rows.column("nature")?, rows.column("n_affected")?);
        let (majority, advice) = (rows.column("majority_years")?, rows.column("advice")?);
        let mut rules: Vec<LetterRule> = Vec::new();
        let mut places = BTreeMap::new();
        for (line, row) in rows.rows() {
            let tells = |column, name| match &row[column] {
                "state" => Ok(true),
                "omit" => Ok(false),
                other => Err(rows.word(line, name, other, &["state", "omit"])),
            };
            let by_default = rules.first().map(|others| others.majority_years);
            let majority_years = match (row[majority].parse(), by_default) {
                (Ok(years), _) => years,
                (Err(_), Some(years)) if row[majority].is_empty() => years,
                _ => return Err(rows.word(line, "majority_years", &row[majority], &["18"])),
            };
            if places.is_empty() && &row[code] != OTHERS {
                return Err(rows.word(line, "code", &row[code], &[OTHERS]));
            }
            if !may_name_a_file(&row[variant]) {
                return Err(rows.word(line, "variant", &row[variant], &["standard"]));
            }
            if places.insert(row[code].to_owned(), rules.len()).is_some() {
                return Err(rows.twice(line, &row[code]));
            }
            rules.push(LetterRule {
                variant: row[variant].to_owned(),
                tells_nature: tells(nature, "nature")?,
                tells_n_affected: tells(n_affected, "n_affected")?,
                majority_years,
                advice: row[advice]
                    .split(';')
                    .filter(|key| !key.is_empty())
                    .map(str::to_owned)
                    .collect(),
            });
        }
        if rules.is_empty() {
            return Err(rows.word(1, "code", "", &[OTHERS]));
        }
        Ok(LetterRules { rules, places, sha256: sha256_of_text(text) })
    }

    /// Gives the hash of the file, for the manifest.
    pub fn sha256(&self) -> Sha256Hex {
        self.sha256
    }

    /// Finds the place of the rule for who lives in a region under a jurisdiction: the region's
    /// own, else the jurisdiction's, else that of all others.
    pub fn place_of(&self, region: Option<&str>, jurisdiction: &str) -> usize {
        let own = region.and_then(|region| self.places.get(region));
        own.or_else(|| self.places.get(jurisdiction)).copied().unwrap_or(0)
    }

    /// Gives the rule at a place.
    pub fn at(&self, place: usize) -> &LetterRule {
        &self.rules[place]
    }
}

fn may_name_a_file(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(region: Option<&str>, jurisdiction: &str) -> LetterRule {
        let rules = LetterRules::built_in();
        rules.at(rules.place_of(region, jurisdiction)).clone()
    }

    #[test]
    fn massachusetts_hides_what_happened_and_rhode_island_wants_the_number() {
        let massachusetts = of(Some("US-MA"), "US-MA");
        assert!(!massachusetts.tells_nature && !massachusetts.tells_n_affected);
        let rhode_island = of(Some("US-RI"), "US-RI");
        assert!(rhode_island.tells_nature && rhode_island.tells_n_affected);
        let elsewhere = of(None, "XX");
        assert!(elsewhere.tells_nature && !elsewhere.tells_n_affected);
        assert_eq!(elsewhere.variant, "standard");
    }

    #[test]
    fn majority_is_that_of_the_region_where_it_has_its_own() {
        assert_eq!(of(Some("US-AL"), "US-AL").majority_years, 19);
        assert_eq!(of(Some("US-MS"), "US-MS").majority_years, 21);
        assert_eq!(of(Some("CA-BC"), "CA").majority_years, 19);
        assert_eq!(of(Some("CA-ON"), "CA").majority_years, 18);
        assert_eq!(of(Some("US-MA"), "US-MA").majority_years, 18);
        assert_eq!(of(Some("GB-SCT"), "GB").majority_years, 16);
    }

    #[test]
    fn a_file_that_cannot_be_meant_is_refused() {
        let header = "code,variant,nature,n_affected,majority_years,advice\n";
        let check = |rows: &str| {
            LetterRules::read("own.csv", &format!("{header}{rows}")).unwrap_err().to_string()
        };
        assert!(check("US-MA,plain,state,omit,18,\n").contains("`US-MA`"));
        assert!(check("*,plain,tell,omit,18,\n").contains("`tell`"));
        assert!(check("*,a/b,state,omit,18,\n").contains("`a/b`"));
        assert!(check("*,plain,state,omit,,\n").contains("majority_years"));
        let twice = check("*,plain,state,omit,18,\n*,plain,state,omit,18,\n");
        assert!(twice.contains("stands twice"), "{twice}");
        assert!(check("").contains("code"));
    }
}
