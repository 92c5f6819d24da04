//! Which bytes does base 64 stand for?

/// Gives the bytes of base 64 without its padding, one after the other, in the plain alphabet or
/// in that of URLs; tells whether it was base 64. What was given before a foreign sign is void.
///
/// # Source
/// RFC 4648, sections 4 and 5.
pub fn base64(unpadded: &[u8], mut give: impl FnMut(u8)) -> bool {
    let (mut bits, mut n_bits) = (0u32, 0);
    for &sign in unpadded {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return false,
        };
        bits = bits << 6 | u32::from(value);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            give(u8::try_from(bits >> n_bits).unwrap_or_default());
            bits &= (1 << n_bits) - 1;
        }
    }
    // The bits that are left over must be zero, or two texts would stand for the same bytes.
    bits == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        base64(text, |byte| bytes.push(byte)).then_some(bytes)
    }

    #[test]
    fn the_vectors_of_the_standard_are_read() {
        for (text, bytes) in
            [("", ""), ("Zg", "f"), ("Zm8", "fo"), ("Zm9v", "foo"), ("Zm9vYmFy", "foobar")]
        {
            assert_eq!(decoded(text.as_bytes()), Some(bytes.as_bytes().to_vec()), "{text}");
        }
        assert_eq!(decoded(b"-_-_"), decoded(b"+/+/"));
        assert_eq!(decoded(b"-_-_"), Some(vec![0xfb, 0xff, 0xbf]));
    }

    #[test]
    fn foreign_signs_and_bits_left_over_are_refused() {
        assert_eq!(decoded(b"Zm9v!"), None);
        assert_eq!(decoded(b"Zh"), None);
    }
}
