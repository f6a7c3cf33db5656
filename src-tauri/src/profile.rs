//! Where a profile's files lie. The real one stands where the system keeps an app's data, and nowhere else.

use std::{env, path::PathBuf};

use crate::start::Profile;

/// The app as the system knows it; the demonstration is another.
pub(crate) const REAL: &str = "cn.mingxia.app";

/// The demonstration's identifier: own keychain names, own instance, own web data.
pub(crate) const DEMO: &str = "cn.mingxia.app.demo";

impl Profile {
    /// The identifier the app runs under.
    pub(crate) fn identifier(&self) -> &'static str {
        match self {
            Self::Real => REAL,
            Self::Demo(_) => DEMO,
        }
    }

    /// The folder of everything this profile keeps.
    pub(crate) fn folder(&self) -> PathBuf {
        match self {
            Self::Real => data_home().join(REAL).join("profile"),
            Self::Demo(world) => world.join("app"),
        }
    }
}

/// Where the demonstration's world writes when no folder is named.
pub(crate) fn usual_world() -> PathBuf {
    data_home().join("mingxia-demo-world")
}

/// Where the system keeps the data of this user's apps.
fn data_home() -> PathBuf {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default());
    if cfg!(windows) {
        PathBuf::from(env::var_os("APPDATA").unwrap_or_default())
    } else if cfg!(target_os = "macos") {
        home().join("Library/Application Support")
    } else {
        let named = env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
        named.unwrap_or_else(|| home().join(".local/share"))
    }
}
