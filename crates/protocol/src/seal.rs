//! The seal: HPKE (RFC 9180) base mode with X-Wing, HKDF-SHA256 and ChaCha20-Poly1305, in one shot.
//!
//! Suite 1 is the only one; there is nothing to downgrade to. A section is padded to one size before it is sealed,
//! so that its length tells nothing.

use std::fmt;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _, single_shot_open, single_shot_seal};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::code::{PartyCode, SectionFault};
use crate::encode::{Digest, Lp, b64u, b64u_decode, random};
use crate::id::QueryId;
use crate::xwing::{Expanded, ExpandedKey};

/// The one suite of releases.
pub const SUITE: u8 = 1;
/// First byte of everything sealed.
pub const FORMAT: u8 = 1;
/// Bytes of a public query key.
pub const PUBLIC_KEY_BYTES: usize = 1216;
/// Bytes of the encapsulated key.
const ENC_BYTES: usize = 1120;
/// Bytes of a padded section.
pub const PLAIN_SECTION_BYTES: usize = 16_384;
/// The most bytes a section's JWS may have.
pub const MAX_SECTION_JWS: usize = PLAIN_SECTION_BYTES - 4;
/// Bytes of a sealed section.
pub const SEALED_SECTION_BYTES: usize = 2 + ENC_BYTES + PLAIN_SECTION_BYTES + 16;

/// Why something sealed could not be made or opened; never says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The public key is not one that may be sealed to.
    #[error("not a usable query key")]
    Key,
    /// Too long for the padding.
    #[error("too long to be sealed")]
    TooLong,
    /// Does not open: another key, another purpose, or altered bytes.
    #[error("does not open")]
    Open,
}

/// The 32-byte seed of an X-Wing private key. Destroying it ends what was sealed to it. Never printed; wiped on drop.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct QuerySeed([u8; 32]);

impl QuerySeed {
    /// A fresh seed.
    #[must_use]
    pub fn generate() -> Self {
        Self(random())
    }

    /// Takes a seed.
    #[must_use]
    pub const fn from_bytes(seed: [u8; 32]) -> Self {
        Self(seed)
    }

    /// The seed, for wrapping.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> QueryPublic {
        self.decapsulation_key().public()
    }

    /// The key that opens, made from the seed once.
    #[must_use]
    pub fn decapsulation_key(&self) -> DecapsulationKey {
        #[expect(clippy::expect_used, reason = "an X-Wing private key is any 32 bytes")]
        DecapsulationKey(ExpandedKey::from_bytes(&self.0).expect("32 bytes are a private key"))
    }
}

/// The private key of a seed, ready to open many seals. Never printed; wiped on drop, and moved without leaving a copy.
pub struct DecapsulationKey(ExpandedKey);

impl DecapsulationKey {
    /// The public half.
    #[must_use]
    pub fn public(&self) -> QueryPublic {
        let mut bytes = Box::new([0; PUBLIC_KEY_BYTES]);
        Expanded::sk_to_pk(&self.0).write_exact(bytes.as_mut_slice());
        QueryPublic(bytes)
    }
}

/// A public query key: the right length, ML-KEM half reduced, X25519 half not of low order.
#[derive(Clone, PartialEq, Eq)]
pub struct QueryPublic(Box<[u8; PUBLIC_KEY_BYTES]>);

impl QueryPublic {
    /// Checks the bytes of a key.
    ///
    /// # Errors
    /// [`SealError::Key`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let bytes: Box<[u8; PUBLIC_KEY_BYTES]> =
            bytes.to_vec().into_boxed_slice().try_into().map_err(|_| SealError::Key)?;
        <XWing as hpke::Kem>::PublicKey::from_bytes(bytes.as_slice()).map_err(|_| SealError::Key)?;
        let half: [u8; 32] = bytes[PUBLIC_KEY_BYTES - 32..].try_into().map_err(|_| SealError::Key)?;
        // A low-order point gives zero under every scalar (RFC 7748, section 6.1).
        if x25519_dalek::x25519([9; 32], half) == [0; 32] { Err(SealError::Key) } else { Ok(Self(bytes)) }
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; PUBLIC_KEY_BYTES] {
        &self.0
    }

    /// Name of the key in sections: bound to the suite.
    #[must_use]
    pub fn thumbprint(&self) -> Digest {
        Lp::new("mingxia/query-key/v1").bytes(&[SUITE]).bytes(self.0.as_slice()).digest()
    }
}

