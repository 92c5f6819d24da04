//! What does a finished nightly run know of its records, to those who ask about one or two?

use std::path::Path;

use super::error::{ConfigError, Error};
use super::finished::{Finished, not_this};
use super::values::Values;
use crate::matching::{Decisions, Duplication, Learned, RecordName, Register, Scorer, Settings};
use crate::tables::layout::{Contact, ContactPoint, Lineage};
use crate::tables::{Table, column as c};

/// The records of a finished run, and how it weighed them.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) run: Finished,
    pub(super) contacts: Table<Contact>,
    pub(super) points: Table<ContactPoint>,
    pub(super) lineage: Table<Lineage>,
    pub(super) settings: Settings,
    pub(super) decisions: Decisions,
    /// The customer of each record, by row of the golden records.
    pub(super) customers: Vec<u32>,
}

/// The copy of the decisions that a run was made with.
pub(super) const DECISIONS: &str = "clerical_decisions.csv";

/// What a run learned of its levels.
pub(super) const MODEL: &str = "model.json";

impl Records {
    /// Opens the records of a run, or of the latest run in a folder.
    ///
    /// # Errors
    /// There is no run, or it is none that keeps its records.
    pub(super) fn open(place: &Path) -> Result<Records, Error> {
        let run = Finished::open(place)?;
        let pipeline = run.manifest()["pipeline"].as_str().unwrap_or_default().to_owned();
        if pipeline != "nightly_contact_quality" {
            return Err(ConfigError::NoRecords { run: run.dir().to_owned(), pipeline }.into());
        }
        let contacts: Table<Contact> = run.table()?;
        let points: Table<ContactPoint> = run.table()?;
        let lineage: Table<Lineage> = run.table()?;
        let mut settings = run.settings("matching")?;
        // What the run learned stands for what its settings say.
        if let Some(text) = run.text(MODEL)? {
            let learned: Learned = serde_json::from_str(&text)
                .map_err(|error| not_this(&run.dir().join(MODEL), &error))?;
            learned.put_in(&mut settings);
        }
        let decisions = match run.text(DECISIONS)? {
            Some(text) => Decisions::read(DECISIONS, &text)?,
            None => Decisions::default(),
        };
        let customers = lineage.count(c::CUSTOMER).into_no_null_iter().collect();
        Ok(Records { run, contacts, points, lineage, settings, decisions, customers })
    }

    /// Reads what the records say.
    pub(super) fn values(&self) -> Values<'_> {
        Values::of(&self.contacts, &self.points)
    }

    /// Prepares the records to be weighed against each other, as the run weighed them.
    pub(super) fn scorer(&self) -> Scorer {
        Scorer::of(&self.contacts, &self.points, &self.settings, self.duplication())
    }

    /// Gives how many duplicates and kin a record has, as the run estimated.
    pub(super) fn duplication(&self) -> Option<Duplication> {
        let of_run = &self.run.manifest()["details"]["matching"]["duplication"];
        serde_json::from_value(of_run.clone()).ok()
    }

    /// Gives the weight from which on the run linked pairs, in bits.
    pub(super) fn threshold_bits(&self) -> f64 {
        let of_run = &self.run.manifest()["details"]["matching"]["threshold"]["weight_bits"];
        of_run.as_f64().or(self.settings.weight_bits_min).unwrap_or_default()
    }

    /// Finds the record that was typed: `SOURCE:ID`; or an id that only one source has; or the
    /// number of a record, `#17`.
    ///
    /// # Errors
    /// There is no such record.
    pub(super) fn typed(&self, register: &Register<'_>, typed: &str) -> Result<u32, Error> {
        if let Some(number) = typed.strip_prefix('#') {
            let number: Option<u32> = number.parse().ok();
            let known = number.filter(|&number| (number as usize) < self.contacts.height());
            return known.ok_or_else(|| self.unknown(register, typed));
        }
        let named = |name: &RecordName| register.records(name).first().copied();
        let whole = typed.parse().ok().as_ref().and_then(named);
        if let Some(record) = whole {
            return Ok(record);
        }
        let of_sources: Vec<u32> = register
            .sources()
            .into_iter()
            .filter_map(|source| {
                named(&RecordName { source: source.to_owned(), id: typed.to_owned() })
            })
            .collect();
        match of_sources[..] {
            [only] => Ok(only),
            _ => Err(self.unknown(register, typed)),
        }
    }

    fn unknown(&self, register: &Register<'_>, typed: &str) -> Error {
        let sources = register.sources().into_iter().map(str::to_owned).collect();
        let error = ConfigError::UnknownRecord {
            typed: typed.to_owned(),
            n_records: self.contacts.height(),
            sources,
        };
        error.into()
    }

    /// Gives the customer's id of a record.
    pub(super) fn customer_id(&self, record: u32) -> &str {
        self.lineage.text(c::CUSTOMER_ID).get(record as usize).unwrap_or_default()
    }

    /// Lists the records of a customer, the smallest first.
    pub(super) fn members(&self, customer: u32) -> Vec<u32> {
        let numbered = (0..).zip(&self.customers);
        numbered.filter(|&(_, &of)| of == customer).map(|(record, _)| record).collect()
    }
}
