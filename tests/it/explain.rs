//! Does a run say why two records are one person, or not?

use serde_json::Value;

use crate::house::{Ended, House, ended, headcount};

const CRM: &str = "Id,Vorname,Nachname,Mail,Geburtstag,Telefon,Strasse,Plz,Ort,Land\n\
    1,Anna,Featherstone,anna.featherstone@example.com,1980-03-07,+442079460123,12 Main Street,SW1A 1AA,London,GB\n\
    2,Annie,Featherstone,anna.featherstone@example.com,1980-03-07,,,,,GB\n\
    3,Clara,Featherstone,anna.featherstone@example.com,1980-03-07,+442079460123,12 Main Street,SW1A 1AA,London,GB\n\
    4,Bo,Quartermaine,bo.quartermaine@example.org,1975-01-02,,7 Hill Road,BA1 1AA,Bath,GB\n";

const PIPELINE: &str = r#"
pipeline = "nightly_contact_quality"

[run]
root = "."
clock = "2026-03-02T02:00:00Z"

[[ingest.source]]
name = "crm"
files = ["crm.csv"]

[ingest.source.columns]
source_id = "Id"
first_name = "Vorname"
last_name = "Nachname"
email = "Mail"
birth_date = "Geburtstag"
phone = "Telefon"
street = "Strasse"
postal_code = "Plz"
city = "Ort"
country = "Land"

[snapshot]
write = false
"#;

/// A house with a finished run of four records: 1 and 2 one person, 3 a twin, 4 a stranger.
fn house_of_four() -> House {
    let house = House::new().file("crm.csv", CRM).file("p.toml", PIPELINE);
    house.run("p.toml").done();
    house
}

fn explain(house: &House, flags: &[&str]) -> Ended {
    let run = house.path("out/nightly_contact_quality");
    ended(headcount().arg("explain").arg(run).args(flags).output().unwrap())
}

fn pair(house: &House, one: &str, other: &str) -> Value {
    let told = explain(house, &["--json", "--pair", one, other]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    serde_json::from_str(&told.stdout).unwrap()
}

#[test]
fn the_steps_of_a_pair_add_up_to_its_weight() {
    let house = house_of_four();
    for other in ["crm:2", "crm:3", "crm:4"] {
        let told = pair(&house, "crm:1", other);
        let waterfall = &told["waterfall"];
        let steps = waterfall["steps"].as_array().unwrap();
        let bits = steps.iter().map(|step| step["bits"].as_f64().unwrap());
        let sum = waterfall["prior_bits"].as_f64().unwrap() + bits.sum::<f64>();
        let weight = waterfall["weight_bits"].as_f64().unwrap();
        assert!((sum - weight).abs() < 1e-6, "{sum} is not {weight}");
        let odds = weight.exp2();
        let probability = waterfall["probability"].as_f64().unwrap();
        assert!((probability - odds / (1.0 + odds)).abs() < 1e-9);
    }
}

#[test]
fn a_pair_is_told_with_its_rules_its_path_and_the_reason() {
    let house = house_of_four();
    let same = pair(&house, "crm:1", "crm:2");
    assert_eq!(same["is_one_customer"], true);
    assert_eq!(same["path"].as_array().unwrap().len(), 1);
    assert_eq!(same["path"][0]["weight_bits"], same["waterfall"]["weight_bits"]);
    let rules: Vec<_> =
        same["rules"].as_array().unwrap().iter().map(|rule| rule.as_str()).collect();
    assert!(rules.contains(&Some("email")), "{rules:?}");

    let stranger = pair(&house, "crm:1", "crm:4");
    assert_eq!(stranger["is_one_customer"], false);
    assert_eq!(stranger["path"].as_array().unwrap().len(), 0);
    assert!(stranger["because"].as_str().unwrap().contains("below the threshold"));
}

#[test]
fn values_are_masked_until_they_are_asked_for() {
    let house = house_of_four();
    for flags in [&["--pair", "crm:1", "crm:2"][..], &["--record", "crm:1"]] {
        let masked = explain(&house, flags);
        assert_eq!(masked.code, 0, "{}", masked.stderr);
        for value in ["Featherstone", "Anna", "1980-03-07", "+442079460123", "Main Street"] {
            assert!(!masked.stdout.contains(value), "{value} in {}", masked.stdout);
        }
        assert!(masked.stdout.contains("F***"), "{}", masked.stdout);
        let shown = explain(&house, &[flags, &["--show-values"]].concat());
        assert!(shown.stdout.contains("Featherstone"), "{}", shown.stdout);
        assert!(!shown.stderr.contains("Featherstone"));
    }
}

#[test]
fn a_record_is_told_with_its_cluster() {
    let house = house_of_four();
    let told = explain(&house, &["--record", "2", "--json"]);
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(told["record"], "crm:2");
    let members: Vec<_> =
        told["members"].as_array().unwrap().iter().map(|member| member["name"].clone()).collect();
    assert_eq!(members, ["crm:1", "crm:2"]);
    assert_eq!(told["links"].as_array().unwrap().len(), 1);
    let alone = explain(&house, &["--record", "#3"]);
    assert!(alone.stdout.contains("crm:4") && alone.stdout.contains("alone"), "{}", alone.stdout);
}

#[test]
fn a_record_that_is_not_there_is_told_with_the_nearest_source() {
    let house = house_of_four();
    let check = |typed: &str, said: &str| {
        let told = explain(&house, &["--record", typed]);
        assert_eq!(told.code, 2, "{}", told.stderr);
        assert!(told.stderr.contains(said), "{}", told.stderr);
    };
    check("cmr:1", "did you mean `crm:`?");
    check("crm:99", "source `crm` has no record of that id");
    check("99", "the sources are crm");
    check("#99", "not one of the 4 records");
    let no_run = ended(headcount().args(["explain", "--record", "crm:1"]).output().unwrap());
    assert_eq!(no_run.code, 2);
    assert!(no_run.stderr.contains("needs a run"), "{}", no_run.stderr);
}

#[test]
fn a_decision_is_told_as_the_reason() {
    let decisions = "source_a,source_id_a,source_b,source_id_b,decision,who,when\n\
                     crm,1,crm,4,same,kim,2026-02-01\ncrm,1,crm,2,different,lee,2026-02-01\n";
    let house = House::new().file("crm.csv", CRM).file("d.csv", decisions).file(
        "p.toml",
        PIPELINE.replace("[snapshot]", "[matching]\ndecisions = \"d.csv\"\n\n[snapshot]"),
    );
    house.run("p.toml").done();
    let same = pair(&house, "crm:1", "crm:4");
    assert_eq!(same["is_one_customer"], true);
    assert_eq!(same["path"][0]["is_decided"], true);
    assert!(same["because"].as_str().unwrap().contains("same by kim"));
    let different = pair(&house, "crm:1", "crm:2");
    assert_eq!(different["is_one_customer"], false);
    assert!(different["because"].as_str().unwrap().contains("different by lee"));
}
