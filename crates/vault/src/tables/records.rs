//! What stays of a query after its end: ids and times, never an outcome or a count of cards.

use protocol::id::{ConsentId, QueryId};
use protocol::time::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};

use super::words;
use crate::DatabaseError;
use crate::row::{handles, maybe_time, maybe_word, millis, text, time, word};

pub(crate) const CREATE: &str = "CREATE TABLE records (
    query TEXT PRIMARY KEY,
    ended TEXT NOT NULL,
    given_at INTEGER NOT NULL, ended_at INTEGER NOT NULL,
    accepted_at INTEGER, generated_at INTEGER, ends_at INTEGER,
    banks INTEGER NOT NULL,
    consent TEXT,
    refusal TEXT,
    replaces TEXT
) STRICT;";

words! {
    /// Why a query ended.
    Ended {
        /// Never sent in time, or given up before.
        Lapsed = "lapsed",
        /// The gateway refused it.
        Refused = "refused",
        /// Withdrawn by the person.
        Withdrawn = "withdrawn",
        /// Deleted by the person.
        Deleted = "deleted",
        /// No bank answered.
        Empty = "empty",
        /// Its key was lost.
        Lost = "lost",
        /// Another device took over.
        DeviceChanged = "device_changed",
        /// Its seven days ended.
        Expired = "expired",
    }
}

/// One query that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// The query.
    pub query: QueryId,
    /// Why it ended.
    pub ended: Ended,
    /// When its consent was given.
    pub given_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When its report was closed.
    pub generated_at: Option<Timestamp>,
    /// The end the report would have had; the allowance counts to it.
    pub ends_at: Option<Timestamp>,
    /// How many banks were asked.
    pub banks: u32,
    /// Its consent.
    pub consent: Option<ConsentId>,
    /// The gateway's code, when it refused.
    pub refusal: Option<String>,
    /// The query it replaced.
    pub replaces: Option<QueryId>,
}

handles! {
    /// The queries that ended.
    Records, RecordsMut
}

fn read(row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    Ok(RecordRow {
        query: word(row, "query")?,
        ended: word(row, "ended")?,
        given_at: time(row, "given_at")?,
        ended_at: time(row, "ended_at")?,
        accepted_at: maybe_time(row, "accepted_at")?,
        generated_at: maybe_time(row, "generated_at")?,
        ends_at: maybe_time(row, "ends_at")?,
        banks: row.get("banks")?,
        consent: maybe_word(row, "consent")?,
        refusal: row.get("refusal")?,
        replaces: maybe_word(row, "replaces")?,
    })
}

impl Records<'_> {
    /// A record by its query.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn get(&self, query: QueryId) -> Result<Option<RecordRow>, DatabaseError> {
        Ok(self.0.query_row("SELECT * FROM records WHERE query = ?1", [query.to_string()], read).optional()?)
    }

    /// The latest end.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn latest(&self) -> Result<Option<Timestamp>, DatabaseError> {
        let sql = "SELECT MAX(ended_at) AS at FROM records";
        Ok(self.0.prepare_cached(sql)?.query_row([], |row| maybe_time(row, "at"))?)
    }

    /// All records, newest first.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn all(&self) -> Result<Vec<RecordRow>, DatabaseError> {
        let mut all = self.0.prepare("SELECT * FROM records ORDER BY given_at DESC, query")?;
        let rows = all.query_map([], read)?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

impl RecordsMut<'_> {
    /// Keeps a record; one that is there already stays as it is.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn insert(&self, row: &RecordRow) -> Result<(), DatabaseError> {
        self.0.0.execute(
            "INSERT OR IGNORE INTO records VALUES (:query, :ended, :given_at, :ended_at, :accepted_at, :generated_at,
             :ends_at, :banks, :consent, :refusal, :replaces)",
            named_params! {
                ":query": row.query.to_string(),
                ":ended": row.ended.as_str(),
                ":given_at": row.given_at.millis(),
                ":ended_at": row.ended_at.millis(),
                ":accepted_at": millis(row.accepted_at),
                ":generated_at": millis(row.generated_at),
                ":ends_at": millis(row.ends_at),
                ":banks": row.banks,
                ":consent": text(row.consent.as_ref()),
                ":refusal": row.refusal,
                ":replaces": text(row.replaces.as_ref()),
            },
        )?;
        Ok(())
    }
}
