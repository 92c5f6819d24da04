//! The distribution of the loss, given the shock and then over it.
//!
//! Given Z, each loss is an independent draw; their sum is near a normal with the sum of the
//! means and of the variances. The shock is not drawn: it runs through the middles of equal
//! parts of its distribution. Within a part the mean moves on, which adds a twelfth of its step
//! squared to the variance. So quantiles are those of a mixture of normals, to many digits.

use rayon::prelude::*;

use super::churn::Leaving;
use super::normal::{above, density, distribution, quantile};
use super::portfolio::{Found, Stake, Stakes};

/// Scenarios per piece of work.
const CHUNK: usize = 256;

/// What the formulas need of the persons of a group; sums of whole cents, so without order.
#[derive(Debug, Clone, Copy, Default)]
struct Lot {
    stop: u128,
    pause: u128,
    stop_square: u128,
    pause_square: u128,
    cross: u128,
}

impl Lot {
    fn add(&mut self, of_stop: i64, of_break: i64) {
        let (stop, pause) =
            (u128::from(of_stop.unsigned_abs()), u128::from(of_break.unsigned_abs()));
        self.stop += stop;
        self.pause += pause;
        self.stop_square += stop * stop;
        self.pause_square += pause * pause;
        self.cross += stop * pause;
    }

    fn join(&mut self, other: &Lot) {
        self.stop += other.stop;
        self.pause += other.pause;
        self.stop_square += other.stop_square;
        self.pause_square += other.pause_square;
        self.cross += other.cross;
    }

    /// Gives mean and variance of the sum where each stops or pauses with these probabilities:
    /// for one, `V·s + W·b` and `V²·s(1−s) + W²·b(1−b) − 2·V·W·s·b`.
    fn moments(&self, [s, b]: [f64; 2]) -> [f64; 2] {
        let mean = self.stop as f64 * s + self.pause as f64 * b;
        let variance = self.stop_square as f64 * s * (1.0 - s)
            + self.pause_square as f64 * b * (1.0 - b)
            - 2.0 * self.cross as f64 * s * b;
        [mean, variance.max(0.0)]
    }
}

/// A group's probabilities, given the shock.
struct Given {
    stop: f64,
    either: f64,
    pull: f64,
}

impl Given {
    fn of(leaving: Leaving, rho: f64) -> Given {
        let rest = (1.0 - rho).sqrt();
        Given {
            stop: quantile(leaving.p_stop) / rest,
            either: quantile(leaving.p_stop + leaving.p_break) / rest,
            pull: rho.sqrt() / rest,
        }
    }

    /// Gives the probabilities to stop and to pause at a shock.
    fn at(&self, shock: f64) -> [f64; 2] {
        let stop = distribution(self.stop - self.pull * shock);
        // Nobody pauses where both thresholds are one.
        let either = if self.either > self.stop {
            distribution(self.either - self.pull * shock)
        } else {
            stop
        };
        [stop, (either - stop).max(0.0)]
    }
}

/// The persons of each group added up, and of each segment and group: the same at every rho.
pub(super) struct Lots {
    of_groups: Vec<Lot>,
    of_segments: Vec<(usize, usize, Lot)>,
}

