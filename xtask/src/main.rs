//! `cargo xtask COMMAND`: every command people and CI use, the same on every system.
//!
//! It depends on nothing but the standard library, so it starts in seconds on a machine where
//! nothing else is installed yet, and installs what is missing itself (`machine`).

mod alike;
mod announce;
mod bench;
mod check;
mod desktop;
mod installed;
mod licences;
mod machine;
mod package;
mod pages;
mod run;
mod say;
mod sbom;
mod screens;
mod step;
mod tally;
mod targets;
mod test;
mod tool;
mod types;
mod weekly;
mod wine;
mod world;

use std::process::ExitCode;

use step::Failure;

/// What `cargo xtask` without a known command prints.
const USAGE: &str = "cargo xtask COMMAND

  run      the app against its demonstration: a window, or without a display the guided walk
  test     everything: checks, Rust, pages, the real window; the last line counts
  check    format, lints, types of the pages, generated types up to date
  check-targets  the app type-checked for Android, iOS, macOS and Windows, as far as that can be done here
  weekly   what takes hours: dependencies, noise for parsers, changes no test notices, long loops
  bench    measures and never judges: a report without a window, the gateway's door, the largest report in the window
  demo     the federation alone, with its phone page
  tour     the guided walk without a display, its pictures in target/tour
  package  what people install on this system, into target/release/bundle; --try installs it here, walks, upgrades, removes;
           --twice builds this commit in two clones and compares the .deb
  sbom     what is built in, as lists for machines, into target/sbom
  licences what is built in, every licence in full, into target/package/licences.txt
  announce a new version: the signed announcement of the packages in a folder
  screens  the pictures of the documentation again
  types    the TypeScript types of the commands again
  pages    builds the pages the window shows
  desktop  runs a command on a screen, a session and a keychain of its own
  machine  installs what this machine is missing";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match dispatch(&command, &rest) {
        Ok(()) => ExitCode::SUCCESS,
        // The count stays the last line.
        Err(Failure::Counted) => ExitCode::FAILURE,
        Err(failure) => {
            say::failed(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

/// One arm a command.
fn dispatch(command: &str, rest: &[String]) -> Result<(), Failure> {
    match command {
        "run" => run::run(rest),
        "test" => test::everything(),
        "check" => check::everything(),
        "weekly" => weekly::everything(rest),
        "bench" => bench::everything(rest),
        "demo" => world::demo(rest),
        "tour" => run::tour(),
        "check-targets" => targets::check(rest),
        "package" => package::run(rest),
        "sbom" => sbom::write(),
        "licences" => licences::write(),
        "announce" => announce::write(rest),
        "screens" => screens::take(),
        "types" => types::write(),
        "pages" => pages::build(),
        "desktop" => run::on_a_desktop(rest),
        "machine" => machine::prepare(machine::Purpose::Run),
        _ => Err(Failure::Usage(USAGE)),
    }
}
