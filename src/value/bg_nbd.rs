//! Is this customer still a customer, and how often will they buy? The BG/NBD model.
//!
//! While a customer, one buys at random with a rate drawn from Gamma(r, α); after each repeat
//! purchase one leaves for good with a probability drawn from Beta(a, b).

use serde::{Deserialize, Serialize};

use super::likelihood::{self, DropOut};
use super::optimise::Fit;
use super::rfm::Group;

/// The model's four parameters; α is in units of time, the rest are pure numbers.
///
/// # Source
/// Fader, Hardie, Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BgNbd {
    /// Shape of the purchase rates.
    pub r: f64,
    /// Rate of the purchase rates.
    pub alpha: f64,
    /// First parameter of the chance to leave.
    pub a: f64,
    /// Second parameter of the chance to leave.
    pub b: f64,
}

impl BgNbd {
    /// Takes r, α, a, b.
    pub fn new([r, alpha, a, b]: [f64; 4]) -> BgNbd {
        BgNbd { r, alpha, a, b }
    }

    /// Gives r, α, a, b.
    pub fn params(&self) -> [f64; 4] {
        [self.r, self.alpha, self.a, self.b]
    }

    /// Fits the model to histories, α in units of `unit_days` days.
    pub fn fit(groups: &[Group], unit_days: f64) -> Fit<4> {
        likelihood::fitted(start(groups, unit_days), groups, |params, groups| {
            likelihood::summed(params, DropOut::AfterRepeat, groups, unit_days)
        })
    }

    /// ln of the odds that a customer has left, and its slopes by the logarithms of r, α, a, b.
    /// A customer without a repeat purchase cannot have left: −∞.
    pub fn ln_odds_left(&self, x: u32, t_x: f64, t: f64) -> (f64, [f64; 4]) {
        if x == 0 {
            return (f64::NEG_INFINITY, [0.0; 4]);
        }
        ln_odds_left(*self, self.b + f64::from(x) - 1.0, x, t_x, t)
    }

    /// Gives the probability that the customer has not left by T.
    pub fn p_alive(&self, x: u32, t_x: f64, t: f64) -> f64 {
        1.0 / (1.0 + self.ln_odds_left(x, t_x, t).0.exp())
    }

    /// Gives the purchases expected in (T, T + `ahead`] of one who has not left by T.
    pub fn purchases_if_alive(&self, x: u32, t: f64, ahead: f64) -> f64 {
        self.known(x, t).purchases(ahead)
    }

    /// What is known of a customer who has not left by T.
    pub(super) fn known(&self, x: u32, t: f64) -> Ahead {
        let n = f64::from(x);
        Ahead { shape: self.r + n, a: self.a, b: self.b + n, age: self.alpha + t }
    }
}

/// Where both beta-geometric searches begin: purchases at the customers' mean rate, one in five
/// leaving.
pub(super) fn start(groups: &[Group], unit_days: f64) -> [f64; 4] {
    let (mut purchases, mut time) = (0.0, 0.0);
    for Group { history, n_customers } in groups {
        purchases += f64::from(*n_customers) * f64::from(history.x);
        time += f64::from(*n_customers) * f64::from(history.t) / unit_days;
    }
    let rate = if purchases > 0.0 && time > 0.0 { purchases / time } else { 1.0 };
    [0.5, (0.5 / rate).clamp(1e-3, 1e5), 0.5, 2.0]
}

/// `δ = ln a − ln(last) + (r+x) ln((α+T)/(α+t_x))`, where `last` is b+x−1 or b+x.
pub(super) fn ln_odds_left(model: BgNbd, last: f64, x: u32, t_x: f64, t: f64) -> (f64, [f64; 4]) {
    let BgNbd { r, alpha, a, b } = model;
    let shape = r + f64::from(x);
    let ln_ratio = ((t - t_x) / (alpha + t_x)).ln_1p();
    let by_alpha = shape * (1.0 / (alpha + t) - 1.0 / (alpha + t_x));
    (a.ln() - last.ln() + shape * ln_ratio, [r * ln_ratio, alpha * by_alpha, 1.0, -b / last])
}

/// What is known of one who has not left: the rate is Gamma(`shape`, `age`), the chance to leave
/// after a purchase Beta(`a`, `b`).
pub(super) struct Ahead {
    pub(super) shape: f64,
    pub(super) a: f64,
    pub(super) b: f64,
    pub(super) age: f64,
}

/// From this z on the series is long and the integral takes over.
const Z_FAR: f64 = 0.98;

impl Ahead {
    /// Gives the purchases expected within `ahead`.
    ///
    /// The textbook form (a difference of nearly equal terms, one of them a ₂F₁ with large
    /// parameters) fails on ordinary customers. After Euler's transformation, with z = t/(α+T+t),
    /// ε = a−1, C = a+b+x−1, A' = a+b−1−r, L = ln(1−z):
    ///
    /// ```text
    /// E = C·g − e^{εL}·U      g = −expm1(εL)/ε      U = Σ u_n
    /// u_1 = A'z               u_{n+1} = u_n · (A'+n)(ε+n) / ((C+n)(n+1)) · z
    /// ```
    pub(super) fn purchases(&self, ahead: f64) -> f64 {
        let z = ahead / (self.age + ahead);
        if z > Z_FAR {
            return self.integral(ahead);
        }
        let epsilon = self.a - 1.0;
        let c = self.a + self.b - 1.0;
        let a_prime = c - self.shape;
        let (mut term, mut sum, mut n) = (a_prime * z, a_prime * z, 1.0);
        while n < 3000.0 && term.abs() > sum.abs() * 1e-17 {
            term *= (a_prime + n) * (epsilon + n) / ((c + n) * (n + 1.0)) * z;
            sum += term;
            n += 1.0;
        }
        self.with_sum(z, sum, ahead)
    }

