//! Which parts has a whole name?
//!
//! Titles, generations and nicknames stand apart; a family name begins with its particle, or
//! before the `y` that joins two of them; a comma puts the family name first.

use std::borrow::Cow;
use std::sync::LazyLock;

use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

use super::name::{Name, is_particle};
use super::name_words::CAPITAL_PARTICLES;
use super::title;
use crate::terms::names;

/// Parts a whole name: `MÜLLER, Anna Maria`, `Dr. Anna Maria van der Berg Jr.`, `山田太郎`.
pub(super) fn split(whole: &str) -> Name<'static> {
    let bare = without_nickname(whole);
    let parts: Vec<&str> = bare
        .split(',')
        .map(str::trim)
        .filter(|part| part.contains(char::is_alphanumeric))
        .collect();
    let [name, behind @ ..] = &parts[..] else { return Name::default() };
    let is_whole = name.contains(' ');
    let n_suffixes = behind.iter().take_while(|part| title::are_suffixes(part, is_whole)).count();
    let rest = &behind[n_suffixes..];
    // `John P. Doe, Jr., CLU, LUTC`: what follows a degree in capitals is another.
    let are_behind = || rest.iter().all(|part| is_behind(name, part));
    if !(rest.is_empty() || is_whole && n_suffixes > 0 && are_behind()) {
        return family_first(name, behind);
    }
    let mut parted = in_order(name);
    add(&mut parted.suffix, &behind.join(", "));
    parted
}

/// A degree, or letters that look like one that nobody here knows, behind a name that is not in
/// capitals itself.
fn is_behind(name: &str, text: &str) -> bool {
    let is_letters = (2..=8).contains(&text.len())
        && text.chars().all(|c| c.is_uppercase() || matches!(c, '.' | '-' | ' '));
    title::are_suffixes(text, true) || is_letters && name.contains(char::is_lowercase)
}

/// Parts `Smith Jr., Dr. John A., PhD`.
fn family_first(before: &str, behind: &[&str]) -> Name<'static> {
    let mut name = Name::default();
    let mut family: Vec<&str> = before.split_whitespace().collect();
    take_titles(&mut family, &mut name);
    take_suffixes(&mut family, &mut name);
    let mut given: Vec<&str> = Vec::new();
    for (place, part) in behind.iter().enumerate() {
        let is_suffix = title::are_suffixes(part, !given.is_empty() || place > 0)
            || !given.is_empty() && is_behind(before, part)
            || title::are_suffixes(part, true) && behind.len() > 1;
        if is_suffix {
            add(&mut name.suffix, part);
        } else {
            given.extend(part.split_whitespace());
        }
    }
    take_titles(&mut given, &mut name);
    take_suffixes(&mut given, &mut name);
    // `Beethoven, Ludwig van`
    let n_particles = given.iter().rev().take_while(|word| is_particle(word)).count();
    if n_particles < given.len() {
        let start = given.len() - n_particles;
        if given[start..].iter().all(|word| word.starts_with(char::is_lowercase)) {
            family.splice(0..0, given.drain(start..));
        }
    }
    name.last = owned(&family.join(" "));
    give(&given, &mut name);
    name
}

/// Parts a name whose family name stands last, or first where it is written in Han or Hangul.
fn in_order(text: &str) -> Name<'static> {
    let mut name = Name::default();
    let mut words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| word.contains(char::is_alphanumeric) || matches!(*word, "&" | "+"))
        .collect();
    // `Anna Müller geb. Schmidt`
    let is_maiden = |word: &&str| matches!(*word, "geb." | "geb" | "geborene" | "née" | "nee");
    if let Some(place) = words.iter().position(is_maiden).filter(|place| *place > 1) {
        words.truncate(place);
    }
    let is_given_only = take_titles(&mut words, &mut name);
    if words.len() > 2 && words.last().is_some_and(|word| title::is_title_behind(word)) {
        add(&mut name.salutation, words.pop().unwrap_or_default());
    }
    take_suffixes(&mut words, &mut name);
    match words[..] {
        [] => {}
        [only] if is_given_only => name.first = owned(only),
        // One word is a family name, or a name that has no parts.
        [only] => name.last = owned(only),
        [family, given] if is_east_asian(family) && is_east_asian(given) => {
            name.first = owned(given);
            name.last = owned(family);
        }
        _ => {
            let start = family_start(&words);
            give(&words[..start], &mut name);
            name.last = owned(&words[start..].join(" "));
        }
    }
    name
}

fn is_east_asian(word: &str) -> bool {
    word.chars().all(|c| {
        matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '々' | '\u{20000}'..='\u{323af}')
    })
}

/// Gives the place of the first word of the family name, never the first of all.
fn family_start(words: &[&str]) -> usize {
    let last = words.len() - 1;
    let particle = (1..last).find(|&place| opens_family(words[place]));
    // `Juan Velasquez y Garcia`, `Antoni Gaudí i Cornet`
    let joined = (2..last).find(|&place| matches!(words[place], "y" | "i" | "e" | "Y"));
    match (particle, joined) {
        (Some(particle), Some(joined)) => particle.min(joined - 1),
        (Some(particle), None) => particle,
        (None, Some(joined)) => joined - 1,
        (None, None) if last > 1 && is_double(words[last - 1], words[last]) => last - 1,
        (None, None) => last,
    }
}

