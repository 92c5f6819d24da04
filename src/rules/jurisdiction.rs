//! Whose law applies to a person who lives there, and in which version?

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Error;
use super::data_class::DataClasses;
use super::law::{Law, Status};
use super::law_row::{self, CONDITIONS};
use super::table::RulesFile;
use crate::output::{Sha256Hex, sha256_of_text};

/// What stands for a residence that the data do not tell. Such people are never dropped.
pub const UNKNOWN: &str = "unknown";

/// The notification laws.
#[derive(Debug, Clone)]
pub struct Jurisdictions {
    file: String,
    laws: Vec<Law>,
    /// The codes that have a law of their own, for a sector or for all.
    codes: BTreeSet<String>,
    sha256: Sha256Hex,
}

/// The version of a law that a day falls under.
#[derive(Debug, Clone, Copy)]
pub struct InForce<'a> {
    /// The row; where the version of that day is missing from the file, the oldest there is.
    pub law: &'a Law,
    /// Whether the row is the version of that day.
    pub is_of_the_day: bool,
}

/// The laws that are compiled in.
const DEFAULT: &str = include_str!("../../pipelines/rules/jurisdictions.csv");

/// The member states of the European Union, whose residents the rows of code `EU` are for.
const EU: [&str; 27] = [
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV",
    "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
];

/// Parts of a country that have a code of their own in ISO 3166-1 and the law of another code.
const PARTS: [(&str, &str); 16] = [
    ("PR", "US-PR"),
    ("GU", "US-GU"),
    ("VI", "US-VI"),
    ("AS", "US-AS"),
    ("MP", "US-MP"),
    ("GP", "FR"),
    ("MQ", "FR"),
    ("GF", "FR"),
    ("RE", "FR"),
    ("YT", "FR"),
    ("MF", "FR"),
    ("AX", "FI"),
    ("SJ", "NO"),
    ("US-UM", "US"),
    ("FR-GP", "FR"),
    ("FR-RE", "FR"),
];

