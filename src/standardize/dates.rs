//! When were the people of a batch born, and when did their records change?

use super::batch::{Batch, record};
use super::date::{self, Read};
use super::note::Notes;
use super::plausible::Plausible;
use super::settle::Open;
use crate::tables::layout::Contact;
use crate::tables::{Column, Table, column};
use crate::terms::Rule;

type Filled = polars::prelude::Column;

/// What two digits can mean at most where the day of the run is not known.
const NEWEST_YEAR: i32 = 2030;

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// The dates of a record: as written, and as days or instants.
pub(super) const DATES: [(Column, Column); 4] = [
    (column::BIRTH_DATE_TEXT, column::BIRTH_DATE),
    (column::CREATED_AT_TEXT, column::CREATED_AT),
    (column::UPDATED_AT_TEXT, column::UPDATED_AT),
    (column::VERIFIED_AT_TEXT, column::VERIFIED_AT),
];

/// Fills birth date, made, changed and confirmed, as far as each cell alone tells; the others are
/// left open.
pub(super) fn columns(batch: &Batch<'_>, notes: &mut Notes, open: &mut Open) -> [Filled; 4] {
    let newest_year = batch.settings.as_of.map_or(NEWEST_YEAR, |day| i32::from(day.year()));
    let mut filled = DATES.iter().enumerate().map(|(place, (text, filled))| {
        let Some(texts) = batch.text(*text) else { return filled.nothing(batch.n_rows()) };
        let told: Vec<Option<(i32, i64)>> = (0..batch.n_rows())
            .map(|row| {
                let raw = texts.get(row).map(str::trim).filter(|text| !text.is_empty())?;
                let read = if super::text::is_null_word(raw) {
                    Read::Nothing
                } else {
                    date::read(raw, newest_year)
                };
                let mut cell = notes.at(record(row), text.name).of(raw);
                match read {
                    Read::Nothing => cell.repaired(Rule::NullWord),
                    Read::Serial(day) => cell.suggests(Rule::ExcelSerialDate, &date::iso(day)),
                    Read::Unreadable => cell.found(Rule::DateUnreadable),
                    _ => {}
                }
                open.date((record(row), batch.source_of[row], place), read)
            })
            .collect();
        if place == 0 {
            filled.days(told.iter().map(|told| told.map(|(day, _)| day)))
        } else {
            filled.instants(told.iter().map(|told| told.map(|(day, ms)| instant(day, ms))))
        }
    });
    std::array::from_fn(|place| filled.next().unwrap_or_else(|| DATES[place].1.empty()))
}

fn instant(day: i32, ms: i64) -> i64 {
    i64::from(day) * DAY_MS + ms
}

/// The dates of a batch's contacts, taken out to be filled and doubted.
pub(super) struct Dates {
    births: Vec<Option<i32>>,
    instants: [Vec<Option<i64>>; 3],
}

impl Dates {
    pub(super) fn of(contacts: &Table<Contact>) -> Dates {
        let instants = |(_, filled): &(Column, Column)| contacts.instant(*filled).iter().collect();
        Dates {
            births: contacts.day(column::BIRTH_DATE).iter().collect(),
            instants: [instants(&DATES[1]), instants(&DATES[2]), instants(&DATES[3])],
        }
    }

    pub(super) fn fill(&mut self, column: usize, row: usize, day: i32, ms: i64) {
        match column.checked_sub(1) {
            None => self.births[row] = Some(day),
            Some(place) => self.instants[place][row] = Some(instant(day, ms)),
        }
    }

    /// Takes out what cannot be true, and says what does not agree; tells whether it took any.
    pub(super) fn doubt<'p>(
        &mut self,
        plausible: impl Fn(usize) -> &'p Plausible,
        notes: &mut Notes,
    ) -> bool {
        let mut is_changed = false;
        for row in 0..self.births.len() {
            let plausible = plausible(row);
            if let Some(day) = self.births[row]
                && let Some(rule) = plausible.doubts_birth(day)
            {
                notes.at(record(row), column::BIRTH_DATE.name).of(&date::iso(day)).found(rule);
                self.births[row] = None;
                is_changed = true;
            }
            for (place, (_, filled)) in DATES.iter().skip(1).enumerate() {
                let own = &mut self.instants[place][row];
                if let Some(ms) = *own
                    && let Some(rule) = plausible.doubts_instant(ms)
                {
                    let day = i32::try_from(ms.div_euclid(DAY_MS)).unwrap_or(i32::MAX);
                    notes.at(record(row), filled.name).of(&date::iso(day)).found(rule);
                    *own = None;
                    is_changed = true;
                }
            }
            if let Some(field) = self.is_out_of_order(row) {
                notes.at(record(row), field).found(Rule::DatesOutOfOrder);
            }
        }
        is_changed
    }

    /// Names the date of a row that lies before one that it must follow. A day is granted: some
    /// systems write days, others instants of another place.
    fn is_out_of_order(&self, row: usize) -> Option<&'static str> {
        let [created, updated, verified] = self.instants.each_ref().map(|own| own[row]);
        let follows = |later: Option<i64>, earlier: Option<i64>| {
            later.zip(earlier).is_none_or(|(later, earlier)| later + DAY_MS >= earlier)
        };
        let birth = self.births[row].map(|day| instant(day, 0));
        if !follows(created, birth) {
            Some(column::CREATED_AT.name)
        } else if !follows(updated, created) {
            Some(column::UPDATED_AT.name)
        } else if !follows(verified, created) {
            Some(column::VERIFIED_AT.name)
        } else {
            None
        }
    }

    pub(super) fn columns(self) -> [Filled; 4] {
        let [created, updated, verified] = self.instants;
        [
            column::BIRTH_DATE.days(self.births.into_iter()),
            column::CREATED_AT.instants(created.into_iter()),
            column::UPDATED_AT.instants(updated.into_iter()),
            column::VERIFIED_AT.instants(verified.into_iter()),
        ]
    }
}
