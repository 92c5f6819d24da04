//! The two ways to the distribution of the loss, against formulas and against each other.

use proptest::prelude::*;

use super::loss::Person;
use super::portfolio::{
    Correlation, Method, Portfolio, PortfolioSettings, Risk, Stakes, portfolio,
};
use crate::tables::Table;
use crate::tables::column;
use crate::tables::layout::LossDistribution;

/// A pause loses a quarter of the value.
const SHARE_OF_BREAK: f64 = 0.25;

fn person(customer: u32, value: i64, p_stop: f64, p_break: f64) -> Person {
    let of_break = super::loss::in_cents(value as f64 * SHARE_OF_BREAK);
    Person { customer, first_case: 0, n_cases: 1, p_stop, p_break, value, of_break, loss: 0 }
}

fn rho(rho: f64) -> Correlation {
    Correlation::try_from(rho).unwrap()
}

/// Two segments, by the customer's last digit.
fn distribution(
    persons: &[Person],
    settings: &PortfolioSettings,
) -> (Portfolio, Table<LossDistribution>) {
    let segments = [None, Some("a".to_owned()), Some("b".to_owned())];
    let stakes = Stakes::of(persons, 3, |person| person.customer % 3);
    portfolio(&stakes, &segments, settings).unwrap()
}

fn at(persons: &[Person], method: Method, rhos: &[f64], n_scenarios: u32) -> Portfolio {
    let rhos: Vec<_> = rhos.iter().map(|&one| rho(one)).collect();
    let settings =
        PortfolioSettings { method, rho: rhos[0], rhos, n_scenarios, ..Default::default() };
    distribution(persons, &settings).0
}

/// Some customers who differ in value and in how likely they leave.
fn mixed(n: u32) -> Vec<Person> {
    let person = |customer: u32| {
        let p_stop = [0.1, 0.2, 0.35][customer as usize % 3];
        let value = 1_000 + i64::from(customer % 97) * 500 + i64::from(customer % 7) * 4_000;
        person(customer, value, p_stop, 0.33 - p_stop / 4.0)
    };
    (0..n).map(person).collect()
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "{found}, not {expected}");
}

#[test]
fn a_large_even_portfolio_has_vasiceks_quantiles() {
    // Φ((Φ⁻¹(p) + √ρ·Φ⁻¹(q)) / √(1−ρ)) at p = .2, ρ = .1.
    let persons: Vec<_> = (0..1_000_000).map(|n| person(n, 100, 0.2, 0.0)).collect();
    let risk = at(&persons, Method::Conditional, &[0.1], 10_000).by_rho[0];
    near(risk.var_95_cents.0 as f64 / 1e8, 0.367_356_8, 1e-5);
    near(risk.var_99_cents.0 as f64 / 1e8, 0.455_531_7, 1e-5);
    near(risk.expected_loss_cents.0 as f64 / 1e8, 0.2, 1e-5);
}

#[test]
fn without_a_shock_the_moments_are_those_of_independent_draws() {
    let persons = mixed(2_000);
    let (mut mean, mut variance) = (0.0, 0.0);
    for person in &persons {
        let (v, w) = (person.value as f64, (person.value as f64 * SHARE_OF_BREAK).round());
        let one = v * person.p_stop + w * person.p_break;
        mean += one;
        variance += v * v * person.p_stop + w * w * person.p_break - one * one;
    }
    let risk = at(&persons, Method::Conditional, &[0.0], 1_000).by_rho[0];
    near(risk.expected_loss_cents.0 as f64, mean, 1e-6);
    near(risk.sd_cents.0 as f64, variance.sqrt(), 1e-5);
    // A normal: Φ⁻¹(.95) = 1.6448536, φ(1.6448536)/.05 = 2.0627128.
    near(risk.var_95_cents.0 as f64, mean + 1.644_853_6 * variance.sqrt(), 1e-6);
    near(risk.es_95_cents.0 as f64, mean + 2.062_712_8 * variance.sqrt(), 1e-6);
}

#[test]
fn both_methods_agree_within_the_error_of_drawing() {
    let persons = mixed(1_000);
    let rhos = [0.1, 0.0, 0.2];
    let conditional = at(&persons, Method::Conditional, &rhos, 10_000);
    let drawn = at(&persons, Method::MonteCarlo, &rhos, 20_000);
    for (one, other) in conditional.by_rho.iter().zip(&drawn.by_rho) {
        let figures = |risk: &Risk| {
            [
                risk.expected_loss_cents,
                risk.var_95_cents,
                risk.var_99_cents,
                risk.es_95_cents,
                risk.es_99_cents,
            ]
            .map(|cents| cents.0 as f64)
        };
        for (found, expected) in figures(other).into_iter().zip(figures(one)) {
            near(found, expected, 0.015);
        }
        near(other.sd_cents.0 as f64, one.sd_cents.0 as f64, 0.02);
    }
    for allotment in &conditional.shortfall_by_segment {
        let same = drawn.shortfall_by_segment.iter().find(|one| one.segment == allotment.segment);
        let found = same.unwrap().expected_shortfall_cents.0 as f64;
        near(found, allotment.expected_shortfall_cents.0 as f64, 0.015);
    }
}

