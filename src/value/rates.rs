//! What was a unit of another currency worth in the run's, on the day of an order?
//!
//! A file of rates has one of two forms. The first is ours:
//!
//! ```text
//! currency,date,rate
//! USD,2026-01-02,0.87
//! ```
//!
//! where `rate` is what one unit is worth in the run's currency from that day on; without a
//! column `date` it holds for every day. The other is that of the European Central Bank's
//! reference rates as they are published (`eurofxref-hist.csv`): a column `Date`, then one for
//! each currency with what one euro is worth in it, `N/A` where there was no rate.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Error;
use super::orders::{date_of_day, day_of_date};
use crate::terms::Currency;

/// The rates of a file, by currency.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rates {
    /// From which day on, and what one unit is worth in the run's currency; days ascend.
    by_currency: BTreeMap<Currency, Vec<(i32, f64)>>,
}

/// The rate of a file without days holds from the first of all days on.
const EVER: i32 = i32::MIN;

impl Rates {
    /// Reads the text of a file of rates, into what orders are counted in.
    ///
    /// # Errors
    /// It has neither form, or a cell is no currency, no day or no rate.
    pub fn read(file: &str, text: &str, into: Currency) -> Result<Rates, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text.as_bytes());
        let wrong = |line, column: &str, found: &str, expected| Error::Rates {
            file: file.to_owned(),
            line,
            column: column.to_owned(),
            found: found.to_owned(),
            expected,
        };
        let header = reader.headers().cloned().unwrap_or_default();
        let form = Form::of(&header, into).ok_or_else(|| {
            wrong(1, "header", &header.iter().collect::<Vec<_>>().join(","), "`currency,date,rate`")
        })?;
        let mut rates = Rates::default();
        for row in reader.records() {
            let row = row.map_err(|error| {
                let line = error.position().map_or(1, csv::Position::line);
                wrong(line, "row", "", "text of that many cells")
            })?;
            let line = row.position().map_or(1, csv::Position::line);
            form.take(&row, &mut rates).map_err(|Cell { column, found, expected }| {
                wrong(line, &column, &found, expected)
            })?;
        }
        for days in rates.by_currency.values_mut() {
            days.sort_by_key(|&(day, _)| day);
            if let Some(twice) = days.windows(2).find(|two| two[0].0 == two[1].0) {
                let day = twice[0].0;
                let day = if day == EVER { String::new() } else { date_of_day(day).to_string() };
                return Err(wrong(1, "date", &day, "each day of a currency once"));
            }
        }
        Ok(rates)
    }

    /// The rates of a currency, from the first day on; empty where the file has none.
    pub(super) fn of(&self, currency: &str) -> &[(i32, f64)] {
        let known = self.by_currency.iter().find(|(known, _)| known.code() == currency);
        known.map_or(&[], |(_, days)| days)
    }
}

/// The rate that holds on a day: the latest that is not after it.
pub(super) fn on(days: &[(i32, f64)], day: i32) -> Option<f64> {
    let n_before = days.partition_point(|&(from, _)| from <= day);
    Some(days.get(n_before.checked_sub(1)?)?.1)
}

/// A cell that cannot be used.
struct Cell {
    column: String,
    found: String,
    expected: &'static str,
}

/// Where the parts of a rate stand.
enum Form {
    /// A row is a rate.
    Ours { currency: usize, date: Option<usize>, rate: usize },
    /// A row is a day of the European Central Bank; each column with its currency.
    Reference { into: Currency, columns: Vec<(usize, Currency)> },
}

impl Form {
    fn of(header: &csv::StringRecord, into: Currency) -> Option<Form> {
        let place = |name: &str| header.iter().position(|cell| cell.eq_ignore_ascii_case(name));
        if let (Some(currency), Some(rate)) = (place("currency"), place("rate")) {
            return Some(Form::Ours { currency, date: place("date"), rate });
        }
        let columns: Vec<(usize, Currency)> = header
            .iter()
            .enumerate()
            .filter_map(|(place, cell)| Some((place, Currency::try_from(cell.to_owned()).ok()?)))
            .collect();
        let is_reference = place("date") == Some(0) && !columns.is_empty();
        is_reference.then_some(Form::Reference { into, columns })
    }

