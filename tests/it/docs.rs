//! Does the README say what is so?

use std::fs;

use crate::house::headcount;

#[test]
fn every_command_of_the_readme_is_one_that_the_program_knows() {
    let readme = fs::read_to_string("README.md").unwrap();
    let commands: Vec<_> = readme
        .lines()
        .filter_map(|line| line.trim().strip_prefix("cargo run --release -- "))
        .collect();
    assert!(commands.len() >= 3, "{commands:?}");
    for command in commands {
        let words: Vec<_> = command.split_whitespace().take_while(|word| *word != "#").collect();
        let pipeline = words.iter().find(|word| word.contains(".toml"));
        let out = match (words[0], pipeline) {
            ("run" | "check", Some(pipeline)) => headcount().arg("check").arg(pipeline).output(),
            (verb, _) => headcount().args([verb, "--help"]).output(),
        };
        let out = out.unwrap();
        assert!(out.status.success(), "{command}: {}", String::from_utf8_lossy(&out.stderr));
    }
}

#[test]
fn the_readme_names_the_tests_that_ci_runs() {
    let readme = fs::read_to_string("README.md").unwrap();
    let ci = fs::read_to_string(".ci/run").unwrap();
    assert!(readme.contains("cargo test --release"));
    assert!(ci.contains("cargo test --release"));
}

#[test]
fn every_module_of_the_library_stands_in_the_tour() {
    let tour = fs::read_to_string("ARCHITECTURE.md").unwrap();
    for line in fs::read_to_string("src/lib.rs").unwrap().lines() {
        if let Some(module) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';'))
        {
            assert!(tour.contains(&format!("`{module}`")), "`{module}` is not in ARCHITECTURE.md");
        }
    }
}
