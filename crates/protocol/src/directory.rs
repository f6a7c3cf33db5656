//! Who is who: the root signs the directory key, the directory names gateway, banks and attestors with their keys.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::code::{Kind, PartyCode, Role};
use crate::json::{self, V1};
use crate::jws::{self, JwsError, Typ, Unverified};
use crate::key::{Kid, PublicKey, SigningKey};
use crate::text::Text;
use crate::time::Timestamp;

/// The longest a directory may hold.
pub const MAX_LIFE: Duration = Duration::from_secs(14 * 24 * 3600);

/// Member `{"x": ..}`: a key named by its point alone.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct KeyPoint {
    /// The point, base64url.
    #[serde(with = "point")]
    pub x: PublicKey,
}

mod point {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::key::PublicKey;

    pub(super) fn serialize<S: Serializer>(key: &PublicKey, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&key.x())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PublicKey, D::Error> {
        let x = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        PublicKey::from_x(&x).map_err(serde::de::Error::custom)
    }
}

/// One root: its own key and the directory key it appoints. Each root is signed by the one before, the first by itself.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// Always 1.
    pub v: V1,
    /// Counts up by one.
    pub version: u64,
    /// The root key.
    pub root: KeyPoint,
    /// The key that signs directories.
    pub directory_key: KeyPoint,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// One key of a party.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct PartyKey {
    /// The point, base64url.
    #[serde(with = "point")]
    pub x: PublicKey,
    /// First instant it holds.
    pub not_before: Timestamp,
    /// First instant it no longer holds.
    pub not_after: Timestamp,
    /// Payloads from here on do not hold.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub revoked_at: Option<Timestamp>,
    /// When compromised, no payload holds, whatever its time.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub revoked_for: Option<RevokedFor>,
}

/// Why a key was revoked before its time.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RevokedFor {
    /// Somebody else may hold it.
    Compromise,
}

/// One party of the federation.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// What it is.
    pub role: Role,
    /// Its code.
    pub code: PartyCode,
    /// Full Chinese name.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub name_zh: Option<Text<60>>,
    /// Full English name.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub name_en: Option<Text<90>>,
    /// Short Chinese name.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub short_zh: Option<Text<20>>,
    /// Hotline.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub hotline: Option<Text<20>>,
    /// How to reach it about personal data.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub contact: Option<Text<120>>,
    /// Kinds of card it answers about.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::present")]
    pub kinds: Option<Vec<Kind>>,
    /// Its keys.
    pub keys: Vec<PartyKey>,
}

/// All parties at one version.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// Always 1.
    pub v: V1,
    /// Never goes down.
    pub version: u64,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// At most 14 days later.
    pub expires_at: Timestamp,
    /// The parties.
    pub parties: Vec<Party>,
}

impl Root {
    /// Signs a root with the key of the root before it.
    #[must_use]
    pub fn sign(&self, by: &SigningKey) -> String {
        jws::sign(by, Typ::Root, self)
    }
}

impl Directory {
    /// Signs a directory with the directory key.
    #[must_use]
    pub fn sign(&self, by: &SigningKey) -> String {
        jws::sign(by, Typ::Directory, self)
    }
}

/// Why a directory was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// The chain of roots does not begin at the pinned one, or breaks.
    #[error("the roots do not lead from the pinned one")]
    Roots,
    /// Not signed by the key the newest root appoints.
    #[error("the directory is not signed by the appointed key: {0}")]
    Signature(JwsError),
    /// Past its end, from the future, or longer than it may hold.
    #[error("the directory does not hold now")]
    Expired,
    /// An older version than one already seen, or the same version with other bytes.
    #[error("the directory went back")]
    WentBack,
    /// The same party twice, a bank without a name, or more than one gateway.
    #[error("the directory contradicts itself")]
    Contradiction,
}

/// Why no key is held for a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyLookupError {
    /// The party has no such key.
    #[error("no such key")]
    Unknown,
    /// The key did not hold at that time.
    #[error("the key did not hold")]
    NotValid,
}

