//! Which records does a description mean?
//!
//! Those who looked at what was taken often know no list, but a rule: all who were customers
//! before March, all of one shop. Such a rule is asked of every record of every night in which
//! the intruder was there, so that a person deleted since still counts.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;

use crate::fault::nearest_word;
use crate::tables::layout::{Contact, Layout, ScopeEntry};
use crate::tables::{Column, Flags, Kind, Table, Texts, column};
use crate::terms::{Condition, Evidence, Identifier, Incident, ScopeFile};

use super::Named;

/// Finds the records that the descriptions of the incidents mean.
///
/// All conditions must hold. Texts are compared whole, without regard to case; `_before` leaves
/// its instant out, `_after` takes it in. A record whose day or instant is unknown cannot be
/// ruled out: it is possible evidence.
///
/// # Shape
/// By description, then record; `entries` holds one row per description.
///
/// # Panics
/// If a condition was not checked by `validate`.
pub fn described(
    contacts: &Table<Contact>,
    incidents: &[Incident],
    entries: &Table<ScopeEntry>,
) -> Vec<Named> {
    let mut named = Vec::new();
    for (entry, scope_file) in descriptions(incidents, entries) {
        let tests: Vec<Test> = scope_file
            .conditions
            .iter()
            .map(|(key, condition)| match Test::read(key, condition) {
                Ok(test) => test,
                Err(wrong) => panic!("condition `{key}` was not checked: {}", wrong.what),
            })
            .collect();
        let n_records = u32::try_from(contacts.height()).unwrap_or(u32::MAX);
        let columns: Vec<_> = tests.iter().map(|test| test.over(contacts)).collect();
        named.par_extend((0..n_records).into_par_iter().filter_map(|record| {
            let mut evidence = scope_file.sureness();
            for (test, over) in tests.iter().zip(&columns) {
                match test.holds(over, record as usize) {
                    Some(true) => {}
                    Some(false) => return None,
                    None => evidence = Evidence::Possible,
                }
            }
            Some(Named { entry, record, evidence, probability: None })
        }));
    }
    named
}

/// Lists the columns of the contacts that the descriptions of an incident look at; none where it has
/// none.
pub fn looked_at(incident: &Incident) -> Vec<Column> {
    let conditions = incident.scope_files.iter().flat_map(|listed| &listed.conditions);
    let tests = conditions.filter_map(|(key, condition)| Test::read(key, condition).ok());
    let mut columns: Vec<Column> = tests
        .map(|test| match test {
            Test::OneOf(column, _)
            | Test::Is(column, _)
            | Test::Before(column, _)
            | Test::After(column, _) => column,
        })
        .collect();
    columns.sort_by_key(|column| column.name);
    columns.dedup_by_key(|column| column.name);
    columns
}

/// Lists the descriptions with the rows that stand for them.
fn descriptions<'a>(
    incidents: &'a [Incident],
    entries: &'a Table<ScopeEntry>,
) -> impl Iterator<Item = (u32, &'a ScopeFile)> {
    let (ids, names) = (entries.text(column::INCIDENT), entries.text(column::SCOPE_FILE));
    let kinds = entries.text(column::IDENTIFIER);
    let rows =
        (0u32..).zip(kinds.iter()).filter(|(_, kind)| *kind == Some(Identifier::Where.word()));
    rows.filter_map(move |(row, _)| {
        let place = row as usize;
        let incident = incidents.iter().find(|it| Some(it.id.as_str()) == ids.get(place))?;
        let meant = incident.scope_files.iter().find(|listed| {
            listed.identifier == Identifier::Where && Some(listed.shown_name()) == names.get(place)
        });
        meant.map(|meant| (row, meant))
    })
}

/// Why a condition cannot be asked.
pub(super) struct Wrong {
    pub(super) what: String,
    pub(super) hint: String,
}

/// Checks the conditions of a description.
pub(super) fn check(scope_file: &ScopeFile) -> Result<(), Wrong> {
    scope_file
        .conditions
        .iter()
        .try_for_each(|(key, condition)| Test::read(key, condition).map(drop))
}

/// A condition, understood.
enum Test {
    OneOf(Column, Vec<String>),
    Is(Column, bool),
    /// In days or milliseconds since 1970.
    Before(Column, i64),
    After(Column, i64),
}

