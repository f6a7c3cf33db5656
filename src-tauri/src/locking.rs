//! When the app locks by itself: the window lost, for a while, the person it was shown to.
//!
//! The page counts idle time, since only it sees hands move; here stands what a page cannot see.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use device::OsClock;
use journey::Journey;
use protocol::time::Clock as _;
use tauri::{AppHandle, Manager};

use crate::window;

/// How long the window may be hidden or behind another one.
const BLURRED: Duration = Duration::from_secs(15);

/// What a wait may be late by before this process was clearly stopped meanwhile.
const LATE: Duration = Duration::from_secs(5);

/// Whether the person is before the window.
#[derive(Default)]
pub(crate) struct Attention {
    /// Counts every change, so that a wait knows whether anything happened meanwhile.
    changes: AtomicU64,
    /// A window nobody has looked at yet is not left by anyone.
    had: AtomicBool,
    /// When the person was here last, on the clock that counts sleep, while they are away.
    away: Mutex<Option<Duration>>,
    /// One window is ended at a time, and whoever waits for that waits for all of it.
    ending: tokio::sync::Mutex<()>,
}

impl Attention {
    /// The person was here now, and left.
    fn leaves(&self, now: Duration) {
        *self.away.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// The person is back; whether that took so long that somebody else may be. A telephone stops what it does not show,
    /// and a machine asleep stops everything: no wait of this process ends then.
    fn returns(&self, now: Duration) -> bool {
        let away = self.away.lock().unwrap_or_else(PoisonError::into_inner).take();
        away.is_some_and(|since| now.saturating_sub(since) >= BLURRED + LATE)
    }
}

/// The window got or lost the focus.
pub(crate) fn focused(app: &AppHandle, focused: bool) {
    let attention = app.state::<Attention>();
    let change = attention.changes.fetch_add(1, Ordering::SeqCst) + 1;
    let now = OsClock::new().boottime();
    if focused {
        attention.had.store(true, Ordering::SeqCst);
        if attention.returns(now) {
            let app = app.clone();
            tauri::async_runtime::spawn(async move { lock(&app).await });
        }
    } else if attention.had.load(Ordering::SeqCst) {
        attention.leaves(now);
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
        app.state::<Attention>().leaves(OsClock::new().boottime());
    }
}

/// Locks if there is anything open; the window and its process end with it. Returns once they have.
pub(crate) async fn lock(app: &AppHandle) {
    let journey = app.state::<Journey>();
    // The window ends at once; what was being opened meanwhile ends with the next.
    tokio::join!(journey.unlock_lock(), follow(app));
    follow(app).await;
}

/// Ends the window and its process where the vault was shut since it was made. Returns once they have.
pub(crate) async fn follow(app: &AppHandle) {
    let attention = app.state::<Attention>();
    let _turn = attention.ending.lock().await;
    if app.state::<Journey>().was_shut() {
        window::renewed(app).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_back_to_a_process_that_stood_still_finds_it_locked() {
        let attention = Attention::default();
        let at = Duration::from_secs;
        assert!(!attention.returns(at(100)), "a window nobody left is not locked");
        attention.leaves(at(100));
        assert!(!attention.returns(at(119)), "a short look elsewhere is none; the wait itself ends a longer one");
        attention.leaves(at(200));
        assert!(attention.returns(at(3800)), "stopped for an hour");
        assert!(!attention.returns(at(3801)), "once");
        attention.leaves(at(4000));
        attention.leaves(at(4030));
        assert!(!attention.returns(at(4040)), "who was in a dialog of ours was here until now");
    }
}
