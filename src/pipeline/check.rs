//! Would this pipeline file run?

use std::path::Path;

use super::error::Error;
use super::plan::{Flags, Plan};
use crate::ingest;
use crate::terms::Incident;

/// What a check came to.
#[derive(Debug, Default)]
pub struct Checked {
    /// What was found to be right, a line each.
    pub found: Vec<String>,
    /// What is wrong, all of it.
    pub faults: Vec<Error>,
}

/// Checks a pipeline file, the headers of its sources, its rules and incidents, without reading
/// rows.
///
/// # Errors
/// The file itself is not understood; what is wrong beyond it stands in `Checked::faults`.
pub fn check(path: &Path, flags: &Flags) -> Result<Checked, Error> {
    let plan = Plan::load(path, flags)?;
    let mut checked = Checked::default();
    checked.found.push(format!(
        "{}: pipeline {}, run {} to {}",
        path.display(),
        plan.config.pipeline.word(),
        plan.run_id(),
        plan.folder().display()
    ));
    // The lists of a drill are invented when it runs.
    for part in parts(&plan) {
        match ingest::check(&part.settings, part.incidents, &plan.root) {
            Ok(files) => {
                let n_bytes: u64 = files.iter().map(|file| file.n_bytes).sum();
                let n_files = files.len();
                checked.found.push(format!("{}: {n_files} file(s), {n_bytes} bytes", part.name));
            }
            Err(error) => checked.faults.push(plan.placed(error.into())),
        }
    }
    Ok(checked)
}

/// What is looked at by itself, so that one fault does not hide another.
struct Part<'a> {
    name: String,
    settings: ingest::Settings,
    incidents: &'a [Incident],
}

/// Gives each source, each log of orders and each incident of a plan.
fn parts(plan: &Plan) -> Vec<Part<'_>> {
    let all = &plan.config.ingest;
    let none = ingest::Settings { source: Vec::new(), orders: Vec::new(), ..all.clone() };
    let sources = all.source.iter().map(|source| Part {
        name: format!("source \"{}\"", source.name),
        settings: ingest::Settings { source: vec![source.clone()], ..none.clone() },
        incidents: &[],
    });
    let orders = all.orders.iter().map(|orders| Part {
        name: format!("orders \"{}\"", orders.name),
        settings: ingest::Settings { orders: vec![orders.clone()], ..none.clone() },
        incidents: &[],
    });
    let files = if plan.is_drill() { &[][..] } else { &plan.incidents };
    let incidents = files.iter().map(|incident| Part {
        name: format!("incident {}", incident.id),
        settings: none.clone(),
        incidents: std::slice::from_ref(incident),
    });
    sources.chain(orders).chain(incidents).collect()
}
