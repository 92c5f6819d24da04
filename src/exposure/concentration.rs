//! On how few persons does the loss hang?

use rayon::prelude::*;
use serde::Serialize;

/// How unequally the loss is spread.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Concentration {
    /// The share of the loss that lies with the tenth of the persons who lose most.
    pub top_decile_share: f64,
    /// 0 where all lose the same, near 1 where one loses everything.
    pub gini: f64,
}

/// Tells how unequally losses are spread; whole numbers, so the sum has no order.
///
/// The Gini coefficient, over the losses in ascending order, i from 1:
///
/// ```text
/// G = 2·Σ i·x_i / (n·Σ x_i) − (n + 1)/n
/// ```
pub(super) fn concentration(mut losses: Vec<i64>) -> Concentration {
    losses.par_sort_unstable();
    let n = losses.len();
    let sum = |losses: &[i64]| losses.iter().map(|&loss| i128::from(loss)).sum::<i128>();
    let total = sum(&losses);
    if total <= 0 {
        return Concentration { top_decile_share: 0.0, gini: 0.0 };
    }
    let top = sum(&losses[n - n.div_ceil(10)..]);
    let ranked: i128 = (1i128..).zip(&losses).map(|(rank, &loss)| rank * i128::from(loss)).sum();
    let n = n as f64;
    Concentration {
        top_decile_share: top as f64 / total as f64,
        gini: 2.0 * ranked as f64 / (n * total as f64) - (n + 1.0) / n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_losses_are_not_concentrated_and_a_single_one_is() {
        let equal = concentration(vec![7; 100]);
        assert!(equal.gini.abs() < 1e-12 && (equal.top_decile_share - 0.1).abs() < 1e-12);
        let mut one = vec![0; 99];
        one.push(500);
        let one = concentration(one);
        assert!((one.gini - 0.99).abs() < 1e-12 && (one.top_decile_share - 1.0).abs() < 1e-12);
        // 1, 2, 3: (2·14)/(3·6) − 4/3 = 2/9.
        assert!((concentration(vec![3, 1, 2]).gini - 2.0 / 9.0).abs() < 1e-12);
        assert_eq!(concentration(Vec::new()).gini.to_bits(), 0);
    }
}
