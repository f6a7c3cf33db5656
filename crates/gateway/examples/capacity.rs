//! The federation on paper: what a nation asks of gateways and disks. Change the numbers and run it again:
//! `cargo run -p gateway --example capacity`.

#![expect(clippy::print_stdout, reason = "an example prints what it computed")]

fn main() {
    let queries_a_day = 10_000_000.0_f64;
    let banks_a_query = 200.0;
    let peak_over_mean = 7.0;
    let section_bytes = 17_522.0;
    // Measured: calls appended per CPU-second when answers are written in batches per query (PostgreSQL 15).
    let appended_a_cpu = 100_000.0;
    // Ed25519: signatures made and checked per CPU-second (ed25519-dalek 3).
    let (signed_a_cpu, verified_a_cpu) = (44_700.0, 20_100.0);
    // Devices that collect within the hour; what they hold is erased at once.
    let collected = 0.9;
    let days_kept = 8.0;

    let day = 86_400.0;
    let calls = queries_a_day * banks_a_query / day;
    let intake = queries_a_day / day;
    // A call: our request and statement are signed, the bank's answer is verified.
    let crypto = calls * (2.0 / signed_a_cpu + 1.0 / verified_a_cpu);
    let resting = queries_a_day * banks_a_query * section_bytes * (1.0 - collected) * days_kept;
    println!("bank calls, mean            {calls:>12.0} a second");
    println!("queries taken in, mean/peak {intake:>12.0} / {:.0} a second", intake * peak_over_mean);
    println!("cores for signatures        {crypto:>12.1}");
    println!("cores for appending         {:>12.1}", calls / appended_a_cpu);
    println!("sections arriving           {:>12.1} MB a second", calls * section_bytes / 1e6);
    println!("sections at rest            {:>12.1} TB", resting / 1e12);
}
