//! What can be set about duties?

use serde::{Deserialize, Serialize};

/// The table `[duty]` of a pipeline file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What becomes of people whose residence does not say whose law applies: `tell`, `hold`
    /// for counsel to say, or the code of a jurisdiction whose law is applied, as `US-CA`.
    /// All of them stand in `unknown_residency.csv`.
    pub unknown_residency: Fallback,
    /// Whether people are told to whom no law owes a notice, too.
    pub tell_without_duty: bool,
    /// Where a law names no day, `soft_cap` is so many days of the calendar after the discovery.
    /// It is never called a deadline.
    pub soft_cap_days: u16,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { unknown_residency: Fallback::Tell, tell_without_duty: false, soft_cap_days: 30 }
    }
}

/// What stands in for a residence that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Fallback {
    /// They are told, without a law and without a deadline.
    Tell,
    /// They wait for counsel.
    Hold,
    /// They count as residents of this jurisdiction.
    Like(String),
}

impl TryFrom<String> for Fallback {
    type Error = String;

    fn try_from(word: String) -> Result<Fallback, String> {
        let is_code = |word: &str| {
            let (country, region) = word.split_once('-').unwrap_or((word, "00"));
            let capital = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit();
            country.len() == 2
                && (1..=3).contains(&region.len())
                && word.chars().all(|letter| letter == '-' || capital(letter))
        };
        match word.as_str() {
            "tell" => Ok(Fallback::Tell),
            "hold" => Ok(Fallback::Hold),
            code if is_code(code) => Ok(Fallback::Like(word)),
            _ => Err(format!(
                "`{word}` is neither `tell`, `hold`, nor the code of a jurisdiction such as `US-CA`"
            )),
        }
    }
}

impl From<Fallback> for String {
    fn from(fallback: Fallback) -> String {
        fallback.word().to_owned()
    }
}

impl Fallback {
    /// Gives the word for it in files.
    pub fn word(&self) -> &str {
        match self {
            Fallback::Tell => "tell",
            Fallback::Hold => "hold",
            Fallback::Like(code) => code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fallback_is_one_of_two_words_or_a_code() {
        let check =
            |word: &str| toml::from_str::<Settings>(&format!("unknown_residency = {word:?}"));
        assert_eq!(check("hold").unwrap().unknown_residency, Fallback::Hold);
        let like = Fallback::Like("US-CA".to_owned());
        assert_eq!(check("US-CA").unwrap().unknown_residency, like);
        assert!(check("drop").unwrap_err().to_string().contains("neither `tell`"));
        let settings = toml::to_string(&Settings::default()).unwrap();
        assert_eq!(toml::from_str::<Settings>(&settings).unwrap(), Settings::default());
    }
}
