//! Is the text clean: composed, visible, without stray space and wrongly read letters?

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::mojibake;
use super::note::Cell;
use crate::terms::Rule;

/// Words that stand for an empty cell, in small letters.
const NULL_WORDS: [&str; 26] = [
    "#n/a",
    "#name?",
    "#null!",
    "#ref!",
    "#value!",
    "#div/0!",
    "(leer)",
    "(no value)",
    "(none)",
    "(null)",
    "-",
    "--",
    "---",
    ".",
    "..",
    "...",
    "<null>",
    "?",
    "??",
    "[null]",
    "n.a.",
    "n/a",
    "n/v",
    "nan",
    "null",
    "undefined",
];

/// Gives the text in Unicode's composed form, white space collapsed, invisible characters
/// removed, wrongly read letters mended; nothing where it is empty or a word for empty.
pub(super) fn clean<'a>(raw: &'a str, cell: &mut Cell<'_>) -> Option<Cow<'a, str>> {
    let text = tidy(raw, cell)?;
    if is_null_word(&text) {
        cell.repaired(Rule::NullWord);
        return None;
    }
    Some(text)
}

/// Does the same and keeps words for empty: `Null` and `Nan` are names of people.
pub(super) fn tidy<'a>(raw: &'a str, cell: &mut Cell<'_>) -> Option<Cow<'a, str>> {
    let trimmed = raw.trim();
    if trimmed.is_empty() {
        return None;
    }
    if is_plain(trimmed.as_bytes()) {
        return Some(Cow::Borrowed(trimmed));
    }
    let mut text = Cow::Borrowed(trimmed);
    // Each step can make room for another (a composed letter completes a mangled pair), so they
    // are repeated until the text rests; it does after two rounds but for invented text.
    for _ in 0..8 {
        let mended = match mojibake::mended(&text) {
            Some(mended) => {
                cell.repaired(Rule::Mojibake);
                mended
            }
            None if is_settled(&text) => break,
            None => text.clone().into_owned(),
        };
        let (settled, had_invisible) = settled(&mended);
        if had_invisible {
            cell.repaired(Rule::TextControl);
        }
        if settled == *text {
            break;
        }
        text = Cow::Owned(settled);
    }
    if text.contains('\u{fffd}') {
        cell.found(Rule::TextLost);
    }
    (!text.is_empty()).then_some(text)
}

/// Tells whether the text is a word for an empty cell.
pub(super) fn is_null_word(text: &str) -> bool {
    // Nearly every cell begins otherwise, and each is asked.
    let may_be = matches!(
        text.as_bytes().first(),
        Some(b'#' | b'(' | b'-' | b'.' | b'<' | b'?' | b'[' | b'n' | b'N' | b'u' | b'U')
    );
    may_be && text.len() <= 10 && NULL_WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Most cells are ASCII without a double space: nothing to do, nothing to copy. Without a way out
/// midway the loops take sixteen bytes at once.
fn is_plain(text: &[u8]) -> bool {
    let is_visible = text.iter().fold(true, |so_far, byte| so_far & (b' '..=b'~').contains(byte));
    let pairs = text.iter().zip(text.iter().skip(1));
    is_visible && !pairs.fold(false, |so_far, (a, b)| so_far || *a == b' ' && *b == b' ')
}

/// Characters that the eye does not see; the joiners of Persian and Indic scripts are spared.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Tells whether `settled` would give the text as it is, as far as that can be told at a glance.
fn is_settled(text: &str) -> bool {
    let mut before = ' ';
    let is_fine = |c: char| {
        let before = std::mem::replace(&mut before, c);
        !is_invisible(c) && (!c.is_whitespace() || c == ' ' && before != ' ')
    };
    text.chars().all(is_fine) && before != ' ' && is_nfc_quick(text.chars()) == IsNormalized::Yes
}

fn settled(text: &str) -> (String, bool) {
    let mut settled = String::with_capacity(text.len());
    let mut had_invisible = false;
    let visible = text.chars().filter(|c| {
        had_invisible |= is_invisible(*c);
        !is_invisible(*c)
    });
    for c in visible.nfc() {
        if c.is_whitespace() {
            if !settled.is_empty() && !settled.ends_with(' ') {
                settled.push(' ');
            }
        } else {
            settled.push(c);
        }
    }
    settled.truncate(settled.trim_end().len());
    (settled, had_invisible)
}

/// Gives the form by which names of countries, regions and languages are looked up: small
/// letters and digits without marks.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        for byte in text.bytes() {
            push_folded(char::from(byte), &mut folded);
        }
    } else {
        for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
            c.to_lowercase().for_each(|c| push_folded(c, &mut folded));
        }
    }
    folded
}

