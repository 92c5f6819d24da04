//! How does one small file appear whole, where none stood before?

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::Error;

/// Writes a text to a place where nothing stands: whole, private, or not at all.
///
/// # Errors
/// Something stands there, or the disk refuses.
pub fn write_once(place: &Path, text: &str) -> Result<(), Error> {
    let name = place.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let beside = place.with_file_name(format!(".{name}-{}", std::process::id()));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        // A link, unlike a move, never takes the place of another file.
        .and_then(|()| fs::hard_link(&beside, place));
    // What cannot be removed is only a copy.
    let _ = fs::remove_file(&beside);
    written.map_err(Error::write(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_there_is_never_replaced_and_nothing_is_left_beside_it() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("approval.json");
        write_once(&place, "first").unwrap();
        assert!(write_once(&place, "second").is_err());
        assert_eq!(fs::read_to_string(&place).unwrap(), "first");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }
}
