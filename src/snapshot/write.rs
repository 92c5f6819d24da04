//! How is a night kept?

use std::path::Path;

use jiff::Timestamp;

use super::listing::{self, Listing};
use super::{Error, NightRef};
use crate::output::{self, Folder, Lock, Written};
use crate::tables::{Layout, Table};

/// Leaves the tables of a night in a folder of their own, whole or not at all. What `run` has
/// written of them already is not written twice.
///
/// # Errors
/// The instant has its snapshot already, another run is at work in `dir`, or the disk refuses.
///
/// # Panics
/// If the tables are not of one night: a bug of the caller.
pub fn write(
    dir: &Path,
    at: Timestamp,
    night: &NightRef<'_>,
    run: Option<&Folder>,
) -> Result<Vec<Written>, Error> {
    let NightRef { contacts, points, golden, lineage, customers } = *night;
    assert_eq!(lineage.height(), contacts.height(), "one row of lineage per contact");
    assert_eq!(customers.height(), golden.height(), "one customer per golden record");
    let _lock = Lock::take(dir)?;
    let mut folder =
        Folder::begin(&dir.join(listing::folder_name(at))).map_err(|error| match error {
            output::Error::Exists { path } => Error::Taken { at, path },
            error => Error::Output(error),
        })?;
    add(&mut folder, contacts, run)?;
    add(&mut folder, points, run)?;
    add(&mut folder, golden, run)?;
    add(&mut folder, lineage, run)?;
    add(&mut folder, customers, run)?;
    let listing = Listing::of(at, folder.written());
    let text = serde_json::to_string_pretty(&listing)
        .unwrap_or_else(|error| panic!("a listing is plain data: {error}"));
    folder.text(listing::FILE, &(text + "\n"))?;
    let written = folder.written().to_vec();
    folder.finish()?;
    Ok(written)
}

/// Adds a table: the file that the run wrote of it, where it did.
fn add<L: Layout>(
    folder: &mut Folder,
    table: &Table<L>,
    run: Option<&Folder>,
) -> Result<(), Error> {
    let name = file_name::<L>();
    let adopted = run.map_or(Ok(false), |run| folder.adopt(&name, run))?;
    if !adopted {
        folder.parquet(&[(&name, table.frame())])?;
    }
    Ok(())
}

/// Names the file of a table.
pub(super) fn file_name<L: Layout>() -> String {
    format!("{}.parquet", L::NAME)
}
