//! What are the people of a batch called?

use std::borrow::Cow;

use super::batch::{Batch, record};
use super::full_name;
use super::name::{self, Name};
use super::note::Notes;
use super::{text, title};
use crate::tables::column;
use crate::terms::Rule;

type Filled = polars::prelude::Column;

/// Fills salutation, first name, middle name, last name and suffix.
pub(super) fn columns(batch: &Batch<'_>, notes: &mut Notes) -> [Filled; 5] {
    let n_rows = batch.n_rows();
    let mut salutations = column::SALUTATION.builder(n_rows);
    let mut first_names = column::FIRST_NAME.builder(n_rows);
    let mut middle_names = column::MIDDLE_NAME.builder(n_rows);
    let mut last_names = column::LAST_NAME.builder(n_rows);
    let mut suffixes = column::SUFFIX.builder(n_rows);
    let texts = [
        column::SALUTATION,
        column::FIRST_NAME,
        column::MIDDLE_NAME,
        column::LAST_NAME,
        column::SUFFIX,
        column::FULL_NAME,
    ]
    .map(|column| batch.text(column));
    for row in 0..n_rows {
        let at = record(row);
        let [salutation, first, middle, last, suffix, whole] =
            texts.map(|texts| texts.and_then(|texts| texts.get(row)));
        let part = |raw: Option<_>, field: &'static str, notes: &mut Notes| {
            raw.and_then(|raw| name::part(raw, &mut notes.at(at, field).of(raw)))
        };
        let plain = |raw: Option<_>, field: &'static str, notes: &mut Notes| {
            raw.and_then(|raw| text::clean(raw, &mut notes.at(at, field).of(raw)))
        };
        let mut name = Name {
            salutation: plain(salutation, column::SALUTATION.name, notes),
            first: part(first, column::FIRST_NAME.name, notes),
            middle: part(middle, column::MIDDLE_NAME.name, notes),
            last: part(last, column::LAST_NAME.name, notes),
            suffix: plain(suffix, column::SUFFIX.name, notes),
        };
        complete(&mut name, whole, at, notes);
        if let Some(field) = company_in(&name) {
            notes.at(at, field).found(Rule::CompanyInName);
        } else {
            take_nicknames(&mut name, at, notes);
            if full_name::part_titles(&mut name) {
                let before = last.or(first).unwrap_or("");
                notes.at(at, column::LAST_NAME.name).of(before).repaired(Rule::NameTitle);
            }
            if batch.settings.repair_name_case {
                write_in_case(&mut name, at, notes);
            }
        }
        remark(&name, at, notes);
        salutations.append_option(name.salutation.as_deref());
        first_names.append_option(name.first.as_deref());
        middle_names.append_option(name.middle.as_deref());
        last_names.append_option(name.last.as_deref());
        suffixes.append_option(name.suffix.as_deref());
    }
    [
        column::SALUTATION.built(salutations),
        column::FIRST_NAME.built(first_names),
        column::MIDDLE_NAME.built(middle_names),
        column::LAST_NAME.built(last_names),
        column::SUFFIX.built(suffixes),
    ]
}

