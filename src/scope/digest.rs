//! What is the hash of a value?

use md5::{Digest as _, Md5};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use ring::hmac::{HMAC_SHA256, Key, sign};

use crate::terms::{Hash, HashKey};

/// A hash of 16, 20 or 32 bytes; bytes beyond its length are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Digest {
    bytes: [u8; 32],
    n_bytes: usize,
}

impl Digest {
    fn of(bytes: &[u8]) -> Digest {
        let mut digest = Digest { bytes: [0; 32], n_bytes: bytes.len() };
        digest.bytes[..bytes.len()].copy_from_slice(bytes);
        digest
    }

    /// Reads hexadecimal digits; nothing where they are no hash.
    pub(super) fn read(text: &str) -> Option<Digest> {
        let n_bytes = text.len() / 2;
        if !text.len().is_multiple_of(2) || ![16, 20, 32].contains(&n_bytes) {
            return None;
        }
        let mut digest = Digest { bytes: [0; 32], n_bytes };
        for (byte, digits) in digest.bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = digit(digits[0])? << 4 | digit(digits[1])?;
        }
        Some(digest)
    }

    /// Counts its bytes.
    pub(super) fn n_bytes(&self) -> usize {
        self.n_bytes
    }

    /// Gives its first 64 bits: hashes are as good as random, so these tell nearly all apart.
    pub(super) fn key(&self) -> u64 {
        self.bytes[..8].iter().fold(0, |key, &byte| key << 8 | u64::from(byte))
    }
}

/// How values are hashed before they are compared with a list.
#[derive(Clone)]
pub(super) enum Hasher {
    Md5,
    Sha1,
    Sha256,
    /// With a key that was taken in already.
    Hmac(Box<Key>),
}

impl Hasher {
    /// Gives the hasher of a list; nothing where it needs a key and there is none.
    ///
    /// # Panics
    /// If the list has hashes of several lengths: each length has its own.
    pub(super) fn of(hash: Hash, key: Option<&HashKey>) -> Option<Hasher> {
        Some(match hash {
            Hash::Md5 => Hasher::Md5,
            Hash::Sha1 => Hasher::Sha1,
            Hash::Sha256 => Hasher::Sha256,
            // HMAC takes keys of any length (RFC 2104).
            Hash::HmacSha256 => Hasher::Hmac(Box::new(Key::new(HMAC_SHA256, &key?.0))),
            Hash::ByLength => panic!("a hasher for hashes of any length"),
        })
    }

    /// Hashes a text.
    pub(super) fn hash(&self, text: &str) -> Digest {
        match self {
            Hasher::Md5 => Digest::of(&Md5::digest(text)),
            Hasher::Sha1 => Digest::of(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()).as_ref()),
            Hasher::Sha256 => Digest::of(digest(&SHA256, text.as_bytes()).as_ref()),
            Hasher::Hmac(key) => Digest::of(sign(key, text.as_bytes()).as_ref()),
        }
    }
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_hashes_are_found() {
        let check = |hash, key: Option<&str>, text: &str, expected: &str| {
            let key = key.map(|key| HashKey(key.as_bytes().to_vec()));
            let hasher = Hasher::of(hash, key.as_ref()).unwrap();
            assert_eq!(Some(hasher.hash(text)), Digest::read(expected), "{text}");
        };
        // RFC 1321, A.5.
        check(Hash::Md5, None, "abc", "900150983cd24fb0d6963f7d28e17f72");
        // FIPS 180-4.
        check(Hash::Sha1, None, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
        // Unified ID 2.0 gives this normalised address with this hash.
        check(
            Hash::Sha256,
            None,
            "user@example.com",
            "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514",
        );
        // RFC 4231, test case 2.
        check(
            Hash::HmacSha256,
            Some("Jefe"),
            "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        );
        assert!(Hasher::of(Hash::HmacSha256, None).is_none());
    }

    #[test]
    fn hexadecimal_digits_are_read_or_refused() {
        let digits = "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514";
        assert_eq!(Digest::read(digits).map(|digest| digest.key()), Some(0xb4c9_a289_323b_21a0));
        assert_eq!(Digest::read(digits), Digest::read(&digits.to_uppercase()));
        assert_ne!(Digest::read(&digits[..32]), Digest::read(digits));
        assert_eq!(Digest::read(&digits[..32]).map(|digest| digest.n_bytes()), Some(16));
        for no in [&digits[1..], &digits[2..], &digits.replace('b', "g")] {
            assert_eq!(Digest::read(no), None);
        }
    }
}
