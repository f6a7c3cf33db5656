//! What people install: the packages of this system, their checksums, and what they weigh.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use crate::{
    alike::{self, alike, committed},
    installed, licences,
    machine::{self, Purpose},
    pages, say,
    step::{self, Failure, cargo},
};

/// The demonstration's federation, as it is installed beside the app.
const SIDECAR: &str = "mingxia-demo-world";

/// One app for both kinds of Mac.
const UNIVERSAL: &str = "universal-apple-darwin";

/// What that is made of.
const MACS: [&str; 2] = ["aarch64-apple-darwin", "x86_64-apple-darwin"];

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
        [word] if word == "--twice" => alike::twice(),
        _ => Err(Failure::Usage("cargo xtask package [--try | --twice]")),
    }
}

/// The packages of this system: on Debian a `.deb` and an `.rpm`, on macOS a `.dmg`, on Windows installers.
fn build() -> Result<(), Failure> {
    machine::prepare(Purpose::Package)?;
    pages::build()?;
    licences::write()?;
    sidecar()?;
    // Packages of another version would be taken for those of this one.
    let before = bundle();
    if before.exists() {
        fs::remove_dir_all(&before).map_err(step::file(&before))?;
    }
    let signed = signed();
    let mut words = vec!["build", "--ci", "--config", "src-tauri/packaging.json"];
    if cfg!(windows) {
        words.extend(["--config", "src-tauri/packaging.windows.json"]);
    }
    if cfg!(target_os = "macos") {
        words.extend(["--target", UNIVERSAL]);
    }
    words.extend(signed.iter().flat_map(|how| ["--config", how.as_str()]));
    // With the key of new versions at hand, what they are installed from is made and signed too.
    if std::env::var_os("TAURI_SIGNING_PRIVATE_KEY").is_some_and(|key| !key.is_empty()) {
        words.extend(["--config", r#"{"bundle":{"createUpdaterArtifacts":true}}"#]);
    }
    step::run("the packages", alike(&mut tauri(&words))?)?;
    let made = made()?;
    made.iter().filter(|package| is(package, "deb")).try_for_each(|deb| small(deb))?;
    for package in made {
        let bytes = fs::metadata(&package).map_err(step::file(&package))?.len();
        say::detail(&format!("{} {:.1} MB", package.display(), bytes as f64 / 1e6));
    }
    Ok(())
}

/// How installers of Windows are signed, where a certificate is at hand; on macOS the tool asks by itself.
fn signed() -> Option<String> {
    let held = std::env::var("WINDOWS_CERTIFICATE_THUMBPRINT").ok();
    let plain = |held: &String| !held.is_empty() && held.bytes().all(|byte| byte.is_ascii_hexdigit());
    held.filter(plain).map(|held| {
        let stamp = "http://timestamp.digicert.com";
        format!(r#"{{"bundle":{{"windows":{{"certificateThumbprint":"{held}","timestampUrl":"{stamp}"}}}}}}"#)
    })
}

/// Packs a `.deb` anew: as small as Debian's own, and the same each time it is made of the same commit.
fn small(deb: &Path) -> Result<(), Failure> {
    let tree = step::emptied(step::target().join("package/small"))?;
    step::run("dpkg-deb (what is in it)", Command::new("dpkg-deb").arg("--raw-extract").arg(deb).arg(&tree))?;
    // Who checked the sources out, under which mask and when, is no part of what is installed.
    step::run("who may read it", Command::new("chmod").args(["-R", "u=rwX,go=rX"]).arg(&tree))?;
    let at = committed()?;
    let since = Duration::from_secs(at.parse().map_err(|_| Failure::Refused("when this was committed".to_owned()))?);
    dated(&tree, SystemTime::UNIX_EPOCH + since)?;
    let mut pack = Command::new("dpkg-deb");
    pack.args(["--build", "--root-owner-group", "-Zxz"]).arg(&tree).arg(deb);
    step::run("dpkg-deb (small)", pack.env("SOURCE_DATE_EPOCH", at))
}

/// Gives a folder and all that is in it one time.
fn dated(path: &Path, at: SystemTime) -> Result<(), Failure> {
    if path.is_dir() {
        for entry in fs::read_dir(path).map_err(step::file(path))? {
            dated(&entry.map_err(step::file(path))?.path(), at)?;
        }
    }
    let file = fs::File::open(path).map_err(step::file(path))?;
    file.set_modified(at).map_err(step::file(path))
}

/// Whether a package is of this kind.
pub(crate) fn is(package: &Path, kind: &str) -> bool {
    package.extension().is_some_and(|ends| ends == kind)
}

/// Builds the sidecar and lays it where the packaging looks for it, named as it asks: with the target's triple.
fn sidecar() -> Result<(), Failure> {
    let folder = step::target().join("package");
    fs::create_dir_all(&folder).map_err(step::file(&folder))?;
    let end = std::env::consts::EXE_SUFFIX;
    let laid = |triple: &str| folder.join(format!("{SIDECAR}-{triple}{end}"));
    if !cfg!(target_os = "macos") {
        return one_sidecar(None, &laid(&host()?));
    }
    MACS.iter().try_for_each(|mac| one_sidecar(Some(mac), &laid(mac)))?;
    let mut both = Command::new("lipo");
    both.args(["-create", "-output"]).arg(laid(UNIVERSAL)).args(MACS.map(laid));
    step::run("lipo (the demonstration for both kinds of Mac)", &mut both)
}

/// Builds it for one target, and lays it there.
fn one_sidecar(target: Option<&str>, laid: &Path) -> Result<(), Failure> {
    let mut build = cargo(["build", "--release", "--locked", "--package", "demo-world"]);
    build.args(target.map(|target| ["--target", target]).into_iter().flatten());
    step::run("cargo build (the demonstration)", alike(&mut build)?)?;
    let built = step::target().join(target.unwrap_or_default()).join("release");
    let built = built.join(format!("{SIDECAR}{}", std::env::consts::EXE_SUFFIX));
    fs::copy(&built, laid).map(drop).map_err(step::file(laid))
}

/// The triple this machine builds for.
fn host() -> Result<String, Failure> {
    step::told(Command::new("rustc").args(["--print", "host-tuple"]))
}

/// The tool of Tauri, which came with those of the pages.
pub(crate) fn tauri(words: &[&str]) -> Command {
    let name = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    let mut command = Command::new(step::root().join("ui/node_modules/.bin").join(name));
    command.args(words).current_dir(step::root());
    command
}

/// Every package that was made.
fn made() -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for kind in ["deb", "rpm", "dmg", "msi", "nsis"] {
        let folder = bundle().join(kind);
        // What a package was laid out in is a folder itself, and no package.
        if folder.is_dir() {
            found.extend(step::files(&folder)?);
        }
    }
    Ok(found)
}

/// Where Tauri lays them.
fn bundle() -> PathBuf {
    let target = if cfg!(target_os = "macos") { UNIVERSAL } else { "" };
    step::target().join(target).join("release/bundle")
}
