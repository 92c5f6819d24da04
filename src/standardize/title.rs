//! Which words of a name are titles, and which stand after it?
//!
//! Many titles and degrees are names of people too (`Pan Wei`, `Yo-Yo Ma`, `Judge Reinhold`): a
//! word counts as a title only where enough is left of the name without it, and as a degree only
//! where it is written like one.

use super::title_words::{
    BEFORE_GIVEN, CLEAR_DEGREES, DEGREES, DOUBTFUL, FIELDS, GENERATIONS, OPENERS, TITLES,
};

/// Gives a word as the lists have it: in small letters, without points and commas.
pub(super) fn folded(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '.' | ',')).flat_map(char::to_lowercase).collect()
}

fn is_in(words: &[&str], word: &str) -> bool {
    words.binary_search(&word).is_ok()
}

/// Counts the words at the head of a name that are titles: `Mr. and Mrs.`, `Prof. Dr. med.`,
/// `The Rt. Hon.`. One word at least is left.
pub(super) fn n_titles(words: &[&str]) -> usize {
    let mut n_titles = 0;
    let mut place = 0;
    while place + 1 < words.len() {
        let word = folded(words[place]);
        let is_after_title = n_titles == place && place > 0;
        let is_field = is_after_title && is_field(words[place], &word);
        if is_field || is_title(words[place], &word, words.len() - place - 1) {
            n_titles = place + 1;
        } else if !is_opener(&word, is_after_title) {
            break;
        }
        place += 1;
    }
    n_titles
}

/// Doctors say of what they are doctors in small letters, or cut short.
fn is_field(written: &str, word: &str) -> bool {
    let is_cut = written.ends_with('.') || written.starts_with(char::is_lowercase);
    is_cut && is_in(&FIELDS, word)
}

/// A word that needs another title behind it: `Rt. Hon.`, `Mr and Mrs`.
fn is_opener(word: &str, is_after_title: bool) -> bool {
    is_in(&OPENERS, word) || is_after_title && is_and(word)
}

/// Words that put two people into one row.
pub(super) fn is_and(word: &str) -> bool {
    matches!(word, "&" | "+" | "and" | "und" | "et" | "en" | "og" | "och" | "e" | "y" | "i")
}

fn is_title(written: &str, word: &str, n_left: usize) -> bool {
    // `Lt.Gen.`
    let is_compound = || {
        written.trim_end_matches('.').contains('.')
            && written.split('.').filter(|part| !part.is_empty()).all(|part| {
                let part = part.to_lowercase();
                part.len() > 1 && is_in(&TITLES, &part)
            })
    };
    let is_titled = is_in(&TITLES, word) || is_compound();
    is_titled && (n_left > 1 || written.ends_with('.') || !is_in(&DOUBTFUL, word))
}

/// Tells whether one word after these titles is a given name: `Sir Gerald`.
pub(super) fn stand_before_given(titles: &[&str]) -> bool {
    titles.last().is_some_and(|title| is_in(&BEFORE_GIVEN, &folded(title)))
}

/// Tells whether a salutation is one to several people.
pub(super) fn is_to_several(salutation: &str) -> bool {
    let mut words = salutation.split(' ').map(folded);
    words.any(|word| {
        matches!(word.as_str(), "familie" | "family" | "fam" | "eheleute" | "messrs")
            || is_and(&word)
    })
}

/// Titles that can be nothing else, even in a family name or behind a name.
pub(super) fn is_clear_title(word: &str) -> bool {
    const CLEAR: [&str; 14] = [
        "dr",
        "frau",
        "herr",
        "herrn",
        "madame",
        "mevr",
        "mme",
        "monsieur",
        "mr",
        "mrs",
        "ms",
        "prof",
        "señora",
        "señorita",
    ];
    is_in(&CLEAR, &folded(word))
}

/// Tells whether somebody is addressed behind the name: `LEWIS PAUL MR`.
pub(super) fn is_title_behind(word: &str) -> bool {
    matches!(folded(word).as_str(), "mr" | "mrs" | "ms" | "miss" | "dr")
}

/// Counts the words at the end of a name that are generations or degrees; one word at least is
/// left.
pub(super) fn n_suffixes(words: &[&str]) -> usize {
    let is_one_case = !words.iter().any(|word| word.contains(char::is_lowercase))
        || !words.iter().any(|word| word.contains(char::is_uppercase));
    let mut start = words.len();
    while start > 1 {
        let n_of_name = start - 1;
        let (before, word) = (words[start - 2], words[start - 1]);
        if is_split_doctor(before, word) && n_of_name > 1 {
            start -= 2;
        } else if is_generation(word, n_of_name)
            || is_degree(word, is_one_case)
            // `Robert James Smith V`, and not `Anna V`
            || (matches!(word, "V" | "I" | "v") && n_of_name > 2 && start == words.len())
        {
            start -= 1;
        } else {
            break;
        }
    }
    // `JAMES J MA`: what would be left ends with an initial.
    let is_initial = |word: &str| word.trim_end_matches('.').chars().count() == 1;
    if start < words.len() && start > 1 && is_initial(words[start - 1]) {
        let is_clear = words[start..].iter().any(|word| !is_degree(word, false));
        return if is_clear { words.len() - start } else { words.len() - start - 1 };
    }
    words.len() - start
}

