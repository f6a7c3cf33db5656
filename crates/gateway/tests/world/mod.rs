//! A federation in one process: scripted banks that speak the protocol, made-up people, a clock moved by hand.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    reason = "shared by several test binaries, each of which uses a part"
)]

pub mod banks;
pub mod device;
pub mod face;
pub mod failing;
pub mod rate;
pub mod walk;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use gateway::store::Store;
use gateway::{
    Claim, ColumnKey, DirectorySource, FaceOutcome, FaceProvider, FaceRequest, Gateway, IdentitySource, Limits, Notice,
    Parts, Places, Sms, SmsChannel, SourceDown, SqliteStore,
};
use protocol::attestation::Attestation;
use protocol::code::{FactorKind, Kind, Locale, PartyCode, Role};
use protocol::directory::{Directory, KeyPoint, Party, PartyKey, Root};
use protocol::identity::CardNumber;
use protocol::json::V1;
use protocol::key::SigningKey;
use protocol::text::Text;
use protocol::time::{Clock, ManualClock, Timestamp};

pub const START: i64 = 1_795_492_800_000; // 2026-11-24T04:00:00Z

pub fn bank(code: &str) -> PartyCode {
    code.parse().unwrap()
}

/// Seeds of all keys: root 100, directory 101, gateway 102, face 103, banks from 110.
pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

pub fn bank_key(code: &str) -> SigningKey {
    SigningKey::from_seed(protocol::encode::Digest::of(code.as_bytes()).as_bytes())
}

#[derive(Default)]
pub struct Inbox(pub Mutex<Vec<Sms>>, pub Mutex<bool>, pub Gate);

/// Held for writing, no message gets through; how many came up to it.
#[derive(Default)]
pub struct Gate {
    pub shut: tokio::sync::RwLock<()>,
    pub came: AtomicUsize,
}

#[async_trait]
impl SmsChannel for Inbox {
    async fn send(&self, sms: Sms) -> Result<(), SourceDown> {
        self.2.came.fetch_add(1, Ordering::SeqCst);
        let _open = self.2.shut.read().await;
        if *self.1.lock().unwrap() {
            return Err(SourceDown);
        }
        let mut all = self.0.lock().unwrap();
        if !all.iter().any(|before| before.dedup_key == sms.dedup_key) {
            all.push(sms);
        }
        Ok(())
    }
}

impl Inbox {
    pub fn texts(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|sms| sms.text.clone()).collect()
    }

    /// The newest code of a kind, by the dedup key's beginning.
    pub fn code(&self, kind: &str) -> Option<String> {
        let all = self.0.lock().unwrap();
        let sms = all.iter().rev().find(|sms| sms.dedup_key.starts_with(kind))?;
        let digits: String =
            sms.text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        Some(digits)
    }
}

pub struct Registry {
    pub issuer: Option<PartyCode>,
}

#[async_trait]
impl IdentitySource for Registry {
    async fn matches(&self, claim: &Claim) -> Result<bool, SourceDown> {
        Ok(claim.identity.name.as_str() == "张三" || claim.identity.name.as_str() == "李四")
    }

    async fn issuer(&self, _: &CardNumber) -> Result<Option<PartyCode>, SourceDown> {
        Ok(self.issuer.clone())
    }
}

/// Evidence `pass` passes; everything else does not.
pub struct Faces {
    pub clock: Arc<ManualClock>,
    pub sessions: Mutex<BTreeMap<String, FaceRequest>>,
    pub forgotten: Mutex<Vec<String>>,
    pub down: Mutex<bool>,
    /// Held for writing, no evidence is judged.
    pub gate: tokio::sync::RwLock<()>,
}

#[async_trait]
impl FaceProvider for Faces {
    fn code(&self) -> PartyCode {
        bank("FACE1")
    }

    async fn open(&self, request: FaceRequest) -> Result<String, SourceDown> {
        let mut sessions = self.sessions.lock().unwrap();
        let name = format!("session-{}", sessions.len());
        sessions.insert(name.clone(), request);
        Ok(name)
    }

    async fn forget(&self, session: &str) -> Result<(), SourceDown> {
        if *self.down.lock().unwrap() {
            return Err(SourceDown);
        }
        self.forgotten.lock().unwrap().push(session.to_owned());
        Ok(())
    }

