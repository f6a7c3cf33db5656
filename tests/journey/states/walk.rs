//! A walk: one event after the other happens to the app and to the table, and both must stand at the same place.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use device::{KeychainError, MemoryKeychain};
use journey::view::{Ended, QueryState};
use journey::{ErrorCode, Journey, Parts, Profile, Refusal};
use protocol::code::{BankState, FactorKind, QueryState as AtGateway};
use protocol::id::QueryId;
use protocol::time::{Clock, ManualClock};
use vault::{Cost, Paths};

use super::command::form;
use super::gateway::{Fate, Gateway, HOUR, Network, Seal};
use super::model::{Model, Query, YEAR};
use super::parties::{self, Bank, Does};
use crate::stage::{PASSWORD, secret};

/// What may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Passes(Duration),
    Network(Network),
    Agree,
    /// Agreed, while the gateway hands out a directory of long ago.
    AgreeOld,
    /// Agreed, and the keychain keeps nothing after so many writes.
    AgreeUnkept(usize),
    Prove(FactorKind),
    /// So many wrong tries of a factor begun anew.
    Fail(FactorKind, u32),
    Cancel,
    Submit(Fate),
    Tick(Fate),
    Refresh(Fate),
    Withdraw,
    Delete,
    Bank(usize, Does),
    /// A bank that answered answers once more, with other bytes.
    BankAgain(usize),
    Close(Seal),
    CloseEmpty,
    Retry,
    /// Asked again, and the answer is lost on its way.
    RetryUnheard,
    Restart,
    Keychain(Option<KeychainError>),
    TakeKey,
    Retire(bool),
    OtherNotice,
    Allowance,
    ClockAhead,
    ClockBack,
    Unlock,
    Read,
    Forgotten,
    Save,
    Restore,
}

/// Every file of a folder with its bytes.
pub(crate) type Files = Vec<(PathBuf, Vec<u8>)>;

pub(crate) fn files(folder: &Path) -> Files {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push((path.strip_prefix(folder).unwrap().to_path_buf(), std::fs::read(&path).unwrap()));
            }
        }
    }
    found
}

pub(crate) fn lay(folder: &Path, files: &Files) {
    for (name, bytes) in files {
        let place = folder.join(name);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, bytes).unwrap();
    }
}

/// A device on which somebody enrolled, to begin walks from.
pub(crate) struct Template {
    pub(crate) files: Files,
    pub(crate) keychain: device::keychain::memory::Snapshot,
    pub(crate) gateway: Gateway,
    pub(crate) clock: Arc<ManualClock>,
}

/// One walk.
pub(crate) struct Walk {
    pub(crate) gateway: Gateway,
    clock: Arc<ManualClock>,
    pub(crate) keychain: MemoryKeychain,
    pub(crate) device: tempfile::TempDir,
    app: Option<Journey>,
    pub(crate) model: Model,
    saved: Option<(Files, Model)>,
    /// How far the wall clock was set ahead last, in years.
    jumps: u32,
}

pub(crate) async fn open(
    device: &Path,
    keychain: &MemoryKeychain,
    clock: &Arc<ManualClock>,
    gateway: &Gateway,
) -> Journey {
    Journey::open(Parts {
        keychain: Arc::new(keychain.clone()),
        biometrics: Arc::new(device::NoBiometrics),
        clock: Arc::clone(clock) as Arc<_>,
        federation: Arc::new(gateway.clone()),
        paths: Paths::at(device),
        profile: Profile::pinned(journey::view::Profile::Demo, parties::key("root").public(), None, true),
        cost: Cost::Floor,
    })
    .await
}

pub(crate) fn code<T, E: Into<Refusal>>(told: Result<T, E>) -> Option<ErrorCode> {
    told.err().map(|error| error.into().code)
}

