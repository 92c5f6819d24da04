//! Which whole numbers do the shares of quality come from?

use super::quality::{FieldQuality, Freshness, Measures};
use crate::tables::{Column, column};
use crate::terms::Rule;
use crate::terms::rule::Dimension;

/// The fields that are measured, in the order of the contacts' columns.
pub(super) const FIELDS: [Column; 12] = [
    column::FIRST_NAME,
    column::LAST_NAME,
    column::EMAIL,
    column::PHONE,
    column::BIRTH_DATE,
    column::STREET,
    column::CITY,
    column::REGION,
    column::POSTAL_CODE,
    column::COUNTRY,
    column::LANGUAGE,
    column::SEGMENT,
];
const N_FIELDS: usize = FIELDS.len();

/// The dates by which freshness is told, each on its own.
pub(super) const DATES: [Column; 3] = [column::CREATED_AT, column::UPDATED_AT, column::VERIFIED_AT];

/// Whole numbers of a group of contacts; they add.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    pub(super) n_contacts: u64,
    pub(super) n_valid: [u64; N_FIELDS],
    pub(super) n_invalid: [u64; N_FIELDS],
    pub(super) n_repaired: [u64; N_FIELDS],
    pub(super) n_inconsistent: u64,
    pub(super) n_inaccurate: u64,
    pub(super) n_shared: u64,
    pub(super) n_dated: u64,
    pub(super) n_fresh: u64,
    /// By date of `DATES`: contacts that have it, and those of them whose date is recent.
    pub(super) n_by_date: [[u64; 2]; DATES.len()],
    pub(super) rules: Vec<u64>,
}

impl Default for Counts {
    fn default() -> Counts {
        Counts {
            n_contacts: 0,
            n_valid: [0; N_FIELDS],
            n_invalid: [0; N_FIELDS],
            n_repaired: [0; N_FIELDS],
            n_inconsistent: 0,
            n_inaccurate: 0,
            n_shared: 0,
            n_dated: 0,
            n_fresh: 0,
            n_by_date: [[0; 2]; DATES.len()],
            rules: vec![0; Rule::ALL.len()],
        }
    }
}

impl Counts {
    /// Adds the counts of other contacts.
    pub(super) fn add(&mut self, other: &Counts) {
        let add = |sums: &mut [u64], others: &[u64]| {
            sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
        };
        add(&mut self.n_valid, &other.n_valid);
        add(&mut self.n_invalid, &other.n_invalid);
        add(&mut self.n_repaired, &other.n_repaired);
        add(&mut self.rules, &other.rules);
        self.n_contacts += other.n_contacts;
        self.n_inconsistent += other.n_inconsistent;
        self.n_inaccurate += other.n_inaccurate;
        self.n_shared += other.n_shared;
        self.n_dated += other.n_dated;
        self.n_fresh += other.n_fresh;
        for (sums, others) in self.n_by_date.iter_mut().zip(&other.n_by_date) {
            add(sums, others);
        }
    }

    /// Takes the shares.
    pub(super) fn measures(&self, n_quarantined: Option<u64>) -> Measures {
        let n_valid: u64 = self.n_valid.iter().sum();
        let n_present = n_valid + self.n_invalid.iter().sum::<u64>();
        let n_cells = self.n_contacts * N_FIELDS as u64;
        let without = |n_broken: u64| share(self.n_contacts - n_broken, self.n_contacts);
        let dimensions = [
            (Dimension::Completeness, share(n_present, n_cells)),
            (Dimension::Validity, share(n_valid, n_present)),
            (Dimension::Uniqueness, without(self.n_shared)),
            (Dimension::Consistency, without(self.n_inconsistent)),
            (Dimension::Timeliness, share(self.n_fresh, self.n_dated)),
            (Dimension::Accuracy, without(self.n_inaccurate)),
        ];
        let fields = FIELDS.iter().enumerate().map(|(field, column)| {
            let (n_valid, n_invalid) = (self.n_valid[field], self.n_invalid[field]);
            let quality = FieldQuality {
                n_valid,
                n_invalid,
                n_repaired: self.n_repaired[field],
                completeness: share(n_valid + n_invalid, self.n_contacts).unwrap_or(0.0),
                validity: share(n_valid, n_valid + n_invalid),
            };
            (column.name, quality)
        });
        let findings = Rule::ALL.iter().zip(&self.rules).filter(|(_, n_found)| **n_found > 0);
        Measures {
            n_contacts: self.n_contacts,
            n_quarantined,
            dimensions: dimensions
                .into_iter()
                .filter_map(|(dimension, share)| Some((dimension.to_string(), share?)))
                .collect(),
            fields: fields.collect(),
            freshness: DATES
                .iter()
                .zip(self.n_by_date)
                .map(|(date, [n_dated, n_fresh])| {
                    let fresh_share = share(n_fresh, n_dated);
                    (date.name, Freshness { n_dated, n_fresh, fresh_share })
                })
                .collect(),
            findings: findings.map(|(rule, n_found)| (rule.id(), *n_found)).collect(),
        }
    }
}

fn share(n_part: u64, n_whole: u64) -> Option<f64> {
    (n_whole > 0).then(|| n_part as f64 / n_whole as f64)
}
