//! Refusals of the gateway: Problem Details (RFC 9457) with a code of one closed list.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::code::CodeError;
use crate::id::RequestId;
use crate::json;
use crate::time::Timestamp;

/// Media type of a refusal.
pub const MEDIA_TYPE: &str = "application/problem+json";

macro_rules! codes {
    ($($status:literal { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {
        /// Why a request was not served. The list is closed: another word is no refusal of this protocol.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($($(#[$doc])* #[serde(rename = $word)] $variant,)+)+
        }

        impl Code {
            /// Every code, in the order of the specification.
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)+)+];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($(Self::$variant => $word,)+)+ }
            }

            /// The status of HTTP it is sent with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $($(Self::$variant)|+ => $status,)+ }
            }
        }

        impl FromStr for Code {
            type Err = CodeError;

            fn from_str(text: &str) -> Result<Self, CodeError> {
                match text { $($($word => Ok(Self::$variant),)+)+ _ => Err(CodeError) }
            }
        }
    };
}

codes! {
    400 {
        /// Not a request of this protocol.
        Malformed = "malformed",
        /// A member this version does not know.
        UnknownField = "unknown_field",
        /// Another version than 1.
        UnsupportedVersion = "unsupported_version",
        /// A POST without an Idempotency-Key.
        IdempotencyMissing = "idempotency_missing",
    }
    401 {
        /// No signature.
        SignatureMissing = "signature_missing",
        /// The signature does not hold.
        SignatureInvalid = "signature_invalid",
        /// Other parts of the request are signed than must be.
        SignatureCoverage = "signature_coverage",
        /// Signed too long ago or ahead of time; `time` of the refusal corrects the next signature.
        ClockSkew = "clock_skew",
        /// A request sent twice.
        NonceUsed = "nonce_used",
        /// The body is not the one signed for.
        DigestMismatch = "digest_mismatch",
        /// No such device.
        KeyUnknown = "key_unknown",
        /// Another device took this one's place.
        DeviceRetired = "device_retired",
    }
    403 {
        /// The four entries do not belong together.
        IdentityNotConfirmed = "identity_not_confirmed",
        /// Younger than 16.
        AgeNotServed = "age_not_served",
        /// Another document than the two served.
        DocumentNotServed = "document_not_served",
        /// Frozen after "not me".
        AccountFrozen = "account_frozen",
        /// A new device waits; `until`.
        DeviceOnHold = "device_on_hold",
    }
    404 {
        /// Nothing here for this caller.
        NotFound = "not_found",
    }
    405 {
        /// Another method.
        MethodNotAllowed = "method_not_allowed",
    }
    409 {
        /// One query is live already; `query_id`.
        QueryLive = "query_live",
        /// The last report's seven days still run; `next_at`.
        AllowanceUsed = "allowance_used",
        /// This consent was used before.
        ConsentKnown = "consent_known",
        /// Past `apply_by`.
        ConsentLapsed = "consent_lapsed",
        /// Withdrawn.
        Withdrawn = "withdrawn",
        /// The report is still open.
        NotClosed = "not_closed",
        /// No bank is left to be asked again.
        RetryNoneOpen = "retry_none_open",
        /// Both further rounds are used.
        RetryUsedUp = "retry_used_up",
        /// The first call still runs.
        InProgress = "in_progress",
        /// Something else changed meanwhile.
        StateChanged = "state_changed",
    }
    410 {
        /// Past its end.
        Expired = "expired",
        /// Deleted.
        Deleted = "deleted",
    }
    413 {
        /// Too many bytes.
        TooLarge = "too_large",
    }
    415 {
        /// Another content type.
        MediaType = "media_type",
    }
    422 {
        /// The same Idempotency-Key with another request.
        IdempotencyMismatch = "idempotency_mismatch",
        /// The consent does not hold; `member`.
        ConsentInvalid = "consent_invalid",
        /// A newer notice must be read.
        ConsentNoticeChanged = "consent_notice_changed",
        /// The consent names a bank that is not in the directory.
        ConsentBankUnknown = "consent_bank_unknown",
        /// Another suite than suite 1.
        ConsentSuite = "consent_suite",
        /// A query key nobody may seal to.
        ConsentKey = "consent_key",
        /// Other times than laid down.
        ConsentTimes = "consent_times",
        /// No consent to the face check.
        FaceConsentMissing = "face_consent_missing",
        /// A wrong code; `left`.
        CodeWrong = "code_wrong",
        /// The last try was wrong.
        CodeEnded = "code_ended",
        /// Past five minutes.
        CodeExpired = "code_expired",
        /// The verification is over.
        VerificationVoid = "verification_void",
        /// Made for another consent.
        VerificationOtherConsent = "verification_other_consent",
        /// A factor is missing; `kind`.
        FactorMissing = "factor_missing",
        /// The face check did not pass; `left`.
        FaceNotMatched = "face_not_matched",
        /// The bank of the enrolled card does not confirm.
        CardBankUnavailable = "card_bank_unavailable",
    }
    429 {
        /// Too often; Retry-After.
        RateLimited = "rate_limited",
        /// Too many messages; Retry-After.
        SmsLimit = "sms_limit",
    }
    500 {
        /// A fault of the gateway.
        Internal = "internal",
    }
    503 {
        /// Too much to do; Retry-After.
        Busy = "busy",
        /// Being worked on; Retry-After.
        Maintenance = "maintenance",
    }
}