/// A directory signed along the chain from the pinned root, before anybody asked whether it holds now: a clock that is
/// wrong can be put right by the gateway it names, with [`crate::server_time::ServerTime::verify_undated`].
#[derive(Debug, Clone)]
pub struct UndatedDirectory {
    pub(crate) signed: TrustedDirectory,
    root_expires_at: Timestamp,
}

impl UndatedDirectory {
    /// Follows the roots from the pin and checks every signature, no time.
    ///
    /// # Errors
    /// [`DirectoryError`], never [`DirectoryError::Expired`].
    pub fn verify(roots: &[String], directory: &str, pin: &PublicKey) -> Result<Self, DirectoryError> {
        let root = follow(roots, pin)?;
        let digest = jws::digest(directory);
        let directory: Directory =
            jws::open(directory, Typ::Directory, &root.directory_key.x).map_err(DirectoryError::Signature)?;
        consistent(&directory)?;
        Ok(Self { signed: TrustedDirectory { directory, digest }, root_expires_at: root.expires_at })
    }

    /// The directory, if it and the root that appointed its key hold at `now`.
    ///
    /// # Errors
    /// [`DirectoryError::Expired`].
    pub fn at(self, now: Timestamp) -> Result<TrustedDirectory, DirectoryError> {
        let Directory { issued_at, expires_at, .. } = self.signed.directory;
        // Fifteen minutes: the tolerance every signed time of this protocol has.
        let early = issued_at > now + Duration::from_secs(15 * 60);
        let late = now >= expires_at || now >= self.root_expires_at;
        let lives = expires_at > issued_at && expires_at.since(issued_at) <= MAX_LIFE;
        if lives && !early && !late { Ok(self.signed) } else { Err(DirectoryError::Expired) }
    }
}

/// A directory whose chain was followed from the pinned root.
#[derive(Debug, Clone)]
pub struct TrustedDirectory {
    directory: Directory,
    digest: crate::encode::Digest,
}

impl TrustedDirectory {
    /// Follows the roots from the pin, then checks the directory. The pinned root may be any in the chain.
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub fn verify(roots: &[String], directory: &str, pin: &PublicKey, now: Timestamp) -> Result<Self, DirectoryError> {
        UndatedDirectory::verify(roots, directory, pin)?.at(now)
    }

    /// Refuses to go back: a lower version, or the same with other bytes.
    ///
    /// # Errors
    /// [`DirectoryError::WentBack`].
    pub fn follows(&self, version: u64, digest: &crate::encode::Digest) -> Result<(), DirectoryError> {
        match self.directory.version.cmp(&version) {
            std::cmp::Ordering::Less => Err(DirectoryError::WentBack),
            std::cmp::Ordering::Equal if self.digest != *digest => Err(DirectoryError::WentBack),
            std::cmp::Ordering::Equal | std::cmp::Ordering::Greater => Ok(()),
        }
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.directory.version
    }

    /// Digest of the JWS.
    #[must_use]
    pub const fn digest(&self) -> &crate::encode::Digest {
        &self.digest
    }

