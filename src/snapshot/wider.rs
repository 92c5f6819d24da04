//! Who was known in earlier nights, where several nights would not fit into memory?
//!
//! It is what `widened` tells of nights in memory, told of nights that stay on the disk. Of every
//! record no more is held than by what it is known again, what it is called (`Marks`) and whose it
//! is. Customers are numbered as they arrive: those of the night first, then who was taken in;
//! `order` puts them into the order of their ids, which other rooms build on.

use rayon::prelude::*;

use crate::tables::layout::{Contact, ContactPoint, GoldenRecord, Lineage};
use crate::tables::{Layout, Table, column};

use super::Error;
use super::chosen::{numbered, owned};
use super::marks::{Marks, marks_of};
use super::opened::Opened;
use super::window::{Keys, NONE, number};

/// A night with what older ones add to it, all of which lie on the disk.
pub struct Wider {
    pub(super) now: Opened,
    /// The older nights, in the order in which they were added.
    pub(super) older: Vec<Older>,
    /// For each record, whose it is, by arrival.
    pub(super) owners: Vec<u32>,
    /// For each customer by arrival, of how many records they are made.
    pub(super) n_records: Vec<u32>,
    /// The customers by arrival, in the order of their ids.
    pub(super) order: Vec<u32>,
    /// For each customer by arrival, the place in that order.
    pub(super) ranks: Vec<u32>,
    pub(super) n_customers_now: u32,
    /// By what the records are known again, in order.
    keys: Vec<([u64; 2], u32)>,
    marks: Marks,
    /// Those taken in: how many customers of the night come before, the id, and by arrival.
    taken_in: Vec<(u32, String, u32)>,
}

/// An older night.
pub(super) struct Older {
    pub(super) opened: Opened,
    /// For each of its records, the record of the wider night.
    pub(super) places: Vec<u32>,
    /// The first record that was taken in from it.
    pub(super) first: u32,
    /// The records that were taken in, by their numbers in it, in order.
    pub(super) left: Vec<u32>,
    /// The customers who were taken in, by their numbers in it, as they arrived.
    pub(super) taken_in: Vec<u32>,
}

impl std::fmt::Debug for Wider {
    /// Shape only: it holds personal values.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Wider({} records, {} older nights)", self.owners.len(), self.older.len())
    }
}

impl Wider {
    /// Reads of a night what the older ones are held against.
    ///
    /// # Errors
    /// A file cannot be read, or is of a version with other tables.
    pub fn of(now: Opened) -> Result<Wider, Error> {
        let owners = owners_of(&now)?;
        let golden: Table<GoldenRecord> = now.columns(&[column::N_RECORDS])?;
        let n_records: Vec<u32> = golden.count(column::N_RECORDS).into_no_null_iter().collect();
        let n_customers_now = number(n_records.len());
        let mut keys: Vec<_> = keys_of(&now)?.into_iter().zip(0..).collect();
        keys.par_sort_unstable();
        let marks = Marks::of(&now, owners.len())?;
        Ok(Wider {
            older: Vec::new(),
            order: (0..n_customers_now).collect(),
            ranks: (0..n_customers_now).collect(),
            taken_in: Vec::new(),
            now,
            owners,
            n_records,
            n_customers_now,
            keys,
            marks,
        })
    }

    /// Takes in what an older night knew besides. Of several the newest comes first.
    ///
    /// # Errors
    /// As `of`.
    pub fn add(&mut self, older: Opened) -> Result<(), Error> {
        let keys = keys_of(&older)?;
        let mut places: Vec<u32> = keys.par_iter().map(|key| self.known_as(key)).collect();
        let first = number(self.owners.len());
        let left: Vec<u32> =
            (0..number(places.len())).filter(|&row| places[row as usize] == NONE).collect();
        for (place, &row) in (first..).zip(&left) {
            places[row as usize] = place;
        }
        let of_left = left.iter().map(|&row| keys[row as usize]);
        self.keys.extend(of_left.zip(first..));
        drop(keys);
        self.keys.par_sort_unstable();
        let taken_in = self.own(&older, &places, &left)?;
        self.take_in(&older, &taken_in)?;
        let older = Older { opened: older, places, first, left, taken_in };
        if !older.left.is_empty() {
            let of_left = older.opened.each_points(|points| {
                let points = older.points_of_left(points);
                let records = points.count(column::RECORD).into_no_null_iter();
                (records.collect::<Vec<u32>>(), marks_of(&points))
            })?;
            for (records, marks) in &of_left {
                self.marks.add(records, marks);
            }
            self.marks.end(self.owners.len());
        }
        self.older.push(older);
        Ok(())
    }

