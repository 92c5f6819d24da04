//! What exactly will be done? File and flags, checked; nothing is left to decide.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::config::{Config, Job};
use super::error::{ConfigError, Error};
use super::named::{Named, read};
use super::overrides;
use crate::duty;
use crate::matching::Decisions;
use crate::output::{Sha256Hex, sha256_of_text};
use crate::rules::{CONDITIONS, DataClasses, Holidays, Jurisdictions, Letters};
use crate::terms::Incident;
use crate::value;

/// What the command line adds to a pipeline file.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--set`: settings to change, as `key=value`.
    pub set: Vec<String>,
    /// `--out`: where to leave run directories, relative to where the user stands.
    pub out: Option<PathBuf>,
}

/// A run, decided. The only thing that has seen both file and flags.
#[derive(Debug)]
pub struct Plan {
    /// The pipeline file, as the user named it.
    pub path: PathBuf,
    /// Its text, with `--set` applied.
    text: String,
    /// Its settings, with every default filled in.
    pub config: Config,
    /// The folder that paths are relative to.
    pub root: PathBuf,
    /// Where run directories are left.
    pub out: PathBuf,
    /// The run's clock.
    pub clock: Timestamp,
    /// The vocabulary of data classes.
    pub classes: DataClasses,
    /// The laws.
    pub laws: Jurisdictions,
    /// The days on which offices are closed.
    pub holidays: Holidays,
    /// What to know of the models that an earlier run fitted, where they are used.
    pub models_note: Option<String>,
    /// What is needed to write a letter.
    pub letters: Letters,
    /// The incidents.
    pub incidents: Vec<Incident>,
    /// What people decided about pairs of records.
    pub decisions: Decisions,
    /// What people decided about rows of scope files.
    pub scope_decisions: Decisions,
    /// Settings, rules and incidents that decided the run: path and hash.
    pub files: Vec<(String, Sha256Hex)>,
}

impl Plan {
    /// Reads a pipeline file and all settings, rules and incidents that it names.
    ///
    /// # Errors
    /// A file cannot be read, is not understood, or lacks what its pipeline needs.
    pub fn load(path: &Path, flags: &Flags) -> Result<Plan, Error> {
        let written = read(path)?;
        let text = overrides::applied(&written, &flags.set)?;
        let mut config: Config =
            toml::from_str(&text).map_err(|error| ConfigError::of_toml(path, &text, &error))?;
        config.value.currency.get_or_insert(config.run.currency);
        needs(path, &config)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let root = tidy(&folder.join(&config.run.root));
        let out = flags.out.clone().unwrap_or_else(|| root.join(&config.run.out));
        let clock = config.run.clock.unwrap_or_else(Timestamp::now);
        config.standardize.as_of.get_or_insert(clock.to_zoned(TimeZone::UTC).date());
        config.standardize.currency.get_or_insert(config.run.currency);
        config.standardize.check()?;
        config.matching.check()?;
        config.matching.check_sources(config.ingest.source.iter().map(|of| of.name.as_str()))?;
        config.value.check()?;
        config.value.check_break(config.exposure.break_months)?;
        let mut named = Named::of(path, &written, &root);
        let (classes, laws, holidays) = named.rules(&config.rules)?;
        let letters = named.letters(&config.rules)?;
        let incidents = match config.pipeline {
            Job::BreachDrill => vec![invented(&config, &classes, clock)?],
            _ => named.incidents(&config.incidents, &classes)?,
        };
        for incident in &incidents {
            words_known(incident, &laws, &classes)?;
        }
        stand_in_known(&config.duty.unknown_residency, &laws)?;
        if let Some(file) = &config.value.rates_file {
            let into = config.value.currency.unwrap_or(config.run.currency);
            config.value.dated = value::Rates::read(file, &named.text(file)?, into)?;
        }
        let models_note = named.models(&mut config.value)?;
        let decisions = named.decisions(config.matching.decisions.as_ref())?;
        let scope_decisions = named.decisions(config.scope.decisions.as_ref())?;
        if let Some(file) = config.matching.model.clone() {
            named.model(&file)?.put_in(&mut config.matching);
            config.matching.check()?;
        }
        let files = named.files;
        let path = path.to_owned();
        Ok(Plan {
            path,
            text,
            config,
            root,
            out,
            clock,
            classes,
            laws,
            holidays,
            models_note,
            letters,
            incidents,
            decisions,
            scope_decisions,
            files,
        })
    }

