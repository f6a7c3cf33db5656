//! What the federation runs: one gateway. It takes queries, asks the banks, closes reports and forgets; nobody here can
//! read what the banks sealed.
//!
//! Start reading at [`serve::Gateway`]; decisions are in [`query`], [`code_try`], `factor`, `takeover`, and the files
//! under `routes`.

mod banks;
pub mod breaker;
pub mod channels;
pub mod clock;
mod closing;
pub mod code_try;
mod core;
mod ending;
mod entry;
mod factor;
mod fanout;
mod hub;
pub mod keys;
mod metrics;
pub mod openapi;
mod outbox;
mod pace;
mod pause;
mod person;
pub mod ports;
pub mod query;
mod rates;
mod refusal;
mod reinstate;
mod routes;
pub mod serve;
pub mod settings;
pub mod store;
mod takeover;
pub mod tls;

pub use crate::core::{Limits, Parts};
pub use keys::ColumnKey;
pub use ports::{
    Claim, DirectorySource, FaceOutcome, FaceProvider, FaceRequest, IdentitySource, Notice, Sms, SmsChannel, SourceDown,
};
pub use serve::{Gateway, ServeError};
pub use store::{SqliteStore, Store, sqlite::Places};
