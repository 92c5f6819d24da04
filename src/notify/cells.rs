//! How is each column of a list filled?

use polars::prelude::DataFrame;

use crate::rules::{Address, N_ADDRESS_LINES};
use crate::tables::{Column, column as c};
use crate::terms::{Channel, Masked};

use super::case::number;
use super::decide::Person;
use super::desk::Desk;
use super::gather::Rows;
use super::list::Says;
use super::outcome::Reason;
use super::wording::Wording;

type Filled = polars::prelude::Column;

impl Desk<'_> {
    /// Fills a column, or several, for some of the people.
    pub(super) fn columns(&self, says: Says, people: &[u32]) -> Vec<Filled> {
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
            let wordings = &self.told.wordings;
            if wordings.len() > people.len() {
                return column.texts(people.iter().map(|place| says(self.wording(*place))));
            }
            // Texts are long and few differ: each is written once, and shared.
            let each = column.texts(wordings.iter().map(says));
            Rows::of(people.iter().map(|place| of(place).wording).collect())
                .of_column(&each, column)
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
