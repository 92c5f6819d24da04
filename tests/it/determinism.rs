//! Same input, same bytes: for any number of threads, and for any order of rows where the order
//! cannot matter.

use std::fs;
use std::path::Path;

use crate::house::{House, files};

const PIPELINES: [&str; 3] = [
    "pipelines/nightly_contact_quality.toml",
    "pipelines/breach_scoping.toml",
    "pipelines/breach_drill.toml",
];

/// Files that name lines or record numbers of the sources, which a shuffle moves.
const BY_LINE: [&str; 11] = [
    "DRILL-quarantine.csv",
    "DRILL-unmatched_scope.csv",
    "contacts.parquet",
    "contact_points.parquet",
    "findings.parquet",
    "lineage.parquet",
    "manifest.json",
    "quarantine.csv",
    "review_pairs.csv",
    "unmatched_scope.csv",
    "value_lineage.parquet",
];

fn assert_same(one: &Path, other: &Path, left_out: &[&str]) {
    assert_eq!(files(one), files(other));
    for file in files(one) {
        if left_out.contains(&file.as_str()) {
            continue;
        }
        let (here, there) =
            (fs::read(one.join(&file)).unwrap(), fs::read(other.join(&file)).unwrap());
        assert!(here == there, "{file} differs between {} and {}", one.display(), other.display());
    }
}

#[test]
fn one_two_and_seven_threads_leave_the_same_bytes() {
    for pipeline in PIPELINES {
        let run = |threads: &str| {
            let house = House::of_the_project();
            let ended = house.run_with(pipeline, &["--threads", threads]);
            (house, ended)
        };
        let (_one, alone) = run("1");
        for threads in ["2", "7"] {
            let (_house, ended) = run(threads);
            // The manifest holds durations.
            assert_same(alone.done(), ended.done(), &["manifest.json"]);
        }
    }
}

#[test]
fn shuffled_sources_leave_the_same_people() {
    for pipeline in PIPELINES {
        let (straight, shuffled) = (House::of_the_project(), House::of_the_project());
        for source in ["sample_data/crm/salesforce.csv", "sample_data/crm/hubspot.csv"] {
            reverse_rows(&shuffled.path(source));
        }
        for scope in files(&shuffled.path("sample_data/incidents")) {
            if Path::new(&scope).extension().is_some_and(|kind| kind == "csv") {
                reverse_rows(&shuffled.path("sample_data/incidents").join(scope));
            }
        }
        let (one, other) = (straight.run(pipeline), shuffled.run(pipeline));
        let by_line: Vec<&str> =
            BY_LINE.iter().copied().chain(["why.parquet", "blocking.json"]).collect();
        assert_same(one.done(), other.done(), &by_line);
    }
}

/// Turns the rows of a CSV file round, below the header; quoted line breaks stay in their rows,
/// and rows that the reader refuses keep their bytes.
fn reverse_rows(path: &Path) {
    let bytes = fs::read(path).unwrap();
    let mut rows: Vec<&[u8]> = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (place, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                rows.push(&bytes[start..=place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    assert_eq!(start, bytes.len(), "the file ends with a line break");
    rows[1..].reverse();
    fs::write(path, rows.concat()).unwrap();
}
