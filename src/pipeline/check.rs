//! Would this pipeline file run?

use std::path::Path;

use super::config::Config;
use super::error::{ConfigError, Error};
use super::plan::{Flags, Plan};
use crate::ingest;

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
    sources(&plan, &mut checked);
    files(&plan, &mut checked);
    Ok(checked)
}

/// Opens each source by itself, so that one that is wrong does not hide another.
fn sources(plan: &Plan, checked: &mut Checked) {
    let Config { ingest: settings, .. } = &plan.config;
    for source in &settings.source {
        let alone = ingest::Settings { source: vec![source.clone()], ..settings.clone() };
        match ingest::open(&alone, &plan.root) {
            Ok(sources) => {
                let n_bytes: u64 = sources.files().iter().map(|file| file.n_bytes).sum();
                let n_files = sources.files().len();
                checked.found.push(format!(
                    "source \"{}\": {n_files} file(s), {n_bytes} bytes",
                    source.name
                ));
            }
            Err(error) => checked.faults.push(plan.placed(error.into())),
        }
    }
}

/// Looks whether the files that are read whole are there.
fn files(plan: &Plan, checked: &mut Checked) {
    let orders = plan.config.ingest.orders.iter().flat_map(|orders| orders.files.iter());
    let scope = plan.incidents.iter().flat_map(|incident| &incident.scope_files);
    let named = orders.filter(|file| !file.contains('*')).chain(scope.map(|scope| &scope.file));
    for file in named {
        let place = plan.root.join(file);
        if let Err(cause) = std::fs::File::open(&place) {
            checked.faults.push(ConfigError::NoInput { path: place, cause }.into());
        }
    }
    for incident in &plan.incidents {
        let n_files = incident.scope_files.len();
        checked.found.push(format!("incident {}: {n_files} scope file(s)", incident.id));
    }
}
