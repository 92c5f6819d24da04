//! Which shares make what was seen likeliest?
//!
//! A mixture of three kinds of pairs: of one person, of kin, of strangers. What strangers reach
//! comes first, from random pairs; what the two others reach is settled step by step, each step
//! weighing every pair by how likely it is to be of either kind.

use super::case::{Case, reached};
use super::comparison::{Comparison, Field, Level, Test};
use super::decisions::Verdict;
use super::prior::Duplication;
use super::settings::Settings;
use super::train::Training;
use crate::terms::Probability;

/// The settings' shares count as so many pairs of one person.
const N_PAIRS_PRIOR: f64 = 30.0;

/// The settings' shares count as so many pairs of kin, who are fewer and harder to tell.
const N_PAIRS_PRIOR_KIN: f64 = 100.0;

/// A learned share of one person or of kin lies within so many bits of the settings'.
pub(super) const SHARE_BITS_MAX: f64 = 2.0;

/// The same of one person where there are next to no kin that could be taken for one person: what
/// a file of typists, of scribes or of changed columns shows is believed.
const SHARE_BITS_MAX_WITHOUT_KIN: f64 = 4.0;

/// Pairs that only seem to be of one person count as no more than so many beside pairs that are
/// known to be.
const N_PAIRS_SEEMING_MAX: f64 = 100.0;

/// Of the pairs of one person those whose family names have nothing in common and those whose birth
/// dates have are, as shares added up, no more than this: people marry and clerks mistype, but the
/// files that we know come to half of it at most. Where learning finds more, it has taken strangers
/// for one person who share a country, an employer or a given name, which it does where there are
/// next to no duplicates to be found.
const OTHERS_SHARE_MAX: f64 = 0.3;

/// Steps after which learning ends without having settled.
const N_STEPS_MAX: u32 = 60;

/// Learning has settled when no share moves further than this in a step.
const SETTLED: f64 = 0.000_5;

/// Sets `u` to what pairs of strangers reach among random ones. A level that is too rare to be
/// met keeps its share: it counts as met once in as many pairs as that takes.
pub(super) fn strangers(
    compare: &mut [Comparison],
    prior: &[Comparison],
    random: &[Case],
    odds: (f64, f64),
) {
    let (same_odds, kin_odds) = odds;
    let n_comparisons = compare.len();
    let bits = Table::of(prior);
    let mut counts = bits.zeros();
    for case in random {
        let (mut stranger, mut kin) = (case.shift.stranger, case.shift.kin);
        for (place, level) in reached(case.levels, n_comparisons) {
            stranger += bits.rows[place][level].0;
            kin += bits.rows[place][level].1;
        }
        let same = same_odds;
        let related = kin_odds * (-kin).exp2();
        let strange = (-stranger).exp2();
        let share = match case.label {
            None => case.n_pairs * strange / (same + related + strange),
            Some(Verdict::Same) => 0.0,
            Some(Verdict::Different) => case.n_pairs * strange / (related + strange),
        };
        for (place, level) in reached(case.levels, n_comparisons) {
            counts[place][level].0 += share;
        }
    }
    for ((comparison, before), counts) in compare.iter_mut().zip(prior).zip(counts) {
        let n_pairs: f64 = counts.iter().map(|count| count.0).sum();
        let shares: Vec<f64> = before
            .levels
            .iter()
            .zip(&counts)
            .map(|(level, count)| {
                let u = level.u.get().max(1e-9);
                (count.0 + 1.0) / (n_pairs + 1.0 / u)
            })
            .collect();
        set(&mut comparison.levels, &shares, |level, share| level.u = share);
    }
}

fn set(levels: &mut [Level], shares: &[f64], put: impl Fn(&mut Level, Probability)) {
    let sum: f64 = shares.iter().sum();
    for (level, share) in levels.iter_mut().zip(shares) {
        put(level, Probability::new((share / sum).clamp(0.0, 1.0)));
    }
}

/// Gives a share from counts, the settings' share counting as so many pairs. It is no further
/// from that than so many bits, below and above: otherwise one person comes to
/// have two given names where households are many, and kin become whoever lives in one town.
fn shrunk(
    count: f64,
    n_all: f64,
    before: f64,
    n_before: f64,
    (least_bits, most_bits): (f64, f64),
) -> f64 {
    let share = (count + n_before * before) / (n_all + n_before);
    share.clamp(before * (-least_bits).exp2(), before * most_bits.exp2())
}

/// Gives the odds of one person, of kin and of all kinds together, as far as a label leaves them
/// open.
fn open(label: Option<Verdict>, same: f64, related: f64, strange: f64) -> (f64, f64, f64) {
    match label {
        None => (same, related, same + related + strange),
        Some(Verdict::Same) => (1.0, 0.0, 1.0),
        Some(Verdict::Different) => (0.0, related, related + strange),
    }
}

