//! How many bits speak for one person?
//!
//! A pair is one of three things: two records of one person, of two strangers, or of two people
//! who share a household or a desk. Each level adds bits against the second and against the
//! third: log2(m / u) and log2(m / kin). The odds of a match are those against both together,
//!
//! ```text
//! weight = -log2(2^-(prior + Σ log2(m/u)) + 2^-(prior_kin + Σ log2(m/kin)))
//! ```
//!
//! which is about the smaller of the two sums. So a shared address, phone and family name prove
//! that two records are no strangers, and hardly that they are one person.
//!
//! # Source
//! Fellegi and Sunter (1969) for weights that add; Winkler (2000), "Frequency-based matching in
//! Fellegi-Sunter model of record linkage", for frequencies of values. Splitting the pairs that
//! do not match into two classes is Larsen and Rubin's (2001) mixture with three components.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::compare::Scratch;
use super::comparison::{Comparison, Field, Level, Test};
use super::features::{Features, Pair};
use super::level::{Bits, Reached, Rung, Scale, Sight};
use super::prior::Histogram;
use super::together::Together;
use crate::terms::{MatchWeight, Probability};

/// How many records the average frequency weighs as, beside what a file shows of a value.
const N_RECORDS_SMOOTHING: f64 = 1000.0;

/// A value is taken to be at least this fraction as frequent as values are on average: that
/// nobody else here has it is no proof that nobody else has it.
const FREQUENCY_SHARE_MIN: f64 = 0.01;

/// The comparisons with their weights for the records of a run.
pub(super) struct Model {
    scales: Vec<Scale>,
    together: Together,
    /// The comparisons in the order in which values that differ are read: cheap ones first.
    reading: Vec<usize>,
    /// The most that each comparison can still add once its values are seen to differ.
    most_if_differ: Vec<Bits>,
    birth_day_first: i32,
    /// The least likeness of names that a level asks for.
    name_similarity_min: f64,
    scratches: Mutex<Vec<Scratch>>,
}

/// Sums of bits are taken and given back; what that leaves over decides nothing.
const ROUNDING_BITS: f64 = 1e-6;

impl Model {
    /// Weighs the levels of the settings, and how frequent each value is.
    pub(super) fn of(features: &Features, compare: &[Comparison]) -> Model {
        let n_duplicates = n_duplicates(features, compare);
        let birth_day_first = features.frequencies.birth_day_first;
        let scales: Vec<Scale> = compare
            .par_iter()
            .map(|comparison| scale_of(features, comparison, n_duplicates))
            .collect();
        let most_if_differ = scales
            .iter()
            .map(|scale| {
                // The exact level, where it stands first, has been decided at first sight.
                let is_decided = scale.rungs.first().is_some_and(|rung| rung.test == Test::Exact);
                let open = scale.rungs.iter().skip(usize::from(is_decided));
                open.map(Rung::most).fold(Bits::default(), Bits::most)
            })
            .collect();
        let mut reading: Vec<usize> = (0..scales.len()).collect();
        reading.sort_by_key(|&place| effort(scales[place].field));
        let of_names = |scale: &&Scale| scale.field.takes(Test::Nickname);
        let tests = scales.iter().filter(of_names).flat_map(|scale| &scale.rungs);
        let name_similarity_min = tests
            .filter_map(|rung| match rung.test {
                Test::JaroWinkler(min) => Some(min),
                _ => None,
            })
            .fold(1.0, f64::min);
        Model {
            name_similarity_min,
            together: Together::of(features, (compare, &scales), n_duplicates),
            scales,
            reading,
            most_if_differ,
            birth_day_first,
            scratches: Mutex::new(Vec::new()),
        }
    }

    /// Lends what a thread remembers from pair to pair.
    pub(super) fn scratch(&self) -> Scratch {
        let mut scratches = self.scratches.lock().unwrap_or_else(PoisonError::into_inner);
        scratches.pop().unwrap_or_else(|| Scratch::new(self.name_similarity_min))
    }

