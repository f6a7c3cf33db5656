//! Alarms: an inquiry this person did not make, an own one missing, an envelope that does not hold.

use protocol::id::QueryId;
use protocol::time::Timestamp;

use super::words;
use crate::DatabaseError;
use crate::row::{handles, maybe_word, text, time, word};

pub(crate) const CREATE: &str = "CREATE TABLE alarms (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    bank TEXT,
    query TEXT,
    at INTEGER NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0,
    UNIQUE (kind, bank, query)
) STRICT;";

words! {
    /// What is wrong.
    AlarmKind {
        /// A bank lists an inquiry this device did not make.
        UnknownInquiry = "unknown_inquiry",
        /// A bank does not list the current one.
        OwnInquiryMissing = "own_inquiry_missing",
        /// The gateway's envelope does not hold.
        EnvelopeRefused = "envelope_refused",
    }
}

/// One alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmRow {
    /// Its number here.
    pub id: i64,
    /// What is wrong.
    pub kind: AlarmKind,
    /// At which bank.
    pub bank: Option<String>,
    /// Which query.
    pub query: Option<QueryId>,
    /// When it was seen first.
    pub at: Timestamp,
    /// The person has seen it.
    pub seen: bool,
}

handles! {
    /// The alarms.
    Alarms, AlarmsMut
}

impl Alarms<'_> {
    /// All alarms, newest first.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn all(&self) -> Result<Vec<AlarmRow>, DatabaseError> {
        let mut all = self.0.prepare("SELECT * FROM alarms ORDER BY at DESC, id DESC")?;
        let rows = all
            .query_map([], |row| {
                Ok(AlarmRow {
                    id: row.get("id")?,
                    kind: word(row, "kind")?,
                    bank: row.get::<_, Option<String>>("bank")?.filter(|bank| !bank.is_empty()),
                    query: maybe_word(row, "query")?,
                    at: time(row, "at")?,
                    seen: row.get("seen")?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

impl AlarmsMut<'_> {
    /// Raises an alarm; the same one is raised once.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn raise(
        &self,
        kind: AlarmKind,
        bank: Option<&str>,
        query: Option<QueryId>,
        at: Timestamp,
    ) -> Result<(), DatabaseError> {
        // An empty text instead of NULL, so that UNIQUE sees two alarms of the whole envelope as one.
        self.0.0.execute(
            "INSERT OR IGNORE INTO alarms (kind, bank, query, at) VALUES (?1, ?2, ?3, ?4)",
            (kind.as_str(), bank.unwrap_or(""), text(query.as_ref()), at.millis()),
        )?;
        Ok(())
    }

    /// The person has seen it.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn mark_seen(&self, id: i64) -> Result<(), DatabaseError> {
        self.0.0.execute("UPDATE alarms SET seen = 1 WHERE id = ?1", [id])?;
        Ok(())
    }
}
