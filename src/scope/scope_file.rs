//! Does a scope file say what is needed to read it, and nothing that contradicts itself?

use std::collections::BTreeSet;

use crate::terms::{Hash, Identifier, Incident, ScopeFile};

use super::Error;
use super::predicate;

/// Checks one scope file of an incident.
///
/// # Errors
/// The first gap or contradiction that is found, with the way to mend it.
pub(super) fn validate(incident: &Incident, scope_file: &ScopeFile) -> Result<(), Error> {
    let wrong = Wrong { incident: &incident.id, name: shown(scope_file) };
    named(&wrong, scope_file)?;
    asks_for(&wrong, scope_file)?;
    of_its_kind(&wrong, scope_file)?;
    sender(&wrong, incident, scope_file)?;
    classes(&wrong, scope_file)
}

/// Names a scope file for people, also one that has no name of its own.
fn shown(scope_file: &ScopeFile) -> &str {
    if scope_file.file.is_empty() { scope_file.shown_name() } else { &scope_file.file }
}

/// Says what is wrong with a scope file, and how to mend it.
struct Wrong<'a> {
    incident: &'a str,
    name: &'a str,
}

impl Wrong<'_> {
    fn with(&self, what: &str, hint: &str) -> Result<(), Error> {
        self.found(what, None, hint)
    }

    fn found(&self, what: &str, found: Option<String>, hint: &str) -> Result<(), Error> {
        Err(Error::Incident {
            incident: self.incident.to_owned(),
            what: format!("scope file `{}` {what}", self.name),
            found,
            hint: hint.to_owned(),
        })
    }
}

fn named(wrong: &Wrong<'_>, scope_file: &ScopeFile) -> Result<(), Error> {
    if scope_file.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return wrong.with("has a name that is empty", "name it, or leave the name out");
    }
    if scope_file.name.as_ref().is_some_and(|name| name.chars().any(char::is_control)) {
        return wrong.with("has a control character in its name", "use letters, digits and blanks");
    }
    Ok(())
}

/// Checks that there is a file, or a description, and not both.
fn asks_for(wrong: &Wrong<'_>, scope_file: &ScopeFile) -> Result<(), Error> {
    let has_file = !scope_file.file.trim().is_empty();
    if scope_file.identifier == Identifier::Where {
        if has_file {
            return wrong.with(
                "does not say what it lists",
                "identifier = \"email\" (or phone, record_id, email_sha256, hibp, sample …)",
            );
        }
        if scope_file.conditions.is_empty() {
            return wrong.with(
                "names nobody: it has neither a file nor conditions",
                "file = \"list.csv\" with identifier, or [scope.where] with conditions",
            );
        }
        return predicate::check(scope_file).or_else(|found| {
            wrong.with(&format!("asks what cannot be asked: {}", found.what), &found.hint)
        });
    }
    if !has_file {
        return wrong.with("has no path", "file = \"incidents/list.csv\"");
    }
    if !scope_file.conditions.is_empty() {
        return wrong.with(
            "has both a list and conditions",
            "make two of them: one with the file, one with `where`",
        );
    }
    if let Some((scheme, _)) = scope_file.file.split_once("://") {
        return wrong.found(
            "lies on the network",
            Some(format!("an address that begins with `{scheme}://`")),
            "fetch it yourself and name the file: nothing is read from the network",
        );
    }
    Ok(())
}

/// Checks what only one kind of file can have.
fn of_its_kind(wrong: &Wrong<'_>, scope_file: &ScopeFile) -> Result<(), Error> {
    let keyed = scope_file.identifier.hash() == Some(Hash::HmacSha256);
    match &scope_file.key_file {
        None if keyed => {
            return wrong.with(
                "was hashed with a key, and no key is given",
                "name the file that holds it: key_file = \"hmac.key\"",
            );
        }
        Some(_) if !keyed => {
            return wrong.with(
                "has a key, but is not hashed with one",
                "leave key_file out, or say so: identifier = \"email_hmac_sha256\"",
            );
        }
        _ => {}
    }
    let hibp = scope_file.identifier == Identifier::Hibp;
    if !hibp && (!scope_file.breaches.is_empty() || scope_file.domain.is_some()) {
        return wrong.with(
            "names breaches or a domain, but is no file of Have I Been Pwned",
            "leave `breaches` and `domain` out, or set identifier = \"hibp\"",
        );
    }
    if hibp && scope_file.column.is_some() {
        return wrong.with("has no columns", "leave `column` out");
    }
    let sample = scope_file.identifier == Identifier::Sample;
    let maps = scope_file.preset.is_some()
        || !scope_file.columns.is_empty()
        || !scope_file.constants.is_empty();
    if maps && !sample {
        return wrong.with(
            "maps columns, but is no sample",
            "name the one column that holds the identifiers: column = \"…\"",
        );
    }
    if sample && (scope_file.column.is_some() || scope_file.header.is_some()) {
        return wrong.with(
            "is a sample of several columns, which are named by its header",
            "leave `column` and `header` out; say what the columns are: columns.email = \"…\"",
        );
    }
    Ok(())
}

fn sender(wrong: &Wrong<'_>, incident: &Incident, scope_file: &ScopeFile) -> Result<(), Error> {
    match (&scope_file.vendor, scope_file.vendor_notified_at) {
        (Some(vendor), _) if vendor.trim().is_empty() => {
            wrong.with("was sent by a vendor without a name", "name the vendor, or leave it out")
        }
        (None, Some(_)) => wrong.with(
            "has `vendor_notified_at`, but no vendor",
            "name the third party (vendor = \"…\"), or leave out vendor_notified_at",
        ),
        (_, Some(at)) if incident.occurred_from.is_some_and(|from| at < from) => wrong.found(
            "was sent before the incident began",
            Some(format!("vendor_notified_at = {at}")),
            "check both instants and their offsets",
        ),
        _ => Ok(()),
    }
}

fn classes(wrong: &Wrong<'_>, scope_file: &ScopeFile) -> Result<(), Error> {
    let mut classes = BTreeSet::new();
    for class in &scope_file.data_classes {
        if class.trim().is_empty() || class.contains(';') {
            return wrong.found(
                "names a data class that is no code",
                Some(format!("`{class}`")),
                "the codes stand in the first column of data_classes.csv, one per string",
            );
        }
        if !classes.insert(class) {
            return wrong
                .with(&format!("names data class `{class}` twice"), "leave one of them out");
        }
    }
    // What Have I Been Pwned gives says itself what was exposed.
    if classes.is_empty() && scope_file.identifier != Identifier::Hibp {
        return wrong.with(
            "exposes no data class",
            "say what was exposed of those listed: data_classes = [\"email\", \"name\"]",
        );
    }
    Ok(())
}
