//! Where a profile's files lie.

use std::path::{Path, PathBuf};

use device::backup;
use device::disk::{self, DiskError};
use protocol::id::QueryId;

/// The folder of one profile and the places in it.
#[derive(Debug, Clone)]
pub struct Paths {
    folder: PathBuf,
}

impl Paths {
    /// The places under `folder`; nothing is made yet.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Makes the folders, for this user only, the one of the sections marked as not for backups.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn make(&self) -> Result<(), DiskError> {
        disk::private_folder(&self.folder)?;
        backup::folder_without_backup(&self.sections())
    }

    /// The profile's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.join("mingxia.db")
    }

    /// A database that could not be opened and was set aside; at most one is kept.
    #[must_use]
    pub fn set_aside(&self) -> PathBuf {
        self.folder.join("mingxia.db.unreadable")
    }

    /// The folder of the section files.
    #[must_use]
    pub fn sections(&self) -> PathBuf {
        self.folder.join("sections")
    }

    /// The section file of a query.
    #[must_use]
    pub fn section_file(&self, query: QueryId) -> PathBuf {
        self.sections().join(format!("{query}.db"))
    }

    /// The plain list of section files and when each ends.
    #[must_use]
    pub fn deadlines(&self) -> PathBuf {
        self.folder.join("deadlines")
    }

    /// The lock of the one running app.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }
}

/// A SQLite file and what SQLite lays beside it.
#[must_use]
pub fn with_neighbours(file: &Path) -> [PathBuf; 4] {
    ["", "-wal", "-shm", "-journal"].map(|end| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}

/// Unlinks a SQLite file and what lies beside it; what is not there is removed already.
///
/// # Errors
/// [`DiskError`] of the first that stays; the others were still tried.
pub fn remove_with_neighbours(file: &Path) -> Result<(), DiskError> {
    with_neighbours(file).iter().map(|path| disk::remove(path)).fold(Ok(()), Result::and)
}