    /// Names the run: its clock to the second, and a hash of all that decided it.
    pub fn run_id(&self) -> String {
        let mut decided = serde_json::to_string(&self.config).unwrap_or_default();
        // The paths stay out: where the files lie does not change what they say.
        for (_, hash) in &self.files {
            let _ = write!(decided, "\n{hash}");
        }
        let second = self.clock.strftime("%Y%m%dT%H%M%SZ");
        format!("{second}-{}", sha256_of_text(&decided).short(8))
    }

    /// Gives the folder that this pipeline's runs are left in.
    pub fn folder(&self) -> PathBuf {
        self.out.join(self.config.pipeline.word())
    }

    /// Lists the keys that a table of the file has, flags included and defaults left out.
    pub fn written(&self, table: &str) -> Vec<String> {
        // The text has been read once already, so it is understood.
        let file: toml::Table = toml::from_str(&self.text).unwrap_or_default();
        let table = file.get(table).and_then(toml::Value::as_table);
        table.map_or_else(Vec::new, |table| table.keys().cloned().collect())
    }

    /// Tells whether the incident is invented.
    pub fn is_drill(&self) -> bool {
        self.config.pipeline == Job::BreachDrill
    }

    /// Names who prepares the run: the settings say so, or the system knows who runs it.
    pub fn prepared_by(&self) -> String {
        self.config.run.prepared_by.clone().unwrap_or_else(user)
    }

    /// Puts file and line before a place that a room named, `[[ingest.source]] "crm"`.
    pub fn placed(&self, error: Error) -> Error {
        let Some(place) = error.place() else { return error };
        match self.line_of(&place) {
            Some(line) => error.at(format!("{}:{line}, {place}", self.path.display())),
            None => error,
        }
    }

    /// Finds the line on which a table begins: the header, and under it the name.
    fn line_of(&self, place: &str) -> Option<usize> {
        let (header, name) = place.split_once(" \"").unwrap_or((place, ""));
        let name = name.trim_end_matches('"');
        let mut found = None;
        for (number, line) in self.text.lines().enumerate() {
            let line = line.trim();
            if line.starts_with('[') {
                found = line.starts_with(header).then_some(number + 1);
                if name.is_empty() && found.is_some() {
                    return found;
                }
            } else if found.is_some() && line.starts_with("name") && line.contains(name) {
                return found;
            }
        }
        None
    }
}

/// What a job cannot do without.
fn needs(path: &Path, config: &Config) -> Result<(), ConfigError> {
    let missing = |key, hint| {
        let pipeline = config.pipeline.word();
        Err(ConfigError::Missing { path: path.to_owned(), pipeline, key, hint })
    };
    let from_snapshot = config.snapshot.as_of.is_some();
    if config.ingest.source.is_empty() && !from_snapshot {
        return missing(
            "[[ingest.source]]",
            "name a source: name = \"crm\", files = [\"crm.csv\"]",
        );
    }
    match config.pipeline {
        Job::BreachScoping if config.incidents.is_empty() => {
            missing("incidents", "name the incident file: incidents = [\"incident.toml\"]")
        }
        Job::BreachDrill if !config.incidents.is_empty() => {
            missing("incidents to be absent", "a drill invents its incident: see [drill]")
        }
        Job::NightlyContactQuality | Job::BreachScoping if config.drill.is_some() => {
            missing("drill to be absent", "[drill] belongs to pipeline = \"breach_drill\"")
        }
        Job::NightlyContactQuality if from_snapshot => missing(
            "snapshot.as_of to be absent",
            "a nightly run reads exports; only scoping reads a snapshot",
        ),
        _ => Ok(()),
    }
}

