//! How is a night read back?

use std::fs;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use rayon::prelude::*;

use super::listing::{self, Form, Listed, Listing};
use super::opened::Opened;
use super::{Error, Snapshot};
use crate::output::{Written, sha256_of_file};
use crate::tables::Column;

/// Reads the newest snapshot not after an instant. Every file is compared with its hash before
/// it is read.
///
/// # Errors
/// There is none so early; a file cannot be read, is not what was written, or is of a version
/// with other tables.
pub fn as_of(dir: &Path, at: Timestamp) -> Result<Snapshot, Error> {
    as_of_without(dir, at, &[])
}

/// Reads the newest snapshot as `as_of` does, but of the contacts not the columns `left_out`,
/// which hold nothing then: a run that does not ask for them need not hold them.
///
/// # Errors
/// As `as_of`.
pub fn as_of_without(dir: &Path, at: Timestamp, left_out: &[Column]) -> Result<Snapshot, Error> {
    let opened = open(dir, at)?;
    let night = opened.night(left_out)?;
    let Opened { at, listing, files, .. } = opened;
    Ok(Snapshot { at, version: listing.version, night, files })
}

/// Opens the newest snapshot not after an instant: every file is compared with its hash, and none
/// is read yet.
///
/// # Errors
/// As `as_of`.
pub fn open(dir: &Path, at: Timestamp) -> Result<Opened, Error> {
    let instants = instants(dir)?;
    let Some(&newest) = instants.iter().rfind(|&&instant| instant <= at) else {
        let earliest = instants.first().copied();
        return Err(Error::NoneThere { dir: dir.to_owned(), at, earliest });
    };
    let folder = dir.join(listing::folder_name(newest));
    let listing = listing(&folder, newest)?;
    let files = verified(&folder, &listing)?;
    Ok(Opened { at: newest, folder, listing, files })
}

/// Lists the snapshots of a window, both its ends in it, the earliest first; none where the
/// folder is not there.
///
/// # Errors
/// The folder cannot be read.
pub fn within(dir: &Path, from: Timestamp, to: Timestamp) -> Result<Vec<Timestamp>, Error> {
    let mut instants = instants(dir)?;
    instants.retain(|&instant| from <= instant && instant <= to);
    Ok(instants)
}

/// Lists all snapshots. What is no snapshot by its name (a lock, a folder in the making) is left
/// out.
fn instants(dir: &Path) -> Result<Vec<Timestamp>, Error> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(Error::unreadable(dir)(cause)),
    };
    let mut instants = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::unreadable(dir))?;
        instants.extend(entry.file_name().to_str().and_then(listing::instant_of));
    }
    instants.sort_unstable();
    Ok(instants)
}

fn listing(folder: &Path, at: Timestamp) -> Result<Listing, Error> {
    let path = folder.join(listing::FILE);
    let text = fs::read_to_string(&path).map_err(|cause| match cause.kind() {
        // A snapshot appears whole, so a part of it that is gone was taken away.
        io::ErrorKind::NotFound => Error::damaged(&path, "it is missing"),
        io::ErrorKind::InvalidData => Error::damaged(&path, "it is not text"),
        _ => Error::unreadable(&path)(cause),
    })?;
    let unreadable = |error: serde_json::Error| Error::damaged(&path, error.to_string());
    let Form { form } = serde_json::from_str(&text).map_err(unreadable)?;
    if form != listing::FORM {
        return Err(Error::OtherForm { path, found: form, known: listing::FORM });
    }
    let listing: Listing = serde_json::from_str(&text).map_err(unreadable)?;
    if listing.at != at {
        return Err(Error::damaged(&path, format!("it is the listing of {}", listing.at)));
    }
    Ok(listing)
}

/// Compares every file with its hash, side by side.
fn verified(folder: &Path, listing: &Listing) -> Result<Vec<Written>, Error> {
    listing.tables.par_iter().map(|listed| verify(folder, listed)).collect()
}

fn verify(folder: &Path, listed: &Listed) -> Result<Written, Error> {
    let path = folder.join(&listed.path);
    let (sha256, n_bytes) = sha256_of_file(&path).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => Error::damaged(&path, "it is missing"),
        _ => Error::unreadable(&path)(cause),
    })?;
    if n_bytes != listed.n_bytes {
        let what = format!("it has {n_bytes} bytes, {} were written", listed.n_bytes);
        return Err(Error::damaged(path, what));
    }
    if sha256.to_string() != listed.sha256 {
        return Err(Error::damaged(path, "its SHA-256 is not the one that was written down"));
    }
    let path = listed.path.clone();
    Ok(Written::plain(path, sha256, n_bytes, Some(listed.n_rows)))
}
