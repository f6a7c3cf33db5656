//! Ends that must survive every restore.

use protocol::id::AccountId;
use serde::{Deserialize, Serialize};

use super::{Allowance, Device, Query, Withdrawal};

/// An end that must survive every restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Tombstone {
    /// A query closed or ended; the head as it stands after.
    Query {
        /// The head.
        head: Box<Query>,
    },
    /// A withdrawal of an unknown id.
    Withdrawal {
        /// The withdrawal.
        withdrawal: Withdrawal,
    },
    /// An account was deleted.
    Account {
        /// Which.
        account: AccountId,
        /// Its device, with the receipt.
        device: Box<Device>,
    },
    /// What a person may ask, after an end.
    Allowance {
        /// The allowance.
        allowance: Allowance,
    },
    /// A device was replaced.
    Retired {
        /// The device as it stands after.
        device: Box<Device>,
    },
}

/// What applying the tombstone log changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recovered {
    /// Lines the database did not know.
    pub applied: u64,
    /// Tokens and open verifications made void.
    pub voided: u64,
}
