//! `headcount diff`

use std::collections::BTreeMap;
use std::fmt::Write;

use super::args::DiffArguments;
use super::terminal;
use crate::fault::Exit;
use crate::pipeline::Error;
use crate::pipeline::diff::{self, Changed, Faults};
use crate::terms::grouped;

pub(super) fn diff(arguments: &DiffArguments) -> Result<Exit, Error> {
    let changed = diff::diff(&arguments.before, &arguments.after, arguments.out.as_deref())?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&changed).unwrap_or_default();
        terminal::give(&format!("{json}\n"));
    } else {
        terminal::give(&table(&changed));
    }
    Ok(Exit::Done)
}

fn table(changed: &Changed) -> String {
    let Changed { before, after, records, customers, .. } = changed;
    let mut text = format!("from {before}\nto   {after}\n\n");
    let rows = [
        (
            "records",
            vec![
                (records.n_new, "new"),
                (records.n_gone, "gone"),
                (records.n_changed, "changed"),
                (records.n_same, "the same"),
                (records.n_repaired, "repaired"),
                (records.n_broken, "broken"),
            ],
        ),
        (
            "customers",
            vec![
                (customers.n_new, "new"),
                (customers.n_gone, "gone"),
                (customers.n_merged, "merged"),
                (customers.n_split, "split"),
            ],
        ),
    ];
    for (what, counts) in rows {
        let counts: Vec<_> =
            counts.into_iter().map(|(n, word)| format!("{} {word}", grouped(n))).collect();
        let _ = writeln!(text, "{what:<10} {}", counts.join(", "));
    }
    faults(&mut text, "field", &changed.fields);
    faults(&mut text, "rule", &changed.rules);
    text
}

fn faults(text: &mut String, what: &str, faults: &BTreeMap<String, Faults>) {
    if faults.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{what:<28} repaired     broken");
    for (name, faults) in faults {
        let (repaired, broken) = (grouped(faults.n_repaired), grouped(faults.n_broken));
        let _ = writeln!(text, "{name:<26} {repaired:>10} {broken:>10}");
    }
}
