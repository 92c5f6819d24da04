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
//!
//! Where someone lives tells the country too. Two strangers of one town who are called Papadakis
//! share the name by so much more often than the file's frequency of it lets expect:
//!
//! ```text
//! home(f, l, c) = P(c | f, l) / P(c),    P(c | f, l) = P(c | f) P(c | l) / (P(c) lift(f, l))
//! ```

use hashbrown::HashMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::features::Record;
use super::intern::{Space, Symbol};
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

/// Notes in each record by how much its name is at home in its country, and gives, by whole name,
/// what the two parts say too much together by their countries.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
pub(super) fn noted(
    contacts: &Table<Contact>,
    names: &Space,
    records: &mut [Record],
    n_full_names: usize,
) -> Vec<f32> {
    let Some(culture) = Culture::counted(contacts, records, names.n_symbols()) else {
        return vec![0.0; n_full_names.max(1)];
    };
    let excess = culture.excess_of_names(records, n_full_names);
    records.par_iter_mut().enumerate().for_each(|(row, record)| {
        let eighths = (culture.home_bits(row, record) * 8.0).round();
        record.home_eighths = eighths.clamp(0.0, 255.0) as u8;
    });
    excess
}

/// In which countries names are borne.
struct Culture {
    /// The country of each record, from 1 on; 0 where it says none.
    countries: Vec<u8>,
    shares: Shares,
    /// By name: how many records of each country bear it.
    first: Vec<Shares>,
    last: Vec<Shares>,
}

/// One number a country.
type Shares = [f32; N_COUNTRIES];

/// Names that hardly go together, as of two countries, speak for one person by so much at most:
/// marriages are many.
const RARE_TOGETHER_BITS_MAX: f64 = 1.0;

/// Records of a pair's own, which are left out of what its names tell of its country.
const N_RECORDS_OWN: f32 = 2.0;

impl Culture {
    /// Counts the names of the records by country; nothing where there are not two countries.
    fn counted(contacts: &Table<Contact>, records: &[Record], n_names: usize) -> Option<Culture> {
        Culture::of(countries(contacts), records, n_names)
    }

    fn of(countries: Vec<u8>, records: &[Record], n_names: usize) -> Option<Culture> {
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
            for (record, &country) in records.iter().zip(&countries) {
                if country > 0 {
                    counts[name(record) as usize][usize::from(country) - 1] += 1.0;
                }
            }
            counts
        };
        let (first, last) = rayon::join(
            || counted(|record| record.first_name),
            || counted(|record| record.last_name),
        );
        Some(Culture { countries, shares, first, last })
    }

    /// Gives, by whole name, the bits that its two parts say too much together by their countries,
    /// to be added; of its readings, given name first or last, the one that says less.
    #[expect(clippy::cast_possible_truncation, reason = "bits need no more than seven digits")]
    fn excess_of_names(&self, records: &[Record], n_full_names: usize) -> Vec<f32> {
        let mut excess = vec![0.0; n_full_names.max(1)];
        // By whole name, the given name of the reading met last.
        let mut reading = vec![0; excess.len()];
        for record in records {
            let name = record.full_name as usize;
            if name == 0 || reading[name] == record.first_name {
                continue;
            }
            let lift_bits = self.lift_bits(record.first_name, record.last_name);
            let bits = (-lift_bits).min(RARE_TOGETHER_BITS_MAX) as f32;
            excess[name] = if reading[name] == 0 { bits } else { excess[name].min(bits) };
            reading[name] = record.first_name;
        }
        excess
    }

    /// Gives the bits by which two names go together more often than chance would have it.
    fn lift_bits(&self, first: Symbol, last: Symbol) -> f64 {
        let together = self.together(first, last, |counts| counts);
        f64::from(together.iter().sum::<f32>()).log2()
    }

    /// Gives the bits by which a record's whole name is more frequent in its own country than in
    /// the file; 0 where it is not, or the record lacks a name or its country.
    fn home_bits(&self, row: usize, record: &Record) -> f32 {
        let country = usize::from(self.countries[row]);
        if country == 0 || record.full_name == 0 {
            return 0.0;
        }
        let here = country - 1;
        let together = self.together(record.first_name, record.last_name, |mut counts| {
            counts[here] = (counts[here] - N_RECORDS_OWN).max(0.0);
            counts
        });
        let share = together[here] / together.iter().sum::<f32>();
        (share / self.shares[here]).log2().max(0.0)
    }

    /// Gives `P(c | f) P(c | l) / P(c)` by country, of the counts that are `left` of each name.
    fn together(&self, first: Symbol, last: Symbol, left: impl Fn(Shares) -> Shares) -> Shares {
        let borne = |counts: Shares| {
            let counts = left(counts);
            let n_all = counts.iter().sum::<f32>() + N_RECORDS_SMOOTHING;
            let mut shares = self.shares;
            for (share, count) in shares.iter_mut().zip(counts) {
                *share = (count + N_RECORDS_SMOOTHING * *share) / n_all;
            }
            shares
        };
        let (first, last) = (borne(self.first[first as usize]), borne(self.last[last as usize]));
        let mut together = [0.0; N_COUNTRIES];
        for (place, share) in self.shares.into_iter().enumerate().filter(|(_, share)| *share > 0.0)
        {
            together[place] = first[place] * last[place] / share;
        }
        together
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
        let culture = Culture::of(countries, &records, 10).unwrap();
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
    fn at_home_a_name_is_as_much_more_frequent_as_its_country_is_small() {
        let (countries, mut records) = records();
        let culture = Culture::of(countries, &records, 10).unwrap();
        for (row, record) in (1..).zip(&mut records) {
            record.full_name = row;
        }
        let home = |row: usize| culture.home_bits(row, &records[row]);
        assert!((home(0) - 1.25_f32.log2()).abs() < 0.05);
        assert!((home(1200) - 5_f32.log2()).abs() < 0.05);
        // A name that both countries have: its family name tells as much as a whole name.
        assert!((home(1500) - home(1200)).abs() < 0.05);
        // A name of two records of one pair tells nothing but of itself.
        let mut lone = Record::default();
        (lone.first_name, lone.last_name, lone.full_name) = (7, 8, 1);
        assert!(culture.home_bits(1200, &lone).abs() < 0.01);
        assert!(culture.home_bits(1200, &Record::default()).abs() < 0.01);
    }

    #[test]
    fn one_country_or_none_has_no_culture_of_its_own() {
        let (mut countries, records) = records();
        countries.fill(0);
        assert!(Culture::of(countries.clone(), &records, 10).is_none());
        countries.fill(3);
        assert!(Culture::of(countries.clone(), &records, 10).is_none());
    }
}
