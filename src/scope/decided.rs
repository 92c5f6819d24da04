//! What have people decided about scope rows?
//!
//! A row on possible evidence is for a person to look at, and what that person decides is data:
//! it is replayed in every run and wins over weights and over what the scope file says of its
//! own evidence.

use crate::terms::{Evidence, Identifier};

use super::listed::Listed;
use super::meet::{Hit, Met};
use super::profile::PLAIN;

/// A decision about a scope row and a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ruling {
    /// The row of the scope entries.
    pub entry: u32,
    /// The record.
    pub record: u32,
    /// Whether the row means the person whose record it is.
    pub is_same: bool,
}

impl Met {
    /// Lets decisions win: who was said to be meant is confirmed, and who was said not to be is
    /// meant no longer, by whichever of their records. A row of a sample is one person or none,
    /// so one that is decided means nobody else.
    pub(super) fn decide(&mut self, rulings: &[Ruling], listed: &Listed<'_>, customer_of: &[u32]) {
        if rulings.is_empty() {
            return;
        }
        let mut decided: Vec<(u32, u32, bool)> = rulings
            .iter()
            .map(|of| (of.entry, customer_of[of.record as usize], of.is_same))
            .collect();
        decided.sort_unstable();
        let of_entry = |entry: u32| {
            let start = decided.partition_point(|of| of.0 < entry);
            decided[start..].iter().take_while(move |of| of.0 == entry)
        };
        let is_sample = |entry: u32| {
            let list = listed.list_of[entry as usize] as usize;
            listed.lists[list].identifier == Identifier::Sample
        };
        self.hits.retain_mut(|hit| {
            let customer = customer_of[hit.record as usize];
            let mut of_others = false;
            for &(_, of, is_same) in of_entry(hit.entry) {
                match (of == customer, is_same) {
                    (true, true) => {
                        (hit.evidence, hit.is_decided) = (Evidence::Confirmed, true);
                        return true;
                    }
                    (true, false) => return false,
                    (false, is_same) => of_others |= is_same,
                }
            }
            !(of_others && is_sample(hit.entry))
        });
        // Weights may have missed whom a person recognised.
        let known: Vec<(u32, u32)> = {
            let mut known: Vec<_> = self
                .hits
                .iter()
                .filter(|hit| hit.is_decided)
                .map(|hit| (hit.entry, customer_of[hit.record as usize]))
                .collect();
            known.sort_unstable();
            known
        };
        for of in rulings.iter().filter(|of| of.is_same) {
            if known.binary_search(&(of.entry, customer_of[of.record as usize])).is_err() {
                self.hits.push(Hit {
                    entry: of.entry,
                    record: of.record,
                    probability: None,
                    profiles: PLAIN,
                    placeholder: false,
                    evidence: Evidence::Confirmed,
                    is_decided: true,
                });
            }
        }
    }
}
