//! Do clerical decisions win, night after night?

use std::collections::BTreeMap;

use crate::house::{House, manifest, parquet};

const CRM: &str = "Id,Vorname,Nachname,Mail,Geburtstag,Land\n\
                   1,Anna,Featherstone,anna.featherstone@example.com,1980-03-07,GB\n\
                   2,Anna,Featherstone,anna.featherstone@example.com,1980-03-07,GB\n\
                   3,Bo,Smith,bo.smith@example.org,1975-01-02,GB\n\
                   4,Cy,Jones,cy@example.net,1990-12-31,GB\n";

const PIPELINE: &str = r#"
pipeline = "nightly_contact_quality"

[run]
root = "."
clock = "2026-03-02T02:00:00Z"

[[ingest.source]]
name = "crm"
files = ["crm.csv"]
columns.source_id = "Id"
columns.first_name = "Vorname"
columns.last_name = "Nachname"
columns.email = "Mail"
columns.birth_date = "Geburtstag"
columns.country = "Land"

[matching]
decisions = "decisions.csv"

[snapshot]
write = false
"#;

const HEADER: &str = "source_a,source_id_a,source_b,source_id_b,decision,who,when\n";

fn house(decisions: &str) -> House {
    House::new()
        .file("crm.csv", CRM)
        .file("p.toml", PIPELINE)
        .file("decisions.csv", format!("{HEADER}{decisions}"))
}

/// The customer of each record, by the source's id.
fn customers(house: &House) -> (BTreeMap<String, String>, serde_json::Value, String) {
    let ended = house.run("p.toml");
    let lineage = parquet(&ended.done().join("lineage.parquet"));
    let texts = |name: &str| -> Vec<String> {
        let values = lineage.column(name).unwrap().str().unwrap().clone();
        values.iter().map(|value| value.unwrap_or_default().to_owned()).collect()
    };
    let customers = texts("source_id").into_iter().zip(texts("customer_id")).collect();
    (customers, manifest(ended.done()), ended.stderr)
}

#[test]
fn decisions_are_replayed_and_stand_in_the_manifest() {
    let (of, manifest, _) = customers(&house(""));
    assert_eq!(of["1"], of["2"]);
    assert_ne!(of["3"], of["4"]);
    assert_eq!(manifest["details"]["matching"]["decisions"]["n_decisions"], 0);

    let decided = house(
        "crm,1,crm,2,different,kim,2026-02-01T09:00:00Z\n\
         crm,4,crm,3,same,kim,2026-02-01T09:01:00Z\n\
         crm,3,crm,77,same,kim,2026-02-01T09:02:00Z\n",
    );
    let (of, manifest, said) = customers(&decided);
    assert_ne!(of["1"], of["2"]);
    assert_eq!(of["3"], of["4"]);
    let counts = &manifest["details"]["matching"]["decisions"];
    assert_eq!((&counts["n_same"], &counts["n_different"]), (&1.into(), &1.into()));
    assert_eq!(counts["lines_unknown"], serde_json::json!([4]));
    assert!(said.contains("decisions in decisions.csv name a record"), "{said}");
    // The file is one of those that decided the run: its hash stands in the manifest.
    let files = manifest["config_files"].to_string();
    assert!(files.contains("decisions.csv"), "{files}");
}

#[test]
fn a_file_of_decisions_that_is_missing_or_wrong_stops_the_run() {
    let house = house("crm,1,crm,2,perhaps,kim,2026-02-01\n");
    house.run("p.toml").stopped(2, &["decisions.csv:2, column `decision`", "`different`"]);
    std::fs::remove_file(house.path("decisions.csv")).unwrap();
    house.run("p.toml").stopped(2, &["decisions.csv", "cannot be read"]);
    assert_eq!(house.check("p.toml").code, 2);
}
