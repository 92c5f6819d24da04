//! Whom did the incident touch?
//!
//! Every value of every scope file is looked up among all contact points of all records, not
//! only among those that survived in a golden record: a leak of three years ago names the
//! address of three years ago. A record leads to its customer. What names nobody is kept, since
//! it stays potentially affected, and a hashed list that names about nobody stops the run.
//!
//! The lists are indexed and the contact points stream past them, so memory grows with the
//! lists; each contact point is hashed once per form in which it may have been written.

mod counted;
mod error;
mod held;
mod incident;
mod listed;
mod meet;
mod persons;
mod profile;
mod settings;
#[cfg(test)]
mod tests;
mod wanted;

pub use counted::{ProfileCount, ScopeFileCount};
pub use error::Error;
pub use incident::validate;
pub use settings::Settings;

use crate::ledger::{Counted, Tally};
use crate::tables::layout::{
    Affected, Contact, ContactPoint, Lineage, ScopeEntry, ScopeMatch, UnmatchedScope,
};
use crate::tables::{Table, column};
use crate::terms::Incident;

use listed::Listed;
use persons::Persons;
use wanted::Wanted;

/// What is known of the persons; row `i` of contacts and lineage is `RecordId(i)`.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The records.
    pub contacts: &'a Table<Contact>,
    /// Their addresses, numbers and ids.
    pub points: &'a Table<ContactPoint>,
    /// Which customer each record became part of.
    pub lineage: &'a Table<Lineage>,
}

/// Whom the incidents touched, and by which rows.
#[derive(Debug)]
pub struct Scoped {
    /// One row per person and incident.
    pub affected: Table<Affected>,
    /// One row per person, scope row and record. Of a value that stands in a list more than
    /// once, the first line alone is here; `n_scope_rows` counts them all.
    pub matches: Table<ScopeMatch>,
    /// The rows that name nobody.
    pub unmatched: Table<UnmatchedScope>,
    /// What came of each scope file.
    pub files: Vec<ScopeFileCount>,
}

/// Tells whom the incidents touched.
///
/// A person hit by several rows is one row per incident: data classes united, the strongest
/// evidence, the kinds of identifier joined. A contact point that is a placeholder names nobody.
///
/// # Shape
/// Scope rows in: each is matched, unmatched or invalid. Affected out: by incident, then customer.
///
/// # Errors
/// A hashed list met about nobody; two incidents have one id.
///
/// # Panics
/// If a scope row belongs to no incident of the run.
pub fn affected(
    known: &Known<'_>,
    incidents: &[Incident],
    entries: &Table<ScopeEntry>,
    settings: &Settings,
) -> Result<Counted<Scoped>, Error> {
    no_two_alike(incidents)?;
    let listed = Listed::read(incidents, entries);
    let wanted = Wanted::index(&listed, entries);
    let met = meet::met(known, &wanted);
    let judged = counted::judged(&listed, entries, &wanted, &met);
    judged.refuse_silence(&met, settings)?;

    let customer_of: Vec<u32> = known.lineage.count(column::CUSTOMER).into_no_null_iter().collect();
    let matches = persons::matches(met.hits, &listed, entries, &customer_of, &judged.believed);
    let persons = Persons {
        listed: &listed,
        wanted: &wanted,
        lineage: known.lineage,
        held: settings.only_held_classes.then(|| held::held(known, &customer_of)),
        profiles: judged.files.iter().map(|file| file.profile).collect(),
    };
    let [n_matched, n_unmatched, n_invalid] = judged.totals();
    let tally = Tally::of("scope", "scope rows", entries.height())
        .gave("matched", n_matched)
        .gave("unmatched", n_unmatched)
        .gave("invalid", n_invalid);
    let product = Scoped {
        affected: persons.affected(&matches),
        matches: persons.match_table(&matches),
        unmatched: judged.unmatched(&listed, entries),
        files: judged.files_of(incidents),
    };
    Ok(Counted { product, tally })
}

fn no_two_alike(incidents: &[Incident]) -> Result<(), Error> {
    for (place, incident) in incidents.iter().enumerate() {
        if incidents[..place].iter().any(|other| other.id == incident.id) {
            return Err(Error::SameIncident { incident: incident.id.clone() });
        }
    }
    Ok(())
}
