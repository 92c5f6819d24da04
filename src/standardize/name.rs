//! Who is named, and how is the name written?

use std::borrow::Cow;
use std::sync::LazyLock;

use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

use super::name_words::{COMPANY_WORDS, JUNK, PARTICLES, SALUTATIONS, SUFFIXES};
use super::note::Cell;
use super::text;
use crate::terms::Rule;

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
    let is_stray = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '_' | '*' | '/');
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

/// Tells whether a name was typed to get past a mandatory field.
pub(super) fn is_junk(text: &str) -> bool {
    // `Null` and `Na` are names of people; `NULL` and `null` are no one's.
    if matches!(text, "NULL" | "null" | "NaN" | "nan" | "None" | "none" | "NONE") {
        return true;
    }
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() || !bare.chars().any(char::is_alphabetic) {
        return true;
    }
    if bare.len() > 24 || !bare.is_ascii() {
        return is_one_letter_over_and_over(bare);
    }
    let mut small = [0; 24];
    for (place, byte) in bare.bytes().enumerate() {
        small[place] = byte.to_ascii_lowercase();
    }
    let small = std::str::from_utf8(&small[..bare.len()]).unwrap_or(bare);
    // `asdf asdf`, `test user`
    let is_word = |word: &str| JUNK.binary_search(&word).is_ok();
    is_word(small)
        || is_one_letter_over_and_over(bare)
        || (small.contains(' ') && small.split(' ').all(|word| word.len() > 2 && is_word(word)))
}

/// Names that stand for anybody: for forms, for courts, for ducks.
const ANYBODY: [&str; 8] = [
    "donald duck",
    "erika mustermann",
    "jane doe",
    "john doe",
    "john q. public",
    "max mustermann",
    "mickey mouse",
    "monika mustermann",
];

/// Tells whether a whole name is one that stands for anybody.
pub(super) fn is_anybody(first: &str, last: &str) -> bool {
    first.len() + last.len() < 20
        && ANYBODY.binary_search(&format!("{first} {last}").to_lowercase().as_str()).is_ok()
}

/// `John & Jane`, `Herr und Frau`: two people in one row.
pub(super) fn names_two_people(first: &str, middle: Option<&str>) -> bool {
    let is_and = |word: &str| matches!(word, "&" | "+" | "and" | "und" | "et" | "And" | "Und");
    first.split(' ').skip(1).chain(middle.unwrap_or("").split(' ')).any(is_and)
        || matches!(first, "und" | "Und" | "and" | "And" | "&")
}

/// Given names and family names that are known for being the one and not the other.
static KNOWN: LazyLock<[HashSet<&'static str, FxBuildHasher>; 2]> = LazyLock::new(|| {
    // The names that invented people have are those of most real ones too.
    const FILES: [&str; 8] = [
        include_str!("../synth/names/us.csv"),
        include_str!("../synth/names/de.csv"),
        include_str!("../synth/names/gb.csv"),
        include_str!("../synth/names/fr.csv"),
        include_str!("../synth/names/es.csv"),
        include_str!("../synth/names/it.csv"),
        include_str!("../synth/names/nl.csv"),
        include_str!("../synth/names/pl.csv"),
    ];
    let mut known = [HashSet::default(), HashSet::default()];
    for line in FILES.iter().flat_map(|file| file.lines().skip(1)) {
        let mut cells = line.split(',');
        let kind = cells.next().unwrap_or("");
        let place = usize::from(kind == "s");
        if let (Some(name), "f" | "m" | "s") = (cells.next(), kind) {
            known[place].insert(name);
        }
    }
    known
});

/// Tells whether the given name is only ever a family name and the family name a given one.
pub(super) fn is_swapped(first: &str, last: &str) -> bool {
    let [given, family] = &*KNOWN;
    given.contains(last)
        && family.contains(first)
        && !given.contains(first)
        && !family.contains(last)
}

/// `aaa`, `xxxx`; two letters alike can be initials or a name, such as `Oo`.
fn is_one_letter_over_and_over(text: &str) -> bool {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return true };
    // Three Roman ones are the third of his name.
    let n_more = letters.clone().count();
    n_more >= 2 && first != 'I' && letters.all(|letter| letter.eq_ignore_ascii_case(&first))
}

/// Tells whether a legal form of a company stands in a name.
pub(super) fn is_company(text: &str) -> bool {
    text.len() > 4
        && text.split_whitespace().skip(1).any(|word| {
            let word = word.trim_matches([',', '(', ')']);
            word.len() <= 16 && COMPANY_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
        })
}

/// Parts a whole name: `MÜLLER, Anna Maria`, `Dr. Anna Maria van der Berg Jr.`, `山田太郎`.
pub(super) fn split(whole: &str) -> Name<'static> {
    let mut name = Name::default();
    if let Some((last, rest)) = whole.split_once(',') {
        let (last, rest) = (last.trim(), rest.trim());
        if is_suffix(rest) {
            name = split(last);
            name.suffix = owned(rest);
            return name;
        }
        // `Smith, John, Jr.`
        let (rest, suffix) = match rest.rsplit_once(',') {
            Some((given, suffix)) if is_suffix(suffix.trim()) => (given.trim(), suffix.trim()),
            _ => (rest, ""),
        };
        if !last.is_empty() && !rest.is_empty() && !rest.contains(',') {
            name.suffix = owned(suffix);
            let mut given: Vec<&str> = rest.split_whitespace().collect();
            take_salutation(&mut given, &mut name);
            take_suffix(&mut given, &mut name);
            let mut family: Vec<&str> = last.split_whitespace().collect();
            take_salutation(&mut family, &mut name);
            take_suffix(&mut family, &mut name);
            name.last = owned(&family.join(" "));
            give(&given, &mut name);
            return name;
        }
    }
    let mut words: Vec<&str> = whole.split_whitespace().collect();
    take_salutation(&mut words, &mut name);
    take_suffix(&mut words, &mut name);
    match words[..] {
        [] => {}
        // One word is a family name, or a name that has no parts.
        [only] => name.last = owned(only),
        _ => {
            // The family name begins with its particle: `Anna van der Berg`.
            let start = (1..words.len() - 1)
                .find(|&place| is_particle(words[place]))
                .unwrap_or(words.len() - 1);
            give(&words[..start], &mut name);
            name.last = owned(&words[start..].join(" "));
        }
    }
    name
}

