//! The same in one SQLite file: what a bank runs on one machine.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use protocol::code::Outcome;
use protocol::encode::{Digest, Nonce};
use protocol::id::{ConfirmationId, QueryId};
use protocol::key::Kid;
use protocol::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use rusqlite_migration::{M, Migrations};

use super::{
    Answered, BankStore, CONFIRMATION_LIFE, CONSENT_LIFE, Confirmation, Decision, INQUIRIES, InquiryLine, Keeping,
    KeptAnswer, LOG_LIFE, LiveQuery, Person, StoreError,
};
use crate::seven_days::too_soon;

const MIGRATIONS: &[M<'_>] = &[M::up(
    "CREATE TABLE nonce (key TEXT NOT NULL, nonce TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (key, nonce)) STRICT, WITHOUT ROWID;
     CREATE INDEX nonce_until ON nonce (until);
     CREATE TABLE answer (query TEXT NOT NULL, round INTEGER NOT NULL, consent TEXT NOT NULL, answer TEXT NOT NULL,
         sealed BLOB NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (query, round)) STRICT;
     CREATE TABLE withdrawn (query TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT;
     CREATE TABLE report (query TEXT PRIMARY KEY, person BLOB NOT NULL, ends_at INTEGER NOT NULL, replaced_by TEXT) STRICT;
     CREATE INDEX report_person ON report (person);
     CREATE TABLE log (query TEXT PRIMARY KEY, person BLOB, consent TEXT NOT NULL, device TEXT NOT NULL, outcome TEXT,
         at INTEGER NOT NULL) STRICT;
     CREATE INDEX log_person ON log (person, at DESC);
     CREATE TABLE confirmation (id TEXT PRIMARY KEY, consent TEXT NOT NULL, device TEXT NOT NULL, subject TEXT NOT NULL,
         at INTEGER NOT NULL, decision TEXT NOT NULL, attestation TEXT) STRICT;",
)];

/// A [`BankStore`] in a SQLite file. Everything personal in it is sealed or hashed under a key that is not in it.
pub struct SqliteStore(Mutex<Connection>);

impl SqliteStore {
    /// Opens or makes the file and brings it to the newest form.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = sqlcipher::open(path).map_err(failed)?;
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 5000;")
            .map_err(failed)?;
        Migrations::from_slice(MIGRATIONS).to_latest(&mut connection).map_err(|error| {
            tracing::error!(code = "bank_store_migration", kind = %std::any::type_name_of_val(&error), "the store cannot be brought to this version");
            StoreError
        })?;
        Ok(Self(Mutex::new(connection)))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let value = work(&transaction).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Ok(value)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function of map_err")]
fn failed(error: rusqlite::Error) -> StoreError {
    tracing::error!(code = "bank_store", sqlite = ?error.sqlite_error_code(), "the store failed");
    StoreError
}

/// Reads a column that was written from a checked type.
fn column<T: std::str::FromStr>(row: &Row<'_>, index: usize) -> rusqlite::Result<T> {
    let text: String = row.get(index)?;
    text.parse().map_err(|_| rusqlite::Error::InvalidColumnType(index, "text".into(), rusqlite::types::Type::Text))
}

fn live(connection: &Connection, person: &Person, now: Timestamp) -> rusqlite::Result<Vec<LiveQuery>> {
    let mut rows =
        connection.prepare_cached("SELECT query, replaced_by FROM report WHERE person = ?1 AND ends_at > ?2")?;
    let rows = rows.query_map(params![person.0.as_slice(), now.millis()], |row| {
        let replaced_by = row.get::<_, Option<String>>(1)?.and_then(|text| text.parse().ok());
        Ok(LiveQuery { query: column(row, 0)?, replaced_by })
    })?;
    rows.collect()
}

fn kept(connection: &Connection, query: QueryId, round: u8) -> rusqlite::Result<Option<KeptAnswer>> {
    connection
        .prepare_cached("SELECT consent, answer, sealed FROM answer WHERE query = ?1 AND round = ?2")?
        .query_row(params![query.to_string(), round], |row| {
            Ok(KeptAnswer { consent: column(row, 0)?, answer: row.get(1)?, sealed: row.get(2)? })
        })
        .optional()
}

fn consent_of(connection: &Connection, query: QueryId) -> rusqlite::Result<Option<Digest>> {
    connection
        .prepare_cached(
            "SELECT consent FROM answer WHERE query = ?1
             UNION ALL SELECT consent FROM log WHERE query = ?1 AND outcome IS NOT NULL LIMIT 1",
        )?
        .query_row([query.to_string()], |row| column(row, 0))
        .optional()
}

fn is_withdrawn(connection: &Connection, query: QueryId) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM withdrawn WHERE query = ?1")?.exists([query.to_string()])
}

