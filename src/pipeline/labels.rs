//! What does somebody know of the records that learning need not guess?

use super::error::Error;
use super::finished::not_this;
use super::label_error::LabelError;
use super::truth::{People, Truth, reader};
use crate::matching::{DECISION_COLUMNS, Decisions, Labels, Training};
use crate::tables::Table;
use crate::tables::layout::Contact;

/// What a file of labels says.
pub(super) enum Told<'a> {
    /// Whose records are whose.
    People(&'a Truth<'a>, People),
    /// What was decided about pairs.
    Pairs(&'a Truth<'a>, Decisions),
}

impl<'a> Told<'a> {
    /// Reads a file in the form that its header is of.
    pub(super) fn read(of: &'a Truth<'a>) -> Result<Told<'a>, Error> {
        let text = of.text()?;
        let header = reader(&text).headers().map_err(|error| not_this(of.file, &error))?.clone();
        let has = |column: &str| header.iter().any(|name| name == column);
        if has("decision") {
            let name = of.file.display().to_string();
            return Ok(Told::Pairs(of, Decisions::read(&name, &text)?));
        }
        if !has(of.id) || !has(of.person) {
            return Err(LabelError::NeitherForm {
                path: of.file.to_owned(),
                found: header.iter().map(str::to_owned).collect(),
                columns: [of.id, of.person].map(str::to_owned),
                decisions: DECISION_COLUMNS.join(","),
            }
            .into());
        }
        let people = People::of_text(of, &text)?;
        people.check()?;
        Ok(Told::People(of, people))
    }

    /// Finds the records that the labels name; says what is to be known of those that it does
    /// not find.
    pub(super) fn labels(&self, contacts: &Table<Contact>) -> Result<(Labels, Vec<String>), Error> {
        let (of, labels, n_named, n_unknown, what) = match self {
            Told::People(of, people) => {
                let persons = people.of_records(contacts);
                let n_found = persons.iter().flatten().count();
                let n_unknown = people.n_records().saturating_sub(n_found);
                (of, Labels::of_people(persons), people.n_records(), n_unknown, "records")
            }
            Told::Pairs(of, decisions) => {
                let (labels, counts) = Labels::of_decisions(decisions, contacts)?;
                let n_named = counts.n_decisions - counts.n_superseded;
                (of, labels, n_named, counts.n_unknown, "pairs")
            }
        };
        if n_named == n_unknown {
            let path = of.file.to_owned();
            return Err(LabelError::Unknown { path, n_named, what }.into());
        }
        let note = (n_unknown > 0).then(|| {
            format!(
                "{n_unknown} of {n_named} {what} in {} are not in the sources, or were set aside, \
                 and teach nothing",
                of.file.display()
            )
        });
        Ok((labels, note.into_iter().collect()))
    }
}

/// Says that labels are too few to matter, where they are.
pub(super) fn too_few(training: &Training) -> Option<String> {
    /// Counted levels are off by some tenth of themselves where they come from fewer pairs.
    const N_PAIRS_MIN: u64 = 100;
    /// Decisions that are fewer, in a hundred of the pairs that are of one person by estimate,
    /// move no share by as much as learning is off anyway.
    const N_IN_HUNDRED_MIN: f64 = 1.0;
    let labelled = training.labelled?;
    if labelled.is_of_people {
        let n_pairs = labelled.n_pairs_same;
        return (n_pairs < N_PAIRS_MIN).then(|| {
            format!(
                "only {n_pairs} labelled pairs are of one person: they count little beside what \
                 learning finds by itself; some hundred matter"
            )
        });
    }
    let n_pairs = labelled.n_pairs_same + labelled.n_pairs_different;
    let n_hundred = training.n_pairs_same / 100.0;
    ((n_pairs as f64) < N_IN_HUNDRED_MIN * n_hundred).then(|| {
        format!(
            "{n_pairs} decided pairs are few beside {:.0} candidates that are of one person by \
             estimate: they change next to nothing; whose records are whose, for some hundred \
             people, teaches more",
            training.n_pairs_same
        )
    })
}
