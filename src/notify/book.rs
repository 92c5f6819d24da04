//! Where do a person's contact data stand?

use polars::prelude::{Int64Chunked, UInt32Chunked};

use crate::tables::layout::{Contact, ContactPoint, GoldenRecord, Lineage};
use crate::tables::{Column, Flags, Table, Texts, column as c};
use crate::terms::Channel;

use super::channel::{Found, Reach};
use super::members::Members;
use super::returned::NewAddress;

/// The tables in which contact data stand, and who is whose member.
pub(super) struct Book<'a> {
    pub(super) golden: &'a Table<GoldenRecord>,
    pub(super) contacts: &'a Table<Contact>,
    members: Members,
    // Columns are found by name once and not for each person.
    golden_email: &'a Texts,
    golden_email_status: &'a Texts,
    golden_phone: &'a Texts,
    golden_phone_status: &'a Texts,
    golden_address_usable: &'a Flags,
    kinds: &'a Texts,
    values: &'a Texts,
    statuses: &'a Texts,
    ranks: &'a UInt32Chunked,
    records: &'a UInt32Chunked,
    address_usable: &'a Flags,
    updated_at: &'a Int64Chunked,
    verified_at: &'a Int64Chunked,
    /// Street and postcode, of the golden records and of the records.
    golden_places: [&'a Texts; 2],
    places: [&'a Texts; 2],
    /// For each channel, the instant before which a value was last confirmed if it is stale.
    stale_before: [i64; 3],
    /// New addresses that came with returned mail.
    returned: &'a [NewAddress],
}

impl<'a> Book<'a> {
    pub(super) fn open(
        golden: &'a Table<GoldenRecord>,
        lineage: &Table<Lineage>,
        contacts: &'a Table<Contact>,
        points: &'a Table<ContactPoint>,
        stale_before: [i64; 3],
        returned: &'a [NewAddress],
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
            records: points.count(c::RECORD),
            address_usable: contacts.flag(c::ADDRESS_USABLE),
            updated_at: contacts.instant(c::UPDATED_AT),
            verified_at: contacts.instant(c::VERIFIED_AT),
            golden_places: [c::STREET, c::POSTAL_CODE].map(|line| golden.text(line)),
            places: [c::STREET, c::POSTAL_CODE].map(|line| contacts.text(line)),
            stale_before,
            returned,
        }
    }

    /// Finds the channels by which a customer can be reached: the golden record's own value
    /// where it is valid, else another member's.
    pub(super) fn reach(&self, customer: u32) -> Reach {
        let row = customer as usize;
        let golden = |usable: bool| usable.then_some(Found::Golden);
        let valid = |statuses: &Texts| golden(statuses.get(row) == Some("valid"));
        let email = valid(self.golden_email_status);
        let phone = valid(self.golden_phone_status);
        let post = golden(self.golden_address_usable.get(row) == Some(true));
        let found = [
            email.or_else(|| self.best_point(customer, "email")),
            phone.or_else(|| self.best_point(customer, "phone")),
            post.or_else(|| self.best_address(customer)),
        ];
        let is_stale = Channel::ALL.map(|channel| {
            let confirmed = found[channel as usize]
                .and_then(|found| self.last_confirmed(customer, channel, found));
            confirmed.is_some_and(|at| at < self.stale_before[channel as usize])
        });
        Reach { found, is_stale }
    }

    /// Gives the instant at which a record was last confirmed or changed, in milliseconds since
    /// 1970.
    fn seen_at(&self, record: u32) -> Option<i64> {
        self.verified_at.get(record as usize).max(self.updated_at.get(record as usize))
    }

    /// Gives the last instant at which any of the person's records spoke for a value.
    fn last_confirmed(&self, customer: u32, channel: Channel, found: Found) -> Option<i64> {
        let kind = match channel {
            Channel::Email => "email",
            Channel::Phone => "phone",
            Channel::Post => return self.address_confirmed(customer, found),
        };
        let value = self.value(customer, channel, found);
        self.valid_points(customer, kind)
            .filter(|&row| self.values.get(row as usize) == value)
            .filter_map(|row| self.seen_at(self.records.get(row as usize)?))
            .max()
    }

    fn address_confirmed(&self, customer: u32, found: Found) -> Option<i64> {
        let lines = |record: u32| self.places.map(|line| line.get(record as usize));
        let used = match found {
            Found::Member(record) => lines(record),
            Found::Golden => self.golden_places.map(|line| line.get(customer as usize)),
            Found::Returned(_) => return None,
        };
        let records = self.members.records(customer).iter().copied();
        records.filter(|&record| lines(record) == used).filter_map(|r| self.seen_at(r)).max()
    }

    /// Finds another value for a channel than the one that is used, in another record.
    pub(super) fn other(&self, customer: u32, channel: Channel, used: Found) -> Option<Found> {
        let kind = match channel {
            Channel::Email => "email",
            Channel::Phone => "phone",
            Channel::Post => return self.other_address(customer, used),
        };
        let value = self.value(customer, channel, used);
        self.best_of(
            self.valid_points(customer, kind).filter(|&row| self.values.get(row as usize) != value),
        )
    }

    fn other_address(&self, customer: u32, used: Found) -> Option<Found> {
        let place = |record: u32| self.places.map(|line| line.get(record as usize));
        let used = match used {
            Found::Golden => self.golden_places.map(|line| line.get(customer as usize)),
            Found::Member(record) => place(record),
            Found::Returned(_) => return None,
        };
        self.best_address_but(customer, |record| place(record) != used)
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

    /// Lists the ids of a kind by which the sources know a customer, each once, in alphabetical
    /// order.
    pub(super) fn keys(&self, customer: u32, kind: &str) -> Vec<&'a str> {
        let values = self.values;
        let of_kind =
            self.members.points(customer).filter(|&row| self.kinds.get(row as usize) == Some(kind));
        let mut keys: Vec<&str> = of_kind.filter_map(|row| values.get(row as usize)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn valid_points(&self, customer: u32, kind: &str) -> impl Iterator<Item = u32> {
        self.members.points(customer).filter(move |&row| {
            self.kinds.get(row as usize) == Some(kind)
                && self.statuses.get(row as usize) == Some("valid")
        })
    }

    /// Chooses what was confirmed last, then by rank and content, since the order of records is
    /// that of the files.
    fn best_point(&self, customer: u32, kind: &str) -> Option<Found> {
        self.best_of(self.valid_points(customer, kind))
    }

    fn best_of(&self, points: impl Iterator<Item = u32>) -> Option<Found> {
        let newest_first = |row: &u32| {
            let row = *row as usize;
            let seen_at = self.records.get(row).and_then(|record| self.seen_at(record));
            (std::cmp::Reverse(seen_at), self.ranks.get(row), self.values.get(row))
        };
        points.min_by_key(newest_first).map(Found::Member)
    }

    /// Chooses the address that was confirmed last, and of equals the first by content.
    fn best_address(&self, customer: u32) -> Option<Found> {
        self.best_address_but(customer, |_| true)
    }

    fn best_address_but(&self, customer: u32, may: impl Fn(u32) -> bool) -> Option<Found> {
        let usable =
            |record: &u32| self.address_usable.get(*record as usize) == Some(true) && may(*record);
        let mut usable = self.members.records(customer).iter().copied().filter(usable);
        let first = usable.next()?;
        let content = |record: u32| {
            [c::POSTAL_CODE, c::STREET, c::CITY, c::REGION, c::COUNTRY]
                .map(|line| self.contacts.text(line).get(record as usize))
        };
        let newest_first = |record: u32| (std::cmp::Reverse(self.seen_at(record)), content(record));
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
            (Found::Returned(_), _) => None,
        }
    }

    /// Gives the lines of an address as they stand with the golden record and, where `found`
    /// says so, with another.
    pub(super) fn lines(&self, line: Column) -> impl Fn(u32, Found) -> Option<&'a str> {
        let (golden, contacts) = (self.golden.text(line), self.contacts.text(line));
        let returned = self.returned;
        move |customer, found| match found {
            Found::Golden => golden.get(customer as usize),
            Found::Member(record) => contacts.get(record as usize),
            Found::Returned(place) => {
                let new = &returned[place as usize];
                match line.name {
                    "street" => new.street.as_deref(),
                    "city" => new.city.as_deref(),
                    "region" => new.region.as_deref(),
                    "postal_code" => new.postal_code.as_deref(),
                    // Who moves within a country names it seldom.
                    "country" => new.country.as_deref().or(golden.get(customer as usize)),
                    _ => None,
                }
            }
        }
    }
}
