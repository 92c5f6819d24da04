//! What is compared of each record?
//!
//! A record's values as symbols in two cache lines, so that comparing two records touches little
//! memory and exact equality is one comparison of integers. Further values of a record beyond two
//! of a kind lie aside. The texts behind the symbols are read only where two symbols differ.

use rayon::prelude::*;

use super::frequency::Frequencies;
use super::intern::{Space, Symbol, count};
use super::list::{List, MORE, Overflow, derived, put_in};
use super::listed::{Values, domain_shares, last_digits, local_part, local_parts};
use super::middle_name::MiddleNames;
use super::nickname::Nicknames;
use super::people::People;
use super::places::Places;
use super::sketch::Sketch;
use super::{compare, culture};
use crate::tables::Table;
use crate::tables::layout::{Contact, ContactPoint};

/// Shorter postcodes are all slips of each other.
const N_PLACES_POSTCODE_MIN: usize = 4;

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
    pub(super) suffix: u16,
    /// Whether the names are written in Chinese characters, which have several readings.
    pub(super) is_ideographic: bool,
    /// By how much its whole name is more frequent in its country than in the file, in eighths of
    /// a bit.
    pub(super) home_eighths: u8,
    /// Given and family name together, whichever stands first.
    pub(super) full_name: Symbol,
    pub(super) first_initial: Symbol,
    /// How given and family name sound: Soundex.
    pub(super) sounds: [Symbol; 2],
    lists: [[Symbol; 2]; List::OF_POINTS.len()],
    /// Of the local parts of the first two e-mails.
    emails: [Sketch; 2],
}

/// Two records, `a` the smaller, and what they say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) x: &'a Record,
    pub(super) y: &'a Record,
}

/// The records of a run as they are compared.
pub(super) struct Features {
    pub(super) records: Vec<Record>,
    /// What the records are brought together by.
    pub(super) columns: Columns,
    /// By kind.
    overflow: Vec<Overflow>,
    /// Given, middle and family names share a space, since they change places.
    pub(super) names: Space,
    pub(super) nicknames: Nicknames,
    pub(super) companies: Space,
    pub(super) streets: Space,
    pub(super) cities: Space,
    postcodes: Space,
    /// By the symbol of the postcode.
    pub(super) postal_areas: Vec<Symbol>,
    /// By the symbol of the name; those that stand in the table of nicknames are marked.
    name_sketches: Vec<Sketch>,
    /// By the symbol of the city.
    city_sketches: Vec<Sketch>,
    lists: [Space; List::READ.len()],
    /// The share of the records whose e-mail is at its domain, by e-mail.
    pub(super) domain_shares: Vec<f32>,
    pub(super) frequencies: Frequencies,
    /// By whole name, what its two parts say too much together by their countries, in bits.
    pub(super) excess_by_country: Vec<f32>,
    pub(super) middle_names: MiddleNames,
}

impl Features {
    /// Folds and interns what is compared.
    pub(super) fn of(contacts: &Table<Contact>, points: &Table<ContactPoint>) -> Features {
        let ((mut people, mut places), lists) = rayon::join(
            || rayon::join(|| People::of(contacts), || Places::of(contacts)),
            || Values::all(contacts, points),
        );
        let emails = &lists[List::Email as usize];
        people.complete((&emails.space, &emails.pairs));
        let (domain_shares, email_sketches) = rayon::join(
            || domain_shares(&emails.space, &emails.pairs, contacts.height()),
            || sketches(&emails.space, local_part),
        );
        let [local_parts, last_digits] = {
            let phones = &lists[List::Phone as usize];
            let (locals, digits) =
                rayon::join(|| local_parts(&emails.space), || last_digits(&phones.space));
            [derived(&emails.pairs, &locals), derived(&phones.pairs, &digits)]
        };
        let n_records = contacts.height();
        let [one, two, three, four] = &lists;
        let columns =
            [&one.pairs, &two.pairs, &three.pairs, &four.pairs, &local_parts, &last_digits]
                .into_par_iter()
                .map(|pairs| put_in(pairs, n_records))
                .collect::<Vec<_>>();
        let (few, overflow): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let mut records = vec![Record::default(); n_records];
        records.par_iter_mut().enumerate().for_each(|(row, record)| {
            people.fill(row, record);
            places.fill(row, record);
            for (list, few) in record.lists.iter_mut().zip(&few) {
                *list = few[row];
            }
            record.emails =
                record.few()[List::Email as usize].map(|of| email_sketches[of as usize]);
        });
        let columns = Columns::of(&mut people, &mut places, &records, few);
        let lists = lists.map(|values| values.space);
        let nicknames = Nicknames::of(&people.names);
        let frequencies = Frequencies::of(&columns, &places.postal_areas, &records, &overflow);
        let n_full_names = frequencies.full_name.len();
        let excess_by_country = culture::noted(contacts, &people.names, &mut records, n_full_names);
        Features {
            excess_by_country,
            middle_names: MiddleNames::of(&records, &people.names),
            frequencies,
            columns,
            records,
            overflow,
            name_sketches: sketches_of_names(&people.names, &nicknames),
            nicknames,
            names: people.names,
            companies: people.companies,
            streets: places.streets,
            city_sketches: sketches(&places.cities, |city| city),
            cities: places.cities,
            postcodes: places.postcodes,
            postal_areas: places.postal_areas,
            lists,
            domain_shares,
        }
    }

