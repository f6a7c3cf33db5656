//! The consent: what the cardholder agreed to, signed by the device, immutable, given before every query.

use std::collections::HashSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::code::{Field, Kind, Locale};
use crate::encode::Digest;
use crate::id::{ConsentId, QueryId};
use crate::json::{self, V1};
use crate::jws::{self, JwsError, Typ, Unverified};
use crate::key::{Kid, PublicKey, SigningKey};
use crate::seal::{QueryPublic, SUITE};
use crate::text::Text;
use crate::time::Timestamp;

/// A consent must be used within this time of being given.
pub const APPLY_WITHIN: Duration = Duration::from_secs(15 * 60);
/// A consent ends this long after being given.
pub const HOLDS_FOR: Duration = Duration::from_secs(72 * 3600);
/// Nobody refuses a time up to this far ahead.
pub const AHEAD: Duration = Duration::from_secs(15 * 60);
/// The most banks of one query.
pub const MAX_BANKS: usize = 400;
/// Facts that every consent names.
pub const FIXED_FIELDS: [Field; 7] =
    [Field::Bank, Field::Product, Field::Kind, Field::Brand, Field::Number, Field::Status, Field::Role];

/// The consent.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Always 1.
    pub v: V1,
    /// Made by the device.
    pub consent_id: ConsentId,
    /// The one query it allows; made by the device.
    pub query_id: QueryId,
    /// Salted commitment to name, document and mobile.
    pub subject: Digest,
    /// Why.
    pub purpose: Purpose,
    /// A salted commitment to each bank.
    pub banks: Vec<Digest>,
    /// Kinds of card asked about.
    pub kinds: Vec<Kind>,
    /// Facts asked for.
    pub fields: Vec<Field>,
    /// The two separate agreements (PIPL articles 23 and 29): sensitive data, handing over to the banks.
    pub separate: [Separate; 2],
    /// The notice that was read.
    pub notice: Notice,
    /// View only.
    pub mode: Mode,
    /// One time.
    pub fetch: Fetch,
    /// Seven natural days.
    pub life: Life,
    /// The query key.
    pub key: ConsentKey,
    /// When it was given.
    pub given_at: Timestamp,
    /// Last instant to apply: `given_at` + 15 minutes.
    pub apply_by: Timestamp,
    /// When it ends: `given_at` + 72 hours.
    pub expires_at: Timestamp,
    /// The query this one replaces, when its report was lost.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub replaces: Option<QueryId>,
}

/// The only purpose: seeing one's own cards.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// The purpose for machines.
    pub code: PurposeCode,
    /// The purpose for people.
    pub text: Text<20>,
}

/// Purposes for machines.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
pub enum PurposeCode {
    /// Viewing one's own cards.
    #[serde(rename = "OWN_CARDS_VIEW")]
    OwnCardsView,
}

/// The separate agreements, in this order.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Separate {
    /// Sensitive personal data.
    Sensitive,
    /// Handing name, document and mobile to the named banks.
    Handover,
}

/// Which notice was read, in which language.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Version of the notice.
    pub version: Text<20>,
    /// Digest of its text.
    pub sha256: Digest,
    /// Its language.
    pub locale: Locale,
}

/// View only.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
pub enum Mode {
    /// The data are shown, nothing else.
    #[serde(rename = "VIEW")]
    View,
}

/// One time.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
pub enum Fetch {
    /// One query.
    #[serde(rename = "ONETIME")]
    Onetime,
}

/// How long the report lives.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Life {
    /// Natural days of Beijing.
    pub unit: LifeUnit,
    /// Always 7.
    pub value: u8,
}

/// Unit of [`Life`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
pub enum LifeUnit {
    /// Natural days.
    #[serde(rename = "NATURAL_DAY")]
    NaturalDay,
}

/// The query key in a consent, bytes not yet checked (so that a bad key is refused by its own name).
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ConsentKey {
    /// Always 1 in releases.
    pub suite: u8,
    /// base64url of the public key.
    #[serde(rename = "pub")]
    pub public: String,
}

