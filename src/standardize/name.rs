//! Who is named, and how is the name written?

use std::borrow::Cow;
use std::sync::LazyLock;

use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

use super::junk::is_junk;
use super::name_words::{COMPANY_WORDS, MAC_NAMES, PARTICLES};
use super::note::Cell;
use super::text;
use crate::terms::{Rule, names};

/// The cells of a row that name a person.
#[derive(Debug, Default, Clone)]
pub(super) struct Name<'a> {
    pub(super) salutation: Option<Cow<'a, str>>,
    pub(super) first: Option<Cow<'a, str>>,
    pub(super) middle: Option<Cow<'a, str>>,
    pub(super) last: Option<Cow<'a, str>>,
    pub(super) suffix: Option<Cow<'a, str>>,
}

/// Gives a part of a name clean; nothing where it is a filler or no name at all.
pub(super) fn part<'a>(raw: &'a str, cell: &mut Cell<'_>) -> Option<Cow<'a, str>> {
    let text = text::tidy(raw, cell)?;
    // Quotes that stand in pairs hold a nickname.
    let has_pairs = text.contains('"') && text.matches('"').count() % 2 == 0;
    let is_stray = |c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | '_' | '*' | '/') || c == '"' && !has_pairs
    };
    let text = match text.trim_matches(is_stray) {
        bare if bare.len() == text.len() => text,
        bare => Cow::Owned(bare.to_owned()),
    };
    if text.contains('@') {
        cell.found(Rule::NameIsContact);
        return None;
    }
    if is_junk(&text) {
        cell.found(Rule::NameJunk);
        return None;
    }
    if text.bytes().any(|byte| byte.is_ascii_digit()) {
        cell.found(Rule::NameDigits);
    }
    Some(text)
}

/// Names that stand for anybody: for forms, for courts, for ducks.
const ANYBODY: [(&str, &str); 12] = [
    ("donald", "duck"),
    ("erika", "mustermann"),
    ("jane", "doe"),
    ("jane", "roe"),
    ("john", "doe"),
    ("john q.", "public"),
    ("john", "q. public"),
    ("john", "roe"),
    ("max", "mustermann"),
    ("mickey", "mouse"),
    ("minnie", "mouse"),
    ("monika", "mustermann"),
];

/// Tells whether a whole name is one that stands for anybody.
pub(super) fn is_anybody(first: &str, last: &str) -> bool {
    let is_named = |(given, family): &(&str, &str)| {
        given.eq_ignore_ascii_case(first) && family.eq_ignore_ascii_case(last)
    };
    ANYBODY.iter().any(is_named)
}

/// `John & Jane`: two people in one row.
pub(super) fn names_two_people(first: &str, middle: Option<&str>) -> bool {
    let is_and = |word: &str| matches!(word, "&" | "+" | "and" | "und" | "et" | "And" | "Und");
    first.split(' ').skip(1).chain(middle.unwrap_or("").split(' ')).any(is_and)
        || matches!(first, "und" | "Und" | "and" | "And" | "&")
}

/// Given names and family names that are known for being the one and not the other.
static KNOWN: LazyLock<[HashSet<&'static str, FxBuildHasher>; 2]> = LazyLock::new(|| {
    const LISTS: [&str; 8] =
        [names::US, names::DE, names::GB, names::FR, names::ES, names::IT, names::NL, names::PL];
    [&["f", "m"][..], &["s"]]
        .map(|kinds| LISTS.iter().flat_map(|list| names::of_kinds(list, kinds)).collect())
});

/// Tells whether the given name is only ever a family name and the family name a given one.
pub(super) fn is_swapped(first: &str, last: &str) -> bool {
    let [given, family] = &*KNOWN;
    given.contains(last)
        && family.contains(first)
        && !given.contains(first)
        && !family.contains(last)
}

/// Tells whether a legal form of a company stands in a name.
pub(super) fn is_company(text: &str) -> bool {
    text.len() > 4
        && text.split_whitespace().skip(1).any(|word| {
            let word = word.trim_matches([',', '(', ')']);
            word.len() <= 16 && COMPANY_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
        })
}

