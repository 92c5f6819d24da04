//! Nights on the disk are held against the same nights in memory.

use std::collections::BTreeMap;

use tempfile::TempDir;

use super::tests::{in_small_groups, instant, table};
use super::window::with;
use super::*;
use crate::tables::{Layout, column};

/// Draws numbers that look random, the same ones each time.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// A record: what it is known by, whose it is, what it is called.
struct Record {
    id: Option<String>,
    content: u64,
    person: u64,
    emails: Vec<String>,
}

/// Draws the records of a night, in any order. Some have no id, some share what they are known by,
/// and one night makes other persons of them than the next.
fn records(drawn: &mut Drawn) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for number in 0..24 {
        if drawn.below(3) == 0 {
            continue;
        }
        let id = (number % 5 > 0).then(|| format!("r{}", number / 2 * 2));
        let emails = (0..drawn.below(4)).map(|_| format!("{}@example.com", drawn.below(6)));
        let emails = emails.collect();
        let person = (number / 3) * 2 + drawn.below(2);
        let place = usize::try_from(drawn.below(records.len() as u64 + 1)).unwrap();
        records.insert(place, Record { id, content: number / 10, person, emails });
    }
    records
}

/// Makes a night of records; customers stand in the order of their ids.
fn night_of(records: &[Record]) -> Night {
    let number = |n: usize| u32::try_from(n).unwrap();
    // The ids of persons are no longer in the order in which they arrive.
    let id_of = |person: u64| format!("c{:02}", person * 7 % 17);
    let mut n_records: BTreeMap<String, u32> = BTreeMap::new();
    for record in records {
        *n_records.entry(id_of(record.person)).or_default() += 1;
    }
    let ids: Vec<&String> = n_records.keys().collect();
    let customer =
        |record: &Record| number(ids.iter().position(|id| **id == id_of(record.person)).unwrap());
    let points: Vec<(u32, &String)> = (0..)
        .zip(records)
        .flat_map(|(row, record)| record.emails.iter().map(move |email| (row, email)))
        .collect();
    let contacts = with(
        &table::<Contact>(records.len()),
        &[
            column::RECORD.counts((0..number(records.len())).collect()),
            column::SOURCE.same(Some("crm"), records.len()),
            column::SOURCE_ID.texts(records.iter().map(|record| record.id.as_ref())),
            column::CONTENT_HASH.longs(records.iter().map(|record| record.content).collect()),
        ],
    );
    let of_points = [
        column::RECORD.counts(points.iter().map(|point| point.0).collect()),
        column::KIND.same(Some("email"), points.len()),
        column::VALUE.texts(points.iter().map(|point| Some(point.1))),
    ];
    let golden = [
        column::CUSTOMER_ID.texts(ids.iter().map(Some)),
        column::N_RECORDS.counts(n_records.values().copied().collect()),
    ];
    let of_records: Vec<u32> = records.iter().map(customer).collect();
    let lineage = [
        column::RECORD.counts((0..number(records.len())).collect()),
        column::CUSTOMER_ID.texts(of_records.iter().map(|&it| Some(ids[it as usize]))),
        column::CUSTOMER.counts(of_records.clone()),
    ];
    Night {
        contacts,
        points: with(&table(points.len()), &of_points),
        golden: with(&table(ids.len()), &golden),
        lineage: with(&table(records.len()), &lineage),
        customers: table(ids.len()),
    }
}

fn same<L: Layout>(one: &Table<L>, other: &Table<L>, what: &str) {
    assert_eq!(one.height(), other.height(), "{what}");
    assert!(
        one.frame().equals_missing(other.frame()),
        "{what}: {:?}\n{:?}",
        one.frame(),
        other.frame()
    );
}

/// Lists points as texts, in order of the texts.
fn listed<'a>(tables: impl IntoIterator<Item = &'a Table<ContactPoint>>) -> Vec<String> {
    let mut listed = Vec::new();
    for points in tables {
        let (records, values) = (points.count(column::RECORD), points.text(column::VALUE));
        listed.extend(
            (0..points.height()).map(|row| format!("{:?} {:?}", records.get(row), values.get(row))),
        );
    }
    listed.sort_unstable();
    listed
}