impl ConsentKey {
    /// Names the query key of suite 1.
    #[must_use]
    pub fn new(public: &QueryPublic) -> Self {
        Self { suite: SUITE, public: crate::encode::b64u(public.as_bytes()) }
    }

    /// The checked key.
    ///
    /// # Errors
    /// [`ConsentError::Suite`], [`ConsentError::Key`].
    pub fn open(&self) -> Result<QueryPublic, ConsentError> {
        if self.suite != SUITE {
            return Err(ConsentError::Suite);
        }
        let bytes = crate::encode::b64u_decode(&self.public).map_err(|_| ConsentError::Key)?;
        QueryPublic::from_bytes(&bytes).map_err(|_| ConsentError::Key)
    }
}

/// Why a consent was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConsentError {
    /// The JWS does not hold.
    #[error("the signed consent does not hold: {0}")]
    Jws(JwsError),
    /// The key beside it is not the one expected.
    #[error("the device key is another one")]
    Device,
    /// A member is not as this protocol lays it down.
    #[error("member {0} is not as laid down")]
    Member(&'static str),
    /// Another suite than suite 1.
    #[error("another suite")]
    Suite,
    /// A query key that may not be sealed to.
    #[error("a bad query key")]
    Key,
    /// `apply_by` or `expires_at` are not those of `given_at`, or `given_at` lies ahead.
    #[error("times are not as laid down")]
    Times,
}

impl Consent {
    /// Signs the consent with the device key.
    #[must_use]
    pub fn sign(&self, device: &SigningKey) -> String {
        jws::sign(device, Typ::Consent, self)
    }

    /// Checks signature and shape: the thumbprint of `device` must be `expected`, then the JWS must hold under it.
    /// Suite, key and times are asked afterwards, in the order each party lays down.
    ///
    /// # Errors
    /// [`ConsentError::Device`], [`ConsentError::Jws`], [`ConsentError::Member`].
    pub fn verify(token: &str, device: &PublicKey, expected: &Kid) -> Result<Self, ConsentError> {
        let unverified = Unverified::read(token, Typ::Consent).map_err(ConsentError::Jws)?;
        if device.kid() != *expected || unverified.kid() != *expected {
            return Err(ConsentError::Device);
        }
        let consent: Self = unverified.verify(device).map_err(ConsentError::Jws)?;
        consent.members()?;
        Ok(consent)
    }

    /// The digest that names this consent everywhere after.
    #[must_use]
    pub fn digest(token: &str) -> Digest {
        jws::digest(token)
    }

    /// Checks the times against each other and against `now`.
    ///
    /// # Errors
    /// [`ConsentError::Times`].
    pub fn times(&self, now: Timestamp) -> Result<(), ConsentError> {
        let exact = self.apply_by == self.given_at + APPLY_WITHIN && self.expires_at == self.given_at + HOLDS_FOR;
        if exact && self.given_at <= now + AHEAD { Ok(()) } else { Err(ConsentError::Times) }
    }

    fn members(&self) -> Result<(), ConsentError> {
        let rules = [
            ("purpose", !self.purpose.text.is_empty()),
            ("banks", !self.banks.is_empty() && self.banks.len() <= MAX_BANKS && all_different(&self.banks)),
            ("kinds", !self.kinds.is_empty() && all_different(&self.kinds)),
            ("fields", all_different(&self.fields) && FIXED_FIELDS.iter().all(|field| self.fields.contains(field))),
            ("separate", self.separate == [Separate::Sensitive, Separate::Handover]),
            ("notice", !self.notice.version.is_empty()),
            ("life", i64::from(self.life.value) == crate::calendar::RETENTION_DAYS),
        ];
        rules.iter().find(|(_, holds)| !holds).map_or(Ok(()), |(member, _)| Err(ConsentError::Member(member)))
    }
}

fn all_different<T: std::hash::Hash + Eq>(list: &[T]) -> bool {
    let mut seen = HashSet::new();
    list.iter().all(|item| seen.insert(item))
}
