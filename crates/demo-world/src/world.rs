//! The whole federation on loopback: three listeners, one for the gateway, one for the banks, one for the phone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use protocol::code::PartyCode;
use protocol::time::{Clock, ManualClock};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::face::FaceSetting;
use crate::inner::Inner;
use crate::people::{People, PeopleError};
use crate::phone::Sms;
use crate::scenario::{Fault, Scenario};
use crate::{control, page};

/// What a world is started with.
pub struct Options {
    /// Where it keeps everything.
    pub dir: PathBuf,
    /// What keys of gateway, banks and face check follow from.
    pub seed: u64,
    /// A folder of people instead of the project's own.
    pub people: Option<PathBuf>,
    /// A file of banks instead of the project's own.
    pub banks: Option<PathBuf>,
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
            banks: None,
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
    /// The ports of the demonstration, counted from `first`; any that are free, where that is 0.
    #[must_use]
    pub const fn from(first: u16) -> Self {
        if first == 0 {
            return Self { gateway: 0, phone: 0, banks: 0 };
        }
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
    /// The folder was begun with another seed: its keys and stores are others.
    #[error("this folder belongs to another seed")]
    Seed,
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
        self.inner.pass(span)
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
