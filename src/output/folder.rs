//! How does a folder of results appear whole or not at all?

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{BufWriter, IntoInnerError, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use polars::prelude::{DataFrame, ParquetCompression, ParquetWriter};
use rayon::prelude::*;
use serde::Serialize;

use super::hashing::HashingWriter;
use super::{Dialect, Error, Sha256Hex, csv};

/// A file that was written, as it stands in the manifest.
#[derive(Debug, Clone, Serialize)]
pub struct Written {
    /// Its path within the folder.
    pub path: String,
    /// Its hash.
    pub sha256: Sha256Hex,
    /// Its size in bytes.
    pub n_bytes: u64,
    /// Its rows, where it is a table.
    pub n_rows: Option<u64>,
    /// Its dialect, where it is a CSV file.
    pub dialect: Option<Dialect>,
}

/// A folder in the making. It stands beside its place under a name that begins with a dot, and
/// is removed when dropped unfinished.
#[derive(Debug)]
pub struct Folder {
    place: PathBuf,
    building: PathBuf,
    written: Vec<Written>,
    finished: bool,
}

impl Folder {
    /// Begins to fill `place`. The caller holds the lock of its parent, so what an earlier,
    /// killed run left there is removed.
    ///
    /// # Errors
    /// The place is taken, or cannot be made.
    pub fn begin(place: &Path) -> Result<Folder, Error> {
        if place.symlink_metadata().is_ok() {
            return Err(Error::Exists { path: place.to_owned() });
        }
        let parent = above(place);
        make_private(parent)?;
        remove_leftovers(parent)?;
        let name = place.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let building = parent.join(format!(".building-{name}"));
        make_private(&building)?;
        Ok(Folder { place: place.to_owned(), building, written: Vec::new(), finished: false })
    }

    /// Writes tables as Parquet, side by side: packing a table keeps one core busy.
    ///
    /// # Errors
    /// The disk or Polars refuses.
    pub fn parquet(&mut self, tables: &[(&str, &DataFrame)]) -> Result<(), Error> {
        let written: Vec<Written> = tables
            .par_iter()
            .map(|(name, frame)| {
                let path = self.building.join(name);
                let mut out = HashingWriter::new(BufWriter::with_capacity(1 << 20, create(&path)?));
                ParquetWriter::new(&mut out)
                    .with_compression(ParquetCompression::Zstd(None))
                    .with_row_group_size(Some(1 << 17))
                    .finish(&mut (*frame).clone())
                    .map_err(|cause| Error::Table {
                        path: path.clone(),
                        cause: cause.to_string(),
                    })?;
                synced(name, path, out, Some(frame.height()), None)
            })
            .collect::<Result<_, Error>>()?;
        self.written.extend(written);
        Ok(())
    }

    /// Writes a table as CSV in a dialect.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn csv(&mut self, name: &str, frame: &DataFrame, dialect: Dialect) -> Result<(), Error> {
        let path = self.building.join(name);
        let mut out = HashingWriter::new(BufWriter::with_capacity(1 << 18, create(&path)?));
        csv::write(frame, dialect, &mut out).map_err(Error::write(&path))?;
        self.keep(name, path, out, Some(frame.height()), Some(dialect))
    }

    /// Writes a text.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn text(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.building.join(name);
        let mut out = HashingWriter::new(BufWriter::new(create(&path)?));
        out.write_all(text.as_bytes()).map_err(Error::write(&path))?;
        self.keep(name, path, out, None, None)
    }

    /// Writes what comes piece by piece, such as a file too large for memory.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn pieces(
        &mut self,
        name: &str,
        pieces: impl Iterator<Item = Vec<u8>>,
        n_rows: Option<usize>,
    ) -> Result<(), Error> {
        let path = self.building.join(name);
        let mut out = HashingWriter::new(BufWriter::new(create(&path)?));
        for piece in pieces {
            out.write_all(&piece).map_err(Error::write(&path))?;
        }
        self.keep(name, path, out, n_rows, None)
    }

    /// Writes several files that grow side by side: each item holds the next piece of each.
    ///
    /// # Errors
    /// The disk refuses, or an item is an error.
    pub fn side_by_side<const N: usize, E: From<Error>>(
        &mut self,
        names: [&str; N],
        pieces: impl Iterator<Item = Result<[Vec<u8>; N], E>>,
    ) -> Result<(), E> {
        let mut files = Vec::with_capacity(N);
        for name in names {
            let path = self.building.join(name);
            let out = HashingWriter::new(BufWriter::new(create(&path)?));
            files.push((name, path, out));
        }
        for piece in pieces {
            for ((_, path, out), bytes) in files.iter_mut().zip(piece?) {
                out.write_all(&bytes).map_err(Error::write(path.as_path()))?;
            }
        }
        for (name, path, out) in files {
            self.keep(name, path, out, None, None)?;
        }
        Ok(())
    }

    /// Takes a file that another folder wrote under the same name, and tells whether there is
    /// one. Both folders then share it on the disk where the disk can, and neither changes it.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn adopt(&mut self, name: &str, from: &Folder) -> Result<bool, Error> {
        let Some(written) = from.written.iter().find(|written| written.path == name) else {
            return Ok(false);
        };
        let (there, here) = (from.building.join(name), self.building.join(name));
        fs::hard_link(&there, &here)
            .or_else(|_| fs::copy(&there, &here).map(drop))
            .map_err(Error::write(&here))?;
        self.written.push(written.clone());
        Ok(true)
    }

    fn keep(
        &mut self,
        name: &str,
        path: PathBuf,
        out: HashingWriter<BufWriter<File>>,
        n_rows: Option<usize>,
        dialect: Option<Dialect>,
    ) -> Result<(), Error> {
        self.written.push(synced(name, path, out, n_rows, dialect)?);
        Ok(())
    }

    /// Lists what was written so far, in the order of writing.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// Moves the folder to its place, and gives that.
    ///
    /// # Errors
    /// The disk refuses; then nothing stands at the place.
    pub fn finish(mut self) -> Result<PathBuf, Error> {
        let sync = |path: &Path| File::open(path).and_then(|folder| folder.sync_all());
        for folder in subfolders(&self.written) {
            let folder = self.building.join(folder);
            sync(&folder).map_err(Error::write(folder))?;
        }
        sync(&self.building).map_err(Error::write(&self.building))?;
        fs::rename(&self.building, &self.place).map_err(Error::write(&self.place))?;
        self.finished = true;
        let parent = above(&self.place);
        sync(parent).map_err(Error::write(parent))?;
        Ok(self.place.clone())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.finished {
            // What cannot be removed now is removed by the next run.
            let _ = fs::remove_dir_all(&self.building);
        }
    }
}