/// Finds the distribution; its tail by segment where that is asked for.
pub(super) fn found(
    stakes: &Stakes,
    lots: &Lots,
    rho: f64,
    exceeded: &[f64],
    n_scenarios: u32,
    with_segments: bool,
) -> Found {
    let Lots { of_groups: lots, of_segments: by_segment } = lots;
    let given: Vec<Given> = stakes.groups.iter().map(|&leaving| Given::of(leaving, rho)).collect();
    let shocks = shocks(rho, n_scenarios);
    let moments: Vec<[f64; 2]> = shocks
        .par_chunks(CHUNK)
        .flat_map_iter(|shocks| {
            shocks.iter().map(|&shock| {
                let of_groups =
                    given.iter().zip(lots).map(|(given, lot)| lot.moments(given.at(shock)));
                of_groups.fold([0.0; 2], |sum, one| [sum[0] + one[0], sum[1] + one[1]])
            })
        })
        .collect();
    let most: u128 = lots.iter().map(|lot| lot.stop).sum();
    let mixture = Mixture::of(&moments, most as f64);
    let quantiles: Vec<f64> =
        exceeded.par_iter().map(|&probability| mixture.exceeded(probability)).collect();
    let tails = [0.05, 0.01].map(|probability| mixture.exceeded(probability));
    let mut segments = vec![0.0; stakes.n_segments];
    if with_segments {
        let parts = mixture.by_group(tails[0], &given, lots, &shocks);
        for (segment, group, lot) in by_segment {
            segments[*segment] += parts[*group].of(lot);
        }
    }
    let n = mixture.means.len() as f64;
    let middle = mixture.means.iter().sum::<f64>() / n;
    let spread = |(one, sd): (&f64, &f64)| (one - middle).powi(2) + sd * sd;
    let variance = mixture.means.iter().zip(&mixture.sds).map(spread).sum::<f64>() / n;
    // The shock moves the mean of no customer: it is known without it.
    let groups = stakes.groups.iter().zip(lots);
    let mean = groups.map(|(of, lot)| lot.moments([of.p_stop, of.p_break])[0]).sum();
    Found {
        mean,
        sd: variance.sqrt(),
        quantiles,
        shortfalls: tails.map(|tail| mixture.shortfall(tail)),
        by_segment: segments,
    }
}

impl Lots {
    /// Adds up the persons.
    pub(super) fn of(stakes: &Stakes) -> Lots {
        let mut of_groups = vec![Lot::default(); stakes.groups.len()];
        let mut of_segments: Vec<(usize, usize, Lot)> = Vec::new();
        let alike =
            |one: &Stake, other: &Stake| (one.segment, one.group) == (other.segment, other.group);
        for some in stakes.all.chunk_by(alike) {
            let mut lot = Lot::default();
            for stake in some {
                lot.add(stake.of_stop, stake.of_break);
            }
            of_groups[some[0].group as usize].join(&lot);
            of_segments.push((some[0].segment as usize, some[0].group as usize, lot));
        }
        Lots { of_groups, of_segments }
    }
}

/// Gives the middles of equal parts of the shock's distribution, the worst last.
fn shocks(rho: f64, n_scenarios: u32) -> Vec<f64> {
    if rho <= 0.0 {
        return vec![0.0];
    }
    let n = f64::from(n_scenarios);
    (0..n_scenarios).map(|part| -quantile((f64::from(part) + 0.5) / n)).collect()
}

/// Equally likely normals.
struct Mixture {
    means: Vec<f64>,
    sds: Vec<f64>,
    /// How far the mean moves within each part of the shock.
    steps: Vec<f64>,
    /// The greatest of the standard deviations.
    sd_max: f64,
    most: f64,
}

/// What a group's sums are multiplied by to tell its part of a tail.
struct Part {
    stop: f64,
    pause: f64,
    stop_square: f64,
    pause_square: f64,
    cross: f64,
}

impl Part {
    fn of(&self, lot: &Lot) -> f64 {
        lot.stop as f64 * self.stop
            + lot.pause as f64 * self.pause
            + lot.stop_square as f64 * self.stop_square
            + lot.pause_square as f64 * self.pause_square
            + lot.cross as f64 * self.cross
    }
}

/// Gives how far a number moves around each place of a list.
fn steps(of: impl Fn(usize) -> f64, n: usize) -> impl Fn(usize) -> f64 {
    move |place: usize| {
        let (before, after) = (place.saturating_sub(1), (place + 1).min(n - 1));
        (of(after) - of(before)) / (after - before).max(1) as f64
    }
}

impl Mixture {
    fn of(moments: &[[f64; 2]], most: f64) -> Mixture {
        let n = moments.len();
        let step = steps(|place| moments[place][0], n);
        let steps: Vec<f64> = (0..n).map(step).collect();
        let sd = |(moments, step): (&[f64; 2], &f64)| {
            // A loss without any variance still needs a width to divide by: a millionth cent.
            (moments[1] + step * step / 12.0).sqrt().max(1e-6)
        };
        let sds: Vec<f64> = moments.iter().zip(&steps).map(sd).collect();
        let sd_max = sds.iter().copied().fold(0.0, f64::max);
        Mixture { means: moments.iter().map(|one| one[0]).collect(), sds, steps, sd_max, most }
    }

