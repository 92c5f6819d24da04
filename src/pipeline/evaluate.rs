//! How right were the people that a run found?

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::Error;
use super::finished::{Finished, no_input, not_this};
use crate::evaluate::{self, Evaluation};
use crate::matching::{self, RuleReach};
use crate::tables::layout::{Contact, ContactPoint, Lineage};
use crate::tables::{Table, column as c};

/// Where the truth stands.
#[derive(Debug)]
pub struct Truth<'a> {
    /// A CSV file.
    pub file: &'a Path,
    /// Its column of record ids; a column `source` beside it tells sources apart.
    pub id: &'a str,
    /// Its column that names the person.
    pub person: &'a str,
}

/// What an evaluation came to.
#[derive(Debug, Serialize)]
pub struct Evaluated {
    /// Records of the run that the truth does not name; left out.
    pub n_without_truth: usize,
    /// Records of the truth that the run does not have: set aside, or of another export.
    pub n_not_in_run: usize,
    /// The people found against the true ones.
    pub people: Evaluation,
    /// What each blocking rule reaches of the true pairs.
    pub blocking: Vec<RuleReach>,
}

/// Compares a nightly run with the truth.
///
/// # Errors
/// A file is missing, or not what it should be.
pub fn evaluate(run: &Path, truth: &Truth<'_>) -> Result<Evaluated, Error> {
    let run = Finished::open(run)?;
    let contacts: Table<Contact> = run.table()?;
    let points: Table<ContactPoint> = run.table()?;
    let lineage: Table<Lineage> = run.table()?;
    let known = People::read(truth)?;
    let persons: Vec<Option<u32>> = contacts
        .text(c::SOURCE)
        .iter()
        .zip(contacts.text(c::SOURCE_ID).iter())
        .map(|(source, id)| known.of(source.unwrap_or_default(), id?))
        .collect();

    let customers = lineage.count(c::CUSTOMER);
    let (found, true_ones): (Vec<u32>, Vec<u32>) = customers
        .into_no_null_iter()
        .zip(&persons)
        .filter_map(|(customer, person)| Some((customer, (*person)?)))
        .unzip();
    // A record without truth is a person of its own to the blocking rules.
    let mut next = known.n_people;
    let each: Vec<u32> = persons
        .iter()
        .map(|person| {
            person.unwrap_or_else(|| {
                next += 1;
                next
            })
        })
        .collect();
    Ok(Evaluated {
        n_without_truth: contacts.height() - found.len(),
        n_not_in_run: known.persons.len().saturating_sub(found.len()),
        people: evaluate::clusters(&found, &true_ones),
        blocking: matching::reach(&contacts, &points, &run.settings("matching")?, &each),
    })
}

/// Who is who: people by source and record id, numbered.
struct People {
    persons: BTreeMap<(String, String), u32>,
    n_people: u32,
}

impl People {
    fn read(truth: &Truth<'_>) -> Result<People, Error> {
        let path: PathBuf = truth.file.to_owned();
        let file = File::open(&path).map_err(|cause| no_input(&path, cause))?;
        let mut reader = csv::Reader::from_reader(std::io::BufReader::new(file));
        let header = reader.headers().map_err(|error| not_this(&path, &error))?.clone();
        let place = |column: &str| header.iter().position(|name| name == column);
        let needed = |column: &str| {
            let missing = format!(
                "it has no column `{column}`, only {}",
                header.iter().collect::<Vec<_>>().join(", ")
            );
            place(column).ok_or_else(|| not_this(&path, &missing))
        };
        let (id, person, source) = (needed(truth.id)?, needed(truth.person)?, place("source"));
        let (mut persons, mut numbers) = (BTreeMap::new(), BTreeMap::new());
        for row in reader.records() {
            let row = row.map_err(|error| not_this(&path, &error))?;
            let n_people = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            let number = *numbers.entry(row[person].to_owned()).or_insert(n_people);
            let source = source.map_or_else(String::new, |source| row[source].to_owned());
            persons.insert((source, row[id].to_owned()), number);
        }
        Ok(People { persons, n_people: u32::try_from(numbers.len()).unwrap_or(u32::MAX) })
    }

    fn of(&self, source: &str, id: &str) -> Option<u32> {
        let named = |source: &str| self.persons.get(&(source.to_owned(), id.to_owned())).copied();
        named(source).or_else(|| named(""))
    }
}
