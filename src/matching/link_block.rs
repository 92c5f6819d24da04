//! Which records may a row of a sample mean?
//!
//! The rows' keys are indexed and the records stream past them, so memory grows with the sample.
//! A key that too many records have is refined by a second one, and skipped if that does not
//! help; both are counted. Pairs within the sample, and among the records, are never looked at.

use std::sync::atomic::{AtomicU32, Ordering};

use hashbrown::HashMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

use super::features::Features;
use super::intern::count;
use super::key::{list_of, listed_value, one};
use super::settings::{Key, Settings};
use super::sharing::mixed;

/// Records that are looked at in one piece of work.
const N_RECORDS_CHUNK: usize = 1 << 15;

/// A row and a record that it may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) row: u32,
    pub(super) record: u32,
    /// The place of the first rule that brings them together.
    pub(super) rule: u8,
}

/// What a blocking rule did for a sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkRule {
    /// The rule: its keys, joined by `+`.
    pub rule: String,
    /// Pairs of a row and a record that it brings together.
    pub n_pairs: u64,
    /// Keys of rows that too many records have, even when refined.
    pub n_keys_capped: u64,
    /// Pairs left out for that. Other rules may find them.
    pub n_pairs_skipped: u64,
}

/// Finds the candidates: `features` holds the records and, from `n_base` on, the rows.
///
/// # Shape
/// Each pair once, under its first rule; sorted by row, then record.
pub(super) fn candidates(
    features: &Features,
    n_base: usize,
    settings: &Settings,
) -> (Vec<Found>, Vec<LinkRule>) {
    let n_rows = features.n_records() - n_base;
    let n_afforded = settings.n_pairs_afforded / n_rows.max(1);
    let refine_of =
        |place: usize| settings.block[place].refine.as_ref().unwrap_or(&settings.refine);
    let mut all = Vec::new();
    let mut counts = Vec::with_capacity(settings.block.len());
    for (place, rule) in settings.block.iter().enumerate() {
        let search = Search {
            features,
            n_base,
            n_records_max: rule
                .n_records_max
                .unwrap_or(settings.n_records_block_max)
                .max(n_afforded),
        };
        let mut told =
            LinkRule { rule: rule.name(), n_pairs: 0, n_keys_capped: 0, n_pairs_skipped: 0 };
        let mut rows: Vec<u32> = (n_base..features.n_records()).map(count).collect();
        let refine = search.told_by(refine_of(place), &rows);
        for step in 0..=refine.len() {
            let keys = Keys { on: &rule.on, refine: &refine[..step] };
            let Step { pairs, large, n_pairs_large } = search.step(keys, &rows);
            told.n_pairs += pairs.len() as u64;
            all.extend(pairs.into_iter().map(|(row, record)| Found {
                row,
                record,
                rule: count_u8(place),
            }));
            if large.is_empty() {
                break;
            }
            if step == refine.len() {
                told.n_keys_capped = large.len() as u64;
                told.n_pairs_skipped = n_pairs_large;
            }
            rows = large;
        }
        counts.push(told);
    }
    all.par_sort_unstable();
    all.dedup_by_key(|found| (found.row, found.record));
    (all, counts)
}

fn count_u8(place: usize) -> u8 {
    u8::try_from(place).unwrap_or(u8::MAX)
}

/// What records must agree on: a rule's keys, and those that refine them.
#[derive(Clone, Copy)]
struct Keys<'a> {
    on: &'a [Key],
    refine: &'a [Key],
}

struct Search<'a> {
    features: &'a Features,
    n_base: usize,
    n_records_max: usize,
}

/// What came of one set of keys.
struct Step {
    pairs: Vec<(u32, u32)>,
    /// Rows of which a key is too common.
    large: Vec<u32>,
    n_pairs_large: u64,
}

