//! The one list of refusals that leave this crate: a code and its parameters, never a sentence.
//!
//! Errors of the layers below become codes by exhaustive matches in `faults`; the acts refuse in the same words. The
//! screens hold one row for each code: what happened, and what to do now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        /// Every code a refusal may carry: what the federation answers, then what the device itself decides. Closed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[ts(export)]
        pub enum ErrorCode { $($(#[$doc])* #[serde(rename = $word)] $variant),+ }

        impl ErrorCode {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word of a code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The code of a word.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == word)
            }
        }
    };
}

codes! {
    // ---- the federation, about a request
        /// `malformed`
        Malformed = "malformed",
        /// `unknown_field`
        UnknownField = "unknown_field",
        /// `unsupported_version`
        UnsupportedVersion = "unsupported_version",
        /// `idempotency_missing`
        IdempotencyMissing = "idempotency_missing",
        /// `idempotency_mismatch`
        IdempotencyMismatch = "idempotency_mismatch",
        /// `signature_missing`
        SignatureMissing = "signature_missing",
        /// `signature_invalid`
        SignatureInvalid = "signature_invalid",
        /// `signature_coverage`
        SignatureCoverage = "signature_coverage",
        /// `clock_skew`
        ClockSkew = "clock_skew",
        /// `nonce_used`
        NonceUsed = "nonce_used",
        /// `digest_mismatch`
        DigestMismatch = "digest_mismatch",
        /// `key_unknown`
        KeyUnknown = "key_unknown",
        /// `too_large`
        TooLarge = "too_large",
        /// `media_type`
        MediaType = "media_type",
        /// `method_not_allowed`
        MethodNotAllowed = "method_not_allowed",
        /// `not_found`
        NotFound = "not_found",
        /// `in_progress`
        InProgress = "in_progress",
        /// `state_changed`
        StateChanged = "state_changed",
        /// `rate_limited`
        RateLimited = "rate_limited",
        /// `sms_limit`
        SmsLimit = "sms_limit",
        /// `busy`
        Busy = "busy",
        /// `maintenance`
        Maintenance = "maintenance",
        /// `internal`
        Internal = "internal",
    // ---- the federation, about the person and the device
        /// `identity_not_confirmed`
        IdentityNotConfirmed = "identity_not_confirmed",
        /// `age_not_served`
        AgeNotServed = "age_not_served",
        /// `document_not_served`
        DocumentNotServed = "document_not_served",
        /// `account_frozen`
        AccountFrozen = "account_frozen",
        /// `device_on_hold`
        DeviceOnHold = "device_on_hold",
        /// `device_retired`
        DeviceRetired = "device_retired",
    // ---- the federation, about a query
        /// `query_live`
        QueryLive = "query_live",
        /// `allowance_used`
        AllowanceUsed = "allowance_used",
        /// `consent_known`
        ConsentKnown = "consent_known",
        /// `consent_lapsed`
        ConsentLapsed = "consent_lapsed",
        /// `consent_invalid`
        ConsentInvalid = "consent_invalid",
        /// `consent_notice_changed`
        ConsentNoticeChanged = "consent_notice_changed",
        /// `consent_bank_unknown`
        ConsentBankUnknown = "consent_bank_unknown",
        /// `consent_suite`
        ConsentSuite = "consent_suite",
        /// `consent_key`
        ConsentKey = "consent_key",
        /// `consent_times`
        ConsentTimes = "consent_times",
        /// `face_consent_missing`
        FaceConsentMissing = "face_consent_missing",
        /// `withdrawn`
        Withdrawn = "withdrawn",
        /// `not_closed`
        NotClosed = "not_closed",
        /// `retry_none_open`
        RetryNoneOpen = "retry_none_open",
        /// `retry_used_up`
        RetryUsedUp = "retry_used_up",
        /// `expired`
        Expired = "expired",
        /// `deleted`
        Deleted = "deleted",
    // ---- the federation, about a verification
        /// `code_wrong`
        CodeWrong = "code_wrong",
        /// `code_ended`
        CodeEnded = "code_ended",
        /// `code_expired`
        CodeExpired = "code_expired",
        /// `verification_void`
        VerificationVoid = "verification_void",
        /// `verification_other_consent`
        VerificationOtherConsent = "verification_other_consent",
        /// `factor_missing`
        FactorMissing = "factor_missing",
        /// `face_not_matched`
        FaceNotMatched = "face_not_matched",
        /// `card_bank_unavailable`
        CardBankUnavailable = "card_bank_unavailable",
    // ---- the device: the form
        /// `name_invalid`
        NameInvalid = "name_invalid",
        /// `id_number_invalid`
        IdNumberInvalid = "id_number_invalid",
        /// `mobile_invalid`
        MobileInvalid = "mobile_invalid",
        /// `card_number_invalid`
        CardNumberInvalid = "card_number_invalid",
        /// `phrase_invalid`
        PhraseInvalid = "phrase_invalid",
    // ---- the device: consent
        /// `no_bank_chosen`
        NoBankChosen = "no_bank_chosen",
        /// `no_kind_chosen`
        NoKindChosen = "no_kind_chosen",
        /// `notice_not_read`
        NoticeNotRead = "notice_not_read",
        /// `separate_consent_missing`
        SeparateConsentMissing = "separate_consent_missing",
        /// `directory_expired`
        DirectoryExpired = "directory_expired",
        /// `directory_refused`
        DirectoryRefused = "directory_refused",
    // ---- the device: the network
        /// `offline`
        Offline = "offline",
        /// `timed_out`
        TimedOut = "timed_out",
        /// `answer_refused`
        AnswerRefused = "answer_refused",
    // ---- the device: the keychain
        /// `keychain_missing`
        KeychainMissing = "keychain_missing",
        /// `keychain_locked`
        KeychainLocked = "keychain_locked",
        /// `keychain_denied`
        KeychainDenied = "keychain_denied",
        /// `keychain_cancelled`
        KeychainCancelled = "keychain_cancelled",
        /// `keychain_not_set_up`
        KeychainNotSetUp = "keychain_not_set_up",
        /// `keychain_unavailable`
        KeychainUnavailable = "keychain_unavailable",
        /// `keychain_timed_out`
        KeychainTimedOut = "keychain_timed_out",
    // ---- the device: the vault
        /// `password_wrong`
        PasswordWrong = "password_wrong",
        /// `password_wait`
        PasswordWait = "password_wait",
        /// `password_short`
        PasswordShort = "password_short",
        /// `password_long`
        PasswordLong = "password_long",
        /// `password_weak`
        PasswordWeak = "password_weak",
        /// `password_characters`
        PasswordCharacters = "password_characters",
        /// `kdf_parameters`
        KdfParameters = "kdf_parameters",
        /// `vault_unopenable`
        VaultUnopenable = "vault_unopenable",
        /// `locked`
        Locked = "locked",
    // ---- the device: storage, clock, state
        /// `clock_doubtful`
        ClockDoubtful = "clock_doubtful",
        /// `disk_full`
        DiskFull = "disk_full",
        /// `storage_read_only`
        StorageReadOnly = "storage_read_only",
        /// `storage_damaged`
        StorageDamaged = "storage_damaged",
        /// `storage_newer`
        StorageNewer = "storage_newer",
        /// `no_query`
        NoQuery = "no_query",
        /// `wrong_state`
        WrongState = "wrong_state",
}

/// A parameter of a refusal: an instant, a count or a code; never anything personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
#[ts(export)]
pub enum Param {
    /// Seconds, tries left.
    Number(#[ts(type = "number")] u64),
    /// A code or an instant.
    Word(String),
}

impl From<u64> for Param {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Param {
    fn from(word: String) -> Self {
        Self::Word(word)
    }
}

impl From<&str> for Param {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

/// What a rejected command says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Refusal {
    /// What happened.
    pub code: ErrorCode,
    /// What belongs to it.
    pub params: BTreeMap<String, Param>,
}

impl Refusal {
    /// A refusal without parameters.
    #[must_use]
    pub const fn of(code: ErrorCode) -> Self {
        Self { code, params: BTreeMap::new() }
    }

    /// The same with one more parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Param>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl std::error::Error for Refusal {}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self::of(code)
    }
}