/// `Ph. D.`
fn is_split_doctor(before: &str, word: &str) -> bool {
    folded(before) == "ph" && folded(word) == "d"
}

fn is_generation(word: &str, n_of_name: usize) -> bool {
    // Without the points at its end only: `J.R.` are initials.
    let small = word.trim_end_matches(['.', ',']).to_lowercase();
    // `Edward Senior`, `Alan Junior`: a name has two words at least.
    let is_word = matches!(small.as_str(), "junior" | "senior" | "júnior");
    is_in(&GENERATIONS, &small) && (!is_word || n_of_name > 1)
}

/// `M.D.`, `MBA`; `Ma` and `Do` are names, and in a name in capitals throughout so are `MA`, `DO`.
fn is_degree(word: &str, is_one_case: bool) -> bool {
    let small = folded(word);
    if !is_in(&DEGREES, &small) {
        return false;
    }
    let bare = word.trim_matches([',', '.']);
    let has_points = bare.contains('.');
    let is_clear = is_in(&CLEAR_DEGREES, &small);
    // `PhD`, `Ed.D`, `BSc`
    let n_capitals = bare.chars().filter(|c| c.is_uppercase()).count();
    has_points || if is_one_case { is_clear } else { n_capitals > 1 }
}

/// Tells whether all words behind a comma are generations or degrees. `is_whole` says that what
/// stands before the comma is a whole name.
pub(super) fn are_suffixes(text: &str, is_whole: bool) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut place = 0;
    while place < words.len() {
        let word = words[place];
        let is_doctor = words.get(place + 1).is_some_and(|next| is_split_doctor(word, next));
        let small = folded(word);
        if is_doctor {
            place += 1;
        } else if !(is_generation(word, 2)
            || matches!(word, "V" | "I") && is_whole
            || is_degree(word, !is_whole)
            || is_whole && is_in(&CLEAR_DEGREES, &small))
        {
            return false;
        }
        place += 1;
    }
    !words.is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::title_words;
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        text.split(' ').collect()
    }

    #[test]
    fn titles_are_told_from_names() {
        for (name, n) in [
            ("Mr. and Mrs. John Smith", 3),
            ("Prof. Dr. med. Anna Lind", 3),
            ("The Rt. Hon. John Jones", 3),
            ("The Rev. Mark Williams", 2),
            ("Lt.Gen. John Doe", 1),
            ("Chief Judge Sharon Blackburn", 2),
            ("Her Honour Mrs Judy", 3),
            ("Judge Reinhold", 0),
            ("Pan Wei", 0),
            ("Pan Jan Kowalski", 1),
            ("Don Johnson", 0),
            ("The Beatles", 0),
            ("Med Hansen", 0),
            ("Dr. Med Hansen", 1),
            ("MUDr. Jana Nováková", 1),
            ("Herr", 0),
        ] {
            assert_eq!(n_titles(&words(name)), n, "{name}");
        }
        assert!(is_to_several("Mr. and Mrs.") && is_to_several("Herr und Frau"));
        assert!(is_to_several("Familie") && !is_to_several("Prof. Dr."));
    }

    #[test]
    fn degrees_are_told_from_names() {
        for (name, n) in [
            ("Robert Smith PhD", 1),
            ("Kenneth Clarke QC MP", 2),
            ("John Smith Ph. D.", 2),
            ("Yo-Yo Ma", 0),
            ("YO-YO MA", 0),
            ("JAMES J MA", 0),
            ("JAMES SMITH MBA", 1),
            ("Edward Senior III", 1),
            ("Edward Dale Senior II", 2),
            ("Larry James Johnson I", 1),
            ("Anna V", 0),
            ("John Doe Msc.Ed.", 1),
            ("Anh Do", 0),
        ] {
            assert_eq!(n_suffixes(&words(name)), n, "{name}");
        }
        assert!(are_suffixes("Jr. MD", true) && are_suffixes("Ph. D.", true));
        assert!(!are_suffixes("MA", false) && !are_suffixes("Anna", true));
        assert!(!are_suffixes("J.R.", false) && are_suffixes("Jr.", false));
    }

    #[test]
    fn the_lists_can_be_searched() {
        use title_words::{
            BEFORE_GIVEN, CLEAR_DEGREES, DEGREES, DOUBTFUL, FIELDS, GENERATIONS, OPENERS, TITLES,
        };
        let lists: [&[&str]; 8] = [
            &TITLES,
            &DOUBTFUL,
            &BEFORE_GIVEN,
            &OPENERS,
            &FIELDS,
            &GENERATIONS,
            &DEGREES,
            &CLEAR_DEGREES,
        ];
        assert!(lists.iter().all(|list| list.is_sorted()));
        assert!(DOUBTFUL.iter().chain(&BEFORE_GIVEN).all(|word| is_in(&TITLES, word)));
        assert!(CLEAR_DEGREES.iter().all(|word| is_in(&DEGREES, word)));
    }
}
