//! How does what survived become one row per customer?

use polars::prelude::{Column, Int64Chunked, StaticArray};
use rayon::prelude::*;

use super::chosen::{Chosen, gathered, rows};
use super::customers::Customers;
use crate::tables::layout::{Contact, ContactPoint, GoldenRecord, Lineage, Membership};
use crate::tables::{self, Flags, Layout, Table, column};

/// Fills the table of golden records, its columns side by side.
pub(super) fn golden(
    customers: &Customers,
    chosen: &Chosen,
    contacts: &Table<Contact>,
    points: &Table<ContactPoint>,
) -> Table<GoldenRecord> {
    let filled = GoldenRecord::COLUMNS.par_iter().map(|&column| match column {
        column::CUSTOMER_ID => customers.id_column(),
        column::N_RECORDS => n_records(customers),
        column::EMAIL => point(points, column::VALUE, &chosen.email, column),
        column::EMAIL_STATUS => point(points, column::STATUS, &chosen.email, column),
        column::PHONE => point(points, column::VALUE, &chosen.phone, column),
        column::PHONE_STATUS => point(points, column::STATUS, &chosen.phone, column),
        column::LINE_TYPE => point(points, column::LINE_TYPE, &chosen.phone, column),
        column::ADDRESS_USABLE => address_usable(contacts, chosen),
        column::EMAIL_OPT_OUT | column::DO_NOT_CALL | column::DECEASED => {
            said_by_any(column, contacts.flag(column), customers)
        }
        column::CREATED_AT => earliest(column, contacts.instant(column), customers),
        column::UPDATED_AT | column::VERIFIED_AT => {
            latest(column, contacts.instant(column), customers)
        }
        _ => gathered(contacts, column, rows(from(column, chosen))),
    });
    Table::of(filled.collect())
}

/// Tells which choice a column of contacts goes by.
fn from(column: tables::Column, chosen: &Chosen) -> &Column {
    match column {
        column::SALUTATION
        | column::FIRST_NAME
        | column::MIDDLE_NAME
        | column::LAST_NAME
        | column::SUFFIX => &chosen.name,
        column::STREET | column::CITY | column::REGION | column::POSTAL_CODE | column::COUNTRY => {
            &chosen.address
        }
        column::COMPANY => &chosen.company,
        column::BIRTH_DATE => &chosen.birth_date,
        column::LANGUAGE => &chosen.language,
        column::SEGMENT => &chosen.segment,
        column::MARKET => &chosen.market,
        column::PRODUCT => &chosen.product,
        column::GIVEN_CLV_CENTS => &chosen.clv,
        other => panic!("no rule says which `{}` survives", other.name),
    }
}

fn point(
    points: &Table<ContactPoint>,
    taken: tables::Column,
    chosen: &Column,
    column: tables::Column,
) -> Column {
    gathered(points, taken, rows(chosen)).with_name(column.name.into())
}

/// An address that is not there is not usable.
fn address_usable(contacts: &Table<Contact>, chosen: &Chosen) -> Column {
    let usable = contacts.flag(column::ADDRESS_USABLE);
    let is_usable = |row: Option<u32>| row.and_then(|row| usable.get(row as usize)) == Some(true);
    column::ADDRESS_USABLE.flags(rows(&chosen.address).iter().map(is_usable).collect())
}

fn n_records(customers: &Customers) -> Column {
    let count = |(): &mut (), records: &[u32]| u32::try_from(records.len()).unwrap_or(u32::MAX);
    column::N_RECORDS.counts(customers.each(|| (), count))
}

/// Yes where any member says yes: whoever refused once has refused, and nobody comes back to
/// life because another record is silent. No where members say no; absent where all are silent.
fn said_by_any(column: tables::Column, said: &Flags, customers: &Customers) -> Column {
    let said_by = |(): &mut (), records: &[u32]| {
        records.iter().filter_map(|&record| said.get(record as usize)).max()
    };
    column.flags_or_nothing(customers.each(|| (), said_by).into_iter())
}

fn earliest(column: tables::Column, instants: &Int64Chunked, customers: &Customers) -> Column {
    let instants = instants.downcast_as_array();
    let first = |(): &mut (), records: &[u32]| {
        records.iter().filter_map(|&record| instants.get(record as usize)).min()
    };
    column.instants(customers.each(|| (), first).into_iter())
}

fn latest(column: tables::Column, instants: &Int64Chunked, customers: &Customers) -> Column {
    let instants = instants.downcast_as_array();
    let last = |(): &mut (), records: &[u32]| {
        records.iter().filter_map(|&record| instants.get(record as usize)).max()
    };
    column.instants(customers.each(|| (), last).into_iter())
}

/// Says of each record which customer it became part of. Texts are shared with the contacts and
/// the golden records.
pub(super) fn lineage(
    customers: &Customers,
    golden: &Table<GoldenRecord>,
    contacts: &Table<Contact>,
    membership: &Table<Membership>,
) -> Table<Lineage> {
    let customer = column::CUSTOMER.counts(customers.by_record());
    let customer_id = gathered(golden, column::CUSTOMER_ID, rows(&customer));
    Table::of(vec![
        column::RECORD.counts((0..).take(contacts.height()).collect()),
        customer,
        customer_id,
        contacts.whole(column::SOURCE),
        contacts.whole(column::LINE),
        contacts.whole(column::SOURCE_ID),
        membership.whole(column::MATCH_WEIGHT_BITS),
        membership.whole(column::LINKED_BY),
    ])
}
