//! Which values are looked for, and how is one found among millions?

use std::hash::Hasher as _;

use rayon::prelude::*;
use rustc_hash::FxHasher;

use crate::tables::layout::ScopeEntry;
use crate::tables::{Table, Texts, column};
use crate::terms::{Hash, HashKey, Identifier, Subject};

use super::digest::{Digest, Hasher};
use super::listed::{List, Listed};

/// Stands for "no row": the row has no value, or is not in the index.
pub(super) const NONE: u32 = u32::MAX;

/// The scope rows' values, by what they name a person by and how they are hashed. Equal values of
/// one list are looked for once, under the row with the smallest line.
///
/// Memory: 16 bytes per different value and 12 per row, whatever the number of contacts.
pub(super) struct Wanted<'a> {
    values: &'a Texts,
    kinds: Vec<Kind>,
    /// For each row the row that stands for its value; `NONE` where it has none.
    pub(super) stands_for: Vec<u32>,
    /// For each row that stands for its value: how many rows have it.
    pub(super) n_rows: Vec<u32>,
}

/// Values that are looked up in one way.
pub(super) struct Kind {
    pub(super) subject: Subject,
    /// How a value is hashed before it is looked up; nothing for values as they are.
    pub(super) hasher: Option<Hasher>,
    directory: Directory,
}

/// What tells one way of looking up from another.
type Way<'a> = (Subject, Option<(Hash, Option<&'a HashKey>)>);

/// Keys in order, with a table of where each range of their first bits begins: one step finds
/// the place of a key, since keys are as good as random.
#[derive(Default)]
struct Directory {
    slots: Vec<(u64, u32)>,
    starts: Vec<u32>,
    shift: u32,
}

impl<'a> Wanted<'a> {
    pub(super) fn index(listed: &Listed<'_>, entries: &'a Table<ScopeEntry>) -> Wanted<'a> {
        let values = entries.text(column::VALUE);
        let lines = entries.long(column::SCOPE_LINE);
        let mut wanted = Wanted {
            values,
            kinds: Vec::new(),
            stands_for: vec![NONE; entries.height()],
            n_rows: vec![0; entries.height()],
        };
        for ((subject, hash), mut slots) in keys(listed, values) {
            // Keys are rarely equal: what decides between equal ones is looked up only then.
            let place = |row: u32| {
                let line = lines.get(row as usize).unwrap_or(0);
                (listed.list_of[row as usize], line, row)
            };
            slots.par_sort_unstable_by(|&(one, row), &(other, row_of_other)| {
                one.cmp(&other).then_with(|| place(row).cmp(&place(row_of_other)))
            });
            wanted.keep_one_of_each(listed, &mut slots);
            let hasher = hash.and_then(|(hash, key)| Hasher::of(hash, key));
            wanted.kinds.push(Kind { subject, hasher, directory: Directory::over(slots) });
        }
        wanted.describe(listed, entries);
        wanted
    }

    /// Drops the slots of rows whose value stood in an earlier line of the same list.
    fn keep_one_of_each(&mut self, listed: &Listed<'_>, slots: &mut Vec<(u64, u32)>) {
        // Rows kept of the current key, the newest last: lists follow each other within a key.
        let mut kept: Vec<u32> = Vec::new();
        let mut current = None;
        let (values, list_of) = (self.values, &listed.list_of);
        slots.retain(|&(key, row)| {
            if current != Some(key) {
                current = Some(key);
                kept.clear();
            }
            let list = list_of[row as usize];
            let same = kept
                .iter()
                .rev()
                .take_while(|&&other| list_of[other as usize] == list)
                .find(|&&other| values.get(other as usize) == values.get(row as usize))
                .copied();
            let first = same.unwrap_or(row);
            self.stands_for[row as usize] = first;
            self.n_rows[first as usize] += 1;
            if same.is_none() {
                kept.push(row);
            }
            same.is_none()
        });
    }

    /// Lets each row that names a person by more than a value stand for itself: who is meant is
    /// found elsewhere.
    fn describe(&mut self, listed: &Listed<'_>, entries: &Table<ScopeEntry>) {
        for row in 0..entries.height() {
            let list = &listed.lists[listed.list_of[row] as usize];
            if list.identifier.subject().is_none() && self.values.get(row).is_some() {
                self.stands_for[row] = number(row);
                self.n_rows[row] = 1;
            }
        }
    }

    /// Lists the ways in which values of a kind are looked up.
    pub(super) fn of(&self, subject: Subject) -> impl Iterator<Item = &Kind> {
        self.kinds.iter().filter(move |kind| kind.subject == subject)
    }

    /// Finds the rows that list a value, one per list.
    pub(super) fn rows(&self, kind: &'a Kind, value: &str) -> impl Iterator<Item = u32> {
        let rows = kind.directory.rows(key_of(value));
        rows.filter(move |&row| self.values.get(row as usize) == Some(value))
    }

    /// Finds the rows that list a hash, one per list.
    pub(super) fn hashed(&self, kind: &'a Kind, digest: Digest) -> impl Iterator<Item = u32> {
        let rows = kind.directory.rows(digest.key());
        rows.filter(move |&row| self.digest(row) == Some(digest))
    }

    fn digest(&self, row: u32) -> Option<Digest> {
        self.values.get(row as usize).and_then(Digest::read)
    }
}

