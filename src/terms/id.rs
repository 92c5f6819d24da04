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
        formatter.write_str("c_")?;
        for place in (0..26).rev() {
            let digit = (self.0 >> (place * 5)) & 31;
            write!(formatter, "{}", char::from(DIGITS[usize::try_from(digit).unwrap_or(0)]))?;
        }
        Ok(())
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
