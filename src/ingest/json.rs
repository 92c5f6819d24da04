//! What does a line of JSON say, as cells?
//!
//! Written by hand because values must stay as they are written: a number of twenty digits, or
//! one that ends in `.10`, would not come back from a general reader. Objects in objects become
//! `address.city`; several values of one key stand in one cell, parted by `; `.
//!
//! # Source
//! RFC 8259.

/// Parts several values of one key.
pub(super) const VALUES_PARTED_BY: &str = "; ";

/// Objects and lists in each other, deeper than any export.
const DEPTH_MAX: usize = 64;

/// Why a line is no object of JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoObject;

/// The cells of an object: keys with their values, in the order in which they stand.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) cells: Vec<(String, String)>,
    /// Whether a list of objects stands in it.
    pub(super) has_rows: bool,
}

/// Reads one object; nothing may stand after it.
pub(super) fn object(text: &str) -> Result<Object, NoObject> {
    let mut reader = Reader { rest: text, object: Object::default() };
    reader.space();
    if !reader.rest.starts_with('{') {
        return Err(NoObject);
    }
    reader.value(&mut String::new(), false, 0)?;
    reader.space();
    if reader.rest.is_empty() { Ok(reader.object) } else { Err(NoObject) }
}

struct Reader<'a> {
    rest: &'a str,
    object: Object,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    fn take(&mut self, mark: char) -> bool {
        self.space();
        let rest = self.rest.strip_prefix(mark);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, key: &mut String, is_listed: bool, depth: usize) -> Result<(), NoObject> {
        self.space();
        if depth > DEPTH_MAX {
            return Err(NoObject);
        }
        match self.rest.bytes().next().ok_or(NoObject)? {
            b'{' => self.members(key, is_listed, depth),
            b'[' => self.elements(key, depth),
            b'"' => {
                let text = self.string()?;
                self.cell(key, text, is_listed)
            }
            _ => self.word(key, is_listed),
        }
    }

    fn members(&mut self, key: &mut String, is_listed: bool, depth: usize) -> Result<(), NoObject> {
        self.object.has_rows |= is_listed;
        self.rest = &self.rest[1..];
        if self.take('}') {
            return Ok(());
        }
        let n_bytes = key.len();
        loop {
            self.space();
            let name = self.string()?;
            if !self.take(':') {
                return Err(NoObject);
            }
            if n_bytes > 0 {
                key.push('.');
            }
            key.push_str(&name);
            self.value(key, is_listed, depth + 1)?;
            key.truncate(n_bytes);
            if self.take('}') {
                return Ok(());
            }
            if !self.take(',') {
                return Err(NoObject);
            }
        }
    }

    fn elements(&mut self, key: &mut String, depth: usize) -> Result<(), NoObject> {
        self.rest = &self.rest[1..];
        if self.take(']') {
            return Ok(());
        }
        loop {
            self.value(key, true, depth + 1)?;
            if self.take(']') {
                return Ok(());
            }
            if !self.take(',') {
                return Err(NoObject);
            }
        }
    }

    fn string(&mut self) -> Result<String, NoObject> {
        let inside = self.rest.strip_prefix('"').ok_or(NoObject)?;
        let mut text = String::new();
        let mut at = 0;
        loop {
            let mark =
                at + memchr::memchr2(b'"', b'\\', &inside.as_bytes()[at..]).ok_or(NoObject)?;
            let plain = &inside[at..mark];
            if plain.bytes().any(|byte| byte < 0x20) {
                return Err(NoObject);
            }
            text.push_str(plain);
            if inside.as_bytes()[mark] == b'"' {
                self.rest = &inside[mark + 1..];
                return Ok(text);
            }
            let (letter, n_bytes) = escaped(&inside[mark..])?;
            text.push(letter);
            at = mark + n_bytes;
        }
    }

    /// Reads a number, as it is written, or `true`, `false` or `null`.
    fn word(&mut self, key: &str, is_listed: bool) -> Result<(), NoObject> {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
        let n_bytes = self.rest.find(|letter| !is_part(letter)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(n_bytes);
        self.rest = rest;
        match word {
            "null" => Ok(()),
            "true" | "false" => self.cell(key, word.to_owned(), is_listed),
            _ if is_number(word) => self.cell(key, word.to_owned(), is_listed),
            _ => Err(NoObject),
        }
    }

    /// Adds a value. A key that stands twice is an error: which of the two is meant?
    fn cell(&mut self, key: &str, value: String, is_listed: bool) -> Result<(), NoObject> {
        match self.object.cells.iter_mut().find(|(known, _)| known == key) {
            Some((_, values)) if is_listed => {
                values.push_str(VALUES_PARTED_BY);
                values.push_str(&value);
            }
            Some(_) => return Err(NoObject),
            None => self.object.cells.push((key.to_owned(), value)),
        }
        Ok(())
    }
}

