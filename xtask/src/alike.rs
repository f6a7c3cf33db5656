//! One program whoever builds it and wherever: what would betray the place is mapped away, and two builds are compared.

use std::{env, fs, path::PathBuf, process::Command};

use crate::{
    package, say,
    step::{self, Failure},
    tool,
};

/// Lets a build write the same bytes from any folder: names of folders are mapped, and the time is that of the commit.
pub(crate) fn alike(command: &mut Command) -> Result<&mut Command, Failure> {
    let folders = [(cargo_home(), "/cargo"), (step::root(), "/mingxia")];
    let flags = |option: &str| -> Vec<String> {
        folders.iter().map(|(folder, name)| format!("{option}{}={name}", folder.display())).collect()
    };
    // \x1f stands between flags, since a folder may have a space in its name.
    command.env("CARGO_ENCODED_RUSTFLAGS", flags("--remap-path-prefix=").join("\u{1f}"));
    if cfg!(unix) {
        command.env("CFLAGS", flags("-ffile-prefix-map=").join(" "));
    }
    Ok(command.env("SOURCE_DATE_EPOCH", committed()?))
}

/// Where cargo keeps the sources of libraries.
fn cargo_home() -> PathBuf {
    let home = || env::home_dir().unwrap_or_default().join(".cargo");
    env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

/// When what is built was committed, in seconds since 1970 (reproducible-builds.org, SOURCE_DATE_EPOCH).
pub(crate) fn committed() -> Result<String, Failure> {
    step::told(Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(step::root()))
}

/// Builds this commit in two fresh clones in different folders, and compares the `.deb` of each.
pub(crate) fn twice() -> Result<(), Failure> {
    tool::ABOUT.command()?;
    let work = step::emptied(step::target().join("package/twice"))?;
    // Both of one commit, also where others commit meanwhile.
    let commit = step::told(Command::new("git").args(["rev-parse", "HEAD"]).current_dir(step::root()))?;
    let mut sums = Vec::new();
    for folder in ["one", "another/with/a/longer/name"] {
        let clone = work.join(folder);
        let mut git = Command::new("git");
        git.args(["clone", "--quiet", "--local"]).arg(step::root()).arg(&clone);
        step::run(&format!("git clone ({folder})"), &mut git)?;
        let mut git = Command::new("git");
        git.args(["checkout", "--quiet", "--detach", &commit]).current_dir(&clone);
        step::run(&commit, &mut git)?;
        // Tools that are compiled here need not be compiled there; they are in no package.
        let (tools, there) = (step::target().join("tools"), clone.join("target"));
        fs::create_dir_all(&there).map_err(step::file(&there))?;
        step::run("the tools", Command::new("cp").arg("-r").arg(tools).arg(there))?;
        let mut build = Command::new("cargo");
        build.args(["xtask", "package"]).current_dir(&clone);
        ["CARGO", "CARGO_TARGET_DIR", "TS_RS_EXPORT_DIR"].iter().for_each(|name| {
            build.env_remove(name);
        });
        step::run(&format!("the packages, in {folder}"), &mut build)?;
        let debs = clone.join("target/release/bundle/deb");
        let deb = step::files(&debs)?.into_iter().find(|package| package::is(package, "deb"));
        let deb = deb.ok_or_else(|| Failure::Refused(format!("no .deb in {}", debs.display())))?;
        let sum = step::told(Command::new("sha256sum").arg(&deb))?;
        let sum = sum.split(' ').next().unwrap_or_default().to_owned();
        say::detail(&format!("{sum}  {folder}"));
        sums.push(sum);
    }
    if sums.windows(2).all(|pair| pair[0] == pair[1]) {
        return Ok(());
    }
    Err(Failure::Refused(format!("two builds of one commit differ; both are in {}", work.display())))
}