    /// For each record of the night that was added last, its record in the wider one.
    pub fn places(&self) -> &[u32] {
        self.older.last().map_or(&[], |older| &older.places)
    }

    /// Lends the night that was added last.
    pub fn last(&self) -> &Opened {
        self.older.last().map_or(&self.now, |older| &older.opened)
    }

    /// Counts the records that were taken in, and the persons none of whose records is there.
    pub fn n_taken_in(&self) -> (usize, usize) {
        let n_records = self.older.iter().map(|older| older.left.len()).sum();
        (n_records, self.taken_in.len())
    }

    /// Lets go of what older nights are held against: all of them are here.
    pub fn complete(&mut self) {
        self.keys = Vec::new();
    }

    /// Lets go of what the records were called.
    pub fn forget_records(&mut self) {
        self.marks = Marks::none();
        self.older.iter_mut().for_each(|older| older.places = Vec::new());
    }

    /// Hands all contact points to `work`: those of the night, then of each older one those of the
    /// records taken in and those that a record which is still there is not called by any more.
    ///
    /// # Errors
    /// As `of`.
    pub fn each_points<T: Send>(
        &self,
        work: impl Fn(&Table<ContactPoint>) -> T + Sync,
    ) -> Result<Vec<T>, Error> {
        let mut made = self.now.each_points(&work)?;
        for older in &self.older {
            let of_older = older.opened.each_points(|points| {
                let outdated = self.outdated_of(older, points, |_| true);
                [work(&older.points_of_left(points)), work(&outdated)]
            })?;
            made.extend(of_older.into_iter().flatten());
        }
        Ok(made)
    }

    /// Hands columns of the records to `work`, with the number of the first of each piece.
    ///
    /// # Errors
    /// As `of`.
    pub fn each_contacts<T: Send>(
        &self,
        asked: &[crate::tables::Column],
        work: impl Fn(u32, &Table<Contact>) -> T + Sync,
    ) -> Result<Vec<T>, Error> {
        let mut made = self.now.each_contacts(asked, &work)?;
        for older in &self.older {
            made.extend(older.opened.each_contacts(asked, |first, contacts| {
                let within = |row: u32| older.left.partition_point(|&left| left < row);
                let left = within(first)..within(first + number(contacts.height()));
                let number_of_first = older.first + number(left.start);
                let rows: Vec<u32> = older.left[left].iter().map(|&row| row - first).collect();
                work(number_of_first, &contacts.rows(&rows))
            })?);
        }
        Ok(made)
    }

    /// Gives of some contact points of an older night those of which the record is still there and
    /// not called so any more, if the record is asked for.
    pub(super) fn outdated_of(
        &self,
        older: &Older,
        points: &Table<ContactPoint>,
        is_asked: impl Fn(u32) -> bool,
    ) -> Table<ContactPoint> {
        let marks = marks_of(points);
        older.picked(points, |row, record| {
            record < older.first && is_asked(record) && !self.marks.has(record, marks[row])
        })
    }

    /// Names those who were taken in, by arrival.
    pub(super) fn ids_taken_in(&self) -> impl Iterator<Item = (u32, &str)> {
        self.taken_in.iter().map(|(_, id, arrival)| (*arrival, id.as_str()))
    }

    /// Finds the record that something is known by.
    fn known_as(&self, key: &[u64; 2]) -> u32 {
        let place = self.keys.partition_point(|(other, _)| other < key);
        let found = self.keys.get(place).filter(|(other, _)| other == key);
        found.map_or(NONE, |&(_, record)| record)
    }

    /// Tells whose the records are that were taken in, and gives the customers who came with them.
    fn own(&mut self, older: &Opened, places: &[u32], left: &[u32]) -> Result<Vec<u32>, Error> {
        let first = number(self.owners.len());
        let owners_then = owners_of(older)?;
        let mut customer_of = vec![NONE; older.height::<GoldenRecord>()?];
        // A person one of whose records is still there is still there: of several, the first.
        for (&then, &place) in owners_then.iter().zip(places) {
            if place < first {
                let now = self.owners[place as usize];
                let known = &mut customer_of[then as usize];
                if *known == NONE || self.ranks[now as usize] < self.ranks[*known as usize] {
                    *known = now;
                }
            }
        }
        let n_known = number(self.n_records.len());
        let mut taken_in = Vec::new();
        for &row in left {
            let then = owners_then[row as usize];
            let customer = &mut customer_of[then as usize];
            if *customer == NONE {
                *customer = n_known + number(taken_in.len());
                taken_in.push(then);
            }
            if let Some(n_records) = self.n_records.get_mut(*customer as usize) {
                *n_records += 1;
            }
            self.owners.push(*customer);
        }
        Ok(taken_in)
    }

