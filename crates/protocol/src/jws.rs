//! Compact JWS (RFC 7515) with exactly `alg`, `kid`, `typ`, and one type for each place.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::encode::{Digest, b64u, b64u_array, b64u_decode};
use crate::json::{self, JsonError};
use crate::key::{Kid, PublicKey, SigningKey};

/// What a JWS is; each is accepted at its own place only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Typ {
    /// Root of trust and its successor.
    Root,
    /// Parties and their keys.
    Directory,
    /// A device belongs to an account.
    Enrolment,
    /// A consent of the cardholder.
    Consent,
    /// A consent to the face check.
    FaceConsent,
    /// An attestor vouches for one factor.
    Attestation,
    /// The gateway's word to one bank in one round.
    Statement,
    /// A bank's word that it answered or refused.
    Answer,
    /// A bank's part of a report; stands inside the seal.
    Section,
    /// The gateway closes a query.
    Envelope,
    /// The gateway's word that something was erased.
    Receipt,
    /// The gateway's time.
    Time,
    /// An order to erase a retired device.
    Erase,
}

impl Typ {
    /// Every type.
    pub const ALL: [Self; 13] = [
        Self::Root,
        Self::Directory,
        Self::Enrolment,
        Self::Consent,
        Self::FaceConsent,
        Self::Attestation,
        Self::Statement,
        Self::Answer,
        Self::Section,
        Self::Envelope,
        Self::Receipt,
        Self::Time,
        Self::Erase,
    ];

    /// The header's `typ`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "mingxia-root+jws",
            Self::Directory => "mingxia-directory+jws",
            Self::Enrolment => "mingxia-enrolment+jws",
            Self::Consent => "mingxia-consent+jws",
            Self::FaceConsent => "mingxia-face-consent+jws",
            Self::Attestation => "mingxia-attestation+jws",
            Self::Statement => "mingxia-statement+jws",
            Self::Answer => "mingxia-answer+jws",
            Self::Section => "mingxia-section+jws",
            Self::Envelope => "mingxia-envelope+jws",
            Self::Receipt => "mingxia-receipt+jws",
            Self::Time => "mingxia-time+jws",
            Self::Erase => "mingxia-erase+jws",
        }
    }

    /// The most bytes the whole JWS may have.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Root => 8 << 10,
            Self::Directory => 384 << 10,
            Self::Enrolment | Self::Time | Self::Erase => 16 << 10,
            Self::Statement | Self::Answer | Self::Attestation => 2 << 10,
            // Both name every bank of a query.
            Self::Consent | Self::Receipt => 32 << 10,
            Self::FaceConsent => 4 << 10,
            Self::Section => 16_380,
            Self::Envelope => 128 << 10,
        }
    }
}

/// Why a JWS was refused, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// More bytes than its type allows.
    #[error("too large")]
    TooLarge,
    /// Not three parts of base64url, or another header than `alg`, `kid`, `typ`.
    #[error("not a JWS of this protocol")]
    Form,
    /// Of another type than this place takes.
    #[error("another type")]
    Typ,
    /// Signed by a key that is not held for this party.
    #[error("unknown key")]
    UnknownKey,
    /// The signature does not hold.
    #[error("signature")]
    Signature,
    /// The payload is not of the agreed shape.
    #[error("payload: {0}")]
    Payload(#[from] JsonError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: Alg,
    kid: Kid,
    typ: String,
}

#[derive(Serialize, Deserialize)]
enum Alg {
    #[serde(rename = "EdDSA")]
    EdDsa,
}

/// Digest of the whole JWS as it travels: how one artefact names another.
#[must_use]
pub fn digest(token: &str) -> Digest {
    Digest::of(token.as_bytes())
}

/// Signs a payload.
///
/// # Panics
/// When a payload cannot be written as JSON: no payload of this protocol can fail to.
#[must_use]
pub fn sign(key: &SigningKey, typ: Typ, payload: &impl Serialize) -> String {
    #[expect(clippy::expect_used, reason = "payloads are plain structs with string keys")]
    let payload = serde_json::to_vec(payload).expect("a payload can be written");
    sign_bytes(key, typ, &payload)
}

/// Signs payload bytes as they are.
///
/// # Panics
/// Never: the header is fixed text.
#[must_use]
pub fn sign_bytes(key: &SigningKey, typ: Typ, payload: &[u8]) -> String {
    let header = format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"{}"}}"#, key.kid(), typ.as_str());
    let mut token = format!("{}.{}", b64u(header.as_bytes()), b64u(payload));
    let signature = key.sign(token.as_bytes());
    token.push('.');
    token.push_str(&b64u(&signature));
    token
}

/// A JWS whose size, form and type are right, and nothing else yet.
pub struct Unverified<'a> {
    token: &'a str,
    signed: usize,
    kid: Kid,
    payload: Vec<u8>,
    signature: [u8; 64],
}

impl<'a> Unverified<'a> {
    /// Takes a JWS apart.
    ///
    /// # Errors
    /// [`JwsError::TooLarge`], [`JwsError::Form`], [`JwsError::Typ`], in this order.
    pub fn read(token: &'a str, typ: Typ) -> Result<Self, JwsError> {
        if token.len() > typ.max_bytes() {
            return Err(JwsError::TooLarge);
        }
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(JwsError::Form);
        };
        let signed = header.len() + 1 + payload.len();
        let header = b64u_decode(header).map_err(|_| JwsError::Form)?;
        let header: Header = json::parse(&header).map_err(|_| JwsError::Form)?;
        if header.typ != typ.as_str() {
            return Err(JwsError::Typ);
        }
        let payload = b64u_decode(payload).map_err(|_| JwsError::Form)?;
        let signature = b64u_array(signature).map_err(|_| JwsError::Form)?;
        Ok(Self { token, signed, kid: header.kid, payload, signature })
    }

    /// The name of the key it says it is signed with; the caller looks that key up for the party expected here.
    #[must_use]
    pub const fn kid(&self) -> Kid {
        self.kid
    }

    /// Checks the signature with the key held for the expected party, then reads the payload.
    ///
    /// # Errors
    /// [`JwsError::UnknownKey`] when `key` is not the one named, [`JwsError::Signature`], [`JwsError::Payload`].
    pub fn verify<T: DeserializeOwned>(self, key: &PublicKey) -> Result<T, JwsError> {
        if key.kid() != self.kid {
            return Err(JwsError::UnknownKey);
        }
        key.verify(&self.token.as_bytes()[..self.signed], &self.signature).map_err(|_| JwsError::Signature)?;
        json::parse(&self.payload).map_err(|error| {
            JwsError::Payload(if json::says_other_version(&self.payload) { JsonError::Version } else { error })
        })
    }
}

/// Reads and checks a JWS of one type with one key.
///
/// # Errors
/// As [`Unverified::read`] and [`Unverified::verify`].
pub fn open<T: DeserializeOwned>(token: &str, typ: Typ, key: &PublicKey) -> Result<T, JwsError> {
    Unverified::read(token, typ)?.verify(key)
}
