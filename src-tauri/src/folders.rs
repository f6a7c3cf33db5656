//! Where each system keeps what apps store and what they are set up with.

use std::{env, path::PathBuf};

/// Where the system keeps the data of this user's apps.
pub(crate) fn data() -> PathBuf {
    if cfg!(windows) {
        PathBuf::from(env::var_os("APPDATA").unwrap_or_default())
    } else if cfg!(target_os = "macos") {
        home().join("Library/Application Support")
    } else {
        named("XDG_DATA_HOME").unwrap_or_else(|| home().join(".local/share"))
    }
}

/// Where iOS keeps an app's data, as the window's library names it too.
#[cfg(target_os = "ios")]
pub(crate) fn support() -> PathBuf {
    home().join("Library/Application Support")
}

/// Where this user sets apps up.
fn own_settings() -> PathBuf {
    if cfg!(any(windows, target_os = "macos")) {
        data()
    } else {
        named("XDG_CONFIG_HOME").unwrap_or_else(|| home().join(".config"))
    }
}

/// Where apps are set up: by whoever looks after the machine, then by this user.
pub(crate) fn settings() -> [PathBuf; 2] {
    let system = if cfg!(windows) {
        PathBuf::from(env::var_os("ProgramData").unwrap_or_default())
    } else if cfg!(target_os = "macos") {
        PathBuf::from("/Library/Application Support")
    } else {
        PathBuf::from("/etc")
    };
    [system, own_settings()]
}

/// A folder a variable names, if it is a whole path (XDG Base Directory Specification).
fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute())
}

fn home() -> PathBuf {
    PathBuf::from(env::var_os("HOME").unwrap_or_default())
}
