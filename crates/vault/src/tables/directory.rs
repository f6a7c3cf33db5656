//! The last directory that was verified, with the roots it rests on.

use protocol::time::Timestamp;
use rusqlite::OptionalExtension;

use crate::DatabaseError;
use crate::row::{handles, json, number, signed, time, to_json};

pub(crate) const CREATE: &str = "CREATE TABLE directory (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL,
    roots TEXT NOT NULL,
    directory TEXT NOT NULL,
    health TEXT NOT NULL,
    fetched_at INTEGER NOT NULL
) STRICT;";

/// The directory as it was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryRow {
    /// Its version; never goes down.
    pub version: u64,
    /// The roots (JWS), from version 1.
    pub roots: Vec<String>,
    /// The directory (JWS).
    pub directory: String,
    /// The banks' health as last told (JSON); not signed, shown only.
    pub health: String,
    /// When it was fetched.
    pub fetched_at: Timestamp,
}

handles! {
    /// The directory.
    KnownDirectory, KnownDirectoryMut
}

impl KnownDirectory<'_> {
    /// The last good one.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn get(&self) -> Result<Option<DirectoryRow>, DatabaseError> {
        let row = self.0.query_row("SELECT * FROM directory", [], |row| {
            Ok(DirectoryRow {
                version: number(row, "version")?,
                roots: json(row, "roots")?,
                directory: row.get("directory")?,
                health: row.get("health")?,
                fetched_at: time(row, "fetched_at")?,
            })
        });
        Ok(row.optional()?)
    }
}

impl KnownDirectoryMut<'_> {
    /// Keeps a newer one, or the same fetched again.
    ///
    /// # Errors
    /// [`DatabaseError::Rule`] when its version is lower, or the same with other bytes.
    pub fn put(&self, row: &DirectoryRow) -> Result<(), DatabaseError> {
        if let Some(known) = self.get()? {
            let other = known.version == row.version && known.directory != row.directory;
            if known.version > row.version || other {
                return Err(DatabaseError::Rule);
            }
        }
        self.0.0.execute(
            "INSERT OR REPLACE INTO directory VALUES (1, ?1, ?2, ?3, ?4, ?5)",
            (signed(row.version), to_json(&row.roots)?, &row.directory, &row.health, row.fetched_at.millis()),
        )?;
        Ok(())
    }
}
