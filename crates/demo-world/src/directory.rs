//! The federation office of the demonstration: root, directory, and their renewal.

use std::sync::Arc;
use std::time::Duration;

use gateway::ports::DirectorySource;
use protocol::code::{PartyCode, Role};
use protocol::directory::{
    Directory, DirectoryError, KeyPoint, MAX_LIFE, Party, PartyKey, RevokedFor, Root, TrustedDirectory,
};
use protocol::json::V1;
use protocol::key::PublicKey;
use protocol::time::{Clock, Timestamp};

use crate::banks::BankRow;
use crate::keys;
use crate::state::{Issued, Memory, State, StateError};

/// First instant of every key: 2020-01-01T00:00Z.
const FIRST: i64 = 1_577_836_800_000;
/// End of every key: 2040-01-01T00:00Z.
const LAST: i64 = 2_208_988_800_000;
/// A directory is renewed when less than this is left of it.
const RENEW: Duration = Duration::from_secs(7 * 24 * 3600);

/// Code of the gateway.
pub(crate) const GATEWAY: &str = "GW";
/// Code of the face check.
pub(crate) const FACE: &str = "FACE1";

/// Issues directories.
pub(crate) struct Office {
    pub(crate) seed: u64,
    pub(crate) rows: Vec<BankRow>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) memory: Arc<Memory>,
}

impl Office {
    /// The root: the same bytes in every demonstration.
    pub(crate) fn roots() -> Vec<String> {
        let root = keys::root_key();
        let (issued_at, expires_at) = (Timestamp::from_millis(FIRST), Timestamp::from_millis(LAST));
        let point = |x| KeyPoint { x };
        let payload = Root {
            v: V1,
            version: 1,
            root: point(root.public()),
            directory_key: point(keys::directory_key().public()),
            issued_at,
            expires_at,
        };
        vec![payload.sign(&root)]
    }

    /// The directory in force, checked as everybody else checks it.
    pub(crate) fn trusted(&self) -> Result<Arc<TrustedDirectory>, DirectoryError> {
        let (roots, directory) = self.current();
        TrustedDirectory::verify(&roots, &directory, &keys::root_key().public(), self.clock.now()).map(Arc::new)
    }

    /// Issues the next version, whatever is left of this one.
    pub(crate) fn issue(&self) -> Result<(), StateError> {
        self.memory.change(|state| self.next(state))
    }

    fn next(&self, state: &mut State) {
        let version = state.directory.as_ref().map_or(1, |before| before.version + 1);
        let payload = self.payload(state, version, self.clock.now());
        let (issued_at, expires_at) = (payload.issued_at, payload.expires_at);
        state.directory = Some(Issued { version, jws: payload.sign(&keys::directory_key()), issued_at, expires_at });
    }

    /// A directory as it was fifteen days ago: signed rightly, ended, and of a lower version than any in force.
    pub(crate) fn old(&self) -> String {
        let then = self.clock.now() - Duration::from_secs(15 * 24 * 3600);
        self.memory.read(|state| self.payload(state, 0, then)).sign(&keys::directory_key())
    }

    fn payload(&self, state: &State, version: u64, issued_at: Timestamp) -> Directory {
        let mut parties = vec![
            party(Role::Gateway, code(GATEWAY), vec![valid(keys::gateway(self.seed).public())]),
            party(Role::Attestor, code(FACE), vec![valid(keys::face(self.seed).public())]),
        ];
        for row in &self.rows {
            let held = self.bank_keys(state, &row.code);
            let named = Party {
                name_zh: Some(row.name_zh.clone()),
                name_en: Some(row.name_en.clone()),
                short_zh: Some(row.short_zh.clone()),
                // A number that is not surely the official one is not published as one.
                hotline: (row.hotline_source == "found").then(|| row.hotline.clone()),
                kinds: Some(row.kinds()),
                ..party(Role::Bank, Some(row.code.clone()), held.clone())
            };
            parties.push(named);
            parties.push(party(Role::Attestor, Some(row.code.clone()), held));
        }
        Directory { v: V1, version, issued_at, expires_at: issued_at + MAX_LIFE, parties }
    }

    fn bank_keys(&self, state: &State, bank: &PartyCode) -> Vec<PartyKey> {
        let newest = state.rotations.get(bank).copied().unwrap_or(0);
        (0..=newest)
            .rev()
            .map(|rotation| {
                let revoked = state.revoked.contains(&(bank.clone(), rotation));
                PartyKey {
                    revoked_at: revoked.then(|| self.clock.now()),
                    revoked_for: revoked.then_some(RevokedFor::Compromise),
                    ..valid(keys::bank(self.seed, bank, rotation).public())
                }
            })
            .collect()
    }

    /// Whether the directory in force should be renewed.
    fn is_due(&self, state: &State) -> bool {
        let Some(issued) = &state.directory else { return true };
        let now = self.clock.now();
        // A clock that was set back makes it one from the future, which nobody takes.
        issued.expires_at.since(now) < RENEW || issued.issued_at > now
    }
}

impl DirectorySource for Office {
    fn current(&self) -> (Vec<String>, String) {
        if self.memory.read(|state| self.is_due(state)) && self.issue().is_err() {
            tracing::error!(code = "directory_unwritten", "the new directory could not be written down");
        }
        let directory = self.memory.read(|state| state.directory.as_ref().map(|issued| issued.jws.clone()));
        (Self::roots(), directory.unwrap_or_default())
    }
}

fn code(text: &str) -> Option<PartyCode> {
    text.parse().ok()
}

fn party(role: Role, code: Option<PartyCode>, keys: Vec<PartyKey>) -> Party {
    #[expect(clippy::expect_used, reason = "the codes of this file are well formed, those of the banks were read")]
    let code = code.expect("a party code");
    Party { role, code, name_zh: None, name_en: None, short_zh: None, hotline: None, contact: None, kinds: None, keys }
}

fn valid(x: PublicKey) -> PartyKey {
    let (not_before, not_after) = (Timestamp::from_millis(FIRST), Timestamp::from_millis(LAST));
    PartyKey { x, not_before, not_after, revoked_at: None, revoked_for: None }
}
