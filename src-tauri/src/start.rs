//! What is decided before any window exists: which profile, whether this start opens a window or only sweeps, and where
//! a link leads.

use std::{ffi::OsString, path::PathBuf};

use device::process;

use crate::link;

/// Whose data this run opens. The real profile cannot be pointed anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Profile {
    /// The person's own.
    Real,
    /// The demonstration, and the folder its world writes to.
    Demo(PathBuf),
}

/// What this run is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Task {
    /// Show the window.
    Show(Profile),
    /// Run in the tray, as the desktop asks at its start; the window opens once the person wants it.
    Wait(Profile),
    /// End what is over without opening anything, as the system's timer asks.
    Sweep(Profile),
}

/// An argument that is not one of ours: better no start than one on the wrong profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownArgument;

/// Asks to run in the tray.
pub(crate) const IN_TRAY: &str = "--in-tray";

/// The link among the arguments, as the desktop hands it over.
pub(crate) fn link<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    arguments.into_iter().find(|argument| argument.starts_with(link::SCHEME))
}

/// Reads `--demo[=DIR]`, `--in-tray`, `--sweep` and a link of ours, whatever it leads to; nothing else is understood.
///
/// # Errors
/// [`UnknownArgument`] for anything else.
pub(crate) fn task(
    arguments: impl IntoIterator<Item = OsString>,
    world: impl FnOnce() -> PathBuf,
) -> Result<Task, UnknownArgument> {
    let (mut sweep, mut in_tray) = (false, false);
    let mut demo = None;
    for argument in arguments {
        match argument.to_str().ok_or(UnknownArgument)?.split_once('=') {
            Some(("--demo", folder)) if !folder.is_empty() => demo = Some(Some(PathBuf::from(folder))),
            None if argument == "--demo" => demo = Some(None),
            None if argument == "--sweep" => sweep = true,
            None if argument == IN_TRAY => in_tray = true,
            _ if link([argument.to_str().unwrap_or_default()]).is_some() => {}
            _ => return Err(UnknownArgument),
        }
    }
    let profile = match demo {
        None => Profile::Real,
        Some(Some(folder)) => Profile::Demo(folder),
        Some(None) => Profile::Demo(world()),
    };
    Ok(match (sweep, in_tray) {
        (true, _) => Task::Sweep(profile),
        (false, true) => Task::Wait(profile),
        (false, false) => Task::Show(profile),
    })
}

/// Guards the process, first thing: no core files, nobody attaches, and a release runs without variables that would
/// let another program steer the window. What the system did not allow is returned to be logged.
///
/// # Errors
/// [`Steered`] when a release could not start again without such variables.
pub(crate) fn guard() -> Result<Vec<process::HardeningGap>, Steered> {
    let steered = process::foreign_instruments();
    if !cfg!(debug_assertions) && !steered.is_empty() {
        return Err(again_without(&steered));
    }
    Ok(process::harden())
}

/// The app is being steered by another program's variables and could not shake them off.
#[derive(Debug)]
pub(crate) struct Steered;

/// Becomes a new run of itself without these variables; returns only where that failed.
#[cfg(unix)]
fn again_without(variables: &[&str]) -> Steered {
    use std::os::unix::process::CommandExt as _;
    if let Ok(own) = std::env::current_exe() {
        let mut again = std::process::Command::new(own);
        again.args(std::env::args_os().skip(1));
        variables.iter().for_each(|name| {
            again.env_remove(name);
        });
        let _failed = again.exec();
    }
    Steered
}

/// Elsewhere a process cannot become another: no start at all.
#[cfg(not(unix))]
fn again_without(_variables: &[&str]) -> Steered {
    Steered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Task, UnknownArgument> {
        task(arguments.iter().map(OsString::from), || PathBuf::from("/world"))
    }

    #[test]
    fn a_mistyped_argument_does_not_open_the_real_profile() {
        for wrong in ["--dmo", "demo", "--demo=", "--sweep=1", "--in-tray=1", "--data-dir=/tmp", ""] {
            assert_eq!(read(&[wrong]), Err(UnknownArgument), "{wrong:?} would open somebody's real data");
        }
    }

    #[test]
    fn the_profile_is_known_before_any_window() {
        assert_eq!(read(&[]), Ok(Task::Show(Profile::Real)));
        assert_eq!(read(&["--demo"]), Ok(Task::Show(Profile::Demo("/world".into()))), "the world's usual folder");
        assert_eq!(read(&["--sweep", "--demo=/a=b"]), Ok(Task::Sweep(Profile::Demo("/a=b".into()))), "either order");
        assert_eq!(read(&["--in-tray"]), Ok(Task::Wait(Profile::Real)));
        let led = ["mingxia://query/x?do=delete", "mingxia:--sweep", "mingxia://--demo=/tmp"];
        for link in led {
            assert_eq!(read(&[link]), Ok(Task::Show(Profile::Real)), "{link} does nothing but open the window");
        }
        assert_eq!(read(&["--in-tray", "--sweep"]), Ok(Task::Sweep(Profile::Real)), "the timer shows nothing");
    }
}
