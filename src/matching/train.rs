//! What do the levels weigh in this file?
//!
//! Learned from the file itself, without labels. `u`, how often strangers reach a level, is
//! counted among pairs drawn at random. `m` and `kin`, how often records of one person and of one
//! household reach it, come from candidate pairs by expectation–maximisation: a pair counts as
//! each of the three kinds as far as it is likely to be that. The shares of the settings count
//! as so many pairs seen before, so that a handful of records does not make up its own weights.
//!
//! # Source
//! Winkler (1988), "Using the EM algorithm for weight computation in the Fellegi–Sunter model of
//! record linkage"; Dempster, Laird and Rubin (1977); the prior is Dirichlet's.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::block::Blocks;
use super::features::{Features, Pair};

use super::level::Bits;
use super::prior::Duplication;
use super::score::Model;
use super::settings::{Comparison, Field, Level, Settings, Test};
use crate::terms::Probability;

/// `u` is counted among about so many random pairs.
const N_RANDOM_PAIRS: usize = 150_000;

/// `m` and `kin` are learned from the candidates among so many records.
const N_RECORDS_SAMPLE: usize = 100_000;

/// The settings' shares count as so many pairs of one person.
const N_PAIRS_PRIOR: f64 = 30.0;

/// The settings' shares count as so many pairs of kin, who are fewer and harder to tell.
const N_PAIRS_PRIOR_KIN: f64 = 100.0;

/// A learned share of one person or of kin lies within so many bits of the settings'.
const SHARE_BITS_MAX: f64 = 2.0;

/// Steps after which learning ends without having settled.
const N_STEPS_MAX: u32 = 60;

/// Learning has settled when no share moves further than this in a step.
const SETTLED: f64 = 0.000_5;

/// How learning went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// Random pairs that `u` was counted among.
    pub n_pairs_random: f64,
    /// Candidate pairs that `m` and `kin` were learned from; of two records that say the same,
    /// a share where only some records were looked at.
    pub n_pairs: f64,
    /// Of these, pairs of one person, as estimated.
    pub n_pairs_same: f64,
    /// Of these, pairs of kin, as estimated.
    pub n_pairs_kin: f64,
    /// Steps taken.
    pub n_steps: u32,
    /// Whether the last step changed next to nothing.
    pub is_settled: bool,
}

/// Comparisons with the shares that a file shows: a model that other runs can load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    /// The comparisons.
    pub compare: Vec<Comparison>,
    /// Duplicates and kin of a record.
    pub duplication: Duplication,
    /// How learning went; nothing where the shares are those of the settings.
    pub training: Option<Training>,
}

impl Learned {
    /// Learns from the records, or takes what the settings say if they do not want that.
    pub(super) fn of(features: &Features, contents: &[u64], settings: &Settings) -> Learned {
        if settings.train && features.n_records() >= settings.n_records_train_min.max(2) {
            return learned(features, contents, settings);
        }
        let duplication = Duplication::expected(settings);
        Learned { compare: settings.compare.clone(), duplication, training: None }
    }

    /// Puts the model in the place of the settings' own shares, to be used as they stand.
    pub fn put_in(self, settings: &mut Settings) {
        settings.train = false;
        settings.n_duplicates_per_record = self.duplication.n_duplicates_per_record;
        settings.n_kin_per_record = self.duplication.n_kin_per_record;
        settings.compare = self.compare;
    }
}

/// Levels that pairs reach together, and how many pairs do.
#[derive(Debug, Clone, Copy)]
struct Case {
    /// Four bits per comparison, `ABSENT` where a value is.
    levels: u64,
    /// What rare and common values, and namesakes, add to the bits of the levels.
    shift: Bits,
    n_pairs: f64,
}

const ABSENT: u64 = 15;

/// Shifts are kept to an eighth of a bit, so that sums do not depend on the order of pairs.
const N_SHIFTS_PER_BIT: f64 = 8.0;

/// A pair before it is counted: its levels, its shifts against strangers and against kin, and whether the two say the same.
type Seen = (u64, (i16, i16), bool);

