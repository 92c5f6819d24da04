use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use polars::prelude::{ParquetReader, ParquetWriter, SerReader};
use tempfile::TempDir;

use super::listing::Listing;
use super::*;
use crate::fault::{Exit, Fault, Shown};
use crate::output::{Folder, Lock};
use crate::tables::{Column, Kind, Layout, column};

const FIRST: &str = "2026-03-01T02:00:00Z";
const SECOND: &str = "2026-03-02T02:00:00Z";
const THIRD: &str = "2026-03-03T02:00:00.5Z";

pub(super) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Fills a table with values of all kinds, every third absent where it may be.
pub(super) fn table<L: Layout>(n_rows: usize) -> Table<L> {
    let fill = |column: &Column| {
        let some = |row: usize| !row.is_multiple_of(3);
        let rows = 0..n_rows;
        let signed = |row: usize| i64::try_from(row).unwrap() * 1_000_003 - 7;
        match column.kind {
            Kind::Text => column.texts(
                rows.map(|row| some(row).then(|| ["", "Zoë", "日本語 with a long tail"][row % 3]))
                    .collect::<Vec<_>>()
                    .into_iter(),
            ),
            Kind::Flag => {
                column.flags_or_nothing(rows.map(|row| some(row).then_some(row % 2 == 0)))
            }
            Kind::Count => column.counts((0..).take(n_rows).collect()),
            Kind::Long => {
                column.longs_or_nothing(rows.map(|row| some(row).then_some(u64::MAX - row as u64)))
            }
            Kind::Cents => column.amounts_or_nothing(rows.map(|r| some(r).then(|| signed(r)))),
            Kind::Number => {
                column.numbers_or_nothing(rows.map(|row| some(row).then_some(1.0 / (row as f64))))
            }
            Kind::Day => {
                let day = |row| i32::try_from(row).unwrap() - 40_000;
                column.days(rows.map(|row| some(row).then(|| day(row))))
            }
            Kind::Instant => column.instants(rows.map(|row| some(row).then(|| signed(row)))),
        }
    };
    Table::of(L::COLUMNS.iter().map(fill).collect())
}

fn night(n_records: usize) -> Night {
    Night {
        contacts: table(n_records),
        points: table(2 * n_records),
        golden: table(n_records / 2),
        lineage: table(n_records),
        customers: table(n_records / 2),
    }
}

fn left(dir: &TempDir, at: &str, n_records: usize) -> Vec<Written> {
    write(dir.path(), instant(at), &night(n_records).lent(), None).unwrap()
}

fn folder(dir: &TempDir) -> std::path::PathBuf {
    dir.path().join("20260301T020000Z")
}

fn check_damaged(dir: &TempDir, what: &str) {
    let error = as_of(dir.path(), instant(SECOND)).unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    assert_eq!(error.exit(), Exit::Input);
    assert!(error.to_string().contains(what), "{error}");
}

#[test]
fn a_night_comes_back_as_it_was() {
    let dir = TempDir::new().unwrap();
    let before = night(1000);
    let written = write(dir.path(), instant(FIRST), &before.lent(), None).unwrap();
    let Snapshot { at, version, night: after, files } = as_of(dir.path(), instant(FIRST)).unwrap();
    assert_eq!((at, version.as_str()), (instant(FIRST), env!("CARGO_PKG_VERSION")));
    assert!(after.contacts.frame().equals_missing(before.contacts.frame()));
    assert!(after.points.frame().equals_missing(before.points.frame()));
    assert!(after.golden.frame().equals_missing(before.golden.frame()));
    assert!(after.lineage.frame().equals_missing(before.lineage.frame()));
    assert!(after.customers.frame().equals_missing(before.customers.frame()));
    // The listing is written last; what was read is what was written before it.
    let names = |files: &[Written]| -> Vec<_> {
        files.iter().map(|file| (file.path.clone(), file.sha256, file.n_rows)).collect()
    };
    assert_eq!(written.last().map(|file| file.path.as_str()), Some("snapshot.json"));
    assert_eq!(names(&written[..5]), names(&files));
    // Written again it is the same, byte for byte.
    let again = write(dir.path(), instant(SECOND), &after.lent(), None).unwrap();
    assert_eq!(names(&written[..5]), names(&again[..5]));
}

#[test]
fn an_empty_night_is_a_night() {
    let dir = TempDir::new().unwrap();
    left(&dir, FIRST, 0);
    assert_eq!(as_of(dir.path(), instant(FIRST)).unwrap().night.contacts.height(), 0);
}

#[test]
fn the_newest_night_not_after_the_day_is_read() {
    let dir = TempDir::new().unwrap();
    for (at, n_records) in [(THIRD, 30), (FIRST, 10), (SECOND, 20)] {
        left(&dir, at, n_records);
    }
    let check = |at: &str, n_records: usize| {
        assert_eq!(as_of(dir.path(), instant(at)).unwrap().night.contacts.height(), n_records);
    };
    check(FIRST, 10);
    check("2026-03-02T01:59:59Z", 10);
    check(SECOND, 20);
    check("2026-03-03T02:00:00Z", 20);
    check("2027-01-01T00:00:00Z", 30);
}

