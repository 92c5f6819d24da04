//! What is a number's slope by each of four parameters?
//!
//! Differentiating by hand what a continued fraction gives would be a page of formulas; carried
//! along, the slopes are exact and cost about four times the number.

use std::ops::{Add, Div, Mul, Sub};

/// A number and its slopes by four parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dual {
    /// The number.
    pub value: f64,
    /// Its slopes.
    pub slopes: [f64; 4],
}

impl Dual {
    /// Gives a number that depends on no parameter.
    #[inline]
    pub fn constant(value: f64) -> Dual {
        Dual { value, slopes: [0.0; 4] }
    }

    /// Gives the parameters themselves.
    pub fn params(params: [f64; 4]) -> [Dual; 4] {
        std::array::from_fn(|place| {
            let mut slopes = [0.0; 4];
            slopes[place] = 1.0;
            Dual { value: params[place], slopes }
        })
    }

    #[inline]
    fn chain(self, value: f64, slope: f64) -> Dual {
        Dual { value, slopes: self.slopes.map(|own| own * slope) }
    }

    /// ln.
    #[inline]
    #[must_use]
    pub fn ln(self) -> Dual {
        self.chain(self.value.ln(), 1.0 / self.value)
    }

    /// ln(1 + …).
    #[inline]
    #[must_use]
    pub fn ln_1p(self) -> Dual {
        self.chain(self.value.ln_1p(), 1.0 / (1.0 + self.value))
    }

    /// e to the ….
    #[inline]
    #[must_use]
    pub fn exp(self) -> Dual {
        let value = self.value.exp();
        self.chain(value, value)
    }
}

impl Add for Dual {
    type Output = Dual;
    #[inline]
    fn add(self, other: Dual) -> Dual {
        let slopes = std::array::from_fn(|i| self.slopes[i] + other.slopes[i]);
        Dual { value: self.value + other.value, slopes }
    }
}

impl Sub for Dual {
    type Output = Dual;
    #[inline]
    fn sub(self, other: Dual) -> Dual {
        let slopes = std::array::from_fn(|i| self.slopes[i] - other.slopes[i]);
        Dual { value: self.value - other.value, slopes }
    }
}

impl Mul for Dual {
    type Output = Dual;
    #[inline]
    #[expect(clippy::suspicious_arithmetic_impl, reason = "the product rule is a sum")]
    fn mul(self, other: Dual) -> Dual {
        let slopes =
            std::array::from_fn(|i| self.slopes[i] * other.value + self.value * other.slopes[i]);
        Dual { value: self.value * other.value, slopes }
    }
}

impl Div for Dual {
    type Output = Dual;
    #[inline]
    fn div(self, other: Dual) -> Dual {
        let inverse = 1.0 / other.value;
        let value = self.value * inverse;
        let slopes = std::array::from_fn(|i| (self.slopes[i] - value * other.slopes[i]) * inverse);
        Dual { value, slopes }
    }
}

impl Add<f64> for Dual {
    type Output = Dual;
    #[inline]
    fn add(self, other: f64) -> Dual {
        Dual { value: self.value + other, slopes: self.slopes }
    }
}

impl Mul<f64> for Dual {
    type Output = Dual;
    #[inline]
    fn mul(self, other: f64) -> Dual {
        self.chain(self.value * other, other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_follow_the_rules_of_differentiation() {
        let [x, y, ..] = Dual::params([2.0, 3.0, 0.0, 0.0]);
        // f = x·e^y / (x + y) − ln(1 + x·y)
        let f = x * y.exp() / (x + y) - (x * y).ln_1p();
        let (e, sum) = (3_f64.exp(), 5.0);
        assert!((f.value - (2.0 * e / sum - 7_f64.ln())).abs() < 1e-14);
        assert!((f.slopes[0] - (e / sum - 2.0 * e / (sum * sum) - 3.0 / 7.0)).abs() < 1e-14);
        assert!((f.slopes[1] - (2.0 * e / sum - 2.0 * e / (sum * sum) - 2.0 / 7.0)).abs() < 1e-14);
    }
}