/// What a command must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Must {
    Hold,
    Refuse(ErrorCode),
    /// Refused; which of several reasons is named first is not laid down.
    RefuseSomehow,
    /// Nothing was asked.
    Any,
}

impl Walk {
    pub(crate) async fn from(template: &Template) -> Self {
        let device = tempfile::tempdir().unwrap();
        lay(device.path(), &template.files);
        let keychain = MemoryKeychain::new();
        keychain.restore(&template.keychain);
        let now = template.clock.now();
        let clock = Arc::new(ManualClock::at(now));
        let gateway = template.gateway.fork(Arc::new(ManualClock::at(now)));
        let app = Some(open(device.path(), &keychain, &clock, &gateway).await);
        Self { gateway, clock, keychain, device, app, model: Model::enrolled(now), saved: None, jumps: 0 }
    }

    pub(crate) fn app(&self) -> &Journey {
        self.app.as_ref().unwrap()
    }

    fn pass(&mut self, span: Duration) {
        self.clock.advance(span);
        self.gateway.clock.advance(span);
        self.model.passes(span);
    }

    async fn restart(&mut self) {
        drop(self.app.take());
        self.app = Some(open(self.device.path(), &self.keychain, &self.clock, &self.gateway).await);
        self.model.unlocked = false;
        self.model.blind = self.model.keychain.is_some();
        if self.model.blind {
            self.model.forgets();
        }
        self.model.paused_until = self.model.now;
        self.model.asks_from = self.model.now;
    }

    pub(crate) fn id(&self) -> QueryId {
        self.model.query.as_ref().map_or_else(QueryId::new, |query| query.id)
    }

    /// Changes the query as the gateway holds it; nothing when it holds none, or one that ended.
    fn at_gateway(&self, change: impl FnOnce(QueryId, &mut super::gateway::Held)) {
        let mut inner = self.gateway.inner();
        if let Some(held) = inner.queries.get_mut(&self.id()) {
            change(self.id(), held);
        }
    }

    /// One event, to both; then both are compared.
    pub(crate) async fn step(&mut self, event: Event) {
        self.pass(Duration::from_secs(1));
        // Time alone may end something; both look before and after.
        self.look(event, "before").await;
        let left = self.gateway.inner().applied.len();
        let must = self.happens(event).await;
        if let Some((must, said)) = must {
            let right = match must {
                Must::Hold => said.is_none(),
                Must::Refuse(code) => said == Some(code),
                Must::RefuseSomehow => said.is_some(),
                Must::Any => true,
            };
            assert!(right, "{event:?} must {must:?} and said {said:?} in {:?}", self.model);
            if !matches!(event, Event::Submit(_) | Event::Tick(_) | Event::Refresh(_)) {
                assert_eq!(self.gateway.inner().applied.len(), left, "{event:?} sent the query");
            }
        }
        self.gateway.inner().fate = Fate::Taken;
        self.look(event, "after").await;
    }

