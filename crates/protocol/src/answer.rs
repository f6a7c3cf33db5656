//! A bank's own word, outside the seal, that it answered or refused: only silence is the gateway's.

use serde::{Deserialize, Serialize};

use crate::code::{BankRefusal, PartyCode, Role};
use crate::directory::{PartyJwsError, TrustedDirectory};
use crate::encode::Digest;
use crate::id::QueryId;
use crate::json::{self, V1};
use crate::jws::{self, Typ};
use crate::key::SigningKey;
use crate::time::Timestamp;

/// The answer.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Always 1.
    pub v: V1,
    /// The query.
    pub query_id: QueryId,
    /// The bank.
    pub bank: PartyCode,
    /// The round.
    pub round: u8,
    /// Digest of the consent.
    pub consent: Digest,
    /// Answered or refused.
    pub state: AnswerState,
    /// Digest of the sealed bytes; exactly when answered.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub sealed: Option<Digest>,
    /// Why refused; exactly when refused.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub code: Option<BankRefusal>,
    /// When.
    pub at: Timestamp,
}

/// What a bank may say of its part.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum AnswerState {
    /// A sealed section goes with it.
    Answered,
    /// A code goes with it.
    Refused,
}

impl Answer {
    /// Signs with the bank's key.
    #[must_use]
    pub fn sign(&self, bank: &SigningKey) -> String {
        jws::sign(bank, Typ::Answer, self)
    }

    /// Checks signature, key and that the answer says one thing.
    ///
    /// # Errors
    /// [`PartyJwsError`].
    pub fn verify(token: &str, bank: &PartyCode, directory: &TrustedDirectory) -> Result<Self, PartyJwsError> {
        let answer: Self = directory.open(token, Typ::Answer, Role::Bank, bank, |answer: &Self| answer.at)?;
        let one_thing = match answer.state {
            AnswerState::Answered => answer.sealed.is_some() && answer.code.is_none(),
            AnswerState::Refused => answer.sealed.is_none() && answer.code.is_some(),
        };
        if one_thing { Ok(answer) } else { Err(jws::JwsError::Payload(crate::json::JsonError::Malformed).into()) }
    }
}
