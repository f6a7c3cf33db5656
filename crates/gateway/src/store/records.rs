//! The documents. Personal values in them are sealed columns ([`crate::keys::ColumnKey`]); everything else is ids,
//! times, digests and closed words.

use protocol::code::{BankState, FactorKind, Health, Locale, PartyCode, QueryState, ReceiptReason};
use protocol::encode::{Digest, Salt};
use protocol::id::{AccountId, ConsentId, EnrolmentId, QueryId, TokenId, VerificationId};
use protocol::key::{Kid, PublicKey};
use protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A document with the version it was read at; 0 for a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// Counts writes.
    pub version: u64,
    /// The document.
    pub doc: T,
}

impl<T> Versioned<T> {
    /// A document that must not exist yet.
    pub const fn new(doc: T) -> Self {
        Self { version: 0, doc }
    }
}

/// One cardholder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub account: AccountId,
    /// Keyed hash of document kind and number.
    pub person: Digest,
    /// Sealed: the four entries.
    pub claim: String,
    /// Language of messages.
    pub locale: Locale,
    /// The one live device.
    pub device: Kid,
    /// Frozen by an earlier device's "not me"; names that device.
    pub frozen_by: Option<Kid>,
    /// No query before this, after a change of device.
    pub hold_until: Option<Timestamp>,
    /// Device messages sent so far.
    pub device_messages: u32,
}

/// One device key the gateway knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Name of the key.
    pub kid: Kid,
    /// The key.
    pub key: PublicKey,
    /// Whose.
    pub account: AccountId,
    /// Since when.
    pub since: Timestamp,
    /// Sealed: key of the check characters.
    pub check_key: String,
    /// When another took over, or the account was deleted.
    pub retired_at: Option<Timestamp>,
    /// Order to erase, given with every refusal after that.
    pub erase: Option<String>,
    /// The account was deleted: its DELETE may be repeated until then.
    pub gone: Option<Gone>,
}

/// A deleted account's last word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// Repeated for a repeated DELETE.
    pub receipt: String,
    /// 96 h after.
    pub until: Timestamp,
}

/// Where an enrolment stands (8-states table 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentState {
    /// A code was sent.
    Open,
    /// The four entries do not belong together; looks the same from outside.
    Void,
    /// Five wrong codes, time over, or stopped by the old device.
    Ended,
    /// Code right, another device lives: waits for a proof.
    Held,
    /// Done.
    Active,
}

/// One attempt to enrol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Its id.
    pub enrolment: EnrolmentId,
    /// The device's key.
    pub key: PublicKey,
    /// Keyed hash of the document.
    pub person: Digest,
    /// Keyed hash of the mobile, to count messages by.
    pub mobile: Digest,
    /// Sealed: the four entries; removed once void, ended or active.
    pub claim: String,
    /// Sealed: key of the check characters.
    pub check_key: String,
    /// Language.
    pub locale: Locale,
    /// The old device is lost: it is ordered to erase.
    pub lost_device: bool,
    /// State.
    pub state: EnrolmentState,
    /// The code.
    pub code: CodeState,
    /// Waits for a proof until then.
    pub held_until: Option<Timestamp>,
    /// Account, once active.
    pub account: Option<AccountId>,
    /// Enrolment JWS, once active.
    pub statement: Option<String>,
}

/// One code sent by SMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeState {
    /// Keyed hash of the code.
    pub hash: Digest,
    /// Sendings so far, the first is 0.
    pub n: u32,
    /// Wrong tries left.
    pub left: u32,
    /// End of the code.
    pub expires_at: Timestamp,
    /// Another may be sent from here on.
    pub resend_at: Timestamp,
}

/// Wrong codes of one account, or of one person still enrolling. Rules in [`crate::pause`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misses {
    /// Whose.
    pub of: String,
    /// When, within the last day.
    pub at: Vec<Timestamp>,
    /// The factor is paused until then.
    pub until: Option<Timestamp>,
}

/// Where a verification stands (8-states table 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerificationState {
    /// Waits.
    Open,
    /// Passed, not used.
    Passed,
    /// Used by a query.
    Used,
    /// Over.
    Void,
}

/// Whose a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// Of an account.
    Account(AccountId),
    /// Of a held enrolment.
    Enrolment(EnrolmentId),
}

/// One factor for one consent or act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Its id.
    pub verification: VerificationId,
    /// Whose.
    pub holder: Holder,
    /// The device.
    pub device: Kid,
    /// Digest of the consent or act.
    pub consent: Digest,
    /// Which factor.
    pub kind: FactorKind,
    /// State.
    pub state: VerificationState,
    /// Open until then.
    pub expires_at: Timestamp,
    /// SMS: the code.
    pub code: Option<CodeState>,
    /// Face: the provider's session.
    pub session: Option<String>,
    /// Face: tries left.
    pub left: u32,
    /// Commitment to the person, for the attestation.
    pub subject: Option<Digest>,
    /// card_bank: which bank, and its id for this.
    pub confirmation: Option<(PartyCode, String)>,
    /// What the attestor said.
    pub attestation: Option<String>,
    /// When it passed.
    pub passed_at: Option<Timestamp>,
    /// What it is exchanged for.
    pub token: Option<TokenId>,
    /// End of the token.
    pub token_expires_at: Option<Timestamp>,
}

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

/// An end that must survive every restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Tombstone {
    /// A query closed or ended; the head as it stands after.
    Query {
        /// The head.
        head: Box<Query>,
    },
    /// A withdrawal of an unknown id.
    Withdrawal {
        /// The withdrawal.
        withdrawal: Withdrawal,
    },
    /// An account was deleted.
    Account {
        /// Which.
        account: AccountId,
        /// Its device, with the receipt.
        device: Box<Device>,
    },
    /// What a person may ask, after an end.
    Allowance {
        /// The allowance.
        allowance: Allowance,
    },
    /// A device was replaced.
    Retired {
        /// The device as it stands after.
        device: Box<Device>,
    },
}

/// What applying the tombstone log changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recovered {
    /// Lines the database did not know.
    pub applied: u64,
    /// Tokens and open verifications made void.
    pub voided: u64,
}
