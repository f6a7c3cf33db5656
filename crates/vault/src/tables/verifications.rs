//! The factors being proved now: for a query, for enrolling, for a forgotten password.

use protocol::code::FactorKind;
use protocol::encode::Digest;
use protocol::id::{TokenId, VerificationId};
use protocol::time::Timestamp;
use rusqlite::named_params;

use super::words;
use crate::DatabaseError;
use crate::row::{handles, maybe_time, maybe_word, millis, text, word};

pub(crate) const CREATE: &str = "CREATE TABLE verifications (
    act TEXT NOT NULL,
    kind TEXT NOT NULL,
    verification TEXT NOT NULL,
    bound_to TEXT NOT NULL,
    state TEXT NOT NULL,
    expires_at INTEGER, resend_at INTEGER,
    resends INTEGER NOT NULL,
    tries_left INTEGER,
    token TEXT, token_expires_at INTEGER,
    session TEXT,
    bank TEXT,
    PRIMARY KEY (act, kind)
) STRICT;";

words! {
    /// What a factor is proved for.
    Act {
        /// A query.
        Query = "query",
        /// Enrolling while another device lives.
        Enrol = "enrol",
        /// A forgotten viewing password.
        Reset = "reset",
    }
}

words! {
    /// How far a factor is.
    FactorState {
        /// Waiting for the person.
        Open = "open",
        /// Proved.
        Passed = "passed",
        /// No longer counts.
        Void = "void",
    }
}

/// One factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationRow {
    /// What for.
    pub act: Act,
    /// Which factor.
    pub kind: FactorKind,
    /// Its id at the gateway.
    pub verification: VerificationId,
    /// Digest it is bound to (consent, or the act's own digest).
    pub bound_to: Digest,
    /// How far it is.
    pub state: FactorState,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When another code may be asked for.
    pub resend_at: Option<Timestamp>,
    /// Codes asked for again; `n` of the check characters.
    pub resends: u32,
    /// Wrong tries left, once told.
    pub tries_left: Option<u32>,
    /// What it is exchanged for.
    pub token: Option<TokenId>,
    /// When the token ends.
    pub token_expires_at: Option<Timestamp>,
    /// Opaque text for the provider.
    pub session: Option<String>,
    /// The bank that confirms, for card_bank.
    pub bank: Option<String>,
}

handles! {
    /// The factors being proved.
    Verifications, VerificationsMut
}

impl Verifications<'_> {
    /// The factors of an act.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn of(&self, act: Act) -> Result<Vec<VerificationRow>, DatabaseError> {
        let mut found = self.0.prepare("SELECT * FROM verifications WHERE act = ?1 ORDER BY kind")?;
        let rows = found
            .query_map([act.as_str()], |row| {
                Ok(VerificationRow {
                    act: word(row, "act")?,
                    kind: word(row, "kind")?,
                    verification: word(row, "verification")?,
                    bound_to: word(row, "bound_to")?,
                    state: word(row, "state")?,
                    expires_at: maybe_time(row, "expires_at")?,
                    resend_at: maybe_time(row, "resend_at")?,
                    resends: row.get("resends")?,
                    tries_left: row.get("tries_left")?,
                    token: maybe_word(row, "token")?,
                    token_expires_at: maybe_time(row, "token_expires_at")?,
                    session: row.get("session")?,
                    bank: row.get("bank")?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

impl VerificationsMut<'_> {
    /// Writes a factor as it is now; a new one of the same kind takes the place of the old.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn put(&self, row: &VerificationRow) -> Result<(), DatabaseError> {
        self.0.0.execute(
            "INSERT OR REPLACE INTO verifications VALUES (:act, :kind, :verification, :bound_to, :state, :expires_at,
             :resend_at, :resends, :tries_left, :token, :token_expires_at, :session, :bank)",
            named_params! {
                ":act": row.act.as_str(),
                ":kind": row.kind.as_str(),
                ":verification": row.verification.to_string(),
                ":bound_to": row.bound_to.to_string(),
                ":state": row.state.as_str(),
                ":expires_at": millis(row.expires_at),
                ":resend_at": millis(row.resend_at),
                ":resends": row.resends,
                ":tries_left": row.tries_left,
                ":token": text(row.token.as_ref()),
                ":token_expires_at": millis(row.token_expires_at),
                ":session": row.session,
                ":bank": row.bank,
            },
        )?;
        Ok(())
    }

    /// Forgets the factors of an act.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn delete(&self, act: Act) -> Result<(), DatabaseError> {
        self.0.0.execute("DELETE FROM verifications WHERE act = ?1", [act.as_str()])?;
        Ok(())
    }
}
