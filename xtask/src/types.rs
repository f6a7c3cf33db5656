//! The TypeScript types of the commands, generated from the Rust ones and committed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    say,
    step::{self, Failure, cargo},
};

/// Where the pages take them from.
const COMMITTED: &str = "ui/src/lib/backend/generated";

/// Writes the types again.
pub(crate) fn write() -> Result<(), Failure> {
    let folder = step::root().join(COMMITTED);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(step::file(&folder))?;
    }
    export(&folder)
}

/// Refuses when the committed types differ from those of the code.
pub(crate) fn fresh() -> Result<(), Failure> {
    clear()?;
    export(&generated())?;
    same()
}

/// Forgets what was generated before, so that only what comes now is compared.
pub(crate) fn clear() -> Result<(), Failure> {
    let generated = generated();
    if generated.exists() { fs::remove_dir_all(&generated).map_err(step::file(&generated)) } else { Ok(()) }
}

/// Compares the committed types with those the tests of the journey wrote, as every run of them does.
pub(crate) fn same() -> Result<(), Failure> {
    say::step("the types of the commands are those committed");
    let (committed, generated) = (files(&step::root().join(COMMITTED))?, files(&generated())?);
    let names = committed.keys().chain(generated.keys());
    let stale: Vec<_> = names.filter(|name| committed.get(*name) != generated.get(*name)).collect();
    if stale.is_empty() {
        return Ok(());
    }
    stale.iter().for_each(|name| say::detail(&name.display().to_string()));
    Err(Failure::Refused("the committed types are old: cargo xtask types".to_owned()))
}

/// Where tests write them to, as `.cargo/config.toml` says.
fn generated() -> PathBuf {
    step::root().join("target/types")
}

/// Lets ts-rs write every exported type of the journey into a folder.
fn export(folder: &Path) -> Result<(), Failure> {
    let mut command = cargo(["test", "--quiet", "--package", "journey", "--lib", "export_bindings"]);
    step::run("the types of the commands", command.env("TS_RS_EXPORT_DIR", folder))
}

/// Every file of a folder by its name there, without the spaces around its lines.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, String>, Failure> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).map_err(step::file(&next))? {
            let path = entry.map_err(step::file(&next))?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).map_err(step::file(&path))?;
            let name = path.strip_prefix(folder).unwrap_or(&path).to_path_buf();
            found.insert(name, text);
        }
    }
    Ok(found)
}
