//! The operating system's own timer, for this user alone: it calls the app every quarter of an hour, so that what is
//! over ends while the app is closed.
//!
//! One file a system. Those of desktops are plain files and one tool of the system, so each is compiled and its text looked
//! at everywhere; which one is used is decided here. Telephones wake the app's own process instead, also to collect what
//! banks answered.

use std::path::Path;
use std::process::{Command, Stdio};

pub use crate::call::Call;
use crate::call::Unfit;
use crate::disk::DiskError;

#[cfg(target_os = "android")]
pub mod android;
#[cfg(target_os = "ios")]
pub mod ios;
pub mod launchd;
pub mod systemd;
pub mod task_scheduler;

/// Minutes between two calls. Ends lie on midnights of Beijing: on a quarter of an hour in every zone of the world.
const MINUTES: u32 = 15;

/// A tool of Windows would open a console of its own (`CREATE_NO_WINDOW`).
#[cfg(windows)]
const NO_WINDOW: u32 = 0x0800_0000;

/// Why there is no timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TimerError {
    /// This system has no timer for a user's programs, or its tool does not answer.
    #[error("this system has no timer for a user's programs")]
    NotAvailable,
    /// No timer can hold program or argument.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The file of the timer.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// When a telephone should wake the app again.
#[cfg(any(target_os = "android", target_os = "ios"))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Again {
    /// Nothing is left to be woken for.
    Never,
    /// Something ends after this much time.
    In(std::time::Duration),
    /// Something comes by itself.
    Soon,
    /// Nothing could be done this time.
    #[default]
    Undone,
}

/// What a telephone's waking brought.
#[cfg(any(target_os = "android", target_os = "ios"))]
#[derive(Debug, Default)]
pub struct Woken {
    /// When the next one should be.
    pub again: Again,
    /// What the person is told: a title and a text, with nothing private in them.
    pub notices: Vec<(String, String)>,
}

/// A system's timer for programs of one user.
pub trait Timer: Send + Sync {
    /// Has the call made from now on, also after the next login. One that is there already is left as it is, also when
    /// the person turned it off.
    ///
    /// # Errors
    /// [`TimerError`]; nothing of it stays then.
    fn install(&self, call: &Call) -> Result<(), TimerError>;

    /// Ends the calls of a name and leaves nothing of them.
    ///
    /// # Errors
    /// [`TimerError`]; some of it may then still be there.
    fn remove(&self, name: &str) -> Result<(), TimerError>;
}

/// The timer of this system.
///
/// # Errors
/// [`TimerError::NotAvailable`].
pub fn of_this_system() -> Result<Box<dyn Timer>, TimerError> {
    let timer: Option<Box<dyn Timer>> = if cfg!(target_os = "linux") {
        systemd::Systemd::of_this_user().map(|timer| Box::new(timer) as _)
    } else if cfg!(target_os = "macos") {
        launchd::Launchd::of_this_user().map(|timer| Box::new(timer) as _)
    } else if cfg!(windows) {
        Some(Box::new(task_scheduler::TaskScheduler::of_this_user()))
    } else {
        None
    };
    timer.ok_or(TimerError::NotAvailable)
}

/// Runs the system's tool; it succeeded or is not available.
fn run(tool: &Path, arguments: &[&str]) -> Result<(), TimerError> {
    let mut command = Command::new(tool);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt as _;
        command.creation_flags(NO_WINDOW);
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) | Err(_) => Err(TimerError::NotAvailable),
    }
}
