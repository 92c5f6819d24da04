//! Who was known in an earlier night, and is no longer?
//!
//! A record that left its source since then is taken in again as the older night knew it, with
//! its person, so that it has an id, contact data and a value. A record that is still there
//! keeps what is known now; what it was called then is kept beside it.

use rayon::prelude::*;
use ring::digest::{Context, SHA256};

use crate::tables::layout::{Contact, ContactPoint, GoldenRecord, Layout, Lineage};
use crate::tables::{Column, Table, Texts, column};

use super::Night;

/// A night with what an older one adds to it.
#[derive(Debug)]
pub struct Widened {
    /// The night, and those who have left since the older one. Its records keep their numbers;
    /// those taken in follow them.
    pub night: Night,
    /// For each record of the older night, its record in the night.
    pub places: Vec<u32>,
    /// Addresses, numbers and ids that records which are still there had then and no longer
    /// have. They tell who somebody is, and not how to reach them.
    pub outdated: Table<ContactPoint>,
    /// Records that were taken in.
    pub n_records: usize,
    /// Persons who were taken in, none of whose records is there any more.
    pub n_customers: usize,
}

/// Stands for "not found".
pub(super) const NONE: u32 = u32::MAX;

/// Takes into a night what an older one knew besides. Of several nights the newest comes first:
/// then everybody is known as the last night knew them.
///
/// A record is known again by its source and the source's id, and without one by all that its
/// row says.
pub fn widened(now: Night, older: &Night) -> Widened {
    let places_now = Places::of(&now.contacts);
    let keys = Keys::of(&older.contacts);
    let n_older = older.contacts.height();
    let mut places: Vec<u32> =
        (0..n_older).into_par_iter().map(|row| places_now.find(&keys, row)).collect();
    let left: Vec<u32> = (0..number(n_older)).filter(|&row| places[row as usize] == NONE).collect();
    let first = number(now.contacts.height());
    for (place, &row) in (first..).zip(&left) {
        places[row as usize] = place;
    }
    let outdated = outdated(&now.points, &older.points, &places, first);
    if left.is_empty() {
        return Widened { night: now, places, outdated, n_records: 0, n_customers: 0 };
    }

    let owners = Owners::of(&now.golden, &now.lineage, older, &places, &left, first);
    let n_customers = owners.taken_in.len();
    let contacts = older.contacts.rows(&left);
    let contacts = with(&contacts, &[column::RECORD.counts((first..).take(left.len()).collect())]);
    let points = points_of(&older.points, &places, first);
    let night = Night {
        contacts: Table::concat([now.contacts, contacts]),
        points: Table::concat([now.points, points]),
        golden: Table::concat([owners.counted(&now.golden), older.golden.rows(&owners.taken_in)]),
        customers: Table::concat([now.customers, older.customers.rows(&owners.taken_in)]),
        lineage: Table::concat([now.lineage, owners.lineage(&older.lineage, &left, first)]),
    };
    let night = by_id(night);
    Widened { night, places, outdated, n_records: left.len(), n_customers }
}

/// What a record is known by.
pub(super) struct Keys<'a> {
    sources: &'a Texts,
    source_ids: &'a Texts,
    contents: &'a polars::prelude::UInt64Chunked,
}

impl<'a> Keys<'a> {
    pub(super) fn of(contacts: &'a Table<Contact>) -> Keys<'a> {
        Keys {
            sources: contacts.text(column::SOURCE),
            source_ids: contacts.text(column::SOURCE_ID),
            contents: contacts.long(column::CONTENT_HASH),
        }
    }

    fn key(&self, row: usize) -> (Option<&str>, Option<&str>, Option<u64>) {
        let source_id = self.source_ids.get(row);
        let content = if source_id.is_none() { self.contents.get(row) } else { None };
        (self.sources.get(row), source_id, content)
    }

    /// Gives 128 bits of the SHA-256 of what the record is known by, for records that are not at
    /// hand to be compared: two of 2^40 records would agree by chance once in 2^49 times.
    pub(super) fn digest(&self, row: usize) -> [u64; 2] {
        let (source, source_id, content) = self.key(row);
        let mut context = Context::new(&SHA256);
        for text in [source, source_id] {
            let n_bytes = text.map_or(u64::MAX, |text| text.len() as u64);
            context.update(&n_bytes.to_le_bytes());
            context.update(text.unwrap_or_default().as_bytes());
        }
        context.update(&[u8::from(content.is_some())]);
        context.update(&content.unwrap_or_default().to_le_bytes());
        let digest = context.finish();
        let half = |start: usize| {
            let bytes = &digest.as_ref()[start..start + 8];
            bytes.iter().fold(0, |half, &byte| half << 8 | u64::from(byte))
        };
        [half(0), half(8)]
    }

    fn hash(&self, row: usize) -> u64 {
        use std::hash::BuildHasher;
        rustc_hash::FxBuildHasher.hash_one(self.key(row))
    }
}

/// The records of a night, to be found by what they are known by.
struct Places<'a> {
    keys: Keys<'a>,
    slots: Vec<(u64, u32)>,
}

