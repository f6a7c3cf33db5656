//! Starting with the system: one entry where it looks for programs of this user, there only while the person wants it.
//!
//! One file a system. Whoever turned the entry off with the system's own means is not overruled by its being there.

use crate::call::Call;
use crate::disk::DiskError;

pub mod desktop_entry;
#[cfg(unix)]
pub mod launch_agent;
#[cfg(windows)]
pub mod run_key;

/// Where a system looks for what it starts when this user logs in.
pub trait Autostart: Send + Sync {
    /// Whether the system makes the call of that name at the next login, as far as it tells.
    fn is_on(&self, name: &str) -> bool;

    /// Has the call made at every login; what the person turned off with the system's means is on again.
    ///
    /// # Errors
    /// As the system refuses; [`DiskError::Missing`] where it cannot name this program.
    fn turn_on(&self, call: &Call) -> Result<(), DiskError>;

    /// Ends the call of that name and leaves nothing of it.
    ///
    /// # Errors
    /// As the system refuses.
    fn turn_off(&self, name: &str) -> Result<(), DiskError>;
}

/// That of this system; none on a telephone.
#[must_use]
pub fn of_this_system() -> Option<Box<dyn Autostart>> {
    #[cfg(target_os = "linux")]
    let own = desktop_entry::DesktopEntries::of_this_user();
    #[cfg(target_os = "macos")]
    let own = launch_agent::LaunchAgents::of_this_user();
    #[cfg(windows)]
    let own = Some(run_key::RunKey::of_this_user());
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    let own: Option<desktop_entry::DesktopEntries> = None;
    own.map(|own| Box::new(own) as _)
}
