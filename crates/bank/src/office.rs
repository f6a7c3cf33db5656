//! A bank at work: its parts in one place.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use protocol::code::{Kind, PartyCode};
use protocol::directory::TrustedDirectory;
use protocol::time::{Clock, Timestamp};

use crate::confirmation::CardConfirmation;
use crate::keys::{IndexKey, KeyRing};
use crate::ledger::CardLedger;
use crate::slot::Slot;
use crate::store::{BankStore, StoreError};

/// What a bank lays down for itself.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Its code in the directory.
    pub code: PartyCode,
    /// Kinds of card it answers about.
    pub kinds: Vec<Kind>,
    /// The pace of its answers.
    pub slot: Slot,
    /// How long one look-up may take before the gateway is told to come later.
    pub ledger_limit: Duration,
}

/// Everything a bank is made of.
pub struct Parts {
    /// What it lays down.
    pub terms: Terms,
    /// Its signing keys.
    pub keys: Arc<KeyRing>,
    /// The key of its index of persons.
    pub index: Arc<IndexKey>,
    /// Gateway, attestors, and itself.
    pub directory: Arc<TrustedDirectory>,
    /// Its clock.
    pub clock: Arc<dyn Clock>,
    /// What it remembers.
    pub store: Arc<dyn BankStore>,
    /// Its books.
    pub ledger: Arc<dyn CardLedger>,
    /// How it asks a person in its own app.
    pub confirmation: Arc<dyn CardConfirmation>,
}

/// A bank at work.
pub struct Bank {
    pub(crate) terms: Terms,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) index: Arc<IndexKey>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Arc<dyn BankStore>,
    pub(crate) ledger: Arc<dyn CardLedger>,
    pub(crate) confirmation: Arc<dyn CardConfirmation>,
    directory: RwLock<Arc<TrustedDirectory>>,
}

impl Bank {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            terms: parts.terms,
            keys: parts.keys,
            index: parts.index,
            clock: parts.clock,
            store: parts.store,
            ledger: parts.ledger,
            confirmation: parts.confirmation,
            directory: RwLock::new(parts.directory),
        }
    }

    /// Its code.
    #[must_use]
    pub const fn code(&self) -> &PartyCode {
        &self.terms.code
    }

    /// Takes a newer directory; an older one, or the same version with other bytes, is left aside.
    pub fn take_directory(&self, newer: Arc<TrustedDirectory>) {
        let mut held = self.directory.write().unwrap_or_else(PoisonError::into_inner);
        if newer.follows(held.version(), held.digest()).is_ok() {
            *held = newer;
        }
    }

    /// Forgets what has ended; call it now and then, and after a start.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge(&self) -> Result<(), StoreError> {
        let now = self.now();
        self.stored(move |store| store.purge(now)).await
    }

    pub(crate) fn directory(&self) -> Arc<TrustedDirectory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The directory, while it holds: past its end nobody is known to be the gateway.
    pub(crate) fn directory_in_force(&self) -> Option<Arc<TrustedDirectory>> {
        Some(self.directory()).filter(|directory| self.now() < directory.expires_at())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs one short piece of work on the store, off the async threads.
    pub(crate) async fn stored<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn BankStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || work(store.as_ref())).await.unwrap_or(Err(StoreError))
    }
}
