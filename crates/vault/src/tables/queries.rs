//! The live query: its state (table 1 of the states), its times, its sealed seed, the body that is sent.

use std::fmt;
use std::str::FromStr;

use protocol::encode::Digest;
use protocol::id::QueryId;
use protocol::time::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};

use super::UnknownWord;
use super::records::Ended;
use crate::DatabaseError;
use crate::row::{handles, maybe_time, maybe_word, millis, number, signed, text, time, word};

pub(crate) const CREATE: &str = "CREATE TABLE queries (
    query TEXT PRIMARY KEY,
    stage TEXT NOT NULL,
    consent_digest TEXT,
    given_at INTEGER NOT NULL, apply_by INTEGER NOT NULL, consent_expires_at INTEGER NOT NULL,
    accepted_at INTEGER, due_at INTEGER, round_due_at INTEGER, generated_at INTEGER, ends_at INTEGER,
    round INTEGER NOT NULL DEFAULT 1,
    revision INTEGER NOT NULL DEFAULT 0,
    sealed_seed BLOB,
    public_key BLOB,
    body BLOB,
    envelope TEXT,
    refusal TEXT,
    replaces TEXT,
    last_event TEXT
) STRICT;
CREATE UNIQUE INDEX one_live_query ON queries ((1)) WHERE stage NOT LIKE 'ending(%';";

/// Where a query stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Consent is being made or was signed; nothing left the house.
    Prepared,
    /// Factors are being proved.
    Verifying,
    /// The body is stored and being sent.
    Sending,
    /// The gateway accepted.
    Collecting,
    /// Closed; readable.
    Ready,
    /// Closed, and banks are asked again.
    Retrying,
    /// Being ended; becomes a record when the key and the file are gone.
    Ending(Ended),
}

impl Stage {
    /// Whether the gateway accepted it and it is not being ended: sections of it may lie here.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Collecting | Self::Ready | Self::Retrying)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prepared => f.write_str("prepared"),
            Self::Verifying => f.write_str("verifying"),
            Self::Sending => f.write_str("sending"),
            Self::Collecting => f.write_str("collecting"),
            Self::Ready => f.write_str("ready"),
            Self::Retrying => f.write_str("retrying"),
            Self::Ending(why) => write!(f, "ending({why})"),
        }
    }
}

impl FromStr for Stage {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "prepared" => Ok(Self::Prepared),
            "verifying" => Ok(Self::Verifying),
            "sending" => Ok(Self::Sending),
            "collecting" => Ok(Self::Collecting),
            "ready" => Ok(Self::Ready),
            "retrying" => Ok(Self::Retrying),
            other => match other.strip_prefix("ending(").and_then(|rest| rest.strip_suffix(')')) {
                Some(why) => why.parse().map(Self::Ending),
                None => Err(UnknownWord),
            },
        }
    }
}

/// One query that is not yet a record.
#[derive(Clone, PartialEq, Eq)]
pub struct QueryRow {
    /// Its id.
    pub query: QueryId,
    /// Where it stands.
    pub stage: Stage,
    /// Digest of its consent, once signed.
    pub consent_digest: Option<Digest>,
    /// When the consent was given.
    pub given_at: Timestamp,
    /// Until when it may be sent.
    pub apply_by: Timestamp,
    /// When the consent ends.
    pub consent_expires_at: Timestamp,
    /// When the gateway accepted.
    pub accepted_at: Option<Timestamp>,
    /// Acceptance + 24 h.
    pub due_at: Option<Timestamp>,
    /// End of the running retry round.
    pub round_due_at: Option<Timestamp>,
    /// When the report was closed.
    pub generated_at: Option<Timestamp>,
    /// When it ends, by this device's own calendar; provisional before it is closed.
    pub ends_at: Option<Timestamp>,
    /// The last round asked.
    pub round: u8,
    /// The last envelope's revision.
    pub revision: u64,
    /// The seed under the vault key, then under the shred key.
    pub sealed_seed: Option<Vec<u8>>,
    /// The public half, 1,216 bytes.
    pub public_key: Option<Vec<u8>>,
    /// The exact bytes that are sent.
    pub body: Option<Vec<u8>>,
    /// The last envelope (JWS).
    pub envelope: Option<String>,
    /// The refusal's code, while ending as refused.
    pub refusal: Option<String>,
    /// The query it replaces.
    pub replaces: Option<QueryId>,
    /// Last event seen of the gateway's stream.
    pub last_event: Option<String>,
}

impl QueryRow {
    /// A query at its very beginning.
    #[must_use]
    pub fn prepared(query: QueryId, given_at: Timestamp, apply_by: Timestamp, consent_expires_at: Timestamp) -> Self {
        Self {
            query,
            stage: Stage::Prepared,
            consent_digest: None,
            given_at,
            apply_by,
            consent_expires_at,
            accepted_at: None,
            due_at: None,
            round_due_at: None,
            generated_at: None,
            ends_at: None,
            round: 1,
            revision: 0,
            sealed_seed: None,
            public_key: None,
            body: None,
            envelope: None,
            refusal: None,
            replaces: None,
            last_event: None,
        }
    }
}

