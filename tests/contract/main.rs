//! The contract as reviewed snapshots: what the device says and hears, what the window may call, every closed list,
//! every message. A change of any of them is a change of a promise to somebody else, and is seen in review.
//!
//! Two parts of the contract are held elsewhere: the OpenAPI document in `crates/gateway/tests`, and the types of the
//! commands, generated into `ui/src/lib/backend/generated` and compared by `cargo xtask check`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "../journey/stage.rs"]
mod stage;
#[path = "../journey/wire.rs"]
mod wire;

mod android;
mod apple;
mod capabilities;
mod commands;
mod messages;
mod packed;
mod routes;
mod shape;
mod windows;
mod words;
