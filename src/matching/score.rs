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
use super::intern::Symbol;
use super::level::{Bits, Reached, Rung, Scale, Sight};
use super::prior::Histogram;
use crate::terms::{MatchWeight, Probability};

/// How many records the average frequency weighs as, beside what a file shows of a value.
const N_RECORDS_SMOOTHING: f64 = 1000.0;

/// A value is taken to be at least this fraction as frequent as values are on average: that
/// nobody else here has it is no proof that nobody else has it.
const FREQUENCY_SHARE_MIN: f64 = 0.01;

/// The comparisons with their weights for the records of a run.
pub(super) struct Model {
    scales: Vec<Scale>,
    /// By whole name, what its two parts say too much together, as bits to be added.
    excess_of_name: Vec<f32>,
    /// What a namesake at home takes from the evidence against kin.
    namesake_bits: f64,
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
            excess_of_name: excess_of_names(features, &scales, n_duplicates),
            namesake_bits: namesake_bits(compare),
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
        let mut open = 0_u64;
        for (place, scale) in self.scales.iter().enumerate() {
            match scale.sight(features, pair, self.birth_day_first) {
                Sight::Absent => {}
                Sight::Same(reached) => sum = sum.plus(reached.bits),
                Sight::Differ => {
                    to_come = to_come.plus(self.most_if_differ[place]);
                    open |= 1 << place;
                }
            }
        }
        sum = sum.plus(self.of_names_together(pair));
        for &place in &self.reading {
            if open & (1 << place) == 0 {
                continue;
            }
            if is_low(sum.plus(to_come)) {
                return None;
            }
            to_come = to_come.minus(self.most_if_differ[place]);
            sum = sum.plus(self.scales[place].reached(features, pair, scratch).bits);
        }
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

    /// Gives the bits that two equal names say too much; nothing where they differ.
    ///
    /// Against kin they say too much where one of the two says its generation and the other does
    /// not: who calls himself junior has a namesake at home, so one of his kin bears his name,
    /// and not a few in a hundred as of kin in general.
    pub(super) fn of_names_together(&self, pair: Pair<'_>) -> Bits {
        let Pair { x, y, .. } = pair;
        if x.full_name == 0 || x.full_name != y.full_name || x.first_name != y.first_name {
            return Bits::default();
        }
        let has_namesake = (x.suffix == 0) != (y.suffix == 0);
        Bits {
            stranger: f64::from(self.excess_of_name[x.full_name as usize]),
            kin: if has_namesake { self.namesake_bits } else { 0.0 },
        }
    }

    /// Lends the comparisons.
    pub(super) fn scales(&self) -> &[Scale] {
        &self.scales
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

/// Gives the bits that speak for kin once it is known that one of them bears the name: their
/// share of equal given names becomes one.
fn namesake_bits(compare: &[Comparison]) -> f64 {
    let names = compare.iter().find(|comparison| comparison.field == Field::FirstName);
    let exact = names.and_then(|names| names.levels.iter().find(|of| of.test == Test::Exact));
    let kin = exact.and_then(|level| level.kin).map_or(1.0, |kin| kin.get().max(1e-3));
    kin.log2()
}

/// Weighs whole names: given and family names go together, since both come from one country and
/// one time, so the two say less than their frequencies multiplied.
///
/// ```text
/// excess = min(0, log2(u_first * u_last) - log2(u_both))
/// ```
///
/// where `u_both` is the share of the records that have both, the pair itself and what else its
/// person has left out. Of names that nobody else has together no share is to be counted: there
/// the excess is what the countries of the two let expect (see `culture`).
#[expect(clippy::cast_possible_truncation, reason = "bits need no more than seven digits")]
fn excess_of_names(features: &Features, scales: &[Scale], n_duplicates: f64) -> Vec<f32> {
    let exact = |field: Field| {
        let scale = scales.iter().find(|scale| scale.field == field)?;
        scale.rungs.first().filter(|rung| rung.test == Test::Exact)
    };
    let (first, last) = (exact(Field::FirstName), exact(Field::LastName));
    let counts = features.frequencies.full_name.as_slice();
    let mut excess = features.excess_by_country.clone();
    let (Some(first), Some(last)) = (first, last) else { return vec![0.0; excess.len()] };
    let n_own = own(n_duplicates * first.m * last.m);
    let together_of = |n: u32| ((f64::from(n) - n_own) / features.n_records() as f64).log2();
    let together_of_few: Vec<f64> = (0..N_FEW).map(together_of).collect();
    let (m_first, m_last) = (first.m.log2(), last.m.log2());
    for record in &features.records {
        let name = record.full_name as usize;
        let n_alike = counts[name];
        if name == 0 || f64::from(n_alike) <= n_own {
            continue;
        }
        let share = |rung: &Rung, m: f64, symbol: Symbol| m - rung.bits_of(symbol).stranger;
        let apart =
            share(first, m_first, record.first_name) + share(last, m_last, record.last_name);
        let together = match together_of_few.get(n_alike as usize) {
            Some(&together) => together,
            None => together_of(n_alike),
        };
        // Either part may stand first; the reading that says less counts.
        excess[name] = excess[name].min((apart - together) as f32);
    }
    excess
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
/// and its birth date: these are hardly two people's.
fn n_duplicates(features: &Features, compare: &[Comparison]) -> f64 {
    let exact = |field: Field| {
        let of_field = compare.iter().find(|comparison| comparison.field == field);
        let exact = of_field?.levels.iter().find(|level| level.test == Test::Exact);
        exact.map(|level| level.m.get())
    };
    let all = [Field::FirstName, Field::LastName, Field::BirthDate].map(exact);
    let [Some(first), Some(last), Some(date)] = all else { return 0.0 };
    features.frequencies.n_namesakes_of_day / (first * last * date).max(0.1)
}

/// Gives how many records a person of a pair has that share a value: the two of the pair, or
/// more where a person has many.
fn own(n_others_alike: f64) -> f64 {
    (1.0 + n_others_alike).max(2.0)
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
