//! One running app a profile: a lock on a file, given back by the system even after a crash.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::disk::{self, DiskError};

/// Held while this process is the one that may write the profile's files.
#[derive(Debug)]
pub struct SingleInstance {
    file: File,
}

/// Closing the file alone would not do: a child holds it too until its own program begins.
impl Drop for SingleInstance {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

impl SingleInstance {
    /// Takes the lock without waiting.
    ///
    /// # Errors
    /// [`DiskError::Busy`] while another process holds it; otherwise why the file cannot be used.
    pub fn take(file: &Path) -> Result<Self, DiskError> {
        disk::check_place(file)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let open = options.open(file)?;
        match open.try_lock() {
            Ok(()) => Ok(Self { file: open }),
            Err(TryLockError::WouldBlock) => Err(DiskError::Busy),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_until_the_first_ends() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lock");
        let first = SingleInstance::take(&file).unwrap();
        assert_eq!(SingleInstance::take(&file).err(), Some(DiskError::Busy), "two apps never write one profile");
        drop(first);
        SingleInstance::take(&file).unwrap();
    }

    #[test]
    fn what_a_child_inherits_holds_nothing_once_it_is_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lock");
        let first = SingleInstance::take(&file).unwrap();
        let _inherited = first.file.try_clone().unwrap();
        drop(first);
        SingleInstance::take(&file).unwrap();
    }
}
