//! The state tables (8-states 3, 5 and 6), walked at random.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

#[path = "../world/mod.rs"]
mod world;

mod enrolment;
mod factor;
mod query;

use world::device::Got;

const MINUTE: i64 = 60_000;

/// What the model expects of a reply: a status with no code, or a refusal's code.
type Expected = Result<u16, &'static str>;

fn said(got: &Got) -> Result<u16, String> {
    if got.status < 300 { Ok(got.status) } else { Err(got.code()) }
}

fn compare(got: &Got, expected: Expected) -> Result<(), String> {
    let said = said(got);
    if said == expected.map_err(str::to_owned) { Ok(()) } else { Err(format!("said {said:?}, the table {expected:?}")) }
}
