//! The store of one machine: SQLite, encrypted with SQLCipher, on a thread of its own. One thread is one writer, so a
//! transaction never waits for another; the versions still decide, as they do on a database with many writers.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;

use async_trait::async_trait;
use protocol::code::PartyCode;
use protocol::encode::Digest;
use protocol::id::{AccountId, EnrolmentId, QueryId, TokenId, VerificationId};
use protocol::key::Kid;
use protocol::time::Timestamp;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

use super::days::Days;
use super::tombstones::TombstoneLog;
use super::{Changes, Store, StoreError};
use crate::keys::ColumnKey;

mod ledger;
mod read;
pub(super) mod schema;
mod work;
mod write;

/// Where one machine's store rests. Sections and day keys never belong in a backup; the tombstone log belongs beside it.
#[derive(Debug, Clone)]
pub struct Places {
    /// The main database file.
    pub database: PathBuf,
    /// One file a day of sealed sections.
    pub sections: PathBuf,
    /// One key a day; another folder, never backed up.
    pub day_keys: PathBuf,
    /// The tombstone log file.
    pub tombstones: PathBuf,
}

impl Places {
    /// All under one folder.
    #[must_use]
    pub fn under(folder: &Path) -> Self {
        Self {
            database: folder.join("gateway.db"),
            sections: folder.join("sections"),
            day_keys: folder.join("day-keys"),
            tombstones: folder.join("tombstones.jsonl"),
        }
    }
}

pub(super) struct Files {
    pub(super) db: Connection,
    pub(super) days: Days,
    pub(super) log: TombstoneLog,
    /// Names this process among those that began a request.
    pub(super) process: String,
    /// Held while the files are open, so that one process has them.
    _lock: std::fs::File,
}

/// Waits a little for a process that is just ending.
fn lock(database: &Path) -> Result<std::fs::File, StoreError> {
    let file =
        std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(database.with_extension("lock"))?;
    for _ in 0..100 {
        if file.try_lock().is_ok() {
            return Ok(file);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    tracing::error!("another process has this folder");
    Err(StoreError::Unavailable)
}

type Job = Box<dyn FnOnce(&mut Files) + Send>;

/// SQLite behind the [`Store`] port.
pub struct SqliteStore {
    // Dropped first: without a sender the thread ends.
    jobs: mpsc::Sender<Job>,
    _thread: Joined,
}

/// A thread that is waited for: the files are closed when the store is gone, and never while the process is ending,
/// when SQLCipher has freed what closing them needs.
struct Joined(Option<JoinHandle<()>>);

impl Drop for Joined {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            let _ = thread.join();
        }
    }
}