impl Code {
    /// Names of the members of `params` that come with this code.
    #[must_use]
    pub const fn params(self) -> &'static [&'static str] {
        match self {
            Self::DeviceOnHold => &["until"],
            Self::QueryLive => &["query_id"],
            Self::AllowanceUsed => &["next_at"],
            Self::ConsentInvalid => &["member"],
            Self::CodeWrong | Self::FaceNotMatched => &["left"],
            Self::FactorMissing => &["kind"],
            Self::Malformed
            | Self::UnknownField
            | Self::UnsupportedVersion
            | Self::IdempotencyMissing
            | Self::SignatureMissing
            | Self::SignatureInvalid
            | Self::SignatureCoverage
            | Self::ClockSkew
            | Self::NonceUsed
            | Self::DigestMismatch
            | Self::KeyUnknown
            | Self::DeviceRetired
            | Self::IdentityNotConfirmed
            | Self::AgeNotServed
            | Self::DocumentNotServed
            | Self::AccountFrozen
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::ConsentKnown
            | Self::ConsentLapsed
            | Self::Withdrawn
            | Self::NotClosed
            | Self::RetryNoneOpen
            | Self::RetryUsedUp
            | Self::InProgress
            | Self::StateChanged
            | Self::Expired
            | Self::Deleted
            | Self::TooLarge
            | Self::MediaType
            | Self::IdempotencyMismatch
            | Self::ConsentNoticeChanged
            | Self::ConsentBankUnknown
            | Self::ConsentSuite
            | Self::ConsentKey
            | Self::ConsentTimes
            | Self::FaceConsentMissing
            | Self::CodeEnded
            | Self::CodeExpired
            | Self::VerificationVoid
            | Self::VerificationOtherConsent
            | Self::CardBankUnavailable
            | Self::RateLimited
            | Self::SmsLimit
            | Self::Internal
            | Self::Busy
            | Self::Maintenance => &[],
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The body of a refusal. Read with [`json::parse_response`]: unknown members are passed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// `urn:mingxia:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code in words, for people reading a log.
    pub title: String,
    /// Status of HTTP.
    pub status: u16,
    /// The code.
    pub code: Code,
    /// What comes with the code; see [`Code::params`].
    #[serde(default)]
    pub params: Map<String, Value>,
    /// Names this answer in the server's log.
    pub request_id: RequestId,
    /// The server's time; corrects the next signature and nothing else.
    pub time: Timestamp,
    /// With `device_retired`, when the account ordered it: a JWS that orders this device to erase.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub erase: Option<String>,
}

impl Problem {
    /// A refusal of one request.
    #[must_use]
    pub fn new(code: Code, params: Map<String, Value>, request_id: RequestId, time: Timestamp) -> Self {
        Self {
            kind: format!("urn:mingxia:problem:{code}"),
            title: code.as_str().replace('_', " "),
            status: code.status(),
            code,
            params,
            request_id,
            time,
            erase: None,
        }
    }
}
