//! Spans of time by what was measured, and the table they become.
#![expect(clippy::print_stdout, reason = "a measurement speaks")]

use std::time::Duration;

/// Everything measured so far, in the order it was first measured.
#[derive(Default)]
pub(crate) struct Figures(Vec<(String, Vec<Duration>)>);

impl Figures {
    /// Takes one more span.
    pub(crate) fn take(&mut self, what: &str, span: Duration) {
        match self.0.iter_mut().find(|(known, _)| known == what) {
            Some((_, spans)) => spans.push(span),
            None => self.0.push((what.to_owned(), vec![span])),
        }
    }

    /// The table, as docs/benchmarks.md has it.
    pub(crate) fn show(&self) {
        println!("\n| what | median | p95 | runs |\n|---|---:|---:|---:|");
        for (what, spans) in &self.0 {
            println!("| {what} | {} | {} | {} |", text(at(spans, 50)), text(at(spans, 95)), spans.len());
        }
    }
}

/// The span below which this percentage of all lie (nearest rank).
fn at(spans: &[Duration], percent: usize) -> Duration {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

fn text(span: Duration) -> String {
    let millis = span.as_secs_f64() * 1000.0;
    if millis < 1000.0 { format!("{millis:.1} ms") } else { format!("{:.3} s", millis / 1000.0) }
}
