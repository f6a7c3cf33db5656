//! What the machine must have: Debian packages are installed, everything else is asked for.

use std::process::{Command, Stdio};

use crate::{
    say,
    step::{self, Failure},
};

/// What the machine is prepared for. The first three each need what the one before needs, the others all of that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(crate) enum Purpose {
    /// The federation and the acts, without a window.
    Federation,
    /// The window, on the screen that is there.
    Run,
    /// The real window, driven without a screen.
    Walk,
    /// The pages, looked at in a browser without a screen.
    Look,
    /// What people install, made and tried.
    Package,
    /// The app, type-checked for other systems.
    Targets,
}

/// Needed to compile anything here: a C compiler, and OpenSSL for SQLCipher.
const COMPILE: [&str; 3] = ["build-essential", "libssl-dev", "pkg-config"];

/// Needed to build the window and to show it.
const WINDOW: [&str; 6] =
    ["file", "fonts-noto-cjk", "libayatana-appindicator3-dev", "librsvg2-dev", "libwebkit2gtk-4.1-dev", "patchelf"];

/// Needed to drive the window on a screen and a keychain of its own.
const WALK: [&str; 10] = [
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "imagemagick",
    "openbox",
    "poppler-utils",
    "webkit2gtk-driver",
    "xauth",
    "xdotool",
    "xvfb",
];

/// Needed to look at the pages in a browser, which nothing else does.
const LOOK: [&str; 1] = ["chromium"];

/// Needed to look into packages and to hold what they bring against the desktop's rules.
const PACKAGE: [&str; 3] = ["appstream", "desktop-file-utils", "rpm"];

/// Needed to stand in for the compilers and tools of other systems, and for Windows.
const TARGETS: [&str; 4] = ["clang-19", "llvm-19", "mingw-w64", "wine64"];

/// The oldest Node that builds the pages.
const NODE: (u32, u32) = (20, 19);

/// Installs or asks for what is missing.
pub(crate) fn prepare(purpose: Purpose) -> Result<(), Failure> {
    say::step("the machine");
    if cfg!(target_os = "linux") {
        packages(purpose)?;
    }
    if purpose >= Purpose::Run { node() } else { Ok(()) }
}

/// Installs the Debian packages that are not there yet.
fn packages(purpose: Purpose) -> Result<(), Failure> {
    let groups = [
        (purpose >= Purpose::Federation, COMPILE.as_slice()),
        (purpose >= Purpose::Run, WINDOW.as_slice()),
        (purpose >= Purpose::Walk, WALK.as_slice()),
        (purpose == Purpose::Look, LOOK.as_slice()),
        (purpose == Purpose::Package, PACKAGE.as_slice()),
        (purpose == Purpose::Targets, TARGETS.as_slice()),
    ];
    let wanted = groups.iter().filter(|(needed, _)| *needed).flat_map(|(_, names)| *names);
    let missing: Vec<&str> = wanted.copied().filter(|name| !installed(name)).collect();
    if missing.is_empty() {
        say::detail("every package is here");
        return Ok(());
    }
    if !found("apt-get") {
        say::detail("not a Debian system: see README.md for the packages of others");
        return Ok(());
    }
    say::detail(&format!("installing {}", missing.join(" ")));
    let lock = ["-o", "DPkg::Lock::Timeout=600", "-o", "Acquire::Retries=3"];
    step::run("apt-get update", apt().args(lock).args(["update", "-qq"]))?;
    step::run(
        &format!("apt-get install ({} packages; some minutes on a new machine)", missing.len()),
        apt().args(lock).args(["install", "-y", "-q", "--no-install-recommends"]).args(missing),
    )
}

/// apt-get as root, or through sudo.
pub(crate) fn apt() -> Command {
    as_root("apt-get")
}

/// A program as root, or through sudo; it asks nothing.
pub(crate) fn as_root(program: &str) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    let mut command = Command::new(if root { program } else { "sudo" });
    if !root {
        command.args(["env", "DEBIAN_FRONTEND=noninteractive", program]);
    }
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command
}

/// Whether dpkg knows the package as installed.
fn installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f=${db:Status-Status}", package])
        .output()
        .is_ok_and(|said| said.stdout == b"installed")
}

/// Whether a tool answers at all.
fn found(tool: &str) -> bool {
    Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Checks Node, which no system here installs in a new enough version by itself.
fn node() -> Result<(), Failure> {
    let said = Command::new("node").arg("--version").output();
    let version = said.map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned()).unwrap_or_default();
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| part.parse().unwrap_or(0));
    let have = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if have >= NODE {
        say::detail(&format!("node {version}"));
        return Ok(());
    }
    let have = if version.is_empty() { "none".to_owned() } else { version };
    Err(Failure::Machine(format!(
        "Node {}.{} or newer builds the pages; here is {have}. Install it, then run this again.",
        NODE.0, NODE.1
    )))
}
