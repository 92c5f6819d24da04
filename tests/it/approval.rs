//! Is an approval over the exact bytes, by somebody else, and of no drill?

use std::fs;
use std::path::Path;

use crate::house::{Ended, House, ended, files, headcount, manifest, parquet};

const SCOPING: &str = "pipelines/breach_scoping.toml";
const DRILL: &str = "pipelines/breach_drill.toml";

fn approve(run: &Path, flags: &[&str]) -> Ended {
    ended(headcount().arg("approve").arg(run).args(flags).output().unwrap())
}

fn prepared() -> House {
    House::of_the_project()
        .flag("--set")
        .flag("run.prepared_by=Pat Preparer")
        .flag("--set")
        .flag("notify.split_by=[]")
}

#[test]
fn an_approval_holds_until_a_byte_changes() {
    let house = prepared();
    let run = house.run(SCOPING);
    let run = run.done();
    approve(run, &["--verify"]).stopped(1, &["is not approved", "--by NAME"]);
    approve(run, &["--by", " pat  preparer"]).stopped(2, &["somebody else must approve"]);
    let before = files(run);
    let given = approve(run, &["--by", "Alex Approver"]);
    assert_eq!(given.code, 0, "{}", given.stderr);
    assert!(given.stdout.contains("approved by Alex Approver"), "{}", given.stdout);
    let mut after = files(run);
    after.retain(|file| file != "approval.json");
    assert_eq!(before, after, "nothing else of the run is touched");
    assert_eq!(approve(run, &["--verify"]).code, 0);
    approve(run, &["--by", "Alex Approver"]).stopped(2, &["is approved already"]);

    let list = run.join("notify/email.csv");
    let text = fs::read(&list).unwrap();
    let mut changed = text.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&list, &changed).unwrap();
    approve(run, &["--verify"]).stopped(1, &["is void", "notify/email.csv", "was changed"]);
    fs::write(&list, &text).unwrap();
    assert_eq!(approve(run, &["--verify"]).code, 0);

    fs::write(run.join("notify/extra.csv"), "x").unwrap();
    approve(run, &["--verify"]).stopped(1, &["is void", "notify/extra.csv", "was added"]);
    fs::remove_file(run.join("notify/extra.csv")).unwrap();
    fs::remove_file(&list).unwrap();
    approve(run, &["--verify"]).stopped(1, &["is void", "notify/email.csv", "is missing"]);
}

#[test]
fn a_run_that_is_not_what_its_manifest_says_cannot_be_approved() {
    let house = prepared();
    let run = house.run(SCOPING);
    let run = run.done();
    fs::write(run.join("callcentre.csv"), "x").unwrap();
    approve(run, &["--by", "Alex"]).stopped(3, &["callcentre.csv", "was changed"]);
    assert!(!run.join("approval.json").exists());
}

#[test]
fn a_night_has_no_lists_to_approve() {
    let house = prepared();
    let run = house.run("pipelines/nightly_contact_quality.toml");
    approve(run.done(), &["--by", "Alex"]).stopped(2, &["no lists to approve"]);
}

#[test]
fn every_output_of_a_drill_says_so_and_none_can_be_approved() {
    let house = prepared();
    let run = house.run(DRILL);
    let run = run.done();
    for file in files(run) {
        let path = run.join(&file);
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&path).unwrap();
        let says = |word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        match path.extension().unwrap().to_str().unwrap() {
            "csv" => {
                assert!(name.starts_with("DRILL-"), "{file}");
                assert!(bytes.starts_with(b"DRILL,"), "{file}");
                let text = String::from_utf8(bytes).unwrap();
                let rows = text.lines().skip(1).filter(|row| row.starts_with("do not import,"));
                assert!(rows.count() > 0 || text.lines().count() == 1, "{file}");
            }
            "json" => assert!(says("\"drill\": true"), "{file}"),
            _ => assert!(says("DRILL"), "{file}"),
        }
    }
    assert!(manifest(run)["outputs"].as_array().unwrap().len() > 10);
    approve(run, &["--by", "Alex"]).stopped(2, &["is a drill"]);
}

#[test]
fn a_drill_draws_the_same_people_for_a_seed_and_others_for_another() {
    let house = prepared();
    let drawn = |seed: &str| {
        let seed = format!("drill.seed={seed}");
        let run = house.run_with(DRILL, &["--set", &seed]);
        let affected = parquet(&run.done().join("affected.parquet"));
        let ids = affected.column("customer_id").unwrap().str().unwrap().clone();
        let mut ids: Vec<String> = ids.iter().flatten().map(str::to_owned).collect();
        ids.sort();
        ids
    };
    let (first, second) = (drawn("1"), drawn("2"));
    assert_ne!(first, second);
    // A tenth of 494 customers, give or take what chance and shared identifiers do.
    for drawn in [&first, &second] {
        assert!((25..=85).contains(&drawn.len()), "{}", drawn.len());
    }
    let touched = house.run_with(DRILL, &["--set", "drill.share=0.0", "--set", "drill.seed=3"]);
    assert!(parquet(&touched.done().join("affected.parquet")).height() >= 1);
}

#[test]
fn a_drill_without_data_classes_or_with_an_unknown_one_is_refused() {
    let house = prepared();
    house
        .run_with(DRILL, &["--set", "drill.data_classes=[\"emial\"]"])
        .stopped(2, &["data class `emial` is unknown", "did you mean `email`?"]);
    house.run_with(DRILL, &["--set", "drill.data_classes=[]"]).stopped(2, &["makes no incident"]);
    house
        .run_with(DRILL, &["--set", "drill.sectors=[\"helth\"]"])
        .stopped(2, &["sector `helth` is unknown", "did you mean `health`?"]);
}