#[test]
fn nights_on_the_disk_tell_what_they_tell_in_memory() {
    let (mut n_left, mut n_taken_in, mut n_outdated) = (0, 0, 0);
    for seed in 0..40 {
        let mut drawn = Drawn(seed);
        let dir = TempDir::new().unwrap();
        let days = ["2026-03-03T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z"];
        for day in days {
            write(dir.path(), instant(day), &night_of(&records(&mut drawn)).lent(), None).unwrap();
            in_small_groups(&dir.path().join(folder_name(instant(day))));
        }
        let [now, second, first] = days.map(|day| open(dir.path(), instant(day)).unwrap());
        let mut night = now.night(&[]).unwrap();
        let mut wider = Wider::of(now).unwrap();
        let mut outdated = Vec::new();
        for older in [second, first] {
            let widened = widened(night, &older.night(&[]).unwrap());
            wider.add(older).unwrap();
            assert_eq!(wider.places(), widened.places, "seed {seed}");
            n_left += widened.n_records;
            n_taken_in += widened.n_customers;
            n_outdated += widened.outdated.height();
            outdated.push(widened.outdated);
            night = widened.night;
        }
        wider.complete();
        check(&wider, &night, &outdated, seed);
    }
    assert!(
        n_left > 100 && n_taken_in > 40 && n_outdated > 100,
        "{n_left} {n_taken_in} {n_outdated}"
    );
}

fn check(wider: &Wider, night: &Night, outdated: &[Table<ContactPoint>], seed: u64) {
    let customer_of: Vec<u32> = night.lineage.count(column::CUSTOMER).into_no_null_iter().collect();
    let lineage = wider.lineage(&[column::CUSTOMER, column::SOURCE_ID]).unwrap();
    let owners: Vec<u32> = lineage.count(column::CUSTOMER).into_no_null_iter().collect();
    assert_eq!(owners, customer_of, "seed {seed}");
    let ids = |lineage: &Table<Lineage>| {
        lineage.text(column::SOURCE_ID).iter().map(|id| id.map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(ids(&lineage), ids(&night.lineage));
    let n_records = |golden: &Table<GoldenRecord>| {
        golden.count(column::N_RECORDS).into_no_null_iter().collect::<Vec<u32>>()
    };
    assert_eq!(n_records(&wider.golden()), n_records(&night.golden), "seed {seed}");
    let worth = wider.customers(&[column::CLV_FUTURE_CENTS]).unwrap();
    let of_worth =
        |worth: &Table<Customer>| worth.cents(column::CLV_FUTURE_CENTS).iter().collect::<Vec<_>>();
    assert_eq!(of_worth(&worth), of_worth(&night.customers));
    let points = wider.each_points(Clone::clone).unwrap();
    assert_eq!(listed(&points), listed(outdated.iter().chain([&night.points])), "seed {seed}");
    let records = wider.each_contacts(&[column::SOURCE_ID], |first, contacts| {
        let ids = contacts.text(column::SOURCE_ID).iter().map(|id| id.map(str::to_owned));
        (first..).zip(ids).collect::<Vec<_>>()
    });
    let of_night = night.contacts.text(column::SOURCE_ID).iter().map(|id| id.map(str::to_owned));
    assert_eq!(records.unwrap().concat(), (0..).zip(of_night).collect::<Vec<_>>());

    let (golden, lineage, worth) =
        (wider.golden_records().unwrap(), wider.lineages().unwrap(), wider.worth().unwrap());
    assert_eq!(
        [golden.n_rows(), lineage.n_rows()],
        [night.golden.height(), night.lineage.height()]
    );
    for n_rows in [1, 4, 100] {
        for start in (0..lineage.n_rows()).step_by(n_rows) {
            let rows = |n_all: usize| start.min(n_all)..(start + n_rows).min(n_all);
            let (of_customers, of_records) = (rows(golden.n_rows()), rows(lineage.n_rows()));
            let (first, n) = (of_customers.start, of_customers.len());
            same(
                &golden.piece(of_customers.clone()).unwrap(),
                &night.golden.slice(first, n),
                "golden",
            );
            same(&worth.piece(of_customers).unwrap(), &night.customers.slice(first, n), "worth");
            let n = of_records.len();
            same(&lineage.piece(of_records).unwrap(), &night.lineage.slice(start, n), "lineage");
        }
    }

    let n_customers = u32::try_from(night.golden.height()).unwrap();
    for step in [1, 2, 5] {
        let customers: Vec<u32> = (0..n_customers).filter(|it| it % step == 0).collect();
        let chosen = Chosen::of(customers, &customer_of);
        let (read, picked) = (wider.part(&chosen, &[]).unwrap(), chosen.part(night));
        same(&read.contacts, &picked.contacts, "contacts");
        same(&read.points, &picked.points, "points");
        same(&read.golden, &picked.golden, "golden records");
        same(&read.lineage, &picked.lineage, "lineage");
        same(&read.customers, &picked.customers, "customers");
        for (read, outdated) in wider.outdated(&chosen).unwrap().iter().zip(outdated) {
            same(read, &chosen.points(outdated), "outdated");
        }
    }
}