/// Invents the incident of a drill.
fn invented(config: &Config, classes: &DataClasses, clock: Timestamp) -> Result<Incident, Error> {
    let settings = config.drill.clone().unwrap_or_default();
    for code in &settings.data_classes {
        classes.expect(code, "[drill], data_classes")?;
    }
    if settings.data_classes.is_empty() {
        let cause = "data_classes is empty: nothing was exposed".to_owned();
        return Err(ConfigError::Drill { cause }.into());
    }
    settings.incident(clock)
}

/// Checks that the words by which an incident calls laws in are words that a law has.
fn words_known(
    incident: &Incident,
    laws: &Jurisdictions,
    classes: &DataClasses,
) -> Result<(), ConfigError> {
    let unknown = |what, word: &String, known: Vec<String>| ConfigError::UnknownWord {
        incident: incident.id.clone(),
        what,
        word: word.clone(),
        known,
    };
    let sectors = laws.sectors();
    if let Some(word) = incident.sectors.iter().find(|word| !sectors.contains(word.as_str())) {
        return Err(unknown(
            "sector",
            word,
            sectors.iter().map(|word| (*word).to_owned()).collect(),
        ));
    }
    let codes: Vec<&str> = classes.statute_codes().chain(CONDITIONS).collect();
    if let Some(word) = incident.statute_codes.iter().find(|word| !codes.contains(&word.as_str())) {
        return Err(unknown("statute code", word, codes.into_iter().map(str::to_owned).collect()));
    }
    Ok(())
}

/// Checks that the jurisdiction which stands in for an unknown one has a law.
fn stand_in_known(fallback: &duty::Fallback, laws: &Jurisdictions) -> Result<(), ConfigError> {
    let duty::Fallback::Like(code) = fallback else { return Ok(()) };
    let general = laws.all().iter().filter(|law| law.sector.is_none());
    let known: Vec<String> = general.map(|law| law.code.clone()).collect();
    if known.contains(code) {
        return Ok(());
    }
    Err(ConfigError::StandIn { code: code.clone(), known })
}

/// Finds who runs the program: the owner of its process, by name where the system has one.
fn user() -> String {
    use std::os::unix::fs::MetadataExt;
    let named = |variable| std::env::var(variable).ok().filter(|name| !name.is_empty());
    let by_number = || {
        let number = fs::metadata("/proc/self").ok()?.uid().to_string();
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let mut fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let user = fields.find(|user| user.get(2) == Some(&number.as_str()));
        Some(user.map_or_else(|| format!("user {number}"), |user| user[0].to_owned()))
    };
    named("USER").or_else(|| named("LOGNAME")).or_else(by_number).unwrap_or_default()
}

/// Takes `pipelines/..` out of a path, so that messages show `sample_data` and not
/// `pipelines/../sample_data`.
fn tidy(path: &Path) -> PathBuf {
    let mut tidied = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir
                if matches!(
                    tidied.components().next_back(),
                    Some(std::path::Component::Normal(_))
                ) =>
            {
                tidied.pop();
            }
            std::path::Component::CurDir => {}
            other => tidied.push(other),
        }
    }
    if tidied.as_os_str().is_empty() { PathBuf::from(".") } else { tidied }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_without_detours() {
        let check = |path: &str| tidy(Path::new(path)).display().to_string();
        assert_eq!(check("pipelines/.."), ".");
        assert_eq!(check("a/b/../c"), "a/c");
        assert_eq!(check("../x"), "../x");
        assert_eq!(check("/a/../b"), "/b");
    }
}
