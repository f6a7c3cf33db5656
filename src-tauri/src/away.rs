//! The person went away or came back: the machine goes to sleep and wakes, the desktop locks its screen.
//!
//! On Linux the desktop says so on its buses. Elsewhere the window loses the focus, which locks too, and what is over
//! ends within a minute after waking, and before anything is read.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub(crate) use linux::watch;

/// Follows what the desktop says of the person. Ends with the app.
#[cfg(not(target_os = "linux"))]
pub(crate) fn watch(_app: &tauri::AppHandle) {}
