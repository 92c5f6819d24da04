//! `headcount explain`

use super::args::ExplainArguments;
use super::terminal;
use crate::fault::Exit;
use crate::pipeline::{ConfigError, Error};
use crate::terms::Rule;

pub(super) fn explain(arguments: &ExplainArguments) -> Result<Exit, Error> {
    let Some(id) = &arguments.rule else {
        for rule in Rule::ALL {
            let summary = rule.doc().lines().next().unwrap_or_default().trim();
            terminal::give(&format!("{:<26} {:<8} {summary}\n", rule.id(), rule.severity()));
        }
        return Ok(Exit::Done);
    };
    let rule = Rule::named(id).ok_or_else(|| ConfigError::UnknownRule { typed: id.clone() })?;
    let doc: Vec<_> = rule.doc().lines().map(str::trim).collect();
    let head = format!("{} ({}, {})", rule.id(), rule.severity(), rule.dimension());
    terminal::give(&format!("{head}\n\n{}\n", doc.join("\n")));
    Ok(Exit::Done)
}
