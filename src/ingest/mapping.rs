//! Which cells of a row make up which field?

use std::borrow::Cow;
use std::path::Path;

use super::block::Cells;
use super::data_file::DataFile;
use super::field::Way;
use super::header::Headers;
use super::preset::Preset;
use super::wording::{Wording, is_directory_path};
use super::{Error, Field, Source};

/// Parts several values of one field.
pub(super) const VALUES_PARTED_BY: char = '\u{1f}';

/// How the rows of one file become contacts.
#[derive(Debug)]
pub(super) struct Mapping {
    /// One per field, in the order of `Field::ALL`.
    pub(super) outputs: Vec<Output>,
    wording: Wording,
}

/// Where a field comes from.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) field: Field,
    cells: Vec<(usize, Way)>,
    pub(super) constant: Option<String>,
    /// Whether the value is the one cell, cleaned: what most fields of most sources are.
    is_plain: bool,
}

impl Output {
    /// Tells whether any cell says something of the field.
    pub(super) fn has_cells(&self) -> bool {
        !self.cells.is_empty()
    }

    fn is_one_cell(&self) -> bool {
        self.cells.len() == 1 && self.constant.is_none()
    }
}

impl Mapping {
    /// Maps a file's headers to the fields.
    pub(super) fn new(
        source: &Source,
        preset: Option<&Preset>,
        file: &DataFile,
        at: &str,
    ) -> Result<Mapping, Error> {
        let headers = Headers { file, at };
        let mut outputs = Vec::with_capacity(Field::ALL.len());
        for &field in Field::ALL {
            let cells = match (source.columns.get(&field), preset) {
                (Some(wanted), _) => headers.wanted(field, wanted)?,
                (None, Some(preset)) => headers.known(field, preset)?,
                (None, None) => headers.plain(field)?,
            };
            let constant = source.constants.get(&field).cloned().or_else(|| {
                let preset = preset.filter(|_| field == Field::EmailOptOut)?;
                let name = Path::new(&file.file.path).file_name()?.to_str()?;
                let by_name = preset.file_name.email_opt_out.iter();
                by_name
                    .filter(|(start, _)| name.starts_with(start.as_str()))
                    .map(|(_, said)| said.clone())
                    .next()
            });
            outputs.push(Output { field, cells, constant, is_plain: false });
        }
        let says_who = |output: &Output| {
            use Field::{CustomerKey, Email, FirstName, FullName, LastName, Phone, SourceId};
            let who = [SourceId, CustomerKey, FullName, FirstName, LastName, Email, Phone];
            who.contains(&output.field) && !output.cells.is_empty()
        };
        if !outputs.iter().any(says_who) {
            let (name, found) = (file.file.path.clone(), file.headers().to_vec());
            return Err(Error::NamesNobody { file: name, at: at.to_owned(), found });
        }
        let values = preset.map(|preset| preset.values.clone()).unwrap_or_default();
        let wording = Wording::new(source, values, file.values_parted_by());
        for output in &mut outputs {
            output.is_plain = wording.is_plain(output.field) && output.is_one_cell();
        }
        Ok(Mapping { outputs, wording })
    }

    /// Gives what a row says of a field; `scratch` is used where that takes several cells.
    pub(super) fn value<'a>(
        &'a self,
        output: &'a Output,
        row: &'a impl Cells,
        scratch: &'a mut String,
    ) -> Option<&'a str> {
        if output.is_plain {
            let (column, _) = output.cells[0];
            return self.wording.cleaned(row.cell(column)?, output.field);
        }
        if let [(column, _)] = output.cells[..]
            && matches!(output.field, Field::Email | Field::Phone)
            && output.constant.is_none()
        {
            // One cell with one value, as nearly all are, stands where it stands.
            let cell = self.wording.cleaned(row.cell(column)?, output.field)?;
            let separator = self.wording.separator.as_deref();
            if !separator.is_some_and(|separator| cell.contains(separator)) {
                return Some(cell)
                    .filter(|cell| output.field != Field::Email || !is_directory_path(cell));
            }
        }
        let cells = || {
            output.cells.iter().filter_map(|&(column, way)| {
                let cell = self.wording.cleaned(row.cell(column)?, output.field)?;
                Some((cell, way))
            })
        };
        let said = if output.field.is_multi_valued() {
            self.all_values(output.field, cells(), scratch)
        } else {
            self.first_value(output.field, cells(), scratch)
        };
        said.or(output.constant.as_deref())
    }

    fn first_value<'a>(
        &self,
        field: Field,
        mut cells: impl Iterator<Item = (&'a str, Way)> + Clone,
        scratch: &'a mut String,
    ) -> Option<&'a str> {
        let (first, way) = cells.next()?;
        scratch.clear();
        if field == Field::Street
            && address_line(first, cells.clone().filter_map(value_of), scratch)
        {
            return Some(scratch);
        }
        if field.is_identifier() {
            return Some(match self.wording.identifier(first) {
                Cow::Borrowed(id) => id,
                Cow::Owned(id) => {
                    scratch.push_str(&id);
                    scratch
                }
            });
        }
        if field.is_consent() {
            scratch.push_str(&self.wording.consent(first, way));
            return Some(scratch);
        }
        if let Some((second, _)) = cells.find(|(_, way)| *way == Way::SecondLine) {
            scratch.push_str(first);
            scratch.push('\n');
            scratch.push_str(second);
            return Some(scratch);
        }
        Some(first)
    }

    fn all_values<'a>(
        &self,
        field: Field,
        cells: impl Iterator<Item = (&'a str, Way)>,
        scratch: &'a mut String,
    ) -> Option<&'a str> {
        scratch.clear();
        for (cell, _) in cells {
            match self.wording.separator.as_deref() {
                Some(separator) if cell.contains(separator) => {
                    for value in cell.split(separator) {
                        if let Some(value) = self.wording.cleaned(value, field) {
                            self.push_value(field, value, scratch);
                        }
                    }
                }
                _ => self.push_value(field, cell, scratch),
            }
        }
        (!scratch.is_empty()).then_some(scratch.as_str())
    }

    /// Adds a value that is not there yet. A cell with thousands of values is damaged, and to
    /// compare each with all before it would take for ever.
    fn push_value(&self, field: Field, value: &str, values: &mut String) {
        if field == Field::Email && is_directory_path(value) {
            return;
        }
        let value = self.wording.identifier_of(field, value);
        if !values.is_empty() {
            let is_short = values.len() < 4_096;
            if is_short && values.split(VALUES_PARTED_BY).any(|other| other == value) {
                return;
            }
            values.push(VALUES_PARTED_BY);
        }
        values.push_str(&value);
    }
}

