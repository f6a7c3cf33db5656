//! iOS: an item of the keychain under `biometryCurrentSet`, on this device only, while it has a passcode.
//! Written after Apple's documentation and type-checked; not yet run there.

use security_framework::access_control::{ProtectionMode, SecAccessControl};
use security_framework::base::Error;
use security_framework::passwords::{
    AccessControlOptions, PasswordOptions, delete_generic_password_options, generic_password,
    set_generic_password_options,
};
use zeroize::Zeroizing;

use super::{Biometrics, BiometricsError, Key};

/// The item's name among those of a profile; the keychain port never lists it.
const ACCOUNT: &str = "biometric-key";

/// The Secure Enclave, for the items of one profile.
pub struct Enclave {
    service: String,
}

impl Enclave {
    /// For a profile's app id. The service is another than the keychain's: reading it asks for a face.
    #[must_use]
    pub fn new(profile: &str) -> Self {
        Self { service: format!("{profile}.biometrics") }
    }

    fn item(&self) -> PasswordOptions {
        PasswordOptions::new_generic_password(&self.service, ACCOUNT)
    }
}

impl Biometrics for Enclave {
    /// Whether a face or a finger is known is told by the first try: asking needs another framework.
    fn ready(&self) -> bool {
        true
    }

    fn keep(&self, key: &Key) -> Result<Vec<u8>, BiometricsError> {
        // Replaced, not updated: an update would keep the old set of faces.
        self.forget()?;
        let mut item = self.item();
        let access = SecAccessControl::create_with_protection(
            Some(ProtectionMode::AccessibleWhenPasscodeSetThisDeviceOnly),
            AccessControlOptions::BIOMETRY_CURRENT_SET.bits(),
        );
        item.set_access_control(access.map_err(classify)?);
        set_generic_password_options(key.as_slice(), item).map_err(classify)?;
        Ok(Vec::new())
    }

    fn release(&self, _kept: &[u8]) -> Result<Key, BiometricsError> {
        let value = generic_password(self.item()).map(Zeroizing::new).map_err(classify)?;
        <[u8; 32]>::try_from(value.as_slice()).map(Key::new).map_err(|_| BiometricsError::Changed)
    }

    fn forget(&self) -> Result<(), BiometricsError> {
        match delete_generic_password_options(self.item()).map_err(classify) {
            Ok(()) | Err(BiometricsError::Changed) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Codes of Security.framework (`SecBase.h`). An item whose set of faces changed is no longer found.
fn classify(error: Error) -> BiometricsError {
    match error.code() {
        -128 => BiometricsError::Cancelled,
        -25293 => BiometricsError::LockedOut,
        -25300 => BiometricsError::Changed,
        -25291 | -34018 => BiometricsError::NotSetUp,
        _ => BiometricsError::Unavailable,
    }
}
