//! The demonstration beside the app: its federation is a program of its own, started for the demonstration alone and
//! ended with it.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
};

use journey::{ErrorCode, Refusal, profile::World};

use crate::{profile::usual_world, start::Profile};

/// The program, as it is installed beside this one.
const PROGRAM: &str = "mingxia-demo-world";

/// Starts this app as its demonstration.
const DEMO: &str = "--demo";

/// The longest address of a page on this machine.
const MOST_ADDRESS: u64 = 64;

/// The federation that runs for this app. Its input ends with this process, and then it ends.
pub(crate) struct Running(#[expect(dead_code, reason = "held for as long as the app runs")] Option<Child>);

/// Where the program is, if it was installed.
pub(crate) fn program() -> Option<PathBuf> {
    let beside = env::current_exe().ok()?.with_file_name(format!("{PROGRAM}{}", env::consts::EXE_SUFFIX));
    beside.is_file().then_some(beside)
}

/// Starts the federation of the usual demonstration, on any free ports, and shows its telephone beside the
/// window, where there is one now; it goes on where it was.
/// A demonstration in a folder of its own has a federation of its own.
pub(crate) fn start(profile: &Profile, shown: bool) -> Running {
    let Profile::Demo(world) = profile else { return Running(None) };
    let Some(program) = program().filter(|_| *world == usual_world()) else { return Running(None) };
    let mut command = Command::new(program);
    command.arg("--dir").arg(world).args(["--tied", "--port", "0"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    match command.spawn() {
        Ok(mut child) => {
            if let Some(said) = child.stdout.take().filter(|_| shown) {
                let world = world.clone();
                thread::spawn(move || show_phone(said, &world));
            }
            Running(Some(child))
        }
        Err(error) => {
            tracing::error!(%error, "the demonstration's federation did not start");
            Running(None)
        }
    }
}

/// Opens the page of the telephone in the person's browser once the federation says that it runs; where the page is
/// stands in its `world.json`, of which nothing but an address on loopback is taken.
fn show_phone(said: ChildStdout, world: &Path) {
    let runs = BufReader::new(said.take(MOST_ADDRESS)).lines().next().is_some_and(|line| line.is_ok());
    let Some(World { phone, .. }) = World::read(world).filter(|_| runs) else { return };
    let opener = match env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let quiet = || Stdio::null();
    // No browser to show it in: the window says the address.
    let _ = Command::new(opener).arg(phone).stdin(quiet()).stdout(quiet()).stderr(quiet()).status();
}

/// Opens the demonstration as an app of its own; this one leaves.
///
/// # Errors
/// A refusal where it is not installed or does not start.
pub(crate) fn open() -> Result<(), Refusal> {
    let here = env::current_exe().ok().filter(|_| program().is_some());
    let opened = here.map(|here| Command::new(here).arg(DEMO).stdin(Stdio::null()).spawn());
    match opened {
        Some(Ok(_)) => Ok(()),
        Some(Err(_)) | None => Err(Refusal::of(ErrorCode::Internal)),
    }
}
