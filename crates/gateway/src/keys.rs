//! The gateway's secrets outside of the database: column encryption, keyed lookups, and what a code is stored as.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use protocol::encode::{Digest, Lp, b64u, b64u_decode, random};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A stored column does not open: another key, another row, or altered bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored column does not open")]
pub struct ColumnError;

/// The key that personal columns are encrypted under; it lives outside of the database and its backups.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ColumnKey([u8; 32]);

impl ColumnKey {
    /// Takes the key's bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.mac(&Lp::new(label).finish()))
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.0).expect("HMAC takes any key");
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// The raw key of the main database file.
    #[must_use]
    pub fn database_key(&self) -> Zeroizing<[u8; 32]> {
        self.derive("mingxia/gateway-database/v1")
    }

    /// Encrypts a column; `place` names table, row and column, so that no value can be moved.
    #[must_use]
    #[expect(clippy::expect_used, reason = "XChaCha20-Poly1305 refuses only texts of 256 GiB")]
    pub fn seal(&self, place: &str, plain: &[u8]) -> String {
        let key = self.derive("mingxia/gateway-column/v1");
        let cipher = XChaCha20Poly1305::new((&*key).into());
        let nonce: [u8; 24] = random();
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: place.as_bytes() })
            .expect("a column is short");
        b64u(&[&nonce[..], &sealed].concat())
    }

    /// Decrypts a column.
    ///
    /// # Errors
    /// [`ColumnError`].
    pub fn open(&self, place: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, ColumnError> {
        let bytes = b64u_decode(sealed).map_err(|_| ColumnError)?;
        let (nonce, body) = bytes.split_at_checked(24).ok_or(ColumnError)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| ColumnError)?;
        let key = self.derive("mingxia/gateway-column/v1");
        XChaCha20Poly1305::new((&*key).into())
            .decrypt(&XNonce::from(nonce), Payload { msg: body, aad: place.as_bytes() })
            .map(Zeroizing::new)
            .map_err(|_| ColumnError)
    }

    /// Keyed hash of a value, to find its row without storing it.
    #[must_use]
    pub fn lookup(&self, what: &str, value: &str) -> Digest {
        Digest::from_bytes(self.mac(&Lp::new("mingxia/gateway-lookup/v1").text(what).text(value).finish()))
    }

    /// What a code is stored as: tied to its verification and sending.
    #[must_use]
    pub fn code(&self, reference: &str, n: u32, code: &str) -> Digest {
        Digest::from_bytes(
            self.mac(&Lp::new("mingxia/gateway-code/v1").text(reference).number(n.into()).text(code).finish()),
        )
    }
}

/// Whether two digests are equal, in constant time.
#[must_use]
pub fn same(a: &Digest, b: &Digest) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// A fresh code of six digits, every one equally likely.
#[must_use]
pub fn fresh_code() -> Zeroizing<String> {
    loop {
        let n = u32::from_be_bytes(random());
        // 4,294,000,000 is the largest multiple of 10^6 below 2^32.
        if n < 4_294_000_000 {
            return Zeroizing::new(format!("{:06}", n % 1_000_000));
        }
    }
}
