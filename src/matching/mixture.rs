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
const SHARE_BITS_MAX: f64 = 2.0;

/// Pairs that only seem to be of one person count as no more than so many beside pairs that are
/// known to be.
const N_PAIRS_SEEMING_MAX: f64 = 100.0;

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
/// from that than `SHARE_BITS_MAX` above and `least_bits` below: otherwise one person comes to
/// have two given names where households are many, and kin become whoever lives in one town.
fn shrunk(count: f64, n_all: f64, before: f64, n_before: f64, least_bits: f64) -> f64 {
    let share = (count + n_before * before) / (n_all + n_before);
    share.clamp(before * (-least_bits).exp2(), before * SHARE_BITS_MAX.exp2())
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
    pub(super) n_in_sample: f64,
    pub(super) rate: f64,
}

impl Mixture<'_> {
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
                let least = kin_bits_least(comparison.field, test);
                let m = shrunk(counts[place].0, n_all.0, m.get(), N_PAIRS_PRIOR, SHARE_BITS_MAX);
                (
                    beside(m, n_all.0 + N_PAIRS_PRIOR, told, place),
                    shrunk(counts[place].1, n_all.1, kin.get(), N_PAIRS_PRIOR_KIN, least),
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
        // Of the pairs of one person the sample holds `rate` squared.
        let n_records = self.n_in_sample / self.rate;
        let per_record =
            |n_pairs: f64| 2.0 * n_pairs / (self.rate * self.rate) / n_records.max(1.0);
        self.duplication =
            Duplication::within(per_record(n_same), per_record(n_kin), n_records, settings);
        (moved, n_same, n_kin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::level::Bits;

    /// Numbers from 0 to 1, the same in every run.
    struct Draws(u64);

    impl Draws {
        fn next(&mut self) -> f64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        }

        fn level(&mut self, shares: impl Iterator<Item = f64>) -> u64 {
            let (draw, mut sum) = (self.next(), 0.0);
            for (level, share) in (0..).zip(shares) {
                sum += share;
                if draw < sum {
                    return level;
                }
            }
            0
        }
    }

    const FIELDS: [Field; 6] = [
        Field::FirstName,
        Field::LastName,
        Field::BirthDate,
        Field::Phone,
        Field::Address,
        Field::Email,
    ];

    /// Three levels of each field: (m, u, kin) of the first two; the third takes the rest.
    fn comparisons(shares: &[[(f64, f64, f64); 2]; 6]) -> Vec<Comparison> {
        let level = |test, (m, u, kin): (f64, f64, f64)| Level {
            test,
            m: Probability::new(m),
            u: Probability::new(u),
            kin: Some(Probability::new(kin)),
        };
        let of = |(&field, &[one, two]): (&Field, &[(f64, f64, f64); 2])| {
            let rest = (1.0 - one.0 - two.0, 1.0 - one.1 - two.1, 1.0 - one.2 - two.2);
            let levels = vec![
                level(Test::Exact, one),
                level(Test::OneDigitOff, two),
                level(Test::Else, rest),
            ];
            Comparison { field, term_frequency: false, levels }
        };
        FIELDS.iter().zip(shares).map(of).collect()
    }

    const N_RECORDS: usize = 20_000;
    const N_SAME: u64 = 6_000;
    const N_KIN: u64 = 4_000;
    const N_STRANGERS: u64 = 60_000;

    /// Draws pairs of each kind by the true shares: the cases, and how many of a kind are in
    /// each.
    fn drawn(truth: &[Comparison]) -> (Vec<Case>, Vec<(u64, f64)>) {
        let mut draws = Draws(7);
        let mut pairs: Vec<(u64, bool)> = Vec::new();
        for (kind, n_pairs) in [N_SAME, N_KIN, N_STRANGERS].into_iter().enumerate() {
            for _ in 0..n_pairs {
                let mut levels = 0;
                for (place, comparison) in truth.iter().enumerate() {
                    let level = draws.level(comparison.levels.iter().map(|level| match kind {
                        0 => level.m.get(),
                        1 => level.kin.unwrap_or(level.u).get(),
                        _ => level.u.get(),
                    }));
                    levels |= level << (4 * place);
                }
                pairs.push((levels, kind == 0));
            }
        }
        pairs.sort_unstable();
        let alike = || pairs.chunk_by(|one, other| one.0 == other.0);
        let cases = alike()
            .map(|alike| Case {
                levels: alike[0].0,
                shift: Bits::default(),
                label: None,
                n_pairs: alike.len() as f64,
            })
            .collect();
        let n_same = |alike: &[(u64, bool)]| alike.iter().filter(|pair| pair.1).count() as f64;
        (cases, alike().map(|alike| (alike[0].0, n_same(alike))).collect())
    }

    fn truth() -> Vec<Comparison> {
        comparisons(&[
            [(0.80, 0.01, 0.04), (0.15, 0.01, 0.02)],
            [(0.85, 0.02, 0.80), (0.08, 0.01, 0.05)],
            [(0.90, 0.01, 0.02), (0.06, 0.01, 0.01)],
            [(0.60, 0.001, 0.35), (0.05, 0.004, 0.02)],
            [(0.65, 0.002, 0.85), (0.15, 0.01, 0.05)],
            [(0.70, 0.001, 0.10), (0.10, 0.002, 0.02)],
        ])
    }

    fn settled<'a>(before: &'a [Comparison], cases: &[Case], settings: &Settings) -> Mixture<'a> {
        // Strangers among the candidates stand for all pairs there are.
        let n_others = (N_SAME + N_KIN + N_STRANGERS) as f64 * 2.0 / N_RECORDS as f64;
        let duplication = Duplication::expected(settings);
        let mut mixture = Mixture {
            compare: before.to_vec(),
            prior: before,
            told: &[],
            duplication,
            n_others,
            n_in_sample: N_RECORDS as f64,
            rate: 1.0,
        };
        assert!(mixture.settle(cases, settings).is_settled);
        mixture
    }

    /// What one believes before: of the right kind, and too low for all that agrees.
    fn belief() -> Vec<Comparison> {
        let mut belief = truth();
        for comparison in &mut belief {
            for level in &mut comparison.levels[..2] {
                level.m = Probability::new(level.m.get() * 0.9);
                level.kin = level.kin.map(|kin| Probability::new(kin.get() * 0.85));
            }
            let rest = |side: fn(&Level) -> f64| {
                1.0 - comparison.levels[..2].iter().map(side).sum::<f64>()
            };
            let m = rest(|level| level.m.get());
            let kin = rest(|level| level.kin.map_or(0.0, Probability::get));
            comparison.levels[2].m = Probability::new(m);
            comparison.levels[2].kin = Some(Probability::new(kin));
        }
        belief
    }

    #[test]
    fn learning_finds_the_shares_that_pairs_were_drawn_by() {
        let (truth, settings) = (truth(), Settings::default());
        let (cases, _) = drawn(&truth);
        let belief = belief();
        let mixture = settled(&belief, &cases, &settings);
        for (found, truth) in mixture.compare.iter().zip(&truth) {
            for (found, truth) in found.levels.iter().zip(&truth.levels) {
                let (m, kin) = (found.m.get() - truth.m.get(), found.kin.zip(truth.kin));
                assert!(m.abs() < 0.02, "m {found:?} {truth:?}");
                let kin = kin.map_or(1.0, |(found, truth)| found.get() - truth.get());
                assert!(kin.abs() < 0.03, "kin {found:?} {truth:?}");
            }
        }
        let found = mixture.duplication.n_duplicates_per_record;
        let expected = 2.0 * N_SAME as f64 / N_RECORDS as f64;
        assert!((found / expected - 1.0).abs() < 0.05, "{found} {expected}");
    }

    #[test]
    fn of_pairs_given_nine_in_ten_about_nine_in_ten_are_one_person() {
        let (truth, settings) = (truth(), Settings::default());
        let (cases, n_same) = drawn(&truth);
        let belief = belief();
        let mixture = settled(&belief, &cases, &settings);
        let bits = Table::of(&mixture.compare);
        let same = mixture.duplication.n_duplicates_per_record / mixture.n_others;
        let kin = mixture.duplication.n_kin_per_record / mixture.n_others;
        // By tenths of the probability: pairs, what they were given, what they are.
        let mut tenths = [(0.0, 0.0, 0.0); 10];
        for (case, (_, n_same)) in cases.iter().zip(n_same) {
            let (mut stranger_bits, mut kin_bits) = (0.0, 0.0);
            for (place, level) in reached(case.levels, FIELDS.len()) {
                stranger_bits += bits.rows[place][level].0;
                kin_bits += bits.rows[place][level].1;
            }
            let rest = f64::exp2(-stranger_bits) + kin * f64::exp2(-kin_bits);
            let likely = same / (same + rest);
            let place = (1..10).filter(|tenth| likely * 10.0 >= f64::from(*tenth)).count();
            let tenth = &mut tenths[place];
            tenth.0 += case.n_pairs;
            tenth.1 += case.n_pairs * likely;
            tenth.2 += n_same;
        }
        for (n_pairs, given, is) in tenths {
            // A few pairs say little of a share.
            let off: f64 = (given - is) / n_pairs;
            assert!(n_pairs < 100.0 || off.abs() < 0.08, "{n_pairs} {given} {is}");
        }
        assert!(tenths[9].0 > 5_000.0 && tenths[0].0 > 60_000.0);
    }
}
