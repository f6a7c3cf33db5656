//! The query ids this device made: what a bank lists beside them was asked by somebody else.

use protocol::id::QueryId;
use protocol::time::Timestamp;

use crate::DatabaseError;
use crate::row::{handles, time, word};

pub(crate) const CREATE: &str = "CREATE TABLE inquiries (
    query TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;";

handles! {
    /// Own queries.
    Inquiries, InquiriesMut
}

impl Inquiries<'_> {
    /// Own queries, newest first.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn all(&self) -> Result<Vec<(QueryId, Timestamp)>, DatabaseError> {
        let mut all = self.0.prepare("SELECT * FROM inquiries ORDER BY at DESC, query")?;
        let rows =
            all.query_map([], |row| Ok((word(row, "query")?, time(row, "at")?)))?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

impl InquiriesMut<'_> {
    /// Remembers an own query, also one of an earlier device as the gateway lists it.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn insert(&self, query: QueryId, at: Timestamp) -> Result<(), DatabaseError> {
        self.0.0.execute("INSERT OR IGNORE INTO inquiries VALUES (?1, ?2)", (query.to_string(), at.millis()))?;
        Ok(())
    }
}