/// Reads an escape, and tells how many bytes it takes.
fn escaped(text: &str) -> Result<(char, usize), NoObject> {
    let letter = match text.as_bytes().get(1) {
        Some(b'u') => return escaped_unicode(text),
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(&mark @ (b'"' | b'\\' | b'/')) => char::from(mark),
        _ => return Err(NoObject),
    };
    Ok((letter, 2))
}

fn escaped_unicode(text: &str) -> Result<(char, usize), NoObject> {
    let unit = |at: usize| {
        let digits = text
            .get(at..at + 4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        digits.and_then(|digits| u32::from_str_radix(digits, 16).ok())
    };
    let first = unit(2).ok_or(NoObject)?;
    if let Some(letter) = char::from_u32(first) {
        return Ok((letter, 6));
    }
    // The first half of a pair, as UTF-16 has them.
    let second = text.get(6..8).filter(|mark| *mark == "\\u").and_then(|_| unit(8));
    let second = second.filter(|second| (0xdc00..0xe000).contains(second) && first < 0xdc00);
    let pair = second.map(|second| 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
    pair.and_then(char::from_u32).map(|letter| (letter, 12)).ok_or(NoObject)
}

fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match word.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (word, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent
            .is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Vec<(String, String)> {
        object(text).unwrap().cells
    }

    #[test]
    fn values_stay_as_they_are_written_and_nests_become_one_level() {
        let text = r#"{"id":12345678901234567890,"clv":12.10,"zip":"01067","a":{"b":{"c":true}},
            "mails":["a@b.de","c@d.de"],"phones":[{"n":"1"},{"n":"2"}],"none":null,"empty":[]}"#;
        let expected = [
            ("id", "12345678901234567890"),
            ("clv", "12.10"),
            ("zip", "01067"),
            ("a.b.c", "true"),
            ("mails", "a@b.de; c@d.de"),
            ("phones.n", "1; 2"),
        ];
        assert_eq!(check(text), expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }

    #[test]
    fn escapes_are_read_as_serde_reads_them() {
        let text = r#"{"a":"\"\\\/\b\f\n\r\t\u00fc\ud83d\ude00é"}"#;
        let expected: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(check(text)[0].1, expected["a"].as_str().unwrap());
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in [
            "",
            "1",
            "[]",
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1} x",
            "{\"a\":01}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":1,\"a\":2}",
            "{\"a\":\"\n\"}",
            "{'a':1}",
            "{\"a\":nul}",
            "{\"a\":1.}",
            "{\"a\":+1}",
            "{\"a\":\"x",
        ] {
            assert_eq!(object(text), Err(NoObject), "{text}");
        }
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(9_999), "]".repeat(9_999));
        assert_eq!(object(&deep), Err(NoObject));
    }

    proptest::proptest! {
        #[test]
        fn an_object_is_one_where_serde_says_so(text in "[{}\\[\\]\":,0-9a-e.\\-\\\\ u]{0,12}") {
            let text = format!("{{\"k\":{text}}}");
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            let ours = object(&text);
            // Keys that stand twice are refused here alone.
            proptest::prop_assert!(ours.is_err() || theirs.is_ok(), "{}", text);
            if let Ok(value) = theirs {
                let again: serde_json::Value = serde_json::from_str(&value.to_string()).unwrap();
                proptest::prop_assert!(again.to_string().len() < text.len() || ours.is_ok() || has_twin(&text), "{}", text);
            }
        }
    }

    /// A key may stand twice in such a text.
    fn has_twin(text: &str) -> bool {
        text.matches(':').count() > 1
    }
}
