//! The face check of the demonstration: no camera, synthetic evidence, pass or fail as set on the phone page.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use gateway::ports::{FaceOutcome, FaceProvider, FaceRequest, SourceDown};
use protocol::attestation::Attestation;
use protocol::code::{FactorKind, PartyCode};
use protocol::encode::{Digest, b64u, b64u_decode};
use protocol::json::V1;
use protocol::key::{Kid, SigningKey};
use protocol::time::Clock;
use serde::{Deserialize, Serialize};

/// How the next checks end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaceSetting {
    /// This person, alive.
    #[default]
    Pass,
    /// Not matched, every time.
    Fail,
    /// Not matched once, then passed.
    RetryOnce,
}

/// The provider FACE1.
pub(crate) struct Face {
    pub(crate) code: PartyCode,
    pub(crate) key: SigningKey,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) setting: Mutex<FaceSetting>,
}

/// What a session is about; it travels to the device and back unread.
#[derive(Serialize, Deserialize)]
struct Session {
    consent: Digest,
    device: Kid,
    subject: Digest,
}

impl Face {
    pub(crate) fn set(&self, setting: FaceSetting) {
        *self.setting.lock().unwrap_or_else(PoisonError::into_inner) = setting;
    }

    pub(crate) fn setting(&self) -> FaceSetting {
        *self.setting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn judge(&self) -> bool {
        let mut setting = self.setting.lock().unwrap_or_else(PoisonError::into_inner);
        match *setting {
            FaceSetting::Pass => true,
            FaceSetting::Fail => false,
            FaceSetting::RetryOnce => {
                *setting = FaceSetting::Pass;
                false
            }
        }
    }

    /// What a provider that colludes would sign without seeing anybody.
    pub(crate) fn vouch(&self, consent: Digest, device: Kid, subject: Digest, at: protocol::time::Timestamp) -> String {
        Attestation { v: V1, attestor: self.code.clone(), kind: FactorKind::Face, consent, device, subject, at }
            .sign(&self.key)
    }
}

#[async_trait]
impl FaceProvider for Face {
    fn code(&self) -> PartyCode {
        self.code.clone()
    }

    async fn open(&self, request: FaceRequest) -> Result<String, SourceDown> {
        let session = Session { consent: request.consent, device: request.device, subject: request.subject };
        Ok(b64u(&serde_json::to_vec(&session).map_err(|_| SourceDown)?))
    }

    async fn check(&self, session: &str, _evidence: &[u8]) -> Result<FaceOutcome, SourceDown> {
        let session: Session =
            b64u_decode(session).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or(SourceDown)?;
        if !self.judge() {
            return Ok(FaceOutcome::NotMatched);
        }
        Ok(FaceOutcome::Passed(self.vouch(session.consent, session.device, session.subject, self.clock.now())))
    }

    /// Nothing is kept: a session travels with the device.
    async fn forget(&self, _session: &str) -> Result<(), SourceDown> {
        Ok(())
    }
}
