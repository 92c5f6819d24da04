//! How much does an observation speak for a match?

use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

use super::Probability;

/// Evidence in bits: the base-2 logarithm of a Bayes factor. Weights of independent
/// observations add.
///
/// # Source
/// Fellegi and Sunter (1969), "A theory for record linkage", section 2.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MatchWeight(pub f64);

impl MatchWeight {
    /// Says nothing for or against.
    pub const NONE: MatchWeight = MatchWeight(0.0);

    /// Gives the weight of a level that a share `m` of the matches and a share `u` of the
    /// others reach: log2(m / u).
    pub fn of_level(m: Probability, u: Probability) -> MatchWeight {
        // A zero in the file means "never seen", not "impossible".
        const SMALLEST: f64 = 1e-12;
        MatchWeight((m.get().max(SMALLEST) / u.get().max(SMALLEST)).log2())
    }

    /// Gives the weight of a prior probability: its odds in bits.
    pub fn of_prior(prior: Probability) -> MatchWeight {
        MatchWeight((prior.get() / (1.0 - prior.get())).log2())
    }

    /// Gives the probability that evidence and prior together, in bits, stand for.
    pub fn probability(self) -> Probability {
        let odds = self.0.min(60.0).exp2();
        Probability::new(odds / (1.0 + odds))
    }
}

impl Add for MatchWeight {
    type Output = MatchWeight;
    fn add(self, other: MatchWeight) -> MatchWeight {
        MatchWeight(self.0 + other.0)
    }
}

impl AddAssign for MatchWeight {
    fn add_assign(&mut self, other: MatchWeight) {
        self.0 += other.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_and_probability_are_the_two_sides_of_bayes_rule() {
        // Prior 1/1025 is odds of 1 to 1024, that is -10 bits; ten bits of evidence make it even.
        let prior = MatchWeight::of_prior(Probability::new(1.0 / 1025.0));
        assert!((prior.0 + 10.0).abs() < 1e-9);
        let evidence = MatchWeight::of_level(Probability::new(0.512), Probability::new(0.0005));
        assert!((evidence.0 - 10.0).abs() < 1e-9);
        assert!(((prior + evidence).probability().get() - 0.5).abs() < 1e-9);
    }
}
