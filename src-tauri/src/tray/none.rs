//! A telephone has no tray: the system keeps the app, and shows it among those that run.

use journey::view::Language;
use tauri::AppHandle;

/// Shows nothing.
///
/// # Errors
/// None; as on a desktop.
pub(crate) fn show(_app: &AppHandle) -> tauri::Result<()> {
    Ok(())
}

/// Says nothing.
///
/// # Errors
/// None; as on a desktop.
pub(crate) fn say(_app: &AppHandle, _language: Language, _standing: &str, _unlocked: bool) -> tauri::Result<()> {
    Ok(())
}

/// There is none to be seen.
pub(crate) async fn is_seen() -> bool {
    false
}
