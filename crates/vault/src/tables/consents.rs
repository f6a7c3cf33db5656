//! The consents the person gave, kept as signed, with what the person's own copy needs to be understood.

use protocol::encode::{Digest, Salt};
use protocol::id::{ConsentId, QueryId};
use protocol::time::Timestamp;
use rusqlite::{OptionalExtension, named_params};
use serde::{Deserialize, Serialize};

use crate::DatabaseError;
use crate::row::{handles, json, time, to_json, word};

pub(crate) const CREATE: &str = "CREATE TABLE consents (
    query TEXT PRIMARY KEY,
    consent TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    jws TEXT NOT NULL,
    subject_salt TEXT NOT NULL,
    banks TEXT NOT NULL,
    given_at INTEGER NOT NULL, apply_by INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    notice TEXT NOT NULL,
    face_consent TEXT
) STRICT;";

/// One bank of a consent, in the order of its commitments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentBank {
    /// The bank's code.
    pub code: String,
    /// Its name as the person read it.
    pub name_zh: String,
    /// Salt of its commitment.
    pub salt: Salt,
}

/// The notice as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptNotice {
    /// Its version.
    pub version: String,
    /// Its language.
    pub locale: String,
    /// Digest of the text.
    pub sha256: String,
    /// The one-screen summary.
    pub summary: String,
    /// The whole text.
    pub text: String,
}

/// One consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRow {
    /// The query it allows.
    pub query: QueryId,
    /// Its own id.
    pub consent: ConsentId,
    /// SHA-256 of the JWS.
    pub digest: Digest,
    /// The signed consent.
    pub jws: String,
    /// Salt of the subject.
    pub subject_salt: Salt,
    /// The banks, in the order of the commitments.
    pub banks: Vec<ConsentBank>,
    /// When it was given.
    pub given_at: Timestamp,
    /// Until when it may be sent.
    pub apply_by: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What the person read.
    pub notice: KeptNotice,
    /// The separate consent to a face check (JWS).
    pub face_consent: Option<String>,
}

handles! {
    /// The consents.
    Consents, ConsentsMut
}

impl Consents<'_> {
    /// The consent of a query.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn get(&self, query: QueryId) -> Result<Option<ConsentRow>, DatabaseError> {
        let row = self.0.query_row("SELECT * FROM consents WHERE query = ?1", [query.to_string()], |row| {
            Ok(ConsentRow {
                query: word(row, "query")?,
                consent: word(row, "consent")?,
                digest: word(row, "digest")?,
                jws: row.get("jws")?,
                subject_salt: word(row, "subject_salt")?,
                banks: json(row, "banks")?,
                given_at: time(row, "given_at")?,
                apply_by: time(row, "apply_by")?,
                expires_at: time(row, "expires_at")?,
                notice: json(row, "notice")?,
                face_consent: row.get("face_consent")?,
            })
        });
        Ok(row.optional()?)
    }
}

impl ConsentsMut<'_> {
    /// Keeps a consent; one query has one, and it never changes.
    ///
    /// # Errors
    /// [`DatabaseError::Rule`] when the query has another already.
    pub fn insert(&self, row: &ConsentRow) -> Result<(), DatabaseError> {
        self.0.0.execute(
            "INSERT INTO consents VALUES (:query, :consent, :digest, :jws, :subject_salt, :banks, :given_at, :apply_by,
             :expires_at, :notice, :face_consent)",
            named_params! {
                ":query": row.query.to_string(),
                ":consent": row.consent.to_string(),
                ":digest": row.digest.to_string(),
                ":jws": row.jws,
                ":subject_salt": row.subject_salt.to_string(),
                ":banks": to_json(&row.banks)?,
                ":given_at": row.given_at.millis(),
                ":apply_by": row.apply_by.millis(),
                ":expires_at": row.expires_at.millis(),
                ":notice": to_json(&row.notice)?,
                ":face_consent": row.face_consent,
            },
        )?;
        Ok(())
    }

    /// Keeps the separate consent to a face check beside its consent.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn set_face_consent(&self, query: QueryId, jws: Option<&str>) -> Result<(), DatabaseError> {
        self.0.0.execute("UPDATE consents SET face_consent = ?2 WHERE query = ?1", (query.to_string(), jws))?;
        Ok(())
    }

    /// Forgets the consent of a query that never left the house.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn delete(&self, query: QueryId) -> Result<(), DatabaseError> {
        self.0.0.execute("DELETE FROM consents WHERE query = ?1", [query.to_string()])?;
        Ok(())
    }
}
