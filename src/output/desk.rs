//! How does one file of a folder come to the disk?

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use polars::prelude::{
    DataFrame, IntoColumn, IntoSeries, NewChunkedArray, PolarsResult, Schema, StringChunked,
};
use polars_parquet::write::KeyValue;
use rayon::prelude::*;
use serde::Serialize;

use super::naming::Naming;
use super::parquet::{Parquet, slice};
use super::seal::{Begun, Landed, Seal, Sink};
use super::{Dialect, Error, Sha256Hex, Sheet, csv};

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
    pub(super) sha256_inside: Option<Sha256Hex>,
}

impl Written {
    /// Tells of a file that stands in the clear and is no CSV file.
    pub fn plain(path: String, sha256: Sha256Hex, n_bytes: u64, n_rows: Option<u64>) -> Written {
        let (dialect, encrypted, sha256_inside) = (None, false, None);
        Written { path, sha256, n_bytes, n_rows, dialect, encrypted, sha256_inside }
    }
}

/// Where files are written, and how they are called, marked and encrypted there.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) building: PathBuf,
    pub(super) seal: Option<Seal>,
    pub(super) naming: Naming,
    pub(super) is_drill: bool,
}

/// What every file of a drill is called or holds.
const DRILL: &str = "DRILL";

/// The list of the hashes of what was encrypted, itself encrypted.
pub(super) const HASHES: &str = "encrypted.sha256";

impl Desk {
    pub(super) fn at(building: PathBuf) -> Desk {
        Desk { building, seal: None, naming: Naming::default(), is_drill: false }
    }

    /// Begins a file: under its name, marked and encrypted as it must be.
    pub(super) fn begin(&self, name: &str, n_buffered: usize) -> Result<Begun, Error> {
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

    /// Writes a table as Parquet.
    pub(super) fn parquet(&self, name: &str, frame: &DataFrame) -> Result<Written, Error> {
        self.parquet_in_pieces(name, frame.height(), |rows| Ok(slice(frame, rows)))
    }

    /// Begins a Parquet file, marked where the incident is invented.
    pub(super) fn table<W: Write>(&self, sink: W, schema: &Schema) -> PolarsResult<Parquet<W>> {
        let value = Some("the incident is invented".to_owned());
        let mark = self.is_drill.then(|| KeyValue { key: DRILL.to_owned(), value });
        Parquet::begin(sink, schema, mark)
    }

    /// Writes a table as CSV in a dialect.
    pub(super) fn csv(
        &self,
        name: &str,
        frame: &DataFrame,
        dialect: Dialect,
    ) -> Result<Written, Error> {
        let mut begun = self.begin(name, 1 << 18)?;
        let written = if self.is_drill {
            csv::write(&marked(frame), dialect, &mut begun.sink)
        } else {
            csv::write(frame, dialect, &mut begun.sink)
        };
        written.map_err(Error::write(&begun.path))?;
        synced(begun, Some(frame.height()), Some(dialect))
    }

    /// Writes a CSV file piece by piece, as many at a time as the pool has threads.
    pub(super) fn sheet(&self, sheet: &Sheet<'_>) -> Result<Written, Error> {
        let mut begun = self.begin(&sheet.path, 1 << 18)?;
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

    /// Writes what comes piece by piece.
    pub(super) fn pieces(
        &self,
        name: &str,
        pieces: impl Iterator<Item = Vec<u8>>,
        n_rows: Option<usize>,
    ) -> Result<Written, Error> {
        let mut begun = self.begin(name, 1 << 13)?;
        for piece in pieces {
            begun.sink.write_all(&piece).map_err(Error::write(&begun.path))?;
        }
        synced(begun, n_rows, None)
    }
}

/// Brings a file to the disk and tells what it is.
pub(super) fn synced(
    begun: Begun,
    n_rows: Option<usize>,
    dialect: Option<Dialect>,
) -> Result<Written, Error> {
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
