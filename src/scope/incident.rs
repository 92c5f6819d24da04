//! Does the account of an incident agree with itself?

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::terms::Incident;

use super::{Error, scope_file};

/// Checks that the facts of an incident can be true together.
///
/// # Errors
/// The first contradiction or gap that is found, with the way to mend it.
pub fn validate(incident: &Incident) -> Result<(), Error> {
    named(incident)?;
    in_order(incident)?;
    vendor(incident)?;
    encryption(incident)?;
    assessment(incident)?;
    scope_files(incident)
}

/// Says what is wrong with an incident, and how to mend it.
struct Wrong<'a>(&'a Incident);

impl Wrong<'_> {
    fn with(&self, what: impl Into<String>, hint: &'static str) -> Result<(), Error> {
        self.found(what, None, hint)
    }

    fn found(
        &self,
        what: impl Into<String>,
        found: Option<String>,
        hint: &'static str,
    ) -> Result<(), Error> {
        let incident = self.0.id.clone();
        Err(Error::Incident { incident, what: what.into(), found, hint: hint.to_owned() })
    }
}

fn named(incident: &Incident) -> Result<(), Error> {
    // Ids of several incidents of one person are joined by these in the outputs.
    if incident.id.trim().is_empty() {
        return Wrong(incident).with("it has no id", "give it one: id = \"2026-03-mail\"");
    }
    if incident.id.contains([';', '+']) || incident.id.chars().any(char::is_control) {
        return Wrong(incident).with(
            "its id holds `;`, `+` or a control character",
            "use letters, digits, `-` and `_`: the outputs join ids by `;` and `+`",
        );
    }
    if incident.sectors.iter().any(|sector| sector.trim().is_empty()) {
        return Wrong(incident).with("a sector is empty", "name the sector, or leave it out");
    }
    Ok(())
}

fn in_order(incident: &Incident) -> Result<(), Error> {
    let discovered = Some(incident.discovered_at);
    let hold = incident.law_enforcement_hold;
    let pairs: [(&str, Option<Timestamp>, &str, Option<Timestamp>); 14] = [
        ("occurred_from", incident.occurred_from, "occurred_to", incident.occurred_to),
        ("occurred_from", incident.occurred_from, "suspected_at", incident.suspected_at),
        ("occurred_from", incident.occurred_from, "discovered_at", discovered),
        ("occurred_from", incident.occurred_from, "contained_at", incident.contained_at),
        (
            "occurred_from",
            incident.occurred_from,
            "vendor_notified_at",
            incident.vendor_notified_at,
        ),
        ("suspected_at", incident.suspected_at, "discovered_at", discovered),
        ("discovered_at", discovered, "confirmed_at", incident.confirmed_at),
        ("discovered_at", discovered, "determination_at", incident.determination_at),
        ("confirmed_at", incident.confirmed_at, "determination_at", incident.determination_at),
        ("suspected_at", incident.suspected_at, "contained_at", incident.contained_at),
        ("discovered_at", discovered, "law_enforcement_hold", hold),
        (
            "discovered_at",
            discovered,
            "materiality_determined_at",
            incident.materiality_determined_at,
        ),
        ("discovered_at", discovered, "individuals_notified_at", incident.individuals_notified_at),
        ("discovered_at", discovered, "authority_notified_at", incident.authority_notified_at),
    ];
    for (earlier, first, later, second) in pairs {
        let (Some(first), Some(second)) = (first, second) else { continue };
        if second < first {
            return Wrong(incident).found(
                format!("`{later}` is before `{earlier}`"),
                Some(format!("{earlier} = {first}, {later} = {second}")),
                "check both instants and their offsets; leave out the one that is not known",
            );
        }
    }
    Ok(())
}

fn vendor(incident: &Incident) -> Result<(), Error> {
    match (&incident.vendor, incident.vendor_notified_at) {
        (Some(vendor), _) if vendor.trim().is_empty() => {
            Wrong(incident).with("the vendor has no name", "name the vendor, or leave it out")
        }
        (None, Some(_)) => Wrong(incident).with(
            "`vendor_notified_at` is set, but no vendor",
            "name the third party (vendor = \"…\"), or leave out vendor_notified_at",
        ),
        _ => Ok(()),
    }
}