impl fmt::Debug for QueryPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueryPublic({})", self.thumbprint())
    }
}

impl Serialize for QueryPublic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&b64u(self.0.as_slice()))
    }
}

impl<'de> Deserialize<'de> for QueryPublic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = b64u_decode(&text).map_err(serde::de::Error::custom)?;
        Self::from_bytes(&bytes).map_err(serde::de::Error::custom)
    }
}

/// Seals bytes to a key for one purpose: `format || suite || enc || ct`.
///
/// # Errors
/// [`SealError::Key`].
pub fn seal(to: &QueryPublic, info: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let to = <XWing as hpke::Kem>::PublicKey::from_bytes(to.0.as_slice()).map_err(|_| SealError::Key)?;
    let (enc, ct) = single_shot_seal::<ChaCha20Poly1305, HkdfSha256, XWing>(&OpModeS::Base, &to, info, plain, &[])
        .map_err(|_| SealError::Key)?;
    let mut sealed = Vec::with_capacity(2 + ENC_BYTES + ct.len());
    sealed.extend_from_slice(&[FORMAT, SUITE]);
    sealed.extend_from_slice(&enc.to_bytes());
    sealed.extend_from_slice(&ct);
    Ok(sealed)
}

/// Opens what [`seal`] made for the same purpose.
///
/// # Errors
/// [`SealError::Open`].
pub fn open(key: &DecapsulationKey, info: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (Some(&[FORMAT, SUITE]), Some(enc), Some(ct)) =
        (sealed.get(..2), sealed.get(2..2 + ENC_BYTES), sealed.get(2 + ENC_BYTES..))
    else {
        return Err(SealError::Open);
    };
    let enc = <Expanded as hpke::Kem>::EncappedKey::from_bytes(enc).map_err(|_| SealError::Open)?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, Expanded>(&OpModeR::Base, &key.0, &enc, info, ct, &[])
        .map(Zeroizing::new)
        .map_err(|_| SealError::Open)
}

/// What a sealed section is bound to.
#[must_use]
pub fn section_info(query: QueryId, bank: &PartyCode, round: u8, consent: &Digest) -> Vec<u8> {
    Lp::new("mingxia/section/v1")
        .bytes(&[SUITE])
        .text(&query.to_string())
        .text(bank.as_str())
        .number(round.into())
        .bytes(consent.as_bytes())
        .finish()
}

/// Pads a section's JWS to the one size.
///
/// # Errors
/// [`SealError::TooLong`].
pub fn pad(jws: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
    if jws.len() > MAX_SECTION_JWS {
        return Err(SealError::TooLong);
    }
    let length = u32::try_from(jws.len()).map_err(|_| SealError::TooLong)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(PLAIN_SECTION_BYTES));
    plain.extend_from_slice(&length.to_be_bytes());
    plain.extend_from_slice(jws.as_bytes());
    plain.resize(PLAIN_SECTION_BYTES, 0);
    Ok(plain)
}

fn unpad(plain: &[u8]) -> Option<Zeroizing<String>> {
    let (length, rest) = plain.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    if plain.len() != PLAIN_SECTION_BYTES || length > MAX_SECTION_JWS {
        return None;
    }
    let (jws, padding) = rest.split_at_checked(length)?;
    if padding.iter().fold(0, |any, byte| any | byte) != 0 {
        return None;
    }
    Some(Zeroizing::new(std::str::from_utf8(jws).ok()?.to_owned()))
}

/// Pads and seals a section: always [`SEALED_SECTION_BYTES`].
///
/// # Errors
/// [`SealError::TooLong`] and [`SealError::Key`].
pub fn seal_section(to: &QueryPublic, info: &[u8], jws: &str) -> Result<Vec<u8>, SealError> {
    seal(to, info, &pad(jws)?)
}

/// Opens a sealed section and takes the padding off.
///
/// # Errors
/// [`SectionFault::OpenFailed`] for length, format, suite, key or altered bytes; [`SectionFault::Padding`].
pub fn open_section(key: &DecapsulationKey, info: &[u8], sealed: &[u8]) -> Result<Zeroizing<String>, SectionFault> {
    if sealed.len() != SEALED_SECTION_BYTES {
        return Err(SectionFault::OpenFailed);
    }
    let plain = open(key, info, sealed).map_err(|_| SectionFault::OpenFailed)?;
    unpad(&plain).ok_or(SectionFault::Padding)
}