    async fn check(&self, session: &str, evidence: &[u8]) -> Result<FaceOutcome, SourceDown> {
        let _open = self.gate.read().await;
        if *self.down.lock().unwrap() {
            return Err(SourceDown);
        }
        let request = *self.sessions.lock().unwrap().get(session).ok_or(SourceDown)?;
        if evidence != b"pass" {
            return Ok(FaceOutcome::NotMatched);
        }
        let word = Attestation {
            v: V1,
            attestor: self.code(),
            kind: FactorKind::Face,
            consent: request.consent,
            device: request.device,
            subject: request.subject,
            at: self.clock.now(),
        };
        Ok(FaceOutcome::Passed(word.sign(&key(103))))
    }
}

/// Signs a fresh directory for every day the clock shows, so that it never lapses in a walk over weeks.
pub struct Federation {
    pub clock: Arc<dyn Clock>,
    pub banks: Vec<String>,
    /// Banks whose keys are revoked, and since when.
    pub revoked: Mutex<BTreeMap<String, Timestamp>>,
}

impl Federation {
    pub fn new(clock: Arc<dyn Clock>, banks: Vec<String>) -> Self {
        Self { clock, banks, revoked: Mutex::default() }
    }

    pub fn revoke(&self, code: &str) {
        self.revoked.lock().unwrap().entry(code.to_owned()).or_insert_with(|| self.clock.now());
    }
}

impl DirectorySource for Federation {
    fn current(&self) -> (Vec<String>, String) {
        let day = self.clock.now().millis() / 86_400_000;
        let at = |days: i64| Timestamp::from_millis((day + days) * 86_400_000);
        let revoked = self.revoked.lock().unwrap().clone();
        let keys = |code: &str, signer: &SigningKey| {
            vec![PartyKey {
                x: signer.public(),
                not_before: Timestamp::from_millis(START - 864_000_000),
                not_after: Timestamp::from_millis(START + 100 * 31_536_000_000),
                revoked_at: revoked.get(code).copied(),
                revoked_for: None,
            }]
        };
        let party = |role, code: &str, signer: &SigningKey| Party {
            role,
            code: bank(code),
            name_zh: Text::new("银行").ok(),
            name_en: Text::new("Bank").ok(),
            short_zh: Text::new("行").ok(),
            hotline: None,
            contact: None,
            kinds: (role == Role::Bank).then(|| vec![Kind::Debit]),
            keys: keys(code, signer),
        };
        let mut parties = vec![party(Role::Gateway, "GW", &key(102)), party(Role::Attestor, "FACE1", &key(103))];
        for code in &self.banks {
            parties.push(party(Role::Bank, code, &bank_key(code)));
            parties.push(party(Role::Attestor, code, &bank_key(code)));
        }
        let root = Root {
            v: V1,
            version: 1,
            root: KeyPoint { x: key(100).public() },
            directory_key: KeyPoint { x: key(101).public() },
            issued_at: Timestamp::from_millis(START - 864_000_000),
            expires_at: Timestamp::from_millis(START + 100 * 31_536_000_000),
        };
        let version = u64::try_from(day).unwrap() * 100 + revoked.len() as u64;
        let directory = Directory { v: V1, version, issued_at: at(0), expires_at: at(13), parties };
        (vec![root.sign(&key(100))], directory.sign(&key(101)))
    }
}

pub fn notice() -> Notice {
    Notice {
        version: "2026-11-01".into(), locale: Locale::ZhCn, summary: "摘要".into(), text: "告知书全文".into()
    }
}

pub struct World {
    pub gateway: Gateway,
    pub clock: Arc<ManualClock>,
    pub inbox: Arc<Inbox>,
    pub faces: Arc<Faces>,
    pub banks: Arc<banks::Scripted>,
    pub federation: Arc<Federation>,
    pub store: Arc<dyn Store>,
    pub folder: tempfile::TempDir,
    /// A gateway in another process that is called instead.
    pub remote: Option<std::net::SocketAddr>,
    /// Where this one listens, when it runs by itself.
    pub listens: Option<std::net::SocketAddr>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    running: Option<tokio::task::JoinHandle<()>>,
}

pub const BANKS: &[&str] = &["ICBC", "CCB", "ABC"];

impl World {
    pub async fn start() -> Self {
        Self::with(BANKS).await
    }

