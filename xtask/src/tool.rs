//! Tools that are no part of the machine: compiled once into the target folder, each at one version.

use std::{path::PathBuf, process::Command};

use crate::{
    say,
    step::{self, Failure, cargo},
};

/// A tool of crates.io.
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
    /// Without them its program is not made.
    features: &'static [&'static str],
}

/// Looks at what the house is built on: known weaknesses, licences, bans, sources.
pub(crate) const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2", features: &[] };
/// Feeds parsers with what nobody would send.
pub(crate) const FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2", features: &[] };
/// Changes the code one place at a time and sees whether a test notices.
pub(crate) const MUTANTS: Tool = Tool { name: "cargo-mutants", version: "27.1.0", features: &[] };
/// Writes out the licences of libraries.
pub(crate) const ABOUT: Tool = Tool { name: "cargo-about", version: "0.9.3", features: &["cli"] };
/// Lists libraries for machines.
pub(crate) const CYCLONEDX: Tool = Tool { name: "cargo-cyclonedx", version: "0.5.9", features: &[] };

impl Tool {
    /// The tool as a command in the root of the house; compiled first where it is not there yet.
    pub(crate) fn command(&self) -> Result<Command, Failure> {
        let root = step::target().join("tools");
        let file: PathBuf = root.join("bin").join(format!("{}{}", self.name, std::env::consts::EXE_SUFFIX));
        let stamp = root.join(format!("{}-{}", self.name, self.version));
        if !stamp.exists() {
            say::detail(&format!("{} {} is compiled into {}", self.name, self.version, root.display()));
            let package = format!("{}@{}", self.name, self.version);
            let mut install = cargo(["install", "--quiet", "--locked", "--force", "--root"]);
            install.arg(&root).args(self.features.iter().flat_map(|feature| ["--features", feature]));
            step::run(&format!("cargo install {package}"), install.arg(package))?;
            std::fs::write(&stamp, "").map_err(step::file(&stamp))?;
        }
        let mut command = Command::new(file);
        // What a cargo command is called with by cargo.
        command.arg(self.name.trim_start_matches("cargo-")).current_dir(step::root());
        Ok(command)
    }
}
