//! The bank's own keys: those that sign, and the one its index of persons is made with.

use std::sync::{PoisonError, RwLock};

use hmac::{Hmac, KeyInit, Mac};
use protocol::code::{PartyCode, Role};
use protocol::directory::TrustedDirectory;
use protocol::encode::Lp;
use protocol::key::SigningKey;
use protocol::time::Timestamp;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::ledger::Subject;
use crate::store::Person;

/// The keys a bank signs with. More than one while a rotation is under way.
pub struct KeyRing {
    first: SigningKey,
    newer: RwLock<Vec<SigningKey>>,
}

impl KeyRing {
    /// Begins with one key.
    #[must_use]
    pub const fn new(key: SigningKey) -> Self {
        Self { first: key, newer: RwLock::new(Vec::new()) }
    }

    /// Takes a new key; it signs as soon as the directory says that it holds.
    pub fn rotate_in(&self, key: SigningKey) {
        self.newer.write().unwrap_or_else(PoisonError::into_inner).push(key);
    }

    /// The newest key that the directory holds for this bank at `at`; the first one when it holds none, which the
    /// other side then refuses by its own rules.
    pub(crate) fn signing(
        &self,
        role: Role,
        code: &PartyCode,
        directory: &TrustedDirectory,
        at: Timestamp,
    ) -> SigningKey {
        let newer = self.newer.read().unwrap_or_else(PoisonError::into_inner);
        let held = newer.iter().rev().find(|key| directory.key(role, code, &key.kid(), at).is_ok());
        held.unwrap_or(&self.first).clone()
    }
}

/// The secret under which persons are hashed, so that the store alone names nobody.
pub struct IndexKey(Zeroizing<[u8; 32]>);

impl IndexKey {
    /// Takes the key; it must be the same for as long as the store lives.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    pub(crate) fn person(&self, subject: &Subject) -> Person {
        let message = Zeroizing::new(
            Lp::new("mingxia/bank-person/v1").text(subject.id_type.as_str()).text(subject.id_number.as_str()).finish(),
        );
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("HMAC takes keys of every length");
        mac.update(&message);
        Person(mac.finalize().into_bytes().into())
    }
}
