//! The one transaction, and the same rows written again from the tombstone log.

use protocol::code::QueryState;
use protocol::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, ToSql, Transaction};
use serde::Serialize;

use super::read::{self, write_doc};
use super::{Files, ledger};
use crate::query;
use crate::store::{
    Changes, Enrolment, Query, Recovered, StoreError, Tombstone, Verification, VerificationState, Versioned, Withdrawal,
};

pub(super) fn commit(files: &mut Files, changes: &Changes) -> Result<(), StoreError> {
    let tx = files.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    apply(&tx, changes)?;
    if !changes.tombstones.is_empty() {
        // The log is durable before the database is: a crash between them leaves a line to apply, never an end to forget.
        let last = files.log.append(&changes.tombstones)?;
        set_applied(&tx, last)?;
    }
    Ok(tx.commit()?)
}

fn apply(tx: &Transaction<'_>, changes: &Changes) -> Result<(), StoreError> {
    for doc in &changes.accounts {
        put(tx, "account", &["k1"], &doc.doc.account.to_string(), doc, &[&doc.doc.person.to_string()])?;
    }
    for doc in &changes.devices {
        put(tx, "device", &["k1"], &doc.doc.kid.to_string(), doc, &[&doc.doc.account.to_string()])?;
    }
    for doc in &changes.enrolments {
        put_enrolment(tx, doc)?;
    }
    for doc in &changes.verifications {
        put_verification(tx, doc)?;
    }
    for doc in &changes.misses {
        let until = doc.doc.at.last().copied().max(doc.doc.until).map_or(0, |last| (last + query::DAY).millis());
        put(tx, "misses", &["until"], &doc.doc.of, doc, &[&until])?;
    }
    for doc in &changes.allowances {
        put(tx, "allowance", &[], &doc.doc.person.to_string(), doc, &[])?;
    }
    for doc in &changes.queries {
        put_query(tx, doc)?;
    }
    for id in &changes.release {
        tx.prepare_cached("UPDATE query SET lease_until = 0, fence = fence + 1 WHERE id = ?1")?
            .execute([id.to_string()])?;
    }
    for plan in &changes.plans {
        put(tx, "plan", &[], &plan.query.to_string(), &Versioned::new(plan.clone()), &[])?;
    }
    for answer in &changes.answers {
        let keys: [&dyn ToSql; 4] =
            [&answer.query.to_string(), &answer.bank.as_str(), &answer.round, &write_doc(answer)?];
        // A second answer of one bank and round is a conflict, never a replacement.
        tx.prepare_cached("INSERT INTO answer(query, bank, round, doc) VALUES(?1, ?2, ?3, ?4)")?
            .execute(keys.as_slice())
            .map_err(taken)?;
    }
    for id in &changes.forget {
        for sql in [
            "DELETE FROM plan WHERE id = ?1",
            "DELETE FROM answer WHERE query = ?1",
            "DELETE FROM event WHERE query = ?1",
        ] {
            tx.prepare_cached(sql)?.execute([id.to_string()])?;
        }
    }
    for event in &changes.events {
        let id = i64::try_from(event.id).unwrap_or(i64::MAX);
        tx.prepare_cached("INSERT INTO event(query, id, doc) VALUES(?1, ?2, ?3)")?
            .execute((event.query.to_string(), id, write_doc(event)?))
            .map_err(taken)?;
    }
    for message in &changes.messages {
        tx.prepare_cached("INSERT INTO message(id, next_at, doc) VALUES(?1, ?2, ?3) ON CONFLICT(id) DO NOTHING")?
            .execute((&message.dedup_key, message.next_at.millis(), write_doc(message)?))?;
    }
    for withdrawal in &changes.withdrawals {
        put_withdrawal(tx, withdrawal)?;
    }
    for account in &changes.gone {
        remove_account(tx, &account.to_string())?;
    }
    if let Some(stored) = &changes.reply {
        ledger::finish(tx, &stored.request, Some(&stored.reply), stored.at)?;
    }
    Ok(())
}

fn taken(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::ConstraintViolation) => StoreError::Conflict,
        Some(_) | None => error.into(),
    }
}

