//! Where the system of a telephone enters.

/// Starts the app; a telephone asks for no word on how it ended.
#[tauri::mobile_entry_point]
fn enter() {
    let _ = crate::run();
}
