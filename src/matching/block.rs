//! Which pairs are worth comparing?
//!
//! For each rule, records that agree on its keys form a block; all pairs of a block are
//! candidates. A pair belongs to the first rule that brings it together, and is given once: that
//! is worked out from the two records alone, so pairs are never stored. A large block is parted
//! by further keys; what stays large is skipped, and counted.
//!
//! Memory: 16 bytes per record and key while a rule is at work.

use hashbrown::HashSet;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

use super::features::{Features, List, Pair, Record};
use super::intern::count;
use super::key::{Derived, list_of, listed_value};
use super::settings::{Key, Settings};

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
    pub n_pairs_skipped: u64,
}

/// A key of a record; 16 bytes.
type Entry = (u64, u32);

struct Rule {
    name: String,
    /// The key of which a record may have several values, if there is one.
    listed: Option<(Key, List)>,
    keys: Vec<Key>,
    refine: Vec<Key>,
    n_records_max: usize,
    /// Keys whose blocks were too large, and the keys that parted them if those were.
    large: HashSet<u64, FxBuildHasher>,
}

/// The blocking rules over the records of a run.
pub(super) struct Blocks<'a> {
    features: &'a Features,
    derived: Derived,
    rules: Vec<Rule>,
    /// The records that are brought together; all where absent.
    among: Option<Vec<u32>>,
}

/// A pair that a rule brings together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) pair: Pair<'a>,
    /// The rule's place.
    pub(super) rule: u8,
    /// No earlier rule, and no earlier key of this one, brings the two together.
    pub(super) is_new: bool,
}

impl<'a> Blocks<'a> {
    pub(super) fn of(features: &'a Features, settings: &Settings) -> Blocks<'a> {
        // Every record in a block of s others makes n * s / 2 pairs.
        let n_records_afforded = 2 * settings.n_pairs_afforded / features.n_records().max(1);
        let rules: Vec<Rule> = settings
            .block
            .iter()
            .map(|rule| {
                let listed = rule.on.iter().find_map(|&key| Some((key, list_of(key)?)));
                let is_listed = |key: Key| listed.is_some_and(|(listed, _)| listed == key);
                Rule {
                    name: rule.name(),
                    listed,
                    keys: rule.on.iter().copied().filter(|&key| !is_listed(key)).collect(),
                    refine: rule.refine.clone().unwrap_or_else(|| settings.refine.clone()),
                    n_records_max: rule
                        .n_records_max
                        .unwrap_or(settings.n_records_block_max)
                        .max(n_records_afforded),
                    large: HashSet::default(),
                }
            })
            .collect();
        let is_asked_for = |key: Key| {
            rules.iter().any(|rule| rule.keys.contains(&key) || rule.refine.contains(&key))
        };
        Blocks { features, derived: Derived::of(features, is_asked_for), rules, among: None }
    }

    /// Brings only some of the records together.
    pub(super) fn among(self, records: Vec<u32>) -> Blocks<'a> {
        Blocks { among: Some(records), ..self }
    }

    /// Gives the name of the rule at a place.
    pub(super) fn name(&self, rule: u8) -> &str {
        &self.rules[usize::from(rule)].name
    }

    /// Names the rules that bring a pair together, as far as large blocks are known.
    pub(super) fn rules_of(&self, pair: Pair<'_>) -> Vec<String> {
        let finds = |rule: &&Rule| self.first_key(rule, pair).is_some();
        self.rules.iter().filter(finds).map(|rule| rule.name.clone()).collect()
    }

