//! Running one tool of the house, and saying what went wrong when it did.

use std::{
    ffi::OsStr,
    fmt, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::say;

/// Why a command of the house ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line was not understood; holds what to write instead.
    Usage(&'static str),
    /// A tool could not be started at all.
    Missing(String, io::Error),
    /// A tool ran and refused; holds what it was doing.
    Refused(String),
    /// Tests failed, and the closing line has said so already.
    Counted,
    /// A file or folder of the house could not be read or written.
    File(PathBuf, io::Error),
    /// The machine lacks something that cannot be installed from here; holds what to do.
    Machine(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(usage) => write!(f, "{usage}"),
            Self::Missing(tool, error) => write!(f, "cannot start {tool}: {error}"),
            Self::Refused(what) => write!(f, "failed: {what}"),
            Self::Counted => write!(f, "not everything passed"),
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Machine(what) => write!(f, "{what}"),
        }
    }
}

/// The folder that holds the root Cargo.toml.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Where cargo builds to.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The cargo that started this command, in the root of the house.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root());
    command
}

/// npm in the folder of the pages.
pub(crate) fn npm<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments).current_dir(root().join("ui"));
    command
}

/// Runs a tool to its end, its output shown as it comes.
pub(crate) fn run(what: &str, command: &mut Command) -> Result<(), Failure> {
    say::step(what);
    let status = command.status().map_err(|error| missing(command, error))?;
    if status.success() { Ok(()) } else { Err(Failure::Refused(what.to_owned())) }
}

/// The failure of a tool that did not start.
pub(crate) fn missing(command: &Command, error: io::Error) -> Failure {
    Failure::Missing(command.get_program().to_string_lossy().into_owned(), error)
}

/// What a tool said, without the end of its line.
pub(crate) fn told(command: &mut Command) -> Result<String, Failure> {
    let said = command.output().map_err(|error| missing(command, error))?;
    if said.status.success() {
        return Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned());
    }
    Err(Failure::Refused(format!("{command:?}")))
}

/// The files of a folder, in the order of their names.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(file(folder))? {
        let path = entry.map_err(file(folder))?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A folder of this name with nothing in it.
pub(crate) fn emptied(folder: PathBuf) -> Result<PathBuf, Failure> {
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(file(&folder))?;
    }
    fs::create_dir_all(&folder).map_err(file(&folder))?;
    Ok(folder)
}

/// The failure of a file.
pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Failure {
    let path = path.to_path_buf();
    move |error| Failure::File(path, error)
}
