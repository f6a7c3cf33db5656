//! The closed lists of the wire: every word that may stand in a member with a fixed vocabulary.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text is not one of the words of this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the words of this list")]
pub struct CodeError;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every word of the list, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = CodeError;

            fn from_str(text: &str) -> Result<Self, CodeError> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(CodeError) }
            }
        }
    )+};
}

words! {
    /// What a party of the directory is.
    Role {
        /// A bank that answers.
        Bank = "bank",
        /// The federation gateway.
        Gateway = "gateway",
        /// A party that vouches for one factor.
        Attestor = "attestor",
    }
    /// Kinds of card.
    Kind {
        /// 借记卡
        Debit = "debit",
        /// 贷记卡
        Credit = "credit",
        /// 准贷记卡
        QuasiCredit = "quasi_credit",
    }
    /// Facts of a card a consent may name.
    Field {
        /// The bank.
        Bank = "bank",
        /// Product name.
        Product = "product",
        /// Kind of card.
        Kind = "kind",
        /// Card brand.
        Brand = "brand",
        /// Masked number.
        Number = "number",
        /// Account class I, II or III; may be left out.
        Class = "class",
        /// State of the card.
        Status = "status",
        /// Primary or supplementary.
        Role = "role",
        /// Month opened; may be left out.
        Opened = "opened",
        /// City of the opening branch; may be left out.
        City = "city",
        /// Month of last use; may be left out.
        LastUsed = "last_used",
    }
    /// State of a card.
    CardStatus {
        /// In use.
        Active = "active",
        /// Long unused.
        Dormant = "dormant",
        /// Frozen.
        Frozen = "frozen",
        /// Reported lost.
        Lost = "lost",
        /// Never activated.
        NotActivated = "not_activated",
        /// Being closed.
        Closing = "closing",
    }
    /// Whose card it is.
    CardRole {
        /// The account holder's.
        Primary = "primary",
        /// On somebody's account.
        Supplementary = "supplementary",
    }
    /// Class of a debit account (PBOC account classes).
    AccountClass {
        /// Class I.
        I = "I",
        /// Class II.
        II = "II",
        /// Class III.
        III = "III",
    }
    /// What a bank found; stands inside the seal only.
    Outcome {
        /// Cards follow.
        Found = "found",
        /// None under these identifiers.
        None = "none",
        /// Somebody like this person; carries no cards.
        PossibleMatch = "possible_match",
        /// No mobile number on file.
        NoMobile = "no_mobile",
        /// The ID document on file has expired.
        IdExpired = "id_expired",
        /// Self-service is not enabled.
        SelfServiceOff = "self_service_off",
        /// The bank's books cannot be read now.
        LedgerUnavailable = "ledger_unavailable",
    }
    /// What everybody may know of one bank's part.
    BankState {
        /// Not yet final.
        Pending = "pending",
        /// The bank answered.
        Answered = "answered",
        /// The bank refused, with a code.
        Refused = "refused",
        /// The bank takes no part.
        NotCovered = "not_covered",
        /// Silence until the end.
        Unanswered = "unanswered",
        /// The person withdrew.
        Withdrawn = "withdrawn",
    }
    /// State of one query at the gateway.
    QueryState {
        /// Banks are being asked.
        Asking = "asking",
        /// A further round runs.
        Retrying = "retrying",
        /// Closed with at least one answer.
        Closed = "closed",
        /// Closed with none.
        Empty = "empty",
        /// Withdrawn by the person.
        Withdrawn = "withdrawn",
        /// Deleted by the person.
        Deleted = "deleted",
        /// Past its end.
        Expired = "expired",
    }
    /// Identifiers a bank looked up with.
    Used {
        /// The name.
        Name = "name",
        /// The ID number.
        IdNumber = "id_number",
        /// The mobile number.
        Mobile = "mobile",
    }
    /// A factor of one query.
    FactorKind {
        /// Code to the registered mobile.
        Sms = "sms",
        /// Face check by the provider.
        Face = "face",
        /// Confirmation in the bank's own channel.
        CardBank = "card_bank",
    }
    /// Languages of notices and messages.
    Locale {
        /// Simplified Chinese.
        ZhCn = "zh-CN",
        /// English.
        En = "en",
    }
    /// Kinds of identity document.
    IdType {
        /// Resident identity card (residence permits included).
        CnId = "CN_ID",
        /// Foreigner's permanent residence card.
        CnFpr = "CN_FPR",
    }
    /// Health of a bank.
    Health {
        /// Answers.
        Up = "up",
        /// Answers late or in part.
        Degraded = "degraded",
        /// Does not answer.
        Down = "down",
    }
    /// Why a bank refused; in its answer.
    BankRefusal {
        /// The gateway's statement does not hold.
        StatementInvalid = "statement_invalid",
        /// The consent does not hold.
        ConsentInvalid = "consent_invalid",
        /// The consent has ended.
        ConsentExpired = "consent_expired",
        /// The identifiers are not those consented to.
        SubjectMismatch = "subject_mismatch",
        /// No attestation that holds.
        AttestationMissing = "attestation_missing",
        /// The consent does not name this bank.
        NotAsked = "not_asked",
        /// Another suite than suite 1, or a bad query key.
        Suite = "suite",
        /// Another consent under the same query.
        Replayed = "replayed",
        /// Withdrawn before.
        Withdrawn = "withdrawn",
        /// The last report's seven days still run.
        TooSoon = "too_soon",
        /// This bank does not serve this.
        NotCovered = "not_covered",
    }
    /// Why the device shows nothing of one bank's part.
    SectionFault {
        /// Bytes are not those the bank signed for.
        Digest = "digest",
        /// Cannot be opened with this query's key.
        OpenFailed = "open_failed",
        /// Padding is not as laid down.
        Padding = "padding",
        /// Not signed by that bank.
        Signature = "signature",
        /// Signed with a key that does not hold.
        KeyRevoked = "key_revoked",
        /// For another query.
        WrongQuery = "wrong_query",
        /// From another bank.
        WrongBank = "wrong_bank",
        /// Under another consent.
        WrongConsent = "wrong_consent",
        /// For another key or suite.
        WrongKey = "wrong_key",
        /// Of another round.
        WrongRound = "wrong_round",
        /// Made outside of the query's time.
        Stale = "stale",
        /// Not of the agreed shape.
        Schema = "schema",
        /// Text breaks the rules.
        Text = "text",
    }
    /// Why a receipt was given.
    ReceiptReason {
        /// The device holds the sections.
        Collected = "collected",
        /// The seven days ended.
        Deadline = "deadline",
        /// The person deleted the report.
        Deleted = "deleted",
        /// The person withdrew.
        Withdrawn = "withdrawn",
        /// Another device took over.
        DeviceChanged = "device_changed",
        /// The account was deleted.
        Account = "account",
    }
}

/// Code of a party of the directory: 2 to 12 of `A-Z0-9`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyCode(String);

impl PartyCode {
    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PartyCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let good = (2..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if good { Ok(Self(text.to_owned())) } else { Err(CodeError) }
    }
}

impl fmt::Display for PartyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PartyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for PartyCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PartyCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