    pub async fn with(codes: &[&str]) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(START)));
        let banks = banks::Scripted::serve(codes, Arc::clone(&clock) as Arc<dyn Clock>).await;
        Self::on(tempfile::tempdir().unwrap(), clock, banks, Arc::default()).await
    }

    /// Nothing happens by itself: no loop runs but those a test calls.
    pub async fn still() -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(START)));
        let banks = banks::Scripted::serve(BANKS, Arc::clone(&clock) as Arc<dyn Clock>).await;
        let world = Self::laid_out(tempfile::tempdir().unwrap(), clock, banks, Arc::default());
        world.gateway.start().await.unwrap();
        world
    }

    /// The same folder, clock and banks again: a restart.
    pub async fn restart(mut self) -> Self {
        self.halt().await;
        let (clock, banks, inbox) = (Arc::clone(&self.clock), Arc::clone(&self.banks), Arc::clone(&self.inbox));
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        drop(self);
        Self::on(folder, clock, banks, inbox).await
    }

    /// A restart in which nothing happens by itself.
    pub async fn restart_still(mut self) -> Self {
        let (clock, banks, inbox) = (Arc::clone(&self.clock), Arc::clone(&self.banks), Arc::clone(&self.inbox));
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        let revoked = self.federation.revoked.lock().unwrap().clone();
        drop(self);
        let world = Self::laid_out(folder, clock, banks, inbox);
        *world.federation.revoked.lock().unwrap() = revoked;
        world.gateway.start().await.unwrap();
        world
    }

    /// Stops serving; the store stays open.
    pub async fn halt(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(running) = self.running.take() {
            let _ = running.await;
        }
    }

    pub async fn on(
        folder: tempfile::TempDir,
        clock: Arc<ManualClock>,
        banks: Arc<banks::Scripted>,
        inbox: Arc<Inbox>,
    ) -> Self {
        let mut world = Self::laid_out(folder, clock, banks, inbox);
        world.run().await;
        world
    }

    /// Serves, with all loops.
    pub async fn run(&mut self) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.listens = Some(listener.local_addr().unwrap());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = self.gateway.clone();
        self.running = Some(tokio::spawn(async move {
            serving
                .serve(listener, async {
                    let _ = stopped.await;
                })
                .await
                .unwrap();
        }));
        self.stop = Some(stop);
        self.gateway.start().await.unwrap();
    }

    /// Everything in its place, and nothing started.
    pub fn laid_out(
        folder: tempfile::TempDir,
        clock: Arc<ManualClock>,
        banks: Arc<banks::Scripted>,
        inbox: Arc<Inbox>,
    ) -> Self {
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(&Places::under(folder.path()), &ColumnKey::from_bytes([7; 32])).unwrap());
        let faces = Arc::new(Faces {
            clock: Arc::clone(&clock),
            sessions: Mutex::default(),
            forgotten: Mutex::default(),
            down: Mutex::default(),
            gate: tokio::sync::RwLock::default(),
        });
        let federation = Arc::new(Federation::new(Arc::clone(&clock) as Arc<dyn Clock>, banks.codes()));
        let gateway = node(&clock, &store, &inbox, &faces, &banks, &federation);
        Self {
            gateway,
            clock,
            inbox,
            faces,
            banks,
            federation,
            store,
            folder,
            remote: None,
            listens: None,
            stop: None,
            running: None,
        }
    }

    /// Another node on the same store, with a clock of its own.
    pub fn another_node(&self, clock: &Arc<ManualClock>) -> Gateway {
        node(clock, &self.store, &self.inbox, &self.faces, &self.banks, &self.federation)
    }

    pub fn pass(&self, span: Duration) {
        self.clock.advance(span);
    }
}

fn node(
    clock: &Arc<ManualClock>,
    store: &Arc<dyn Store>,
    inbox: &Arc<Inbox>,
    faces: &Arc<Faces>,
    banks: &Arc<banks::Scripted>,
    federation: &Arc<Federation>,
) -> Gateway {
    Gateway::new(Parts {
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        store: Arc::clone(store),
        sms: Arc::clone(inbox) as Arc<dyn SmsChannel>,
        identity: Arc::new(Registry { issuer: Some(bank("ICBC")) }),
        face: Some(Arc::clone(faces) as Arc<dyn FaceProvider>),
        bank_urls: banks.urls(),
        signing_key: key(102),
        pin: key(100).public(),
        directory: Arc::clone(federation) as Arc<dyn DirectorySource>,
        notices: vec![notice()],
        column_key: ColumnKey::from_bytes([7; 32]),
        limits: Limits { bank_timeout_secs: 5, ..Limits::default() },
    })
}

/// Waits until something holds; gives up after half a minute, saying what was waited for.
pub async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    for _ in 0..3000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain until {what}");
}
