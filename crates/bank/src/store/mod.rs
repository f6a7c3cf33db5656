//! What a bank remembers, and for how long: a port with two implementations that pass one suite.
//!
//! No name, number or document of a person is ever kept: a person is a keyed hash, a report is sealed bytes.

mod memory;
mod sqlite;

pub use memory::MemoryStore;
pub use sqlite::SqliteStore;

use std::time::Duration;

use protocol::encode::{Digest, Nonce};
use protocol::id::{ConfirmationId, QueryId};
use protocol::key::Kid;
use protocol::time::Timestamp;

use protocol::code::Outcome;

/// Past inquiries of one person a section lists, the current one included.
pub const INQUIRIES: usize = 8;
/// How long a log line is kept (9-wire: 400 days).
pub const LOG_LIFE: Duration = Duration::from_secs(400 * 24 * 3600);
/// The longest a consent lives, and so the longest a withdrawal has to be remembered.
pub const CONSENT_LIFE: Duration = Duration::from_secs(72 * 3600);
/// How long the question whether a person confirms a card is kept.
pub const CONFIRMATION_LIFE: Duration = Duration::from_secs(3600);

/// The store cannot be used now. The cause is logged where it happened, without content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bank's store cannot be used now")]
pub struct StoreError;

/// Keyed hash of a person's document type and number; meaningless without the bank's index key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person(pub(crate) [u8; 32]);

impl Person {
    /// The hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// For tests of a store: any 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// One line of "who asked about me".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InquiryLine {
    /// The query.
    pub query: QueryId,
    /// The device that signed for it.
    pub device: Kid,
    /// When this bank looked it up.
    pub at: Timestamp,
}

/// An answer as it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Digest of the consent it was made under.
    pub consent: Digest,
    /// The answer JWS.
    pub answer: String,
    /// The sealed section, exactly as sent.
    pub sealed: Vec<u8>,
}

/// Everything that is written down when an inquiry is answered.
#[derive(Clone)]
pub struct Answered {
    /// The query.
    pub query: QueryId,
    /// Its round.
    pub round: u8,
    /// The person; the log keeps it only where something was found.
    pub person: Person,
    /// The device.
    pub device: Kid,
    /// What was found; decides whether the log line keeps the person.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// End of the consent: the bytes are kept until here.
    pub consent_expires_at: Timestamp,
    /// End of the report, computed from the consent's `given_at`: the seven-day rule holds until here.
    pub report_ends_at: Timestamp,
    /// The query this one replaces.
    pub replaces: Option<QueryId>,
    /// What left.
    pub kept: KeptAnswer,
}

/// What became of [`BankStore::keep`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// Written down; the bytes may leave.
    Kept,
    /// The same inquiry was answered in the meantime: those bytes leave.
    Already(KeptAnswer),
    /// Withdrawn in the meantime.
    Withdrawn,
    /// Another query was answered for this person in the meantime.
    TooSoon,
    /// The same query was answered under another consent in the meantime.
    Replayed,
}

/// A query answered for a person whose report has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveQuery {
    /// The query.
    pub query: QueryId,
    /// The query that replaced it, if one did.
    pub replaced_by: Option<QueryId>,
}

/// How a person answered in the bank's own app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Not yet.
    Pending,
    /// Confirmed: the attestation JWS.
    Passed(String),
    /// Refused, or the bank cannot ask this person.
    Refused,
}

/// A question to a person in the bank's own app, without the person's identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// Its id.
    pub id: ConfirmationId,
    /// Digest of the consent (or act) that is confirmed.
    pub consent: Digest,
    /// The device.
    pub device: Kid,
    /// The salted subject.
    pub subject: Digest,
    /// When it was asked.
    pub at: Timestamp,
    /// How it stands.
    pub decision: Decision,
}

/// Where a bank keeps what it must remember. Calls block and are short; the bank runs them off the async threads.
pub trait BankStore: Send + Sync {
    /// Remembers a nonce of a gateway key until `until`; `false` when it was there already.
    ///
    /// # Errors
    /// [`StoreError`].
    fn take_nonce(&self, key: &Kid, nonce: &Nonce, until: Timestamp) -> Result<bool, StoreError>;

    /// Whether a query was withdrawn.
    ///
    /// # Errors
    /// [`StoreError`].
    fn is_withdrawn(&self, query: QueryId) -> Result<bool, StoreError>;

    /// Drops the bytes of a query and remembers the withdrawal until its consent has ended (`or_until` when unknown). The
    /// log line of a query that was never answered names nobody any more.
    ///
    /// # Errors
    /// [`StoreError`].
    fn withdraw(&self, query: QueryId, or_until: Timestamp) -> Result<(), StoreError>;

    /// The answer kept for a query and round.
    ///
    /// # Errors
    /// [`StoreError`].
    fn kept(&self, query: QueryId, round: u8) -> Result<Option<KeptAnswer>, StoreError>;

    /// The consent under which a query was answered in any round, known for as long as its log line is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    fn consent_of(&self, query: QueryId) -> Result<Option<Digest>, StoreError>;

    /// Queries answered for a person whose end lies after `now`.
    ///
    /// # Errors
    /// [`StoreError`].
    fn live(&self, person: &Person, now: Timestamp) -> Result<Vec<LiveQuery>, StoreError>;

    /// Writes the log line of an inquiry that is about to be looked up; one line a query. Whom and which consent a line
    /// names stays as it was where the query was answered before.
    ///
    /// # Errors
    /// [`StoreError`].
    fn log(&self, person: &Person, consent: &Digest, line: &InquiryLine) -> Result<(), StoreError>;

    /// The newest lines of a person, at most [`INQUIRIES`], newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    fn inquiries(&self, person: &Person) -> Result<Vec<InquiryLine>, StoreError>;

    /// Writes an answer down, all or nothing, after asking the rules once more under the same lock.
    ///
    /// # Errors
    /// [`StoreError`].
    fn keep(&self, answered: &Answered) -> Result<Keeping, StoreError>;

    /// Writes down a question to a person.
    ///
    /// # Errors
    /// [`StoreError`].
    fn open_confirmation(&self, confirmation: &Confirmation) -> Result<(), StoreError>;

    /// A question to a person.
    ///
    /// # Errors
    /// [`StoreError`].
    fn confirmation(&self, id: ConfirmationId) -> Result<Option<Confirmation>, StoreError>;

    /// Writes the person's decision; only a pending question takes one. `false` when it was decided already or unknown.
    ///
    /// # Errors
    /// [`StoreError`].
    fn decide(&self, id: ConfirmationId, decision: &Decision) -> Result<bool, StoreError>;

    /// Forgets what has ended, and who was looked up for a query that got no answer while its consent lived.
    ///
    /// # Errors
    /// [`StoreError`].
    fn purge(&self, now: Timestamp) -> Result<(), StoreError>;
}
