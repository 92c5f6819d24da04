//! Which record is named, and by which hash?

use super::note::Cell;
use crate::terms::{Rule, base64};

/// Key prefixes of the Salesforce objects that stand for people and accounts.
///
/// # Source
/// Salesforce Help, "Standard field record ID prefix decoder".
const SALESFORCE_PREFIXES: [&[u8]; 7] = [b"001", b"003", b"00Q", b"00q", b"005", b"006", b"500"];

/// Writes an id in the form in which it is compared: without what spreadsheets put around it,
/// GUIDs in small letters, Salesforce ids with their checksum. Nothing where it is empty or its
/// digits are lost.
pub(super) fn standard(raw: &str, cell: &mut Cell<'_>, out: &mut String) -> bool {
    let mut text =
        raw.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    if let Some(rest) = text.strip_prefix('\'') {
        cell.repaired(Rule::ExcelApostrophe);
        text = rest.trim_matches(|c: char| c == '\'' || c.is_whitespace());
    }
    if super::text::is_null_word(text) {
        cell.repaired(Rule::NullWord);
        return false;
    }
    if let Some(rest) = text.strip_suffix(".0")
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_digit())
    {
        cell.repaired(Rule::ExcelDecimal);
        text = rest;
    }
    if text.is_empty() {
        return false;
    }
    if is_scientific(text) {
        cell.found(Rule::ExcelScientific);
        return false;
    }
    let bytes = text.as_bytes();
    if SALESFORCE_PREFIXES.iter().any(|prefix| bytes.starts_with(prefix))
        && bytes.iter().all(u8::is_ascii_alphanumeric)
    {
        match bytes.len() {
            15 => {
                out.push_str(text);
                push_checksum(bytes, out);
                cell.repaired(Rule::SalesforceIdCompleted);
                return true;
            }
            18 => {
                push_salesforce(text, cell, out);
                return true;
            }
            _ => {}
        }
    }
    let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    if is_guid(bare) {
        out.extend(bare.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        out.push_str(text);
    }
    true
}

/// `7.21045E+12`: an id whose digits a spreadsheet threw away.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once('+') else { return false };
    let Some(mantissa) = mantissa.strip_suffix(['E', 'e']) else { return false };
    !mantissa.is_empty()
        && mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
        && !exponent.is_empty()
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Each of the three characters tells which letters of its five are capitals.
///
/// # Source
/// Salesforce Help, "Convert a 15-character ID to an 18-character ID".
fn push_checksum(fifteen: &[u8], out: &mut String) {
    const SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    for five in fifteen.chunks(5) {
        let capitals = five
            .iter()
            .enumerate()
            .filter(|(_, byte)| byte.is_ascii_uppercase())
            .fold(0, |bits, (place, _)| bits | 1 << place);
        out.push(char::from(SIGNS[capitals]));
    }
}

/// Restores the case of the first fifteen characters from the last three where it was lost.
fn push_salesforce(text: &str, cell: &mut Cell<'_>, out: &mut String) {
    let start = out.len();
    let (id, checksum) = text.split_at(15);
    for (five, sign) in id.as_bytes().chunks(5).zip(checksum.bytes()) {
        let capitals = match sign.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'0'..=b'5' => digit - b'0' + 26,
            _ => u8::MAX,
        };
        for (place, byte) in five.iter().enumerate() {
            let is_capital = capitals >> place & 1 == 1;
            let byte =
                if is_capital { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
            out.push(char::from(byte));
        }
    }
    let restored = &out[start..];
    let mut sum = String::with_capacity(3);
    push_checksum(restored.as_bytes(), &mut sum);
    let fits = sum.eq_ignore_ascii_case(checksum);
    if fits && restored == id && sum == checksum {
        out.push_str(checksum);
        return;
    }
    let rest = &id[3..];
    let lost_case = !(rest.bytes().any(|b| b.is_ascii_uppercase())
        && rest.bytes().any(|b| b.is_ascii_lowercase()));
    if fits && (lost_case || restored == id) {
        out.push_str(&sum);
        cell.repaired(Rule::SalesforceIdCase);
    } else {
        out.truncate(start);
        out.push_str(text);
        cell.found(Rule::SalesforceIdChecksum);
    }
}

/// Writes a hash of 16, 20 or 32 bytes (MD5, SHA-1, SHA-256) in small hexadecimal digits, from
/// hexadecimal or base 64; nothing where it is neither.
pub(super) fn hash(raw: &str, out: &mut String) -> bool {
    let text = raw.trim().trim_matches(['"', '\'']);
    let text = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    if N_BYTES.contains(&(text.len() / 2))
        && text.len().is_multiple_of(2)
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        return true;
    }
    let start = out.len();
    let is_there = push_base64(text, out);
    if !is_there {
        out.truncate(start);
    }
    is_there
}

