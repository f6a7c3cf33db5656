//! The documents. Personal values in them are sealed columns ([`crate::keys::ColumnKey`]); everything else is ids,
//! times, digests and closed words.

mod ends;
mod ledger;
mod person;
mod query;

pub use ends::*;
pub use ledger::*;
pub use person::*;
pub use query::*;

/// A document with the version it was read at; 0 for a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// Counts writes.
    pub version: u64,
    /// The document.
    pub doc: T,
}

impl<T> Versioned<T> {
    /// A document that must not exist yet.
    pub const fn new(doc: T) -> Self {
        Self { version: 0, doc }
    }
}
