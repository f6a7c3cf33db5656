//! The vault against the faults it must hold: storage, keys, time, crashes. Each test is named after its fault.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

mod biometrics;
mod crash;
mod ends;
mod file_keychain;
mod formats;
mod keys;
mod kill;
mod memory;
mod residue;
mod storage;
mod support;

/// As in the app: what is freed is wiped.
#[global_allocator]
static WIPED: ZeroAlloc<System> = ZeroAlloc(System);
