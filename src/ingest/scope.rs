//! Whom do the lists of an incident name?
//!
//! A scope file may come from an attacker. Its bytes, rows, columns, line lengths and values are
//! capped; it is read as text and nothing in it is followed or run, nor is a link to elsewhere.

use std::fs::Metadata;
use std::path::Path;

use super::block::Width;
use super::files::found;
use super::list::{List, N_ROWS_BLOCK, Reader, joined, listed, own_name, tables};
use super::list_header::is_header_word;
use super::{Error, InputFile, hibp, key_file, sample};
use crate::rules::DataClasses;
use crate::tables::layout::ScopeEntry;
use crate::tables::{Table, column};
use crate::terms::{HashKey, Identifier, Incident, ScopeFile, Subject};

/// The scope files, read.
#[derive(Debug)]
pub struct ScopeRead {
    /// One row per row of a scope file, its value as read and trimmed; absent where the row
    /// holds none or cannot be read. One row for a description. In the order of incidents, files
    /// and rows.
    pub entries: Table<ScopeEntry>,
    /// The files, each with its rows.
    pub files: Vec<(InputFile, u64)>,
    /// Keys of lists that were hashed with one: incident, scope file, key.
    pub keys: Vec<(String, String, HashKey)>,
}

/// Reads the scope files of incidents; samples of mixed columns are left to `samples`.
///
/// # Shape
/// One entry per row that is not blank; a header is no row.
///
/// # Errors
/// A file or its column is missing, or a file is not what it is said to be, or beyond the caps.
pub fn scope(
    incidents: &[Incident],
    root: &Path,
    classes: &DataClasses,
    n_bytes_max: u64,
) -> Result<ScopeRead, Error> {
    let mut read = ScopeRead { entries: Table::empty(), files: Vec::new(), keys: Vec::new() };
    let mut parts = Vec::new();
    for (incident, scope_file) in scope_files(incidents) {
        let at = place(incident);
        if let Some(key_file) = &scope_file.key_file {
            let key = key_file::read(key_file, root, &at)?;
            read.keys.push((incident.id.clone(), scope_file.shown_name().to_owned(), key));
        }
        if scope_file.identifier == Identifier::Where {
            let named = scope_file.shown_name();
            parts.push(entries_of(
                incident,
                named,
                scope_file.identifier,
                vec![Row {
                    line: 1,
                    value: Some(named.to_owned()),
                    classes: joined(&scope_file.data_classes),
                }],
            ));
        }
        for file in files_of(incident, scope_file, root, n_bytes_max)? {
            let of_files = match scope_file.identifier {
                Identifier::Sample => continue,
                Identifier::Hibp => {
                    let pwned = hibp::read(&file, scope_file, classes, &at)?;
                    let rows = pwned.into_iter().map(|row| Row {
                        line: row.number,
                        value: row.email,
                        classes: row.classes,
                    });
                    let name = scope_file.name.clone().unwrap_or_else(|| own_name(&file));
                    let rows = entries_of(incident, &name, scope_file.identifier, rows.collect());
                    vec![(file, vec![rows])]
                }
                _ => listed(incident, scope_file, file, &at)?,
            };
            for (file, of_file) in of_files {
                let n_rows = of_file.iter().map(|part| part.height() as u64).sum();
                read.files.push((file, n_rows));
                parts.extend(of_file);
            }
        }
    }
    read.entries = Table::concat(parts);
    Ok(read)
}

