//! Expire: unreadable from the instant, destroyed then, whatever the clock says; the record stays.

use std::time::Duration;

use device::KeychainError;
use journey::ErrorCode;
use journey::view::{ClockState, Ended};
use protocol::time::Timestamp;

use crate::stage::{PASSWORD, PATIENCE, Stage, code, secret};

const DAY: Duration = Duration::from_secs(86_400);

fn sections(stage: &Stage) -> usize {
    let files = std::fs::read_dir(stage.device.path().join("sections")).unwrap();
    files.flatten().filter(|file| file.file_name().to_string_lossy().contains(".db")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn past_its_end_a_report_is_gone_and_its_record_stays() {
    let mut stage = Stage::enrolled("one").await;
    let query = stage.ready(&["ICBC"]).await;
    stage.stop();
    assert_eq!(query.ends_at.as_deref(), Some("2026-12-01T16:00:00.000Z"), "D+8 00:00 in Beijing");
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.clock.advance(DAY * 8);
    assert_eq!(
        code(stage.journey.read_report().await),
        Some(ErrorCode::NoQuery),
        "at the end there is nothing to read"
    );
    assert_eq!(sections(&stage), 0, "the sections are unlinked");
    let record = stage.until_record().await;
    assert_eq!(record.ended, Ended::Expired);
    let record = stage.journey.expire_record(record.query_id.parse().unwrap()).await.unwrap();
    assert_eq!(record.banks.len(), 1, "which bank was asked is kept; what it found is not");
}

#[tokio::test(flavor = "multi_thread")]
async fn off_across_the_end_it_is_gone_before_anything_is_shown() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.clock.advance(DAY * 8);
    stage.restart().await;
    assert_eq!(sections(&stage), 0, "opening the app ended it");
    assert_eq!(stage.until_record().await.ended, Ended::Expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_revives_nothing_and_lengthens_nothing() {
    for back in [Duration::from_secs(3600), DAY, DAY * 365] {
        let mut stage = Stage::enrolled("one").await;
        let query = stage.ready(&["ICBC"]).await;
        stage.stop();
        let end: Timestamp = query.ends_at.unwrap().parse().unwrap();
        let now: Timestamp = "2026-11-24T04:00:00.000Z".parse().unwrap();
        stage.clock.set_wall(now - back);
        stage.journey.settings_home().await.unwrap();
        stage.clock.advance(end.since(now));
        stage.journey.settings_home().await.unwrap();
        assert_eq!(
            stage.until_record().await.ended,
            Ended::Expired,
            "set back by {back:?}, it ends after as much running time"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_a_year_forward_hides_and_destroys_nothing() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.cut();
    stage.clock.set_wall("2027-11-24T04:00:00.000Z".parse().unwrap());
    assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::ClockDoubtful), "past the end it is not read");
    let home = stage.journey.settings_home().await.unwrap();
    assert_eq!(home.clock, ClockState::Doubtful);
    assert_eq!(sections(&stage), 1, "and nothing is destroyed by a clock in doubt");
    stage.clock.set_wall("2026-11-24T04:00:00.000Z".parse().unwrap());
    stage.journey.read_report().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_offline_it_is_gone_here_and_told_later() {
    let mut stage = Stage::enrolled("one").await;
    let query = stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.cut();
    let id = query.query_id.parse().unwrap();
    stage.journey.expire_delete_now(id).await.unwrap();
    assert_eq!(sections(&stage), 0, "nothing waits for the network");
    assert_eq!(stage.until_record().await.ended, Ended::Deleted);
    stage.mend();
    stage.clock.advance(Duration::from_secs(60));
    stage.journey.tick().await.unwrap();
    let record = stage.journey.expire_record(id).await.unwrap();
    assert!(
        record.receipts.iter().any(|receipt| receipt.reason == "deleted"),
        "the gateway was told and gave its receipt"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_undoes_no_end() {
    for part in ["/report", "/sections/ICBC"] {
        let stage = Stage::enrolled("one").await;
        let id = stage.ask(&["ICBC"]).await.query_id.parse().unwrap();
        let held = stage.wire.hold(part);
        let on_its_way = || stage.wire.passed().iter().any(|one| one.request.path.ends_with(part));
        let collecting = async {
            while !on_its_way() {
                // The last of them finds that it was withdrawn.
                let _ = stage.journey.collect_refresh().await;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        let withdrawing = async {
            while !on_its_way() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            // The key cannot go now, so that the end is not reached yet.
            stage.keychain.fail_after(0, KeychainError::Denied);
            stage.journey.consent_withdraw(id).await.unwrap();
            drop(held);
        };
        tokio::time::timeout(PATIENCE, async { tokio::join!(collecting, withdrawing) }).await.unwrap();
        assert_eq!(code(stage.journey.collect_state().await), Some(ErrorCode::NoQuery), "{part} comes too late");
        assert_eq!(sections(&stage), 0, "and nothing of it is kept");
        stage.keychain.heal();
        assert_eq!(stage.until_record().await.ended, Ended::Withdrawn, "what was begun ends as it was begun");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_while_collecting_everything_ends() {
    let mut stage = Stage::in_scenario(demo_world::Scenario::BankIsDown).await;
    stage.enrol("one").await;
    let query = stage.ask(&["CCB"]).await;
    let id = query.query_id.parse().unwrap();
    stage.journey.consent_withdraw(id).await.unwrap();
    assert_eq!(stage.until_record().await.ended, Ended::Withdrawn);
    let record = stage.journey.expire_record(id).await.unwrap();
    assert!(record.receipts.iter().any(|receipt| receipt.reason == "withdrawn"));
    stage.world.set_scenario(demo_world::Scenario::AllWell).await.unwrap();
    stage.ready(&["CCB"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keychain_stops_no_end() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.keychain.fail(Some(device::KeychainError::Locked));
    stage.clock.advance(DAY * 8);
    stage.restart().await;
    assert_eq!(sections(&stage), 0, "the plain list of ends is enough to unlink what is over");
    stage.keychain.heal();
    assert_eq!(stage.until_record().await.ended, Ended::Expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_timer_ends_what_is_over_and_nothing_else() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    // An app that holds the profile and is not in the middle of a pass of its own.
    stage.restart().await;
    let paths = vault::Paths::at(stage.device.path());
    let keychain: std::sync::Arc<dyn device::Keychain> = std::sync::Arc::new(stage.keychain.clone());
    let clock: std::sync::Arc<dyn protocol::time::Clock> =
        std::sync::Arc::<protocol::time::ManualClock>::clone(&stage.clock);
    assert_eq!(journey::sweep(&paths, &keychain, &clock), Ok(0), "what still lives is left alone");
    stage.clock.advance(DAY * 8);
    assert_eq!(journey::sweep(&paths, &keychain, &clock), Ok(0), "a running app ends it by itself");
    stage.close().await;
    assert_eq!(journey::sweep(&paths, &keychain, &clock), Ok(1));
    assert_eq!(sections(&stage), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn off_for_ten_days_the_clock_is_in_doubt_until_the_gateway_signs_the_time() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.cut();
    stage.clock.reboot_after(DAY * 10);
    stage.restart().await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    assert_eq!(stage.journey.settings_home().await.unwrap().clock, ClockState::Doubtful);
    assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::ClockDoubtful), "unreadable past the end");
    assert_eq!(sections(&stage), 1, "and not destroyed by a clock in doubt");
    stage.mend();
    let _ = stage.journey.tick().await;
    assert_eq!(stage.until_record().await.ended, Ended::Expired, "signed time confirmed it");
    assert_eq!(sections(&stage), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_doubt_for_seventy_two_hours_of_running_it_is_destroyed() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.cut();
    stage.clock.reboot_after(DAY * 10);
    stage.restart().await;
    for _ in 0..74 {
        stage.journey.settings_home().await.unwrap();
        stage.clock.advance(Duration::from_secs(3600));
    }
    assert_eq!(stage.until_record().await.ended, Ended::Expired, "nobody confirmed it for so long: it is over");
}
