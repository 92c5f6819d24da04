//! Which contact point meets which scope row?

use rayon::prelude::*;

use crate::tables::layout::ContactPoint;
use crate::tables::{Table, Texts, column};
use crate::terms::{Evidence, Subject};

use super::Named;
use super::canary::Canaries;
use super::profile::{Forms, PLAIN, Profiles};
use super::wanted::Wanted;

/// Contact points per piece of work; fixed, so that the order does not depend on the threads.
const CHUNK: usize = 1 << 16;

/// A record that a scope row names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    /// The row that stands for the value in its list.
    pub(super) entry: u32,
    pub(super) record: u32,
    /// The probability that the two are one person, in parts of 65 535; only of a sample.
    pub(super) probability: Option<u16>,
    /// The profiles in which a hash agrees; `PLAIN` for a value as it is.
    pub(super) profiles: Profiles,
    /// The value is a placeholder: it names nobody.
    pub(super) placeholder: bool,
    /// The most that it is evidence of.
    pub(super) evidence: Evidence,
    /// A person decided so: then the scope file's own evidence does not bound it.
    pub(super) is_decided: bool,
}

/// What came of the contact points, or of a part of them.
#[derive(Default)]
pub struct Met {
    pub(super) hits: Vec<Hit>,
    /// Values that were hashed, by what they name a person by.
    pub(super) n_hashed: [u64; 4],
    /// Records that hold a canary's value, in order.
    pub(super) canary_records: Vec<u32>,
    /// Rows that list a canary, each with the canary's row.
    pub(super) canaries: Vec<(u32, u32)>,
}

impl std::fmt::Debug for Met {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Met({} hits)", self.hits.len())
    }
}

/// Holds contact points against the lists.
///
/// Nothing is kept of a contact point that meets nothing, so memory grows with the lists.
pub(super) fn met(
    points: &Table<ContactPoint>,
    wanted: &Wanted<'_>,
    canaries: &Canaries<'_>,
) -> Met {
    let points = Points::of(points);
    let chunks = (0..points.n_rows.div_ceil(CHUNK)).into_par_iter().map(|chunk| {
        let start = chunk * CHUNK;
        points.met(start..(start + CHUNK).min(points.n_rows), wanted, canaries)
    });
    Met::united(chunks.collect::<Vec<Met>>())
}

impl Met {
    /// Adds up what came of the parts, in their order.
    pub(super) fn united(parts: impl IntoIterator<Item = Met>) -> Met {
        let mut met = Met::default();
        for part in parts {
            met.hits.extend(part.hits);
            met.canary_records.extend(part.canary_records);
            met.canaries.extend(part.canaries);
            for (sum, n_hashed) in met.n_hashed.iter_mut().zip(part.n_hashed) {
                *sum += n_hashed;
            }
        }
        met.canary_records.sort_unstable();
        met.canary_records.dedup();
        met
    }

    /// Finds the rows that list a canary.
    pub(super) fn add_canaries(&mut self, wanted: &Wanted<'_>, canaries: &Canaries<'_>) {
        let mut forms = Forms::default();
        for (row, subject, value) in canaries.each() {
            looked_up(wanted, subject, value, &mut forms, |entry, _| {
                self.canaries.push((entry, row));
            });
        }
    }

    /// Adds the records that were found by more than a value; one that holds a canary's value is
    /// a canary, and not a person.
    pub(super) fn add(&mut self, named: &[Named]) {
        for one in named {
            if self.canary_records.binary_search(&one.record).is_ok() {
                self.canaries.push((one.entry, super::wanted::NONE));
                continue;
            }
            self.hits.push(Hit {
                entry: one.entry,
                record: one.record,
                probability: one.probability.map(parts_of_65535),
                profiles: PLAIN,
                placeholder: false,
                evidence: one.evidence,
                is_decided: false,
            });
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 65 535")]
fn parts_of_65535(probability: f64) -> u16 {
    (probability.clamp(0.0, 1.0) * 65_535.0).round() as u16
}

/// The contact points, column by column.
struct Points<'a> {
    n_rows: usize,
    records: &'a polars::prelude::UInt32Chunked,
    kinds: &'a Texts,
    values: &'a Texts,
    statuses: &'a Texts,
}

impl<'a> Points<'a> {
    fn of(points: &'a Table<ContactPoint>) -> Points<'a> {
        Points {
            n_rows: points.height(),
            records: points.count(column::RECORD),
            kinds: points.text(column::KIND),
            values: points.text(column::VALUE),
            statuses: points.text(column::STATUS),
        }
    }

    fn met(
        &self,
        rows: std::ops::Range<usize>,
        wanted: &Wanted<'_>,
        canaries: &Canaries<'_>,
    ) -> Met {
        let mut met = Met::default();
        let mut forms = Forms::default();
        for row in rows {
            let (Some(record), Some(value)) = (self.records.get(row), self.values.get(row)) else {
                continue;
            };
            let Some(subject) = self.kinds.get(row).and_then(subject_of) else { continue };
            if canaries.has(subject, value) {
                met.canary_records.push(record);
                continue;
            }
            let placeholder = self.statuses.get(row) == Some("placeholder");
            let (probability, evidence, is_decided) = (None, Evidence::Confirmed, false);
            let hits = &mut met.hits;
            let hashed = looked_up(wanted, subject, value, &mut forms, |entry, profiles| {
                hits.push(Hit {
                    entry,
                    record,
                    probability,
                    profiles,
                    placeholder,
                    evidence,
                    is_decided,
                });
            });
            met.n_hashed[subject as usize] += u64::from(hashed);
        }
        met
    }
}

/// Finds the rows that list a value or a hash of it, and tells whether it was hashed.
fn looked_up(
    wanted: &Wanted<'_>,
    subject: Subject,
    value: &str,
    forms: &mut Forms,
    mut found: impl FnMut(u32, Profiles),
) -> bool {
    let mut hashed = false;
    for kind in wanted.of(subject) {
        let Some(hasher) = &kind.hasher else {
            wanted.rows(kind, value).for_each(|entry| found(entry, PLAIN));
            continue;
        };
        if !hashed {
            forms.fill(subject, value);
            hashed = true;
        }
        for (form, profiles) in forms.each() {
            let rows = wanted.hashed(kind, hasher.hash(form));
            rows.for_each(|entry| found(entry, profiles));
        }
    }
    hashed
}

/// Reads the kind of a contact point.
pub(super) fn subject_of(kind: &str) -> Option<Subject> {
    [Subject::Email, Subject::Phone, Subject::CustomerKey, Subject::RecordId]
        .into_iter()
        .find(|subject| subject.word() == kind)
}
