//! How is a table written for people and mail systems?

use std::io::{self, Write};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use polars::prelude::{AnyValue, Column, DataFrame, Int32Chunked, Series, StringChunked};
use serde::{Deserialize, Serialize};

/// The dialect of a CSV file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// RFC 4180, exact: what goes in comes out.
    #[default]
    Machine,
    /// As `Machine`, but a cell that a spreadsheet would run as a formula is preceded by an
    /// apostrophe.
    ///
    /// # Source
    /// OWASP, "CSV Injection".
    Spreadsheet,
}

/// Writes a frame as CSV: header first, CRLF, an absent value as an empty cell.
pub(super) fn write(frame: &DataFrame, dialect: Dialect, out: impl Write) -> io::Result<()> {
    write_piece(frame, true, dialect, out)
}

/// Writes a piece of a file; the first has the header.
pub(super) fn write_piece(
    frame: &DataFrame,
    has_header: bool,
    dialect: Dialect,
    out: impl Write,
) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    if has_header {
        writer.write_record(frame.columns().iter().map(|column| column.name().as_str()))?;
    }
    let mut columns: Vec<Cells<'_>> = frame.columns().iter().map(Cells::of).collect();
    for row in 0..frame.height() {
        for column in &mut columns {
            writer.write_field(guarded(column.cell(row), dialect).as_ref())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

/// A column as it is written: what it holds is asked once, and not for each cell.
enum Cells<'a> {
    Texts(&'a StringChunked),
    /// Days, with the one written last, since many rows share one.
    Days(&'a Int32Chunked, Option<i32>, String),
    Others(&'a Series, String),
}

impl<'a> Cells<'a> {
    fn of(column: &'a Column) -> Cells<'a> {
        let series = column.as_materialized_series();
        match (series.str(), series.date()) {
            (Ok(texts), _) => Cells::Texts(texts),
            (_, Ok(days)) => Cells::Days(days.physical(), None, String::new()),
            _ => Cells::Others(series, String::new()),
        }
    }

    /// Gives a cell; an absent value is empty.
    fn cell(&mut self, row: usize) -> &str {
        match self {
            Cells::Texts(texts) => texts.get(row).unwrap_or_default(),
            Cells::Days(days, last, cell) => {
                let day = days.get(row);
                if *last != day {
                    cell.clear();
                    write_value(cell, &day.map_or(AnyValue::Null, AnyValue::Date));
                    *last = day;
                }
                cell
            }
            Cells::Others(series, cell) => {
                cell.clear();
                write_value(cell, &series.get(row).unwrap_or(AnyValue::Null));
                cell
            }
        }
    }
}

/// Writes a value in its standard form: RFC 3339 for days and instants, `true` and `false`.
pub(super) fn write_value(cell: &mut String, value: &AnyValue<'_>) {
    use std::fmt::Write as _;
    let written = match value {
        AnyValue::Null => Ok(()),
        AnyValue::String(text) => {
            cell.push_str(text);
            Ok(())
        }
        AnyValue::Date(days) => write!(cell, "{}", calendar_day(*days)),
        AnyValue::Datetime(milliseconds, ..) | AnyValue::DatetimeOwned(milliseconds, ..) => {
            match Timestamp::from_millisecond(*milliseconds) {
                Ok(instant) => write!(cell, "{instant}"),
                Err(_) => Ok(()),
            }
        }
        AnyValue::StringOwned(text) => {
            cell.push_str(text);
            Ok(())
        }
        other => write!(cell, "{other}"),
    };
    // Writing to a string cannot fail.
    debug_assert!(written.is_ok());
}

/// Gives the day that lies so many days after 1970-01-01.
fn calendar_day(days: i32) -> Date {
    Date::constant(1970, 1, 1).saturating_add(i64::from(days).days())
}

fn guarded(cell: &str, dialect: Dialect) -> std::borrow::Cow<'_, str> {
    const STARTS: [char; 10] =
        ['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    match dialect {
        Dialect::Spreadsheet if cell.starts_with(STARTS) => format!("'{cell}").into(),
        _ => cell.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::df;

    fn check(value: &str, dialect: Dialect) -> String {
        let frame = df!("name" => [value]).unwrap();
        let mut out = Vec::new();
        write(&frame, dialect, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_machine_file_says_exactly_what_the_table_says() {
        assert_eq!(check("=1+1", Dialect::Machine), "name\r\n=1+1\r\n");
        assert_eq!(check("a\"b,c", Dialect::Machine), "name\r\n\"a\"\"b,c\"\r\n");
    }

    #[test]
    fn days_texts_and_numbers_stand_in_their_rows_and_what_is_absent_is_empty() {
        let days = crate::tables::column::SEND_BY
            .days([Some(20_000), Some(20_000), None, Some(0)].into_iter());
        let names = crate::tables::column::FIRST_NAME
            .texts([Some("A"), None, Some(""), Some("D")].into_iter());
        let numbers = crate::tables::column::ATTEMPT.counts(vec![1, 2, 3, 4]);
        let frame = DataFrame::new_infer_height(vec![days, names, numbers]).unwrap();
        let mut out = Vec::new();
        write(&frame, Dialect::Machine, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "send_by,first_name,attempt\r\n2024-10-04,A,1\r\n2024-10-04,,2\r\n,,3\r\n\
             1970-01-01,D,4\r\n"
        );
    }

    #[test]
    fn a_spreadsheet_file_runs_no_formula() {
        for start in ["=", "+", "-", "@", "\t", "\r", "\u{ff1d}"] {
            let cell = check(&format!("{start}cmd"), Dialect::Spreadsheet);
            assert!(cell.contains(&format!("'{start}cmd")), "{cell:?}");
        }
        assert_eq!(check("Anna", Dialect::Spreadsheet), "name\r\nAnna\r\n");
    }
}
