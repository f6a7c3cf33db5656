//! The gateway's signed time, the only clock besides its own that the device believes.

use serde::{Deserialize, Serialize};

use crate::directory::{PartyJwsError, TrustedDirectory, UndatedDirectory};
use crate::encode::Nonce;
use crate::json::V1;
use crate::jws::{self, JwsError, Typ};
use crate::key::SigningKey;
use crate::time::Timestamp;

/// The time, answering one nonce.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ServerTime {
    /// Always 1.
    pub v: V1,
    /// The device's nonce.
    pub nonce: Nonce,
    /// The gateway's time.
    pub now: Timestamp,
}

impl ServerTime {
    /// Signs with the gateway's key.
    #[must_use]
    pub fn sign(&self, gateway: &SigningKey) -> String {
        jws::sign(gateway, Typ::Time, self)
    }

    /// Checks signature and key, and that it answers `nonce`.
    ///
    /// # Errors
    /// [`PartyJwsError`]; another nonce counts as a signature that does not hold.
    pub fn verify(token: &str, nonce: &Nonce, directory: &TrustedDirectory) -> Result<Self, PartyJwsError> {
        let time: Self = directory.open_from_gateway(token, Typ::Time, |time: &Self| time.now)?;
        if time.nonce == *nonce { Ok(time) } else { Err(JwsError::Signature.into()) }
    }

    /// As [`Self::verify`], by a directory that cannot be judged yet because the clock that would is wrong. The time is
    /// worth something only if that directory holds at it.
    ///
    /// # Errors
    /// [`PartyJwsError`].
    pub fn verify_undated(token: &str, nonce: &Nonce, directory: &UndatedDirectory) -> Result<Self, PartyJwsError> {
        Self::verify(token, nonce, &directory.signed)
    }
}
