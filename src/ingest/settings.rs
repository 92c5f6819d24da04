//! Where do the data stand, and how are their columns called?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dialect::Written;
use super::{Encoding, Field};
use crate::terms::{Currency, OneOrMany};

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
    /// What no honest file goes beyond.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Settings {
        let limits = Limits::default();
        Settings { source: Vec::new(), orders: Vec::new(), n_rows_batch: 32_768, limits }
    }
}

/// `[ingest.limits]`: what no honest file goes beyond. A file that does stops the run, so that
/// damage and malice cost neither memory nor hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The longest row, and so the longest cell: 16 MiB.
    pub n_bytes_row_max: usize,
    /// The most columns: 16 384, which is what a sheet of Excel has.
    pub n_columns_max: usize,
    /// The most rows of one file: 4 billion.
    pub n_rows_max: u64,
    /// The most that a packed file unpacks to: 1 TiB.
    pub n_bytes_unpacked_max: u64,
    /// The most by which a packed file may shrink, once it has unpacked to 64 MiB: 500 times.
    /// Exports shrink by 3 to 30 times.
    pub unpacked_ratio_max: u64,
    /// The most that a workbook unpacks to, which is held in memory: 2 GiB.
    pub n_bytes_workbook_max: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            n_bytes_row_max: 16 << 20,
            n_columns_max: 16_384,
            n_rows_max: 4_000_000_000,
            n_bytes_unpacked_max: 1 << 40,
            unpacked_ratio_max: 500,
            n_bytes_workbook_max: 2 << 30,
        }
    }
}

impl Limits {
    /// For lists that an attacker may have written.
    pub(super) fn of_a_list() -> Limits {
        Limits {
            n_bytes_row_max: 1 << 20,
            n_columns_max: 64,
            n_rows_max: 1_000_000_000,
            ..Limits::default()
        }
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
    /// Headers by field; overrides the preset field by field. Each must be in the file. Several
    /// e-mails and phones add up, a house number joins the street beside it, and of other fields
    /// the first header whose cell says something counts.
    #[serde(default)]
    pub columns: BTreeMap<Field, OneOrMany>,
    /// What parts the cells; found out from the first rows where absent.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// What stands around cells; found out where absent.
    #[serde(default)]
    pub quote: Option<char>,
    /// What stands before a quote inside a cell, such as `\\`; found out where absent.
    #[serde(default)]
    pub escape: Option<char>,
    /// How text is written: `utf-8`, `windows-1252`, `utf-16le`, `shift_jis` …; found out where
    /// absent.
    #[serde(default)]
    pub encoding: Option<Encoding>,
    /// The names of the columns in their order, for a file that has no header or a wrong one.
    #[serde(default)]
    pub headers: Vec<String>,
    /// The sheet of a workbook; the first that is visible and not empty where absent.
    #[serde(default)]
    pub sheet: Option<String>,
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

impl Source {
    /// Gives a source of which nothing is said but where it lies.
    pub(super) fn of_files(name: &str, files: Vec<String>) -> Source {
        Source {
            name: name.to_owned(),
            files,
            preset: None,
            columns: BTreeMap::new(),
            delimiter: None,
            quote: None,
            escape: None,
            encoding: None,
            headers: Vec::new(),
            sheet: None,
            null_tokens: Vec::new(),
            multi_value_separator: None,
            constants: BTreeMap::new(),
        }
    }

    /// Gives what is said of how its files are written.
    pub(super) fn written(&self) -> Written<'_> {
        Written {
            delimiter: self.delimiter,
            quote: self.quote,
            escape: self.escape,
            encoding: self.encoding,
            headers: &self.headers,
            sheet: self.sheet.as_deref(),
        }
    }
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
    /// What parts the cells; found out from the first rows where absent.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// What stands around cells; found out where absent.
    #[serde(default)]
    pub quote: Option<char>,
    /// What stands before a quote inside a cell, such as `\\`; found out where absent.
    #[serde(default)]
    pub escape: Option<char>,
    /// How text is written: `utf-8`, `windows-1252`, `utf-16le`, `shift_jis` …; found out where
    /// absent.
    #[serde(default)]
    pub encoding: Option<Encoding>,
    /// The names of the columns in their order, for a file that has no header or a wrong one.
    #[serde(default)]
    pub headers: Vec<String>,
    /// The sheet of a workbook; the first that is visible and not empty where absent.
    #[serde(default)]
    pub sheet: Option<String>,
}

impl OrderSource {
    /// Gives what is said of how its files are written.
    pub(super) fn written(&self) -> Written<'_> {
        Written {
            delimiter: self.delimiter,
            quote: self.quote,
            escape: self.escape,
            encoding: self.encoding,
            headers: &self.headers,
            sheet: self.sheet.as_deref(),
        }
    }
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
