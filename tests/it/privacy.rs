//! Does a personal value stand where it must not?

use std::collections::BTreeSet;
use std::fs;

use crate::house::{House, headcount};

/// Values of the sample data that name or reach a person.
fn canaries() -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    for (file, columns) in [
        ("sample_data/crm/salesforce.csv", &["Email", "Phone", "LastName", "MailingStreet"][..]),
        ("sample_data/crm/hubspot.csv", &["Email", "Phone Number", "Last Name", "Street Address"]),
    ] {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(file).unwrap();
        let headers = reader.byte_headers().unwrap().clone();
        for row in reader.byte_records() {
            let row = row.unwrap();
            for (name, cell) in headers.iter().zip(&row) {
                let wanted = columns.iter().any(|column| column.as_bytes() == name);
                // Short words stand in any English text.
                if let Ok(cell) = std::str::from_utf8(cell)
                    && wanted
                    && cell.trim().len() >= 8
                {
                    values.insert(cell.trim().to_owned());
                }
            }
        }
    }
    assert!(values.len() > 500, "only {} values to look for", values.len());
    values
}

fn assert_silent(place: &str, text: &str, canaries: &BTreeSet<String>) {
    // The program's own settings may hold a word that is also a name.
    let found: Vec<_> = canaries.iter().filter(|value| text.contains(value.as_str())).collect();
    assert!(found.is_empty(), "{place} shows {found:?}");
}

#[test]
fn no_sample_value_stands_in_standard_error_manifest_or_report() {
    let canaries = canaries();
    for pipeline in [
        "pipelines/nightly_contact_quality.toml",
        "pipelines/breach_scoping.toml",
        "pipelines/breach_drill.toml",
    ] {
        let house = House::of_the_project();
        let ended = house.run_with(pipeline, &["--json"]);
        assert_silent("standard error", &ended.stderr, &canaries);
        assert_silent("the JSON summary", &ended.stdout, &canaries);
        for file in ["manifest.json", "report.html", "summary.txt"] {
            let text = fs::read_to_string(ended.done().join(file)).unwrap();
            assert_silent(file, &text, &canaries);
        }
    }
}

#[test]
fn an_error_about_a_value_does_not_show_it() {
    let secret = "zebulon.quartermaine@example.com";
    for (name, orders) in [
        ("amount", format!("customer_key,at,amount,currency\n1,2026-01-01,{secret},USD\n")),
        ("header", format!("{secret},b,c\n1,2,3\n")),
    ] {
        let house = House::of_the_project().file("sample_data/orders/orders.csv", orders);
        let ended = house.run_with("pipelines/nightly_contact_quality.toml", &["--quiet"]);
        assert!(!ended.stderr.contains("quartermaine") || name == "header", "{}", ended.stderr);
    }
}

#[test]
fn a_panic_does_not_quote_what_it_stumbled_over() {
    let ended = headcount().arg("explain").arg("no-such-rule").output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
}
