//! `headcount block-count`

use std::fmt::Write;

use super::args::BlockCountArguments;
use super::terminal;
use crate::fault::Exit;
use crate::pipeline::{Error, Flags, Plan, train as pipeline};
use crate::progress::Progress;
use crate::terms::grouped;

pub(super) fn block_count(arguments: &BlockCountArguments) -> Result<Exit, Error> {
    let plan = Plan::load(&arguments.pipeline, &Flags::from(&arguments.settings))?;
    let (n_records, rules) = pipeline::block_counts(&plan, &Progress::on_terminal())?;
    if arguments.json {
        let counts = serde_json::json!({ "n_records": n_records, "blocking": rules });
        terminal::give(&format!("{counts:#}\n"));
        return Ok(Exit::Done);
    }
    let mut table = format!(
        "{:<36} {:>14} {:>14} {:>14}\n",
        "blocking rule", "pairs", "of these new", "skipped"
    );
    for rule in &rules {
        let (all, new) = (grouped(rule.n_pairs), grouped(rule.n_pairs_new));
        let skipped = grouped(rule.n_pairs_skipped);
        let _ = writeln!(table, "{:<36} {all:>14} {new:>14} {skipped:>14}", rule.rule);
    }
    let n_pairs: u64 = rules.iter().map(|rule| rule.n_pairs_new).sum();
    let per_record = n_pairs as f64 / n_records.max(1) as f64;
    let (n_pairs, n_records) = (grouped(n_pairs), grouped(n_records as u64));
    let _ = writeln!(table, "{n_pairs} pairs of {n_records} records, {per_record:.1} a record");
    terminal::give(&table);
    Ok(Exit::Done)
}
