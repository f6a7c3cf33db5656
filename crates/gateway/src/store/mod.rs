//! What the gateway remembers. The port is shaped so that any transactional database can stand behind it: documents
//! with a version, read one by one, and written together by [`Store::commit`], which refuses when any of them changed
//! in between. Whoever is refused reads again and decides again; no decision is made inside the database.

pub mod days;
pub mod records;
pub mod sqlite;
pub mod suite;
pub mod tombstones;

use async_trait::async_trait;
use protocol::code::PartyCode;
use protocol::encode::Digest;
use protocol::id::{AccountId, EnrolmentId, QueryId, TokenId, VerificationId};
use protocol::key::Kid;
use protocol::time::Timestamp;

pub use records::*;
pub use sqlite::SqliteStore;

/// Why the store did not do as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Something read before was changed in between; nothing was written.
    #[error("changed in between")]
    Conflict,
    /// The database cannot be reached or refused.
    #[error("the store is not available")]
    Unavailable,
    /// A stored document does not read.
    #[error("a stored document is damaged")]
    Damaged,
}

/// Everything written in one transaction.
#[derive(Default)]
pub struct Changes {
    /// Appended to the tombstone log, durably, before the transaction commits.
    pub tombstones: Vec<Tombstone>,
    /// Accounts, with the version they were read at.
    pub accounts: Vec<Versioned<Account>>,
    /// Devices.
    pub devices: Vec<Versioned<Device>>,
    /// Enrolments.
    pub enrolments: Vec<Versioned<Enrolment>>,
    /// Verifications.
    pub verifications: Vec<Versioned<Verification>>,
    /// Counts of wrong codes.
    pub misses: Vec<Versioned<Misses>>,
    /// Allowances.
    pub allowances: Vec<Versioned<Allowance>>,
    /// Queries.
    pub queries: Vec<Versioned<Query>>,
    /// What never changes of a new query.
    pub plans: Vec<Plan>,
    /// Answers of banks.
    pub answers: Vec<StoredAnswer>,
    /// Lines of a query's event stream.
    pub events: Vec<Event>,
    /// Messages to send.
    pub messages: Vec<Message>,
    /// Withdrawals of ids the gateway never saw.
    pub withdrawals: Vec<Withdrawal>,
    /// The stored answer of the request that caused this.
    pub reply: Option<StoredReply>,
    /// Queries whose work changed: their lease ends and its token with it, so that its holder cannot renew it and the
    /// next one sees what there is to do now.
    pub release: Vec<QueryId>,
    /// Queries whose plan, answers and earlier events are erased.
    pub forget: Vec<QueryId>,
    /// Accounts removed.
    pub gone: Vec<AccountId>,
}

/// The outcome of beginning a request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// Nobody used this key: go on.
    New,
    /// Answered before.
    Stored(Reply),
    /// Used for something else.
    Mismatch,
    /// The first call still runs.
    Running,
}

/// The gateway's memory.
#[async_trait]
pub trait Store: Send + Sync {
    /// Applies the tombstone log and says what that changed. Nothing may be served before.
    async fn recover(&self, now: Timestamp) -> Result<Recovered, StoreError>;
    /// Whether the store can be written now.
    async fn ready(&self) -> Result<(), StoreError>;
    /// Writes everything or nothing.
    async fn commit(&self, changes: Changes) -> Result<(), StoreError>;

