//! How can the people of a batch be reached or named?

use std::ops::Range;

use super::Status;
use super::batch::{Batch, record};
use super::email;
use super::email_domain::Domains;
use super::email_words::{FILLER_LOCALS, LIKELY_FILLER_LOCALS};
use super::note::Notes;
use super::{id, phone, text};
use crate::tables::layout::ContactPoint;
use crate::tables::{Table, column};
use crate::terms::Rule;

/// Parts the values of one cell in a raw contact.
const SEPARATOR: char = '\u{1f}';

/// The contact points of a batch, and the record ids, which the contacts carry too.
pub(super) struct Points {
    pub(super) table: Table<ContactPoint>,
    pub(super) source_id: polars::prelude::Column,
}

/// Columns of contact points being filled; the values are laid end to end in one text.
#[derive(Default)]
struct Filling {
    records: Vec<u32>,
    kinds: Vec<&'static str>,
    values: String,
    ends: Vec<usize>,
    statuses: Vec<Status>,
    line_types: Vec<Option<&'static str>>,
    ranks: Vec<u32>,
    /// Where the values of the record and kind at hand begin.
    first: usize,
}

impl Filling {
    fn turn_to_next_kind(&mut self) {
        self.first = self.ends.len();
    }

    fn value(&self, place: usize) -> &str {
        &self.values[self.range(place)]
    }

    fn range(&self, place: usize) -> Range<usize> {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[place]
    }

    /// Takes the value that was written at the end of `values`, unless the record has it already.
    fn take(
        &mut self,
        record: u32,
        kind: &'static str,
        status: Status,
        line: Option<&'static str>,
    ) {
        let start = self.ends.last().copied().unwrap_or(0);
        let value = &self.values[start..];
        let is_known = (self.first..self.ends.len()).any(|place| self.value(place) == value);
        if is_known || value.is_empty() {
            self.values.truncate(start);
            return;
        }
        self.ranks.push(u32::try_from(self.ends.len() - self.first).unwrap_or(u32::MAX));
        self.records.push(record);
        self.kinds.push(kind);
        self.ends.push(self.values.len());
        self.statuses.push(status);
        self.line_types.push(line);
    }

    fn table(self) -> Table<ContactPoint> {
        let kinds = column::KIND.texts(self.kinds.iter().copied().map(Some));
        let values = column::VALUE.texts((0..self.ends.len()).map(|place| Some(self.value(place))));
        let statuses = column::STATUS.texts(self.statuses.iter().map(|one| Some(one.word())));
        let line_types = column::LINE_TYPE.texts(self.line_types.iter().copied());
        Table::of(vec![
            column::RECORD.counts(self.records),
            kinds,
            values,
            statuses,
            line_types,
            column::RANK.counts(self.ranks),
        ])
    }
}

/// Lists the contact points, by record, kind in alphabetical order, and rank.
pub(super) fn points(batch: &Batch<'_>, notes: &mut Notes) -> Points {
    let n_rows = batch.n_rows();
    let texts =
        [column::CUSTOMER_KEY, column::EMAIL, column::PHONE, column::SOURCE_ID, column::MERGED_IDS]
            .map(|column| batch.text(column));
    let mut source_ids = column::SOURCE_ID.builder(n_rows);
    let mut filling = Filling::default();
    let mut domains = Domains::default();
    for row in 0..n_rows {
        let at = record(row);
        let [key, emails, phones, source_id, merged_ids] =
            texts.map(|texts| texts.and_then(|texts| texts.get(row)));
        filling.turn_to_next_kind();
        if let Some(key) = key
            && id::standard(
                key,
                &mut notes.at(at, column::CUSTOMER_KEY.name).of(key),
                &mut filling.values,
            )
        {
            filling.take(at, "customer_key", Status::Valid, None);
        }
        filling.turn_to_next_kind();
        if let Some(emails) = emails {
            take_emails(emails, at, &mut domains, notes, &mut filling);
        }
        filling.turn_to_next_kind();
        if let Some(phones) = phones {
            take_phones(phones, at, batch.country(row), notes, &mut filling);
        }
        filling.turn_to_next_kind();
        let start = filling.values.len();
        let has_id = source_id.is_some_and(|own| {
            id::standard(
                own,
                &mut notes.at(at, column::SOURCE_ID.name).of(own),
                &mut filling.values,
            )
        });
        source_ids.append_option(has_id.then(|| &filling.values[start..]));
        if has_id {
            filling.take(at, "record_id", Status::Valid, None);
        }
        for merged in merged_ids.into_iter().flat_map(|ids| ids.split([SEPARATOR, ';', ','])) {
            let mut cell = notes.at(at, column::MERGED_IDS.name).of(merged);
            if id::standard(merged, &mut cell, &mut filling.values) {
                filling.take(at, "record_id", Status::Valid, None);
            }
        }
    }
    Points { table: filling.table(), source_id: column::SOURCE_ID.built(source_ids) }
}

fn take_emails(
    cell: &str,
    at: u32,
    domains: &mut Domains,
    notes: &mut Notes,
    filling: &mut Filling,
) {
    for part in cell.split(SEPARATOR).flat_map(email::several) {
        let mut cell = notes.at(at, column::EMAIL.name).of(part);
        if is_word_for_none(part) {
            cell.repaired(Rule::NullWord);
            continue;
        }
        let status = email::standard(part, domains, &mut cell, &mut filling.values);
        filling.take(at, "email", status, None);
    }
}

fn take_phones(
    cell: &str,
    at: u32,
    country: Option<&str>,
    notes: &mut Notes,
    filling: &mut Filling,
) {
    for value in cell.split(SEPARATOR).map(str::trim).filter(|value| !value.is_empty()) {
        if is_word_for_none(value) {
            notes.at(at, column::PHONE.name).of(value).repaired(Rule::NullWord);
            continue;
        }
        let mut n_parts = 0;
        phone::several(value, country, |part| {
            n_parts += 1;
            let mut cell = notes.at(at, column::PHONE.name).of(part);
            let phone = phone::standard(part, country, &mut cell, &mut filling.values);
            filling.take(at, "phone", phone.status, phone.line_type);
        });
        if n_parts > 1 {
            notes.at(at, column::PHONE.name).of(value).repaired(Rule::PhoneSeveral);
        }
    }
}

/// `none`, `n/a`, `unknown` in the place of an address or number.
fn is_word_for_none(text: &str) -> bool {
    if text::is_null_word(text) {
        return true;
    }
    if text.len() > 20 || text.bytes().any(|byte| byte == b'@' || byte.is_ascii_digit()) {
        return false;
    }
    let bare: String =
        text.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    // A mask (`xxx-xxx`) is a number that was hidden, and counts as one.
    let is_filler = || FILLER_LOCALS.contains(&bare) || LIKELY_FILLER_LOCALS.contains(&bare);
    !bare.starts_with("xx") && is_filler()
}