    /// Gives the places whose normals reach over a loss in part; those behind them lie above it
    /// as a whole, those before below. The worse the shock, the greater the mean, so that means
    /// stand in order; beyond nine standard deviations nothing is left that a double could tell.
    fn around(&self, loss: f64) -> std::ops::Range<usize> {
        let reach = 9.0 * self.sd_max;
        let from = self.means.partition_point(|&mean| mean < loss - reach);
        from..from.max(self.means.partition_point(|&mean| mean <= loss + reach))
    }

    /// Gives the probability of more than a loss, and how fast it falls there.
    fn tail(&self, loss: f64) -> [f64; 2] {
        let around = self.around(loss);
        let mut sums = [(self.means.len() - around.end) as f64, 0.0];
        for place in around {
            let (mean, sd) = (self.means[place], self.sds[place]);
            let a = (loss - mean) / sd;
            sums[0] += above(a);
            sums[1] += density(a) / sd;
        }
        sums.map(|sum| sum / self.means.len() as f64)
    }

    /// Gives the loss exceeded with a probability: Newton's steps between bounds that close in.
    fn exceeded(&self, probability: f64) -> f64 {
        let (mut low, mut high) = (0.0, self.most);
        let place = (1.0 - probability) * (self.means.len() - 1) as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of the places"
        )]
        let mut loss = self.means[place as usize];
        for _ in 0..200 {
            let [tail, slope] = self.tail(loss);
            if tail > probability {
                low = loss;
            } else {
                high = loss;
            }
            let next = loss + (tail - probability) / slope;
            let next = if next > low && next < high { next } else { f64::midpoint(low, high) };
            let step = (next - loss).abs();
            loss = next;
            // A thousandth of a cent is exact enough for a number that is rounded to cents.
            if step < 1e-3 || high - low < 1e-3 {
                break;
            }
        }
        loss
    }

    /// Gives the mean of the losses above one: for a normal `m·(1 − Φ(a)) + sd·φ(a)`.
    fn shortfall(&self, loss: f64) -> f64 {
        let around = self.around(loss);
        let mut tail = (self.means.len() - around.end) as f64;
        let mut sum: f64 = self.means[around.end..].iter().sum();
        for place in around {
            let (mean, sd) = (self.means[place], self.sds[place]);
            let a = (loss - mean) / sd;
            tail += above(a);
            sum += mean * above(a) + sd * density(a);
        }
        if tail > 0.0 { sum / tail } else { loss }
    }

    /// Parts the mean of the losses above one among the groups, so that the parts add up to it:
    /// a group's loss moves with the whole by its share of the variance.
    fn by_group(&self, loss: f64, given: &[Given], lots: &[Lot], shocks: &[f64]) -> Vec<Part> {
        let n = shocks.len();
        let weights: Vec<[f64; 2]> = self
            .means
            .iter()
            .zip(&self.sds)
            .map(|(mean, sd)| {
                let a = (loss - mean) / sd;
                [above(a), density(a) / sd]
            })
            .collect();
        let tail = weights.iter().map(|weight| weight[0]).sum::<f64>().max(f64::MIN_POSITIVE);
        let part = |given: &Given| {
            let at: Vec<[f64; 2]> = shocks.iter().map(|&shock| given.at(shock)).collect();
            let (stop_step, pause_step) = (steps(|j| at[j][0], n), steps(|j| at[j][1], n));
            let mut part =
                Part { stop: 0.0, pause: 0.0, stop_square: 0.0, pause_square: 0.0, cross: 0.0 };
            for (place, &[mean, slope]) in weights.iter().enumerate() {
                let [s, b] = at[place];
                let moved = slope * self.steps[place] / 12.0;
                part.stop += s * mean + stop_step(place) * moved;
                part.pause += b * mean + pause_step(place) * moved;
                part.stop_square += s * (1.0 - s) * slope;
                part.pause_square += b * (1.0 - b) * slope;
                part.cross -= 2.0 * s * b * slope;
            }
            for sum in [
                &mut part.stop,
                &mut part.pause,
                &mut part.stop_square,
                &mut part.pause_square,
                &mut part.cross,
            ] {
                *sum /= tail;
            }
            part
        };
        debug_assert_eq!(given.len(), lots.len());
        given.par_iter().map(part).collect()
    }
}
