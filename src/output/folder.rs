//! How does a folder of results appear whole or not at all?

use std::fs::{self, File};
use std::io::Write;
use std::ops::Range;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use polars::prelude::DataFrame;
use rayon::prelude::*;

use super::desk::{Desk, HASHES, Written, make_private, synced};
use super::naming::{Naming, plain_name};
use super::seal::{Begun, Seal};
use super::{Dialect, Error, Sheet};

/// A folder in the making. It stands beside its place under a name that begins with a dot, and
/// is removed when dropped unfinished.
#[derive(Debug)]
pub struct Folder {
    place: PathBuf,
    desk: Arc<Desk>,
    /// What is being written while the caller does something else.
    begun: Vec<JoinHandle<Result<Written, Error>>>,
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
        Ok(Folder::of(place.to_owned(), building, false))
    }

    /// Gives a folder that is never made, for a command that runs rooms and only looks: whatever
    /// is written into it is refused.
    pub fn nowhere() -> Folder {
        let nowhere = || PathBuf::from("/dev/null/nowhere");
        Folder::of(nowhere(), nowhere(), true)
    }

    fn of(place: PathBuf, building: PathBuf, finished: bool) -> Folder {
        let desk = Arc::new(Desk::at(building));
        Folder { place, desk, begun: Vec::new(), written: Vec::new(), finished }
    }

    /// Encrypts from here on what the seal is for.
    #[must_use]
    pub fn sealed(mut self, seal: Option<Seal>) -> Folder {
        let desk = Arc::make_mut(&mut self.desk);
        desk.naming.sealed(seal.as_ref().map_or(&[], Seal::outputs));
        desk.seal = seal;
        self
    }

    /// Marks from here on every table as made for a drill: a CSV file by its name and by a column
    /// that no importer knows, a Parquet file by its metadata.
    #[must_use]
    pub fn for_drill(mut self, is_drill: bool) -> Folder {
        let desk = Arc::make_mut(&mut self.desk);
        desk.is_drill = is_drill;
        desk.naming.for_drill(is_drill);
        self
    }

    /// Tells how outputs are called here.
    pub fn naming(&self) -> Naming {
        self.desk.naming.clone()
    }

    /// Writes, encrypted, the hashes of all that was encrypted, for those who may read it: of two
    /// runs the ciphertexts differ and these lines do not.
    ///
    /// # Errors
    /// The disk refuses, or the seal names an output that was not written.
    pub fn close_seal(&mut self) -> Result<(), Error> {
        self.settle()?;
        let Some(seal) = &self.desk.seal else { return Ok(()) };
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

    /// Begins to write tables as Parquet, side by side, and does not wait for them.
    ///
    /// Each has a thread of its own, which hashes and writes what others of its own pack, so that
    /// the rooms that work meanwhile have the pool.
    pub fn begin_parquet(&mut self, tables: &[(&str, &DataFrame)]) {
        for &(name, frame) in tables {
            let (desk, name, frame) = (Arc::clone(&self.desk), name.to_owned(), frame.clone());
            self.begun.push(thread::spawn(move || desk.parquet(&name, &frame)));
        }
    }

    /// Waits for the tables that were begun.
    ///
    /// # Errors
    /// The disk or Polars refused one.
    ///
    /// # Panics
    /// If a writer did.
    pub fn settle(&mut self) -> Result<(), Error> {
        for writer in self.begun.drain(..) {
            self.written.push(writer.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(())
    }

    /// Writes tables as Parquet, side by side.
    ///
    /// # Errors
    /// The disk or Polars refuses.
    ///
    /// # Panics
    /// If a writer does.
    pub fn parquet(&mut self, tables: &[(&str, &DataFrame)]) -> Result<(), Error> {
        self.begin_parquet(tables);
        self.settle()
    }

    /// Writes a table as Parquet, of which `piece` gives some rows that follow each other: for one
    /// that would not fit into memory. The groups of rows are those of `parquet`.
    ///
    /// # Errors
    /// The disk or Polars refuses, or a piece cannot be had.
    pub fn parquet_in_pieces<E: From<Error>>(
        &mut self,
        name: &str,
        n_rows: usize,
        piece: impl FnMut(Range<usize>) -> Result<DataFrame, E>,
    ) -> Result<(), E> {
        self.written.push(self.desk.parquet_in_pieces(name, n_rows, piece)?);
        Ok(())
    }

    /// Writes a table as CSV in a dialect.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn csv(&mut self, name: &str, frame: &DataFrame, dialect: Dialect) -> Result<(), Error> {
        self.written.push(self.desk.csv(name, frame, dialect)?);
        Ok(())
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
                is_short.then(|| self.desk.sheet(sheet)).transpose()
            })
            .collect::<Result<_, Error>>()?;
        for (sheet, written) in sheets.iter().zip(short) {
            let written = match written {
                Some(written) => written,
                None => self.desk.sheet(sheet)?,
            };
            self.written.push(written);
        }
        Ok(())
    }

    /// Writes a text.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn text(&mut self, name: &str, text: &str) -> Result<(), Error> {
        self.pieces(name, std::iter::once(text.as_bytes().to_vec()), None)
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
        self.written.push(self.desk.pieces(name, pieces, n_rows)?);
        Ok(())
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
            files.push(self.desk.begin(name, 1 << 13)?);
        }
        for piece in pieces {
            for (Begun { path, sink, .. }, bytes) in files.iter_mut().zip(piece?) {
                sink.write_all(&bytes).map_err(Error::write(path.as_path()))?;
            }
        }
        for begun in files {
            self.written.push(synced(begun, None, None)?);
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
        self.link(&from.desk.building, written)?;
        Ok(true)
    }

    /// Takes a file that stands in a folder which nobody changes, such as a table of a snapshot,
    /// and tells whether it could: one that is to be encrypted or marked is to be written anew.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn share(&mut self, folder: &Path, written: &Written) -> Result<bool, Error> {
        if self.desk.is_drill || self.desk.naming.is_sealed(&written.path) {
            return Ok(false);
        }
        self.link(folder, written)?;
        Ok(true)
    }

    fn link(&mut self, folder: &Path, written: &Written) -> Result<(), Error> {
        let name = written.path.as_str();
        let (there, here) = (folder.join(name), self.desk.building.join(name));
        fs::hard_link(&there, &here)
            .or_else(|_| fs::copy(&there, &here).map(drop))
            .map_err(Error::write(&here))?;
        self.written.push(written.clone());
        Ok(())
    }

    /// Lists what was written so far, in the order of writing; not what is only begun.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// Moves the folder to its place, and gives that.
    ///
    /// # Errors
    /// The disk refuses; then nothing stands at the place.
    pub fn finish(mut self) -> Result<PathBuf, Error> {
        self.settle()?;
        let building = &self.desk.building;
        let sync = |path: &Path| File::open(path).and_then(|folder| folder.sync_all());
        for folder in subfolders(&self.written) {
            let folder = building.join(folder);
            sync(&folder).map_err(Error::write(folder))?;
        }
        sync(building).map_err(Error::write(building))?;
        fs::rename(building, &self.place).map_err(Error::write(&self.place))?;
        self.finished = true;
        let parent = above(&self.place);
        sync(parent).map_err(Error::write(parent))?;
        Ok(self.place.clone())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        for writer in self.begun.drain(..) {
            // The run failed already; nobody asks what became of this file.
            let _ = writer.join();
        }
        if !self.finished {
            // What cannot be removed now is removed by the next run.
            let _ = fs::remove_dir_all(&self.desk.building);
        }
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

#[cfg(test)]
mod tests {
    use polars::df;

    use super::*;

    #[test]
    fn tables_begun_are_written_in_their_order() {
        let dir = tempfile::tempdir().unwrap();
        let (long, short) =
            (df!("n" => (0..500_000).collect::<Vec<i32>>()).unwrap(), df!("n" => [1]).unwrap());
        let mut folder = Folder::begin(&dir.path().join("run")).unwrap();
        folder.begin_parquet(&[("long.parquet", &long), ("short.parquet", &short)]);
        folder.settle().unwrap();
        let heights = folder.written().iter().map(|file| (file.path.as_str(), file.n_rows));
        assert_eq!(
            heights.collect::<Vec<_>>(),
            [("long.parquet", Some(500_000)), ("short.parquet", Some(1))]
        );
        assert!(folder.finish().unwrap().join("long.parquet").exists());
    }

    #[test]
    fn a_folder_given_up_while_it_is_written_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let long = df!("n" => (0..500_000).collect::<Vec<i32>>()).unwrap();
        let mut folder = Folder::begin(&dir.path().join("run")).unwrap();
        folder.begin_parquet(&[("long.parquet", &long)]);
        drop(folder);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_cannot_be_written_is_told_when_it_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let table = df!("n" => [1]).unwrap();
        let mut folder = Folder::begin(&dir.path().join("run")).unwrap();
        folder.begin_parquet(&[("twice.parquet", &table)]);
        folder.settle().unwrap();
        folder.begin_parquet(&[("twice.parquet", &table)]);
        assert!(folder.finish().is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
