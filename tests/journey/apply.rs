//! Apply: one query, whatever crashes, and one at a time.

use std::time::Duration;

use journey::ErrorCode;
use journey::view::{Ended, QueryState};

use crate::stage::{Stage, code};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_query_within_the_seven_days_is_refused_with_the_instant() {
    let mut stage = Stage::enrolled("one").await;
    let query = stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.journey.expire_delete_now(query.query_id.parse().unwrap()).await.unwrap();
    // Deleted: one replacement is allowed, the one after it is not.
    let home = stage.journey.settings_home().await.unwrap();
    assert_eq!(home.next_query_at, None, "home offers the replacement at once");
    assert!(!query.replaces && !home.records[0].replaces, "the first took nobody's place");
    // Two records of one instant have no order.
    stage.clock.advance(Duration::from_secs(1));
    let query = stage.ready(&["ICBC"]).await;
    assert!(query.replaces, "nothing may be promised to take its place");
    stage.stop();
    stage.journey.expire_delete_now(query.query_id.parse().unwrap()).await.unwrap();
    let home = stage.journey.settings_home().await.unwrap();
    assert!(home.records[0].replaces, "nor afterwards");
    assert_eq!(home.next_query_at.as_deref(), Some("2026-12-01T16:00:00.000Z"), "and no second one");
    let form = stage.consent(&["ICBC"]).await;
    let refusal = journey::Refusal::from(stage.journey.consent_agree(form).await.unwrap_err());
    assert_eq!(refusal.code, ErrorCode::AllowanceUsed);
    assert!(refusal.params.contains_key("next_at"), "the instant of the next query is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_network_a_query_waits_and_goes_out_later() {
    let mut stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    stage.verify().await;
    stage.cut();
    let query = stage.journey.apply_submit().await.unwrap();
    assert_eq!(query.state, QueryState::Sending, "it is kept, and not lost");
    stage.restart().await;
    stage.mend();
    stage.run();
    stage.until(QueryState::Ready).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_never_got_out_lapses_and_uses_nothing_up() {
    let mut stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    stage.verify().await;
    stage.cut();
    stage.journey.apply_submit().await.unwrap();
    stage.clock.advance(Duration::from_secs(26 * 60));
    stage.mend();
    stage.run();
    assert_eq!(stage.until_record().await.ended, Ended::Lapsed);
    stage.stop();
    stage.agree(&["ICBC"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_cancelled_before_it_is_sent_leaves_a_record_only() {
    let stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    stage.journey.apply_cancel().await.unwrap();
    assert_eq!(stage.until_record().await.ended, Ended::Lapsed);
    assert_eq!(code(stage.journey.apply_submit().await), Some(ErrorCode::NoQuery));
}
