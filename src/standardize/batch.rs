//! What do the rows of a batch have in common?

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use super::Settings;
use crate::tables::layout::RawContact;
use crate::tables::{Column, Table, Texts, column};

/// A batch being read.
pub(super) struct Batch<'a> {
    pub(super) raw: &'a Table<RawContact>,
    pub(super) settings: &'a Settings,
    /// The sources in it, in order of appearance; one, as a rule.
    pub(super) sources: Vec<&'a str>,
    /// For each row its source, as a place in `sources`.
    pub(super) source_of: Vec<usize>,
    /// For each row the country it names or is taken to be in; filled by the addresses.
    pub(super) countries: Vec<Option<&'static str>>,
    /// The country of rows that name none.
    pub(super) default_country: Option<&'static str>,
}

impl<'a> Batch<'a> {
    pub(super) fn of(raw: &'a Table<RawContact>, settings: &'a Settings) -> Batch<'a> {
        let mut sources: Vec<&str> = Vec::new();
        let source_of = raw
            .text(column::SOURCE)
            .iter()
            .map(|source| {
                let source = source.unwrap_or("");
                sources.iter().position(|known| *known == source).unwrap_or_else(|| {
                    sources.push(source);
                    sources.len() - 1
                })
            })
            .collect();
        Batch {
            raw,
            settings,
            sources,
            source_of,
            countries: vec![None; raw.height()],
            default_country: settings.country(),
        }
    }

    pub(super) fn n_rows(&self) -> usize {
        self.source_of.len()
    }

    /// Reads a column of text; nothing where it is absent throughout, as most are in a source.
    pub(super) fn text(&self, column: Column) -> Option<&'a Texts> {
        let text = self.raw.text(column);
        text.iter().any(|text| text.is_some()).then_some(text)
    }

    /// Gives the country by which a row's phone is read.
    pub(super) fn country(&self, row: usize) -> Option<&'static str> {
        self.countries[row].or(self.default_country)
    }
}

/// Row number as a record of the batch.
pub(super) fn record(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

/// What was found out about a text, kept for its next coming: countries, regions and languages
/// are few and come often.
#[derive(Debug)]
pub(super) struct Memo<V>(HashMap<String, V, FxBuildHasher>);

impl<V> Default for Memo<V> {
    fn default() -> Memo<V> {
        Memo(HashMap::default())
    }
}

impl<V> Memo<V> {
    pub(super) fn look_up(&mut self, text: &str, find: impl FnOnce(&str) -> V) -> &V {
        self.0.entry_ref(text).or_insert_with(|| find(text))
    }
}

impl<V> Memo<Memo<V>> {
    /// Opens the memo of a country.
    pub(super) fn of(&mut self, country: &str) -> &mut Memo<V> {
        self.0.entry_ref(country).or_default()
    }
}
