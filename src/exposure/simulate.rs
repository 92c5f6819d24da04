//! The distribution of the loss by drawing every customer in every scenario.
//!
//! Each chunk of scenarios has a stream of chance of its own, and losses are whole cents: the
//! same seed gives the same figures for any number of threads.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

use super::normal::{distribution, quantile};
use super::portfolio::{Found, Stake, Stakes};

/// Scenarios per stream; part of what a seed means.
const CHUNK: u32 = 32;
/// Draws at a time.
const DRAWS: usize = 1024;

/// Finds the distribution.
pub(super) fn found(
    stakes: &Stakes,
    rho: f64,
    exceeded: &[f64],
    n_scenarios: u32,
    seed: u64,
) -> Found {
    let scenarios: Vec<Vec<i64>> = (0..n_scenarios.div_ceil(CHUNK))
        .into_par_iter()
        .flat_map_iter(|chunk| {
            let n = CHUNK.min(n_scenarios - chunk * CHUNK);
            scenarios(stakes, rho, seed, chunk, n)
        })
        .collect();
    let losses: Vec<i64> = scenarios.iter().map(|segments| segments.iter().sum()).collect();
    let mut sorted = losses.clone();
    sorted.sort_unstable();
    let at = |probability: f64| sorted[place(probability, sorted.len())];
    let n = losses.len() as f64;
    let mean = losses.iter().map(|&loss| i128::from(loss)).sum::<i128>() as f64 / n;
    let variance = sorted.iter().map(|&loss| (loss as f64 - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let tail = at(0.05);
    let worst: Vec<&Vec<i64>> = scenarios
        .iter()
        .zip(&losses)
        .filter(|&(_, &loss)| loss >= tail)
        .map(|(segments, _)| segments)
        .collect();
    let of_segment = |segment: usize| {
        let sum: i128 = worst.iter().map(|segments| i128::from(segments[segment])).sum();
        sum as f64 / worst.len() as f64
    };
    Found {
        mean,
        sd: variance.sqrt(),
        quantiles: exceeded.iter().map(|&probability| at(probability) as f64).collect(),
        shortfalls: [0.05, 0.01].map(|probability| mean_from(&sorted, at(probability))),
        by_segment: (0..stakes.n_segments).map(of_segment).collect(),
    }
}

/// Gives the place of the loss that is exceeded with a probability, in ascending order.
fn place(probability: f64, n: usize) -> usize {
    // The small number undoes what 1 − .05 loses in binary.
    let rank = ((1.0 - probability) * n as f64 - 1e-9).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank lies between 1 and n"
    )]
    let rank = rank.max(1.0) as usize;
    rank.min(n) - 1
}

/// Gives the mean of the losses from one on.
fn mean_from(sorted: &[i64], from: i64) -> f64 {
    let tail = &sorted[sorted.partition_point(|&loss| loss < from)..];
    tail.iter().map(|&loss| i128::from(loss)).sum::<i128>() as f64 / tail.len() as f64
}

/// Draws some scenarios from a stream; each gives the loss by segment.
fn scenarios(stakes: &Stakes, rho: f64, seed: u64, chunk: u32, n: u32) -> Vec<Vec<i64>> {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    chance.set_stream(u64::from(chunk));
    let thresholds: Vec<[f64; 2]> = stakes
        .groups
        .iter()
        .map(|leaving| [leaving.p_stop, leaving.p_stop + leaving.p_break].map(quantile))
        .collect();
    (0..n)
        .map(|_| {
            // 53 bits, moved to the middle of their step: never 0 and never 1.
            let even = ((chance.next_u64() >> 11) as f64 + 0.5) * (0.5f64).powi(53);
            let shock = quantile(even);
            let limits: Vec<[u64; 2]> = thresholds
                .iter()
                .map(|pair| pair.map(|threshold| limit(threshold, rho, shock)))
                .collect();
            scenario(stakes, &limits, &mut chance)
        })
        .collect()
}

/// Gives the number of 32-bit draws below which a customer's `Y` is below the threshold.
fn limit(threshold: f64, rho: f64, shock: f64) -> u64 {
    let given = distribution((threshold - rho.sqrt() * shock) / (1.0 - rho).sqrt());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a probability times 2^32"
    )]
    let limit = (given * 4_294_967_296.0).round() as u64;
    limit
}

/// Draws every person once: a uniform draw stands for ε, whose distribution is in the limits.
fn scenario(stakes: &Stakes, limits: &[[u64; 2]], chance: &mut ChaCha8Rng) -> Vec<i64> {
    let mut losses = vec![0; stakes.n_segments];
    let mut draws = [0u8; 4 * DRAWS];
    for some in stakes.all.chunks(DRAWS) {
        let draws = &mut draws[..4 * some.len()];
        chance.fill_bytes(draws);
        for (stake, draw) in some.iter().zip(draws.chunks_exact(4)) {
            let draw = u32::from_le_bytes([draw[0], draw[1], draw[2], draw[3]]);
            losses[stake.segment as usize] += lost(stake, limits[stake.group as usize], draw);
        }
    }
    losses
}

fn lost(stake: &Stake, [stop, either]: [u64; 2], draw: u32) -> i64 {
    let draw = u64::from(draw);
    if draw < stop {
        stake.of_stop
    } else if draw < either {
        stake.of_break
    } else {
        0
    }
}
