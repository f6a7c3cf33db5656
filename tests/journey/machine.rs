//! The machine beneath: keychain, database, another process. Each failure is told apart, and none destroys anything.

use device::{KeychainError, MemoryKeychain};
use journey::view::{Ended, Phase};
use journey::{ConsentForm, ErrorCode};

use crate::stage::{PASSWORD, Stage, code, open, secret};

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_that_refuses_is_told_apart_and_loses_nothing() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    let cases = [
        (KeychainError::Missing, ErrorCode::KeychainMissing),
        (KeychainError::Locked, ErrorCode::KeychainLocked),
        (KeychainError::Denied, ErrorCode::KeychainDenied),
        (KeychainError::Cancelled, ErrorCode::KeychainCancelled),
        (KeychainError::NotSetUp, ErrorCode::KeychainNotSetUp),
        (KeychainError::TimedOut, ErrorCode::KeychainTimedOut),
    ];
    for (error, expected) in cases {
        stage.keychain.fail(Some(error));
        stage.restart().await;
        assert_eq!(stage.journey.settings_home().await.unwrap().trouble.map(|trouble| trouble.code), Some(expected));
        assert_eq!(code(stage.journey.unlock_open(secret(PASSWORD)).await), Some(expected));
        stage.keychain.heal();
        assert!(stage.journey.settings_home().await.unwrap().query.is_some(), "{expected:?} was no loss");
    }
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.journey.read_report().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_device_without_a_keychain_says_so_once_something_shall_be_kept() {
    let stage = Stage::new().await;
    let (keychain, fresh) = (MemoryKeychain::new(), tempfile::tempdir().unwrap());
    keychain.fail(Some(KeychainError::NotSetUp));
    let journey = open(fresh.path(), stage.folder.path(), &keychain, &stage.clock).await;
    let refused: journey::Refusal = journey.enrol_start(stage.form("one")).await.unwrap_err().into();
    assert_eq!(refused.code, ErrorCode::KeychainNotSetUp);
    assert!(refused.params.contains_key("desktop"), "the remedy is that of the desktop at hand");
    assert!(!fresh.path().join("mingxia.db").exists(), "nothing is kept anywhere else");
    assert_eq!(journey.settings_home().await.unwrap().trouble, None, "a first start does not begin with it");
    keychain.heal();
    journey.enrol_start(stage.form("one")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_keychain_means_enrolling_anew() {
    let mut stage = Stage::enrolled("one").await;
    stage.stop();
    stage.keychain = MemoryKeychain::new();
    stage.restart().await;
    let home = stage.journey.settings_home().await.unwrap();
    assert_eq!(
        home.trouble.map(|trouble| trouble.code),
        Some(ErrorCode::StorageDamaged),
        "what is stored opens no more, and this is said"
    );
    let before = stage.world.messages().len();
    stage.journey.enrol_start(stage.form("one")).await.unwrap();
    stage.journey.enrol_confirm(stage.sms_code(before).await).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_whose_key_was_taken_away_is_lost_and_said_to_be() {
    let mut stage = Stage::enrolled("one").await;
    let query = stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.keychain.tamper(&format!("shred.{}", query.query_id), None);
    stage.restart().await;
    assert_eq!(stage.until_record().await.ended, Ended::Lost);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_cut_short_or_from_another_machine_is_said_to_be_unreadable() {
    let mut stage = Stage::enrolled("one").await;
    stage.stop();
    let other = Stage::enrolled("many").await;
    let place = stage.device.path().join("mingxia.db");
    let nowhere = tempfile::tempdir().unwrap();
    stage.journey = open(nowhere.path(), stage.folder.path(), &MemoryKeychain::new(), &stage.clock).await;
    let whole = std::fs::read(&place).unwrap();
    std::fs::write(&place, &whole[..whole.len() / 2]).unwrap();
    stage.restart().await;
    assert!(stage.journey.settings_home().await.unwrap().trouble.is_some(), "half a database is not opened");
    std::fs::copy(other.device.path().join("mingxia.db"), &place).unwrap();
    stage.restart().await;
    let trouble = stage.journey.settings_home().await.unwrap().trouble.map(|trouble| trouble.code);
    assert_eq!(trouble, Some(ErrorCode::StorageDamaged), "another machine's database does not open here");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_database_a_device_begins_anew_and_leaves_no_orphan() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.close().await;
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(stage.device.path().join(format!("mingxia.db{end}")));
    }
    stage.restart().await;
    assert_eq!(stage.journey.settings_home().await.unwrap().phase, Phase::NotEnrolled, "nobody is enrolled here");
    let keys = device::Keychain::list(&stage.keychain).unwrap();
    assert!(!keys.iter().any(|name| name.starts_with("shred.")), "a key of nothing is no key to keep: {keys:?}");
    let before = stage.world.messages().len();
    stage.journey.enrol_start(stage.form("one")).await.unwrap();
    stage.journey.enrol_confirm(stage.sms_code(before).await).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_app_on_the_same_profile_touches_nothing() {
    let stage = Stage::enrolled("one").await;
    let second = open(stage.device.path(), stage.folder.path(), &stage.keychain, &stage.clock).await;
    let home = second.settings_home().await.unwrap();
    assert_eq!(
        home.trouble.map(|trouble| trouble.code),
        Some(ErrorCode::WrongState),
        "it says that another one is running"
    );
    assert_eq!(stage.journey.settings_home().await.unwrap().phase, Phase::Enrolled);
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_the_device_leaves_nothing() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.journey.settings_erase_device().await.unwrap();
    assert_eq!(stage.journey.settings_home().await.unwrap().phase, Phase::NotEnrolled);
    let left: Vec<_> = std::fs::read_dir(stage.device.path()).unwrap().flatten().map(|file| file.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains(".db") && name != "deadlines"), "{left:?}");
    assert!(device::Keychain::list(&stage.keychain).unwrap().is_empty(), "no key is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_ten_minutes_slow_still_asks_in_the_federations_time() {
    let mut stage = Stage::new().await;
    let slow = std::sync::Arc::new(protocol::time::ManualClock::at("2026-11-24T03:50:00.000Z".parse().unwrap()));
    let device = tempfile::tempdir().unwrap();
    stage.journey = open(device.path(), stage.folder.path(), &MemoryKeychain::new(), &slow).await;
    stage.enrol("one").await;
    stage.ready(&["ICBC"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_network_every_act_says_so_and_goes_on_later() {
    let mut stage = Stage::enrolled("one").await;
    let form = stage.consent(&["ICBC"]).await;
    stage.agree(&["ICBC"]).await;
    stage.cut();
    let offline = Some(ErrorCode::Offline);
    assert!(!stage.journey.consent_banks().await.unwrap().banks.is_empty(), "names already known are known offline");
    let form = ConsentForm { read_to_end: true, ..form };
    assert_eq!(code(stage.journey.consent_agree(form).await), Some(ErrorCode::QueryLive));
    assert_eq!(code(stage.journey.consent_notice(protocol::code::Locale::ZhCn).await), offline);
    assert_eq!(code(stage.journey.verify_start(protocol::code::FactorKind::Sms).await), offline);
    assert_eq!(code(stage.journey.unlock_forgotten().await), offline);
    assert_eq!(
        code(stage.journey.settings_delete_account().await),
        offline,
        "the account is deleted everywhere or nowhere"
    );
    stage.mend();
    stage.verify().await;
    stage.journey.apply_submit().await.unwrap();
    stage.cut();
    assert_eq!(code(stage.journey.collect_refresh().await), offline);
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.journey.read_report().await.unwrap();
    stage.mend();
    stage.run();
    stage.until(journey::view::QueryState::Ready).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_is_gone_everywhere() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.journey.settings_delete_account().await.unwrap();
    assert_eq!(stage.journey.settings_home().await.unwrap().phase, Phase::NotEnrolled);
    assert!(device::Keychain::list(&stage.keychain).unwrap().is_empty());
}