impl Directory {
    fn over(slots: Vec<(u64, u32)>) -> Directory {
        // About two ranges per key: most lookups of an absent key read one number.
        let bits = (usize::BITS - slots.len().leading_zeros() + 1).min(30);
        let shift = u64::BITS - bits;
        let mut starts = vec![0u32; (1 << bits) + 1];
        for &(key, _) in &slots {
            starts[range_of(key, shift) + 1] += 1;
        }
        for range in 1..starts.len() {
            starts[range] += starts[range - 1];
        }
        Directory { slots, starts, shift }
    }

    fn rows(&self, key: u64) -> impl Iterator<Item = u32> {
        let range = if self.slots.is_empty() {
            0..0
        } else {
            let range = range_of(key, self.shift);
            self.starts[range] as usize..self.starts[range + 1] as usize
        };
        self.slots[range].iter().filter(move |slot| slot.0 == key).map(|slot| slot.1)
    }
}

fn range_of(key: u64, shift: u32) -> usize {
    usize::try_from(key >> shift).unwrap_or(0)
}

/// Makes the key of every row that has a value, by the way in which it is looked up.
fn keys<'a>(listed: &Listed<'a>, values: &Texts) -> Vec<(Way<'a>, Vec<(u64, u32)>)> {
    let mut ways: Vec<(Way<'a>, Vec<(u64, u32)>)> = Vec::new();
    for (row, &list) in listed.list_of.iter().enumerate() {
        let Some(value) = values.get(row) else { continue };
        let Some((way, key)) = key(&listed.lists[list as usize], value) else { continue };
        let slot = (key, number(row));
        match ways.iter_mut().find(|(known, _)| *known == way) {
            Some((_, slots)) => slots.push(slot),
            None => ways.push((way, vec![slot])),
        }
    }
    ways.sort_unstable_by_key(|(way, _)| *way);
    ways
}

/// Tells how a value of a list is looked up; nothing where it names nobody by itself, or is no
/// hash of the list's kind.
fn key<'a>(list: &List<'a>, value: &str) -> Option<(Way<'a>, u64)> {
    let subject = list.identifier.subject()?;
    let Some(hash) = list.identifier.hash() else {
        return Some(((subject, None), key_of(value)));
    };
    let digest = Digest::read(value)?;
    let hash = match hash {
        Hash::ByLength => [Hash::Md5, Hash::Sha1, Hash::Sha256]
            .into_iter()
            .find(|hash| hash.n_bytes() == Some(digest.n_bytes()))?,
        hash => hash,
    };
    let fits = hash.n_bytes() == Some(digest.n_bytes());
    fits.then(|| ((subject, Some((hash, list.key))), digest.key()))
}

/// Names the kind of values that stand in a list, where that is not what the list says: a hash
/// of another length.
pub(super) fn other_hash(identifier: Identifier, value: &str) -> Option<&'static str> {
    let n_bytes = Digest::read(value)?.n_bytes();
    let expected = identifier.hash()?.n_bytes()?;
    let name = match n_bytes {
        16 => Hash::Md5,
        20 => Hash::Sha1,
        _ => Hash::Sha256,
    };
    (n_bytes != expected).then_some(name.name())
}

fn number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(NONE)
}

fn key_of(value: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(value.as_bytes());
    // The directory reads the first bits; this brings every bit there (Steele, Lea, Flood 2014,
    // "Fast splittable pseudorandom number generators", mix64variant13).
    let mut key = hasher.finish();
    key = (key ^ (key >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    key = (key ^ (key >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ (key >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_finds_every_key_and_no_other() {
        let mut slots: Vec<_> = (0..1000u32).map(|row| (key_of(&row.to_string()), row)).collect();
        slots.push((slots[0].0, 1000));
        slots.sort_unstable();
        let directory = Directory::over(slots);
        for row in 1..1000u32 {
            assert_eq!(directory.rows(key_of(&row.to_string())).collect::<Vec<_>>(), vec![row]);
        }
        assert_eq!(directory.rows(key_of("0")).collect::<Vec<_>>(), vec![0, 1000]);
        assert_eq!(directory.rows(key_of("absent")).count(), 0);
        assert_eq!(Directory::default().rows(7).count(), 0);
    }

    #[test]
    fn a_hash_of_another_length_is_told_by_its_name() {
        let listed = Identifier::Hashed(Subject::Email, Hash::Sha256);
        assert_eq!(other_hash(listed, "d41d8cd98f00b204e9800998ecf8427e"), Some("MD5"));
        assert_eq!(other_hash(listed, &"0".repeat(40)), Some("SHA-1"));
        assert_eq!(other_hash(listed, &"0".repeat(64)), None);
        assert_eq!(other_hash(listed, "a name"), None);
        assert_eq!(other_hash(Identifier::Plain(Subject::Email), &"0".repeat(40)), None);
    }
}
