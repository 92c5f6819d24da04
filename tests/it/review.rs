//! Can a person decide, stop, and go on another day?

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use crate::house::{Ended, House, ended, headcount, manifest};

const NIGHTLY: &str = "pipelines/nightly_contact_quality.toml";

fn house() -> House {
    let house = House::of_the_project();
    house.run(NIGHTLY).done();
    house
}

/// Types these lines into a review of the house's run.
fn review(house: &House, typed: &str) -> Ended {
    let mut command = headcount();
    command.arg("review").arg(house.path("out/nightly_contact_quality"));
    command.arg("--decisions").arg(house.path("decisions.csv"));
    command.args(["--by", "kim", "--clock", "2026-03-03T10:00:00Z"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    ended(child.wait_with_output().unwrap())
}

fn rows(house: &House) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(house.path("decisions.csv")).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The pairs that wait for review, in their order, by source and id.
fn waiting(house: &House) -> Vec<Vec<String>> {
    let runs = house.path("out/nightly_contact_quality");
    let run = fs::read_dir(runs).unwrap().map(|entry| entry.unwrap().path());
    let run = run.filter(|path| path.join("manifest.json").exists()).max().unwrap();
    pairs(&run.join("review_pairs.csv"))
}

fn pairs(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|column| column == name).unwrap();
    let places = ["source_a", "source_id_a", "source_b", "source_id_b"].map(place);
    let row = |row: csv::StringRecord| places.map(|place| row[place].to_owned()).to_vec();
    reader.records().map(|found| row(found.unwrap())).collect()
}

fn names(row: &[String]) -> Vec<String> {
    let mut names = vec![row[..2].join(":"), row[2..4].join(":")];
    names.sort();
    names
}

#[test]
fn decisions_are_written_as_they_are_made_and_a_session_goes_on_where_it_ended() {
    let house = house();
    let waiting = waiting(&house);
    assert!(waiting.len() >= 4, "{waiting:?}");
    let first = review(&house, "s\nd\nk\nwhat?\nd\n");
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    assert!(
        first.stdout.contains("3 decided (same 1, different 2), 1 skipped"),
        "{}",
        first.stdout
    );
    let decided = rows(&house);
    let verdicts: Vec<_> = decided.iter().map(|row| row[4].as_str()).collect();
    assert_eq!(verdicts, ["same", "different", "different"]);
    for (row, pair) in decided.iter().zip([&waiting[0], &waiting[1], &waiting[3]]) {
        assert_eq!(names(row), names(pair));
        assert_eq!(row[5..7], ["kim", "2026-03-03T10:00:00Z"]);
    }
    let mode = fs::metadata(house.path("decisions.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    // The next day begins with the pair that was skipped.
    let second = review(&house, "same\nquit\n");
    assert!(second.stdout.contains("3 decided before"), "{}", second.stdout);
    let decided = rows(&house);
    assert_eq!(names(&decided[3]), names(&waiting[2]));
    assert_eq!(decided[3][4], "same");
}

#[test]
fn an_answer_can_be_taken_back() {
    let house = house();
    let told = review(&house, "u\ns\nu\nd\nk\nu\ns\nq\n");
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(told.stdout.contains("nothing to take back"), "{}", told.stdout);
    let verdicts: Vec<_> = rows(&house).into_iter().map(|row| row[4].clone()).collect();
    assert_eq!(verdicts, ["different", "same"]);
}

#[test]
fn what_stands_in_the_file_stays_byte_for_byte() {
    let before = "note,source_a,source_id_a,source_b,source_id_b,decision,when,who\r\n\
                  \"a, b\",x,1,y,2,same,2026-01-01,lee";
    let house = house().file("decisions.csv", before);
    review(&house, "d\n");
    let after = fs::read_to_string(house.path("decisions.csv")).unwrap();
    assert!(after.starts_with(before), "{after}");
    let added = after[before.len()..].trim();
    assert!(
        added.starts_with(',') && added.ends_with("different,2026-03-03T10:00:00Z,kim"),
        "{added}"
    );
}

#[test]
fn no_value_of_a_person_stands_on_standard_error_and_a_nameless_reviewer_is_refused() {
    let house = house();
    let told = review(&house, "");
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    assert!(!house.path("decisions.csv").exists());
    let mut command = headcount();
    command.arg("review").arg(house.path("out/nightly_contact_quality"));
    let nameless = command.args(["--decisions", "d.csv", "--by", " "]).output().unwrap();
    let nameless = ended(nameless);
    assert_eq!(nameless.code, 2);
    assert!(nameless.stderr.contains("--by"), "{}", nameless.stderr);
}

#[test]
fn the_next_night_replays_what_was_decided_and_asks_no_more() {
    let house = house();
    let waiting = waiting(&house);
    review(&house, "s\nd\n");
    let night = house.run_with(
        NIGHTLY,
        &["--set", "matching.decisions=decisions.csv", "--set", "run.clock=2026-03-04T02:00:00Z"],
    );
    let counts = &manifest(night.done())["details"]["matching"]["decisions"];
    assert_eq!((&counts["n_same"], &counts["n_different"]), (&1.into(), &1.into()));
    assert_eq!(counts["n_unknown"], 0);
    let asked = pairs(&night.done().join("review_pairs.csv"));
    for pair in &waiting[..2] {
        assert!(asked.iter().all(|other| names(other) != names(pair)), "{pair:?}");
    }
}