/// Takes from the whole name what its parts lack.
fn complete<'a>(name: &mut Name<'_>, whole: Option<&'a str>, record: u32, notes: &mut Notes) {
    // A whole name that stands in the cell of the last one: `Smith, Anna`.
    let in_last = name.last.as_deref().filter(|last| name.first.is_none() && last.contains(','));
    let whole = if let Some(last) = in_last {
        Some(Cow::Owned(last.to_owned()))
    } else if name.first.is_none() || name.last.is_none() {
        // `Anna Lind <anna@example.com>`
        let named = |whole: &'a str| match whole.split_once('<') {
            Some((name, address)) if address.contains('@') && !name.trim().is_empty() => name,
            _ => whole,
        };
        whole.and_then(|whole| {
            name::part(named(whole), &mut notes.at(record, column::FULL_NAME.name).of(whole))
        })
    } else {
        None
    };
    let Some(whole) = whole else { return };
    if name::is_company(&whole) {
        if name.first.is_none() && name.last.is_none() {
            name.last = Some(Cow::Owned(whole.into_owned()));
        }
        return;
    }
    let split = full_name::split(&whole);
    let is_new = match (&name.first, &name.last) {
        (None, None) => true,
        // The part that is there must be in the whole, or two people stand in the row.
        (Some(first), None) => split.first.as_deref() == Some(&**first),
        (None, Some(last)) => last.contains(',') || split.last.as_deref() == Some(&**last),
        (Some(_), Some(_)) => false,
    };
    if !is_new {
        return;
    }
    if split.first.is_some() && split.last.is_some() {
        notes.at(record, column::FULL_NAME.name).of(&whole).repaired(Rule::NameSplit);
    }
    name.first = split.first;
    name.last = split.last;
    name.middle = name.middle.take().or(split.middle);
    name.salutation = name.salutation.take().or(split.salutation);
    name.suffix = name.suffix.take().or(split.suffix);
}

/// Names the field in which the name of a company stands.
fn company_in(name: &Name<'_>) -> Option<&'static str> {
    let is_company = |part: &Option<Cow<'_, str>>| part.as_deref().is_some_and(name::is_company);
    if is_company(&name.last) {
        Some(column::LAST_NAME.name)
    } else {
        is_company(&name.first).then_some(column::FIRST_NAME.name)
    }
}

/// Takes out what stands in quotes or brackets.
fn take_nicknames(name: &mut Name<'_>, record: u32, notes: &mut Notes) {
    for (part, field) in
        [(&mut name.first, column::FIRST_NAME.name), (&mut name.last, column::LAST_NAME.name)]
    {
        let Some(before) = part.as_deref().filter(|text| full_name::may_hold_nickname(text)) else {
            continue;
        };
        let bare = full_name::without_nickname(before).into_owned();
        if bare != before && bare.contains(char::is_alphabetic) {
            notes.at(record, field).of(before).repaired(Rule::NameNickname);
            *part = Some(Cow::Owned(bare));
        }
    }
}

fn write_in_case(name: &mut Name<'_>, record: u32, notes: &mut Notes) {
    let written = |part: &Option<Cow<'_, str>>, companion: &Option<Cow<'_, str>>| {
        name::in_case(part.as_deref()?, companion.as_deref())
    };
    let first = written(&name.first, &name.last);
    let middle = written(&name.middle, &name.last);
    let last = written(&name.last, &name.first);
    for (part, written, field) in [
        (&mut name.first, first, column::FIRST_NAME.name),
        (&mut name.middle, middle, column::MIDDLE_NAME.name),
        (&mut name.last, last, column::LAST_NAME.name),
    ] {
        if let Some(written) = written {
            let before = part.as_deref().unwrap_or("");
            notes.at(record, field).of(before).repaired(Rule::NameCase);
            *part = Some(Cow::Owned(written));
        }
    }
}

/// Says what is odd about a name and not for us to mend.
fn remark(name: &Name<'_>, record: u32, notes: &mut Notes) {
    if let Some(salutation) = name.salutation.as_deref()
        && title::is_to_several(salutation)
    {
        notes.at(record, column::SALUTATION.name).of(salutation).found(Rule::NameSeveral);
        return;
    }
    let (Some(first), Some(last)) = (name.first.as_deref(), name.last.as_deref()) else { return };
    if name::is_anybody(first, last) {
        notes.at(record, column::LAST_NAME.name).of(last).found(Rule::NamePlaceholder);
    } else if name::names_two_people(first, name.middle.as_deref()) {
        notes.at(record, column::FIRST_NAME.name).of(first).found(Rule::NameSeveral);
    } else if name::is_swapped(first, last) {
        let mut cell = notes.at(record, column::LAST_NAME.name).of(last);
        cell.suggests(Rule::NameSwapped, &format!("{last} {first}"));
    }
}
