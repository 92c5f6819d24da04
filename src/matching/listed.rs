//! Which e-mails, phones and ids do records have?

use hashbrown::HashMap;
use polars::prelude::StaticArray;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::fold;
use super::intern::{Space, Symbol, chunks_of, count, hash_of, numbered_by_hash};
use super::list::List;
use super::sharing::mixed;
use crate::tables::layout::{Contact, ContactPoint};
use crate::tables::{Table, column};

/// The values of a kind, by record.
pub(super) struct Values {
    pub(super) space: Space,
    /// Records and their values, in the order of the table.
    pub(super) pairs: Vec<(u32, Symbol)>,
}

impl Values {
    /// Takes no placeholders, which are nobody's. A mistyped e-mail or phone is taken: it reaches
    /// nobody, and still tells whose it was meant to be. Other ids are taken if valid.
    pub(super) fn all(
        contacts: &Table<Contact>,
        points: &Table<ContactPoint>,
    ) -> [Values; List::READ.len()] {
        let [kinds, statuses, values] =
            [column::KIND, column::STATUS, column::VALUE].map(|column| points.text(column));
        let records = points.count(column::RECORD).downcast_as_array();
        let parts: Vec<[Read<'_>; List::READ.len()]> = chunks_of(points.height())
            .into_par_iter()
            .map(|rows| {
                let mut read = <[Read<'_>; List::READ.len()]>::default();
                for row in rows {
                    let kind = kinds.get(row);
                    let list = List::READ.into_iter().find(|list| kind == Some(list.kind()));
                    let (Some(list), Some(record), Some(value)) =
                        (list, records.get(row), values.get(row))
                    else {
                        continue;
                    };
                    if statuses.get(row).is_some_and(|status| list.takes(status)) {
                        read[list as usize].records.push(record);
                        read[list as usize].texts.push(value);
                    }
                }
                read
            })
            .collect();
        let mut read = <[Read<'_>; List::READ.len()]>::default();
        for part in parts {
            for (all, part) in read.iter_mut().zip(part) {
                all.records.extend_from_slice(&part.records);
                all.texts.extend_from_slice(&part.texts);
            }
        }
        let mut read = read.into_iter();
        List::READ.map(|list| Values::of(list, read.next().unwrap_or_default(), contacts))
    }

    fn of(list: List, read: Read<'_>, contacts: &Table<Contact>) -> Values {
        let Read { records, texts } = read;
        let (space, symbols) = if list == List::RecordId {
            // Nearly all are different, and no level asks how alike two are.
            (Space::empty(), ids_by_source(contacts, &records, &texts))
        } else {
            let fold = |raw: &str, folded: &mut String| list.fold(raw, folded);
            Space::of(texts.len(), |place| Some(texts[place]), fold)
        };
        let pairs = records.into_iter().zip(symbols).filter(|&(_, symbol)| symbol != 0).collect();
        Values { space, pairs }
    }
}

/// Values of a kind as they are read, and whose they are.
#[derive(Default)]
struct Read<'a> {
    records: Vec<u32>,
    texts: Vec<&'a str>,
}

/// Numbers ids; equal ids of different sources are told apart: each source numbers for itself.
fn ids_by_source(contacts: &Table<Contact>, records: &[u32], texts: &[&str]) -> Vec<Symbol> {
    let sources = contacts.text(column::SOURCE);
    let (_, source) = Space::of(contacts.height(), |row| sources.get(row), fold::id);
    let id = |place: usize| (source[records[place] as usize], texts[place].trim());
    let hash = |place: usize| {
        let (source, text) = id(place);
        (!text.is_empty()).then(|| mixed(hash_of(text), u64::from(source)))
    };
    numbered_by_hash(texts.len(), hash, |one, other| id(one) == id(other))
}

/// Gives what stands before the `@`; nothing where there is none.
pub(super) fn local_part(email: &str) -> &str {
    email.rsplit_once('@').map_or("", |(local, _)| local)
}

/// Numbers the local part of each e-mail, by its symbol; short ones are initials and offices,
/// nobody's own.
pub(super) fn local_parts(emails: &Space) -> Vec<Symbol> {
    const N_LETTERS_MIN: usize = 5;
    let local = |email: usize| local_part(emails.text(count(email)));
    let hash = |email: usize| {
        let local = local(email);
        (local.len() >= N_LETTERS_MIN).then(|| hash_of(local))
    };
    numbered_by_hash(emails.n_symbols(), hash, |one, other| local(one) == local(other))
}

/// Gives, by e-mail, the share of the records that have one at the same domain.
#[expect(clippy::cast_possible_truncation, reason = "a share needs no more than seven digits")]
pub(super) fn domain_shares(emails: &Space, pairs: &[(u32, Symbol)], n_records: usize) -> Vec<f32> {
    let mut known: HashMap<&str, usize, FxBuildHasher> = HashMap::default();
    let domain_of: Vec<usize> = (0..count(emails.n_symbols()))
        .map(|email| {
            let domain = emails.text(email).rsplit_once('@').map_or("", |(_, domain)| domain);
            let n_known = known.len();
            *known.entry(domain).or_insert(n_known)
        })
        .collect();
    let mut n_of_domain = vec![0_u32; known.len()];
    for &(_, email) in pairs {
        n_of_domain[domain_of[email as usize]] += 1;
    }
    let share = |domain: &usize| f64::from(n_of_domain[*domain]) / n_records as f64;
    domain_of.iter().map(|domain| share(domain) as f32).collect()
}

/// Gives the last eight digits of each phone, one hexadecimal digit per digit; of less than seven
/// digits nothing.
pub(super) fn last_digits(phones: &Space) -> Vec<Symbol> {
    const N_DIGITS_MIN: usize = 7;
    (0..count(phones.n_symbols()))
        .into_par_iter()
        .map(|symbol| {
            let digits = || phones.text(symbol).bytes().filter(u8::is_ascii_digit);
            if digits().count() < N_DIGITS_MIN {
                return 0;
            }
            digits().fold(0_u32, |last, digit| (last << 4) | u32::from(digit - b'0'))
        })
        .collect()
}
