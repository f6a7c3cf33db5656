//! The whole federation on loopback: three listeners, one for the gateway, one for the banks, one for the phone.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::middleware;
use bank::store::{BankStore, SqliteStore};
use bank::{Bank, CardLedger, IndexKey, KeyRing, Parts, Slot, Terms};
use protocol::code::PartyCode;
use protocol::directory::TrustedDirectory;
use protocol::id::ConfirmationId;
use protocol::key::SigningKey;
use protocol::time::{Clock, ManualClock};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::apps::{App, Apps};
use crate::banks::BankRow;
use crate::clock::Hands;
use crate::directory::{FACE, Office};
use crate::face::{Face, FaceSetting};
use crate::ledger::Books;
use crate::people::{People, PeopleError};
use crate::phone::{Phone, Sms};
use crate::rogue::Collusion;
use crate::scenario::{Fault, REVOKED, Scenario};
use crate::state::Memory;
use crate::tamper::{self, Tamper};
use crate::{banks, control, keys, page};

/// How long one look-up may take.
const LEDGER_LIMIT: Duration = Duration::from_secs(8);
/// How often directory and deadlines of the banks are looked after.
const LOOK: Duration = Duration::from_secs(1);
/// How much time of the world's clock lies between two clean-ups of the banks.
const PURGE: Duration = Duration::from_secs(3600);

/// What a world is started with.
pub struct Options {
    /// Where it keeps everything.
    pub dir: PathBuf,
    /// What keys of gateway, banks and face check follow from.
    pub seed: u64,
    /// A folder of people instead of the project's own.
    pub people: Option<PathBuf>,
    /// Ports.
    pub ports: Ports,
    /// A clock moved by hand; without one the machine's own, with jumps.
    pub clock: Option<Arc<ManualClock>>,
    /// The pace of the banks' answers.
    pub slot: Duration,
    /// The scenario to begin with; without one the scenario of the last run.
    pub scenario: Option<Scenario>,
}

impl Options {
    /// A world in `dir` as tests want it: any free ports, answers at once, every bank well.
    #[must_use]
    pub fn for_tests(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            seed: 1,
            people: None,
            ports: Ports::default(),
            clock: None,
            slot: Duration::ZERO,
            scenario: Some(Scenario::AllWell),
        }
    }
}

/// Ports on loopback; 0 is any free one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ports {
    /// The gateway.
    pub gateway: u16,
    /// Phone page and control.
    pub phone: u16,
    /// All banks, each under a path of its own.
    pub banks: u16,
}

impl Ports {
    /// The ports of the demonstration, counted from `first`.
    #[must_use]
    pub const fn from(first: u16) -> Self {
        Self { gateway: first, phone: first.saturating_add(1), banks: first.saturating_add(2) }
    }
}

/// Where everything listens, as written to `DIR/world.json`.
#[derive(Debug, Clone, Serialize)]
pub struct Addresses {
    /// The gateway.
    pub gateway: String,
    /// The phone page.
    pub phone: String,
    /// The control interface.
    pub control: String,
}

