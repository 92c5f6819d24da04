//! Does each pipeline file leave, over the sample data, what it left yesterday?

use std::fmt::Write;
use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::house::{House, files, parquet};

/// Shows a run directory: each file with its rows, and the first lines of each.
fn shown(directory: &Path) -> String {
    let mut text = String::new();
    for file in files(directory) {
        let path = directory.join(&file);
        // Durations differ, and hashes say nothing to a reader.
        if file == "manifest.json" {
            continue;
        }
        if file.contains(".parquet") {
            let frame = parquet(&path);
            let columns: Vec<_> =
                frame.columns().iter().map(|column| column.name().as_str()).collect();
            writeln!(text, "== {file}: {} rows\n{}\n", frame.height(), columns.join(", ")).unwrap();
        } else if file == "report.html" {
            writeln!(text, "== {file}\n").unwrap();
        } else {
            let content = fs::read_to_string(&path).unwrap().replace('\r', "");
            let n_lines = content.lines().count();
            let head: Vec<_> = content.lines().take(40).collect();
            writeln!(text, "== {file}: {n_lines} lines\n{}\n", head.join("\n")).unwrap();
        }
    }
    text
}

#[test]
fn every_pipeline_file_has_a_golden_run() {
    let covered = ["breach_drill.toml", "breach_scoping.toml", "nightly_contact_quality.toml"];
    let found: Vec<_> =
        files(Path::new("pipelines")).into_iter().filter(|file| !file.contains('/')).collect();
    assert_eq!(found, covered);
}

#[test]
fn nightly_contact_quality() {
    let house = House::of_the_project();
    assert_snapshot!(shown(house.run("pipelines/nightly_contact_quality.toml").done()));
}

#[test]
fn breach_scoping() {
    let house = House::of_the_project();
    assert_snapshot!(shown(house.run("pipelines/breach_scoping.toml").done()));
}

#[test]
fn breach_drill() {
    let house = House::of_the_project();
    assert_snapshot!(shown(house.run("pipelines/breach_drill.toml").done()));
}

#[test]
fn scoping_over_a_snapshot_finds_whom_scoping_over_the_exports_finds() {
    let house = House::of_the_project();
    house.run("pipelines/nightly_contact_quality.toml").done();
    let over_exports = house.run("pipelines/breach_scoping.toml");
    let over_snapshot = house.run_with(
        "pipelines/breach_scoping.toml",
        &["--set", "snapshot.as_of=2026-03-02T12:00:00Z"],
    );
    let lists = files(over_exports.done()).into_iter().filter(|file| file.starts_with("notify/"));
    let tables = ["affected.parquet", "why.parquet", "unreachable.csv"].map(str::to_owned);
    for file in tables.into_iter().chain(lists) {
        let read = |directory: &Path| fs::read(directory.join(&file)).unwrap();
        assert_eq!(read(over_exports.done()), read(over_snapshot.done()), "{file}");
    }
}
