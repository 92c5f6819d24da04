//! Does a probability mean what it says?

use serde::Serialize;

use super::threshold::Judged;

/// How the probabilities of pairs compare with what came true.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// By ranges of probability, the lowest first; ranges without pairs are left out.
    pub bins: Vec<ReliabilityBin>,
    /// The difference between said and true, on average over pairs.
    ///
    /// # Source
    /// Naeini, Cooper and Hauskrecht (2015), "Obtaining well calibrated probabilities using
    /// Bayesian binning".
    pub calibration_error: f64,
    /// The mean squared difference between said and true.
    ///
    /// # Source
    /// Brier (1950), "Verification of forecasts expressed in terms of probability".
    pub brier: f64,
}

/// Pairs whose probability is within a range.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// The range's lower end, which is within it.
    pub from: f64,
    /// Its upper end, which is not; 1 is within the last.
    pub to: f64,
    /// Pairs.
    pub n_pairs: u64,
    /// What their probabilities say, on average.
    pub said: f64,
    /// The share of them that are one person.
    pub came_true: f64,
    /// The 95 % interval of that share, by Wilson's score.
    ///
    /// # Source
    /// Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    pub interval: [f64; 2],
}

/// Where the ranges begin: finer at the ends, where errors are dear.
const STARTS: [f64; 14] =
    [0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/// Sets the probabilities of pairs against what they are.
pub fn reliability(judged: &[Judged]) -> Reliability {
    let mut sums = [(0_u64, 0.0, 0_u64); STARTS.len()];
    let mut squares = 0.0;
    for pair in judged {
        let place = STARTS.partition_point(|&start| start <= pair.probability).saturating_sub(1);
        let sum = &mut sums[place];
        sum.0 += 1;
        sum.1 += pair.probability;
        sum.2 += u64::from(pair.is_true);
        squares += (pair.probability - f64::from(u8::from(pair.is_true))).powi(2);
    }
    let n_all = judged.len().max(1) as f64;
    let bins: Vec<ReliabilityBin> = sums
        .into_iter()
        .enumerate()
        .filter(|(_, (n_pairs, ..))| *n_pairs > 0)
        .map(|(place, (n_pairs, said, n_true))| ReliabilityBin {
            from: STARTS[place],
            to: STARTS.get(place + 1).copied().unwrap_or(1.0),
            n_pairs,
            said: said / n_pairs as f64,
            came_true: n_true as f64 / n_pairs as f64,
            interval: wilson(n_true, n_pairs),
        })
        .collect();
    let apart = |bin: &ReliabilityBin| bin.n_pairs as f64 * (bin.said - bin.came_true).abs();
    Reliability {
        calibration_error: bins.iter().map(apart).sum::<f64>() / n_all,
        brier: squares / n_all,
        bins,
    }
}

/// Gives the 95 % interval of a share.
///
/// ```text
/// (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
/// ```
fn wilson(n_true: u64, n_all: u64) -> [f64; 2] {
    const Z: f64 = 1.959_963_984_540_054;
    let (n, p) = (n_all as f64, n_true as f64 / n_all as f64);
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    [((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(probability: f64, is_true: bool) -> Judged {
        Judged { weight_bits: 0.0, probability, is_true }
    }

    #[test]
    fn pairs_are_counted_in_the_range_that_they_are_in() {
        let pairs = [
            judged(0.9, true),
            judged(0.94, false),
            judged(0.95, true),
            judged(1.0, true),
            judged(0.0, false),
        ];
        let found = reliability(&pairs);
        let bins: Vec<_> = found.bins.iter().map(|bin| (bin.from, bin.n_pairs)).collect();
        assert_eq!(bins, [(0.0, 1), (0.9, 2), (0.95, 1), (0.99, 1)]);
        assert!((found.bins[1].said - 0.92).abs() < 1e-12);
        assert!((found.bins[1].came_true - 0.5).abs() < 1e-12);
        let brier = (0.01 + 0.94_f64.powi(2) + 0.0025) / 5.0;
        assert!((found.brier - brier).abs() < 1e-12);
        assert!((found.calibration_error - (2.0 * 0.42 + 0.05) / 5.0).abs() < 1e-12);
    }

    #[test]
    fn probabilities_that_come_true_as_often_as_they_say_have_no_error() {
        let pairs: Vec<Judged> = (0..1000).map(|n| judged(0.7, n < 700)).collect();
        assert!(reliability(&pairs).calibration_error < 1e-12);
        assert!(reliability(&[]).bins.is_empty());
    }

    #[test]
    fn the_interval_is_wilsons() {
        // Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I:
        // 81 of 263 is .2553 to .3662; 0 of 20 is 0 to .1611.
        let [low, high] = wilson(81, 263);
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
        let [low, high] = wilson(0, 20);
        assert!(low.abs() < 1e-12 && (high - 0.1611).abs() < 5e-5, "{low} {high}");
    }
}