/// Reads the persons who were invented to be found again: values in the first column, one or
/// several rows per person. What a value is, it tells itself: with an `@` it is an address, and
/// otherwise a number or an id.
///
/// # Errors
/// As `scope`.
pub fn canaries(file: &str, root: &Path, n_bytes_max: u64) -> Result<ScopeRead, Error> {
    let at = "canaries of [scope]";
    let mut parts = Vec::new();
    let mut files = Vec::new();
    for found in found("canaries", &[file.to_owned()], root, at)? {
        refuse_hostile(&found, n_bytes_max)?;
        for data in tables(found, None, at)? {
            let is_header = data.headers().first().is_some_and(|first| is_header_word(first));
            let data = if data.is_delimited() && !is_header { data.without_header() } else { data };
            let mut rows = Vec::new();
            let mut n_rows = 0;
            for block in data.blocks(N_ROWS_BLOCK)? {
                let block = block?;
                let mut reader = Reader::over(0, block.n_rows());
                block.read(&Width::ANY, &mut reader)?;
                n_rows += reader.lines.len() as u64;
                let values = column::VALUE.built(reader.values);
                let texts = values.as_materialized_series().str().cloned().unwrap_or_default();
                for (line, value) in reader.lines.into_iter().zip(texts.iter()) {
                    let Some(value) = value else { continue };
                    for subject in subjects_of(value) {
                        rows.push((line, *subject, value.to_owned()));
                    }
                }
            }
            parts.push(Table::of(vec![
                column::INCIDENT.same(None, rows.len()),
                column::SCOPE_FILE.same(Some(&data.file.path), rows.len()),
                column::SCOPE_LINE.longs(rows.iter().map(|row| row.0).collect()),
                column::IDENTIFIER.texts(rows.iter().map(|row| Some(row.1.word()))),
                column::VALUE.texts(rows.iter().map(|row| Some(&row.2))),
                column::DATA_CLASSES.same(None, rows.len()),
            ]));
            files.push((data.file, n_rows));
        }
    }
    Ok(ScopeRead { entries: Table::concat(parts), files, keys: Vec::new() })
}

/// Tells what a canary's value may be.
fn subjects_of(value: &str) -> &'static [Subject] {
    if value.contains('@') {
        &[Subject::Email]
    } else {
        &[Subject::Phone, Subject::CustomerKey, Subject::RecordId]
    }
}

/// Looks at every scope file without reading its rows.
pub(super) fn files(incidents: &[Incident], root: &Path) -> Result<Vec<InputFile>, Error> {
    let mut files = Vec::new();
    for (incident, scope_file) in scope_files(incidents) {
        let at = place(incident);
        if let Some(key_file) = &scope_file.key_file {
            key_file::read(key_file, root, &at)?;
        }
        // How large a list may be is asked when it is read.
        let of_scope_file = files_of(incident, scope_file, root, u64::MAX)?;
        if scope_file.identifier == Identifier::Sample {
            files.extend_from_slice(sample::opened(incident, scope_file, root)?.files());
            continue;
        }
        for file in of_scope_file {
            if scope_file.identifier == Identifier::Hibp {
                files.push(file);
                continue;
            }
            for data in tables(file, scope_file.column.as_ref(), &at)? {
                files.push(List::open(incident, scope_file, data, &at)?.1.file);
            }
        }
    }
    Ok(files)
}

pub(super) fn scope_files(incidents: &[Incident]) -> impl Iterator<Item = (&Incident, &ScopeFile)> {
    incidents.iter().flat_map(|it| it.scope_files.iter().map(move |scope_file| (it, scope_file)))
}

pub(super) fn place(incident: &Incident) -> String {
    format!("[[incident.scope]] of {:?}", incident.id)
}

/// Finds the files of a list; none for a description.
pub(super) fn files_of(
    incident: &Incident,
    scope_file: &ScopeFile,
    root: &Path,
    n_bytes_max: u64,
) -> Result<Vec<InputFile>, Error> {
    if scope_file.identifier == Identifier::Where {
        return Ok(Vec::new());
    }
    let patterns = std::slice::from_ref(&scope_file.file);
    let files = found(&incident.id, patterns, root, &place(incident))?;
    files.iter().try_for_each(|file| refuse_hostile(file, n_bytes_max))?;
    Ok(files)
}

