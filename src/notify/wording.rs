//! What is said about the data that were exposed, and in which language?

use std::borrow::Cow;
use std::collections::BTreeSet;

use hashbrown::HashMap;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use crate::rules::{
    DataClass, DataClasses, FALLBACK_LANGUAGE, LetterRule, LetterTexts, Letters, Part,
};
use crate::tables::layout::Exposure;
use crate::tables::{Table, Texts, column as c};
use crate::terms::Incident;

use super::case::{Case, number, untold};
use super::decide::Person;
use super::kind::Kinds;

/// What a notice says, spelled once for all people who are told the same.
#[derive(Debug)]
pub(super) struct Wording {
    /// Codes of the classes, parted by `;`, in alphabetical order.
    pub(super) codes: String,
    /// Plain words for them, parted by `; `, the gravest first.
    pub(super) element_text: String,
    /// The language of those words.
    pub(super) language: String,
    /// Keys of the advice, parted by `;`, that for the gravest class first, what the law asks for
    /// last.
    pub(super) instructions: String,
    /// The same advice in words of the letter's language, parted by `; `; absent where the texts
    /// lack one.
    pub(super) advice_text: Option<String>,
    /// What happened, unless the law forbids to tell.
    pub(super) nature: Option<String>,
    /// How many are affected, where the law asks to tell.
    pub(super) n_affected: Option<u32>,
    tells_n_affected: bool,
    /// Place among the sets of incidents.
    pub(super) set: u32,
    /// Whether there are words for everything.
    pub(super) is_resolved: bool,
}

/// Incidents that some people are told about together.
#[derive(Debug)]
pub(super) struct Set {
    /// Places among the incidents, in the order of their ids.
    places: Vec<u32>,
    /// Their ids, parted by `;`.
    pub(super) ids: String,
    /// The day on which the first began, in days since 1970, where all are known.
    pub(super) exposed_from: Option<i32>,
    /// The day on which the last ended.
    pub(super) exposed_to: Option<i32>,
}

/// What each person is told.
pub(super) struct Told {
    /// The different wordings, in the order in which they were first needed.
    pub(super) wordings: Vec<Wording>,
    /// The different sets of incidents.
    pub(super) sets: Vec<Set>,
}

/// What stands for data that nobody could name.
const UNMAPPED: &str = "other";

impl Told {
    /// Finds the words for each person and notes their place there. Few people differ in them,
    /// so each is spelled once.
    pub(super) fn of(
        people: &mut [Person],
        case: &Case<'_>,
        kinds: &Kinds,
        exposure: &Table<Exposure>,
        classes: &DataClasses,
        letters: &Letters,
    ) -> Told {
        let all_codes = exposure.text(c::DATA_CLASSES);
        let told = exposure.text(c::CLASSES_TOLD);
        // Looked up, never iterated.
        let mut known: HashMap<(Cow<'_, str>, u32, u32), u32, FxBuildHasher> = HashMap::default();
        let mut known_sets: HashMap<Vec<u32>, u32, FxBuildHasher> = HashMap::default();
        let (mut wordings, mut sets) = (Vec::new(), Vec::<Set>::new());
        let (mut rows, mut places) = (Vec::new(), Vec::new());
        for person in &mut *people {
            rows.clear();
            rows.extend(case.spoken_of(&person.places));
            places.clear();
            places.extend(rows.iter().map(|&row| case.incident_of[row as usize]));
            let set = *known_sets.entry_ref(places.as_slice()).or_insert_with(|| {
                sets.push(Set::of(&places, case.incidents));
                number(sets.len() - 1)
            });
            let key = (united(&rows, all_codes, told), person.kind, set);
            person.wording = *known.entry(key).or_insert_with_key(|(codes, kind, set)| {
                let kind = &kinds.all[*kind as usize];
                let rule = letters.rules.at(kind.rule);
                let mut wording = Wording::of(codes, classes, &letters.texts, rule, &kind.language);
                wording.set = *set;
                if rule.tells_nature {
                    let set = &sets[*set as usize];
                    let nature = nature(set, case.incidents, &letters.texts, &wording.language);
                    wording.nature = Some(nature);
                }
                wordings.push(wording);
                number(wordings.len() - 1)
            });
        }
        for place in 0..number(sets.len()) {
            let mut telling = wordings
                .iter_mut()
                .filter(|wording: &&mut Wording| wording.set == place && wording.tells_n_affected)
                .peekable();
            if telling.peek().is_some() {
                let n = n_affected(&sets[place as usize], people, case);
                telling.for_each(|wording| wording.n_affected = Some(n));
            }
        }
        Told { wordings, sets }
    }

    /// Lends the words that a person is told.
    pub(super) fn wording(&self, person: &Person) -> &Wording {
        &self.wordings[person.wording as usize]
    }

    /// Lends the incidents that a person is told about.
    pub(super) fn set(&self, person: &Person) -> &Set {
        &self.sets[self.wording(person).set as usize]
    }
}

/// Unites the classes of several rows; those of a single row stay as they are.
/// What an earlier notice told of is left out, but where nothing else is to be told.
fn united<'a>(rows: &[u32], codes: &'a Texts, told: &Texts) -> Cow<'a, str> {
    let told_any = rows.iter().any(|&row| told.get(row as usize).is_some());
    if let ([row], false) = (rows, told_any) {
        return codes.get(*row as usize).unwrap_or("").into();
    }
    let of = |row: u32, told: Option<&str>| -> Vec<&'a str> {
        let codes = codes.get(row as usize).unwrap_or("");
        untold(codes, told.unwrap_or("")).collect()
    };
    let new = rows.iter().flat_map(|&row| of(row, told.get(row as usize)));
    let mut all: BTreeSet<&str> = new.collect();
    if all.is_empty() {
        all = rows.iter().flat_map(|&row| of(row, None)).collect();
    }
    all.into_iter().collect::<Vec<_>>().join(";").into()
}

