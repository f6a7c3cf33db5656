//! The packages tried as a person lives with them: installed, started, upgraded with what they hold, removed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    desktop::Desktop,
    machine,
    step::{self, Failure, cargo},
};

/// What the package is called.
const NAME: &str = "mingxia";

/// A version before all others, so that what was just built upgrades it.
const BEFORE: &str = "0.0.1";

/// Tries a `.deb` on this machine, and the `.rpm` in a root of its own.
pub(crate) fn all(deb: &Path, rpm: &Path) -> Result<(), Failure> {
    let work = step::target().join("package");
    let tree = step::emptied(work.join("tree"))?;
    step::run("what the package brings", dpkg_deb("--raw-extract").arg(deb).arg(&tree))?;
    desktop_rules(&tree)?;
    by_rpm(rpm, deb, &tree)?;
    let before = older(&tree, &work.join("before.deb"))?;
    let home = step::emptied(work.join("home"))?;
    let desktop = Desktop::private()?;
    install("an earlier version", &before)?;
    walk(&desktop, "a first start, by the keys", &home)?;
    install("this version over it", deb)?;
    walk(&desktop, "what was there before the upgrade", &home)?;
    remove(deb)
}

/// The desktop's own judges of the entry and of the description for software centres.
fn desktop_rules(tree: &Path) -> Result<(), Failure> {
    let share = tree.join("usr/share");
    let mut entry = Command::new("desktop-file-validate");
    step::run("the desktop entry", entry.arg(share.join("applications/Mingxia.desktop")))?;
    let mut metadata = Command::new("appstreamcli");
    let file = share.join("metainfo/cn.mingxia.app.metainfo.xml");
    step::run("the description for software centres", metadata.args(["validate", "--no-net"]).arg(file))
}

/// By rpm itself: it brings what the `.deb` does, byte by byte, and takes all of it away again. What it needs of a system
/// is not asked for, because there is none in that root.
fn by_rpm(rpm: &Path, deb: &Path, tree: &Path) -> Result<(), Failure> {
    let root = step::target().join("package/rpm");
    let away = || step::run("rm (the root of the .rpm)", machine::as_root("rm").arg("-rf").arg(&root));
    let into = |what: &str| {
        let mut rpm = machine::as_root("rpm");
        rpm.arg("--root").arg(&root).args(["--define", "_dbpath /.rpm", "--nodeps", what]);
        rpm
    };
    away()?;
    fs::create_dir_all(&root).map_err(step::file(&root))?;
    step::run("rpm --install (into a root of its own)", into("--install").arg("--nosignature").arg(rpm))?;
    let owned = |path: &String| !path.ends_with('/') && !path.contains("/doc/");
    let brought: Vec<String> = brought_by(deb)?.into_iter().filter(owned).collect();
    let read = |folder: &Path, path: &str| fs::read(folder.join(path.trim_start_matches('/'))).ok();
    let other = |path: &&String| read(tree, path).is_none_or(|of| read(&root, path) != Some(as_of_rpm(of)));
    let other: Vec<_> = brought.iter().filter(other).collect();
    if !other.is_empty() || brought.is_empty() {
        return Err(Failure::Refused(format!("the .rpm does not bring what the .deb does: {other:?}")));
    }
    step::run("rpm --verify", into("--verify").arg(NAME))?;
    step::run("rpm --erase", into("--erase").arg(NAME))?;
    let mut find = Command::new("find");
    find.arg(&root).args(["-name", ".rpm", "-prune", "-o", "(", "!", "-type", "d", "-o", "-iname"]);
    let left = step::told(find.args(["*mingxia*", ")", "-print"]))?;
    if !left.is_empty() {
        return Err(Failure::Refused(format!("the .rpm left behind: {left}")));
    }
    away()
}

/// The bytes of a file as the `.rpm` has to bring it: the app is told in which package it comes.
fn as_of_rpm(mut bytes: Vec<u8>) -> Vec<u8> {
    let (told, deb) = (b"__TAURI_BUNDLE_TYPE_VAR_".as_slice(), b"DEB".as_slice());
    let whole = [told, deb].concat();
    if let Some(at) = bytes.windows(whole.len()).position(|some| some == whole) {
        bytes[at + told.len()..at + whole.len()].copy_from_slice(b"RPM");
    }
    bytes
}

/// Every path a `.deb` brings.
fn brought_by(deb: &Path) -> Result<Vec<String>, Failure> {
    let mut giver = dpkg_deb("--fsys-tarfile");
    let mut given = giver.arg(deb).stdout(Stdio::piped()).spawn().map_err(|error| step::missing(&giver, error))?;
    let mut tar = Command::new("tar");
    let said = given.stdout.take().map(|paths| tar.arg("-t").stdin(paths).output());
    let said = said.transpose().map_err(|error| step::missing(&tar, error))?;
    given.wait().map_err(|error| step::missing(&giver, error))?;
    Ok(said.map(|said| lines(&said.stdout)).unwrap_or_default())
}

/// Paths from the root, one a line.
fn lines(said: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(said).lines().map(|line| line.trim_start_matches('.').to_owned()).collect()
}

/// The same package under an earlier version.
fn older(tree: &Path, into: &Path) -> Result<PathBuf, Failure> {
    let control = tree.join("DEBIAN/control");
    let text = fs::read_to_string(&control).map_err(step::file(&control))?;
    let text: Vec<String> = text
        .lines()
        .map(|line| if line.starts_with("Version:") { format!("Version: {BEFORE}") } else { line.to_owned() })
        .collect();
    fs::write(&control, text.join("\n") + "\n").map_err(step::file(&control))?;
    step::run("an earlier version of it", dpkg_deb("--build").arg("--root-owner-group").arg(tree).arg(into))?;
    Ok(into.to_owned())
}

fn install(what: &str, deb: &Path) -> Result<(), Failure> {
    step::run(
        &format!("apt-get install ({what})"),
        machine::apt().args(["install", "-y", "-q", "--no-install-recommends"]).arg(deb),
    )
}

/// The installed program, on a screen and a keychain of its own.
fn walk(desktop: &Desktop, what: &str, home: &Path) -> Result<(), Failure> {
    let pictures = step::target().join("package/pictures");
    let mut walk = cargo(["run", "--quiet", "--package", "e2e", "--bin", "installed", "--", "/usr/bin/mingxia"]);
    desktop.enter(walk.arg(home).arg(&pictures));
    step::run(what, &mut walk)
}

/// Nothing of the package is left; what the person stored is theirs to erase, from within the app.
fn remove(deb: &Path) -> Result<(), Failure> {
    let brought = brought_by(deb)?;
    step::run("apt-get purge", machine::apt().args(["purge", "-y", "-q", NAME]))?;
    let left: Vec<_> = brought.iter().filter(|path| !path.ends_with('/') && Path::new(path).exists()).collect();
    if left.is_empty() && !brought.is_empty() {
        return Ok(());
    }
    Err(Failure::Refused(format!("left behind: {left:?}")))
}

fn dpkg_deb(what: &str) -> Command {
    let mut command = Command::new("dpkg-deb");
    command.arg(what);
    command
}
