//! How does a folder of results appear whole or not at all?

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use polars::polars_utils::compression::ZstdLevel;
use polars::prelude::{
    DataFrame, IntoColumn, IntoSeries, KeyValueMetadata, NewChunkedArray, ParquetCompression,
    ParquetWriter, StringChunked,
};
use rayon::prelude::*;
use serde::Serialize;

use super::naming::{Naming, plain_name};
use super::seal::{Begun, Landed, Seal, Sink};
use super::{Dialect, Error, Sha256Hex, Sheet, csv};
use crate::tables::apart;

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
    /// Whether it is encrypted; then hash and size are those of the ciphertext, and differ from
    /// run to run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub encrypted: bool,
    /// The hash of what was encrypted: for those alone who may read it.
    #[serde(skip)]
    sha256_inside: Option<Sha256Hex>,
}

impl Written {
    /// Tells of a file that stands in the clear and is no CSV file.
    pub fn plain(path: String, sha256: Sha256Hex, n_bytes: u64, n_rows: Option<u64>) -> Written {
        let (dialect, encrypted, sha256_inside) = (None, false, None);
        Written { path, sha256, n_bytes, n_rows, dialect, encrypted, sha256_inside }
    }
}

/// A folder in the making. It stands beside its place under a name that begins with a dot, and
/// is removed when dropped unfinished.
#[derive(Debug)]
pub struct Folder {
    place: PathBuf,
    building: PathBuf,
    written: Vec<Written>,
    seal: Option<Seal>,
    naming: Naming,
    is_drill: bool,
    finished: bool,
}

/// What every file of a drill is called or holds.
const DRILL: &str = "DRILL";

