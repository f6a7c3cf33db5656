//! The check characters that official messages should carry.

use protocol::time::Timestamp;

use crate::DatabaseError;
use crate::row::{handles, time};

pub(crate) const CREATE: &str = "CREATE TABLE messages (
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    n INTEGER NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (kind, reference, n)
) STRICT;";

/// One message that was or will be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its kind's word.
    pub kind: String,
    /// The id it is about.
    pub reference: String,
    /// Its number among its like.
    pub n: u32,
    /// Three Chinese characters.
    pub zh: String,
    /// Four letters and digits.
    pub en: String,
    /// Since when it is expected.
    pub at: Timestamp,
}

handles! {
    /// The expected messages.
    Messages, MessagesMut
}

impl Messages<'_> {
    /// The newest `most`.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn newest(&self, most: u32) -> Result<Vec<MessageRow>, DatabaseError> {
        let mut found = self.0.prepare("SELECT * FROM messages ORDER BY at DESC, kind, n DESC LIMIT ?1")?;
        let rows = found
            .query_map([most], |row| {
                Ok(MessageRow {
                    kind: row.get("kind")?,
                    reference: row.get("reference")?,
                    n: row.get("n")?,
                    zh: row.get("zh")?,
                    en: row.get("en")?,
                    at: time(row, "at")?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

impl MessagesMut<'_> {
    /// Keeps what a message should carry; the same one again changes nothing. Only the newest 50 stay.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn insert(&self, row: &MessageRow) -> Result<(), DatabaseError> {
        self.0.0.execute(
            "INSERT OR IGNORE INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (&row.kind, &row.reference, row.n, &row.zh, &row.en, row.at.millis()),
        )?;
        self.0.0.execute(
            "DELETE FROM messages WHERE rowid NOT IN (SELECT rowid FROM messages ORDER BY at DESC, n DESC LIMIT 50)",
            [],
        )?;
        Ok(())
    }
}
