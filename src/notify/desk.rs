//! Where does everything stand that a list may speak of?

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use rayon::prelude::*;

use crate::output::{Dialect, Naming, Sheet};
use crate::rules::Letters;
use crate::tables::layout::Exposure;
use crate::tables::{Column, Table, column as c};
use crate::terms::Channel;

use super::book::Book;
use super::case::{Case, number};
use super::cells::frame_of;
use super::codes::Codes;
use super::decide::{Person, n_customers};
use super::error::Error;
use super::gather::Rows;
use super::kind::Kinds;
use super::letter::Names;
use super::list::N_PER_PIECE;
use super::outcome::Outcome;
use super::settings::{OfferTo, Settings};
use super::wording::{Set, Told, Wording};

type Filled = polars::prelude::Column;

/// All that a list may speak of.
pub(super) struct Desk<'a> {
    /// One notice of each customer, then the further ones.
    pub(super) people: Vec<Person>,
    n_customers: usize,
    pub(super) book: Book<'a>,
    pub(super) case: Case<'a>,
    pub(super) kinds: Kinds,
    pub(super) told: Told,
    pub(super) names: Names<'a>,
    pub(super) letters: &'a Letters,
    pub(super) exposure: &'a Table<Exposure>,
    pub(super) settings: &'a Settings,
    pub(super) naming: &'a Naming,
    /// The people by section, list and id of their notice.
    order: Vec<u32>,
    /// Where in `order` each section begins and ends.
    sections: Vec<Range<usize>>,
    /// The codes that people were given, by their places.
    codes: Vec<(u32, String)>,
    /// For each notice, the day on which it is to leave, in days since 1970.
    pub(super) send_on: Vec<i32>,
}

/// A part of the people whom one list, or several, are made for: those told by each channel,
/// then the unreachable, the held, and those who are owed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Told(Channel),
    /// Told by earlier runs, of all that is owed.
    ToldBefore,
    Unreachable,
    Held,
    NoDuty,
}

impl Section {
    const ALL: [Section; 7] = [
        Section::Told(Channel::Email),
        Section::Told(Channel::Phone),
        Section::Told(Channel::Post),
        Section::ToldBefore,
        Section::Unreachable,
        Section::Held,
        Section::NoDuty,
    ];

    fn of(person: &Person) -> Section {
        match (person.outcome, person.channel) {
            (Outcome::Notified, Some(channel)) => Section::Told(channel),
            (Outcome::Notified, None) => Section::ToldBefore,
            (Outcome::Unreachable, _) => Section::Unreachable,
            (Outcome::Held, _) => Section::Held,
            (Outcome::NoDuty, _) => Section::NoDuty,
        }
    }

    fn place(self) -> usize {
        Section::ALL.iter().position(|section| *section == self).unwrap_or(0)
    }
}

