//! How many duplicates are there to be found?
//!
//! How likely a pair is one person before anything is compared depends on the file: how many
//! duplicates it has, and how many households. Both are estimated from the evidence of the
//! candidate pairs by expectation–maximisation, with the shares of the levels held fixed.

use serde::{Deserialize, Serialize};

use super::level::Bits;
use super::settings::Settings;
use crate::terms::{MatchWeight, Probability};

/// The prior of a file of fewer records is that of so many: a handful of rows is a sample.
const N_RECORDS_PRIOR_MIN: usize = 1000;

/// The settings' own expectation weighs as much as so many records.
const N_RECORDS_EXPECTED: f64 = 200.0;

/// An estimate may move the odds this far from the settings' expectation, either way.
const SHIFT_BITS_MAX: f64 = 8.0;

/// There may be this many more kin than the settings expect.
const KIN_BITS_MAX: f64 = 4.0;

/// The estimate from all candidates may move the odds this far from what was learned from some.
pub(super) const SHIFT_BITS_LEARNED: f64 = 1.5;

/// Fewer kin than these, for each duplicate, are next to none: in a small file the expectation
/// alone makes nearly as many.
const KIN_PER_DUPLICATE_MIN: f64 = 0.15;

/// How many records of the same person, and of its household or desk, a record has on average.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Duplication {
    /// Other records of the same person.
    pub n_duplicates_per_record: f64,
    /// Records of people who share its household or desk.
    pub n_kin_per_record: f64,
}

impl Duplication {
    /// Gives what the settings expect.
    pub(super) fn expected(settings: &Settings) -> Duplication {
        Duplication {
            n_duplicates_per_record: settings.n_duplicates_per_record,
            n_kin_per_record: settings.n_kin_per_record,
        }
    }

    /// Tells whether there are households enough to reckon with: a pair that agrees on much may be
    /// two people of one.
    pub(super) fn has_kin(self) -> bool {
        self.n_kin_per_record >= KIN_PER_DUPLICATE_MIN * self.n_duplicates_per_record
    }

    /// Gives by which share of itself the count of duplicates has moved.
    pub(super) fn share_moved(self, before: Duplication) -> f64 {
        (self.n_duplicates_per_record / before.n_duplicates_per_record - 1.0).abs()
    }

    /// Gives the odds, in bits, that a pair is one person rather than two strangers, and rather
    /// than two of one household, before anything is compared.
    pub(super) fn prior(self, n_records: usize, settings: &Settings) -> Bits {
        // A record has d others of its own person among the n - 1 others: the prior is
        // d / (n - 1).
        let n_others = n_records.max(N_RECORDS_PRIOR_MIN) - 1;
        let share = (self.n_duplicates_per_record / n_others as f64).min(0.5);
        let prior = settings.prior.unwrap_or(Probability::new(share));
        Bits {
            stranger: MatchWeight::of_prior(prior).0,
            kin: (self.n_duplicates_per_record / self.n_kin_per_record).log2(),
        }
    }

    /// Gives the odds, as ratios, of a pair of one person and of kin to one of strangers.
    pub(super) fn odds(self, n_records: usize, settings: &Settings) -> (f64, f64) {
        let prior = self.prior(n_records, settings);
        (prior.stranger.exp2(), (prior.stranger - prior.kin).exp2())
    }

    /// Takes an estimate from so many records, and keeps it near what the settings expect: these
    /// count as so many records of their own. A prior that the settings fix is left alone.
    pub(super) fn within(same: f64, kin: f64, n_records: f64, settings: &Settings) -> Duplication {
        let expected = Duplication::expected(settings);
        if settings.prior.is_some() {
            return expected;
        }
        let near = |estimate: f64, expected: f64, bits_max: f64| {
            let estimate = (n_records * estimate + N_RECORDS_EXPECTED * expected)
                / (n_records + N_RECORDS_EXPECTED);
            estimate.clamp(expected * (-SHIFT_BITS_MAX).exp2(), expected * bits_max.exp2())
        };
        Duplication {
            n_duplicates_per_record: near(same, expected.n_duplicates_per_record, SHIFT_BITS_MAX),
            n_kin_per_record: near(kin, expected.n_kin_per_record, KIN_BITS_MAX),
        }
    }

