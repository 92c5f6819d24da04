//! How fast does an export become a table? Reads one file as a run would, without keeping it.
//!
//! `benches/reading.py` invents the file and times this program beside Polars.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should say where")]
#![expect(clippy::print_stdout, reason = "what it prints is its product")]

use std::path::Path;
use std::time::Instant;

use headcount::ingest;
use rayon::prelude::*;

fn main() {
    // Cargo hands on `--bench`; without a file there is nothing to time.
    let Some(file) = std::env::args().skip(1).find(|word| !word.starts_with('-')) else { return };
    let source = format!("[[source]]\nname = \"bench\"\nfiles = [{file:?}]\n");
    let settings: ingest::Settings = toml::from_str(&source).unwrap();
    let start = Instant::now();
    let n_rows: usize = ingest::open(&settings, Path::new("."))
        .unwrap()
        .batches()
        .par_bridge()
        .map(|batch| batch.unwrap().parse().unwrap().contacts.height())
        .sum();
    println!("{n_rows} rows in {:.3} s", start.elapsed().as_secs_f64());
}
