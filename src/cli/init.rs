//! `headcount init`

use super::args::InitArguments;
use super::terminal;
use crate::fault::Exit;
use crate::pipeline::{self, Error};

pub(super) fn init(arguments: &InitArguments) -> Result<Exit, Error> {
    let begun = pipeline::init::init(&arguments.files, arguments.out.as_deref())?;
    match &arguments.out {
        Some(out) => {
            pipeline::init::leave(out, &begun.text)?;
            terminal::say(&format!("{} written; next: headcount check {0}", out.display()));
        }
        None => terminal::give(&begun.text),
    }
    for line in &begun.unsure {
        terminal::say(&format!("unsure: {line}"));
    }
    Ok(Exit::Done)
}