    /// Goes through the candidates, rule by rule, a share of the blocks at a time: `work` makes
    /// something of a share's candidates, `gather` takes what was made, in order.
    pub(super) fn walk<T: Send>(
        &mut self,
        work: impl Fn(&mut Candidates<'_>) -> T + Sync,
        mut gather: impl FnMut(T),
    ) -> Vec<RuleCount> {
        (0..self.rules.len())
            .map(|place| {
                let (small, mut counts) = self.blocks(place);
                let this = &*self;
                let made: Vec<(T, u64)> = small
                    .shares()
                    .into_par_iter()
                    .map(|entries| {
                        let mut candidates =
                            Candidates { blocks: this, place, entries, n_pairs_new: 0 };
                        (work(&mut candidates), candidates.n_pairs_new)
                    })
                    .collect();
                for (made, n_pairs_new) in made {
                    counts.n_pairs_new += n_pairs_new;
                    gather(made);
                }
                counts
            })
            .collect()
    }

    /// Tells whether this rule and this key are the first that bring a pair together.
    fn is_first(&self, place: usize, key: u64, pair: Pair<'_>) -> bool {
        if self.rules[..place].iter().any(|rule| self.first_key(rule, pair).is_some()) {
            return false;
        }
        let rule = &self.rules[place];
        rule.listed.is_none() || self.first_key(rule, pair) == Some(key)
    }

    /// Gives the smallest key under which a rule compares two records, if it does.
    fn first_key(&self, rule: &Rule, pair: Pair<'_>) -> Option<u64> {
        let Pair { a, b, x, y } = pair;
        for &key in &rule.keys {
            let value = self.derived.one(self.features, key, a, x);
            if value == 0 || value != self.derived.one(self.features, key, b, y) {
                return None;
            }
        }
        let Some((listed, list)) = rule.listed else {
            // Without large blocks the key itself decides nothing, and is not worth mixing.
            let is_plain = rule.large.is_empty();
            return if is_plain { Some(0) } else { self.small_key(rule, 0, pair) };
        };
        let mut first: Option<u64> = None;
        for &one in self.features.list(list, a, x) {
            for &other in self.features.list(list, b, y) {
                let value = listed_value(listed, one);
                if value == listed_value(listed, other) {
                    let key = self.small_key(rule, value, pair);
                    first = match (first, key) {
                        (Some(first), Some(key)) => Some(first.min(key)),
                        (first, key) => first.or(key),
                    };
                }
            }
        }
        first
    }

    /// Follows a key that two records share to the block small enough to be compared; `listed`
    /// is the shared value of the listed key.
    fn small_key(&self, rule: &Rule, listed: u64, pair: Pair<'_>) -> Option<u64> {
        let Pair { a, b, x, y } = pair;
        let mut key = self.key_of(rule, listed, a, x);
        if !rule.large.contains(&key) {
            return Some(key);
        }
        for &refine in &rule.refine {
            let value = self.derived.one(self.features, refine, a, x);
            if value != self.derived.one(self.features, refine, b, y) {
                return None;
            }
            key = mixed(key, value);
            if !rule.large.contains(&key) {
                return Some(key);
            }
        }
        None
    }

    /// Mixes a record's keys into one; `listed` is the value of the listed key.
    fn key_of(&self, rule: &Rule, listed: u64, record: u32, of: &Record) -> u64 {
        let values = rule.keys.iter().map(|&key| self.derived.one(self.features, key, record, of));
        values.fold(mixed(0, listed), mixed)
    }

    /// Makes the blocks of a rule, and notes which were too large.
    fn blocks(&mut self, place: usize) -> (Small, RuleCount) {
        let rule = &self.rules[place];
        let mut counts = RuleCount {
            rule: rule.name.clone(),
            n_blocks: 0,
            n_pairs: 0,
            n_pairs_new: 0,
            n_blocks_capped: 0,
            n_records_capped: 0,
            n_pairs_skipped: 0,
        };
        let mut small = Small::default();
        let mut large = HashSet::default();
        let mut entries = sorted(self.entries(rule));
        // First as they are, then parted by one key after the other. A part takes its block's
        // pairs on its own account, so a block gives up all its pairs when it is parted.
        for step in 0..=rule.refine.len() {
            let mut too_large: Vec<Entry> = Vec::new();
            for block in entries.chunk_by(|one, other| one.0 == other.0) {
                let n_pairs = pairs_of(block.len());
                if step > 0 {
                    counts.n_pairs_skipped -= n_pairs;
                }
                if block.len() <= rule.n_records_max {
                    counts.n_blocks += u64::from(n_pairs > 0);
                    counts.n_pairs += n_pairs;
                    small.add(block);
                    continue;
                }
                counts.n_pairs_skipped += n_pairs;
                large.insert(block[0].0);
                if step == rule.refine.len() {
                    counts.n_blocks_capped += 1;
                    counts.n_records_capped += block.len() as u64;
                } else {
                    let refine = rule.refine[step];
                    too_large.extend(block.iter().map(|&(key, record)| {
                        let of = &self.features.records[record as usize];
                        let value = self.derived.one(self.features, refine, record, of);
                        (mixed(key, value), record)
                    }));
                }
            }
            entries = sorted(too_large);
        }
        self.rules[place].large = large;
        (small, counts)
    }

    /// Gives the keys of all records under a rule.
    fn entries(&self, rule: &Rule) -> Vec<Entry> {
        const N_RECORDS_CHUNK: usize = 1 << 15;
        let n_records = self.among.as_ref().map_or(self.features.n_records(), Vec::len);
        let starts: Vec<usize> = (0..n_records).step_by(N_RECORDS_CHUNK).collect();
        let chunks: Vec<Vec<Entry>> = starts
            .into_par_iter()
            .map(|start| {
                let mut entries = Vec::with_capacity(N_RECORDS_CHUNK);
                for place in start..n_records.min(start + N_RECORDS_CHUNK) {
                    let record = self.among.as_ref().map_or(count(place), |among| among[place]);
                    self.entries_of(rule, record, &mut entries);
                }
                entries
            })
            .collect();
        chunks.concat()
    }

    fn entries_of(&self, rule: &Rule, record: u32, entries: &mut Vec<Entry>) {
        let of = &self.features.records[record as usize];
        let has = |&key: &Key| self.derived.one(self.features, key, record, of) != 0;
        if !rule.keys.iter().all(has) {
            return;
        }
        match rule.listed {
            None => entries.push((self.key_of(rule, 0, record, of), record)),
            Some((listed, list)) => {
                entries.extend(self.features.list(list, record, of).iter().map(|&value| {
                    (self.key_of(rule, listed_value(listed, value), record, of), record)
                }));
            }
        }
    }
}

/// A share of the candidates.
pub(super) struct Candidates<'a> {
    blocks: &'a Blocks<'a>,
    place: usize,
    entries: &'a [Entry],
    n_pairs_new: u64,
}

