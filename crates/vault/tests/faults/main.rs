//! The vault against the faults it must hold: storage, keys, time, crashes. Each test is named after its fault.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod crash;
mod ends;
mod keys;
mod kill;
mod storage;
mod support;
