//! What every route and loop of one gateway shares.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use protocol::code::{Locale, PartyCode};
use protocol::directory::TrustedDirectory;
use protocol::key::{PublicKey, SigningKey};
use protocol::refusal::Code;
use protocol::sms::{CheckKey, Say, SmsKind, check_characters, text};
use protocol::time::{Clock, Timestamp};
use tokio::sync::Notify;

use crate::banks::Banks;
use crate::hub::Hub;
use crate::keys::ColumnKey;
use crate::metrics::Metrics;
use crate::person::Entries;
use crate::ports::{DirectorySource, FaceProvider, IdentitySource, Notice, SmsChannel};
use crate::refusal::Refusal;
use crate::store::{Account, Device, Message, Store};

/// Everything a gateway is made of.
pub struct Parts {
    /// The clock; may jump.
    pub clock: Arc<dyn Clock>,
    /// What it remembers.
    pub store: Arc<dyn Store>,
    /// How it sends messages.
    pub sms: Arc<dyn SmsChannel>,
    /// Who knows persons and cards.
    pub identity: Arc<dyn IdentitySource>,
    /// Who checks faces; none: only card_bank is offered.
    pub face: Option<Arc<dyn FaceProvider>>,
    /// Address of every bank, by its code.
    pub bank_urls: BTreeMap<PartyCode, String>,
    /// The gateway's key, one of the directory.
    pub signing_key: SigningKey,
    /// The pinned root key.
    pub pin: PublicKey,
    /// Roots and directory.
    pub directory: Arc<dyn DirectorySource>,
    /// The notices consents refer to, one a language.
    pub notices: Vec<Notice>,
    /// The key of personal columns.
    pub column_key: ColumnKey,
    /// Limits that an operator may choose.
    pub limits: Limits,
}

/// What an operator may choose; the defaults suit one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Calls to one bank at the same time.
    pub bank_concurrency: usize,
    /// Seconds a bank has for one answer.
    pub bank_timeout_secs: u64,
    /// Whether the rightmost address of `x-forwarded-for` is the caller's.
    pub behind_proxy: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bank_concurrency: 16, bank_timeout_secs: 30, behind_proxy: false }
    }
}

pub(crate) struct Core {
    pub(crate) parts: Parts,
    pub(crate) banks: Banks,
    pub(crate) hub: Hub,
    /// Rung when there may be new work: a query accepted, ended, retried, a message put out.
    pub(crate) bell: Notify,
    pub(crate) metrics: Metrics,
    pub(crate) ready: AtomicBool,
    trusted: Mutex<Option<Arc<TrustedDirectory>>>,
}

impl Core {
    pub(crate) fn new(parts: Parts) -> Self {
        let banks = Banks::new(parts.bank_urls.clone(), parts.signing_key.clone(), parts.limits.bank_timeout_secs);
        Self {
            parts,
            banks,
            hub: Hub::default(),
            bell: Notify::new(),
            metrics: Metrics::default(),
            ready: AtomicBool::new(false),
            trusted: Mutex::new(None),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.parts.store
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.parts.signing_key
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// The directory in force, its chain followed again whenever it changed.
    pub(crate) fn directory(&self) -> Result<Arc<TrustedDirectory>, Refusal> {
        let now = self.now();
        let (roots, directory) = self.parts.directory.current();
        let digest = protocol::jws::digest(&directory);
        let mut held = self.trusted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(trusted) = held.as_ref().filter(|trusted| *trusted.digest() == digest && now < trusted.expires_at())
        {
            return Ok(Arc::clone(trusted));
        }
        let fresh = TrustedDirectory::verify(&roots, &directory, &self.parts.pin, now).map_err(|error| {
            tracing::error!(%error, "directory refused");
            Refusal::from(Code::Maintenance)
        })?;
        let goes_back = held.as_ref().is_some_and(|before| fresh.follows(before.version(), before.digest()).is_err());
        if goes_back {
            tracing::error!("directory went back");
            return Err(Code::Maintenance.into());
        }
        let fresh = Arc::new(fresh);
        *held = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    pub(crate) fn entries(&self, account: &Account) -> Result<Entries, Refusal> {
        Entries::open(&self.parts.column_key, &account_place(account), &account.claim)
    }

    fn check_key(&self, device: &Device) -> Result<CheckKey, Refusal> {
        let plain = self
            .parts
            .column_key
            .open(&format!("device/{}", device.kid), &device.check_key)
            .map_err(|_| Code::Internal)?;
        let bytes: [u8; 32] = plain.as_slice().try_into().map_err(|_| Code::Internal)?;
        Ok(CheckKey::from_bytes(bytes))
    }

    /// A message about an account, with the check characters of `device`.
    pub(crate) fn message(
        &self,
        account: &Account,
        device: &Device,
        kind: SmsKind,
        reference: &str,
        n: u32,
        say: Say<'_>,
    ) -> Result<Message, Refusal> {
        let mobile = self.entries(account)?.mobile.clone();
        Ok(self.compose(&mobile, account.locale, &self.check_key(device)?, kind, reference, n, say))
    }

    #[expect(clippy::too_many_arguments, reason = "the seven things a text is made of (9-wire section 10)")]
    pub(crate) fn compose(
        &self,
        mobile: &str,
        locale: Locale,
        key: &CheckKey,
        kind: SmsKind,
        reference: &str,
        n: u32,
        say: Say<'_>,
    ) -> Message {
        let now = self.now();
        let dedup_key = format!("{}/{reference}/{n}", kind.as_str());
        let characters = check_characters(key, kind, reference, n);
        let column = &self.parts.column_key;
        let until = match say {
            Say::EnrolCode(_) | Say::QueryCode(_) => Some(now + protocol::sms::CODE_LIFE),
            Say::Ready | Say::NoResult | Say::DeviceChanged | Say::QueryStarted => None,
        };
        Message {
            mobile: column.seal(&format!("message/{dedup_key}/mobile"), mobile.as_bytes()),
            text: column.seal(&format!("message/{dedup_key}/text"), text(say, locale, &characters).as_bytes()),
            dedup_key,
            next_at: now,
            until,
        }
    }
}

pub(crate) fn account_place(account: &Account) -> String {
    format!("account/{}", account.account)
}
