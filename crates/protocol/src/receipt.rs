//! The gateway's signed word that something was erased. A statement, not a proof, and the app says so.

use serde::{Deserialize, Serialize};

use crate::code::ReceiptReason;
use crate::directory::{PartyJwsError, TrustedDirectory};
use crate::encode::Digest;
use crate::id::{QueryId, ReceiptId};
use crate::json::{self, V1};
use crate::jws::{self, Typ};
use crate::key::SigningKey;
use crate::text::Text;
use crate::time::Timestamp;

/// The receipt.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Always 1.
    pub v: V1,
    /// Its id.
    pub receipt_id: ReceiptId,
    /// The query; absent for an account.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub query_id: Option<QueryId>,
    /// Why.
    pub reason: ReceiptReason,
    /// Digests of the sections erased.
    pub sections: Vec<Digest>,
    /// What is kept.
    pub kept: Vec<Text<20>>,
    /// Until when it is kept.
    pub kept_until: Timestamp,
    /// Until when copies may remain.
    pub copies_until: Timestamp,
    /// When.
    pub at: Timestamp,
}

impl Receipt {
    /// Signs with the gateway's key.
    #[must_use]
    pub fn sign(&self, gateway: &SigningKey) -> String {
        jws::sign(gateway, Typ::Receipt, self)
    }

    /// Checks signature and key.
    ///
    /// # Errors
    /// [`PartyJwsError`].
    pub fn verify(token: &str, directory: &TrustedDirectory) -> Result<Self, PartyJwsError> {
        directory.open_from_gateway(token, Typ::Receipt, |receipt: &Self| receipt.at)
    }
}
