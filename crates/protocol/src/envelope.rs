//! The gateway closes a query: which banks answered, and until when the report may be read.

use std::collections::HashSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, AnswerState};
use crate::calendar::retention_end;
use crate::code::{BankState, PartyCode};
use crate::directory::{PartyJwsError, TrustedDirectory};
use crate::encode::Digest;
use crate::id::QueryId;
use crate::json::{self, V1};
use crate::jws::{self, Typ};
use crate::key::SigningKey;
use crate::time::Timestamp;

/// A query closes this long after it was accepted, at the latest.
pub const DUE_AFTER: Duration = Duration::from_secs(24 * 3600);
/// How far the gateway's acceptance may lie outside of the consent's own times.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The envelope.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Always 1.
    pub v: V1,
    /// The query.
    pub query_id: QueryId,
    /// Digest of the consent.
    pub consent: Digest,
    /// Closed or empty.
    pub state: EnvelopeState,
    /// The last finished round.
    pub revision: u8,
    /// When it was made.
    pub at: Timestamp,
    /// When the query was accepted.
    pub accepted_at: Timestamp,
    /// `accepted_at` + 24 hours.
    pub due_at: Timestamp,
    /// When the report was generated; absent when empty.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub generated_at: Option<Timestamp>,
    /// When it ends; absent when empty.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub expires_at: Option<Timestamp>,
    /// One row a bank asked.
    pub banks: Vec<EnvelopeBank>,
}

/// With or without an answer.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum EnvelopeState {
    /// At least one bank answered.
    Closed,
    /// None did.
    Empty,
}

/// One bank's row.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct EnvelopeBank {
    /// The bank.
    pub bank: PartyCode,
    /// Its final state.
    pub state: BankState,
    /// The round of that state.
    pub round: u8,
    /// Digest of the answer JWS, when answered or refused.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub answer: Option<Digest>,
    /// Digest of the sealed bytes, when answered.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub sealed: Option<Digest>,
    /// When.
    pub at: Timestamp,
}

/// What the device holds of its query.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The query.
    pub query_id: QueryId,
    /// Digest of the consent.
    pub consent: &'a Digest,
    /// The banks asked.
    pub banks: &'a [PartyCode],
    /// `given_at` of the consent.
    pub given_at: Timestamp,
    /// `apply_by` of the consent.
    pub apply_by: Timestamp,
    /// As the 201 said.
    pub accepted_at: Timestamp,
    /// As the 201 said.
    pub due_at: Timestamp,
    /// The newest revision held; 0 before the first envelope.
    pub revision: u8,
}

/// Why an envelope was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not signed by the gateway.
    #[error("not the gateway's: {0}")]
    Signature(#[from] PartyJwsError),
    /// For another query or consent.
    #[error("for another query")]
    WrongQuery,
    /// Acceptance or due time differ from those of the 201, or lie outside of the consent's.
    #[error("another acceptance")]
    Acceptance,
    /// Not exactly the banks asked, or one still pending.
    #[error("other banks than asked")]
    Banks,
    /// An older revision than the one held.
    #[error("an older revision")]
    WentBack,
    /// Generated outside of its time, or an end that is not the calendar's.
    #[error("an end that is not the calendar's")]
    End,
}

impl Envelope {
    /// Signs with the gateway's key.
    #[must_use]
    pub fn sign(&self, gateway: &SigningKey) -> String {
        jws::sign(gateway, Typ::Envelope, self)
    }

    /// Everything the device checks of an envelope but the banks' own answers, in order.
    ///
    /// # Errors
    /// [`EnvelopeError`].
    pub fn verify(token: &str, asked: &Asked<'_>, directory: &TrustedDirectory) -> Result<Self, EnvelopeError> {
        let envelope: Self = directory.open_from_gateway(token, Typ::Envelope, |envelope: &Self| envelope.at)?;
        envelope.agrees_with(asked)?;
        Ok(envelope)
    }

    fn agrees_with(&self, asked: &Asked<'_>) -> Result<(), EnvelopeError> {
        if self.query_id != asked.query_id || self.consent != *asked.consent {
            return Err(EnvelopeError::WrongQuery);
        }
        if self.accepted_at != asked.accepted_at || self.due_at != asked.due_at {
            return Err(EnvelopeError::Acceptance);
        }
        let rows: HashSet<_> = self.banks.iter().map(|row| &row.bank).collect();
        let asked_for: HashSet<_> = asked.banks.iter().collect();
        let final_rows = self.banks.iter().all(|row| row.state != BankState::Pending && row.complete());
        if rows.len() != self.banks.len() || rows != asked_for || !final_rows {
            return Err(EnvelopeError::Banks);
        }
        if self.revision < asked.revision || !(1..=3).contains(&self.revision) {
            return Err(EnvelopeError::WentBack);
        }
        let accepted_in_time =
            asked.given_at - TOLERANCE <= self.accepted_at && self.accepted_at <= asked.apply_by + TOLERANCE;
        if !accepted_in_time || self.due_at != self.accepted_at + DUE_AFTER {
            return Err(EnvelopeError::Acceptance);
        }
        let answered = self.banks.iter().any(|row| row.state == BankState::Answered);
        match (self.state, self.generated_at, self.expires_at) {
            // An empty query ends at once: with an answer in it, that would destroy what a bank sent.
            (EnvelopeState::Empty, None, None) if !answered => Ok(()),
            (EnvelopeState::Closed, Some(generated), Some(end)) => {
                let in_time = self.accepted_at <= generated && generated <= self.due_at;
                if in_time && end == retention_end(generated) { Ok(()) } else { Err(EnvelopeError::End) }
            }
            (EnvelopeState::Empty | EnvelopeState::Closed, _, _) => Err(EnvelopeError::End),
        }
    }
}

impl EnvelopeBank {
    fn complete(&self) -> bool {
        match self.state {
            BankState::Answered => self.answer.is_some() && self.sealed.is_some(),
            BankState::Refused => self.answer.is_some() && self.sealed.is_none(),
            BankState::Pending | BankState::NotCovered | BankState::Unanswered | BankState::Withdrawn => {
                self.answer.is_none() && self.sealed.is_none()
            }
        }
    }

    /// Whether a bank's own answer says what this row says.
    #[must_use]
    pub fn matches(&self, query: QueryId, consent: &Digest, token: &str, answer: &Answer) -> bool {
        let state = match answer.state {
            AnswerState::Answered => BankState::Answered,
            AnswerState::Refused => BankState::Refused,
        };
        self.answer == Some(jws::digest(token))
            && answer.query_id == query
            && answer.consent == *consent
            && answer.bank == self.bank
            && answer.round == self.round
            && state == self.state
            && answer.sealed == self.sealed
    }
}
