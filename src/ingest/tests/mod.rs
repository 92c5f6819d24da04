//! Whole files through the room's doors; a file per question.

mod anything;
mod damaged;
mod mapping;
mod orders;
mod packed;
mod polluted;
mod presets;
mod refusals;
mod scope;
mod tables;
mod torture;

use std::fs;
use std::path::Path;

use proptest::prelude::ProptestConfig;
use tempfile::TempDir;

use super::*;
use crate::tables::layout::{Quarantined, RawContact};
use crate::tables::{Column, Table, column};
use crate::terms::OneOrMany;

/// So many cases in a test run, or as many as `PROPTEST_CASES` says: `benches/fuzz.sh` lets them
/// run for minutes.
fn cases(n_cases: u32) -> ProptestConfig {
    let is_told = std::env::var_os("PROPTEST_CASES").is_some();
    if is_told { ProptestConfig::default() } else { ProptestConfig::with_cases(n_cases) }
}

/// A folder with files, and the settings that read them.
struct House {
    root: TempDir,
    settings: Settings,
}

fn house(files: &[(&str, &[u8])]) -> House {
    let root = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(root.path().join(name), bytes).unwrap();
    }
    let files = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    House { root, settings: Settings { source: vec![source(files)], ..Settings::default() } }
}

fn source(files: Vec<String>) -> Source {
    let text = "name = \"crm\"\nfiles = []";
    Source { files, ..toml::from_str(text).unwrap() }
}

impl House {
    fn with(mut self, change: impl FnOnce(&mut Source)) -> House {
        change(&mut self.settings.source[0]);
        self
    }

    fn rows_batch(mut self, n_rows: usize) -> House {
        self.settings.n_rows_batch = n_rows;
        self
    }

    fn read(&self) -> Result<Read, Error> {
        read(&self.settings, self.root.path())
    }

    fn refusal(&self) -> Error {
        self.read().unwrap_err()
    }
}

#[derive(Debug)]
struct Read {
    n_rows: usize,
    n_bytes: u64,
    contacts: Table<RawContact>,
    quarantine: Table<Quarantined>,
}

fn read(settings: &Settings, root: &Path) -> Result<Read, Error> {
    let (mut n_rows, mut n_bytes) = (0, 0);
    let (mut contacts, mut quarantine) = (Vec::new(), Vec::new());
    for unparsed in open(settings, root)?.batches() {
        let batch = unparsed?.parse()?;
        assert_eq!(batch.n_rows, batch.contacts.height() + batch.quarantine.height());
        n_rows += batch.n_rows;
        n_bytes += batch.n_bytes;
        contacts.push(batch.contacts);
        quarantine.push(batch.quarantine);
    }
    let (contacts, quarantine) = (Table::concat(contacts), Table::concat(quarantine));
    Ok(Read { n_rows, n_bytes, contacts, quarantine })
}

impl Read {
    fn column(&self, column: Column) -> Vec<&str> {
        self.contacts.text(column).iter().map(|value| value.unwrap_or("")).collect()
    }

    fn lines(&self) -> Vec<u64> {
        self.contacts.long(column::LINE).iter().flatten().collect()
    }

    fn aside(&self) -> Vec<(u64, &str, &str)> {
        let lines = self.quarantine.long(column::LINE);
        let (reasons, rows) =
            (self.quarantine.text(column::REASON), self.quarantine.text(column::ROW));
        (0..self.quarantine.height())
            .map(|n| (lines.get(n).unwrap(), reasons.get(n).unwrap(), rows.get(n).unwrap()))
            .collect()
    }
}

fn csv(text: &[u8]) -> Read {
    house(&[("a.csv", text)]).read().unwrap()
}
