//! Batches as standardizing gives them, written by hand.

use std::collections::BTreeMap;

use super::*;

/// One contact of a test: source, id, last name, city, whether it was deleted.
type Row<'a> = (&'a str, &'a str, &'a str, &'a str, bool);

/// One contact point: record, kind, value, status.
type Point<'a> = (u32, &'a str, &'a str, &'a str);

fn text(value: &str) -> Option<&str> {
    Some(value).filter(|value| !value.is_empty())
}

fn batch(rows: &[Row<'_>], points: &[Point<'_>]) -> (Standardized, Table<RawContact>) {
    let n_rows = rows.len();
    let contacts = Contact::COLUMNS.iter().map(|column| match column.name {
        "record" => column.counts((0..number(n_rows)).collect()),
        "source" => column.texts(rows.iter().map(|row| text(row.0))),
        "source_id" => column.texts(rows.iter().map(|row| text(row.1))),
        "last_name" => column.texts(rows.iter().map(|row| text(row.2))),
        "city" => column.texts(rows.iter().map(|row| text(row.3))),
        "deleted" => column.flags_or_nothing(rows.iter().map(|row| Some(row.4))),
        "content_hash" => column.longs(vec![0; n_rows]),
        _ => column.nothing(n_rows),
    });
    let points = ContactPoint::COLUMNS.iter().map(|column| match column.name {
        "record" => column.counts(points.iter().map(|point| point.0).collect()),
        "kind" => column.texts(points.iter().map(|point| text(point.1))),
        "value" => column.texts(points.iter().map(|point| text(point.2))),
        "status" => column.texts(points.iter().map(|point| text(point.3))),
        "rank" => column.counts(vec![0; points.len()]),
        _ => column.nothing(points.len()),
    });
    let raw = RawContact::COLUMNS.iter().map(|column| match column.name {
        "source" => column.texts(rows.iter().map(|row| text(row.0))),
        "line" => column.longs((2..n_rows as u64 + 2).collect()),
        "row" => column.texts(rows.iter().map(|row| Some(format!("{},{}", row.1, row.2)))),
        _ => column.nothing(n_rows),
    });
    let tables =
        (Table::of(contacts.collect()), Table::of(points.collect()), Table::<Finding>::empty());
    (tables, Table::of(raw.collect()))
}

fn validated(rows: &[Row<'_>], points: &[Point<'_>]) -> Validated {
    let (tables, raw) = batch(rows, points);
    contacts(tables, &raw, "crm.csv", &Settings::default())
}

fn findings_of(validated: &Validated) -> Vec<(u32, &str)> {
    let rules = validated.findings.text(column::RULE).iter().flatten();
    validated.findings.count(column::RECORD).iter().flatten().zip(rules).collect()
}

#[test]
fn only_rows_with_nobody_in_them_are_set_aside() {
    let validated = validated(
        &[
            ("crm", "", "", "", false),
            ("crm", "", "Müller", "", false),
            ("crm", "", "", "", false),
            ("crm", "7", "", "", true),
            ("crm", "", "", "Berlin", false),
            ("crm", "", "", "", false),
        ],
        &[
            (2, "email", "anna@example.com", "valid"),
            (3, "record_id", "7", "valid"),
            (5, "email", "test@test.com", "placeholder"),
            (5, "phone", "123", "invalid"),
        ],
    );
    assert_eq!(validated.quarantine.text(column::ROW).iter().collect::<Vec<_>>(), [Some(","); 2]);
    assert_eq!(
        validated.quarantine.long(column::LINE).iter().collect::<Vec<_>>(),
        [Some(2), Some(7)]
    );
    assert_eq!(validated.quarantine.text(column::REASON).get(0), Some("nothing-usable"));
    assert_eq!(validated.quarantine.text(column::FILE).get(1), Some("crm.csv"));
    assert_eq!(
        validated.contacts.count(column::RECORD).iter().flatten().collect::<Vec<_>>(),
        [0, 1, 2, 3]
    );
    let points: Vec<_> = validated.points.count(column::RECORD).iter().flatten().collect();
    assert_eq!(points, [1, 2], "the points moved with their records");
    assert_eq!(
        findings_of(&validated),
        [
            (0, "no-channel"),
            (1, "name-missing"),
            (2, "name-missing"),
            (2, "no-channel"),
            (3, "name-missing"),
            (3, "no-channel"),
        ]
    );
}

