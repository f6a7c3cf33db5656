//! Unlocking by biometrics: only for who opted in with the password, only with the fingers of that day, and the password
//! always remains.

use device::BiometricsError;
use journey::ErrorCode;
use journey::view::{BiometricsState, VaultState};

use crate::stage::{PASSWORD, Stage, code, secret};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_for_a_finger_without_the_password() {
    let stage = Stage::new().await;
    assert_eq!(stage.journey.unlock_state().await.unwrap().biometrics, BiometricsState::None, "nobody enrolled");
    assert_eq!(code(stage.journey.unlock_by_biometrics().await), Some(ErrorCode::WrongState));
    assert_eq!(code(stage.journey.unlock_allow_biometrics(secret(PASSWORD)).await), Some(ErrorCode::WrongState));
    let stage = Stage::enrolled("one").await;
    assert_eq!(stage.journey.unlock_state().await.unwrap().biometrics, BiometricsState::Off, "nothing is on by itself");
    assert_eq!(code(stage.journey.unlock_by_biometrics().await), Some(ErrorCode::BiometricsOff));
    let wrong = stage.journey.unlock_allow_biometrics(secret(b"wrong password")).await;
    assert_eq!(code(wrong), Some(ErrorCode::PasswordWrong));
    let short = stage.journey.unlock_allow_biometrics(secret(b"12")).await;
    assert_eq!(code(short), Some(ErrorCode::PasswordShort));
    stage.fingers.refuse(Some(BiometricsError::NotSetUp));
    let nothing = stage.journey.unlock_allow_biometrics(secret(PASSWORD)).await;
    assert_eq!(code(nothing), Some(ErrorCode::BiometricsNotSetUp));
    assert_eq!(stage.fingers.asked(), 0, "and not one of them asked the person");
    assert_eq!(stage.journey.unlock_state().await.unwrap().biometrics, BiometricsState::None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finger_opens_across_restarts_until_the_person_opts_out() {
    let mut stage = Stage::enrolled("one").await;
    let view = stage.journey.unlock_allow_biometrics(secret(PASSWORD)).await.unwrap();
    assert_eq!((view.state, view.biometrics), (VaultState::Locked, BiometricsState::On), "opting in unlocks nothing");
    stage.restart().await;
    assert_eq!(stage.journey.unlock_by_biometrics().await.unwrap().state, VaultState::Unlocked);
    let view = stage.journey.unlock_forget_biometrics().await.unwrap();
    assert_eq!((view.state, view.biometrics), (VaultState::Unlocked, BiometricsState::Off));
    assert!(!stage.fingers.holds_a_key(), "the hardware keeps nothing either");
    assert!(stage.journey.unlock_lock().await);
    assert_eq!(code(stage.journey.unlock_by_biometrics().await), Some(ErrorCode::BiometricsOff));
    assert_eq!(stage.journey.unlock_open(secret(PASSWORD)).await.unwrap().state, VaultState::Unlocked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_question_changes_nothing() {
    let stage = Stage::enrolled("one").await;
    stage.fingers.refuse(Some(BiometricsError::Cancelled));
    let closed = stage.journey.unlock_allow_biometrics(secret(PASSWORD)).await;
    assert_eq!(code(closed), Some(ErrorCode::BiometricsCancelled));
    assert_eq!(stage.journey.unlock_state().await.unwrap().biometrics, BiometricsState::Off);
    stage.fingers.refuse(None);
    stage.journey.unlock_allow_biometrics(secret(PASSWORD)).await.unwrap();
    for (error, word) in [
        (BiometricsError::Cancelled, ErrorCode::BiometricsCancelled),
        (BiometricsError::LockedOut, ErrorCode::BiometricsLockedOut),
        (BiometricsError::Unavailable, ErrorCode::BiometricsUnavailable),
    ] {
        stage.fingers.refuse(Some(error));
        assert_eq!(code(stage.journey.unlock_by_biometrics().await), Some(word));
        let view = stage.journey.unlock_state().await.unwrap();
        assert_eq!((view.state, view.biometrics, view.tries_left), (VaultState::Locked, BiometricsState::On, Some(5)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_26_a_new_finger_opts_the_person_out_and_says_so() {
    let stage = Stage::enrolled("one").await;
    stage.journey.unlock_allow_biometrics(secret(PASSWORD)).await.unwrap();
    stage.fingers.add_finger();
    assert_eq!(code(stage.journey.unlock_by_biometrics().await), Some(ErrorCode::BiometricsChanged));
    let view = stage.journey.unlock_state().await.unwrap();
    assert_eq!((view.state, view.biometrics), (VaultState::Locked, BiometricsState::Off));
    assert_eq!(
        code(stage.journey.unlock_by_biometrics().await),
        Some(ErrorCode::BiometricsOff),
        "it is not asked twice"
    );
    stage.journey.unlock_allow_biometrics(secret(PASSWORD)).await.unwrap();
    assert_eq!(stage.journey.unlock_by_biometrics().await.unwrap().state, VaultState::Unlocked, "until opted in anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_this_device_takes_the_key_of_the_hardware_along() {
    let stage = Stage::enrolled("one").await;
    stage.journey.unlock_allow_biometrics(secret(PASSWORD)).await.unwrap();
    stage.journey.settings_erase_device().await.unwrap();
    assert!(!stage.fingers.holds_a_key());
}
