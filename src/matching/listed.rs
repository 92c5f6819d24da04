//! Which e-mails, phones and ids do records have?

use super::features::List;
use super::fold;
use super::intern::{Space, Symbol, count, numbered, numbered_texts};
use crate::tables::layout::{Contact, ContactPoint};
use crate::tables::{Table, column};

/// The values of a kind, by record.
pub(super) struct Values {
    pub(super) list: List,
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
        let mut read = <[Read<'_>; List::READ.len()]>::default();
        let (kinds, statuses) = (points.text(column::KIND), points.text(column::STATUS));
        let (records, values) = (points.count(column::RECORD), points.text(column::VALUE));
        let rows = kinds.iter().zip(statuses.iter()).zip(records.iter()).zip(values.iter());
        for (((kind, status), record), value) in rows {
            let list = List::READ.into_iter().find(|list| kind == Some(list.kind()));
            let (Some(list), Some(record), Some(value)) = (list, record, value) else { continue };
            if status.is_some_and(|status| list.takes(status)) {
                read[list as usize].records.push(record);
                read[list as usize].texts.push(value);
            }
        }
        let mut read = read.into_iter();
        List::READ.map(|list| Values::of(list, read.next().unwrap_or_default(), contacts))
    }

    fn of(list: List, read: Read<'_>, contacts: &Table<Contact>) -> Values {
        let Read { records, texts } = read;
        let (space, symbols) = if list == List::RecordId {
            // Nearly all are different, and no level asks how alike two are.
            let trimmed: Vec<&str> = texts.iter().map(|text| text.trim()).collect();
            let symbols = by_source(contacts, &records, numbered_texts(&trimmed));
            (Space::empty(), symbols)
        } else {
            let fold = |raw: &str, folded: &mut String| list.fold(raw, folded);
            Space::of(texts.len(), |place| Some(texts[place]), fold)
        };
        let pairs = records.into_iter().zip(symbols).filter(|&(_, symbol)| symbol != 0).collect();
        Values { list, space, pairs }
    }
}

/// Values of a kind as they are read, and whose they are.
#[derive(Default)]
struct Read<'a> {
    records: Vec<u32>,
    texts: Vec<&'a str>,
}

/// Tells equal ids of different sources apart: each source numbers for itself.
fn by_source(contacts: &Table<Contact>, records: &[u32], symbols: Vec<Symbol>) -> Vec<Symbol> {
    let texts = contacts.text(column::SOURCE);
    let (sources, source) = Space::of(contacts.height(), |row| texts.get(row), fold::id);
    if sources.n_symbols() <= 2 {
        return symbols;
    }
    numbered(records.len(), |place| {
        let (source, id) = (source[records[place] as usize], symbols[place]);
        (id != 0).then(|| u64::from(source) << 32 | u64::from(id))
    })
}

/// Gives what stands before the `@`; nothing where there is none.
pub(super) fn local_part(email: &str) -> &str {
    email.rsplit_once('@').map_or("", |(local, _)| local)
}

/// Gives the local part of each e-mail; short ones are initials and offices, nobody's own.
pub(super) fn local_parts(emails: &Space) -> Vec<Symbol> {
    const N_LETTERS_MIN: usize = 5;
    let derive = |email: &str, local: &mut String| {
        let part = local_part(email);
        if part.len() >= N_LETTERS_MIN {
            local.push_str(part);
        }
    };
    emails.derived(derive).1
}

/// Gives, by e-mail, the share of the records that have one at the same domain.
#[expect(clippy::cast_possible_truncation, reason = "a share needs no more than seven digits")]
pub(super) fn domain_shares(emails: &Space, pairs: &[(u32, Symbol)], n_records: usize) -> Vec<f32> {
    let (domains, domain_of) = emails.derived(|email, domain| {
        domain.push_str(email.rsplit_once('@').map_or("", |(_, domain)| domain));
    });
    let mut n_of_domain = vec![0_u32; domains.n_symbols()];
    for &(_, email) in pairs {
        n_of_domain[domain_of[email as usize] as usize] += 1;
    }
    let share = |domain: &Symbol| f64::from(n_of_domain[*domain as usize]) / n_records as f64;
    domain_of.iter().map(|domain| share(domain) as f32).collect()
}

/// Gives the last eight digits of each phone, one hexadecimal digit per digit; of less than seven
/// digits nothing.
pub(super) fn last_digits(phones: &Space) -> Vec<Symbol> {
    const N_DIGITS_MIN: usize = 7;
    (0..phones.n_symbols())
        .map(|symbol| {
            let digits = || phones.text(count(symbol)).bytes().filter(u8::is_ascii_digit);
            if digits().count() < N_DIGITS_MIN {
                return 0;
            }
            digits().fold(0_u32, |last, digit| (last << 4) | u32::from(digit - b'0'))
        })
        .collect()
}
