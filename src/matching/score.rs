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

use super::compare::Scratch;
use super::features::{Features, List, Pair, Record};
use super::intern::Symbol;
use super::level::{Bits, Reached, Rung, Scale, Sight, birth_day};
use super::prior::Histogram;
use super::settings::{Comparison, Field, Level, Test};
use crate::terms::{MatchWeight, Probability};

/// How many records the average frequency weighs as, beside what a file shows of a value.
const N_RECORDS_SMOOTHING: f64 = 1000.0;

/// A value is taken to be at least this fraction as frequent as values are on average: that
/// nobody else here has it is no proof that nobody else has it.
const FREQUENCY_SHARE_MIN: f64 = 0.01;

/// The comparisons with their weights for the records of a run.
pub(super) struct Model {
    scales: Vec<Scale>,
    /// By whole name, what its two parts say too much together; never above 0.
    excess_of_name: Vec<f32>,
    /// The most that each comparison can still add once its values are seen to differ.
    most_if_differ: Vec<Bits>,
    birth_day_first: i32,
    scratches: Mutex<Vec<Scratch>>,
}

/// Sums of bits are taken and given back; what that leaves over decides nothing.
const ROUNDING_BITS: f64 = 1e-6;

impl Model {
    /// Weighs the levels of the settings, and how frequent each value is.
    pub(super) fn of(features: &Features, compare: &[Comparison]) -> Model {
        let birth_days = features.records.iter().filter(|record| record.birth_date != 0);
        let birth_day_first =
            birth_days.map(|record| record.birth_day_number).min().unwrap_or_default();
        let scales: Vec<Scale> = compare
            .iter()
            .map(|comparison| scale_of(features, comparison, birth_day_first))
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
        Model {
            excess_of_name: excess_of_names(features, &scales),
            scales,
            most_if_differ,
            birth_day_first,
            scratches: Mutex::new(Vec::new()),
        }
    }

