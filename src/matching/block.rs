//! Which pairs are worth comparing?
//!
//! For each rule, records that agree on its keys form a block; all pairs of a block are
//! candidates. A pair belongs to the first rule that brings it together, and is given once: that
//! is worked out from the two records alone, so pairs are never stored. A large block is parted
//! by further keys; what stays large is skipped, and counted.

use hashbrown::HashSet;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::cap::{Making, RuleCount, Small, n_records_afforded, pairs_of};
use super::features::{Features, Pair, Record};
use super::frequency::counted;
use super::intern::count;
use super::key::{Agreed, Column, list_of, listed_value, one};
use super::list::List;
use super::settings::{Key, Settings};
use super::sharing::{Entry, Sharing, mixed};

struct Rule {
    name: String,
    /// The key of which a record may have several values, if there is one.
    listed: Option<(Key, List)>,
    keys: Vec<Key>,
    /// All its keys.
    on: Agreed,
    refine: Vec<Key>,
    n_records_max: usize,
    /// Whether all its blocks were too large: it brings nobody together.
    is_closed: bool,
    /// Keys whose blocks were too large, and the keys that parted them if those were.
    large: HashSet<u64, FxBuildHasher>,
}

impl Rule {
    /// Gives the key of a rule that has but one, of few values, and whose large blocks are not
    /// parted.
    fn coarse_key(&self) -> Option<Key> {
        let [key] = self.keys[..] else { return None };
        let is_coarse = matches!(
            key,
            Key::FirstInitial | Key::FirstSound | Key::LastSound | Key::BirthYear | Key::Everyone
        );
        (is_coarse && self.listed.is_none() && self.refine.is_empty()).then_some(key)
    }
}

/// A record without e-mail, phone, number or street may be brought together with so many more.
const N_PAIRS_PER_KEYLESS_RECORD: u64 = 20;

