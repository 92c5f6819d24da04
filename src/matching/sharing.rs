//! Which records share a key?
//!
//! Most keys are one record's alone, and are dropped before anything is sorted: the entries are
//! parted by the first bits of their keys into buckets that fit in a cache, in each bucket a
//! filter of two bits a place tells keys met once from others, and only the others are sorted.
//!
//! Memory: 32 bytes per record while a rule is at work; the buffers serve one rule after another.

use rayon::prelude::*;

/// A key of a record; 16 bytes.
pub(super) type Entry = (u64, u32);

/// The buffers that entries pass through.
#[derive(Default)]
pub(super) struct Sharing {
    chunks: Vec<Vec<Entry>>,
    parted: Vec<Entry>,
}

/// Fewer entries are sorted as they are.
const N_ENTRIES_PARTED_MIN: usize = 1 << 14;

/// So many entries go into a bucket, more or less.
const N_ENTRIES_BUCKET: usize = 1 << 10;

/// There are at most so many buckets: each is written to at its own place in memory.
const N_BUCKET_BITS_MAX: u32 = 11;

impl Sharing {
    /// Gives the entries whose key more than one record has, by key, then record, each once.
    /// `fill` makes the entries of a chunk; keys must be spread evenly over all 64 bits.
    pub(super) fn entries(
        &mut self,
        n_chunks: usize,
        fill: impl Fn(usize, &mut Vec<Entry>) + Sync,
    ) -> Vec<Entry> {
        self.chunks.resize_with(n_chunks, Vec::new);
        self.chunks.par_iter_mut().enumerate().for_each(|(chunk, entries)| {
            entries.clear();
            fill(chunk, entries);
        });
        let n_entries: usize = self.chunks.iter().map(Vec::len).sum();
        let mut parted = std::mem::take(&mut self.parted);
        if n_entries < N_ENTRIES_PARTED_MIN {
            parted.clear();
            parted.extend(self.chunks.iter().flatten());
            let n_shared = keep_shared(&mut parted);
            parted.truncate(n_shared);
            return parted;
        }
        let ends = part(&self.chunks, n_entries, &mut parted);
        let mut buckets = Vec::with_capacity(ends.len());
        let (mut rest, mut start) = (parted.as_mut_slice(), 0);
        for end in ends {
            let (bucket, others) = rest.split_at_mut(end - start);
            buckets.push((start, bucket));
            (rest, start) = (others, end);
        }
        let kept: Vec<(usize, usize)> =
            buckets.into_par_iter().map(|(start, bucket)| (start, keep_shared(bucket))).collect();
        let mut n_kept = 0;
        for (start, n_shared) in kept {
            parted.copy_within(start..start + n_shared, n_kept);
            n_kept += n_shared;
        }
        parted.truncate(n_kept);
        parted
    }

    /// Takes entries back that are of no use any more, for the room that they take.
    pub(super) fn take_back(&mut self, entries: Vec<Entry>) {
        self.parted = entries;
    }
}

/// Parts entries by the first bits of their keys, and tells where each bucket ends.
fn part(chunks: &[Vec<Entry>], n_entries: usize, parted: &mut Vec<Entry>) -> Vec<usize> {
    let n_bits = (n_entries / N_ENTRIES_BUCKET).max(2).ilog2().min(N_BUCKET_BITS_MAX);
    let bucket = |key: u64| usize::try_from(key >> (64 - n_bits)).unwrap_or(0);
    let mut places = vec![0; (1 << n_bits) + 1];
    for &(key, _) in chunks.iter().flatten() {
        places[bucket(key) + 1] += 1;
    }
    for place in 1..places.len() {
        places[place] += places[place - 1];
    }
    let ends = places[1..].to_vec();
    parted.resize(n_entries, (0, 0));
    for &entry in chunks.iter().flatten() {
        let place = &mut places[bucket(entry.0)];
        parted[*place] = entry;
        *place += 1;
    }
    ends
}

/// Moves the entries to the front whose key more than one record has, by key, then record, each
/// once, and counts them.
fn keep_shared(entries: &mut [Entry]) -> usize {
    const N_PLACES: usize = 1 << 14;
    let (mut once, mut again) = ([0_u64; N_PLACES / 64], [0_u64; N_PLACES / 64]);
    // The first bits are those of the bucket; these are others.
    let place = |key: u64| {
        let place = usize::try_from(key).unwrap_or(0) % N_PLACES;
        (place / 64, 1 << (place % 64))
    };
    for &(key, _) in &*entries {
        let (word, bit): (usize, u64) = place(key);
        again[word] |= once[word] & bit;
        once[word] |= bit;
    }
    let mut n_met = 0;
    for at in 0..entries.len() {
        let (word, bit) = place(entries[at].0);
        if again[word] & bit != 0 {
            entries[n_met] = entries[at];
            n_met += 1;
        }
    }
    let entries = &mut entries[..n_met];
    entries.sort_unstable();
    let (mut n_kept, mut start) = (0, 0);
    while start < entries.len() {
        let first = n_kept;
        let mut end = start;
        while end < entries.len() && entries[end].0 == entries[start].0 {
            // A record may say the same twice.
            if end == start || entries[end] != entries[end - 1] {
                entries[n_kept] = entries[end];
                n_kept += 1;
            }
            end += 1;
        }
        if n_kept == first + 1 {
            n_kept = first;
        }
        start = end;
    }
    n_kept
}

/// Mixes a value into a key, so that keys are spread over all 64 bits.
///
/// # Source
/// Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators", mix64.
pub(super) fn mixed(key: u64, value: u64) -> u64 {
    let mut z = key.rotate_left(23) ^ value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What `entries` says, by sorting alone.
    fn expected(mut entries: Vec<Entry>) -> Vec<Entry> {
        entries.sort_unstable();
        entries.dedup();
        let blocks = entries.chunk_by(|one, other| one.0 == other.0);
        blocks.filter(|block| block.len() > 1).flatten().copied().collect()
    }

    #[test]
    fn entries_in_buckets_are_those_that_sorting_finds() {
        let entries: Vec<Entry> = (0..60_000_u32)
            .map(|record| (mixed(0, u64::from(record) * 7 % 40_009), record % 59_000))
            .collect();
        let mut sharing = Sharing::default();
        let chunks: Vec<&[Entry]> = entries.chunks(1_000).collect();
        for _ in 0..2 {
            let found = sharing.entries(chunks.len(), |chunk, to| to.extend(chunks[chunk]));
            assert_eq!(found, expected(entries.clone()));
            sharing.take_back(found);
        }
    }

    proptest! {
        #[test]
        fn only_keys_of_several_records_are_kept(
            pairs in prop::collection::vec((0_u64..40, 0_u32..20), 0..120),
        ) {
            let entries: Vec<Entry> =
                pairs.into_iter().map(|(key, record)| (mixed(0, key), record)).collect();
            let found = Sharing::default().entries(1, |_, to| to.extend(&entries));
            prop_assert_eq!(found, expected(entries));
        }
    }
}
