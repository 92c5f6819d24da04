//! Which kind of letter does a person get, and so which list stand they on?
//!
//! A kind is a jurisdiction, a variant and a language. People of one kind get the same letter,
//! and a mail house takes one list of them.

use hashbrown::HashMap;
use jiff::tz::TimeZone;
use rustc_hash::FxBuildHasher;

use crate::rules::{LetterRules, zone_of};
use crate::tables::layout::{Exposure, GoldenRecord};
use crate::tables::{Table, column as c};

use super::Settings;
use super::case::{Case, number};
use super::decide::Person;
use super::outcome::Role;
use super::settings::Split;

/// A kind of letter.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    /// Whose law applies.
    pub(super) jurisdiction: String,
    /// The law's variant, and behind it who is addressed if not the person: `no-nature-minor`.
    pub(super) variant: String,
    /// The language of the letter: BCP 47, without a country.
    pub(super) language: String,
    /// Place of the rule among the rules of letters.
    pub(super) rule: usize,
    /// The clock by which days are counted there.
    pub(super) zone: TimeZone,
}

/// All kinds that occur, and the lists that they stand on.
pub(super) struct Kinds {
    /// In the order in which they were first met.
    pub(super) all: Vec<Kind>,
    /// For each kind, its list among `lists`.
    pub(super) list_of: Vec<u32>,
    /// What each list is for, in alphabetical order of their names; what the lists are not
    /// parted by is absent.
    pub(super) lists: Vec<[Option<String>; 3]>,
}

impl Kinds {
    /// Finds the kind of each person and notes it there.
    pub(super) fn of(
        people: &mut [Person],
        case: &Case<'_>,
        exposure: &Table<Exposure>,
        golden: &Table<GoldenRecord>,
        rules: &LetterRules,
        settings: &Settings,
    ) -> Kinds {
        let jurisdictions = exposure.text(c::JURISDICTION);
        let (regions, languages) = (golden.text(c::REGION), golden.text(c::LANGUAGE));
        // Looked up, never iterated.
        let mut known: HashMap<(&str, usize, u8, &str), u32, FxBuildHasher> = HashMap::default();
        let mut all = Vec::new();
        for person in people {
            let first_row = case.rows_of(&person.places)[0];
            let jurisdiction = jurisdictions.get(first_row as usize).unwrap_or("unknown");
            let row = person.customer as usize;
            let rule = rules.place_of(regions.get(row), jurisdiction);
            let language = languages.get(row).unwrap_or(&settings.language);
            let key = (jurisdiction, rule, person.role as u8, language);
            person.kind = *known.entry(key).or_insert_with(|| {
                all.push(Kind {
                    jurisdiction: jurisdiction.to_owned(),
                    variant: variant(&rules.at(rule).variant, person.role),
                    language: without_country(language),
                    rule,
                    zone: zone_of(jurisdiction),
                });
                number(all.len() - 1)
            });
        }
        let lists_of_kinds: Vec<_> = all.iter().map(|kind| list_for(kind, settings)).collect();
        let mut lists = lists_of_kinds.clone();
        if settings.split_by.is_empty() {
            // A channel's one list is there even when it is empty.
            lists.push([None, None, None]);
        }
        lists.sort_unstable();
        lists.dedup();
        let place = |list| lists.binary_search(list).unwrap_or(0);
        let list_of = lists_of_kinds.iter().map(|list| number(place(list))).collect();
        Kinds { all, list_of, lists }
    }

    /// Lends the kind of letter that a person gets.
    pub(super) fn kind(&self, person: &Person) -> &Kind {
        &self.all[person.kind as usize]
    }

    /// Gives the place of the list that a person stands on.
    pub(super) fn list(&self, person: &Person) -> u32 {
        self.list_of[person.kind as usize]
    }

    /// Names a list within its channel: `_US-MA_no-nature_en`.
    pub(super) fn name(&self, list: u32) -> String {
        let parts = self.lists[list as usize].iter().flatten();
        parts.flat_map(|part| ["_", part.as_str()]).collect()
    }
}

fn list_for(kind: &Kind, settings: &Settings) -> [Option<String>; 3] {
    let part = |split, word: &str| settings.split_by.contains(&split).then(|| for_a_file(word));
    [
        part(Split::Jurisdiction, &kind.jurisdiction),
        part(Split::Variant, &kind.variant),
        part(Split::Language, &kind.language),
    ]
}

fn variant(of_law: &str, role: Role) -> String {
    match role {
        Role::Person => of_law.to_owned(),
        Role::ParentGuardian => format!("{of_law}-minor"),
        Role::Estate => format!("{of_law}-estate"),
    }
}

/// Keeps language and script of a BCP 47 tag: a letter in German serves Austria too.
fn without_country(tag: &str) -> String {
    let is_script = |part: &&str| part.len() == 4 && part.chars().all(char::is_alphabetic);
    let mut parts = tag.split(['-', '_']);
    let language = parts.next().unwrap_or_default().to_lowercase();
    match parts.next().filter(is_script) {
        Some(script) => format!("{language}-{script}"),
        None => language,
    }
}

/// Keeps of a word what may stand in a file's name.
fn for_a_file(word: &str) -> String {
    let keep = |sign: char| if sign.is_ascii_alphanumeric() { sign } else { '-' };
    let kept: String = word.chars().take(40).map(keep).collect();
    if kept.is_empty() { "none".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_kept_with_its_script_and_without_its_country() {
        assert_eq!(without_country("de-AT"), "de");
        assert_eq!(without_country("zh-Hant-TW"), "zh-Hant");
        assert_eq!(without_country("EN"), "en");
        assert_eq!(without_country("pt_BR"), "pt");
    }

    #[test]
    fn no_word_leads_out_of_the_folder() {
        assert_eq!(for_a_file("../../etc"), "------etc");
        assert_eq!(for_a_file(""), "none");
        assert_eq!(for_a_file("US-MA"), "US-MA");
    }
}
