//! kill -9 at random moments of a query, again and again: every bank's section is here exactly once in the end.
//!
//! The app without its window is this test binary, started again with one test chosen; its keychain is a folder of
//! files, which only a test may use.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use demo_world::{Options, World};
use device::keychain::Secret;
use device::{DemoClock, Keychain, KeychainError, Protection};
use journey::view::QueryState;
use journey::{Address, HttpFederation, Journey, Parts, Profile};
use protocol::encode::random;
use vault::{Cost, Paths};

use crate::stage::{PASSWORD, secret};

const PLACE: &str = "MINGXIA_KILL_PLACE";

/// Fifty, or as many as `MINGXIA_KILLS` says.
fn kills() -> usize {
    std::env::var("MINGXIA_KILLS").map_or(50, |kills| kills.parse().unwrap())
}

/// A keychain that outlives a killed process: one file an item.
struct FolderKeychain(PathBuf);

impl Keychain for FolderKeychain {
    fn get(&self, name: &str) -> Result<Option<Secret>, KeychainError> {
        Ok(std::fs::read(self.0.join(name)).ok().map(Secret::new))
    }

    fn set(&self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
        device::disk::write(&self.0.join(name), value).map_err(|_| KeychainError::Unavailable)
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        device::disk::remove(&self.0.join(name)).map_err(|_| KeychainError::Unavailable)
    }

    fn list(&self) -> Result<Vec<String>, KeychainError> {
        let files = std::fs::read_dir(&self.0).map_err(|_| KeychainError::Unavailable)?;
        Ok(files
            .flatten()
            .filter_map(|file| file.file_name().into_string().ok())
            .filter(|name| !name.ends_with(".half"))
            .collect())
    }

    fn state(&self) -> Result<Protection, KeychainError> {
        Ok(Protection::Unknown)
    }
}

async fn open(place: &Path) -> Journey {
    let (world, keys) = (place.join("world"), place.join("keys"));
    std::fs::create_dir_all(&keys).unwrap();
    Journey::open(Parts {
        keychain: Arc::new(FolderKeychain(keys)),
        biometrics: Arc::new(device::NoBiometrics),
        clock: Arc::new(DemoClock::new(world.join("clock.json"))),
        federation: Arc::new(HttpFederation::new(Address::World(world.clone())).unwrap()),
        paths: Paths::at(place.join("device")),
        profile: Profile::demo(world).unwrap(),
        cost: Cost::Floor,
    })
    .await
}

/// The app without its window; does nothing unless it was started by the test below.
#[tokio::test(flavor = "multi_thread")]
async fn app_without_a_window() {
    let Some(place) = std::env::var_os(PLACE) else { return };
    open(Path::new(&place)).await.run().await;
}

fn start(place: &Path) -> std::process::Child {
    let mut app = Command::new(std::env::current_exe().unwrap());
    app.args(["--exact", "kills::app_without_a_window", "--nocapture"]).env(PLACE, place);
    app.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_no_answer_is_lost_or_doubled() {
    let place = tempfile::tempdir().unwrap();
    let world_dir = place.path().join("world");
    std::fs::create_dir_all(&world_dir).unwrap();
    let world =
        World::start(Options { slot: Duration::from_millis(700), ..Options::for_tests(&world_dir) }).await.unwrap();
    let banks = {
        let journey = open(place.path()).await;
        crate::walk::enrol(&journey, &world, "many").await;
        crate::walk::agree_and_verify(&journey, &world).await;
        std::fs::rename(world_dir.join("world.json"), world_dir.join("away.json")).unwrap();
        let query = journey.apply_submit().await.unwrap();
        assert_eq!(query.state, QueryState::Sending, "the query is kept and not yet sent");
        query.banks_asked
    };
    std::fs::rename(world_dir.join("away.json"), world_dir.join("world.json")).unwrap();
    for _ in 0..kills() {
        let mut app = start(place.path());
        let [chance] = random::<1>();
        tokio::time::sleep(Duration::from_millis(30 + u64::from(chance) * 2)).await;
        app.kill().unwrap();
        app.wait().unwrap();
    }
    let journey = open(place.path()).await;
    let running = tokio::spawn({
        let journey = journey.clone();
        async move { journey.run().await }
    });
    let query = tokio::time::timeout(Duration::from_secs(120), async {
        loop {
            let home = journey.settings_home().await.unwrap();
            if let Some(query) = home.query.filter(|query| query.state == QueryState::Ready) {
                return query;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .expect("after the last kill the query goes on to its end");
    running.abort();
    assert_eq!((query.banks_answered, query.banks_asked), (banks, banks), "no bank's answer was lost");
    journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = journey.read_report().await.unwrap();
    assert_eq!(report.banks.len(), usize::try_from(banks).unwrap(), "and none stands twice");
    assert!(report.banks.iter().all(|bank| bank.fault.is_none() && bank.outcome.is_some()), "each can be read");
    assert_eq!(report.total, 15);
}
