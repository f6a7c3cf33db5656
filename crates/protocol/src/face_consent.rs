//! The separate consent to the face check: its own artefact, off by default.

use serde::{Deserialize, Serialize};

use crate::code::PartyCode;
use crate::consent::Notice;
use crate::encode::Digest;
use crate::json::V1;
use crate::jws::{self, JwsError, Typ};
use crate::key::{PublicKey, SigningKey};
use crate::time::Timestamp;

/// The face consent.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct FaceConsent {
    /// Always 1.
    pub v: V1,
    /// Digest of the consent it belongs to.
    pub consent: Digest,
    /// The face-check provider.
    pub provider: PartyCode,
    /// Liveness, once.
    pub purpose: FacePurpose,
    /// What leaves the device.
    pub leaves_device: [Leaves; 1],
    /// How long it is kept: not at all.
    pub kept: Kept,
    /// The notice that was read.
    pub notice: Notice,
    /// When it was given.
    pub given_at: Timestamp,
}

/// Purpose of a face check.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
pub enum FacePurpose {
    /// Is this a living person, the right one, now.
    #[serde(rename = "LIVENESS_ONCE")]
    LivenessOnce,
}

/// What a face check sends.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Leaves {
    /// Frames of the camera.
    VideoFrames,
}

/// How long it is kept (ISO 8601 duration).
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
pub enum Kept {
    /// Not at all.
    #[serde(rename = "PT0S")]
    NotAtAll,
}

impl FaceConsent {
    /// Signs with the device key.
    #[must_use]
    pub fn sign(&self, device: &SigningKey) -> String {
        jws::sign(device, Typ::FaceConsent, self)
    }

    /// Checks signature and shape.
    ///
    /// # Errors
    /// [`JwsError`].
    pub fn verify(token: &str, device: &PublicKey) -> Result<Self, JwsError> {
        jws::open(token, Typ::FaceConsent, device)
    }
}
