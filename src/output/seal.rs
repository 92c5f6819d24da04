//! Who may read what is written?
//!
//! Outputs that the settings name are encrypted to `age` recipients on their way to the disk:
//! their plain text is never there. The ciphertext of the same text differs from run to run, as
//! it must; that the text is the same is told to those who may read it, by an encrypted list of
//! hashes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::str::FromStr;

use age::stream::StreamWriter;
use age::{Encryptor, Recipient, x25519};
use serde::{Deserialize, Serialize};

use super::hashing::HashingWriter;
use super::{Error, Sha256Hex};

/// The table `[run.encrypt]` of a pipeline file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Encryption {
    /// Public keys of `age`, `age1…`: whoever holds one of their identities can read.
    pub recipients: Vec<String>,
    /// The outputs to encrypt, by path; `*` stands for any part of a name, `**` also for folders.
    pub outputs: Vec<String>,
}

impl Encryption {
    /// Tells whether nothing is to be encrypted.
    pub fn is_off(&self) -> bool {
        self.recipients.is_empty() && self.outputs.is_empty()
    }
}

/// Recipients and the outputs that are for them alone.
#[derive(Clone)]
pub struct Seal {
    recipients: Vec<x25519::Recipient>,
    outputs: Vec<String>,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Seal(to {}, {:?})", self.recipients.len(), self.outputs)
    }
}

impl Seal {
    /// Reads recipients; `None` where nothing is to be encrypted.
    ///
    /// # Errors
    /// A recipient is no public key of `age`, or one half of the settings is missing.
    pub fn of(encryption: &Encryption) -> Result<Option<Seal>, Error> {
        let Encryption { recipients, outputs } = encryption;
        if encryption.is_off() {
            return Ok(None);
        }
        if recipients.is_empty() || outputs.is_empty() {
            return Err(Error::HalfSeal { has_recipients: outputs.is_empty() });
        }
        let recipients = recipients
            .iter()
            .enumerate()
            .map(|(place, key)| {
                x25519::Recipient::from_str(key.trim())
                    .map_err(|cause| Error::Recipient { place: place + 1, cause })
            })
            .collect::<Result<_, Error>>()?;
        Ok(Some(Seal { recipients, outputs: outputs.clone() }))
    }

    /// Lends the patterns of the outputs that are to be encrypted.
    pub(super) fn outputs(&self) -> &[String] {
        &self.outputs
    }

    /// Finds a pattern that none of these outputs fits: a list that was to be encrypted and is
    /// called otherwise would lie open.
    pub(super) fn idle<'a>(&self, written: impl Iterator<Item = &'a str> + Clone) -> Option<&str> {
        let idle = |pattern: &&String| !written.clone().any(|name| fits(pattern, name));
        self.outputs.iter().find(idle).map(String::as_str)
    }
}

/// Tells whether a path fits a pattern.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == name };
    let Some(rest) = name.strip_prefix(before) else { return false };
    let (after, over_folders) = match after.strip_prefix('*') {
        Some(after) => (after, true),
        None => (after, false),
    };
    let ends = rest.char_indices().map(|(place, _)| place).chain([rest.len()]);
    ends.take_while(|&end| over_folders || !rest[..end].contains('/'))
        .any(|end| fits(after, &rest[end..]))
}

type ToDisk = HashingWriter<BufWriter<File>>;

/// The way of one file to the disk: hashed, and encrypted where that is asked.
pub(super) enum Sink {
    Open(Box<ToDisk>),
    Sealed(Box<HashingWriter<StreamWriter<ToDisk>>>),
}

/// A file that was begun.
pub(super) struct Begun {
    /// Its name within the folder, as it will be called.
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) sink: Sink,
}

/// What came to the disk.
pub(super) struct Landed {
    pub(super) sha256: Sha256Hex,
    pub(super) n_bytes: u64,
    /// The hash of what was encrypted, where it was.
    pub(super) sha256_inside: Option<Sha256Hex>,
}

impl Sink {
    pub(super) fn begin(file: File, n_buffered: usize, seal: Option<&Seal>) -> io::Result<Sink> {
        let to_disk = HashingWriter::new(BufWriter::with_capacity(n_buffered, file));
        let Some(seal) = seal else { return Ok(Sink::Open(Box::new(to_disk))) };
        let recipients = seal.recipients.iter().map(|recipient| recipient as &dyn Recipient);
        let encryptor = Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
        let sealed = encryptor.wrap_output(to_disk)?;
        Ok(Sink::Sealed(Box::new(HashingWriter::new(sealed))))
    }

    pub(super) fn finish(self) -> io::Result<Landed> {
        let (to_disk, sha256_inside) = match self {
            Sink::Open(to_disk) => (*to_disk, None),
            Sink::Sealed(sealed) => {
                let (sealed, sha256, _) = sealed.finish();
                (sealed.finish()?, Some(sha256))
            }
        };
        let (buffered, sha256, n_bytes) = to_disk.finish();
        let file = buffered.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(Landed { sha256, n_bytes, sha256_inside })
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Open(to_disk) => to_disk.write(bytes),
            Sink::Sealed(sealed) => sealed.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Open(to_disk) => to_disk.flush(),
            Sink::Sealed(sealed) => sealed.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_a_part_of_a_name_and_two_for_folders_too() {
        assert!(fits("notify/*.csv", "notify/email.csv"));
        assert!(!fits("notify/*.csv", "notify/deep/email.csv"));
        assert!(fits("notify/**", "notify/deep/email.csv"));
        assert!(fits("**", "why.parquet"));
        assert!(!fits("*.csv", "notify/email.csv"));
        assert!(fits("*a*b", "xxaybzb"));
        assert!(!fits("why.parquet", "why.parquets"));
    }

    #[test]
    fn half_a_seal_and_a_key_that_is_none_are_refused() {
        let check = |recipients: &[&str], outputs: &[&str]| {
            let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
            Seal::of(&Encryption { recipients: own(recipients), outputs: own(outputs) })
        };
        assert!(check(&[], &[]).unwrap().is_none());
        assert!(check(&[], &["**"]).is_err());
        let error = check(&["age1nonsense"], &["**"]).unwrap_err().to_string();
        assert!(error.contains("recipient 1") && !error.contains("nonsense"), "{error}");
    }
}
