//! Which blocks are small enough to be compared?
//!
//! Pairs grow with the square of a block: those that are too large are set aside, to be parted by
//! a further key, and what stays large is left and counted. What is small enough is gathered in
//! shares of like work.

use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

use super::sharing::Entry;

/// What a blocking rule did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    /// The rule: its keys, joined by `+`.
    pub rule: String,
    /// Blocks of two records or more, after large ones were parted.
    pub n_blocks: u64,
    /// Pairs in them.
    pub n_pairs: u64,
    /// Those that no earlier rule had found.
    pub n_pairs_new: u64,
    /// Blocks too large to compare, parted as far as the settings say.
    pub n_blocks_capped: u64,
    /// Records in those.
    pub n_records_capped: u64,
    /// Pairs not compared under this rule, because of a large block. Other rules may find them.
    /// A rule that a file of this size does not lay at all brings nobody together and skips
    /// nobody: its blocks are not made.
    pub n_pairs_skipped: u64,
}

/// The blocks of a rule in the making.
pub(super) struct Making {
    /// Blocks of more records are too large.
    pub(super) n_records_max: usize,
    pub(super) counts: RuleCount,
    pub(super) small: Small,
    /// Entries of blocks that are too large, block by block.
    pub(super) too_large: Vec<Entry>,
    /// Keys of those, whether or not they are parted.
    pub(super) large: HashSet<u64, FxBuildHasher>,
}

impl Making {
    /// Begins with no block; larger ones than so many records are set aside.
    pub(super) fn of(rule: &str, n_records_max: usize) -> Making {
        let counts = RuleCount {
            rule: rule.to_owned(),
            n_blocks: 0,
            n_pairs: 0,
            n_pairs_new: 0,
            n_blocks_capped: 0,
            n_records_capped: 0,
            n_pairs_skipped: 0,
        };
        Making {
            n_records_max,
            counts,
            small: Small::default(),
            too_large: Vec::new(),
            large: HashSet::default(),
        }
    }

    /// Counts a block that is too large, however it might be parted.
    pub(super) fn leaves(&mut self, key: u64, n_in_block: usize) {
        self.counts.n_pairs_skipped += pairs_of(n_in_block);
        self.counts.n_blocks_capped += 1;
        self.counts.n_records_capped += n_in_block as u64;
        self.large.insert(key);
    }

    /// Counts blocks that are all too large, of a rule that is not laid at all.
    pub(super) fn leaves_all(&mut self, entries: &[Entry]) {
        for block in entries.chunk_by(|one, other| one.0 == other.0) {
            self.counts.n_pairs_skipped += pairs_of(block.len());
            self.counts.n_blocks_capped += 1;
            self.counts.n_records_capped += block.len() as u64;
        }
    }

    /// Counts a block, and tells whether it is small enough to be compared; sets it aside
    /// otherwise.
    pub(super) fn takes(&mut self, block: &[Entry]) -> bool {
        let n_pairs = pairs_of(block.len());
        if block.len() > self.n_records_max {
            self.counts.n_pairs_skipped += n_pairs;
            self.large.insert(block[0].0);
            self.too_large.extend_from_slice(block);
            return false;
        }
        self.counts.n_blocks += u64::from(n_pairs > 0);
        self.counts.n_pairs += n_pairs;
        self.small.count(block.len());
        n_pairs > 0
    }
}

/// Blocks small enough to be compared, one after the other.
#[derive(Default)]
pub(super) struct Small {
    pub(super) entries: Vec<Entry>,
    /// Where a share of the work ends.
    ends: Vec<usize>,
    n_counted: usize,
    n_pairs_of_share: u64,
}

/// A share of the work, so that threads are busy alike.
const N_PAIRS_SHARE: u64 = 1 << 15;

impl Small {
    /// Counts a block that is being added.
    fn count(&mut self, n_in_block: usize) {
        if n_in_block < 2 {
            return;
        }
        self.n_counted += n_in_block;
        self.n_pairs_of_share += pairs_of(n_in_block);
        if self.n_pairs_of_share >= N_PAIRS_SHARE {
            self.ends.push(self.n_counted);
            self.n_pairs_of_share = 0;
        }
    }

    /// Gives the entries share by share, each of whole blocks.
    pub(super) fn shares(&self) -> Vec<&[Entry]> {
        let mut shares = Vec::with_capacity(self.ends.len() + 1);
        let mut start = 0;
        for &end in self.ends.iter().chain(std::iter::once(&self.entries.len())) {
            if end > start {
                shares.push(&self.entries[start..end]);
            }
            start = end;
        }
        shares
    }
}

/// Gives the size up to which all blocks together, of these sizes, make no more pairs than are
/// afforded.
pub(super) fn n_records_afforded(
    sizes: impl Iterator<Item = usize>,
    n_pairs_afforded: u64,
) -> usize {
    if n_pairs_afforded == 0 {
        return 0;
    }
    // A larger block alone makes more.
    let largest = (2 * n_pairs_afforded).isqrt() + 1;
    let mut n_of_size = vec![0_u64; usize::try_from(largest).unwrap_or(usize::MAX - 1) + 1];
    for size in sizes {
        if let Some(n_blocks) = n_of_size.get_mut(size) {
            *n_blocks += 1;
        }
    }
    let mut n_pairs = 0;
    let is_afforded = |&(size, n_blocks): &(usize, u64)| {
        n_pairs += n_blocks * pairs_of(size);
        n_pairs <= n_pairs_afforded
    };
    (0..).zip(n_of_size).take_while(is_afforded).last().map_or(0, |(size, _)| size)
}

/// Counts the pairs of so many records.
pub(super) fn pairs_of(n_records: usize) -> u64 {
    let n = n_records as u64;
    n * n.saturating_sub(1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_afforded_from_the_smallest_until_the_pairs_are_too_many() {
        let check = |sizes: &[usize], n_pairs: u64, expected: usize| {
            let found = n_records_afforded(sizes.iter().copied(), n_pairs);
            assert_eq!(found, expected, "{sizes:?} {n_pairs}");
        };
        check(&[10, 10, 20], 0, 0);
        // Two blocks of ten make 90 pairs, one of twenty 190.
        check(&[20, 10, 10], 89, 9);
        check(&[20, 10, 10], 90, 14);
        check(&[20, 10, 10], 279, 19);
        check(&[20, 10, 10], 280, 24);
        check(&[100], 4949, 99);
        check(&[100], 4950, 100);
    }
}
