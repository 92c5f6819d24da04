//! On which days are offices open?

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::Error;
use super::table::RulesFile;
use crate::output::{Sha256Hex, sha256_of_text};

/// Holidays by jurisdiction. Days on which a law of a region asks for business days are those of
/// the country and of the region.
#[derive(Debug, Clone)]
pub struct Holidays {
    days: BTreeSet<(String, Date)>,
    sha256: Sha256Hex,
}

/// The holidays that are compiled in: the federal ones of the United States, and Brazil's.
const DEFAULT: &str = include_str!("../../pipelines/rules/holidays.csv");

/// Where the week ends on Friday and Saturday.
const FRIDAY_AND_SATURDAY: [&str; 8] = ["BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "SA"];

impl Holidays {
    /// Gives the holidays that are compiled in.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub fn built_in() -> Holidays {
        match Holidays::read("holidays.csv", DEFAULT) {
            Ok(holidays) => holidays,
            Err(error) => panic!("the built-in holidays: {error}"),
        }
    }

    /// Reads a file of holidays, `code,date,name`; `file` names it in errors.
    ///
    /// # Errors
    /// A column is missing, a date is none, or a day stands twice.
    pub fn read(file: &str, text: &str) -> Result<Holidays, Error> {
        let rows = RulesFile::read(file, text)?;
        let (code, date) = (rows.column("code")?, rows.column("date")?);
        let mut days = BTreeSet::new();
        for (line, row) in rows.rows() {
            let day: Date = row[date].parse().map_err(|_| Error::NotA {
                file: file.to_owned(),
                line,
                column: "date",
                what: "day (2026-01-31)",
                found: row[date].to_owned(),
            })?;
            if !days.insert((row[code].to_owned(), day)) {
                let code = format!("{} {day}", &row[code]);
                return Err(Error::Twice { file: file.to_owned(), code, line });
            }
        }
        Ok(Holidays { days, sha256: sha256_of_text(text) })
    }

    /// Gives the hash of the file, for the manifest.
    pub fn sha256(&self) -> Sha256Hex {
        self.sha256
    }

    /// Tells whether offices are open.
    pub fn is_business_day(&self, code: &str, day: Date) -> bool {
        let country = code.split('-').next().unwrap_or(code);
        let rest = if FRIDAY_AND_SATURDAY.contains(&country) {
            [Weekday::Friday, Weekday::Saturday]
        } else {
            [Weekday::Saturday, Weekday::Sunday]
        };
        let holiday = |code: &str| self.days.contains(&(code.to_owned(), day));
        !rest.contains(&day.weekday()) && !holiday(country) && !holiday(code)
    }

    /// Gives the `n`-th business day after a day, which is not counted itself.
    pub fn business_days_after(&self, code: &str, from: Date, n: u32) -> Date {
        let mut day = from;
        let mut left = n;
        // No calendar closes every office for good, but a file could say so.
        for _ in 0..n.saturating_mul(40).saturating_add(400) {
            if left == 0 {
                break;
            }
            day = day.saturating_add(1.day());
            left -= u32::from(self.is_business_day(code, day));
        }
        day
    }

    /// Tells whether the file has holidays of a jurisdiction between two days of the calendar:
    /// where it has none, only weekends are left out, and a deadline comes rather too early.
    pub fn knows(&self, code: &str, from: Date, to: Date) -> bool {
        let country = code.split('-').next().unwrap_or(code);
        let known = |code: &str, year: i16| {
            self.days.iter().any(|(of, day)| of == code && day.year() == year)
        };
        (from.year()..=to.year()).all(|year| known(code, year) || known(country, year))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn weekends_and_holidays_are_left_out() {
        let holidays = Holidays::built_in();
        let after =
            |code: &str, from: &str, n: u32| holidays.business_days_after(code, day(from), n);
        // The 19th of January 2026, a Monday, is Martin Luther King's.
        assert_eq!(after("US", "2026-01-15", 2), day("2026-01-20"));
        assert_eq!(after("US-VT", "2026-01-15", 2), day("2026-01-20"));
        // From a Saturday on, Monday is the first.
        assert_eq!(after("US", "2026-03-07", 4), day("2026-03-12"));
        // In Cairo Sunday is a working day, Friday is not.
        assert_eq!(after("EG", "2026-03-05", 1), day("2026-03-08"));
    }

    #[test]
    fn independence_day_on_a_saturday_closes_the_friday_before() {
        let holidays = Holidays::built_in();
        assert!(!holidays.is_business_day("US", day("2026-07-03")));
        assert!(holidays.is_business_day("DE", day("2026-07-03")));
    }

    #[test]
    fn it_is_known_where_holidays_are_not() {
        let holidays = Holidays::built_in();
        assert!(holidays.knows("US-IA", day("2026-12-30"), day("2027-01-05")));
        assert!(!holidays.knows("CR", day("2026-03-01"), day("2026-03-09")));
        assert!(!holidays.knows("US", day("2090-01-01"), day("2090-01-05")));
    }

    #[test]
    fn a_day_that_is_none_is_told_with_its_line() {
        use crate::fault::Fault;
        let error = Holidays::read("own.csv", "code,date,name\nUS,2026-02-30,x\n").unwrap_err();
        assert_eq!(error.at().as_deref(), Some("own.csv:2"));
    }
}
