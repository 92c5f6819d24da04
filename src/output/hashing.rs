//! What exactly was written or read?

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use ring::digest::{Context, Digest, SHA256, digest};
use serde::Serialize;

/// A SHA-256 hash; prints as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sha256Hex([u8; 32]);

impl Sha256Hex {
    /// Gives the first `n_digits` digits, for a name.
    pub fn short(&self, n_digits: usize) -> String {
        self.to_string().chars().take(n_digits).collect()
    }
}

impl fmt::Display for Sha256Hex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256Hex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Sha256Hex {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<Digest> for Sha256Hex {
    fn from(digest: Digest) -> Sha256Hex {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        Sha256Hex(bytes)
    }
}

/// Hashes a text.
pub fn sha256_of_text(text: &str) -> Sha256Hex {
    digest(&SHA256, text.as_bytes()).into()
}

/// Hashes a file and counts its bytes.
///
/// # Errors
/// The file cannot be read.
pub fn sha256_of_file(path: &Path) -> io::Result<(Sha256Hex, u64)> {
    let mut reader = BufReader::with_capacity(1 << 18, File::open(path)?);
    let mut hashing = HashingWriter::new(io::sink());
    let mut buffer = vec![0; 1 << 18];
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            n_bytes => hashing.write_all(&buffer[..n_bytes])?,
        }
    }
    let (_, hash, n_bytes) = hashing.finish();
    Ok((hash, n_bytes))
}

/// A writer that hashes and counts what passes through.
pub(super) struct HashingWriter<W> {
    inner: W,
    hasher: Context,
    n_bytes: u64,
}

impl<W: Write> HashingWriter<W> {
    pub(super) fn new(inner: W) -> HashingWriter<W> {
        HashingWriter { inner, hasher: Context::new(&SHA256), n_bytes: 0 }
    }

    pub(super) fn finish(self) -> (W, Sha256Hex, u64) {
        (self.inner, self.hasher.finish().into(), self.n_bytes)
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n_bytes = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..n_bytes]);
        self.n_bytes += n_bytes as u64;
        Ok(n_bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