    pub(super) fn n_records(&self) -> usize {
        self.records.len()
    }

    /// Gives two records, `a` the smaller.
    #[inline]
    pub(super) fn pair(&self, a: u32, b: u32) -> Pair<'_> {
        Pair { a, b, x: &self.records[a as usize], y: &self.records[b as usize] }
    }

    /// Gives the values of a kind that a record has; `of` is the record or a copy of it.
    #[inline]
    pub(super) fn list<'a>(&'a self, list: List, record: u32, of: &'a Record) -> &'a [Symbol] {
        let few = if list == List::NameSound { &of.sounds } else { &of.lists[list as usize] };
        self.listed(list, record, few)
    }

    /// Gives the same from the first two of them.
    #[inline]
    pub(super) fn listed<'a>(
        &'a self,
        list: List,
        record: u32,
        few: &'a [Symbol; 2],
    ) -> &'a [Symbol] {
        match few {
            [0, 0] => &[],
            [0, only] => std::slice::from_ref(only),
            [_, MORE] => self.overflow[list as usize].of(record),
            [first, 0] => std::slice::from_ref(first),
            both => both,
        }
    }

    /// Tells whether two records share a value of a kind, as far as these digits of it go.
    #[inline]
    pub(super) fn share(&self, list: List, pair: Pair<'_>, digits: u32) -> bool {
        self.shared(list, pair, digits) == Some(true)
    }

    /// Tells the same; nothing where a record has no value of the kind.
    #[inline]
    pub(super) fn shared(&self, list: List, pair: Pair<'_>, digits: u32) -> Option<bool> {
        let Pair { a, b, x, y } = pair;
        let (ones, others) = (x.lists[list as usize], y.lists[list as usize]);
        if ones[0] == 0 || others[0] == 0 {
            return None;
        }
        let same = |one: Symbol, other: Symbol| (one ^ other) & digits == 0;
        if ones[1] | others[1] == 0 {
            return Some(same(ones[0], others[0]));
        }
        let (ones, others) = (self.list(list, a, x), self.list(list, b, y));
        Some(ones.iter().any(|&one| others.iter().any(|&other| same(one, other))))
    }

    /// Gives what is known of two names without reading them.
    #[inline]
    pub(super) fn sketches_of_names(&self, one: Symbol, other: Symbol) -> (Sketch, Sketch) {
        (self.name_sketches[one as usize], self.name_sketches[other as usize])
    }

    /// Tells whether the postcodes of two records are a slip of each other.
    pub(super) fn postcodes_slipped(&self, a: &Record, b: &Record) -> bool {
        let text = |of: &Record| self.postcodes.text(of.postcode);
        text(a).len() >= N_PLACES_POSTCODE_MIN && compare::slipped(text(a), text(b))
    }

    /// Tells, without reading them, whether two cities can be alike to such a degree.
    #[inline]
    pub(super) fn cities_may_be_alike(&self, one: Symbol, other: Symbol, min: f64) -> bool {
        let sketch = |city: Symbol| self.city_sketches[city as usize];
        sketch(one).may_be_alike(sketch(other), min)
    }

    /// Gives the space of a kind's values, of those that are read.
    #[inline]
    pub(super) fn space(&self, list: List) -> &Space {
        &self.lists[list as usize]
    }
}

