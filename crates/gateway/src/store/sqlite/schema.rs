//! The tables. Documents stand as JSON beside the columns they are found by; every table is STRICT.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::store::StoreError;

const FIRST: &str = "
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE account(id TEXT PRIMARY KEY, version INTEGER NOT NULL, k1 TEXT NOT NULL UNIQUE, k2 TEXT, doc TEXT NOT NULL) STRICT;
CREATE TABLE device(id TEXT PRIMARY KEY, version INTEGER NOT NULL, k1 TEXT NOT NULL, k2 TEXT, doc TEXT NOT NULL) STRICT;
CREATE TABLE enrolment(id TEXT PRIMARY KEY, version INTEGER NOT NULL, k1 TEXT NOT NULL, k2 TEXT NOT NULL, until INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX enrolment_person ON enrolment(k1, k2);
CREATE TABLE verification(id TEXT PRIMARY KEY, version INTEGER NOT NULL, k1 TEXT UNIQUE, k2 TEXT NOT NULL, until INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX verification_consent ON verification(k2);
CREATE TABLE allowance(id TEXT PRIMARY KEY, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE TABLE query(id TEXT PRIMARY KEY, version INTEGER NOT NULL, account TEXT NOT NULL, consent TEXT NOT NULL UNIQUE,
  accepted_at INTEGER NOT NULL, due INTEGER, open INTEGER NOT NULL, owner TEXT, lease_until INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0, doc TEXT NOT NULL) STRICT;
CREATE INDEX query_account ON query(account, accepted_at);
CREATE INDEX query_due ON query(due) WHERE due IS NOT NULL;
CREATE INDEX query_open ON query(lease_until) WHERE open = 1;
CREATE TABLE plan(id TEXT PRIMARY KEY, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE TABLE answer(query TEXT NOT NULL, bank TEXT NOT NULL, round INTEGER NOT NULL, doc TEXT NOT NULL, UNIQUE(query, bank, round)) STRICT;
CREATE TABLE event(query TEXT NOT NULL, id INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY(query, id)) STRICT;
CREATE TABLE message(id TEXT PRIMARY KEY, next_at INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE TABLE withdrawal(account TEXT NOT NULL, query TEXT NOT NULL, until INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY(account, query)) STRICT;
CREATE TABLE health(id TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT;
CREATE TABLE nonce(kid TEXT NOT NULL, nonce TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(kid, nonce)) STRICT;
CREATE TABLE request(kid TEXT NOT NULL, key TEXT NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL, process TEXT NOT NULL,
  at INTEGER NOT NULL, reply TEXT, PRIMARY KEY(kid, key)) STRICT;
CREATE TABLE bucket(id TEXT PRIMARY KEY, tokens INTEGER NOT NULL, at INTEGER NOT NULL, full_at INTEGER NOT NULL) STRICT;
";

/// Counts of wrong codes; verifications found by their device alone.
const SECOND: &str = "
CREATE TABLE misses(id TEXT PRIMARY KEY, version INTEGER NOT NULL, until INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
DROP INDEX verification_consent;
UPDATE verification SET k2 = substr(k2, 1, 43);
CREATE INDEX verification_device ON verification(k2);
";

/// Opens or makes an encrypted file with the settings every file of ours has.
pub(in crate::store) fn open(path: &Path, key: &[u8; 32]) -> Result<Connection, StoreError> {
    let db = sqlcipher::open(path)?;
    sqlcipher::give_key(&db, key)?;
    // Reads the first page: another key shows here and nowhere later.
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 5000;",
    )?;
    Ok(db)
}

pub(super) fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    Migrations::new(vec![M::up(FIRST), M::up(SECOND)]).to_latest(db).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
        // rusqlite_migration::Error is open (`non_exhaustive`).
        _ => StoreError::Damaged,
    })
}
