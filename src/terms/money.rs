//! How much, exactly, and in which currency?

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// Money in hundredths of the run's currency; exact, so a sum does not depend on the order of
/// threads.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cents(pub i64);

impl Cents {
    /// No money.
    pub const ZERO: Cents = Cents(0);

    /// Rounds an amount in whole units to cents, half away from zero; `None` where it is not a
    /// number or does not fit.
    pub fn from_units(units: f64) -> Option<Cents> {
        let cents = (units * 100.0).round();
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked in this line")]
        (cents.abs() < 9.0e15).then_some(Cents(cents as i64))
    }

    /// Gives the share of this amount that `factor` names, rounded half away from zero.
    #[must_use]
    pub fn times(self, factor: f64) -> Cents {
        Cents::from_units(self.0 as f64 / 100.0 * factor).unwrap_or(Cents::ZERO)
    }

    /// Gives the amount in whole units, for a formula.
    pub fn units(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl fmt::Display for Cents {
    /// `1 234 567.89`: thousands parted by thin spaces would not survive every terminal.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, cents) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(formatter, "{sign}{}.{cents:02}", grouped(units))
    }
}

/// Parts a count's thousands with spaces: `40 000`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

impl Add for Cents {
    type Output = Cents;
    fn add(self, other: Cents) -> Cents {
        Cents(self.0.saturating_add(other.0))
    }
}

impl Sub for Cents {
    type Output = Cents;
    fn sub(self, other: Cents) -> Cents {
        Cents(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Cents {
    fn add_assign(&mut self, other: Cents) {
        *self = *self + other;
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Cents>>(amounts: I) -> Cents {
        amounts.fold(Cents::ZERO, Add::add)
    }
}

/// A currency by its ISO 4217 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro.
    pub const EUR: Currency = Currency(*b"EUR");

    /// The dollar of the United States.
    pub const USD: Currency = Currency(*b"USD");

    /// Gives the three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl TryFrom<String> for Currency {
    type Error = String;
    fn try_from(code: String) -> Result<Currency, String> {
        match <[u8; 3]>::try_from(code.as_bytes()) {
            Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Ok(Currency(letters)),
            _ => Err(format!("a currency is three capital letters (ISO 4217), found `{code}`")),
        }
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_prints_with_its_sign_its_thousands_and_two_places() {
        assert_eq!(Cents(123_456_789).to_string(), "1 234 567.89");
        assert_eq!(Cents(-5).to_string(), "-0.05");
        assert_eq!(grouped(40_000), "40 000");
        assert_eq!(grouped(999), "999");
    }

    #[test]
    fn rounding_is_half_away_from_zero_and_refuses_what_does_not_fit() {
        assert_eq!(Cents::from_units(0.125), Some(Cents(13)));
        assert_eq!(Cents::from_units(-0.125), Some(Cents(-13)));
        assert_eq!(Cents::from_units(f64::NAN), None);
        assert_eq!(Cents::from_units(1e300), None);
        assert_eq!(Cents(1001).times(0.5), Cents(501));
    }

    #[test]
    fn a_currency_is_three_capitals() {
        assert!(Currency::try_from("EUR".to_owned()).is_ok());
        assert!(Currency::try_from("eur".to_owned()).is_err());
        assert!(Currency::try_from("EURO".to_owned()).is_err());
    }
}
