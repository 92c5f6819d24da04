//! Does the first row of a list name a column, or a person?

use super::data_file::DataFile;
use crate::terms::{Identifier, Subject};

/// Tells whether the first row of a list names a column instead of a person: its first cell is a
/// word that headers use, or could not be an identifier of the kind.
pub(super) fn is_header(data: &DataFile, identifier: Identifier) -> bool {
    let Some(first) = data.headers().first() else { return false };
    is_header_word(first) || !is_plausible(first, identifier)
}

/// Tells a word that headers of lists use.
pub(super) fn is_header_word(cell: &str) -> bool {
    const WORDS: &[&str] = &[
        "account",
        "accountid",
        "canary",
        "contact",
        "contactid",
        "contactnumber",
        "crmid",
        "customer",
        "customerid",
        "customerkey",
        "customerno",
        "customernumber",
        "email",
        "emailaddress",
        "emailhash",
        "emailmd5",
        "emailsha1",
        "emailsha256",
        "externalid",
        "hash",
        "hashedemail",
        "hashedphone",
        "id",
        "identifier",
        "key",
        "kundennummer",
        "leadid",
        "mail",
        "md5",
        "mobile",
        "mobilephone",
        "msisdn",
        "personid",
        "phone",
        "phonehash",
        "phonemd5",
        "phonenumber",
        "phonesha1",
        "phonesha256",
        "recordid",
        "sha1",
        "sha256",
        "sourceid",
        "tel",
        "telephone",
        "user",
        "userid",
        "value",
    ];
    let word: String =
        cell.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    WORDS.binary_search(&word.as_str()).is_ok()
}

/// Tells whether a cell could be an identifier of the kind; in doubt it could, for a header
/// taken for a person is an unmatched row, and a person taken for a header is lost.
fn is_plausible(cell: &str, identifier: Identifier) -> bool {
    let n_digits = cell.chars().filter(char::is_ascii_digit).count();
    match identifier {
        Identifier::Plain(Subject::Email) => cell.contains('@'),
        Identifier::Plain(Subject::Phone) => n_digits >= 3,
        // Hexadecimal digits or base 64 of at least 16 bytes; a word is shorter.
        Identifier::Hashed(..) => cell.len() >= 20 && !cell.contains([' ', '_', '@']),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_words_are_sorted_for_the_search() {
        for word in ["account", "E-Mail", "sha256", "Contact ID", "value", "customer_id", "MSISDN"]
        {
            assert!(is_header_word(word), "{word}");
        }
        assert!(!is_header_word("anna@example.com"));
    }
}