impl BankStore for SqliteStore {
    fn take_nonce(&self, key: &Kid, nonce: &Nonce, until: Timestamp) -> Result<bool, StoreError> {
        let connection = self.connection();
        let insert = "INSERT INTO nonce (key, nonce, until) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let taken =
            connection.execute(insert, params![key.to_string(), nonce.to_string(), until.millis()]).map_err(failed)?;
        Ok(taken == 1)
    }

    fn is_withdrawn(&self, query: QueryId) -> Result<bool, StoreError> {
        is_withdrawn(&self.connection(), query).map_err(failed)
    }

    fn withdraw(&self, query: QueryId, or_until: Timestamp) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            let id = query.to_string();
            transaction.execute(
                "INSERT INTO withdrawn (query, until) VALUES (?1, coalesce((SELECT max(until) FROM answer WHERE query = ?1), ?2)) ON CONFLICT DO NOTHING",
                params![id, or_until.millis()],
            )?;
            transaction.execute("DELETE FROM answer WHERE query = ?1", [&id])?;
            transaction.execute("UPDATE log SET person = NULL WHERE query = ?1 AND outcome IS NULL", [id])?;
            Ok(())
        })
    }

    fn kept(&self, query: QueryId, round: u8) -> Result<Option<KeptAnswer>, StoreError> {
        kept(&self.connection(), query, round).map_err(failed)
    }

    fn consent_of(&self, query: QueryId) -> Result<Option<Digest>, StoreError> {
        consent_of(&self.connection(), query).map_err(failed)
    }

    fn live(&self, person: &Person, now: Timestamp) -> Result<Vec<LiveQuery>, StoreError> {
        live(&self.connection(), person, now).map_err(failed)
    }

    fn log(&self, person: &Person, consent: &Digest, line: &InquiryLine) -> Result<(), StoreError> {
        let row = params![
            line.query.to_string(),
            person.0.as_slice(),
            consent.to_string(),
            line.device.to_string(),
            line.at.millis()
        ];
        let insert = "INSERT INTO log (query, person, consent, device, at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (query) DO UPDATE SET person = iif(outcome IS NULL, excluded.person, person),
                consent = iif(outcome IS NULL, excluded.consent, consent), device = excluded.device, at = excluded.at";
        self.connection().execute(insert, row).map(drop).map_err(failed)
    }

    fn inquiries(&self, person: &Person) -> Result<Vec<InquiryLine>, StoreError> {
        let connection = self.connection();
        let read = || {
            let mut rows = connection.prepare_cached(
                "SELECT query, device, at FROM log WHERE person = ?1 ORDER BY at DESC, query DESC LIMIT ?2",
            )?;
            let limit = i64::try_from(INQUIRIES).unwrap_or(i64::MAX);
            let rows = rows.query_map(params![person.0.as_slice(), limit], |row| {
                Ok(InquiryLine {
                    query: column(row, 0)?,
                    device: column(row, 1)?,
                    at: Timestamp::from_millis(row.get(2)?),
                })
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(failed)
    }

    fn keep(&self, answered: &Answered) -> Result<Keeping, StoreError> {
        self.transaction(|transaction| {
            if is_withdrawn(transaction, answered.query)? {
                return Ok(Keeping::Withdrawn);
            }
            if consent_of(transaction, answered.query)?.is_some_and(|consent| consent != answered.kept.consent) {
                return Ok(Keeping::Replayed);
            }
            if let Some(kept) = kept(transaction, answered.query, answered.round)? {
                return Ok(Keeping::Already(kept));
            }
            if too_soon(&live(transaction, &answered.person, answered.at)?, answered.query, answered.replaces) {
                return Ok(Keeping::TooSoon);
            }
            write_answer(transaction, answered)?;
            Ok(Keeping::Kept)
        })
    }

    fn open_confirmation(&self, confirmation: &Confirmation) -> Result<(), StoreError> {
        let (decision, attestation) = words(&confirmation.decision);
        let row = params![
            confirmation.id.to_string(),
            confirmation.consent.to_string(),
            confirmation.device.to_string(),
            confirmation.subject.to_string(),
            confirmation.at.millis(),
            decision,
            attestation
        ];
        let insert = "INSERT INTO confirmation (id, consent, device, subject, at, decision, attestation) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.connection().execute(insert, row).map(drop).map_err(failed)
    }

    fn confirmation(&self, id: ConfirmationId) -> Result<Option<Confirmation>, StoreError> {
        self.connection()
            .query_row(
                "SELECT consent, device, subject, at, decision, attestation FROM confirmation WHERE id = ?1",
                [id.to_string()],
                |row| {
                    let decision = match (row.get::<_, String>(4)?.as_str(), row.get::<_, Option<String>>(5)?) {
                        ("pending", _) => Decision::Pending,
                        ("passed", Some(attestation)) => Decision::Passed(attestation),
                        _ => Decision::Refused,
                    };
                    let at = Timestamp::from_millis(row.get(3)?);
                    Ok(Confirmation {
                        id,
                        consent: column(row, 0)?,
                        device: column(row, 1)?,
                        subject: column(row, 2)?,
                        at,
                        decision,
                    })
                },
            )
            .optional()
            .map_err(failed)
    }

    fn decide(&self, id: ConfirmationId, decision: &Decision) -> Result<bool, StoreError> {
        let (decision, attestation) = words(decision);
        let update = "UPDATE confirmation SET decision = ?2, attestation = ?3 WHERE id = ?1 AND decision = 'pending'";
        let changed =
            self.connection().execute(update, params![id.to_string(), decision, attestation]).map_err(failed)?;
        Ok(changed == 1)
    }

    fn purge(&self, now: Timestamp) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            for table in ["nonce", "answer", "withdrawn"] {
                transaction.execute(&format!("DELETE FROM {table} WHERE until <= ?1"), [now.millis()])?;
            }
            transaction.execute("DELETE FROM report WHERE ends_at <= ?1", [now.millis()])?;
            transaction.execute("DELETE FROM log WHERE at <= ?1", [(now - LOG_LIFE).millis()])?;
            let ended = (now - CONSENT_LIFE).millis();
            transaction.execute("UPDATE log SET person = NULL WHERE outcome IS NULL AND at <= ?1", [ended])?;
            transaction.execute("DELETE FROM confirmation WHERE at <= ?1", [(now - CONFIRMATION_LIFE).millis()])?;
            Ok(())
        })
    }
}