handles! {
    /// The queries that are not yet records.
    Queries, QueriesMut
}

fn read(row: &Row<'_>) -> rusqlite::Result<QueryRow> {
    Ok(QueryRow {
        query: word(row, "query")?,
        stage: word(row, "stage")?,
        consent_digest: maybe_word(row, "consent_digest")?,
        given_at: time(row, "given_at")?,
        apply_by: time(row, "apply_by")?,
        consent_expires_at: time(row, "consent_expires_at")?,
        accepted_at: maybe_time(row, "accepted_at")?,
        due_at: maybe_time(row, "due_at")?,
        round_due_at: maybe_time(row, "round_due_at")?,
        generated_at: maybe_time(row, "generated_at")?,
        ends_at: maybe_time(row, "ends_at")?,
        round: row.get("round")?,
        revision: number(row, "revision")?,
        sealed_seed: row.get("sealed_seed")?,
        public_key: row.get("public_key")?,
        body: row.get("body")?,
        envelope: row.get("envelope")?,
        refusal: row.get("refusal")?,
        replaces: maybe_word(row, "replaces")?,
        last_event: row.get("last_event")?,
    })
}

impl Queries<'_> {
    /// A query by its id.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn get(&self, query: QueryId) -> Result<Option<QueryRow>, DatabaseError> {
        Ok(self.0.query_row("SELECT * FROM queries WHERE query = ?1", [query.to_string()], read).optional()?)
    }

    /// The one live query (not ending).
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn live(&self) -> Result<Option<QueryRow>, DatabaseError> {
        Ok(self.0.query_row("SELECT * FROM queries WHERE stage NOT LIKE 'ending(%'", [], read).optional()?)
    }

    /// The latest instant of any query.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn latest(&self) -> Result<Option<Timestamp>, DatabaseError> {
        let sql = "SELECT MAX(COALESCE(accepted_at, given_at)) AS at FROM queries";
        Ok(self.0.prepare_cached(sql)?.query_row([], |row| maybe_time(row, "at"))?)
    }

    /// All queries, those being ended included.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn all(&self) -> Result<Vec<QueryRow>, DatabaseError> {
        let mut all = self.0.prepare("SELECT * FROM queries ORDER BY given_at, query")?;
        let rows = all.query_map([], read)?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

impl QueriesMut<'_> {
    /// Adds a query; at most one is live.
    ///
    /// # Errors
    /// [`DatabaseError::Rule`] while another is live.
    pub fn insert(&self, row: &QueryRow) -> Result<(), DatabaseError> {
        self.write("INSERT", row)
    }

    /// Writes a query as it is now, whole.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn put(&self, row: &QueryRow) -> Result<(), DatabaseError> {
        if self.get(row.query)?.is_none() {
            return Err(DatabaseError::Rule);
        }
        self.delete(row.query)?;
        self.write("INSERT", row)
    }

    fn write(&self, verb: &str, row: &QueryRow) -> Result<(), DatabaseError> {
        let sql = format!(
            "{verb} INTO queries VALUES (:query, :stage, :consent_digest, :given_at, :apply_by, :consent_expires_at,
             :accepted_at, :due_at, :round_due_at, :generated_at, :ends_at, :round, :revision, :sealed_seed,
             :public_key, :body, :envelope, :refusal, :replaces, :last_event)"
        );
        self.0.0.execute(
            &sql,
            named_params! {
                ":query": row.query.to_string(),
                ":stage": row.stage.to_string(),
                ":consent_digest": text(row.consent_digest.as_ref()),
                ":given_at": row.given_at.millis(),
                ":apply_by": row.apply_by.millis(),
                ":consent_expires_at": row.consent_expires_at.millis(),
                ":accepted_at": millis(row.accepted_at),
                ":due_at": millis(row.due_at),
                ":round_due_at": millis(row.round_due_at),
                ":generated_at": millis(row.generated_at),
                ":ends_at": millis(row.ends_at),
                ":round": row.round,
                ":revision": signed(row.revision),
                ":sealed_seed": row.sealed_seed,
                ":public_key": row.public_key,
                ":body": row.body,
                ":envelope": row.envelope,
                ":refusal": row.refusal,
                ":replaces": text(row.replaces.as_ref()),
                ":last_event": row.last_event,
            },
        )?;
        Ok(())
    }

    /// Changes the stage alone.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn set_stage(&self, query: QueryId, stage: Stage) -> Result<(), DatabaseError> {
        self.0.0.execute("UPDATE queries SET stage = ?2 WHERE query = ?1", (query.to_string(), stage.to_string()))?;
        Ok(())
    }

    /// Forgets a query: it became a record, or never left the house.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn delete(&self, query: QueryId) -> Result<(), DatabaseError> {
        self.0.0.execute("DELETE FROM queries WHERE query = ?1", [query.to_string()])?;
        Ok(())
    }
}
