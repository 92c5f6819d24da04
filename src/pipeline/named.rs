//! What do the files say that a pipeline file names?

use std::fs;
use std::path::Path;

use super::config::RulesFiles;
use super::error::{ConfigError, Error};
use super::finished::not_this;
use crate::fault::Fault;
use crate::matching::{Decisions, Learned};
use crate::output::{Sha256Hex, sha256_of_text};
use crate::rules::{
    AddressLines, DataClasses, Holidays, Jurisdictions, LetterRules, LetterTexts, Letters,
};
use crate::scope;
use crate::terms::Incident;
use crate::value::{self, SavedModels};

/// Files that decide a run, as they are read.
pub(super) struct Named<'a> {
    /// The folder that they are named from.
    root: &'a Path,
    /// Those that were read: path and hash.
    pub(super) files: Vec<(String, Sha256Hex)>,
}

impl<'a> Named<'a> {
    /// Begins with the pipeline file itself.
    pub(super) fn of(path: &Path, written: &str, root: &'a Path) -> Named<'a> {
        Named { root, files: vec![(path.display().to_string(), sha256_of_text(written))] }
    }

    /// Reads a file and notes its hash.
    pub(super) fn text(&mut self, file: &str) -> Result<String, ConfigError> {
        let text = read(&self.root.join(file))?;
        self.files.push((file.to_owned(), sha256_of_text(&text)));
        Ok(text)
    }

    /// Reads what is written in a file, or takes what is built in.
    fn or_built_in<T, E>(
        &mut self,
        file: Option<&String>,
        read: impl FnOnce(&str, &str) -> Result<T, E>,
        built_in: impl FnOnce() -> T,
    ) -> Result<T, Error>
    where
        Error: From<E>,
    {
        Ok(match file {
            Some(file) => read(file, &self.text(file)?)?,
            None => built_in(),
        })
    }

    /// Reads the classes of data, the laws and the holidays.
    pub(super) fn rules(
        &mut self,
        settings: &RulesFiles,
    ) -> Result<(DataClasses, Jurisdictions, Holidays), Error> {
        let RulesFiles { data_classes, jurisdictions, holidays, .. } = settings;
        let classes =
            self.or_built_in(data_classes.as_ref(), DataClasses::read, DataClasses::built_in)?;
        let laws =
            self.or_built_in(jurisdictions.as_ref(), Jurisdictions::read, Jurisdictions::built_in)?;
        laws.check(&classes)?;
        let holidays = self.or_built_in(holidays.as_ref(), Holidays::read, Holidays::built_in)?;
        Ok((classes, laws, holidays))
    }

    /// Reads what letters say and which rules they follow.
    pub(super) fn letters(&mut self, settings: &RulesFiles) -> Result<Letters, Error> {
        let mut letters = Letters::built_in();
        if let Some(file) = &settings.letters {
            letters.texts = LetterTexts::read(file, &self.text(file)?)?;
        }
        if let Some(file) = &settings.letter_rules {
            letters.rules = LetterRules::read(file, &self.text(file)?)?;
        }
        if let Some(file) = &settings.address_lines {
            letters.addresses = AddressLines::read(file, &self.text(file)?)?;
        }
        Ok(letters)
    }

    /// Reads what people decided of pairs; nothing where no file is named.
    pub(super) fn decisions(&mut self, file: Option<&String>) -> Result<Decisions, Error> {
        self.or_built_in(file, Decisions::read, Decisions::default)
    }

    /// Reads what an earlier run learned of matching.
    pub(super) fn model(&mut self, file: &str) -> Result<Learned, Error> {
        let text = self.text(file)?;
        Ok(serde_json::from_str(&text).map_err(|error| not_this(&self.root.join(file), &error))?)
    }

    /// Reads the models of an earlier run into the settings, where these name a file of them;
    /// gives a note of whose they are.
    pub(super) fn models(
        &mut self,
        settings: &mut value::Settings,
    ) -> Result<Option<String>, Error> {
        let Some(file) = &settings.models else { return Ok(None) };
        if !settings.given.is_empty() {
            let found = format!("value.models and {} of [[value.given]]", settings.given.len());
            return Err(value::Error::Models {
                file: file.clone(),
                wrong: "models are given in the file as well".to_owned(),
                found: Some(found),
                hint: "keep one of the two",
            }
            .into());
        }
        let saved = SavedModels::read(file, &self.text(file)?, settings)?;
        let note = saved.note();
        settings.given = saved.models;
        Ok(Some(note))
    }

    /// Reads incidents.
    pub(super) fn incidents(
        &mut self,
        files: &[String],
        classes: &DataClasses,
    ) -> Result<Vec<Incident>, Error> {
        files.iter().map(|file| incident(file, &self.text(file)?, self.root, classes)).collect()
    }
}

pub(super) fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path)
        .map_err(|cause| ConfigError::Unreadable { path: path.to_owned(), cause })
}

fn incident(file: &str, text: &str, root: &Path, classes: &DataClasses) -> Result<Incident, Error> {
    let mut incident: Incident = toml::from_str(text)
        .map_err(|error| ConfigError::of_toml(&root.join(file), text, &error))?;
    for code in incident.scope_files.iter().flat_map(|scope| &scope.data_classes) {
        classes.expect(code, file)?;
    }
    scope::validate(&incident).map_err(|error| {
        let error = Error::from(error);
        let place = error.place().map_or_else(|| file.to_owned(), |at| format!("{file}, {at}"));
        let place = match fact_line(text, &error) {
            Some(line) => format!("{file}:{line}{}", &place[file.len()..]),
            None => place,
        };
        error.at(place)
    })?;
    // An incident's folder can be moved as a whole: its files are named from within.
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let within = |file: &String| folder.join(file).display().to_string();
    for scope in &mut incident.scope_files {
        if !scope.file.is_empty() {
            scope.file = within(&scope.file);
        }
        scope.key_file = scope.key_file.as_ref().map(within);
    }
    Ok(incident)
}

/// Finds the line of the fact that an error speaks of: the first of the file's keys that its
/// message, what was found, or its hint names.
fn fact_line(text: &str, error: &Error) -> Option<usize> {
    let keys: Vec<(&str, usize)> = text
        .lines()
        .zip(1..)
        .filter_map(|(line, number)| Some((line.split_once('=')?.0.trim(), number)))
        .collect();
    let said = error.shown();
    let said = [Some(said.to_string()), said.found(), said.hint()];
    said.iter().flatten().find_map(|said| {
        let mut words = said.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
        words.find_map(|word| keys.iter().find(|(key, _)| *key == word).map(|(_, line)| *line))
    })
}