impl<'a> Places<'a> {
    fn of(contacts: &'a Table<Contact>) -> Places<'a> {
        let keys = Keys::of(contacts);
        let mut slots: Vec<(u64, u32)> = (0..number(contacts.height()))
            .into_par_iter()
            .map(|row| (keys.hash(row as usize), row))
            .collect();
        slots.par_sort_unstable();
        Places { keys, slots }
    }

    fn find(&self, keys: &Keys<'_>, row: usize) -> u32 {
        let hash = keys.hash(row);
        let start = self.slots.partition_point(|slot| slot.0 < hash);
        let same = self.slots[start..].iter().take_while(|slot| slot.0 == hash);
        let key = keys.key(row);
        same.map(|slot| slot.1).find(|&place| self.keys.key(place as usize) == key).unwrap_or(NONE)
    }
}

/// Whose the records are that were taken in.
struct Owners<'a> {
    ids_now: &'a Texts,
    n_now: u32,
    /// For each customer of the older night, the customer of the night.
    customer_of: Vec<u32>,
    /// Customers of the older night who were taken in.
    taken_in: Vec<u32>,
    /// For each customer of the night, how many records came to them.
    n_more: Vec<u32>,
}

impl<'a> Owners<'a> {
    fn of(
        golden: &'a Table<GoldenRecord>,
        lineage: &Table<Lineage>,
        older: &Night,
        places: &[u32],
        left: &[u32],
        first: u32,
    ) -> Owners<'a> {
        let owners_now = lineage.count(column::CUSTOMER);
        let owners_then = older.lineage.count(column::CUSTOMER);
        let n_now = number(golden.height());
        let mut customer_of = vec![NONE; older.golden.height()];
        // A person one of whose records is still there is still there: of several, the first.
        for (owner, &place) in owners_then.iter().zip(places) {
            if place < first
                && let (Some(then), Some(now)) = (owner, owners_now.get(place as usize))
            {
                let known = &mut customer_of[then as usize];
                *known = now.min(*known);
            }
        }
        let mut taken_in = Vec::new();
        let mut n_more = vec![0; n_now as usize];
        for &row in left {
            let Some(then) = owners_then.get(row as usize) else { continue };
            let customer = &mut customer_of[then as usize];
            if *customer == NONE {
                *customer = n_now + number(taken_in.len());
                taken_in.push(then);
            }
            if let Some(n_more) = n_more.get_mut(*customer as usize) {
                *n_more += 1;
            }
        }
        let ids_now = golden.text(column::CUSTOMER_ID);
        Owners { ids_now, n_now, customer_of, taken_in, n_more }
    }

    /// Counts the records that came to customers who are still there.
    fn counted(&self, golden: &Table<GoldenRecord>) -> Table<GoldenRecord> {
        let n_records = golden.count(column::N_RECORDS).into_no_null_iter();
        let n_records = n_records.zip(&self.n_more).map(|(n_records, n_more)| n_records + n_more);
        with(golden, &[column::N_RECORDS.counts(n_records.collect())])
    }

    fn lineage(&self, older: &Table<Lineage>, left: &[u32], first: u32) -> Table<Lineage> {
        let part = older.rows(left);
        let customers: Vec<u32> = part
            .count(column::CUSTOMER)
            .into_no_null_iter()
            .map(|then| self.customer_of[then as usize])
            .collect();
        let ids_then = part.text(column::CUSTOMER_ID);
        let ids = customers.iter().enumerate().map(|(row, &customer)| {
            if customer < self.n_now {
                self.ids_now.get(customer as usize)
            } else {
                ids_then.get(row)
            }
        });
        let columns = [
            column::RECORD.counts((first..).take(left.len()).collect()),
            column::CUSTOMER_ID.texts(ids),
            column::CUSTOMER.counts(customers.clone()),
        ];
        with(&part, &columns)
    }
}

