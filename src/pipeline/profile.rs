//! What is in these files?

use super::error::Error;
use crate::ingest::{self, Aside, Limits, Profile};

/// Looks at every row of files; each may be a path or a glob, from the folder one stands in.
///
/// # Errors
/// A file is missing, cannot be read, or is beyond the limits.
pub fn profile(files: &[String]) -> Result<Vec<Profile>, Error> {
    let mut profiles = Vec::new();
    for file in files {
        profiles.extend(ingest::profile(file, &Limits::default())?);
    }
    Ok(profiles)
}

/// Gives the rows of files as CSV, piece by piece, and lists those that a run would set aside.
///
/// # Errors
/// As `profile`.
pub fn rows(files: &[String], give: &mut dyn FnMut(&str)) -> Result<Vec<Aside>, Error> {
    let mut asides = Vec::new();
    for file in files {
        asides.extend(ingest::rows(file, &Limits::default(), give)?);
    }
    Ok(asides)
}
