//! What else do the rows of a batch say?

use super::batch::{Batch, Memo, record};
use super::note::Notes;
use super::settle::Open;
use super::value::{self, Amount};
use super::{country, text};
use crate::tables::{Column, column};
use crate::terms::{Currency, Rule};

type Filled = polars::prelude::Column;

/// Columns that need no other.
pub(super) struct Values {
    pub(super) company: Filled,
    pub(super) language: Filled,
    pub(super) segment: Filled,
    pub(super) market: Filled,
    pub(super) product: Filled,
    pub(super) clv: Filled,
    pub(super) flags: [Filled; 4],
    pub(super) hashes: Filled,
}

/// Fills them.
pub(super) fn columns(batch: &Batch<'_>, notes: &mut Notes, open: &mut Open) -> Values {
    Values {
        company: texts(batch, column::COMPANY, notes),
        language: languages(batch, notes),
        segment: texts(batch, column::SEGMENT, notes),
        market: texts(batch, column::MARKET, notes),
        product: texts(batch, column::PRODUCT, notes),
        clv: amounts(batch, notes, open),
        flags: [
            flags(batch, column::EMAIL_OPT_OUT_TEXT, column::EMAIL_OPT_OUT, notes),
            flags(batch, column::DO_NOT_CALL_TEXT, column::DO_NOT_CALL, notes),
            flags(batch, column::DECEASED_TEXT, column::DECEASED, notes),
            flags(batch, column::DELETED_TEXT, column::DELETED, notes),
        ],
        hashes: hashes(batch),
    }
}

fn texts(batch: &Batch<'_>, column: Column, notes: &mut Notes) -> Filled {
    let Some(texts) = batch.text(column) else { return column.nothing(batch.n_rows()) };
    let mut clean = column.builder(batch.n_rows());
    for (row, raw) in texts.iter().enumerate() {
        let mut cell = notes.at(record(row), column.name).of(raw.unwrap_or(""));
        clean.append_option(raw.and_then(|raw| text::clean(raw, &mut cell)));
    }
    column.built(clean)
}

fn languages(batch: &Batch<'_>, notes: &mut Notes) -> Filled {
    let Some(texts) = batch.text(column::LANGUAGE) else {
        return column::LANGUAGE.nothing(batch.n_rows());
    };
    let mut memo: Memo<Option<String>> = Memo::default();
    let mut tags = column::LANGUAGE.builder(batch.n_rows());
    for (row, raw) in texts.iter().enumerate() {
        let mut cell = notes.at(record(row), column::LANGUAGE.name).of(raw.unwrap_or(""));
        let Some(text) = raw.and_then(|raw| text::clean(raw, &mut cell)) else {
            tags.append_null();
            continue;
        };
        let tag = memo.look_up(&text, |text| {
            let mut tag = String::new();
            country::language(text, &mut tag).then_some(tag)
        });
        if tag.is_none() {
            cell.found(Rule::LanguageUnknown);
        }
        tags.append_option(tag.as_deref());
    }
    column::LANGUAGE.built(tags)
}

fn flags(batch: &Batch<'_>, text: Column, filled: Column, notes: &mut Notes) -> Filled {
    let Some(texts) = batch.text(text) else { return filled.nothing(batch.n_rows()) };
    let mut memo: Memo<Option<bool>> = Memo::default();
    let flags = texts.iter().enumerate().map(|(row, raw)| {
        let raw = raw.map(str::trim).filter(|raw| !raw.is_empty() && !text::is_null_word(raw))?;
        let flag = match raw {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            raw => *memo.look_up(raw, value::flag),
        };
        if flag.is_none() {
            notes.at(record(row), text.name).of(raw).found(Rule::FlagUnreadable);
        }
        flag
    });
    filled.flags_or_nothing(flags)
}

