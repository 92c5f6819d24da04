//! What does each list say, and to whom?
//!
//! A list holds what its reader needs and nothing more: no exposed value, and never a customer's
//! worth on a list that leaves the house. Lists are made piece by piece, so that no list is in
//! memory whole.

use polars::prelude::DataFrame;
use rayon::prelude::*;

use crate::output::{Dialect, Sheet};
use crate::rules::{Address, N_ADDRESS_LINES};
use crate::tables::{Column, column as c};
use crate::terms::{Channel, Masked};

use super::case::number;
use super::decide::Person;
use super::desk::{Desk, Section};
use super::gather::Rows;
use super::outcome::Reason;
use super::wording::Wording;

type Filled = polars::prelude::Column;

/// How many people are written at once.
pub(super) const N_PER_PIECE: usize = 1 << 14;

/// What a column of a list says, or several that belong together.
#[derive(Debug, Clone, Copy)]
enum Says {
    CustomerId,
    NoticeId,
    Role,
    Variant,
    Addressee,
    Greeting,
    /// What the golden record says.
    Golden(Column),
    /// The address or number that is used.
    Point(Column, Channel),
    /// The lines of the address that is used, in the order of its country.
    AddressLines,
    /// A part of the address that is used.
    Line(Column),
    /// The last digits of the telephone number.
    PhoneEnds,
    /// The shape of the e-mail address.
    EmailMasked,
    Language,
    TextLanguage,
    Jurisdiction,
    Codes,
    ElementText,
    Nature,
    NAffected,
    Instructions,
    Incidents,
    ExposedFrom,
    ExposedTo,
    Channel,
    Fallback,
    OfferProduct,
    OfferMonths,
    SendBy,
    SendOn,
    Attempt,
    AdviceText,
    ActivationCode,
    Outcome,
    Reason,
    ResolvedBy,
    /// Why a channel could not be used.
    Because(Column, Channel),
}

const NAME: [Says; 5] = [
    Says::Golden(c::SALUTATION),
    Says::Golden(c::FIRST_NAME),
    Says::Golden(c::MIDDLE_NAME),
    Says::Golden(c::LAST_NAME),
    Says::Golden(c::SUFFIX),
];

const HEAD: [Says; 5] =
    [Says::NoticeId, Says::Role, Says::Variant, Says::Addressee, Says::Greeting];

const POST: [Says; 6] = [
    Says::AddressLines,
    Says::Line(c::STREET),
    Says::Line(c::CITY),
    Says::Line(c::REGION),
    Says::Line(c::POSTAL_CODE),
    Says::Line(c::COUNTRY),
];

const MATTER: [Says; 20] = [
    Says::Language,
    Says::TextLanguage,
    Says::Jurisdiction,
    Says::Codes,
    Says::ElementText,
    Says::Nature,
    Says::NAffected,
    Says::ExposedFrom,
    Says::ExposedTo,
    Says::Instructions,
    Says::AdviceText,
    Says::Incidents,
    Says::Channel,
    Says::Fallback,
    Says::OfferProduct,
    Says::OfferMonths,
    Says::ActivationCode,
    Says::SendBy,
    Says::SendOn,
    Says::Attempt,
];

/// What a call centre needs to know a caller by, and to say. The postcode and the ends of the
/// number are there to verify who calls.
const CALL: [Says; 28] = [
    Says::NoticeId,
    Says::Role,
    Says::Variant,
    NAME[0],
    NAME[1],
    NAME[2],
    NAME[3],
    NAME[4],
    Says::Golden(c::POSTAL_CODE),
    Says::PhoneEnds,
    Says::EmailMasked,
    Says::Outcome,
    Says::Channel,
    Says::Fallback,
    Says::Language,
    Says::Jurisdiction,
    Says::Codes,
    Says::ElementText,
    Says::Nature,
    Says::ExposedFrom,
    Says::ExposedTo,
    Says::Instructions,
    Says::AdviceText,
    Says::Incidents,
    Says::OfferProduct,
    Says::OfferMonths,
    Says::ActivationCode,
    Says::SendBy,
];

