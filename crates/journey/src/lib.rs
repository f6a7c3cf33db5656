//! The nine acts, without a window: enrol, consent, verify, apply, collect, notify, unlock, read, expire.
//!
//! [`Journey`] is the whole of it: a cheap handle with one method a command. It decides and never draws; everything it
//! shows is in [`view`]; each act refuses in a closed error of its own, which [`view::Refusal`] turns into a code.

mod apply;
mod biometrics;
mod collect;
mod compare;
mod consent;
mod directory;
mod enrol;
mod expire;
mod fault;
pub mod federation;
mod flags;
mod house;
mod lock;
mod notify;
mod pass;
pub mod profile;
mod read;
mod session;
mod settings;
mod sweep;
mod tick;
mod unlock;
mod verify;
pub mod view;

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use device::{Biometrics, Keychain, KeychainError as Asked, stack};
use protocol::id::QueryId;
use protocol::refusal::Code;
use protocol::time::Clock;
use tokio::sync::{Notify, broadcast};
use vault::item::ItemError;
use vault::{Cost, OpenError, Paths};
use zeroize::Zeroizing;

pub use apply::ApplyError;
pub use collect::CollectError;
pub use consent::ConsentError;
pub use enrol::EnrolError;
pub use expire::ExpireError;
pub use fault::Fault;
pub use federation::Federation;
pub use federation::configured::{ConfigError, Configured};
pub use federation::http::{Address, HttpFederation};
pub use notify::Notice;
pub use pass::{Left, Passed, Turns};
pub use profile::Profile;
pub use read::ReadError;
pub use sweep::sweep;
pub use unlock::UnlockError;
pub use verify::VerifyError;
pub use view::{
    BanksView, Change, CollectView, ConsentForm, EnrolForm, EnrolView, ErrorCode, HomeView, KeptConsent, KitView, Mark,
    MessagesView, NoticeView, Param, ProtectionView, QueryView, RecordView, Refusal, ReportView, ResetView, Settings,
    StartView, UnlockView, VerifyView, What,
};

use federation::calls::{CallFault, Gateway};
use house::House;
use lock::Lock;

/// So long the end of the app waits for what is being done.
const LAST_WORK: Duration = Duration::from_secs(2);

/// Raw bytes of a password; wiped when dropped.
pub type Secret = Zeroizing<Vec<u8>>;

/// What a journey is made of.
pub struct Parts {
    /// The keychain of this machine.
    pub keychain: Arc<dyn Keychain>,
    /// Its biometrics.
    pub biometrics: Arc<dyn Biometrics>,
    /// Its clocks.
    pub clock: Arc<dyn Clock>,
    /// The way to the federation.
    pub federation: Arc<dyn Federation>,
    /// Where everything lies.
    pub paths: Paths,
    /// Whose data it is, and which root is believed.
    pub profile: Profile,
    /// Cost of the viewing password.
    pub cost: Cost,
}

/// The nine acts. Clones share everything.
#[derive(Clone)]
pub struct Journey(Arc<Inner>);

struct Inner {
    gateway: Gateway,
    clock: Arc<dyn Clock>,
    profile: Profile,
    house: Mutex<House>,
    lock: Lock,
    /// One act at a time changes the query.
    act: tokio::sync::Mutex<()>,
    changes: broadcast::Sender<Change>,
    wake: Notify,
    /// Boot time before which sending is not tried again.
    not_before: Mutex<Duration>,
}

impl Journey {
    /// Opens the profile: leftovers of a crash are undone, begun ends are carried on, and what is past its end is ended
    /// before anything can be shown. What stands in the way is told by [`Self::settings_home`], and tried again there.
    pub async fn open(parts: Parts) -> Self {
        let house = House {
            paths: parts.paths,
            keychain: parts.keychain,
            biometrics: parts.biometrics,
            clock: Arc::clone(&parts.clock),
            cost: parts.cost,
            vault: None,
            trouble: None,
            unlocked: None,
            directory: None,
            code_tries: None,
            erased: false,
            ask_allowance_at: Duration::ZERO,
        };
        let journey = Self(Arc::new(Inner {
            gateway: Gateway::new(parts.federation, Arc::clone(&parts.clock)),
            clock: parts.clock,
            profile: parts.profile,
            house: Mutex::new(house),
            lock: Lock::default(),
            act: tokio::sync::Mutex::new(()),
            changes: broadcast::channel(64).0,
            wake: Notify::new(),
            not_before: Mutex::new(Duration::ZERO),
        }));
        let pin = journey.0.profile.root;
        // Whatever stands in the way is kept in the house and told from there.
        let _ = journey
            .house(move |house| {
                house.vault()?;
                house.directory = directory::kept(house, &pin).ok().flatten();
                expire::sweep(house)
            })
            .await;
        journey
    }

