//! What is in these files?

use super::error::Error;
use crate::ingest::{self, Limits, Profile};

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
