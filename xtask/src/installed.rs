//! The packages tried as a person lives with them: installed, started, upgraded with what they hold, removed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    desktop::Desktop,
    machine, say,
    step::{self, Failure, cargo},
};

/// What the package is called.
const NAME: &str = "mingxia";

/// A version before all others, so that what was just built upgrades it.
const BEFORE: &str = "0.0.1";

/// Tries a `.deb` on this machine, and holds the `.rpm` against it.
pub(crate) fn all(deb: &Path, rpm: &Path) -> Result<(), Failure> {
    let work = step::target().join("package");
    let tree = step::emptied(work.join("tree"))?;
    step::run("what the package brings", dpkg_deb("--raw-extract").arg(deb).arg(&tree))?;
    desktop_rules(&tree)?;
    same_files(deb, rpm)?;
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

/// Both packages bring the same programs, entry, icons and description.
fn same_files(deb: &Path, rpm: &Path) -> Result<(), Failure> {
    say::step("the .rpm brings what the .deb does");
    let of_deb = brought_by(deb)?;
    let mut ask = Command::new("rpm");
    let said = ask.args(["-qpl", "--nosignature"]).arg(rpm).output().map_err(|error| step::missing(&ask, error))?;
    let of_rpm = lines(&said.stdout);
    let owned = |path: &&String| !path.ends_with('/') && !path.contains("/doc/");
    let missing: Vec<_> = of_deb.iter().filter(owned).filter(|path| !of_rpm.contains(path)).collect();
    if missing.is_empty() && !of_deb.is_empty() {
        return Ok(());
    }
    Err(Failure::Refused(format!("the .rpm lacks {missing:?}")))
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
