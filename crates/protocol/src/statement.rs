//! The gateway's word to one bank in one round: who asks, with which factors.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::code::{FactorKind, PartyCode};
use crate::directory::{PartyJwsError, TrustedDirectory};
use crate::encode::Digest;
use crate::id::QueryId;
use crate::json::V1;
use crate::jws::{self, Typ};
use crate::key::{Kid, SigningKey};
use crate::time::Timestamp;

/// How long a statement holds.
pub const HOLDS_FOR: Duration = Duration::from_secs(30 * 60);

/// The statement.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Always 1.
    pub v: V1,
    /// The query.
    pub query_id: QueryId,
    /// Digest of the consent.
    pub consent: Digest,
    /// The bank it is for.
    pub bank: PartyCode,
    /// The round, 1 to 3.
    pub round: u8,
    /// The device.
    pub device: Kid,
    /// Since when the device belongs to the account.
    pub device_since: Timestamp,
    /// The subject commitment.
    pub subject: Digest,
    /// The factors passed.
    pub factors: Vec<Factor>,
    /// When it was made.
    pub iat: Timestamp,
    /// `iat` + 30 minutes.
    pub exp: Timestamp,
}

/// One factor passed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// Which.
    pub kind: FactorKind,
    /// When.
    pub at: Timestamp,
}

impl Statement {
    /// Signs with the gateway's key.
    #[must_use]
    pub fn sign(&self, gateway: &SigningKey) -> String {
        jws::sign(gateway, Typ::Statement, self)
    }

    /// Checks signature and key; bank, round and times are the bank's to compare ([`Self::holds_at`]).
    ///
    /// # Errors
    /// [`PartyJwsError`].
    pub fn verify(token: &str, directory: &TrustedDirectory) -> Result<Self, PartyJwsError> {
        directory.open_from_gateway(token, Typ::Statement, |statement: &Self| statement.iat)
    }

    /// Whether it holds at `now`: thirty minutes exactly, and not from further ahead than clocks may differ.
    #[must_use]
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.exp == self.iat + HOLDS_FOR && now < self.exp && self.iat <= now + crate::consent::AHEAD
    }
}
