//! Documents of a person: account and devices, enrolments, factors.

use protocol::code::{FactorKind, Locale, PartyCode};
use protocol::encode::Digest;
use protocol::id::{AccountId, EnrolmentId, TokenId, VerificationId};
use protocol::key::{Kid, PublicKey};
use protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

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