fn write_answer(transaction: &Transaction<'_>, answered: &Answered) -> rusqlite::Result<()> {
    let query = answered.query.to_string();
    if let Some(replaced) = answered.replaces {
        transaction.execute(
            "UPDATE report SET replaced_by = ?2 WHERE query = ?1 AND person = ?3",
            params![replaced.to_string(), query, answered.person.0.as_slice()],
        )?;
    }
    transaction.execute(
        "INSERT INTO report (query, person, ends_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![query, answered.person.0.as_slice(), answered.report_ends_at.millis()],
    )?;
    transaction.execute(
        "INSERT INTO answer (query, round, consent, answer, sealed, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            query,
            answered.round,
            answered.kept.consent.to_string(),
            answered.kept.answer,
            answered.kept.sealed,
            answered.consent_expires_at.millis()
        ],
    )?;
    let person = (answered.outcome != Outcome::None).then_some(answered.person.0.as_slice());
    transaction.execute(
        "UPDATE log SET outcome = ?2, person = ?3, consent = ?4 WHERE query = ?1",
        params![query, answered.outcome.as_str(), person, answered.kept.consent.to_string()],
    )?;
    Ok(())
}

fn words(decision: &Decision) -> (&'static str, Option<&str>) {
    match decision {
        Decision::Pending => ("pending", None),
        Decision::Passed(attestation) => ("passed", Some(attestation)),
        Decision::Refused => ("refused", None),
    }
}
