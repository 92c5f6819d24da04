//! Which rules and weights hold where the pipeline file gives none?
//!
//! The shares are set by hand, from what is known of customer files in general: how often names,
//! numbers and addresses are mistyped, change, or are shared in a household. They are not
//! learned from any data set. Three kinds of pair are told apart:
//!
//! - `m`: two records of one person;
//! - `u`: records of two strangers; where rare values count for more, `u` is the average, and
//!   the value's own frequency takes its place;
//! - `kin`: records of two people who share a household or a desk. They agree on family name,
//!   address, phone and often e-mail, so these do not count as evidence against *them*; what
//!   tells them apart is the given name, the birth date and the generation. Twins differ in the
//!   given name, a father and a son of one name in the birth date.

use super::comparison::{Comparison, Field, Level, Test};
use super::settings::{BlockingRule, Key};
use crate::terms::Probability;

/// Blocks of rules that cast a net are kept this small, or skipped.
const N_RECORDS_NET_MAX: usize = 30;

/// The same where what they share, two names that sound alike, is shared by strangers too; they
/// are parted by the year of birth first.
const N_RECORDS_NAMESAKES_MAX: usize = 8;

/// Gives the built-in blocking rules.
pub(super) fn blocking_rules() -> Vec<BlockingRule> {
    use Key as K;
    let rule = |on: &[Key]| BlockingRule { on: on.to_vec(), n_records_max: None, refine: None };
    let at_most = |n_records_max: usize, on: &[Key]| BlockingRule {
        n_records_max: Some(n_records_max),
        refine: Some(Vec::new()),
        ..rule(on)
    };
    let net = |on: &[Key]| at_most(N_RECORDS_NET_MAX, on);
    // A wide net serves small files, and records that have nothing but names, places and dates:
    // it is laid as far as the file can afford. Of 200,000 synthetic records, most of which have
    // an e-mail or a phone, such nets brought half of all candidates, and of the pairs of one
    // person two in a thousand.
    let wide_net = |on: &[Key]| at_most(0, on);
    vec![
        rule(&[K::CustomerKey]),
        rule(&[K::RecordId]),
        rule(&[K::Email]),
        rule(&[K::Phone]),
        BlockingRule {
            refine: Some(vec![K::BirthDate, K::PostalCode, K::City]),
            n_records_max: Some(60),
            ..rule(&[K::Names])
        },
        rule(&[K::NameSound, K::BirthDate]),
        net(&[K::Address]),
        net(&[K::EmailLocalPart]),
        net(&[K::PhoneLast7]),
        net(&[K::NameSound, K::PostalCode]),
        BlockingRule {
            refine: Some(vec![K::BirthYear]),
            ..at_most(N_RECORDS_NAMESAKES_MAX, &[K::LastSound, K::FirstSound])
        },
        wide_net(&[K::PostalCode]),
        wide_net(&[K::NameSound, K::City]),
        wide_net(&[K::FirstInitial, K::LastSound]),
        wide_net(&[K::BirthDate]),
        wide_net(&[K::City, K::BirthYear]),
        wide_net(&[K::NameSound, K::BirthYear]),
        wide_net(&[K::LastSound]),
        wide_net(&[K::FirstSound]),
        wide_net(&[K::Everyone]),
    ]
}

const fn level(test: Test, m: f64, u: f64, kin: f64) -> Level {
    Level { test, m: Probability::new(m), u: Probability::new(u), kin: Some(Probability::new(kin)) }
}

/// Gives the built-in comparisons.
pub(super) fn comparisons() -> Vec<Comparison> {
    let compare = |field: Field, levels: &[Level]| Comparison {
        field,
        term_frequency: true,
        levels: levels.to_vec(),
    };
    vec![
        compare(Field::FirstName, FIRST_NAME),
        compare(Field::LastName, LAST_NAME),
        compare(Field::BirthDate, BIRTH_DATE),
        compare(Field::Suffix, SUFFIX),
        compare(Field::CustomerKey, CUSTOMER_KEY),
        compare(Field::RecordId, RECORD_ID),
        compare(Field::Phone, PHONE),
        compare(Field::MiddleName, MIDDLE_NAME),
        compare(Field::Address, ADDRESS),
        compare(Field::Email, EMAIL),
        compare(Field::Company, COMPANY),
    ]
}

/// Two people of one household rarely share a given name; one person rarely has two.
const FIRST_NAME: &[Level] = &[
    level(Test::Exact, 0.74, 0.006, 0.03),
    level(Test::Nickname, 0.06, 0.001, 0.003),
    level(Test::Part, 0.03, 0.002, 0.006),
    level(Test::JaroWinkler(0.92), 0.09, 0.003, 0.01),
    level(Test::Initial, 0.02, 0.003, 0.005),
    level(Test::Swapped, 0.03, 0.0001, 0.0005),
    level(Test::JaroWinkler(0.80), 0.02, 0.02, 0.04),
    level(Test::Else, 0.01, 0.96, 0.90),
];

