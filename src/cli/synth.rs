//! `headcount synth`

use super::args::SynthArguments;
use super::terminal;
use crate::fault::Exit;
use crate::output::Folder;
use crate::pipeline::Error;
use crate::progress::Progress;
use crate::synth::{self, Settings, Summary};
use crate::terms::grouped;

/// Pipeline files that read what was invented, so that a run can follow at once.
const NIGHTLY: &str = include_str!("../../pipelines/nightly_contact_quality.toml");
const SCOPING: &str = include_str!("../../pipelines/breach_scoping.toml");

pub(super) fn synth(arguments: &SynthArguments) -> Result<Exit, Error> {
    let settings =
        Settings { n_contacts: arguments.contacts, seed: arguments.seed, ..Settings::default() };
    let mut folder = Folder::begin(&arguments.out)?;
    let summary = synth::exports(&settings, &mut folder, &Progress::on_terminal())?.product;
    folder.text("nightly.toml", &beside(NIGHTLY))?;
    folder.text("scoping.toml", &beside(SCOPING))?;
    let place = folder.finish()?;
    terminal::say(&told(&summary));
    terminal::say(&format!("\n{}", place.display()));
    Ok(Exit::Done)
}

/// Turns a pipeline over the sample data into one over the folder that it lies in.
fn beside(pipeline: &str) -> String {
    pipeline.replace("root = \"..\" ", "root = \".\"  ").replace("sample_data/", "")
}

fn told(summary: &Summary) -> String {
    let records = grouped(summary.n_records() as u64);
    let [people, broken, orders, affected] =
        [summary.n_people, summary.n_broken, summary.n_orders, summary.n_affected]
            .map(|count| grouped(count as u64));
    format!(
        "{records} contact rows of {people} people, {broken} of them broken on purpose; \
         {orders} orders; {affected} people affected"
    )
}