    /// Adds up the evidence of all pairs weighed so far.
    pub(super) fn all_evidence(&self) -> Histogram {
        let scratches = self.scratches.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = Histogram::new();
        for scratch in scratches.iter() {
            all.add_all(&scratch.evidence);
        }
        all
    }

    /// Takes it back, warm.
    pub(super) fn take_back(&self, scratch: Scratch) {
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
    }

    /// Sums the evidence of a pair; nothing once it is below `floor` on either side for good.
    ///
    /// All values are looked at first, which costs little and decides most; those that differ
    /// are read one comparison after the other, until the pair can no longer reach the floor.
    pub(super) fn evidence(
        &self,
        features: &Features,
        pair: Pair<'_>,
        floor: Bits,
        scratch: &mut Scratch,
    ) -> Option<Bits> {
        let is_low = |bits: Bits| {
            let above = bits.minus(floor);
            above.stranger < -ROUNDING_BITS || above.kin < -ROUNDING_BITS
        };
        let (mut sum, mut to_come) = (Bits::default(), Bits::default());
        let (mut open, mut alike) = (0_u64, 0_u64);
        for (place, scale) in self.scales.iter().enumerate() {
            match scale.sight(features, pair, self.birth_day_first) {
                Sight::Absent => {}
                Sight::Same(reached) => {
                    sum = sum.plus(reached.bits);
                    alike |= 1 << place;
                }
                Sight::Differ => {
                    to_come = to_come.plus(self.most_if_differ[place]);
                    open |= 1 << place;
                }
            }
        }
        sum = sum.plus(self.together.of_names(pair));
        for &place in &self.reading {
            if open & (1 << place) == 0 {
                continue;
            }
            if is_low(sum.plus(to_come)) {
                return None;
            }
            to_come = to_come.minus(self.most_if_differ[place]);
            let reached = self.scales[place].reached(features, pair, scratch);
            sum = sum.plus(reached.bits);
            alike |= u64::from(self.scales[place].is_alike(reached)) << place;
        }
        sum = sum.plus(self.of_alike(features, pair, alike));
        (!is_low(sum)).then_some(sum)
    }

    /// Gives what each comparison comes to; nothing where a value is absent.
    pub(super) fn levels<'m>(
        &'m self,
        features: &'m Features,
        pair: Pair<'m>,
        scratch: &'m mut Scratch,
    ) -> impl Iterator<Item = Option<Reached>> + 'm {
        self.scales.iter().map(move |scale| {
            match scale.sight(features, pair, self.birth_day_first) {
                Sight::Absent => None,
                Sight::Same(reached) => Some(reached),
                Sight::Differ => Some(scale.reached(features, pair, scratch)),
            }
        })
    }

    /// Gives the bits that the fields say too much which are `alike`. Never above 0.
    pub(super) fn of_alike(&self, features: &Features, pair: Pair<'_>, alike: u64) -> Bits {
        let of_place = self.together.of_place(pair, alike);
        of_place.plus(self.together.of_middle_name(features, &self.scales, pair, alike))
    }

    /// Lends the comparisons.
    pub(super) fn scales(&self) -> &[Scale] {
        &self.scales
    }

    /// Lends what fields say too much together.
    pub(super) fn together(&self) -> &Together {
        &self.together
    }
}

/// Ranks what it takes to read two values that differ: numbers stand in the record, of addresses
/// and e-mails the record tells most, names are looked up, other texts lie far away.
fn effort(field: Field) -> u8 {
    match field {
        Field::BirthDate | Field::Suffix | Field::RecordId | Field::Phone => 0,
        Field::Address | Field::Email => 1,
        Field::FirstName | Field::LastName | Field::MiddleName => 2,
        Field::Company | Field::CustomerKey => 3,
    }
}

/// Logarithms of counts below this are reckoned once: most values are rare.
const N_FEW: u32 = 1024;

