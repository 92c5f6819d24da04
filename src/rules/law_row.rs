//! How is a row of `jurisdictions.csv` understood?

use csv::StringRecord;
use jiff::civil::Date;

use super::Error;
use super::law::{
    Authority, Bureau, Clock, Law, Leave, NameRequired, Period, Status, Term, Trigger, Unit,
};
use super::substitute::{Step, Substitute};
use super::table::RulesFile;

/// Statute codes that no data class has: conditions, and unions of others. `duty` says when
/// each holds.
pub const CONDITIONS: [&str; 16] = [
    "ANY",
    "SENSITIVE",
    "MINOR",
    "ELDERLY",
    "PHI",
    "PHR",
    "CUSTOMER_INFO",
    "UNIQUE_ID",
    "PRESCRIBED",
    "ID_FRAUD_ENABLING",
    "MALICIOUS_ACT",
    "EXTERNAL_HACK",
    "SECRECY",
    "LARGE_SCALE",
    "COUNT",
    "NAME",
];

/// Words of `breach_trigger` that want data to be acquired, by themselves or besides access.
const ACQUISITION: [&str; 3] = ["acquisition", "access_and_acquisition", "unlawful_acquisition"];

/// Reads every law of a file.
pub(super) fn laws(file: &str, rows: &RulesFile) -> Result<Vec<Law>, Error> {
    rows.rows().map(|(line, row)| Row { file, line, cells: row, rows }.law()).collect()
}

/// A row with what an error says of its place.
struct Row<'a> {
    file: &'a str,
    line: u64,
    cells: &'a StringRecord,
    rows: &'a RulesFile,
}

