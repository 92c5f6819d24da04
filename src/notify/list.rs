//! What does each list say, and to whom?
//!
//! A list holds what its reader needs and nothing more: no exposed value, and never a customer's
//! worth on a list that leaves the house.

use polars::prelude::{DataFrame, StringChunked};
use rayon::prelude::*;

use crate::output::Dialect;
use crate::tables::layout::Exposure;
use crate::tables::{Column, Table, column as c};
use crate::terms::Channel;

use super::Settings;
use super::book::Book;
use super::case::number;
use super::decide::{Outcome, Person, Reason, Role};
use super::gather::Rows;
use super::wording::{Told, Wording};

/// A list for one reader.
#[derive(Debug, Clone)]
pub struct List {
    /// Its path within the run's folder.
    pub path: String,
    /// What it says.
    pub frame: DataFrame,
    /// How it is written.
    pub dialect: Dialect,
}

type Filled = polars::prelude::Column;

/// What a column of a list says.
#[derive(Debug, Clone, Copy)]
enum Says {
    CustomerId,
    NoticeId,
    Role,
    /// What the golden record says.
    Golden(Column),
    /// The address or number that is used.
    Point(Column, Channel),
    /// A line of the address that is used.
    Line(Column),
    Jurisdiction,
    Labels,
    Instructions,
    Incidents,
    Channel,
    Reason,
    /// Why a channel could not be used.
    Because(Column, Channel),
}

const NAME: [Says; 3] =
    [Says::Golden(c::SALUTATION), Says::Golden(c::FIRST_NAME), Says::Golden(c::LAST_NAME)];

const MATTER: [Says; 5] = [
    Says::Golden(c::LANGUAGE),
    Says::Jurisdiction,
    Says::Labels,
    Says::Instructions,
    Says::Incidents,
];

/// All that a list may speak of. The order of the people is that of their customers.
pub(super) struct Desk<'a> {
    pub(super) people: &'a [Person],
    pub(super) book: &'a Book<'a>,
    pub(super) exposure: &'a Table<Exposure>,
    pub(super) settings: &'a Settings,
    /// For each person, the customer.
    pub(super) customers: Rows,
    /// For each person, the row of the exposure that comes first.
    pub(super) first_rows: Rows,
    pub(super) notice_ids: Filled,
    pub(super) words: Rows,
    labels: Filled,
    pub(super) instructions: Filled,
    pub(super) codes: Filled,
    incident_rows: Rows,
    incidents: Filled,
    /// The people by jurisdiction, then by the id of their notice.
    order: Vec<u32>,
}