fn scale_of(features: &Features, comparison: &Comparison, n_duplicates: f64) -> Scale {
    let rungs = comparison
        .levels
        .iter()
        .map(|level| {
            let by_value = if comparison.term_frequency {
                let counts = features.frequencies.of_test(comparison.field, level.test);
                let n_own = own(n_duplicates * level.m.get());
                let bits = |n| bits_of_frequency(level, (n, n_own), features.n_records());
                let bits_of_few: Vec<f32> = (0..N_FEW).map(bits).collect();
                let few = |n: u32| bits_of_few.get(n as usize).copied();
                counts.iter().map(|&n| few(n).unwrap_or_else(|| bits(n))).collect()
            } else {
                Vec::new()
            };
            let (stranger, kin) = level.bits();
            Rung { test: level.test, m: level.m.get(), bits: Bits { stranger, kin }, by_value }
        })
        .collect();
    Scale { field: comparison.field, rungs }
}

/// Gives the bits of a value that `n` records share.
///
/// The records of the pair's own person, `own`, are left out of the count, and the average `u` is
/// blended in:
///
/// ```text
/// u_v = max((n - own + K u) / (N + K), u / 100)
/// ```
#[expect(clippy::cast_possible_truncation, reason = "bits need no more than seven digits")]
fn bits_of_frequency(level: &Level, (n, n_own): (u32, f64), n_records: usize) -> f32 {
    let u = level.u.get();
    let n_others = (f64::from(n) - n_own).max(0.0);
    let frequency = (n_others + N_RECORDS_SMOOTHING * u) / (n_records as f64 + N_RECORDS_SMOOTHING);
    let frequency = frequency.max(u * FREQUENCY_SHARE_MIN).min(1.0);
    MatchWeight::of_level(level.m, Probability::new(frequency)).0 as f32
}

/// Estimates how many other records of its person a record has, from those that give its names
/// and its birth date or its address: these are hardly two people's. Not every record has both,
/// so the more of the two counts. How many people move differs from file to file: of addresses
/// only those who stay are counted.
fn n_duplicates(features: &Features, compare: &[Comparison]) -> f64 {
    let exact = |field: Field| {
        let of_field = compare.iter().find(|comparison| comparison.field == field);
        let exact = of_field?.levels.iter().find(|level| level.test == Test::Exact);
        exact.map(|level| level.m.get())
    };
    let (Some(first), Some(last)) = (exact(Field::FirstName), exact(Field::LastName)) else {
        return 0.0;
    };
    let n_others = &features.frequencies.n_namesakes;
    let dated = exact(Field::BirthDate).unwrap_or(1.0);
    let by_date = n_others.of_birth_date / (first * last * dated).max(0.1);
    by_date.max(n_others.of_address / (first * last).max(0.1))
}

/// Gives how many records a person of a pair has that share a value: the two of the pair, or
/// more where a person has many.
pub(super) fn own(n_others_alike: f64) -> f64 {
    2.0 + n_others_alike
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(m: f64, u: f64) -> Level {
        Level { test: Test::Exact, m: Probability::new(m), u: Probability::new(u), kin: None }
    }

    #[test]
    fn a_rare_value_weighs_more_than_a_common_one_within_bounds() {
        let level = level(0.8, 0.001);
        let weight = |n: u32| bits_of_frequency(&level, (n, 2.0), 1_000_000);
        assert!(weight(2) > weight(100));
        assert!(weight(100) > weight(20_000));
        // At most 100 times rarer than the average: log2(.8 / .00001).
        assert!((f64::from(weight(2)) - (0.8_f64 / 0.000_01).log2()).abs() < 1e-5);
        // Of fourteen records twelve are the person's own: as rare as one that nobody else has.
        let of_own = bits_of_frequency(&level, (14, 14.0), 1_000_000);
        assert!((of_own - weight(2)).abs() < 1e-6 && of_own > weight(14));
        // A value of every second record: log2(.8 / .5), nearly.
        assert!((f64::from(weight(500_000)) - (0.8_f64 / 0.5).log2()).abs() < 0.01);
    }
}
