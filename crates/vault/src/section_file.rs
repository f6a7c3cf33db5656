//! The sealed sections of one query in a file of their own, exactly as the banks sent them.
//!
//! The file is encrypted under a key made from the shred key, and what the person marks in the report is sealed to
//! the query key: both die with the report.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::PoisonError;

use protocol::code::PartyCode;
use protocol::encode::{Digest, Lp};
use protocol::id::QueryId;
use protocol::seal::{self, DecapsulationKey, QueryPublic, SEALED_SECTION_BYTES};
use protocol::time::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use zeroize::Zeroizing;

use crate::database::{check_header, check_pages, open_encrypted, truncate_log};
use crate::item::{self, Item, ItemError};
use crate::row::{time, word};
use crate::{DatabaseError, Vault, wrap};

/// The one format so far.
const CREATE: &str = "CREATE TABLE IF NOT EXISTS sections (
    bank TEXT NOT NULL,
    round INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    digest TEXT NOT NULL,
    answer TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (bank, round)
) STRICT;
CREATE TABLE IF NOT EXISTS kept (
    name TEXT PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;
PRAGMA user_version = 1;";
const FORMAT: i64 = 1;

/// Why a section file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SectionError {
    /// The shred key is gone: the report ended or was lost.
    #[error("the report's key is gone")]
    Shredded,
    /// The keychain.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// The file.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Not the length every sealed section has.
    #[error("not a sealed section")]
    Length,
    /// What is kept does not open with this query's key.
    #[error("does not open with this query's key")]
    DoesNotOpen,
}

impl From<rusqlite::Error> for SectionError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.into())
    }
}

/// One sealed section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSection {
    /// The bank.
    pub bank: PartyCode,
    /// The round.
    pub round: u8,
    /// 17,522 bytes.
    pub sealed: Vec<u8>,
    /// Their SHA-256.
    pub digest: Digest,
    /// The bank's answer (JWS).
    pub answer: String,
    /// When it was stored.
    pub at: Timestamp,
}

/// An open section file.
pub struct SectionFile {
    query: QueryId,
    connection: Connection,
}

impl Vault {
    /// Opens or makes the section file of a query whose shred key lives. The first opening asks whether all of it is
    /// whole; the later ones rest on that, and on every page that is read being authentic.
    ///
    /// # Errors
    /// [`SectionError`].
    pub fn section_file(&self, query: QueryId) -> Result<SectionFile, SectionError> {
        let shred = item::get_key(&*self.keychain, Item::Shred(query))?.ok_or(SectionError::Shredded)?;
        self.section_file_under(query, &shred)
    }

    pub(crate) fn section_file_under(&self, query: QueryId, shred: &[u8; 32]) -> Result<SectionFile, SectionError> {
        let key = wrap::mac(shred, Lp::new("mingxia/section-file/v1").text(&query.to_string()));
        let file = SectionFile::open(&self.paths.section_file(query), query, &key)?;
        let mut whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        if !whole.contains(&query) {
            check_pages(&file.connection)?;
            whole.insert(query);
        }
        Ok(file)
    }
}

impl SectionFile {
    fn open(file: &Path, query: QueryId, key: &Zeroizing<[u8; 32]>) -> Result<Self, SectionError> {
        let connection = open_encrypted(file, key)?;
        let format: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if format > FORMAT {
            return Err(SectionError::Database(DatabaseError::Newer));
        }
        if format < FORMAT {
            connection.execute_batch(&format!("BEGIN IMMEDIATE; {CREATE} COMMIT;"))?;
            truncate_log(&connection)?;
        }
        check_header(file)?;
        Ok(Self { query, connection })
    }

