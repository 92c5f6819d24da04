//! A small number for each different key, in the order in which they are first seen.

use std::hash::{BuildHasherDefault, Hash};

use hashbrown::HashMap;
use rustc_hash::FxHasher;

/// Keys and their numbers; the map is asked, never listed.
pub(super) struct Interned<K> {
    numbers: HashMap<K, u32, BuildHasherDefault<FxHasher>>,
    keys: Vec<K>,
}

impl<K: Hash + Eq + Clone> Interned<K> {
    pub(super) fn new() -> Interned<K> {
        Interned { numbers: HashMap::default(), keys: Vec::new() }
    }

    /// Gives the key's number.
    pub(super) fn number(&mut self, key: K) -> u32 {
        if let Some(&number) = self.numbers.get(&key) {
            return number;
        }
        let number = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.keys.push(key.clone());
        self.numbers.insert(key, number);
        number
    }

    /// Lists the keys by number.
    pub(super) fn keys(&self) -> &[K] {
        &self.keys
    }
}
