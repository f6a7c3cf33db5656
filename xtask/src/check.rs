//! What must hold before anything is tested: form, lints, types.

use crate::{
    machine, pages,
    step::{self, Failure, cargo, npm},
    types,
};

/// Prepares the machine, then every check; the first that fails ends the command.
pub(crate) fn everything() -> Result<(), Failure> {
    machine::prepare(machine::Purpose::Run)?;
    pages::tools()?;
    for check in CHECKS {
        check()?;
    }
    Ok(())
}

/// The checks, cheapest first.
pub(crate) const CHECKS: [fn() -> Result<(), Failure>; 6] =
    [format, page_format, page_lint, page_types, clippy, types::fresh];

fn format() -> Result<(), Failure> {
    step::run("cargo fmt --check", &mut cargo(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<(), Failure> {
    let warnings = ["--", "-D", "warnings"];
    step::run("cargo clippy", cargo(["clippy", "--workspace", "--exclude", "e2e", "--all-targets"]).args(warnings))?;
    step::run("cargo clippy (the walk)", cargo(["clippy", "--package", "e2e", "--all-targets"]).args(warnings))
}

fn page_format() -> Result<(), Failure> {
    step::run("prettier", &mut npm(["run", "--silent", "format:check"]))
}

fn page_lint() -> Result<(), Failure> {
    step::run("eslint", &mut npm(["run", "--silent", "lint"]))
}

fn page_types() -> Result<(), Failure> {
    step::run("svelte-check", &mut npm(["run", "--silent", "check"]))
}
