//! The gateway's word that a device belongs to an account.

use serde::{Deserialize, Serialize};

use crate::directory::{PartyJwsError, TrustedDirectory};
use crate::id::AccountId;
use crate::json::{self, V1};
use crate::jws::{self, Typ};
use crate::key::{Kid, SigningKey};
use crate::time::Timestamp;

/// The enrolment.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// Always 1.
    pub v: V1,
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: Kid,
    /// Since when.
    pub since: Timestamp,
    /// The device it replaced.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub replaced: Option<Kid>,
    /// Until when the new device may not ask.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub hold_until: Option<Timestamp>,
}

impl Enrolment {
    /// Signs with the gateway's key.
    #[must_use]
    pub fn sign(&self, gateway: &SigningKey) -> String {
        jws::sign(gateway, Typ::Enrolment, self)
    }

    /// Checks signature and key.
    ///
    /// # Errors
    /// [`PartyJwsError`].
    pub fn verify(token: &str, directory: &TrustedDirectory) -> Result<Self, PartyJwsError> {
        directory.open_from_gateway(token, Typ::Enrolment, |enrolment: &Self| enrolment.since)
    }
}
