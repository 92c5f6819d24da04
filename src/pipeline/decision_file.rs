//! How does a decision reach the file of decisions, and leave it again?
//!
//! The file belongs to people: what stands in it stays as it is, byte for byte, and a decision
//! is one more row at its end. Each row is on the disk before the next question is asked.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::{ConfigError, Error};
use crate::matching::{DECISION_COLUMNS, Decision, Decisions};
use crate::output::replace_file;

/// A file of decisions that grows.
#[derive(Debug)]
pub(super) struct DecisionFile {
    path: PathBuf,
    /// The columns, in the file's own order.
    header: Vec<String>,
    /// The rows that were added, the newest last.
    added: Vec<Vec<u8>>,
}

impl DecisionFile {
    /// Opens a file; one that is not there yet begins with the first decision.
    ///
    /// # Errors
    /// It is there and cannot be read, or is no file of decisions.
    pub(super) fn open(path: &Path) -> Result<(DecisionFile, Decisions), Error> {
        let text = read(path)?;
        let name = path.display().to_string();
        let (header, decisions) = match &text {
            Some(text) => (header(text), Decisions::read(&name, text)?),
            None => (DECISION_COLUMNS.map(str::to_owned).to_vec(), Decisions::default()),
        };
        Ok((DecisionFile { path: path.to_owned(), header, added: Vec::new() }, decisions))
    }

    /// Adds a decision at the end of the file as it is now: another person may have added some.
    ///
    /// # Errors
    /// The disk refuses; then the file is as it was.
    pub(super) fn add(&mut self, decision: &Decision) -> Result<(), Error> {
        let mut text = read(&self.path)?.unwrap_or_else(|| row(&self.header));
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let cells = decision.cells();
        let cell = |column: &String| {
            let place = DECISION_COLUMNS.iter().position(|known| known == column);
            place.map_or_else(String::new, |place| cells[place].clone())
        };
        let row = row(&self.header.iter().map(cell).collect::<Vec<_>>());
        text.push_str(&row);
        replace_file(&self.path, text.as_bytes())?;
        self.added.push(row.into_bytes());
        Ok(())
    }

    /// Takes the last added decision out again.
    ///
    /// # Errors
    /// Another row stands after it by now, or the disk refuses.
    pub(super) fn take_back(&mut self) -> Result<(), Error> {
        let Some(row) = self.added.last() else { return Ok(()) };
        let text = read(&self.path)?.unwrap_or_default().into_bytes();
        let Some(before) = text.strip_suffix(row.as_slice()) else {
            return Err(ConfigError::DecisionsMoved { path: self.path.clone() }.into());
        };
        replace_file(&self.path, before)?;
        self.added.pop();
        Ok(())
    }
}

fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(ConfigError::Unreadable { path: path.to_owned(), cause }.into()),
    }
}

fn header(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    reader.headers().map_or_else(|_| Vec::new(), |names| names.iter().map(str::to_owned).collect())
}

/// Writes cells as a row, quoted where they must be.
fn row(cells: &[String]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(cells);
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
