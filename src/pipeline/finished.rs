//! What does a finished run say, to those who come after it?

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use polars::prelude::{DataFrame, ParquetReader, SerReader};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::{ConfigError, Error};
use crate::tables::Table;
use crate::tables::layout::Layout;

/// A run directory, opened for reading.
#[derive(Debug)]
pub struct Finished {
    dir: PathBuf,
    manifest: Value,
}

impl Finished {
    /// Opens a run directory; of a folder of runs, the latest.
    ///
    /// # Errors
    /// There is no run, or its manifest is not one.
    pub fn open(place: &Path) -> Result<Finished, Error> {
        let dir =
            if place.join(MANIFEST).exists() { Some(place.to_owned()) } else { latest(place) };
        let path = dir.as_deref().unwrap_or(place).join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(|cause| no_file(&path, cause))?;
        let manifest = serde_json::from_str(&text).map_err(|error| not_this(&path, &error))?;
        Ok(Finished { dir: path.parent().unwrap_or(place).to_owned(), manifest })
    }

    /// Lends its folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Lends what the run wrote of itself.
    pub fn manifest(&self) -> &Value {
        &self.manifest
    }

    /// Names the run.
    pub fn id(&self) -> &str {
        self.manifest["run_id"].as_str().unwrap_or_default()
    }

    /// Gives the settings of a room that the run was made with.
    ///
    /// # Errors
    /// They are not what this version knows.
    pub fn settings<T: DeserializeOwned>(&self, room: &str) -> Result<T, Error> {
        let settings = self.manifest["config"][room].clone();
        let path = self.dir.join(MANIFEST);
        Ok(serde_json::from_value(settings).map_err(|error| not_this(&path, &error))?)
    }

    /// Reads the table that stands under the name of its layout.
    ///
    /// # Errors
    /// The run did not write it, or it is not that table.
    pub fn table<L: Layout>(&self) -> Result<Table<L>, Error> {
        let path = self.dir.join(format!("{}.parquet", L::NAME));
        Ok(Table::new(&frame(&path)?).map_err(|error| not_this(&path, &error))?)
    }

    /// Reads a text of the run; nothing if the run did not write it.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let path = self.dir.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(no_file(&path, cause).into()),
        }
    }

    /// Reads a Parquet file of the run.
    ///
    /// # Errors
    /// The run did not write it, or it is damaged.
    pub fn frame(&self, name: &str) -> Result<DataFrame, Error> {
        frame(&self.dir.join(name))
    }
}

const MANIFEST: &str = "manifest.json";

/// Finds the latest run in a folder of runs: a run's name begins with its clock.
fn latest(folder: &Path) -> Option<PathBuf> {
    let runs = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    runs.filter(|path| path.join(MANIFEST).exists()).max()
}

pub(super) fn frame(path: &Path) -> Result<DataFrame, Error> {
    let file = File::open(path).map_err(|cause| no_file(path, cause))?;
    Ok(ParquetReader::new(file).finish().map_err(|error| not_this(path, &error))?)
}

pub(super) fn no_file(path: &Path, cause: std::io::Error) -> ConfigError {
    ConfigError::NoFile { path: path.to_owned(), cause }
}

pub(super) fn not_this(path: &Path, cause: &dyn std::fmt::Display) -> ConfigError {
    ConfigError::NotThis { path: path.to_owned(), cause: cause.to_string() }
}
