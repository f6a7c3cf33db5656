//! What people install: the packages of this system, their checksums, and what they weigh.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    installed,
    machine::{self, Purpose},
    pages, say,
    step::{self, Failure, cargo},
};

/// The demonstration's federation, as it is installed beside the app.
const SIDECAR: &str = "mingxia-demo-world";

/// Builds them, and with `--try` lives with them for a while.
pub(crate) fn run(words: &[String]) -> Result<(), Failure> {
    match words {
        [] => build(),
        [word] if word == "--try" => {
            build()?;
            let made = made()?;
            let of = |kind: &str| made.iter().find(|package| is(package, kind));
            match (of("deb"), of("rpm")) {
                (Some(deb), Some(rpm)) => installed::all(deb, rpm),
                _ => Err(Failure::Refused("only the packages of a Debian system are tried".to_owned())),
            }
        }
        _ => Err(Failure::Usage("cargo xtask package [--try]")),
    }
}

/// The packages of this system: on Debian a `.deb` and an `.rpm`, on macOS a `.dmg`, on Windows installers.
fn build() -> Result<(), Failure> {
    machine::prepare(Purpose::Package)?;
    pages::build()?;
    sidecar()?;
    // Packages of another version would be taken for those of this one.
    let before = bundle();
    if before.exists() {
        fs::remove_dir_all(&before).map_err(step::file(&before))?;
    }
    step::run("the packages", &mut tauri(&["build", "--ci", "--config", "src-tauri/packaging.json"]))?;
    let made = made()?;
    made.iter().filter(|package| is(package, "deb")).try_for_each(|deb| small(deb))?;
    for package in made {
        let bytes = fs::metadata(&package).map_err(step::file(&package))?.len();
        say::detail(&format!("{} {:.1} MB", package.display(), bytes as f64 / 1e6));
    }
    Ok(())
}

/// Packs a `.deb` anew: as small as Debian's own, and the same each time it is made of the same files.
fn small(deb: &Path) -> Result<(), Failure> {
    let tree = step::emptied(step::target().join("package/small"))?;
    step::run("dpkg-deb (what is in it)", Command::new("dpkg-deb").arg("--raw-extract").arg(deb).arg(&tree))?;
    let mut pack = Command::new("dpkg-deb");
    pack.args(["--build", "--root-owner-group", "-Zxz"]).arg(&tree).arg(deb);
    step::run("dpkg-deb (small)", pack.env("SOURCE_DATE_EPOCH", committed()?))
}

/// When what is built was committed, in seconds since 1970 (reproducible-builds.org, SOURCE_DATE_EPOCH).
fn committed() -> Result<String, Failure> {
    let mut git = Command::new("git");
    let said = git.args(["log", "-1", "--format=%ct"]).current_dir(step::root()).output();
    let said = said.map_err(|error| step::missing(&git, error))?;
    Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}

/// Whether a package is of this kind.
fn is(package: &Path, kind: &str) -> bool {
    package.extension().is_some_and(|ends| ends == kind)
}

/// Builds the sidecar and lays it where the packaging looks for it, named as it asks: with the target's triple.
fn sidecar() -> Result<(), Failure> {
    step::run("cargo build (the demonstration)", &mut cargo(["build", "--release", "--package", "demo-world"]))?;
    let built = step::target().join("release").join(format!("{SIDECAR}{}", std::env::consts::EXE_SUFFIX));
    let folder = step::target().join("package");
    fs::create_dir_all(&folder).map_err(step::file(&folder))?;
    let laid = folder.join(format!("{SIDECAR}-{}{}", host()?, std::env::consts::EXE_SUFFIX));
    fs::copy(&built, &laid).map(drop).map_err(step::file(&laid))
}

/// The triple this machine builds for.
fn host() -> Result<String, Failure> {
    let mut rustc = Command::new("rustc");
    let said = rustc.args(["--print", "host-tuple"]).output().map_err(|error| step::missing(&rustc, error))?;
    Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}

/// The tool of Tauri, which came with those of the pages.
fn tauri(words: &[&str]) -> Command {
    let name = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    let mut command = Command::new(step::root().join("ui/node_modules/.bin").join(name));
    command.args(words).current_dir(step::root());
    command
}

/// Every package that was made.
fn made() -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for kind in ["deb", "rpm", "dmg", "msi", "nsis"] {
        found.extend(files(&bundle().join(kind))?);
    }
    Ok(found)
}

/// Where Tauri lays them.
fn bundle() -> PathBuf {
    step::target().join("release/bundle")
}

/// The files of a folder, none where there is no such folder; what a package was laid out in is a folder itself.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(step::file(folder))?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