#[test]
fn ids_alone_are_kept_only_if_the_file_says_so_and_deleted_ones_always() {
    let (tables, raw) = batch(
        &[("crm", "1", "", "", false), ("crm", "2", "", "", true)],
        &[(0, "record_id", "1", "valid"), (1, "record_id", "2", "valid")],
    );
    let settings = Settings { keep_bare_ids: false, record_missing: false, ..Settings::default() };
    let validated = contacts(tables, &raw, "crm.csv", &settings);
    assert_eq!(validated.contacts.text(column::SOURCE_ID).iter().collect::<Vec<_>>(), [Some("2")]);
    assert_eq!(validated.findings.height(), 0);
}

#[test]
fn batches_lie_in_order_and_records_are_numbered_through() {
    let parts = vec![
        validated(&[("crm", "1", "A", "", false), ("crm", "", "", "", false)], &[]),
        validated(&[], &[]),
        validated(
            &[
                ("crm", "2", "B", "", false),
                ("crm", "1", "C", "", false),
                ("shop", "1", "D", "", false),
            ],
            &[(1, "email", "c@example.com", "valid"), (2, "phone", "+1", "valid")],
        ),
    ];
    let n_rows: usize = parts.iter().map(|p| p.contacts.height() + p.quarantine.height()).sum();
    let whole = joined(parts, &Settings::default());
    assert_eq!(whole.contacts.height() + whole.quarantine.height(), n_rows);
    let records: Vec<_> = whole.contacts.count(column::RECORD).iter().flatten().collect();
    assert_eq!(records, [0, 1, 2, 3]);
    let names: Vec<_> = whole.contacts.text(column::LAST_NAME).iter().flatten().collect();
    assert_eq!(names, ["A", "B", "C", "D"]);
    assert_eq!(whole.points.count(column::RECORD).iter().flatten().collect::<Vec<_>>(), [2, 3]);
    assert_eq!(
        findings_of(&whole),
        [(0, "no-channel"), (1, "no-channel"), (2, "id-twice")],
        "an id of another source is another id"
    );
    assert_eq!(joined(vec![], &Settings::default()).contacts.height(), 0);
}

#[test]
fn ids_that_differ_in_capitals_only_are_named_and_are_no_doubles() {
    let rows: Vec<(&str, &str)> = vec![
        ("crm", "0035e00000AbCdEAAV"),
        ("crm", "0035e00000aBcDeAAC"),
        ("crm", "0035e00000AbCdEAAV"),
        ("shop", "0035e00000abcdeAAA"),
        ("shop", "k-1"),
        ("shop", "K-1"),
        ("shop", "K-12"),
        ("shop", "7"),
        ("shop", "7"),
    ];
    let rows: Vec<Row<'_>> =
        rows.iter().map(|&(source, id)| (source, id, "A", "B", false)).collect();
    let points: Vec<Point<'_>> =
        (0..9).map(|row| (row, "email", "a@example.com", "valid")).collect();
    let whole = joined(vec![validated(&rows, &points)], &Settings::default());
    let found = findings_of(&whole);
    let of_rule = |rule: &str| -> Vec<u32> {
        found.iter().filter(|(_, own)| *own == rule).map(|(record, _)| *record).collect()
    };
    assert_eq!(of_rule("id-case"), [0, 1, 2, 4, 5]);
    assert_eq!(of_rule("id-twice"), [2, 8]);
}

