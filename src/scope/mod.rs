//! Whom did the incident touch?
//!
//! Every value of every scope file is looked up among all contact points of all records, not
//! only among those that survived in a golden record: a leak of three years ago names the
//! address of three years ago. A record leads to its customer. What names nobody is kept, since
//! it stays potentially affected, and a hashed list that names about nobody stops the run.
//!
//! The lists are indexed (`Join`) and the contact points stream past them, so memory grows with
//! the lists; each contact point is hashed once per kind of hash and form in which it may have
//! been written. Who is meant is known then (`Joined`), and only of those more need be at hand. A
//! list that describes people, and a sample of mixed columns, name records instead of values; the
//! records that they mean come in beside the lists.

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
pub use meet::Met;
pub use predicate::{described, looked_at};
pub use provenance::{FieldAgreement, SourceAgreement};
pub use sample::{Sample, SampleCount, samples};
pub use settings::Settings;
pub use told::Told;

use crate::ledger::{Counted, Tally};
use crate::tables::Table;
use crate::tables::layout::{
    Affected, Canary, Contact, ContactPoint, Element, Lineage, ScopeEntry, ScopeMatch,
    UnmatchedScope,
};
use crate::terms::{Evidence, HashKey, Incident};

use canary::Canaries;
use counted::Judged;
use listed::Listed;
use persons::{Match, Persons};
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

/// Under which numbers the night knows those who are at hand: where not all are, they are numbered
/// among themselves.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'a> {
    /// For each customer the number in the night, in order.
    pub customers: &'a [u32],
    /// For each record the number in the night, in order.
    pub records: &'a [u32],
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
}

/// The lists, indexed, for the contact points to stream past.
pub struct Join<'a> {
    lists: Lists<'a>,
    listed: Listed<'a>,
    wanted: Wanted<'a>,
    canaries: Canaries<'a>,
}

/// Who is meant by which row, told by the numbers of the night; of nobody is more known yet.
pub struct Joined<'a> {
    join: Join<'a>,
    judged: Judged,
    matches: Vec<Match>,
    canaries: Table<Canary>,
}

impl<'a> Join<'a> {
    /// Indexes the lists.
    ///
    /// # Errors
    /// Two incidents have one id; a list was hashed with a key that is not there.
    ///
    /// # Panics
    /// If a scope row belongs to no incident of the run.
    pub fn open(lists: &Lists<'a>) -> Result<Join<'a>, Error> {
        no_two_alike(lists.incidents)?;
        let listed = Listed::read(lists);
        listed.has_its_keys()?;
        let wanted = Wanted::index(&listed, lists.entries);
        Ok(Join { lists: *lists, listed, wanted, canaries: Canaries::of(lists.canaries) })
    }

    /// Holds contact points against the lists, those of deleted records too. Nothing is kept of
    /// one that meets nothing.
    pub fn met(&self, points: &Table<ContactPoint>) -> Met {
        meet::met(points, &self.wanted, &self.canaries)
    }

    /// Adds up what was met, in the order of the points, with what is named by more than a value,
    /// and lets decisions win. `customer_of` tells whose each record is.
    ///
    /// # Errors
    /// A hashed list met about nobody, or a description nobody.
    pub fn judged(
        self,
        met: impl IntoIterator<Item = Met>,
        customer_of: &[u32],
        settings: &Settings,
    ) -> Result<Joined<'a>, Error> {
        let Lists { entries, named, samples, rulings, canaries, .. } = self.lists;
        let mut met = Met::united(met);
        met.add_canaries(&self.wanted, &self.canaries);
        met.add(named);
        for sample in samples {
            met.add_sample(sample, &self.canaries);
        }
        met.decide(rulings, &self.listed, customer_of);
        let judged = counted::judged(&self.listed, entries, &self.wanted, &met);
        judged.refuse_silence(&met, settings)?;
        let canaries = canary::table(&met, &self.listed, entries, canaries);
        let matches = persons::matches(met.hits, &self.listed, entries, customer_of, &judged);
        Ok(Joined { join: self, judged, matches, canaries })
    }
}

impl Joined<'_> {
    /// Lists the customers who are meant, in order.
    pub fn customers(&self) -> Vec<u32> {
        let mut customers: Vec<u32> = self.matches.iter().map(|found| found.customer).collect();
        customers.dedup();
        customers
    }

    /// Tells whom the incidents touched.
    ///
    /// A person hit by several rows is one row per incident: data classes united, the strongest
    /// evidence, the kinds of identifier joined. A contact point that is a placeholder or a canary
    /// names nobody.
    ///
    /// # Shape
    /// Scope rows in: each is matched, unmatched or invalid. Affected out: by incident, then
    /// customer, by the numbers of `known`, which `numbers` tells.
    ///
    /// # Panics
    /// If a customer who is meant, or a record, is not in `known`.
    pub fn affected(
        self,
        known: &Known<'_>,
        numbers: Numbers<'_>,
        told: Option<&Told>,
        settings: &Settings,
    ) -> Counted<Scoped> {
        let Joined { join: Join { lists, listed, wanted, .. }, judged, mut matches, canaries } =
            self;
        persons::renumber(&mut matches, numbers);
        let customers = numbers.customers;
        let held = settings.only_held_classes.then(|| held::held(known, customers.len()));
        let (listed, wanted, lineage) = (&listed, &wanted, known.lineage);
        let persons = Persons { listed, wanted, lineage, customers, held, told };
        let [n_matched, n_unmatched, n_invalid] = judged.totals();
        let tally = Tally::of("scope", "scope rows", lists.entries.height())
            .gave("matched", n_matched)
            .gave("unmatched", n_unmatched)
            .gave("invalid", n_invalid);
        let affected = persons.affected(&matches);
        let product = Scoped {
            elements: elements::elements(&affected),
            affected,
            matches: persons.match_table(&matches),
            unmatched: judged.unmatched(listed, lists.entries),
            canaries,
            files: judged.files_of(lists.incidents),
        };
        Counted { product, tally }
    }
}

impl std::fmt::Debug for Join<'_> {
    /// Shape only: lists hold personal values.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Join({:?})", self.lists.entries)
    }
}

impl std::fmt::Debug for Joined<'_> {
    /// Shape only: lists hold personal values.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Joined({} matches)", self.matches.len())
    }
}

fn no_two_alike(incidents: &[Incident]) -> Result<(), Error> {
    for (place, incident) in incidents.iter().enumerate() {
        if incidents[..place].iter().any(|other| other.id == incident.id) {
            return Err(Error::SameIncident { incident: incident.id.clone() });
        }
    }
    Ok(())
}