/// Why a world did not start or do as asked.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// A file or port cannot be used.
    #[error("a file or port cannot be used: {0}")]
    Io(#[from] std::io::Error),
    /// The people cannot be read.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The list of banks cannot be read.
    #[error("the list of banks cannot be read: {0}")]
    Banks(#[from] csv::Error),
    /// A bank's store cannot be opened.
    #[error("a bank's store cannot be opened")]
    BankStore(#[from] bank::store::StoreError),
    /// The gateway did not start.
    #[error("the gateway did not start")]
    Gateway,
    /// State or clock cannot be written.
    #[error("the world's files cannot be written")]
    Files,
    /// The directory does not hold.
    #[error("the directory does not hold: {0}")]
    Directory(#[from] protocol::directory::DirectoryError),
}

impl From<crate::state::StateError> for WorldError {
    fn from(_: crate::state::StateError) -> Self {
        Self::Files
    }
}

impl From<crate::clock::ClockError> for WorldError {
    fn from(_: crate::clock::ClockError) -> Self {
        Self::Files
    }
}

/// One bank and what stands behind it.
pub(crate) struct OneBank {
    pub(crate) row: BankRow,
    pub(crate) key: SigningKey,
    pub(crate) ring: Arc<KeyRing>,
    pub(crate) index: [u8; 32],
    pub(crate) store: Arc<dyn BankStore>,
    pub(crate) ledger: Arc<dyn CardLedger>,
    pub(crate) bank: Arc<Bank>,
}

/// Everything that runs.
pub(crate) struct Inner {
    pub(crate) seed: u64,
    pub(crate) hands: Hands,
    pub(crate) memory: Arc<Memory>,
    pub(crate) people: Arc<People>,
    pub(crate) office: Arc<Office>,
    pub(crate) phone: Arc<Phone>,
    pub(crate) face: Arc<Face>,
    pub(crate) apps: Arc<Apps>,
    pub(crate) banks: Vec<OneBank>,
}

/// A running world; it ends when dropped or by [`World::stop`].
pub struct World {
    inner: Arc<Inner>,
    addresses: Addresses,
    end: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
}

impl World {
    /// Starts everything and writes `DIR/world.json`.
    ///
    /// # Errors
    /// [`WorldError`].
    pub async fn start(options: Options) -> Result<Self, WorldError> {
        std::fs::create_dir_all(options.dir.join("banks"))?;
        let inner = Arc::new(Inner::open(&options)?);
        let gateway_listener = listen(options.ports.gateway).await?;
        let phone_listener = listen(options.ports.phone).await?;
        let bank_listener = listen(options.ports.banks).await?;
        let base = |listener: &TcpListener| listener.local_addr().map(|address| format!("http://{address}"));
        let (gateway_base, phone_base, bank_base) =
            (base(&gateway_listener)?, base(&phone_listener)?, base(&bank_listener)?);
        let addresses = Addresses {
            gateway: gateway_base,
            phone: format!("{phone_base}/"),
            control: format!("{phone_base}/control"),
        };

        let (end, ended) = watch::channel(false);
        let mut running = vec![
            serve(bank_listener, inner.bank_router(), ended.clone()),
            serve(phone_listener, page::router().merge(control::router(Arc::clone(&inner))), ended.clone()),
            tokio::spawn(Arc::clone(&inner).look_after(ended.clone())),
        ];
        let urls =
            inner.banks.iter().map(|one| (one.row.code.clone(), format!("{bank_base}/{}", one.row.code))).collect();
        running.push(crate::federation::start(&inner, &options.dir, urls, gateway_listener, ended)?);
        if let Some(scenario) = options.scenario {
            inner.set_scenario(scenario).await?;
        }
        let written = serde_json::to_vec_pretty(&addresses).map_err(|_| WorldError::Files)?;
        device::disk::write(&options.dir.join("world.json"), &written).map_err(|_| WorldError::Files)?;
        Ok(Self { inner, addresses, end, running })
    }

    /// Where everything listens.
    #[must_use]
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The world's clock.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.inner.hands.clock()
    }

    /// Everybody.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.inner.people
    }

    /// Every message sent so far, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Sms> {
        self.inner.phone.all()
    }

    /// Time passes, for wall clock and boot time alike.
    ///
    /// # Errors
    /// [`WorldError::Files`].
    pub fn pass(&self, span: Duration) -> Result<(), WorldError> {
        Ok(self.inner.hands.pass(span)?)
    }

    /// Goes over to another scenario.
    ///
    /// # Errors
    /// [`WorldError`].
    pub async fn set_scenario(&self, scenario: Scenario) -> Result<(), WorldError> {
        self.inner.set_scenario(scenario).await
    }

    /// Breaks one bank, or repairs it.
    ///
    /// # Errors
    /// [`WorldError::Files`].
    pub fn set_fault(&self, bank: &PartyCode, fault: Option<Fault>) -> Result<(), WorldError> {
        self.inner.set_fault(bank, fault)
    }

    /// Sets how face checks end.
    ///
    /// # Errors
    /// [`WorldError::Files`].
    pub fn set_face(&self, setting: FaceSetting) -> Result<(), WorldError> {
        self.inner.set_face(setting)
    }

    /// Ends every part and waits for it.
    pub async fn stop(mut self) {
        let _ = self.end.send(true);
        for part in self.running.drain(..) {
            let _ = part.await;
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.end.send(true);
    }
}

impl Inner {
    fn open(options: &Options) -> Result<Self, WorldError> {
        let hands = options.clock.clone().map_or_else(|| Hands::machine(&options.dir), Hands::Manual);
        hands.begin()?;
        let clock = hands.clock();
        let memory = Arc::new(Memory::open(&options.dir));
        let people = Arc::new(People::read(options.people.as_deref())?);
        let rows = banks::all()?;
        let office = Arc::new(Office {
            seed: options.seed,
            rows: rows.clone(),
            clock: Arc::clone(&clock),
            memory: Arc::clone(&memory),
        });
        let apps = Arc::new(Apps::default());
        let face = Face {
            code: FACE.parse().map_err(|_| WorldError::Files)?,
            key: keys::face(options.seed),
            clock: Arc::clone(&clock),
            setting: Mutex::new(memory.read(|state| state.face)),
        };
        let directory = office.trusted()?;
        let mut banks = Vec::with_capacity(rows.len());
        for row in rows {
            banks.push(one_bank(options, row, &clock, &memory, &people, &apps, &directory)?);
        }
        let phone = Arc::new(Phone::open(options.dir.join("messages.json"), clock));
        Ok(Self { seed: options.seed, hands, memory, people, office, phone, face: Arc::new(face), apps, banks })
    }

    fn bank_router(&self) -> Router {
        self.banks.iter().enumerate().fold(Router::new(), |router, (place, one)| {
            let tamper = Arc::new(Tamper {
                code: one.row.code.clone(),
                place,
                seed: self.seed,
                gateway: keys::gateway(self.seed),
                memory: Arc::clone(&self.memory),
                clock: self.hands.clock(),
                first_asked: Mutex::new(HashMap::new()),
            });
            let one =
                bank::router(Arc::clone(&one.bank)).layer(middleware::from_fn_with_state(tamper, tamper::between));
            router.nest(&format!("/{}", self.banks[place].row.code), one)
        })
    }

    /// Hands newer directories to the banks and lets them forget what has ended.
    async fn look_after(self: Arc<Self>, mut ended: watch::Receiver<bool>) {
        let clock = self.hands.clock();
        let mut purged: Option<Duration> = None;
        loop {
            self.spread();
            let now = clock.boottime();
            if purged.is_none_or(|last| now.saturating_sub(last) >= PURGE) {
                self.purge().await;
                purged = Some(now);
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = ended.changed() => return,
            }
        }
    }

    async fn purge(&self) {
        for one in &self.banks {
            if one.bank.purge().await.is_err() {
                tracing::error!(code = "purge", bank = %one.row.code, "a bank could not forget");
            }
        }
    }

    /// Gives every bank the directory in force.
    pub(crate) fn spread(&self) {
        match self.office.trusted() {
            Ok(directory) => self.banks.iter().for_each(|one| one.bank.take_directory(Arc::clone(&directory))),
            Err(error) => tracing::error!(code = "directory", %error, "the directory does not hold"),
        }
    }

    pub(crate) async fn set_scenario(&self, scenario: Scenario) -> Result<(), WorldError> {
        let before = self.memory.read(|state| state.scenario);
        if before == Scenario::RevokedKey && scenario != Scenario::RevokedKey {
            self.new_key()?;
        }
        if scenario == Scenario::RevokedKey && before != Scenario::RevokedKey {
            self.revoke()?;
        }
        self.memory.change(|state| state.scenario = scenario)?;
        if scenario == Scenario::GatewayAsksAlone {
            self.ask_alone().await?;
        }
        Ok(())
    }

    pub(crate) fn set_fault(&self, bank: &PartyCode, fault: Option<Fault>) -> Result<(), WorldError> {
        self.memory.change(|state| match fault {
            Some(fault) => state.faults.insert(bank.clone(), fault),
            None => state.faults.remove(bank),
        })?;
        Ok(())
    }

    pub(crate) fn set_face(&self, setting: FaceSetting) -> Result<(), WorldError> {
        self.memory.change(|state| state.face = setting)?;
        self.face.set(setting);
        Ok(())
    }

    /// The person pressed in a bank's app. `false` when there is no such question.
    pub(crate) async fn press(&self, id: ConfirmationId, confirm: bool) -> Result<bool, WorldError> {
        let Some(asked) = self.apps.take(id) else { return Ok(false) };
        let Some(one) = self.banks.iter().find(|one| one.row.code == asked.bank) else { return Ok(false) };
        Ok(one.bank.decide(id, confirm).await?)
    }

    fn revoke(&self) -> Result<(), WorldError> {
        let bank: PartyCode = REVOKED.parse().map_err(|_| WorldError::Files)?;
        self.memory.change(|state| {
            let rotation = state.rotations.get(&bank).copied().unwrap_or(0);
            state.revoked.insert((bank.clone(), rotation));
        })?;
        self.office.issue()?;
        self.spread();
        Ok(())
    }

    /// The bank whose key was revoked gets a new one; a compromised key never holds again.
    fn new_key(&self) -> Result<(), WorldError> {
        let bank: PartyCode = REVOKED.parse().map_err(|_| WorldError::Files)?;
        let rotation = self.memory.change(|state| {
            let rotation = state.rotations.entry(bank.clone()).or_default();
            *rotation += 1;
            *rotation
        })?;
        if let Some(one) = self.banks.iter().find(|one| one.row.code == bank) {
            one.ring.rotate_in(keys::bank(self.seed, &bank, rotation));
        }
        self.office.issue()?;
        self.spread();
        Ok(())
    }

    async fn ask_alone(&self) -> Result<(), WorldError> {
        let collusion = Collusion {
            gateway: keys::gateway(self.seed),
            face: &self.face,
            directory: self.office.trusted()?,
            clock: self.hands.clock(),
        };
        for person in self.people.all() {
            if collusion.ask(person, &self.banks).await.is_none() {
                tracing::warn!(code = "rogue", "a person could not be asked about");
            }
        }
        Ok(())
    }
}

fn one_bank(
    options: &Options,
    row: BankRow,
    clock: &Arc<dyn Clock>,
    memory: &Memory,
    people: &Arc<People>,
    apps: &Arc<Apps>,
    directory: &Arc<TrustedDirectory>,
) -> Result<OneBank, WorldError> {
    let key = keys::bank(options.seed, &row.code, 0);
    let ring = Arc::new(KeyRing::new(key.clone()));
    for rotation in 1..=memory.read(|state| state.rotations.get(&row.code).copied().unwrap_or(0)) {
        ring.rotate_in(keys::bank(options.seed, &row.code, rotation));
    }
    let index = keys::derived(options.seed, &format!("index/{}", row.code));
    let store: Arc<dyn BankStore> =
        Arc::new(SqliteStore::open(&options.dir.join("banks").join(format!("{}.db", row.code)))?);
    let ledger: Arc<dyn CardLedger> = Arc::new(Books { bank: row.code.clone(), people: Arc::clone(people) });
    let bank = Bank::new(Parts {
        terms: Terms {
            code: row.code.clone(),
            kinds: row.kinds(),
            slot: Slot::of(options.slot),
            ledger_limit: LEDGER_LIMIT,
        },
        keys: Arc::clone(&ring),
        index: Arc::new(IndexKey::new(index)),
        directory: Arc::clone(directory),
        clock: Arc::clone(clock),
        store: Arc::clone(&store),
        ledger: Arc::clone(&ledger),
        confirmation: Arc::new(App { bank: row.code.clone(), people: Arc::clone(people), apps: Arc::clone(apps) }),
    });
    Ok(OneBank { row, key, ring, index, store, ledger, bank: Arc::new(bank) })
}

async fn listen(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port)).await
}

/// Serves a router until the world ends.
pub(crate) fn serve(listener: TcpListener, router: Router, mut ended: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let end = async move {
            let _ = ended.wait_for(|ended| *ended).await;
        };
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(end).await {
            tracing::error!(code = "listener", %error, "a listener ended");
        }
    })
}

/// Addresses of the banks by their code.
pub(crate) type BankUrls = BTreeMap<PartyCode, String>;