/// Family names change on marriage. Of swapped names the given name has said so already: here
/// the level only keeps the pair from counting as different.
const LAST_NAME: &[Level] = &[
    level(Test::Exact, 0.80, 0.001, 0.65),
    level(Test::Part, 0.03, 0.001, 0.04),
    level(Test::JaroWinkler(0.92), 0.07, 0.002, 0.03),
    level(Test::Swapped, 0.03, 0.001, 0.01),
    level(Test::JaroWinkler(0.80), 0.02, 0.01, 0.02),
    level(Test::Else, 0.05, 0.98, 0.25),
];

/// Twins share a birth date: between one and two pairs of kin in a hundred.
const BIRTH_DATE: &[Level] = &[
    level(Test::Exact, 0.84, 0.000_05, 0.015),
    level(Test::DayMonthSwapped, 0.02, 0.000_05, 0.000_1),
    level(Test::YearOnly, 0.01, 0.000_5, 0.001),
    level(Test::OneDigitOff, 0.05, 0.001, 0.002),
    level(Test::WithinDays(45), 0.02, 0.003, 0.004),
    level(Test::DigitsOff(2), 0.01, 0.01, 0.01),
    level(Test::WithinDays(400), 0.01, 0.02, 0.02),
    level(Test::DigitsOff(3), 0.01, 0.03, 0.03),
    level(Test::Else, 0.03, 0.935, 0.915),
];

/// A suffix is often left out; two different ones are a father and a son.
const SUFFIX: &[Level] = &[
    level(Test::Exact, 0.60, 0.02, 0.02),
    level(Test::OneAbsent, 0.397, 0.90, 0.60),
    level(Test::Else, 0.003, 0.08, 0.38),
];

/// Numbers of different systems differ for one person too.
const CUSTOMER_KEY: &[Level] = &[
    level(Test::Exact, 0.30, 0.000_000_1, 0.005),
    level(Test::OneDigitOff, 0.02, 0.000_1, 0.000_5),
    level(Test::Else, 0.68, 0.99, 0.99),
];

/// Every record has its own, so different ids say nothing; the same, or one that was merged into
/// the other, says nearly all.
const RECORD_ID: &[Level] =
    &[level(Test::Exact, 0.01, 0.000_000_01, 0.000_01), level(Test::Else, 0.99, 1.0, 1.0)];

/// A landline is shared in a household and kept for years; people have several mobiles, and a
/// family or an office often has numbers in a row.
const PHONE: &[Level] = &[
    level(Test::Exact, 0.55, 0.000_000_3, 0.30),
    level(Test::LastDigits(7), 0.03, 0.000_001, 0.01),
    level(Test::OneDigitOff, 0.02, 0.000_001, 0.02),
    level(Test::Else, 0.40, 0.999, 0.67),
];

/// Middle names come and go; where both records have one, it tells a father from a son.
const MIDDLE_NAME: &[Level] = &[
    level(Test::Exact, 0.60, 0.02, 0.06),
    level(Test::Initial, 0.25, 0.02, 0.05),
    level(Test::Part, 0.03, 0.005, 0.01),
    level(Test::JaroWinkler(0.88), 0.06, 0.01, 0.02),
    level(Test::Else, 0.06, 0.945, 0.86),
];

/// People move; households move together.
const ADDRESS: &[Level] = &[
    level(Test::Exact, 0.55, 0.000_001, 0.75),
    level(Test::SameStreet, 0.10, 0.000_01, 0.10),
    level(Test::SamePostcode, 0.08, 0.000_5, 0.05),
    level(Test::SameCity, 0.08, 0.01, 0.04),
    level(Test::SimilarCity, 0.03, 0.01, 0.01),
    level(Test::Else, 0.16, 0.98, 0.05),
];

/// A mailbox is mostly one person's, sometimes a couple's or an office's.
const EMAIL: &[Level] = &[
    level(Test::Exact, 0.58, 0.000_000_1, 0.12),
    level(Test::Household, 0.02, 0.000_000_1, 0.10),
    level(Test::JaroWinkler(0.94), 0.06, 0.000_01, 0.01),
    level(Test::SameLocalPart, 0.06, 0.000_01, 0.01),
    level(Test::Else, 0.28, 0.999, 0.76),
];

/// Colleagues share it; people change it.
const COMPANY: &[Level] = &[
    level(Test::Exact, 0.55, 0.002, 0.55),
    level(Test::JaroWinkler(0.92), 0.15, 0.005, 0.12),
    level(Test::Else, 0.30, 0.993, 0.33),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_levels_of_a_comparison_share_all_pairs_out() {
        for comparison in comparisons() {
            let sum = |share: fn(&Level) -> f64| comparison.levels.iter().map(share).sum::<f64>();
            let name = comparison.field.name();
            let (m, u) = (sum(|level| level.m.get()), sum(|level| level.u.get()));
            let kin = sum(|level| level.kin.map_or(0.0, Probability::get));
            for (kind, sum) in [("m", m), ("u", u), ("kin", kin)] {
                assert!((sum - 1.0).abs() < 0.02, "{kind} of {name} is {sum}");
            }
        }
    }
}