fn encryption(incident: &Incident) -> Result<(), Error> {
    if incident.key_taken && !incident.encrypted {
        return Wrong(incident).with(
            "the key was taken, but the data were not encrypted",
            "set encrypted = true if they were, or key_taken = false",
        );
    }
    Ok(())
}

fn assessment(incident: &Incident) -> Result<(), Error> {
    let Some(assessment) = &incident.harm_assessment else { return Ok(()) };
    if assessment.by.trim().is_empty() {
        return Wrong(incident).with(
            "nobody signed the assessment of harm",
            "an exemption is a person's decision: harm_assessment.by names that person",
        );
    }
    if assessment.at < incident.discovered_at {
        return Wrong(incident).found(
            "harm was assessed before the incident was discovered",
            Some(format!("at = {}, discovered_at = {}", assessment.at, incident.discovered_at)),
            "check both instants and their offsets",
        );
    }
    Ok(())
}

fn scope_files(incident: &Incident) -> Result<(), Error> {
    if incident.scope_files.is_empty() {
        return Wrong(incident).with(
            "it has no scope file, so it could touch nobody",
            "add [[scope]] with file, identifier and data_classes",
        );
    }
    let mut names = BTreeSet::new();
    for scope_file in &incident.scope_files {
        scope_file::validate(incident, scope_file)?;
        let name = scope_file.shown_name();
        if !names.insert(name) {
            return Wrong(incident).with(
                format!("two scope files are called `{name}`"),
                "give each a name of its own (name = \"…\"): unmatched rows are told by it",
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{Exit, Fault};

    fn incident(id: &str, rest: &str) -> Incident {
        let text = format!(
            "id = \"{id}\"\nkind = \"security_breach\"\n\
             discovered_at = \"2026-03-02T00:00:00Z\"\n{rest}"
        );
        toml::from_str(&text).unwrap()
    }

    /// Checks that an incident is refused for what `part` of the message says, with a hint.
    fn refused(rest: &str, part: &str) {
        let scope =
            "[[scope]]\nfile = \"list.csv\"\nidentifier = \"email\"\ndata_classes = [\"email\"]";
        let rest =
            if rest.contains("[[scope]]") { rest.to_owned() } else { format!("{rest}\n{scope}") };
        let error = validate(&incident("leak", &rest)).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert_eq!(error.exit(), Exit::Usage);
        assert!(error.hint().is_some_and(|hint| hint.len() > 10), "{error}");
    }

    #[test]
    fn an_incident_that_contradicts_itself_is_refused() {
        refused(
            "occurred_from = \"2026-02-02T00:00:00Z\"\noccurred_to = \"2026-02-01T00:00:00Z\"",
            "`occurred_to` is before `occurred_from`",
        );
        refused(
            "occurred_from = \"2026-03-03T00:00:00Z\"",
            "`discovered_at` is before `occurred_from`",
        );
        refused(
            "suspected_at = \"2026-03-03T00:00:00Z\"",
            "`discovered_at` is before `suspected_at`",
        );
        refused("confirmed_at = \"2026-03-01T00:00:00Z\"", "`confirmed_at` is before");
        refused("determination_at = \"2026-03-01T00:00:00Z\"", "`determination_at` is before");
        refused(
            "confirmed_at = \"2026-03-05T00:00:00Z\"\ndetermination_at = \"2026-03-04T00:00:00Z\"",
            "`determination_at` is before `confirmed_at`",
        );
        refused(
            "occurred_from = \"2026-02-02T00:00:00Z\"\ncontained_at = \"2026-02-01T00:00:00Z\"",
            "`contained_at` is before",
        );
        refused(
            "law_enforcement_hold = \"2026-03-01T00:00:00Z\"",
            "`law_enforcement_hold` is before",
        );
        for told in
            ["materiality_determined_at", "individuals_notified_at", "authority_notified_at"]
        {
            let rest = format!("{told} = \"2026-03-01T00:00:00Z\"");
            refused(&rest, &format!("`{told}` is before `discovered_at`"));
        }
        refused("vendor_notified_at = \"2026-03-01T00:00:00Z\"", "but no vendor");
        refused("vendor = \" \"", "the vendor has no name");
        refused("key_taken = true", "not encrypted");
        refused("sectors = [\"\"]", "a sector is empty");
        refused(
            "harm_assessment = { by = \"\", at = \"2026-03-03T00:00:00Z\", result = \"unlikely\" }",
            "nobody signed",
        );
        refused(
            "harm_assessment = { by = \"J. Roe\", at = \"2026-03-01T00:00:00Z\", result = \"unlikely\" }",
            "before the incident was discovered",
        );
    }

    #[test]
    fn a_scope_file_that_says_too_little_is_refused() {
        let file = |name: &str, classes: &str| {
            format!(
                "[[scope]]\nname = \"{name}\"\nfile = \"list.csv\"\nidentifier = \"email\"\n\
             data_classes = [{classes}]\n"
            )
        };
        refused(&file("list", ""), "exposes no data class");
        refused(&file("list", "\"email\", \"email\""), "names data class `email` twice");
        refused(&file("list", "\"email;name\""), "that is no code");
        refused(&file(" ", "\"email\""), "is empty");
        let twice = file("list", "\"email\"").repeat(2);
        refused(&twice, "two scope files are called `list`");
        let in_folder = |folder: &str| {
            format!(
                "[[scope]]\nfile = \"{folder}/list.csv\"\nidentifier = \"email\"\n\
             data_classes = [\"email\"]\n"
            )
        };
        refused(&(in_folder("a") + &in_folder("b")), "two scope files are called `list.csv`");
        let error = validate(&incident("leak", "")).unwrap_err();
        assert!(error.to_string().contains("no scope file"));
        for id in ["", "a;b", "a+b"] {
            let scope = file("list", "\"email\"");
            assert!(validate(&incident(id, &scope)).is_err(), "{id}");
        }
    }

    #[test]
    fn a_scope_file_that_mixes_kinds_is_refused_with_the_way_out() {
        let of = |rest: &str| format!("[[scope]]\ndata_classes = [\"email\"]\n{rest}");
        let list = |rest: &str| of(&format!("file = \"list.csv\"\n{rest}"));
        refused(&list(""), "does not say what it lists");
        refused(&of(""), "neither a file nor conditions");
        refused(&of("identifier = \"email\""), "has no path");
        refused(&list("identifier = \"email\"\n[scope.where]\ndeleted = true"), "both a list");
        refused(
            &of("identifier = \"email\"\nfile = \"https://x.example/list.csv\""),
            "lies on the network",
        );
        refused(&list("identifier = \"email_hmac_sha256\""), "no key is given");
        refused(&list("identifier = \"email_md5\"\nkey_file = \"k\""), "not hashed with one");
        refused(&list("identifier = \"email\"\nbreaches = [\"Adobe\"]"), "names breaches");
        refused(&list("identifier = \"email\"\ncolumns.email = \"mail\""), "maps columns");
        refused(
            &list("identifier = \"email\"\nvendor_notified_at = \"2026-03-01T00:00:00Z\""),
            "but no vendor",
        );
        let asks = |condition: &str| of(&format!("[scope.where]\n{condition}"));
        refused(&asks("segmnet = \"A\""), "no column of the contacts");
        refused(&asks("created_before = \"yesterday\""), "no day and no instant");
        refused(&asks("created_at = \"2026-03-01\""), "asked for by a limit");
        refused(&asks("deleted = \"yes\""), "is true or false");
        refused(&asks("segment = true"), "compared with a text");
        validate(&incident("leak", &asks("segment = \"A\"\ncreated_after = \"2026-01-01\"")))
            .unwrap();
    }

    #[test]
    fn a_complete_incident_is_accepted() {
        let text = "occurred_from = \"2026-02-01T00:00:00Z\"\noccurred_to = \"2026-03-01T00:00:00Z\"\n\
                suspected_at = \"2026-03-01T00:00:00Z\"\nconfirmed_at = \"2026-03-03T00:00:00Z\"\n\
                determination_at = \"2026-03-04T00:00:00Z\"\nvendor = \"Mailer Ltd\"\n\
                vendor_notified_at = \"2026-03-02T00:00:00Z\"\nencrypted = true\nkey_taken = true\n\
                [[scope]]\nfile = \"list.csv\"\nidentifier = \"email\"\ndata_classes = [\"email\"]";
        validate(&incident("leak", text)).unwrap();
    }
}
