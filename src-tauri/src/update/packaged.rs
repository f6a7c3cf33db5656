//! Where a package manager or a shop puts new versions in, this app does not: it asks for no password of an
//! administrator, and replaces no file that is not its own (docs/decisions).

use tauri::AppHandle;

use super::{UpdateError, announced::Announced, source::Source};

/// Whether this app puts a new version in its own place.
pub(super) const INSTALLS: bool = false;

/// What a package for this system is called in an announcement.
pub(super) fn names() -> Vec<String> {
    vec![format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)]
}

/// Nothing is put in here.
///
/// # Errors
/// Always.
pub(super) fn install(_: &AppHandle, _: &Source, _: &Announced, _: &[u8]) -> Result<(), UpdateError> {
    Err(UpdateError::Off)
}
