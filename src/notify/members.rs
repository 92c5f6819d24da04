//! Which records and which contact points belong to a customer?

use std::ops::Range;

use crate::tables::layout::{ContactPoint, GoldenRecord, Lineage};
use crate::tables::{Table, column as c};

/// The records of each customer and the contact points of each record: 4 bytes per customer, 8
/// per record.
pub(super) struct Members {
    /// Where the records of customer `i` begin; one more at the end.
    starts: Vec<u32>,
    /// The records, customer by customer.
    records: Vec<u32>,
    /// Where the contact points of record `i` begin; one more at the end.
    point_starts: Vec<u32>,
}

impl Members {
    pub(super) fn of(
        golden: &Table<GoldenRecord>,
        lineage: &Table<Lineage>,
        points: &Table<ContactPoint>,
    ) -> Members {
        let customers = lineage.count(c::CUSTOMER);
        let starts = starts(golden.height(), customers.iter().flatten());
        let mut next = starts.clone();
        let mut records = vec![0; lineage.height()];
        for (record, customer) in (0..).zip(customers.iter().flatten()) {
            let place = &mut next[customer as usize];
            records[*place as usize] = record;
            *place += 1;
        }
        // The contact points stand in the order of their records.
        let point_starts = self::starts(lineage.height(), points.count(c::RECORD).iter().flatten());
        Members { starts, records, point_starts }
    }

    /// Lists the records of a customer.
    pub(super) fn records(&self, customer: u32) -> &[u32] {
        let places = span(&self.starts, customer);
        &self.records[places.start as usize..places.end as usize]
    }

    /// Lists the rows of a customer's contact points.
    pub(super) fn points(&self, customer: u32) -> impl Iterator<Item = u32> {
        self.records(customer).iter().flat_map(|&record| span(&self.point_starts, record))
    }
}

fn span(starts: &[u32], owner: u32) -> Range<u32> {
    starts[owner as usize]..starts[owner as usize + 1]
}

/// Counts how many things each owner has, and gives where they begin when laid out by owner.
fn starts(n_owners: usize, owner_of_each: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0; n_owners + 1];
    for owner in owner_of_each {
        starts[owner as usize + 1] += 1;
    }
    for owner in 0..n_owners {
        starts[owner + 1] += starts[owner];
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_laid_out_by_owner() {
        assert_eq!(starts(4, [3, 1, 1].into_iter()), [0, 0, 2, 2, 3]);
        assert_eq!(starts(0, [].into_iter()), [0]);
    }
}
