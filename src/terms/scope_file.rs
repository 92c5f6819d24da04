//! Whom does an incident name, by what, and how surely?

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::OneOrMany;

/// A file, or a description, of those who were touched.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeFile {
    /// Its name in reports; the file's own name where absent.
    pub name: Option<String>,
    /// The file, relative to the incident's own; none where `where` says who is meant.
    #[serde(default)]
    pub file: String,
    /// What it lists.
    #[serde(default)]
    pub identifier: Identifier,
    /// The column that holds the identifiers; the first where absent.
    pub column: Option<String>,
    /// Whether the first line is a header; found out where absent.
    pub header: Option<bool>,
    /// For a list hashed with a key: the file that holds the key, relative to the incident's own.
    pub key_file: Option<String>,
    /// Of a file of Have I Been Pwned: the breaches that are meant, by name; all where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<String>,
    /// Of a file of Have I Been Pwned: the domain of its addresses, where it names them without.
    pub domain: Option<String>,
    /// Of a sample with mixed columns: how its columns are called, as under `[[ingest.source]]`: a
    /// built-in preset, or the path of an own one, relative to the pipeline's root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Of a sample: headers by field, which go before the preset's. Headers that are called like
    /// a field are read where there is no preset.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, OneOrMany>,
    /// Of a sample: what holds of all its rows where they do not say: `constants.country = "DE"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, String>,
    /// Those who are meant, by what their records say; all of it must hold. Keys are columns of
    /// the contacts, with `_before` or `_after` for days and instants.
    #[serde(default, rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    pub conditions: BTreeMap<String, Condition>,
    /// Codes of the data classes that were exposed of those listed.
    #[serde(default)]
    pub data_classes: Vec<String>,
    /// How sure it is that those listed were touched: `confirmed` for a list, `probable` for a
    /// description, where absent. Of a sample it is the most that a row can be.
    pub evidence: Option<Evidence>,
    /// The third party that sent the list, where another than the incident's.
    pub vendor: Option<String>,
    /// When that party told us: a clock of its own.
    pub vendor_notified_at: Option<Timestamp>,
}

impl ScopeFile {
    /// Gives its name in reports and tables: the one given, or the file's own without its folder.
    pub fn shown_name(&self) -> &str {
        let own = || match self.identifier {
            Identifier::Where => Identifier::Where.word(),
            _ => self.file.rsplit(['/', '\\']).next().unwrap_or_default(),
        };
        self.name.as_deref().unwrap_or_else(own)
    }

    /// Tells whether it goes by a name: the one given, or else its path or the file's own.
    pub fn is_called(&self, name: &str) -> bool {
        match &self.name {
            Some(given) => given == name,
            None => {
                self.file == name
                    || self.shown_name() == name
                    // A glob stands for files of other names.
                    || self.file.contains(['*', '?'])
            }
        }
    }

    /// Tells how sure it is that those listed were touched.
    pub fn sureness(&self) -> Evidence {
        self.evidence.unwrap_or(match self.identifier {
            Identifier::Where => Evidence::Probable,
            _ => Evidence::Confirmed,
        })
    }
}

/// What a description asks of a column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged, expecting = "a text, a list of texts, or true or false")]
pub enum Condition {
    /// It is this.
    Text(String),
    /// It is one of these.
    OneOf(Vec<String>),
    /// It is so, or not so.
    Flag(bool),
}

/// What a value names a person by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash)]
pub enum Subject {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A customer number.
    CustomerKey,
    /// The id of a CRM record; a Salesforce id may have 15 or 18 characters.
    RecordId,
}

impl Subject {
    /// Gives the word for it in files, which is also the kind of a contact point.
    pub fn word(self) -> &'static str {
        match self {
            Subject::Email => "email",
            Subject::Phone => "phone",
            Subject::CustomerKey => "customer_key",
            Subject::RecordId => "record_id",
        }
    }
}

/// How a value was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hash {
    /// MD5, 128 bits.
    Md5,
    /// SHA-1, 160 bits.
    Sha1,
    /// SHA-256, 256 bits.
    Sha256,
    /// HMAC with SHA-256 and a key, 256 bits.
    HmacSha256,
    /// MD5, SHA-1 or SHA-256; the length of each value tells which.
    ByLength,
}

impl Hash {
    /// Gives its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Hash::Md5 => "MD5",
            Hash::Sha1 => "SHA-1",
            Hash::Sha256 => "SHA-256",
            Hash::HmacSha256 => "HMAC-SHA-256",
            Hash::ByLength => "MD5, SHA-1 or SHA-256",
        }
    }

    /// Counts the bytes of a hash; nothing where each value tells.
    pub fn n_bytes(self) -> Option<usize> {
        match self {
            Hash::Md5 => Some(16),
            Hash::Sha1 => Some(20),
            Hash::Sha256 | Hash::HmacSha256 => Some(32),
            Hash::ByLength => None,
        }
    }
}

/// What a scope file lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Identifier {
    /// Values as they are.
    Plain(Subject),
    /// Hashes of values, in hexadecimal digits or base 64.
    Hashed(Subject, Hash),
    /// E-mail addresses with the breaches they stand in, as Have I Been Pwned gives them to the
    /// owner of a domain.
    Hibp,
    /// Rows with mixed columns, as an attacker or a vendor shows them.
    Sample,
    /// Nothing: `where` describes who is meant.
    #[default]
    Where,
}

