//! How likely?

use serde::{Deserialize, Serialize};

/// A number from 0 to 1; a file that says otherwise is refused where the number stands.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// Takes a number that the program itself wrote down.
    ///
    /// # Panics
    /// If the number is not from 0 to 1.
    pub const fn new(value: f64) -> Probability {
        assert!(value >= 0.0 && value <= 1.0, "a probability is a number from 0 to 1");
        Probability(value)
    }

    /// Gives the number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Probability {
    type Error = String;
    fn try_from(value: f64) -> Result<Probability, String> {
        if (0.0..=1.0).contains(&value) {
            Ok(Probability(value))
        } else {
            Err(format!("a probability is a number from 0 to 1, found {value}"))
        }
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> f64 {
        probability.0
    }
}