fn value_of((cell, way): (&str, Way)) -> Option<&str> {
    (way == Way::Value).then_some(cell)
}

/// Writes what stands in further columns of its own into the line of an address: the house number,
/// and on a line below the flat; tells whether there was any of it.
fn address_line<'a>(
    first: &str,
    mut others: impl Iterator<Item = &'a str> + Clone,
    line: &mut String,
) -> bool {
    if others.clone().next().is_some_and(|next| street_line(first, next, line)) {
        others.next();
    }
    let Some(unit) = others.next().filter(|next| is_unit(next)) else {
        return !line.is_empty();
    };
    if line.is_empty() {
        line.push_str(first);
    }
    let is_told = line.contains(unit);
    if !is_told {
        line.push('\n');
        line.push_str(unit);
    }
    true
}

/// Tells whether a text names a flat or a floor within a house, or whose it is: `Apt 4`, `# 580`,
/// `2nd floor`, `c/o Miller`.
fn is_unit(text: &str) -> bool {
    const N_BYTES_MAX: usize = 40;
    // Further on, it is part of a whole line: `7 Elm St Apt 4`.
    const N_WORDS: usize = 2;
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_word_of_unit =
        |word: &str| UNITS.split_ascii_whitespace().any(|unit| unit.eq_ignore_ascii_case(word));
    text.len() <= N_BYTES_MAX
        && (text.starts_with('#')
            || text.starts_with("c/o")
            || words.take(N_WORDS).any(is_word_of_unit))
}

/// What flats and floors are called.
const UNITS: &str = "apt apartment unit suite ste floor fl room rm flat bldg building appt app \
    appartement etage stock stiege hinterhaus vorderhaus wohnung whg piso puerta planta interno \
    scala verdieping";

/// Writes a street and its house number as one line where each has a column of its own, in the
/// order of the columns; tells whether it did. Two whole lines stand in for each other.
fn street_line(first: &str, next: &str, line: &mut String) -> bool {
    let (number, street) = match (is_house_number(first), is_house_number(next)) {
        (true, false) => (first, next),
        (false, true) => (next, first),
        _ => return false,
    };
    let is_told = street.split(|c: char| !c.is_alphanumeric()).any(|word| word == number);
    if is_told {
        line.push_str(street);
    } else {
        line.push_str(first);
        line.push(' ');
        line.push_str(next);
    }
    true
}

/// Tells whether a text is a house number and nothing else: `12`, `12b`, `12 B`, `12-14`, `3/7`.
fn is_house_number(text: &str) -> bool {
    const N_LETTERS_MAX: usize = 10;
    text.len() <= N_LETTERS_MAX
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '/' | '.'))
        && text.split(|c: char| !c.is_ascii_alphabetic()).all(|word| word.len() <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_number_in_a_column_of_its_own_joins_the_street() {
        let check = |first: &str, next: &str, expected: Option<&str>| {
            let mut line = String::new();
            let found = street_line(first, next, &mut line).then_some(line.as_str());
            assert_eq!(found, expected, "{first}, {next}");
        };
        check("44", "Forbes Street", Some("44 Forbes Street"));
        check("Hauptstraße", "12b", Some("Hauptstraße 12b"));
        check("12-14", "5th Avenue", Some("12-14 5th Avenue"));
        // Said twice is said once.
        check("44", "44 Forbes Street", Some("44 Forbes Street"));
        // Whole lines stand in for each other, and a number alone is no street.
        check("44 Forbes Street", "5 Milne Cove", None);
        check("Rosewood", "Forbes Street", None);
        check("44", "45", None);
        check("3rd", "Forbes Street", None);
    }

    #[test]
    fn a_flat_in_a_column_of_its_own_stands_below_the_street() {
        let check = |cells: &[&str], expected: Option<&str>| {
            let mut line = String::new();
            let others = cells[1..].iter().copied();
            let found = address_line(cells[0], others, &mut line).then_some(line.as_str());
            assert_eq!(found, expected, "{cells:?}");
        };
        check(&["12", "Main St", "Apt 4"], Some("12 Main St\nApt 4"));
        check(&["12 Main St", "c/o Miller"], Some("12 Main St\nc/o Miller"));
        check(&["12 Main St", "# 580"], Some("12 Main St\n# 580"));
        check(&["Hauptstraße", "12", "2. Stock"], Some("Hauptstraße 12\n2. Stock"));
        check(&["12 Main St, Apt 4", "Apt 4"], Some("12 Main St, Apt 4"));
        check(&["12", "Main St", "7 Elm St"], Some("12 Main St"));
        check(&["12 Main St", "7 Elm St", "Apt 4"], None);
        check(&["12 Main St", "7 Elm St Apt 4"], None);
        check(&["Main St"], None);
    }
}
