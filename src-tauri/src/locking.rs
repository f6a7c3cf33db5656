//! When the app locks by itself: the window lost, for a while, the person it was shown to.
//!
//! The page counts idle time, since only it sees hands move; here stands what a page cannot see.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use journey::{Journey, view::VaultState};
use tauri::{AppHandle, Manager};

use crate::window;

/// How long the window may be hidden or behind another one.
const BLURRED: Duration = Duration::from_secs(15);

/// Whether the person is before the window.
#[derive(Default)]
pub(crate) struct Attention {
    /// Counts every change, so that a wait knows whether anything happened meanwhile.
    changes: AtomicU64,
    /// A window nobody has looked at yet is not left by anyone.
    had: AtomicBool,
}

/// The window got or lost the focus.
pub(crate) fn focused(app: &AppHandle, focused: bool) {
    let attention = app.state::<Attention>();
    let change = attention.changes.fetch_add(1, Ordering::SeqCst) + 1;
    if focused {
        attention.had.store(true, Ordering::SeqCst);
    } else if attention.had.load(Ordering::SeqCst) {
        let app = app.clone();
        tauri::async_runtime::spawn(async move { left(&app, change).await });
    }
}

/// Locks once the person was away for long enough. Whoever chooses a file or a printer in a dialog of ours is there.
async fn left(app: &AppHandle, change: u64) {
    loop {
        tokio::time::sleep(BLURRED).await;
        if app.state::<Attention>().changes.load(Ordering::SeqCst) != change {
            return;
        }
        if !window::asks_something(app).await {
            return lock(app).await;
        }
    }
}

/// Locks if there is anything open; the window and its process end with it. Returns once they have.
pub(crate) async fn lock(app: &AppHandle) {
    let journey = app.state::<Journey>();
    let open = journey.unlock_state().await.is_ok_and(|view| view.state == VaultState::Unlocked);
    if open && journey.unlock_lock().await.is_ok() {
        window::renewed(app).await;
    }
}
