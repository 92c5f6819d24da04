//! Whom did the incident touch?
//!
//! Every value of every scope file is looked up among all contact points of all records, not
//! only among those that survived in a golden record: a leak of three years ago names the
//! address of three years ago. A record leads to its customer. What names nobody is kept, since
//! it stays potentially affected, and a hashed list that names about nobody stops the run.
//!
//! The lists are indexed and the contact points stream past them, so memory grows with the
//! lists; each contact point is hashed once per kind of hash and form in which it may have been
//! written. A list that describes people, and a sample of mixed columns, name records instead of
//! values; the records that they mean come in beside the lists.

mod canary;
mod counted;
mod decided;
mod digest;
mod elements;
mod error;
mod held;
mod incident;
mod listed;
mod meet;
mod persons;
mod predicate;
mod profile;
mod provenance;
mod sample;
mod scope_file;
mod settings;
#[cfg(test)]
mod tests;
mod told;
mod wanted;

pub use counted::{ProfileCount, ScopeFileCount};
pub use decided::Ruling;
pub use error::Error;
pub use incident::validate;
pub use predicate::described;
pub use provenance::{FieldAgreement, SourceAgreement};
pub use sample::{Sample, SampleCount};
pub use settings::Settings;
pub use told::Told;

use crate::ledger::{Counted, Tally};
use crate::tables::layout::{
    Affected, Canary, Contact, ContactPoint, Element, Lineage, ScopeEntry, ScopeMatch,
    UnmatchedScope,
};
use crate::tables::{Table, column};
use crate::terms::{Evidence, HashKey, Incident};

use canary::Canaries;
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
    /// What they were called at the time of the incident and are not called now.
    pub outdated: &'a [Table<ContactPoint>],
    /// Which customer each record became part of.
    pub lineage: &'a Table<Lineage>,
}

/// Whom the incidents name, and what is known besides.
#[derive(Debug, Clone, Copy)]
pub struct Lists<'a> {
    /// The incidents of the run.
    pub incidents: &'a [Incident],
    /// The rows of their scope files, in standard form.
    pub entries: &'a Table<ScopeEntry>,
    /// The keys of lists that were hashed with one.
    pub keys: &'a [ListKey],
    /// Records that are named by more than a value: by a description.
    pub named: &'a [Named],
    /// Samples of mixed columns, and whom their rows mean.
    pub samples: &'a [Sample<'a>],
    /// What people decided about scope rows and records; it wins over any weight.
    pub rulings: &'a [Ruling],
    /// Persons who were invented to be found again, one row per value.
    pub canaries: Option<&'a Table<ScopeEntry>>,
    /// What earlier notices told, where there were any.
    pub told: Option<&'a Told>,
}

/// The key of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListKey {
    /// The incident's id.
    pub incident: String,
    /// The scope file's name.
    pub file: String,
    /// The key.
    pub key: HashKey,
}

/// A record that a scope row names by more than a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Named {
    /// The row of the scope entries.
    pub entry: u32,
    /// The record.
    pub record: u32,
    /// How sure that is; never surer than the scope file.
    pub evidence: Evidence,
    /// The probability that they are one person, where a model told it.
    pub probability: Option<f64>,
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
    /// Which data of whom: one row per person, incident and class.
    pub elements: Table<Element>,
    /// The rows that name a canary.
    pub canaries: Table<Canary>,
    /// What came of each scope file.
    pub files: Vec<ScopeFileCount>,
    /// What there is to know of each sample.
    pub samples: Vec<SampleCount>,
}

/// Tells whom the incidents touched.
///
/// A person hit by several rows is one row per incident: data classes united, the strongest
/// evidence, the kinds of identifier joined. A contact point that is a placeholder or a canary
/// names nobody.
///
/// # Shape
/// Scope rows in: each is matched, unmatched or invalid. Affected out: by incident, then customer.
///
/// # Errors
/// A hashed list met about nobody, or a description nobody; two incidents have one id; a list
/// was hashed with a key that is not there.
///
/// # Panics
/// If a scope row belongs to no incident of the run.
pub fn affected(
    known: &Known<'_>,
    lists: &Lists<'_>,
    settings: &Settings,
) -> Result<Counted<Scoped>, Error> {
    no_two_alike(lists.incidents)?;
    let (incidents, entries) = (lists.incidents, lists.entries);
    let listed = Listed::read(lists);
    listed.has_its_keys()?;
    let wanted = Wanted::index(&listed, entries);
    let canaries = Canaries::of(lists.canaries);
    let mut met = meet::met(known, &wanted, &canaries);
    met.add(lists.named);
    for sample in lists.samples {
        met.add_sample(sample, &canaries);
    }
    let customer_of: Vec<u32> = known.lineage.count(column::CUSTOMER).into_no_null_iter().collect();
    met.decide(lists.rulings, &listed, &customer_of);
    let judged = counted::judged(&listed, entries, &wanted, &met);
    judged.refuse_silence(&met, settings)?;

    let of_canaries = canary::table(&met, &listed, entries, lists.canaries);
    let samples = lists.samples.iter().map(|it| sample::count(it, known, incidents, &customer_of));
    let samples = samples.collect();
    let matches = persons::matches(met.hits, &listed, entries, &customer_of, &judged);
    let persons = Persons {
        listed: &listed,
        wanted: &wanted,
        lineage: known.lineage,
        held: settings.only_held_classes.then(|| held::held(known, &customer_of)),
        told: lists.told,
    };
    let [n_matched, n_unmatched, n_invalid] = judged.totals();
    let tally = Tally::of("scope", "scope rows", entries.height())
        .gave("matched", n_matched)
        .gave("unmatched", n_unmatched)
        .gave("invalid", n_invalid);
    let affected = persons.affected(&matches);
    let product = Scoped {
        elements: elements::elements(&affected),
        affected,
        matches: persons.match_table(&matches),
        unmatched: judged.unmatched(&listed, entries),
        canaries: of_canaries,
        files: judged.files_of(incidents),
        samples,
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
