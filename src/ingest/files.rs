//! Which files does a path or a glob stand for, and what are they?

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Error;
use super::encoding::Encoding;
use super::packing::Packing;
use super::settings::Limits;
use super::stream::Way;

/// A file that a run reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// The source or incident that it belongs to.
    pub source: String,
    /// The file as reports show it: relative to the pipeline's root; a member of a zip archive
    /// that holds several follows its archive's path.
    pub path: String,
    /// The file as the operating system finds it.
    pub absolute: PathBuf,
    /// Its size.
    pub n_bytes: u64,
    /// How it was found to be written.
    pub form: Form,
}

impl InputFile {
    /// Gives a file of which only its place is known.
    pub fn at(source: &str, path: &str, absolute: PathBuf, n_bytes: u64) -> InputFile {
        let (source, path) = (source.to_owned(), path.to_owned());
        InputFile { source, path, absolute, n_bytes, form: Form::default() }
    }
}

/// How a file was found to be written, as the manifest states it; what is usual is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Form {
    /// `csv`, `json`, `parquet`, `arrow` or `workbook`; empty where nobody looked.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub format: &'static str,
    /// `gzip`, `zstd` or `zip`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packing: Option<&'static str>,
    /// The member of a zip archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The encoding of text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// What parts the cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// What stands around cells, where it is not `"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<char>,
    /// What stands before a quote inside a cell, where quotes are not doubled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escape: Option<char>,
    /// What ends rows, where it is not a line feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_end: Option<char>,
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The line of the header, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_line: Option<u64>,
}

/// In which format a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Lines of cells.
    Delimited,
    /// Objects of JSON.
    Json,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC.
    Arrow,
    /// A spreadsheet: Excel, old or new, or `OpenDocument`.
    Workbook,
}

impl Format {
    /// Gives the word for manifests.
    pub(super) fn word(self) -> &'static str {
        match self {
            Format::Delimited => "csv",
            Format::Json => "json",
            Format::Parquet => "parquet",
            Format::Arrow => "arrow",
            Format::Workbook => "workbook",
        }
    }

    /// Gives the name for people.
    fn name(self) -> &'static str {
        match self {
            Format::Delimited => "CSV",
            Format::Json => "JSON lines",
            Format::Parquet => "Parquet",
            Format::Arrow => "Arrow IPC",
            Format::Workbook => "a workbook",
        }
    }
}

/// Finds the files that patterns stand for, each once: patterns in their order, the files of a
/// glob sorted.
pub(super) fn found(
    source: &str,
    patterns: &[String],
    root: &Path,
    at: &str,
) -> Result<Vec<InputFile>, Error> {
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    for pattern in patterns {
        let paths = expanded(pattern, root);
        if paths.is_empty() {
            return Err(not_found(pattern, root, at));
        }
        for path in paths {
            let absolute = root.join(&path);
            let metadata = match fs::metadata(&absolute) {
                Ok(metadata) => metadata,
                // What a glob found and cannot be opened must not be passed over.
                Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && path == *pattern => {
                    return Err(not_found(pattern, root, at));
                }
                Err(cause) => return Err(Error::io(&path, &cause)),
            };
            if !metadata.is_file() {
                let cause = "it is no regular file".to_owned();
                return Err(Error::Unreadable { file: path, cause });
            }
            if seen.insert(path.clone()) {
                files.push(InputFile::at(source, &path, absolute, metadata.len()));
            }
        }
    }
    Ok(files)
}

fn not_found(pattern: &str, root: &Path, at: &str) -> Error {
    let folder = pattern.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = names_in(&root.join(folder));
    found.truncate(40);
    Error::NotFound { file: pattern.to_owned(), at: at.to_owned(), found }
}

/// Lists the names in a folder, sorted; none where it cannot be listed.
fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

