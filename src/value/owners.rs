//! Whose order is it?

use std::hash::Hasher;

use hashbrown::HashTable;
use polars::prelude::StaticArray;
use rayon::prelude::*;
use rustc_hash::FxHasher;

use super::rfm::NOBODY;
use crate::tables::layout::{ContactPoint, Lineage, Order};
use crate::tables::{Table, Texts, column};

/// The customer of each order.
pub(super) struct Owners {
    /// The customer's row, or `NOBODY`.
    pub(super) by_order: Vec<u32>,
    /// Orders whose key names more than one customer equally well.
    pub(super) n_ambiguous: usize,
}

/// The kinds of contact point that an order's key may be, the surest first.
const KINDS: [&str; 3] = ["customer_key", "record_id", "email"];

/// An e-mail address that differs from the key in capitals only.
const LOOSE: u8 = 3;

const CHUNK: usize = 1 << 16;

/// Finds the customer of each order through the contact points of its records.
///
/// A key that names several customers goes by the surest kind, then to the customer whose id is
/// the smallest: the order of rows is of no account.
///
/// # Shape
/// One owner per order. Memory: 16 bytes per order, and as much per distinct key.
pub(super) fn of(
    orders: &Table<Order>,
    lineage: &Table<Lineage>,
    points: &Table<ContactPoint>,
) -> Owners {
    let keys = Keys::intern(orders.text(column::CUSTOMER_KEY));
    let [kinds, values] = [column::KIND, column::VALUE].map(|column| points.text(column));
    let records = points.count(column::RECORD).downcast_as_array();
    let customers = lineage.count(column::CUSTOMER).downcast_as_array();
    let n_points = points.height();
    let mut hits: Vec<(u32, u8, u32)> = (0..n_points.div_ceil(CHUNK))
        .into_par_iter()
        .flat_map_iter(|chunk| {
            let mut hits = Vec::new();
            for row in chunk * CHUNK..((chunk + 1) * CHUNK).min(n_points) {
                let (Some(kind), Some(value)) = (kinds.get(row), values.get(row)) else { continue };
                let Some(rank) = KINDS.iter().position(|known| *known == kind) else { continue };
                let record = records.get(row).map_or(usize::MAX, |record| record as usize);
                let Some(customer) = customers.get(record) else { continue };
                let rank = u8::try_from(rank).unwrap_or(LOOSE);
                keys.meet(value, rank, |key, rank| hits.push((key, rank, customer)));
            }
            hits
        })
        .collect();
    hits.par_sort_unstable();
    hits.dedup();
    let mut best = vec![(NOBODY, false); keys.first_rows.len()];
    for same_key in hits.chunk_by(|one, other| one.0 == other.0) {
        let (key, rank, customer) = same_key[0];
        let is_ambiguous = same_key.get(1).is_some_and(|other| other.1 == rank);
        best[key as usize] = (customer, is_ambiguous);
    }
    let found = |&key: &u32| best.get(key as usize).copied().unwrap_or((NOBODY, false));
    Owners {
        n_ambiguous: keys.of_order.par_iter().filter(|key| found(key).1).count(),
        by_order: keys.of_order.par_iter().map(|key| found(key).0).collect(),
    }
}

/// Takes each key for a customer, numbered in alphabetical order, and counts them.
pub(super) fn by_key(orders: &Table<Order>) -> (Vec<u32>, usize) {
    let keys = Keys::intern(orders.text(column::CUSTOMER_KEY));
    let mut sorted: Vec<(Option<&str>, u32)> = (0_u32..)
        .zip(&keys.first_rows)
        .map(|(key, &row)| (keys.texts.get(row as usize), key))
        .collect();
    sorted.par_sort_unstable();
    let mut place_of = vec![NOBODY; sorted.len()];
    for (place, (_, key)) in (0_u32..).zip(&sorted) {
        place_of[*key as usize] = place;
    }
    let place = |&key: &u32| place_of.get(key as usize).copied().unwrap_or(NOBODY);
    (keys.of_order.iter().map(place).collect(), place_of.len())
}

/// The distinct keys of the orders, numbered as they come.
struct Keys<'a> {
    texts: &'a Texts,
    /// Which key each order has, or `NOBODY`.
    of_order: Vec<u32>,
    /// The first order that has the key.
    first_rows: Vec<u32>,
    index: HashTable<u32>,
    /// Keys that are addresses with capitals, by their lower case.
    loose: Vec<(String, u32)>,
}

impl<'a> Keys<'a> {
    fn intern(texts: &'a Texts) -> Keys<'a> {
        let hash_at = |row: u32| texts.get(row as usize).map_or(0, hash);
        let mut first_rows: Vec<u32> = Vec::new();
        let mut hashes: Vec<u64> = Vec::new();
        let mut index = HashTable::new();
        let mut of_order = vec![NOBODY; texts.len()];
        for (row, key_of) in (0_u32..).zip(&mut of_order) {
            let Some(text) = texts.get(row as usize) else { continue };
            let hash = hash_at(row);
            let same = |&key: &u32| {
                hashes[key as usize] == hash
                    && texts.get(first_rows[key as usize] as usize) == Some(text)
            };
            if let Some(&key) = index.find(hash, same) {
                *key_of = key;
                continue;
            }
            let key = u32::try_from(first_rows.len()).unwrap_or(NOBODY);
            first_rows.push(row);
            hashes.push(hash);
            index.insert_unique(hash, key, |&key| hashes[key as usize]);
            *key_of = key;
        }
        let mut loose: Vec<(String, u32)> = (0_u32..)
            .zip(&first_rows)
            .filter_map(|(key, &row)| Some((texts.get(row as usize)?, key)))
            .filter(|(text, _)| text.contains('@') && text.bytes().any(|b| b.is_ascii_uppercase()))
            .map(|(text, key)| (text.to_lowercase(), key))
            .collect();
        loose.sort_unstable();
        Keys { texts, of_order, first_rows, index, loose }
    }

    /// Calls `met` with each key that this value is.
    fn meet(&self, value: &str, rank: u8, mut met: impl FnMut(u32, u8)) {
        let text = |key: u32| self.texts.get(self.first_rows[key as usize] as usize);
        if let Some(&key) = self.index.find(hash(value), |&key| text(key) == Some(value)) {
            met(key, rank);
        }
        if !self.loose.is_empty() && value.contains('@') {
            let value = value.to_lowercase();
            let start = self.loose.partition_point(|(text, _)| *text < value);
            for (_, key) in self.loose[start..].iter().take_while(|(text, _)| *text == value) {
                met(*key, LOOSE);
            }
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}