/// Gives the contact points of the records that were taken in, under their new numbers.
fn points_of(older: &Table<ContactPoint>, places: &[u32], first: u32) -> Table<ContactPoint> {
    let records = older.count(column::RECORD);
    let rows: Vec<u32> = (0..number(older.height()))
        .filter(|&row| {
            let record = records.get(row as usize).unwrap_or(0);
            places[record as usize] >= first
        })
        .collect();
    renumbered(&older.rows(&rows), places)
}

/// Gives the contact points that a record had then and has no longer.
fn outdated(
    now: &Table<ContactPoint>,
    older: &Table<ContactPoint>,
    places: &[u32],
    first: u32,
) -> Table<ContactPoint> {
    let (kinds, values) = (now.text(column::KIND), now.text(column::VALUE));
    let (kinds_then, values_then) = (older.text(column::KIND), older.text(column::VALUE));
    let records: Vec<u32> = now.count(column::RECORD).into_no_null_iter().collect();
    let records_then = older.count(column::RECORD);
    let rows: Vec<u32> = (0..number(older.height()))
        .into_par_iter()
        .filter(|&row| {
            let row = row as usize;
            let place = places[records_then.get(row).unwrap_or(0) as usize];
            // The points of a record stand together, in the order of the records.
            let start = records.partition_point(|&record| record < place);
            let end =
                start + records[start..].iter().take_while(|&&record| record == place).count();
            place < first
                && !(start..end).any(|own| {
                    kinds.get(own) == kinds_then.get(row) && values.get(own) == values_then.get(row)
                })
        })
        .collect();
    renumbered(&older.rows(&rows), places)
}

fn renumbered(points: &Table<ContactPoint>, places: &[u32]) -> Table<ContactPoint> {
    let records = points.count(column::RECORD).into_no_null_iter();
    let records = records.map(|record| places[record as usize]).collect();
    with(points, &[column::RECORD.counts(records)])
}

/// Puts the customers back into the order of their ids, which other rooms build on.
fn by_id(night: Night) -> Night {
    let ids = night.golden.text(column::CUSTOMER_ID);
    let mut order: Vec<u32> = (0..number(night.golden.height())).collect();
    order.par_sort_by_key(|&row| ids.get(row as usize));
    let mut place_of = vec![0; order.len()];
    for (place, &row) in (0u32..).zip(&order) {
        place_of[row as usize] = place;
    }
    let customers = night.lineage.count(column::CUSTOMER).into_no_null_iter();
    let customers = customers.map(|customer| place_of[customer as usize]).collect();
    Night {
        golden: night.golden.rows(&order),
        customers: night.customers.rows(&order),
        lineage: with(&night.lineage, &[column::CUSTOMER.counts(customers)]),
        contacts: night.contacts,
        points: night.points,
    }
}

/// Gives a table with other columns in the place of some of its own.
pub(super) fn with<L: Layout>(table: &Table<L>, columns: &[polars::prelude::Column]) -> Table<L> {
    let replaced = |own: &Column| {
        let other = columns.iter().find(|other| other.name().as_str() == own.name);
        match (other, table.frame().column(own.name)) {
            (Some(other), _) => other.clone(),
            (None, Ok(own)) => own.clone(),
            (None, Err(error)) => panic!("{error}"),
        }
    };
    Table::of(L::COLUMNS.iter().map(replaced).collect())
}

/// Counts rows in 32 bits.
pub(super) fn number(n_rows: usize) -> u32 {
    u32::try_from(n_rows).unwrap_or_else(|_| panic!("more than 4 294 967 295 rows"))
}
