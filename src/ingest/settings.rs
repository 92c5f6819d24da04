//! Where do the data stand, and how are their columns called?

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Field;
use crate::terms::Currency;

/// `[ingest]` of the pipeline file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The exports, `[[ingest.source]]`, in the order in which they are read.
    pub source: Vec<Source>,
    /// The transaction logs, `[[ingest.orders]]`.
    pub orders: Vec<OrderSource>,
    /// Rows that are parsed at once; memory grows with it, results do not depend on it.
    pub n_rows_batch: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { source: Vec::new(), orders: Vec::new(), n_rows_batch: 32_768 }
    }
}

/// One export, which may be many files of one layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is called in tables and reports.
    pub name: String,
    /// Paths or globs (`*`, `?`), relative to the pipeline's root.
    pub files: Vec<String>,
    /// A built-in preset's name, or the path of an own one that ends in `.toml`. Without one,
    /// headers that are called like a field (`first_name`, `First Name`) are read.
    #[serde(default)]
    pub preset: Option<String>,
    /// Headers by field; overrides the preset field by field. Each must be in the file.
    #[serde(default)]
    pub columns: BTreeMap<Field, OneOrMany>,
    /// What parts the cells; found out from the first lines where absent.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// How text is written; UTF-8 where absent.
    #[serde(default)]
    pub encoding: Option<Encoding>,
    /// Cells that say nothing, besides those of the preset; compared as they are.
    #[serde(default)]
    pub null_tokens: Vec<String>,
    /// What parts several values in one cell of `email`, `phone` or `merged_ids`.
    #[serde(default)]
    pub multi_value_separator: Option<String>,
    /// Values for all rows in which the field is silent: `constants.country = "DE"`.
    #[serde(default)]
    pub constants: BTreeMap<Field, String>,
}

/// One transaction log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderSource {
    /// What it is called in tables and reports.
    pub name: String,
    /// Paths or globs (`*`, `?`), relative to the pipeline's root.
    pub files: Vec<String>,
    /// How its columns are called.
    #[serde(default)]
    pub columns: OrderColumns,
    /// The currency of rows that name none.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// What stands before the cents; without it, `1.234` and `1,234` are ambiguous and set aside.
    #[serde(default)]
    pub decimal_mark: Option<char>,
    /// What parts the cells; found out from the first lines where absent.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// How text is written; UTF-8 where absent.
    #[serde(default)]
    pub encoding: Option<Encoding>,
}

/// The headers of a transaction log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrderColumns {
    /// Any id by which a contact is known.
    pub customer_key: String,
    /// When the order was placed.
    pub at: String,
    /// How much it came to.
    pub amount: String,
    /// In which currency; where absent, a column `currency` is read if there is one.
    pub currency: Option<String>,
}

impl Default for OrderColumns {
    fn default() -> OrderColumns {
        OrderColumns {
            customer_key: "customer_key".to_owned(),
            at: "at".to_owned(),
            amount: "amount".to_owned(),
            currency: None,
        }
    }
}

/// How the text of a file is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows code page 1252, of which ISO 8859-1 as people mean it is a part.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// One header, or several that are tried in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOrMany(pub Vec<String>);

impl Serialize for OneOrMany {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(one),
            many => serializer.collect_seq(many),
        }
    }
}

/// By hand, because an untagged enum would lose the place of an error.
impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OneOrMany, D::Error> {
        struct Headers;
        impl<'de> Visitor<'de> for Headers {
            type Value = OneOrMany;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a header, or a list of headers")
            }

            fn visit_str<E: serde::de::Error>(self, header: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![header.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, headers: A) -> Result<OneOrMany, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(headers)).map(OneOrMany)
            }
        }
        deserializer.deserialize_any(Headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_read_as_people_write_it_and_written_back_the_same() {
        let text = r#"
            n_rows_batch = 100
            [[source]]
            name = "shop"
            files = ["a.csv", "b/*.csv"]
            preset = "shopify-customers"
            columns.email = "mail"
            columns.phone = ["tel", "mobile"]
            delimiter = ";"
            encoding = "windows-1252"
            constants.country = "DE"
            [[orders]]
            name = "shop"
            files = ["orders.csv"]
            currency = "EUR"
        "#;
        let settings: Settings = toml::from_str(text).unwrap();
        let source = &settings.source[0];
        assert_eq!(source.columns[&Field::Email], OneOrMany(vec!["mail".to_owned()]));
        assert_eq!(source.columns[&Field::Phone].0.len(), 2);
        assert_eq!(source.constants[&Field::Country], "DE");
        assert_eq!(settings.orders[0].columns.amount, "amount");
        let again: Settings = toml::from_str(&toml::to_string(&settings).unwrap()).unwrap();
        assert_eq!(again, settings);
    }

    #[test]
    fn a_mistyped_field_or_key_is_refused_with_the_word_that_was_meant() {
        let check = |line: &str| {
            let text = format!("[[source]]\nname = \"a\"\nfiles = []\n{line}");
            toml::from_str::<Settings>(&text).unwrap_err().to_string()
        };
        assert!(check("columns.emial = \"x\"").contains("did you mean `email`?"));
        assert!(check("colums.email = \"x\"").contains("unknown field"));
        assert!(check("columns.email = 3").contains("a header, or a list of headers"));
    }
}
