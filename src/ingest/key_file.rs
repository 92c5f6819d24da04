//! With which key was a list hashed?

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::Error;
use crate::terms::{HashKey, base64};

/// Longer than any key of HMAC is of use.
const N_BYTES_MAX: usize = 4096;

/// Reads a key: hexadecimal digits after `hex:`, base 64 after `base64:`, or else the bytes of the
/// file without the end of its last line.
///
/// # Errors
/// The file is missing, empty, or longer than a key.
pub(super) fn read(file: &str, root: &Path, at: &str) -> Result<HashKey, Error> {
    let path = root.join(file);
    let missing = |cause: std::io::Error| match cause.kind() {
        std::io::ErrorKind::NotFound => {
            Error::NotFound { file: file.to_owned(), at: at.to_owned(), found: Vec::new() }
        }
        _ => Error::io(file, &cause),
    };
    let mut bytes = Vec::new();
    let opened = File::open(&path).map_err(missing)?;
    opened.take(N_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(missing)?;
    let wrong = |cause: &str| Error::Unreadable { file: file.to_owned(), cause: cause.to_owned() };
    if bytes.len() > N_BYTES_MAX {
        return Err(wrong("it is longer than a key"));
    }
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let key = match (line.strip_prefix(b"hex:"), line.strip_prefix(b"base64:")) {
        (Some(digits), _) => from_hex(digits).ok_or_else(|| wrong("after hex: stand no digits")),
        (_, Some(text)) => {
            from_base64(text).ok_or_else(|| wrong("after base64: stands no base 64"))
        }
        _ => Ok(line.to_vec()),
    }?;
    if key.is_empty() { Err(wrong("it holds no key")) } else { Ok(HashKey(key)) }
}

fn from_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let pairs = digits.chunks_exact(2);
    pairs.map(|pair| u8::try_from(value(pair[0])? << 4 | value(pair[1])?).ok()).collect()
}

fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let unpadded = text.iter().rposition(|&sign| sign != b'=').map_or(0, |last| last + 1);
    let mut bytes = Vec::new();
    base64(&text[..unpadded], |byte| bytes.push(byte)).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_bytes_digits_or_base_64() {
        let folder = tempfile::tempdir().unwrap();
        let check = |text: &[u8], expected: Option<&[u8]>| {
            std::fs::write(folder.path().join("key"), text).unwrap();
            let key = read("key", folder.path(), "").ok();
            assert_eq!(key.as_ref().map(|key| key.0.as_slice()), expected);
        };
        check(b"Jefe\n", Some(b"Jefe"));
        check(b"Jefe\r\n", Some(b"Jefe"));
        check(b"\x00\x0b", Some(b"\x00\x0b"));
        check(b"hex:4a656665", Some(b"Jefe"));
        check(b"base64:SmVmZQ==\n", Some(b"Jefe"));
        check(b"hex:4a6", None);
        check(b"base64:!", None);
        check(b"\n", None);
        check(&[7; 5000], None);
    }
}
