//! Which row, which person?

use std::fmt;

use serde::{Deserialize, Serialize};

/// A contact of this run: its row in `Table<Contact>`, numbered in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub u32);

impl RecordId {
    /// Gives the row, to index a vector with.
    pub fn row(self) -> usize {
        self.0 as usize
    }
}

/// What a record is called on every night: it depends on what the record says, never on where
/// in a file it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey(pub u128);

/// The name of a person across sources: it depends on the member records alone.
///
/// Printed as `c_` and 26 characters of Crockford's base 32, which survive telephones and
/// spreadsheets: no I, L, O or U, and no case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CustomerId(pub u128);

/// Crockford's base 32.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl fmt::Display for CustomerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = *b"c_00000000000000000000000000";
        let mut rest = self.0;
        for digit in text[2..].iter_mut().rev() {
            *digit = DIGITS[usize::try_from(rest & 31).unwrap_or(0)];
            rest >>= 5;
        }
        formatter.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_id_is_28_plain_characters_and_keeps_the_order() {
        let (small, large) = (CustomerId(31).to_string(), CustomerId(u128::MAX).to_string());
        assert_eq!(small, "c_0000000000000000000000000z");
        assert_eq!(large.len(), 28);
        assert!(small < large);
    }
}