    /// When it ends.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.directory.expires_at
    }

    /// All parties.
    #[must_use]
    pub fn parties(&self) -> &[Party] {
        &self.directory.parties
    }

    /// The banks, in the order of the directory.
    pub fn banks(&self) -> impl Iterator<Item = &Party> {
        self.directory.parties.iter().filter(|party| party.role == Role::Bank)
    }

    /// One party.
    #[must_use]
    pub fn party(&self, role: Role, code: &PartyCode) -> Option<&Party> {
        self.directory.parties.iter().find(|party| party.role == role && party.code == *code)
    }

    /// The key `kid` of a party, if it held at `at`, the time the payload states.
    ///
    /// # Errors
    /// [`KeyLookupError`].
    pub fn key(&self, role: Role, code: &PartyCode, kid: &Kid, at: Timestamp) -> Result<PublicKey, KeyLookupError> {
        let key = self.held(role, code, kid)?;
        if key.holds_at(at) { Ok(key.x) } else { Err(KeyLookupError::NotValid) }
    }

    /// The one gateway of this federation.
    #[must_use]
    pub fn gateway(&self) -> Option<&Party> {
        self.directory.parties.iter().find(|party| party.role == Role::Gateway)
    }

    fn held(&self, role: Role, code: &PartyCode, kid: &Kid) -> Result<&PartyKey, KeyLookupError> {
        let party = self.party(role, code).ok_or(KeyLookupError::Unknown)?;
        party.keys.iter().find(|key| key.x.kid() == *kid).ok_or(KeyLookupError::Unknown)
    }

    /// Opens a JWS of a party: type, signature with the key held for (role, code, kid), payload, key valid at its time.
    ///
    /// # Errors
    /// [`PartyJwsError`].
    pub fn open<T: serde::de::DeserializeOwned>(
        &self,
        token: &str,
        typ: Typ,
        role: Role,
        code: &PartyCode,
        time: impl Fn(&T) -> Timestamp,
    ) -> Result<T, PartyJwsError> {
        let unverified = Unverified::read(token, typ)?;
        let held = self.held(role, code, &unverified.kid()).map_err(|_| JwsError::UnknownKey)?;
        let payload: T = unverified.verify(&held.x)?;
        if held.holds_at(time(&payload)) { Ok(payload) } else { Err(PartyJwsError::KeyNotValid) }
    }

    /// As [`Self::open`] for the gateway, whatever its code.
    ///
    /// # Errors
    /// [`PartyJwsError`].
    pub fn open_from_gateway<T: serde::de::DeserializeOwned>(
        &self,
        token: &str,
        typ: Typ,
        time: impl Fn(&T) -> Timestamp,
    ) -> Result<T, PartyJwsError> {
        let gateway = self.gateway().ok_or(JwsError::UnknownKey)?;
        self.open(token, typ, Role::Gateway, &gateway.code, time)
    }
}

/// Why a party's JWS was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartyJwsError {
    /// The JWS itself.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// Signed rightly, with a key that did not hold.
    #[error("the key did not hold")]
    KeyNotValid,
}

impl PartyKey {
    /// Whether a payload of this time holds under this key.
    #[must_use]
    pub fn holds_at(&self, at: Timestamp) -> bool {
        let revoked = match (self.revoked_for, self.revoked_at) {
            (Some(RevokedFor::Compromise), _) => true,
            (None, Some(from)) => at >= from,
            (None, None) => false,
        };
        !revoked && self.not_before <= at && at < self.not_after
    }
}

/// The newest root, the chain followed from the pin.
fn follow(roots: &[String], pin: &PublicKey) -> Result<Root, DirectoryError> {
    let mut signer = *pin;
    let mut newest: Option<Root> = None;
    for token in roots {
        let Ok(unverified) = Unverified::read(token, Typ::Root) else { return Err(DirectoryError::Roots) };
        if newest.is_none() && unverified.kid() != pin.kid() {
            continue; // roots older than the pin
        }
        let root: Root = unverified.verify(&signer).map_err(|_| DirectoryError::Roots)?;
        // The first taken is the one the pin signed: the pinned root itself, or (when the pin is older) its successor.
        let counts_on = newest
            .as_ref()
            .is_none_or(|before| root.version == before.version + 1 && root.issued_at >= before.issued_at);
        if !counts_on {
            return Err(DirectoryError::Roots);
        }
        signer = root.root.x;
        newest = Some(root);
    }
    newest.ok_or(DirectoryError::Roots)
}

fn consistent(directory: &Directory) -> Result<(), DirectoryError> {
    let mut seen = std::collections::HashSet::new();
    for party in &directory.parties {
        let named = party.role != Role::Bank
            || (party.name_zh.is_some() && party.short_zh.is_some() && party.name_en.is_some());
        if !seen.insert((party.role, party.code.clone())) || !named {
            return Err(DirectoryError::Contradiction);
        }
    }
    let gateways = directory.parties.iter().filter(|party| party.role == Role::Gateway).count();
    if gateways <= 1 { Ok(()) } else { Err(DirectoryError::Contradiction) }
}
