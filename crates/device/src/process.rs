//! The process guarded against its neighbours: no core file, no debugger of the same user, no foreign instruments.

use std::env;

/// What this system did not allow. None of them stops the app; each is logged by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum HardeningGap {
    /// Core files could not be turned off.
    #[error("core files stay possible")]
    CoreFiles,
    /// Other processes of this user may attach.
    #[error("this process can be attached to")]
    Attachable,
    /// Pages cannot be kept out of swap.
    #[error("key pages may be swapped")]
    Swappable,
}

/// Turns off core files and attaching, and tries whether pages can be kept out of swap. Call it first in `main`.
#[must_use]
pub fn harden() -> Vec<HardeningGap> {
    let mut gaps = Vec::new();
    if !no_core_files() {
        gaps.push(HardeningGap::CoreFiles);
    }
    if !not_attachable() {
        gaps.push(HardeningGap::Attachable);
    }
    if !crate::key_page::KeyPage::new([0; 32]).is_locked() {
        gaps.push(HardeningGap::Swappable);
    }
    gaps
}

#[cfg(unix)]
fn no_core_files() -> bool {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).is_ok()
}

/// Windows writes crash files only where the person set that up.
#[cfg(not(unix))]
fn no_core_files() -> bool {
    true
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn not_attachable() -> bool {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

/// macOS, iOS: the hardened runtime of a signed build. Windows: any process of the user may attach.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn not_attachable() -> bool {
    cfg!(any(target_os = "macos", target_os = "ios"))
}

/// Variables by which another program could steer or read the window.
pub const FOREIGN_INSTRUMENTS: &[&str] = &[
    "TAURI_WEBVIEW_AUTOMATION",
    "WEBKIT_INSPECTOR_SERVER",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
    "LD_PRELOAD",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "DYLD_INSERT_LIBRARIES",
    "GTK_MODULES",
    "GTK_DEBUG",
    "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
];

/// Which of [`FOREIGN_INSTRUMENTS`] are set: a release starts again without them, or not at all.
#[must_use]
pub fn foreign_instruments() -> Vec<&'static str> {
    FOREIGN_INSTRUMENTS
        .iter()
        .copied()
        .filter(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
        .collect()
}