#[test]
fn a_day_before_the_first_night_is_told_which_that_is() {
    let dir = TempDir::new().unwrap();
    left(&dir, FIRST, 2);
    let error = as_of(dir.path(), instant("2026-03-01T01:59:59Z")).unwrap_err();
    assert_eq!(error.exit(), Exit::Input);
    assert!(Shown(&error).to_string().contains("the earliest is of 2026-03-01T02:00:00Z"));
    let nowhere = dir.path().join("nowhere");
    let error = as_of(&nowhere, instant(FIRST)).unwrap_err();
    assert!(matches!(error, Error::NoneThere { earliest: None, .. }), "{error}");
}

#[test]
fn a_window_has_its_nights_in_order_and_both_its_ends() {
    let dir = TempDir::new().unwrap();
    for at in [THIRD, FIRST, SECOND] {
        left(&dir, at, 2);
    }
    fs::create_dir(dir.path().join("notes")).unwrap();
    let check = |from, to, expected: &[&str]| {
        let expected: Vec<_> = expected.iter().map(|&text| instant(text)).collect();
        assert_eq!(within(dir.path(), instant(from), instant(to)).unwrap(), expected);
    };
    check(FIRST, SECOND, &[FIRST, SECOND]);
    check("2026-03-01T02:00:01Z", "2030-01-01T00:00:00Z", &[SECOND, THIRD]);
    check("2026-03-02T03:00:00Z", "2026-03-03T02:00:00Z", &[]);
    assert_eq!(within(&dir.path().join("nowhere"), instant(FIRST), instant(SECOND)).unwrap(), []);
}

#[test]
fn a_second_snapshot_of_an_instant_is_refused_and_the_first_stays() {
    let dir = TempDir::new().unwrap();
    left(&dir, FIRST, 10);
    let error = write(dir.path(), instant(FIRST), &night(20).lent(), None).unwrap_err();
    assert!(matches!(error, Error::Taken { .. }), "{error}");
    assert_eq!(error.exit(), Exit::Output);
    assert_eq!(as_of(dir.path(), instant(FIRST)).unwrap().night.contacts.height(), 10);
}

#[test]
fn a_run_at_work_is_not_disturbed() {
    let dir = TempDir::new().unwrap();
    let held = Lock::take(dir.path()).unwrap();
    let error = write(dir.path(), instant(FIRST), &night(2).lent(), None).unwrap_err();
    assert_eq!(error.exit(), Exit::Locked);
    drop(held);
    left(&dir, FIRST, 2);
}

#[test]
fn what_a_killed_run_left_is_no_snapshot_and_is_removed() {
    let dir = TempDir::new().unwrap();
    let leftover = dir.path().join(".building-20260228T020000Z");
    fs::create_dir(&leftover).unwrap();
    fs::write(leftover.join("contacts.parquet"), "half").unwrap();
    assert!(as_of(dir.path(), instant(FIRST)).is_err());
    left(&dir, FIRST, 2);
    assert!(!leftover.exists());
}

#[test]
fn a_changed_byte_is_noticed_in_every_table() {
    let dir = TempDir::new().unwrap();
    let written = left(&dir, FIRST, 100);
    for file in &written[..5] {
        let path = folder(&dir).join(&file.path);
        let bytes = fs::read(&path).unwrap();
        let mut changed = bytes.clone();
        changed[bytes.len() / 2] ^= 1;
        fs::write(&path, changed).unwrap();
        check_damaged(&dir, "its SHA-256 is not the one that was written down");
        fs::write(&path, bytes).unwrap();
    }
    as_of(dir.path(), instant(SECOND)).unwrap();
}

#[test]
fn a_night_is_never_read_in_part() {
    let check = |harm: fn(&Path), what: &str| {
        let dir = TempDir::new().unwrap();
        left(&dir, FIRST, 100);
        harm(&folder(&dir));
        check_damaged(&dir, what);
    };
    check(|folder| fs::remove_file(folder.join("lineage.parquet")).unwrap(), "it is missing");
    check(|folder| fs::remove_file(folder.join("snapshot.json")).unwrap(), "it is missing");
    check(|folder| fs::write(folder.join("snapshot.json"), "{").unwrap(), "EOF");
    check(|folder| fs::write(folder.join("customers.parquet"), "").unwrap(), "it has 0 bytes");
    check(|folder| edit(folder, FIRST, SECOND), "it is the listing of 2026-03-02");
    check(|folder| edit(folder, "\"n_rows\": 200", "\"n_rows\": 201"), "200 rows, 201 were listed");
    check(|folder| edit(folder, "lineage.parquet", "contacts.parquet"), "bytes");
}

