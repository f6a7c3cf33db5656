//! What the gateway needs from outside, each a port: messages, identities, faces, banks' directory. The store's port
//! stands in [`crate::store`].

use async_trait::async_trait;
use protocol::code::{Locale, PartyCode};
use protocol::encode::Digest;
use protocol::identity::{CardNumber, Identity};
use protocol::key::Kid;

/// One message to a mobile. At least once: the channel drops what it already sent by `dedup_key`.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    /// 11 digits.
    pub mobile: String,
    /// One of the texts of 9-wire section 10, nothing else.
    pub text: String,
    /// Same key, same message.
    pub dedup_key: String,
}

/// Sends messages.
#[async_trait]
pub trait SmsChannel: Send + Sync {
    /// Hands one message over.
    ///
    /// # Errors
    /// [`SourceDown`]: it stays in the outbox and is tried again.
    async fn send(&self, sms: Sms) -> Result<(), SourceDown>;
}

/// The other side cannot be asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source cannot be asked now")]
pub struct SourceDown;

/// The four entries of an enrolment.
pub struct Claim {
    /// Name, document, mobile.
    pub identity: Identity,
    /// One own card.
    pub card_number: CardNumber,
}

/// Knows whether four entries belong together, and which bank issued a card.
#[async_trait]
pub trait IdentitySource: Send + Sync {
    /// Whether all four belong to one person.
    ///
    /// # Errors
    /// [`SourceDown`].
    async fn matches(&self, claim: &Claim) -> Result<bool, SourceDown>;

    /// The bank that issued the card, if it takes part.
    ///
    /// # Errors
    /// [`SourceDown`].
    async fn issuer(&self, card: &CardNumber) -> Result<Option<PartyCode>, SourceDown>;
}

/// What a face check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaceRequest {
    /// Digest of the consent (or of the act, when enrolling).
    pub consent: Digest,
    /// The asking device.
    pub device: Kid,
    /// Commitment to the person.
    pub subject: Digest,
}

/// What came of one piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaceOutcome {
    /// The provider vouches: attestation JWS.
    Passed(String),
    /// Not this person, or not alive.
    NotMatched,
}

/// The provider of the face check, an attestor of the directory.
#[async_trait]
pub trait FaceProvider: Send + Sync {
    /// The provider's code in the directory.
    fn code(&self) -> PartyCode;

    /// Opens a session; the text goes to the device, opaque.
    ///
    /// # Errors
    /// [`SourceDown`].
    async fn open(&self, request: FaceRequest) -> Result<String, SourceDown>;

    /// Judges evidence in a session. Neither side keeps it.
    ///
    /// # Errors
    /// [`SourceDown`].
    async fn check(&self, session: &str, evidence: &[u8]) -> Result<FaceOutcome, SourceDown>;

    /// The person withdrew: whatever the provider may still hold of a session is erased at once. Repeatable.
    ///
    /// # Errors
    /// [`SourceDown`]: the device is told to repeat it.
    async fn forget(&self, session: &str) -> Result<(), SourceDown>;
}

/// Roots and directory as they are now; may change while the gateway runs.
pub trait DirectorySource: Send + Sync {
    /// Root JWS from version 1 on, and the directory JWS.
    fn current(&self) -> (Vec<String>, String);

    /// The same as it is handed to devices.
    fn published(&self) -> (Vec<String>, String) {
        self.current()
    }
}

/// A notice that consents refer to by digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its version.
    pub version: String,
    /// Its language.
    pub locale: Locale,
    /// The short form.
    pub summary: String,
    /// The whole text; its digest stands in consents.
    pub text: String,
}

impl Notice {
    /// SHA-256 of the text's bytes.
    #[must_use]
    pub fn sha256(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }
}