const UNREACHABLE: [Says; 9] = [
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

const HELD: [Says; 7] = [
    Says::CustomerId,
    Says::NoticeId,
    Says::Role,
    Says::Jurisdiction,
    Says::Reason,
    Says::ResolvedBy,
    Says::Incidents,
];

impl Desk<'_> {
    /// Makes the lists by which people are told, and those of the people around them.
    pub(super) fn lists(&self) -> Vec<Sheet<'_>> {
        let dialects = &self.settings.dialects;
        let mut sheets = vec![self.index()];
        for channel in Channel::ALL {
            let says = told_by(channel);
            let dialect = dialects.of(channel);
            for list in 0..number(self.kinds.lists.len()) {
                let people = self.on_list(Section::Told(channel), list);
                if !people.is_empty() || self.settings.split_by.is_empty() {
                    let path = self.path(channel, list);
                    sheets.push(self.sheet(path, dialect, says.clone(), people));
                }
            }
        }
        let mut whole = |path: &str, dialect, says: &[Says], people| {
            sheets.push(self.sheet(path.to_owned(), dialect, says.to_vec(), people));
        };
        whole("callcentre.csv", dialects.callcentre, &CALL, self.callers());
        let unreachable = self.section(Section::Unreachable);
        whole("unreachable.csv", dialects.unreachable, &UNREACHABLE, unreachable);
        whole("held.csv", dialects.held, &HELD, self.section(Section::Held));
        sheets
    }

    /// Gives the name that a list of notices has in the folder of this run.
    pub(super) fn called(&self, channel: Channel, list: u32) -> String {
        self.naming.of(&self.path(channel, list))
    }

    /// Names a list of notices.
    fn path(&self, channel: Channel, list: u32) -> String {
        format!("notify/{}{}.csv", channel.word(), self.kinds.name(list))
    }

    fn sheet<'d>(
        &'d self,
        path: String,
        dialect: Dialect,
        says: Vec<Says>,
        people: &'d [u32],
    ) -> Sheet<'d> {
        let n_pieces = people.len().div_ceil(N_PER_PIECE).max(1);
        let piece = move |place: usize| {
            let start = place * N_PER_PIECE;
            let people = &people[start..(start + N_PER_PIECE).min(people.len())];
            frame_of(says.iter().flat_map(|&says| self.columns(says, people)).collect())
        };
        Sheet { path, dialect, n_pieces, piece: Box::new(piece) }
    }

    /// Makes the list of the lists of notices.
    fn index(&self) -> Sheet<'_> {
        let mut rows = Vec::new();
        for channel in Channel::ALL {
            for list in 0..number(self.kinds.lists.len()) {
                let n_people = self.on_list(Section::Told(channel), list).len();
                if n_people > 0 {
                    let people = self.on_list(Section::Told(channel), list).par_iter();
                    let send_by = people.filter_map(|place| self.send_by(*place)).min();
                    let people = self.on_list(Section::Told(channel), list).iter();
                    let send_on = people.map(|place| self.send_on(*place)).min();
                    rows.push((channel, list, number(n_people), send_by, send_on));
                }
            }
        }
        let piece = move |_| {
            let part = |column: Column, place: usize| {
                column.texts(
                    rows.iter().map(|row| self.kinds.lists[row.1 as usize][place].as_deref()),
                )
            };
            frame_of(vec![
                c::LIST.texts(rows.iter().map(|row| Some(self.called(row.0, row.1)))),
                c::CHANNEL.texts(rows.iter().map(|row| Some(row.0.word()))),
                part(c::JURISDICTION, 0),
                part(c::VARIANT, 1),
                part(c::LANGUAGE, 2),
                c::N_CUSTOMERS.counts(rows.iter().map(|row| row.2).collect()),
                c::SEND_BY.days(rows.iter().map(|row| row.3)),
                c::SEND_ON.days(rows.iter().map(|row| row.4)),
            ])
        };
        let dialect = Dialect::Machine;
        Sheet { path: "lists.csv".to_owned(), dialect, n_pieces: 1, piece: Box::new(piece) }
    }

    /// Fills a column, or several, for some of the people.
    fn columns(&self, says: Says, people: &[u32]) -> Vec<Filled> {
        if let Says::AddressLines = says {
            self.address_lines(people)
        } else {
            vec![self.column(says, people)]
        }
    }

    fn column(&self, says: Says, people: &[u32]) -> Filled {
        let of = |place: &u32| self.person(*place);
        let golden = |column: Column| {
            let customers = Rows::of(people.iter().map(|place| of(place).customer).collect());
            customers.from(self.book.golden.frame(), column)
        };
        let words = |column: Column, says: fn(&Wording) -> Option<&str>| {
            column.texts(people.iter().map(|place| says(self.wording(*place))))
        };
        match says {
            Says::CustomerId => golden(c::CUSTOMER_ID),
            Says::Golden(column) => golden(column),
            Says::NoticeId => {
                let prefix = &self.settings.notice_id_prefix;
                c::NOTICE_ID.texts(people.iter().map(|place| Some(of(place).notice.shown(prefix))))
            }
            Says::Role => c::ROLE.texts(people.iter().map(|place| Some(of(place).role.word()))),
            Says::Codes => words(c::DATA_CLASSES, |wording| Some(&wording.codes)),
            Says::ElementText => words(c::ELEMENT_TEXT, |wording| Some(&wording.element_text)),
            Says::TextLanguage => words(c::TEXT_LANGUAGE, |wording| Some(&wording.language)),
            Says::Nature => words(c::NATURE, |wording| wording.nature.as_deref()),
            Says::Instructions => words(c::INSTRUCTIONS, |wording| Some(&wording.instructions)),
            Says::AdviceText => words(c::ADVICE_TEXT, |wording| wording.advice_text.as_deref()),
            Says::NAffected => c::N_AFFECTED.longs_or_nothing(
                people.iter().map(|place| self.wording(*place).n_affected.map(u64::from)),
            ),
            Says::Incidents => {
                c::INCIDENTS.texts(people.iter().map(|place| Some(&self.set(*place).ids)))
            }
            Says::ExposedFrom => {
                c::EXPOSED_FROM.days(people.iter().map(|place| self.set(*place).exposed_from))
            }
            Says::ExposedTo => {
                c::EXPOSED_TO.days(people.iter().map(|place| self.set(*place).exposed_to))
            }
            Says::Channel => {
                c::CHANNEL.texts(people.iter().map(|place| of(place).channel.map(Channel::word)))
            }
            Says::Fallback => c::FALLBACK_CHANNEL
                .texts(people.iter().map(|place| of(place).fallback.map(Channel::word))),
            Says::Outcome => {
                c::OUTCOME.texts(people.iter().map(|place| Some(of(place).outcome.word())))
            }
            Says::Reason => {
                c::REASON.texts(people.iter().map(|place| of(place).reason.map(Reason::word)))
            }
            Says::ResolvedBy => c::RESOLVED_BY
                .texts(people.iter().map(|place| of(place).reason.map(Reason::resolved_by))),
            Says::Because(column, channel) => {
                let because = self.because(channel);
                column.texts(people.iter().map(|place| Some(because(of(place)))))
            }
            _ => self.column_of_person(says, people),
        }
    }

    /// Fills a column with what is spelled anew for each person.
    fn column_of_person(&self, says: Says, people: &[u32]) -> Filled {
        let of = |place: &u32| self.person(*place);
        let texts = &self.letters.texts;
        let kind = |place: &u32| self.kinds.kind(of(place));
        match says {
            Says::OfferProduct => {
                let product = self.settings.offer.product.as_str();
                c::OFFER_PRODUCT
                    .texts(people.iter().map(|place| self.offer_months(*place).map(|_| product)))
            }
            Says::OfferMonths => c::OFFER_MONTHS
                .counts_or_nothing(people.iter().map(|place| self.offer_months(*place))),
            Says::ActivationCode => {
                c::ACTIVATION_CODE.texts(people.iter().map(|place| self.code(*place)))
            }
            Says::SendBy => c::SEND_BY.days(people.iter().map(|place| self.send_by(*place))),
            Says::SendOn => c::SEND_ON.days(people.iter().map(|place| Some(self.send_on(*place)))),
            Says::Attempt => {
                c::ATTEMPT.counts(people.iter().map(|place| u32::from(of(place).attempt)).collect())
            }
            Says::Variant => {
                c::VARIANT.texts(people.iter().map(|place| Some(&kind(place).variant)))
            }
            Says::Language => {
                c::LANGUAGE.texts(people.iter().map(|place| Some(&kind(place).language)))
            }
            Says::Jurisdiction => {
                c::JURISDICTION.texts(people.iter().map(|place| Some(&kind(place).jurisdiction)))
            }
            Says::Addressee => c::ADDRESSEE.texts(people.iter().map(|place| {
                let language = &self.wording(*place).language;
                self.names.addressee(of(place).customer, of(place).role, texts, language)
            })),
            Says::Greeting => c::GREETING.texts(people.iter().map(|place| {
                let language = &self.wording(*place).language;
                Some(self.names.greeting(of(place).customer, of(place).role, texts, language))
            })),
            Says::Point(column, channel) => column.texts(people.iter().map(|place| {
                let found = of(place).reach.by(channel)?;
                self.book.value(of(place).customer, channel, found)
            })),
            Says::PhoneEnds => c::PHONE_ENDS.texts(people.iter().map(|place| {
                let phone = self.value_of(*place, Channel::Phone)?;
                let digits: Vec<_> = phone.chars().filter(char::is_ascii_digit).collect();
                Some(digits[digits.len().saturating_sub(4)..].iter().collect::<String>())
            })),
            Says::EmailMasked => c::EMAIL_MASKED.texts(people.iter().map(|place| {
                self.value_of(*place, Channel::Email).map(|email| Masked(email).to_string())
            })),
            Says::Line(column) => {
                let line = self.book.lines(column);
                column.texts(
                    people
                        .iter()
                        .map(|place| line(of(place).customer, of(place).reach.by(Channel::Post)?)),
                )
            }
            other => panic!("{other:?} is filled elsewhere"),
        }
    }

    fn value_of(&self, place: u32, channel: Channel) -> Option<&str> {
        let person = self.person(place);
        self.book.value(person.customer, channel, person.reach.by(channel)?)
    }

    fn address_lines(&self, people: &[u32]) -> Vec<Filled> {
        const LINES: [Column; N_ADDRESS_LINES] =
            [c::ADDRESS_LINE_1, c::ADDRESS_LINE_2, c::ADDRESS_LINE_3];
        let parts = [c::STREET, c::CITY, c::REGION, c::POSTAL_CODE, c::COUNTRY]
            .map(|column| self.book.lines(column));
        let written: Vec<Vec<String>> = people
            .iter()
            .map(|place| {
                let person = self.person(*place);
                let Some(found) = person.reach.by(Channel::Post) else { return Vec::new() };
                let [street, city, region, postal_code, country] =
                    [0, 1, 2, 3, 4].map(|part| (parts[part])(person.customer, found));
                let address = Address { street, city, region, postal_code };
                self.letters.addresses.written(country, &address)
            })
            .collect();
        let line = |place: usize| written.iter().map(move |lines| lines.get(place));
        LINES.iter().enumerate().map(|(place, column)| column.texts(line(place))).collect()
    }

    /// Tells why a channel could not be used: `left_out` by the settings, `down`, the status of
    /// the value that is there, or `absent`.
    fn because<'d>(&'d self, channel: Channel) -> impl Fn(&Person) -> &'d str {
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

/// Gives what the list for a channel says.
fn told_by(channel: Channel) -> Vec<Says> {
    let place = match channel {
        Channel::Email => vec![Says::Point(c::EMAIL, channel)],
        Channel::Phone => vec![Says::Point(c::PHONE, channel)],
        Channel::Post => POST.to_vec(),
    };
    [&HEAD[..], &NAME, &place, &MATTER].concat()
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