    /// The purchases, once U is known.
    fn with_sum(&self, z: f64, sum: f64, ahead: f64) -> f64 {
        let epsilon = self.a - 1.0;
        let ln = (-z).ln_1p();
        let (g, power) = if epsilon.abs() < 1e-300 {
            (-ln, 1.0)
        } else {
            let grown = (epsilon * ln).exp_m1();
            (-grown / epsilon, 1.0 + grown)
        };
        let whole = (self.a + self.b - 1.0) * g;
        let expected = whole - power * sum;
        // Where the two all but cancel, digits are lost; the integral has nothing to cancel.
        if expected.abs() < whole.abs() * 1e-5 { self.integral(ahead) } else { expected }
    }

    /// The same as ∫ Beta(p; a, b) · (1 − (1 + p·t/(α+T))^{−(r+x)}) / p dp, by the
    /// double-exponential rule (Takahasi, Mori 1974) centred where the density has its mass.
    fn integral(&self, ahead: f64) -> f64 {
        const STEP: f64 = 1.0 / 64.0;
        let width = ahead / self.age;
        // p = 1/(1+e^{−s}): the density is smooth in s; its logarithm and the middle of it.
        let centre = (self.a / self.b).ln();
        let spread = (1.0 / self.a + 1.0 / self.b).sqrt().max(1e-6);
        let (mut mass, mut sum) = (0.0, 0.0);
        let at = |s: f64| {
            let (ln_p, ln_q) = (-(-s).exp().ln_1p(), -s.exp().ln_1p());
            let (ln_p, ln_q) = (if s < -36.0 { s } else { ln_p }, if s > 36.0 { -s } else { ln_q });
            (self.a * ln_p + self.b * ln_q, ln_p)
        };
        let top = at(centre).0;
        for k in -448_i32..=448 {
            let u = f64::from(k) * STEP;
            let s = centre + spread * u.sinh();
            let (ln_density, ln_p) = at(s);
            let weight = (ln_density - top).exp() * u.cosh();
            mass += weight;
            // (1 − (1+pw)^{−k}) / p, which tends to k·w for small p.
            let bought = if ln_p < -700.0 {
                self.shape * width
            } else {
                let p = ln_p.exp();
                -(-self.shape * (p * width).ln_1p()).exp_m1() / p
            };
            if weight > 0.0 {
                sum += weight * bought;
            }
        }
        sum / mass
    }
}

/// U as a polynomial in z: its coefficients depend on x alone, so that customers with the same x
/// share them, and several z are taken through it side by side.
pub(super) struct Series {
    coefficients: Vec<f64>,
}

/// From this z on customers are taken one by one.
const Z_LONG: f64 = 0.95;

/// So many terms until `z^n` is below 1e-17.
fn n_terms(z: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 1000")]
    let n_terms = (-39.2 / z.ln()).ceil() as usize + 1;
    n_terms
}

impl Series {
    /// Computes the coefficients for customers such as this one or older, up to this time ahead;
    /// nothing where they do not fall from the first on, which is so for strange parameters only.
    pub(super) fn of(customer: &Ahead, ahead: f64) -> Option<Series> {
        let Ahead { shape, a, b, .. } = *customer;
        let (epsilon, c) = (a - 1.0, a + b - 1.0);
        if a > 2.0 || c <= 0.0 || shape > 2.0 * c {
            return None;
        }
        let mut coefficient = c - shape;
        let n_terms = n_terms((ahead / (customer.age + ahead)).min(Z_LONG));
        let coefficients = (0..n_terms).map(|n| {
            let (before, n) = (coefficient, n as f64 + 1.0);
            coefficient *= (c - shape + n) * (epsilon + n) / ((c + n) * (n + 1.0));
            before
        });
        Some(Series { coefficients: coefficients.collect() })
    }

    /// Gives the purchases expected within each of four times ahead, the last the longest.
    pub(super) fn purchases(&self, customer: &Ahead, ahead: [f64; 4]) -> [f64; 4] {
        let z = ahead.map(|ahead| ahead / (customer.age + ahead));
        if z[3] > Z_LONG {
            return ahead.map(|ahead| customer.purchases(ahead));
        }
        let n_terms = n_terms(z[3]).min(self.coefficients.len());
        let mut sums = [0.0; 4];
        for &coefficient in self.coefficients[..n_terms].iter().rev() {
            for (sum, z) in sums.iter_mut().zip(z) {
                *sum = *sum * z + coefficient;
            }
        }
        std::array::from_fn(|i| customer.with_sum(z[i], sums[i] * z[i], ahead[i]))
    }
}

#[cfg(test)]
#[path = "bg_nbd_tests.rs"]
mod tests;