    /// Estimates from the evidence of all candidates, beginning with what was learned from some;
    /// it may move the odds by `SHIFT_BITS_LEARNED`, either way.
    pub(super) fn estimated(
        self,
        evidence: &Histogram,
        n_records: usize,
        settings: &Settings,
    ) -> Duplication {
        const N_STEPS: usize = 60;
        if settings.prior.is_some() {
            return self;
        }
        let n_others = n_records.max(N_RECORDS_PRIOR_MIN) as f64 - 1.0;
        let bins = evidence.bins();
        let near = |estimate: f64, learned: f64| {
            let (low, high) = ((-SHIFT_BITS_LEARNED).exp2(), SHIFT_BITS_LEARNED.exp2());
            estimate.clamp(learned * low, learned * high)
        };
        let mut duplication = self;
        for _ in 0..N_STEPS {
            // Odds of each kind of pair, to be weighed by the evidence: m : u : kin is
            // 1 : 2^-stranger : 2^-kin.
            let same = duplication.n_duplicates_per_record / n_others;
            let kin = duplication.n_kin_per_record / n_others;
            let (mut n_same, mut n_kin) = (0.0, 0.0);
            for &(n_pairs, bits) in &bins {
                let (strange, related) = ((-bits.stranger).exp2(), kin * (-bits.kin).exp2());
                let all = same + related + strange;
                n_same += n_pairs * same / all;
                n_kin += n_pairs * related / all;
            }
            let per_record = |n_pairs: f64| 2.0 * n_pairs / n_records.max(1) as f64;
            let found = Duplication::within(
                per_record(n_same),
                per_record(n_kin),
                n_records as f64,
                settings,
            );
            duplication = Duplication {
                n_duplicates_per_record: near(
                    found.n_duplicates_per_record,
                    self.n_duplicates_per_record,
                ),
                n_kin_per_record: near(found.n_kin_per_record, self.n_kin_per_record),
            };
        }
        duplication
    }
}

/// How many candidates have which evidence, by half bits; 256 KB.
pub(super) struct Histogram {
    counts: Vec<u32>,
}

/// Places of a side of the histogram, and the place of no evidence.
const N_PLACES: usize = 256;
const PLACE_OF_STRANGER: f64 = 64.0;
const PLACE_OF_KIN: f64 = 128.0;

impl Histogram {
    pub(super) fn new() -> Histogram {
        Histogram { counts: vec![0; N_PLACES * N_PLACES] }
    }

    /// Counts a candidate.
    pub(super) fn add(&mut self, bits: Bits) {
        let place =
            place(bits.stranger, PLACE_OF_STRANGER) * N_PLACES + place(bits.kin, PLACE_OF_KIN);
        self.counts[place] = self.counts[place].saturating_add(1);
    }

    /// Adds the counts of another.
    pub(super) fn add_all(&mut self, other: &Histogram) {
        for (count, other) in self.counts.iter_mut().zip(&other.counts) {
            *count = count.saturating_add(*other);
        }
    }

    pub(super) fn bins(&self) -> Vec<(f64, Bits)> {
        let bits = |place: usize, zero: f64| (place as f64 - zero) / 2.0;
        self.counts
            .iter()
            .enumerate()
            .filter(|&(_, &count)| count > 0)
            .map(|(place, &count)| {
                let stranger = bits(place / N_PLACES, PLACE_OF_STRANGER);
                let kin = bits(place % N_PLACES, PLACE_OF_KIN);
                (f64::from(count), Bits { stranger, kin })
            })
            .collect()
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=255")]
fn place(bits: f64, zero: f64) -> usize {
    (bits * 2.0 + zero).round().clamp(0.0, (N_PLACES - 1) as f64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prior_falls_as_the_file_grows() {
        let settings = Settings::default();
        let prior = |n_records: usize| Duplication::expected(&settings).prior(n_records, &settings);
        let (small, large) = (prior(10_001), prior(10_000_001));
        assert!((small.stranger - large.stranger - 1000_f64.log2()).abs() < 1e-3);
        assert!((small.kin - large.kin).abs() < 1e-12);
        // .3 duplicates among 10 000 others.
        let odds: f64 = 0.3 / 10_000.0;
        assert!((small.stranger - (odds / (1.0 - odds)).log2()).abs() < 1e-9);
    }

    #[test]
    fn the_estimate_finds_what_clear_evidence_shows() {
        let settings = Settings::default();
        let mut evidence = Histogram::new();
        // Among 10 000 records 8 000 pairs are clearly one person, 1 000 clearly kin, and many
        // share a name and nothing else.
        for _ in 0..8_000 {
            evidence.add(Bits { stranger: 40.0, kin: 12.0 });
        }
        for _ in 0..1_000 {
            evidence.add(Bits { stranger: 30.0, kin: -12.0 });
        }
        for _ in 0..50_000 {
            evidence.add(Bits { stranger: -4.0, kin: 3.0 });
        }
        // What was learned from some of the records is near, and not all.
        let learned = Duplication { n_duplicates_per_record: 1.0, n_kin_per_record: 0.3 };
        let duplication = learned.estimated(&evidence, 10_000, &settings);
        let expected = (16_000.0 + 200.0 * 0.3) / 10_200.0;
        assert!((duplication.n_duplicates_per_record - expected).abs() < 0.01, "{duplication:?}");
        let expected = (2_000.0 + 200.0 * 0.5) / 10_200.0;
        assert!((duplication.n_kin_per_record - expected).abs() < 0.01, "{duplication:?}");
    }

    #[test]
    fn a_handful_of_records_leaves_the_expectation_nearly_alone() {
        let settings = Settings::default();
        let mut evidence = Histogram::new();
        evidence.add(Bits { stranger: 40.0, kin: 12.0 });
        let duplication = Duplication::expected(&settings).estimated(&evidence, 2, &settings);
        assert!((duplication.n_duplicates_per_record - 0.3).abs() < 0.05);
        let fixed = Settings { prior: Some(Probability::new(0.01)), ..settings };
        assert_eq!(
            Duplication::expected(&fixed).estimated(&evidence, 2, &fixed),
            Duplication::expected(&fixed)
        );
    }
}
