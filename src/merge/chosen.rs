//! From which record does each value of a customer come?

use polars::prelude::{Column, IdxCa, StaticArray};

use super::customers::Customers;
use super::survivorship::{Candidate, Judge, NOTHING, Priorities};
use super::{Settings, Survivorship};
use crate::tables::layout::{Contact, ContactPoint, GoldenRecord, ValueLineage};
use crate::tables::{self, Table, column};

/// For each field the rows that the customers' values come from, absent where a customer has
/// none: 4 bytes per customer and field. Rows of contacts, but of contact points for e-mail and
/// phone.
pub(super) struct Chosen {
    pub(super) name: Column,
    pub(super) company: Column,
    pub(super) birth_date: Column,
    pub(super) email: Column,
    pub(super) phone: Column,
    pub(super) address: Column,
    pub(super) language: Column,
    pub(super) segment: Column,
    pub(super) market: Column,
    pub(super) product: Column,
    pub(super) clv: Column,
}

impl Chosen {
    /// Lets the rules of the settings decide.
    pub(super) fn by(
        settings: &Settings,
        customers: &Customers,
        contacts: &Table<Contact>,
        points: &Table<ContactPoint>,
    ) -> Chosen {
        let priorities = Priorities::of(contacts, settings);
        let fields = Fields { customers, contacts, priorities: &priorities };
        let starts = starts(points, contacts.height());
        let points = Points { points, starts: &starts };
        Chosen {
            name: fields.name(settings),
            company: fields.text(settings.company, column::COMPANY, column::COMPANY_FROM),
            birth_date: fields.birth_date(settings),
            email: fields.point(&points, settings.email, "email", column::EMAIL_FROM),
            phone: fields.point(&points, settings.phone, "phone", column::PHONE_FROM),
            address: fields.address(settings),
            language: fields.text(settings.language, column::LANGUAGE, column::LANGUAGE_FROM),
            segment: fields.text(settings.segment, column::SEGMENT, column::SEGMENT_FROM),
            market: fields.text(settings.market, column::MARKET, column::MARKET_FROM),
            product: fields.text(settings.product, column::PRODUCT, column::PRODUCT_FROM),
            clv: fields.clv(settings),
        }
    }

    /// Hands on the choices as lineage.
    pub(super) fn lineage(
        self,
        golden: &Table<GoldenRecord>,
        points: &Table<ContactPoint>,
    ) -> Table<ValueLineage> {
        let record_of = |point: &Column, column: tables::Column| {
            gathered(points, column::RECORD, rows(point)).with_name(column.name.into())
        };
        Table::of(vec![
            golden.whole(column::CUSTOMER_ID),
            self.name,
            self.company,
            self.birth_date,
            record_of(&self.email, column::EMAIL_FROM),
            record_of(&self.phone, column::PHONE_FROM),
            self.address,
            self.language,
            self.segment,
            self.market,
            self.product,
            self.clv,
        ])
    }
}

/// Reads chosen rows.
///
/// # Panics
/// If the column does not hold rows: a bug of this room.
pub(super) fn rows(chosen: &Column) -> &IdxCa {
    chosen.u32().unwrap_or_else(|error| panic!("{}: {error}", chosen.name()))
}

/// Takes the values of rows; absent where the row is. Texts are shared, not copied.
///
/// # Panics
/// If the table has no such column or row: a bug of this room.
pub(super) fn gathered<L: tables::Layout>(
    table: &Table<L>,
    column: tables::Column,
    rows: &IdxCa,
) -> Column {
    table.whole(column).take(rows).unwrap_or_else(|error| panic!("{}: {error}", column.name))
}

/// The fields of contacts, to choose from.
struct Fields<'a> {
    customers: &'a Customers,
    contacts: &'a Table<Contact>,
    priorities: &'a Priorities<'a>,
}