impl Set {
    fn of(places: &[u32], incidents: &[Incident]) -> Set {
        let of = || places.iter().map(|&place| &incidents[place as usize]);
        // A day that is known of some incidents only would be read as that of all.
        let days = |get: fn(&Incident) -> Option<Timestamp>| -> Option<Vec<i32>> {
            of().map(|incident| get(incident).map(day_of)).collect()
        };
        Set {
            places: places.to_vec(),
            ids: of().map(|incident| incident.id.as_str()).collect::<Vec<_>>().join(";"),
            exposed_from: days(|incident| incident.occurred_from)
                .and_then(|days| days.into_iter().min()),
            exposed_to: days(|incident| incident.occurred_to)
                .and_then(|days| days.into_iter().max()),
        }
    }
}

/// Gives the day of an instant (UTC), in days since 1970.
pub(super) fn day_of(at: Timestamp) -> i32 {
    (at.to_zoned(TimeZone::UTC).date() - Date::constant(1970, 1, 1)).get_days()
}

/// Counts the people whom any incident of a set touched.
fn n_affected(set: &Set, people: &[Person], case: &Case<'_>) -> u32 {
    let touched = |person: &&Person| {
        let rows = case.rows_of(&person.places);
        rows.iter().any(|&row| set.places.contains(&case.incident_of[row as usize]))
    };
    number(people.par_iter().filter(touched).count())
}

/// Tells what happened, each kind of attack once.
fn nature(set: &Set, incidents: &[Incident], texts: &LetterTexts, language: &str) -> String {
    let mut told: Vec<&str> = Vec::new();
    for &place in &set.places {
        let attack = incidents[place as usize].attack_type.as_deref().unwrap_or("*");
        let in_language = |language| {
            let text = texts.text(Part::Nature, attack, language);
            text.or_else(|| texts.text(Part::Nature, "*", language))
        };
        match in_language(language).or_else(|| in_language(FALLBACK_LANGUAGE)) {
            Some(text) if !told.contains(&text) => told.push(text),
            _ => {}
        }
    }
    told.join(". ")
}