impl<'a> Desk<'a> {
    pub(super) fn open(
        people: &'a [Person],
        told: &Told,
        book: &'a Book<'a>,
        exposure: &'a Table<Exposure>,
        settings: &'a Settings,
        first_rows: &[u32],
    ) -> Desk<'a> {
        let prefix = &settings.notice_id_prefix;
        Desk {
            people,
            book,
            exposure,
            settings,
            customers: Rows::of(people.iter().map(|person| person.customer).collect()),
            notice_ids: c::NOTICE_ID
                .texts(people.iter().map(|person| Some(person.notice.shown(prefix)))),
            words: told.rows(),
            labels: told.words(|wording: &Wording| &wording.labels),
            instructions: told.words(|wording: &Wording| &wording.instructions),
            codes: told.words(|wording: &Wording| &wording.codes),
            incident_rows: told.incident_rows(),
            incidents: told.incidents(),
            order: in_order(people, exposure.text(c::JURISDICTION), first_rows),
            first_rows: Rows::of(first_rows.to_vec()),
        }
    }

    /// Makes the lists by which people are told, and those of the people around them.
    pub(super) fn lists(&self) -> Vec<List> {
        let dialects = &self.settings.dialects;
        let told_by = |channel| move |person: &Person| person.channel == Some(channel);
        let notice = |point: &[Says]| {
            [&[Says::NoticeId, Says::Role][..], &point[..1], &NAME, &point[1..], &MATTER].concat()
        };
        let email = notice(&[Says::Point(c::EMAIL, Channel::Email)]);
        let phone = notice(&[Says::Point(c::PHONE, Channel::Phone)]);
        let lines = [c::STREET, c::CITY, c::REGION, c::POSTAL_CODE, c::COUNTRY].map(Says::Line);
        let suffix = Says::Golden(c::SUFFIX);
        let post = [&[Says::NoticeId, Says::Role], &NAME[..], &[suffix], &lines, &MATTER].concat();
        // The postcode is there to verify a caller with.
        let caller = [Says::Golden(c::POSTAL_CODE), Says::Channel];
        let call = [&[Says::NoticeId, Says::Role], &NAME[..], &caller, &MATTER].concat();
        let unreachable = [
            Says::CustomerId,
            Says::NoticeId,
            Says::Role,
            Says::Jurisdiction,
            Says::Reason,
            Says::Because(c::NO_EMAIL_BECAUSE, Channel::Email),
            Says::Because(c::NO_PHONE_BECAUSE, Channel::Phone),
            Says::Because(c::NO_POST_BECAUSE, Channel::Post),
            Says::Incidents,
        ];
        vec![
            self.list("notify/email.csv", dialects.email, &email, told_by(Channel::Email)),
            self.list("notify/phone.csv", dialects.phone, &phone, told_by(Channel::Phone)),
            self.list("notify/post.csv", dialects.post, &post, told_by(Channel::Post)),
            self.list("callcentre.csv", dialects.callcentre, &call, |person| {
                // Who could not be reached may hear of it and call.
                matches!(person.outcome, Outcome::Notified | Outcome::Unreachable)
            }),
            self.list("unreachable.csv", dialects.unreachable, &unreachable, |person| {
                person.outcome == Outcome::Unreachable
            }),
        ]
    }

    fn list(
        &self,
        path: &str,
        dialect: Dialect,
        says: &[Says],
        is_on: impl Fn(&Person) -> bool + Sync,
    ) -> List {
        let on = |person: &&u32| is_on(&self.people[**person as usize]);
        let people: Vec<u32> = self.order.par_iter().filter(on).copied().collect();
        let rows = Rows::of(people.clone());
        let columns = says.par_iter().map(|&says| self.column(says, &people, &rows)).collect();
        List { path: path.to_owned(), frame: frame_of(columns), dialect }
    }

    /// Fills a column for the people on a list; `rows` are the same people.
    fn column(&self, says: Says, people: &[u32], rows: &Rows) -> Filled {
        let of = |person: &u32| &self.people[*person as usize];
        let golden = self.book.golden;
        match says {
            Says::CustomerId => self.customers.of_rows(rows).from(golden.frame(), c::CUSTOMER_ID),
            Says::Golden(column) => self.customers.of_rows(rows).from(golden.frame(), column),
            Says::NoticeId => rows.of_column(&self.notice_ids, c::NOTICE_ID),
            Says::Jurisdiction => {
                self.first_rows.of_rows(rows).from(self.exposure.frame(), c::JURISDICTION)
            }
            Says::Labels => self.words.of_rows(rows).of_column(&self.labels, c::DATA_CLASS_LABELS),
            Says::Instructions => {
                self.words.of_rows(rows).of_column(&self.instructions, c::INSTRUCTIONS)
            }
            Says::Incidents => {
                self.incident_rows.of_rows(rows).of_column(&self.incidents, c::INCIDENTS)
            }
            Says::Role => word_of(c::ROLE, &Role::ALL.map(Role::word), people, |person| {
                Some(of(person).role as usize)
            }),
            Says::Channel => {
                word_of(c::CHANNEL, &Channel::ALL.map(Channel::word), people, |person| {
                    of(person).channel.map(|channel| channel as usize)
                })
            }
            Says::Reason => word_of(c::REASON, &Reason::ALL.map(Reason::word), people, |person| {
                of(person).reason.map(|reason| reason as usize)
            }),
            Says::Point(column, channel) => column.texts(people.iter().map(|person| {
                let found = of(person).reach.by(channel)?;
                self.book.value(of(person).customer, channel, found)
            })),
            Says::Line(column) => {
                let line = self.book.lines(column);
                column.texts(
                    people.iter().map(|person| {
                        line(of(person).customer, of(person).reach.by(Channel::Post)?)
                    }),
                )
            }
            Says::Because(column, channel) => {
                let because = self.because(channel);
                column.texts(people.iter().map(|person| Some(because(of(person)))))
            }
        }
    }

    /// Tells why a channel could not be used: `left_out` by the settings, `down`, the status of
    /// the value that is there, or `absent`.
    fn because(&self, channel: Channel) -> impl Fn(&Person) -> &'a str {
        let left_out = !self.settings.channels.has(channel);
        let (absent_unless, is_status) = match channel {
            Channel::Email => (self.book.golden.text(c::EMAIL_STATUS), true),
            Channel::Phone => (self.book.golden.text(c::PHONE_STATUS), true),
            Channel::Post => (self.book.golden.text(c::STREET), false),
        };
        move |person| match absent_unless.get(person.customer as usize) {
            _ if left_out => "left_out",
            _ if person.reach.by(channel).is_some() && person.down.has(channel) => "down",
            Some(status) if is_status => status,
            Some(_) => "incomplete",
            None => "absent",
        }
    }
}

/// Sorts people by jurisdiction, then by the id of their notice.
fn in_order(people: &[Person], jurisdictions: &StringChunked, first_rows: &[u32]) -> Vec<u32> {
    let jurisdiction = |person: usize| jurisdictions.get(first_rows[person] as usize);
    let mut keys: Vec<_> = (0..people.len())
        .into_par_iter()
        .map(|person| (jurisdiction(person), people[person].notice, number(person)))
        .collect();
    keys.par_sort_unstable();
    keys.into_iter().map(|(_, _, person)| person).collect()
}

/// Fills a column with words of a few, each written once.
pub(super) fn word_of<T>(
    column: Column,
    words: &[&str],
    people: &[T],
    place: impl Fn(&T) -> Option<usize>,
) -> Filled {
    let words = column.texts(words.iter().map(Some));
    Rows::or_nothing(people.iter().map(|person| place(person).map(number)))
        .of_column(&words, column)
}

/// Puts columns of one length side by side.
///
/// # Panics
/// If they differ in length or share a name: a bug.
pub(super) fn frame_of(columns: Vec<Filled>) -> DataFrame {
    match DataFrame::new_infer_height(columns) {
        Ok(frame) => frame,
        Err(error) => panic!("a list: {error}"),
    }
}
