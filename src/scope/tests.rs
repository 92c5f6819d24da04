//! The room from its door.

mod formats;

use std::collections::BTreeSet;

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::fault::{Exit, Fault, Shown};
use crate::tables::Layout;
use crate::tables::column;
use crate::terms::Probability;

/// A record: its customer, what it holds besides its points, its points.
#[derive(Debug)]
struct Record {
    customer: u32,
    name: Option<&'static str>,
    points: Vec<(&'static str, String, &'static str)>,
}

fn record(customer: u32, points: &[(&'static str, &str)]) -> Record {
    let points = points.iter().map(|&(kind, value)| (kind, value.to_owned(), "valid")).collect();
    Record { customer, name: Some("Anna"), points }
}

/// A scope row: incident, file, line, kind, value, classes.
type Row = (&'static str, &'static str, u64, &'static str, Option<String>, &'static str);

fn row(file: &'static str, line: u64, kind: &'static str, value: &str) -> Row {
    ("leak", file, line, kind, Some(value.to_owned()), "email;name")
}

struct World {
    contacts: Table<Contact>,
    points: Table<ContactPoint>,
    lineage: Table<Lineage>,
}

impl World {
    fn of(records: &[Record]) -> World {
        let n_records = records.len();
        let numbers = || (0..u32::try_from(n_records).unwrap()).collect::<Vec<_>>();
        let contacts = Contact::COLUMNS
            .iter()
            .map(|&column| match column.name {
                "record" => column.counts(numbers()),
                "last_name" => column.texts(records.iter().map(|record| record.name)),
                _ => column.nothing(n_records),
            })
            .collect();
        let points: Vec<_> = numbers()
            .into_iter()
            .zip(records)
            .flat_map(|(number, record)| record.points.iter().map(move |point| (number, point)))
            .collect();
        let points = Table::of(vec![
            column::RECORD.counts(points.iter().map(|point| point.0).collect()),
            column::KIND.texts(points.iter().map(|(_, point)| Some(point.0))),
            column::VALUE.texts(points.iter().map(|(_, point)| Some(&point.1))),
            column::STATUS.texts(points.iter().map(|(_, point)| Some(point.2))),
            column::LINE_TYPE.nothing(points.len()),
            column::RANK.counts(vec![0; points.len()]),
        ]);
        let ids = records.iter().map(|record| Some(format!("c_{}", record.customer)));
        let lineage = Lineage::COLUMNS
            .iter()
            .map(|&column| match column.name {
                "record" => column.counts(numbers()),
                "customer" => column.counts(records.iter().map(|record| record.customer).collect()),
                "customer_id" => column.texts(ids.clone()),
                _ => column.nothing(n_records),
            })
            .collect();
        World { contacts: Table::of(contacts), points, lineage: Table::of(lineage) }
    }

    fn known(&self) -> Known<'_> {
        Known {
            contacts: &self.contacts,
            points: &self.points,
            outdated: &[],
            lineage: &self.lineage,
        }
    }

    fn scoped(&self, incidents: &[Incident], rows: &[Row]) -> Result<Scoped, Error> {
        self.scoped_with(incidents, rows, &Settings::default())
    }

    fn scoped_with(
        &self,
        incidents: &[Incident],
        rows: &[Row],
        settings: &Settings,
    ) -> Result<Scoped, Error> {
        let entries = entries(rows);
        let counted = affected(&self.known(), &lists(incidents, &entries), settings)?;
        Ok(crate::ledger::Ledger::default().enter(counted))
    }
}

/// Joins a night that is at hand whole.
fn affected(
    known: &Known<'_>,
    lists: &Lists<'_>,
    settings: &Settings,
) -> Result<Counted<Scoped>, Error> {
    affected_since(known, lists, None, settings)
}

fn affected_since(
    known: &Known<'_>,
    lists: &Lists<'_>,
    told: Option<&Told>,
    settings: &Settings,
) -> Result<Counted<Scoped>, Error> {
    let join = Join::open(lists)?;
    let met = std::iter::once(known.points).chain(known.outdated).map(|points| join.met(points));
    let met: Vec<Met> = met.collect();
    let customer_of: Vec<u32> = known.lineage.count(column::CUSTOMER).into_no_null_iter().collect();
    let joined = join.judged(met, &customer_of, settings)?;
    let customers: Vec<u32> = (0..=customer_of.iter().copied().max().unwrap_or(0)).collect();
    let records: Vec<u32> = (0..u32::try_from(customer_of.len()).unwrap()).collect();
    let numbers = Numbers { customers: &customers, records: &records };
    Ok(joined.affected(known, numbers, told, settings))
}

fn lists<'a>(incidents: &'a [Incident], entries: &'a Table<ScopeEntry>) -> Lists<'a> {
    Lists { incidents, entries, keys: &[], named: &[], samples: &[], rulings: &[], canaries: None }
}

fn entries(rows: &[Row]) -> Table<ScopeEntry> {
    Table::of(vec![
        column::INCIDENT.texts(rows.iter().map(|row| Some(row.0))),
        column::SCOPE_FILE.texts(rows.iter().map(|row| Some(row.1))),
        column::SCOPE_LINE.longs(rows.iter().map(|row| row.2).collect()),
        column::IDENTIFIER.texts(rows.iter().map(|row| Some(row.3))),
        column::VALUE.texts(rows.iter().map(|row| row.4.as_ref())),
        column::DATA_CLASSES.texts(rows.iter().map(|row| Some(row.5))),
    ])
}

fn incident(id: &str, rest: &str) -> Incident {
    let text = format!(
        "id = \"{id}\"\nkind = \"security_breach\"\ndiscovered_at = \"2026-03-02T00:00:00Z\"\n{rest}"
    );
    toml::from_str(&text).unwrap()
}

fn leak() -> Vec<Incident> {
    let file = |name: &str, identifier: &str, evidence: &str| {
        format!(
            "[[scope]]\nname = \"{name}\"\nfile = \"{name}.csv\"\nidentifier = \"{identifier}\"\n\
             data_classes = [\"email\", \"name\"]\nevidence = \"{evidence}\"\n"
        )
    };
    let files = [
        file("mails", "email", "probable"),
        file("tickets", "customer_key", "confirmed"),
        file("hashes", "email_sha256", "possible"),
        file("calls", "phone_sha256", "confirmed"),
    ];
    vec![incident("leak", &files.concat())]
}

fn sha256(text: &str) -> String {
    <[u8; 32]>::from(Sha256::digest(text.as_bytes())).map(|byte| format!("{byte:02x}")).concat()
}

/// Shows a table as text, one row per line.
fn shown<L: Layout>(table: &Table<L>, columns: &[&str]) -> String {
    let rows = crate::output::rows_as_json(table.frame()).into_iter().map(|row| {
        let cells = columns.iter().map(|column| match &row[*column] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        cells.collect::<Vec<_>>().join(" ")
    });
    rows.collect::<Vec<_>>().join("\n")
}

const AFFECTED: [&str; 6] =
    ["customer_id", "incident", "data_classes", "evidence", "matched_by", "n_scope_rows"];

#[test]
fn a_person_is_found_by_any_identifier_of_any_record() {
    let world = World::of(&[
        record(1, &[("email", "new@example.com"), ("customer_key", "K1")]),
        record(1, &[("email", "old@example.com")]),
        record(0, &[("email", "other@example.com")]),
    ]);
    let scoped = world
        .scoped(
            &leak(),
            &[
                row("mails", 2, "email", "old@example.com"),
                row("mails", 3, "email", "nobody@example.com"),
                row("tickets", 2, "customer_key", "K1"),
                ("leak", "tickets", 3, "customer_key", None, "customer_id"),
            ],
        )
        .unwrap();
    assert_eq!(
        shown(&scoped.affected, &AFFECTED),
        "c_1 leak email;name confirmed customer_key;email 2"
    );
    assert_eq!(
        shown(&scoped.matches, &["customer", "scope_file", "scope_line", "matched_record"]),
        "1 mails 2 1\n1 tickets 2 0"
    );
    assert_eq!(
        shown(&scoped.unmatched, &["scope_file", "scope_line", "reason"]),
        "mails 3 unmatched\ntickets 3 no_id"
    );
    let counts: Vec<_> = scoped.files.iter().map(|file| (&*file.file, file.n_rows)).collect();
    assert_eq!(counts, [("calls", 0), ("hashes", 0), ("mails", 2), ("tickets", 2)]);
}

#[test]
fn a_value_that_stands_twice_in_a_list_is_matched_once_and_counted_twice() {
    let world = World::of(&[record(0, &[("email", "a@example.com")])]);
    let rows = [7, 4, 9].map(|line| row("mails", line, "email", "a@example.com"));
    let scoped = world.scoped(&leak(), &rows).unwrap();
    assert_eq!(shown(&scoped.affected, &["n_scope_rows"]), "3");
    assert_eq!(shown(&scoped.matches, &["scope_line"]), "4");
    let mails = scoped.files.iter().find(|file| file.file == "mails").unwrap();
    assert_eq!((mails.n_matched, mails.n_repeated), (3, 2));
}

#[test]
fn a_hashed_list_is_met_in_the_profile_that_finds_most() {
    let world = World::of(&[
        record(0, &[("email", "an.na@gmail.com")]),
        record(1, &[("email", "b.ob+x@gmail.com")]),
        record(2, &[("email", "carla@example.com")]),
        record(3, &[("email", "do.ra@gmail.com")]),
    ]);
    let values = ["anna@gmail.com", "bob@gmail.com", "carla@example.com", "do.ra@gmail.com"];
    let rows: Vec<_> = (2..)
        .zip(values)
        .map(|(line, value)| row("hashes", line, "email_sha256", &sha256(value)))
        .collect();
    let scoped = world.scoped(&leak(), &rows).unwrap();
    assert_eq!(
        shown(&scoped.affected, &["customer_id", "matched_by"]),
        "c_0 email_sha256:google\nc_1 email_sha256:google\nc_2 email_sha256\nc_3 email_sha256"
    );
    let hashes = scoped.files.iter().find(|file| file.file == "hashes").unwrap();
    assert_eq!(hashes.profile, Some("google"));
    let tried: Vec<_> =
        hashes.profiles.iter().map(|tried| (tried.profile, tried.n_matched)).collect();
    let expected =
        [("lower_trim", 2), ("google", 3), ("google_dots", 2), ("uid2", 3), ("untagged", 2)];
    assert_eq!(tried, expected);
    assert!(!hashes.mixed, "one row besides the best may be chance");
}

#[test]
fn a_hashed_phone_is_met_with_and_without_its_plus() {
    let world = World::of(&[
        record(0, &[("phone", "+12025550123")]),
        record(1, &[("phone", "+442079460123")]),
    ]);
    let rows = [
        row("calls", 1, "phone_sha256", &sha256("12025550123")),
        row("calls", 2, "phone_sha256", &sha256("442079460123")),
    ];
    let scoped = world.scoped(&leak(), &rows).unwrap();
    assert_eq!(
        shown(&scoped.affected, &["customer_id", "matched_by"]),
        "c_0 phone_sha256:digits\nc_1 phone_sha256:digits"
    );
}

#[test]
fn a_hashed_list_that_meets_about_nobody_stops_the_run_with_a_hint() {
    let world = World::of(&[record(0, &[("email", "anna@example.com")])]);
    let rows: Vec<_> =
        (1..=50).map(|n| row("hashes", n, "email_sha256", &sha256(&format!("salt{n}")))).collect();
    let error = world.scoped(&leak(), &rows).unwrap_err();
    assert_eq!(error.exit(), Exit::Input);
    let text = Shown(&error).to_string();
    assert!(text.contains("met about nobody: 0 of 50 rows"), "{text}");
    assert!(text.contains("lower_trim met 0, google met 0, google_dots met 0"), "{text}");
    assert!(text.contains("before hashing"), "{text}");
    assert!(!text.contains("anna"), "{text}");

    let settings = Settings { matched_share_min: Probability::new(0.0), ..Settings::default() };
    let passed = world.scoped_with(&leak(), &rows, &settings).unwrap();
    assert_eq!(passed.affected.height(), 0);
}

#[test]
fn a_hashed_list_without_one_hash_stops_the_run_too() {
    let world = World::of(&[record(0, &[("email", "anna@example.com")])]);
    let rows = [("leak", "hashes", 1, "email_sha256", None, "email")];
    assert!(matches!(world.scoped(&leak(), &rows), Err(Error::NothingMatched { .. })));
}

#[test]
fn a_placeholder_names_nobody() {
    let mut shared = record(0, &[("email", "test@test.com")]);
    shared.points[0].2 = "placeholder";
    let world = World::of(&[shared]);
    let scoped = world.scoped(&leak(), &[row("mails", 2, "email", "test@test.com")]).unwrap();
    assert_eq!(scoped.affected.height(), 0);
    assert_eq!(shown(&scoped.unmatched, &["reason"]), "placeholder");
}

#[test]
fn what_the_contacts_do_not_hold_of_a_person_was_not_exposed_of_that_person() {
    let mut nameless = record(1, &[("email", "b@example.com")]);
    nameless.name = None;
    let world = World::of(&[record(0, &[("email", "a@example.com")]), nameless]);
    let classes = "dob;email;name;password_plain;phone";
    let rows: Vec<Row> = ["a@example.com", "b@example.com"]
        .map(|value| ("leak", "mails", 2, "email", Some(value.to_owned()), classes))
        .to_vec();
    let of = |incidents: &[Incident]| {
        shown(&world.scoped(incidents, &rows).unwrap().affected, &["data_classes"])
    };
    assert_eq!(of(&leak()), "email;name;password_plain\nemail;password_plain");
    let mut at_vendor = leak();
    at_vendor[0].vendor = Some("Mailer Ltd".to_owned());
    assert_eq!(of(&at_vendor), format!("{classes}\n{classes}"));
}

#[test]
fn something_was_exposed_even_where_the_contacts_hold_none_of_it() {
    let world = World::of(&[record(0, &[("email", "a@example.com")])]);
    let rows = [("leak", "mails", 2, "email", Some("a@example.com".to_owned()), "dob;phone")];
    let scoped = world.scoped(&leak(), &rows).unwrap();
    assert_eq!(shown(&scoped.affected, &["data_classes"]), "dob;phone");
}

#[test]
fn incidents_are_kept_apart_and_sorted() {
    let world = World::of(&[
        record(0, &[("email", "a@example.com")]),
        record(1, &[("email", "b@example.com")]),
    ]);
    let scope =
        "[[scope]]\nfile = \"x/list.csv\"\nidentifier = \"email\"\ndata_classes = [\"email\"]";
    let incidents = [incident("second", scope), incident("first", scope)];
    let listed = |incident, line, value: &str| {
        (incident, "list.csv", line, "email", Some(value.to_owned()), "email")
    };
    let rows = [
        listed("second", 1, "a@example.com"),
        listed("second", 2, "b@example.com"),
        listed("first", 1, "b@example.com"),
    ];
    let scoped = world.scoped(&incidents, &rows).unwrap();
    assert_eq!(
        shown(&scoped.affected, &["incident", "customer_id", "evidence"]),
        "first c_1 confirmed\nsecond c_0 confirmed\nsecond c_1 confirmed"
    );
    assert_eq!(shown(&scoped.matches, &["customer", "incident"]), "0 second\n1 first\n1 second");
    let again = [incidents[0].clone(), incidents[0].clone()];
    assert!(matches!(world.scoped(&again, &rows), Err(Error::SameIncident { .. })));
}

#[test]
fn many_contact_points_are_held_against_the_lists_by_any_number_of_threads() {
    let records: Vec<Record> = (0..70_000u32)
        .map(|n| {
            let (mail, key) = (format!("a{n}@example.com"), format!("K{n}"));
            record(n / 2, &[("email", &mail), ("customer_key", &key)])
        })
        .collect();
    let world = World::of(&records);
    // 65 536 points are one piece of work: records 32 767 and 32 768 stand on either side.
    let rows: Vec<Row> = [0, 32_767, 32_768, 69_999]
        .into_iter()
        .flat_map(|n: u64| {
            let mail = sha256(&format!("a{n}@example.com"));
            [
                row("hashes", n, "email_sha256", &mail),
                row("tickets", n, "customer_key", &format!("K{n}")),
            ]
        })
        .collect();
    let with = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| world.scoped(&leak(), &rows).unwrap())
    };
    let (one, three) = (with(1), with(3));
    assert_eq!(
        shown(&one.affected, &["customer_id", "n_scope_rows"]),
        "c_0 2\nc_16383 2\nc_16384 2\nc_34999 2"
    );
    assert!(one.affected.frame().equals_missing(three.affected.frame()));
    assert!(one.matches.frame().equals_missing(three.matches.frame()));
}