/// Fills the given customer values; which sign parts the decimals the column decides, so that
/// some are left open.
fn amounts(batch: &Batch<'_>, notes: &mut Notes, open: &mut Open) -> Filled {
    let filled = column::GIVEN_CLV_CENTS;
    let Some(texts) = batch.text(column::CLV_TEXT) else { return filled.nothing(batch.n_rows()) };
    let currencies = batch.text(column::CURRENCY);
    let own = batch.settings.currency.as_ref().map(Currency::code);
    let amounts: Vec<Option<i64>> = (0..batch.n_rows())
        .map(|row| {
            let raw = texts.get(row).map(str::trim)?;
            if raw.is_empty() || text::is_null_word(raw) {
                return None;
            }
            let amount = value::amount(raw);
            let sign = match amount {
                Amount::Cents(_, sign) | Amount::Told(_, _, sign) => sign,
                Amount::Either { rest, .. } => rest,
                Amount::Unreadable => {
                    notes
                        .at(record(row), column::CLV_TEXT.name)
                        .of(raw)
                        .found(Rule::AmountUnreadable);
                    return None;
                }
            };
            let source = batch.source_of[row];
            if let Amount::Told(_, parts_decimals, _) = amount {
                open.sign(source, parts_decimals);
            }
            let named = currencies.and_then(|texts| texts.get(row)).map(str::trim);
            let named = named.filter(|named| !named.is_empty() && !text::is_null_word(named));
            let currency = match named {
                Some(named) => {
                    let currency = value::currency(named);
                    if currency.is_none() {
                        let mut cell = notes.at(record(row), column::CURRENCY.name).of(named);
                        cell.found(Rule::CurrencyUnknown);
                    }
                    currency
                }
                None => value::currency(sign),
            };
            if currency.zip(own).is_some_and(|(currency, own)| currency != own) {
                let mut cell = notes.at(record(row), column::CLV_TEXT.name).of(raw);
                cell.found(Rule::AmountOtherCurrency);
                return None;
            }
            match amount {
                Amount::Cents(cents, _) | Amount::Told(cents, ..) => Some(cents),
                Amount::Either { by_thousands, by_decimals, sign, .. } => {
                    open.amount((record(row), source), sign, by_thousands, by_decimals);
                    None
                }
                Amount::Unreadable => None,
            }
        })
        .collect();
    filled.amounts_or_nothing(amounts.into_iter())
}

/// What a row says, and not where it stands.
const HASHED: [Column; 31] = [
    column::SOURCE_ID,
    column::MERGED_IDS,
    column::CUSTOMER_KEY,
    column::FULL_NAME,
    column::SALUTATION,
    column::FIRST_NAME,
    column::MIDDLE_NAME,
    column::LAST_NAME,
    column::SUFFIX,
    column::COMPANY,
    column::EMAIL,
    column::PHONE,
    column::BIRTH_DATE_TEXT,
    column::STREET,
    column::CITY,
    column::REGION,
    column::POSTAL_CODE,
    column::COUNTRY,
    column::LANGUAGE,
    column::SEGMENT,
    column::MARKET,
    column::PRODUCT,
    column::CLV_TEXT,
    column::CURRENCY,
    column::EMAIL_OPT_OUT_TEXT,
    column::DO_NOT_CALL_TEXT,
    column::DECEASED_TEXT,
    column::DELETED_TEXT,
    column::CREATED_AT_TEXT,
    column::UPDATED_AT_TEXT,
    column::VERIFIED_AT_TEXT,
];

/// Hashes each row by FNV-1a with 64 bits: each cell by the number of its column, its bytes and
/// an end sign that UTF-8 does not use. An absent cell and an empty one are the same.
///
/// # Source
/// Fowler, Noll and Vo, "The FNV non-cryptographic hash algorithm", draft-eastlake-fnv.
fn hashes(batch: &Batch<'_>) -> Filled {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut hashes = vec![OFFSET; batch.n_rows()];
    for (number, column) in (0u8..).zip(HASHED) {
        let Some(texts) = batch.text(column) else { continue };
        for (hash, text) in hashes.iter_mut().zip(texts.iter()) {
            let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
            let signs = [number].into_iter().chain(text.bytes()).chain([0xff]);
            *hash = signs.fold(*hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
        }
    }
    column::CONTENT_HASH.longs(hashes)
}
