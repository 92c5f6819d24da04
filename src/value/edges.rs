//! Customers at the edges of the models, against an 80-digit reference: no purchases and ten
//! thousand, silence from the first day and none, a = 1, times from a second to two centuries.

use super::bg_nbd::BgNbd;
use super::clv::{Horizon, Timing};
use super::mbg_nbd::MbgNbd;
use super::pareto_nbd::ParetoNbd;

fn near(found: f64, expected: f64, line: &str) {
    assert!((found / expected - 1.0).abs() < 1e-10, "{found} for {expected}: {line}");
}

#[test]
fn p_alive_and_purchases_agree_with_the_reference() {
    let text = include_str!("../../tests/fixtures/value/edges.csv");
    let mut n_rows = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |cell: usize| cells[cell].parse::<f64>().unwrap();
        let params = [number(1), number(2), number(3), number(4)];
        let timing = match cells[0] {
            "bg_nbd" => Timing::BgNbd(BgNbd::new(params)),
            "mbg_nbd" => Timing::MbgNbd(MbgNbd(BgNbd::new(params))),
            _ => Timing::ParetoNbd(ParetoNbd::new(params)),
        };
        let (x, t_x, t, ahead) = (cells[5].parse().unwrap(), number(6), number(7), number(8));
        let p_alive = 1.0 / (1.0 + timing.ln_odds_left(x, t_x, t).0.exp());
        near(p_alive, number(9), line);
        near(p_alive * timing.purchases_if_alive(x, t, ahead), number(10), line);
        // The way that many customers take, with shared coefficients.
        let horizon = Horizon { n_months: 1, month: ahead, discount: 0.0 };
        near(p_alive * timing.ahead(x, t, horizon).0, number(10), line);
        n_rows += 1;
    }
    assert_eq!(n_rows, 75);
}
