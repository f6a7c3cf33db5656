//! Reading documents.

use protocol::code::PartyCode;
use protocol::id::{AccountId, QueryId};
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::{BankHealth, Query, StoreError, Versioned};

pub(super) fn read_doc<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged)
}

pub(super) fn write_doc<T: Serialize>(doc: &T) -> Result<String, StoreError> {
    serde_json::to_string(doc).map_err(|_| StoreError::Damaged)
}

fn version(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(index).map(i64::unsigned_abs)
}

/// `table` and `column` are words of this module's callers, never of a request.
pub(super) fn doc<T: DeserializeOwned>(
    db: &Connection,
    table: &str,
    column: &str,
    key: &str,
) -> Result<Option<Versioned<T>>, StoreError> {
    let sql = format!("SELECT version, doc FROM {table} WHERE {column} = ?1");
    let found =
        db.prepare_cached(&sql)?.query_row([key], |row| Ok((version(row, 0)?, row.get::<_, String>(1)?))).optional()?;
    found.map(|(version, text)| Ok(Versioned { version, doc: read_doc(&text)? })).transpose()
}

pub(super) fn docs<T: DeserializeOwned>(
    db: &Connection,
    table: &str,
    condition: &str,
    keys: &[&dyn ToSql],
) -> Result<Vec<Versioned<T>>, StoreError> {
    let mut statement =
        db.prepare_cached(&format!("SELECT version, doc FROM {table} WHERE {condition} ORDER BY rowid"))?;
    let rows: Vec<(u64, String)> =
        statement.query_map(keys, |row| Ok((version(row, 0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    rows.into_iter().map(|(version, text)| Ok(Versioned { version, doc: read_doc(&text)? })).collect()
}

pub(super) fn list<T: DeserializeOwned>(db: &Connection, sql: &str, keys: &[&dyn ToSql]) -> Result<Vec<T>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let rows: Vec<String> = statement.query_map(keys, |row| row.get(0))?.collect::<Result<_, _>>()?;
    rows.iter().map(|text| read_doc(text)).collect()
}

/// The fencing token stands in its own column, so that a lease need not rewrite the document.
pub(super) fn query_row(row: &Row<'_>) -> rusqlite::Result<(u64, u64, String)> {
    Ok((version(row, 0)?, version(row, 1)?, row.get(2)?))
}

pub(super) fn into_query((version, fence, text): (u64, u64, String)) -> Result<Versioned<Query>, StoreError> {
    let mut doc: Query = read_doc(&text)?;
    doc.fence = fence;
    Ok(Versioned { version, doc })
}

pub(super) fn query(db: &Connection, id: QueryId) -> Result<Option<Versioned<Query>>, StoreError> {
    let found = db
        .prepare_cached("SELECT version, fence, doc FROM query WHERE id = ?1")?
        .query_row([id.to_string()], query_row)
        .optional()?;
    found.map(into_query).transpose()
}

pub(super) fn queries_of(db: &Connection, account: AccountId, limit: usize) -> Result<Vec<Query>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = db.prepare_cached(
        "SELECT version, fence, doc FROM query WHERE account = ?1 ORDER BY accepted_at DESC, rowid DESC LIMIT ?2",
    )?;
    let rows: Vec<_> = statement.query_map((account.to_string(), limit), query_row)?.collect::<Result<_, _>>()?;
    rows.into_iter().map(|row| Ok(into_query(row)?.doc)).collect()
}

pub(super) fn health(db: &Connection) -> Result<Vec<(PartyCode, BankHealth)>, StoreError> {
    let mut statement = db.prepare_cached("SELECT id, doc FROM health ORDER BY id")?;
    let rows: Vec<(String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    rows.iter().map(|(id, text)| Ok((id.parse().map_err(|_| StoreError::Damaged)?, read_doc(text)?))).collect()
}
