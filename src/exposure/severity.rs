//! How grave is it for the person?
//!
//! # Source
//! ENISA (2013), "Recommendations for a methodology of the assessment of severity of personal
//! data breaches": SE = DPC × EI + CB.

use std::borrow::Cow;

use crate::rules::{self, DataClasses};
use crate::terms::Incident;

use super::settings::Circumstances;

/// The bands, from the mildest.
pub(super) const BANDS: [&str; 4] = ["low", "medium", "high", "very_high"];

/// Gives the severity (SE) for a person of whom these classes were exposed in an incident.
pub(super) fn of(
    exposed: &str,
    incident: &Incident,
    classes: &DataClasses,
    circumstances: &Circumstances,
) -> Result<f64, rules::Error> {
    let codes: Vec<&str> = exposed.split(';').filter(|code| !code.is_empty()).collect();
    let at = || Cow::from(format!("incident `{}`, data_classes", incident.id));
    let mut context: f64 = 1.0;
    for code in &codes {
        context = context.max(f64::from(classes.expect(code, &at())?.kind as u8));
    }
    // SE = DPC × EI + CB
    Ok(context * ease_of_identification(&codes) + added_by(incident, circumstances))
}

/// Places a severity in its band: below 2, 3, 4, or above.
pub(super) fn band(severity: f64) -> usize {
    [2.0, 3.0, 4.0].iter().filter(|&&limit| severity >= limit).count()
}

/// Tells how easily the exposed classes lead to the person (EI): an official id, or a name with
/// anything else that points to the person, 1; a name, address or number that reaches the
/// person, .75; a number that only the holder of the files understands, .5; nothing of these, .25.
fn ease_of_identification(codes: &[&str]) -> f64 {
    let any = |of: &[&str]| codes.iter().any(|code| of.contains(code));
    let named = any(&["name"]);
    let reaching = any(&["email", "phone", "postal_address"]);
    let numbered = any(&["customer_id", "username", "employee_id", "student_id"]);
    let official = any(&[
        "ssn",
        "national_id",
        "tax_id",
        "drivers_licence",
        "passport",
        "military_id",
        "tribal_id",
        "id_document_image",
        "vital_record",
    ]);
    if official || (named && (reaching || numbered || any(&["dob", "photo", "biometric"]))) {
        1.0
    } else if named || reaching {
        0.75
    } else if numbered {
        0.5
    } else {
        0.25
    }
}

/// Adds up the circumstances of the breach (CB). Data that nobody can read were not seen.
fn added_by(incident: &Incident, circumstances: &Circumstances) -> f64 {
    let readable = !incident.encrypted || incident.key_taken;
    let confidentiality = match (readable, incident.exfiltration) {
        (false, _) => 0.0,
        (true, true) => circumstances.exfiltrated.get(),
        (true, false) => circumstances.seen.get(),
    };
    let when = |so: bool, adds: crate::terms::Probability| if so { adds.get() } else { 0.0 };
    confidentiality
        + when(incident.integrity_lost, circumstances.integrity_lost)
        + when(incident.availability_lost, circumstances.availability_lost)
        + when(incident.malicious, circumstances.malicious)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(classes: &str, incident: &str, expected: f64) {
        let text = format!(
            "id = \"leak\"\nkind = \"security_breach\"\ndiscovered_at = \"2026-03-02T00:00:00Z\"\n\
             {incident}"
        );
        let incident: Incident = toml::from_str(&text).unwrap();
        let severity =
            of(classes, &incident, &DataClasses::built_in(), &Circumstances::default()).unwrap();
        assert!((severity - expected).abs() < 1e-12, "{classes}: {severity}, not {expected}");
    }

    #[test]
    fn severity_is_context_times_ease_plus_circumstances() {
        let calm = "malicious = false\nexfiltration = false\nencrypted = true";
        check("email;name", calm, 1.0);
        check("email", calm, 0.75);
        check("purchase_history", calm, 2.0 * 0.25);
        check("customer_id;purchase_history", calm, 2.0 * 0.5);
        check("email;password_plain", calm, 3.0 * 0.75);
        check("ssn", calm, 3.0);
        check("health;name;phone", calm, 4.0);
        check("", calm, 0.25);
    }

    #[test]
    fn circumstances_add_up_and_what_nobody_can_read_was_not_seen() {
        check("email;name", "", 1.0 + 0.5 + 0.5);
        check("email;name", "exfiltration = false", 1.0 + 0.25 + 0.5);
        check("email;name", "encrypted = true", 1.0 + 0.5);
        check("email;name", "encrypted = true\nkey_taken = true", 1.0 + 0.5 + 0.5);
        let all = "integrity_lost = true\navailability_lost = true";
        check("health;name;phone", all, 4.0 + 0.5 + 0.25 + 0.25 + 0.5);
    }

    #[test]
    fn a_band_begins_at_its_limit() {
        let bands = [1.99, 2.0, 2.99, 3.0, 3.99, 4.0, 6.5].map(|severity| BANDS[band(severity)]);
        let expected = ["low", "medium", "medium", "high", "high", "very_high", "very_high"];
        assert_eq!(bands, expected);
    }

    #[test]
    fn an_unknown_class_is_told_with_its_incident() {
        let incident: Incident = toml::from_str(
            "id = \"leak\"\nkind = \"security_breach\"\ndiscovered_at = \"2026-03-02T00:00:00Z\"",
        )
        .unwrap();
        let error = of("emial", &incident, &DataClasses::built_in(), &Circumstances::default());
        assert_eq!(error.unwrap_err().to_string(), "data class `emial` is unknown");
    }
}
