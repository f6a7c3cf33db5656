//! iOS: the refresh task of `device`. The app is woken as a whole or, where its scenes are not restored, as a process
//! without any: both are answered alike. Written after Apple's documentation and type-checked; not yet run there.

use device::timer::{Again, Woken, ios};
use tauri::{AppHandle, Runtime};

use crate::{folders, start::Profile};

/// The system's waking is answered from now on. Has to stand before the app begins: later the system takes it for a
/// fault.
pub(crate) fn answer() {
    if let Err(error) = ios::answer(collect, super::stop) {
        tracing::info!(%error, "what banks answer is collected while the app runs");
    }
}

/// A pass over the folder the app itself uses.
fn collect() -> Woken {
    super::collect(&folders::support().join(Profile::Real.identifier()).join("profile"))
}

/// Has the app woken while something comes, and for the end.
pub(super) async fn wake<R: Runtime>(_app: &AppHandle<R>, again: Again) {
    if let Err(error) = ios::ask(again) {
        tracing::info!(%error, "banks' answers are collected, and ends kept, while the app runs and at its next start");
    }
}