    fn take(&self, row: &csv::StringRecord, rates: &mut Rates) -> Result<(), Cell> {
        let cell = |place: usize| row.get(place).unwrap_or_default();
        match self {
            Form::Ours { currency, date, rate } => {
                let code = cell(*currency);
                let known = Currency::try_from(code.to_ascii_uppercase())
                    .map_err(|_| wrong("currency", code, "three letters of ISO 4217"))?;
                let day = date.map_or(Ok(EVER), |place| day(cell(place)))?;
                let rate = positive("rate", cell(*rate))?;
                rates.by_currency.entry(known).or_default().push((day, rate));
            }
            Form::Reference { into, columns } => {
                let day = day(cell(0))?;
                let mut per_euro = vec![(Currency::EUR, 1.0)];
                for &(place, currency) in columns {
                    if !matches!(cell(place), "" | "N/A") {
                        per_euro.push((currency, positive(currency.code(), cell(place))?));
                    }
                }
                // A day without the run's own currency says nothing.
                let ours = per_euro.iter().find(|(currency, _)| currency == into);
                let Some(&(_, ours)) = ours else { return Ok(()) };
                for (currency, theirs) in per_euro.into_iter().filter(|(one, _)| one != into) {
                    rates.by_currency.entry(currency).or_default().push((day, ours / theirs));
                }
            }
        }
        Ok(())
    }
}

fn wrong(column: &str, found: &str, expected: &'static str) -> Cell {
    Cell { column: column.to_owned(), found: found.to_owned(), expected }
}

fn day(text: &str) -> Result<i32, Cell> {
    let date: Result<Date, _> = text.parse();
    date.map(day_of_date).map_err(|_| wrong("date", text, "a day as 2026-01-31"))
}

fn positive(column: &str, text: &str) -> Result<f64, Cell> {
    let rate: Option<f64> = text.parse().ok();
    rate.filter(|rate| *rate > 0.0 && rate.is_finite())
        .ok_or_else(|| wrong(column, text, "a number above 0, with a point"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::try_from(code.to_owned()).unwrap()
    }

    fn read(text: &str, into: &str) -> Result<Rates, Error> {
        Rates::read("rates.csv", text, currency(into))
    }

    fn rate(rates: &Rates, code: &str, date: &str) -> Option<f64> {
        on(rates.of(code), day_of_date(date.parse().unwrap()))
    }

    #[test]
    fn a_rate_holds_from_its_day_until_the_next() {
        let text = "currency,date,rate\nUSD,2026-02-01,0.9\nusd,2026-01-01,0.8\n";
        let rates = read(text, "EUR").unwrap();
        assert_eq!(rate(&rates, "USD", "2025-12-31"), None);
        assert_eq!(rate(&rates, "USD", "2026-01-01"), Some(0.8));
        assert_eq!(rate(&rates, "USD", "2026-01-31"), Some(0.8));
        assert_eq!(rate(&rates, "USD", "2026-03-01"), Some(0.9));
        assert_eq!(rate(&rates, "GBP", "2026-03-01"), None);
    }

    #[test]
    fn a_rate_without_days_holds_always() {
        let rates = read("rate,currency\n1.17,GBP\n", "EUR").unwrap();
        assert_eq!(rate(&rates, "GBP", "1990-01-01"), Some(1.17));
    }

    #[test]
    fn the_reference_rates_of_the_central_bank_are_turned_around_and_crossed() {
        let text = "Date,USD,JPY,CYP,\n2026-01-05,1.25,160,N/A,\n2026-01-02,1.20,150,N/A,\n";
        let euro = read(text, "EUR").unwrap();
        assert_eq!(rate(&euro, "USD", "2026-01-05"), Some(0.8));
        // The weekend goes by the Friday.
        assert_eq!(rate(&euro, "USD", "2026-01-04"), Some(1.0 / 1.2));
        assert_eq!(rate(&euro, "CYP", "2026-01-05"), None);
        let dollar = read(text, "USD").unwrap();
        assert_eq!(rate(&dollar, "EUR", "2026-01-05"), Some(1.25));
        assert_eq!(rate(&dollar, "JPY", "2026-01-05"), Some(1.25 / 160.0));
    }

    #[test]
    fn a_file_that_cannot_be_used_says_where() {
        let message = |text: &str| {
            let error = read(text, "EUR").unwrap_err();
            crate::fault::Shown(&error).to_string()
        };
        assert!(message("a,b\n1,2\n").contains("expected `currency,date,rate`"));
        let bad = message("currency,rate\nUSD,0.9\nGBP,0\n");
        assert!(bad.contains("rates.csv:3, column rate") && bad.contains("found: 0"), "{bad}");
        assert!(message("currency,date,rate\nUSD,1/2/26,0.9\n").contains("a day as 2026-01-31"));
        assert!(
            message("currency,rate\nUSD,0.9\nUSD,0.8\n").contains("each day of a currency once")
        );
        assert!(message("currency,rate\nUSD,NaN\n").contains("a number above 0"));
    }
}
