//! Everything that runs behind the listeners: the banks, the office, the phone, and what scenarios do to them.

use std::collections::HashMap;
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
use protocol::time::Clock;
use tokio::sync::watch;

use crate::apps::{App, Apps};
use crate::banks::BankRow;
use crate::clock::Hands;
use crate::directory::{FACE, Office};
use crate::face::{Face, FaceSetting};
use crate::ledger::Books;
use crate::people::People;
use crate::phone::Phone;
use crate::rogue::Collusion;
use crate::scenario::{Fault, REVOKED, Scenario};
use crate::state::Memory;
use crate::tamper::{self, Tamper};
use crate::world::{Options, WorldError};
use crate::{banks, keys};

/// How long one look-up may take.
const LEDGER_LIMIT: Duration = Duration::from_secs(8);
/// How often directory and deadlines of the banks are looked after.
const LOOK: Duration = Duration::from_secs(1);
/// How much time of the world's clock lies between two clean-ups of the banks.
const PURGE: Duration = Duration::from_secs(3600);

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

impl Inner {
    pub(crate) fn open(options: &Options) -> Result<Self, WorldError> {
        let hands = options.clock.clone().map_or_else(|| Hands::machine(&options.dir), Hands::Manual);
        hands.begin()?;
        let clock = hands.clock();
        let memory = Arc::new(Memory::open(&options.dir));
        if memory.change(|state| *state.seed.get_or_insert(options.seed))? != options.seed {
            return Err(WorldError::Seed);
        }
        let people = Arc::new(People::read(options.people.as_deref())?);
        let rows = banks::read(options.banks.as_deref())?;
        let office = Arc::new(Office {
            seed: options.seed,
            rows: rows.clone(),
            clock: Arc::clone(&clock),
            memory: Arc::clone(&memory),
        });
        let apps = Arc::new(Apps::open(options.dir.join("questions.json")));
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

    pub(crate) fn bank_router(&self) -> Router {
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
    pub(crate) async fn look_after(self: Arc<Self>, mut ended: watch::Receiver<bool>) {
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

    /// Time passes, for wall clock and boot time alike; no bank is left with a directory that ended meanwhile.
    pub(crate) fn pass(&self, span: Duration) -> Result<(), WorldError> {
        self.hands.pass(span)?;
        self.spread();
        Ok(())
    }

    /// Somebody sets the wall clock alone, forward or back.
    pub(crate) fn set_wall(&self, by_ms: i64) -> Result<(), WorldError> {
        self.hands.set_wall(by_ms)?;
        self.spread();
        Ok(())
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
        let Some(asked) = self.apps.find(id) else { return Ok(false) };
        let Some(one) = self.banks.iter().find(|one| one.row.code == asked.bank) else { return Ok(false) };
        let taken = one.bank.decide(id, confirm).await?;
        self.apps.remove(id)?;
        Ok(taken)
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