/// Brings a file to the disk and tells what it is.
fn synced(
    name: &str,
    path: PathBuf,
    out: HashingWriter<BufWriter<File>>,
    n_rows: Option<usize>,
    dialect: Option<Dialect>,
) -> Result<Written, Error> {
    let (out, sha256, n_bytes) = out.finish();
    let file = out.into_inner().map_err(IntoInnerError::into_error);
    file.and_then(|file| file.sync_all()).map_err(Error::write(path))?;
    let n_rows = n_rows.map(|n_rows| n_rows as u64);
    Ok(Written { path: name.to_owned(), sha256, n_bytes, n_rows, dialect })
}

/// The folder above; for a bare name, where the user stands.
fn above(place: &Path) -> &Path {
    match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn subfolders(written: &[Written]) -> Vec<&Path> {
    let mut folders: Vec<_> = written
        .iter()
        .filter_map(|file| Path::new(&file.path).parent())
        .filter(|folder| !folder.as_os_str().is_empty())
        .collect();
    folders.dedup();
    folders
}

fn remove_leftovers(parent: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(parent).map_err(Error::write(parent))? {
        let entry = entry.map_err(Error::write(parent))?;
        if entry.file_name().to_string_lossy().starts_with(".building-") {
            fs::remove_dir_all(entry.path()).map_err(Error::write(entry.path()))?;
        }
    }
    Ok(())
}

/// Makes a folder that only its owner can enter, and those above it that are missing.
pub(super) fn make_private(folder: &Path) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(Error::write(folder))
}

fn create(path: &Path) -> Result<File, Error> {
    if let Some(folder) = path.parent() {
        make_private(folder)?;
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(Error::write(path))
}
