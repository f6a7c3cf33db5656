//! The keys this device signs and checks with. They rest in the keychain alone: asking needs no password.

use std::sync::PoisonError;

use protocol::encode::random;
use protocol::key::{PublicKey, SigningKey};
use zeroize::Zeroizing;

use crate::Vault;
use crate::item::{self, Item, ItemError};

impl Vault {
    /// Makes a new device key and check key for an enrolment; earlier ones are replaced.
    ///
    /// # Errors
    /// [`ItemError`]; then neither may be used.
    pub fn make_device_keys(&self) -> Result<SigningKey, ItemError> {
        let key = SigningKey::generate();
        item::set(&*self.keychain, Item::CheckKey, Zeroizing::new(random::<32>()).as_slice())?;
        item::set(&*self.keychain, Item::DeviceKey, key.seed().as_slice())?;
        self.keep_public(Some(&key));
        Ok(key)
    }

    /// The device key; `None` before enrolment, or when the keychain was emptied.
    ///
    /// # Errors
    /// [`ItemError`].
    pub fn device_key(&self) -> Result<Option<SigningKey>, ItemError> {
        let key = item::get_key(&*self.keychain, Item::DeviceKey)?.map(|seed| SigningKey::from_seed(&seed));
        self.keep_public(key.as_ref());
        Ok(key)
    }

    /// The public half of the device key, as the keychain last gave it. Enough to check what this device signed, and to
    /// say what is bound to it; only signing asks the keychain anew.
    ///
    /// # Errors
    /// [`ItemError`].
    pub fn device_public(&self) -> Result<Option<PublicKey>, ItemError> {
        let known = *self.device.lock().unwrap_or_else(PoisonError::into_inner);
        match known {
            Some(key) => Ok(Some(key)),
            None => Ok(self.device_key()?.map(|key| key.public())),
        }
    }

    fn keep_public(&self, key: Option<&SigningKey>) {
        *self.device.lock().unwrap_or_else(PoisonError::into_inner) = key.map(SigningKey::public);
    }

    /// The key of the check characters.
    ///
    /// # Errors
    /// [`ItemError`].
    pub fn check_key(&self) -> Result<Option<Zeroizing<[u8; 32]>>, ItemError> {
        item::get_key(&*self.keychain, Item::CheckKey)
    }

    /// Forgets both: this device asks no more.
    ///
    /// # Errors
    /// [`ItemError`].
    pub fn delete_device_keys(&self) -> Result<(), ItemError> {
        self.keep_public(None);
        item::delete(&*self.keychain, Item::DeviceKey)?;
        item::delete(&*self.keychain, Item::CheckKey)
    }
}
