//! What is said about the data that were exposed?

use std::borrow::Cow;
use std::collections::BTreeSet;

use hashbrown::HashMap;
use polars::prelude::StringChunked;
use rustc_hash::FxBuildHasher;

use crate::rules::{DataClass, DataClasses};
use crate::tables::layout::Exposure;
use crate::tables::{Table, column as c};

use super::case::{Case, number, untold};
use super::decide::Person;
use super::gather::Rows;

type Filled = polars::prelude::Column;

/// What a notice says, spelled once for all people who are told the same.
#[derive(Debug)]
pub(super) struct Wording {
    /// Codes of the classes, parted by `;`, in alphabetical order.
    pub(super) codes: String,
    /// Their names for people, parted by `; `, the gravest first.
    pub(super) labels: String,
    /// Keys of the advice, parted by `;`, that for the gravest class first.
    pub(super) instructions: String,
}

/// What each person is told.
pub(super) struct Told {
    /// The different wordings, in the order in which they were first needed.
    wordings: Vec<Wording>,
    /// The different sets of incidents, their ids parted by `;`.
    incident_sets: Vec<String>,
    /// For each person, the wording and the set of incidents.
    of: Vec<(u32, u32)>,
}

impl Told {
    /// Finds the words for each person. Few people differ in them, so each is spelled once.
    pub(super) fn of(
        case: &Case<'_>,
        people: &[Person],
        exposure: &Table<Exposure>,
        classes: &DataClasses,
    ) -> Told {
        let all_codes = exposure.text(c::DATA_CLASSES);
        let told = exposure.text(c::CLASSES_TOLD);
        // Looked up, never iterated.
        let mut known: HashMap<Cow<'_, str>, u32, FxBuildHasher> = HashMap::default();
        let mut known_sets: HashMap<Vec<u32>, u32, FxBuildHasher> = HashMap::default();
        let (mut wordings, mut incident_sets) = (Vec::new(), Vec::new());
        let (mut rows, mut set) = (Vec::new(), Vec::new());
        let mut of = Vec::with_capacity(people.len());
        for person in people {
            rows.clear();
            rows.extend(case.spoken_of(&person.places));
            let codes = united(&rows, all_codes, told);
            let wording = *known.entry(codes).or_insert_with_key(|codes| {
                wordings.push(Wording::of(codes, classes));
                number(wordings.len() - 1)
            });
            set.clear();
            set.extend(rows.iter().map(|&row| case.incident_of[row as usize]));
            let incidents = *known_sets.entry_ref(set.as_slice()).or_insert_with(|| {
                let ids: Vec<_> = rows.iter().map(|&row| case.incident(row)).collect();
                incident_sets.push(ids.join(";"));
                number(incident_sets.len() - 1)
            });
            of.push((wording, incidents));
        }
        Told { wordings, incident_sets, of }
    }

    /// Gives the row of each person's words in `words`.
    pub(super) fn rows(&self) -> Rows {
        Rows::of(self.of.iter().map(|(wording, _)| *wording).collect())
    }

    /// Gives the row of each person's incidents in `incidents`.
    pub(super) fn incident_rows(&self) -> Rows {
        Rows::of(self.of.iter().map(|(_, incidents)| *incidents).collect())
    }

    /// Lists what the wordings say.
    pub(super) fn words(&self, says: fn(&Wording) -> &str) -> Filled {
        c::DATA_CLASSES.texts(self.wordings.iter().map(|wording| Some(says(wording))))
    }

    /// Lists the sets of incidents.
    pub(super) fn incidents(&self) -> Filled {
        c::INCIDENTS.texts(self.incident_sets.iter().map(Some))
    }
}

/// Unites the classes of several rows; those of a single row stay as they are.
/// What an earlier notice told of is left out, but where nothing else is to be told.
fn united<'a>(rows: &[u32], codes: &'a StringChunked, told: &StringChunked) -> Cow<'a, str> {
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

impl Wording {
    fn of(codes: &str, classes: &DataClasses) -> Wording {
        let mut gravest_first: Vec<(&str, Option<&DataClass>)> = codes
            .split(';')
            .filter(|code| !code.is_empty())
            .map(|code| (code, classes.get(code)))
            .collect();
        gravest_first
            .sort_by_key(|(code, class)| (std::cmp::Reverse(class.map(|class| class.kind)), *code));
        let labels: Vec<_> = gravest_first
            .iter()
            .map(|(code, class)| class.map_or(*code, |class| class.label.as_str()))
            .collect();
        let mut instructions: Vec<&str> = Vec::new();
        for (_, class) in &gravest_first {
            match class.and_then(|class| class.instruction_key.as_deref()) {
                Some(key) if !instructions.contains(&key) => instructions.push(key),
                _ => {}
            }
        }
        Wording {
            codes: codes.to_owned(),
            labels: labels.join("; "),
            instructions: instructions.join(";"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_class_is_named_first_and_advice_is_given_once() {
        let wording =
            Wording::of("email;password_hash_weak;password_plain;phone", &DataClasses::built_in());
        assert_eq!(wording.codes, "email;password_hash_weak;password_plain;phone");
        assert_eq!(
            wording.labels,
            "Password, unsalted/fast hash; Password, plain or reversible; E-mail address; \
             Telephone number"
        );
        assert_eq!(wording.instructions, "reset_password;phishing;smishing_simswap");
    }

    #[test]
    fn a_class_that_is_not_in_the_vocabulary_keeps_its_code() {
        let wording = Wording::of("loyalty_tier;name", &DataClasses::built_in());
        assert_eq!(wording.labels, "Name; loyalty_tier");
        assert_eq!(wording.instructions, "");
    }
}