fn push_folded(c: char, folded: &mut String) {
    match c {
        '&' => folded.push_str("and"),
        'ß' => folded.push_str("ss"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' => folded.push('d'),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        c if c.is_ascii_alphanumeric() => folded.push(c.to_ascii_lowercase()),
        c if c.is_alphanumeric() => folded.push(c),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::standardize::note::Notes;

    fn cleaned(raw: &str) -> (Option<String>, Vec<Rule>) {
        let mut notes = Notes::default();
        let text = clean(raw, &mut notes.at(0, "city")).map(Cow::into_owned);
        (text, notes.rules())
    }

    #[test]
    fn text_comes_out_composed_visible_and_without_stray_space() {
        let check = |raw, expected: &str| assert_eq!(cleaned(raw).0.as_deref(), Some(expected));
        check("  Unter   den\tLinden ", "Unter den Linden");
        check("Mu\u{308}ller", "Müller");
        check("An\u{200b}na\u{a0}Lind", "Anna Lind");
        check("\u{feff}Anna", "Anna");
        check("علی\u{200c}رضا", "علی\u{200c}رضا");
    }

    #[test]
    fn words_for_empty_are_empty_and_recorded() {
        assert!(NULL_WORDS.iter().all(|word| is_null_word(word)));
        for word in ["N/A", "#N/A", "(No value)", "NULL", "-", "nan", "?"] {
            assert_eq!(cleaned(word), (None, vec![Rule::NullWord]), "{word}");
        }
        for empty in ["", "  ", "\u{a0}"] {
            assert_eq!(cleaned(empty), (None, vec![]));
        }
    }

    #[test]
    fn a_wrong_reading_is_undone_as_often_as_it_was_made() {
        assert_eq!(cleaned("MÃƒÂ¼ller").0.as_deref(), Some("Müller"), "read wrongly twice");
        assert_eq!(cleaned("Å\u{81}ukasz").0.as_deref(), Some("Łukasz"));
        assert_eq!(cleaned("M\u{fffd}ller").1, [Rule::TextLost]);
    }

    #[test]
    fn folding_forgets_marks_case_and_signs() {
        assert_eq!(folded("Côte d'Ivoire"), "cotedivoire");
        assert_eq!(folded("Trinidad & Tobago"), "trinidadandtobago");
        assert_eq!(folded("U.S.A."), "usa");
        assert_eq!(folded("Österreich"), "osterreich");
        assert_eq!(folded("日本"), "日本");
    }

    proptest! {
        #[test]
        fn what_looks_settled_is(text in "[ -~ÃÂ¼©äöü\u{300}\u{308}\u{a0}\u{200b}가\u{1100}\u{1161}€]{0,12}") {
            if is_settled(&text) {
                prop_assert_eq!(settled(&text), (text, false));
            }
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(raw in "\\PC*|[ -~ÃÂ¼©äöü\u{300}\u{308}\u{a0}€]{0,12}") {
            if let Some(once) = cleaned(&raw).0 {
                prop_assert_eq!(cleaned(&once).0, Some(once));
            }
        }
    }
}
