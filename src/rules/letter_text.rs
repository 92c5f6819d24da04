//! What does a letter say, in which language?

use std::collections::BTreeMap;

use super::Error;
use super::table::RulesFile;
use crate::output::{Sha256Hex, sha256_of_text};

/// The texts of letters by part, key and language (BCP 47).
#[derive(Debug, Clone)]
pub struct LetterTexts {
    texts: BTreeMap<(Part, String), BTreeMap<String, String>>,
    sha256: Sha256Hex,
}

/// The part of a letter that a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A sentence that every letter needs; `{name}` stands for the person's full name.
    Phrase,
    /// A greeting for a form of address that the source gave; `{last_name}` stands for the
    /// family name. The key is the form of address in small letters without a final dot.
    Greeting,
    /// The plain words for a data class.
    Element,
    /// What a person can do; the key is an instruction key.
    Advice,
    /// What happened; the key is the incident's attack type, `*` for all others.
    Nature,
}

impl Part {
    const ALL: [(&'static str, Part); 5] = [
        ("phrase", Part::Phrase),
        ("greeting", Part::Greeting),
        ("element", Part::Element),
        ("advice", Part::Advice),
        ("nature", Part::Nature),
    ];
}

/// The language that every phrase must have, and in which a text is given that has no other.
pub const FALLBACK_LANGUAGE: &str = "en";

/// The phrases that no letter can do without.
const PHRASES: [&str; 6] = [
    "dear",
    "dear_nobody",
    "to_parent_guardian",
    "dear_parent_guardian",
    "to_estate",
    "dear_estate",
];

/// The texts that are compiled in.
const DEFAULT: &str = include_str!("../../pipelines/rules/letters.csv");

impl LetterTexts {
    /// Gives the texts that are compiled in.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub fn built_in() -> LetterTexts {
        match LetterTexts::read("letters.csv", DEFAULT) {
            Ok(texts) => texts,
            Err(error) => panic!("the built-in texts: {error}"),
        }
    }

    /// Reads a file of texts: `kind`, `key`, and a column for each language; `file` names it in
    /// errors.
    ///
    /// # Errors
    /// A column is missing, a kind is unknown, a key stands twice, or a phrase has no English.
    pub fn read(file: &str, text: &str) -> Result<LetterTexts, Error> {
        let rows = RulesFile::read(file, text)?;
        let (kind, key) = (rows.column("kind")?, rows.column("key")?);
        rows.column(FALLBACK_LANGUAGE)?;
        let languages: Vec<_> =
            rows.columns().filter(|(_, place)| ![kind, key].contains(place)).collect();
        let mut texts = BTreeMap::new();
        for (line, row) in rows.rows() {
            let known = Part::ALL.iter().find(|(word, _)| *word == &row[kind]);
            let Some(&(_, part)) = known else {
                let known = Part::ALL.map(|(word, _)| word);
                return Err(rows.word(line, "kind", &row[kind], &known));
            };
            let by_language = languages
                .iter()
                .filter_map(|&(language, place)| {
                    let text = row.get(place).filter(|text| !text.is_empty())?;
                    Some((language.to_lowercase(), text.to_owned()))
                })
                .collect();
            if texts.insert((part, row[key].to_owned()), by_language).is_some() {
                return Err(rows.twice(line, &row[key]));
            }
        }
        let read = LetterTexts { texts, sha256: sha256_of_text(text) };
        match PHRASES.iter().find(|key| read.text(Part::Phrase, key, FALLBACK_LANGUAGE).is_none()) {
            Some(key) => Err(Error::NoPhrase { file: file.to_owned(), key: (*key).to_owned() }),
            None => Ok(read),
        }
    }

    /// Gives the hash of the file, for the manifest.
    pub fn sha256(&self) -> Sha256Hex {
        self.sha256
    }

    /// Gives a text in a language, or in the language that it is a kind of: `de-AT` is served by
    /// `de`; nothing where neither has it.
    ///
    /// # Source
    /// RFC 4647, section 3.4 (lookup).
    pub fn text(&self, part: Part, key: &str, language: &str) -> Option<&str> {
        let texts = self.texts.get(&(part, key.to_owned()))?;
        let mut language = language.to_lowercase();
        loop {
            if let Some(text) = texts.get(&language) {
                return Some(text);
            }
            let end = language.rfind('-')?;
            language.truncate(end);
        }
    }

    /// Gives a phrase, in English where the language has none.
    ///
    /// # Panics
    /// If there is no such phrase: a bug, since reading checks them all.
    pub fn phrase(&self, key: &str, language: &str) -> &str {
        self.text(Part::Phrase, key, language)
            .or_else(|| self.text(Part::Phrase, key, FALLBACK_LANGUAGE))
            .unwrap_or_else(|| panic!("phrase `{key}` is missing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::DataClasses;

    #[test]
    fn a_language_is_served_by_what_it_is_a_kind_of_and_by_no_other() {
        let texts = LetterTexts::built_in();
        let email = |language| texts.text(Part::Element, "email", language);
        assert_eq!(email("de-AT"), Some("E-Mail-Adresse"));
        assert_eq!(email("EN-gb"), Some("e-mail address"));
        assert_eq!(email("uk"), None);
        assert_eq!(texts.phrase("dear", "uk"), "Dear {name}");
    }

    #[test]
    fn every_class_of_the_vocabulary_has_plain_words_and_every_key_has_advice() {
        let (texts, classes) = (LetterTexts::built_in(), DataClasses::built_in());
        for class in classes.all() {
            for language in ["en", "de", "fr", "es", "it", "nl"] {
                let text = texts.text(Part::Element, &class.code, language);
                // What nobody can name must not be told in a letter.
                assert_eq!(text.is_some(), class.code != "other", "{} {language}", class.code);
            }
            for key in class.instruction_keys() {
                assert!(texts.text(Part::Advice, key, "en").is_some(), "{key}");
            }
        }
    }

    #[test]
    fn a_file_that_cannot_be_meant_is_refused_with_its_line() {
        let check = |text: &str| LetterTexts::read("own.csv", text).unwrap_err().to_string();
        assert!(check("kind,key,de\n").contains("column `en` is missing"));
        let kind = check("kind,key,en\nelemnt,email,mail\n");
        assert!(kind.contains("`elemnt`") && kind.contains("kind"), "{kind}");
        let twice = check("kind,key,en\nelement,email,mail\nelement,email,mail\n");
        assert!(twice.contains("stands twice"), "{twice}");
        assert!(check("kind,key,en\nelement,email,mail\n").contains("phrase `dear`"));
    }
}