/// Replaces a text in the listing.
fn edit(folder: &Path, from: &str, to: &str) {
    let path = folder.join("snapshot.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn a_snapshot_of_a_later_form_names_the_way_to_read_it() {
    let dir = TempDir::new().unwrap();
    left(&dir, FIRST, 2);
    edit(&folder(&dir), "\"form\": 1", "\"form\": 2, \"more\": []");
    let error = as_of(dir.path(), instant(FIRST)).unwrap_err();
    assert!(matches!(error, Error::OtherForm { found: 2, .. }), "{error}");
    assert_eq!(error.exit(), Exit::Input);
}

#[test]
fn a_snapshot_with_other_tables_names_the_column_and_the_version() {
    let dir = TempDir::new().unwrap();
    let mut other = Folder::begin(&folder(&dir)).unwrap();
    other.parquet(&[("contacts.parquet", table::<Lineage>(2).frame())]).unwrap();
    let listing = Listing::of(instant(FIRST), other.written());
    other.text("snapshot.json", &serde_json::to_string(&listing).unwrap()).unwrap();
    other.finish().unwrap();
    let error = as_of(dir.path(), instant(FIRST)).unwrap_err();
    let shown = Shown(&error).to_string();
    assert!(shown.contains("column `content_hash` of table `contacts` is missing"), "{shown}");
    assert!(shown.contains(concat!("with headcount ", env!("CARGO_PKG_VERSION"))), "{shown}");
    assert_eq!(error.exit(), Exit::Input);
}

#[test]
fn only_the_owner_can_read_a_night() {
    let dir = TempDir::new().unwrap();
    left(&dir, FIRST, 2);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder(&dir)), 0o700);
    assert_eq!(mode(&folder(&dir).join("contacts.parquet")), 0o600);
    assert_eq!(mode(&folder(&dir).join("snapshot.json")), 0o600);
}

/// Writes the tables of a snapshot anew, a few rows to a group.
pub(super) fn in_small_groups(folder: &Path) {
    let listing = folder.join(listing::FILE);
    let mut listed: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&listing).unwrap()).unwrap();
    for table in listed["tables"].as_array_mut().unwrap() {
        let path = folder.join(table["path"].as_str().unwrap());
        let mut frame = ParquetReader::new(fs::File::open(&path).unwrap()).finish().unwrap();
        let file = fs::File::create(&path).unwrap();
        ParquetWriter::new(file).with_row_group_size(Some(3)).finish(&mut frame).unwrap();
        let (sha256, n_bytes) = crate::output::sha256_of_file(&path).unwrap();
        table["sha256"] = sha256.to_string().into();
        table["n_bytes"] = n_bytes.into();
    }
    fs::write(listing, listed.to_string()).unwrap();
}

#[test]
fn a_part_of_a_night_is_the_same_from_the_disk_as_from_memory() {
    let dir = TempDir::new().unwrap();
    let mut whole = night(20);
    // Two points a record, two records a customer.
    let records = (0..40).map(|row| row / 2).collect();
    whole.points = chosen::numbered(&whole.points, [(column::RECORD, records)]);
    write(dir.path(), instant(FIRST), &whole.lent(), None).unwrap();
    in_small_groups(&folder(&dir));
    let opened = open(dir.path(), instant(FIRST)).unwrap();
    assert_eq!(opened.height::<ContactPoint>().unwrap(), 40);
    let customer_of: Vec<u32> = (0..20).map(|record| record / 2).collect();
    for customers in [vec![], vec![0, 3, 4, 9], (0..10).collect::<Vec<u32>>()] {
        let chosen = Chosen::of(customers.clone(), &customer_of);
        let (read, picked) =
            (opened.part(&chosen, &[]).unwrap(), chosen.part(&opened.night(&[]).unwrap()));
        assert!(read.contacts.frame().equals_missing(picked.contacts.frame()));
        assert!(read.points.frame().equals_missing(picked.points.frame()));
        assert!(read.golden.frame().equals_missing(picked.golden.frame()));
        assert!(read.lineage.frame().equals_missing(picked.lineage.frame()));
        assert!(read.customers.frame().equals_missing(picked.customers.frame()));
        let n = customers.len();
        let heights = [read.golden.height(), read.contacts.height(), read.points.height()];
        assert_eq!(heights, [n, 2 * n, 4 * n]);
        let owners: Vec<u32> = read.lineage.count(column::CUSTOMER).into_no_null_iter().collect();
        let expected: Vec<u32> = (0..u32::try_from(n).unwrap()).flat_map(|of| [of, of]).collect();
        assert_eq!(owners, expected, "numbered among themselves");
        let numbers = chosen.as_in_night(&read.lineage);
        let of_night: Vec<u32> =
            numbers.column("customer").unwrap().u32().unwrap().into_no_null_iter().collect();
        assert_eq!(of_night, customers.iter().flat_map(|&of| [of, of]).collect::<Vec<_>>());
    }
    let pieces = opened.each_points(|points| {
        assert!(points.height() < 5);
        let records = points.count(column::RECORD).into_no_null_iter().collect::<Vec<_>>();
        (records, points.text(column::LINE_TYPE).iter().all(|line| line.is_none()))
    });
    let pieces = pieces.unwrap();
    assert!(pieces.iter().all(|piece| piece.1), "a column that nobody asked for was read");
    let records: Vec<u32> = pieces.into_iter().flat_map(|piece| piece.0).collect();
    assert_eq!(records, (0..40).map(|row| row / 2).collect::<Vec<u32>>());
}
