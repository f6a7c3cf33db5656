//! The gateway orders a retired device to erase; the only message that can reach into a device, so it is signed.

use serde::{Deserialize, Serialize};

use crate::directory::{PartyJwsError, TrustedDirectory};
use crate::json::V1;
use crate::jws::{self, JwsError, Typ};
use crate::key::{Kid, SigningKey};
use crate::time::Timestamp;

/// The order.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Erase {
    /// Always 1.
    pub v: V1,
    /// The device.
    pub device: Kid,
    /// When.
    pub at: Timestamp,
}

impl Erase {
    /// Signs with the gateway's key.
    #[must_use]
    pub fn sign(&self, gateway: &SigningKey) -> String {
        jws::sign(gateway, Typ::Erase, self)
    }

    /// Checks signature and key, and that it is meant for `device`.
    ///
    /// # Errors
    /// [`PartyJwsError`]; an order for another device counts as a signature that does not hold.
    pub fn verify(token: &str, device: &Kid, directory: &TrustedDirectory) -> Result<Self, PartyJwsError> {
        let erase: Self = directory.open_from_gateway(token, Typ::Erase, |erase: &Self| erase.at)?;
        if erase.device == *device { Ok(erase) } else { Err(JwsError::Signature.into()) }
    }
}
