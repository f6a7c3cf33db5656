//! What a person sees while a command works: one line a step, with the time since the start.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

use std::{sync::LazyLock, time::Instant};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A step begins.
pub(crate) fn step(what: &str) {
    println!("\n[{}] {what}", elapsed());
}

/// More about the step under way.
pub(crate) fn detail(what: &str) {
    println!("        {what}");
}

/// A line of a tool, passed on as it came.
pub(crate) fn line(line: &str) {
    println!("{line}");
}

/// The command ends here, and this is why.
pub(crate) fn failed(why: &str) {
    println!("\n[{}] {why}", elapsed());
}

/// Minutes and seconds since the command started.
fn elapsed() -> String {
    let seconds = START.elapsed().as_secs();
    format!("{:2}:{:02}", seconds / 60, seconds % 60)
}