/// Gives a share of `m` from what pairs reach that are known to be of one person, beside what it
/// is by so many pairs that only seem to be.
fn beside(share: f64, n_seeming: f64, told: &[f64], place: usize) -> f64 {
    let n_told: f64 = told.iter().sum();
    let n_seeming = n_seeming.min(N_PAIRS_SEEMING_MAX);
    if n_told > 0.0 { (told[place] + n_seeming * share) / (n_told + n_seeming) } else { share }
}

/// Counts the levels that pairs reach which are known to be of one person.
fn told(cases: &[Case], rows: &[Vec<(f64, f64)>]) -> Vec<Vec<f64>> {
    let mut told: Vec<Vec<f64>> = rows.iter().map(|row| vec![0.0; row.len()]).collect();
    for case in cases {
        for (place, level) in reached(case.levels, rows.len()) {
            told[place][level] += case.n_pairs;
        }
    }
    told
}

/// Gives how far below the settings' share, in bits, that of kin may be learned. What makes two
/// people kin is that they share a house, a line, a mailbox, and how many siblings are twins does
/// not vary from file to file. Where learning finds otherwise it has taken neighbours for kin, or
/// twins for one person with two given names, and a household's address would come to prove that
/// it is one person.
fn kin_bits_least(field: Field, test: Test) -> f64 {
    match (field, test) {
        (Field::BirthDate | Field::Address, Test::Exact) => 0.5,
        (Field::Phone | Field::Email, Test::Exact) | (Field::Email, Test::Household) => 1.0,
        _ => SHARE_BITS_MAX,
    }
}

/// Bits by comparison and level: against strangers, against kin.
struct Table {
    rows: Vec<Vec<(f64, f64)>>,
}

impl Table {
    fn of(compare: &[Comparison]) -> Table {
        let rows = compare
            .iter()
            .map(|comparison| comparison.levels.iter().map(Level::bits).collect())
            .collect();
        Table { rows }
    }

    /// Adds up the bits of the levels that a case reaches.
    fn sum(&self, levels: u64) -> (f64, f64) {
        let bits = reached(levels, self.rows.len()).map(|(place, level)| self.rows[place][level]);
        bits.fold((0.0, 0.0), |sum, bits| (sum.0 + bits.0, sum.1 + bits.1))
    }

    fn zeros(&self) -> Vec<Vec<(f64, f64)>> {
        self.rows.iter().map(|row| vec![(0.0, 0.0); row.len()]).collect()
    }
}

/// The three kinds of pairs, as far as they are known.
pub(super) struct Mixture<'a> {
    pub(super) compare: Vec<Comparison>,
    pub(super) prior: &'a [Comparison],
    /// Pairs that are known to be of one person, and show what such pairs reach.
    pub(super) told: &'a [Case],
    pub(super) duplication: Duplication,
    pub(super) n_others: f64,
    pub(super) n_records: f64,
    /// The share of the candidates that is looked at.
    pub(super) rate: f64,
    /// A learned share of one person lies within so many bits of the settings'; 0 leaves these and
    /// those of kin as they are.
    pub(super) bits_max: f64,
}