/// Expands `*` and `?` part by part; hidden files must be named. A path that has neither stands
/// for itself.
fn expanded(pattern: &str, root: &Path) -> Vec<String> {
    let mut paths = vec![String::new()];
    for (place, part) in pattern.split('/').enumerate() {
        let joined = |path: &str, name: &str| {
            if place == 0 { name.to_owned() } else { format!("{path}/{name}") }
        };
        paths = if part.contains(['*', '?']) {
            let matching = |path: &String| {
                // An absolute pattern begins with an empty part.
                let folder = if place == 1 && path.is_empty() { "/" } else { path };
                let mut names = names_in(&root.join(folder));
                names.retain(|name| {
                    (part.starts_with('.') || !name.starts_with('.'))
                        && is_match(part.as_bytes(), name.as_bytes())
                });
                names.into_iter().map(|name| joined(path, &name)).collect::<Vec<_>>()
            };
            paths.iter().flat_map(matching).collect()
        } else {
            paths.iter().map(|path| joined(path, part)).collect()
        };
    }
    paths
}

/// Compares a name with a pattern; goes back to the last `*` only, so the time is at most the
/// product of the lengths.
fn is_match(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&byte) if byte == b'?' || byte == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((star_p, star_n)) = star else { return false };
                star = Some((star_p, star_n + 1));
                (p, n) = (star_p + 1, star_n + 1);
            }
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

/// Looks that a file can have which nobody reads as a table, with the way out for each.
const FOREIGN: &[(&[u8], &str, &str)] = &[
    (b"BZh", "bzip2", "unpack it with bunzip2 first"),
    (b"\xfd7zXZ\0", "xz", "unpack it with unxz first"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip", "unpack it first"),
    (b"Rar!", "RAR", "unpack it first"),
    (b"%PDF-", "a PDF", "ask for the export as CSV"),
    (b"SQLite format 3\0", "an SQLite database", "export the table as CSV"),
    (b"{\\rtf", "a rich text document", "save the table as CSV UTF-8"),
    (b"\x89PNG", "a picture", "ask for the export as CSV"),
    (b"\xff\xd8\xff", "a picture", "ask for the export as CSV"),
    (b"GIF8", "a picture", "ask for the export as CSV"),
    (b"\x7fELF", "a program", "ask for the export as CSV"),
    (b"MZ\x90", "a program", "ask for the export as CSV"),
    (b"BEGIN:VCARD", "vCards", "ask for the export as CSV"),
];

/// Reads the first bytes of a file, as it is packed.
pub(super) fn head(file: &InputFile) -> Result<Vec<u8>, Error> {
    let mut head = Vec::with_capacity(512);
    let opened = File::open(&file.absolute).map_err(|cause| Error::io(&file.path, &cause))?;
    opened.take(512).read_to_end(&mut head).map_err(|cause| Error::io(&file.path, &cause))?;
    Ok(head)
}

/// Tells the format by a file's name, and refuses a file whose first bytes say otherwise; where
/// the name says nothing, the bytes decide.
pub(super) fn format(
    file: &InputFile,
    packing: &Packing,
    given: Option<Encoding>,
    limits: &Limits,
) -> Result<Format, Error> {
    let way = Way { file: file.clone(), packing: packing.clone(), encoding: Encoding::UTF_8 };
    let (head, _) = way.head(4_096, limits)?;
    let by_name = by_name(own_name(file, packing));
    let read_as = by_name.unwrap_or(Format::Delimited).name();
    let wrong = |looks_like, hint| {
        Err(Error::WrongFormat { file: file.path.clone(), read_as, looks_like, hint })
    };
    if let Some((_, looks_like, hint)) = FOREIGN.iter().find(|(magic, ..)| head.starts_with(magic))
    {
        return wrong(looks_like, hint);
    }
    if head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff") {
        return wrong("UTF-32", "save it as UTF-8");
    }
    if packing.word().is_some() && by_bytes(&head).is_some_and(|found| found != Format::Json) {
        return wrong("a packed table file", "unpack it first");
    }
    let encoding = given.unwrap_or_else(|| super::encoding::found(&head, false));
    let mut text = Vec::new();
    // What cannot be decoded is told where rows are read.
    let _ = super::encoding::Utf8::new(&head[..], encoding).read_to_end(&mut text);
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let by_bytes = by_bytes(&head).or_else(|| is_json(text).then_some(Format::Json));
    match (by_name, by_bytes) {
        (None, found) => found.map_or_else(|| unless_html(text, Format::Delimited, wrong), Ok),
        (Some(named), Some(found)) if named == found => Ok(named),
        // An empty file is told to be empty, whatever its name.
        (Some(named @ (Format::Delimited | Format::Json)), None) => unless_html(text, named, wrong),
        (Some(_), None) if head.is_empty() => Ok(Format::Delimited),
        (Some(_), None) => {
            wrong("something else", "name it after what it is: .csv for delimited text")
        }
        (Some(_), Some(Format::Parquet)) => wrong("Parquet", "name it with the ending .parquet"),
        (Some(_), Some(Format::Arrow)) => wrong("Arrow IPC", "name it with the ending .arrow"),
        (Some(_), Some(Format::Workbook)) => wrong(
            "an Excel workbook",
            "name it with the ending .xlsx, or save the sheet as CSV UTF-8",
        ),
        (Some(_), Some(_)) => wrong("JSON", "name it with the ending .jsonl, if it is no mistake"),
    }
}