    async fn happens(&mut self, event: Event) -> Option<(Must, Option<ErrorCode>)> {
        match event {
            Event::Passes(span) => self.pass(span),
            Event::Network(network) => self.gateway.inner().network = network,
            Event::Retire(ordered) => self.gateway.inner().retired = Some(ordered),
            Event::OtherNotice => {
                let mut inner = self.gateway.inner();
                inner.notice = if inner.notice == "告知书" { "另一份告知书" } else { "告知书" };
            }
            Event::Allowance => {
                let next = self.model.now + HOUR * 100;
                let mut inner = self.gateway.inner();
                inner.allowance = if inner.allowance.is_some() { None } else { Some(next) };
            }
            Event::ClockAhead => {
                // Further each time: what was known of the last jump explains nothing of this one.
                self.jumps += 2;
                self.clock.set_wall(self.model.now + YEAR * self.jumps);
                if !self.model.ahead || self.model.known_ahead {
                    self.model.doubted = Duration::ZERO;
                }
                (self.model.ahead, self.model.known_ahead, self.model.jump) = (true, false, self.jumps);
            }
            Event::ClockBack => {
                self.clock.set_wall(self.model.now);
                (self.model.ahead, self.model.known_ahead, self.model.doubted) = (false, false, Duration::ZERO);
            }
            Event::Keychain(error) => {
                self.keychain.fail(error);
                self.model.keychain = error;
                if error.is_none() {
                    self.model.blind = false;
                }
            }
            Event::TakeKey => {
                self.keychain.tamper(&format!("shred.{}", self.id()), None);
                if let Some(query) = &mut self.model.query {
                    query.key_there = false;
                }
            }
            Event::Bank(place, does) => {
                let now = self.model.now;
                self.at_gateway(|id, held| {
                    let name = parties::BANKS[place];
                    let open = matches!(held.state, AtGateway::Asking | AtGateway::Retrying);
                    if open && held.banks[name].state == BankState::Pending {
                        let says = Bank::says(name, id, held, does, now);
                        held.banks.insert(name.to_owned(), says);
                    }
                });
            }
            Event::BankAgain(place) => {
                let now = self.model.now;
                self.at_gateway(|id, held| {
                    let name = parties::BANKS[place];
                    if held.banks[name].state == BankState::Answered {
                        let says = Bank::says(name, id, held, Does::ForgedInside, now);
                        held.banks.insert(name.to_owned(), says);
                    }
                });
            }
            Event::Close(seal) => self.close(seal, false),
            Event::CloseEmpty => self.close(Seal::Right, true),
            Event::Restart => self.restart().await,
            Event::Save => {
                drop(self.app.take());
                let lives = matches!(
                    self.model.state(),
                    Some(QueryState::Collecting | QueryState::Ready | QueryState::Retrying)
                );
                if lives && self.model.keychain.is_none() {
                    self.saved = Some((files(self.device.path()), self.model.clone()));
                }
                self.restart().await;
            }
            Event::Restore => self.restore().await,
            command => return Some(self.command(command).await),
        }
        None
    }

    fn close(&self, seal: Seal, empty: bool) {
        let now = self.model.now;
        self.at_gateway(|id, held| {
            if matches!(held.state, AtGateway::Closed | AtGateway::Empty) {
                held.state_end(id, seal, now);
            }
            if !matches!(held.state, AtGateway::Asking | AtGateway::Retrying) {
                return;
            }
            let answered = held.banks.values().any(|bank| bank.state == BankState::Answered);
            if empty == answered || empty && held.round > 1 {
                return;
            }
            for bank in held.banks.values_mut().filter(|bank| bank.state == BankState::Pending) {
                (bank.state, bank.at) = (BankState::Unanswered, now);
            }
            held.revision = held.round;
            held.state = if empty { AtGateway::Empty } else { AtGateway::Closed };
            if !empty {
                held.generated_at = held.generated_at.or(Some(now.min(held.due_at())));
            }
            held.state_end(id, seal, now);
        });
    }

    /// An older folder is put back beside the keychain of now, when its query has ended meanwhile.
    async fn restore(&mut self) {
        let Some((files, then)) = self.saved.take() else { return };
        let query = then.query.clone().unwrap();
        let ended = self.model.records.iter().any(|(id, ..)| *id == query.id);
        if !ended || self.model.query.is_some() || self.model.keychain.is_some() || self.model.retired {
            return;
        }
        drop(self.app.take());
        std::fs::remove_dir_all(self.device.path()).unwrap();
        lay(self.device.path(), &files);
        self.model.query = Some(Query { key_there: false, ..query });
        self.model.records = then.records;
        self.restart().await;
    }

    async fn command(&mut self, event: Event) -> (Must, Option<ErrorCode>) {
        self.gateway.inner().directory_old = event == Event::AgreeOld;
        let must = self.must(event);
        let told = self.told(event, must).await;
        self.hears_time().await;
        self.gateway.inner().directory_old = false;
        told
    }

