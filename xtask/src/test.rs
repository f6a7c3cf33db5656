//! Everything that can be tried, and one line that counts it.

use crate::{
    check,
    desktop::Desktop,
    machine::{self, Purpose},
    pages,
    step::{Failure, cargo, npm},
    tally::Tally,
    types, world,
};

/// Checks, Rust, pages, every screen in a browser, the real window. Everything is tried even where something failed before.
pub(crate) fn everything() -> Result<(), Failure> {
    machine::prepare(Purpose::Look)?;
    pages::build()?;
    let mut tally = Tally::default();
    for check in check::CHECKS {
        tally.count(check());
    }
    let desktop = Desktop::private()?;
    types::clear()?;
    let mut rust = cargo(["test", "--workspace", "--exclude", "e2e", "--no-fail-fast"]);
    // The same walks every day, so that a change is judged by itself; the week looks for new ones.
    rust.env("PROPTEST_RNG_SEED", "20261124");
    desktop.enter(&mut rust);
    tally.run("cargo test", &mut rust)?;
    tally.count(types::same());
    tally.run("the pages", npm(["run", "--silent", "test"]).env("NO_COLOR", "1"))?;
    tally.count(pages::weigh());
    tally.run("every screen, in a browser", npm(["run", "--silent", "look"]).env("NO_COLOR", "1"))?;
    walk(&mut tally, &desktop)?;
    drop(desktop);
    tally.close()
}

/// The nine acts in the real window; needs the app and the demonstration built.
fn walk(tally: &mut Tally, desktop: &Desktop) -> Result<(), Failure> {
    let built = world::build();
    let stands = built.is_ok();
    tally.count(built);
    if stands {
        let mut walk = cargo(["test", "--package", "e2e", "--no-fail-fast"]);
        desktop.enter(&mut walk);
        tally.run("the real window", &mut walk)?;
    }
    Ok(())
}
