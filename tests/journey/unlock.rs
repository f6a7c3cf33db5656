//! Unlock: tries are counted across restarts and slow down; a forgotten password loses the reports.

use std::sync::Arc;
use std::time::Duration;

use device::single_instance::SingleInstance;
use journey::ErrorCode;
use journey::view::{Ended, EnrolStep, PasswordStyle, VaultState};
use protocol::code::FactorKind;
use vault::tables::account::Step;
use vault::{Cost, Paths, Vault};

use crate::stage::{PASSWORD, Stage, code, secret};

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
    stage.journey.unlock_lock().await.unwrap();
    assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::Locked), "locked means locked");
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
    stage.journey.unlock_lock().await.unwrap();
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
