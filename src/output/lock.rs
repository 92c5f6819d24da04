//! Is another run at work here?

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::Error;
use super::desk::make_private;

/// The right to fill a folder, until dropped. The system takes it back when a run is killed, so
/// no lock is ever stale.
#[derive(Debug)]
pub struct Lock {
    _held: File,
}

impl Lock {
    /// Takes the lock of a folder, which is made if it is not there.
    ///
    /// # Errors
    /// Another run holds it, or the folder cannot be made.
    pub fn take(folder: &Path) -> Result<Lock, Error> {
        make_private(folder)?;
        let path = folder.join(".lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(Error::write(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _held: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path }),
            Err(TryLockError::Error(cause)) => Err(Error::Write { path, cause }),
        }
    }
}
