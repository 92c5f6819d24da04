//! What do fields say too much together?
//!
//! Weights add up as if fields varied one by one. Those that do not would count twice: names of
//! one country, names and the place where one lives, given and middle names. What they say too
//! much is taken back from the evidence against strangers.

use super::comparison::{Comparison, Field, Test};
use super::features::{Features, Pair};
use super::intern::Symbol;
use super::level::{Bits, Rung, Scale};
use super::score::own;

/// What fields say too much together.
pub(super) struct Together {
    /// By whole name, what its two parts say too much, as bits to be added.
    excess_of_name: Vec<f32>,
    /// What a namesake at home takes from the evidence against kin.
    namesake_bits: f64,
    /// The comparisons of given name, family name and address, one bit each.
    name_and_place: u64,
    /// The comparisons of given and middle name, one bit each.
    given_and_middle: u64,
    /// The exact level of middle names.
    middle: Option<usize>,
}

impl Together {
    /// Reckons what can be reckoned before pairs are seen.
    pub(super) fn of(
        features: &Features,
        (compare, scales): (&[Comparison], &[Scale]),
        n_duplicates: f64,
    ) -> Together {
        let is_exact =
            |scale: &Scale| scale.rungs.first().is_some_and(|rung| rung.test == Test::Exact);
        let middle = scales.iter().position(|of| of.field == Field::MiddleName && is_exact(of));
        Together {
            excess_of_name: excess_of_names(features, scales, n_duplicates),
            namesake_bits: namesake_bits(compare),
            name_and_place: marked(scales, &[Field::FirstName, Field::LastName, Field::Address]),
            given_and_middle: marked(scales, &[Field::FirstName, Field::MiddleName]),
            middle,
        }
    }

    /// Gives the bits that two equal names say too much; nothing where they differ.
    ///
    /// Against kin they say too much where one of the two says its generation and the other does
    /// not: who calls himself junior has a namesake at home, so one of his kin bears his name,
    /// and not a few in a hundred as of kin in general.
    pub(super) fn of_names(&self, pair: Pair<'_>) -> Bits {
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

    /// Gives the bits that names say too much beside the place where their bearers live, of which
    /// both tell the country, given the comparisons that find something `alike`. Never above 0.
    pub(super) fn of_place(&self, pair: Pair<'_>, alike: u64) -> Bits {
        if alike & self.name_and_place != self.name_and_place {
            return Bits::default();
        }
        let home_eighths = pair.x.home_eighths.max(pair.y.home_eighths);
        Bits { stranger: -f64::from(home_eighths) / 8.0, kin: 0.0 }
    }

    /// Gives the bits that a middle name says too much beside the given name, given the
    /// comparisons that find something `alike`. Never above 0.
    pub(super) fn of_middle_name(
        &self,
        features: &Features,
        scales: &[Scale],
        pair: Pair<'_>,
        alike: u64,
    ) -> Bits {
        let Pair { x, y, .. } = pair;
        let Some(place) = self.middle.filter(|_| x.first_name == y.first_name) else {
            return Bits::default();
        };
        if alike & self.given_and_middle != self.given_and_middle {
            return Bits::default();
        }
        let exact = &scales[place].rungs[0];
        let exact = (exact.m, exact.bits_of(x.middle_name).stranger);
        let stranger = features.middle_names.excess(&features.names, (x, y), exact);
        Bits { stranger, kin: 0.0 }
    }
}

/// Marks the comparisons of some fields; one that there is not is marked too.
fn marked(scales: &[Scale], fields: &[Field]) -> u64 {
    let place = |field: &Field| scales.iter().position(|scale| scale.field == *field);
    fields.iter().map(place).fold(0, |all, place| all | 1 << place.unwrap_or(63))
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
/// where `u_both` is the share of the records of others that have both. Of the records beyond
/// those that a person has on average, `s`, as many are taken to be of others as that is likelier
/// than that the person has so many: with `d` others of its own a record has `s` more in a share
/// of `(d / (1 + d))^s`, and of others so many are expected as `u_first * u_last` says. Of names
/// that nobody else has together no share is to be counted: there the excess is what the countries
/// of the two let expect (see `culture`).
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
    let n_alike_of_own = n_duplicates * first.m * last.m;
    let n_own = own(n_alike_of_own);
    let one_more = n_alike_of_own / (1.0 + n_alike_of_own);
    let n_records = features.n_records() as f64;
    let (m_first, m_last) = (first.m.log2(), last.m.log2());
    for record in &features.records {
        let name = record.full_name as usize;
        let n_more = f64::from(counts[name]) - n_own;
        if name == 0 || n_more <= 0.0 {
            continue;
        }
        let share = |rung: &Rung, m: f64, symbol: Symbol| m - rung.bits_of(symbol).stranger;
        let apart =
            share(first, m_first, record.first_name) + share(last, m_last, record.last_name);
        let n_expected = n_records * apart.exp2();
        let n_others = n_more * n_expected / (n_expected + one_more.powf(n_more));
        // Either part may stand first; the reading that says less counts.
        excess[name] = excess[name].min((n_expected / n_others).log2() as f32);
    }
    excess
}
