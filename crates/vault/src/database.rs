//! The encrypted database: SQLCipher under a raw key that rests in the keychain.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use device::disk::{self, DiskError};
use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use crate::paths::with_neighbours;
use crate::tables::{self, Read, Write};

/// Why the database cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DatabaseError {
    /// This build would write plain text; it refuses to.
    #[error("this build cannot encrypt")]
    NotEncrypted,
    /// Another key, or not a database of ours.
    #[error("does not open with this machine's key")]
    WrongKey,
    /// Pages or rows were altered or cut off.
    #[error("the database is damaged")]
    Damaged,
    /// Written by a newer app.
    #[error("written by a newer version")]
    Newer,
    /// Another process holds it.
    #[error("another program holds the database")]
    Busy,
    /// The file itself.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A rule of a table was broken; nothing was written.
    #[error("a rule of the database was broken")]
    Rule,
    /// Anything else SQLite says.
    #[error("the database failed")]
    Failed,
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(cause, _) => match cause.code {
                ErrorCode::NotADatabase => Self::WrongKey,
                ErrorCode::DatabaseCorrupt => Self::Damaged,
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
                    Self::Busy
                }
                ErrorCode::DiskFull => Self::Disk(DiskError::Full),
                ErrorCode::ReadOnly => Self::Disk(DiskError::ReadOnly),
                ErrorCode::CannotOpen => Self::Disk(DiskError::WrongKind),
                ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied => {
                    Self::Disk(DiskError::Denied)
                }
                ErrorCode::SystemIoFailure => Self::Disk(DiskError::Failed),
                ErrorCode::TooBig => Self::Disk(DiskError::TooLarge),
                ErrorCode::ConstraintViolation => Self::Rule,
                // ErrorCode is open (`non_exhaustive`).
                _ => Self::Failed,
            },
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..) => Self::Damaged,
            // rusqlite::Error is open (`non_exhaustive`).
            _ => Self::Failed,
        }
    }
}

impl From<rusqlite_migration::Error> for DatabaseError {
    fn from(error: rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::MigrationDefinition(
                rusqlite_migration::MigrationDefinitionError::DatabaseTooFarAhead,
            ) => Self::Newer,
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            // rusqlite_migration::Error is open (`non_exhaustive`).
            _ => Self::Damaged,
        }
    }
}

/// Opens a SQLCipher file with a raw key and the settings every file of ours has. Whether all of it is whole is asked
/// by [`check_pages`]; a page that was altered is refused whenever it is read.
pub(crate) fn open_encrypted(file: &Path, key: &[u8; 32]) -> Result<Connection, DatabaseError> {
    for place in with_neighbours(file) {
        disk::check_place(&place)?;
    }
    // SQLite takes anything shorter than its smallest page for an empty file, and would write over it.
    let length = std::fs::symlink_metadata(file).map_or(0, |found| found.len());
    if (1..512).contains(&length) {
        return Err(DatabaseError::WrongKey);
    }
    let connection = sqlcipher::open(file)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    // Failures come back as errors; SQLCipher need not print them as well.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    sqlcipher::give_key(&connection, key)?;
    let cipher: Option<String> = connection.query_row("PRAGMA cipher_version", [], |row| row.get(0)).ok();
    if cipher.is_none_or(|version| version.is_empty()) {
        return Err(DatabaseError::NotEncrypted);
    }
    connection.execute_batch(
        "PRAGMA cipher_memory_security = ON;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;
         PRAGMA foreign_keys = ON;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;",
    )?;
    own_only(file)?;
    Ok(connection)
}

/// Every page is authentic and every table whole.
pub(crate) fn check_pages(connection: &Connection) -> Result<(), DatabaseError> {
    let forged = connection.prepare("PRAGMA cipher_integrity_check")?.exists([])?;
    let whole: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if forged || whole != "ok" { Err(DatabaseError::Damaged) } else { Ok(()) }
}

/// The header is not the one of a plain SQLite file: the encryption is really there.
pub(crate) fn check_header(file: &Path) -> Result<(), DatabaseError> {
    let mut header = [0; 16];
    File::open(file).and_then(|mut open| open.read_exact(&mut header)).map_err(DiskError::from)?;
    if &header == b"SQLite format 3\0" { Err(DatabaseError::NotEncrypted) } else { Ok(()) }
}

#[cfg(unix)]
fn own_only(file: &Path) -> Result<(), DiskError> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?)
}

#[cfg(not(unix))]
fn own_only(_: &Path) -> Result<(), DiskError> {
    Ok(())
}

/// Empties the write-ahead log, so that nothing deleted stays in it.
pub(crate) fn truncate_log(connection: &Connection) -> Result<(), DatabaseError> {
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 { Ok(()) } else { Err(DatabaseError::Busy) }
}

/// The database of one profile.
pub struct Database {
    connection: Mutex<Connection>,
}

impl Database {
    /// Opens or makes the database and brings it to this app's format.
    ///
    /// # Errors
    /// [`DatabaseError`]; [`DatabaseError::Newer`] leaves it untouched.
    pub fn open(file: &Path, key: &[u8; 32]) -> Result<Self, DatabaseError> {
        let mut connection = open_encrypted(file, key)?;
        check_pages(&connection)?;
        tables::migrations().to_latest(&mut connection)?;
        truncate_log(&connection)?;
        check_header(file)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads.
    ///
    /// # Errors
    /// What `work` says.
    pub fn read<T, E>(&self, work: impl FnOnce(Read<'_>) -> Result<T, E>) -> Result<T, E> {
        work(Read(&self.connection()))
    }

    /// Does everything in `work` as one durable step, or nothing of it.
    ///
    /// # Errors
    /// What `work` says, and [`DatabaseError`] of the commit; nothing was written then.
    pub fn write<T, E: From<DatabaseError>>(&self, work: impl FnOnce(Write<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.connection();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(DatabaseError::from)?;
        let value = work(Write(&transaction))?;
        transaction.commit().map_err(DatabaseError::from)?;
        Ok(value)
    }

    /// Empties the write-ahead log: what was deleted is then gone from the disk.
    ///
    /// # Errors
    /// [`DatabaseError::Busy`] while somebody reads: try again.
    pub fn truncate_log(&self) -> Result<(), DatabaseError> {
        truncate_log(&self.connection())
    }
}
