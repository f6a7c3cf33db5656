//! The vault key wrapped under the viewing password, and which wrap counts.

use rusqlite::{OptionalExtension, Row, named_params};

use crate::DatabaseError;
use crate::row::handles;

pub(crate) const CREATE: &str = "CREATE TABLE wraps (
    n INTEGER PRIMARY KEY,
    memory_kib INTEGER NOT NULL, passes INTEGER NOT NULL, lanes INTEGER NOT NULL,
    salt BLOB NOT NULL,
    wrapped BLOB NOT NULL,
    bond BLOB NOT NULL,
    vault_public BLOB NOT NULL,
    digits INTEGER NOT NULL
) STRICT;
CREATE TABLE wrap_in_force (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    n INTEGER NOT NULL REFERENCES wraps (n)
) STRICT;";

/// One wrap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapRow {
    /// Its number, which its pepper shares.
    pub n: u32,
    /// Argon2id memory in KiB.
    pub memory_kib: u32,
    /// Argon2id passes.
    pub passes: u32,
    /// Argon2id lanes.
    pub lanes: u32,
    /// Argon2id salt.
    pub salt: Vec<u8>,
    /// Nonce and XChaCha20-Poly1305 of the vault key.
    pub wrapped: Vec<u8>,
    /// Binds wrap and pepper to each other.
    pub bond: Vec<u8>,
    /// Public half of the vault key.
    pub vault_public: Vec<u8>,
    /// The password is six digits: the keypad is shown.
    pub digits: bool,
}

handles! {
    /// The wraps.
    Wraps, WrapsMut
}

fn read(row: &Row<'_>) -> rusqlite::Result<WrapRow> {
    Ok(WrapRow {
        n: row.get("n")?,
        memory_kib: row.get("memory_kib")?,
        passes: row.get("passes")?,
        lanes: row.get("lanes")?,
        salt: row.get("salt")?,
        wrapped: row.get("wrapped")?,
        bond: row.get("bond")?,
        vault_public: row.get("vault_public")?,
        digits: row.get("digits")?,
    })
}

impl Wraps<'_> {
    /// The wrap that counts.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn in_force(&self) -> Result<Option<WrapRow>, DatabaseError> {
        let sql = "SELECT wraps.* FROM wraps JOIN wrap_in_force USING (n)";
        Ok(self.0.query_row(sql, [], read).optional()?)
    }

    /// The wrap of a number.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn get(&self, n: u32) -> Result<Option<WrapRow>, DatabaseError> {
        Ok(self.0.query_row("SELECT * FROM wraps WHERE n = ?1", [n], read).optional()?)
    }
}

impl WrapsMut<'_> {
    /// Keeps a wrap; it does not count yet.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn put(&self, row: &WrapRow) -> Result<(), DatabaseError> {
        self.0.0.execute(
            "INSERT OR REPLACE INTO wraps VALUES (:n, :memory_kib, :passes, :lanes, :salt, :wrapped, :bond, :vault_public,
             :digits)",
            named_params! {
                ":n": row.n,
                ":memory_kib": row.memory_kib,
                ":passes": row.passes,
                ":lanes": row.lanes,
                ":salt": row.salt,
                ":wrapped": row.wrapped,
                ":bond": row.bond,
                ":vault_public": row.vault_public,
                ":digits": row.digits,
            },
        )?;
        Ok(())
    }

    /// From now on this wrap counts, and all others are gone.
    ///
    /// # Errors
    /// [`DatabaseError::Rule`] when there is no such wrap.
    pub fn switch_to(&self, n: u32) -> Result<(), DatabaseError> {
        self.0.0.execute("INSERT OR REPLACE INTO wrap_in_force VALUES (1, ?1)", [n])?;
        self.0.0.execute("DELETE FROM wraps WHERE n <> ?1", [n])?;
        Ok(())
    }

    /// Forgets wraps that do not count: left by a crash.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn delete_leftovers(&self) -> Result<(), DatabaseError> {
        self.0.0.execute("DELETE FROM wraps WHERE n NOT IN (SELECT n FROM wrap_in_force)", [])?;
        Ok(())
    }
}
