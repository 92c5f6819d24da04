//! What does each list say, and to whom?
//!
//! A list holds what its reader needs and nothing more: no exposed value, and never a customer's
//! worth on a list that leaves the house. Lists are made piece by piece, so that no list is in
//! memory whole.

use rayon::prelude::*;

use crate::output::{Dialect, Sheet};
use crate::tables::{Column, column as c};
use crate::terms::Channel;

use super::case::number;
use super::cells::frame_of;
use super::desk::{Desk, Section};

/// How many people are written at once.
pub(super) const N_PER_PIECE: usize = 1 << 14;

/// What a column of a list says, or several that belong together.
#[derive(Debug, Clone, Copy)]
pub(super) enum Says {
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

const UNREACHABLE: [Says; 10] = [
    Says::CustomerId,
    Says::NoticeId,
    Says::Role,
    Says::Jurisdiction,
    Says::Reason,
    Says::Because(c::NO_EMAIL_BECAUSE, Channel::Email),
    Says::Because(c::NO_PHONE_BECAUSE, Channel::Phone),
    Says::Because(c::NO_POST_BECAUSE, Channel::Post),
    Says::ResolvedBy,
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