fn unless_html(
    text: &[u8],
    format: Format,
    wrong: impl Fn(&'static str, &'static str) -> Result<Format, Error>,
) -> Result<Format, Error> {
    if is_html(text) {
        return wrong("a web page", "the download failed, perhaps at a login");
    }
    Ok(format)
}

/// Gives the name of what is read: without the ending of its packing, or of the member.
fn own_name<'a>(file: &'a InputFile, packing: &'a Packing) -> &'a str {
    match packing {
        Packing::Plain => &file.path,
        Packing::Zip(member) => &member.name,
        Packing::Gzip | Packing::Zstd => {
            let is_packing = |ending: &&str| ["gz", "gzip", "zst", "zstd"].contains(ending);
            let name = file.path.rsplit_once('.');
            name.filter(|(_, ending)| is_packing(ending)).map_or(&file.path, |(name, _)| name)
        }
    }
}

fn by_name(name: &str) -> Option<Format> {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or("");
    match ending.to_ascii_lowercase().as_str() {
        "parquet" | "pq" => Some(Format::Parquet),
        "arrow" | "feather" | "ipc" => Some(Format::Arrow),
        "json" | "jsonl" | "ndjson" => Some(Format::Json),
        "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" => Some(Format::Workbook),
        "csv" | "tsv" | "tab" | "psv" => Some(Format::Delimited),
        _ => None,
    }
}

fn by_bytes(head: &[u8]) -> Option<Format> {
    const LOOKS: [(&[u8], Format); 4] = [
        (b"PAR1", Format::Parquet),
        (b"ARROW1", Format::Arrow),
        (b"PK\x03\x04", Format::Workbook),
        (b"\xd0\xcf\x11\xe0", Format::Workbook),
    ];
    LOOKS.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, format)| *format)
}

/// Tells objects of JSON, or a list of them.
fn is_json(text: &[u8]) -> bool {
    let next =
        |text: &[u8], mark: u8| text.trim_ascii_start().strip_prefix(&[mark]).map(<[u8]>::to_vec);
    let inside = next(text, b'[').unwrap_or_else(|| text.to_vec());
    let inside = next(&inside, b'{');
    inside.is_some_and(|inside| matches!(inside.trim_ascii_start().first(), Some(b'"' | b'}')))
}