/// The same question answered by comparing everything with everything.
fn by_brute_force(records: &[Record], rows: &[Row]) -> BTreeSet<u32> {
    let meets = |row: &Row, (kind, value, _): &(&str, String, &str)| match (row.3, *kind) {
        ("email_sha256", "email") => row.4 == Some(sha256(value)),
        (listed, kind) => listed == kind && row.4.as_ref() == Some(value),
    };
    records
        .iter()
        .filter(|record| rows.iter().any(|row| record.points.iter().any(|point| meets(row, point))))
        .map(|record| record.customer)
        .collect()
}

fn any_record() -> impl Strategy<Value = Record> {
    let kind = prop::sample::select(vec!["email", "phone", "record_id", "customer_key"]);
    let points = prop::collection::vec((kind, "[a-d]{1,2}"), 0..4);
    (0u32..6, points).prop_map(|(customer, points)| Record {
        customer,
        name: None,
        points: points.into_iter().map(|(kind, value)| (kind, value, "valid")).collect(),
    })
}

fn any_row() -> impl Strategy<Value = Row> {
    let kind = prop::sample::select(vec!["email", "customer_key", "email_sha256"]);
    (kind, "[a-d]{1,2}", prop::bool::weighted(0.9)).prop_map(|(kind, value, there)| {
        let (file, value) = match kind {
            "email" => ("mails", value),
            "customer_key" => ("tickets", value),
            _ => ("hashes", sha256(&value)),
        };
        ("leak", file, 0, kind, there.then_some(value), "email")
    })
}

