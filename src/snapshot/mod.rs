//! What did we know on that day?
//!
//! Each night leaves one folder of tables, named by its instant, that is never changed again. An
//! incident is scoped against the night before it was contained, not against what the sources say
//! now: who left since then was touched all the same.

mod as_of;
mod chosen;
mod error;
mod gathered;
mod listing;
mod marks;
mod opened;
mod settings;
#[cfg(test)]
mod tests;
mod wider;
#[cfg(test)]
mod wider_tests;
mod window;
mod write;

pub use as_of::{as_of, as_of_without, open, within};
pub use chosen::Chosen;
pub use error::Error;
pub use gathered::Rewritten;
pub use listing::folder_name;
pub use opened::Opened;
pub use settings::Settings;
pub use wider::Wider;
pub use window::{Widened, widened};
pub use write::write;

use jiff::Timestamp;

use crate::output::Written;
use crate::tables::Table;
use crate::tables::layout::{Contact, ContactPoint, Customer, GoldenRecord, Lineage};

/// The tables of a night, owned.
#[derive(Debug)]
pub struct Night {
    /// The records.
    pub contacts: Table<Contact>,
    /// The ways to reach and to name them.
    pub points: Table<ContactPoint>,
    /// The persons.
    pub golden: Table<GoldenRecord>,
    /// Which person each record is part of.
    pub lineage: Table<Lineage>,
    /// What each person is worth.
    pub customers: Table<Customer>,
}

impl Night {
    /// Lends the tables.
    pub fn lent(&self) -> NightRef<'_> {
        NightRef {
            contacts: &self.contacts,
            points: &self.points,
            golden: &self.golden,
            lineage: &self.lineage,
            customers: &self.customers,
        }
    }
}

/// The tables of a night, lent: writing copies nothing.
#[derive(Debug, Clone, Copy)]
pub struct NightRef<'a> {
    /// The records.
    pub contacts: &'a Table<Contact>,
    /// The ways to reach and to name them.
    pub points: &'a Table<ContactPoint>,
    /// The persons.
    pub golden: &'a Table<GoldenRecord>,
    /// Which person each record is part of.
    pub lineage: &'a Table<Lineage>,
    /// What each person is worth.
    pub customers: &'a Table<Customer>,
}

/// A night as it was read back.
#[derive(Debug)]
pub struct Snapshot {
    /// The instant of the night.
    pub at: Timestamp,
    /// The version of headcount that wrote it.
    pub version: String,
    /// Its tables.
    pub night: Night,
    /// The files that were read, as they stood in the listing and were found; for the manifest.
    pub files: Vec<Written>,
}
