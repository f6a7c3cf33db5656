//! The keys this device signs and checks with. They rest in the keychain alone: asking needs no password.

use protocol::encode::random;
use protocol::key::SigningKey;
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
        Ok(key)
    }

    /// The device key; `None` before enrolment, or when the keychain was emptied.
    ///
    /// # Errors
    /// [`ItemError`].
    pub fn device_key(&self) -> Result<Option<SigningKey>, ItemError> {
        Ok(item::get_key(&*self.keychain, Item::DeviceKey)?.map(|seed| SigningKey::from_seed(&seed)))
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
        item::delete(&*self.keychain, Item::DeviceKey)?;
        item::delete(&*self.keychain, Item::CheckKey)
    }
}
