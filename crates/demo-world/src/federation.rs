//! The gateway of the demonstration: the real one, with the world's ports behind it.

use std::path::Path;
use std::sync::Arc;

use gateway::ports::DirectorySource;
use gateway::{ColumnKey, Gateway, Limits, Parts, Places, SqliteStore};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::directory::Office;
use crate::inner::Inner;
use crate::scenario::Scenario;
use crate::state::Memory;
use crate::world::{BankUrls, WorldError};
use crate::{keys, notice};

/// What devices are told of the directory: as it is, or old.
struct HandedOut {
    office: Arc<Office>,
    memory: Arc<Memory>,
}

impl DirectorySource for HandedOut {
    fn current(&self) -> (Vec<String>, String) {
        self.office.current()
    }

    fn published(&self) -> (Vec<String>, String) {
        if self.memory.read(|state| state.scenario) == Scenario::OldDirectory {
            (Office::roots(), self.office.old())
        } else {
            self.office.current()
        }
    }
}

/// Starts the gateway on its listener.
pub(crate) fn start(
    world: &Inner,
    dir: &Path,
    bank_urls: BankUrls,
    listener: TcpListener,
    mut ended: watch::Receiver<bool>,
) -> Result<JoinHandle<()>, WorldError> {
    let folder = dir.join("gateway");
    std::fs::create_dir_all(&folder)?;
    let column_key = ColumnKey::from_bytes(keys::derived(world.seed, "columns"));
    let store = SqliteStore::open(&Places::under(&folder), &column_key).map_err(|_| WorldError::Gateway)?;
    let gateway = Gateway::new(Parts {
        clock: world.hands.clock(),
        store: Arc::new(store),
        sms: Arc::clone(&world.phone) as Arc<dyn gateway::SmsChannel>,
        identity: Arc::clone(&world.people) as Arc<dyn gateway::IdentitySource>,
        face: Some(Arc::clone(&world.face) as Arc<dyn gateway::FaceProvider>),
        bank_urls,
        signing_key: keys::gateway(world.seed),
        pin: keys::root_key().public(),
        directory: Arc::new(HandedOut { office: Arc::clone(&world.office), memory: Arc::clone(&world.memory) }),
        notices: notice::all(),
        column_key,
        limits: Limits::default(),
    });
    Ok(tokio::spawn(async move {
        let end = async move {
            let _ = ended.wait_for(|ended| *ended).await;
        };
        if let Err(error) = gateway.serve(listener, end).await {
            tracing::error!(code = "gateway", %error, "the gateway ended");
        }
    }))
}