/// Learns the shares of the levels from the records. `contents` is a hash of what each says.
fn learned(features: &Features, contents: &[u64], settings: &Settings) -> Learned {
    let n_records = features.n_records();
    // Of a large file some records are enough.
    let (mut sorted, _) = chosen(contents, N_RANDOM_PAIRS);
    sorted.par_sort_unstable_by_key(|&record| (contents[record as usize], record));
    let mut compare = settings.compare.clone();
    let expected = Duplication::expected(settings);

    let model = Model::of(features, &compare);
    let pairs = random_pairs(&sorted);
    let random = cases(seen(features, contents, &model, &pairs), 1.0);
    let n_pairs_random: f64 = random.iter().map(|case| case.n_pairs).sum();
    strangers(&mut compare, &settings.compare, &random, expected.odds(n_records, settings));

    let model = Model::of(features, &compare);
    let (candidates, rate) = candidates(features, contents, &model, settings);
    let n_in_sample = n_records as f64 * rate;
    let candidates = cases(candidates, rate);
    let mut mixture = Mixture {
        compare,
        prior: &settings.compare,
        duplication: expected,
        n_others: n_others(n_records),
        n_in_sample,
        rate,
    };
    let mut training = mixture.settle(&candidates, settings);
    training.n_pairs_random = n_pairs_random.round();
    let Mixture { compare, duplication, .. } = mixture;
    Learned { compare, duplication, training: Some(training) }
}

fn n_others(n_records: usize) -> f64 {
    n_records.max(2) as f64 - 1.0
}

/// Chooses about so many of the records by what they say, or all if there are no more; gives the
/// share of the records that were chosen too.
fn chosen(contents: &[u64], n_max: usize) -> (Vec<u32>, f64) {
    let one_in = u32::try_from(contents.len() / n_max).unwrap_or(u32::MAX).max(1);
    let last = u64::from(u32::MAX / one_in);
    // Contents are hashes already; another is needed where they also order the records.
    let is_chosen = |content: u64| (content.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) <= last;
    let records = (0..).zip(contents).filter(|&(_, &content)| one_in == 1 || is_chosen(content));
    (records.map(|(record, _)| record).collect(), 1.0 / f64::from(one_in))
}

/// Draws pairs evenly: each record with those that stand some steps further on, in the order of
/// what they say. Of a small file that is all pairs.
fn random_pairs(sorted: &[u32]) -> Vec<(u32, u32)> {
    let n = sorted.len();
    if n < 2 {
        return Vec::new();
    }
    let n_steps = (N_RANDOM_PAIRS / n).clamp(1, (n - 1).div_ceil(2));
    let farthest = (n - 1).div_ceil(2);
    let mut pairs = Vec::with_capacity(n * n_steps);
    for step in 1..=n_steps {
        let distance = if n_steps == farthest { step } else { step * farthest / n_steps };
        // Halfway round, each pair would be met from both ends.
        let n_starts = if distance * 2 == n { n / 2 } else { n };
        pairs.extend((0..n_starts).map(|start| {
            let (one, other) = (sorted[start], sorted[(start + distance) % n]);
            (one.min(other), one.max(other))
        }));
    }
    pairs
}

fn seen(features: &Features, contents: &[u64], model: &Model, pairs: &[(u32, u32)]) -> Vec<Seen> {
    const N_PAIRS_CHUNK: usize = 1 << 14;
    let chunks: Vec<Vec<Seen>> = pairs
        .par_chunks(N_PAIRS_CHUNK)
        .map(|pairs| {
            let mut scratch = model.scratch();
            let seen = pairs
                .iter()
                .map(|&(a, b)| {
                    let is_same = contents[a as usize] == contents[b as usize];
                    see(features, model, features.pair(a, b), is_same, &mut scratch)
                })
                .collect();
            model.take_back(scratch);
            seen
        })
        .collect();
    chunks.concat()
}

#[expect(clippy::cast_possible_truncation, reason = "a few hundred at most")]
fn see(
    features: &Features,
    model: &Model,
    pair: Pair<'_>,
    is_same: bool,
    scratch: &mut super::compare::Scratch,
) -> Seen {
    let (mut levels, mut shift) = (0, model.of_names_together(pair));
    for (place, reached) in model.levels(features, pair, scratch).enumerate() {
        let level = match reached {
            None => ABSENT,
            Some(reached) => {
                let rung = &model.scales()[place].rungs[usize::from(reached.level)];
                shift.stranger += reached.bits.stranger - rung.bits.stranger;
                u64::from(reached.level)
            }
        };
        levels |= level << (4 * place);
    }
    let kept = |bits: f64| (bits * N_SHIFTS_PER_BIT).round() as i16;
    (levels, (kept(shift.stranger), kept(shift.kin)), is_same)
}

/// Looks at the candidates among some of the records, chosen by what they say, and gives the
/// share of the records that were chosen.
fn candidates(
    features: &Features,
    contents: &[u64],
    model: &Model,
    settings: &Settings,
) -> (Vec<Seen>, f64) {
    let mut blocks = Blocks::of(features, settings);
    let (chosen, rate) = chosen(contents, N_RECORDS_SAMPLE);
    if rate < 1.0 {
        blocks = blocks.among(chosen);
    }
    let mut all = Vec::new();
    blocks.walk(
        |candidates| {
            let mut pairs = Vec::new();
            let mut scratch = model.scratch();
            candidates.each(|found| {
                if found.is_new {
                    let Pair { a, b, .. } = found.pair;
                    let is_same = contents[a as usize] == contents[b as usize];
                    pairs.push(see(features, model, found.pair, is_same, &mut scratch));
                }
            });
            model.take_back(scratch);
            pairs
        },
        |mut some| all.append(&mut some),
    );
    (all, rate)
}

