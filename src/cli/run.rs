//! `headcount run`

use super::args::{RunArguments, SettingsArguments};
use super::terminal;
use crate::fault::Exit;
use crate::pipeline::{self, Error, Flags, Plan};
use crate::progress::Progress;

impl From<&SettingsArguments> for Flags {
    fn from(arguments: &SettingsArguments) -> Flags {
        Flags { set: arguments.set.clone(), out: arguments.out.clone() }
    }
}

pub(super) fn run(arguments: &RunArguments) -> Result<Exit, Error> {
    if let Some(threads) = arguments.threads {
        // It fails only where a pool is there already, and none is before the first command.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global();
    }
    let plan = Plan::load(&arguments.pipeline, &Flags::from(&arguments.settings))?;
    let progress = if arguments.quiet { Progress::silent() } else { Progress::on_terminal() };
    let outcome = pipeline::run(&plan, &progress)?;
    if arguments.json {
        terminal::give(&format!("{:#}\n", outcome.json));
    }
    if !arguments.quiet {
        terminal::say(&outcome.summary.trim_end());
        terminal::say(&format!("\n{}", outcome.directory.display()));
    }
    for tripped in &outcome.tripped {
        terminal::say(&format!("gate: {tripped}"));
    }
    Ok(if outcome.tripped.is_empty() { Exit::Done } else { Exit::Gate })
}
