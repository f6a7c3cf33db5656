//! Per query and bank what everybody may know of it: the state outside the seal, never an outcome.

use protocol::code::{BankState, PartyCode};
use protocol::encode::Digest;
use protocol::id::QueryId;
use protocol::time::Timestamp;
use rusqlite::named_params;

use crate::DatabaseError;
use crate::row::{handles, maybe_time, maybe_word, millis, text, word};

pub(crate) const CREATE: &str = "CREATE TABLE banks (
    query TEXT NOT NULL,
    bank TEXT NOT NULL,
    place INTEGER NOT NULL,
    state TEXT NOT NULL,
    round INTEGER NOT NULL,
    at INTEGER,
    refusal TEXT,
    answer TEXT,
    sealed TEXT,
    stored INTEGER NOT NULL DEFAULT 0,
    erased INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (query, bank)
) STRICT;";

/// One bank of one query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankRow {
    /// The bank.
    pub bank: PartyCode,
    /// Its place in the consent.
    pub place: u32,
    /// Its state outside the seal.
    pub state: BankState,
    /// The round this state belongs to.
    pub round: u8,
    /// Since when.
    pub at: Option<Timestamp>,
    /// The bank's own code, when it refused.
    pub refusal: Option<String>,
    /// Digest of its answer JWS.
    pub answer: Option<Digest>,
    /// Digest of the sealed bytes.
    pub sealed: Option<Digest>,
    /// The sealed bytes are in the section file.
    pub stored: bool,
    /// The gateway was told and erased its copy.
    pub erased: bool,
}

impl BankRow {
    /// A bank that was asked and has not answered.
    #[must_use]
    pub fn pending(bank: PartyCode, place: u32) -> Self {
        Self {
            bank,
            place,
            state: BankState::Pending,
            round: 1,
            at: None,
            refusal: None,
            answer: None,
            sealed: None,
            stored: false,
            erased: false,
        }
    }
}

handles! {
    /// The banks of the queries and records.
    Banks, BanksMut
}

impl Banks<'_> {
    /// The banks of a query, in the order of its consent.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn of(&self, query: QueryId) -> Result<Vec<BankRow>, DatabaseError> {
        let mut found = self.0.prepare("SELECT * FROM banks WHERE query = ?1 ORDER BY place")?;
        let rows = found
            .query_map([query.to_string()], |row| {
                Ok(BankRow {
                    bank: word(row, "bank")?,
                    place: row.get("place")?,
                    state: word(row, "state")?,
                    round: row.get("round")?,
                    at: maybe_time(row, "at")?,
                    refusal: row.get("refusal")?,
                    answer: maybe_word(row, "answer")?,
                    sealed: maybe_word(row, "sealed")?,
                    stored: row.get("stored")?,
                    erased: row.get("erased")?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

impl BanksMut<'_> {
    /// Writes one bank's state as it is now.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn put(&self, query: QueryId, row: &BankRow) -> Result<(), DatabaseError> {
        self.0.0.execute(
            "INSERT OR REPLACE INTO banks VALUES (:query, :bank, :place, :state, :round, :at, :refusal, :answer, :sealed,
             :stored, :erased)",
            named_params! {
                ":query": query.to_string(),
                ":bank": row.bank.as_str(),
                ":place": row.place,
                ":state": row.state.as_str(),
                ":round": row.round,
                ":at": millis(row.at),
                ":refusal": row.refusal,
                ":answer": text(row.answer.as_ref()),
                ":sealed": text(row.sealed.as_ref()),
                ":stored": row.stored,
                ":erased": row.erased,
            },
        )?;
        Ok(())
    }

    /// Forgets the banks of a query that never left the house.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn delete(&self, query: QueryId) -> Result<(), DatabaseError> {
        self.0.0.execute("DELETE FROM banks WHERE query = ?1", [query.to_string()])?;
        Ok(())
    }
}