    /// An account.
    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, StoreError>;
    /// The account of a person, by keyed hash of the document.
    async fn account_of(&self, person: Digest) -> Result<Option<Versioned<Account>>, StoreError>;
    /// A device, retired ones included.
    async fn device(&self, kid: Kid) -> Result<Option<Versioned<Device>>, StoreError>;
    /// An enrolment.
    async fn enrolment(&self, id: EnrolmentId) -> Result<Option<Versioned<Enrolment>>, StoreError>;
    /// The enrolments of an account that wait for a proof.
    async fn held_enrolments(&self, person: Digest) -> Result<Vec<Versioned<Enrolment>>, StoreError>;
    /// A verification.
    async fn verification(&self, id: VerificationId) -> Result<Option<Versioned<Verification>>, StoreError>;
    /// The verification that gave a token.
    async fn verification_of(&self, token: TokenId) -> Result<Option<Versioned<Verification>>, StoreError>;
    /// The factors of a device.
    async fn verifications_of(&self, device: Kid) -> Result<Vec<Versioned<Verification>>, StoreError>;
    /// Wrong codes of an account or person.
    async fn misses(&self, of: &str) -> Result<Option<Versioned<Misses>>, StoreError>;
    /// What a person may ask and when.
    async fn allowance(&self, person: Digest) -> Result<Option<Versioned<Allowance>>, StoreError>;
    /// A query.
    async fn query(&self, id: QueryId) -> Result<Option<Versioned<Query>>, StoreError>;
    /// The newest queries of an account.
    async fn queries_of(&self, account: AccountId, limit: usize) -> Result<Vec<Query>, StoreError>;
    /// Whether a consent id was used.
    async fn consent_known(&self, consent: Digest) -> Result<bool, StoreError>;
    /// The plan of a query, while it lives.
    async fn plan(&self, id: QueryId) -> Result<Option<Plan>, StoreError>;
    /// The answers of a query.
    async fn answers(&self, id: QueryId) -> Result<Vec<StoredAnswer>, StoreError>;
    /// Events after an id, in order.
    async fn events_after(&self, id: QueryId, after: u64) -> Result<Vec<Event>, StoreError>;
    /// Whether this account withdrew an id the gateway never saw.
    async fn withdrawal(&self, account: AccountId, id: QueryId) -> Result<Option<Withdrawal>, StoreError>;

    /// Leases queries with open tasks to `owner` until `until`: free ones, and those whose lease ended.
    async fn lease(
        &self,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Query>, StoreError>;
    /// Keeps leases whose fencing token nobody passed; returns those lost.
    async fn renew(&self, leases: &[(QueryId, u64)], until: Timestamp) -> Result<Vec<QueryId>, StoreError>;
    /// The fencing token a query stands at.
    async fn fence(&self, id: QueryId) -> Result<Option<u64>, StoreError>;
    /// Queries with something due: a close, a round's end, an expiry.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<QueryId>, StoreError>;

    /// Keeps sealed bytes in the partition of the day that ends at `end`. Repeatable.
    async fn put_sections(&self, end: Timestamp, sections: Vec<SectionBytes>) -> Result<(), StoreError>;
    /// Sealed bytes, if still there.
    async fn section(&self, end: Timestamp, query: QueryId, sealed: Digest) -> Result<Option<Vec<u8>>, StoreError>;
    /// Copies a query's bytes from one day to another. Repeatable.
    async fn copy_sections(&self, query: QueryId, from: Timestamp, to: Timestamp) -> Result<(), StoreError>;
    /// Erases bytes: those named, or all of a query.
    async fn erase_sections(
        &self,
        end: Timestamp,
        query: QueryId,
        sealed: Option<Vec<Digest>>,
    ) -> Result<(), StoreError>;
    /// Destroys the key of every day that ended and unlinks its file. Idempotent.
    async fn drop_days(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Notes a nonce; false when it was there.
    async fn nonce(&self, kid: Kid, nonce: &str, now: Timestamp) -> Result<bool, StoreError>;
    /// Begins a request under an idempotency key.
    async fn begin(&self, request: &RequestKey, now: Timestamp) -> Result<Begin, StoreError>;
    /// Ends it: with a reply to repeat, or with nothing kept.
    async fn finish(&self, request: &RequestKey, reply: Option<Reply>, now: Timestamp) -> Result<(), StoreError>;
    /// Takes one token of a bucket, or says how many milliseconds until there is one.
    async fn take(&self, bucket: Bucket, now: Timestamp) -> Result<Result<(), u64>, StoreError>;

    /// Messages due to be sent.
    async fn messages(&self, now: Timestamp, limit: usize) -> Result<Vec<Message>, StoreError>;
    /// Says a message was sent (its text is erased), or when to try again.
    async fn message_done(&self, dedup_key: &str, next: Option<Timestamp>) -> Result<(), StoreError>;
    /// Notes how a bank fares.
    async fn put_health(&self, bank: &PartyCode, health: BankHealth) -> Result<(), StoreError>;
    /// How every bank fares.
    async fn health(&self) -> Result<Vec<(PartyCode, BankHealth)>, StoreError>;
    /// Removes what no rule keeps any longer: nonces, stored replies, full buckets, ended verifications, records after
    /// their time, and what is left of deleted accounts.
    async fn sweep(&self, now: Timestamp) -> Result<(), StoreError>;
}
