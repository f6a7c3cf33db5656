//! Whose data this is, which root is believed, and where the gateway is. Nothing here can be chosen from outside but
//! the folder of the demonstration.

use std::path::{Path, PathBuf};

use protocol::key::PublicKey;
use serde::Deserialize;

use crate::view;

/// Public key of the demonstration's root: a constant that no seed of the demonstration changes.
pub const DEMO_ROOT: &str = "mc_M0fagxbMs5P6_L2EaldwSzCjOsRo6Word61Nyeew";
/// Longest `world.json`, in bytes.
const MAX_WORLD: u64 = 16 << 10;

/// A profile.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Demonstration or real.
    pub kind: view::Profile,
    /// The pinned root.
    pub root: PublicKey,
    /// Folder of the running demonstration.
    pub world: Option<PathBuf>,
    /// Whether a face check can be made here: in the demonstration only, until a camera is.
    pub face: bool,
}

impl Profile {
    /// The demonstration whose world writes to `folder`.
    #[must_use]
    pub fn demo(folder: impl Into<PathBuf>) -> Option<Self> {
        let root = PublicKey::from_x(DEMO_ROOT).ok()?;
        Some(Self { kind: view::Profile::Demo, root, world: Some(folder.into()), face: true })
    }

    /// A profile with another root, for tests of this crate and of the house.
    #[must_use]
    pub fn pinned(kind: view::Profile, root: PublicKey, world: Option<PathBuf>, face: bool) -> Self {
        Self { kind, root, world, face }
    }
}

/// What a running demonstration says of itself.
#[derive(Debug, Clone, Deserialize)]
pub struct World {
    /// Base address of its gateway, on loopback.
    pub gateway: String,
    /// Page of its telephone.
    pub phone: String,
}

impl World {
    /// Reads `world.json`; nothing but plain addresses of the loopback interface is taken.
    #[must_use]
    pub fn read(folder: &Path) -> Option<Self> {
        let bytes = device::disk::read(&folder.join("world.json"), MAX_WORLD).ok()??;
        let world: Self = serde_json::from_slice(&bytes).ok()?;
        (loopback(&world.gateway) && loopback(&world.phone)).then_some(world)
    }
}

/// `http://127.0.0.1:PORT` with at most a final slash.
fn loopback(address: &str) -> bool {
    let rest = address.strip_prefix("http://127.0.0.1:").map(|rest| rest.trim_end_matches('/'));
    rest.is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demonstration_points_nowhere_but_at_this_machine() {
        let refused = [
            "https://127.0.0.1:1",
            "http://127.0.0.1.evil.example:1",
            "http://127.0.0.1:1@evil.example",
            "http://localhost:1",
            "http://127.0.0.1:0",
            "http://127.0.0.1:1/path",
        ];
        for address in refused {
            assert!(!loopback(address), "{address} is not plainly this machine");
        }
        assert!(loopback("http://127.0.0.1:47180") && loopback("http://127.0.0.1:47181/"));
    }
}
