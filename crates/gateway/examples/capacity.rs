//! The federation on paper: what a nation asks of gateways and disks. Any number may be given anew, such as
//! `cargo run -p gateway --example capacity queries_a_day=100000 banks_a_query=28`.

#![expect(clippy::print_stdout, reason = "an example prints what it computed")]

const DAY: f64 = 86_400.0;

/// The numbers everything follows from.
struct Given {
    /// Queries of all people in a day.
    queries_a_day: f64,
    banks_a_query: f64,
    /// Intake of the busiest hour over the day's mean; the fan-out has its 24 hours and stays flat.
    peak_over_mean: f64,
    /// Bytes of a sealed section with its answer JWS.
    section_bytes: f64,
    /// Rows appended in a CPU-second when answers are written in batches a query (measured, PostgreSQL 15).
    appended_a_cpu: f64,
    /// Ed25519 signatures made and checked in a CPU-second (ed25519-dalek 3).
    signed_a_cpu: f64,
    verified_a_cpu: f64,
    /// What a bank takes for an answer, its slot included, in seconds.
    bank_seconds: f64,
    /// Part of the sections that devices collect within the hour; those are erased at once.
    collected: f64,
    /// Days a report lives at the most: its own and seven more.
    days_kept: f64,
}

impl Given {
    fn nation() -> Self {
        Self {
            queries_a_day: 10_000_000.0,
            banks_a_query: 200.0,
            peak_over_mean: 7.0,
            section_bytes: 17_522.0 + 600.0,
            appended_a_cpu: 100_000.0,
            signed_a_cpu: 44_700.0,
            verified_a_cpu: 20_100.0,
            bank_seconds: 3.0,
            collected: 0.9,
            days_kept: 8.0,
        }
    }

    /// `name=number` replaces one.
    fn replace(&mut self, argument: &str) -> Option<()> {
        let (name, number) = argument.split_once('=')?;
        let number: f64 = number.parse().ok()?;
        let place = match name {
            "queries_a_day" => &mut self.queries_a_day,
            "banks_a_query" => &mut self.banks_a_query,
            "peak_over_mean" => &mut self.peak_over_mean,
            "section_bytes" => &mut self.section_bytes,
            "appended_a_cpu" => &mut self.appended_a_cpu,
            "signed_a_cpu" => &mut self.signed_a_cpu,
            "verified_a_cpu" => &mut self.verified_a_cpu,
            "bank_seconds" => &mut self.bank_seconds,
            "collected" => &mut self.collected,
            "days_kept" => &mut self.days_kept,
            _ => return None,
        };
        *place = number;
        Some(())
    }
}

fn main() {
    let mut given = Given::nation();
    for argument in std::env::args().skip(1) {
        if given.replace(&argument).is_none() {
            println!("{argument}: not a number of the model");
            return;
        }
    }
    let calls = given.queries_a_day * given.banks_a_query / DAY;
    let intake = given.queries_a_day / DAY;
    // A call: our request and statement are signed, the bank's answer is checked. A query taken in: its consent and the
    // requests around it (two factors, apply, twelve looks, the collecting) are checked, its receipt and envelope signed.
    let asking = calls * (2.0 / given.signed_a_cpu + 1.0 / given.verified_a_cpu);
    let taking = intake * given.peak_over_mean * (20.0 / given.verified_a_cpu + 3.0 / given.signed_a_cpu);
    let appending = calls / given.appended_a_cpu;
    let resting = given.queries_a_day * given.banks_a_query * given.section_bytes;
    for (what, value, unit) in [
        ("queries taken in, mean", intake, "a second"),
        ("queries taken in, peak", intake * given.peak_over_mean, "a second"),
        ("bank calls", calls, "a second"),
        ("bank calls under way", calls * given.bank_seconds, "at once"),
        ("sections arriving", calls * given.section_bytes / 1e6, "MB a second"),
        ("cores for asking", asking, "(signatures; TLS and HTTP not counted)"),
        ("cores for taking in, peak", taking, ""),
        ("cores for appending", appending, ""),
        ("sections at rest, uncollected", resting * (1.0 - given.collected) * given.days_kept / 1e12, "TB"),
        ("sections at rest, were none collected", resting * given.days_kept / 1e12, "TB"),
    ] {
        println!("{what:<40}{value:>12.1} {unit}");
    }
}
