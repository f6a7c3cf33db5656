//! The operating system's own timer, for this user alone: it calls the app every quarter of an hour, so that what is
//! over ends while the app is closed.
//!
//! One file a system. All of them are plain files and one tool of the system, so each is compiled and its text looked at
//! everywhere; which one is used is decided here. Android wakes the
//! app's own process instead; iOS wakes nothing for an app that is closed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::disk::DiskError;

#[cfg(target_os = "android")]
pub mod android;
pub mod launchd;
pub mod systemd;
pub mod task_scheduler;

/// Minutes between two calls. Ends lie on midnights of Beijing: on a quarter of an hour in every zone of the world.
const MINUTES: u32 = 15;

/// Why there is no timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TimerError {
    /// This system has no timer for a user's programs, or its tool does not answer.
    #[error("this system has no timer for a user's programs")]
    NotAvailable,
    /// Program or argument cannot be written into a timer: a control character, or not text.
    #[error("program or argument cannot be written into a timer")]
    Unfit,
    /// The file of the timer.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// What is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The timer's name, `[a-z-]+`: one for each profile.
    pub name: &'static str,
    /// The running program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl Call {
    /// Program and arguments as text without control characters, which no file of a timer can hold.
    fn words(&self) -> Result<Vec<&str>, TimerError> {
        let program = self.program.to_str().filter(|_| self.program.is_absolute()).ok_or(TimerError::Unfit)?;
        let words: Vec<&str> = std::iter::once(program).chain(self.arguments.iter().map(String::as_str)).collect();
        if words.iter().any(|word| word.chars().any(char::is_control)) { Err(TimerError::Unfit) } else { Ok(words) }
    }
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
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) | Err(_) => Err(TimerError::NotAvailable),
    }
}

/// For a place between two tags of XML.
fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

// Absolute paths of another system are none on Windows.
#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_no_file_of_a_timer_can_hold_is_refused() {
        let call = |program: &str, argument: &str| Call {
            name: "mingxia-sweep",
            program: program.into(),
            arguments: vec![argument.to_owned()],
        };
        for (program, argument) in
            [("mingxia", "--sweep"), ("/a\0", "--sweep"), ("/a\nExecStart=/b", "--sweep"), ("/a", "--demo=\u{1b}")]
        {
            assert_eq!(call(program, argument).words(), Err(TimerError::Unfit), "{program:?} {argument:?}");
        }
        assert_eq!(call("/opt/名下/mingxia", "--sweep").words(), Ok(vec!["/opt/名下/mingxia", "--sweep"]));
    }
}
