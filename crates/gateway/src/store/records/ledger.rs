//! Small facts beside them: messages, banks' health, requests to repeat, rates.

use protocol::code::Health;
use protocol::encode::Digest;
use protocol::key::Kid;
use protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One message in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Same key, same message.
    pub dedup_key: String,
    /// Sealed: the mobile.
    pub mobile: String,
    /// Sealed: the text.
    pub text: String,
    /// Try from here on.
    pub next_at: Timestamp,
    /// Not worth sending after (codes).
    pub until: Option<Timestamp>,
}

/// How a bank fares, as everybody may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankHealth {
    /// up, degraded or down.
    pub state: Health,
    /// Last answer.
    pub last_ok: Option<Timestamp>,
}

/// What identifies a request for repeating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The device key.
    pub kid: Kid,
    /// The idempotency key.
    pub key: String,
    /// POST, and the path.
    pub target: String,
    /// Digest of the body.
    pub body: Digest,
}

/// A stored answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Media type.
    pub media: String,
    /// Body.
    pub body: String,
}

/// A reply stored in the same transaction as what it tells.
#[derive(Debug, Clone)]
pub struct StoredReply {
    /// For which request.
    pub request: RequestKey,
    /// What is repeated.
    pub reply: Reply,
    /// When.
    pub at: Timestamp,
}

/// A token bucket: `capacity` tokens, one comes back every `refill_ms`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Keyed hash or id of what is limited.
    pub name: String,
    /// At most this many at once.
    pub capacity: u32,
    /// Milliseconds for one token.
    pub refill_ms: u64,
}
