//! Which words of the law does an exposure meet?

use std::collections::BTreeSet;

use crate::rules::{DataClasses, Law, NameRequired, Trigger};
use crate::terms::{Incident, IncidentKind};

/// A person's age, as far as laws ask.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Age {
    /// Under 18 at the discovery.
    pub(super) is_minor: bool,
    /// 60 or older at the discovery (Brazil, Lei 10.741/2003).
    pub(super) is_elderly: bool,
}

/// The statute codes that a person's exposure meets.
#[derive(Debug, Clone)]
pub(super) struct Codes {
    met: BTreeSet<String>,
    is_named: bool,
    /// Whether a special category (GDPR, art. 9 and 10) is among the classes.
    pub(super) is_special: bool,
}

/// Codes that are met where one of others is.
///
/// # Source
/// `UNIQUE_ID`: Korea, PIPA Enforcement Decree art. 19 (resident, passport, licence and alien
/// numbers). `PRESCRIBED`: Singapore, Personal Data Protection (Notification of Data Breaches)
/// Regulations 2021, reg. 3 and schedule. `ID_FRAUD_ENABLING`: Philippines, NPC Circular 16-03,
/// section 11. `PHI`, `PHR`: 45 CFR 160.103, 16 CFR 318.2, what tells of health.
const UNIONS: [(&str, &[&str]); 5] = [
    ("UNIQUE_ID", &["SSN", "PASSPORT", "GOVID"]),
    (
        "PRESCRIBED",
        &["FINACCT", "FINACCT_NOCODE", "FINCODE", "MEDICAL", "HEALTHINS", "CREDS", "PKEY"],
    ),
    (
        "ID_FRAUD_ENABLING",
        &[
            "SSN",
            "TAXID",
            "GOVID",
            "PASSPORT",
            "MILID",
            "FINACCT",
            "FINACCT_NOCODE",
            "FINCODE",
            "CREDS",
            "PKEY",
            "BIOMETRIC",
            "TAXINFO",
        ],
    ),
    ("PHI", &["MEDICAL", "HEALTHINS", "GENETIC"]),
    ("PHR", &["MEDICAL", "HEALTHINS", "GENETIC"]),
];

impl Codes {
    /// Gathers the codes of exposed classes (parted by `;`), of the incident and of the person.
    pub(super) fn of(exposed: &str, age: Age, incident: &Incident, classes: &DataClasses) -> Codes {
        let known: Vec<_> = exposed.split(';').filter_map(|code| classes.get(code)).collect();
        let mut codes: BTreeSet<String> =
            known.iter().filter_map(|class| class.statute_code.clone()).collect();
        codes.extend(incident.statute_codes.iter().cloned());
        for (union, of) in UNIONS {
            if of.iter().any(|code| codes.contains(*code)) {
                codes.insert(union.to_owned());
            }
        }
        let is_special = known.iter().any(|class| class.is_special);
        let breached = incident.malicious && incident.kind == IncidentKind::SecurityBreach;
        let conditions = [
            ("ANY", true),
            ("CUSTOMER_INFO", true),
            ("SENSITIVE", is_special),
            ("MINOR", age.is_minor),
            ("ELDERLY", age.is_elderly),
            ("MALICIOUS_ACT", incident.malicious),
            ("EXTERNAL_HACK", breached && !is_from_within(incident)),
        ];
        codes.extend(conditions.iter().filter(|(_, met)| *met).map(|(code, _)| (*code).to_owned()));
        let is_named = known.iter().any(|class| class.code == "name") || codes.contains("NAME");
        Codes { met: codes, is_named, is_special }
    }

    /// Tells whether one of these codes is met.
    pub(super) fn has_any(&self, codes: &[String]) -> bool {
        codes.iter().any(|code| self.met.contains(code))
    }

    /// Lists the triggers of a law that are met, where so many of its residents are affected. A
    /// law that names none is set off by the incident itself.
    pub(super) fn met<'a>(&self, law: &'a Law, n_residents: u64) -> Vec<&'a Trigger> {
        law.triggers.iter().filter(|trigger| self.meets(law, trigger, n_residents)).collect()
    }

    fn meets(&self, law: &Law, trigger: &Trigger, n_residents: u64) -> bool {
        if let Some(n) = trigger.more_than {
            return n_residents > n;
        }
        let needs_name = law.name_required == NameRequired::Yes && !trigger.without_name;
        self.met.contains(&trigger.code) && (self.is_named || !needs_name)
    }
}

