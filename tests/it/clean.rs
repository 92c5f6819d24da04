//! What becomes of a file in which hardly anybody stands twice?
//!
//! Learning looks for the pairs that are alike beyond chance. Where next to none of them is one
//! person, those are families, namesakes and colleagues, and they must not be made one.

use std::collections::BTreeSet;
use std::fs;

use crate::house::{House, ended, headcount, parquet};

const PIPELINE: &str = r#"
pipeline = "nightly_contact_quality"

[run]
root = "."

[[ingest.source]]
name = "salesforce"
files = ["salesforce.csv"]
preset = "salesforce-contact"
columns.company = "Company__c"

[[ingest.source]]
name = "hubspot"
files = ["hubspot.csv"]
preset = "hubspot-contacts"

[snapshot]
write = false
"#;

/// The first record of everybody whom an invented file names, and the second of one in so many.
fn once(truth: &str, one_in: usize) -> BTreeSet<String> {
    let (mut seen, mut second, mut kept) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for row in csv::Reader::from_reader(truth.as_bytes()).records() {
        let row = row.unwrap();
        let (source, id, person) = (&row[0], row[1].to_owned(), row[2].to_owned());
        if source == "shop" {
            continue;
        }
        let is_lucky = seen.len().is_multiple_of(one_in);
        if seen.insert(person.clone()) || (is_lucky && second.insert(person)) {
            kept.insert(id);
        }
    }
    kept
}

/// Copies an export without the rows of the records that are not kept.
fn kept_rows(export: &[u8], kept: &BTreeSet<String>) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(export);
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_byte_record(reader.byte_headers().unwrap()).unwrap();
    for row in reader.byte_records() {
        let row = row.unwrap();
        if kept.contains(String::from_utf8_lossy(&row[0]).as_ref()) {
            writer.write_byte_record(&row).unwrap();
        }
    }
    writer.into_inner().unwrap()
}

#[test]
fn of_a_file_with_next_to_no_duplicates_next_to_nobody_is_merged() {
    let house = House::new().file("p.toml", PIPELINE);
    let mut command = headcount();
    command.args(["synth", "--contacts", "30000", "--seed", "5", "--out"]);
    assert_eq!(ended(command.arg(house.path("synth")).output().unwrap()).code, 0);
    let truth = fs::read_to_string(house.path("synth/truth.csv")).unwrap();
    let kept = once(&truth, 100);
    for file in ["salesforce.csv", "hubspot.csv"] {
        let export = fs::read(house.path("synth/crm").join(file)).unwrap();
        fs::write(house.path(file), kept_rows(&export, &kept)).unwrap();
    }
    let run = house.run("p.toml");
    let lineage = parquet(&run.done().join("lineage.parquet"));
    let customers = lineage.column("customer_id").unwrap().n_unique().unwrap();
    let n_merged = lineage.height() - customers;
    // Some fifty people stand twice; two hundred others were once merged with somebody.
    assert!(lineage.height() > 15_000 && n_merged < 100, "{n_merged} of {}", lineage.height());
    assert!(n_merged > 20, "duplicates are found: {n_merged}");
}
