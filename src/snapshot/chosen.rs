//! How does a night look that holds some of its customers alone?
//!
//! Rooms find a customer and a record by its row. Where only some are at hand, they are numbered
//! among themselves, in the same order; what leaves the run tells the numbers of the night.

use rayon::prelude::*;

use polars::prelude::{DataFrame, IntoColumn, StringChunked};

use super::Night;
use super::window::with;
use crate::tables::layout::{ContactPoint, Layout, Lineage};
use crate::tables::{Column, Kind, Table, column};

/// Some customers of a night and their records.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The customers' numbers in the night, in order: the first is customer 0 here.
    pub customers: Vec<u32>,
    /// The records' numbers in the night, in order.
    pub records: Vec<u32>,
    /// For each of these records, whose it is, by the number here.
    owners: Vec<u32>,
    /// For each record of the night its number here.
    places: Vec<u32>,
}

impl Chosen {
    /// Chooses customers, named in order; `customer_of` tells whose each record of the night is.
    pub fn of(customers: Vec<u32>, customer_of: &[u32]) -> Chosen {
        let n_customers = customers.last().map_or(0, |&last| last as usize + 1);
        let mut place_of = vec![NONE; n_customers];
        for (place, &customer) in (0u32..).zip(&customers) {
            place_of[customer as usize] = place;
        }
        let (mut records, mut owners) = (Vec::new(), Vec::new());
        let mut places = vec![NONE; customer_of.len()];
        for (record, &customer) in (0u32..).zip(customer_of) {
            let owner = place_of.get(customer as usize).copied().unwrap_or(NONE);
            if owner != NONE {
                places[record as usize] = u32::try_from(records.len()).unwrap_or(NONE);
                records.push(record);
                owners.push(owner);
            }
        }
        Chosen { customers, records, owners, places }
    }

    /// Finds the number here of a record of the night; nothing where it is not here.
    pub fn record(&self, of_night: u32) -> Option<u32> {
        self.places.get(of_night as usize).copied().filter(|&place| place != NONE)
    }

    /// Gives what a night in memory knows of them, under their numbers here.
    pub fn part(&self, night: &Night) -> Night {
        let contacts = night.contacts.rows(&self.records);
        Night {
            contacts: numbered(&contacts, [(column::RECORD, self.record_numbers())]),
            points: self.points(&night.points),
            golden: night.golden.rows(&self.customers),
            customers: night.customers.rows(&self.customers),
            lineage: self.renumbered(&night.lineage.rows(&self.records)),
        }
    }

    /// Gives their contact points, under the numbers that their records have here.
    pub fn points(&self, points: &Table<ContactPoint>) -> Table<ContactPoint> {
        let (mut rows, mut records) = (Vec::new(), Vec::new());
        for (row, record) in (0u32..).zip(points.count(column::RECORD).into_no_null_iter()) {
            if let Some(place) = self.record(record) {
                rows.push(row);
                records.push(place);
            }
        }
        owned(&numbered(&points.rows(&rows), [(column::RECORD, records)]))
    }

    /// Gives a table with the customers' numbers in the night, for what leaves the run.
    ///
    /// # Panics
    /// If the table names a customer who is not here, or none: a bug.
    pub fn as_in_night<L: Layout>(&self, table: &Table<L>) -> DataFrame {
        let customers = table.count(column::CUSTOMER).into_no_null_iter();
        let of_night = customers.map(|customer| self.customers[customer as usize]).collect();
        numbered(table, [(column::CUSTOMER, of_night)]).frame().clone()
    }

    pub(super) fn record_numbers(&self) -> Vec<u32> {
        (0..).take(self.records.len()).collect()
    }

    pub(super) fn renumbered(&self, lineage: &Table<Lineage>) -> Table<Lineage> {
        let owners = (column::CUSTOMER, self.owners.clone());
        numbered(lineage, [(column::RECORD, self.record_numbers()), owners])
    }
}

/// Stands for "not here".
const NONE: u32 = u32::MAX;

/// Gives a table with other numbers in some of its columns.
pub(super) fn numbered<L: Layout, const N: usize>(
    table: &Table<L>,
    numbers: [(Column, Vec<u32>); N],
) -> Table<L> {
    with(table, &numbers.map(|(column, numbers)| column.counts(numbers)))
}

/// Gives a table whose texts stand in memory of their own: rows that were picked would otherwise
/// keep all that they were picked from.
pub(super) fn owned<L: Layout>(table: &Table<L>) -> Table<L> {
    let columns = L::COLUMNS
        .par_iter()
        .map(|column| match column.kind {
            Kind::Text => {
                let own = table.text(*column).clone().gc();
                StringChunked::with_chunk(column.name.into(), own).into_column()
            }
            _ => match table.frame().column(column.name) {
                Ok(own) => own.clone(),
                Err(error) => panic!("{error}"),
            },
        })
        .collect();
    Table::of(columns)
}
