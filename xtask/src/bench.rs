//! What the house takes: it measures and never judges. docs/benchmarks.md keeps the figures.

use crate::{
    desktop::Desktop,
    machine::{self, Purpose},
    pages,
    step::{self, Failure, cargo},
};

/// What `cargo xtask bench` takes.
const USAGE: &str = "cargo xtask bench [house|gateway|window] [--runs N]

  house    a report's way, unlocking, opening, ending, without a window
  gateway  the gateway's door
  window   the largest report in the real window: its first rows, scrolling, keys, search
Without a name: all of them.";

/// One part: its name and what it does with the words behind it.
type Part = (&'static str, fn(&[String]) -> Result<(), Failure>);

const PARTS: [Part; 3] = [("house", house), ("gateway", gateway), ("window", window)];

/// Builds as for a release and measures the part that is named, or all; the rest goes to the measurements.
pub(crate) fn everything(words: &[String]) -> Result<(), Failure> {
    let named = words.first().filter(|word| !word.starts_with('-'));
    let rest = if named.is_some() { &words[1..] } else { words };
    let wanted: Vec<Part> = PARTS.into_iter().filter(|(name, _)| named.is_none_or(|named| named == name)).collect();
    if wanted.is_empty() {
        return Err(Failure::Usage(USAGE));
    }
    wanted.iter().try_for_each(|(_, part)| part(rest))
}

fn house(rest: &[String]) -> Result<(), Failure> {
    machine::prepare(Purpose::Federation)?;
    step::run(
        "the house without its window",
        cargo(["bench", "--package", "house-tests", "--bench", "house", "--"]).args(rest),
    )
}

fn gateway(_: &[String]) -> Result<(), Failure> {
    machine::prepare(Purpose::Federation)?;
    step::run("the gateway's door", &mut cargo(["bench", "--package", "gateway", "--bench", "accept"]))
}

/// A release lets nobody drive its window: the profile `driven` is one that does.
fn window(rest: &[String]) -> Result<(), Failure> {
    machine::prepare(Purpose::Walk)?;
    pages::build()?;
    step::run(
        "cargo build (the app and its demonstration)",
        &mut cargo(["build", "--profile", "driven", "--package", "mingxia", "--package", "demo-world"]),
    )?;
    let desktop = Desktop::private()?;
    let mut measure = cargo(["bench", "--profile", "driven", "--package", "e2e", "--bench", "window", "--"]);
    desktop.enter(measure.args(rest));
    step::run("the largest report in the real window", &mut measure)
}
