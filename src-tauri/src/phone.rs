//! Where the system of a telephone enters: with a window, and by its timer, without one.

#[cfg(target_os = "android")]
use std::{path::Path, sync::Arc};

/// As in the program of a desktop: what is freed is wiped.
#[global_allocator]
static WIPED: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Starts the app; a telephone asks for no word on how it ended.
#[tauri::mobile_entry_point]
fn enter() {
    #[cfg(target_os = "ios")]
    crate::unattended::answer();
    let _ = crate::run();
}

#[cfg(target_os = "android")]
device::sweeps_on_android!(sweep);

#[cfg(target_os = "android")]
device::collects_on_android!(crate::unattended::collect, crate::unattended::stop);

/// Ends what is over by the plain list of deadlines, as `--sweep` does elsewhere. A running app is left to do it itself.
#[cfg(target_os = "android")]
fn sweep(folder: &Path) -> bool {
    let keychain: Arc<dyn device::Keychain> = Arc::new(device::keychain::ClosedKeychain);
    let clock: Arc<dyn protocol::time::Clock> = Arc::new(device::OsClock::new());
    journey::sweep(&vault::Paths::at(folder), &keychain, &clock).is_ok()
}