/// The list of the hashes of what was encrypted, itself encrypted.
const HASHES: &str = "encrypted.sha256";

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
        Ok(Folder {
            place: place.to_owned(),
            building,
            written: Vec::new(),
            seal: None,
            naming: Naming::default(),
            is_drill: false,
            finished: false,
        })
    }

    /// Encrypts from here on what the seal is for.
    #[must_use]
    pub fn sealed(mut self, seal: Option<Seal>) -> Folder {
        self.naming.sealed(seal.as_ref().map_or(&[], Seal::outputs));
        self.seal = seal;
        self
    }

    /// Marks from here on every table as made for a drill: a CSV file by its name and by a column
    /// that no importer knows, a Parquet file by its metadata.
    #[must_use]
    pub fn for_drill(mut self, is_drill: bool) -> Folder {
        self.is_drill = is_drill;
        self.naming.for_drill(is_drill);
        self
    }

    /// Tells how outputs are called here.
    pub fn naming(&self) -> Naming {
        self.naming.clone()
    }

    /// Begins a file: under its name, marked and encrypted as it must be.
    fn begin_file(&self, name: &str, n_buffered: usize) -> Result<Begun, Error> {
        let is_sealed = name == HASHES || self.naming.is_sealed(name);
        let seal = self.seal.as_ref().filter(|_| is_sealed);
        let name = match name {
            HASHES if seal.is_some() => format!("{HASHES}.age"),
            name => self.naming.of(name),
        };
        let path = self.building.join(&name);
        let sink = Sink::begin(create(&path)?, n_buffered, seal).map_err(Error::write(&path))?;
        Ok(Begun { name, path, sink })
    }

    /// Writes, encrypted, the hashes of all that was encrypted, for those who may read it: of two
    /// runs the ciphertexts differ and these lines do not.
    ///
    /// # Errors
    /// The disk refuses, or the seal names an output that was not written.
    pub fn close_seal(&mut self) -> Result<(), Error> {
        let Some(seal) = &self.seal else { return Ok(()) };
        let plain = self.written.iter().map(|file| plain_name(&file.path));
        let marked = self.written.iter().map(|file| file.path.trim_end_matches(".age").to_owned());
        let names: Vec<String> = plain.chain(marked).collect();
        if let Some(pattern) = seal.idle(names.iter().map(String::as_str)) {
            return Err(Error::NothingToSeal { pattern: pattern.to_owned() });
        }
        let lines = self.written.iter().filter_map(|file| {
            Some(format!("{}  {}\n", file.sha256_inside?, file.path.trim_end_matches(".age")))
        });
        let text: String = lines.collect();
        self.text(HASHES, &text)
    }

    /// Gives a folder that is never made, for a command that runs rooms and only looks: whatever
    /// is written into it is refused.
    pub fn nowhere() -> Folder {
        let nowhere = || PathBuf::from("/dev/null/nowhere");
        Folder {
            place: nowhere(),
            building: nowhere(),
            written: Vec::new(),
            seal: None,
            naming: Naming::default(),
            is_drill: false,
            finished: true,
        }
    }

    /// Writes tables as Parquet, side by side: each has a thread that hashes and writes what the
    /// pool packs.
    ///
    /// # Errors
    /// The disk or Polars refuses.
    ///
    /// # Panics
    /// If a writer does.
    pub fn parquet(&mut self, tables: &[(&str, &DataFrame)]) -> Result<(), Error> {
        let written = apart(tables, tables.len(), |(name, frame)| self.one_parquet(name, frame))?;
        self.written.extend(written);
        Ok(())
    }

    fn one_parquet(&self, name: &str, frame: &DataFrame) -> Result<Written, Error> {
        let mut begun = self.begin_file(name, 1 << 20)?;
        let mark = vec![(DRILL.to_owned(), "the incident is invented".to_owned())];
        let mark = self.is_drill.then(|| KeyValueMetadata::from_static(mark));
        ParquetWriter::new(&mut begun.sink)
            .with_key_value_metadata(mark)
            // Files are a twentieth larger than at the usual third level, and packed in half the
            // time.
            .with_compression(ParquetCompression::Zstd(ZstdLevel::try_new(1).ok()))
            .with_row_group_size(Some(1 << 17))
            .finish(&mut frame.clone())
            .map_err(|cause| Error::Table { path: begun.path.clone(), cause: cause.to_string() })?;
        synced(begun, Some(frame.height()), None)
    }

    /// Writes a table as CSV in a dialect.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn csv(&mut self, name: &str, frame: &DataFrame, dialect: Dialect) -> Result<(), Error> {
        let mut begun = self.begin_file(name, 1 << 18)?;
        let written = if self.is_drill {
            csv::write(&marked(frame), dialect, &mut begun.sink)
        } else {
            csv::write(frame, dialect, &mut begun.sink)
        };
        written.map_err(Error::write(&begun.path))?;
        self.keep(begun, Some(frame.height()), Some(dialect))
    }

    /// Writes CSV files piece by piece: short files side by side, the pieces of a long one by
    /// several at a time. No more pieces than there are threads are in memory at once.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn sheets(&mut self, sheets: &[Sheet<'_>]) -> Result<(), Error> {
        let short: Vec<Option<Written>> = sheets
            .par_iter()
            .map(|sheet| {
                let is_short = sheet.n_pieces <= 1;
                is_short.then(|| self.in_pieces(sheet)).transpose()
            })
            .collect::<Result<_, Error>>()?;
        for (sheet, written) in sheets.iter().zip(short) {
            let written = match written {
                Some(written) => written,
                None => self.in_pieces(sheet)?,
            };
            self.written.push(written);
        }
        Ok(())
    }

    fn in_pieces(&self, sheet: &Sheet<'_>) -> Result<Written, Error> {
        let mut begun = self.begin_file(&sheet.path, 1 << 18)?;
        let path = begun.path.clone();
        let n_at_once = rayon::current_num_threads();
        let mut n_rows = 0;
        for first in (0..sheet.n_pieces).step_by(n_at_once) {
            let last = (first + n_at_once).min(sheet.n_pieces);
            let pieces: Vec<(usize, Vec<u8>)> = (first..last)
                .into_par_iter()
                .map(|place| {
                    let mut frame = (sheet.piece)(place);
                    if self.is_drill {
                        frame = marked(&frame);
                    }
                    let mut bytes = Vec::new();
                    csv::write_piece(&frame, place == 0, sheet.dialect, &mut bytes)
                        .map_err(Error::write(&path))?;
                    Ok((frame.height(), bytes))
                })
                .collect::<Result<_, Error>>()?;
            for (n_rows_of_piece, bytes) in pieces {
                begun.sink.write_all(&bytes).map_err(Error::write(&path))?;
                n_rows += n_rows_of_piece;
            }
        }
        synced(begun, Some(n_rows), Some(sheet.dialect))
    }

    /// Writes a text.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn text(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let mut begun = self.begin_file(name, 1 << 13)?;
        begun.sink.write_all(text.as_bytes()).map_err(Error::write(&begun.path))?;
        self.keep(begun, None, None)
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
        let mut begun = self.begin_file(name, 1 << 13)?;
        for piece in pieces {
            begun.sink.write_all(&piece).map_err(Error::write(&begun.path))?;
        }
        self.keep(begun, n_rows, None)
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
            files.push(self.begin_file(name, 1 << 13)?);
        }
        for piece in pieces {
            for (Begun { path, sink, .. }, bytes) in files.iter_mut().zip(piece?) {
                sink.write_all(&bytes).map_err(Error::write(path.as_path()))?;
            }
        }
        for begun in files {
            self.keep(begun, None, None)?;
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

    /// Takes a file that stands in a folder which nobody changes, such as a table of a snapshot,
    /// and tells whether it could: one that is to be encrypted or marked is to be written anew.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn share(&mut self, folder: &Path, written: &Written) -> Result<bool, Error> {
        let name = written.path.as_str();
        if self.is_drill || self.naming.is_sealed(name) {
            return Ok(false);
        }
        let (there, here) = (folder.join(name), self.building.join(name));
        fs::hard_link(&there, &here)
            .or_else(|_| fs::copy(&there, &here).map(drop))
            .map_err(Error::write(&here))?;
        self.written.push(written.clone());
        Ok(true)
    }

    fn keep(
        &mut self,
        begun: Begun,
        n_rows: Option<usize>,
        dialect: Option<Dialect>,
    ) -> Result<(), Error> {
        self.written.push(synced(begun, n_rows, dialect)?);
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
fn synced(begun: Begun, n_rows: Option<usize>, dialect: Option<Dialect>) -> Result<Written, Error> {
    let Begun { name, path, sink } = begun;
    let Landed { sha256, n_bytes, sha256_inside } = sink.finish().map_err(Error::write(path))?;
    let n_rows = n_rows.map(|n_rows| n_rows as u64);
    let encrypted = sha256_inside.is_some();
    Ok(Written { path: name, sha256, n_bytes, n_rows, dialect, encrypted, sha256_inside })
}

/// Puts before a table a column that says what it is, and that no importer knows.
fn marked(frame: &DataFrame) -> DataFrame {
    let words = std::iter::repeat_n("do not import", frame.height());
    let mark = StringChunked::from_iter_values(DRILL.into(), words).into_series().into_column();
    let columns = std::iter::once(mark).chain(frame.columns().iter().cloned()).collect();
    match DataFrame::new_infer_height(columns) {
        Ok(marked) => marked,
        Err(error) => panic!("a table of a drill: {error}"),
    }
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