/// Inserts (version 0) or updates exactly the version that was read.
fn put<T: Serialize>(
    tx: &Connection,
    table: &str,
    columns: &[&str],
    id: &str,
    doc: &Versioned<T>,
    values: &[&dyn ToSql],
) -> Result<(), StoreError> {
    let text = write_doc(&doc.doc)?;
    let version = i64::try_from(doc.version).unwrap_or(i64::MAX);
    let mut params: Vec<&dyn ToSql> = vec![&id, &text, &version];
    params.extend_from_slice(values);
    let sql = if doc.version == 0 {
        let names: String = columns.iter().map(|c| format!(", {c}")).collect();
        let marks: String = (0..columns.len()).map(|i| format!(", ?{}", i + 4)).collect();
        format!("INSERT INTO {table}(id, doc, version{names}) VALUES(?1, ?2, ?3 + 1{marks})")
    } else {
        let sets: String = columns.iter().enumerate().map(|(i, c)| format!(", {c} = ?{}", i + 4)).collect();
        format!("UPDATE {table} SET doc = ?2, version = ?3 + 1{sets} WHERE id = ?1 AND version = ?3")
    };
    let written = tx.prepare_cached(&sql)?.execute(params.as_slice()).map_err(taken)?;
    if written == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

fn put_enrolment(tx: &Connection, doc: &Versioned<Enrolment>) -> Result<(), StoreError> {
    let state = match doc.doc.state {
        crate::store::EnrolmentState::Held => "held",
        crate::store::EnrolmentState::Open
        | crate::store::EnrolmentState::Void
        | crate::store::EnrolmentState::Ended
        | crate::store::EnrolmentState::Active => "other",
    };
    let until = (doc.doc.code.expires_at + query::DAY).millis();
    put(
        tx,
        "enrolment",
        &["k1", "k2", "until"],
        &doc.doc.enrolment.to_string(),
        doc,
        &[&doc.doc.person.to_string(), &state, &until],
    )
}

fn put_verification(tx: &Connection, doc: &Versioned<Verification>) -> Result<(), StoreError> {
    let token = doc.doc.token.map(|token| token.to_string());
    let device = doc.doc.device.to_string();
    let until = (doc.doc.expires_at + query::DAY).millis();
    put(tx, "verification", &["k1", "k2", "until"], &doc.doc.verification.to_string(), doc, &[&token, &device, &until])
}

fn put_query(tx: &Connection, doc: &Versioned<Query>) -> Result<(), StoreError> {
    let head = &doc.doc;
    let due = query::next_due(head).map(Timestamp::millis);
    let open = query::has_work(head);
    put(
        tx,
        "query",
        &["account", "consent", "accepted_at", "due", "open"],
        &head.query.to_string(),
        doc,
        &[&head.account.to_string(), &head.consent.to_string(), &head.accepted_at.millis(), &due, &open],
    )
}

fn put_withdrawal(tx: &Connection, withdrawal: &Withdrawal) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO withdrawal(account, query, until, doc) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(account, query) DO NOTHING")?
        .execute((withdrawal.account.to_string(), withdrawal.query.to_string(), withdrawal.until.millis(), write_doc(withdrawal)?))?;
    Ok(())
}

fn remove_account(tx: &Connection, account: &str) -> Result<(), StoreError> {
    let person: Option<String> =
        tx.query_row("SELECT k1 FROM account WHERE id = ?1", [account], |row| row.get(0)).optional()?;
    if let Some(person) = person {
        tx.execute("DELETE FROM enrolment WHERE k1 = ?1", [person])?;
    }
    tx.execute("DELETE FROM account WHERE id = ?1", [account])?;
    Ok(())
}

fn applied(db: &Connection) -> Result<u64, StoreError> {
    let value: Option<String> =
        db.query_row("SELECT value FROM meta WHERE key = 'tombstones'", [], |row| row.get(0)).optional()?;
    value.map_or(Ok(0), |text| text.parse().map_err(|_| StoreError::Damaged))
}

fn set_applied(db: &Connection, last: u64) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO meta(key, value) VALUES('tombstones', ?1) ON CONFLICT(key) DO UPDATE SET value = ?1",
        [last.to_string()],
    )?;
    Ok(())
}

/// Brings the database up to the log. A database behind the log was restored (or the last commit was cut off): its open
/// verifications and tokens hold no longer, and no ended query has work left.
pub(super) fn recover(files: &mut Files, now: Timestamp) -> Result<Recovered, StoreError> {
    let tx = files.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let known = applied(&tx)?;
    let missing = files.log.after(known)?;
    let mut recovered = Recovered::default();
    for (line, tombstone) in missing {
        bury(&tx, tombstone)?;
        set_applied(&tx, line)?;
        recovered.applied += 1;
    }
    // One process a folder: whatever was leased belonged to one that died. The fencing token still rises.
    tx.execute("UPDATE query SET lease_until = 0 WHERE open = 1", [])?;
    if recovered.applied > 0 {
        recovered.voided = void_tokens(&tx)?;
    }
    tx.commit()?;
    files.days.drop_ended(now)?;
    Ok(recovered)
}

fn bury(tx: &Transaction<'_>, tombstone: Tombstone) -> Result<(), StoreError> {
    match tombstone {
        Tombstone::Query { head } => {
            let version = read::query(tx, head.query)?.map_or(0, |query| query.version);
            let ended = !matches!(head.state, QueryState::Closed | QueryState::Asking | QueryState::Retrying);
            let id = head.query;
            put_query(tx, &Versioned { version, doc: *head })?;
            if ended {
                apply(tx, &Changes { forget: vec![id], ..Changes::default() })?;
            }
        }
        Tombstone::Withdrawal { withdrawal } => put_withdrawal(tx, &withdrawal)?,
        Tombstone::Account { account, device } => {
            remove_account(tx, &account.to_string())?;
            put_device(tx, *device)?;
        }
        Tombstone::Retired { device } => put_device(tx, *device)?,
        Tombstone::Allowance { allowance } => {
            let id = allowance.person.to_string();
            let version =
                read::doc::<crate::store::Allowance>(tx, "allowance", "id", &id)?.map_or(0, |doc| doc.version);
            put(tx, "allowance", &[], &id, &Versioned { version, doc: allowance }, &[])?;
        }
    }
    Ok(())
}

fn put_device(tx: &Connection, device: crate::store::Device) -> Result<(), StoreError> {
    let id = device.kid.to_string();
    let version = read::doc::<crate::store::Device>(tx, "device", "id", &id)?.map_or(0, |doc| doc.version);
    let account = device.account.to_string();
    put(tx, "device", &["k1"], &id, &Versioned { version, doc: device }, &[&account])
}

fn void_tokens(tx: &Transaction<'_>) -> Result<u64, StoreError> {
    let mut voided = 0;
    for mut found in read::docs::<Verification>(tx, "verification", "1 = 1", &[])? {
        if matches!(found.doc.state, VerificationState::Open | VerificationState::Passed) {
            crate::factor::void(&mut found.doc);
            put_verification(tx, &found)?;
            voided += 1;
        }
    }
    Ok(voided)
}