#[test]
fn quality_counts_what_is_there_and_what_can_be_used() {
    let whole = joined(
        vec![validated(
            &[
                ("crm", "1", "A", "Berlin", false),
                ("crm", "2", "B", "", false),
                ("shop", "1", "", "", false),
                ("crm", "4", "D", "", false),
            ],
            &[
                (0, "email", "a@example.com", "valid"),
                (1, "email", "b@@example.com", "invalid"),
                (2, "email", "x@@example.com", "invalid"),
                (2, "email", "x@example.com", "valid"),
            ],
        )],
        &Settings::default(),
    );
    let quarantined = BTreeMap::from([("crm".to_owned(), 2), ("lost".to_owned(), 1)]);
    let quality = quality(&whole.contacts, &whole.points, &whole.findings, &quarantined);
    let email = &quality.overall.fields["email"];
    assert_eq!((email.n_valid, email.n_invalid), (2, 1));
    assert!((email.completeness - 0.75).abs() < 1e-12);
    assert_eq!(email.validity, Some(2.0 / 3.0));
    assert_eq!(quality.by_source["crm"].n_contacts, 3);
    assert_eq!(quality.by_source["crm"].n_quarantined, Some(2));
    assert_eq!(quality.by_source["lost"].n_contacts, 0, "a source of which nothing is left");
    assert_eq!(quality.overall.n_quarantined, Some(3));
    assert_eq!(quality.overall.findings["no-channel"], 2);
    assert_eq!(quality.overall.findings["name-missing"], 1);
    assert_eq!(quality.by_source["shop"].fields["last_name"].n_valid, 0);
    assert_eq!(quality.by_segment[""].n_contacts, 4);
    assert!(quality.overall.dimensions["uniqueness"] > 0.999);
    assert!(!quality.overall.dimensions.contains_key("timeliness"), "there is no date");
}

#[test]
fn a_value_on_many_records_lowers_uniqueness() {
    let rows = vec![("crm", "", "A", "", false); 12];
    let points: Vec<Point<'_>> =
        (0..11).map(|record| (record, "email", "office@example.com", "valid")).collect();
    let whole = joined(vec![validated(&rows, &points)], &Settings::default());
    let quality = quality(&whole.contacts, &whole.points, &whole.findings, &BTreeMap::new());
    assert!((quality.overall.dimensions["uniqueness"] - 1.0 / 12.0).abs() < 1e-12);
    let shared = findings_of(&whole).into_iter().filter(|(_, rule)| *rule == "shared-value");
    assert_eq!(shared.map(|(record, _)| record).collect::<Vec<_>>(), (0..11).collect::<Vec<_>>());
    let few = joined(vec![validated(&rows, &points[..10])], &Settings::default());
    assert!(findings_of(&few).iter().all(|(_, rule)| *rule != "shared-value"), "ten are a family");
}

#[test]
fn a_segment_of_free_text_does_not_fill_the_report() {
    let names: Vec<String> = (0..700).map(|row| format!("source {row:03}")).collect();
    let mut rows: Vec<Row<'_>> = names.iter().map(|name| (&**name, "", "A", "", false)).collect();
    rows.push(("source 699", "", "A", "", false));
    let whole = joined(vec![validated(&rows, &[])], &Settings::default());
    let quality = quality(&whole.contacts, &whole.points, &whole.findings, &BTreeMap::new());
    assert_eq!(quality.by_source.len(), 501);
    assert_eq!(quality.by_source["(others)"].n_contacts, 200);
    assert_eq!(quality.by_source["source 699"].n_contacts, 2, "the largest is kept");
}

#[test]
fn quality_is_the_same_for_any_number_of_threads() {
    let rows: Vec<Row<'_>> = (0..5000)
        .map(|row| (["crm", "shop"][row % 2], "", "A", ["", "B"][row % 3 % 2], false))
        .collect();
    let whole = joined(vec![validated(&rows, &[])], &Settings::default());
    let with_threads = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| quality(&whole.contacts, &whole.points, &whole.findings, &BTreeMap::new()))
    };
    let one = serde_json::to_string(&with_threads(1)).unwrap();
    assert_eq!(one, serde_json::to_string(&with_threads(3)).unwrap());
}
