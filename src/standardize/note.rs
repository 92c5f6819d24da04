//! What is there to say about a cell?

use crate::tables::layout::Finding;
use crate::tables::{Table, column};
use crate::terms::Rule;
use crate::terms::rule::Severity;

/// What was found in a batch so far.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<Note>);

#[derive(Debug)]
struct Note {
    record: u32,
    field: &'static str,
    rule: Rule,
    repaired: bool,
    before: Option<Box<str>>,
    suggestion: Option<Box<str>>,
}

impl Notes {
    /// Turns to a cell.
    pub(super) fn at(&mut self, record: u32, field: &'static str) -> Cell<'_> {
        Cell { notes: self, record, field, raw: "" }
    }

    /// Gives the findings by record, within a record in the order in which they were made.
    pub(super) fn table(mut self) -> Table<Finding> {
        self.0.sort_by_key(|note| note.record);
        let notes = &self.0;
        Table::of(vec![
            column::RECORD.counts(notes.iter().map(|note| note.record).collect()),
            column::FIELD.texts(notes.iter().map(|note| Some(note.field))),
            column::RULE.texts(notes.iter().map(|note| Some(note.rule.id()))),
            column::REPAIRED.flags(notes.iter().map(|note| note.repaired).collect()),
            column::BEFORE.texts(notes.iter().map(|note| note.before.as_deref())),
            column::SUGGESTION.texts(notes.iter().map(|note| note.suggestion.as_deref())),
        ])
    }

    /// Lists the records of which something was mended by a rule.
    pub(super) fn repaired(&self, rule: Rule) -> impl Iterator<Item = u32> {
        self.0.iter().filter(move |note| note.repaired && note.rule == rule).map(|note| note.record)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(super) fn rules(&self) -> Vec<Rule> {
        self.0.iter().map(|note| note.rule).collect()
    }

    #[cfg(test)]
    pub(super) fn suggestions(&self) -> Vec<String> {
        self.0.iter().filter_map(|note| note.suggestion.as_deref().map(str::to_owned)).collect()
    }
}

/// The cell that is being read: its record, its field, and what the source wrote there.
#[derive(Debug)]
pub(super) struct Cell<'n> {
    notes: &'n mut Notes,
    record: u32,
    field: &'static str,
    raw: &'n str,
}

impl<'n> Cell<'n> {
    /// Says what the source wrote there, so that whoever doubts a repair can look it up.
    pub(super) fn of(self, raw: &'n str) -> Cell<'n> {
        Cell { raw, ..self }
    }
}

impl Cell<'_> {
    /// Notes that a rule is broken.
    pub(super) fn found(&mut self, rule: Rule) {
        self.note(rule, false, None);
    }

    /// Notes that a rule was broken and the value is mended.
    pub(super) fn repaired(&mut self, rule: Rule) {
        self.note(rule, true, None);
    }

    /// Notes that a rule is broken, and what may have been meant.
    pub(super) fn suggests(&mut self, rule: Rule, suggestion: &str) {
        self.note(rule, false, Some(suggestion.into()));
    }

    fn note(&mut self, rule: Rule, repaired: bool, suggestion: Option<Box<str>>) {
        // A remark about a value that stays as it is needs no copy of it.
        let is_kept = !self.raw.is_empty() && (repaired || rule.severity() > Severity::Info);
        self.notes.0.push(Note {
            before: is_kept.then(|| self.raw.into()),
            record: self.record,
            field: self.field,
            rule,
            repaired,
            suggestion,
        });
    }
}