    /// The app ends: what is being done is finished, the vault is closed, and nothing is begun any more. Files that were
    /// still open while the process ends would be closed after SQLCipher freed what closing them needs.
    pub fn shut_down(&self) {
        let inner = Arc::clone(&self.0);
        let (closed, waiting) = mpsc::channel();
        thread::spawn(move || {
            let mut house = inner.house.lock().unwrap_or_else(PoisonError::into_inner);
            house.unlocked = None;
            house.vault = None;
            // Whoever waited too long for it is gone.
            let _ = closed.send(());
            std::mem::forget(house);
        });
        // A keychain that says nothing is not waited for.
        let _ = waiting.recv_timeout(LAST_WORK);
    }

    /// What changes, as it changes.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    pub(crate) fn changed(&self, what: What) {
        // Nobody listening is no fault.
        let _ = self.0.changes.send(Change { what });
    }

    /// Work on what this device holds, away from the threads of the network.
    pub(crate) async fn house<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut House) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.decide(work).await
    }

    /// The same, where the act itself may refuse.
    pub(crate) async fn decide<T: Send + 'static, E: From<Fault> + Send + 'static>(
        &self,
        work: impl FnOnce(&mut House) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let inner = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            let mut house = inner.house.lock().unwrap_or_else(PoisonError::into_inner);
            // Keys of every kind pass through here, on a thread that others use after it.
            stack::wiping(|| {
                inner.lock.watching(&mut house, |house| {
                    house.enter();
                    work(house)
                })
            })
        });
        done.await.unwrap_or_else(|_| Err(Fault::Internal.into()))
    }

    /// Whether the keychain asked the person and got no: only the person's own next step asks again.
    pub(crate) async fn person_said_no(&self) -> bool {
        let inner = Arc::clone(&self.0);
        let looked = tokio::task::spawn_blocking(move || {
            let house = inner.house.lock().unwrap_or_else(PoisonError::into_inner);
            let trouble = house.trouble.filter(|_| house.vault.is_none());
            matches!(
                trouble,
                Some(OpenError::Item(ItemError::Keychain(Asked::Cancelled | Asked::Denied | Asked::TimedOut)))
            )
        });
        looked.await.unwrap_or(false)
    }

    /// Passes an answer on; a retired device locks, and does what a signed order says.
    pub(crate) async fn heed<T>(&self, told: Result<T, CallFault>) -> Result<T, Fault> {
        match told {
            Err(CallFault::Refused(refused)) if refused.code == Code::DeviceRetired => {
                let (order, pin) = (refused.erase.clone(), self.0.profile.root);
                let retired = self.house(move |house| enrol::retire(house, order.as_deref(), &pin)).await;
                self.changed(What::Account);
                self.changed(What::Query);
                retired?;
                Err(CallFault::Refused(refused).into())
            }
            told => Ok(told?),
        }
    }

    /// A query as the screens see it, also when it is a record by now.
    pub(crate) async fn view_of(&self, query: QueryId) -> Result<QueryView, Fault> {
        self.house(move |house| {
            let row = house.read(|read| read.queries().get(query))?.ok_or(Fault::NoQuery)?;
            house.query_view(&row)
        })
        .await
    }

    /// Not again before this much of running time has passed.
    pub(crate) fn pause(&self, span: Duration) {
        let mut not_before = self.0.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        *not_before = self.0.clock.boottime() + span;
    }

    pub(crate) fn paused(&self) -> bool {
        self.0.clock.boottime() < *self.0.not_before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
