//! Which name does a person bear, whatever the order in which the records came?
//!
//! A record's key is made of its source and the source's id; a customer's id of the keys of its
//! members. Neither knows a row number, so that shuffling the sources changes no id. An id does
//! change when the members change, as when a new record joins: a name that lasts through that
//! needs the nights before, and comes with the snapshots.

use rayon::prelude::*;
use ring::digest::{SHA256, digest};

use crate::tables::layout::Contact;
use crate::tables::{Table, Texts, column};
use crate::terms::{CustomerId, RecordKey};

/// What is hashed begins with what it is, so that no key of one kind equals one of another.
const BY_SOURCE_ID: u8 = 1;
const BY_CONTENT: u8 = 2;
const OF_CUSTOMER: u8 = 3;

/// Stands for a key not found yet: a hash is 0 once in 2^128.
const UNSETTLED: RecordKey = RecordKey(0);

/// Gives each record its key, by row.
///
/// The key is of (source, source id) where no other record of the run has that pair. Where others
/// do, or where there is no source id, it is of (source, source id, content hash, n): n counts
/// the rows that are equal in all of this, from 0.
///
/// Rows wholly equal can only be told apart by the company they keep, so n goes by what their
/// clusters hold, and then by cluster: rows whose clusters are equal too may be swapped without
/// anyone seeing a difference.
pub(super) fn record_keys(contacts: &Table<Contact>, clusters: &[u32]) -> Vec<RecordKey> {
    let digests = Digests::of(contacts);
    let mut keys: Vec<RecordKey> =
        (0..contacts.height()).into_par_iter().map(|row| digests.by_source_id(row)).collect();
    let unsettled = shared(&keys, None);
    settle(&mut keys, &unsettled, |row| digests.by_content(row, 0));
    let equal = shared(&keys, Some(&unsettled));
    for (row, n) in numbered(&keys, &equal, clusters) {
        keys[row as usize] = digests.by_content(row as usize, n);
    }
    keys
}

fn settle(keys: &mut [RecordKey], rows: &[u32], key: impl Fn(usize) -> RecordKey + Sync) {
    let settled: Vec<RecordKey> = rows.par_iter().map(|&row| key(row as usize)).collect();
    for (&row, settled) in rows.iter().zip(settled) {
        keys[row as usize] = settled;
    }
}

/// Lists the rows, of `among` or of all, whose key is unsettled or that of another row as well.
///
/// Keys are compared by their first 64 bits, which is half the memory; that two of ten million
/// keys agree in these by chance happens in three runs of a million, and then merely gives both
/// the longer key.
fn shared(keys: &[RecordKey], among: Option<&[u32]>) -> Vec<u32> {
    let prefix = |row: u32| (keys[row as usize].0 >> 64) as u64;
    #[expect(clippy::cast_possible_truncation, reason = "a row of a run fits 32 bits")]
    let n_rows = keys.len() as u32;
    let is_settled = |row: u32| keys[row as usize] != UNSETTLED;
    let mut prefixes: Vec<u64> = match among {
        Some(rows) => rows.par_iter().filter(|&&row| is_settled(row)).map(|&r| prefix(r)).collect(),
        None => (0..n_rows).into_par_iter().filter(|&row| is_settled(row)).map(prefix).collect(),
    };
    prefixes.par_sort_unstable();
    let mut twice: Vec<u64> =
        prefixes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    twice.dedup();
    let is_shared = |row: u32| !is_settled(row) || twice.binary_search(&prefix(row)).is_ok();
    match among {
        Some(rows) => rows.par_iter().copied().filter(|&row| is_shared(row)).collect(),
        None => (0..n_rows).into_par_iter().filter(|&row| is_shared(row)).collect(),
    }
}

/// Numbers rows of equal keys from 0; gives those whose number is greater.
fn numbered(keys: &[RecordKey], equal: &[u32], clusters: &[u32]) -> Vec<(u32, u64)> {
    let companies = companies(keys, equal, clusters);
    let mut rows: Vec<_> = equal
        .iter()
        .map(|&row| {
            let cluster = clusters[row as usize];
            let company = companies.partition_point(|&(known, _)| known < cluster);
            (keys[row as usize], companies[company].1, cluster, row)
        })
        .collect();
    rows.par_sort_unstable();
    let mut numbered = Vec::new();
    let mut n = 0;
    for pair in rows.windows(2) {
        n = if pair[0].0 == pair[1].0 { n + 1 } else { 0 };
        if n > 0 {
            numbered.push((pair[1].3, n));
        }
    }
    numbered
}

/// Gives the clusters of rows with what they hold, by cluster.
fn companies(keys: &[RecordKey], rows: &[u32], clusters: &[u32]) -> Vec<(u32, CustomerId)> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut asked: Vec<u32> = rows.iter().map(|&row| clusters[row as usize]).collect();
    asked.par_sort_unstable();
    asked.dedup();
    let mut members: Vec<(u32, RecordKey)> = clusters
        .par_iter()
        .zip(keys)
        .filter(|(cluster, _)| asked.binary_search(cluster).is_ok())
        .map(|(&cluster, &key)| (cluster, key))
        .collect();
    members.par_sort_unstable();
    members
        .par_chunk_by(|one, other| one.0 == other.0)
        .map(|cluster| (cluster[0].0, customer_id(cluster.iter().map(|&(_, key)| key))))
        .collect()
}

/// Names a customer after the keys of its members, which come sorted.
pub(super) fn customer_id(members: impl Iterator<Item = RecordKey>) -> CustomerId {
    let mut message = vec![OF_CUSTOMER];
    for RecordKey(key) in members {
        message.extend(key.to_be_bytes());
    }
    CustomerId(first_128_bits(&message))
}

/// The columns that keys are made of.
struct Digests<'a> {
    sources: &'a Texts,
    source_ids: &'a Texts,
    content_hashes: &'a polars::prelude::UInt64Chunked,
}

impl Digests<'_> {
    fn of(contacts: &Table<Contact>) -> Digests<'_> {
        Digests {
            sources: contacts.text(column::SOURCE),
            source_ids: contacts.text(column::SOURCE_ID),
            content_hashes: contacts.long(column::CONTENT_HASH),
        }
    }

    fn by_source_id(&self, row: usize) -> RecordKey {
        let Some(source_id) = self.source_ids.get(row) else { return UNSETTLED };
        let mut message = vec![BY_SOURCE_ID];
        push(&mut message, self.sources.get(row));
        push(&mut message, Some(source_id));
        RecordKey(first_128_bits(&message))
    }

    fn by_content(&self, row: usize, n: u64) -> RecordKey {
        let mut message = vec![BY_CONTENT];
        push(&mut message, self.sources.get(row));
        push(&mut message, self.source_ids.get(row));
        message.extend(self.content_hashes.get(row).unwrap_or(0).to_be_bytes());
        message.extend(n.to_be_bytes());
        RecordKey(first_128_bits(&message))
    }
}

/// Adds a text with its length before it, so that `ab` + `c` is not `a` + `bc`; absent is not
/// empty.
fn push(message: &mut Vec<u8>, text: Option<&str>) {
    let length = text.map_or(u64::MAX, |text| text.len() as u64);
    message.extend(length.to_be_bytes());
    message.extend(text.unwrap_or("").as_bytes());
}

fn first_128_bits(message: &[u8]) -> u128 {
    let digest = digest(&SHA256, message);
    digest.as_ref()[..16].iter().fold(0, |bits, &byte| bits << 8 | u128::from(byte))
}
