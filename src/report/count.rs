//! How are people counted by a word?

use std::collections::BTreeMap;

use serde::Serialize;

/// Groups of customers smaller than this are told among the others: a group of one is a person.
pub const N_SMALL: u64 = 5;

/// How many there are of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// What.
    pub name: String,
    /// How many.
    pub n: u64,
}

/// What stands for an absent word.
pub(super) const NONE: &str = "(none)";

/// What stands for all that is not named.
pub(super) const OTHERS: &str = "(others)";

/// Counts by word, most first, ties by word.
pub(super) fn counted<'a>(words: impl Iterator<Item = Option<&'a str>>) -> Vec<Count> {
    let mut counts: BTreeMap<Option<&str>, u64> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    ranked(counts.into_iter().map(|(word, n)| (word.unwrap_or(NONE).to_owned(), n)))
}

/// Puts counts in order: most first, ties by name.
pub(super) fn ranked(counts: impl Iterator<Item = (String, u64)>) -> Vec<Count> {
    let mut counts: Vec<_> = counts.map(|(name, n)| Count { name, n }).collect();
    counts.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.name.cmp(&b.name)));
    counts
}

/// Tells whether a group's name may be told: it is not small, and looks like no one's address.
pub(super) fn may_be_named(name: &str, n_customers: u64) -> bool {
    name == NONE || (n_customers >= N_SMALL && !name.contains('@') && name.chars().count() <= 40)
}

/// Gives the share of a part; 0 where the whole is nothing.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_most_first_and_ties_by_word() {
        let words = [Some("b"), None, Some("a"), Some("b"), Some("a"), None, Some("z")];
        let counts: Vec<_> =
            counted(words.into_iter()).into_iter().map(|count| (count.name, count.n)).collect();
        let expected = [("(none)", 2), ("a", 2), ("b", 2), ("z", 1)];
        assert_eq!(counts, expected.map(|(name, n)| (name.to_owned(), n)));
    }

    #[test]
    fn a_small_group_and_an_address_are_not_named() {
        assert!(may_be_named("gold", 5));
        assert!(!may_be_named("gold", 4));
        assert!(!may_be_named("anna@example.com", 500));
        assert!(may_be_named(NONE, 1));
    }
}
