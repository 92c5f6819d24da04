//! Which records share a key?
//!
//! Most keys are one record's alone, and are dropped before anything is sorted: the entries of
//! each chunk are parted by the first bits of their keys, and what all chunks have of one part
//! fits in a cache. There a filter of two bits a place tells keys met once from others, and only
//! the others are sorted.
//!
//! Memory: 32 bytes per record while a rule is at work; the buffers serve one rule after another.

use rayon::prelude::*;

/// A key of a record; 16 bytes.
pub(super) type Entry = (u64, u32);

/// The buffers that entries pass through.
#[derive(Default)]
pub(super) struct Sharing {
    chunks: Vec<Chunk>,
    kept: Vec<Entry>,
}

/// Entries of some records, as they are made and then part by part.
#[derive(Default)]
struct Chunk {
    made: Vec<Entry>,
    parted: Vec<Entry>,
    /// Where each part begins, and where the last ends.
    starts: Vec<u32>,
}

/// A chunk has so many parts for each chunk that there is.
const N_PARTS_PER_CHUNK: usize = 16;

/// There are at most so many parts: each is written to at its own place in memory.
const N_PART_BITS_MAX: u32 = 11;

impl Sharing {
    /// Gives the entries whose key more than one record has, by key, then record, each once.
    /// `fill` makes the entries of a chunk, some ten thousand at a time; keys must be spread
    /// evenly over all 64 bits.
    pub(super) fn entries(
        &mut self,
        n_chunks: usize,
        fill: impl Fn(usize, &mut Vec<Entry>) + Sync,
    ) -> Vec<Entry> {
        let n_bits = (n_chunks * N_PARTS_PER_CHUNK).max(2).ilog2().min(N_PART_BITS_MAX);
        self.chunks.resize_with(n_chunks, Chunk::default);
        self.chunks.par_iter_mut().enumerate().for_each(|(place, chunk)| {
            chunk.made.clear();
            fill(place, &mut chunk.made);
            chunk.part(n_bits);
        });
        let chunks = &self.chunks;
        let parts: Vec<Vec<Entry>> =
            (0..1 << n_bits).into_par_iter().map(|part| shared_of_part(chunks, part)).collect();
        let mut kept = std::mem::take(&mut self.kept);
        kept.clear();
        kept.reserve(parts.iter().map(Vec::len).sum());
        for part in parts {
            kept.extend_from_slice(&part);
        }
        kept
    }

    /// Takes entries back that are of no use any more, for the room that they take.
    pub(super) fn take_back(&mut self, entries: Vec<Entry>) {
        self.kept = entries;
    }
}

impl Chunk {
    /// Parts the entries by the first bits of their keys.
    fn part(&mut self, n_bits: u32) {
        let part = |key: u64| usize::try_from(key >> (64 - n_bits)).unwrap_or(0);
        let n_parts = 1_usize << n_bits;
        self.starts.clear();
        self.starts.resize(n_parts + 2, 0);
        // Counted two places on, each part's start is its neighbour's count, and moves to its end
        // as it is filled.
        for &(key, _) in &self.made {
            self.starts[part(key) + 2] += 1;
        }
        for place in 2..self.starts.len() {
            self.starts[place] += self.starts[place - 1];
        }
        self.parted.resize(self.made.len(), (0, 0));
        for &entry in &self.made {
            let place = &mut self.starts[part(entry.0) + 1];
            self.parted[*place as usize] = entry;
            *place += 1;
        }
        self.starts.truncate(n_parts + 1);
    }

    fn of_part(&self, part: usize) -> &[Entry] {
        &self.parted[self.starts[part] as usize..self.starts[part + 1] as usize]
    }
}

/// Gives the entries of a part whose key more than one record has, by key, then record, each
/// once.
fn shared_of_part(chunks: &[Chunk], part: usize) -> Vec<Entry> {
    const N_PLACES: usize = 1 << 14;
    let (mut once, mut again) = ([0_u64; N_PLACES / 64], [0_u64; N_PLACES / 64]);
    // The first bits are those of the part; these are others.
    let place = |key: u64| {
        let place = usize::try_from(key).unwrap_or(0) % N_PLACES;
        (place / 64, 1 << (place % 64))
    };
    // Chunk by chunk, since a loop over all of them asks at each entry whether its chunk ends.
    for chunk in chunks {
        for &(key, _) in chunk.of_part(part) {
            let (word, bit): (usize, u64) = place(key);
            again[word] |= once[word] & bit;
            once[word] |= bit;
        }
    }
    let is_met_again = |&&(key, _): &&Entry| {
        let (word, bit) = place(key);
        again[word] & bit != 0
    };
    let mut met: Vec<Entry> = Vec::new();
    for chunk in chunks {
        met.extend(chunk.of_part(part).iter().filter(is_met_again));
    }
    met.sort_unstable();
    // A record may say the same twice.
    met.dedup();
    let mut n_kept = 0;
    let mut start = 0;
    while start < met.len() {
        let key = met[start].0;
        let n_of_key = met[start..].iter().take_while(|entry| entry.0 == key).count();
        if n_of_key > 1 {
            met.copy_within(start..start + n_of_key, n_kept);
            n_kept += n_of_key;
        }
        start += n_of_key;
    }
    met.truncate(n_kept);
    met
}

/// Mixes a value into a key, so that keys are spread over all 64 bits.
///
/// # Source
/// Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators", mix64.
#[inline]
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
