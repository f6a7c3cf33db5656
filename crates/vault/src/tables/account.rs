//! The one account of this device: how far enrolment went, and what may be shown before unlock.

use device::Secret;
use protocol::id::{AccountId, EnrolmentId};
use protocol::key::Kid;
use protocol::time::Timestamp;
use rusqlite::{OptionalExtension, named_params};
use zeroize::Zeroizing;

use super::words;
use crate::DatabaseError;
use crate::row::{handles, maybe_time, maybe_word, millis, text, time, word};

pub(crate) const CREATE: &str = "CREATE TABLE account (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    step TEXT NOT NULL,
    device_kid TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    enrolment TEXT, code_expires_at INTEGER, resend_at INTEGER, resends INTEGER NOT NULL DEFAULT 0,
    account TEXT, statement TEXT, hold_until INTEGER,
    phrase TEXT,
    masked_name TEXT NOT NULL, masked_mobile TEXT NOT NULL, masked_id_number TEXT NOT NULL,
    identity BLOB NOT NULL
) STRICT;";

words! {
    /// How far the device got with enrolling (8-state table 5, the device's half).
    Step {
        /// Keys are made, nothing is answered yet.
        Started = "started",
        /// The gateway waits for the code.
        CodeWait = "code_wait",
        /// Another device lives: a second factor is asked.
        Proving = "proving",
        /// The gateway knows this device; no viewing password yet.
        Confirmed = "confirmed",
        /// Enrolled.
        Active = "active",
        /// Another device took over.
        Retired = "retired",
    }
}

/// The account.
pub struct AccountRow {
    /// How far enrolment went.
    pub step: Step,
    /// The device key of this enrolment.
    pub device_kid: Kid,
    /// When the form was sent first.
    pub began_at: Timestamp,
    /// The running enrolment.
    pub enrolment: Option<EnrolmentId>,
    /// End of the code.
    pub code_expires_at: Option<Timestamp>,
    /// When another code may be asked for.
    pub resend_at: Option<Timestamp>,
    /// Codes asked for again; `n` of the check characters.
    pub resends: u32,
    /// The account at the gateway.
    pub account: Option<AccountId>,
    /// The gateway's enrolment statement (JWS).
    pub statement: Option<String>,
    /// No query before this instant.
    pub hold_until: Option<Timestamp>,
    /// Shown before any password is asked.
    pub phrase: Option<String>,
    /// All but the last character hidden.
    pub masked_name: String,
    /// 3 + 4 digits.
    pub masked_mobile: String,
    /// 1 + 1 characters.
    pub masked_id_number: String,
    /// Name, ID and mobile as sealed by [`crate::private::seal_identity`].
    pub identity: Secret,
}

handles! {
    /// The account.
    Account, AccountMut
}

impl Account<'_> {
    /// The account, when one was begun.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn get(&self) -> Result<Option<AccountRow>, DatabaseError> {
        let row = self.0.query_row("SELECT * FROM account", [], |row| {
            Ok(AccountRow {
                step: word(row, "step")?,
                device_kid: word(row, "device_kid")?,
                began_at: time(row, "began_at")?,
                enrolment: maybe_word(row, "enrolment")?,
                code_expires_at: maybe_time(row, "code_expires_at")?,
                resend_at: maybe_time(row, "resend_at")?,
                resends: row.get("resends")?,
                account: maybe_word(row, "account")?,
                statement: row.get("statement")?,
                hold_until: maybe_time(row, "hold_until")?,
                phrase: row.get("phrase")?,
                masked_name: row.get("masked_name")?,
                masked_mobile: row.get("masked_mobile")?,
                masked_id_number: row.get("masked_id_number")?,
                identity: Zeroizing::new(row.get("identity")?),
            })
        });
        Ok(row.optional()?)
    }
}

impl AccountMut<'_> {
    /// Writes the account as it is now.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn put(&self, row: &AccountRow) -> Result<(), DatabaseError> {
        self.0.0.execute(
            "INSERT OR REPLACE INTO account VALUES (1, :step, :device_kid, :began_at, :enrolment, :code_expires_at,
             :resend_at, :resends, :account, :statement, :hold_until, :phrase, :masked_name, :masked_mobile,
             :masked_id_number, :identity)",
            named_params! {
                ":step": row.step.as_str(),
                ":device_kid": row.device_kid.to_string(),
                ":began_at": row.began_at.millis(),
                ":enrolment": text(row.enrolment.as_ref()),
                ":code_expires_at": millis(row.code_expires_at),
                ":resend_at": millis(row.resend_at),
                ":resends": row.resends,
                ":account": text(row.account.as_ref()),
                ":statement": row.statement,
                ":hold_until": millis(row.hold_until),
                ":phrase": row.phrase,
                ":masked_name": row.masked_name,
                ":masked_mobile": row.masked_mobile,
                ":masked_id_number": row.masked_id_number,
                ":identity": row.identity.as_slice(),
            },
        )?;
        Ok(())
    }

    /// Forgets the account.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn delete(&self) -> Result<(), DatabaseError> {
        self.0.0.execute("DELETE FROM account", [])?;
        Ok(())
    }
}
