//! Does a newcomer wait for code that nobody calls?
//!
//! A broad choice of Polars features costs three times the build. What comes in unnoticed,
//! through a feature or a dependency of a dependency, fails here.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Crates that would cost minutes each.
const HEAVY: [&str; 12] = [
    "polars-expr",
    "polars-json",
    "polars-lazy",
    "polars-mem-engine",
    "polars-plan",
    "polars-sql",
    "polars-stream",
    "polars-time",
    "aws-lc-sys",
    "object_store",
    "reqwest",
    "rustls",
];

/// Gives each crate of the build with the features it is built with.
fn built(edges: &str) -> BTreeMap<String, BTreeSet<String>> {
    let out = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none", "--format", "{p}|{f}"])
        .args(["--edges", edges])
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let mut crates: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8(out.stdout).unwrap().lines() {
        let (package, features) = line.split_once('|').unwrap_or((line, ""));
        let name = package.split(" (").next().unwrap_or_default().to_owned();
        crates.entry(name).or_default().insert(features.replace(" (*)", ""));
    }
    crates
}

#[test]
fn no_heavy_crate_came_in_unnoticed() {
    let crates = built("normal,build");
    let heavy: Vec<_> = crates
        .keys()
        .filter(|package| HEAVY.contains(&package.split(' ').next().unwrap_or_default()))
        .collect();
    assert!(heavy.is_empty(), "these cost minutes of every cold build: {heavy:?}");
    // A third of them come with `age`, whose messages are translated; they compile in a minute.
    assert!(crates.len() <= 460, "{} crates are built, 460 were at most", crates.len());
}

#[test]
fn running_and_testing_share_one_build_of_polars() {
    let (run, test) = (built("normal,build"), built("normal,build,dev"));
    let under_polars = built_under("polars");
    for package in under_polars {
        let missing: Vec<_> = test[&package].difference(&run[&package]).collect();
        assert!(missing.is_empty(), "{package} is built twice, for tests with {missing:?}");
    }
}

fn built_under(package: &str) -> Vec<String> {
    let out = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none", "--format", "{p}|"])
        .args(["--edges", "normal", "--package", package])
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split('|').next());
    names.map(|name| name.split(" (").next().unwrap_or_default().to_owned()).collect()
}
