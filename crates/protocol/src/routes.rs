//! Bodies of the routes: requests refuse unknown members, responses pass over them.

use serde::{Deserialize, Serialize};

use crate::code::{BankState, FactorKind, Health, IdType, Locale, PartyCode, QueryState};
use crate::encode::{Digest, Salt};
use crate::id::{AccountId, ConfirmationId, EnrolmentId, QueryId, TokenId, VerificationId};
use crate::json::{self, V1};
use crate::key::{Kid, PublicKey};
use crate::text::{NoticeText, Text};
use crate::time::Timestamp;

/// One body as its type declares it, so that documents are made from the types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Name of the type.
    pub name: &'static str,
    /// What it is, in words.
    pub doc: &'static str,
    /// Unknown members are refused.
    pub closed: bool,
    /// Its members.
    pub members: &'static [Member],
}

/// One member of a [`Shape`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its type as Rust writes it; `Option` for one that may be absent.
    pub ty: &'static str,
    /// What it is, in words.
    pub doc: &'static str,
}

/// Declares bodies, each with its [`Shape`].
macro_rules! bodies {
    (@body [$(#[$derive:meta])+] $doc:literal $name:ident
     { $($(#[doc = $mdoc:literal])+ $(#[serde($($serde:tt)+)])? $member:ident: $ty:ty),* $(,)? }) => {
        #[doc = $doc]
        $(#[$derive])+
        pub struct $name {
            $($(#[doc = $mdoc])+ $(#[serde($($serde)+)])? pub $member: $ty,)*
        }
    };
    (@members { $($(#[doc = $mdoc:literal])+ $(#[serde($($serde:tt)+)])? $member:ident: $ty:ty),* $(,)? }) => {
        &[$(Member { name: stringify!($member), ty: stringify!($ty), doc: concat!($($mdoc),+) }),*]
    };
    ($list:ident $closed:literal $derives:tt $(#[doc = $doc:literal] $name:ident $body:tt)+) => {
        $(bodies! { @body $derives $doc $name $body })+

        /// The shapes of these bodies.
        pub const $list: &[Shape] = &[
            $(Shape { name: stringify!($name), doc: $doc, closed: $closed, members: bodies!(@members $body) }),+
        ];
    };
}

bodies! {
    REQUESTS true [#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)] #[serde(deny_unknown_fields)]]
    /// `POST /v1/enrolments`: who enrols this device. Personal; never logged.
    Enrol {
        /// Always 1.
        v: V1,
        /// Name as on the document.
        name: String,
        /// Kind of document.
        id_type: IdType,
        /// Document number.
        id_number: String,
        /// Mobile, 11 digits.
        mobile: String,
        /// Number of one own card.
        card_number: String,
        /// The device's public key.
        device_key: PublicKey,
        /// 32 bytes for the check characters.
        check_key: String,
        /// Language of messages.
        locale: Locale,
        /// Whether the old device is lost.
        lost_device: bool,
    }
    /// A code from an SMS.
    Code {
        /// Always 1.
        v: V1,
        /// Six digits.
        code: Text<6>,
    }
    /// A body that says nothing but its version.
    Plain {
        /// Always 1.
        v: V1,
    }
    /// Evidence of a face check.
    Evidence {
        /// Always 1.
        v: V1,
        /// base64url, opaque to the gateway.
        evidence: String,
    }
    /// `POST /v1/queries`.
    Apply {
        /// Always 1.
        v: V1,
        /// The signed consent.
        consent: String,
        /// Salt of the subject commitment.
        subject_salt: Salt,
        /// Banks with the salts of their commitments, in the order of the consent.
        banks: Vec<AskedBank>,
        /// Tokens of the passed factors.
        tokens: Vec<TokenId>,
    }
    /// `POST /v1/queries/{id}/retry`.
    Retry {
        /// Always 1.
        v: V1,
        /// The round asked for.
        round: u8,
    }
    /// `POST /v1/queries/{id}/collected`.
    Collected {
        /// Always 1.
        v: V1,
        /// Digests of the sealed sections the device holds.
        sealed: Vec<Digest>,
    }
    /// `POST {bank}/v1/inquiries`. Personal; never logged.
    Inquiry {
        /// Always 1.
        v: V1,
        /// The signed consent.
        consent: String,
        /// The device's public key.
        device_key: PublicKey,
        /// The gateway's statement.
        statement: String,
        /// The attestor's word.
        attestation: String,
        /// Salt of this bank's commitment.
        bank_salt: Salt,
        /// Whom it is about.
        subject: Subject,
    }
    /// `POST {bank}/v1/confirmations`. Personal; never logged.
    Confirm {
        /// Always 1.
        v: V1,
        /// Digest of the consent, or of an act.
        consent: Digest,
        /// The device.
        device: Kid,
        /// Who is asked to confirm.
        subject: Subject,
    }
    /// `POST /v1/verifications`: begins one factor.
    Verify {
        /// Always 1.
        v: V1,
        /// Which factor.
        kind: FactorKind,
        /// Digest of the consent, or of an act.
        consent: Digest,
        /// Salt of the subject commitment; for face and card_bank.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
        subject_salt: Option<Salt>,
        /// The face consent; for face.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
        face_consent: Option<String>,
    }
    /// A subject as a bank sees it. Personal; never logged.
    Subject {
        /// Salt of the commitment.
        salt: Salt,
        /// Name.
        name: String,
        /// Kind of document.
        id_type: IdType,
        /// Document number.
        id_number: String,
        /// Mobile.
        mobile: String,
    }
    /// One bank of a query with the salt that opens its commitment.
    AskedBank {
        /// The bank.
        code: PartyCode,
        /// Its salt.
        salt: Salt,
    }
}

bodies! {
    RESPONSES false [#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]]
    /// `GET /v1/banks`.
    Banks {
        /// Roots from version 1.
        roots: Vec<String>,
        /// The directory.
        directory: String,
        /// Health of each bank.
        health: Vec<BankHealth>,
    }
    /// Health of one bank.
    BankHealth {
        /// The bank.
        bank: PartyCode,
        /// Its state.
        state: Health,
        /// Last success.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_ok: Option<Timestamp>,
    }
    /// `GET /v1/notices/current`.
    NoticeBody {
        /// Version.
        version: Text<20>,
        /// Language.
        locale: Locale,
        /// Digest of the text's bytes.
        sha256: Digest,
        /// Summary of one screen.
        summary: NoticeText,
        /// The whole notice.
        text: NoticeText,
    }
    /// `GET /v1/time`.
    TimeBody {
        /// The signed time.
        time: String,
    }
    /// 202 of `POST /v1/enrolments` and its resend; the same whether the four entries match or not.
    EnrolmentOpen {
        /// The enrolment.
        enrolment_id: EnrolmentId,
        /// When the code ends.
        code_expires_at: Timestamp,
        /// When another may be sent.
        resend_at: Timestamp,
    }
    /// 200 of an enrolment's confirm.
    Enrolled {
        /// The account.
        account: AccountId,
        /// The signed enrolment.
        enrolment: String,
    }
    /// 202 of an enrolment's confirm: another device lives.
    ProofNeeded {
        /// Always `proof_needed`.
        state: ProofState,
        /// Ways to prove.
        kinds: Vec<FactorKind>,
    }
    /// 200 of `POST /v1/account/not-me`.
    Frozen {
        /// Always `frozen`.
        state: FrozenState,
    }
    /// 201 of `POST /v1/verifications`, and of its resend.
    VerificationOpen {
        /// The verification.
        verification_id: VerificationId,
        /// When it ends.
        expires_at: Timestamp,
        /// When another SMS may be sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resend_at: Option<Timestamp>,
        /// For the provider.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<String>,
        /// `card_bank`: the bank that issued the enrolled card and confirms in its own channel.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bank: Option<PartyCode>,
    }
    /// State of one verification.
    VerificationStatus {
        /// Open, passed or void.
        state: VerificationState,
        /// The token, when passed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<TokenId>,
        /// When the token ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token_expires_at: Option<Timestamp>,
    }
    /// 201 of `POST /v1/queries`.
    Accepted {
        /// The query.
        query_id: QueryId,
        /// When it was accepted.
        accepted_at: Timestamp,
        /// When it closes at the latest.
        due_at: Timestamp,
        /// Its state.
        state: QueryState,
        /// How many banks are asked.
        banks: u32,
    }
    /// `GET /v1/queries`.
    Queries {
        /// The newest 12.
        queries: Vec<QuerySummary>,
        /// When the next query becomes possible; absent when free.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_query_at: Option<Timestamp>,
    }
    /// One query of the list.
    QuerySummary {
        /// The query.
        query_id: QueryId,
        /// Its state.
        state: QueryState,
        /// When it was accepted.
        accepted_at: Timestamp,
        /// When its report was generated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        generated_at: Option<Timestamp>,
        /// Its banks.
        banks: Vec<SummaryBank>,
    }
    /// One bank of a query of the list.
    SummaryBank {
        /// The bank.
        bank: PartyCode,
        /// Its state.
        state: BankState,
        /// Since when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    }
    /// `GET /v1/queries/{id}`.
    QueryStatus {
        /// The query.
        query_id: QueryId,
        /// Its state.
        state: QueryState,
        /// End of the running round.
        due_at: Timestamp,
        /// The running round.
        round: u8,
        /// The newest envelope; 0 before the first.
        revision: u8,
        /// One row a bank.
        banks: Vec<QueryBank>,
        /// Id of the last event; "0" if none.
        last_event: String,
    }
    /// One bank's row.
    QueryBank {
        /// The bank.
        bank: PartyCode,
        /// Its state.
        state: BankState,
        /// The round of that state.
        round: u8,
        /// Digest of the sealed bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed: Option<Digest>,
        /// Since when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    }
    /// A receipt.
    ReceiptBody {
        /// The signed receipt.
        receipt: String,
    }
    /// `GET /v1/queries/{id}/report`.
    Report {
        /// The envelope.
        envelope: String,
        /// The banks' answers.
        answers: Vec<String>,
    }
    /// 202 of a retry.
    Retrying {
        /// The round that began.
        round: u8,
        /// When it ends.
        due_at: Timestamp,
        /// Banks asked again.
        banks: Vec<PartyCode>,
    }
    /// A bank's 200 to an inquiry.
    InquiryAnswer {
        /// The signed answer.
        answer: String,
        /// The sealed section, base64url, when answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed: Option<String>,
    }
    /// A bank's 202 to a confirmation.
    ConfirmationOpen {
        /// The confirmation.
        confirmation_id: ConfirmationId,
    }
    /// State of one confirmation.
    ConfirmationStatus {
        /// Pending, passed or refused.
        state: ConfirmationState,
        /// The bank's attestation, when passed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attestation: Option<String>,
    }
}

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every word of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }
    )+};
}

states! {
    /// State of one verification.
    VerificationState {
        /// Not yet passed.
        Open,
        /// Passed; a token was given.
        Passed,
        /// Ended without.
        Void,
    }
    /// State of one confirmation.
    ConfirmationState {
        /// The person has not pressed yet.
        Pending,
        /// Confirmed.
        Passed,
        /// Refused, or the bank cannot.
        Refused,
    }
    /// The one state of [`ProofNeeded`].
    ProofState {
        /// A strong factor is needed.
        ProofNeeded,
    }
    /// The one state of [`Frozen`].
    FrozenState {
        /// The new device is frozen.
        Frozen,
    }
}
