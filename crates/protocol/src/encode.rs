//! Bytes as text: base64url, digests, salts, and the length-prefixed strings that are hashed or bound.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// base64url of RFC 4648 without padding; padding and non-zero spare bits are refused.
const B64U: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(false),
);

/// Why bytes written as text were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// Not base64url without padding.
    #[error("not base64url without padding")]
    Alphabet,
    /// Another number of bytes than this place holds.
    #[error("wrong length")]
    Length,
}

/// Writes bytes as base64url without padding.
#[must_use]
pub fn b64u(bytes: &[u8]) -> String {
    B64U.encode(bytes)
}

/// Reads base64url without padding.
///
/// # Errors
/// [`EncodeError::Alphabet`] for padding, white space, other alphabets and non-zero spare bits.
pub fn b64u_decode(text: &str) -> Result<Vec<u8>, EncodeError> {
    B64U.decode(text).map_err(|_| EncodeError::Alphabet)
}

/// Reads base64url that must hold exactly `N` bytes.
///
/// # Errors
/// As [`b64u_decode`], and [`EncodeError::Length`].
pub fn b64u_array<const N: usize>(text: &str) -> Result<[u8; N], EncodeError> {
    b64u_decode(text)?.try_into().map_err(|_| EncodeError::Length)
}

/// `N` random bytes of the operating system.
///
/// # Panics
/// When the operating system gives no randomness: nothing can be made safely then.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "without randomness no key may be made")]
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// Declares a fixed number of bytes that travel as base64url.
macro_rules! byte_string {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Takes the bytes as they are.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&b64u(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = EncodeError;

            fn from_str(text: &str) -> Result<Self, EncodeError> {
                b64u_array(text).map(Self)
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
    };
}

byte_string! {
    /// A SHA-256 digest (FIPS 180-4), 43 characters of base64url.
    Digest, 32
}
byte_string! {
    /// 16 random bytes that hide what is committed to; fresh for every commitment.
    Salt, 16
}
byte_string! {
    /// 16 random bytes of one request or one question about the time.
    Nonce, 16
}

impl Digest {
    /// SHA-256 of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl Salt {
    /// A fresh salt.
    #[must_use]
    pub fn random() -> Self {
        Self(random())
    }
}

impl Nonce {
    /// A fresh nonce.
    #[must_use]
    pub fn random() -> Self {
        Self(random())
    }
}

/// `LP(x1..xn)`: each element behind its length as u32 big endian, so that no two lists read alike.
#[derive(Clone)]
pub struct Lp(Vec<u8>);

impl Lp {
    /// Begins with the label that names what is bound.
    #[must_use]
    pub fn new(label: &str) -> Self {
        Self(Vec::with_capacity(128)).text(label)
    }

    /// Adds a string as UTF-8.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// Adds a number as a decimal string.
    #[must_use]
    pub fn number(self, number: u64) -> Self {
        self.text(&number.to_string())
    }

    /// Adds bytes.
    ///
    /// # Panics
    /// When an element is longer than u32: none of this protocol is.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        #[expect(clippy::expect_used, reason = "no element of this protocol comes near 4 GiB")]
        let length = u32::try_from(bytes.len()).expect("an element is shorter than 4 GiB");
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    /// The bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    /// SHA-256 of the bytes.
    #[must_use]
    pub fn digest(self) -> Digest {
        Digest::of(&self.0)
    }
}
