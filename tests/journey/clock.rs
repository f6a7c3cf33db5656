//! The clock: a machine whose clock is an hour, a day or a year off asks all the same, and its report ends when it ends.

use std::sync::Arc;
use std::time::Duration;

use device::MemoryKeychain;
use journey::ErrorCode;
use journey::view::{ClockState, Ended, Phase, QueryState};
use protocol::time::{Clock, ManualClock};
use serde_json::Value;

use crate::stage::{PASSWORD, Stage, code, open_on, secret};

const HOUR: Duration = Duration::from_secs(3600);

/// A device nobody enrolled on, its clock so far behind or ahead of everybody else's.
async fn off(by: Duration, ahead: bool) -> (Stage, Arc<ManualClock>) {
    let mut stage = Stage::new().await;
    let now = stage.clock.now();
    let clock = Arc::new(ManualClock::at(if ahead { now + by } else { now - by }));
    stage.device = tempfile::tempdir().unwrap();
    stage.keychain = MemoryKeychain::new();
    let secrets = (&stage.keychain, &stage.fingers);
    stage.journey = open_on(&stage.wire, stage.device.path(), stage.folder.path(), secrets, &clock).await;
    (stage, clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_the_gateway_did_not_sign_for_us_puts_no_clock_right() {
    let (stage, _clock) = off(HOUR, false).await;
    stage.wire.lie(Box::new(|path, mut incoming| {
        if path == "/v1/time" {
            let mut body: Value = serde_json::from_slice(&incoming.body).unwrap();
            let time = body["time"].as_str().unwrap();
            let (signed, signature) = time.rsplit_once('.').unwrap();
            // Signed by nobody: the signature of another text.
            let turned: String = signature.chars().rev().collect();
            body["time"] = Value::String(format!("{signed}.{turned}"));
            incoming.body = serde_json::to_vec(&body).unwrap().into();
        }
        incoming
    }));
    assert_eq!(
        code(stage.journey.enrol_start(stage.form("one")).await),
        Some(ErrorCode::AnswerRefused),
        "a directory from the future stays refused while nobody we know signs the time"
    );
    assert!(stage.world.messages().is_empty(), "nothing left the house");
    assert_eq!(stage.journey.settings_home().await.unwrap().phase, Phase::NotEnrolled);
    stage.wire.honest();
    stage.enrol("one").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_is_over_stays_over_whatever_clock_judges_it() {
    let (stage, _clock) = off(HOUR, false).await;
    let old = stage.journey.consent_banks().await;
    assert!(old.is_ok(), "an hour behind, a fresh directory is taken");
    let kept: Arc<std::sync::Mutex<Option<bytes::Bytes>>> = Arc::default();
    let replayed = Arc::clone(&kept);
    stage.wire.lie(Box::new(move |path, mut incoming| {
        if path == "/v1/banks" {
            incoming.body = replayed.lock().unwrap().get_or_insert(incoming.body.clone()).clone();
        }
        incoming
    }));
    stage.journey.consent_banks().await.unwrap();
    // Everybody's clock runs on but that of the device, which therefore finds the old directory fresh.
    stage.clock.advance(HOUR * 24 * 20);
    let asked = stage.journey.consent_banks().await;
    assert!(asked.is_ok(), "by its own clock the device cannot know");
    // Enrolling asks for signed time, and from then on it does.
    stage.journey.enrol_start(stage.form("one")).await.unwrap();
    assert_eq!(
        code(stage.journey.consent_banks().await),
        Some(ErrorCode::DirectoryExpired),
        "over by the time its own gateway signs"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_stops_nobody_and_lengthens_nothing() {
    for (by, ahead) in [HOUR, HOUR * 24, HOUR * 24 * 365].into_iter().flat_map(|by| [(by, false), (by, true)]) {
        let (mut stage, clock) = off(by, ahead).await;
        let why = format!("{by:?} {}", if ahead { "ahead" } else { "behind" });
        stage.enrol("one").await;
        let query = stage.ready(&["ICBC"]).await;
        stage.stop();
        assert_eq!(
            query.ends_at.as_deref(),
            Some("2026-12-01T16:00:00.000Z"),
            "{why}: the report ends by the federation's day, not by this machine's"
        );
        assert!(!query.doubtful, "{why}: signed time has put the clock right");
        stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
        assert_eq!(stage.journey.read_report().await.unwrap().total, 1, "{why}: it opens");
        let left = "2026-12-01T16:00:00.000Z".parse::<protocol::time::Timestamp>().unwrap().since(stage.clock.now());
        for clock in [&stage.clock, &clock] {
            clock.advance(left - Duration::from_secs(1));
        }
        assert_eq!(stage.journey.read_report().await.unwrap().total, 1, "{why}: it opens in the last second");
        clock.advance(Duration::from_secs(1));
        assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::NoQuery), "{why}: and not after it");
        assert_eq!(stage.until_record().await.ended, Ended::Expired, "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_in_doubt_refuses_a_query_and_is_put_right_at_once() {
    for (by, ahead) in [HOUR, HOUR * 24, HOUR * 24 * 365].into_iter().flat_map(|by| [(by, false), (by, true)]) {
        let (mut stage, clock) = off(Duration::ZERO, true).await;
        stage.enrol("one").await;
        let form = stage.consent(&["ICBC"]).await;
        let true_now = clock.now();
        clock.set_wall(if ahead { true_now + by } else { true_now - by });
        stage.run();
        let home = stage.journey.settings_home().await.unwrap();
        assert_eq!(home.clock == ClockState::Doubtful, ahead, "set back changes nothing, set ahead is not believed");
        if ahead {
            let refused = code(stage.journey.consent_agree(form.clone()).await);
            assert!(matches!(refused, Some(ErrorCode::ClockDoubtful) | None), "{by:?}: {refused:?}");
            let sure = async {
                while stage.journey.settings_home().await.unwrap().clock == ClockState::Doubtful {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), sure).await.expect("signed time comes by itself");
        }
        stage.stop();
        if stage.journey.settings_home().await.unwrap().query.is_none() {
            stage.journey.consent_agree(form).await.unwrap();
        }
        stage.verify().await;
        stage.journey.apply_submit().await.unwrap();
        stage.run();
        let query = stage.until(QueryState::Ready).await;
        assert_eq!(query.ends_at.as_deref(), Some("2026-12-01T16:00:00.000Z"), "{by:?}: the end is the true one");
    }
}