impl Wording {
    fn of(
        codes: &str,
        classes: &DataClasses,
        texts: &LetterTexts,
        rule: &LetterRule,
        language: &str,
    ) -> Wording {
        let mut gravest_first: Vec<(&str, Option<&DataClass>)> = codes
            .split(';')
            .filter(|code| !code.is_empty())
            .map(|code| (code, classes.get(code)))
            .collect();
        gravest_first
            .sort_by_key(|(code, class)| (std::cmp::Reverse(class.map(|class| class.kind)), *code));
        // All in one language: half a sentence in another would be read as a mistake.
        let in_language = |language: &str| -> Option<Vec<&str>> {
            gravest_first
                .iter()
                .map(|(code, _)| texts.text(Part::Element, code, language))
                .collect()
        };
        let instructions = advised(&gravest_first, rule);
        let advice = |language: &str| -> Option<String> {
            let texts: Option<Vec<&str>> =
                instructions.iter().map(|key| texts.text(Part::Advice, key, language)).collect();
            texts.filter(|texts| !texts.is_empty()).map(|texts| texts.join("; "))
        };
        let (elements, language) = match in_language(language) {
            Some(elements) => (elements, language),
            None => (labels(&gravest_first, texts), FALLBACK_LANGUAGE),
        };
        let names_all = |(code, class): &(&str, Option<&DataClass>)| {
            texts.text(Part::Element, code, FALLBACK_LANGUAGE).is_some()
                || (class.is_some() && *code != UNMAPPED)
        };
        Wording {
            codes: codes.to_owned(),
            element_text: elements.join("; "),
            language: language.to_owned(),
            instructions: instructions.join(";"),
            advice_text: advice(language).or_else(|| advice(FALLBACK_LANGUAGE)),
            nature: None,
            n_affected: None,
            tells_n_affected: rule.tells_n_affected,
            set: 0,
            is_resolved: !gravest_first.is_empty() && gravest_first.iter().all(names_all),
        }
    }
}

/// Lists the keys of the advice, each once: that for the gravest class first, what the law asks for
/// last.
fn advised<'a>(
    gravest_first: &[(&'a str, Option<&'a DataClass>)],
    rule: &'a LetterRule,
) -> Vec<&'a str> {
    let mut keys: Vec<&str> = Vec::new();
    let of_classes = gravest_first
        .iter()
        .flat_map(|(_, class)| class.iter().flat_map(|class| class.instruction_keys()));
    for key in of_classes.chain(rule.advice.iter().map(String::as_str)) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Names classes in English; what the texts do not have, by the vocabulary or its code.
fn labels<'a>(
    classes: &[(&'a str, Option<&'a DataClass>)],
    texts: &'a LetterTexts,
) -> Vec<&'a str> {
    classes
        .iter()
        .map(|(code, class)| {
            texts
                .text(Part::Element, code, FALLBACK_LANGUAGE)
                .or(class.map(|class| class.label.as_str()))
                .unwrap_or(code)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(codes: &str, jurisdiction: &str, language: &str) -> Wording {
        let letters = Letters::built_in();
        let rule = letters.rules.at(letters.rules.place_of(None, jurisdiction));
        Wording::of(codes, &DataClasses::built_in(), &letters.texts, rule, language)
    }

    #[test]
    fn the_gravest_class_is_named_first_in_plain_words_and_advice_is_given_once() {
        let wording = check("email;password_hash_weak;password_plain;phone", "XX", "en");
        assert_eq!(wording.codes, "email;password_hash_weak;password_plain;phone");
        assert_eq!(
            wording.element_text,
            "password in a form that can be worked out; password; e-mail address; \
             telephone number"
        );
        assert_eq!(wording.instructions, "reset_password;phishing;smishing_simswap");
        assert!(wording.is_resolved);
    }

    #[test]
    fn the_persons_language_is_used_where_it_has_all_the_words() {
        let german = check("dob;email", "DE", "de");
        assert_eq!(german.element_text, "Geburtsdatum; E-Mail-Adresse");
        assert_eq!(german.language, "de");
        let advice = german.advice_text.unwrap();
        assert!(advice.starts_with("Prüfen Sie Konten"), "{advice}");
        let ukrainian = check("dob;email", "UA", "uk");
        assert_eq!(ukrainian.element_text, "date of birth; e-mail address");
        assert_eq!(ukrainian.language, "en");
    }

    #[test]
    fn what_the_law_asks_to_advise_comes_last() {
        let wording = check("email", "US-MA", "en");
        assert_eq!(wording.instructions, "phishing;police_report;free_freeze");
    }

    #[test]
    fn a_class_without_words_is_not_resolved() {
        assert!(!check("loyalty_tier;name", "XX", "en").is_resolved);
        assert!(!check("email;other", "XX", "en").is_resolved);
        assert!(!check("", "XX", "en").is_resolved);
        assert_eq!(check("loyalty_tier", "XX", "en").element_text, "loyalty_tier");
    }
}
