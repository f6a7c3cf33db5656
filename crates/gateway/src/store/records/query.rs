//! Documents of a query: what a person may ask, the query itself, what belongs to it.

use protocol::code::{BankState, FactorKind, PartyCode, QueryState, ReceiptReason};
use protocol::encode::{Digest, Salt};
use protocol::id::{AccountId, ConsentId, QueryId};
use protocol::key::{Kid, PublicKey};
use protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a person may ask; outlives the account until it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// Keyed hash of the document.
    pub person: Digest,
    /// The last query.
    pub last: Option<QueryId>,
    /// It still runs.
    pub live: bool,
    /// Used until then; none when free.
    pub until: Option<Timestamp>,
    /// How the last one ended early, if it did: only such a one can be replaced.
    pub ended: Option<ReceiptReason>,
    /// The last one was itself a replacement.
    pub replacement: bool,
}

/// One bank's row of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankRow {
    /// The bank.
    pub bank: PartyCode,
    /// What everybody may know.
    pub state: BankState,
    /// The round it stands in.
    pub round: u8,
    /// Digest of the sealed bytes.
    pub sealed: Option<Digest>,
    /// Digest of the answer JWS.
    pub answer: Option<Digest>,
    /// When.
    pub at: Option<Timestamp>,
    /// The device holds the bytes; ours are erased.
    pub collected: bool,
}

/// One query: the head that changes. State machine in [`crate::query`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Its id, made by the device.
    pub query: QueryId,
    /// Whose.
    pub account: AccountId,
    /// The person's keyed hash.
    pub person: Digest,
    /// The consent's id.
    pub consent_id: ConsentId,
    /// Its digest.
    pub consent: Digest,
    /// Its end.
    pub consent_expires_at: Timestamp,
    /// The asking device.
    pub device: Kid,
    /// State.
    pub state: QueryState,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// accepted_at + 24 h; never changes.
    pub due_at: Timestamp,
    /// Running or last round.
    pub round: u8,
    /// End of the running round.
    pub round_due_at: Timestamp,
    /// Last finished round; 0 before the close.
    pub revision: u8,
    /// When it closed.
    pub generated_at: Option<Timestamp>,
    /// D+8 00:00 Beijing.
    pub expires_at: Option<Timestamp>,
    /// When it ended early or without an answer.
    pub ended_at: Option<Timestamp>,
    /// What ended it.
    pub ended: Option<ReceiptReason>,
    /// The banks, in the order of the consent.
    pub banks: Vec<BankRow>,
    /// Last event written.
    pub last_event: u64,
    /// The envelope.
    pub envelope: Option<String>,
    /// The receipt of its end.
    pub receipt: Option<String>,
    /// Receipt of what was collected.
    pub collected_receipt: Option<String>,
    /// The day its sections are filed under.
    pub section_end: Timestamp,
    /// Fencing token of the last lease.
    pub fence: u64,
    /// Banks that still have to be told of the withdrawal.
    pub to_tell: Vec<PartyCode>,
}

/// What never changes of a query; erased when it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The query.
    pub query: QueryId,
    /// The consent JWS.
    pub consent: String,
    /// The device's key.
    pub device_key: PublicKey,
    /// Since when the device belongs to the account.
    pub device_since: Timestamp,
    /// Salt of the subject.
    pub subject_salt: Salt,
    /// The subject.
    pub subject: Digest,
    /// Sealed: name, document, mobile.
    pub identity: String,
    /// Passed factors.
    pub factors: Vec<(FactorKind, Timestamp)>,
    /// The attestor's word.
    pub attestation: String,
    /// A salt for every bank, in the order of the rows.
    pub salts: Vec<Salt>,
}

/// One bank's final word in one round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// The query.
    pub query: QueryId,
    /// The bank.
    pub bank: PartyCode,
    /// The round.
    pub round: u8,
    /// The answer JWS.
    pub answer: String,
}

/// Sealed bytes of one bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionBytes {
    /// The query.
    pub query: QueryId,
    /// Digest of the bytes.
    pub sealed: Digest,
    /// 17,522 bytes.
    pub bytes: Vec<u8>,
}

/// One line of a query's event stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The query.
    pub query: QueryId,
    /// Counts up by one.
    pub id: u64,
    /// bank, round, closed or ended.
    pub name: String,
    /// The data, JSON.
    pub data: String,
}

/// A withdrawal that came before its query; kept 96 h.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub query: QueryId,
    /// Repeated.
    pub receipt: String,
    /// Until then.
    pub until: Timestamp,
}
