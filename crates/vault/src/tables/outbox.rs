//! What the gateway still has to be told: ends never wait for the network.

use protocol::id::QueryId;
use protocol::time::Timestamp;

use super::words;
use crate::DatabaseError;
use crate::row::{handles, time, word};

pub(crate) const CREATE: &str = "CREATE TABLE outbox (
    query TEXT NOT NULL,
    word TEXT NOT NULL,
    since INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    PRIMARY KEY (query, word)
) STRICT;";

words! {
    /// What is told.
    Tell {
        /// The person withdrew.
        Withdraw = "withdraw",
        /// The report was deleted, lost or ended here.
        Delete = "delete",
        /// Sections are stored here; the gateway may erase them.
        Collected = "collected",
        /// The consent to the face check was withdrawn: what the provider may hold is to be erased.
        FaceWithdrawn = "face_withdrawn",
    }
}

/// One thing to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// About which query.
    pub query: QueryId,
    /// What.
    pub tell: Tell,
    /// Since when it waits.
    pub since: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried next.
    pub next_at: Timestamp,
}

handles! {
    /// What the gateway has to be told.
    Outbox, OutboxMut
}

impl Outbox<'_> {
    /// Everything that waits, oldest first.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn all(&self) -> Result<Vec<OutboxRow>, DatabaseError> {
        let mut all = self.0.prepare("SELECT * FROM outbox ORDER BY since, query, word")?;
        let rows = all
            .query_map([], |row| {
                Ok(OutboxRow {
                    query: word(row, "query")?,
                    tell: word(row, "word")?,
                    since: time(row, "since")?,
                    tries: row.get("tries")?,
                    next_at: time(row, "next_at")?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

impl OutboxMut<'_> {
    /// Adds something to tell; what waits already goes on waiting.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn insert(&self, query: QueryId, tell: Tell, now: Timestamp) -> Result<(), DatabaseError> {
        self.0.0.execute(
            "INSERT OR IGNORE INTO outbox VALUES (?1, ?2, ?3, 0, ?3)",
            (query.to_string(), tell.as_str(), now.millis()),
        )?;
        Ok(())
    }

    /// It could not be told; next try at `next_at`.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn postpone(&self, query: QueryId, tell: Tell, next_at: Timestamp) -> Result<(), DatabaseError> {
        self.0.0.execute(
            "UPDATE outbox SET tries = tries + 1, next_at = ?3 WHERE query = ?1 AND word = ?2",
            (query.to_string(), tell.as_str(), next_at.millis()),
        )?;
        Ok(())
    }

    /// It was told, or there is nobody to tell any more.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn delete(&self, query: QueryId, tell: Tell) -> Result<(), DatabaseError> {
        self.0.0.execute("DELETE FROM outbox WHERE query = ?1 AND word = ?2", (query.to_string(), tell.as_str()))?;
        Ok(())
    }
}
