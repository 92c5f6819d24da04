//! How is a rules file read?

use std::collections::BTreeMap;

use super::Error;

/// A rules file, row by row, each cell by the name of its column.
pub(super) struct RulesFile {
    file: String,
    columns: BTreeMap<String, usize>,
    rows: Vec<(u64, csv::StringRecord)>,
}

impl RulesFile {
    pub(super) fn read(file: &str, text: &str) -> Result<RulesFile, Error> {
        let unreadable = |cause: csv::Error| Error::Unreadable {
            file: file.to_owned(),
            cause: cause.to_string(),
        };
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers = reader.headers().map_err(unreadable)?.clone();
        let columns =
            headers.iter().enumerate().map(|(place, name)| (name.to_owned(), place)).collect();
        let rows = reader
            .records()
            .map(|row| {
                let row = row.map_err(unreadable)?;
                Ok((row.position().map_or(0, csv::Position::line), row))
            })
            .collect::<Result<_, Error>>()?;
        Ok(RulesFile { file: file.to_owned(), columns, rows })
    }

    /// Finds a column that must be there.
    pub(super) fn column(&self, column: &'static str) -> Result<usize, Error> {
        self.columns.get(column).copied().ok_or_else(|| Error::MissingColumn {
            file: self.file.clone(),
            column,
            found: self.columns.keys().cloned().collect(),
        })
    }

    /// Finds a column that a user's own file may lack.
    pub(super) fn optional_column(&self, column: &str) -> Option<usize> {
        self.columns.get(column).copied()
    }

    /// Lists the columns, in alphabetical order, with their places.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&str, usize)> {
        self.columns.iter().map(|(name, place)| (name.as_str(), *place))
    }

    /// Says that a cell holds a word that cannot stand there.
    pub(super) fn word(
        &self,
        line: u64,
        column: &'static str,
        found: &str,
        known: &[&str],
    ) -> Error {
        Error::UnknownWord {
            file: self.file.clone(),
            line,
            column,
            found: found.to_owned(),
            known: known.iter().map(|word| (*word).to_owned()).collect(),
        }
    }

    /// Says that two rows define the same thing.
    pub(super) fn twice(&self, line: u64, code: &str) -> Error {
        Error::Twice { file: self.file.clone(), code: code.to_owned(), line }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = (u64, &csv::StringRecord)> {
        self.rows.iter().map(|(line, row)| (*line, row))
    }
}