    async fn told(&mut self, event: Event, must: Must) -> (Must, Option<ErrorCode>) {
        match event {
            Event::Agree | Event::AgreeOld => self.agree(event).await,
            Event::AgreeUnkept(writes) => {
                self.keychain.fail_after(writes, KeychainError::Denied);
                let said = self.app().consent_agree(form()).await;
                self.keychain.heal();
                self.keychain.fail(self.model.keychain);
                let must = self.must(event);
                self.hears_time().await;
                let Ok(view) = said else {
                    let said = code(said);
                    self.hears_of_another(said);
                    return (Must::RefuseSomehow, said);
                };
                assert!(matches!(must, Must::Hold | Must::Any), "agreed where the table refuses");
                self.agreed(&view.query_id);
                (Must::Any, None)
            }
            Event::Prove(kind) => {
                let said = self.prove(kind).await;
                self.hears_time().await;
                self.begins(must == Must::Hold, kind);
                if said.is_none() {
                    self.model.factor(kind, true);
                }
                self.hears_of_another(said);
                (must, said)
            }
            Event::Fail(kind, tries) => {
                let said = self.fail(kind, tries).await;
                self.hears_time().await;
                self.begins(must == Must::Hold, kind);
                self.hears_of_another(said);
                (if must == Must::Hold { Must::RefuseSomehow } else { must }, said)
            }
            Event::Cancel => {
                let said = code(self.app().apply_cancel().await);
                if must == Must::Hold {
                    self.model.ends(Ended::Lapsed);
                }
                (must, said)
            }
            Event::Withdraw | Event::Delete => self.end(event, must).await,
            Event::Submit(fate) => {
                self.gateway.inner().fate = fate;
                let said = code(self.app().apply_submit().await);
                if must == Must::Any {
                    if let Some(query) = self.model.query.as_mut() {
                        query.state = QueryState::Sending;
                    }
                    self.model.sends(&self.gateway.inner());
                }
                (must, said)
            }
            Event::Tick(fate) => {
                self.gateway.inner().fate = fate;
                self.tick().await;
                (Must::Any, None)
            }
            Event::Refresh(fate) => {
                self.gateway.inner().fate = fate;
                self.refresh().await;
                (Must::Any, None)
            }
            Event::Retry | Event::RetryUnheard => {
                self.gateway.inner().round_unheard = event == Event::RetryUnheard;
                let said = code(self.app().collect_retry().await);
                self.gateway.inner().round_unheard = false;
                if must == Must::Hold {
                    self.retries();
                }
                // How it stands is asked where that is not told, or otherwise than it is known here.
                let asks = (event, must) == (Event::RetryUnheard, Must::Hold)
                    || must == Must::Refuse(ErrorCode::NotClosed) && self.model.state() == Some(QueryState::Ready);
                if asks {
                    self.model.collects(&self.gateway.inner());
                }
                self.hears_of_another(said);
                (must, said)
            }
            Event::Unlock => {
                let said = code(self.app().unlock_open(secret(PASSWORD)).await);
                self.model.unlocked = said.is_none();
                (must, said)
            }
            Event::Read => (must, self.read().await),
            Event::Forgotten => {
                let said = self.forgotten().await;
                self.hears_of_another(said);
                self.hears_time().await;
                if said.is_none() {
                    // The old folder knows the old password only.
                    self.saved = None;
                    self.model.unlocked = false;
                    // What was lost may be replaced: the gateway is asked from when.
                    self.model.asks_from = self.model.now;
                    match self.model.state() {
                        Some(QueryState::Prepared | QueryState::Verifying) => self.model.ends(Ended::Lapsed),
                        Some(_) => self.model.ends(Ended::Lost),
                        None => {}
                    }
                }
                (must, said)
            }
            other => unreachable!("{other:?} is no command"),
        }
    }
}
