//! `headcount check`

use super::args::CheckArguments;
use super::terminal;
use crate::fault::{Exit, Shown};
use crate::pipeline::{self, Error, Flags};

pub(super) fn check(arguments: &CheckArguments) -> Result<Exit, Error> {
    let checked = pipeline::check::check(&arguments.pipeline, &Flags::from(&arguments.settings))?;
    for line in &checked.found {
        terminal::say(line);
    }
    for fault in &checked.faults {
        terminal::say(&Shown(&fault.shown()));
    }
    // The gravest fault decides, and a wrong file before an unreadable input.
    Ok(checked.faults.iter().map(Error::exit).min().unwrap_or(Exit::Done))
}