proptest! {
    #[test]
    fn whoever_is_named_is_found_whatever_the_order(
        records in prop::collection::vec(any_record(), 1..12),
        rows in prop::collection::vec(any_row(), 0..40),
        seed in any::<u64>(),
    ) {
        let rows: Vec<Row> =
            (2..).zip(rows).map(|(line, row)| (row.0, row.1, line, row.3, row.4, row.5)).collect();
        let world = World::of(&records);
        let settings = Settings {
            matched_share_min: Probability::new(0.0),
            readable_share_min: Probability::new(0.0),
            ..Settings::default()
        };
        let of = |rows: &[Row]| world.scoped_with(&leak(), rows, &settings).unwrap();
        let scoped = of(&rows);
        let found: BTreeSet<u32> =
            scoped.affected.count(column::CUSTOMER).into_no_null_iter().collect();
        prop_assert_eq!(found, by_brute_force(&records, &rows));
        let n_rows = |customer: u32| {
            let one = |row: &&Row| {
                let of_one = records.iter().filter(|record| record.customer == customer);
                let of_one = of_one.map(|record| Record { customer, name: None, points: record.points.clone() });
                !by_brute_force(&of_one.collect::<Vec<_>>(), std::slice::from_ref(*row)).is_empty()
            };
            u32::try_from(rows.iter().filter(one).count()).unwrap()
        };
        let counts = scoped.affected.count(column::N_SCOPE_ROWS).into_no_null_iter();
        for (customer, count) in scoped.affected.count(column::CUSTOMER).into_no_null_iter().zip(counts) {
            prop_assert_eq!(count, n_rows(customer));
        }

        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| Sha256::digest(format!("{seed}{row:?}").as_bytes()).to_vec());
        let again = of(&shuffled);
        prop_assert_eq!(shown(&again.affected, &AFFECTED), shown(&scoped.affected, &AFFECTED));
        prop_assert!(again.matches.frame().equals_missing(scoped.matches.frame()));
        prop_assert_eq!(again.files, scoped.files);
    }
}
