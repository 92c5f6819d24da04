//! What are the logarithm of the gamma function, its slope, and sums that they stand for?

/// ½ ln 2π.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_7;

/// From here on the asymptotic series are exact to the last bit or two.
const FAR: f64 = 12.0;

/// Gives ln Γ(x) for x > 0.
///
/// # Source
/// Stirling's series, DLMF 5.11.1, reached by the recurrence 5.5.1.
pub fn ln_gamma(x: f64) -> f64 {
    let (mut far, mut product) = (x, 1.0);
    while far < FAR {
        product *= far;
        far += 1.0;
    }
    let inverse = 1.0 / far;
    let square = inverse * inverse;
    let series = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    let tail = series.iter().rev().fold(0.0, |sum, term| sum * square + term) * inverse;
    (far - 0.5) * far.ln() - far + HALF_LN_TAU + tail - f64::ln(product)
}

/// Gives ψ(x), the slope of ln Γ, for x > 0.
///
/// # Source
/// DLMF 5.11.2, reached by the recurrence 5.5.2.
pub fn digamma(x: f64) -> f64 {
    let (mut far, mut sum) = (x, 0.0);
    while far < FAR {
        sum += 1.0 / far;
        far += 1.0;
    }
    let inverse = 1.0 / far;
    let square = inverse * inverse;
    let series = [
        1.0 / 12.0,
        -1.0 / 120.0,
        1.0 / 252.0,
        -1.0 / 240.0,
        1.0 / 132.0,
        -691.0 / 32_760.0,
        1.0 / 12.0,
    ];
    let tail = series.iter().rev().fold(0.0, |sum, term| sum * square + term) * square;
    far.ln() - 0.5 * inverse - tail - sum
}

/// lnΓ(c+x) − lnΓ(c) and ψ(c+x) − ψ(c) for x = 0, 1, … `n_max`: plain sums, so a table costs one
/// logarithm per entry and loses nothing to cancellation where c is small.
pub struct Rising {
    /// ln of c(c+1)…(c+x−1).
    pub ln: Vec<f64>,
    /// 1/c + … + 1/(c+x−1).
    pub slope: Vec<f64>,
}

impl Rising {
    /// Tabulates for one c > 0.
    pub fn table(c: f64, n_max: usize) -> Rising {
        let (mut ln, mut slope) = (Vec::with_capacity(n_max + 1), Vec::with_capacity(n_max + 1));
        let (mut ln_sum, mut slope_sum) = (0.0, 0.0);
        for x in 0..=n_max {
            ln.push(ln_sum);
            slope.push(slope_sum);
            let factor = c + x as f64;
            ln_sum += factor.ln();
            slope_sum += 1.0 / factor;
        }
        Rising { ln, slope }
    }
}

/// Gives ln(1 + eᵟ) and eᵟ / (1 + eᵟ), neither of which overflows.
#[inline]
pub fn softplus(delta: f64) -> (f64, f64) {
    let small = (-delta.abs()).exp();
    let whole = 1.0 + small;
    if delta > 0.0 { (delta + whole.ln(), 1.0 / whole) } else { (whole.ln(), small / whole) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64, tolerance: f64) {
        let scale = expected.abs().max(1.0);
        assert!((found - expected).abs() <= tolerance * scale, "{found} for {expected}");
    }

    /// From mpmath at 60 digits: `loggamma(x)`, `digamma(x)`.
    const VALUES: [(f64, f64, f64); 11] = [
        (1e-8, 18.420_680_738_180_21, -100_000_000.577_215_65),
        (0.1, 2.252_712_651_734_206, -10.423_754_940_411_077),
        (0.5, 0.572_364_942_924_700_1, -1.963_510_026_021_423_5),
        (1.0, 0.0, -0.577_215_664_901_532_9),
        (1.5, -0.120_782_237_635_245_22, 0.036_489_973_978_576_52),
        (2.0, 0.0, 0.422_784_335_098_467_14),
        (3.3, 0.987_098_577_894_734_4, 1.034_822_489_059_621_7),
        (11.9, 17.258_477_450_595_52, 2.433_933_536_882_537_5),
        (12.1, 17.747_007_270_798_74, 2.451_314_348_174_337),
        (1e6, 12_815_504.569_147_612, 13.815_510_057_964_19),
        (1e12, 26_631_021_115_915.652, 27.631_021_115_928_048),
    ];

    #[test]
    fn ln_gamma_and_its_slope_are_full_doubles() {
        for (x, ln, slope) in VALUES {
            near(ln_gamma(x), ln, 4e-15);
            near(digamma(x), slope, 4e-15);
        }
    }

    #[test]
    fn a_rising_table_is_a_difference_of_gammas() {
        let rising = Rising::table(0.25, 500);
        for x in [0_u16, 1, 7, 500] {
            let far = 0.25 + f64::from(x);
            near(rising.ln[usize::from(x)], ln_gamma(far) - ln_gamma(0.25), 1e-13);
            near(rising.slope[usize::from(x)], digamma(far) - digamma(0.25), 1e-13);
        }
    }

    #[test]
    fn softplus_neither_overflows_nor_vanishes() {
        assert_eq!(softplus(1000.0), (1000.0, 1.0));
        assert_eq!(softplus(f64::NEG_INFINITY), (0.0, 0.0));
        near(softplus(0.0).0, std::f64::consts::LN_2, 1e-15);
        near(softplus(-2.0).1, 0.119_202_922_022_117_55, 1e-15);
    }
}
