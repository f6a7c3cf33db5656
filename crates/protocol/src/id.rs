//! Names of things: UUID version 4 (RFC 9562), lower case, one type for each thing so that none stands for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{Uuid, Variant};

/// The text is not a lower-case UUID of version 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a lower-case UUID of version 4")]
pub struct IdError;

fn parse(text: &str) -> Result<Uuid, IdError> {
    let id = Uuid::try_parse(text).map_err(|_| IdError)?;
    let canonical = id.get_version_num() == 4
        && id.get_variant() == Variant::RFC4122
        && id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text;
    if canonical { Ok(id) } else { Err(IdError) }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh random id.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "an id is made on purpose, never by default")]
            pub fn new() -> Self {
                Self(Uuid::new_v4())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// One query; made by the device, and its Idempotency-Key.
    QueryId,
    /// One consent; made by the device.
    ConsentId,
    /// One cardholder's account at the gateway.
    AccountId,
    /// One attempt to enrol.
    EnrolmentId,
    /// One factor of one query.
    VerificationId,
    /// What a passed factor is exchanged for; spent by one query.
    TokenId,
    /// One receipt.
    ReceiptId,
    /// One question to a bank whether the person confirms a card.
    ConfirmationId,
    /// One POST, whatever crashes.
    IdempotencyKey,
    /// One answer of a server, for finding it in a log.
    RequestId,
}

impl From<QueryId> for IdempotencyKey {
    fn from(id: QueryId) -> Self {
        Self(id.0)
    }
}
