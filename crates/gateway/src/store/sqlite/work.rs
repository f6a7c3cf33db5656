//! Leases, what is due, and the outbox.

use protocol::id::QueryId;
use protocol::time::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::read::{self, into_query, query_row, write_doc};
use crate::store::{Message, Query, StoreError};

/// A lease raises the fencing token and the version, so that a write decided under an older lease is refused.
pub(super) fn lease(
    db: &mut Connection,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<Query>, StoreError> {
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let rows: Vec<String> = {
        let mut free = tx.prepare_cached(
            "SELECT id FROM query WHERE open = 1 AND lease_until <= ?1 ORDER BY lease_until, accepted_at LIMIT ?2",
        )?;
        free.query_map((now.millis(), i64::try_from(limit).unwrap_or(i64::MAX)), |row| row.get(0))?
            .collect::<Result<_, _>>()?
    };
    let mut leased = Vec::with_capacity(rows.len());
    for id in rows {
        tx.prepare_cached(
            "UPDATE query SET owner = ?2, lease_until = ?3, fence = fence + 1, version = version + 1 WHERE id = ?1",
        )?
        .execute((&id, owner, until.millis()))?;
        let row =
            tx.prepare_cached("SELECT version, fence, doc FROM query WHERE id = ?1")?.query_row([&id], query_row)?;
        leased.push(into_query(row)?.doc);
    }
    tx.commit()?;
    Ok(leased)
}

pub(super) fn renew(
    db: &mut Connection,
    leases: &[(QueryId, u64)],
    until: Timestamp,
) -> Result<Vec<QueryId>, StoreError> {
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut lost = Vec::new();
    for (id, fence) in leases {
        let fence = i64::try_from(*fence).unwrap_or(i64::MAX);
        let kept = tx
            .prepare_cached("UPDATE query SET lease_until = ?3 WHERE id = ?1 AND fence = ?2 AND open = 1")?
            .execute((id.to_string(), fence, until.millis()))?;
        if kept == 0 {
            lost.push(*id);
        }
    }
    tx.commit()?;
    Ok(lost)
}

pub(super) fn due(db: &Connection, now: Timestamp, limit: usize) -> Result<Vec<QueryId>, StoreError> {
    let mut statement = db.prepare_cached("SELECT id FROM query WHERE due <= ?1 ORDER BY due LIMIT ?2")?;
    let rows: Vec<String> = statement
        .query_map((now.millis(), i64::try_from(limit).unwrap_or(i64::MAX)), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    rows.iter().map(|id| id.parse().map_err(|_| StoreError::Damaged)).collect()
}

/// What was sent stays as a key without text, so that the same message is not put in again.
pub(super) fn message_done(db: &Connection, key: &str, next: Option<Timestamp>) -> Result<(), StoreError> {
    let Some(next) = next else {
        db.execute("UPDATE message SET doc = '' WHERE id = ?1", [key])?;
        return Ok(());
    };
    let text: Option<String> =
        db.query_row("SELECT doc FROM message WHERE id = ?1 AND doc != ''", [key], |row| row.get(0)).optional()?;
    if let Some(text) = text {
        let mut message: Message = read::read_doc(&text)?;
        message.next_at = next;
        db.execute(
            "UPDATE message SET next_at = ?2, doc = ?3 WHERE id = ?1",
            (key, next.millis(), write_doc(&message)?),
        )?;
    }
    Ok(())
}
