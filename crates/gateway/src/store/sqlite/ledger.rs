//! Small facts of every request: nonces, idempotency keys, token buckets.

use protocol::key::Kid;
use protocol::time::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::Files;
use super::read::{read_doc, write_doc};
use crate::store::{Begin, Bucket, Reply, RequestKey, StoreError};

/// A nonce is refused for three minutes: longer than any signature it came with is accepted.
const NONCE_MS: i64 = 3 * 60 * 1000;
/// Records go before the time their receipts say they are kept until at the latest: 400 days after the end.
const RECORD_MS: i64 = 400 * 24 * 3600 * 1000;
/// A stored reply is repeated for 96 h.
pub(super) const REPLY_MS: i64 = 96 * 3600 * 1000;
/// A first call that runs longer than this has died: no port behind it has more than 120 s.
const RUNNING_MS: i64 = 3 * 60 * 1000;

pub(super) fn nonce(db: &Connection, kid: Kid, nonce: &str, now: Timestamp) -> Result<bool, StoreError> {
    let since = now.millis() - NONCE_MS;
    let written = db
        .prepare_cached(
            "INSERT INTO nonce(kid, nonce, at) VALUES(?1, ?2, ?3) ON CONFLICT(kid, nonce) DO UPDATE SET at = ?3 WHERE at <= ?4",
        )?
        .execute((kid.to_string(), nonce, now.millis(), since))?;
    Ok(written == 1)
}

pub(super) fn begin(files: &Files, request: &RequestKey, now: Timestamp) -> Result<Begin, StoreError> {
    let kid = request.kid.to_string();
    let found: Option<(String, String, String, i64, Option<String>)> = files
        .db
        .prepare_cached("SELECT target, body, process, at, reply FROM request WHERE kid = ?1 AND key = ?2")?
        .query_row([&kid, &request.key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
        .optional()?;
    if let Some((target, body, process, at, reply)) = found {
        let age = now.millis() - at;
        if reply.is_some() && age < REPLY_MS || reply.is_none() && age < RUNNING_MS && process == files.process {
            if target != request.target || body != request.body.to_string() {
                return Ok(Begin::Mismatch);
            }
            return reply.map_or(Ok(Begin::Running), |text| Ok(Begin::Stored(read_doc(&text)?)));
        }
    }
    files
        .db
        .prepare_cached("INSERT OR REPLACE INTO request(kid, key, target, body, process, at, reply) VALUES(?1, ?2, ?3, ?4, ?5, ?6, NULL)")?
        .execute((kid, &request.key, &request.target, request.body.to_string(), &files.process, now.millis()))?;
    Ok(Begin::New)
}

pub(super) fn finish(
    db: &Connection,
    request: &RequestKey,
    reply: Option<&Reply>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let kid = request.kid.to_string();
    match reply {
        Some(reply) => {
            db.prepare_cached("UPDATE request SET reply = ?3, at = ?4 WHERE kid = ?1 AND key = ?2")?.execute((
                kid,
                &request.key,
                write_doc(reply)?,
                now.millis(),
            ))?;
        }
        None => {
            db.prepare_cached("DELETE FROM request WHERE kid = ?1 AND key = ?2 AND reply IS NULL")?
                .execute((kid, &request.key))?;
        }
    }
    Ok(())
}

/// Counts in thousandths of a token's refill time, so that no fraction is lost.
pub(super) fn take(db: &Connection, bucket: &Bucket, now: Timestamp) -> Result<Result<(), u64>, StoreError> {
    let one = i64::try_from(bucket.refill_ms.max(1)).unwrap_or(i64::MAX);
    let full = one.saturating_mul(i64::from(bucket.capacity));
    let found: Option<(i64, i64)> = db
        .prepare_cached("SELECT tokens, at FROM bucket WHERE id = ?1")?
        .query_row([&bucket.name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    // A clock set back refills nothing; it never takes a token away either.
    let level = found.map_or(full, |(tokens, at)| tokens.saturating_add((now.millis() - at).max(0)).min(full));
    if level < one {
        return Ok(Err(u64::try_from(one - level).unwrap_or(1)));
    }
    let left = level - one;
    db.prepare_cached(
        "INSERT INTO bucket(id, tokens, at, full_at) VALUES(?1, ?2, ?3, ?4)
         ON CONFLICT(id) DO UPDATE SET tokens = ?2, at = ?3, full_at = ?4",
    )?
    .execute((&bucket.name, left, now.millis(), now.millis().saturating_add(full - left)))?;
    Ok(Ok(()))
}

/// A deleted account leaves its device's key for the time its DELETE may be repeated, and a keyed hash until the last
/// report's days are over. (Times in documents compare as text: all have one form.)
fn forget_the_gone(db: &Connection, now: i64) -> Result<(), StoreError> {
    let now = Timestamp::from_millis(now).to_string();
    db.execute(
        "DELETE FROM device WHERE k1 IN (SELECT k1 FROM device WHERE json_extract(doc, '$.gone.until') <= ?1)",
        [&now],
    )?;
    db.execute(
        "DELETE FROM allowance WHERE json_extract(doc, '$.live') = 0 AND coalesce(json_extract(doc, '$.until'), '') <= ?1
           AND id NOT IN (SELECT k1 FROM account)",
        [&now],
    )?;
    Ok(())
}

pub(super) fn sweep(db: &Connection, now: Timestamp) -> Result<(), StoreError> {
    let now = now.millis();
    db.execute("DELETE FROM nonce WHERE at <= ?1", [now - NONCE_MS])?;
    db.execute("DELETE FROM request WHERE at <= ?1", [now - REPLY_MS])?;
    db.execute("DELETE FROM bucket WHERE full_at <= ?1", [now])?;
    db.execute("DELETE FROM withdrawal WHERE until <= ?1", [now])?;
    db.execute("DELETE FROM verification WHERE until <= ?1", [now])?;
    db.execute("DELETE FROM enrolment WHERE until <= ?1", [now])?;
    db.execute("DELETE FROM misses WHERE until <= ?1", [now])?;
    db.execute("DELETE FROM message WHERE doc = '' AND next_at <= ?1", [now - REPLY_MS])?;
    db.execute("DELETE FROM query WHERE due IS NULL AND accepted_at <= ?1", [now - RECORD_MS])?;
    forget_the_gone(db, now)
}
