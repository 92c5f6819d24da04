//! How many different values are there?
//!
//! Keeps the smallest hashes: exact up to their number, an estimate beyond it. Sketches of parts
//! join to the sketch of the whole, whatever the order.
//!
//! # Source
//! Bar-Yossef et al., "Counting distinct elements in a data stream", RANDOM 2002, algorithm 1;
//! the unbiased form (k − 1) / h is from Beyer et al., SIGMOD 2007.

use std::collections::BTreeSet;
use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Hashes that are kept; the standard error beyond them is 1 / √k, 1.6 %.
const N_HASHES_MAX: usize = 4_096;

/// The smallest hashes of some values.
#[derive(Debug, Clone, Default)]
pub(super) struct Sketch {
    hashes: BTreeSet<u64>,
    is_full: bool,
}

impl Sketch {
    /// Notes a value.
    pub(super) fn see(&mut self, value: &str) {
        let mut hasher = FxHasher::default();
        hasher.write(value.as_bytes());
        hasher.write_usize(value.len());
        self.keep(spread(hasher.finish()));
    }

    fn keep(&mut self, hash: u64) {
        if self.is_full && self.hashes.last().is_some_and(|largest| *largest <= hash) {
            return;
        }
        self.hashes.insert(hash);
        if self.hashes.len() > N_HASHES_MAX {
            self.hashes.pop_last();
            self.is_full = true;
        }
    }

    /// Takes in the values of another.
    pub(super) fn join(&mut self, other: &Sketch) {
        other.hashes.iter().for_each(|&hash| self.keep(hash));
        self.is_full |= other.is_full;
    }

    /// Tells whether there were more values than hashes are kept.
    pub(super) fn is_estimate(&self) -> bool {
        self.is_full
    }

    /// Counts the different values.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    pub(super) fn n_distinct(&self) -> u64 {
        match self.hashes.last() {
            Some(&largest) if self.is_full => {
                // (k − 1) / h, with h as a share of all hashes.
                let share = largest as f64 / u64::MAX as f64;
                ((self.hashes.len() as f64 - 1.0) / share).round() as u64
            }
            _ => self.hashes.len() as u64,
        }
    }
}

/// Spreads a quick hash over all bits.
///
/// # Source
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014:
/// `SplitMix64`'s finisher.
fn spread(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(values: std::ops::Range<u32>) -> Sketch {
        let mut sketch = Sketch::default();
        values.for_each(|value| sketch.see(&format!("{value}@example.com")));
        sketch
    }

    #[test]
    fn few_values_are_counted_and_many_estimated() {
        assert_eq!((sketch(0..4_000).n_distinct(), sketch(0..4_000).is_estimate()), (4_000, false));
        let many = sketch(0..100_000);
        let off = many.n_distinct() as f64 / 100_000.0 - 1.0;
        assert!(many.is_estimate() && off.abs() < 0.06, "{off}");
    }

    #[test]
    fn parts_join_to_the_whole_in_any_order() {
        let (one, other) = (sketch(0..6_000), sketch(3_000..9_000));
        let (mut ahead, mut back) = (one.clone(), other.clone());
        ahead.join(&other);
        back.join(&one);
        assert_eq!(ahead.n_distinct(), back.n_distinct());
        assert_eq!(ahead.n_distinct(), sketch(0..9_000).n_distinct());
    }
}
