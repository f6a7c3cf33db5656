//! Locking: the vault counts as shut at once, whoever has the house and whatever they wait for; what was open in it goes
//! as soon as the house is free.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, PoisonError};

use crate::Journey;
use crate::house::House;
use crate::view::What;

/// Whether the vault is open, as it is known without the house.
#[derive(Default)]
pub(crate) struct Lock {
    open: AtomicBool,
    /// It was shut, and nobody asked since.
    shut: AtomicBool,
}

impl Lock {
    /// Shut from now on; gives whether it was open.
    fn shut(&self) -> bool {
        let open = self.open.swap(false, SeqCst);
        self.shut.fetch_or(open, SeqCst);
        open
    }

    /// Work in the house, which begins with nothing that was locked meanwhile.
    pub(crate) fn watching<T>(&self, house: &mut House, work: impl FnOnce(&mut House) -> T) -> T {
        if !self.open.load(SeqCst) {
            house.unlocked = None;
        }
        let before = house.unlocked.is_some();
        let done = work(house);
        match (before, house.unlocked.is_some()) {
            (false, true) => self.open.store(true, SeqCst),
            (true, false) => drop(self.shut()),
            (true, true) | (false, false) => {}
        }
        done
    }
}

impl Journey {
    /// Locks: [`Self::was_shut`] says so at once, and when this returns all keys are wiped. Neither the keychain nor the
    /// database is asked for anything. Gives whether there was anything to lock.
    pub async fn unlock_lock(&self) -> bool {
        let inner = Arc::clone(&self.0);
        let open = inner.lock.shut();
        // A keychain that says nothing may hold the house for as long as it waits for its person.
        let reached = tokio::task::spawn_blocking(move || {
            let mut house = inner.house.lock().unwrap_or_else(PoisonError::into_inner);
            inner.lock.watching(&mut house, |house| house.unlocked.take().is_some())
        });
        let locked = reached.await.unwrap_or(false) || open;
        if locked {
            self.changed(What::Vault);
        }
        locked
    }

    /// Whether the vault was shut since this was asked last, whatever shut it: what shows its content is to be ended.
    pub fn was_shut(&self) -> bool {
        self.0.lock.shut.swap(false, SeqCst)
    }
}
