//! The vault key wrapped under the key that biometrics release; at most one, and never the only way in.

use rusqlite::{OptionalExtension, named_params};

use crate::DatabaseError;
use crate::row::handles;

pub(crate) const CREATE: &str = "CREATE TABLE biometrics (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    wrapped BLOB NOT NULL,
    kept BLOB NOT NULL
) STRICT;";

/// The wrap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BiometricsRow {
    /// Nonce and XChaCha20-Poly1305 of the vault key.
    pub wrapped: Vec<u8>,
    /// What the machine gave to be asked with.
    pub kept: Vec<u8>,
}

handles! {
    /// The wrap under biometrics.
    Biometrics, BiometricsMut
}

impl Biometrics<'_> {
    /// The wrap, if the person opted in.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn get(&self) -> Result<Option<BiometricsRow>, DatabaseError> {
        let sql = "SELECT wrapped, kept FROM biometrics";
        let read = |row: &rusqlite::Row<'_>| Ok(BiometricsRow { wrapped: row.get(0)?, kept: row.get(1)? });
        Ok(self.0.query_row(sql, [], read).optional()?)
    }
}

impl BiometricsMut<'_> {
    /// Keeps a wrap in place of any other.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn put(&self, row: &BiometricsRow) -> Result<(), DatabaseError> {
        self.0.0.execute(
            "INSERT OR REPLACE INTO biometrics VALUES (1, :wrapped, :kept)",
            named_params! { ":wrapped": row.wrapped, ":kept": row.kept },
        )?;
        Ok(())
    }

    /// Forgets it.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn delete(&self) -> Result<(), DatabaseError> {
        self.0.0.execute("DELETE FROM biometrics", [])?;
        Ok(())
    }
}
