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
    types::fresh()
}

/// The checks that run nothing of the house, cheapest first.
pub(crate) const CHECKS: [fn() -> Result<(), Failure>; 5] = [format, page_format, page_lint, page_types, clippy];

fn format() -> Result<(), Failure> {
    step::run("cargo fmt --check", &mut cargo(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<(), Failure> {
    step::run("cargo clippy", &mut cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
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
