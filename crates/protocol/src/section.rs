//! One bank's part of a report: masked cards, signed by the bank, read only inside the seal.

use serde::{Deserialize, Serialize};

use crate::code::{AccountClass, CardRole, CardStatus, Kind, Outcome, PartyCode, Role, SectionFault, Used};
use crate::directory::{PartyJwsError, TrustedDirectory};
use crate::encode::Digest;
use crate::id::QueryId;
use crate::json::{self, V1};
use crate::jws::{self, JwsError, Typ};
use crate::key::{Kid, SigningKey};
use crate::seal::SUITE;
use crate::text::Text;
use crate::time::{Timestamp, YearMonth};

/// The most cards of one section.
pub const MAX_CARDS: usize = 24;
/// The most inquiries a section lists.
pub const MAX_INQUIRIES: usize = 8;

/// The section.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Always 1.
    pub v: V1,
    /// The query.
    pub query_id: QueryId,
    /// The bank.
    pub bank: PartyCode,
    /// The round.
    pub round: u8,
    /// Digest of the consent.
    pub consent: Digest,
    /// Thumbprint of the query key it is sealed to.
    pub key: Digest,
    /// The suite it is sealed with.
    pub suite: u8,
    /// The state of the bank's books it shows.
    pub as_of: Timestamp,
    /// What was found.
    pub outcome: Outcome,
    /// Identifiers looked up with.
    pub used: Vec<Used>,
    /// The cards; exactly when found.
    pub cards: Vec<Card>,
    /// Cards that found no room.
    pub omitted: u32,
    /// The person's last inquiries at this bank, newest first.
    pub inquiries: Vec<Inquiry>,
}

/// One card, masked by the bank.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Product name.
    pub product: Text<30>,
    /// Kind.
    pub kind: Kind,
    /// Brand.
    pub brand: Text<20>,
    /// Masked number.
    pub number: MaskedNumber,
    /// Account class, debit only.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub class: Option<AccountClass>,
    /// State.
    pub status: CardStatus,
    /// Primary or supplementary.
    pub role: CardRole,
    /// Month opened.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub opened: Option<YearMonth>,
    /// City of the opening branch.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub city: Option<Text<12>>,
    /// Month of last use.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub last_used: Option<YearMonth>,
}

/// One inquiry a bank has seen about the person.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Inquiry {
    /// The query.
    pub query_id: QueryId,
    /// The device that asked.
    pub device: Kid,
    /// When.
    pub at: Timestamp,
}

/// A masked card number: `\d{4}\*{4,11}\d{4}` or `\*{1,7}\d{4}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct MaskedNumber(String);

impl MaskedNumber {
    /// Takes a number that is already masked.
    ///
    /// # Errors
    /// [`SectionFault::Schema`] when it is not of the two forms.
    pub fn new(masked: &str) -> Result<Self, SectionFault> {
        let tail_at = masked.len().checked_sub(4).filter(|_| masked.is_ascii()).ok_or(SectionFault::Schema)?;
        let (front, tail) = masked.split_at(tail_at);
        let stars = front.trim_start_matches(|c: char| c.is_ascii_digit());
        let head = front.len() - stars.len();
        let form = match head {
            4 => (4..=11).contains(&stars.len()),
            0 => (1..=7).contains(&stars.len()),
            _ => false,
        };
        let whole = form && stars.bytes().all(|b| b == b'*') && tail.bytes().all(|b| b.is_ascii_digit());
        if whole { Ok(Self(masked.to_owned())) } else { Err(SectionFault::Schema) }
    }

    /// The masked number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four digits.
    #[must_use]
    pub fn tail(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

impl<'de> Deserialize<'de> for MaskedNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// What a section must agree with: the device's own record of what it asked.
#[derive(Debug, Clone)]
pub struct Expected<'a> {
    /// The query.
    pub query_id: QueryId,
    /// The bank.
    pub bank: &'a PartyCode,
    /// The round.
    pub round: u8,
    /// Digest of the consent.
    pub consent: &'a Digest,
    /// Thumbprint of the query key.
    pub key: &'a Digest,
    /// Earliest `as_of`: accepted_at - 15 min.
    pub not_before: Timestamp,
    /// Latest `as_of`: end of the round + 15 min.
    pub not_after: Timestamp,
}

impl Section {
    /// Signs with the bank's key.
    #[must_use]
    pub fn sign(&self, bank: &SigningKey) -> String {
        jws::sign(bank, Typ::Section, self)
    }

    /// Everything the device checks of an opened section, in the order of 9-wire section 11, up to the text rules.
    ///
    /// # Errors
    /// [`SectionFault`]; nothing of the section may be shown then.
    pub fn verify(token: &str, expected: &Expected<'_>, directory: &TrustedDirectory) -> Result<Self, SectionFault> {
        let section: Self = directory
            .open(token, Typ::Section, Role::Bank, expected.bank, |section: &Self| section.as_of)
            .map_err(|error| match error {
                PartyJwsError::KeyNotValid => SectionFault::KeyRevoked,
                PartyJwsError::Jws(JwsError::Payload(_)) => of_shape(token),
                PartyJwsError::Jws(JwsError::Form | JwsError::TooLarge) => SectionFault::Schema,
                PartyJwsError::Jws(JwsError::Typ | JwsError::UnknownKey | JwsError::Signature) => {
                    SectionFault::Signature
                }
            })?;
        let agrees = [
            (section.query_id == expected.query_id, SectionFault::WrongQuery),
            (section.bank == *expected.bank, SectionFault::WrongBank),
            (section.round == expected.round, SectionFault::WrongRound),
            (section.consent == *expected.consent, SectionFault::WrongConsent),
            (section.key == *expected.key && section.suite == SUITE, SectionFault::WrongKey),
            (expected.not_before <= section.as_of && section.as_of <= expected.not_after, SectionFault::Stale),
            (section.well_formed(), SectionFault::Schema),
            (section.text_holds(), SectionFault::Text),
        ];
        agrees.into_iter().find(|(holds, _)| !holds).map_or(Ok(section), |(_, fault)| Err(fault))
    }

    fn well_formed(&self) -> bool {
        let asked: std::collections::HashSet<_> = self.inquiries.iter().map(|inquiry| inquiry.query_id).collect();
        (self.outcome == Outcome::Found) != self.cards.is_empty()
            && self.cards.len() <= MAX_CARDS
            && self.inquiries.len() <= MAX_INQUIRIES
            && self.inquiries.len() == asked.len()
            && self.inquiries.is_sorted_by(|newer, older| newer.at >= older.at)
            && self.cards.iter().all(|card| card.class.is_none() || card.kind == Kind::Debit)
    }

    fn text_holds(&self) -> bool {
        self.cards.iter().all(|card| {
            let city = card.city.as_deref().unwrap_or("");
            [card.product.as_str(), card.brand.as_str(), city].iter().all(|text| !crate::mask::holds_long_digits(text))
        })
    }
}

/// Why a payload that the bank did sign could not be read: a text that breaks the rules of all strings, or anything else.
fn of_shape(token: &str) -> SectionFault {
    fn breaks(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::String(text) => crate::text::check(text, usize::MAX, false).is_err(),
            serde_json::Value::Array(values) => values.iter().any(breaks),
            serde_json::Value::Object(members) => members.values().any(breaks),
            serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => false,
        }
    }
    let payload = token.split('.').nth(1).and_then(|payload| crate::encode::b64u_decode(payload).ok());
    let value = payload.and_then(|payload| serde_json::from_slice(&payload).ok());
    if value.is_some_and(|value| breaks(&value)) { SectionFault::Text } else { SectionFault::Schema }
}