/// The blocking rules over the records of a run.
pub(super) struct Blocks<'a> {
    features: &'a Features,
    rules: Vec<Rule>,
    /// One in so many blocks is made.
    one_in: u64,
    /// As long as there are no more pairs than these, no block is too large.
    n_pairs_afforded: u64,
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
                    on: Agreed::on(&rule.on),
                    refine: rule.refine.clone().unwrap_or_else(|| settings.refine.clone()),
                    n_records_max: rule.n_records_max.unwrap_or(settings.n_records_block_max),
                    is_closed: false,
                    large: HashSet::default(),
                }
            })
            .collect();
        Blocks { features, rules, one_in: 1, n_pairs_afforded: settings.n_pairs_afforded as u64 }
    }

    /// Makes one in so many blocks, chosen by their keys: a sample of the pairs, in which those of
    /// one person have the share that they have in the file. Of a sample of the records they would
    /// have the less, the larger the file: both of a pair must be in it.
    pub(super) fn sampled(self, one_in: u64) -> Blocks<'a> {
        Blocks { one_in: one_in.max(1), ..self }
    }

    fn is_sampled(&self, key: u64) -> bool {
        // The first bits part the keys, and the last ones tell them apart.
        self.one_in == 1 || (key >> 16).is_multiple_of(self.one_in)
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
        let mut sharing = Sharing::default();
        let n_pairs_afforded = self.n_pairs_afforded_in_all();
        let mut n_pairs_left = n_pairs_afforded;
        let n_rules = self.rules.len();
        (0..n_rules)
            .map(|place| {
                // No rule takes more than a third of what is left, but for the last ones; all
                // pairs there are hold those that were found before.
                let n_pairs_afforded = match self.rules[place].keys[..] {
                    [Key::Everyone] => n_pairs_afforded,
                    _ => n_pairs_left / 3.min(n_rules - place) as u64,
                };
                let (small, mut counts) = self.blocks(place, n_pairs_afforded, &mut sharing);
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
                sharing.take_back(small.entries);
                n_pairs_left = n_pairs_left.saturating_sub(counts.n_pairs_new);
                counts
            })
            .collect()
    }

    /// Gives how many pairs may be made as long as no block is too large: more where many records
    /// have nothing but names, places and dates to be found by.
    fn n_pairs_afforded_in_all(&self) -> u64 {
        // A file of which a sample is enough affords no wide nets.
        if self.n_pairs_afforded == 0 || self.one_in > 1 {
            return 0;
        }
        let columns = &self.features.columns;
        let lists = [List::Email, List::Phone, List::CustomerKey].map(|list| columns.few(list));
        let is_keyless = |record: u32| {
            let row = record as usize;
            columns.address[row] == 0 && lists.iter().all(|few| few[row][0] == 0)
        };
        let records = 0..count(self.features.n_records());
        let n_keyless = records.filter(|&record| is_keyless(record)).count();
        self.n_pairs_afforded.max(N_PAIRS_PER_KEYLESS_RECORD * n_keyless as u64)
    }

    /// Tells whether this rule and this key are the first that bring a pair together.
    fn is_first(&self, place: usize, key: u64, pair: Pair<'_>) -> bool {
        let agreed = Agreed::of(self.features, pair);
        let may_find = |rule: &&Rule| agreed.has(rule.on);
        let earlier = &mut self.rules[..place].iter().filter(may_find);
        if earlier.any(|rule| self.first_key(rule, pair).is_some()) {
            return false;
        }
        let rule = &self.rules[place];
        rule.listed.is_none() || self.first_key(rule, pair) == Some(key)
    }

    /// Gives the smallest key under which a rule compares two records, if it does.
    fn first_key(&self, rule: &Rule, pair: Pair<'_>) -> Option<u64> {
        let Pair { a, b, x, y } = pair;
        if rule.is_closed {
            return None;
        }
        for &key in &rule.keys {
            let value = one(self.features, key, a, x);
            if value == 0 || value != one(self.features, key, b, y) {
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
            let value = one(self.features, refine, a, x);
            if value != one(self.features, refine, b, y) {
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
        let values = rule.keys.iter().map(|&key| one(self.features, key, record, of));
        values.fold(mixed(0, listed), mixed)
    }

    /// Makes the blocks of a rule, and notes which were too large; none is, as long as all make
    /// no more pairs than are afforded.
    fn blocks(
        &mut self,
        place: usize,
        n_pairs_afforded: u64,
        sharing: &mut Sharing,
    ) -> (Small, RuleCount) {
        let rule = &self.rules[place];
        let mut made = self.first_blocks(rule, n_pairs_afforded, sharing);
        let is_closed = made.n_records_max < 2;
        // A block that is too large is parted by one key after the other. A part takes its
        // block's pairs on its own account, so a block gives up all its pairs when it is parted.
        for &refine in &rule.refine {
            let mut parts: Vec<Entry> = std::mem::take(&mut made.too_large)
                .into_iter()
                .map(|(key, record)| {
                    let of = &self.features.records[record as usize];
                    (mixed(key, one(self.features, refine, record, of)), record)
                })
                .collect();
            parts.par_sort_unstable();
            for part in parts.chunk_by(|one, other| one.0 == other.0) {
                made.counts.n_pairs_skipped -= pairs_of(part.len());
                if made.takes(part) {
                    made.small.entries.extend_from_slice(part);
                }
            }
        }
        for block in std::mem::take(&mut made.too_large).chunk_by(|one, other| one.0 == other.0) {
            made.counts.n_pairs_skipped -= pairs_of(block.len());
            made.leaves(block[0].0, block.len());
        }
        self.rules[place].is_closed = is_closed;
        self.rules[place].large = made.large;
        (made.small, made.counts)
    }

    /// Makes the blocks of records that share a rule's key.
    fn first_blocks(&self, rule: &Rule, n_pairs_afforded: u64, sharing: &mut Sharing) -> Making {
        const N_RECORDS_CHUNK: usize = 1 << 15;
        let n_records = self.features.n_records();
        // To look at the sizes of all blocks costs time, and in a large file gains nothing.
        let n_pairs_afforded =
            if n_pairs_afforded < 2 * n_records as u64 { 0 } else { n_pairs_afforded };
        let cap = |sizes: &mut dyn Iterator<Item = usize>| {
            rule.n_records_max.max(n_records_afforded(sizes, n_pairs_afforded))
        };
        // Of keys that take few values most blocks are too large: these are counted and left.
        let sizes = rule.coarse_key().map(|key| {
            let column = Column::of(self.features, key);
            let sizes = counted((0..count(n_records)).map(|record| column.value(record)));
            let cap = cap(&mut sizes.iter().skip(1).map(|&n| n as usize));
            (column, sizes, cap)
        });
        let mut made = Making::of(&rule.name, sizes.as_ref().map_or(0, |sizes| sizes.2));
        if let Some((_, sizes, cap)) = &sizes {
            for (value, &n_in_block) in (0..).zip(sizes).skip(1) {
                if n_in_block as usize > *cap {
                    made.leaves(mixed(mixed(0, 0), value), n_in_block as usize);
                }
            }
        }
        let is_left = |record: u32| {
            sizes.as_ref().is_some_and(|(column, sizes, cap)| {
                sizes[column.value(record) as usize] as usize > *cap
            })
        };
        // Where all blocks are too large nothing is left to bring together.
        let are_all_left = sizes.as_ref().is_some_and(|(_, sizes, cap)| {
            sizes.iter().skip(1).all(|&n| n < 2 || n as usize > *cap)
        });
        // Nor where the file affords nothing of a rule that asks for that.
        let is_not_laid = n_pairs_afforded == 0 && rule.n_records_max < 2 && sizes.is_none();
        let n_records = if are_all_left || is_not_laid { 0 } else { n_records };
        let frequencies = &self.features.frequencies;
        let column = |&key: &Key| (Column::of(self.features, key), frequencies.of_key(key));
        let columns: Vec<(Column<'_>, &[u32])> = rule.keys.iter().map(column).collect();
        let mut entries = sharing.entries(n_records.div_ceil(N_RECORDS_CHUNK), |chunk, entries| {
            let start = chunk * N_RECORDS_CHUNK;
            let records = count(start)..count(n_records.min(start + N_RECORDS_CHUNK));
            let records = records.filter(|&record| !is_left(record));
            self.entries_of(rule, &columns, records, entries);
        });
        if sizes.is_none() {
            let blocks = entries.chunk_by(|one, other| one.0 == other.0);
            made.n_records_max = cap(&mut blocks.map(<[Entry]>::len));
        }
        if made.n_records_max < 2 {
            made.leaves_all(&entries);
            entries.clear();
        }
        let (mut n_small, mut start) = (0, 0);
        while start < entries.len() {
            let key = entries[start].0;
            let n_in_block = entries[start..].iter().take_while(|entry| entry.0 == key).count();
            let block = start..start + n_in_block;
            if made.takes(&entries[block.clone()]) {
                entries.copy_within(block, n_small);
                n_small += n_in_block;
            }
            start += n_in_block;
        }
        entries.truncate(n_small);
        made.small.entries = entries;
        made
    }

    /// Makes the entries of some records under a rule, whose keys are in these columns, each with
    /// how many records have its values: what one record has alone brings it together with none.
    fn entries_of(
        &self,
        rule: &Rule,
        columns: &[(Column<'_>, &[u32])],
        records: impl Iterator<Item = u32>,
        entries: &mut Vec<Entry>,
    ) {
        let is_alone = |counts: &[u32], value: u32| counts.get(value as usize) == Some(&1);
        let key_of = |record: u32, listed: u64| {
            let key = columns.iter().try_fold(mixed(0, listed), |key, (column, counts)| {
                let value = column.value(record);
                (value != 0 && !is_alone(counts, value)).then(|| mixed(key, u64::from(value)))
            });
            key.filter(|&key| self.is_sampled(key))
        };
        let Some((listed, list)) = rule.listed else {
            entries.extend(records.filter_map(|record| Some((key_of(record, 0)?, record))));
            return;
        };
        let few = self.features.columns.few(list);
        let counts = self.features.frequencies.of_key(listed);
        for record in records {
            for &value in self.features.listed(list, record, &few[record as usize]) {
                if !is_alone(counts, value) {
                    let key = key_of(record, listed_value(listed, value));
                    entries.extend(key.map(|key| (key, record)));
                }
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
        let records = &self.blocks.features.records;
        // The records lie far apart. Copied side by side, many at once, they are fetched many at
        // a time, and once per block rather than once per pair.
        let mut copies: Vec<Record> = Vec::with_capacity(N_RECORDS_COPIED);
        let mut rest = self.entries;
        while !rest.is_empty() {
            let (some, others) = rest.split_at(whole_blocks(rest));
            rest = others;
            copies.clear();
            copies.extend(some.iter().map(|&(_, record)| records[record as usize]));
            let mut copies = copies.as_slice();
            for block in some.chunk_by(|one, other| one.0 == other.0) {
                let (of_block, others) = copies.split_at(block.len());
                copies = others;
                for (first, (&(key, a), x)) in block.iter().zip(of_block).enumerate() {
                    for (&(_, b), y) in block.iter().zip(of_block).skip(first + 1) {
                        let pair = Pair { a, b, x, y };
                        let is_new = self.blocks.is_first(self.place, key, pair);
                        self.n_pairs_new += u64::from(is_new);
                        visit(Candidate { pair, rule, is_new });
                    }
                }
            }
        }
    }
}

/// Records are copied so many at a time, or as many as one block has: 32 KB.
const N_RECORDS_COPIED: usize = 256;

/// Counts the entries of the first few blocks.
fn whole_blocks(entries: &[Entry]) -> usize {
    if entries.len() <= N_RECORDS_COPIED {
        return entries.len();
    }
    let last = entries[N_RECORDS_COPIED - 1].0;
    let n_more = entries[N_RECORDS_COPIED..].iter().take_while(|entry| entry.0 == last).count();
    N_RECORDS_COPIED + n_more
}
