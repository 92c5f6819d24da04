//! Whose word counts, field by field?

use serde::{Deserialize, Deserializer, Serialize};

/// The section `[merge]` of a pipeline file: a rule for each field that survives on its own.
///
/// Three things stand above every rule. A value that can be used (a valid e-mail, a usable
/// address, a name with a given or a family name) beats one that cannot. A record that its source
/// still holds beats one that was deleted there, since deleting it made it look recent. And where
/// the rule finds two values equal, the more recent wins, then the smaller value: never the row
/// that happened to be read first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Salutation, given, middle and family name and suffix, as one piece from one record: half a
    /// name from here and half from there is nobody's.
    #[serde(deserialize_with = "of_words")]
    pub name: Survivorship,
    /// Employer or firm.
    #[serde(deserialize_with = "of_words")]
    pub company: Survivorship,
    /// Date of birth. It does not change, so the majority beats the latest typing error.
    #[serde(deserialize_with = "of_words")]
    pub birth_date: Survivorship,
    /// The e-mail address to write to.
    #[serde(deserialize_with = "of_words")]
    pub email: Survivorship,
    /// The telephone number to call.
    #[serde(deserialize_with = "of_words")]
    pub phone: Survivorship,
    /// Street, town, region, postcode and country, as one piece from one record.
    #[serde(deserialize_with = "of_words")]
    pub address: Survivorship,
    /// The language to write in.
    #[serde(deserialize_with = "of_words")]
    pub language: Survivorship,
    /// Customer segment.
    #[serde(deserialize_with = "of_words")]
    pub segment: Survivorship,
    /// Market.
    #[serde(deserialize_with = "of_words")]
    pub market: Survivorship,
    /// Main product.
    #[serde(deserialize_with = "of_words")]
    pub product: Survivorship,
    /// Customer value. Each source states what the person is worth, not its share of it, so the
    /// amounts of duplicates are never added up: one person in three sources is one person.
    pub clv: Survivorship,
    /// Sources for `source_priority`, the most trusted first. Those not named come after, in
    /// alphabetical order.
    pub source_priority: Vec<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            name: Survivorship::MostComplete,
            company: Survivorship::MostRecent,
            birth_date: Survivorship::MostFrequent,
            email: Survivorship::MostRecent,
            phone: Survivorship::MostRecent,
            address: Survivorship::MostRecent,
            language: Survivorship::MostRecent,
            segment: Survivorship::MostRecent,
            market: Survivorship::MostRecent,
            product: Survivorship::MostRecent,
            clv: Survivorship::Largest,
            source_priority: Vec::new(),
        }
    }
}

/// Which of several values of a field survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Survivorship {
    /// That of the record changed last: by `updated_at`, where absent by `created_at`. For
    /// e-mail, phone and address `verified_at` counts instead where a record has it, since a
    /// change of any field moves `updated_at`, but only a check of the contact data moves
    /// `verified_at`. A record without any of them is the oldest.
    MostRecent,
    /// That with the most parts filled; of equally many, the one with the most characters, so
    /// that `Anna` beats `A`.
    MostComplete,
    /// That of the source that stands first in `source_priority`.
    SourcePriority,
    /// That which the most records of the person share.
    MostFrequent,
    /// The greatest amount; for `clv` only.
    Largest,
}

/// Reads a rule for a field that is no amount; the error stands at the value itself.
fn of_words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Survivorship, D::Error> {
    match Survivorship::deserialize(deserializer)? {
        Survivorship::Largest => Err(serde::de::Error::custom(
            "`largest` compares amounts and is for `clv` only; for words there are \
             `most_recent`, `most_complete`, `source_priority` and `most_frequent`",
        )),
        rule => Ok(rule),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_names_only_what_differs_from_the_defaults() {
        let section = "address = \"source_priority\"\nsource_priority = [\"crm\", \"shop\"]";
        let settings: Settings = toml::from_str(section).unwrap();
        let expected = Settings {
            address: Survivorship::SourcePriority,
            source_priority: vec!["crm".to_owned(), "shop".to_owned()],
            ..Settings::default()
        };
        assert_eq!(settings, expected);
    }

    #[test]
    fn a_rule_for_amounts_is_refused_where_there_is_no_amount() {
        let error =
            toml::from_str::<Settings>("clv = \"largest\"\nname = \"largest\"").unwrap_err();
        assert!(error.message().contains("for `clv` only"), "{error}");
        assert_eq!(error.span().map(|span| span.start), Some(23), "{error}");
    }

    #[test]
    fn the_settings_survive_being_written_down() {
        let text = toml::to_string(&Settings::default()).unwrap();
        assert_eq!(toml::from_str::<Settings>(&text).unwrap(), Settings::default());
    }
}
