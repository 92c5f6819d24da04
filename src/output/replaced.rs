//! How does a file change so that a reader sees the old one or the new one, and nothing between?

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::Error;

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
