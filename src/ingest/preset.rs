//! How does a known system export its contacts?

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::Error;
use super::field::{NAMES, UNREAD};
use super::profile::PresetGuess;
use crate::fault::nearest_word;

/// What is known of a system's export. The parts that are not read here are for people, and for
/// `headcount init`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Preset {
    #[serde(rename = "preset")]
    about: toml::Table,
    detect: toml::Table,
    pub(super) dialect: Dialect,
    pub(super) values: Values,
    /// Header spellings by name; the first that has a value wins.
    pub(super) columns: BTreeMap<String, Vec<String>>,
    /// `[file_name]`: by the start of a file's name, whether its people refuse marketing mail.
    pub(super) file_name: FileName,
    notes: toml::Table,
}

/// How the file is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Dialect {
    /// Whether lines of another kind follow the rows.
    pub(super) footer: bool,
}

/// How values are written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Values {
    /// `guid`, `guid36`, `zoho`, `integer`, `salesforce15` …
    pub(super) id_kind: String,
    /// Cells that say nothing.
    pub(super) null_tokens: Vec<String>,
    /// What parts several values in one cell.
    pub(super) multi_value_separator: Option<String>,
    /// What the source puts before ids, phones and formulas.
    pub(super) strip_leading: Option<String>,
    /// Words for yes in a column about consent.
    pub(super) yes_words: Vec<String>,
    /// Words for no in a column about consent.
    pub(super) no_words: Vec<String>,
}

/// What a file's name says about the people in it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FileName {
    pub(super) email_opt_out: BTreeMap<String, String>,
}

/// Lists the presets that are compiled in.
macro_rules! presets {
    ($($name:literal),* $(,)?) => {
        const BUILT_IN: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../pipelines/presets/", $name, ".toml")))),*
        ];
    };
}

presets!(
    "dynamics365-contacts",
    "google-contacts",
    "google-contacts-legacy",
    "hubspot-contacts",
    "mailchimp-audience",
    "outlook-contacts",
    "pipedrive-people",
    "salesforce-account",
    "salesforce-contact",
    "salesforce-lead",
    "salesforce-report",
    "shopify-customers",
    "sugarcrm-contacts",
    "sugarcrm-leads",
    "suitecrm-contacts",
    "suitecrm-leads",
    "zoho-contacts",
);

/// Lists the names of the presets that are built in.
pub fn preset_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

impl Preset {
    /// Finds a preset: built in by its name, or an own file whose path ends in `.toml`.
    pub(super) fn named(preset: &str, root: &Path, at: &str) -> Result<Preset, Error> {
        if let Some((_, text)) = BUILT_IN.iter().find(|(name, _)| *name == preset) {
            return Preset::parsed(preset, text);
        }
        if Path::new(preset).extension().is_none_or(|extension| extension != "toml") {
            return Err(Error::UnknownPreset {
                preset: preset.to_owned(),
                at: at.to_owned(),
                known: preset_names().collect(),
            });
        }
        let text = std::fs::read_to_string(root.join(preset)).map_err(|cause| {
            Error::BadPreset { preset: preset.to_owned(), cause: cause.kind().to_string() }
        })?;
        Preset::parsed(preset, &text)
    }

    fn parsed(name: &str, text: &str) -> Result<Preset, Error> {
        let bad = |cause: String| Error::BadPreset { preset: name.to_owned(), cause };
        let preset: Preset = toml::from_str(text).map_err(|cause| bad(cause.to_string()))?;
        let known = || NAMES.iter().map(|(name, ..)| *name).chain(UNREAD.iter().copied());
        for column in preset.columns.keys() {
            if !known().any(|name| name == column) {
                let hint = nearest_word(column, known())
                    .map_or(String::new(), |word| format!("; did you mean `{word}`?"));
                return Err(bad(format!("its column `{column}` is no known name{hint}")));
            }
        }
        Ok(preset)
    }
}

/// Finds the preset that knows a file's headers best: one all of whose telling headers are
/// there, or else one that knows at least four headers and seven in ten.
pub(super) fn guess(headers: &[String]) -> Option<PresetGuess> {
    let own: BTreeSet<String> = headers.iter().map(|header| header.trim().to_lowercase()).collect();
    let mut best: Option<PresetGuess> = None;
    for (name, text) in BUILT_IN {
        let Ok(preset) = Preset::parsed(name, text) else { continue };
        let known = known_headers(name);
        let n_known = own.iter().filter(|header| known.contains(*header)).count();
        let telling = preset.detect.get("required_headers").and_then(toml::Value::as_array);
        let is_there = |header: &toml::Value| {
            header.as_str().is_some_and(|header| own.contains(&header.trim().to_lowercase()))
        };
        let is_sure =
            telling.is_some_and(|telling| telling.len() > 1 && telling.iter().all(is_there));
        let is_likely = n_known >= 4 && n_known * 10 >= own.len() * 7;
        let guess = PresetGuess { name, n_known, is_sure };
        let is_better = best
            .as_ref()
            .is_none_or(|best| (guess.is_sure, guess.n_known) > (best.is_sure, best.n_known));
        if (is_sure || is_likely) && is_better {
            best = Some(guess);
        }
    }
    best
}

/// Lists the headers that a built-in preset knows, without capitals.
pub(super) fn known_headers(name: &str) -> BTreeSet<String> {
    let text = BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let preset = text.and_then(|text| Preset::parsed(name, text).ok()).unwrap_or_default();
    preset.columns.values().flatten().map(|header| header.trim().to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_preset_can_be_used_and_is_called_like_its_file() {
        for (name, text) in BUILT_IN {
            assert!(!Preset::named(name, Path::new("."), "test").unwrap().columns.is_empty());
            let table: toml::Table = text.parse().unwrap();
            assert_eq!(table["preset"]["name"].as_str(), Some(*name));
        }
    }

    #[test]
    fn a_mistyped_preset_or_name_in_it_is_refused_with_the_word_that_was_meant() {
        use crate::fault::Shown;
        let error = Preset::named("hubspot-contact", Path::new("."), "test").unwrap_err();
        assert!(Shown(&error).to_string().contains("did you mean `hubspot-contacts`?"));
        let error = Preset::parsed("own.toml", "[columns]\nemial = [\"Mail\"]").unwrap_err();
        assert!(error.to_string().contains("did you mean `email`?"), "{error}");
    }
}
