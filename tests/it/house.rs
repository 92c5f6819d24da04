//! A house for one test: a folder with sources and a pipeline, and a run over it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use polars::prelude::{DataFrame, ParquetReader, SerReader};
use tempfile::TempDir;

/// Gives the program, without colour and without a terminal.
pub(crate) fn headcount() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headcount"));
    command.env("NO_COLOR", "1");
    command
}

/// A folder with sources and pipelines in it.
pub(crate) struct House {
    folder: TempDir,
    flags: Vec<String>,
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The run directory, where one was left.
    pub(crate) directory: Option<PathBuf>,
}

impl House {
    pub(crate) fn new() -> House {
        House { folder: TempDir::new().unwrap(), flags: Vec::new() }
    }

    /// Takes the project's pipelines and sample data, and a fixed clock.
    pub(crate) fn of_the_project() -> House {
        let house = House::new();
        for folder in ["pipelines", "sample_data"] {
            copy(Path::new(folder), &house.path(folder));
        }
        house.flag("--set").flag("run.clock=2026-03-02T02:00:00Z")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(self, name: &str, text: impl AsRef<[u8]>) -> House {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn flag(mut self, flag: &str) -> House {
        self.flags.push(flag.to_owned());
        self
    }

    /// Runs a pipeline file of the house; the run directories go to `out/`.
    pub(crate) fn run(&self, pipeline: &str) -> Ended {
        self.run_with(pipeline, &[])
    }

    pub(crate) fn run_with(&self, pipeline: &str, flags: &[&str]) -> Ended {
        let mut command = headcount();
        command.arg("run").arg(self.path(pipeline)).args(&self.flags).args(flags);
        ended(command.output().unwrap())
    }

    pub(crate) fn check(&self, pipeline: &str) -> Ended {
        ended(headcount().arg("check").arg(self.path(pipeline)).output().unwrap())
    }
}

pub(crate) fn ended(output: Output) -> Ended {
    let stderr = String::from_utf8(output.stderr).unwrap();
    let directory =
        stderr.lines().rev().map(Path::new).find(|line| line.is_dir()).map(Path::to_owned);
    let stdout = String::from_utf8(output.stdout).unwrap();
    Ended { code: output.status.code().unwrap_or(-1), stdout, stderr, directory }
}

impl Ended {
    /// Asserts that the run ended well, and gives its directory.
    pub(crate) fn done(&self) -> &Path {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self.directory.as_deref().unwrap()
    }

    /// Asserts that the run stopped with a code and said these things.
    pub(crate) fn stopped(&self, code: i32, said: &[&str]) {
        assert_eq!(self.code, code, "{}", self.stderr);
        for words in said {
            assert!(self.stderr.contains(words), "{words:?} is not in:\n{}", self.stderr);
        }
        assert!(self.directory.is_none(), "a run that stopped leaves nothing");
    }
}

/// Lists the files below a folder, relative to it, in order.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn parquet(path: &Path) -> DataFrame {
    ParquetReader::new(fs::File::open(path).unwrap()).finish().unwrap()
}

pub(crate) fn manifest(directory: &Path) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(directory.join("manifest.json")).unwrap()).unwrap()
}

pub(crate) fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let place = to.join(&file);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(from.join(&file), place).unwrap();
    }
}