fn give(given: &[&str], name: &mut Name<'_>) {
    if let [first, middle @ ..] = given {
        name.first = owned(first);
        name.middle = owned(&middle.join(" "));
    }
}

fn owned(text: &str) -> Option<Cow<'static, str>> {
    (!text.is_empty()).then(|| Cow::Owned(text.to_owned()))
}

/// Moves forms of address from the head of the given name, and suffixes from the end of either,
/// to cells of their own. Tells whether it did.
pub(super) fn take_titles(name: &mut Name<'_>) -> bool {
    let mut moved = false;
    if let Some(first) = &name.first
        && first.contains([' ', '.'])
    {
        let mut words: Vec<&str> = first.split_whitespace().collect();
        let n_words = words.len();
        let mut taken = Name::default();
        take_salutation(&mut words, &mut taken);
        take_suffix(&mut words, &mut taken);
        if words.len() < n_words && !words.is_empty() {
            let rest = owned(&words.join(" "));
            name.first = rest;
            keep(&mut name.salutation, taken.salutation);
            keep(&mut name.suffix, taken.suffix);
            moved = true;
        }
    }
    if let Some(last) = &name.last
        && last.contains(' ')
    {
        let bare = last.replace(',', " ");
        let mut words: Vec<&str> = bare.split_whitespace().collect();
        let n_words = words.len();
        let mut taken = Name::default();
        take_suffix(&mut words, &mut taken);
        // In a family name only what can be nothing else: `Dr. Smith`, and not `Pan Li`.
        if words.first().is_some_and(|word| is_clear_salutation(word)) {
            take_salutation(&mut words, &mut taken);
        }
        if words.len() < n_words && !words.is_empty() {
            let rest = owned(&words.join(" "));
            name.last = rest;
            keep(&mut name.salutation, taken.salutation);
            keep(&mut name.suffix, taken.suffix);
            moved = true;
        }
    }
    moved
}

fn keep(own: &mut Option<Cow<'_, str>>, taken: Option<Cow<'static, str>>) {
    if own.is_none() {
        *own = taken;
    }
}

fn take_salutation(words: &mut Vec<&str>, name: &mut Name<'_>) {
    let n_titles = words.iter().take_while(|word| is_salutation(word)).count();
    if n_titles > 0 && n_titles < words.len() {
        let titles = words.drain(..n_titles).collect::<Vec<_>>().join(" ");
        keep(&mut name.salutation, owned(&titles));
    }
}

fn take_suffix(words: &mut Vec<&str>, name: &mut Name<'_>) {
    let n_suffixes = words.iter().rev().take_while(|word| is_suffix(word)).count();
    if n_suffixes > 0 && n_suffixes < words.len() {
        let suffixes = words.split_off(words.len() - n_suffixes).join(" ");
        keep(&mut name.suffix, owned(suffixes.trim_matches(',')));
    }
}

fn is_salutation(word: &str) -> bool {
    let bare = word.trim_end_matches('.');
    SALUTATIONS.iter().any(|known| known.eq_ignore_ascii_case(bare))
}

fn is_clear_salutation(word: &str) -> bool {
    const CLEAR: [&str; 13] = [
        "Dr", "Frau", "Herr", "Herrn", "Madame", "Mevr", "Mme", "Monsieur", "Mr", "Mrs", "Ms",
        "Prof", "Señora",
    ];
    let bare = word.trim_end_matches('.');
    CLEAR.iter().any(|known| known.eq_ignore_ascii_case(bare))
}

fn is_suffix(word: &str) -> bool {
    let bare = word.trim_matches(['.', ',']);
    // `Ma` and `Do` are family names; `M.A.` and `MA` are degrees, so case is kept where short.
    SUFFIXES.iter().any(|known| {
        *known == bare
            || (known.len() > 2 || *known == "Jr" || *known == "Sr")
                && known.eq_ignore_ascii_case(bare)
    })
}

fn is_particle(word: &str) -> bool {
    PARTICLES.iter().any(|known| known.eq_ignore_ascii_case(word))
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

/// The sharp s has no capital that keyboards know, so it tells nothing.
fn case_of(text: &str) -> Option<Case> {
    let (mut has_upper, mut has_lower) = (false, false);
    for c in text.chars().filter(|c| *c != 'ß') {
        has_upper |= c.is_uppercase();
        has_lower |= c.is_lowercase();
    }
    match (has_upper, has_lower) {
        (true, false) => Some(Case::Upper),
        (false, true) => Some(Case::Lower),
        _ => None,
    }
}

/// Writes a word with a capital after each hyphen and apostrophe, and after `Mc`.
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
    match small.strip_prefix("mc") {
        Some(rest) if rest.len() >= 3 && rest.starts_with(|c: char| c.is_ascii_lowercase()) => {
            out.push('c');
            push_capitalised(rest, out);
        }
        _ => out.push_str(letters.as_str()),
    }
}

#[cfg(test)]
#[path = "name_tests.rs"]
mod tests;
