//! How is a table written for people and mail systems?

use std::io::{self, Write};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use polars::prelude::{AnyValue, Column, DataFrame};
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
    let columns: Vec<_> = frame.columns().iter().map(Column::as_materialized_series).collect();
    let mut cell = String::new();
    for row in 0..frame.height() {
        for column in &columns {
            cell.clear();
            write_value(&mut cell, &column.get(row).unwrap_or(AnyValue::Null));
            writer.write_field(guarded(&cell, dialect).as_ref())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
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
    fn a_spreadsheet_file_runs_no_formula() {
        for start in ["=", "+", "-", "@", "\t", "\r", "\u{ff1d}"] {
            let cell = check(&format!("{start}cmd"), Dialect::Spreadsheet);
            assert!(cell.contains(&format!("'{start}cmd")), "{cell:?}");
        }
        assert_eq!(check("Anna", Dialect::Spreadsheet), "name\r\nAnna\r\n");
    }
}
