//! What a report takes, from the last press of the person to the last bank, and what the device does on its own.
//! It measures and never judges: `cargo xtask bench`, docs/benchmarks.md.
//!
//! The real federation on loopback with banks at their pace of two seconds, the real journey without its window, the
//! viewing password at the cost of a desktop. Only the keychain is one in memory.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

mod figures;
mod report;
mod sections;
mod stage;
#[path = "../../journey/walk.rs"]
mod walk;

use figures::Figures;

/// How often a report is asked for, unless `--runs` says otherwise.
const RUNS: usize = 20;

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    let after = |name: &str| words.iter().position(|word| word == name).and_then(|place| words.get(place + 1));
    let runs = after("--runs").and_then(|runs| runs.parse().ok()).unwrap_or(RUNS);

    let mut figures = Figures::default();
    report::measure(&mut figures, "28 banks, none slow", None, runs).await;
    report::measure(&mut figures, "28 banks, one late by 5 s", Some("CMB"), runs).await;
    sections::measure(&mut figures, runs);
    figures.show();
}
