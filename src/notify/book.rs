//! Where do a person's contact data stand?

use polars::prelude::{BooleanChunked, Int64Chunked, StringChunked, UInt32Chunked};

use crate::tables::layout::{Contact, ContactPoint, GoldenRecord, Lineage};
use crate::tables::{Column, Table, column as c};
use crate::terms::Channel;

use super::channel::{Found, Reach};
use super::members::Members;

/// The tables in which contact data stand, and who is whose member.
pub(super) struct Book<'a> {
    pub(super) golden: &'a Table<GoldenRecord>,
    pub(super) contacts: &'a Table<Contact>,
    members: Members,
    // Columns are found by name once and not for each person.
    golden_email: &'a StringChunked,
    golden_email_status: &'a StringChunked,
    golden_phone: &'a StringChunked,
    golden_phone_status: &'a StringChunked,
    golden_address_usable: &'a BooleanChunked,
    kinds: &'a StringChunked,
    values: &'a StringChunked,
    statuses: &'a StringChunked,
    ranks: &'a UInt32Chunked,
    address_usable: &'a BooleanChunked,
    updated_at: &'a Int64Chunked,
}

impl<'a> Book<'a> {
    pub(super) fn open(
        golden: &'a Table<GoldenRecord>,
        lineage: &Table<Lineage>,
        contacts: &'a Table<Contact>,
        points: &'a Table<ContactPoint>,
    ) -> Book<'a> {
        Book {
            golden,
            contacts,
            members: Members::of(golden, lineage, points),
            golden_email: golden.text(c::EMAIL),
            golden_email_status: golden.text(c::EMAIL_STATUS),
            golden_phone: golden.text(c::PHONE),
            golden_phone_status: golden.text(c::PHONE_STATUS),
            golden_address_usable: golden.flag(c::ADDRESS_USABLE),
            kinds: points.text(c::KIND),
            values: points.text(c::VALUE),
            statuses: points.text(c::STATUS),
            ranks: points.count(c::RANK),
            address_usable: contacts.flag(c::ADDRESS_USABLE),
            updated_at: contacts.instant(c::UPDATED_AT),
        }
    }

    /// Finds the channels by which a customer can be reached: the golden record's own value
    /// where it is valid, else another member's.
    pub(super) fn reach(&self, customer: u32) -> Reach {
        let row = customer as usize;
        let golden = |usable: bool| usable.then_some(Found::Golden);
        let valid = |statuses: &StringChunked| golden(statuses.get(row) == Some("valid"));
        let email = valid(self.golden_email_status);
        let phone = valid(self.golden_phone_status);
        let post = golden(self.golden_address_usable.get(row) == Some(true));
        Reach::of(
            email.or_else(|| self.best_point(customer, "email")),
            phone.or_else(|| self.best_point(customer, "phone")),
            post.or_else(|| self.best_address(customer)),
        )
    }

    /// Lists every valid e-mail address of a customer, each once, in alphabetical order.
    pub(super) fn valid_emails(&self, customer: u32) -> Vec<&'a str> {
        let row = customer as usize;
        let golden = self.golden_email.get(row);
        let is_valid = self.golden_email_status.get(row) == Some("valid");
        let values = self.values;
        let mut emails: Vec<&str> = self
            .valid_points(customer, "email")
            .filter_map(|row| values.get(row as usize))
            .chain(golden.filter(|_| is_valid))
            .collect();
        emails.sort_unstable();
        emails.dedup();
        emails
    }

    fn valid_points(&self, customer: u32, kind: &str) -> impl Iterator<Item = u32> {
        self.members.points(customer).filter(move |&row| {
            self.kinds.get(row as usize) == Some(kind)
                && self.statuses.get(row as usize) == Some("valid")
        })
    }

    /// Chooses by rank and then by content, since the order of records is that of the files.
    fn best_point(&self, customer: u32, kind: &str) -> Option<Found> {
        self.valid_points(customer, kind)
            .min_by_key(|&row| (self.ranks.get(row as usize), self.values.get(row as usize)))
            .map(Found::Member)
    }

    /// Chooses the address that changed last, and of equals the first by content.
    fn best_address(&self, customer: u32) -> Option<Found> {
        let usable = |record: &u32| self.address_usable.get(*record as usize) == Some(true);
        let mut usable = self.members.records(customer).iter().copied().filter(usable);
        let first = usable.next()?;
        let content = |record: u32| {
            [c::POSTAL_CODE, c::STREET, c::CITY, c::REGION, c::COUNTRY]
                .map(|line| self.contacts.text(line).get(record as usize))
        };
        let newest_first = |record: u32| {
            let updated = self.updated_at.get(record as usize);
            (std::cmp::Reverse(updated), content(record))
        };
        let best = usable.fold(first, |best, record| {
            if newest_first(record) < newest_first(best) { record } else { best }
        });
        Some(Found::Member(best))
    }

    /// Gives the e-mail address or phone number that `found` stands for.
    pub(super) fn value(&self, customer: u32, channel: Channel, found: Found) -> Option<&'a str> {
        match (found, channel) {
            (Found::Golden, Channel::Email) => self.golden_email.get(customer as usize),
            (Found::Golden, _) => self.golden_phone.get(customer as usize),
            (Found::Member(row), _) => self.values.get(row as usize),
        }
    }

    /// Gives the lines of an address as they stand with the golden record and, where `found`
    /// says so, with another.
    pub(super) fn lines(&self, line: Column) -> impl Fn(u32, Found) -> Option<&'a str> {
        let (golden, contacts) = (self.golden.text(line), self.contacts.text(line));
        move |customer, found| match found {
            Found::Golden => golden.get(customer as usize),
            Found::Member(record) => contacts.get(record as usize),
        }
    }
}