impl Jurisdictions {
    /// Gives the laws that are compiled in.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub fn built_in() -> Jurisdictions {
        match Jurisdictions::read("jurisdictions.csv", DEFAULT) {
            Ok(jurisdictions) => jurisdictions,
            Err(error) => panic!("the built-in laws: {error}"),
        }
    }

    /// Reads a file of laws; `file` names it in errors.
    ///
    /// # Errors
    /// A column is missing, a word or a number is not understood, or a version stands twice.
    pub fn read(file: &str, text: &str) -> Result<Jurisdictions, Error> {
        let laws = law_row::laws(file, &RulesFile::read(file, text)?)?;
        for (place, law) in laws.iter().enumerate() {
            let same = |other: &&Law| {
                law.is_version_of(other) && law.effective_from == other.effective_from
            };
            if laws[..place].iter().any(|other| same(&other)) {
                let (file, code) = (file.to_owned(), law.id());
                return Err(Error::Twice { file, code, line: law.line });
            }
        }
        let codes = laws.iter().map(|law| law.code.clone()).collect();
        Ok(Jurisdictions { file: file.to_owned(), laws, codes, sha256: sha256_of_text(text) })
    }

    /// Checks that every statute code of the laws is one that a data class has, or a condition.
    ///
    /// # Errors
    /// A code that nothing can ever meet: a law that would sleep through a breach.
    pub fn check(&self, classes: &DataClasses) -> Result<(), Error> {
        let known: BTreeSet<&str> = classes.statute_codes().chain(CONDITIONS).collect();
        for law in &self.laws {
            let monitored = law.monitoring.iter().flat_map(|(_, codes)| codes);
            let codes = law.triggers.iter().map(|trigger| &trigger.code).chain(monitored);
            for code in codes {
                if !known.contains(code.as_str()) {
                    return Err(Error::UnknownWord {
                        file: self.file.clone(),
                        line: law.line,
                        column: "trigger_classes",
                        found: code.clone(),
                        known: known.iter().map(|code| (*code).to_owned()).collect(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Gives the hash of the file, for the manifest.
    pub fn sha256(&self) -> Sha256Hex {
        self.sha256
    }

    /// Lists the laws in the order of the file, every version.
    pub fn all(&self) -> &[Law] {
        &self.laws
    }

    /// Gives the law that stands on a line of the file.
    pub fn on_line(&self, line: u64) -> Option<&Law> {
        self.laws.iter().find(|law| law.line == line)
    }

    /// Lists the sectors for which there are laws of their own, in alphabetical order.
    pub fn sectors(&self) -> BTreeSet<&str> {
        self.laws.iter().filter_map(|law| law.sector.as_deref()).collect()
    }

    /// Gives the code under which a residence is counted, most specific first: the region where
    /// it has a law of its own, else the country, with or without a law.
    pub fn of<'a>(&self, region: Option<&'a str>, country: Option<&'a str>) -> &'a str {
        match (region, country) {
            (Some(region), _) if self.codes.contains(region) => region,
            (_, Some(country)) => self.whole_of(country),
            (Some(region), None) => self.whole_of(region.split('-').next().unwrap_or(UNKNOWN)),
            (None, None) => UNKNOWN,
        }
    }

    /// Gives the code whose law holds in a part that has a code of its own: Puerto Rico is `PR`
    /// in an address and `US-PR` in the laws.
    fn whole_of<'a>(&self, country: &'a str) -> &'a str {
        match PARTS.iter().find(|(part, _)| *part == country) {
            Some((_, whole)) if !self.codes.contains(country) => whole,
            _ => country,
        }
    }

    /// Tells whether a jurisdiction has laws for its parts alone, so that the residence of
    /// someone of whom only the country is known is not known well enough.
    pub fn is_by_region(&self, code: &str) -> bool {
        let general = |law: &&Law| law.sector.is_none();
        let inside =
            |law: &Law| law.code.strip_prefix(code).is_some_and(|rest| rest.starts_with('-'));
        let mut laws = self.laws.iter().filter(general);
        !self.laws.iter().filter(general).any(|law| law.code == code) && laws.any(inside)
    }

    /// Lists the laws that a jurisdiction's residents fall under on a day: the general ones of
    /// that jurisdiction, and those for the sectors named, also of the country around it.
    pub fn for_residents<'a>(
        &'a self,
        code: &str,
        sectors: &[String],
        day: Date,
    ) -> Vec<InForce<'a>> {
        self.in_force(day, |law| match &law.sector {
            None => law.code == code,
            Some(sector) => sectors.contains(sector) && covers(&law.code, code),
        })
    }

    /// Lists the laws for the sectors named that bind the company on a day, wherever its
    /// customers live: they ask a notice to a regulator and name no number of residents.
    pub fn for_companies<'a>(&'a self, sectors: &[String], day: Date) -> Vec<InForce<'a>> {
        let laws =
            self.in_force(day, |law| law.sector.as_ref().is_some_and(|s| sectors.contains(s)));
        laws.into_iter().filter(|found| found.law.binds_the_company()).collect()
    }

    /// Finds of each law that is asked for the version of a day.
    fn in_force(&self, day: Date, is_asked: impl Fn(&Law) -> bool) -> Vec<InForce<'_>> {
        let mut found: Vec<InForce<'_>> = Vec::new();
        for law in self.laws.iter().filter(|law| is_asked(law)) {
            if found.iter().any(|known| known.law.is_version_of(law)) {
                continue;
            }
            let versions = self.laws.iter().filter(|other| other.is_version_of(law));
            let begun =
                versions.clone().filter(|law| law.effective_from.is_none_or(|from| from <= day));
            if let Some(law) = begun.max_by_key(|law| law.effective_from) {
                found.push(InForce { law, is_of_the_day: true });
            } else if let Some(law) = versions
                .min_by_key(|law| law.effective_from)
                .filter(|law| law.status != Status::EnactedNotInForce)
            {
                found.push(InForce { law, is_of_the_day: false });
            }
        }
        found
    }
}

impl Law {
    /// Tells whether it binds the company wherever its customers live: it asks for a notice to a
    /// regulator and counts no residents.
    pub fn binds_the_company(&self) -> bool {
        self.sector.is_some()
            && self.individual.is_none()
            && self.authority.as_ref().is_some_and(|authority| authority.n_residents_min.is_none())
    }
}