impl SqliteStore {
    /// Opens or makes the files, and brings the schema forward.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when a file cannot be opened, [`StoreError::Damaged`] when it is not ours.
    pub fn open(places: &Places, key: &ColumnKey) -> Result<Self, StoreError> {
        let held = lock(&places.database)?;
        let mut db = schema::open(&places.database, &key.database_key())?;
        schema::migrate(&mut db)?;
        let log = TombstoneLog::open(&places.tombstones)?;
        let days = Days::open(&places.sections, &places.day_keys)?;
        let mut files = Files { db, days, log, process: protocol::id::RequestId::new().to_string(), _lock: held };
        let (jobs, work) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("gateway-store".to_owned())
            .spawn(move || {
                while let Ok(job) = work.recv() {
                    job(&mut files);
                }
            })
            .map_err(|_| StoreError::Unavailable)?;
        Ok(Self { jobs, _thread: Joined(Some(thread)) })
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Files) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (done, wait) = oneshot::channel();
        let job: Job = Box::new(move |files| {
            let _ = done.send(job(files));
        });
        self.jobs.send(job).map_err(|_| StoreError::Unavailable)?;
        wait.await.map_err(|_| StoreError::Unavailable)?
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(sqlite = ?error.sqlite_error(), "store");
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged,
            _ => Self::Unavailable,
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn recover(&self, now: Timestamp) -> Result<super::Recovered, StoreError> {
        self.run(move |files| write::recover(files, now)).await
    }
    async fn ready(&self) -> Result<(), StoreError> {
        self.run(|files| {
            files.db.execute(
                "INSERT INTO meta(key, value) VALUES('ready', '1') ON CONFLICT(key) DO UPDATE SET value = '1'",
                [],
            )?;
            Ok(())
        })
        .await
    }
    async fn commit(&self, changes: Changes) -> Result<(), StoreError> {
        self.run(move |files| write::commit(files, &changes)).await
    }
    async fn account(&self, id: AccountId) -> Result<Option<super::Versioned<super::Account>>, StoreError> {
        self.run(move |f| read::doc(&f.db, "account", "id", &id.to_string())).await
    }
    async fn account_of(&self, person: Digest) -> Result<Option<super::Versioned<super::Account>>, StoreError> {
        self.run(move |f| read::doc(&f.db, "account", "k1", &person.to_string())).await
    }
    async fn device(&self, kid: Kid) -> Result<Option<super::Versioned<super::Device>>, StoreError> {
        self.run(move |f| read::doc(&f.db, "device", "id", &kid.to_string())).await
    }
    async fn enrolment(&self, id: EnrolmentId) -> Result<Option<super::Versioned<super::Enrolment>>, StoreError> {
        self.run(move |f| read::doc(&f.db, "enrolment", "id", &id.to_string())).await
    }
    async fn held_enrolments(&self, person: Digest) -> Result<Vec<super::Versioned<super::Enrolment>>, StoreError> {
        self.run(move |f| read::docs(&f.db, "enrolment", "k1 = ?1 AND k2 = 'held'", &[&person.to_string()])).await
    }
    async fn verification(
        &self,
        id: VerificationId,
    ) -> Result<Option<super::Versioned<super::Verification>>, StoreError> {
        self.run(move |f| read::doc(&f.db, "verification", "id", &id.to_string())).await
    }
    async fn verification_of(
        &self,
        token: TokenId,
    ) -> Result<Option<super::Versioned<super::Verification>>, StoreError> {
        self.run(move |f| read::doc(&f.db, "verification", "k1", &token.to_string())).await
    }
    async fn verifications_of(&self, device: Kid) -> Result<Vec<super::Versioned<super::Verification>>, StoreError> {
        self.run(move |f| read::docs(&f.db, "verification", "k2 = ?1", &[&device.to_string()])).await
    }
    async fn misses(&self, of: &str) -> Result<Option<super::Versioned<super::Misses>>, StoreError> {
        let of = of.to_owned();
        self.run(move |f| read::doc(&f.db, "misses", "id", &of)).await
    }
    async fn allowance(&self, person: Digest) -> Result<Option<super::Versioned<super::Allowance>>, StoreError> {
        self.run(move |f| read::doc(&f.db, "allowance", "id", &person.to_string())).await
    }
    async fn query(&self, id: QueryId) -> Result<Option<super::Versioned<super::Query>>, StoreError> {
        self.run(move |f| read::query(&f.db, id)).await
    }
    async fn queries_of(&self, account: AccountId, limit: usize) -> Result<Vec<super::Query>, StoreError> {
        self.run(move |f| read::queries_of(&f.db, account, limit)).await
    }
    async fn consent_known(&self, consent: Digest) -> Result<bool, StoreError> {
        self.run(move |f| {
            Ok(f.db.query_row("SELECT EXISTS(SELECT 1 FROM query WHERE consent = ?1)", [consent.to_string()], |r| {
                r.get(0)
            })?)
        })
        .await
    }
    async fn plan(&self, id: QueryId) -> Result<Option<super::Plan>, StoreError> {
        self.run(
            move |f| Ok(read::doc(&f.db, "plan", "id", &id.to_string())?.map(|plan: super::Versioned<_>| plan.doc)),
        )
        .await
    }
    async fn answers(&self, id: QueryId) -> Result<Vec<super::StoredAnswer>, StoreError> {
        self.run(move |f| {
            read::list(&f.db, "SELECT doc FROM answer WHERE query = ?1 ORDER BY rowid", &[&id.to_string()])
        })
        .await
    }
    async fn events_after(&self, id: QueryId, after: u64) -> Result<Vec<super::Event>, StoreError> {
        self.run(move |f| {
            let after = i64::try_from(after).unwrap_or(i64::MAX);
            read::list(
                &f.db,
                "SELECT doc FROM event WHERE query = ?1 AND id > ?2 ORDER BY id",
                &[&id.to_string(), &after],
            )
        })
        .await
    }
    async fn withdrawal(&self, account: AccountId, id: QueryId) -> Result<Option<super::Withdrawal>, StoreError> {
        self.run(move |f| {
            let found = read::list(
                &f.db,
                "SELECT doc FROM withdrawal WHERE account = ?1 AND query = ?2",
                &[&account.to_string(), &id.to_string()],
            )?;
            Ok(found.into_iter().next())
        })
        .await
    }
    async fn lease(
        &self,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<super::Query>, StoreError> {
        let owner = owner.to_owned();
        self.run(move |f| work::lease(&mut f.db, &owner, now, until, limit)).await
    }
    async fn renew(&self, leases: &[(QueryId, u64)], until: Timestamp) -> Result<Vec<QueryId>, StoreError> {
        let leases = leases.to_vec();
        self.run(move |f| work::renew(&mut f.db, &leases, until)).await
    }
    async fn fence(&self, id: QueryId) -> Result<Option<u64>, StoreError> {
        self.run(move |f| Ok(read::query(&f.db, id)?.map(|query| query.doc.fence))).await
    }
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<QueryId>, StoreError> {
        self.run(move |f| work::due(&f.db, now, limit)).await
    }
    async fn put_sections(&self, end: Timestamp, sections: Vec<super::SectionBytes>) -> Result<(), StoreError> {
        self.run(move |f| f.days.put(end, &sections)).await
    }
    async fn section(&self, end: Timestamp, query: QueryId, sealed: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        self.run(move |f| f.days.get(end, query, &sealed)).await
    }
    async fn copy_sections(&self, query: QueryId, from: Timestamp, to: Timestamp) -> Result<(), StoreError> {
        self.run(move |f| f.days.copy(query, from, to)).await
    }
    async fn erase_sections(
        &self,
        end: Timestamp,
        query: QueryId,
        sealed: Option<Vec<Digest>>,
    ) -> Result<(), StoreError> {
        self.run(move |f| f.days.erase(end, query, sealed.as_deref())).await
    }
    async fn drop_days(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.run(move |f| f.days.drop_ended(now)).await
    }
    async fn nonce(&self, kid: Kid, nonce: &str, now: Timestamp) -> Result<bool, StoreError> {
        let nonce = nonce.to_owned();
        self.run(move |f| ledger::nonce(&f.db, kid, &nonce, now)).await
    }
    async fn begin(&self, request: &super::RequestKey, now: Timestamp) -> Result<super::Begin, StoreError> {
        let request = request.clone();
        self.run(move |f| ledger::begin(f, &request, now)).await
    }
    async fn finish(
        &self,
        request: &super::RequestKey,
        reply: Option<super::Reply>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let request = request.clone();
        self.run(move |f| ledger::finish(&f.db, &request, reply.as_ref(), now)).await
    }
    async fn take(&self, bucket: super::Bucket, now: Timestamp) -> Result<Result<(), u64>, StoreError> {
        self.run(move |f| ledger::take(&f.db, &bucket, now)).await
    }
    async fn messages(&self, now: Timestamp, limit: usize) -> Result<Vec<super::Message>, StoreError> {
        self.run(move |f| {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            read::list(
                &f.db,
                "SELECT doc FROM message WHERE doc != '' AND next_at <= ?1 ORDER BY next_at LIMIT ?2",
                &[&now.millis(), &limit],
            )
        })
        .await
    }
    async fn message_done(&self, dedup_key: &str, next: Option<Timestamp>) -> Result<(), StoreError> {
        let key = dedup_key.to_owned();
        self.run(move |f| work::message_done(&f.db, &key, next)).await
    }
    async fn put_health(&self, bank: &PartyCode, health: super::BankHealth) -> Result<(), StoreError> {
        let bank = bank.clone();
        self.run(move |f| {
            let doc = read::write_doc(&health)?;
            f.db.execute(
                "INSERT INTO health(id, doc) VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET doc = ?2",
                [bank.as_str(), &doc],
            )?;
            Ok(())
        })
        .await
    }
    async fn health(&self) -> Result<Vec<(PartyCode, super::BankHealth)>, StoreError> {
        self.run(|f| read::health(&f.db)).await
    }
    async fn sweep(&self, now: Timestamp) -> Result<(), StoreError> {
        self.run(move |f| ledger::sweep(&f.db, now)).await
    }
}
