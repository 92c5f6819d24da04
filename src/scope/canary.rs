//! Which rows list a person who was invented to be found again?

use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

use crate::tables::layout::{Canary, ScopeEntry};
use crate::tables::{Table, column};
use crate::terms::{Identifier, Subject};

use super::listed::Listed;
use super::meet::Met;
use super::wanted::NONE;

/// Values that were seeded into the contacts and belong to nobody. One that stands in a list
/// proves where the list came from; nobody is told.
pub(super) struct Canaries<'a> {
    /// Row, kind, value; in the order of the rows.
    listed: Vec<(u32, Subject, &'a str)>,
    /// The same, to be asked; never iterated.
    values: HashSet<(Subject, &'a str), FxBuildHasher>,
}

impl<'a> Canaries<'a> {
    pub(super) fn of(entries: Option<&'a Table<ScopeEntry>>) -> Canaries<'a> {
        let mut listed = Vec::new();
        if let Some(entries) = entries {
            let (kinds, values) = (entries.text(column::IDENTIFIER), entries.text(column::VALUE));
            for (row, (kind, value)) in (0u32..).zip(kinds.iter().zip(values.iter())) {
                let subject = kind.and_then(Identifier::named).and_then(Identifier::subject);
                if let (Some(subject), Some(value)) = (subject, value) {
                    listed.push((row, subject, value));
                }
            }
        }
        let values = listed.iter().map(|&(_, subject, value)| (subject, value)).collect();
        Canaries { listed, values }
    }

    pub(super) fn has(&self, subject: Subject, value: &str) -> bool {
        !self.values.is_empty() && self.values.contains(&(subject, value))
    }

    pub(super) fn each(&self) -> impl Iterator<Item = (u32, Subject, &'a str)> {
        self.listed.iter().copied()
    }
}

/// Lists the scope rows that name a canary, by list and line.
pub(super) fn table(
    met: &Met,
    listed: &Listed<'_>,
    entries: &Table<ScopeEntry>,
    canaries: Option<&Table<ScopeEntry>>,
) -> Table<Canary> {
    let lines = entries.long(column::SCOPE_LINE);
    let place = |entry: u32| (listed.list_of[entry as usize], lines.get(entry as usize), entry);
    let mut rows = met.canaries.clone();
    rows.sort_unstable_by_key(|&(entry, canary)| (place(entry), canary));
    let line = |canary: u32| {
        let table = canaries.filter(|_| canary != NONE)?;
        table.long(column::SCOPE_LINE).get(canary as usize)
    };
    // A canary's value is looked for as several kinds of identifier.
    rows.dedup_by_key(|&mut (entry, canary)| (entry, line(canary)));
    let text = |column: crate::tables::Column| {
        column.texts(rows.iter().map(|&(entry, _)| entries.text(column).get(entry as usize)))
    };
    Table::of(vec![
        text(column::INCIDENT),
        text(column::SCOPE_FILE),
        column::SCOPE_LINE
            .longs_or_nothing(rows.iter().map(|&(entry, _)| lines.get(entry as usize))),
        text(column::IDENTIFIER),
        column::CANARY_LINE.longs_or_nothing(rows.iter().map(|&(_, canary)| line(canary))),
    ])
}