/// Counts pairs that are alike. Of two records that say the same, both or none are in a sample
/// taken at `rate`, so their pairs count less.
fn cases(mut seen: Vec<Seen>, rate: f64) -> Vec<Case> {
    seen.par_sort_unstable();
    seen.chunk_by(|one, other| one == other)
        .map(|alike| {
            let (levels, shift, is_same) = alike[0];
            let weight = if is_same { rate } else { 1.0 };
            Case {
                levels,
                shift: Bits {
                    stranger: f64::from(shift.0) / N_SHIFTS_PER_BIT,
                    kin: f64::from(shift.1) / N_SHIFTS_PER_BIT,
                },
                n_pairs: alike.len() as f64 * weight,
            }
        })
        .collect()
}

/// Goes through the levels that a case reaches: comparison and level.
fn reached(levels: u64, n_comparisons: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n_comparisons).filter_map(move |place| {
        let level = (levels >> (4 * place)) & 15;
        (level != ABSENT).then_some((place, usize::try_from(level).unwrap_or(0)))
    })
}

/// Sets `u` to what pairs of strangers reach among random ones. A level that is too rare to be
/// met keeps its share: it counts as met once in as many pairs as that takes.
fn strangers(compare: &mut [Comparison], prior: &[Comparison], random: &[Case], odds: (f64, f64)) {
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
        let share = case.n_pairs * strange / (same + related + strange);
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
struct Mixture<'a> {
    compare: Vec<Comparison>,
    prior: &'a [Comparison],
    duplication: Duplication,
    n_others: f64,
    n_in_sample: f64,
    rate: f64,
}

impl Mixture<'_> {
    /// Takes steps until they change next to nothing, or there have been enough.
    fn settle(&mut self, cases: &[Case], settings: &Settings) -> Training {
        let n_pairs: f64 = cases.iter().map(|case| case.n_pairs).sum();
        let mut training = Training {
            n_pairs_random: 0.0,
            n_pairs: n_pairs.round(),
            n_pairs_same: 0.0,
            n_pairs_kin: 0.0,
            n_steps: 0,
            is_settled: false,
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
                let all = same + related + (-stranger_bits - case.shift.stranger).exp2();
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
        let mut moved: f64 = 0.0;
        for ((comparison, before), counts) in self.compare.iter_mut().zip(self.prior).zip(&counts) {
            let n_all =
                counts.iter().fold((0.0, 0.0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
            let share = |place: usize| {
                let Level { test, m, u, kin } = before.levels[place];
                let kin = kin.unwrap_or(u);
                let least = kin_bits_least(comparison.field, test);
                (
                    shrunk(counts[place].0, n_all.0, m.get(), N_PAIRS_PRIOR, SHARE_BITS_MAX),
                    shrunk(counts[place].1, n_all.1, kin.get(), N_PAIRS_PRIOR_KIN, least),
                )
            };
            let shares: Vec<(f64, f64)> = (0..before.levels.len()).map(share).collect();
            let earlier: Vec<f64> = comparison.levels.iter().map(|level| level.m.get()).collect();
            let only = |side: fn(&(f64, f64)) -> f64| shares.iter().map(side).collect::<Vec<_>>();
            set(&mut comparison.levels, &only(|share| share.0), |level, share| level.m = share);
            set(&mut comparison.levels, &only(|share| share.1), |level, share| {
                level.kin = level.kin.map(|_| share);
            });
            for (level, earlier) in comparison.levels.iter().zip(earlier) {
                moved = moved.max((level.m.get() - earlier).abs());
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
    use crate::matching::intern::count;

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

    #[test]
    fn random_pairs_are_all_pairs_of_a_small_file_once() {
        for n in [2_usize, 3, 7, 10, 301] {
            let sorted: Vec<u32> = (0..count(n)).collect();
            let mut pairs = random_pairs(&sorted);
            let n_pairs = pairs.len();
            assert!(pairs.iter().all(|(one, other)| one < other));
            pairs.sort_unstable();
            pairs.dedup();
            assert_eq!(pairs.len(), n_pairs);
            assert_eq!(n_pairs, n * (n - 1) / 2, "of {n} records");
        }
    }
}
