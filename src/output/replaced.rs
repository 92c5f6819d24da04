//! How does a file change so that a reader sees the old one or the new one, and nothing between?

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use polars::prelude::DataFrame;

use super::{Dialect, Error, csv, parquet};

/// Writes a table as Parquet in the place of an earlier file.
///
/// # Errors
/// The disk or Polars refuses; then the old file stands.
pub fn replace_parquet(path: &Path, frame: &DataFrame) -> Result<(), Error> {
    let mut bytes = Vec::new();
    parquet::write(&mut bytes, frame)
        .map_err(|cause| Error::Table { path: path.to_owned(), cause: cause.to_string() })?;
    replace_file(path, &bytes)
}

/// Writes a table as CSV in the place of an earlier file.
///
/// # Errors
/// The disk refuses; then the old file stands.
pub fn replace_csv(path: &Path, frame: &DataFrame, dialect: Dialect) -> Result<(), Error> {
    let mut bytes = Vec::new();
    csv::write(frame, dialect, &mut bytes).map_err(Error::write(path))?;
    replace_file(path, &bytes)
}

/// Writes a file beside its place and moves it there; what stood there before stays until then.
/// The file is readable by its owner alone.
///
/// # Errors
/// The disk refuses; then the old file stands.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name =
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    let moved = written(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if moved.is_err() {
        // What cannot be removed now does no harm: it is no one's name.
        let _ = fs::remove_file(&beside);
    }
    let place: PathBuf = path.to_owned();
    moved.and_then(|()| File::open(folder)?.sync_all()).map_err(Error::write(place))
}

fn written(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file =
        OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use polars::prelude::df;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        for value in ["long value", "b"] {
            let frame = df!("name" => [value]).unwrap();
            replace_csv(&path, &frame, Dialect::Machine).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), format!("name\r\n{value}\r\n"));
        }
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none").join("a.csv");
        assert!(replace_file(&path, b"x").is_err());
        assert!(!path.exists());
    }
}
