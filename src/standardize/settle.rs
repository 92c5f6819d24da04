//! What can only be told when all batches of a source are there?
//!
//! The order of day and month and the sign that parts decimals are the same throughout a column of
//! a source, however many batches it came in. So a batch leaves open what its own cell does not
//! tell, and says what it saw; once all batches are there, the column decides. Whether a date can
//! be true is asked then too.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::batch::{Batch, record};
use super::date::{self, Read, Votes};
use super::dates::{self, DATES};
use super::note::Notes;
use super::plausible::Plausible;
use super::settings::{DateOrder, Settings};
use super::zeros::{self, Zeros};
use crate::tables::layout::{Contact, Finding};
use crate::tables::{Layout, Table, column};
use crate::terms::Rule;

/// What a batch saw of the columns of its sources, and what it left open.
#[derive(Debug, Default)]
pub struct Open {
    seen: Vec<Seen>,
    dates: Vec<OpenDate>,
    /// By column and order, the rows whose date can be read in that order only.
    ordered: [[Vec<u32>; 2]; DATES.len()],
    amounts: Vec<OpenAmount>,
}

/// What a batch saw of one source.
#[derive(Debug, Default, Clone)]
struct Seen {
    source: String,
    votes: [Votes; DATES.len()],
    /// Rows by the country that they name.
    countries: BTreeMap<&'static str, u32>,
    n_births: u32,
    /// Births on a first of January, by day.
    n_firsts: BTreeMap<i32, u32>,
    /// Births before 1900.
    n_early: u32,
    /// How often a point and a comma parted decimals for certain.
    n_signs: [u32; 2],
    /// Telephone numbers without the zero that one dials.
    zeros: Zeros,
}

/// A date with two readings: by the day first, from which the other follows.
#[derive(Debug, Clone, Copy)]
struct OpenDate {
    row: u32,
    day_first: i32,
    ms: i32,
    source: u16,
    column: u16,
}

/// An amount with two readings.
#[derive(Debug, Clone, Copy)]
struct OpenAmount {
    row: u32,
    source: u16,
    /// Whether the sign in it is a comma.
    has_comma: bool,
    by_thousands: i64,
    by_decimals: i64,
}

impl Open {
    pub(super) fn of(batch: &Batch<'_>, notes: &Notes) -> Open {
        let zeros = Zeros::of(batch, notes);
        let seen = batch.sources.iter().enumerate().map(|(place, source)| {
            let of_source = batch.countries.iter().zip(&batch.source_of);
            let (source, zeros) = ((*source).to_owned(), zeros[place]);
            let mut seen = Seen { source, zeros, ..Seen::default() };
            for country in of_source.filter(|(_, of)| **of == place).filter_map(|(own, _)| *own) {
                *seen.countries.entry(country).or_default() += 1;
            }
            seen
        });
        Open { seen: seen.collect(), ..Open::default() }
    }

    /// Takes note of a date; gives its day and milliseconds where its cell alone tells them.
    pub(super) fn date(
        &mut self,
        (row, source, column): (u32, usize, usize),
        read: Read,
    ) -> Option<(i32, i64)> {
        let seen = &mut self.seen[source];
        seen.votes[column].count(read);
        let told = match read {
            Read::Day(day, ms) => Some((day, ms)),
            Read::Ordered(order, day, ms) => {
                self.ordered[column][usize::from(order == DateOrder::MonthFirst)].push(row);
                Some((day, ms))
            }
            Read::Either { day_first, ms, .. } => {
                let source = u16::try_from(source).unwrap_or(u16::MAX);
                let column = u16::try_from(column).unwrap_or(u16::MAX);
                let ms = i32::try_from(ms).unwrap_or(0);
                self.dates.push(OpenDate { row, day_first, ms, source, column });
                seen.n_births += u32::from(column == 0);
                None
            }
            _ => None,
        };
        if let (Some((day, _)), 0) = (told, column) {
            seen.n_births += 1;
            seen.n_early += u32::from(date::civil(day).0 < 1900);
            if matches!(date::civil(day), (_, 1, 1)) {
                *seen.n_firsts.entry(day).or_default() += 1;
            }
        }
        told
    }

    /// Takes note of the sign that parted decimals.
    pub(super) fn sign(&mut self, source: usize, sign: char) {
        self.seen[source].n_signs[usize::from(sign == ',')] += 1;
    }

    /// Leaves an amount open.
    pub(super) fn amount(
        &mut self,
        (row, source): (u32, usize),
        sign: char,
        by_thousands: i64,
        by_decimals: i64,
    ) {
        let (source, has_comma) = (u16::try_from(source).unwrap_or(u16::MAX), sign == ',');
        self.amounts.push(OpenAmount { row, source, has_comma, by_thousands, by_decimals });
    }
}

