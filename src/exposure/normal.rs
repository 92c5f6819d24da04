//! The normal distribution: density, distribution, its inverse.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Gives the density φ(x).
pub(super) fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// Gives the distribution Φ(x) to 13 digits or better, in the tails too.
pub(super) fn distribution(x: f64) -> f64 {
    0.5 * erfc(-x * FRAC_1_SQRT_2)
}

/// Gives the probability above x, 1 − Φ(x), without losing the digits of a tail.
pub(super) fn above(x: f64) -> f64 {
    0.5 * erfc(x * FRAC_1_SQRT_2)
}

/// Evaluates a polynomial; the coefficient of the highest power stands last.
fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// Gives the complementary error function.
///
/// # Source
/// W. J. Cody (1969), "Rational Chebyshev approximations for the error function".
fn erfc(x: f64) -> f64 {
    const SMALL: [&[f64]; 2] = [
        &[
            3.209_377_589_138_469_4e3,
            3.774_852_376_853_02e2,
            1.138_641_541_510_501_6e2,
            3.161_123_743_870_565_6,
            1.857_777_061_846_031_5e-1,
        ],
        &[
            2.844_236_833_439_171e3,
            1.282_616_526_077_372_3e3,
            2.440_246_379_344_441_7e2,
            2.360_129_095_234_412_1e1,
            1.0,
        ],
    ];
    const MIDDLE: [&[f64]; 2] = [
        &[
            1.230_339_354_797_997_2e3,
            2.051_078_377_826_071_5e3,
            1.712_047_612_634_070_6e3,
            8.819_522_212_417_69e2,
            2.986_351_381_974_001e2,
            6.611_919_063_714_163e1,
            8.883_149_794_388_376,
            5.641_884_969_886_701e-1,
            2.153_115_354_744_038_5e-8,
        ],
        &[
            1.230_339_354_803_749_4e3,
            3.439_367_674_143_721_6e3,
            4.362_619_090_143_247e3,
            3.290_799_235_733_459_6e3,
            1.621_389_574_566_690_2e3,
            5.371_811_018_620_099e2,
            1.176_939_508_913_125e2,
            1.574_492_611_070_983_5e1,
            1.0,
        ],
    ];
    const LARGE: [&[f64]; 2] = [
        &[
            6.587_491_615_298_378e-4,
            1.608_378_514_874_228e-2,
            1.257_817_261_112_292_5e-1,
            3.603_448_999_498_044_4e-1,
            3.053_266_349_612_323_4e-1,
            1.631_538_713_730_209_8e-2,
        ],
        &[
            2.335_204_976_268_691_8e-3,
            6.051_834_131_244_132e-2,
            5.279_051_029_514_284e-1,
            1.872_952_849_923_467_3,
            2.568_520_192_289_822,
            1.0,
        ],
    ];
    let size = x.abs();
    let ratio = |of: [&[f64]; 2], at: f64| polynomial(at, of[0]) / polynomial(at, of[1]);
    if size <= 0.468_75 {
        return 1.0 - x * ratio(SMALL, x * x);
    }
    let tail = if size <= 4.0 {
        (-size * size).exp() * ratio(MIDDLE, size)
    } else {
        let square = 1.0 / (size * size);
        let rest = square * ratio(LARGE, square);
        (-size * size).exp() * (1.0 / PI.sqrt() - rest) / size
    };
    // Far out, 0 times infinity: the tail is 0.
    let tail = if tail.is_nan() { 0.0 } else { tail };
    if x < 0.0 { 2.0 - tail } else { tail }
}