/// Bytes of MD5, SHA-1 and SHA-256.
const N_BYTES: [usize; 3] = [16, 20, 32];

/// What programs put before a hash to say which it is.
const PREFIXES: [&str; 8] = ["sha256:", "sha1:", "md5:", "SHA256:", "SHA1:", "MD5:", "0x", "\\x"];

/// Writes the bytes of base 64, plain or safe for URLs, with or without its padding, as digits;
/// tells whether they are as many as a hash has.
fn push_base64(text: &str, out: &mut String) -> bool {
    let unpadded = text.trim_end_matches('=');
    let n_padding = text.len() - unpadded.len();
    let n_bytes = unpadded.len() * 3 / 4;
    if !N_BYTES.contains(&n_bytes)
        || (n_padding > 0 && !text.len().is_multiple_of(4))
        || n_padding > 2
    {
        return false;
    }
    base64(unpadded.as_bytes(), |byte| {
        for half in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::note::Notes;
    use super::*;

    fn read(raw: &str) -> (Option<String>, Vec<Rule>) {
        let (mut notes, mut out) = (Notes::default(), String::new());
        let is_there = standard(raw, &mut notes.at(0, "source_id"), &mut out);
        (is_there.then_some(out), notes.rules())
    }

    #[test]
    fn salesforce_ids_meet_whether_they_have_15_or_18_characters() {
        let check = |raw, expected: &str, rules: &[Rule]| {
            assert_eq!(read(raw), (Some(expected.to_owned()), rules.to_vec()), "{raw}");
        };
        check("0035e00000AbCdE", "0035e00000AbCdEAAV", &[Rule::SalesforceIdCompleted]);
        check("0035e00000ABCDE", "0035e00000ABCDEAA5", &[Rule::SalesforceIdCompleted]);
        check("0035E00000abcde", "0035E00000abcdeQAA", &[Rule::SalesforceIdCompleted]);
        check("0035e00000AbCdEAAV", "0035e00000AbCdEAAV", &[]);
        check("0035E00000ABCDEAAV", "0035e00000AbCdEAAV", &[Rule::SalesforceIdCase]);
        check("0035e00000abcdeaav", "0035e00000AbCdEAAV", &[Rule::SalesforceIdCase]);
        check("0035e00000AbCdEAAA", "0035e00000AbCdEAAA", &[Rule::SalesforceIdChecksum]);
    }

    #[test]
    fn ids_lose_what_spreadsheets_put_around_them_and_nothing_else() {
        let check = |raw, expected| assert_eq!(read(raw).0.as_deref(), expected, "{raw}");
        check("'901", Some("901"));
        check("901.0", Some("901"));
        check("0901", Some("0901"));
        check(" K-17 ", Some("K-17"));
        check(
            "{6F9619FF-8B86-D011-B42D-00C04FC964FE}",
            Some("6f9619ff-8b86-d011-b42d-00c04fc964fe"),
        );
        check("zcrm_4150868000000225013", Some("zcrm_4150868000000225013"));
        check("7.21045E+12", None);
        check("", None);
        check("#N/A", None);
    }

    #[test]
    fn a_hash_is_written_in_small_hexadecimal_digits() {
        // Hashes of the empty text: RFC 1321, FIPS 180-4.
        let md5 = "d41d8cd98f00b204e9800998ecf8427e";
        let sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let read = |raw: &str| {
            let mut out = String::new();
            hash(raw, &mut out).then_some(out)
        };
        for (raw, expected) in [
            (sha256, sha256),
            (&sha256.to_uppercase(), sha256),
            ("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", sha256),
            ("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", sha256),
            (&format!("sha256:{sha256}"), sha256),
            (&format!("\\x{sha256}"), sha256),
            (&format!(" \"{sha1}\" "), sha1),
            ("2jmj7l5rSw0yVb/vlWAYkK/YBwk=", sha1),
            ("1B2M2Y8AsgTpgAmY7PhCfg==", md5),
            ("1B2M2Y8AsgTpgAmY7PhCfg", md5),
            (&md5.to_uppercase(), md5),
        ] {
            assert_eq!(read(raw).as_deref(), Some(expected), "{raw}");
        }
        for raw in [
            "",
            &sha256[1..],
            &format!("g{}", &sha256[1..]),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
            "1B2M2Y8AsgTpgAmY7PhCfg=",
            "not a hash, but a text in a cell",
        ] {
            assert_eq!(read(raw), None, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_twice_is_once(
            raw in "\\PC*|003[A-Za-z0-9]{12}|003[A-Za-z0-9]{15}|'{0,2}[0-9]{1,4}(\\.0){0,2}",
        ) {
            if let Some(once) = read(&raw).0 {
                let twice = read(&once).0;
                prop_assert_eq!(twice, Some(once));
            }
        }
    }
}
