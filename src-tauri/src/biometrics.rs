//! The biometrics of the system this app runs on. Only telephones bind a key to them; a desktop asks for the password.

use std::sync::Arc;

use device::Biometrics;
use tauri::{AppHandle, Runtime};

#[cfg(target_os = "android")]
mod android;

/// Readies what the system asks the person with.
#[cfg(target_os = "android")]
pub(crate) use android::plugin;

/// Those of this system, for the keys of one profile.
#[cfg(target_os = "android")]
pub(crate) fn of<R: Runtime>(app: &AppHandle<R>, profile: &'static str) -> Arc<dyn Biometrics> {
    android::of(app, profile)
}

/// Those of this system, for the keys of one profile.
#[cfg(target_os = "ios")]
pub(crate) fn of<R: Runtime>(_app: &AppHandle<R>, profile: &'static str) -> Arc<dyn Biometrics> {
    Arc::new(device::biometrics::Enclave::new(profile))
}

/// Those of this system, for the keys of one profile.
#[cfg(desktop)]
pub(crate) fn of<R: Runtime>(_app: &AppHandle<R>, _profile: &'static str) -> Arc<dyn Biometrics> {
    Arc::new(device::NoBiometrics)
}