/// The column that a test looks at.
enum Over<'a> {
    Texts(&'a Texts),
    Flags(&'a Flags),
    Days(&'a polars::prelude::Int32Chunked),
    Instants(&'a polars::prelude::Int64Chunked),
}

impl Test {
    fn read(key: &str, condition: &Condition) -> Result<Test, Wrong> {
        let side = key.strip_suffix("_before").map(|stem| (stem, true));
        let side = side.or_else(|| key.strip_suffix("_after").map(|stem| (stem, false)));
        if let Some((stem, before)) = side {
            let dated = |column: &&Column| matches!(column.kind, Kind::Day | Kind::Instant);
            let called = |column: &&Column| {
                column.name == stem || column.name.strip_suffix("_at") == Some(stem)
            };
            let found = Contact::COLUMNS.iter().filter(dated).find(called);
            let Some(&column) = found else { return Err(unknown(key)) };
            let Condition::Text(written) = condition else { return Err(no_instant(key)) };
            let limit = limit(column, written).ok_or_else(|| no_instant(key))?;
            return Ok(if before {
                Test::Before(column, limit)
            } else {
                Test::After(column, limit)
            });
        }
        let Some(&column) = Contact::COLUMNS.iter().find(|column| column.name == key) else {
            return Err(unknown(key));
        };
        let lower = |text: &String| text.trim().to_lowercase();
        match (column.kind, condition) {
            (Kind::Text, Condition::Text(text)) => Ok(Test::OneOf(column, vec![lower(text)])),
            (Kind::Text, Condition::OneOf(texts)) if !texts.is_empty() => {
                Ok(Test::OneOf(column, texts.iter().map(lower).collect()))
            }
            (Kind::Flag, Condition::Flag(flag)) => Ok(Test::Is(column, *flag)),
            (Kind::Text, _) => Err(Wrong {
                what: format!("`{key}` is compared with a text or several"),
                hint: format!("{key} = \"…\", or {key} = [\"…\", \"…\"]"),
            }),
            (Kind::Flag, _) => Err(Wrong {
                what: format!("`{key}` is true or false"),
                hint: format!("{key} = true"),
            }),
            (Kind::Day | Kind::Instant, _) => Err(Wrong {
                what: format!("`{key}` is asked for by a limit"),
                hint: format!("{}_before = \"2026-03-01\"", key.trim_end_matches("_at")),
            }),
            _ => Err(unknown(key)),
        }
    }

    fn over<'a>(&self, contacts: &'a Table<Contact>) -> Over<'a> {
        match *self {
            Test::OneOf(column, _) => Over::Texts(contacts.text(column)),
            Test::Is(column, _) => Over::Flags(contacts.flag(column)),
            Test::Before(column, _) | Test::After(column, _) if column.kind == Kind::Day => {
                Over::Days(contacts.day(column))
            }
            Test::Before(column, _) | Test::After(column, _) => {
                Over::Instants(contacts.instant(column))
            }
        }
    }

    /// Tells whether a record meets the condition; nothing where it does not say.
    fn holds(&self, over: &Over<'_>, record: usize) -> Option<bool> {
        match (self, over) {
            (Test::OneOf(_, meant), Over::Texts(texts)) => {
                Some(texts.get(record).is_some_and(|text| {
                    meant.iter().any(|meant| *meant == text.trim().to_lowercase())
                }))
            }
            (Test::Is(_, meant), Over::Flags(flags)) => {
                Some(flags.get(record).unwrap_or(false) == *meant)
            }
            (Test::Before(_, limit), over) => over.date(record).map(|at| at < *limit),
            (Test::After(_, limit), over) => over.date(record).map(|at| at >= *limit),
            _ => None,
        }
    }
}

impl Over<'_> {
    fn date(&self, record: usize) -> Option<i64> {
        match self {
            Over::Days(days) => days.get(record).map(i64::from),
            Over::Instants(instants) => instants.get(record),
            _ => None,
        }
    }
}

/// Reads a day or an instant into what the column counts; a day begins at midnight in UTC.
fn limit(column: Column, written: &str) -> Option<i64> {
    let instant = written.parse::<Timestamp>().ok().or_else(|| {
        let day: Date = written.parse().ok()?;
        day.to_zoned(TimeZone::UTC).ok().map(|midnight| midnight.timestamp())
    })?;
    Some(match column.kind {
        Kind::Day => {
            let day = instant.to_zoned(TimeZone::UTC).date();
            i64::from((day - Date::constant(1970, 1, 1)).get_days())
        }
        _ => instant.as_millisecond(),
    })
}

fn no_instant(key: &str) -> Wrong {
    Wrong {
        what: format!("`{key}` is no day and no instant"),
        hint: format!("{key} = \"2026-03-01\" or \"2026-03-01T02:00:00Z\""),
    }
}

fn unknown(key: &str) -> Wrong {
    let mut known: Vec<String> = Vec::new();
    for column in Contact::COLUMNS {
        match column.kind {
            Kind::Text | Kind::Flag => known.push(column.name.to_owned()),
            Kind::Day | Kind::Instant => {
                let stem = column.name.trim_end_matches("_at");
                known.extend([format!("{stem}_before"), format!("{stem}_after")]);
            }
            _ => {}
        }
    }
    let hint = match nearest_word(key, known.iter().map(String::as_str)) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("conditions are {}", known.join(", ")),
    };
    Wrong { what: format!("`{key}` is no column of the contacts"), hint }
}
