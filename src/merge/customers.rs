//! Who are the customers, and which records does each consist of?

use polars::prelude::{IntoColumn, IntoSeries};
use rayon::prelude::*;

use super::identity::{customer_id, record_keys};
use crate::ledger::Tally;
use crate::tables::layout::{Contact, Membership};
use crate::tables::{Table, column};
use crate::terms::CustomerId;

/// The customers of a run, sorted by id, each with its records. 24 bytes per customer, 4 per
/// record.
///
/// By their ids customers stand in no order that the memory knows, so what is read of their
/// records is read in the order of clusters, in which records lie nearly as in the tables, and
/// only the results are put in the order of customers.
pub(super) struct Customers {
    /// The cluster of each customer; clusters are numbered by their smallest record.
    clusters: Vec<u32>,
    /// The id of each cluster.
    ids: Vec<CustomerId>,
    /// Where the records of each cluster begin in `members`, and where the last ones end.
    starts: Vec<u32>,
    /// The records, cluster after cluster; those of one cluster sorted by their key.
    members: Vec<u32>,
}

impl Customers {
    /// Makes one customer of each cluster.
    ///
    /// At most 64 bytes per record are held on the way.
    ///
    /// # Panics
    /// If the membership does not speak of these contacts: a bug of the caller.
    pub(super) fn of(contacts: &Table<Contact>, membership: &Table<Membership>) -> Customers {
        let cluster_of = by_record(contacts, membership);
        let keys = record_keys(contacts, &cluster_of);
        let Grouped { starts, mut members } = Grouped::by(&cluster_of);
        drop(cluster_of);
        for bounds in starts.windows(2) {
            let records = &mut members[bounds[0] as usize..bounds[1] as usize];
            if records.len() > 1 {
                records.sort_unstable_by_key(|&record| keys[record as usize]);
            }
        }
        let ids: Vec<CustomerId> = starts
            .par_windows(2)
            .map(|bounds| &members[bounds[0] as usize..bounds[1] as usize])
            .map(|records| customer_id(records.iter().map(|&record| keys[record as usize])))
            .collect();
        drop(keys);
        Customers { clusters: sorted(&ids), ids, starts, members }
    }

    /// Counts the customers.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Works something out for each customer from its records, which come sorted by key; each
    /// thread has a state of its own to work with.
    pub(super) fn each<S, T: Copy + Send + Sync>(
        &self,
        state: impl Fn() -> S + Send + Sync,
        work: impl Fn(&mut S, &[u32]) -> T + Send + Sync,
    ) -> Vec<T> {
        let by_cluster: Vec<T> = (0..self.len())
            .into_par_iter()
            .with_min_len(1 << 10)
            .map_init(state, |state, cluster| work(state, self.records(cluster)))
            .collect();
        self.clusters.par_iter().map(|&cluster| by_cluster[cluster as usize]).collect()
    }

    fn records(&self, cluster: usize) -> &[u32] {
        &self.members[self.starts[cluster] as usize..self.starts[cluster + 1] as usize]
    }

    /// Gives the customer of each record, by row.
    pub(super) fn by_record(&self) -> Vec<u32> {
        let mut by_cluster = vec![0; self.len()];
        for (customer, &cluster) in (0..).zip(&self.clusters) {
            by_cluster[cluster as usize] = customer;
        }
        let mut by_record = vec![0; self.members.len()];
        for (cluster, customer) in by_cluster.into_iter().enumerate() {
            for &record in self.records(cluster) {
                by_record[record as usize] = customer;
            }
        }
        by_record
    }

    /// Writes the ids as a column.
    pub(super) fn id_column(&self) -> polars::prelude::Column {
        use std::fmt::Write as _;
        let pieces: Vec<_> = self
            .clusters
            .par_chunks(1 << 16)
            .map(|clusters| {
                let mut texts = column::CUSTOMER_ID.builder(clusters.len());
                let mut text = String::with_capacity(28);
                for &cluster in clusters {
                    text.clear();
                    // Writing to a string cannot fail.
                    let _ = write!(text, "{}", self.ids[cluster as usize]);
                    texts.append_value(&text);
                }
                texts.finish()
            })
            .collect();
        let mut whole = column::CUSTOMER_ID.builder(0).finish();
        for piece in pieces {
            whole.append_owned(piece).unwrap_or_else(|error| panic!("customer ids: {error}"));
        }
        whole.into_series().into_column()
    }

    /// Accounts for the records.
    pub(super) fn tally(&self, n_contacts: usize) -> Tally {
        let (mut n_alone, mut n_in_clusters) = (0, 0);
        for cluster in 0..self.len() {
            match self.records(cluster).len() {
                1 => n_alone += 1,
                n_records => n_in_clusters += n_records,
            }
        }
        Tally::of("merge", "contacts", n_contacts)
            .gave("alone", n_alone)
            .gave("in clusters", n_in_clusters)
    }
}

fn by_record(contacts: &Table<Contact>, membership: &Table<Membership>) -> Vec<u32> {
    assert_eq!(membership.height(), contacts.height(), "one membership per contact");
    let clusters: Vec<u32> = membership.count(column::CLUSTER).iter().flatten().collect();
    assert_eq!(clusters.len(), contacts.height(), "every contact is in a cluster");
    clusters
}

/// Gives the places of ids in their order.
fn sorted(ids: &[CustomerId]) -> Vec<u32> {
    // The first 64 bits decide nearly always, and lie side by side.
    #[expect(clippy::cast_possible_truncation, reason = "a row of a run fits 32 bits")]
    let mut order: Vec<(u64, u32)> =
        ids.par_iter().enumerate().map(|(place, id)| ((id.0 >> 64) as u64, place as u32)).collect();
    order.par_sort_unstable_by(|one, other| {
        let whole = |&(_, place): &(u64, u32)| ids[place as usize];
        one.0.cmp(&other.0).then_with(|| whole(one).cmp(&whole(other)))
    });
    order.into_par_iter().map(|(_, place)| place).collect()
}

/// Records in groups.
struct Grouped {
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Grouped {
    /// Groups rows by the number that each bears, which is a row too: a counting sort, since
    /// every number is small and there are as many as rows.
    fn by(numbers: &[u32]) -> Grouped {
        let mut ends = vec![0_u32; numbers.len()];
        for &number in numbers {
            ends[number as usize] += 1;
        }
        let mut end = 0;
        for count in &mut ends {
            end += *count;
            *count = end;
        }
        // Filled from the back, each end becomes its group's start.
        let mut members = vec![0_u32; numbers.len()];
        for row in (0..end).rev() {
            let number = numbers[row as usize] as usize;
            ends[number] -= 1;
            members[ends[number] as usize] = row;
        }
        let mut starts = ends;
        starts.push(end);
        // Numbers that nobody bears leave two equal starts.
        starts.dedup();
        Grouped { starts, members }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouping_leaves_out_numbers_that_nobody_bears() {
        let check = |numbers: &[u32]| {
            let Grouped { starts, members } = Grouped::by(numbers);
            (starts, members)
        };
        assert_eq!(check(&[1, 3, 1, 3, 1]), (vec![0, 3, 5], vec![0, 2, 4, 1, 3]));
        assert_eq!(check(&[0, 1, 2]), (vec![0, 1, 2, 3], vec![0, 1, 2]));
        assert_eq!(check(&[]), (vec![0], vec![]));
    }
}