impl<'a> Desk<'a> {
    #[expect(clippy::too_many_arguments, reason = "what the steps before came to, side by side")]
    pub(super) fn open(
        people: Vec<Person>,
        book: Book<'a>,
        case: Case<'a>,
        kinds: Kinds,
        told: Told,
        letters: &'a Letters,
        exposure: &'a Table<Exposure>,
        settings: &'a Settings,
        naming: &'a Naming,
    ) -> Desk<'a> {
        let mut keys: Vec<_> = people
            .par_iter()
            .enumerate()
            .map(|(place, person)| {
                let section = Section::of(person);
                (section, kinds.list(person), person.notice, number(place))
            })
            .collect();
        keys.par_sort_unstable();
        let mut start = 0;
        let sections = Section::ALL.map(|section| {
            let end = start + keys[start..].partition_point(|key| key.0 <= section);
            let places = start..end;
            start = end;
            places
        });
        let order = keys.into_iter().map(|(.., place)| place).collect();
        let names = Names::of(book.golden);
        let sections = sections.to_vec();
        let n_customers = n_customers(&people);
        Desk {
            people,
            n_customers,
            book,
            case,
            kinds,
            told,
            names,
            letters,
            exposure,
            settings,
            naming,
            order,
            sections,
            codes: Vec::new(),
            send_on: Vec::new(),
        }
    }

    /// Lends one notice of each customer, in their order.
    pub(super) fn customers(&self) -> &[Person] {
        &self.people[..self.n_customers]
    }

    /// Lends the people of a section, by list and then by the id of their notice.
    pub(super) fn section(&self, section: Section) -> &[u32] {
        &self.order[self.sections[section.place()].clone()]
    }

    /// Lends those who were told and those who could not be, who may hear of it and call.
    pub(super) fn callers(&self) -> &[u32] {
        &self.order[..self.sections[Section::Unreachable.place()].end]
    }

    /// Lends the people of a section who stand on one of its lists.
    pub(super) fn on_list(&self, section: Section, list: u32) -> &[u32] {
        let people = self.section(section);
        let list_of = |person: &u32| self.kinds.list(self.person(*person));
        let start = people.partition_point(|person| list_of(person) < list);
        let end = people.partition_point(|person| list_of(person) <= list);
        &people[start..end]
    }

    pub(super) fn person(&self, place: u32) -> &Person {
        &self.people[place as usize]
    }

    pub(super) fn wording(&self, place: u32) -> &Wording {
        self.told.wording(self.person(place))
    }

    pub(super) fn set(&self, place: u32) -> &Set {
        self.told.set(self.person(place))
    }

    /// Gives the day on which a notice must leave to arrive in time, in days since 1970 and on the
    /// clock of the jurisdiction; nothing where no law names a day.
    pub(super) fn send_by(&self, place: u32) -> Option<i32> {
        let person = self.person(place);
        let by = Timestamp::from_millisecond(self.case.tell_by(&person.places)?).ok()?;
        let lead_days = self.settings.lead_days.of(person.channel?);
        let day = by.to_zoned(self.kinds.kind(person).zone.clone()).date();
        let leaves = day.saturating_sub(i64::from(lead_days).days());
        Some((leaves - Date::constant(1970, 1, 1)).get_days())
    }

    /// Gives the months of the product that a person is offered: what the law wants, or more.
    pub(super) fn offer_months(&self, place: u32) -> Option<u32> {
        let offer = &self.settings.offer;
        let person = self.person(place);
        let by_law = self.case.monitoring_months(&person.places);
        let by_law = by_law.filter(|months| *months > 0);
        match offer.to {
            OfferTo::Nobody => None,
            OfferTo::WhereTheLawWants => by_law.map(|months| months.max(offer.months_min)),
            OfferTo::All => Some(by_law.unwrap_or(0).max(offer.months_min)),
        }
    }

    /// Gives each person who is offered something a code from the pool, in the order of their
    /// notices' names.
    ///
    /// # Errors
    /// There are too few codes.
    pub(super) fn give_codes(&mut self, codes: &Codes) -> Result<(), Error> {
        if !codes.are_there() {
            return Ok(());
        }
        let told = |place: &u32| self.person(*place).channel.is_some();
        let mut offered: Vec<u32> = (0..number(self.people.len()))
            .into_par_iter()
            .filter(|place| told(place) && self.offer_months(*place).is_some())
            .collect();
        offered.par_sort_unstable_by_key(|place| self.person(*place).notice);
        let ids = self.book.golden.text(c::CUSTOMER_ID);
        let id = |place: &u32| ids.get(self.person(*place).customer as usize).unwrap_or_default();
        // Who gets several notices gets one code.
        let mut customers: Vec<&str> = Vec::with_capacity(offered.len());
        let mut known = BTreeMap::new();
        let code_of: Vec<usize> = offered
            .iter()
            .map(|place| {
                *known.entry(self.person(*place).customer).or_insert_with(|| {
                    customers.push(id(place));
                    customers.len() - 1
                })
            })
            .collect();
        let codes = codes.given_to(&customers)?;
        let mut given: Vec<(u32, String)> = offered
            .into_iter()
            .zip(code_of)
            .map(|(place, code)| (place, codes[code].clone()))
            .collect();
        given.par_sort_unstable();
        self.codes = given;
        Ok(())
    }

    /// Gives the code of a person.
    pub(super) fn code(&self, place: u32) -> Option<&str> {
        let found = self.codes.binary_search_by_key(&place, |given| given.0).ok()?;
        Some(&self.codes[found].1)
    }

    /// Lists who was given a code: for the next run, which must not give it again.
    pub(super) fn offers(&self) -> Sheet<'_> {
        let is_first = |given: &&(u32, String)| (given.0 as usize) < self.n_customers;
        let mut seen = BTreeSet::new();
        let given: Vec<&(u32, String)> = {
            let (firsts, others): (Vec<_>, Vec<_>) = self.codes.iter().partition(is_first);
            let each = firsts.into_iter().chain(others);
            each.filter(|given| seen.insert(self.person(given.0).customer)).collect()
        };
        let n_pieces = given.len().div_ceil(N_PER_PIECE).max(1);
        let piece = move |piece: usize| {
            let start = piece * N_PER_PIECE;
            let given = &given[start..(start + N_PER_PIECE).min(given.len())];
            let customers =
                Rows::of(given.iter().map(|given| self.person(given.0).customer).collect());
            let prefix = &self.settings.notice_id_prefix;
            let notice = |given: &&(u32, String)| self.person(given.0).notice.shown(prefix);
            frame_of(vec![
                customers.from(self.book.golden.frame(), c::CUSTOMER_ID),
                c::NOTICE_ID.texts(given.iter().map(|given| Some(notice(given)))),
                c::ACTIVATION_CODE.texts(given.iter().map(|given| Some(given.1.as_str()))),
            ])
        };
        Sheet {
            path: "offers.csv".to_owned(),
            dialect: Dialect::Machine,
            n_pieces,
            piece: Box::new(piece),
        }
    }

    /// Gives the row of the exposure that comes first for a person.
    pub(super) fn first_row(&self, place: u32) -> u32 {
        self.case.rows_of(&self.person(place).places)[0]
    }

    /// Fills a column of a table of some notices from the golden records.
    pub(super) fn of_golden(&self, column: Column, people: &[Person]) -> Filled {
        let customers = Rows::of(people.iter().map(|person| person.customer).collect());
        customers.from(self.book.golden.frame(), column)
    }

    /// Fills a column of a table of the notices at some places from their first rows of the
    /// exposure.
    pub(super) fn of_exposure(&self, column: Column, places: Range<usize>) -> Filled {
        let rows = places.map(|place| self.first_row(number(place))).collect();
        Rows::of(rows).from(self.exposure.frame(), column)
    }

    /// Fills a column of a table of some notices with words that few people differ in, each
    /// written once.
    pub(super) fn of_wordings(
        &self,
        column: Column,
        people: &[Person],
        says: fn(&Wording) -> &str,
    ) -> Filled {
        let words = column.texts(self.told.wordings.iter().map(|wording| Some(says(wording))));
        let rows = people.iter().map(|person| person.wording).collect();
        Rows::of(rows).of_column(&words, column)
    }

    /// Fills the column of the notices' names for some of them.
    pub(super) fn notice_ids(&self, people: &[Person]) -> Filled {
        let prefix = &self.settings.notice_id_prefix;
        c::NOTICE_ID.texts(people.iter().map(|person| Some(person.notice.shown(prefix))))
    }
}