impl Mixture<'_> {
    /// Settles, and where that finds next to no kin settles anew with more room for the shares of
    /// one person. Where what it finds is not one person, only how many duplicates and kin there
    /// are is settled, by the settings' shares.
    pub(super) fn settle_by_kin(&mut self, cases: &[Case], settings: &Settings) -> Training {
        let mut training = self.settle(cases, settings);
        if !self.duplication.has_kin() {
            self.bits_max = SHARE_BITS_MAX_WITHOUT_KIN;
            let again = self.settle(cases, settings);
            training = Training { n_steps: training.n_steps + again.n_steps, ..again };
        }
        if self.told.is_empty() && !self.is_of_people() {
            self.bits_max = 0.0;
            self.duplication = Duplication::expected(settings);
            let again = self.settle(cases, settings);
            training = Training { n_steps: training.n_steps + again.n_steps, ..again };
        }
        training
    }

    /// Tells whether those who were taken for one person may be that.
    fn is_of_people(&self) -> bool {
        let steady = [Field::LastName, Field::BirthDate];
        let others = |comparison: &Comparison| comparison.levels.last().map(|level| level.m.get());
        let steady = self.compare.iter().filter(|of| steady.contains(&of.field));
        steady.filter_map(others).sum::<f64>() <= OTHERS_SHARE_MAX
    }

    /// Takes steps until they change next to nothing, or there have been enough.
    pub(super) fn settle(&mut self, cases: &[Case], settings: &Settings) -> Training {
        let n_pairs: f64 = cases.iter().map(|case| case.n_pairs).sum();
        let mut training = Training {
            n_pairs_random: 0.0,
            n_pairs: n_pairs.round(),
            n_pairs_same: 0.0,
            n_pairs_kin: 0.0,
            n_steps: 0,
            is_settled: false,
            labelled: None,
        };
        while training.n_steps < N_STEPS_MAX && !training.is_settled {
            let (moved, n_same, n_kin) = self.step(cases, settings);
            (training.n_pairs_same, training.n_pairs_kin) = (n_same, n_kin);
            training.is_settled = moved < SETTLED;
            training.n_steps += 1;
        }
        training
    }

    /// Takes one step, and tells how far the shares moved and how many pairs are of which kind.
    fn step(&mut self, cases: &[Case], settings: &Settings) -> (f64, f64, f64) {
        let bits = Table::of(&self.compare);
        let n_comparisons = self.compare.len();
        let (same, kin) = (
            self.duplication.n_duplicates_per_record / self.n_others,
            self.duplication.n_kin_per_record / self.n_others,
        );
        let mut counts = bits.zeros();
        let (mut n_same, mut n_kin) = (0.0, 0.0);
        for alike in cases.chunk_by(|one, other| one.levels == other.levels) {
            // Pairs that reach the same levels differ by their shifts alone.
            let (stranger_bits, kin_bits) = bits.sum(alike[0].levels);
            let (mut n_same_alike, mut n_kin_alike) = (0.0, 0.0);
            for case in alike {
                let related = kin * (-kin_bits - case.shift.kin).exp2();
                let strange = (-stranger_bits - case.shift.stranger).exp2();
                let (same, related, all) = open(case.label, same, related, strange);
                n_same_alike += case.n_pairs * same / all;
                n_kin_alike += case.n_pairs * related / all;
            }
            n_same += n_same_alike;
            n_kin += n_kin_alike;
            for (place, level) in reached(alike[0].levels, n_comparisons) {
                counts[place][level].0 += n_same_alike;
                counts[place][level].1 += n_kin_alike;
            }
        }
        let told = told(self.told, &counts);
        let mut moved: f64 = 0.0;
        let places = self.prior.iter().zip(&counts).zip(&told);
        for (comparison, ((before, counts), told)) in self.compare.iter_mut().zip(places) {
            let n_all =
                counts.iter().fold((0.0, 0.0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
            let share = |place: usize| {
                let Level { test, m, u, kin } = before.levels[place];
                let kin = kin.unwrap_or(u);
                let bounds = (self.bits_max, self.bits_max);
                let m = shrunk(counts[place].0, n_all.0, m.get(), N_PAIRS_PRIOR, bounds);
                let kin_bits_least = kin_bits_least(comparison.field, test).min(self.bits_max);
                let bounds = (kin_bits_least, SHARE_BITS_MAX.min(self.bits_max));
                (
                    beside(m, n_all.0 + N_PAIRS_PRIOR, told, place),
                    shrunk(counts[place].1, n_all.1, kin.get(), N_PAIRS_PRIOR_KIN, bounds),
                )
            };
            let shares: Vec<(f64, f64)> = (0..before.levels.len()).map(share).collect();
            let earlier: Vec<Level> = comparison.levels.clone();
            let only = |side: fn(&(f64, f64)) -> f64| shares.iter().map(side).collect::<Vec<_>>();
            set(&mut comparison.levels, &only(|share| share.0), |level, share| level.m = share);
            set(&mut comparison.levels, &only(|share| share.1), |level, share| {
                level.kin = level.kin.map(|_| share);
            });
            for (level, earlier) in comparison.levels.iter().zip(earlier) {
                moved = moved.max((level.m.get() - earlier.m.get()).abs());
                // Where `m` is known, what pairs of kin reach is what is left to settle.
                if let (Some(kin), Some(earlier), false) =
                    (level.kin, earlier.kin, self.told.is_empty())
                {
                    moved = moved.max((kin.get() - earlier.get()).abs());
                }
            }
        }
        let before = self.duplication;
        let n_records = self.n_records;
        let per_record = |n_pairs: f64| 2.0 * n_pairs / self.rate / n_records.max(1.0);
        self.duplication =
            Duplication::within(per_record(n_same), per_record(n_kin), n_records, settings);
        if self.bits_max == 0.0 {
            // Where shares stay, how many duplicates there are is what is left to settle.
            moved = moved.max(self.duplication.share_moved(before));
        }
        (moved, n_same, n_kin)
    }
}

#[cfg(test)]
#[path = "mixture_tests.rs"]
mod tests;