    /// Stores a section. A second one of the same bank and round is ignored, never a replacement; false says so.
    ///
    /// # Errors
    /// [`SectionError`].
    pub fn store(&self, section: &StoredSection) -> Result<bool, SectionError> {
        if section.sealed.len() != SEALED_SECTION_BYTES {
            return Err(SectionError::Length);
        }
        let written = self.connection.execute(
            "INSERT OR IGNORE INTO sections VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                section.bank.as_str(),
                section.round,
                &section.sealed,
                section.digest.to_string(),
                &section.answer,
                section.at.millis(),
            ),
        )?;
        Ok(written == 1)
    }

    /// All sections, in the order of bank and round.
    ///
    /// # Errors
    /// [`SectionError`].
    pub fn all(&self) -> Result<Vec<StoredSection>, SectionError> {
        let mut all = self.connection.prepare("SELECT * FROM sections ORDER BY bank, round")?;
        let rows = all.query_map([], stored)?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// The newest round of each bank that has a section.
    ///
    /// # Errors
    /// [`SectionError`].
    pub fn newest(&self) -> Result<BTreeMap<PartyCode, u8>, SectionError> {
        let mut newest = self.connection.prepare("SELECT bank, max(round) AS round FROM sections GROUP BY bank")?;
        let rows = newest
            .query_map([], |row| Ok((word(row, "bank")?, row.get("round")?)))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// The section of a bank and round.
    ///
    /// # Errors
    /// [`SectionError`].
    pub fn get(&self, bank: &PartyCode, round: u8) -> Result<Option<StoredSection>, SectionError> {
        let sql = "SELECT * FROM sections WHERE bank = ?1 AND round = ?2";
        Ok(self.connection.prepare_cached(sql)?.query_row((bank.as_str(), round), stored).optional()?)
    }

    /// Whether the section of a bank and round is here.
    ///
    /// # Errors
    /// [`SectionError`].
    pub fn has(&self, bank: &PartyCode, round: u8) -> Result<bool, SectionError> {
        let sql = "SELECT 1 FROM sections WHERE bank = ?1 AND round = ?2";
        Ok(self.connection.query_row(sql, (bank.as_str(), round), |_| Ok(())).optional()?.is_some())
    }

    fn purpose(&self, name: &str) -> Vec<u8> {
        Lp::new("mingxia/kept/v1").text(&self.query.to_string()).text(name).finish()
    }

    /// Keeps something about the report (marks, kit progress), sealed to the query key.
    ///
    /// # Errors
    /// [`SectionError`].
    pub fn keep(&self, name: &str, to: &QueryPublic, plain: &[u8]) -> Result<(), SectionError> {
        let sealed = seal::seal(to, &self.purpose(name), plain).map_err(|_| SectionError::DoesNotOpen)?;
        self.connection.execute("INSERT OR REPLACE INTO kept VALUES (?1, ?2)", (name, sealed))?;
        Ok(())
    }

    /// What was kept under a name.
    ///
    /// # Errors
    /// [`SectionError::DoesNotOpen`] when it was altered.
    pub fn kept(&self, name: &str, key: &DecapsulationKey) -> Result<Option<Zeroizing<Vec<u8>>>, SectionError> {
        let sql = "SELECT sealed FROM kept WHERE name = ?1";
        let sealed: Option<Vec<u8>> = self.connection.query_row(sql, [name], |row| row.get(0)).optional()?;
        sealed
            .map(|sealed| seal::open(key, &self.purpose(name), &sealed).map_err(|_| SectionError::DoesNotOpen))
            .transpose()
    }

    /// The names kept so far.
    ///
    /// # Errors
    /// [`SectionError`].
    pub fn kept_names(&self) -> Result<Vec<String>, SectionError> {
        let mut names = self.connection.prepare("SELECT name FROM kept ORDER BY name")?;
        let rows = names.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

fn stored(row: &rusqlite::Row<'_>) -> rusqlite::Result<StoredSection> {
    Ok(StoredSection {
        bank: word(row, "bank")?,
        round: row.get("round")?,
        sealed: row.get("sealed")?,
        digest: word(row, "digest")?,
        answer: row.get("answer")?,
        at: time(row, "at")?,
    })
}
