//! Ed25519 keys (RFC 8032) as JWK (RFC 8037), named by their thumbprint (RFC 7638).

use std::fmt;

use ed25519_dalek::{Signer, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::encode::{Digest, b64u, b64u_array, random};

/// The thumbprint that names a key.
pub type Kid = Digest;

/// The bytes are no usable Ed25519 public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a usable Ed25519 public key")]
pub struct KeyError;

/// The signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not hold")]
pub struct SignatureError;

/// A private signing key. It cannot be printed and is wiped when dropped.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A fresh key.
    #[must_use]
    pub fn generate() -> Self {
        Self::from_seed(&random())
    }

    /// The key of a 32-byte seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The seed, for the keychain or a key file.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Name of the public half.
    #[must_use]
    pub fn kid(&self) -> Kid {
        self.public().kid()
    }

    /// Signs bytes.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// A public key that is a point of full order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Takes the 32 bytes of a key.
    ///
    /// # Errors
    /// [`KeyError`] for bytes that are no point, and for points of small order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError)?;
        if key.is_weak() { Err(KeyError) } else { Ok(Self(key)) }
    }

    /// Takes the member `x` of a JWK.
    ///
    /// # Errors
    /// As [`Self::from_bytes`].
    pub fn from_x(x: &str) -> Result<Self, KeyError> {
        Self::from_bytes(&b64u_array(x).map_err(|_| KeyError)?)
    }

    /// The member `x` of the JWK.
    #[must_use]
    pub fn x(&self) -> String {
        b64u(self.0.as_bytes())
    }

    /// RFC 7638 thumbprint.
    #[must_use]
    pub fn kid(&self) -> Kid {
        Digest::of(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, self.x()).as_bytes())
    }

    /// Checks a signature strictly: small-order keys and points are refused, encodings must be canonical.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), SignatureError> {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).map_err(|_| SignatureError)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.kid())
    }
}

/// The JWK members, in the order of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Jwk<'a> {
    #[serde(borrow)]
    crv: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    kty: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    x: std::borrow::Cow<'a, str>,
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Jwk { crv: "Ed25519".into(), kty: "OKP".into(), x: self.x().into() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let jwk = Jwk::deserialize(deserializer)?;
        if jwk.crv != "Ed25519" || jwk.kty != "OKP" {
            return Err(serde::de::Error::custom(KeyError));
        }
        Self::from_x(&jwk.x).map_err(serde::de::Error::custom)
    }
}
