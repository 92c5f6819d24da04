//! What does chance say next?

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of chance: the same for a seed and a stream number on any machine and thread.
pub(super) struct Draws(ChaCha8Rng);

impl Draws {
    /// Opens one of the streams of a seed.
    pub(super) fn of(seed: u64, stream: u64) -> Draws {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Draws(rng)
    }

    /// Says yes with the given probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Gives a number at or above 0 and below 1.
    pub(super) fn unit(&mut self) -> f64 {
        // 53 bits: as many as the fraction of a double holds.
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Gives a number below `n`, each as likely; 0 where `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        // Multiply and shift; at these sizes its bias is beneath notice.
        let wide = u128::from(self.0.next_u64()) * n as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Gives a whole number between two, both included.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = usize::try_from(most - least + 1).unwrap_or(0);
        least + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// Gives one of several, each as likely.
    ///
    /// # Panics
    /// If there are none: a bug of the caller.
    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// Gives a decimal digit.
    pub(super) fn digit(&mut self) -> char {
        char::from(b"0123456789"[self.below(10)])
    }

    /// Puts a list in any order.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }

    /// Gives a waiting time of mean `1 / rate`.
    pub(super) fn exponential(&mut self, rate: f64) -> f64 {
        -(1.0 - self.unit()).ln() / rate
    }

    /// Gives a standard normal number.
    ///
    /// # Source
    /// Box and Muller (1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Gives a gamma number of mean `shape / rate`.
    ///
    /// # Source
    /// Marsaglia and Tsang (2000), "A simple method for generating gamma variables"; below shape
    /// 1 with their boost.
    pub(super) fn gamma(&mut self, shape: f64, rate: f64) -> f64 {
        if shape < 1.0 {
            let boost = (1.0 - self.unit()).powf(1.0 / shape);
            return self.gamma(shape + 1.0, rate) * boost;
        }
        let d = shape - 1.0 / 3.0;
        loop {
            let x = self.normal();
            // v = (1 + c x)³ with c = 1 / √(9 d)
            let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
            let u = 1.0 - self.unit();
            if v > 0.0 && u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v / rate;
            }
        }
    }

    /// Gives a beta number of mean `a / (a + b)`.
    pub(super) fn beta(&mut self, a: f64, b: f64) -> f64 {
        let x = self.gamma(a, 1.0);
        let y = self.gamma(b, 1.0);
        x / (x + y)
    }
}

/// A list to draw from by weight.
#[derive(Debug)]
pub(super) struct Weighted<T> {
    items: Vec<T>,
    /// The sum of the weights up to and with each item.
    sums: Vec<f64>,
}

impl<T> Weighted<T> {
    pub(super) fn of(items: impl IntoIterator<Item = (T, f64)>) -> Weighted<T> {
        let mut sum = 0.0;
        let (items, sums) = items
            .into_iter()
            .map(|(item, weight)| {
                sum += weight;
                (item, sum)
            })
            .unzip();
        Weighted { items, sums }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Draws one item.
    ///
    /// # Panics
    /// If there are none: a bug of the caller.
    pub(super) fn draw(&self, draws: &mut Draws) -> &T {
        let total = self.sums.last().copied().unwrap_or(0.0);
        let point = draws.unit() * total;
        let place = self.sums.partition_point(|sum| *sum <= point);
        &self.items[place.min(self.items.len() - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(mut draw: impl FnMut() -> f64) -> f64 {
        (0..40_000).map(|_| draw()).sum::<f64>() / 40_000.0
    }

    #[test]
    fn means_are_those_of_the_distributions() {
        let mut draws = Draws::of(1, 0);
        assert!((mean(|| draws.gamma(0.5, 2.0)) - 0.25).abs() < 0.01);
        assert!((mean(|| draws.gamma(6.25, 3.0)) - 2.0833).abs() < 0.02);
        assert!((mean(|| draws.beta(0.8, 2.4)) - 0.25).abs() < 0.01);
        assert!((mean(|| draws.exponential(4.0)) - 0.25).abs() < 0.01);
        assert!((mean(|| draws.normal())).abs() < 0.02);
    }

    #[test]
    fn a_stream_repeats_itself_and_differs_from_its_neighbour() {
        let first = |stream| {
            let mut draws = Draws::of(7, stream);
            (0..4).map(|_| draws.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(first(3), first(3));
        assert_ne!(first(3), first(4));
    }

    #[test]
    fn a_heavier_item_is_drawn_more_often() {
        let list = Weighted::of([("rare", 1.0), ("common", 9.0)]);
        let mut draws = Draws::of(1, 1);
        let n_rare = (0..10_000).filter(|_| *list.draw(&mut draws) == "rare").count();
        assert!((900..1100).contains(&n_rare), "{n_rare}");
    }

    #[test]
    fn whole_numbers_reach_both_ends() {
        let mut draws = Draws::of(2, 0);
        let drawn: Vec<_> = (0..200).map(|_| draws.between(-1, 1)).collect();
        assert!([-1, 0, 1].iter().all(|n| drawn.contains(n)));
        assert!(drawn.iter().all(|n| (-1..=1).contains(n)));
        assert_eq!(draws.below(0), 0);
    }
}
