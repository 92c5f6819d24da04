//! How far might an estimate be off, the parameters being estimates too?

/// 97.5 % of a standard normal lie below: two-sided 95 %.
const Z_95: f64 = 1.959_963_984_540_054;

/// Variance of ln f, where f depends on parameters whose logarithms have this covariance.
///
/// # Source
/// The delta method: g'Σg.
pub fn variance<const N: usize>(slopes: &[f64; N], covariance: &[[f64; N]; N]) -> f64 {
    let mut variance = 0.0;
    for (slope, row) in slopes.iter().zip(covariance) {
        variance += slope * row.iter().zip(slopes).map(|(cell, slope)| cell * slope).sum::<f64>();
    }
    variance.max(0.0)
}

/// The 95 % interval of a positive estimate whose logarithm has this variance.
///
/// It says how well the expectation is known; a single customer's purchases scatter more.
pub fn bounds(estimate: f64, variance_ln: f64) -> (f64, f64) {
    let factor = (Z_95 * variance_ln.sqrt()).exp();
    (estimate / factor, estimate * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variances_of_a_product_add_with_their_covariance() {
        let covariance = [[0.04, 0.01], [0.01, 0.09]];
        assert!((variance(&[1.0, 1.0], &covariance) - 0.15).abs() < 1e-15);
        assert!((variance(&[1.0, -1.0], &covariance) - 0.11).abs() < 1e-15);
    }

    #[test]
    fn bounds_hold_the_estimate_in_their_geometric_middle() {
        let (low, high) = bounds(100.0, 0.01);
        assert!((low * high - 1e4).abs() < 1e-9);
        assert!((high / 100.0 - 1.216_531).abs() < 1e-5);
        assert_eq!(bounds(100.0, 0.0), (100.0, 100.0));
    }
}
