//! When were the people of a batch born, and when did their records change?

use std::collections::BTreeMap;

use super::batch::{Batch, record};
use super::date::{self, Read, Votes};
use super::note::Notes;
use super::settings::DateOrder;
use crate::tables::{Column, column};
use crate::terms::Rule;

type Filled = polars::prelude::Column;

/// What two digits can mean at most where the day of the run is not known.
const NEWEST_YEAR: i32 = 2030;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Fills birth date, made, changed and confirmed.
pub(super) fn columns(batch: &Batch<'_>, notes: &mut Notes) -> [Filled; 4] {
    let countries = batch.main_countries();
    let births = settled(batch, column::BIRTH_DATE_TEXT, &countries, notes);
    let births = births.map(|births| plausible(batch, births, notes));
    let mut instants = |text: Column, filled: Column| match settled(batch, text, &countries, notes)
    {
        Some(days) => filled
            .instants(days.iter().map(|day| day.map(|(day, ms)| i64::from(day) * DAY_MS + ms))),
        None => filled.nothing(batch.n_rows()),
    };
    [
        match births {
            Some(births) => column::BIRTH_DATE.days(births.into_iter()),
            None => column::BIRTH_DATE.nothing(batch.n_rows()),
        },
        instants(column::CREATED_AT_TEXT, column::CREATED_AT),
        instants(column::UPDATED_AT_TEXT, column::UPDATED_AT),
        instants(column::VERIFIED_AT_TEXT, column::VERIFIED_AT),
    ]
}

/// Reads a column of dates: first every cell on its own, then those that leave day and month
/// open by what the others of their source say.
fn settled(
    batch: &Batch<'_>,
    text: Column,
    countries: &[Option<&'static str>],
    notes: &mut Notes,
) -> Option<Vec<Option<(i32, i64)>>> {
    let texts = batch.text(text)?;
    let newest_year = batch.settings.as_of.map_or(NEWEST_YEAR, |day| i32::from(day.year()));
    let mut votes = vec![Votes::default(); batch.sources.len()];
    let mut reads: Vec<Option<Read>> = Vec::with_capacity(batch.n_rows());
    for row in 0..batch.n_rows() {
        let read = texts.get(row).map(str::trim).filter(|text| !text.is_empty()).map(|text| {
            if super::text::is_null_word(text) {
                Read::Nothing
            } else {
                date::read(text, newest_year)
            }
        });
        if let Some(read) = read {
            votes[batch.source_of[row]].count(read);
        }
        reads.push(read);
    }
    let given: Vec<Option<DateOrder>> = batch
        .sources
        .iter()
        .map(|source| batch.settings.date_order.get(*source).copied())
        .collect();
    let orders: Vec<Option<DateOrder>> = (0..votes.len())
        .map(|source| given[source].or_else(|| votes[source].order(countries[source])))
        .collect();
    let mut is_recorded: Vec<bool> = given.iter().map(Option::is_some).collect();
    let days = reads.into_iter().enumerate().map(|(row, read)| {
        let source = batch.source_of[row];
        let mut cell = notes.at(record(row), text.name);
        if let (Some(Read::Either { .. }), Some(order), false) =
            (read, orders[source], is_recorded[source])
        {
            cell.suggests(Rule::DateOrder, order.word());
            is_recorded[source] = true;
        }
        read.and_then(|read| read.settled(orders[source], &mut cell))
    });
    Some(days.collect())
}

/// Leaves out birth dates that nobody can have, and those that a system filled in.
fn plausible(
    batch: &Batch<'_>,
    births: Vec<Option<(i32, i64)>>,
    notes: &mut Notes,
) -> Vec<Option<i32>> {
    let mut n_births = vec![0usize; batch.sources.len()];
    let mut n_firsts: BTreeMap<(usize, i32), usize> = BTreeMap::new();
    for (birth, &source) in births.iter().zip(&batch.source_of) {
        if let Some((day, _)) = birth {
            n_births[source] += 1;
            if matches!(date::civil(*day), (_, 1, 1)) {
                *n_firsts.entry((source, *day)).or_default() += 1;
            }
        }
    }
    let share_min = batch.settings.birth_date_placeholder_share_min;
    let is_frequent = |source: usize, day: i32| {
        let n_same = n_firsts.get(&(source, day)).copied().unwrap_or(0);
        n_same >= 5 && n_same as f64 >= share_min * n_births[source] as f64
    };
    let last = batch.settings.as_of.map_or_else(
        || date::days(2100, 1, 1),
        |day| date::days(day.year().into(), day.month().into(), day.day().into()),
    );
    let checked = births.into_iter().enumerate().map(|(row, birth)| {
        let (day, _) = birth?;
        let broken = match date::civil(day) {
            (1 | 1900 | 1901, 1, 1) | (1899, 12, 30 | 31) | (1111, 11, 11) | (9999, 12, 31) => {
                Rule::BirthDatePlaceholder
            }
            _ if is_frequent(batch.source_of[row], day) => Rule::BirthDatePlaceholder,
            (..1900, _, _) => Rule::BirthDateTooEarly,
            _ if last.is_some_and(|last| day > last) => Rule::BirthDateFuture,
            _ => return Some(day),
        };
        notes.at(record(row), column::BIRTH_DATE.name).found(broken);
        None
    });
    checked.collect()
}
