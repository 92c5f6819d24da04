//! What does a user read who made a mistake?

use crate::house::{House, ended, headcount};

const CRM: &str = "Id,Vorname,Nachname,Mail,Land\n\
                   1,Anna,Müller,anna.mueller@example.com,DE\n\
                   2,Bo,Smith,bo.smith@example.org,GB\n";

const PIPELINE: &str = r#"
pipeline = "nightly_contact_quality"

[run]
root = "."

[[ingest.source]]
name = "crm"
files = ["crm.csv"]
columns.source_id = "Id"
columns.first_name = "Vorname"
columns.last_name = "Nachname"
columns.email = "Mail"
columns.country = "Land"
"#;

fn house() -> House {
    House::new().file("crm.csv", CRM).file("p.toml", PIPELINE)
}

fn with(from: &str, to: &str) -> House {
    assert!(PIPELINE.contains(from));
    house().file("p.toml", PIPELINE.replace(from, to))
}

#[test]
fn a_small_pipeline_runs_as_written() {
    house().run("p.toml").done();
}

#[test]
fn a_missing_column_is_named_with_its_line_what_was_found_and_how_to_mend_it() {
    with("= \"Mail\"", "= \"E-Mail\"").run("p.toml").stopped(
        3,
        &[
            "error: column `E-Mail`",
            "is missing from",
            "crm.csv",
            "p.toml:7, [[ingest.source]] \"crm\"",
            "found: Id, Vorname, Nachname, Mail, Land",
            "columns.email = \"Mail\"",
        ],
    );
}

#[test]
fn a_mistyped_key_is_named_with_its_line_and_the_nearest_one() {
    with("columns.email", "columns.emial").run("p.toml").stopped(2, &["p.toml:13", "`email`"]);
    with("[run]", "[rnu]").run("p.toml").stopped(2, &["p.toml:4", "did you mean `run`"]);
}

#[test]
fn a_probability_that_is_none_is_refused_where_it_stands() {
    let wrong = format!("{PIPELINE}\n[gate]\nset_aside_share_max = 1.5\n");
    house().file("p.toml", wrong).run("p.toml").stopped(2, &["p.toml:17:", "from 0 to 1", "1.5"]);
}

#[test]
fn a_missing_file_is_exit_code_3() {
    with("crm.csv\"]", "crn.csv\"]").run("p.toml").stopped(3, &["crn.csv"]);
}

#[test]
fn a_pipeline_file_that_is_not_there_is_exit_code_2() {
    house().run("q.toml").stopped(2, &["q.toml", "cannot be read"]);
}

#[test]
fn scoping_without_an_incident_says_what_is_missing() {
    with("nightly_contact_quality", "breach_scoping").run("p.toml").stopped(2, &["`incidents`"]);
}

#[test]
fn an_incident_that_contradicts_itself_is_told_with_the_line_of_the_fact() {
    let file = "sample_data/incidents/incident.toml";
    let text = std::fs::read_to_string(file).unwrap();
    let check = |from: &str, to: &str, said: &[&str]| {
        assert!(text.contains(from));
        let house = House::of_the_project().file(file, text.replace(from, to));
        house.run("pipelines/breach_scoping.toml").stopped(2, said);
    };
    check(
        "occurred_to = \"2026-02-12T04:30:00Z\"",
        "occurred_to = \"2026-02-01T04:30:00Z\"",
        &["`occurred_to` is before `occurred_from`", "incident.toml:7"],
    );
    check(
        "attack_type = \"phishing\"",
        "key_taken = true",
        &["the data were not encrypted", "incident.toml:5"],
    );
    check(
        "attack_type = \"phishing\"",
        "sectors = [\"banking\"]",
        &["sector `banking` is unknown", "known are"],
    );
}

#[test]
fn a_gate_that_trips_keeps_the_run_and_exits_with_1() {
    let gated = format!("{PIPELINE}\n[gate]\nreadiness_share_min = 1.0\n");
    let crm = format!("{CRM}3,Cy,Jones,,FR\n");
    let house = house().file("p.toml", gated).file("crm.csv", crm);
    let ended = house.run("p.toml");
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("gate: "), "{}", ended.stderr);
    assert!(ended.directory.is_some());
}

#[test]
fn check_tells_all_faults_at_once_and_reads_no_rows() {
    let wrong = PIPELINE.replace("= \"Mail\"", "= \"E-Mail\"");
    let second = "\n[[ingest.source]]\nname = \"shop\"\nfiles = [\"none.csv\"]\n\
                  columns.email = \"Mail\"\n";
    let ended = house().file("p.toml", format!("{wrong}{second}")).check("p.toml");
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    for words in ["E-Mail", "none.csv"] {
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
    let log = "\n[[ingest.orders]]\nname = \"log\"\nfiles = [\"log.csv\"]\n";
    let ended = house()
        .file("log.csv", "customer_key,amount\n1,9.99\n")
        .file("p.toml", format!("{PIPELINE}{log}"))
        .check("p.toml");
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("`at`"), "{}", ended.stderr);
    assert_eq!(house().check("p.toml").code, 0);
}

#[test]
fn a_list_of_hashes_that_matches_nobody_stops_the_run() {
    let incident = "id = \"INC-1\"\nkind = \"security_breach\"\n\
                    discovered_at = \"2026-02-01T10:00:00Z\"\n\
                    [[scope]]\nfile = \"hashes.txt\"\nidentifier = \"email_sha256\"\n\
                    data_classes = [\"email\"]\n";
    let hashes: Vec<_> = (1..=50).map(|n| format!("{n:064x}")).collect();
    let house = with("nightly_contact_quality\"", "breach_scoping\"\nincidents = [\"i.toml\"]")
        .file("i.toml", incident)
        .file("hashes.txt", hashes.join("\n"));
    house.run("p.toml").stopped(3, &["hashes.txt", "hint:"]);
}

#[test]
fn help_goes_into_a_pipe_that_closes_early() {
    let shell = format!("{} --help | head -1", env!("CARGO_BIN_EXE_headcount"));
    let ended = ended(std::process::Command::new("bash").args(["-c", &shell]).output().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[test]
fn a_rule_is_explained_and_a_mistyped_one_corrected() {
    let explain = |rule: &str| ended(headcount().args(["explain", rule]).output().unwrap());
    assert!(explain("email-syntax").stdout.contains("RFC 5321"));
    assert!(explain("email-sintax").stderr.contains("did you mean `email-syntax`?"));
}
