//! Unlock: tries are counted across restarts and slow down; a forgotten password loses the reports.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use device::single_instance::SingleInstance;
use device::{Keychain, KeychainError, MemoryKeychain, Protection};
use journey::view::{Ended, EnrolStep, PasswordStyle, VaultState};
use journey::{ErrorCode, Journey, Parts};
use protocol::code::FactorKind;
use tokio::sync::Mutex;
use vault::tables::account::Step;
use vault::{Cost, Paths, Vault};

use crate::stage::{PASSWORD, PATIENCE, Stage, code, open, secret};

#[tokio::test(flavor = "multi_thread")]
async fn a_number_longer_than_six_digits_is_asked_for_like_a_phrase() {
    let stage = Stage::enrolled("one").await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let change = |old: &[u8], new: &[u8]| {
        let length = u32::try_from(old.len()).unwrap().to_be_bytes();
        stage.journey.unlock_change(secret(&[&length, old, new].concat()))
    };
    assert_eq!(
        change(PASSWORD, b"27391582").await.unwrap().style,
        PasswordStyle::Passphrase,
        "six boxes never hold it"
    );
    assert_eq!(change(b"27391582", b"273915").await.unwrap().style, PasswordStyle::Digits);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_counted_across_a_restart_and_must_wait() {
    let mut stage = Stage::enrolled("one").await;
    for left in (1..5_u64).rev() {
        let refusal = journey::Refusal::from(stage.journey.unlock_open(secret(b"wrong password")).await.unwrap_err());
        assert_eq!(refusal.code, ErrorCode::PasswordWrong);
        assert_eq!(refusal.params.get("left"), Some(&left.into()), "the tries left are told");
        if left == 3 {
            stage.restart().await;
        }
    }
    assert_eq!(
        code(stage.journey.unlock_open(secret(b"wrong password")).await),
        Some(ErrorCode::PasswordWait),
        "the fifth begins a wait"
    );
    assert_eq!(
        code(stage.journey.unlock_open(secret(PASSWORD)).await),
        Some(ErrorCode::PasswordWait),
        "the right one waits too"
    );
    stage.clock.set_wall("2027-11-24T04:00:00.000Z".parse().unwrap());
    assert_eq!(
        code(stage.journey.unlock_open(secret(PASSWORD)).await),
        Some(ErrorCode::PasswordWait),
        "a wall clock set forward shortens nothing"
    );
    stage.clock.set_wall("2026-11-24T04:00:00.000Z".parse().unwrap());
    stage.restart().await;
    assert_eq!(
        code(stage.journey.unlock_open(secret(PASSWORD)).await),
        Some(ErrorCode::PasswordWait),
        "a restart shortens nothing"
    );
    stage.clock.advance(Duration::from_secs(61));
    assert_eq!(stage.journey.unlock_open(secret(PASSWORD)).await.unwrap().state, VaultState::Unlocked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_with_nothing_behind_it_stays_and_says_so() {
    let mut stage = Stage::new().await;
    let before = stage.world.messages().len();
    stage.journey.enrol_start(stage.form("one")).await.unwrap();
    stage.journey.enrol_confirm(stage.sms_code(before).await).await.unwrap();
    assert_eq!(
        code(stage.journey.unlock_open(secret(PASSWORD)).await),
        Some(ErrorCode::WrongState),
        "before a password was chosen there is nothing to unlock"
    );
    stage.close().await;
    let keychain: Arc<dyn device::Keychain> = Arc::new(stage.keychain.clone());
    let clock: Arc<dyn protocol::time::Clock> = Arc::<protocol::time::ManualClock>::clone(&stage.clock);
    let rests = Vault::open(Paths::at(stage.device.path()), keychain, clock, Cost::Floor).unwrap();
    let mut account = rests.database().read(|read| read.account().get()).unwrap().unwrap();
    account.step = Step::Active;
    rests.database().write(|write| write.account().put(&account)).unwrap();
    drop(rests);
    stage.restart().await;
    assert_eq!(stage.journey.unlock_state().await.unwrap().state, VaultState::Locked, "the lock is still asked for");
    assert_eq!(
        code(stage.journey.unlock_open(secret(PASSWORD)).await),
        Some(ErrorCode::VaultUnopenable),
        "what the password was wrapped in is gone: the way on is to prove who one is"
    );
    assert_eq!(stage.journey.enrol_state().await.unwrap().step, EnrolStep::Done, "and nothing else is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_while_locked_and_the_phrase_is_shown_before() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::Locked));
    let view = stage.journey.unlock_state().await.unwrap();
    assert_eq!(view.phrase.as_deref(), Some("雨后山青"), "the person sees that this is their app");
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.journey.read_report().await.unwrap();
    assert!(stage.journey.unlock_lock().await);
    assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::Locked), "locked means locked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_that_locked_with_the_screen_keeps_nothing_open() {
    let stage = Stage::enrolled("one").await;
    stage.ask(&["ICBC"]).await;
    assert!(!stage.journey.unlock_lock().await, "there is nothing to lock yet");
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.journey.read_report().await.unwrap();
    stage.keychain.fail(Some(KeychainError::Locked));
    assert_eq!(
        code(stage.journey.unlock_state().await),
        Some(ErrorCode::KeychainLocked),
        "nobody can say how it stands"
    );
    assert!(stage.journey.unlock_lock().await, "it is locked all the same");
    assert!(stage.journey.was_shut() && !stage.journey.was_shut(), "and what showed the report is told once");
    stage.keychain.heal();
    assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::Locked));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_shuts_the_vault_is_told_so_that_nothing_goes_on_showing_it() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    let opened = async || stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    opened().await;
    assert!(!stage.journey.was_shut(), "opening shuts nothing");
    assert!(code(stage.journey.unlock_open(secret(b"wrong password")).await).is_some());
    assert!(stage.journey.was_shut(), "a wrong try");
    assert!(code(stage.journey.unlock_open(secret(b"wrong password")).await).is_some());
    assert!(!stage.journey.was_shut(), "what is shut is shut");
    opened().await;
    let other = tempfile::tempdir().unwrap();
    let other = open(other.path(), stage.folder.path(), &MemoryKeychain::new(), &stage.clock).await;
    let before = stage.world.messages().len();
    other.enrol_start(stage.form("one")).await.unwrap();
    other.enrol_confirm(stage.sms_code(before).await).await.unwrap();
    other.enrol_prove(FactorKind::Face).await.unwrap();
    other.enrol_proof_evidence().await.unwrap();
    assert_eq!(code(stage.journey.collect_refresh().await), Some(ErrorCode::DeviceRetired));
    assert!(stage.journey.was_shut(), "another device that took over");
    opened().await;
    stage.journey.settings_erase_device().await.unwrap();
    assert!(stage.journey.was_shut(), "the device that was erased");
}

#[tokio::test(flavor = "multi_thread")]
async fn that_it_is_locked_is_told_while_a_keychain_says_nothing() {
    let mut stage = Stage::enrolled("one").await;
    stage.close().await;
    let slow = Arc::new(Slow { keychain: stage.keychain.clone(), calls: AtomicUsize::new(0), gate: Mutex::new(()) });
    stage.journey = Journey::open(Parts { keychain: Arc::<Slow>::clone(&slow), ..stage.parts() }).await;
    stage.ask(&["ICBC"]).await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let changes = stage.journey.changes();
    let silent = slow.gate.lock().await;
    let asked = slow.calls.load(SeqCst);
    let journey = stage.journey.clone();
    let hangs = tokio::spawn(async move { journey.unlock_state().await });
    comes(|| slow.calls.load(SeqCst) > asked).await;
    let journey = stage.journey.clone();
    let locks = tokio::spawn(async move { journey.unlock_lock().await });
    comes(|| stage.journey.was_shut()).await;
    assert!(changes.is_empty(), "what is in the house is wiped once it is free");
    let journey = stage.journey.clone();
    let late = tokio::spawn(async move { journey.read_report().await });
    drop(silent);
    assert_eq!(code(late.await.unwrap()), Some(ErrorCode::Locked), "who comes before that finds it locked");
    assert!(locks.await.unwrap());
    hangs.await.unwrap().unwrap();
}

async fn comes(what: impl Fn() -> bool) {
    let coming = async {
        while !what() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, coming).await.expect("it comes while the keychain says nothing");
}

/// A keychain that says nothing while its gate is held.
struct Slow {
    keychain: MemoryKeychain,
    calls: AtomicUsize,
    gate: Mutex<()>,
}

impl Slow {
    fn asked(&self) -> &MemoryKeychain {
        self.calls.fetch_add(1, SeqCst);
        drop(self.gate.blocking_lock());
        &self.keychain
    }
}

impl Keychain for Slow {
    fn get(&self, name: &str) -> Result<Option<device::Secret>, KeychainError> {
        self.asked().get(name)
    }

    fn set(&self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
        self.asked().set(name, value)
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        self.asked().delete(name)
    }

    fn list(&self) -> Result<Vec<String>, KeychainError> {
        self.asked().list()
    }

    fn state(&self) -> Result<Protection, KeychainError> {
        self.asked().state()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_takes_the_place_of_the_old() {
    let stage = Stage::enrolled("one").await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let new = "another 口令 here".as_bytes();
    let both = |old: &[u8]| {
        let mut bytes = u32::try_from(old.len()).unwrap().to_be_bytes().to_vec();
        bytes.extend_from_slice(old);
        bytes.extend_from_slice(new);
        secret(&bytes)
    };
    assert_eq!(code(stage.journey.unlock_change(both(b"not the old one")).await), Some(ErrorCode::PasswordWrong));
    stage.journey.unlock_change(both(PASSWORD)).await.unwrap();
    assert!(stage.journey.unlock_lock().await);
    assert_eq!(
        code(stage.journey.unlock_open(secret(PASSWORD)).await),
        Some(ErrorCode::PasswordWrong),
        "the old one is gone"
    );
    stage.journey.unlock_open(secret(new)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_needs_both_factors_and_loses_the_report() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    let new = "a new 口令 now".as_bytes();
    let before = stage.world.messages().len();
    stage.journey.unlock_forgotten().await.unwrap();
    stage.journey.unlock_forgotten_confirm(stage.sms_code(before).await).await.unwrap();
    assert_eq!(
        code(stage.journey.unlock_forgotten_password(secret(new)).await),
        Some(ErrorCode::FactorMissing),
        "a code alone opens nothing"
    );
    stage.journey.unlock_forgotten_second(FactorKind::Face).await.unwrap();
    stage.world.set_face(demo_world::FaceSetting::RetryOnce).unwrap();
    assert!(!stage.journey.unlock_forgotten_poll().await.unwrap().ready, "asking hands nothing in");
    assert_eq!(code(stage.journey.unlock_forgotten_evidence().await), Some(ErrorCode::FaceNotMatched));
    assert!(stage.journey.unlock_forgotten_evidence().await.unwrap().ready, "a second look may pass");
    stage.journey.unlock_forgotten_password(secret(new)).await.unwrap();
    assert_eq!(stage.until_record().await.ended, Ended::Lost, "what the old password locked is lost");
    stage.journey.unlock_open(secret(new)).await.unwrap();
    stage.ready(&["ICBC"]).await;
    stage.journey.read_report().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_of_the_app_the_vault_is_closed_whoever_still_holds_a_handle() {
    let stage = Stage::enrolled("one").await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let place = Paths::at(stage.device.path()).lock();
    assert!(SingleInstance::take(&place).is_err(), "a running app holds its profile");
    stage.journey.shut_down();
    assert!(SingleInstance::take(&place).is_ok(), "and leaves it closed");
}
