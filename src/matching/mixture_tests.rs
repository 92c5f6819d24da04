//! Shares are drawn by, and have to be found again.

use super::*;
use crate::matching::level::Bits;
use crate::matching::tests::Draws;

const FIELDS: [Field; 6] = [
    Field::FirstName,
    Field::LastName,
    Field::BirthDate,
    Field::Phone,
    Field::Address,
    Field::Email,
];

/// Three levels of each field: (m, u, kin) of the first two; the third takes the rest.
fn comparisons(shares: &[[(f64, f64, f64); 2]; 6]) -> Vec<Comparison> {
    let level = |test, (m, u, kin): (f64, f64, f64)| Level {
        test,
        m: Probability::new(m),
        u: Probability::new(u),
        kin: Some(Probability::new(kin)),
    };
    let of = |(&field, &[one, two]): (&Field, &[(f64, f64, f64); 2])| {
        let rest = (1.0 - one.0 - two.0, 1.0 - one.1 - two.1, 1.0 - one.2 - two.2);
        let levels =
            vec![level(Test::Exact, one), level(Test::OneDigitOff, two), level(Test::Else, rest)];
        Comparison { field, term_frequency: false, levels }
    };
    FIELDS.iter().zip(shares).map(of).collect()
}

const N_RECORDS: usize = 20_000;
const N_SAME: u64 = 6_000;
const N_KIN: u64 = 4_000;
const N_STRANGERS: u64 = 60_000;

/// Draws pairs of each kind by the true shares: the cases, and how many of a kind are in
/// each.
fn drawn(truth: &[Comparison]) -> (Vec<Case>, Vec<(u64, f64)>) {
    drawn_with(truth, N_KIN)
}

fn drawn_with(truth: &[Comparison], n_kin: u64) -> (Vec<Case>, Vec<(u64, f64)>) {
    let mut draws = Draws(7);
    let mut pairs: Vec<(u64, bool)> = Vec::new();
    for (kind, n_pairs) in [N_SAME, n_kin, N_STRANGERS].into_iter().enumerate() {
        for _ in 0..n_pairs {
            let mut levels = 0;
            for (place, comparison) in truth.iter().enumerate() {
                let level = draws.place(comparison.levels.iter().map(|level| match kind {
                    0 => level.m.get(),
                    1 => level.kin.unwrap_or(level.u).get(),
                    _ => level.u.get(),
                }));
                levels |= level << (4 * place);
            }
            pairs.push((levels, kind == 0));
        }
    }
    pairs.sort_unstable();
    let alike = || pairs.chunk_by(|one, other| one.0 == other.0);
    let cases = alike()
        .map(|alike| Case {
            levels: alike[0].0,
            shift: Bits::default(),
            label: None,
            n_pairs: alike.len() as f64,
        })
        .collect();
    let n_same = |alike: &[(u64, bool)]| alike.iter().filter(|pair| pair.1).count() as f64;
    (cases, alike().map(|alike| (alike[0].0, n_same(alike))).collect())
}

fn truth() -> Vec<Comparison> {
    comparisons(&[
        [(0.80, 0.01, 0.04), (0.15, 0.01, 0.02)],
        [(0.85, 0.02, 0.80), (0.08, 0.01, 0.05)],
        [(0.90, 0.01, 0.02), (0.06, 0.01, 0.01)],
        [(0.60, 0.001, 0.35), (0.05, 0.004, 0.02)],
        [(0.65, 0.002, 0.85), (0.15, 0.01, 0.05)],
        [(0.70, 0.001, 0.10), (0.10, 0.002, 0.02)],
    ])
}

fn settled<'a>(before: &'a [Comparison], cases: &[Case], settings: &Settings) -> Mixture<'a> {
    let mut mixture = mixture(before, settings);
    assert!(mixture.settle_by_kin(cases, settings).is_settled);
    mixture
}

fn mixture<'a>(before: &'a [Comparison], settings: &Settings) -> Mixture<'a> {
    // Strangers among the candidates stand for all pairs there are.
    let n_others = (N_SAME + N_KIN + N_STRANGERS) as f64 * 2.0 / N_RECORDS as f64;
    let duplication = Duplication::expected(settings);
    Mixture {
        compare: before.to_vec(),
        prior: before,
        told: &[],
        duplication,
        n_others,
        n_records: N_RECORDS as f64,
        rate: 1.0,
        bits_max: SHARE_BITS_MAX,
    }
}

