//! The nine acts walked without a window, against the demonstration's federation over real HTTP and with real
//! cryptography. One file an act; the first test of every act is a refusal.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod apply;
mod biometrics;
mod clock;
mod collect;
mod compare;
mod consent;
mod enrol;
mod expire;
mod kills;
mod lies;
mod machine;
mod not_me;
mod notify;
mod pass;
mod read;
mod slow;
mod stage;
mod states;
mod table;
mod unlock;
mod unreachable;
mod verify;
mod walk;
mod wire;