/// Refuses what the sender of a list could have made to read something else, or without end.
fn refuse_hostile(file: &InputFile, n_bytes_max: u64) -> Result<(), Error> {
    let unreadable = |cause| Err(Error::Unreadable { file: file.path.clone(), cause });
    let is_link = |data: Metadata| data.file_type().is_symlink();
    if std::fs::symlink_metadata(&file.absolute).is_ok_and(is_link) {
        return unreadable(
            "it is a symbolic link, and a list is not followed elsewhere: name the file itself"
                .to_owned(),
        );
    }
    if file.n_bytes > n_bytes_max {
        return unreadable(format!(
            "it has {} bytes, more than file_bytes_max = {n_bytes_max} under [scope] allows",
            file.n_bytes
        ));
    }
    Ok(())
}

/// A row that was not read from a list.
struct Row {
    line: u64,
    value: Option<String>,
    classes: String,
}

fn entries_of(
    incident: &Incident,
    name: &str,
    identifier: Identifier,
    rows: Vec<Row>,
) -> Table<ScopeEntry> {
    Table::of(vec![
        column::INCIDENT.same(Some(&incident.id), rows.len()),
        column::SCOPE_FILE.same(Some(name), rows.len()),
        column::SCOPE_LINE.longs(rows.iter().map(|row| row.line).collect()),
        column::IDENTIFIER.same(Some(identifier.word()), rows.len()),
        column::VALUE.texts(rows.iter().map(|row| row.value.as_ref())),
        column::DATA_CLASSES.texts(rows.iter().map(|row| Some(&row.classes))),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    struct House {
        folder: tempfile::TempDir,
    }

    impl House {
        fn of(files: &[(&str, &str)]) -> House {
            let folder = tempfile::tempdir().unwrap();
            for (name, text) in files {
                std::fs::write(folder.path().join(name), text).unwrap();
            }
            House { folder }
        }

        fn read(&self, scope_file: &str) -> Result<ScopeRead, Error> {
            self.read_up_to(scope_file, 1 << 20)
        }

        fn read_up_to(&self, scope_file: &str, n_bytes_max: u64) -> Result<ScopeRead, Error> {
            let text = format!(
                "id = \"leak\"\nkind = \"security_breach\"\n\
                 discovered_at = \"2026-03-02T00:00:00Z\"\n[[scope]]\n{scope_file}"
            );
            let incident: Incident = toml::from_str(&text).unwrap();
            let classes = DataClasses::built_in();
            scope(&[incident], self.folder.path(), &classes, n_bytes_max)
        }
    }

    /// Shows entries as line, value, classes.
    fn shown(read: &ScopeRead) -> Vec<String> {
        let entries = &read.entries;
        let row = |row: usize| {
            format!(
                "{} {} {}",
                entries.long(column::SCOPE_LINE).get(row).unwrap(),
                entries.text(column::VALUE).get(row).unwrap_or("-"),
                entries.text(column::DATA_CLASSES).get(row).unwrap()
            )
        };
        (0..entries.height()).map(row).collect()
    }

    #[test]
    fn the_answer_about_a_domain_is_read_as_the_interface_and_the_web_page_give_it() {
        let house = House::of(&[
            (
                "api.json",
                r#"{"anna": ["Adobe"], "bert": ["Gawker", "adobe"], "carla": ["Gawker"],
                    "dora@other.example": ["Adobe"]}"#,
            ),
            (
                "page.json",
                r#"{"BreachSearchResults": [
                    {"Alias": "anna", "DomainName": "example.com", "Breaches": [
                        {"Name": "Adobe", "IsSensitive": false,
                         "DataClasses": ["Email addresses", "Passwords", "Shoe sizes"]},
                        {"Name": "Gawker", "DataClasses": ["Phone numbers"]}]}],
                    "PasteSearchResults": [{"Alias": "x", "Pastes": [{"Id": 1}]}]}"#,
            ),
        ]);
        let api = "file = \"api.json\"\nidentifier = \"hibp\"\ndomain = \"example.com\"\n\
                   data_classes = [\"email\"]\n";
        assert_eq!(
            shown(&house.read(&format!("{api}breaches = [\"Adobe\"]")).unwrap()),
            ["1 anna@example.com email", "2 bert@example.com email", "4 dora@other.example email"]
        );
        assert_eq!(shown(&house.read(api).unwrap()).len(), 4);
        let page = "file = \"page.json\"\nidentifier = \"hibp\"\n";
        assert_eq!(
            shown(&house.read(page).unwrap()),
            ["1 anna@example.com email;other;password_plain;phone"]
        );
        assert_eq!(
            shown(&house.read(&format!("{page}breaches = [\"Gawker\"]")).unwrap()),
            ["1 anna@example.com phone"]
        );
        let silent = "file = \"api.json\"\nidentifier = \"hibp\"\n";
        assert!(matches!(house.read(silent), Err(Error::NoClasses { .. })));
    }

    #[test]
    fn what_is_no_answer_about_a_domain_is_refused_without_a_value() {
        let house = House::of(&[
            ("list.json", "[\"anna@example.com\"]"),
            ("cut.json", "{\"anna\": [\"Adobe\""),
            ("deep.json", &format!("{{\"anna\": {}", "[".repeat(100_000))),
        ]);
        for file in ["list.json", "cut.json", "deep.json"] {
            let scope_file = format!("file = \"{file}\"\nidentifier = \"hibp\"");
            let text = house.read(&scope_file).unwrap_err().to_string();
            assert!(text.contains("no answer of Have I Been Pwned"), "{text}");
            assert!(!text.contains("anna"), "{text}");
        }
    }

    #[test]
    fn a_description_is_one_row_and_a_key_comes_with_its_list() {
        let house = House::of(&[("list.txt", "aa\n"), ("key", "secret\n")]);
        let read = house.read("data_classes = [\"name\"]\n[scope.where]\nmarket = \"DE\"").unwrap();
        assert_eq!(shown(&read), ["1 where name"]);
        let hashed = "file = \"list.txt\"\nidentifier = \"email_hmac_sha256\"\nheader = false\n\
                      data_classes = [\"email\"]\nkey_file = \"key\"";
        let read = house.read(hashed).unwrap();
        assert_eq!(read.keys, [("leak".into(), "list.txt".into(), HashKey(b"secret".to_vec()))]);
        let error = house.read(&hashed.replace("\"key\"", "\"none\"")).unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{error}");
    }

    #[test]
    fn what_a_sender_could_make_to_lead_elsewhere_or_without_end_is_refused() {
        let house = House::of(&[("list.csv", "anna@example.com\n")]);
        let there = house.folder.path().join("link.csv");
        std::os::unix::fs::symlink(house.folder.path().join("list.csv"), there).unwrap();
        let list = "identifier = \"email\"\ndata_classes = [\"email\"]\nfile = ";
        let text = house.read(&format!("{list}\"link.csv\"")).unwrap_err().to_string();
        assert!(text.contains("symbolic link"), "{text}");
        let text = house.read_up_to(&format!("{list}\"list.csv\""), 10).unwrap_err().to_string();
        assert!(text.contains("17 bytes, more than file_bytes_max = 10"), "{text}");
        let long = House::of(&[(
            "list.csv",
            &format!("{}@example.com\nb@example.com\n", "a".repeat(2000)),
        )]);
        let read = long.read(&format!("{list}\"list.csv\"")).unwrap();
        assert_eq!(shown(&read), ["1 - email", "2 b@example.com email"]);
    }

    #[test]
    fn a_canary_is_looked_for_as_whatever_it_may_be() {
        let house =
            House::of(&[("canaries.csv", "canary,seeded\nmia@canary.example,crm\n4711,shop\n")]);
        let read = canaries("canaries.csv", house.folder.path(), 1 << 20).unwrap();
        let kinds: Vec<_> = read.entries.text(column::IDENTIFIER).iter().flatten().collect();
        assert_eq!(kinds, ["email", "phone", "customer_key", "record_id"]);
        assert_eq!(read.files[0].1, 2);
    }
}
