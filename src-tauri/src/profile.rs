//! Where a profile's files lie and what its journey is made of. The real one stands where the system keeps an app's
//! data and speaks to the federation this device was set up for; no argument and no variable changes either.

use std::{path::PathBuf, sync::Arc};

use device::{Biometrics, DemoClock, OsClock, keychain::OsKeychain};
use journey::{Address, ErrorCode, HttpFederation, Parts, Refusal, view};
use protocol::time::Clock;
use vault::{Cost, Paths};

use crate::{federation::Setup, folders, start::Profile};

/// The app as the system knows it; the demonstration is another.
const REAL: &str = "cn.mingxia.app";

/// The demonstration's identifier: own keychain names, own instance, own web data.
const DEMO: &str = "cn.mingxia.app.demo";

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
            Self::Real => folders::data().join(REAL).join("profile"),
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

    /// What a journey of this profile is made of, kept in a folder, on a device that was set up so and has these
    /// biometrics.
    ///
    /// # Errors
    /// Where this build is broken: a pin that is no key, no cryptography for the network.
    pub(crate) fn parts(
        &self,
        setup: &Setup,
        folder: PathBuf,
        biometrics: Arc<dyn Biometrics>,
    ) -> Result<Parts, Refusal> {
        let broken = || Refusal::of(ErrorCode::Internal);
        let (address, profile) = match self {
            Self::Real => {
                let root = setup.root().ok_or_else(broken)?;
                let real = journey::Profile::pinned(view::Profile::Real, root, None, false);
                (Address::Gateway(setup.address()), real)
            }
            Self::Demo(world) => {
                let demo = journey::Profile::demo(world).ok_or_else(broken)?;
                (Address::World(world.clone()), demo)
            }
        };
        Ok(Parts {
            keychain: self.keychain(),
            biometrics,
            clock: self.clock(),
            federation: Arc::new(HttpFederation::new(address).map_err(|_| broken())?),
            paths: Paths::at(folder),
            profile,
            cost: Cost::Desktop,
        })
    }
}

/// Where the demonstration's world writes when no folder is named.
pub(crate) fn usual_world() -> PathBuf {
    folders::data().join("mingxia-demo-world")
}