/// A batch that was standardized, and what it left open.
#[derive(Debug)]
pub struct Unsettled<'a> {
    /// Its contacts.
    pub contacts: &'a mut Table<Contact>,
    /// What was found about them.
    pub findings: &'a mut Table<Finding>,
    /// What was left open.
    pub open: Open,
    /// The rows of the batch that the contacts still hold; all where absent.
    pub kept: Option<Vec<u32>>,
}

/// Settles what the batches of a run left open, all batches of a source together.
///
/// # Shape
/// Row for row the same contacts with more cells filled, and fewer where a date cannot be true;
/// findings by record.
pub fn settle(mut parts: Vec<Unsettled<'_>>, settings: &Settings) {
    let mut sources: BTreeMap<String, Seen> = BTreeMap::new();
    for seen in parts.iter().flat_map(|part| &part.open.seen) {
        sources.entry(seen.source.clone()).or_default().add(seen);
    }
    let decided: BTreeMap<String, Decided> = sources
        .into_iter()
        .map(|(source, seen)| {
            let decided = Decided::of(&source, &seen, settings);
            (source, decided)
        })
        .collect();
    let firsts = first_open(&parts, &decided);
    let mut told = BTreeSet::new();
    for part in &mut parts {
        part.gather_zeros(&decided, &mut told);
    }
    parts.par_iter_mut().zip(firsts).for_each(|(part, firsts)| part.settle(&decided, &firsts));
}

impl Seen {
    fn add(&mut self, other: &Seen) {
        self.votes.iter_mut().zip(other.votes).for_each(|(sum, votes)| sum.add(votes));
        for (country, n_rows) in &other.countries {
            *self.countries.entry(country).or_default() += n_rows;
        }
        self.zeros.add(other.zeros);
        self.n_births += other.n_births;
        self.n_early += other.n_early;
        for (day, n_births) in &other.n_firsts {
            *self.n_firsts.entry(*day).or_default() += n_births;
        }
        self.n_signs.iter_mut().zip(other.n_signs).for_each(|(sum, n)| *sum += n);
    }

    /// The country that most rows name, ties to the first code.
    fn main_country(&self) -> Option<&'static str> {
        let most =
            self.countries.iter().max_by(|one, other| one.1.cmp(other.1).then(other.0.cmp(one.0)));
        most.map(|(country, _)| *country)
    }
}

/// What the columns of a source turned out to be.
struct Decided {
    orders: [Option<DateOrder>; DATES.len()],
    is_order_given: bool,
    /// Whether a comma parts decimals; nothing where both signs did, or none.
    comma_parts: Option<bool>,
    plausible: Plausible,
    zeros: Zeros,
}

impl Decided {
    fn of(source: &str, seen: &Seen, settings: &Settings) -> Decided {
        let given = settings.date_order.get(source).copied();
        let country = seen.main_country().or(settings.country());
        let mut all = Votes::default();
        seen.votes.iter().for_each(|votes| all.add(*votes));
        Decided {
            orders: seen.votes.map(|own| given.or_else(|| own.order(all, country))),
            is_order_given: given.is_some(),
            comma_parts: match seen.n_signs {
                [0, 0] => None,
                [_, 0] => Some(false),
                [0, _] => Some(true),
                _ => None,
            },
            plausible: Plausible::of(seen.n_births, seen.n_early, &seen.n_firsts, settings),
            zeros: seen.zeros,
        }
    }
}

/// For each part the rows, by column, at which the order of a column is to be told: the first
/// that needed it in the whole source.
fn first_open(
    parts: &[Unsettled<'_>],
    decided: &BTreeMap<String, Decided>,
) -> Vec<Vec<(u32, usize)>> {
    let mut told: BTreeSet<(&str, u16)> = BTreeSet::new();
    let mut of_part = |part: &Unsettled<'_>| {
        let mut firsts = Vec::new();
        for open in &part.open.dates {
            let source = part.open.seen[usize::from(open.source)].source.as_str();
            // The keys live as long as what was decided.
            let Some((source, decided)) = decided.get_key_value(source) else { continue };
            let is_there = part.row_of(open.row).is_some() && !decided.is_order_given;
            if is_there && told.insert((source.as_str(), open.column)) {
                firsts.push((open.row, usize::from(open.column)));
            }
        }
        firsts
    };
    parts.iter().map(&mut of_part).collect()
}