/// The values that records are brought together by, column by column: whoever asks for one of
/// all records reads nothing else. 0 is absence.
pub(super) struct Columns {
    pub(super) first_name: Vec<Symbol>,
    pub(super) last_name: Vec<Symbol>,
    pub(super) full_name: Vec<Symbol>,
    pub(super) first_initial: Vec<Symbol>,
    /// Of given and family name.
    sounds: Vec<[Symbol; 2]>,
    pub(super) birth_date: Vec<u32>,
    pub(super) address: Vec<Symbol>,
    pub(super) street: Vec<Symbol>,
    pub(super) postcode: Vec<Symbol>,
    pub(super) city: Vec<Symbol>,
    pub(super) company: Vec<Symbol>,
    /// By kind: the first two of each record, the second `MORE` where there are others aside.
    lists: Vec<Vec<[Symbol; 2]>>,
}

impl Columns {
    fn of(
        people: &mut People,
        places: &mut Places,
        records: &[Record],
        lists: Vec<Vec<[Symbol; 2]>>,
    ) -> Columns {
        let taken = std::mem::take::<Vec<Symbol>>;
        let of_each = |of: fn(&Record) -> u32| records.par_iter().map(of).collect();
        Columns {
            first_initial: of_each(|record| record.first_initial),
            sounds: records.par_iter().map(|record| record.sounds).collect(),
            birth_date: of_each(|record| record.birth_date),
            first_name: taken(&mut people.first),
            last_name: taken(&mut people.last),
            full_name: taken(&mut people.full),
            address: taken(&mut places.address),
            street: taken(&mut places.street),
            postcode: taken(&mut places.postcode),
            city: taken(&mut places.city),
            company: taken(&mut people.company),
            lists,
        }
    }

    /// Gives the first two values of a kind by record, the second `MORE` where others lie aside.
    pub(super) fn few(&self, list: List) -> &[[Symbol; 2]] {
        if list == List::NameSound { &self.sounds } else { &self.lists[list as usize] }
    }
}

impl Record {
    /// Gives the values of each kind of which the record has no more than two; those of others
    /// lie aside. 0 is absence.
    pub(super) fn few(&self) -> [[Symbol; 2]; List::OF_POINTS.len()] {
        self.lists.map(|values| if values[1] == MORE { [0, 0] } else { values })
    }
}

/// Tells, without reading them, whether two e-mails of two records can be alike to such a
/// degree: their digits must be the same.
#[inline]
pub(super) fn emails_may_be_alike(pair: Pair<'_>, similarity_min: f64) -> bool {
    let are_more = |record: &Record| record.lists[List::Email as usize][1] == MORE;
    if are_more(pair.x) || are_more(pair.y) {
        return true;
    }
    let present = |record: &Record| {
        let values = record.lists[List::Email as usize];
        record.emails.into_iter().zip(values).filter(|&(_, value)| value != 0)
    };
    present(pair.x).any(|(one, _)| {
        present(pair.y).any(|(other, _)| {
            one.may_share_digits(other) && one.may_be_alike(other, similarity_min)
        })
    })
}

/// Draws each value of a space, or what is taken of it; of absence nothing.
fn sketches(space: &Space, taken: fn(&str) -> &str) -> Vec<Sketch> {
    let symbols = (0..count(space.n_symbols())).into_par_iter();
    symbols.map(|symbol| Sketch::of(taken(space.text(symbol)))).collect()
}

fn sketches_of_names(names: &Space, nicknames: &Nicknames) -> Vec<Sketch> {
    let sketches = sketches(names, |name| name);
    let marked = |(symbol, sketch): (Symbol, Sketch)| sketch.marked(nicknames.knows(symbol));
    (0..).zip(sketches).map(marked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_fits_in_two_cache_lines() {
        assert_eq!(size_of::<Record>(), 128);
    }
}