/// Tells whether the word for what was done says that no outsider did it.
fn is_from_within(incident: &Incident) -> bool {
    let word = incident.attack_type.as_deref().unwrap_or_default().to_lowercase();
    ["insider", "misdirect", "loss", "lost", "error", "misuse"]
        .iter()
        .any(|within| word.contains(within))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Jurisdictions;

    fn incident(rest: &str) -> Incident {
        let head = "id = \"leak\"\nkind = \"security_breach\"\n\
                    discovered_at = \"2026-03-02T00:00:00Z\"\n";
        toml::from_str(&format!("{head}{rest}")).unwrap()
    }

    /// Gives the triggers that an exposure meets in a jurisdiction.
    fn check(code: &str, exposed: &str) -> String {
        let laws = Jurisdictions::built_in();
        let law = laws.for_residents(code, &[], "2026-03-02".parse().unwrap())[0].law;
        let codes = Codes::of(exposed, Age::default(), &incident(""), &DataClasses::built_in());
        let met: Vec<_> = codes.met(law, 10).iter().map(|trigger| trigger.code.as_str()).collect();
        met.join(";")
    }

    #[test]
    fn name_and_birth_date_set_off_north_dakota_and_washington_and_nobody_else() {
        for code in ["US-ND", "US-WA"] {
            assert_eq!(check(code, "name;dob"), "DOB", "{code}");
            assert_eq!(check(code, "dob;email"), "", "{code}: no name, no duty");
        }
        assert_eq!(check("US-CA", "name;dob"), "");
        assert_eq!(check("DE", "dob"), "ANY");
    }

    #[test]
    fn e_mail_and_password_need_no_name_where_the_law_says_so() {
        for code in ["US-CA", "US-FL", "US-WA", "US-IL", "US-NY"] {
            assert_eq!(check(code, "email;password_plain"), "CREDS", "{code}");
        }
        assert_eq!(check("US-AL", "email;password_plain"), "", "Alabama wants the name too");
        assert_eq!(check("US-AL", "email;name;password_plain"), "CREDS");
        assert_eq!(check("US-OH", "email;name;password_plain"), "", "Ohio knows no passwords");
    }

    #[test]
    fn an_e_mail_address_alone_sets_off_no_american_law_and_every_european_one() {
        let laws = Jurisdictions::built_in();
        for law in laws.all().iter().filter(|law| law.sector.is_none()) {
            let met = check_row(law, "email");
            let expected = match law.code.as_str() {
                code if code.starts_with("US-") => false,
                _ => law
                    .triggers
                    .iter()
                    .any(|trigger| ["ANY", "MALICIOUS_ACT"].contains(&trigger.code.as_str())),
            };
            assert_eq!(met, expected, "{}", law.id());
        }
    }

    fn check_row(law: &Law, exposed: &str) -> bool {
        let codes = Codes::of(exposed, Age::default(), &incident(""), &DataClasses::built_in());
        !codes.met(law, 10).is_empty()
    }

    #[test]
    fn what_no_class_tells_is_told_by_the_incident() {
        let laws = Jurisdictions::built_in();
        let brazil = laws.all().iter().find(|law| law.code == "BR").unwrap();
        let met = |rest: &str, age: Age| {
            let codes = Codes::of("email", age, &incident(rest), &DataClasses::built_in());
            codes.met(brazil, 10).len()
        };
        assert_eq!(met("", Age::default()), 0);
        assert_eq!(met("statute_codes = [\"LARGE_SCALE\"]", Age::default()), 1);
        assert_eq!(met("", Age { is_minor: true, is_elderly: false }), 1);
        assert_eq!(met("", Age { is_minor: false, is_elderly: true }), 1);
    }

    #[test]
    fn japan_counts_and_asks_whether_it_was_on_purpose() {
        let laws = Jurisdictions::built_in();
        let japan = laws.all().iter().find(|law| law.code == "JP").unwrap();
        let met = |rest: &str, n_residents: u64| {
            let codes =
                Codes::of("email", Age::default(), &incident(rest), &DataClasses::built_in());
            !codes.met(japan, n_residents).is_empty()
        };
        assert!(met("", 1), "a malicious act at any number");
        assert!(!met("malicious = false", 1000));
        assert!(met("malicious = false", 1001));
    }
}