impl Unsettled<'_> {
    /// Gives the row of the contacts that a row of the batch became.
    fn row_of(&self, row: u32) -> Option<usize> {
        match &self.kept {
            None => Some(row as usize),
            Some(kept) => kept.binary_search(&row).ok(),
        }
    }

    /// Gives the place of a row's source among those that the batch saw.
    fn source_of(&self, row: usize) -> usize {
        if self.open.seen.len() == 1 {
            return 0;
        }
        let source = self.contacts.text(column::SOURCE).get(row).unwrap_or("");
        self.open.seen.iter().position(|seen| seen.source == source).unwrap_or(0)
    }

    fn settle(&mut self, decided: &BTreeMap<String, Decided>, firsts: &[(u32, usize)]) {
        let decided: Vec<&Decided> =
            self.open.seen.iter().filter_map(|seen| decided.get(&seen.source)).collect();
        if decided.len() != self.open.seen.len() || self.contacts.height() == 0 {
            return;
        }
        let mut notes = Notes::default();
        let mut dates = dates::Dates::of(self.contacts);
        let mut is_changed = self.fill_dates(&decided, firsts, &mut dates, &mut notes);
        let of_row = |row: usize| &decided[self.source_of(row)].plausible;
        is_changed |= dates.doubt(of_row, &mut notes);
        let amounts = self.fill_amounts(&decided, &mut notes);
        if is_changed || amounts.is_some() {
            let mut columns: Vec<_> = self.contacts.frame().columns().to_vec();
            let mut put = |filled: polars::prelude::Column| {
                let place =
                    Contact::COLUMNS.iter().position(|own| own.name == filled.name().as_str());
                if let Some(place) = place {
                    columns[place] = filled;
                }
            };
            if is_changed {
                dates.columns().into_iter().for_each(&mut put);
            }
            if let Some(amounts) = amounts {
                put(column::GIVEN_CLV_CENTS.amounts_or_nothing(amounts.into_iter()));
            }
            *self.contacts = Table::of(columns);
        }
        if !notes.is_empty() {
            let findings = std::mem::replace(self.findings, Table::empty());
            *self.findings = zeros::by_record(findings, notes);
        }
    }

    /// Makes one remark of those on the telephone numbers of a source that is written without
    /// zeros; `told` are the sources of which that is said.
    fn gather_zeros<'d>(
        &mut self,
        decided: &'d BTreeMap<String, Decided>,
        told: &mut BTreeSet<&'d str>,
    ) {
        let of_sources: Vec<Option<(&str, Zeros)>> = self
            .open
            .seen
            .iter()
            .map(|seen| {
                let (source, decided) = decided.get_key_value(&seen.source)?;
                decided.zeros.are_habit().then_some((source.as_str(), decided.zeros))
            })
            .collect();
        if of_sources.iter().any(Option::is_some) {
            let mut findings = std::mem::replace(self.findings, Table::empty());
            zeros::gathered(&mut findings, told, |record| {
                of_sources[self.source_of(record as usize)]
            });
            *self.findings = findings;
        }
    }

    fn fill_dates(
        &self,
        decided: &[&Decided],
        firsts: &[(u32, usize)],
        dates: &mut dates::Dates,
        notes: &mut Notes,
    ) -> bool {
        let mut is_changed = false;
        for open in &self.open.dates {
            let Some(row) = self.row_of(open.row) else { continue };
            let column = usize::from(open.column);
            let (text, _) = DATES[column];
            let mut cell = notes.at(record(row), text.name);
            let Some(order) = decided[usize::from(open.source)].orders[column] else {
                let either =
                    format!("{} or {}", date::iso(open.day_first), date::iso(open.month_first()));
                cell.suggests(Rule::DateAmbiguous, &either);
                continue;
            };
            if firsts.contains(&(open.row, column)) {
                cell.suggests(Rule::DateOrder, order.word());
            }
            let day = match order {
                DateOrder::DayFirst => open.day_first,
                DateOrder::MonthFirst => open.month_first(),
            };
            dates.fill(column, row, day, i64::from(open.ms));
            is_changed = true;
        }
        for (column, by_order) in self.open.ordered.iter().enumerate() {
            for (order, rows) in
                [DateOrder::DayFirst, DateOrder::MonthFirst].into_iter().zip(by_order)
            {
                for row in rows.iter().filter_map(|row| self.row_of(*row)) {
                    let decided = decided[self.source_of(row)].orders[column];
                    if decided.is_some_and(|decided| decided != order) {
                        let mut cell = notes.at(record(row), DATES[column].0.name);
                        cell.found(Rule::DateOrderContradicted);
                    }
                }
            }
        }
        is_changed
    }

    fn fill_amounts(&self, decided: &[&Decided], notes: &mut Notes) -> Option<Vec<Option<i64>>> {
        if self.open.amounts.is_empty() {
            return None;
        }
        let mut amounts: Vec<Option<i64>> =
            self.contacts.cents(column::GIVEN_CLV_CENTS).iter().collect();
        for open in &self.open.amounts {
            let Some(row) = self.row_of(open.row) else { continue };
            match decided[usize::from(open.source)].comma_parts {
                Some(comma) if comma == open.has_comma => amounts[row] = Some(open.by_decimals),
                Some(_) => amounts[row] = Some(open.by_thousands),
                None => notes.at(record(row), column::CLV_TEXT.name).found(Rule::AmountAmbiguous),
            }
        }
        Some(amounts)
    }
}

impl OpenDate {
    fn month_first(&self) -> i32 {
        let (year, month, day) = date::civil(self.day_first);
        date::days(year, day, month).unwrap_or(self.day_first)
    }
}
