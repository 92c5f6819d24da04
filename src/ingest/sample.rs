//! What do the rows of a sample say?
//!
//! A sample is what an attacker shows or a vendor sends: names, addresses, birth dates, whatever
//! columns it has. Its columns are mapped as those of an export are, by a preset or one by one,
//! and it is read under the caps of a list: an attacker may have written it.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::contacts::{Sources, open_one};
use super::list::joined;
use super::scope::{files_of, place, scope_files};
use super::{Batch, Error, Field, InputFile, Limits, Source};
use crate::tables::Table;
use crate::tables::layout::{Quarantined, RawContact};
use crate::terms::{Identifier, Incident, ScopeFile};

/// Rows that are parsed at once.
const N_ROWS_BATCH: usize = 32_768;

/// A sample, read.
#[derive(Debug)]
pub struct SampleRead {
    /// The incident's id.
    pub incident: String,
    /// The scope file's name.
    pub file: String,
    /// Codes of the data classes that it exposes, parted by `;`, in alphabetical order.
    pub data_classes: String,
    /// The files, each with its rows.
    pub files: Vec<(InputFile, u64)>,
    /// The rows that were understood; their source is `incident/file`.
    pub contacts: Table<RawContact>,
    /// The rows that were not.
    pub refused: Table<Quarantined>,
}

/// Reads the samples of the incidents, in the order of incidents and scope files.
///
/// # Errors
/// A file or its column is missing, no column says who a row is about, or a file is beyond the
/// caps.
pub fn samples(
    incidents: &[Incident],
    root: &Path,
    n_bytes_max: u64,
) -> Result<Vec<SampleRead>, Error> {
    scope_files(incidents)
        .filter(|(_, scope_file)| scope_file.identifier == Identifier::Sample)
        .map(|(incident, scope_file)| {
            // The sender could have made them to read something else, or without end.
            files_of(incident, scope_file, root, n_bytes_max)?;
            read(incident, scope_file, root)
        })
        .collect()
}

fn read(incident: &Incident, scope_file: &ScopeFile, root: &Path) -> Result<SampleRead, Error> {
    let sources = opened(incident, scope_file, root)?;
    let mut files: Vec<_> = sources.files().iter().map(|file| (file.clone(), 0)).collect();
    let mut batches: Vec<(usize, Batch)> = sources
        .batches()
        .enumerate()
        .par_bridge()
        .map(|(place, batch)| Ok((place, batch?.parse()?)))
        .collect::<Result<_, Error>>()?;
    // Batches are parsed in any order and put back into theirs.
    batches.sort_unstable_by_key(|(place, _)| *place);
    for (_, batch) in &batches {
        files[batch.file].1 += batch.n_rows as u64;
    }
    let (contacts, refused): (Vec<_>, Vec<_>) =
        batches.into_iter().map(|(_, batch)| (batch.contacts, batch.quarantine)).unzip();
    Ok(SampleRead {
        incident: incident.id.clone(),
        file: scope_file.shown_name().to_owned(),
        data_classes: joined(&scope_file.data_classes),
        files,
        contacts: Table::concat(contacts),
        refused: Table::concat(refused),
    })
}

/// Opens a sample as a source, without reading its rows.
pub(super) fn opened(
    incident: &Incident,
    scope_file: &ScopeFile,
    root: &Path,
) -> Result<Sources, Error> {
    let at = place(incident);
    let mut source = Source::of_files(
        &format!("{}/{}", incident.id, scope_file.shown_name()),
        vec![scope_file.file.clone()],
    );
    source.preset.clone_from(&scope_file.preset);
    source.columns = by_field(&scope_file.columns, &at)?;
    source.constants = by_field(&scope_file.constants, &at)?;
    open_one(&source, root, &Limits::of_a_list(), N_ROWS_BATCH, &at)
}

fn by_field<T: Clone>(
    by_name: &BTreeMap<String, T>,
    at: &str,
) -> Result<BTreeMap<Field, T>, Error> {
    let field = |name: &String| {
        Field::try_from(name.clone())
            .map_err(|cause| Error::UnknownField { cause, at: at.to_owned() })
    };
    by_name.iter().map(|(name, of)| Ok((field(name)?, of.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::column;

    fn read_of(file: &str, text: &str, rest: &str) -> Result<SampleRead, Error> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(file), text).unwrap();
        let incident: Incident = toml::from_str(&format!(
            "id = \"leak\"\nkind = \"security_breach\"\ndiscovered_at = \"2026-03-02T00:00:00Z\"\n\
             [[scope]]\nfile = \"{file}\"\nidentifier = \"sample\"\n\
             data_classes = [\"name\", \"dob\"]\n{rest}"
        ))
        .unwrap();
        let mut read = samples(&[incident], folder.path(), 1 << 20)?;
        assert_eq!(read.len(), 1);
        Ok(read.remove(0))
    }

    #[test]
    fn columns_are_mapped_one_by_one_or_by_their_own_names_and_no_row_is_lost() {
        let text = "Vorname;Nachname;geb;phone\nAnna;Adler;1980-03-07;030 1\nBert;Bohm\n";
        let mapped = "columns.first_name = \"Vorname\"\ncolumns.last_name = [\"Nachname\"]\n\
                      columns.birth_date = \"geb\"\nconstants.country = \"DE\"";
        let read = read_of("dump.csv", text, mapped).unwrap();
        let contacts = &read.contacts;
        assert_eq!(contacts.text(column::FIRST_NAME).get(0), Some("Anna"));
        assert_eq!(contacts.text(column::BIRTH_DATE_TEXT).get(0), Some("1980-03-07"));
        assert_eq!(contacts.text(column::PHONE).get(0), Some("030 1"));
        assert_eq!(contacts.text(column::COUNTRY).get(0), Some("DE"));
        assert_eq!(contacts.text(column::SOURCE).get(0), Some("leak/dump.csv"));
        assert_eq!(contacts.height() + read.refused.height(), 2);
        assert_eq!((read.files[0].1, read.data_classes.as_str()), (2, "dob;name"));
    }

    #[test]
    fn a_sample_comes_as_any_export_does_and_by_preset() {
        let json = "{\"first_name\": \"Anna\", \"email\": \"anna@example.com\"}\n";
        let read = read_of("dump.jsonl", json, "").unwrap();
        assert_eq!(read.contacts.text(column::EMAIL).get(0), Some("anna@example.com"));
        let text = "Id,FirstName,LastName,Email\n0035e00000AbCdEAAV,Anna,Adler,a@example.com\n";
        let read = read_of("dump.csv", text, "preset = \"salesforce-contact\"").unwrap();
        assert_eq!(read.contacts.text(column::SOURCE_ID).get(0), Some("0035e00000AbCdEAAV"));
    }

    #[test]
    fn a_mapping_that_cannot_be_is_refused_with_the_word_that_was_meant() {
        let text = "first_name,last_name\nAnna,Adler\n";
        let error = read_of("dump.csv", text, "columns.frist_name = \"first_name\"").unwrap_err();
        assert!(error.to_string().contains("did you mean `first_name`?"), "{error}");
        let error = read_of("dump.csv", text, "columns.email = \"mail\"").unwrap_err();
        assert!(matches!(error, Error::MissingColumn { .. }), "{error}");
        let error = read_of("dump.csv", "a,b\n1,2\n", "").unwrap_err();
        assert!(matches!(error, Error::NamesNobody { .. }), "{error}");
    }
}