    /// Lends what a thread remembers from pair to pair.
    pub(super) fn scratch(&self) -> Scratch {
        let mut scratches = self.scratches.lock().unwrap_or_else(PoisonError::into_inner);
        scratches.pop().unwrap_or_else(Scratch::new)
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
        sum.stranger += self.excess(pair);
        while open != 0 {
            if is_low(sum.plus(to_come)) {
                return None;
            }
            let place = open.trailing_zeros() as usize;
            open &= open - 1;
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

    /// Gives the bits that two equal names say too much; 0 where they differ.
    pub(super) fn excess(&self, pair: Pair<'_>) -> f64 {
        let Pair { x, y, .. } = pair;
        let is_same =
            x.full_name != 0 && x.full_name == y.full_name && x.first_name == y.first_name;
        if is_same { f64::from(self.excess_of_name[x.full_name as usize]) } else { 0.0 }
    }

    /// Lends the comparisons.
    pub(super) fn scales(&self) -> &[Scale] {
        &self.scales
    }
}

/// Weighs whole names: given and family names go together, since both come from one country and
/// one time, so the two say less than their frequencies multiplied.
///
/// ```text
/// excess = min(0, log2(u_first * u_last) - log2(u_both))
/// ```
///
/// where `u_both` is the share of the records that have both, the pair itself left out.
#[expect(clippy::cast_possible_truncation, reason = "bits need no more than seven digits")]
fn excess_of_names(features: &Features, scales: &[Scale]) -> Vec<f32> {
    let exact = |field: Field| {
        let scale = scales.iter().find(|scale| scale.field == field)?;
        scale.rungs.first().filter(|rung| rung.test == Test::Exact)
    };
    let (first, last) = (exact(Field::FirstName), exact(Field::LastName));
    let counts = counted(features.records.iter().map(|record| record.full_name));
    let mut excess = vec![0.0; counts.len().max(1)];
    let (Some(first), Some(last)) = (first, last) else { return excess };
    for record in &features.records {
        let name = record.full_name as usize;
        let n_others = counts[name].saturating_sub(2);
        if name == 0 || n_others == 0 {
            continue;
        }
        let share = |rung: &Rung, symbol: Symbol| rung.m.log2() - rung.bits_of(symbol).stranger;
        let apart = share(first, record.first_name) + share(last, record.last_name);
        let together = (f64::from(n_others) / features.n_records() as f64).log2();
        // Either part may stand first; the reading that says less counts.
        excess[name] = excess[name].min((apart - together) as f32);
    }
    excess
}

fn scale_of(features: &Features, comparison: &Comparison, birth_day_first: i32) -> Scale {
    let rungs = comparison
        .levels
        .iter()
        .map(|level| {
            let by_value = if comparison.term_frequency {
                let counts = counts_of(features, comparison.field, level.test, birth_day_first);
                counts.iter().map(|&n| bits_of_frequency(level, n, features.n_records())).collect()
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
/// The pair itself is left out of the count, and the average `u` is blended in:
///
/// ```text
/// u_v = max((n - 2 + K u) / (N + K), u / 100)
/// ```
#[expect(clippy::cast_possible_truncation, reason = "bits need no more than seven digits")]
fn bits_of_frequency(level: &Level, n: u32, n_records: usize) -> f32 {
    let u = level.u.get();
    let n_others = f64::from(n.saturating_sub(2));
    let frequency = (n_others + N_RECORDS_SMOOTHING * u) / (n_records as f64 + N_RECORDS_SMOOTHING);
    let frequency = frequency.max(u * FREQUENCY_SHARE_MIN).min(1.0);
    MatchWeight::of_level(level.m, Probability::new(frequency)).0 as f32
}

/// Counts how many records share each value that a test finds shared.
fn counts_of(features: &Features, field: Field, test: Test, birth_day_first: i32) -> Vec<u32> {
    let by_record = |value: fn(&Record) -> Symbol| counted(features.records.iter().map(value));
    match (test, field) {
        (Test::Exact, Field::FirstName) => by_record(|record| record.first_name),
        (Test::Exact, Field::MiddleName) => by_record(|record| record.middle_name),
        (Test::Exact, Field::LastName) => by_record(|record| record.last_name),
        (Test::Exact, Field::Company) => by_record(|record| record.company),
        (Test::Exact, Field::Address) => by_record(|record| record.address),
        (Test::Exact, Field::Email) => counted_in_lists(features, List::Email),
        (Test::Exact, Field::Phone) => counted_in_lists(features, List::Phone),
        (Test::Exact, Field::CustomerKey) => counted_in_lists(features, List::CustomerKey),
        (Test::Exact, Field::RecordId) => counted_in_lists(features, List::RecordId),
        (Test::SameLocalPart, _) => counted_in_lists(features, List::LocalPart),
        (Test::SamePostcode, _) => by_record(|record| record.postcode),
        (Test::SameCity, _) => by_record(|record| record.city),
        (Test::Exact, Field::BirthDate) => {
            counted(features.records.iter().map(|record| match record.birth_date {
                0 => 0,
                _ => birth_day(record, birth_day_first),
            }))
        }
        _ => Vec::new(),
    }
}

fn counted(values: impl Iterator<Item = Symbol>) -> Vec<u32> {
    let mut counts = Vec::new();
    for value in values {
        let place = value as usize;
        if place >= counts.len() {
            counts.resize(place + 1, 0);
        }
        counts[place] += 1;
    }
    counts
}

fn counted_in_lists(features: &Features, list: List) -> Vec<u32> {
    counted(
        (0..)
            .zip(&features.records)
            .flat_map(|(record, of)| features.list(list, record, of).iter().copied()),
    )
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
        let weight = |n: u32| bits_of_frequency(&level, n, 1_000_000);
        assert!(weight(2) > weight(100));
        assert!(weight(100) > weight(20_000));
        // At most 100 times rarer than the average: log2(.8 / .00001).
        assert!((f64::from(weight(2)) - (0.8_f64 / 0.000_01).log2()).abs() < 1e-5);
        // A value of every second record: log2(.8 / .5), nearly.
        assert!((f64::from(weight(500_000)) - (0.8_f64 / 0.5).log2()).abs() < 0.01);
    }
}
