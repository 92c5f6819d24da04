//! Customers at the edges of the models, against an 80-digit reference: no purchases and ten
//! thousand, silence from the first day and none, a = 1, times from a second to two centuries.

use super::bg_nbd::BgNbd;
use super::clv::{Horizon, Timing};
use super::gamma_gamma::GammaGamma;
use super::mbg_nbd::MbgNbd;
use super::pareto_nbd::ParetoNbd;
use super::sbg::Sbg;

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
        let horizon = Horizon { n_months: 1, month: ahead, discount: 0.0, break_months: 0 };
        near(p_alive * timing.ahead(x, t, horizon).purchases, number(10), line);
        n_rows += 1;
    }
    assert_eq!(n_rows, 75);
}

#[test]
fn values_and_what_a_pause_loses_agree_with_the_reference() {
    let text = include_str!("../../tests/fixtures/value/clv.csv");
    let mut n_rows = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |cell: usize| cells[cell].parse::<f64>().unwrap();
        let count = |cell: usize| cells[cell].parse::<u32>().unwrap();
        let params = [number(1), number(2), number(3), number(4)];
        let (x, t_x, t, discount) = (count(5), number(6), number(7), number(10));
        n_rows += 1;
        let timing = match cells[0] {
            "bg_nbd" => Timing::BgNbd(BgNbd::new(params)),
            "mbg_nbd" => Timing::MbgNbd(MbgNbd(BgNbd::new(params))),
            "pareto_nbd" => Timing::ParetoNbd(ParetoNbd::new(params)),
            "gamma_gamma" => {
                let model = GammaGamma::new([params[0], params[1], params[2]]);
                near(model.expected(x, t).unwrap(), number(11), line);
                continue;
            }
            _ => {
                let model = Sbg { alpha: params[0], beta: params[1] };
                near(model.payments_ahead(x, count(8), discount), number(11), line);
                continue;
            }
        };
        let (n_months, break_months) = (count(8), count(9));
        let horizon = Horizon { n_months, month: 30.4375 / 7.0, discount, break_months };
        let p_alive = 1.0 / (1.0 + timing.ln_odds_left(x, t_x, t).0.exp());
        let ahead = timing.ahead(x, t, horizon);
        near(p_alive * ahead.discounted, number(11), line);
        near(p_alive * ahead.within_break, number(12), line);
    }
    assert_eq!(n_rows, 87);
}