/// Tells whether a word opens a family name and is written small.
pub(super) fn is_particle(word: &str) -> bool {
    word.len() <= 8 && PARTICLES.binary_search(&word.to_lowercase().as_str()).is_ok()
}

/// Gives the name as names are written where it was in one case throughout; nothing elsewhere.
/// `companion` is the other part of the name: two letters alone may be initials.
pub(super) fn in_case(text: &str, companion: Option<&str>) -> Option<String> {
    let case = case_of(text)?;
    let n_letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let is_clear = match case {
        Case::Upper => {
            n_letters >= 3
                || companion.is_some_and(|other| {
                    matches!(case_of(other), Some(Case::Upper)) && other.len() >= 3
                })
        }
        Case::Lower => n_letters >= 2 && !is_particle(text),
    };
    if !is_clear {
        return None;
    }
    let mut written = String::with_capacity(text.len());
    let n_words = text.split(' ').count();
    for (place, word) in text.split(' ').enumerate() {
        if place > 0 {
            written.push(' ');
        }
        if is_particle(word) && place + 1 < n_words {
            written.push_str(&word.to_lowercase());
        } else if matches!(case, Case::Upper) && matches!(word, "II" | "III" | "IV" | "VI" | "VII")
        {
            written.push_str(word);
        } else {
            push_word(word, &mut written);
        }
    }
    (written != text).then_some(written)
}

enum Case {
    Upper,
    Lower,
}

/// The sharp s has no capital that keyboards know, so it tells nothing; Georgian has capitals for
/// headlines only.
fn case_of(text: &str) -> Option<Case> {
    let (mut has_upper, mut has_lower) = (false, false);
    if text.is_ascii() {
        for byte in text.bytes() {
            has_upper |= byte.is_ascii_uppercase();
            has_lower |= byte.is_ascii_lowercase();
        }
    } else {
        if text.contains(|c| matches!(c, '\u{10a0}'..='\u{10ff}' | '\u{1c90}'..='\u{1cbf}')) {
            return None;
        }
        for c in text.chars().filter(|c| *c != 'ß') {
            has_upper |= c.is_uppercase();
            has_lower |= c.is_lowercase();
        }
    }
    match (has_upper, has_lower) {
        (true, false) => Some(Case::Upper),
        (false, true) => Some(Case::Lower),
        _ => None,
    }
}

/// Writes a word with a capital after each hyphen and apostrophe, and after `Mc` and `Mac`.
fn push_word(word: &str, out: &mut String) {
    let mut rest = word;
    loop {
        let end = rest.find(['-', '\'', '’', '.', '(', '/']);
        let part = &rest[..end.unwrap_or(rest.len())];
        push_capitalised(part, out);
        let Some(end) = end else { return };
        let mark = rest[end..].chars().next().map_or(1, char::len_utf8);
        out.push_str(&rest[end..end + mark]);
        rest = &rest[end + mark..];
        // `d'Angelo's`: one letter after an apostrophe is an ending.
        if matches!(rest, "s" | "S") {
            out.push('s');
            return;
        }
    }
}

fn push_capitalised(part: &str, out: &mut String) {
    // Turkish: the dot of the capital is the dot of the small letter.
    let small = part.replace('İ', "i").to_lowercase();
    let mut letters = small.chars();
    let Some(first) = letters.next() else { return };
    let mut capital = first.to_uppercase();
    match (capital.next(), capital.next()) {
        _ if part.starts_with('İ') => out.push('İ'),
        (Some(capital), None) => out.push(capital),
        // A ligature would become two letters.
        _ => out.push(first),
    }
    let of_clan = small.strip_prefix("mac").filter(|rest| MAC_NAMES.binary_search(rest).is_ok());
    match (small.strip_prefix("mc"), of_clan) {
        (Some(rest), _)
            if rest.len() >= 3 && rest.starts_with(|c: char| c.is_ascii_lowercase()) =>
        {
            out.push('c');
            push_capitalised(rest, out);
        }
        (_, Some(rest)) => {
            out.push_str("ac");
            push_capitalised(rest, out);
        }
        _ => out.push_str(letters.as_str()),
    }
}

#[cfg(test)]
#[path = "name_tests.rs"]
mod tests;
