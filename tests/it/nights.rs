//! Does one night remember the one before, and say what changed?

use std::fs;

use crate::house::{Ended, House, ended, headcount, manifest, parquet};

const PIPELINE: &str = r#"
pipeline = "nightly_contact_quality"
[run]
root = "."
[[ingest.source]]
name = "crm"
files = ["crm.csv"]
[ingest.source.columns]
source_id = "id"
first_name = "first"
last_name = "last"
email = "email"
birth_date = "born"
[snapshot]
write = false
[gate]
invalid_email_share_rise_max = 0.1
"#;

const FIRST: &str = "id,first,last,email,born
1,Anna,Lind,anna.lind@example.com,1980-03-07
2,Anna,Lind,other@example.org,
3,Bo,Berg,bo.berg@example.com,1970-01-02
4,Cleo,Dahl,cleo@@example.com,1960-05-06
5,Dan,Ek,dan.ek@example.com,1990-09-09
";

const SECOND: &str = "id,first,last,email,born
1,Anna,Lind,anna.lind@example.com,1980-03-07
2,Anna,Lind,anna.lind@example.com,1980-03-07
3,Bo,Berg,bo.berg@@example.com,1970-01-02
4,Cleo,Dahl,cleo@example.com,1960-05-06
6,Eva,Falk,eva.falk@@example.com,1985-02-03
";

fn night(house: &House, contacts: &str, clock: &str) -> Ended {
    fs::write(house.path("crm.csv"), contacts).unwrap();
    house.run_with("nightly.toml", &["--set", &format!("run.clock={clock}")])
}

fn two_nights() -> (House, Ended, Ended) {
    let house = House::new().file("nightly.toml", PIPELINE);
    let first = night(&house, FIRST, "2026-03-01T02:00:00Z");
    let second = night(&house, SECOND, "2026-03-02T02:00:00Z");
    (house, first, second)
}

#[test]
fn a_night_is_measured_against_the_one_before() {
    let (house, first, second) = two_nights();
    let first = first.done();
    let before = manifest(first)["run_id"].as_str().unwrap().to_owned();
    assert_eq!(second.code, 1, "{}", second.stderr);
    let said =
        format!("gate: invalid_email_share_rise_max is 0.1, from 0.2000 to 0.4000 since {before}");
    assert!(second.stderr.contains(&said), "{}", second.stderr);
    let directory = second.directory.unwrap();
    assert_eq!(manifest(&directory)["details"]["compared_with"], *before);
    assert!(manifest(first)["details"]["compared_with"].is_null());
    let report = fs::read_to_string(directory.join("report.html")).unwrap();
    assert!(report.contains("invalid email") && report.contains("(+20.0)"));

    let history = house.path("out/nightly_contact_quality/history.parquet");
    let table = parquet(&history);
    let n_rows = table.height();
    let run_ids = table.column("run_id").unwrap().str().unwrap();
    assert_eq!(run_ids.iter().flatten().filter(|id| **id == before).count(), n_rows / 2);

    // The second night again, after its directory was taken away: the same bytes, the same rows.
    let report_before = fs::read(directory.join("report.html")).unwrap();
    let bytes_before = fs::read(&history).unwrap();
    fs::remove_dir_all(&directory).unwrap();
    let again = night(&house, SECOND, "2026-03-02T02:00:00Z");
    assert_eq!(again.code, 1);
    assert_eq!(fs::read(directory.join("report.html")).unwrap(), report_before);
    assert_eq!(fs::read(&history).unwrap(), bytes_before);
}

#[test]
fn diff_says_what_is_new_gone_repaired_broken_and_merged() {
    let (house, first, second) = two_nights();
    let (before, after) = (first.done().to_owned(), second.directory.unwrap());
    let details = house.path("changes.csv");
    let diff = |flags: &[&str]| {
        ended(headcount().arg("diff").arg(&before).arg(&after).args(flags).output().unwrap())
    };
    let told = diff(&["--json", "--out", details.to_str().unwrap()]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    let json: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let records = serde_json::json!({
        "n_new": 1, "n_gone": 1, "n_changed": 3, "n_same": 1, "n_repaired": 1, "n_broken": 1
    });
    assert_eq!(json["records"], records);
    let customers = serde_json::json!({ "n_new": 1, "n_gone": 1, "n_merged": 1, "n_split": 0 });
    assert_eq!(json["customers"], customers);
    assert_eq!(json["fields"]["email"], serde_json::json!({ "n_repaired": 1, "n_broken": 1 }));
    assert_eq!(json["rules"]["email-syntax"]["n_broken"], 1);
    let rows = fs::read_to_string(details).unwrap();
    assert!(rows.starts_with("change,source,source_id,field,rule,customer_before,customer_after"));
    for row in ["broken,crm,3,email,email-syntax,", "repaired,crm,4,email,", "new,crm,6,,,,c_"] {
        assert!(rows.contains(row), "{row} is not in\n{rows}");
    }
    assert_eq!(rows.lines().filter(|row| row.starts_with("merged,crm,")).count(), 2);
    assert!(!rows.contains("lind"), "ids and words, no values");

    let back = ended(headcount().arg("diff").arg(&after).arg(&before).output().unwrap());
    assert!(back.stdout.contains("0 merged, 1 split"), "{}", back.stdout);
    let same = ended(headcount().arg("diff").arg(&after).arg(&after).output().unwrap());
    assert!(same.stdout.contains("0 new, 0 gone, 0 changed, 5 the same"), "{}", same.stdout);
    let none = ended(headcount().arg("diff").arg(&after).arg("nowhere").output().unwrap());
    none.stopped(3, &["nowhere"]);
}
