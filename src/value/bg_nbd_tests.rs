#![expect(clippy::unreadable_literal, clippy::excessive_precision, reason = "reference values")]

use super::super::cdnow;
use super::*;

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} for {expected}");
}

const CDNOW: [f64; 4] = [0.24259452, 4.41360202, 0.79292202, 2.42590678];

/// Parameters, x, `t_x`, T, t, P(alive), E[X(T, T+t)] by mpmath at 60 digits:
/// `P = 1/(1 + a/(b+x-1)*((al+T)/(al+tx))**(r+x))` (1 for x = 0),
/// `E = P*(a+b+x-1)/(a-1)*(1-((al+T)/(al+T+t))**(r+x)*hyp2f1(r+x,b+x,a+b+x-1,t/(al+T+t)))`,
/// at a = 1 the mean of a = 1 ± 1e-20.
type Edge = ([f64; 4], u32, f64, f64, f64, f64, f64);

#[rustfmt::skip]
const EDGES: [Edge; 15] = [
    (CDNOW, 0, 0.0, 38.857142857142854, 39.0, 1.0, 0.19479362928187591),
    (CDNOW, 2, 30.43, 38.86, 39.0, 0.7266091622357316, 1.2259068330123947),
    (CDNOW, 7, 0.3, 38.86, 52.0, 1.1290358059259913e-6, 7.3868989342845711e-6),
    (CDNOW, 10_000, 500.0, 520.0, 52.0, 1.6793841605350664e-165, 1.6034650963665467e-162),
    (CDNOW, 10_000, 520.0, 520.0, 52.0, 0.99992072538767929, 954.71781857334238),
    (CDNOW, 1, 520.0, 520.0, 1e-6, 0.75366132551069507, 1.78579546570087e-9),
    (CDNOW, 3, 20.0, 20.0, 1e5, 0.84806514059246396, 85.978525102304975),
    (CDNOW, 0, 0.0, 0.0, 52.0, 1.0, 1.4440123823017936),
    ([0.24259452, 4.41360202, 1.0, 2.42590678], 5, 12.0, 39.0, 39.0, 0.037726464755319553, 0.1365118841881388),
    ([0.24259452, 4.41360202, 1.0, 2.42590678], 0, 0.0, 39.0, 39.0, 1.0, 0.19022293782970704),
    ([0.5, 0.01, 0.05, 0.02], 1, 1.0, 2.0, 39.0, 0.12470966154529358, 3.0957837973902366),
    ([2.5, 1000.0, 3.0, 0.5], 40, 100.0, 400.0, 39.0, 0.00046560880589828547, 0.00052904002649541458),
    ([0.24, 4.4, 0.8, 5000.0], 0, 0.0, 39.0, 39.0, 1.0, 0.21564898520027206),
    ([1.1, 20.0, 1.0000001, 3.0], 4, 10.0, 11.0, 39.0, 0.83541910004920544, 3.7712465582867038),
    ([0.24, 4.4, 0.8, 2.4], 200, 38.0, 38.86, 1e7, 0.81870609470448831, 8940.4873715628118),
];

#[test]
fn edge_customers_agree_with_a_long_reference() {
    for (params, x, t_x, t, ahead, p_alive, purchases) in EDGES {
        let model = BgNbd::new(params);
        near(model.p_alive(x, t_x, t), p_alive, 1e-10);
        let found = model.p_alive(x, t_x, t) * model.purchases_if_alive(x, t, ahead);
        near(found, purchases, 1e-10);
    }
}

#[test]
fn the_series_and_the_integral_agree() {
    for (a, b, shape, ahead) in
        [(0.8, 2.4, 0.25, 39.0), (0.3, 12.0, 9.0, 60.0), (2.0, 5.0, 40.0, 3.0)]
    {
        let customer = Ahead { shape, a, b, age: 20.0 };
        near(customer.integral(ahead), customer.purchases(ahead), 1e-11);
    }
}

#[test]
fn cdnow_gives_the_published_fit() {
    let fit = BgNbd::fit(&cdnow::groups(), 7.0);
    assert!(fit.converged);
    // Fader, Hardie, Lee (2005): r .243, α 4.414, a .793, b 2.426, log-likelihood −9582.4.
    for (found, expected) in fit.params.into_iter().zip(CDNOW) {
        near(found, expected, 1e-6);
    }
    assert!((fit.log_likelihood - -9582.429207).abs() < 1e-6, "{}", fit.log_likelihood);
    assert!(fit.n_evaluations < 40, "{}", fit.n_evaluations);
}

#[test]
fn the_slopes_of_the_odds_are_slopes() {
    let params = [0.4, 5.0, 0.7, 2.0];
    let (_, slopes) = BgNbd::new(params).ln_odds_left(3, 10.0, 30.0);
    for i in 0..4 {
        let at = |step: f64| {
            let mut moved = params;
            moved[i] *= step.exp();
            BgNbd::new(moved).ln_odds_left(3, 10.0, 30.0).0
        };
        assert!(((at(1e-5) - at(-1e-5)) / 2e-5 - slopes[i]).abs() < 1e-8);
    }
}