impl Search<'_> {
    /// Keeps the keys that some row has: one that the sample does not show, such as a birth date
    /// where there is none, would part every row from every record that has it.
    fn told_by(&self, keys: &[Key], rows: &[u32]) -> Vec<Key> {
        let is_told = |key: &Key| {
            let of = |row: u32| &self.features.records[row as usize];
            rows.iter().any(|&row| one(self.features, *key, row, of(row)) != 0)
        };
        keys.iter().copied().filter(is_told).collect()
    }

    fn step(&self, keys: Keys<'_>, rows: &[u32]) -> Step {
        let mut places = HashMap::<u64, u32, FxBuildHasher>::default();
        let mut rows_of: Vec<Vec<u32>> = Vec::new();
        for &row in rows {
            self.each_key(keys, row, |key| {
                let next = count(rows_of.len());
                let place = *places.entry(key).or_insert(next) as usize;
                if place == rows_of.len() {
                    rows_of.push(Vec::new());
                }
                if rows_of[place].last() != Some(&row) {
                    rows_of[place].push(row);
                }
            });
        }
        let n_records: Vec<AtomicU32> = rows_of.iter().map(|_| AtomicU32::new(0)).collect();
        self.each_record(|record, (): &mut ()| {
            self.each_key(keys, record, |key| {
                if let Some(&place) = places.get(&key) {
                    n_records[place as usize].fetch_add(1, Ordering::Relaxed);
                }
            });
        });
        let n_of = |place: usize| n_records[place].load(Ordering::Relaxed) as usize;
        let is_large = |place: usize| n_of(place) > self.n_records_max;
        let pairs = self.each_record(|record, pairs: &mut Vec<(u32, u32)>| {
            self.each_key(keys, record, |key| {
                if let Some(&place) = places.get(&key)
                    && !is_large(place as usize)
                {
                    pairs.extend(rows_of[place as usize].iter().map(|&row| (row, record)));
                }
            });
        });
        let too_large = || (0..rows_of.len()).filter(|&place| is_large(place));
        let mut large: Vec<u32> =
            too_large().flat_map(|place| rows_of[place].iter().copied()).collect();
        large.sort_unstable();
        large.dedup();
        let n_pairs_large =
            too_large().map(|place| (n_of(place) * rows_of[place].len()) as u64).sum();
        let mut pairs = pairs.concat();
        // A record and a row that share two values of a list are one pair.
        pairs.par_sort_unstable();
        pairs.dedup();
        Step { pairs, large, n_pairs_large }
    }

    /// Visits all records, a chunk at a time; gives what each chunk made, in order.
    fn each_record<T: Default + Send>(&self, visit: impl Fn(u32, &mut T) + Sync) -> Vec<T> {
        let starts: Vec<usize> = (0..self.n_base).step_by(N_RECORDS_CHUNK).collect();
        starts
            .into_par_iter()
            .map(|start| {
                let mut made = T::default();
                for record in start..self.n_base.min(start + N_RECORDS_CHUNK) {
                    visit(count(record), &mut made);
                }
                made
            })
            .collect()
    }

    /// Gives the keys of a record or row; none where it lacks what a rule asks for.
    fn each_key(&self, keys: Keys<'_>, record: u32, mut visit: impl FnMut(u64)) {
        let of = &self.features.records[record as usize];
        let one = |key: Key| one(self.features, key, record, of);
        let listed = keys.on.iter().find_map(|&key| Some((key, list_of(key)?)));
        let mut all = 0;
        for &key in keys.on {
            if listed.is_some_and(|(listed, _)| listed == key) {
                continue;
            }
            match one(key) {
                0 => return,
                value => all = mixed(all, value),
            }
        }
        all = keys.refine.iter().fold(all, |all, &key| mixed(all, one(key)));
        match listed {
            None => visit(all),
            Some((key, list)) => {
                for &value in self.features.list(list, record, of) {
                    visit(mixed(all, listed_value(key, value)));
                }
            }
        }
    }
}