/// Every identifier by its word in files.
const WORDS: [(&str, Identifier); 27] = {
    use Hash::{ByLength, HmacSha256, Md5, Sha1, Sha256};
    use Identifier::{Hashed, Hibp, Plain, Sample, Where};
    use Subject::{CustomerKey, Email, Phone, RecordId};
    [
        ("email", Plain(Email)),
        ("phone", Plain(Phone)),
        ("customer_key", Plain(CustomerKey)),
        ("record_id", Plain(RecordId)),
        ("email_md5", Hashed(Email, Md5)),
        ("email_sha1", Hashed(Email, Sha1)),
        ("email_sha256", Hashed(Email, Sha256)),
        ("email_hmac_sha256", Hashed(Email, HmacSha256)),
        ("email_hash", Hashed(Email, ByLength)),
        ("phone_md5", Hashed(Phone, Md5)),
        ("phone_sha1", Hashed(Phone, Sha1)),
        ("phone_sha256", Hashed(Phone, Sha256)),
        ("phone_hmac_sha256", Hashed(Phone, HmacSha256)),
        ("phone_hash", Hashed(Phone, ByLength)),
        ("customer_key_md5", Hashed(CustomerKey, Md5)),
        ("customer_key_sha1", Hashed(CustomerKey, Sha1)),
        ("customer_key_sha256", Hashed(CustomerKey, Sha256)),
        ("customer_key_hmac_sha256", Hashed(CustomerKey, HmacSha256)),
        ("customer_key_hash", Hashed(CustomerKey, ByLength)),
        ("record_id_md5", Hashed(RecordId, Md5)),
        ("record_id_sha1", Hashed(RecordId, Sha1)),
        ("record_id_sha256", Hashed(RecordId, Sha256)),
        ("record_id_hmac_sha256", Hashed(RecordId, HmacSha256)),
        ("record_id_hash", Hashed(RecordId, ByLength)),
        ("hibp", Hibp),
        ("sample", Sample),
        ("where", Where),
    ]
};

impl Identifier {
    /// Gives the word for it in files.
    ///
    /// # Panics
    /// Never: a test looks up every one.
    pub fn word(self) -> &'static str {
        match WORDS.iter().find(|(_, identifier)| *identifier == self) {
            Some((word, _)) => word,
            None => panic!("{self:?} has no word"),
        }
    }

    /// Finds an identifier by its word.
    pub fn named(word: &str) -> Option<Identifier> {
        WORDS.iter().find(|(known, _)| *known == word).map(|&(_, identifier)| identifier)
    }

    /// Tells what its values name a person by; nothing for rows of many columns.
    pub fn subject(self) -> Option<Subject> {
        match self {
            Identifier::Plain(subject) | Identifier::Hashed(subject, _) => Some(subject),
            Identifier::Hibp => Some(Subject::Email),
            Identifier::Sample | Identifier::Where => None,
        }
    }

    /// Tells how its values were hashed, where they were.
    pub fn hash(self) -> Option<Hash> {
        match self {
            Identifier::Hashed(_, hash) => Some(hash),
            _ => None,
        }
    }

    /// Tells whether the file lists hashes.
    pub fn is_hashed(self) -> bool {
        self.hash().is_some()
    }
}

impl TryFrom<String> for Identifier {
    type Error = String;

    fn try_from(word: String) -> Result<Identifier, String> {
        Identifier::named(&word).ok_or_else(|| {
            let known: Vec<_> = WORDS.iter().map(|(word, _)| format!("`{word}`")).collect();
            format!("unknown identifier `{word}`, expected one of {}", known.join(", "))
        })
    }
}

impl From<Identifier> for &'static str {
    fn from(identifier: Identifier) -> &'static str {
        identifier.word()
    }
}

/// The key of a list that was hashed with one. It is shown to nobody.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HashKey(pub Vec<u8>);

impl fmt::Debug for HashKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HashKey({} bytes)", self.0.len())
    }
}

/// How sure it is that a person was touched; greater is surer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// It cannot be ruled out: goes to review, not to notice.
    Possible,
    /// More likely than not.
    Probable,
    /// Seen in what was taken.
    #[default]
    Confirmed,
}

impl Evidence {
    /// Gives the word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Evidence::Possible => "possible",
            Evidence::Probable => "probable",
            Evidence::Confirmed => "confirmed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_identifier_is_found_by_its_word() {
        for (word, identifier) in WORDS {
            assert_eq!(identifier.word(), word);
            assert_eq!(Identifier::named(word), Some(identifier));
        }
        for (place, (word, _)) in WORDS.iter().enumerate() {
            assert!(WORDS[..place].iter().all(|(other, _)| other != word), "{word} stands twice");
        }
    }

    #[test]
    fn a_scope_file_says_what_it_lists_and_a_slip_is_told_with_the_words_known() {
        let read = |text: &str| toml::from_str::<ScopeFile>(text);
        let hashed = read("file = \"a/list.txt\"\nidentifier = \"phone_md5\"").unwrap();
        assert_eq!(hashed.identifier, Identifier::Hashed(Subject::Phone, Hash::Md5));
        assert_eq!((hashed.shown_name(), hashed.sureness()), ("list.txt", Evidence::Confirmed));
        let described = read("[where]\nsegment = [\"A\", \"B\"]\ndeleted = false").unwrap();
        assert_eq!(described.identifier, Identifier::Where);
        assert_eq!(described.sureness(), Evidence::Probable);
        assert_eq!(described.conditions["deleted"], Condition::Flag(false));
        let slip = read("identifier = \"emial_md5\"").unwrap_err();
        assert!(slip.message().starts_with("unknown identifier `emial_md5`"), "{slip}");
        assert!(slip.message().contains("`email_md5`"), "{slip}");
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{:?}", HashKey(b"secret".to_vec())), "HashKey(6 bytes)");
    }
}
