//! The stack keeps nothing of a computation. Values leave copies of themselves behind as they are moved from call to
//! call, also those that wipe themselves when dropped, and the stack of a thread that has ended is kept for the next.

use std::hint::black_box;

/// So much below the caller is overwritten: several times what opening a seal takes without optimisation.
const DEPTH: usize = 256 * 1024;

/// Does the work and overwrites the stack it ran on. What it gives back is the caller's.
pub fn wiping<T>(work: impl FnOnce() -> T) -> T {
    let done = below(work);
    overwrite();
    done
}

/// In a frame of its own, so that all of it lies where it is overwritten.
#[inline(never)]
fn below<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "the stack is what it is about")]
fn overwrite() {
    black_box(&mut [0_u8; DEPTH]);
}
