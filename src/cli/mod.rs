//! The door: what the user typed, carried out.

mod approve;
mod args;
mod block_count;
mod check;
mod compare;
mod diff;
mod evaluate;
mod explain;
mod init;
mod profile;
mod review;
mod run;
mod synth;
mod terminal;
mod train;
mod value;

use std::ffi::OsString;
use std::panic;

use clap::{CommandFactory, Parser};

use crate::fault::{Exit, Shown};
use crate::pipeline::Error;
use args::{Arguments, Command};

/// Carries out a command line and tells how it ended.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    panic::set_hook(Box::new(terminal::say_bug));
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return terminal::say_clap(&error),
    };
    // A broken invariant panics with its numbers; the run directory is cleared on the way out.
    let ended = panic::catch_unwind(|| carried_out(arguments.command));
    match ended {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => {
            terminal::say(&Shown(&error.shown()));
            error.exit()
        }
        Err(_) => Exit::Bug,
    }
}

fn carried_out(command: Command) -> Result<Exit, Error> {
    match command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Diff(arguments) => diff::diff(&arguments),
        Command::Profile(arguments) => profile::profile(&arguments),
        Command::Init(arguments) => init::init(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments),
        Command::Review(arguments) => review::run(&arguments),
        Command::BlockCount(arguments) => block_count::block_count(&arguments),
        Command::Train(arguments) => train::train(&arguments),
        Command::Evaluate(arguments) => evaluate::evaluate(&arguments),
        Command::Approve(arguments) => approve::approve(&arguments),
        Command::Value(arguments) => value::value(&arguments),
        Command::Compare(arguments) => compare::compare(&arguments),
        Command::Synth(arguments) => synth::synth(&arguments),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "headcount", &mut script);
            terminal::give(&String::from_utf8_lossy(&script));
            Ok(Exit::Done)
        }
    }
}
