//! Records as tests write them down, and the tables they make.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::tables::layout::{Contact, ContactPoint, Membership};
use crate::tables::{Layout, Table, column as c};

/// A record of a test; what is not said is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Record {
    pub(super) source: &'static str,
    pub(super) id: Option<&'static str>,
    /// Salutation, first, middle, last, suffix.
    pub(super) name: [Option<&'static str>; 5],
    pub(super) company: Option<&'static str>,
    pub(super) birth_date: Option<i32>,
    /// Street, city, region, postal code, country.
    pub(super) address: [Option<&'static str>; 5],
    pub(super) address_usable: bool,
    pub(super) language: Option<&'static str>,
    pub(super) clv: Option<i64>,
    pub(super) opt_out: Option<bool>,
    pub(super) deleted: Option<bool>,
    pub(super) created: Option<i64>,
    pub(super) updated: Option<i64>,
    pub(super) verified: Option<i64>,
    /// Kind, value, status, line type.
    pub(super) points: Vec<(&'static str, &'static str, &'static str, Option<&'static str>)>,
}

impl Record {
    pub(super) fn of(source: &'static str, id: &'static str) -> Record {
        Record { source, id: Some(id), ..Record::default() }
    }

    pub(super) fn named(self, first: &'static str, last: &'static str) -> Record {
        Record { name: [None, Some(first), None, Some(last), None], ..self }
    }

    pub(super) fn updated(self, updated: i64) -> Record {
        Record { updated: Some(updated), ..self }
    }

    pub(super) fn email(mut self, value: &'static str, status: &'static str) -> Record {
        self.points.push(("email", value, status, None));
        self
    }

    fn content_hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

type Filled = polars::prelude::Column;

fn contact_column(column: crate::tables::Column, records: &[Record]) -> Filled {
    let texts = |of: fn(&Record) -> Option<&'static str>| column.texts(records.iter().map(of));
    let n_rows = u32::try_from(records.len()).unwrap();
    match column {
        c::RECORD => column.counts((0..n_rows).collect()),
        c::SOURCE => texts(|record| Some(record.source)),
        c::LINE => column.longs((0..u64::from(n_rows)).collect()),
        c::SOURCE_ID => texts(|record| record.id),
        c::CONTENT_HASH => column.longs(records.iter().map(Record::content_hash).collect()),
        c::SALUTATION => texts(|record| record.name[0]),
        c::FIRST_NAME => texts(|record| record.name[1]),
        c::MIDDLE_NAME => texts(|record| record.name[2]),
        c::LAST_NAME => texts(|record| record.name[3]),
        c::SUFFIX => texts(|record| record.name[4]),
        c::COMPANY => texts(|record| record.company),
        c::BIRTH_DATE => column.days(records.iter().map(|record| record.birth_date)),
        c::STREET => texts(|record| record.address[0]),
        c::CITY => texts(|record| record.address[1]),
        c::REGION => texts(|record| record.address[2]),
        c::POSTAL_CODE => texts(|record| record.address[3]),
        c::COUNTRY => texts(|record| record.address[4]),
        c::ADDRESS_USABLE => column.flags(records.iter().map(|r| r.address_usable).collect()),
        c::LANGUAGE => texts(|record| record.language),
        c::GIVEN_CLV_CENTS => column.amounts_or_nothing(records.iter().map(|r| r.clv)),
        c::EMAIL_OPT_OUT => column.flags_or_nothing(records.iter().map(|r| r.opt_out)),
        c::DELETED => column.flags_or_nothing(records.iter().map(|r| r.deleted)),
        c::CREATED_AT => column.instants(records.iter().map(|r| r.created)),
        c::UPDATED_AT => column.instants(records.iter().map(|r| r.updated)),
        c::VERIFIED_AT => column.instants(records.iter().map(|r| r.verified)),
        other => other.nothing(records.len()),
    }
}

/// The three tables that say so, each record in the group named beside it.
pub(super) fn tables(
    records: &[Record],
    groups: &[u32],
) -> (Table<Contact>, Table<ContactPoint>, Table<Membership>) {
    let columns = Contact::COLUMNS.iter().map(|&column| contact_column(column, records));
    let contacts = Table::of(columns.collect());
    let mut points: Vec<_> = Vec::new();
    for (row, record) in (0_u32..).zip(records) {
        for (rank, point) in (0_u32..).zip(&record.points) {
            points.push((row, *point, rank));
        }
    }
    let points = Table::of(vec![
        c::RECORD.counts(points.iter().map(|(row, ..)| *row).collect()),
        c::KIND.texts(points.iter().map(|(_, point, _)| Some(point.0))),
        c::VALUE.texts(points.iter().map(|(_, point, _)| Some(point.1))),
        c::STATUS.texts(points.iter().map(|(_, point, _)| Some(point.2))),
        c::LINE_TYPE.texts(points.iter().map(|(_, point, _)| point.3)),
        c::RANK.counts(points.iter().map(|(.., rank)| *rank).collect()),
    ]);
    let first_of = |group: &u32| groups.iter().position(|other| other == group).unwrap();
    let clusters = groups.iter().map(|group| u32::try_from(first_of(group)).unwrap());
    let membership = Table::of(vec![
        c::RECORD.counts((0..).take(groups.len()).collect()),
        c::CLUSTER.counts(clusters.collect()),
        c::MATCH_WEIGHT_BITS.nothing(groups.len()),
        c::LINKED_BY.nothing(groups.len()),
    ]);
    (contacts, points, membership)
}
