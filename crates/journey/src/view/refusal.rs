//! What a rejected command says: a code of one closed list and its parameters, never a sentence. The screens hold one
//! row for each code: what happened, and what to do now.

use std::collections::BTreeMap;

use protocol::refusal::Code;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! codes {
    (federation { $($told:ident = $told_word:literal),+ $(,)? } device { $($own:ident = $own_word:literal),+ $(,)? }) => {
        /// Every code a refusal may carry: what the federation answers, then what the device itself decides. Closed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[ts(export)]
        pub enum ErrorCode {
            $(#[doc = concat!("`", $told_word, "`")] #[serde(rename = $told_word)] $told,)+
            $(#[doc = concat!("`", $own_word, "`")] #[serde(rename = $own_word)] $own,)+
        }

        impl ErrorCode {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$told,)+ $(Self::$own,)+];

            /// The word of a code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$told => $told_word,)+ $(Self::$own => $own_word,)+ }
            }
        }

        impl From<Code> for ErrorCode {
            fn from(code: Code) -> Self {
                match code { $(Code::$told => Self::$told,)+ }
            }
        }
    };
}

codes! {
    federation {
        // the federation, about a request
        Malformed = "malformed",
        UnknownField = "unknown_field",
        UnsupportedVersion = "unsupported_version",
        IdempotencyMissing = "idempotency_missing",
        IdempotencyMismatch = "idempotency_mismatch",
        SignatureMissing = "signature_missing",
        SignatureInvalid = "signature_invalid",
        SignatureCoverage = "signature_coverage",
        ClockSkew = "clock_skew",
        NonceUsed = "nonce_used",
        DigestMismatch = "digest_mismatch",
        KeyUnknown = "key_unknown",
        TooLarge = "too_large",
        MediaType = "media_type",
        MethodNotAllowed = "method_not_allowed",
        NotFound = "not_found",
        InProgress = "in_progress",
        StateChanged = "state_changed",
        RateLimited = "rate_limited",
        SmsLimit = "sms_limit",
        Busy = "busy",
        Maintenance = "maintenance",
        Internal = "internal",
        // the federation, about the person and the device
        IdentityNotConfirmed = "identity_not_confirmed",
        AgeNotServed = "age_not_served",
        DocumentNotServed = "document_not_served",
        AccountFrozen = "account_frozen",
        DeviceOnHold = "device_on_hold",
        DeviceRetired = "device_retired",
        // the federation, about a query
        QueryLive = "query_live",
        AllowanceUsed = "allowance_used",
        ConsentKnown = "consent_known",
        ConsentLapsed = "consent_lapsed",
        ConsentInvalid = "consent_invalid",
        ConsentNoticeChanged = "consent_notice_changed",
        ConsentBankUnknown = "consent_bank_unknown",
        ConsentSuite = "consent_suite",
        ConsentKey = "consent_key",
        ConsentTimes = "consent_times",
        FaceConsentMissing = "face_consent_missing",
        Withdrawn = "withdrawn",
        NotClosed = "not_closed",
        RetryNoneOpen = "retry_none_open",
        RetryUsedUp = "retry_used_up",
        Expired = "expired",
        Deleted = "deleted",
        // the federation, about a verification
        CodeWrong = "code_wrong",
        CodeEnded = "code_ended",
        CodeExpired = "code_expired",
        VerificationVoid = "verification_void",
        VerificationOtherConsent = "verification_other_consent",
        FactorMissing = "factor_missing",
        FaceNotMatched = "face_not_matched",
        CardBankUnavailable = "card_bank_unavailable",
    }
    device {
        // the device: the form
        NameInvalid = "name_invalid",
        IdNumberInvalid = "id_number_invalid",
        MobileInvalid = "mobile_invalid",
        CardNumberInvalid = "card_number_invalid",
        PhraseInvalid = "phrase_invalid",
        // the device: consent
        NoBankChosen = "no_bank_chosen",
        NoKindChosen = "no_kind_chosen",
        NoticeNotRead = "notice_not_read",
        SeparateConsentMissing = "separate_consent_missing",
        DirectoryExpired = "directory_expired",
        DirectoryRefused = "directory_refused",
        // the device: the network
        Offline = "offline",
        TimedOut = "timed_out",
        AnswerRefused = "answer_refused",
        // the device: the keychain
        KeychainMissing = "keychain_missing",
        KeychainLocked = "keychain_locked",
        KeychainDenied = "keychain_denied",
        KeychainCancelled = "keychain_cancelled",
        KeychainNotSetUp = "keychain_not_set_up",
        KeychainUnavailable = "keychain_unavailable",
        KeychainTimedOut = "keychain_timed_out",
        // the device: the vault
        PasswordWrong = "password_wrong",
        PasswordWait = "password_wait",
        PasswordShort = "password_short",
        PasswordLong = "password_long",
        PasswordWeak = "password_weak",
        PasswordCharacters = "password_characters",
        KdfParameters = "kdf_parameters",
        VaultUnopenable = "vault_unopenable",
        Locked = "locked",
        // the device: biometrics
        BiometricsNotSetUp = "biometrics_not_set_up",
        BiometricsChanged = "biometrics_changed",
        BiometricsCancelled = "biometrics_cancelled",
        BiometricsLockedOut = "biometrics_locked_out",
        BiometricsUnavailable = "biometrics_unavailable",
        BiometricsOff = "biometrics_off",
        // the device: storage, clock, state
        ClockDoubtful = "clock_doubtful",
        DiskFull = "disk_full",
        StorageReadOnly = "storage_read_only",
        StorageDamaged = "storage_damaged",
        StorageNewer = "storage_newer",
        NoQuery = "no_query",
        WrongState = "wrong_state",
        // the device: the printer
        NotPrinted = "not_printed",
        // the device: a new version of the app
        UpdateUnsigned = "update_unsigned",
        UpdateUnreadable = "update_unreadable",
        UpdateUnfinished = "update_unfinished",
        UpdateNotInstalled = "update_not_installed",
    }
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
