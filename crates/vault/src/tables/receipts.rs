//! Signed statements of the gateway that something was erased; viewable, not proof.

use protocol::id::{QueryId, ReceiptId};
use protocol::time::Timestamp;

use crate::DatabaseError;
use crate::row::{handles, maybe_word, text, time, word};

pub(crate) const CREATE: &str = "CREATE TABLE receipts (
    receipt TEXT PRIMARY KEY,
    query TEXT,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    jws TEXT NOT NULL
) STRICT;";

/// One receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Its id.
    pub receipt: ReceiptId,
    /// The query it is about; none for a whole account.
    pub query: Option<QueryId>,
    /// Its reason's word.
    pub reason: String,
    /// Its instant.
    pub at: Timestamp,
    /// As signed.
    pub jws: String,
}

handles! {
    /// The receipts.
    Receipts, ReceiptsMut
}

impl Receipts<'_> {
    /// The receipts of a query, oldest first.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn of(&self, query: QueryId) -> Result<Vec<ReceiptRow>, DatabaseError> {
        let mut found = self.0.prepare("SELECT * FROM receipts WHERE query = ?1 ORDER BY at, receipt")?;
        let rows = found
            .query_map([query.to_string()], |row| {
                Ok(ReceiptRow {
                    receipt: word(row, "receipt")?,
                    query: maybe_word(row, "query")?,
                    reason: row.get("reason")?,
                    at: time(row, "at")?,
                    jws: row.get("jws")?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

impl ReceiptsMut<'_> {
    /// Keeps a receipt; the same one again changes nothing.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn insert(&self, row: &ReceiptRow) -> Result<(), DatabaseError> {
        self.0.0.execute(
            "INSERT OR IGNORE INTO receipts VALUES (?1, ?2, ?3, ?4, ?5)",
            (row.receipt.to_string(), text(row.query.as_ref()), &row.reason, row.at.millis(), &row.jws),
        )?;
        Ok(())
    }
}
