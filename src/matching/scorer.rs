//! Why does a pair weigh what it weighs?
//!
//! For explaining and for linking a few: one pair at a time, each comparison told apart.

use super::block::Blocks;
use super::contradiction::{Contradiction, Contradictions};
use super::features::Features;
use super::level::Bits;
use super::prior::Duplication;
use super::score::Model;
use super::settings::Settings;
use crate::tables::Table;
use crate::tables::layout::{Contact, ContactPoint};
use crate::terms::{MatchWeight, Probability};

/// What a comparison adds to the weight of a pair.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Step {
    /// The field that is compared, or what fields say too much together: `names together`,
    /// `names and place`, `given and middle name`.
    pub comparison: &'static str,
    /// The level that the pair reaches; `absent` where a record lacks the field.
    pub level: String,
    /// What it adds to the weight, in bits: the weight with it less the weight without.
    pub bits: f64,
    /// What it says against two strangers, in bits.
    pub stranger_bits: f64,
    /// What it says against two people of one household, in bits.
    pub kin_bits: f64,
}

/// A weight, step by step: the prior, then each comparison.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Waterfall {
    /// The weight before anything is compared, in bits.
    pub prior_bits: f64,
    /// What each comparison adds, in their order.
    pub steps: Vec<Step>,
    /// The sum: the odds of a match in bits.
    pub weight_bits: f64,
    /// The same as a probability.
    pub probability: Probability,
}

/// The records of a run, ready to be compared one pair at a time.
pub struct Scorer {
    features: Features,
    model: Model,
    prior: Bits,
    contradictions: Contradictions,
    settings: Settings,
}

impl Scorer {
    /// Prepares the records; `duplication` is what the run estimated, or nothing for what the
    /// settings expect.
    ///
    /// # Panics
    /// If the record numbers of `points` are not rows of `contacts`.
    pub fn of(
        contacts: &Table<Contact>,
        points: &Table<ContactPoint>,
        settings: &Settings,
        duplication: Option<Duplication>,
    ) -> Scorer {
        let features = Features::of(contacts, points);
        let model = Model::of(&features, &settings.compare);
        let duplication = duplication.unwrap_or_else(|| Duplication::expected(settings));
        let prior = duplication.prior(features.n_records(), settings);
        let contradictions = Contradictions::of(settings, &settings.compare, duplication);
        Scorer { features, model, prior, contradictions, settings: settings.clone() }
    }

    /// Weighs a pair of rows, step by step.
    ///
    /// # Panics
    /// If one of the two is no row.
    pub fn explained(&self, a: u32, b: u32) -> Waterfall {
        let pair = self.features.pair(a.min(b), a.max(b));
        let mut scratch = self.model.scratch();
        let reached: Vec<_> = self.model.levels(&self.features, pair, &mut scratch).collect();
        let mut sum = self.prior;
        let mut steps = Vec::with_capacity(reached.len() + 1);
        let mut step = |comparison, level: String, bits: Bits| {
            let before = sum.together();
            sum = sum.plus(bits);
            let added = sum.together() - before;
            let Bits { stranger, kin } = bits;
            let (stranger_bits, kin_bits) = (stranger, kin);
            steps.push(Step { comparison, level, bits: added, stranger_bits, kin_bits });
        };
        let mut alike = 0;
        for (place, (scale, reached)) in self.model.scales().iter().zip(reached).enumerate() {
            let (level, bits) = match reached {
                None => ("absent".to_owned(), Bits::default()),
                Some(reached) => {
                    alike |= u64::from(scale.is_alike(reached)) << place;
                    (scale.rungs[usize::from(reached.level)].test.to_string(), reached.bits)
                }
            };
            step(scale.field.name(), level, bits);
        }
        let together = self.model.together();
        let of_names = together.of_names(pair);
        let of_names_level = if of_names.kin < 0.0 { "namesake" } else { "frequency" };
        let of_place = together.of_place(pair, alike);
        let scales = self.model.scales();
        let of_middle = together.of_middle_name(&self.features, scales, pair, alike);
        for (fields, level, bits) in [
            ("names together", of_names_level, of_names),
            ("names and place", "country", of_place),
            ("given and middle name", "frequency", of_middle),
        ] {
            if bits != Bits::default() {
                step(fields, level.to_owned(), bits);
            }
        }
        let weight_bits = sum.together();
        let probability = MatchWeight(weight_bits).probability();
        Waterfall { prior_bits: self.prior.together(), steps, weight_bits, probability }
    }

    /// Says what two rows contradict each other in, if they do: whatever they weigh, they are two
    /// people, and so are the clusters that they are in.
    ///
    /// # Panics
    /// If one of the two is no row.
    pub fn contradiction(&self, a: u32, b: u32) -> Option<&'static str> {
        let pair = self.features.pair(a.min(b), a.max(b));
        let mut scratch = self.model.scratch();
        let features = &self.features;
        let mut may_be_one_name = || scratch.may_be_one_name(features, pair.x, pair.y);
        let found = self.contradictions.found(features, pair, &mut may_be_one_name);
        if found.is_none() && self.contradictions.are_two_people(pair, &mut may_be_one_name) {
            return Some(Contradiction::NameAndDate.said());
        }
        found.map(Contradiction::said)
    }

    /// Lists the blocking rules that bring a pair together, large blocks not considered.
    pub fn rules_of(&self, a: u32, b: u32) -> Vec<String> {
        let blocks = Blocks::of(&self.features, &self.settings);
        blocks.rules_of(self.features.pair(a.min(b), a.max(b)))
    }
}

impl std::fmt::Debug for Scorer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let n_records = self.features.n_records();
        formatter.debug_struct("Scorer").field("n_records", &n_records).finish_non_exhaustive()
    }
}
