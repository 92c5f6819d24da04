//! Which values are looked for, and how is one found among millions?

use std::hash::Hasher;

use polars::prelude::StringChunked;
use rayon::prelude::*;
use rustc_hash::FxHasher;

use crate::tables::layout::ScopeEntry;
use crate::tables::{Table, column};
use crate::terms::Identifier;

use super::listed::Listed;

/// Stands for "no row": the row has no value, or is not in the index.
pub(super) const NONE: u32 = u32::MAX;

/// The scope rows' values, by kind. Equal values of one list are looked for once, under the row
/// with the smallest line.
///
/// Memory: 16 bytes per different value and 12 per row, whatever the number of contacts.
pub(super) struct Wanted<'a> {
    values: &'a StringChunked,
    kinds: [Directory; 6],
    /// For each row the row that stands for its value; `NONE` where it has none.
    pub(super) stands_for: Vec<u32>,
    /// For each row that stands for its value: how many rows have it.
    pub(super) n_rows: Vec<u32>,
}

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
            kinds: Default::default(),
            stands_for: vec![NONE; entries.height()],
            n_rows: vec![0; entries.height()],
        };
        let by_kind = keys(listed, values);
        for (kind, mut slots) in by_kind.into_iter().enumerate() {
            // Keys are rarely equal: what decides between equal ones is looked up only then.
            let place = |row: u32| {
                let line = lines.get(row as usize).unwrap_or(0);
                (listed.list_of[row as usize], line, row)
            };
            slots.par_sort_unstable_by(|&(one, row), &(other, row_of_other)| {
                one.cmp(&other).then_with(|| place(row).cmp(&place(row_of_other)))
            });
            wanted.keep_one_of_each(listed, &mut slots);
            wanted.kinds[kind] = Directory::over(slots);
        }
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

    /// Tells whether any list is of this kind.
    pub(super) fn any(&self, identifier: Identifier) -> bool {
        !self.kinds[place_of(identifier)].slots.is_empty()
    }

    /// Finds the rows that list a value, one per list.
    pub(super) fn rows(&self, identifier: Identifier, value: &str) -> impl Iterator<Item = u32> {
        self.kinds[place_of(identifier)]
            .rows(key_of(value))
            .filter(move |&row| self.values.get(row as usize) == Some(value))
    }

    /// Finds the rows that list a hash, one per list.
    pub(super) fn hashed(
        &self,
        identifier: Identifier,
        digest: [u8; 32],
    ) -> impl Iterator<Item = u32> {
        self.kinds[place_of(identifier)]
            .rows(first_bytes(&digest))
            .filter(move |&row| self.values.get(row as usize).and_then(unhex) == Some(digest))
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

/// Makes the key of every row that has a value, by kind.
fn keys(listed: &Listed<'_>, values: &StringChunked) -> [Vec<(u64, u32)>; 6] {
    let mut by_kind: [Vec<(u64, u32)>; 6] = Default::default();
    for (row, &list) in listed.list_of.iter().enumerate() {
        let Some(value) = values.get(row) else { continue };
        let identifier = listed.lists[list as usize].identifier;
        let key = if identifier.is_hashed() {
            // What is no SHA-256 names nobody, whoever let it through.
            let Some(digest) = unhex(value) else { continue };
            first_bytes(&digest)
        } else {
            key_of(value)
        };
        by_kind[place_of(identifier)].push((key, u32::try_from(row).unwrap_or(NONE)));
    }
    by_kind
}

fn place_of(identifier: Identifier) -> usize {
    identifier as usize
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

fn first_bytes(digest: &[u8; 32]) -> u64 {
    digest.iter().take(8).fold(0, |key, &byte| key << 8 | u64::from(byte))
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, digits) in digest.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(digits[0])? << 4 | digit(digits[1])?;
    }
    Some(digest)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
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
    fn hexadecimal_digits_are_read_or_refused() {
        let digits = "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514";
        assert_eq!(unhex(digits).map(|digest| digest[0]), Some(0xb4));
        assert_eq!(unhex(&digits[1..]), None);
        assert_eq!(unhex(&digits.replace('b', "g")), None);
    }
}
