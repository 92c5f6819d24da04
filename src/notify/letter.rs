//! How is a person addressed?
//!
//! Nobody's gender is guessed: a form of address is used where the source gives one and the
//! letter's language knows it, and the full name otherwise.

use crate::rules::{LetterTexts, Part};
use crate::tables::layout::GoldenRecord;
use crate::tables::{Table, Texts, column as c};

use super::outcome::Role;

/// The names of the customers. Columns are found by name once and not for each person.
pub(super) struct Names<'a> {
    salutation: &'a Texts,
    first: &'a Texts,
    middle: &'a Texts,
    last: &'a Texts,
    suffix: &'a Texts,
    company: &'a Texts,
}

/// Languages in which the family name stands first.
const FAMILY_NAME_FIRST: [&str; 4] = ["hu", "ja", "ko", "zh"];

impl<'a> Names<'a> {
    pub(super) fn of(golden: &'a Table<GoldenRecord>) -> Names<'a> {
        Names {
            salutation: golden.text(c::SALUTATION),
            first: golden.text(c::FIRST_NAME),
            middle: golden.text(c::MIDDLE_NAME),
            last: golden.text(c::LAST_NAME),
            suffix: golden.text(c::SUFFIX),
            company: golden.text(c::COMPANY),
        }
    }

    /// Gives the name as a letter writes it: that of the person, else that of the company.
    pub(super) fn full(&self, customer: u32, language: &str) -> Option<String> {
        let of = |column: &'a Texts| column.get(customer as usize);
        let mut parts = [of(self.first), of(self.middle), of(self.last)];
        if FAMILY_NAME_FIRST.contains(&language.split('-').next().unwrap_or_default()) {
            parts = [of(self.last), of(self.first), of(self.middle)];
        }
        if parts.iter().all(Option::is_none) {
            return of(self.company).map(str::to_owned);
        }
        let parts: Vec<_> = parts.into_iter().chain([of(self.suffix)]).flatten().collect();
        Some(parts.join(" "))
    }

    /// Tells whether no part of the name is what a template left behind, or broken.
    pub(super) fn are_resolved(&self, customer: u32) -> bool {
        [self.salutation, self.first, self.middle, self.last, self.suffix, self.company]
            .iter()
            .all(|column| column.get(customer as usize).is_none_or(is_resolved))
    }

    /// Gives the line on the envelope.
    pub(super) fn addressee(
        &self,
        customer: u32,
        role: Role,
        texts: &LetterTexts,
        language: &str,
    ) -> Option<String> {
        let name = self.full(customer, language)?;
        let phrase = match role {
            Role::Person => return Some(name),
            Role::ParentGuardian => "to_parent_guardian",
            Role::Estate => "to_estate",
        };
        Some(texts.phrase(phrase, language).replace("{name}", &name))
    }

    /// Gives the words that the letter begins with.
    pub(super) fn greeting(
        &self,
        customer: u32,
        role: Role,
        texts: &LetterTexts,
        language: &str,
    ) -> String {
        let Some(name) = self.full(customer, language) else {
            return texts.phrase("dear_nobody", language).to_owned();
        };
        let phrase = match role {
            Role::Person => match self.formal(customer, texts, language) {
                Some(greeting) => return greeting,
                None => "dear",
            },
            Role::ParentGuardian => "dear_parent_guardian",
            Role::Estate => "dear_estate",
        };
        texts.phrase(phrase, language).replace("{name}", &name)
    }

    /// Greets by the form of address that the source gave, where the language knows it.
    fn formal(&self, customer: u32, texts: &LetterTexts, language: &str) -> Option<String> {
        let key = self.salutation.get(customer as usize)?.to_lowercase();
        let last_name = self.last.get(customer as usize)?;
        let greeting = texts.text(Part::Greeting, key.trim_end_matches('.'), language)?;
        Some(greeting.replace("{last_name}", last_name))
    }
}

/// Tells whether a text can be printed: nothing in it is the mark of a template that was never
/// filled in, a sign that could not be read, or a control character.
pub(super) fn is_resolved(text: &str) -> bool {
    const MARKS: [&str; 9] = ["{{", "}}", "${", "<<", ">>", "%%", "[[", "*|", "\u{fffd}"];
    !MARKS.iter().any(|mark| text.contains(mark)) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(parts: [&str; 6]) -> Table<GoldenRecord> {
        use crate::tables::Layout;
        let columns =
            [c::SALUTATION, c::FIRST_NAME, c::MIDDLE_NAME, c::LAST_NAME, c::SUFFIX, c::COMPANY];
        let filled = |column: &crate::tables::Column| match columns
            .iter()
            .position(|known| known.name == column.name)
        {
            Some(place) if !parts[place].is_empty() => column.same(Some(parts[place]), 1),
            _ => column.nothing(1),
        };
        Table::of(GoldenRecord::COLUMNS.iter().map(filled).collect())
    }

    fn check(parts: [&str; 6], role: Role, language: &str) -> String {
        let table = names(parts);
        let (names, texts) = (Names::of(&table), LetterTexts::built_in());
        let addressee = names.addressee(0, role, &texts, language).unwrap_or_default();
        format!("{addressee} / {}", names.greeting(0, role, &texts, language))
    }

    #[test]
    fn a_form_of_address_is_used_where_it_was_given_and_never_guessed() {
        let anna = ["", "Anna", "", "Rae", "", ""];
        assert_eq!(check(anna, Role::Person, "en-GB"), "Anna Rae / Dear Anna Rae");
        assert_eq!(check(anna, Role::Person, "de"), "Anna Rae / Guten Tag Anna Rae");
        let ms = ["Ms.", "Anna", "M", "Rae", "Jr", ""];
        assert_eq!(check(ms, Role::Person, "en"), "Anna M Rae Jr / Dear Ms Rae");
        let frau = ["Frau", "Anna", "", "Rae", "", ""];
        assert_eq!(check(frau, Role::Person, "de-AT"), "Anna Rae / Sehr geehrte Frau Rae");
        // An English letter does not know the German form.
        assert_eq!(check(frau, Role::Person, "en"), "Anna Rae / Dear Anna Rae");
    }

    #[test]
    fn without_a_name_the_greeting_is_plain_and_a_firm_is_called_by_its_name() {
        assert_eq!(check(["Mr", "", "", "", "", ""], Role::Person, "en"), " / Dear customer");
        assert_eq!(
            check(["", "", "", "", "", "Rae Ltd"], Role::Person, "en"),
            "Rae Ltd / Dear Rae Ltd"
        );
        assert_eq!(
            check(["", "Eri", "", "Sato", "", ""], Role::Person, "ja"),
            "Sato Eri / Dear Sato Eri"
        );
    }

    #[test]
    fn a_child_is_addressed_through_a_parent_and_the_dead_through_the_estate() {
        let anna = ["Ms", "Anna", "", "Rae", "", ""];
        assert_eq!(
            check(anna, Role::ParentGuardian, "en"),
            "To the parent or guardian of Anna Rae / Dear parent or guardian of Anna Rae"
        );
        assert!(check(anna, Role::Estate, "nl").starts_with("Aan de erven van Anna Rae / "));
    }

    #[test]
    fn what_a_template_left_behind_is_seen() {
        for text in ["{{first_name}}", "<<Name>>", "Dear %%name%%", "M\u{fffd}ller", "a\u{7}b"] {
            assert!(!is_resolved(text), "{text:?}");
        }
        for text in ["Müller-Lüdenscheidt", "O'Brien", "Dr. (FH) <x>", "100 %"] {
            assert!(is_resolved(text), "{text:?}");
        }
    }
}