/// Tells whether the law of one code is also for the residents of another.
fn covers(law: &str, code: &str) -> bool {
    law == code
        || code.strip_prefix(law).is_some_and(|rest| rest.starts_with('-'))
        || (law == "EU" && EU.contains(&code.split('-').next().unwrap_or(code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_most_specific_law_wins_and_nobody_is_dropped() {
        let laws = Jurisdictions::built_in();
        assert_eq!(laws.of(Some("US-CA"), Some("US")), "US-CA");
        assert_eq!(laws.of(Some("DE-BE"), Some("DE")), "DE");
        assert_eq!(laws.of(Some("CA-ON"), Some("CA")), "CA");
        assert_eq!(laws.of(Some("US-CA"), None), "US-CA");
        assert_eq!(laws.of(Some("DE-BE"), None), "DE");
        assert_eq!(laws.of(None, Some("PR")), "US-PR");
        assert_eq!(laws.of(None, Some("RE")), "FR");
        assert_eq!(laws.of(None, None), UNKNOWN);
    }

    #[test]
    fn an_american_without_a_state_is_not_placed_well_enough() {
        let laws = Jurisdictions::built_in();
        assert!(laws.is_by_region("US"));
        assert!(!laws.is_by_region("CA"), "Canada has a law of its own besides its provinces'");
        assert!(!laws.is_by_region("DE"));
        assert!(!laws.is_by_region("UA"));
    }

    #[test]
    fn the_version_of_the_day_applies() {
        let laws = Jurisdictions::built_in();
        let of = |code: &str, on: &str| laws.for_residents(code, &[], day(on));
        let days = |code: &str, on: &str| {
            of(code, on)[0].law.individual.unwrap().period.map(|period| period.n)
        };
        assert_eq!(days("US-CA", "2026-01-01"), Some(30));
        assert_eq!(days("US-CA", "2025-12-31"), None, "the old law: without unreasonable delay");
        assert!(of("US-CA", "2025-12-31")[0].is_of_the_day);
        assert!(of("CL", "2026-11-30").is_empty());
        assert_eq!(of("CL", "2026-12-01").len(), 1);
        assert!(!of("MY", "2025-05-31")[0].is_of_the_day);
        let india: Vec<_> = of("IN", "2026-03-01").iter().map(|law| law.law.line).collect();
        assert_eq!(india.len(), 1, "the act is enacted, but not in force");
        assert_eq!(of("IN", "2027-05-14").len(), 2);
    }

    #[test]
    fn laws_for_a_sector_come_beside_the_general_ones_where_the_incident_names_it() {
        let laws = Jurisdictions::built_in();
        let of = |code: &str, sector: &str| -> Vec<String> {
            let found = laws.for_residents(code, &[sector.to_owned()], day("2026-03-01"));
            found.iter().map(|found| found.law.code.clone()).collect()
        };
        assert_eq!(of("US-CA", "health"), ["US-CA", "US"]);
        assert_eq!(of("FR", "telecom"), ["EU", "FR"]);
        assert_eq!(of("GB", "telecom"), ["GB"]);
        let companies = laws.for_companies(&["listed".to_owned()], day("2026-03-01"));
        assert_eq!(companies.len(), 1);
    }

    #[test]
    fn a_word_that_no_law_knows_stops_the_run_with_its_line_and_the_nearest() {
        use crate::fault::Fault;
        let check = |from: &str, to: &str| {
            let text = DEFAULT.replacen(from, to, 1);
            assert_ne!(text, DEFAULT);
            let read = Jurisdictions::read("own.csv", &text);
            let error = read.and_then(|laws| laws.check(&DataClasses::built_in())).unwrap_err();
            let parts = [Some(error.to_string()), error.at(), error.found(), error.hint()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" | ")
        };
        let said = check("in_force", "in_forse");
        assert!(said.contains("own.csv:2") && said.contains("did you mean `in_force`?"), "{said}");
        let said = check(",calendar_day,determination,", ",calender_day,determination,");
        assert!(said.contains("did you mean `calendar_day`?"), "{said}");
        let said = check("SSN;GOVID;FINACCT;TAXID", "SSN;GOVD;FINACCT;TAXID");
        assert!(said.contains("own.csv:2") && said.contains("did you mean `GOVID`?"), "{said}");
        let said = check(",45,calendar_day,determination", ",fourty,calendar_day,determination");
        assert!(said.contains("whole number"), "{said}");
        let said = check("2026-01-01", "1.1.2026");
        assert!(said.contains("effective_from"), "{said}");
    }
}
