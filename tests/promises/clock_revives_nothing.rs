//! The clock revives nothing: set back it shows nothing again and lengthens nothing, set forward it destroys nothing.

use std::time::Duration;

use journey::ErrorCode;
use journey::view::{ClockState, Ended};
use protocol::time::{Clock, Timestamp};

use crate::stage::{PASSWORD, Stage, code, secret};
use crate::traces::sections;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test(flavor = "multi_thread")]
async fn set_back_after_the_end_nothing_comes_back() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.clock.advance(DAY * 8);
    assert_eq!(stage.until_record().await.ended, Ended::Expired);
    let ended = stage.clock.now();
    for back in [HOUR, DAY, DAY * 365] {
        stage.clock.set_wall(ended - back);
        stage.restart().await;
        let _ = stage.journey.unlock_open(secret(PASSWORD)).await;
        assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::NoQuery), "set back by {back:?}");
        assert_eq!(
            (sections(stage.device.path()), stage.until_record().await.ended),
            (0, Ended::Expired),
            "it stays a record"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn set_back_before_the_end_it_ends_no_later() {
    for back in [HOUR, DAY, DAY * 365] {
        let mut stage = Stage::enrolled("one").await;
        let query = stage.ready(&["ICBC"]).await;
        stage.stop();
        let end: Timestamp = query.ends_at.unwrap().parse().unwrap();
        let runs = end.since(stage.clock.now());
        stage.clock.set_wall(stage.clock.now() - back);
        stage.restart().await;
        stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
        stage.clock.advance(runs - Duration::from_secs(1));
        stage.journey.read_report().await.unwrap();
        stage.clock.advance(Duration::from_secs(1));
        let late = code(stage.journey.read_report().await);
        assert_eq!(late, Some(ErrorCode::NoQuery), "set back by {back:?}, the last second is the last");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_forward_and_back_hides_it_and_shows_it_again() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.cut();
    let now = stage.clock.now();
    stage.clock.set_wall(now + DAY * 365);
    for _ in 0..2 {
        stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
        let refused = code(stage.journey.read_report().await);
        assert_eq!(refused, Some(ErrorCode::ClockDoubtful), "past its end it is not read");
        assert_eq!(stage.journey.settings_home().await.unwrap().clock, ClockState::Doubtful, "and the doubt is said");
        assert!(sections(stage.device.path()) > 0, "nothing is destroyed by a clock in doubt");
        stage.restart().await;
    }
    stage.clock.set_wall(now);
    stage.restart().await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    assert_eq!(stage.journey.read_report().await.unwrap().total, 1, "the right time again, the report again");
}