/// What one believes before: of the right kind, and too low for all that agrees.
fn belief() -> Vec<Comparison> {
    let mut belief = truth();
    for comparison in &mut belief {
        for level in &mut comparison.levels[..2] {
            level.m = Probability::new(level.m.get() * 0.9);
            level.kin = level.kin.map(|kin| Probability::new(kin.get() * 0.85));
        }
        let rest =
            |side: fn(&Level) -> f64| 1.0 - comparison.levels[..2].iter().map(side).sum::<f64>();
        let m = rest(|level| level.m.get());
        let kin = rest(|level| level.kin.map_or(0.0, Probability::get));
        comparison.levels[2].m = Probability::new(m);
        comparison.levels[2].kin = Some(Probability::new(kin));
    }
    belief
}

#[test]
fn learning_finds_the_shares_that_pairs_were_drawn_by() {
    let (truth, settings) = (truth(), Settings::default());
    let (cases, _) = drawn(&truth);
    let belief = belief();
    let mixture = settled(&belief, &cases, &settings);
    for (found, truth) in mixture.compare.iter().zip(&truth) {
        for (found, truth) in found.levels.iter().zip(&truth.levels) {
            let (m, kin) = (found.m.get() - truth.m.get(), found.kin.zip(truth.kin));
            assert!(m.abs() < 0.02, "m {found:?} {truth:?}");
            let kin = kin.map_or(1.0, |(found, truth)| found.get() - truth.get());
            assert!(kin.abs() < 0.03, "kin {found:?} {truth:?}");
        }
    }
    let found = mixture.duplication.n_duplicates_per_record;
    let expected = 2.0 * N_SAME as f64 / N_RECORDS as f64;
    assert!((found / expected - 1.0).abs() < 0.05, "{found} {expected}");
}

#[test]
fn where_nobody_is_kin_a_file_that_is_far_from_the_expected_is_believed() {
    let (truth, settings) = (truth(), Settings::default());
    // One in a hundred is expected to have another given name; in truth eight have.
    let mut truth = truth;
    for (level, m) in truth[0].levels.iter_mut().zip([0.77, 0.15, 0.08]) {
        level.m = Probability::new(m);
    }
    let mut belief = belief();
    for (level, m) in belief[0].levels.iter_mut().zip([0.84, 0.15, 0.01]) {
        level.m = Probability::new(m);
    }
    let of_another_name = |n_kin: u64| {
        let (cases, _) = drawn_with(&truth, n_kin);
        settled(&belief, &cases, &settings).compare[0].levels[2].m.get()
    };
    assert!((of_another_name(0) - 0.08).abs() < 0.01, "{}", of_another_name(0));
    // Where there are households another name is more likely another person's.
    assert!(of_another_name(N_KIN) < 0.045, "{}", of_another_name(N_KIN));
}

#[test]
fn of_pairs_given_nine_in_ten_about_nine_in_ten_are_one_person() {
    let (truth, settings) = (truth(), Settings::default());
    let (cases, n_same) = drawn(&truth);
    let belief = belief();
    let mixture = settled(&belief, &cases, &settings);
    let bits = Table::of(&mixture.compare);
    let same = mixture.duplication.n_duplicates_per_record / mixture.n_others;
    let kin = mixture.duplication.n_kin_per_record / mixture.n_others;
    // By tenths of the probability: pairs, what they were given, what they are.
    let mut tenths = [(0.0, 0.0, 0.0); 10];
    for (case, (_, n_same)) in cases.iter().zip(n_same) {
        let (mut stranger_bits, mut kin_bits) = (0.0, 0.0);
        for (place, level) in reached(case.levels, FIELDS.len()) {
            stranger_bits += bits.rows[place][level].0;
            kin_bits += bits.rows[place][level].1;
        }
        let rest = f64::exp2(-stranger_bits) + kin * f64::exp2(-kin_bits);
        let likely = same / (same + rest);
        let place = (1..10).filter(|tenth| likely * 10.0 >= f64::from(*tenth)).count();
        let tenth = &mut tenths[place];
        tenth.0 += case.n_pairs;
        tenth.1 += case.n_pairs * likely;
        tenth.2 += n_same;
    }
    for (n_pairs, given, is) in tenths {
        // A few pairs say little of a share.
        let off: f64 = (given - is) / n_pairs;
        assert!(n_pairs < 100.0 || off.abs() < 0.08, "{n_pairs} {given} {is}");
    }
    assert!(tenths[9].0 > 5_000.0 && tenths[0].0 > 60_000.0);
}
