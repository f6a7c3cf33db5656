//! The app against its demonstration: before a person, or walked through without a screen.

use std::process::Command;

use crate::{
    desktop::Desktop,
    machine::{self, Purpose},
    pages, say,
    step::{self, Failure, cargo},
    world::{self, World},
};

/// Shows the app. Without a display it is walked through instead, each step said.
pub(crate) fn run(rest: &[String]) -> Result<(), Failure> {
    if !Desktop::present() {
        return tour();
    }
    machine::prepare(Purpose::Run)?;
    pages::build()?;
    world::build()?;
    let folder = world::folder()?;
    let world = World::start(&folder)?;
    world.show_phone();
    let mut app = Command::new(world::binary("mingxia"));
    app.arg(format!("--demo={}", folder.display())).args(rest);
    step::run("名下 (close the window to end)", &mut app)
}

/// The guided walk on a private desktop, its pictures in target/tour.
pub(crate) fn tour() -> Result<(), Failure> {
    machine::prepare(Purpose::Walk)?;
    pages::build()?;
    world::build()?;
    let desktop = Desktop::private()?;
    let mut walk = cargo(["run", "--quiet", "--package", "e2e"]);
    desktop.enter(&mut walk);
    // WebKit gives pictures of a page only where it is put together, not where it draws itself (src-tauri/src/drawing.rs).
    walk.env("WEBKIT_DISABLE_DMABUF_RENDERER", "0");
    step::run("the guided walk through the nine acts", &mut walk)?;
    say::detail("pictures: target/tour");
    Ok(())
}

/// Runs any command on a private desktop.
pub(crate) fn on_a_desktop(words: &[String]) -> Result<(), Failure> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failure::Usage("cargo xtask desktop PROGRAM [ARGUMENT...]"));
    };
    let desktop = Desktop::private()?;
    let mut command = Command::new(program);
    desktop.enter(command.args(arguments));
    step::run(program, &mut command)
}
