//! What is a notice called?

use std::fmt::Write;

use ring::digest::{Context, SHA256};

/// The name of a notice to a person about certain incidents: it depends on these alone, so that
/// a repeated run gives the same name, and a later notice about another incident gets its own.
///
/// Printed as 16 characters of Crockford's base 32, which can be read out on the telephone. Of
/// 10 million notices two share these 80 bits with a probability of 4e-11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NoticeId([u8; 10]);

/// Crockford's base 32.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl NoticeId {
    /// Names the notice to a customer about incidents, which stand in the order of their ids. One
    /// that tells more of what an earlier one told has a name of its own: `told` is what that
    /// one told.
    pub(super) fn of<'a>(
        customer_id: &str,
        incidents: impl Iterator<Item = &'a str>,
        told: impl Iterator<Item = &'a str>,
    ) -> NoticeId {
        let mut hasher = Context::new(&SHA256);
        hasher.update(customer_id.as_bytes());
        for incident in incidents {
            // A sign that neither id can hold parts them.
            hasher.update(&[0x1f]);
            hasher.update(incident.as_bytes());
        }
        for classes in told {
            hasher.update(&[0x1e]);
            hasher.update(classes.as_bytes());
        }
        let mut id = [0; 10];
        id.copy_from_slice(&hasher.finish().as_ref()[..10]);
        NoticeId(id)
    }

    /// Prints it behind a prefix.
    pub(super) fn shown(self, prefix: &str) -> String {
        let bits = self.0.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let mut text = String::with_capacity(prefix.len() + 16);
        text.push_str(prefix);
        for place in (0..16).rev() {
            let digit = usize::try_from((bits >> (place * 5)) & 31).unwrap_or(0);
            // Writing to a string cannot fail.
            let _ = text.write_char(char::from(DIGITS[digit]));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_id_depends_on_person_and_incidents_alone() {
        let id = |customer: &str, incidents: &[&str]| {
            NoticeId::of(customer, incidents.iter().copied(), [].into_iter()).shown("n_")
        };
        let more = NoticeId::of("c_1", ["a"].into_iter(), ["email;name"].into_iter());
        assert_ne!(id("c_1", &["a"]), more.shown("n_"));
        assert_eq!(id("c_1", &["a"]), id("c_1", &["a"]));
        assert_ne!(id("c_1", &["a"]), id("c_2", &["a"]));
        assert_ne!(id("c_1", &["a"]), id("c_1", &["a", "b"]));
        assert_ne!(id("c_1", &["ab"]), id("c_1", &["a", "b"]));
        assert_eq!(id("c_1", &["a"]).len(), 18);
    }

    #[test]
    fn the_printed_order_is_the_order_of_the_ids() {
        let mut ids: Vec<_> = (0..200)
            .map(|n| NoticeId::of(&format!("c_{n}"), ["a"].into_iter(), [].into_iter()))
            .collect();
        ids.sort_unstable();
        let shown: Vec<_> = ids.iter().map(|id| id.shown("n_")).collect();
        assert!(shown.is_sorted());
    }

    #[test]
    fn eighty_bits_print_as_sixteen_digits() {
        assert_eq!(NoticeId([0xff; 10]).shown(""), "zzzzzzzzzzzzzzzz");
        assert_eq!(NoticeId([0, 0, 0, 0, 0, 0, 0, 0, 0, 33]).shown(""), "0000000000000011");
    }
}
