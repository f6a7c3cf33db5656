//! An attestor vouches for one factor of one query, so that the gateway never vouches alone.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::code::{FactorKind, PartyCode, Role};
use crate::directory::{PartyJwsError, TrustedDirectory};
use crate::encode::{Digest, Lp};
use crate::json::V1;
use crate::jws::{self, JwsError, Typ};
use crate::key::{Kid, SigningKey};
use crate::time::Timestamp;

/// An attestation holds this long either way of the consent's `given_at`.
pub const WITHIN: Duration = Duration::from_secs(30 * 60);

/// The attestation.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// Always 1.
    pub v: V1,
    /// Who vouches.
    pub attestor: PartyCode,
    /// `face` or `card_bank`; `sms` is never attested.
    pub kind: FactorKind,
    /// Digest of the consent, or of an act (see [`act_digest`]).
    pub consent: Digest,
    /// The device.
    pub device: Kid,
    /// The subject commitment of the consent.
    pub subject: Digest,
    /// When the factor was passed.
    pub at: Timestamp,
}

impl Attestation {
    /// Signs with the attestor's key.
    #[must_use]
    pub fn sign(&self, attestor: &SigningKey) -> String {
        jws::sign(attestor, Typ::Attestation, self)
    }

    /// Checks signature, attestor and kind: the attestor is read from the payload only to find its key, and must then
    /// be the party that key belongs to.
    ///
    /// # Errors
    /// [`PartyJwsError`].
    pub fn verify(token: &str, directory: &TrustedDirectory) -> Result<Self, PartyJwsError> {
        let kid = jws::Unverified::read(token, Typ::Attestation)?.kid();
        let attestor = directory
            .parties()
            .iter()
            .find(|party| party.role == Role::Attestor && party.keys.iter().any(|key| key.x.kid() == kid))
            .ok_or(JwsError::UnknownKey)?;
        let attestation: Self =
            directory.open(token, Typ::Attestation, Role::Attestor, &attestor.code, |a: &Self| a.at)?;
        let may_vouch = attestation.kind != FactorKind::Sms && attestation.attestor == attestor.code;
        if may_vouch { Ok(attestation) } else { Err(JwsError::UnknownKey.into()) }
    }
}

/// What stands in the place of a consent digest when a factor is passed for an act: "enrol" or "reset".
#[must_use]
pub fn act_digest(act: Act, id: &str, device: &Kid) -> Digest {
    Lp::new("mingxia/act/v1").text(act.as_str()).text(id).text(&device.to_string()).digest()
}

/// Acts besides a query that need proof of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Enrolling while another device lives; id is the enrolment's.
    Enrol,
    /// Setting a new viewing password; id is the account's.
    Reset,
}

impl Act {
    /// The word that is hashed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Reset => "reset",
        }
    }
}
