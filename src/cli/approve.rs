//! `headcount approve`

use super::args::ApproveArguments;
use super::terminal;
use crate::fault::Exit;
use crate::pipeline::{Error, approve};

pub(super) fn approve(arguments: &ApproveArguments) -> Result<Exit, Error> {
    let approval = match &arguments.by {
        Some(by) => approve::approve(&arguments.run, by)?,
        None => approve::verify(&arguments.run)?,
    };
    terminal::give(&format!(
        "run {} is approved by {} at {}: {} files, each as prepared\n",
        approval.run_id,
        approval.approved_by,
        approval.approved_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        approval.outputs.len()
    ));
    Ok(Exit::Done)
}
