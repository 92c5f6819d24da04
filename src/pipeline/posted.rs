//! What was sent before, and what came of it?

use std::path::Path;

use super::error::{ConfigError, Error};
use super::finished::Finished;
use super::manifest::Input;
use super::run::Account;
use crate::ingest::InputFile;
use crate::notify::{Codes, Mail};
use crate::output::sha256_of_file;
use crate::tables::column as c;
use crate::tables::layout::Decision;

/// Reads the files of returned mail and of activation codes, and the runs whose lists were sent.
///
/// # Errors
/// A file cannot be read or is not understood, or a list that was sent is no longer what its
/// manifest says.
pub(super) fn before(account: &mut Account<'_>) -> Result<(Mail, Codes), Error> {
    let settings = &account.plan.config.notify;
    let (mut mail, mut codes) = (Mail::default(), Codes::default());
    for file in &settings.returned {
        mail.came_back(file, &read(account, "returned mail", file)?)?;
    }
    if let Some(file) = &settings.offer.codes {
        codes.pool(file, &read(account, "activation codes", file)?)?;
    }
    for file in &settings.offer.given {
        codes.were_given(file, &read(account, "activation codes", file)?)?;
    }
    for dir in &settings.sent {
        let run = Finished::open(&account.plan.root.join(dir))?;
        unchanged(&run)?;
        let decisions = run.table::<Decision>()?;
        let rows = decisions.text(c::NOTICE_ID).iter().zip(decisions.text(c::OUTCOME).iter());
        for (notice, outcome) in rows {
            if let (Some(notice), Some("notified")) = (notice, outcome) {
                mail.was_sent(notice);
            }
        }
    }
    Ok((mail, codes))
}

/// Reads a file whole and notes it among the inputs.
fn read(account: &mut Account<'_>, source: &str, file: &str) -> Result<String, Error> {
    let place = account.plan.root.join(file);
    let named = InputFile::at(source, file, place.clone(), 0);
    let hashed = Input::hashed(&[named])?;
    let text = std::fs::read_to_string(&place)
        .map_err(|cause| ConfigError::Unreadable { path: place.clone(), cause })?;
    account.inputs.extend(hashed.into_iter().map(|input| (input, place.clone())));
    Ok(text)
}

/// Checks that the lists of a run are still what its manifest says.
fn unchanged(run: &Finished) -> Result<(), Error> {
    let outputs = run.manifest()["outputs"].as_array();
    for output in outputs.into_iter().flatten() {
        let Some(path) = output["path"].as_str().filter(|path| path.starts_with("notify/")) else {
            continue;
        };
        let place = run.dir().join(Path::new(path));
        let (hash, _) = sha256_of_file(&place)
            .map_err(|cause| ConfigError::NoInput { path: place.clone(), cause })?;
        if output["sha256"].as_str() != Some(hash.to_string().as_str()) {
            return Err(ConfigError::InputChanged { path: place.display().to_string() }.into());
        }
    }
    Ok(())
}
