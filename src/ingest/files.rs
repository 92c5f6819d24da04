//! Which files does a path or a glob stand for, and what are they?

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Error;

/// A file that a run reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// The source or incident that it belongs to.
    pub source: String,
    /// The file as reports show it: relative to the pipeline's root.
    pub path: String,
    /// The file as the operating system finds it.
    pub absolute: PathBuf,
    /// Its size.
    pub n_bytes: u64,
}

/// In which format a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Lines of cells.
    Delimited,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC.
    Arrow,
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
                let (source, n_bytes) = (source.to_owned(), metadata.len());
                files.push(InputFile { source, path, absolute, n_bytes });
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

/// What a file's first bytes give away, with the way out for each.
const LOOKS: &[(&[u8], &str, &str)] = &[
    (b"PAR1", "Parquet", "name it with the ending .parquet"),
    (b"ARROW1", "Arrow IPC", "name it with the ending .arrow"),
    (
        b"PK\x03\x04",
        "a zip archive or an Excel workbook",
        "unpack it, or save the sheet as CSV UTF-8",
    ),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV UTF-8"),
    (b"\x1f\x8b", "gzip", "unpack it with gunzip first"),
    (b"\x28\xb5\x2f\xfd", "zstd", "unpack it with unzstd first"),
    (b"BZh", "bzip2", "unpack it with bunzip2 first"),
    (b"%PDF-", "a PDF", "ask for the export as CSV"),
    (b"SQLite format 3\0", "an SQLite database", "export the table as CSV"),
    (b"{\"", "JSON", "ask for the export as CSV"),
    (b"[{", "JSON", "ask for the export as CSV"),
    (b"\xff\xfe", "UTF-16", "save it as UTF-8"),
    (b"\xfe\xff", "UTF-16", "save it as UTF-8"),
];

/// Tells the format by a file's name, and refuses a file whose first bytes say otherwise.
pub(super) fn format(file: &InputFile) -> Result<Format, Error> {
    let mut head = Vec::with_capacity(512);
    let opened = File::open(&file.absolute).map_err(|cause| Error::io(&file.path, &cause))?;
    opened.take(512).read_to_end(&mut head).map_err(|cause| Error::io(&file.path, &cause))?;
    let extension = Path::new(&file.path).extension().and_then(|extension| extension.to_str());
    let extension = extension.unwrap_or("").to_ascii_lowercase();
    let (format, read_as) = match extension.as_str() {
        "parquet" | "pq" => (Format::Parquet, "Parquet"),
        "arrow" | "feather" | "ipc" => (Format::Arrow, "Arrow IPC"),
        "" if head.starts_with(b"PAR1") => return Ok(Format::Parquet),
        "" if head.starts_with(b"ARROW1") => return Ok(Format::Arrow),
        _ => (Format::Delimited, "CSV"),
    };
    let wrong = |looks_like, hint| {
        Err(Error::WrongFormat { file: file.path.clone(), read_as, looks_like, hint })
    };
    let looks = LOOKS.iter().find(|(magic, ..)| head.starts_with(magic));
    match (format, looks) {
        (Format::Parquet, Some((b"PAR1", ..))) | (Format::Arrow, Some((b"ARROW1", ..))) => {
            Ok(format)
        }
        (_, Some((_, looks_like, hint))) => wrong(looks_like, hint),
        (Format::Parquet | Format::Arrow, None) if !head.is_empty() => {
            wrong("something else", "name it after what it is: .csv for delimited text")
        }
        _ if is_html(&head) => wrong("a web page", "the download failed, perhaps at a login"),
        _ if is_utf16(&head) => wrong("UTF-16", "save it as UTF-8"),
        _ => Ok(format),
    }
}

fn is_html(head: &[u8]) -> bool {
    let start = head.trim_ascii_start();
    let starts =
        |word: &[u8]| start.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    starts(b"<!doctype") || starts(b"<html") || starts(b"<?xml")
}

/// Tells UTF-16 without its mark: every other byte of Latin text is NUL.
fn is_utf16(head: &[u8]) -> bool {
    let head = &head[..head.len().min(64)];
    let n_nul = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    head.len() >= 8 && (n_nul(0) * 4 > head.len()) != (n_nul(1) * 4 > head.len())
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
            format(&files[0])
        };
        assert_eq!(check("a.csv", b"id,email\n").unwrap(), Format::Delimited);
        assert_eq!(check("a.parquet", b"PAR1....").unwrap(), Format::Parquet);
        assert_eq!(check("table", b"ARROW1..").unwrap(), Format::Arrow);
        for bytes in [
            &b"PK\x03\x04rest"[..],
            b"\x1f\x8b\x08",
            b"PAR1",
            b"<!DOCTYPE html>",
            b"  <HTML>",
            b"\xff\xfei\0d\0",
            b"i\0d\0,\0e\0m\0a\0i\0l\0",
        ] {
            assert!(matches!(check("a.csv", bytes), Err(Error::WrongFormat { .. })), "{bytes:?}");
        }
        assert!(matches!(check("a.parquet", b"id,email\n"), Err(Error::WrongFormat { .. })));
    }
}
