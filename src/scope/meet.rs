//! Which contact point meets which scope row?

use rayon::prelude::*;

use crate::tables::column;
use crate::terms::Identifier;

use super::Known;
use super::profile::{self, PLAIN, Profiles};
use super::wanted::Wanted;

/// Contact points per piece of work; fixed, so that the order does not depend on the threads.
const CHUNK: usize = 1 << 16;

/// A record that has a value which a scope row lists.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    /// The row that stands for the value in its list.
    pub(super) entry: u32,
    pub(super) record: u32,
    /// The profiles in which a hash agrees; `PLAIN` for a value as it is.
    pub(super) profiles: Profiles,
    /// The value is a placeholder: it names nobody.
    pub(super) placeholder: bool,
}

/// What came of the contact points.
#[derive(Default)]
pub(super) struct Met {
    pub(super) hits: Vec<Hit>,
    /// Addresses and numbers that were hashed.
    pub(super) n_emails_hashed: u64,
    pub(super) n_phones_hashed: u64,
}

/// Holds every contact point of every record against the lists, deleted records too.
///
/// Nothing is kept of a contact point that meets nothing, so memory grows with the lists.
pub(super) fn met(known: &Known<'_>, wanted: &Wanted<'_>) -> Met {
    let n_points = known.points.height();
    let parts: Vec<Met> = (0..n_points.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| chunk_met(known, wanted, chunk * CHUNK, ((chunk + 1) * CHUNK).min(n_points)))
        .collect();
    let mut met = Met::default();
    met.hits.reserve_exact(parts.iter().map(|part| part.hits.len()).sum());
    for part in parts {
        met.hits.extend(part.hits);
        met.n_emails_hashed += part.n_emails_hashed;
        met.n_phones_hashed += part.n_phones_hashed;
    }
    met
}

fn chunk_met(known: &Known<'_>, wanted: &Wanted<'_>, start: usize, end: usize) -> Met {
    let records = known.points.count(column::RECORD);
    let (kinds, values) = (known.points.text(column::KIND), known.points.text(column::VALUE));
    let statuses = known.points.text(column::STATUS);
    let hashes_emails = wanted.any(Identifier::EmailSha256);
    let hashes_phones = wanted.any(Identifier::PhoneSha256);
    let mut met = Met::default();
    for row in start..end {
        let (Some(record), Some(value)) = (records.get(row), values.get(row)) else { continue };
        let placeholder = statuses.get(row) == Some("placeholder");
        let hits = &mut met.hits;
        let mut hit = |entry, profiles| hits.push(Hit { entry, record, profiles, placeholder });
        let plain = match kinds.get(row) {
            Some("email") => {
                if hashes_emails {
                    met.n_emails_hashed += 1;
                    profile::of_email(value, |digest, profiles| {
                        let rows = wanted.hashed(Identifier::EmailSha256, digest);
                        rows.for_each(|entry| hit(entry, profiles));
                    });
                }
                Identifier::Email
            }
            Some("phone") => {
                if hashes_phones {
                    met.n_phones_hashed += 1;
                    profile::of_phone(value, |digest, profiles| {
                        let rows = wanted.hashed(Identifier::PhoneSha256, digest);
                        rows.for_each(|entry| hit(entry, profiles));
                    });
                }
                Identifier::Phone
            }
            Some("record_id") => Identifier::RecordId,
            Some("customer_key") => Identifier::CustomerKey,
            _ => continue,
        };
        if wanted.any(plain) {
            wanted.rows(plain, value).for_each(|entry| hit(entry, PLAIN));
        }
    }
    met
}
