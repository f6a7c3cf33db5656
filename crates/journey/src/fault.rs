//! What any act can meet: the network, a refusal of the federation, keychain, storage, clock, and a state that does not
//! fit. Every act's own error holds it; what an act itself refuses stands in that act's file.

use device::disk::DiskError;
use protocol::directory::DirectoryError;
use vault::item::ItemError;
use vault::private::PrivateError;
use vault::{DatabaseError, OpenError, SectionError, VaultError};

use crate::federation::calls::CallFault;

/// What any act can meet. Closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The network brought no answer, or the federation refused.
    #[error(transparent)]
    Call(#[from] CallFault),
    /// An answer that does not hold: signature, digest, or what it says of itself.
    #[error("an answer that does not hold")]
    AnswerRefused,
    /// The directory of banks does not hold.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// An item of the keychain.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// A file.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The profile does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Something kept that needs no password.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Something private.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// The file of a report's sections.
    #[error(transparent)]
    Section(#[from] SectionError),
    /// What is stored cannot be understood.
    #[error("what is stored cannot be understood")]
    Damaged,
    /// The clock is in doubt.
    #[error("the clock is in doubt")]
    ClockDoubtful,
    /// Nobody enrolled on this device, or its key is gone.
    #[error("this device has no key")]
    NotEnrolled,
    /// Another device took over.
    #[error("another device took over")]
    Retired,
    /// There is no such query.
    #[error("there is no such query")]
    NoQuery,
    /// There is no such alarm.
    #[error("there is no such alarm")]
    NoAlarm,
    /// Not in this state.
    #[error("not in this state")]
    WrongState,
    /// A fault of this app.
    #[error("a fault of this app")]
    Internal,
}

impl Fault {
    /// Whether the gateway said that another device took over.
    pub(crate) fn retires(&self) -> bool {
        matches!(self, Self::Call(CallFault::Refused(told)) if told.code == protocol::refusal::Code::DeviceRetired)
    }
}