/// Gives Φ⁻¹(p); −∞ for 0, ∞ for 1.
///
/// # Source
/// M. J. Wichura (1988), "Algorithm AS 241: the percentage points of the normal distribution",
/// PPND16.
pub(super) fn quantile(p: f64) -> f64 {
    const CENTRE: [&[f64]; 2] = [
        &[
            3.387_132_872_796_366_5,
            1.331_416_678_917_843_8e2,
            1.971_590_950_306_551_3e3,
            1.373_169_376_550_946e4,
            4.592_195_393_154_987e4,
            6.726_577_092_700_87e4,
            3.343_057_558_358_813e4,
            2.509_080_928_730_122_7e3,
        ],
        &[
            1.0,
            4.231_333_070_160_091e1,
            6.871_870_074_920_579e2,
            5.394_196_021_424_751e3,
            2.121_379_430_158_659_7e4,
            3.930_789_580_009_271e4,
            2.872_908_573_572_194_3e4,
            5.226_495_278_852_854e3,
        ],
    ];
    const OUTER: [&[f64]; 2] = [
        &[
            1.423_437_110_749_683_5,
            4.630_337_846_156_546,
            5.769_497_221_460_691,
            3.647_848_324_763_204_5,
            1.270_458_252_452_368_4,
            2.417_807_251_774_506e-1,
            2.272_384_498_926_918_4e-2,
            7.745_450_142_783_414e-4,
        ],
        &[
            1.0,
            2.053_191_626_637_759,
            1.676_384_830_183_803_8,
            6.897_673_349_851e-1,
            1.481_039_764_274_800_8e-1,
            1.519_866_656_361_645_7e-2,
            5.475_938_084_995_345e-4,
            1.050_750_071_644_416_9e-9,
        ],
    ];
    const TAIL: [&[f64]; 2] = [
        &[
            6.657_904_643_501_103,
            5.463_784_911_164_114,
            1.784_826_539_917_291_3,
            2.965_605_718_285_048_7e-1,
            2.653_218_952_657_612_4e-2,
            1.242_660_947_388_078_4e-3,
            2.711_555_568_743_487_6e-5,
            2.010_334_399_292_288_1e-7,
        ],
        &[
            1.0,
            5.998_322_065_558_88e-1,
            1.369_298_809_227_358e-1,
            1.487_536_129_085_061_5e-2,
            7.868_691_311_456_133e-4,
            1.846_318_317_510_054_8e-5,
            1.421_511_758_316_446e-7,
            2.044_263_103_389_939_8e-15,
        ],
    ];
    let ratio = |of: [&[f64]; 2], at: f64| polynomial(at, of[0]) / polynomial(at, of[1]);
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    let centred = p - 0.5;
    if centred.abs() <= 0.425 {
        return centred * ratio(CENTRE, 0.180_625 - centred * centred);
    }
    let far = (-p.min(1.0 - p).ln()).sqrt();
    let size = if far <= 5.0 { ratio(OUTER, far - 1.6) } else { ratio(TAIL, far - 5.0) };
    size.copysign(centred)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_agrees_with_fifteen_digits_of_the_true_one() {
        // The C library's erfc(−x/√2)/2, which is exact to the last digit.
        let known = [
            (-20.0, 2.753_624_118_606_331_4e-89),
            (-8.0, 6.220_960_574_271_819e-16),
            (-3.0, 0.001_349_898_031_630_095_7),
            (-1.0, 0.158_655_253_931_457_07),
            (-0.3, 0.382_088_577_811_047_4),
            (0.0, 0.5),
            (0.5, 0.691_462_461_274_013_1),
            (1.959_963_984_540_054, 0.975),
            (5.0, 0.999_999_713_348_428_1),
        ];
        for (x, p) in known {
            assert!((distribution(x) / p - 1.0).abs() < 2e-13, "{x}: {}", distribution(x));
            assert!((above(-x) / p - 1.0).abs() < 2e-13, "{x}");
        }
        assert_eq!((distribution(-1e9), distribution(f64::INFINITY)), (0.0, 1.0));
        assert_eq!((distribution(f64::NEG_INFINITY), above(f64::INFINITY)), (0.0, 0.0));
    }

    #[test]
    fn the_inverse_undoes_the_distribution() {
        for p in [1e-300, 1e-20, 1e-9, 1e-4, 0.02, 0.075, 0.2, 0.5, 0.53, 0.9, 0.99, 0.999_999] {
            let x = quantile(p);
            assert!((distribution(x) / p - 1.0).abs() < 1e-12, "{p}: {}", distribution(x));
        }
        assert!((quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
        assert_eq!((quantile(0.0), quantile(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    }
}
