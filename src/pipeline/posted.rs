//! What came back of what was sent, and which codes are there to give?

use super::error::{ConfigError, Error};
use super::manifest::Input;
use super::run::Account;
use crate::ingest::InputFile;
use crate::notify::{Codes, Mail};

/// Reads the files of returned mail and of activation codes. What earlier runs told stands in
/// them: `waves` reads it.
///
/// # Errors
/// A file cannot be read or is not understood.
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
