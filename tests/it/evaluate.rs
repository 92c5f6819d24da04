//! Does an evaluation count as one would by hand, and leave the run alone?

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::house::{Ended, House, ended, files, headcount};

fn house() -> House {
    let house = House::of_the_project();
    house.run("pipelines/nightly_contact_quality.toml").done();
    house
}

fn evaluate(house: &House, flags: &[&str]) -> Ended {
    let mut command = headcount();
    command.arg("evaluate").arg(house.path("out/nightly_contact_quality"));
    command.arg("--truth").arg(house.path("sample_data/truth.csv")).args(flags);
    ended(command.output().unwrap())
}

fn json(house: &House) -> Value {
    let told = evaluate(house, &["--json"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    serde_json::from_str(&told.stdout).unwrap()
}

fn run_of(house: &House) -> std::path::PathBuf {
    let runs = fs::read_dir(house.path("out/nightly_contact_quality")).unwrap();
    let runs = runs.map(|entry| entry.unwrap().path());
    runs.filter(|path| path.join("manifest.json").exists()).max().unwrap()
}

fn n_rows(path: &Path) -> u64 {
    csv::Reader::from_path(path).unwrap().records().count() as u64
}

#[test]
fn at_the_threshold_of_the_run_an_evaluation_makes_the_clusters_of_the_run() {
    let house = house();
    let told = json(&house);
    let thresholds = told["by_threshold"].as_array().unwrap();
    assert!(thresholds.len() > 15);
    let own = thresholds.iter().find(|at| at["weight_bits"] == told["threshold_bits"]).unwrap();
    assert_eq!(own["pairs"], told["people"]["pairs"]);
    assert_eq!(own["clusters"], told["people"]["clusters"]);
    // Fewer links at a higher threshold, never more.
    let n_linked = |at: &Value| {
        let n = |count: &str| at["linked"][count].as_u64().unwrap();
        n("n_true_positive") + n("n_false_positive")
    };
    assert!(thresholds.windows(2).all(|pair| n_linked(&pair[0]) >= n_linked(&pair[1])));
    let bins = told["reliability"]["bins"].as_array().unwrap();
    assert!(bins.len() > 2, "{bins:?}");
}

#[test]
fn the_mistakes_are_as_many_as_the_counts_say_and_stand_beside_the_run() {
    let house = house();
    let before: Vec<_> = files(&run_of(&house));
    let told = json(&house);
    let folder = evaluate(&house, &[]).directory.unwrap();
    assert_eq!(files(&run_of(&house)), before, "a run is never changed");
    assert!(folder.display().to_string().ends_with(".evaluation"), "{}", folder.display());
    let pairs = &told["people"]["pairs"];
    assert_eq!(pairs["n_false_positive"], n_rows(&folder.join("false_merges.csv")));
    assert_eq!(pairs["n_false_negative"], n_rows(&folder.join("misses.csv")));
    let counted: u64 =
        told["mistakes"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    let n = |count: &str| pairs[count].as_u64().unwrap();
    assert_eq!(counted, n("n_false_positive") + n("n_false_negative"));
}

#[test]
fn the_page_fetches_nothing_and_shows_no_value_and_an_evaluation_can_be_repeated() {
    let house = house();
    let first = evaluate(&house, &[]);
    let folder = first.directory.clone().unwrap();
    let page = fs::read_to_string(folder.join("evaluation.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("F1"), "{page}");
    for fetches in ["http://", "https://", "<script", "src="] {
        assert!(!page.contains(fetches), "{fetches}");
    }
    assert!(!page.contains("@example"), "an address stands in the page");
    let again = evaluate(&house, &[]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(first.stdout, again.stdout);
    assert_eq!(page, fs::read_to_string(folder.join("evaluation.html")).unwrap());
}

#[test]
fn a_folder_of_ones_own_is_not_replaced() {
    let house = house().file("mine/letter.txt", "dear diary");
    let mine = house.path("mine");
    let told = evaluate(&house, &["--out", mine.to_str().unwrap()]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    assert_eq!(fs::read_to_string(mine.join("letter.txt")).unwrap(), "dear diary");
}