impl Candidates<'_> {
    /// Gives each candidate once.
    pub(super) fn each(&mut self, mut visit: impl FnMut(Candidate<'_>)) {
        let rule = u8::try_from(self.place).unwrap_or(u8::MAX);
        // The records lie far apart. Copied side by side, all at once, they are fetched many at
        // a time, and once per block rather than once per pair.
        let records = &self.blocks.features.records;
        let copies: Vec<Record> =
            self.entries.iter().map(|&(_, record)| records[record as usize]).collect();
        let mut start = 0;
        for block in self.entries.chunk_by(|one, other| one.0 == other.0) {
            let copies = &copies[start..start + block.len()];
            start += block.len();
            for (first, (&(key, a), x)) in block.iter().zip(copies).enumerate() {
                for (&(_, b), y) in block.iter().zip(copies).skip(first + 1) {
                    let pair = Pair { a, b, x, y };
                    let is_new = self.blocks.is_first(self.place, key, pair);
                    self.n_pairs_new += u64::from(is_new);
                    visit(Candidate { pair, rule, is_new });
                }
            }
        }
    }
}

/// Blocks small enough to be compared, one after the other.
#[derive(Default)]
struct Small {
    entries: Vec<Entry>,
    /// Where a share of the work ends.
    ends: Vec<usize>,
    n_pairs_of_share: u64,
}

/// A share of the work, so that threads are busy alike.
const N_PAIRS_SHARE: u64 = 1 << 15;

impl Small {
    fn add(&mut self, block: &[Entry]) {
        if block.len() < 2 {
            return;
        }
        self.entries.extend_from_slice(block);
        self.n_pairs_of_share += pairs_of(block.len());
        if self.n_pairs_of_share >= N_PAIRS_SHARE {
            self.ends.push(self.entries.len());
            self.n_pairs_of_share = 0;
        }
    }

    fn shares(&self) -> Vec<&[Entry]> {
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

fn pairs_of(n_records: usize) -> u64 {
    let n = n_records as u64;
    n * n.saturating_sub(1) / 2
}

/// Mixes a value into a key, so that keys are spread over all 64 bits.
///
/// # Source
/// Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators", mix64.
fn mixed(key: u64, value: u64) -> u64 {
    let mut z = key.rotate_left(23) ^ value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Sorts entries by key, then record, and drops what a record says twice. Keys are spread
/// evenly, so their first bits part them into buckets that fit in a cache.
fn sorted(entries: Vec<Entry>) -> Vec<Entry> {
    const N_BITS: u32 = 10;
    if entries.len() < 1 << 14 {
        let mut entries = entries;
        entries.sort_unstable();
        entries.dedup();
        return entries;
    }
    let bucket = |key: u64| usize::try_from(key >> (64 - N_BITS)).unwrap_or(0);
    let mut places = vec![0; (1 << N_BITS) + 1];
    for &(key, _) in &entries {
        places[bucket(key) + 1] += 1;
    }
    for place in 1..places.len() {
        places[place] += places[place - 1];
    }
    let ends = places[1..].to_vec();
    let mut parted = vec![(0, 0); entries.len()];
    for &entry in &entries {
        let place = &mut places[bucket(entry.0)];
        parted[*place] = entry;
        *place += 1;
    }
    drop(entries);
    let mut buckets = Vec::with_capacity(ends.len());
    let (mut rest, mut start) = (parted.as_mut_slice(), 0);
    for end in ends {
        let (bucket, others) = rest.split_at_mut(end - start);
        buckets.push(bucket);
        (rest, start) = (others, end);
    }
    buckets.into_par_iter().for_each(<[Entry]>::sort_unstable);
    parted.dedup();
    parted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_in_buckets_is_sorting() {
        let entries: Vec<Entry> =
            (0..40_000_u32).map(|record| (mixed(0, u64::from(record % 9_001)), record)).collect();
        let mut expected = entries.clone();
        expected.sort_unstable();
        let mut twice = entries.clone();
        twice.extend(&entries[..500]);
        assert_eq!(sorted(twice), expected);
        assert_eq!(sorted(entries), expected);
    }
}
