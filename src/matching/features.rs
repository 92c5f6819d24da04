//! What is compared of each record?
//!
//! A record's values as symbols in two cache lines, so that comparing two records touches little memory
//! and exact equality is one comparison of integers. Further values of a record beyond two of a
//! kind lie aside. The texts behind the symbols are read only where two symbols differ.

use hashbrown::HashMap;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::fold;
use super::intern::{Space, Symbol, count};
use super::nickname::Nicknames;
use crate::tables::layout::{Contact, ContactPoint};
use crate::tables::{Table, column};

/// What stands in the second place of a record that has more than two values of a kind.
const MORE: Symbol = Symbol::MAX;

/// The values of one record. Symbols; 0 is absence.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
pub(super) struct Record {
    pub(super) first_name: Symbol,
    pub(super) middle_name: Symbol,
    pub(super) last_name: Symbol,
    pub(super) company: Symbol,
    /// One hexadecimal digit per decimal digit: 1980-03-07 is 0x19800307.
    pub(super) birth_date: u32,
    pub(super) birth_day_number: i32,
    /// House number, street and postcode (or town) together.
    pub(super) address: Symbol,
    pub(super) street: Symbol,
    pub(super) house: Symbol,
    pub(super) postcode: Symbol,
    pub(super) city: Symbol,
    /// 0 none, then by generation.
    pub(super) suffix: u32,
    /// Given and family name together, whichever stands first.
    pub(super) full_name: Symbol,
    lists: [[Symbol; 2]; List::ALL.len()],
}

/// Two records, `a` the smaller, and what they say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) x: &'a Record,
    pub(super) y: &'a Record,
}

/// Kinds of values of which a record may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Email,
    Phone,
    CustomerKey,
    RecordId,
    /// What stands before the `@` of the e-mails.
    LocalPart,
    /// The last eight digits of the phones, one hexadecimal digit per digit.
    LastDigits,
}

impl List {
    const ALL: [List; 6] = [
        List::Email,
        List::Phone,
        List::CustomerKey,
        List::RecordId,
        List::LocalPart,
        List::LastDigits,
    ];

    /// Those that are read; the others are derived from them.
    const READ: [List; 4] = [List::Email, List::Phone, List::CustomerKey, List::RecordId];

    /// Gives the kind's name in the table of contact points.
    fn kind(self) -> &'static str {
        match self {
            List::Email | List::LocalPart => "email",
            List::Phone | List::LastDigits => "phone",
            List::CustomerKey => "customer_key",
            List::RecordId => "record_id",
        }
    }

    fn takes(self, status: &str) -> bool {
        match self {
            List::Email | List::Phone => !matches!(status, "placeholder" | "empty"),
            _ => status == "valid",
        }
    }

    fn fold(self, raw: &str, folded: &mut String) {
        match self {
            List::Email | List::LocalPart => fold::email(raw, folded),
            List::Phone | List::LastDigits => fold::phone(raw, folded),
            _ => fold::id(raw, folded),
        }
    }
}

/// All values of the records that have more than two of a kind.
#[derive(Default)]
struct Overflow {
    records: Vec<u32>,
    values: Vec<Vec<Symbol>>,
}

/// The records of a run as they are compared.
pub(super) struct Features {
    pub(super) records: Vec<Record>,
    overflow: [Overflow; List::ALL.len()],
    /// Given, middle and family names share a space, since they change places.
    pub(super) names: Space,
    pub(super) nicknames: Nicknames,
    pub(super) companies: Space,
    pub(super) streets: Space,
    pub(super) cities: Space,
    lists: [Space; List::READ.len()],
    /// The share of the records whose e-mail is at its domain, by e-mail.
    pub(super) domain_shares: Vec<f32>,
}

impl Features {
    /// Folds and interns what is compared.
    pub(super) fn of(contacts: &Table<Contact>, points: &Table<ContactPoint>) -> Features {
        let ((people, places), lists) = rayon::join(
            || rayon::join(|| People::of(contacts), || Places::of(contacts)),
            || List::READ.map(|list| Values::of(list, contacts, points)),
        );
        let mut records = vec![Record::default(); contacts.height()];
        records.par_iter_mut().enumerate().for_each(|(row, record)| {
            people.fill(row, record);
            places.fill(row, record);
        });
        let mut overflow = <[Overflow; List::ALL.len()]>::default();
        let emails = &lists[List::Email as usize];
        let domain_shares = domain_shares(&emails.space, &emails.pairs, contacts.height());
        let lists = lists.map(|values| {
            let Values { list, space, pairs } = values;
            overflow[list as usize] = put_in(list, &pairs, &mut records);
            let derived = match list {
                List::Email => Some((List::LocalPart, local_parts(&space))),
                List::Phone => Some((List::LastDigits, last_digits(&space))),
                _ => None,
            };
            if let Some((derived_list, by_symbol)) = derived {
                let derived_pairs: Vec<(u32, Symbol)> = pairs
                    .iter()
                    .map(|&(record, symbol)| (record, by_symbol[symbol as usize]))
                    .filter(|&(_, value)| value != 0)
                    .collect();
                overflow[derived_list as usize] =
                    put_in(derived_list, &derived_pairs, &mut records);
            }
            space.sealed()
        });
        Features {
            records,
            overflow,
            nicknames: Nicknames::of(&people.names),
            names: people.names.sealed(),
            companies: people.companies.sealed(),
            streets: places.streets.sealed(),
            cities: places.cities.sealed(),
            lists,
            domain_shares,
        }
    }