/// `van`; `Heijdanus-De`, whose second name goes on.
fn opens_family(word: &str) -> bool {
    let bare = word.trim_end_matches('.');
    let is_opener = !bare.eq_ignore_ascii_case("y")
        && (is_particle(bare)
            || CAPITAL_PARTICLES.binary_search(&bare.to_lowercase().as_str()).is_ok());
    is_opener || word.rsplit_once('-').is_some_and(|(_, end)| is_particle(end))
}

/// Tells whether both words are family names of Spain, where everybody has two.
fn is_double(one: &str, two: &str) -> bool {
    static FAMILIES: LazyLock<HashSet<&'static str, FxBuildHasher>> = LazyLock::new(|| {
        let given: HashSet<_> = names::of_kinds(names::ES, &["f", "m"]).collect();
        names::of_kinds(names::ES, &["s"]).filter(|name| !given.contains(name)).collect()
    });
    FAMILIES.contains(one) && FAMILIES.contains(two)
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
pub(super) fn part_titles(name: &mut Name<'_>) -> bool {
    let mut taken = Name::default();
    let mut is_moved = false;
    if let Some(first) = name.first.as_deref().filter(|first| first.contains([' ', '.'])) {
        let mut words: Vec<&str> = first.split_whitespace().collect();
        let n_words = words.len();
        take_titles(&mut words, &mut taken);
        take_suffixes(&mut words, &mut taken);
        if words.len() < n_words {
            name.first = owned(&words.join(" "));
            is_moved = true;
        }
    }
    if let Some(last) = name.last.as_deref().filter(|last| last.contains(' ')) {
        let bare = last.replace(',', " ");
        let mut words: Vec<&str> = bare.split_whitespace().collect();
        let n_words = words.len();
        take_suffixes(&mut words, &mut taken);
        // In a family name only what can be nothing else: `Dr. Smith`, and not `Pan Li`.
        if words.first().is_some_and(|word| title::is_clear_title(word)) {
            take_titles(&mut words, &mut taken);
        }
        if words.len() < n_words {
            name.last = owned(&words.join(" "));
            is_moved = true;
        }
    }
    name.salutation = name.salutation.take().or(taken.salutation);
    name.suffix = name.suffix.take().or(taken.suffix);
    is_moved
}

/// Takes the titles; tells whether a single word after them is a given name.
fn take_titles(words: &mut Vec<&str>, name: &mut Name<'_>) -> bool {
    let titles: Vec<&str> = words.drain(..title::n_titles(words)).collect();
    add(&mut name.salutation, &titles.join(" "));
    title::stand_before_given(&titles)
}

fn take_suffixes(words: &mut Vec<&str>, name: &mut Name<'_>) {
    let suffixes = words.split_off(words.len() - title::n_suffixes(words)).join(" ");
    add(&mut name.suffix, suffixes.trim_matches(','));
}

fn add(own: &mut Option<Cow<'_, str>>, more: &str) {
    let mark = match own {
        _ if more.is_empty() => return,
        Some(own) => format!("{own}, {more}"),
        None => more.to_owned(),
    };
    *own = Some(Cow::Owned(mark));
}

/// Pairs of signs between which a nickname stands.
const SIGNS: [(char, char); 7] =
    [('"', '"'), ('“', '”'), ('„', '“'), ('(', ')'), ('[', ']'), ('\'', '\''), ('‘', '’')];

/// Tells at a glance whether there may be a nickname to take out.
pub(super) fn may_hold_nickname(name: &str) -> bool {
    name.contains(['"', '(', '[', '\'', '“', '„', '‘'])
}

/// Takes out what stands in quotes or brackets: `Anna "Nan" Lind`, `Benjamin (Ben) Franklin`;
/// only the signs where nothing but one word would be left beside it.
pub(super) fn without_nickname(name: &str) -> Cow<'_, str> {
    let mut rest = Cow::Borrowed(name);
    while let Some((start, end, width)) = nickname(&rest) {
        let inside = &rest[start + width.0..end - width.1];
        let (before, after) = (&rest[..start], &rest[end..]);
        let beside = format!("{} {}", before.trim_end(), after.trim_start());
        let n_words =
            beside.split([' ', ',']).filter(|word| word.contains(char::is_alphanumeric)).count();
        let is_name = n_words == 0 || n_words == 1 && before.trim().is_empty();
        let mended = if is_name { format!("{before}{inside}{after}") } else { beside };
        rest = Cow::Owned(mended.replace(" ,", ",").trim().to_owned());
    }
    rest
}

/// Finds the first nickname: where it starts and ends, and how wide its signs are.
fn nickname(name: &str) -> Option<(usize, usize, (usize, usize))> {
    SIGNS.iter().find_map(|&(open, close)| {
        let (width, close_width) = (open.len_utf8(), close.len_utf8());
        let is_start =
            |start: usize| name[..start].chars().next_back().is_none_or(|c| c == ' ' || c == ',');
        let start =
            name.match_indices(open).map(|(start, _)| start).find(|start| is_start(*start))?;
        let from = start + width;
        let is_end = |end: usize| {
            let next = name[end + close_width..].chars().next();
            end > from && next.is_none_or(|c| matches!(c, ' ' | ','))
        };
        let ends = name[from..].match_indices(close).map(|(end, _)| from + end);
        // `Jan 't Hart en Piet van 't`: an apostrophe that only leads opens nothing.
        let mut ends = ends.filter(|end| open != '\'' || !name[..*end].ends_with(' '));
        let end = ends.find(|end| is_end(*end))? + close_width;
        Some((start, end, (width, close_width)))
    })
}

#[cfg(test)]
#[path = "full_name_tests.rs"]
mod tests;
