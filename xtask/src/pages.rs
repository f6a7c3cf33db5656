//! The pages the window shows: their tools and their build.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::step::{self, Failure, npm};

/// Installs the tools of the pages, only where the lock file changed since the last time.
pub(crate) fn tools() -> Result<(), Failure> {
    let lock = ui().join("package-lock.json");
    let stamp = ui().join("node_modules/.mingxia-lock");
    let wanted = fs::read(&lock).map_err(step::file(&lock))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    step::run("npm ci (the tools of the pages)", npm(["ci"]).args(["--no-audit", "--no-fund", "--loglevel=error"]))?;
    fs::write(&stamp, wanted).map_err(step::file(&stamp))
}

/// Builds the pages into ui/dist, which the app embeds.
pub(crate) fn build() -> Result<(), Failure> {
    tools()?;
    step::run("npm run build (the pages)", &mut npm(["run", "--silent", "build"]))
}

/// Refuses pages that are heavier than they may be; they have been built before.
pub(crate) fn weigh() -> Result<(), Failure> {
    step::run("the weight of the pages", &mut npm(["run", "--silent", "weigh"]))
}

fn ui() -> PathBuf {
    Path::new(&step::root()).join("ui")
}
