//! One device and one federation, new for each run.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use demo_world::{Options, World};
use device::{DemoClock, MemoryKeychain};
use journey::view::QueryState;
use journey::{Address, HttpFederation, Journey, Parts, Profile, Secret};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vault::{Cost, Paths};

use crate::walk;

/// The viewing password of the person who asks.
pub(crate) const PASSWORD: &[u8] = "correct horse 电池".as_bytes();

/// The pace of the banks, as the protocol lays it down.
const SLOT: Duration = Duration::from_secs(2);

pub(crate) fn secret(bytes: &[u8]) -> Secret {
    Secret::new(bytes.to_vec())
}

pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) journey: Journey,
    _folders: [TempDir; 2],
}

impl Stage {
    /// A person with cards at many banks, enrolled.
    pub(crate) async fn enrolled() -> Self {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [world, device] = folders.each_ref().map(TempDir::path);
        let running = World::start(Options { slot: SLOT, ..Options::for_tests(world) }).await.unwrap();
        let journey = Journey::open(Parts {
            keychain: Arc::new(MemoryKeychain::new()),
            biometrics: Arc::new(device::NoBiometrics),
            clock: Arc::new(DemoClock::new(world.join("clock.json"))),
            federation: Arc::new(HttpFederation::new(Address::World(world.to_owned())).unwrap()),
            paths: Paths::at(device),
            profile: Profile::demo(world).unwrap(),
            cost: Cost::Desktop,
        })
        .await;
        walk::enrol(&journey, &running, "many").await;
        Self { world: running, journey, _folders: folders }
    }

    /// Waits until the report is whole, as the screen hears of it.
    pub(crate) async fn until_ready(&self) {
        let mut changes = self.journey.changes();
        while self.journey.collect_state().await.unwrap().query.state != QueryState::Ready {
            // Having missed some is as good as having heard the last.
            let _ = changes.recv().await;
        }
    }

    /// How long the bank that took longest had the gateway's call, by the gateway's own counting.
    pub(crate) async fn slowest_bank(&self) -> Duration {
        let address: SocketAddr = self.world.addresses().gateway.strip_prefix("http://").unwrap().parse().unwrap();
        let mut socket = TcpStream::connect(address).await.unwrap();
        let request = format!("GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut said = String::new();
        socket.read_to_string(&mut said).await.unwrap();
        let calls = said.lines().filter(|line| line.starts_with("mingxia_bank_call_milliseconds_total{"));
        let spans = calls.filter_map(|line| line.rsplit(' ').next()?.parse().ok());
        Duration::from_millis(spans.max().expect("the gateway counts the time of its calls"))
    }
}