    pub(super) fn n_records(&self) -> usize {
        self.records.len()
    }

    /// Gives two records, `a` the smaller.
    pub(super) fn pair(&self, a: u32, b: u32) -> Pair<'_> {
        Pair { a, b, x: &self.records[a as usize], y: &self.records[b as usize] }
    }

    /// Gives the values of a kind that a record has; `of` is the record or a copy of it.
    pub(super) fn list<'a>(&'a self, list: List, record: u32, of: &'a Record) -> &'a [Symbol] {
        match &of.lists[list as usize] {
            [0, _] => &[],
            [_, MORE] => self.overflow[list as usize].of(record),
            [first, 0] => std::slice::from_ref(first),
            both => both,
        }
    }

    /// Gives the space of a kind's values, of those that are read.
    pub(super) fn space(&self, list: List) -> &Space {
        &self.lists[list as usize]
    }
}

impl Overflow {
    fn of(&self, record: u32) -> &[Symbol] {
        match self.records.binary_search(&record) {
            Ok(place) => &self.values[place],
            Err(_) => &[],
        }
    }
}

/// Puts the values of a kind in their records; they come sorted by record.
fn put_in(list: List, pairs: &[(u32, Symbol)], records: &mut [Record]) -> Overflow {
    let mut overflow = Overflow::default();
    for of_one in pairs.chunk_by(|one, other| one.0 == other.0) {
        let record = of_one[0].0;
        let place = &mut records[record as usize].lists[list as usize];
        match of_one {
            [(_, only)] => *place = [*only, 0],
            [(_, first), (_, second)] if first == second => *place = [*first, 0],
            [(_, first), (_, second)] => *place = [*first, *second],
            many => {
                // The order of the file is kept: it does not depend on the order of records.
                let mut values: Vec<Symbol> = Vec::with_capacity(many.len());
                for &(_, symbol) in many {
                    if !values.contains(&symbol) {
                        values.push(symbol);
                    }
                }
                *place = [values[0], values.get(1).copied().unwrap_or(0)];
                if values.len() > 2 {
                    place[1] = MORE;
                    overflow.records.push(record);
                    overflow.values.push(values);
                }
            }
        }
    }
    overflow
}

/// Gives the local part of each e-mail; short ones are initials and offices, nobody's own.
fn local_parts(emails: &Space) -> Vec<Symbol> {
    const N_LETTERS_MIN: usize = 5;
    let derive = |email: &str, local: &mut String| {
        let part = email.rsplit_once('@').map_or("", |(local, _)| local);
        if part.len() >= N_LETTERS_MIN {
            local.push_str(part);
        }
    };
    emails.derived(derive).1
}

