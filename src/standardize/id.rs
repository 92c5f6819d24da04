//! Which record is named, and by which hash?

use super::note::Cell;
use crate::terms::Rule;

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
    let Some((mantissa, exponent)) = text.split_once("E+").or(text.split_once("e+")) else {
        return false;
    };
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

/// Writes a SHA-256 in small hexadecimal digits, from hexadecimal or base 64; nothing where it
/// is neither.
pub(super) fn sha256(raw: &str, out: &mut String) -> bool {
    let text = raw.trim().trim_matches(['"', '\'']);
    let text = text.strip_prefix("sha256:").or(text.strip_prefix("0x")).unwrap_or(text);
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        return true;
    }
    let Some(bytes) = from_base64(text) else { return false };
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            out.push(char::from(b"0123456789abcdef"[usize::from(half)]));
        }
    }
    true
}

/// Reads 32 bytes from base 64, plain or safe for URLs, with or without its padding.
fn from_base64(text: &str) -> Option<[u8; 32]> {
    let text = text.trim_end_matches('=');
    if text.len() != 43 {
        return None;
    }
    let mut bytes = [0; 32];
    let (mut bits, mut n_bits, mut place) = (0u32, 0, 0);
    for sign in text.bytes() {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes[place] = u8::try_from(bits >> n_bits & 255).ok()?;
            place += 1;
            bits &= (1 << n_bits) - 1;
        }
    }
    // The two bits that are left over must be zero, or two texts would name one hash.
    (bits == 0 && place == 32).then_some(bytes)
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
    fn a_hash_is_64_small_hexadecimal_digits() {
        // SHA-256 of the empty text, FIPS 180-4.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let check = |raw: &str| {
            let mut out = String::new();
            sha256(raw, &mut out).then_some(out)
        };
        for raw in [
            empty,
            &empty.to_uppercase(),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
            &format!("sha256:{empty}"),
        ] {
            assert_eq!(check(raw).as_deref(), Some(empty), "{raw}");
        }
        for raw in [
            "",
            "d41d8cd98f00b204e9800998ecf8427e",
            &empty[1..],
            &format!("g{}", &empty[1..]),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
        ] {
            assert_eq!(check(raw), None, "{raw}");
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
