//! Which column is meant by a header?

use super::data_file::DataFile;
use super::field::{NAMES, Way};
use super::preset::Preset;
use super::{Error, Field};
use crate::terms::OneOrMany;

/// Finds columns by their headers.
pub(super) struct Headers<'a> {
    pub(super) file: &'a DataFile,
    pub(super) at: &'a str,
}

impl Headers<'_> {
    /// The columns that the pipeline file names; each must be there.
    pub(super) fn wanted(
        &self,
        field: Field,
        wanted: &OneOrMany,
    ) -> Result<Vec<(usize, Way)>, Error> {
        let key = || format!("columns.{field}");
        wanted.0.iter().map(|header| Ok((self.required(header, &key())?, Way::Value))).collect()
    }

    /// The columns that a preset names, as far as the export has them.
    pub(super) fn known(&self, field: Field, preset: &Preset) -> Result<Vec<(usize, Way)>, Error> {
        let spellings = |name: &str| preset.columns.get(name).cloned().unwrap_or_default();
        named(field, spellings, |header| self.position(header))
    }

    /// The columns that are called like the field.
    pub(super) fn plain(&self, field: Field) -> Result<Vec<(usize, Way)>, Error> {
        // Without a preset nobody knows what a `contact_id` is: most often the record's own id.
        let is_plain = |name: &str| field != Field::MergedIds || name == field.name();
        let spellings = |name: &str| Vec::from_iter(is_plain(name).then(|| name.to_owned()));
        named(field, spellings, |name| self.plain_position(name))
    }

    /// Finds a column that must be there.
    fn required(&self, header: &str, key: &str) -> Result<usize, Error> {
        required_column(self.file, header, key, self.at)
    }

    fn position(&self, header: &str) -> Result<Option<usize>, Error> {
        column(self.file, header, self.at)
    }

    /// As `position`, but `First Name` is found as `first_name`.
    fn plain_position(&self, name: &str) -> Result<Option<usize>, Error> {
        let mut found = self.file.headers().iter().enumerate();
        let is_meant = |header: &str| {
            let letter = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
            header.trim().chars().map(letter).eq(name.chars())
        };
        match found.find(|(_, header)| is_meant(header)) {
            Some((_, header)) => self.position(header),
            None => Ok(None),
        }
    }
}

/// Finds the columns of a field by the spellings of each of its names.
fn named(
    field: Field,
    spellings: impl Fn(&str) -> Vec<String>,
    position: impl Fn(&str) -> Result<Option<usize>, Error>,
) -> Result<Vec<(usize, Way)>, Error> {
    let mut cells: Vec<(usize, Way)> = Vec::new();
    for (name, _, way) in NAMES.iter().filter(|(_, meant, _)| *meant == field) {
        for spelling in spellings(name) {
            if let Some(column) = position(&spelling)?
                && cells.iter().all(|(known, _)| *known != column)
            {
                cells.push((column, *way));
            }
        }
    }
    Ok(cells)
}

/// Finds a column by its header: as it is written, else whatever the capitals.
pub(super) fn column(file: &DataFile, header: &str, at: &str) -> Result<Option<usize>, Error> {
    let header = header.trim();
    let positions = |is_it: &dyn Fn(&str) -> bool| {
        let headers = file.headers().iter().enumerate();
        headers.filter(|(_, found)| is_it(found.trim())).map(|(n, _)| n).collect::<Vec<_>>()
    };
    let mut found = positions(&|found| found == header);
    if found.is_empty() {
        let header = header.to_lowercase();
        found = positions(&|found| found.to_lowercase() == header);
    }
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err(Error::DuplicateColumn {
            column: header.to_owned(),
            file: file.file.path.clone(),
            at: at.to_owned(),
        }),
    }
}

/// Finds a column that must be there; `key` is what names it in the pipeline file.
pub(super) fn required_column(
    file: &DataFile,
    header: &str,
    key: &str,
    at: &str,
) -> Result<usize, Error> {
    column(file, header, at)?.ok_or_else(|| Error::MissingColumn {
        column: header.to_owned(),
        key: key.to_owned(),
        file: file.file.path.clone(),
        at: at.to_owned(),
        found: file.headers().to_vec(),
    })
}
