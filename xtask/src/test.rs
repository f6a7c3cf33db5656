//! Everything that can be tried, and one line that counts it.

use crate::{
    check,
    desktop::Desktop,
    machine::{self, Purpose},
    pages, say,
    step::{Failure, cargo, npm},
    tally::Tally,
    world,
};

/// Checks, Rust, pages, the real window. Everything is tried even where something failed before.
pub(crate) fn everything() -> Result<(), Failure> {
    machine::prepare(Purpose::Walk)?;
    pages::build()?;
    let mut tally = Tally::default();
    for check in check::CHECKS {
        if let Err(failure) = check() {
            say::failed(&failure.to_string());
            tally.failed += 1;
        }
    }
    let desktop = Desktop::private()?;
    let mut rust = cargo(["test", "--workspace", "--exclude", "e2e", "--no-fail-fast"]);
    desktop.enter(&mut rust);
    tally.run("cargo test", &mut rust)?;
    tally.run("the pages", npm(["run", "--silent", "test"]).env("NO_COLOR", "1"))?;
    tally.run_walk(&desktop)?;
    drop(desktop);
    say::step("the sum");
    say::line(&tally.line());
    if tally.failed == 0 { Ok(()) } else { Err(Failure::Counted) }
}

impl Tally {
    /// The nine acts in the real window; needs the app and the demonstration built.
    fn run_walk(&mut self, desktop: &Desktop) -> Result<(), Failure> {
        if let Err(failure) = world::build() {
            say::failed(&failure.to_string());
            self.failed += 1;
            return Ok(());
        }
        let mut walk = cargo(["test", "--package", "e2e", "--no-fail-fast"]);
        desktop.enter(&mut walk);
        self.run("the real window", &mut walk)
    }
}