/// Gives, by e-mail, the share of the records that have one at the same domain.
#[expect(clippy::cast_possible_truncation, reason = "a share needs no more than seven digits")]
fn domain_shares(emails: &Space, pairs: &[(u32, Symbol)], n_records: usize) -> Vec<f32> {
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
fn last_digits(phones: &Space) -> Vec<Symbol> {
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

/// Names, employer and birth date by row.
struct People {
    names: Space,
    first: Vec<Symbol>,
    middle: Vec<Symbol>,
    last: Vec<Symbol>,
    companies: Space,
    company: Vec<Symbol>,
    suffix: Vec<u8>,
    full: Vec<Symbol>,
    birth_days: Vec<Option<i32>>,
}

impl People {
    fn of(contacts: &Table<Contact>) -> People {
        let n_rows = contacts.height();
        let mut names = Space::new();
        let mut symbols = |column| {
            let texts = contacts.text(column);
            names.symbols(n_rows, |row| texts.get(row), fold::name)
        };
        let first = symbols(column::FIRST_NAME);
        let last = symbols(column::LAST_NAME);
        let middle = symbols(column::MIDDLE_NAME);
        let mut companies = Space::new();
        let texts = contacts.text(column::COMPANY);
        let company = companies.symbols(n_rows, |row| texts.get(row), fold::name);
        let suffixes = contacts.text(column::SUFFIX);
        let suffix = (0..n_rows).map(|row| suffixes.get(row).map_or(0, generation)).collect();
        let birth_days = contacts.day(column::BIRTH_DATE).iter().collect();
        let full = full_names(&first, &last);
        People { names, first, middle, last, companies, company, suffix, full, birth_days }
    }

    fn fill(&self, row: usize, record: &mut Record) {
        record.first_name = self.first[row];
        record.middle_name = self.middle[row];
        record.last_name = self.last[row];
        record.company = self.company[row];
        record.suffix = u32::from(self.suffix[row]);
        record.full_name = self.full[row];
        if let Some(day_number) = self.birth_days[row] {
            record.birth_day_number = day_number;
            record.birth_date = digits_of(day_number);
        }
    }
}

/// Ranks generations; a father may be called senior, or the first.
fn generation(suffix: &str) -> u8 {
    let word: String =
        suffix.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match word.as_str() {
        "sr" | "sen" | "senior" | "i" | "1st" => 1,
        "jr" | "jun" | "junior" | "ii" | "2nd" => 2,
        "iii" | "3rd" => 3,
        "iv" | "4th" => 4,
        "v" | "5th" => 5,
        // A degree or an order tells no generation.
        _ => 0,
    }
}

/// Writes a day as one hexadecimal digit per decimal digit of year, month and day.
///
/// # Source
/// Hinnant (2013), "chrono-compatible low-level date algorithms", `civil_from_days`.
fn digits_of(day_number: i32) -> u32 {
    let z = i64::from(day_number) + 719_468;
    let (era, day_of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let mut rest = year.clamp(0, 9999) * 10_000 + month * 100 + day;
    let mut digits = 0;
    for place in 0..8 {
        digits |= u32::try_from(rest % 10).unwrap_or(0) << (4 * place);
        rest /= 10;
    }
    digits
}

/// Numbers the whole names, whichever part stands first; 0 where one is absent.
fn full_names(first: &[Symbol], last: &[Symbol]) -> Vec<Symbol> {
    let mut known = Numbered::<(Symbol, Symbol)>::default();
    let number = |(&first, &last): (&Symbol, &Symbol)| {
        if first == 0 || last == 0 {
            return 0;
        }
        let next = count(known.len() + 1);
        *known.entry((first.min(last), first.max(last))).or_insert(next)
    };
    first.iter().zip(last).map(number).collect()
}

/// Numbers what comes in the order in which it comes.
type Numbered<K> = HashMap<K, Symbol, FxBuildHasher>;

/// Addresses by row.
struct Places {
    streets: Space,
    /// By the symbol of the whole street line.
    street_of_line: Vec<Symbol>,
    house_of_line: Vec<Symbol>,
    line: Vec<Symbol>,
    postcode: Vec<Symbol>,
    cities: Space,
    city: Vec<Symbol>,
    address: Vec<Symbol>,
}

/// Parts the street from its number in a folded street line.
const LINE_SEPARATOR: char = '\u{1f}';

impl Places {
    fn of(contacts: &Table<Contact>) -> Places {
        let n_rows = contacts.height();
        let mut lines = Space::new();
        let texts = contacts.text(column::STREET);
        let line = lines.symbols(
            n_rows,
            |row| texts.get(row),
            |raw, folded| {
                let mut house = String::new();
                fold::street(raw, folded, &mut house);
                if !house.is_empty() {
                    folded.push(LINE_SEPARATOR);
                    folded.push_str(&house);
                }
            },
        );
        let (streets, street_of_line) = lines.derived(|text, street| {
            street.push_str(text.split(LINE_SEPARATOR).next().unwrap_or(""));
        });
        let (_, house_of_line) = lines.derived(|text, house| {
            house.push_str(text.split(LINE_SEPARATOR).nth(1).unwrap_or(""));
        });
        let mut postcodes = Space::new();
        let texts = contacts.text(column::POSTAL_CODE);
        let postcode = postcodes.symbols(n_rows, |row| texts.get(row), fold::postcode);
        let mut cities = Space::new();
        let texts = contacts.text(column::CITY);
        let city = cities.symbols(n_rows, |row| texts.get(row), fold::name);
        let address = addresses(&line, &house_of_line, &street_of_line, &postcode, &city);
        Places { streets, street_of_line, house_of_line, line, postcode, cities, city, address }
    }

    fn fill(&self, row: usize, record: &mut Record) {
        let line = self.line[row] as usize;
        record.street = self.street_of_line[line];
        record.house = self.house_of_line[line];
        record.postcode = self.postcode[row];
        record.city = self.city[row];
        record.address = self.address[row];
    }
}

/// Numbers the whole addresses: a street with its number in a postcode, or else in a town.
fn addresses(
    line: &[Symbol],
    house_of_line: &[Symbol],
    street_of_line: &[Symbol],
    postcode: &[Symbol],
    city: &[Symbol],
) -> Vec<Symbol> {
    let mut known = Numbered::<(Symbol, bool, Symbol)>::default();
    (0..line.len())
        .map(|row| {
            let (line, postcode, city) = (line[row], postcode[row], city[row]);
            let has_place = postcode != 0 || city != 0;
            let is_whole = street_of_line[line as usize] != 0 && house_of_line[line as usize] != 0;
            if !(has_place && is_whole) {
                return 0;
            }
            let place = if postcode != 0 { postcode } else { city };
            let next = count(known.len() + 1);
            *known.entry((line, postcode != 0, place)).or_insert(next)
        })
        .collect()
}

/// The values of a kind, by record.
struct Values {
    list: List,
    space: Space,
    pairs: Vec<(u32, Symbol)>,
}

impl Values {
    /// Takes no placeholders, which are nobody's. A mistyped e-mail or phone is taken: it reaches
    /// nobody, and still tells whose it was meant to be. Other ids are taken if valid.
    fn of(list: List, contacts: &Table<Contact>, points: &Table<ContactPoint>) -> Values {
        let (kinds, statuses) = (points.text(column::KIND), points.text(column::STATUS));
        let records = points.count(column::RECORD);
        let rows: Vec<(u32, u32)> = (0..points.height())
            .filter(|&row| {
                kinds.get(row) == Some(list.kind())
                    && statuses.get(row).is_some_and(|status| list.takes(status))
            })
            .filter_map(|row| Some((records.get(row)?, count(row))))
            .collect();
        let mut space = Space::new();
        let texts = points.text(column::VALUE);
        let value = |place: usize| texts.get(rows[place].1 as usize);
        let fold = |raw: &str, folded: &mut String| list.fold(raw, folded);
        let mut symbols = space.symbols(rows.len(), value, fold);
        if list == List::RecordId {
            symbols = by_source(contacts, &rows, &symbols);
        }
        let pairs = rows
            .iter()
            .zip(symbols)
            .map(|(&(record, _), symbol)| (record, symbol))
            .filter(|&(_, symbol)| symbol != 0)
            .collect();
        Values { list, space, pairs }
    }
}

/// Tells equal ids of different sources apart: each source numbers for itself.
fn by_source(contacts: &Table<Contact>, rows: &[(u32, u32)], symbols: &[Symbol]) -> Vec<Symbol> {
    let mut sources = Space::new();
    let texts = contacts.text(column::SOURCE);
    let source = sources.symbols(contacts.height(), |row| texts.get(row), fold::id);
    if sources.n_symbols() <= 2 {
        return symbols.to_vec();
    }
    let mut known = Numbered::<(Symbol, Symbol)>::default();
    rows.iter()
        .zip(symbols)
        .map(|(&(record, _), &symbol)| {
            let next = count(known.len() + 1);
            *known.entry((source[record as usize], symbol)).or_insert(next)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_digit_by_digit() {
        assert_eq!(digits_of(0), 0x1970_0101);
        assert_eq!(digits_of(-1), 0x1969_1231);
        assert_eq!(digits_of(3718), 0x1980_0307);
        assert_eq!(digits_of(11_016), 0x2000_0229);
    }

    #[test]
    fn generations_are_ranked_and_degrees_are_not() {
        assert_eq!(generation("Jr."), generation("II"));
        assert_ne!(generation("Sr"), generation("jr"));
        assert_eq!(generation("PhD"), 0);
    }

    #[test]
    fn values_beyond_two_lie_aside_and_are_all_there() {
        let mut records = vec![Record::default(); 4];
        let pairs = [(0, 5), (1, 7), (1, 7), (2, 9), (2, 8), (2, 7), (2, 9)];
        let overflow = put_in(List::Phone, &pairs, &mut records);
        assert_eq!(records[0].lists[List::Phone as usize], [5, 0]);
        assert_eq!(records[1].lists[List::Phone as usize], [7, 0]);
        assert_eq!(records[2].lists[List::Phone as usize], [9, MORE]);
        assert_eq!(overflow.of(2), [9, 8, 7]);
        assert_eq!(records[3].lists[List::Phone as usize], [0, 0]);
    }

    #[test]
    fn a_record_fits_in_two_cache_lines() {
        assert_eq!(size_of::<Record>(), 128);
    }
}