#[test]
fn more_correlation_keeps_the_mean_and_worsens_the_tail() {
    let risks = at(&mixed(1_000), Method::Conditional, &[0.1, 0.0, 0.05, 0.2], 10_000).by_rho;
    let rhos: Vec<f64> = risks.iter().map(|risk| risk.rho).collect();
    assert_eq!(rhos, [0.0, 0.05, 0.1, 0.2]);
    for pair in risks.windows(2) {
        assert_eq!(pair[1].expected_loss_cents, pair[0].expected_loss_cents);
        assert!(pair[1].var_99_cents > pair[0].var_99_cents);
        assert!(pair[1].es_95_cents > pair[0].es_95_cents);
    }
}

#[test]
fn a_single_customer_drawn_loses_all_a_part_or_nothing() {
    let settings = PortfolioSettings { method: Method::MonteCarlo, ..Default::default() };
    let (portfolio, curve) = distribution(&[person(0, 10_000, 0.2, 0.33)], &settings);
    let losses: std::collections::BTreeSet<i64> =
        curve.cents(column::LOSS_CENTS).into_no_null_iter().collect();
    assert_eq!(losses.into_iter().collect::<Vec<_>>(), [0, 2_500, 10_000]);
    let mean = portfolio.by_rho[0].expected_loss_cents.0 as f64;
    near(mean, 0.2 * 10_000.0 + 0.33 * 2_500.0, 0.05);
}

#[test]
fn the_figures_are_the_same_for_any_number_of_threads() {
    let persons = mixed(700);
    for method in [Method::Conditional, Method::MonteCarlo] {
        let with = |n_threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            let settings = PortfolioSettings { method, n_scenarios: 2_000, ..Default::default() };
            pool.install(|| distribution(&persons, &settings))
        };
        let (one, of_one) = with(1);
        let (three, of_three) = with(3);
        assert_eq!(one, three);
        assert!(of_one.frame().equals(of_three.frame()));
    }
}

#[test]
fn who_surely_leaves_or_surely_stays_is_no_chance() {
    let persons = [person(0, 500, 1.0, 0.0), person(1, 700, 0.0, 0.0), person(2, 400, 0.0, 1.0)];
    for method in [Method::Conditional, Method::MonteCarlo] {
        let risk = at(&persons, method, &[0.1], 1_000).by_rho[0];
        assert_eq!((risk.expected_loss_cents.0, risk.var_99_cents.0), (600, 600));
    }
}

#[test]
fn nobody_loses_nothing_and_few_scenarios_are_refused() {
    let risk = at(&[], Method::Conditional, &[0.1], 1_000).by_rho[0];
    assert_eq!(risk.es_99_cents.0, 0);
    let settings = PortfolioSettings { n_scenarios: 10, ..Default::default() };
    let stakes = Stakes::of(&[], 0, |_| 0);
    assert!(portfolio(&stakes, &[], &settings).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn shortfalls_add_up_and_the_curve_falls(
        stakes in prop::collection::vec((1i64..5_000_000, 0.0f64..0.6, 0.0f64..0.4), 1..40),
        one in 0.0f64..0.9,
        drawn in any::<bool>(),
    ) {
        let persons: Vec<_> = (0..)
            .zip(stakes)
            .map(|(customer, (value, p_stop, p_break))| person(customer, value, p_stop, p_break))
            .collect();
        let method = if drawn { Method::MonteCarlo } else { Method::Conditional };
        let settings = PortfolioSettings {
            method,
            n_scenarios: 1_000,
            rho: rho(one),
            rhos: vec![rho(one)],
            seed: 3,
        };
        let (portfolio, curve) = distribution(&persons, &settings);
        let risk = portfolio.by_rho[0];
        let parts: i64 =
            portfolio.shortfall_by_segment.iter().map(|part| part.expected_shortfall_cents.0).sum();
        prop_assert_eq!(parts, risk.es_95_cents.0);
        let losses: Vec<i64> = curve.cents(column::LOSS_CENTS).into_no_null_iter().collect();
        prop_assert!(losses.windows(2).all(|pair| pair[0] <= pair[1]), "{losses:?}");
        prop_assert!(risk.var_95_cents <= risk.var_99_cents);
        prop_assert!(risk.es_95_cents >= risk.var_95_cents);
    }
}
