//! Does a run directory appear whole, private, or not at all?

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::house::{House, files, headcount, manifest, parquet};

const NIGHTLY: &str = "pipelines/nightly_contact_quality.toml";
const SCOPING: &str = "pipelines/breach_scoping.toml";

#[test]
fn every_output_is_private_and_is_what_the_manifest_says() {
    for pipeline in [NIGHTLY, SCOPING] {
        let house = House::of_the_project();
        let ended = house.run(pipeline);
        let directory = ended.done();
        let mode =
            |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(directory), 0o700);
        let manifest = manifest(directory);
        let mut named: Vec<_> = manifest["outputs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|output| {
                let path = output["path"].as_str().unwrap().to_owned();
                let (hash, n_bytes) =
                    headcount::output::sha256_of_file(&directory.join(&path)).unwrap();
                assert_eq!(output["sha256"], hash.to_string(), "{path}");
                assert_eq!(output["n_bytes"], n_bytes, "{path}");
                path
            })
            .collect();
        named.push("manifest.json".to_owned());
        named.sort();
        assert_eq!(named, files(directory));
        for file in files(directory) {
            assert_eq!(mode(&directory.join(&file)), 0o600, "{file}");
        }
    }
}

#[test]
fn the_roll_stands_in_the_manifest_and_adds_up() {
    let house = House::of_the_project();
    let ended = house.run(SCOPING);
    let manifest = manifest(ended.done());
    let roll = manifest["roll"].as_array().unwrap();
    let wholes: Vec<_> = roll.iter().map(|identity| identity["whole"].as_str().unwrap()).collect();
    assert_eq!(wholes, ["rows read", "contacts", "scope rows", "affected"]);
    for identity in roll {
        let parts = identity["parts"].as_array().unwrap();
        let sum: u64 = parts.iter().map(|part| part[1].as_u64().unwrap()).sum();
        assert_eq!(identity["n_whole"].as_u64(), Some(sum), "{identity}");
        assert!(sum > 0, "{identity}");
    }
}

#[test]
fn a_run_is_never_overwritten() {
    let house = House::of_the_project();
    let first = house.run(SCOPING);
    let before = fs::read(first.done().join("manifest.json")).unwrap();
    let again = house.run(SCOPING);
    assert_eq!(again.code, 4, "{}", again.stderr);
    assert!(again.stderr.contains("never overwritten"), "{}", again.stderr);
    assert_eq!(before, fs::read(first.done().join("manifest.json")).unwrap());
}

#[test]
fn a_second_run_beside_a_running_one_is_told_so() {
    let house = House::of_the_project();
    let folder = house.path("out/breach_scoping");
    let _held = headcount::output::Lock::take(&folder).unwrap();
    house.run(SCOPING).stopped(5, &["another run holds the lock", "hint:"]);
}

#[test]
fn a_killed_run_leaves_nothing_under_its_name_and_the_next_one_clears_up() {
    let house = House::of_the_project();
    let out = house.path("out/nightly_contact_quality");
    for milliseconds in [20, 60, 120, 240, 480] {
        let mut child = headcount()
            .arg("run")
            .arg(house.path(NIGHTLY))
            .args(["--quiet", "--set", "snapshot.write=false"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let end = Instant::now() + Duration::from_millis(milliseconds);
        while Instant::now() < end && child.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        let _ = child.kill();
        child.wait().unwrap();
        for entry in fs::read_dir(&out).into_iter().flatten() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            // A file of its own that is replaced whole: what stands there can be read.
            let is_history = name == "history.parquet" && parquet(&entry.path()).height() > 0;
            let whole = is_history || entry.path().join("manifest.json").exists();
            assert!(name.starts_with('.') || whole, "{name} is not whole");
        }
    }
    house.run(NIGHTLY).done();
    let left: Vec<_> =
        files(&out).into_iter().filter(|file| file.starts_with(".building")).collect();
    assert!(left.is_empty(), "{left:?}");
}
