//! How much do a given and a family name go together?
//!
//! Names belong to countries: of those called Ioannis many are called Papadakis, since both are
//! Greek. Two strangers share such a whole name more often than the frequencies of its parts
//! multiplied let expect, by the more the smaller the country is in the file.
//!
//! ```text
//! lift(f, l) = Σ_c P(c | f) P(c | l) / P(c)
//! ```
//!
//! holds if within a country the two are drawn apart. A file that says no country, or one only,
//! has a lift of 1.

use hashbrown::HashMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::features::Record;
use super::intern::Symbol;
use crate::tables::layout::Contact;
use crate::tables::{Table, column};

/// So many countries are told apart, those of the most records; the last is all the others.
const N_COUNTRIES: usize = 16;

const OTHER_COUNTRY: u8 = 16;

/// A name's countries are taken to be those of the file as far as so many records go.
const N_RECORDS_SMOOTHING: f32 = 3.0;

/// Numbers the country of each record, from 1 on; 0 where it says none.
fn countries(contacts: &Table<Contact>) -> Vec<u8> {
    let texts = contacts.text(column::COUNTRY);
    let mut n_of_country: HashMap<&str, usize, FxBuildHasher> = HashMap::default();
    for country in texts.iter().flatten() {
        *n_of_country.entry(country).or_default() += 1;
    }
    let mut by_size: Vec<(&str, usize)> = n_of_country.into_iter().collect();
    by_size.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    let numbers: HashMap<&str, u8, FxBuildHasher> = (1..)
        .zip(&by_size)
        .take(N_COUNTRIES - 1)
        .map(|(number, (country, _))| (*country, number))
        .collect();
    let number = |country: &str| numbers.get(country).copied().unwrap_or(OTHER_COUNTRY);
    texts.iter().map(|country| country.map_or(0, number)).collect()
}

/// In which countries names are borne.
struct Culture {
    shares: [f32; N_COUNTRIES],
    first: Vec<[f32; N_COUNTRIES]>,
    last: Vec<[f32; N_COUNTRIES]>,
}

/// Names that hardly go together, as of two countries, speak for one person by so much at most:
/// marriages are many.
const RARE_TOGETHER_BITS_MAX: f64 = 1.0;

/// Gives, by whole name, the bits that its two parts say too much together by their countries, to
/// be added; of its readings, given name first or last, the one that says less. 0 where there are
/// not two countries.
#[expect(clippy::cast_possible_truncation, reason = "bits need no more than seven digits")]
pub(super) fn excess_of_names(
    contacts: &Table<Contact>,
    records: &[Record],
    n_names: usize,
    n_full_names: usize,
) -> Vec<f32> {
    let mut excess = vec![0.0; n_full_names.max(1)];
    let Some(culture) = Culture::counted(&countries(contacts), records, n_names) else {
        return excess;
    };
    // By whole name, the given name of the reading met last.
    let mut reading = vec![0; excess.len()];
    for record in records {
        let name = record.full_name as usize;
        if name == 0 || reading[name] == record.first_name {
            continue;
        }
        let lift_bits = culture.lift_bits(record.first_name, record.last_name);
        let bits = (-lift_bits).min(RARE_TOGETHER_BITS_MAX) as f32;
        excess[name] = if reading[name] == 0 { bits } else { excess[name].min(bits) };
        reading[name] = record.first_name;
    }
    excess
}

impl Culture {
    /// Counts the names of the records by country; nothing where there are not two countries.
    fn counted(countries: &[u8], records: &[Record], n_names: usize) -> Option<Culture> {
        let mut shares = [0.0; N_COUNTRIES];
        for &country in countries.iter().filter(|&&country| country > 0) {
            shares[usize::from(country) - 1] += 1.0;
        }
        if shares.iter().filter(|&&n| n > 0.0).count() < 2 {
            return None;
        }
        let n_known: f32 = shares.iter().sum();
        for share in &mut shares {
            *share /= n_known;
        }
        let counted = |name: fn(&Record) -> Symbol| {
            let mut counts = vec![[0.0_f32; N_COUNTRIES]; n_names];
            for (record, &country) in records.iter().zip(countries) {
                if country > 0 {
                    counts[name(record) as usize][usize::from(country) - 1] += 1.0;
                }
            }
            counts
        };
        let (mut first, mut last) = rayon::join(
            || counted(|record| record.first_name),
            || counted(|record| record.last_name),
        );
        for of_names in [&mut first, &mut last] {
            of_names.par_iter_mut().for_each(|counts| {
                let n_all = counts.iter().sum::<f32>() + N_RECORDS_SMOOTHING;
                for (count, share) in counts.iter_mut().zip(shares) {
                    *count = (*count + N_RECORDS_SMOOTHING * share) / n_all;
                }
            });
        }
        Some(Culture { shares, first, last })
    }

    /// Gives the bits by which two names go together more often than chance would have it.
    fn lift_bits(&self, first: Symbol, last: Symbol) -> f64 {
        let (first, last) = (&self.first[first as usize], &self.last[last as usize]);
        let mut lift = 0.0;
        for ((first, last), share) in first.iter().zip(last).zip(self.shares) {
            if share > 0.0 {
                lift += first * last / share;
            }
        }
        f64::from(lift).log2()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twelve records of one country per three of another; the names of each are its own, but for
    /// the given name 9, which both have.
    fn records() -> (Vec<u8>, Vec<Record>) {
        let record = |first_name, last_name| {
            let mut record = Record::default();
            (record.first_name, record.last_name) = (first_name, last_name);
            record
        };
        let large = (0..1200).map(|place| (1, record(1 + place % 3, 4)));
        let small = (0..300).map(|_| (2, record(5, 6)));
        let shared = (0..150).map(|place| match place % 5 {
            0 => (2, record(9, 6)),
            _ => (1, record(9, 4)),
        });
        large.chain(small).chain(shared).unzip()
    }

    #[test]
    fn names_go_together_by_the_countries_that_bear_them() {
        let (countries, records) = records();
        let culture = Culture::counted(&countries, &records, 10).unwrap();
        // Of 1650 records 330 are of the small country: its names go together five times as often
        // as chance has it, those of the large one 1.25 times, and those of two hardly ever.
        assert!((culture.lift_bits(5, 6) - 5_f64.log2()).abs() < 0.05);
        assert!((culture.lift_bits(1, 4) - 1.25_f64.log2()).abs() < 0.05);
        assert!(culture.lift_bits(1, 6) < -4.0);
        // What all countries have alike, or nobody has, says nothing.
        assert!(culture.lift_bits(9, 6).abs() < 0.05);
        assert!(culture.lift_bits(7, 6).abs() < 0.05);
    }

    #[test]
    fn one_country_or_none_has_no_culture_of_its_own() {
        let (mut countries, records) = records();
        countries.fill(0);
        assert!(Culture::counted(&countries, &records, 10).is_none());
        countries.fill(3);
        assert!(Culture::counted(&countries, &records, 10).is_none());
    }
}