impl<'a> Fields<'a> {
    fn of_person(&self, rule: Survivorship) -> Judge<'a> {
        Judge::of_person(rule, self.contacts, self.priorities)
    }

    fn of_contact_data(&self, rule: Survivorship) -> Judge<'a> {
        Judge::of_contact_data(rule, self.contacts, self.priorities)
    }

    fn name(&self, settings: &Settings) -> Column {
        use column::{FIRST_NAME, LAST_NAME, MIDDLE_NAME, SALUTATION, SUFFIX};
        let parts = [SALUTATION, FIRST_NAME, MIDDLE_NAME, LAST_NAME, SUFFIX]
            .map(|part| self.contacts.text(part));
        let survivors = self.of_person(settings.name).survivors(self.customers, |record, names| {
            let name = parts.map(|part| part.get(record as usize));
            if name.iter().any(Option::is_some) {
                let is_usable = name[1].is_some() || name[3].is_some();
                names.push(Candidate::once(record, is_usable.into(), name));
            }
        });
        filled(column::NAME_FROM, &survivors)
    }

    fn address(&self, settings: &Settings) -> Column {
        use column::{CITY, COUNTRY, POSTAL_CODE, REGION, STREET};
        let parts =
            [STREET, CITY, REGION, POSTAL_CODE, COUNTRY].map(|part| self.contacts.text(part));
        let usable = self.contacts.flag(column::ADDRESS_USABLE);
        let judge = self.of_contact_data(settings.address);
        let survivors = judge.survivors(self.customers, |record, addresses| {
            let address = parts.map(|part| part.get(record as usize));
            if address.iter().any(Option::is_some) {
                let is_usable = usable.get(record as usize) == Some(true);
                addresses.push(Candidate::once(record, is_usable.into(), address));
            }
        });
        filled(column::ADDRESS_FROM, &survivors)
    }

    fn text(&self, rule: Survivorship, column: tables::Column, from: tables::Column) -> Column {
        let texts = self.contacts.text(column);
        let survivors = self.of_person(rule).survivors(self.customers, |record, candidates| {
            if let Some(text) = texts.get(record as usize) {
                candidates.push(Candidate::once(record, 0, [Some(text)]));
            }
        });
        filled(from, &survivors)
    }

    fn birth_date(&self, settings: &Settings) -> Column {
        let days = self.contacts.day(column::BIRTH_DATE).downcast_as_array();
        let judge = self.of_person(settings.birth_date);
        let survivors = judge.survivors(self.customers, |record, dates| {
            if let Some(day) = days.get(record as usize) {
                dates.push(Candidate::once(record, 0, i64::from(day)));
            }
        });
        filled(column::BIRTH_DATE_FROM, &survivors)
    }

    fn clv(&self, settings: &Settings) -> Column {
        let amounts = self.contacts.cents(column::GIVEN_CLV_CENTS).downcast_as_array();
        let survivors = self.of_person(settings.clv).survivors(self.customers, |record, values| {
            if let Some(cents) = amounts.get(record as usize) {
                values.push(Candidate::once(record, 0, cents));
            }
        });
        filled(column::CLV_FROM, &survivors)
    }

    /// Chooses among all contact points of a kind that any member has: a second address that
    /// works beats a first that does not.
    fn point(
        &self,
        points: &Points<'_>,
        rule: Survivorship,
        kind: &str,
        from: tables::Column,
    ) -> Column {
        let [kinds, values, statuses] =
            [column::KIND, column::VALUE, column::STATUS].map(|column| points.points.text(column));
        let ranks = points.points.count(column::RANK).downcast_as_array();
        let survivors = self.of_contact_data(rule).survivors(self.customers, |record, found| {
            for row in points.of_record(record) {
                let point = row as usize;
                let Some(value) = values.get(point) else { continue };
                if kinds.get(point) == Some(kind) {
                    let usable = usable(statuses.get(point));
                    let rank = ranks.get(point).unwrap_or(0);
                    found.push(Candidate { record, row, usable, rank, value: [Some(value)] });
                }
            }
        });
        filled(from, &survivors)
    }
}

/// Ranks the status of a contact point: what may once have reached the person beats what never
/// was anybody's.
fn usable(status: Option<&str>) -> u8 {
    match status {
        Some("valid") => 2,
        Some("placeholder") => 0,
        _ => 1,
    }
}

fn filled(column: tables::Column, survivors: &[u32]) -> Column {
    column.counts_or_nothing(survivors.iter().map(|&row| (row != NOTHING).then_some(row)))
}

/// The contact points, found by record.
struct Points<'a> {
    points: &'a Table<ContactPoint>,
    starts: &'a [u32],
}

impl Points<'_> {
    fn of_record(&self, record: u32) -> std::ops::Range<u32> {
        self.starts[record as usize]..self.starts[record as usize + 1]
    }
}

/// Finds where the points of each record begin, and where the last ones end.
///
/// # Panics
/// If the points are not sorted by record, or of a record that is not there.
fn starts(points: &Table<ContactPoint>, n_records: usize) -> Vec<u32> {
    let mut starts = Vec::with_capacity(n_records + 1);
    let mut n_points = 0;
    for record in points.count(column::RECORD).iter() {
        let record = record.map_or(usize::MAX, |record| record as usize);
        assert!(record < n_records, "a contact point is of a contact");
        assert!(starts.len() <= record + 1, "contact points are sorted by record");
        // Records without points begin where the next ones do.
        starts.resize(starts.len().max(record + 1), n_points);
        n_points += 1;
    }
    starts.resize(n_records + 1, n_points);
    starts
}
