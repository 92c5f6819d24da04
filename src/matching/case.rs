//! Which levels do pairs of records reach together?
//!
//! What learning sees of a file: pairs drawn at random, for what strangers reach, and candidate
//! pairs, each as the levels that it reaches. Pairs that reach the same are counted together.

use rayon::prelude::*;

use super::block::Blocks;
use super::compare::Scratch;
use super::decisions::Verdict;
use super::features::{Features, Pair};
use super::labels::Labels;
use super::level::Bits;
use super::score::Model;
use super::settings::Settings;

/// `u` is counted among about so many random pairs.
pub(super) const N_RANDOM_PAIRS: usize = 150_000;

/// `m` and `kin` are learned from as many candidates as so many records have.
const N_RECORDS_SAMPLE: usize = 100_000;

/// Levels that pairs reach together, and how many pairs do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    /// Four bits per comparison, `ABSENT` where a value is.
    pub(super) levels: u64,
    /// What rare and common values, and namesakes, add to the bits of the levels.
    pub(super) shift: Bits,
    /// What somebody knows of these pairs.
    pub(super) label: Option<Verdict>,
    pub(super) n_pairs: f64,
}

/// What learning looks at.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) features: &'a Features,
    /// A hash of what each record says.
    pub(super) contents: &'a [u64],
    pub(super) labels: &'a Labels,
}

const ABSENT: u64 = 15;

/// Shifts are kept to an eighth of a bit, so that sums do not depend on the order of pairs.
const N_SHIFTS_PER_BIT: f64 = 8.0;

/// A pair before it is counted: its levels, its shifts against strangers and against kin, and its
/// label.
pub(super) type Seen = (u64, (i16, i16), Option<Verdict>);

/// Chooses about so many of the records by what they say, or all if there are no more.
pub(super) fn chosen(contents: &[u64], n_max: usize) -> Vec<u32> {
    let one_in = u32::try_from(contents.len() / n_max).unwrap_or(u32::MAX).max(1);
    let last = u64::from(u32::MAX / one_in);
    // Contents are hashes already; another is needed where they also order the records.
    let is_chosen = |content: u64| (content.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) <= last;
    let records = (0..).zip(contents).filter(|&(_, &content)| one_in == 1 || is_chosen(content));
    records.map(|(record, _)| record).collect()
}

/// Draws pairs evenly: each record with those that stand some steps further on, in the order of
/// what they say. Of a small file that is all pairs.
pub(super) fn random_pairs(sorted: &[u32]) -> Vec<(u32, u32)> {
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

pub(super) fn seen(known: Known<'_>, model: &Model, pairs: &[(u32, u32)]) -> Vec<Seen> {
    const N_PAIRS_CHUNK: usize = 1 << 14;
    let chunks: Vec<Vec<Seen>> = pairs
        .par_chunks(N_PAIRS_CHUNK)
        .map(|pairs| {
            let mut scratch = model.scratch();
            let seen = pairs
                .iter()
                .map(|&(a, b)| see(known, model, known.features.pair(a, b), &mut scratch))
                .collect();
            model.take_back(scratch);
            seen
        })
        .collect();
    chunks.concat()
}

#[expect(clippy::cast_possible_truncation, reason = "a few hundred at most")]
fn see(known: Known<'_>, model: &Model, pair: Pair<'_>, scratch: &mut Scratch) -> Seen {
    let Known { features, labels, .. } = known;
    let (mut levels, mut shift, mut alike) = (0, model.together().of_names(pair), 0);
    for (place, reached) in model.levels(features, pair, scratch).enumerate() {
        let level = match reached {
            None => ABSENT,
            Some(reached) => {
                let rung = &model.scales()[place].rungs[usize::from(reached.level)];
                shift.stranger += reached.bits.stranger - rung.bits.stranger;
                alike |= u64::from(model.scales()[place].is_alike(reached)) << place;
                u64::from(reached.level)
            }
        };
        levels |= level << (4 * place);
    }
    shift = shift.plus(model.of_alike(features, pair, alike));
    let kept = |bits: f64| (bits * N_SHIFTS_PER_BIT).round() as i16;
    let label = labels.of_pair(pair.a, pair.b);
    (levels, (kept(shift.stranger), kept(shift.kin)), label)
}

/// Looks at the candidates, or in a large file at a sample of them, and gives the share of them
/// that it is.
pub(super) fn candidates(known: Known<'_>, model: &Model, settings: &Settings) -> (Vec<Seen>, f64) {
    let one_in = (known.features.n_records() / N_RECORDS_SAMPLE).max(1) as u64;
    let mut blocks = Blocks::of(known.features, settings).sampled(one_in);
    let mut all = Vec::new();
    blocks.walk(
        |candidates| {
            let mut pairs = Vec::new();
            let mut scratch = model.scratch();
            candidates.each(|found| {
                if found.is_new {
                    pairs.push(see(known, model, found.pair, &mut scratch));
                }
            });
            model.take_back(scratch);
            pairs
        },
        |mut some| all.append(&mut some),
    );
    (all, 1.0 / one_in as f64)
}

/// Counts pairs that are alike.
pub(super) fn cases(mut seen: Vec<Seen>) -> Vec<Case> {
    seen.par_sort_unstable();
    seen.chunk_by(|one, other| one == other)
        .map(|alike| {
            let (levels, shift, label) = alike[0];
            Case {
                levels,
                shift: Bits {
                    stranger: f64::from(shift.0) / N_SHIFTS_PER_BIT,
                    kin: f64::from(shift.1) / N_SHIFTS_PER_BIT,
                },
                label,
                n_pairs: alike.len() as f64,
            }
        })
        .collect()
}

/// Goes through the levels that a case reaches: comparison and level.
pub(super) fn reached(levels: u64, n_comparisons: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n_comparisons).filter_map(move |place| {
        let level = (levels >> (4 * place)) & 15;
        (level != ABSENT).then_some((place, usize::try_from(level).unwrap_or(0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::intern::count;

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
