//! What do we know of that person?
//!
//! The records of a cluster become one golden record: each field's value comes from one of them,
//! chosen by a rule, and the lineage says from which. What the person refused in one record is
//! refused in all. The same records give the same golden records in whatever order they come.

mod chosen;
mod customers;
mod golden;
mod identity;
mod settings;
mod survivorship;
#[cfg(test)]
mod tests;

pub use settings::{Settings, Survivorship};

use chosen::Chosen;
use customers::Customers;

use crate::ledger::Counted;
use crate::tables::Table;
use crate::tables::layout::{
    Contact, ContactPoint, GoldenRecord, Lineage, Membership, ValueLineage,
};

/// What merging makes.
#[derive(Debug)]
pub struct Merged {
    /// One row per customer, sorted by customer id.
    pub golden: Table<GoldenRecord>,
    /// Which customer each record became part of.
    pub lineage: Table<Lineage>,
    /// Which record each value of each customer came from.
    pub values: Table<ValueLineage>,
}

/// Makes one golden record of each cluster.
///
/// # Shape
/// Contacts and membership row by row; contact points sorted by record. One golden record and
/// one row of values per cluster, one row of lineage per contact.
///
/// # Panics
/// If membership and contacts differ in rows, or points are not sorted: a bug of the caller.
pub fn golden_records(
    contacts: &Table<Contact>,
    points: &Table<ContactPoint>,
    membership: &Table<Membership>,
    settings: &Settings,
) -> Counted<Merged> {
    let customers = Customers::of(contacts, membership);
    let chosen = Chosen::by(settings, &customers, contacts, points);
    let golden = golden::golden(&customers, &chosen, contacts, points);
    let (values, lineage) = rayon::join(
        || chosen.lineage(&golden, points),
        || golden::lineage(&customers, &golden, contacts, membership),
    );
    let tally = customers.tally(contacts.height());
    Counted { product: Merged { golden, lineage, values }, tally }
}
