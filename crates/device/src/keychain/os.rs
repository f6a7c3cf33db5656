//! The keychain of this operating system, reached through keyring-core.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

use super::deadline::Calls;
use super::system::{self, Link};
use super::{Keychain, KeychainError, Protection, Secret, check_name, check_value};

/// A person may need this long to answer the question of a keychain.
const DEADLINE: Duration = Duration::from_secs(60);

/// The keychain of this operating system, limited to the items of one profile.
pub struct OsKeychain {
    profile: String,
    deadline: Duration,
    asks: bool,
    calls: Calls,
    link: Mutex<Option<Arc<Link>>>,
}

impl OsKeychain {
    /// The items stored under `profile` (the app id, another one for each profile). Connects at the first call, and
    /// again after any failure: a keychain that starts late is found.
    #[must_use]
    pub fn new(profile: &str) -> Self {
        Self::with_deadline(profile, DEADLINE)
    }

    /// As [`OsKeychain::new`] with another deadline for each call.
    #[must_use]
    pub fn with_deadline(profile: &str, deadline: Duration) -> Self {
        Self { profile: profile.into(), deadline, asks: true, calls: Calls::default(), link: Mutex::new(None) }
    }

    /// As [`OsKeychain::new`], for a call in the background: a locked keychain is [`KeychainError::Locked`] at once, and
    /// nobody is asked to unlock it.
    #[must_use]
    pub fn never_asking(profile: &str) -> Self {
        Self { asks: false, ..Self::new(profile) }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Arc<Link>>> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one call. Every call may be repeated, so a connection that died under us is made anew once.
    fn call<T: Send + 'static>(
        &self,
        call: impl Fn(&Link, &str) -> Result<T, KeychainError> + Send + Sync + 'static,
    ) -> Result<T, KeychainError> {
        let call = Arc::new(call);
        let kept = self.held().clone();
        let again = kept.is_some();
        let result = self.attempt(kept, Arc::clone(&call));
        match result {
            Err(KeychainError::Unavailable) if again => self.attempt(None, call),
            result => result,
        }
    }

    /// Runs one call over the connection that is kept, which calls side by side share, or over a new one. It is kept
    /// until a call fails on it.
    fn attempt<T: Send + 'static>(
        &self,
        kept: Option<Arc<Link>>,
        call: Arc<impl Fn(&Link, &str) -> Result<T, KeychainError> + Send + Sync + 'static>,
    ) -> Result<T, KeychainError> {
        let (profile, asks) = (self.profile.clone(), self.asks);
        let used = kept.clone();
        let ran = self.calls.run(self.deadline, move || {
            let link = match kept {
                Some(link) => link,
                None => Arc::new(system::connect()?),
            };
            link.ready(asks)?;
            call(&link, &profile).map(|value| (value, link))
        });
        let mut held = self.held();
        match ran {
            Ok((value, link)) => {
                *held = Some(link);
                Ok(value)
            }
            Err(error) => {
                held.take_if(|held| used.is_some_and(|used| Arc::ptr_eq(held, &used)));
                Err(error)
            }
        }
    }
}

/// The entry `name` of `profile`.
fn entry(link: &Link, profile: &str, name: &str) -> Result<keyring::Entry, KeychainError> {
    let modifiers: HashMap<&str, &str> = system::modifiers(name).iter().copied().collect();
    let modifiers = if modifiers.is_empty() { None } else { Some(&modifiers) };
    link.store().build(profile, name, modifiers).map_err(|error| link.classify(&error))
}

impl Keychain for OsKeychain {
    fn get(&self, name: &str) -> Result<Option<Secret>, KeychainError> {
        check_name(name)?;
        let name = name.to_owned();
        self.call(move |link, profile| match entry(link, profile, &name)?.get_secret() {
            Ok(text) => {
                let text = Zeroizing::new(text);
                let value = STANDARD_NO_PAD.decode(&*text).map(Zeroizing::new).map_err(|_| KeychainError::Altered)?;
                check_value(&value).map_err(|_| KeychainError::Altered)?;
                Ok(Some(value))
            }
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(link.classify(&error)),
        })
    }

    fn set(&self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
        check_name(name)?;
        check_value(value)?;
        let name = name.to_owned();
        // Text, because some stores (KWallet) keep UTF-8 only.
        let text = Zeroizing::new(STANDARD_NO_PAD.encode(value));
        self.call(move |link, profile| {
            entry(link, profile, &name)?.set_secret(text.as_bytes()).map_err(|error| link.classify(&error))
        })
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        check_name(name)?;
        let name = name.to_owned();
        self.call(move |link, profile| match entry(link, profile, &name)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(link.classify(&error)),
        })
    }

    fn list(&self) -> Result<Vec<String>, KeychainError> {
        self.call(move |link, profile| {
            let spec = system::search_spec(profile);
            let spec: HashMap<&str, &str> = spec.iter().map(|(key, value)| (*key, value.as_str())).collect();
            let found = link.store().search(&spec).map_err(|error| link.classify(&error))?;
            let mut names: Vec<String> = found
                .iter()
                .filter_map(keyring::Entry::get_specifiers)
                .filter(|(owner, name)| owner == profile && check_name(name).is_ok())
                .map(|(_, name)| name)
                .collect();
            names.sort();
            names.dedup();
            Ok(names)
        })
    }

    fn state(&self) -> Result<Protection, KeychainError> {
        self.call(|link, _| Ok(link.protection()))
    }
}