fn is_html(text: &[u8]) -> bool {
    let start = text.trim_ascii_start();
    let starts =
        |word: &[u8]| start.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    [&b"<!doctype"[..], b"<html", b"<?xml", b"<head", b"<script", b"<!--", b"<body", b"<table"]
        .into_iter()
        .any(starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_gives_its_files_sorted_and_once() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("crm/b")).unwrap();
        for name in ["crm/2.csv", "crm/1.csv", "crm/.hidden.csv", "crm/b/3.csv", "crm/x.txt"] {
            fs::write(root.path().join(name), "a").unwrap();
        }
        let check = |patterns: &[&str]| {
            let patterns: Vec<String> = patterns.iter().map(|&p| p.to_owned()).collect();
            found("crm", &patterns, root.path(), "here")
                .map(|files| files.into_iter().map(|file| file.path).collect::<Vec<_>>())
        };
        assert_eq!(check(&["crm/*.csv"]).unwrap(), ["crm/1.csv", "crm/2.csv"]);
        assert_eq!(check(&["crm/2.csv", "crm/?.csv"]).unwrap(), ["crm/2.csv", "crm/1.csv"]);
        assert_eq!(check(&["c*/*/*.csv"]).unwrap(), ["crm/b/3.csv"]);
        assert!(matches!(check(&["crm/*.parquet"]), Err(Error::NotFound { .. })));
        assert!(matches!(check(&["crm/b"]), Err(Error::Unreadable { .. })));
        let near = check(&["crm/x.tx"]).unwrap_err();
        assert_eq!(crate::fault::Fault::hint(&near).as_deref(), Some("did you mean `x.txt`?"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_a_glob_found_and_that_cannot_be_opened_is_not_passed_over() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("1.csv"), "a").unwrap();
        std::os::unix::fs::symlink("nowhere", root.path().join("2.csv")).unwrap();
        let files = found("crm", &["*.csv".to_owned()], root.path(), "here");
        assert!(matches!(files, Err(Error::Unreadable { file, .. }) if file == "2.csv"));
    }

    #[test]
    fn an_absolute_glob_is_followed_from_the_top() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("1.csv"), "a").unwrap();
        let pattern = format!("{}/*.csv", root.path().display());
        let files = found("crm", &[pattern], Path::new("."), "here").unwrap();
        assert_eq!(files.len(), 1);
    }

    #[test]
    fn a_pattern_matches_as_in_a_shell() {
        assert!(is_match(b"*.csv", b"a.csv"));
        assert!(is_match(b"a*b*c", b"a-b-b-c"));
        assert!(!is_match(b"a*b", b"a-b-c"));
        assert!(is_match(b"??", b"ab"));
        assert!(!is_match(b"?", b""));
    }

    #[test]
    fn a_file_that_is_something_else_is_refused_by_its_bytes() {
        let root = tempfile::tempdir().unwrap();
        let check = |name: &str, bytes: &[u8]| {
            fs::write(root.path().join(name), bytes).unwrap();
            let files = found("crm", &[name.to_owned()], root.path(), "here").unwrap();
            format(&files[0], &Packing::Plain, None, &Limits::default())
        };
        assert_eq!(check("a.csv", b"id,email\n").unwrap(), Format::Delimited);
        assert_eq!(check("a.parquet", b"PAR1....").unwrap(), Format::Parquet);
        assert_eq!(check("table", b"ARROW1..").unwrap(), Format::Arrow);
        assert_eq!(check("a.txt", b"{\"id\":1}").unwrap(), Format::Json);
        assert_eq!(check("a.json", b" [ {\"id\":1}]").unwrap(), Format::Json);
        assert_eq!(check("a.csv", b"\xff\xfei\0d\0").unwrap(), Format::Delimited);
        for bytes in [
            &b"PK\x03\x04rest"[..],
            b"\xd0\xcf\x11\xe0",
            b"%PDF-1.7",
            b"PAR1",
            b"<!DOCTYPE html>",
            b"\xef\xbb\xbf  <HTML>",
            b"\xff\xfe<\0h\0t\0m\0l\0>\0",
            b"{\"error\":\"unauthorized\"}",
            b"\xff\xfe\0\0i\0\0\0",
        ] {
            assert!(matches!(check("a.csv", bytes), Err(Error::WrongFormat { .. })), "{bytes:?}");
        }
        assert!(matches!(check("a.parquet", b"id,email\n"), Err(Error::WrongFormat { .. })));
        assert!(matches!(check("a.xlsx", b"id,email\n"), Err(Error::WrongFormat { .. })));
    }
}
