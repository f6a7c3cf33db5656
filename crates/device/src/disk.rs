//! Files that are really there: written whole or not at all, for this user only, never through a link.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Why a file or folder could not be used. Paths are left out: they hold the person's login name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DiskError {
    /// The disk or the quota is full.
    #[error("the disk is full")]
    Full,
    /// The folder may only be read.
    #[error("the folder is read-only")]
    ReadOnly,
    /// This user may not.
    #[error("the system refuses this user")]
    Denied,
    /// A link or another kind of thing stands where a file or folder belongs.
    #[error("something else stands in this place")]
    WrongKind,
    /// The folder around it is missing.
    #[error("the folder is missing")]
    Missing,
    /// Another running app holds it.
    #[error("another program holds it")]
    Busy,
    /// The file is larger than it can honestly be.
    #[error("the file is too large")]
    TooLarge,
    /// The disk failed in another way.
    #[error("the disk failed")]
    Failed,
}

impl From<io::Error> for DiskError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::Full,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory | io::ErrorKind::AlreadyExists => {
                Self::WrongKind
            }
            io::ErrorKind::ResourceBusy | io::ErrorKind::WouldBlock => Self::Busy,
            // ErrorKind is open; ELOOP has no stable kind of its own.
            _ if is_loop(&error) => Self::WrongKind,
            _ => Self::Failed,
        }
    }
}

#[cfg(unix)]
fn is_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
fn is_loop(_: &io::Error) -> bool {
    false
}

/// Makes `folder` (and those above it) for this user only; an existing one is kept when it is a real folder.
///
/// # Errors
/// [`DiskError::WrongKind`] when a link or a file stands there; otherwise as the system says.
pub fn private_folder(folder: &Path) -> Result<(), DiskError> {
    if let Ok(found) = fs::symlink_metadata(folder) {
        if !found.is_dir() {
            return Err(DiskError::WrongKind);
        }
    } else {
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        #[cfg(not(unix))]
        fs::create_dir_all(folder)?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Refuses a place where something other than a regular file stands; nothing there is fine.
///
/// # Errors
/// [`DiskError::WrongKind`].
pub fn check_place(file: &Path) -> Result<(), DiskError> {
    match fs::symlink_metadata(file) {
        Ok(found) if found.is_file() => Ok(()),
        Ok(_) => Err(DiskError::WrongKind),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Writes `bytes` as the whole of `file`: after this call they are on the disk, after a crash the old or the new whole.
///
/// # Errors
/// [`DiskError`]; the old file is then untouched.
pub fn write(file: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    check_place(file)?;
    let half = half(file);
    remove(&half)?;
    let written = write_half(&half, bytes).and_then(|()| fs::rename(&half, file).map_err(DiskError::from));
    if written.is_err() {
        let _ = fs::remove_file(&half);
    }
    written?;
    sync_folder(file)
}

fn write_half(half: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut out = options.open(half)?;
    out.write_all(bytes)?;
    Ok(out.sync_all()?)
}

/// Where a file is written before it takes its place.
fn half(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".half");
    file.with_file_name(name)
}

/// Reads a file of at most `most` bytes; `None` when there is none.
///
/// # Errors
/// [`DiskError`]; [`DiskError::TooLarge`] before anything large is read.
pub fn read(file: &Path, most: u64) -> Result<Option<Vec<u8>>, DiskError> {
    check_place(file)?;
    let open = match File::open(file) {
        Ok(open) => open,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut bytes = Vec::new();
    open.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(DiskError::TooLarge) } else { Ok(Some(bytes)) }
}

/// Unlinks `file` itself, never what a link points to; one that is not there is removed already.
///
/// # Errors
/// [`DiskError`]; the file may then still be there.
pub fn remove(file: &Path) -> Result<(), DiskError> {
    match fs::remove_file(file) {
        Ok(()) => sync_folder(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Makes the folder's entry of `file` durable.
fn sync_folder(file: &Path) -> Result<(), DiskError> {
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_link_in_its_place_is_refused_and_its_target_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let (target, place) = (folder.path().join("target"), folder.path().join("place"));
        fs::write(&target, b"someone's").unwrap();
        std::os::unix::fs::symlink(&target, &place).unwrap();
        assert_eq!(write(&place, b"ours"), Err(DiskError::WrongKind));
        assert_eq!(read(&place, 100), Err(DiskError::WrongKind));
        assert_eq!(private_folder(&place), Err(DiskError::WrongKind));
        remove(&place).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"someone's", "what a link points to is never touched");
    }

    #[test]
    fn a_missing_folder_and_a_large_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(write(&folder.path().join("none/file"), b"x"), Err(DiskError::Missing));
        let file = folder.path().join("large");
        fs::write(&file, [0; 11]).unwrap();
        assert_eq!(read(&file, 10), Err(DiskError::TooLarge));
        assert_eq!(read(&folder.path().join("no"), 10), Ok(None), "no file is not an error");
    }

    #[test]
    fn written_whole_for_this_user_only() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        private_folder(&inner).unwrap();
        let file = inner.join("deadlines");
        fs::write(half(&file), b"left by a crash").unwrap();
        write(&file, b"first").unwrap();
        write(&file, b"second").unwrap();
        assert_eq!(read(&file, 100).unwrap().unwrap(), b"second");
        assert!(!half(&file).exists(), "nothing half-written stays");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(fs::metadata(&inner).unwrap().permissions().mode() & 0o777, 0o700);
        }
        remove(&file).unwrap();
        remove(&file).unwrap();
        assert_eq!(read(&file, 100), Ok(None));
    }
}
