//! Where a profile's files lie and what its journey is made of. The real one stands where the system keeps an app's
//! data, speaks to a compiled federation, and nothing from outside changes either.

use std::{env, path::PathBuf, sync::Arc};

use device::{DemoClock, OsClock, keychain::OsKeychain};
use journey::{Address, ErrorCode, HttpFederation, Parts, Refusal, view};
use protocol::{key::PublicKey, time::Clock};
use vault::{Cost, Paths};

use crate::start::Profile;

/// The app as the system knows it; the demonstration is another.
const REAL: &str = "cn.mingxia.app";

/// The demonstration's identifier: own keychain names, own instance, own web data.
const DEMO: &str = "cn.mingxia.app.demo";

/// Until a federation runs for real use: a host that cannot exist (RFC 2606) ...
const FEDERATION: &str = "https://gateway.mingxia.invalid";

/// ... and a root whose private key nobody kept.
const ROOT: &str = "4XXBP3Sh9pWlesJb54DGYnthzQMh21ALGhBKb1Uh5_k";

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

    /// The clock this profile lives by.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        match self {
            Self::Real => Arc::new(OsClock::new()),
            Self::Demo(world) => Arc::new(DemoClock::new(world.join("clock.json"))),
        }
    }

    /// The keychain items of this profile.
    pub(crate) fn keychain(&self) -> Arc<OsKeychain> {
        Arc::new(OsKeychain::new(self.identifier()))
    }

    /// What a journey of this profile is made of.
    ///
    /// # Errors
    /// Where this build is broken: a pin that is no key, no cryptography for the network.
    pub(crate) fn parts(&self) -> Result<Parts, Refusal> {
        let broken = || Refusal::of(ErrorCode::Internal);
        let (address, profile) = match self {
            Self::Real => {
                let root = PublicKey::from_x(ROOT).map_err(|_| broken())?;
                let real = journey::Profile::pinned(view::Profile::Real, root, None, false);
                (Address::Compiled(FEDERATION), real)
            }
            Self::Demo(world) => {
                let demo = journey::Profile::demo(world).ok_or_else(broken)?;
                (Address::World(world.clone()), demo)
            }
        };
        Ok(Parts {
            keychain: self.keychain(),
            clock: self.clock(),
            federation: Arc::new(HttpFederation::new(address).map_err(|_| broken())?),
            paths: Paths::at(self.folder()),
            profile,
            cost: Cost::Desktop,
        })
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