    /// Finds the places of customers who were taken in among all.
    fn take_in(&mut self, older: &Opened, taken_in: &[u32]) -> Result<(), Error> {
        if taken_in.is_empty() {
            return Ok(());
        }
        let asked = [column::CUSTOMER_ID, column::N_RECORDS];
        let golden: Table<GoldenRecord> = rows_in_order(older, &asked, taken_in)?;
        let ids: Vec<&str> = golden.text(column::CUSTOMER_ID).iter().flatten().collect();
        let before = self.n_before(&ids)?;
        let arrivals = number(self.n_records.len())..;
        let new = before.into_iter().zip(&ids).zip(arrivals);
        self.taken_in
            .extend(new.map(|((before, id), arrival)| (before, (*id).to_owned(), arrival)));
        self.taken_in.sort_unstable();
        self.n_records.extend(golden.count(column::N_RECORDS).into_no_null_iter());
        self.order.clear();
        let mut taken_in = self.taken_in.iter().peekable();
        for now in 0..=self.n_customers_now {
            while let Some((_, _, arrival)) = taken_in.next_if(|taken| taken.0 <= now) {
                self.order.push(*arrival);
            }
            self.order.extend((now < self.n_customers_now).then_some(now));
        }
        self.ranks.resize(self.order.len(), 0);
        for (rank, &arrival) in (0..).zip(&self.order) {
            self.ranks[arrival as usize] = rank;
        }
        Ok(())
    }

    /// Counts for each id the customers of the night who come before it, or have it.
    fn n_before(&self, ids: &[&str]) -> Result<Vec<u32>, Error> {
        let pieces = self.now.pieces::<GoldenRecord>(&[column::CUSTOMER_ID])?;
        let parts = pieces.each(|rows| {
            let golden: Table<GoldenRecord> = pieces.read(rows)?;
            let of_rows: Vec<&str> = golden.text(column::CUSTOMER_ID).iter().flatten().collect();
            if !of_rows.is_sorted() {
                let what = "its customers are not in the order of their ids";
                return Err(Error::damaged(self.now.folder.clone(), what));
            }
            let n_before = |id: &&str| number(of_rows.partition_point(|own| own <= id));
            Ok(ids.iter().map(n_before).collect::<Vec<u32>>())
        })?;
        let mut sums = vec![0; ids.len()];
        for part in parts {
            sums.iter_mut().zip(part).for_each(|(sum, n)| *sum += n);
        }
        Ok(sums)
    }
}

impl Older {
    /// Gives the contact points of the records that were taken in, under their new numbers.
    pub(super) fn points_of_left(&self, points: &Table<ContactPoint>) -> Table<ContactPoint> {
        self.picked(points, |_, record| record >= self.first)
    }

    /// Gives the contact points that are meant, by row and new number, under their new numbers.
    fn picked(
        &self,
        points: &Table<ContactPoint>,
        is_meant: impl Fn(usize, u32) -> bool,
    ) -> Table<ContactPoint> {
        let (mut rows, mut records) = (Vec::new(), Vec::new());
        let own = points.count(column::RECORD).into_no_null_iter();
        for (row, record) in (0u32..).zip(own) {
            let record = self.places[record as usize];
            if is_meant(row as usize, record) {
                rows.push(row);
                records.push(record);
            }
        }
        owned(&numbered(&points.rows(&rows), [(column::RECORD, records)]))
    }
}

/// Reads whose each record of a night is.
fn owners_of(night: &Opened) -> Result<Vec<u32>, Error> {
    let lineage: Table<Lineage> = night.columns(&[column::CUSTOMER])?;
    Ok(lineage.count(column::CUSTOMER).into_no_null_iter().collect())
}

/// Reads by what each record of a night is known again.
fn keys_of(night: &Opened) -> Result<Vec<[u64; 2]>, Error> {
    let asked = [column::SOURCE, column::SOURCE_ID, column::CONTENT_HASH];
    let parts = night.each_contacts(&asked, |_, contacts| {
        let keys = Keys::of(contacts);
        (0..contacts.height()).map(|row| keys.digest(row)).collect::<Vec<_>>()
    })?;
    Ok(parts.concat())
}

/// Reads rows of a table in the order in which they are named, each once.
pub(super) fn rows_in_order<L: Layout>(
    night: &Opened,
    asked: &[crate::tables::Column],
    rows: &[u32],
) -> Result<Table<L>, Error> {
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    let table: Table<L> = night.rows(asked, &sorted)?;
    let place = |row: &u32| number(sorted.partition_point(|other| other < row));
    Ok(table.rows(&rows.iter().map(place).collect::<Vec<_>>()))
}
