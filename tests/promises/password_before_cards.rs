//! Password before cards: the right one opens; wrong ones cost more and more time, which nothing shortens.

use std::time::Duration;

use journey::ErrorCode;
use journey::view::VaultState;

use crate::stage::{PASSWORD, Stage, code, secret};

const MINUTE: u64 = 60;
/// The waits from the fifth wrong try on, in seconds.
const WAITS: [u64; 6] = [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 24 * 60 * MINUTE, 24 * 60 * MINUTE];

#[tokio::test(flavor = "multi_thread")]
async fn the_waits_grow_and_neither_restart_nor_clock_shortens_them() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    let left = stage.wire.mark();
    for _ in 0..4 {
        assert_eq!(code(stage.journey.unlock_open(secret(b"wrong password")).await), Some(ErrorCode::PasswordWrong));
    }
    for (number, seconds) in (5..).zip(WAITS) {
        let refusal = journey::Refusal::from(stage.journey.unlock_open(secret(b"wrong password")).await.unwrap_err());
        assert_eq!(refusal.code, ErrorCode::PasswordWait, "the {number}th wrong one begins a wait");
        assert_eq!(refusal.params.get("seconds"), Some(&seconds.into()), "and says how long it is");
        stage.restart().await;
        stage.clock.set_wall("2027-11-24T04:00:00.000Z".parse().unwrap());
        let forward = code(stage.journey.unlock_open(secret(PASSWORD)).await);
        assert_eq!(forward, Some(ErrorCode::PasswordWait), "a year on the wall clock is no waiting");
        stage.clock.set_wall("2026-11-24T04:00:00.000Z".parse().unwrap());
        stage.clock.advance(Duration::from_secs(seconds - 1));
        let early = code(stage.journey.unlock_open(secret(PASSWORD)).await);
        assert_eq!(early, Some(ErrorCode::PasswordWait), "a second early the right one waits too");
        assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::Locked), "and nothing is read");
        stage.clock.advance(Duration::from_secs(1));
    }
    stage.wire.nothing_left_since(left, "a try is nobody's business");
    assert_eq!(stage.journey.unlock_open(secret(PASSWORD)).await.unwrap().state, VaultState::Unlocked);
    stage.journey.read_report().await.unwrap();
    assert!(stage.journey.unlock_lock().await);
    let refusal = journey::Refusal::from(stage.journey.unlock_open(secret(b"wrong password")).await.unwrap_err());
    assert_eq!(refusal.params.get("left"), Some(&4_u64.into()), "the right one cleared the count");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_started_again_waits_from_the_beginning() {
    let mut stage = Stage::enrolled("one").await;
    for _ in 0..5 {
        let _ = stage.journey.unlock_open(secret(b"wrong password")).await;
    }
    stage.clock.advance(Duration::from_secs(50));
    stage.clock.reboot_after(Duration::from_secs(3600));
    stage.restart().await;
    let refusal = journey::Refusal::from(stage.journey.unlock_open(secret(PASSWORD)).await.unwrap_err());
    assert_eq!(refusal.params.get("seconds"), Some(&MINUTE.into()), "time switched off does not count");
}