impl Row<'_> {
    /// Gives a cell of a column that must be there.
    fn cell(&self, column: &'static str) -> Result<&str, Error> {
        Ok(self.cells.get(self.rows.column(column)?).unwrap_or_default())
    }

    /// Gives a cell of a column that a file of one's own may lack.
    fn optional(&self, column: &str) -> &str {
        let place = self.rows.optional_column(column);
        place.and_then(|place| self.cells.get(place)).unwrap_or_default()
    }

    fn unknown(&self, column: &'static str, found: &str, known: &[&str]) -> Error {
        Error::UnknownWord {
            file: self.file.to_owned(),
            line: self.line,
            column,
            found: found.to_owned(),
            known: known.iter().map(|word| (*word).to_owned()).collect(),
        }
    }

    fn not_a(&self, what: &'static str, column: &'static str, found: &str) -> Error {
        let (file, line) = (self.file.to_owned(), self.line);
        Error::NotA { file, line, column, what, found: found.to_owned() }
    }

    /// Reads a word of a closed list.
    fn word<T>(
        &self,
        column: &'static str,
        of: fn(&str) -> Option<T>,
        known: &[&str],
    ) -> Result<T, Error> {
        let cell = self.cell(column)?;
        of(cell).ok_or_else(|| self.unknown(column, cell, known))
    }

    /// Reads a word of a closed list, where there is one.
    fn word_if_any<T>(
        &self,
        column: &'static str,
        of: fn(&str) -> Option<T>,
        known: &[&str],
    ) -> Result<Option<T>, Error> {
        match self.cell(column)? {
            "" => Ok(None),
            _ => self.word(column, of, known).map(Some),
        }
    }

    fn whole<T: std::str::FromStr>(&self, column: &'static str) -> Result<Option<T>, Error> {
        match self.cell(column)? {
            "" => Ok(None),
            cell => match cell.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(self.not_a("whole number", column, cell)),
            },
        }
    }

    fn law(&self) -> Result<Law, Error> {
        let own = |column| self.cell(column).map(str::to_owned);
        let code = own("code")?;
        if code.is_empty() {
            return Err(self.not_a("code of a jurisdiction", "code", &code));
        }
        let name_required =
            self.word_if_any("name_required", NameRequired::of, NameRequired::WORDS)?;
        let law = Law {
            line: self.line,
            code,
            name: own("name")?,
            sector: self.sector()?,
            status: self.word("status", Status::of, Status::WORDS)?,
            effective_from: self.day("effective_from")?,
            law: own("law")?,
            citation: own("citation")?,
            individual: self.individual()?,
            authority: self.authority()?,
            bureau: self.bureau()?,
            monitoring: self.monitoring()?,
            triggers: self.triggers()?,
            name_required: name_required.unwrap_or(NameRequired::No),
            harm_exemption: self.leave("risk_of_harm_exemption")?,
            encryption_harbour: self.leave("encryption_safe_harbor")?,
            // The marker of GDPR and of those who copied it word by word.
            individual_if_high_risk: self.optional("breach_trigger")
                == "loss_alteration_disclosure_access",
            substitute: self.substitute()?,
            asks_for_acquisition: ACQUISITION.contains(&self.optional("breach_trigger")),
            note: self.optional("note").to_owned(),
            source: self.optional("source").to_owned(),
            as_of: self.optional("as_of").to_owned(),
        };
        if law.status == Status::EnactedNotInForce && law.effective_from.is_none() {
            return Err(self.not_a("day from which it holds", "effective_from", ""));
        }
        Ok(law)
    }

    fn sector(&self) -> Result<Option<String>, Error> {
        match self.cell("scope")? {
            "general" => Ok(None),
            cell => match cell.strip_prefix("sector:") {
                Some(sector) if !sector.is_empty() => Ok(Some(sector.to_owned())),
                _ => Err(self.unknown("scope", cell, &["general", "sector:health"])),
            },
        }
    }

    fn day(&self, column: &'static str) -> Result<Option<Date>, Error> {
        match self.cell(column)? {
            "" => Ok(None),
            cell => match cell.parse() {
                Ok(day) => Ok(Some(day)),
                Err(_) => Err(self.not_a("day (2026-01-31)", column, cell)),
            },
        }
    }

    fn leave(&self, column: &'static str) -> Result<Leave, Error> {
        Ok(self.word_if_any(column, Leave::of, Leave::WORDS)?.unwrap_or(Leave::No))
    }

    /// Reads a period from a column with its number and one with its unit: both or neither.
    fn period(&self, n: &'static str, unit: &'static str) -> Result<Option<Period>, Error> {
        let (number, unit_of) = (self.whole(n)?, self.word_if_any(unit, Unit::of, Unit::WORDS)?);
        match (number, unit_of) {
            (Some(n), Some(unit)) => Ok(Some(Period { n, unit })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(self.not_a("number of units", n, "")),
            (Some(_), None) => Err(self.not_a("unit of time", unit, "")),
        }
    }

    fn individual(&self) -> Result<Option<Term>, Error> {
        let period = self.period("individual_deadline_days", "individual_deadline_unit")?;
        let clock = self.word_if_any("individual_clock_start", Clock::of, Clock::WORDS)?;
        if period.is_some() && clock.is_none() {
            return Err(self.not_a(
                "moment that the clock starts at",
                "individual_clock_start",
                "",
            ));
        }
        Ok(clock.map(|_| Term { clock, period }))
    }

    /// A general law without a threshold asks no regulator; a law for a sector needs none.
    fn authority(&self) -> Result<Option<Authority>, Error> {
        let period = self.period("authority_deadline_value", "authority_deadline_unit")?;
        let clock = self.word_if_any("authority_clock_start", Clock::of, Clock::WORDS)?;
        if period.is_some() && clock.is_none() {
            return Err(self.not_a("moment that the clock starts at", "authority_clock_start", ""));
        }
        let n_residents_min = self.whole("authority_threshold_residents")?;
        let name = self.cell("authority")?.to_owned();
        let of_sector = self.sector()?.is_some() && period.is_some();
        if name.is_empty() || (n_residents_min.is_none() && !of_sector) {
            return Ok(None);
        }
        let others = self.optional("authority_other_recipients").to_owned();
        let n_days_after_year = self.n_days_after_year()?;
        let term = Term { clock, period };
        Ok(Some(Authority { name, others, term, n_residents_min, n_days_after_year }))
    }

    /// `60d after the year` is what a regulator is told of fewer residents than the threshold, with
    /// all such incidents of a year.
    fn n_days_after_year(&self) -> Result<Option<u32>, Error> {
        const COLUMN: &str = "authority_below_threshold";
        let cell = self.optional(COLUMN);
        if cell.is_empty() {
            return Ok(None);
        }
        let n_days = cell.strip_suffix("d after the year").and_then(|n_days| n_days.parse().ok());
        let wrong = || self.not_a("term (`60d after the year`)", COLUMN, cell);
        n_days.map(Some).ok_or_else(wrong)
    }

    /// `45d` is days of the calendar, `48h` hours.
    fn bureau(&self) -> Result<Option<Bureau>, Error> {
        const COLUMN: &str = "credit_bureau_deadline";
        let cell = self.optional(COLUMN);
        let period = match cell.split_at_checked(cell.len().saturating_sub(1)) {
            _ if cell.is_empty() => None,
            Some((n, unit)) => {
                let unit = match unit {
                    "h" => Unit::Hour,
                    "d" => Unit::CalendarDay,
                    _ => return Err(self.not_a("period (`45d`, `48h`)", COLUMN, cell)),
                };
                let n = n.parse().map_err(|_| self.not_a("period (`45d`, `48h`)", COLUMN, cell))?;
                Some(Period { n, unit })
            }
            None => return Err(self.not_a("period (`45d`, `48h`)", COLUMN, cell)),
        };
        let n_residents_min = self.whole("credit_bureau_threshold")?;
        Ok(n_residents_min.map(|n_residents_min| Bureau { n_residents_min, period }))
    }

    fn monitoring(&self) -> Result<Option<(u32, Vec<String>)>, Error> {
        let months = self.whole("credit_monitoring_months_required")?;
        let codes = self.optional("credit_monitoring_trigger_classes");
        let codes = codes.split(';').map(str::trim).filter(|code| !code.is_empty());
        Ok(months.map(|months| (months, codes.map(str::to_owned).collect())))
    }

    /// A file of one's own may have limits and not say what is asked for, or nothing of either.
    fn substitute(&self) -> Result<Option<Substitute>, Error> {
        const ASKS: &str = "substitute_notice_asks";
        let whole = |column: &'static str| match self.optional(column) {
            "" => Ok(None),
            cell => match cell.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(self.not_a("whole number", column, cell)),
            },
        };
        let (asks, n_steps) = Step::all_of(self.optional(ASKS))
            .map_err(|part| self.unknown(ASKS, part, &Step::words()))?;
        let substitute = Substitute {
            cost_limit: whole("substitute_notice_cost")?,
            n_people_limit: whole("substitute_notice_count")?,
            n_unreached_min: whole("substitute_notice_contact_min")?,
            asks,
            n_steps,
            confidence: self.optional("substitute_notice_confidence").to_owned(),
        };
        let limits = [substitute.cost_limit, substitute.n_people_limit, substitute.n_unreached_min];
        let says_nothing = limits.iter().all(Option::is_none) && substitute.asks.is_empty();
        Ok((!says_nothing).then_some(substitute))
    }

    fn triggers(&self) -> Result<Vec<Trigger>, Error> {
        let cell = self.cell("trigger_classes")?;
        let parts = cell.split(';').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| self.trigger(part)).collect()
    }

    fn trigger(&self, part: &str) -> Result<Trigger, Error> {
        const COLUMN: &str = "trigger_classes";
        let number = |text: &str| {
            text.parse().map_err(|_| self.not_a("number behind `@` or `>`", COLUMN, part))
        };
        let (rest, n_residents_min) = match part.split_once('@') {
            Some((rest, n)) => (rest, Some(number(n)?)),
            None => (part, None),
        };
        let (rest, more_than) = match rest.split_once('>') {
            Some((rest, n)) => (rest, Some(number(n)?)),
            None => (rest, None),
        };
        let (code, without_name) = match rest.strip_suffix('!') {
            Some(code) => (code, true),
            None => (rest, false),
        };
        Ok(Trigger { code: code.to_owned(), without_name, n_residents_min, more_than })
    }
}
