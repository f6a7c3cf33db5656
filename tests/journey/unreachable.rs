//! The gateway out of reach, at each of the nine acts: it is said, nothing is lost, and the act goes on from there.

use std::time::Duration;

use demo_world::Scenario;
use journey::ErrorCode::{Busy, Offline};
use journey::federation::Incoming;
use journey::view::{Ended, EnrolStep, FactorState, QueryState, VaultState};
use protocol::code::{FactorKind, Locale};
use serde_json::Value;

use crate::stage::{PASSWORD, Stage, code, secret};

#[tokio::test(flavor = "multi_thread")]
async fn at_enrol() {
    let stage = Stage::new().await;
    stage.cut();
    assert_eq!(code(stage.journey.enrol_start(stage.form("one")).await), Some(Offline));
    assert_eq!(stage.journey.enrol_state().await.unwrap().step, EnrolStep::Form, "nothing was begun");
    stage.mend();
    stage.journey.enrol_start(stage.form("one")).await.unwrap();
    let right = stage.sms_code(0).await;
    stage.cut();
    stage.clock.advance(Duration::from_secs(61));
    assert_eq!(code(stage.journey.enrol_resend().await), Some(Offline));
    assert_eq!(code(stage.journey.enrol_confirm(right.clone()).await), Some(Offline));
    assert_eq!(stage.journey.enrol_state().await.unwrap().step, EnrolStep::Code, "the code is still waited for");
    stage.mend();
    let view = stage.journey.enrol_confirm(right).await.unwrap();
    assert_eq!(view.step, EnrolStep::Password, "and the same code is still right");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_consent() {
    let stage = Stage::enrolled("one").await;
    let form = stage.consent(&["ICBC"]).await;
    let keys = device::Keychain::list(&stage.keychain).unwrap();
    stage.cut();
    assert_eq!(code(stage.journey.consent_notice(Locale::ZhCn).await), Some(Offline));
    assert_eq!(code(stage.journey.consent_agree(form.clone()).await), Some(Offline));
    assert!(stage.journey.settings_home().await.unwrap().query.is_none(), "nothing was prepared");
    assert_eq!(device::Keychain::list(&stage.keychain).unwrap(), keys, "and no key was made");
    stage.mend();
    assert_eq!(stage.journey.consent_agree(form).await.unwrap().state, QueryState::Prepared);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_verify() {
    let stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    let before = stage.world.messages().len();
    stage.cut();
    for kind in [FactorKind::Sms, FactorKind::Face, FactorKind::CardBank] {
        assert_eq!(code(stage.journey.verify_start(kind).await), Some(Offline), "{kind:?}");
    }
    stage.mend();
    stage.journey.verify_start(FactorKind::Sms).await.unwrap();
    stage.journey.verify_start(FactorKind::Face).await.unwrap();
    let right = stage.sms_code(before).await;
    stage.cut();
    stage.clock.advance(Duration::from_secs(61));
    assert_eq!(code(stage.journey.verify_confirm(right.clone()).await), Some(Offline));
    assert_eq!(code(stage.journey.verify_resend().await), Some(Offline));
    assert_eq!(code(stage.journey.verify_evidence().await), Some(Offline));
    let view = stage.journey.verify_state().await.unwrap();
    assert_eq!((view.sms.state, view.sms.tries_left), (FactorState::Open, Some(5)), "no try was used up");
    stage.mend();
    stage.journey.verify_evidence().await.unwrap();
    assert!(stage.journey.verify_confirm(right).await.unwrap().ready, "the same code, the same look");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_apply_and_collect() {
    let mut stage = Stage::in_scenario(Scenario::BankIsDown).await;
    stage.enrol("one").await;
    stage.agree(&["ICBC", "CCB"]).await;
    stage.verify().await;
    stage.cut();
    assert_eq!(
        stage.journey.apply_submit().await.unwrap().state,
        QueryState::Sending,
        "kept, and sent again by itself"
    );
    stage.mend();
    stage.clock.advance(Duration::from_secs(60));
    assert_eq!(stage.journey.collect_refresh().await.unwrap().query.state, QueryState::Collecting);
    stage.cut();
    assert_eq!(code(stage.journey.collect_refresh().await), Some(Offline));
    stage.mend();
    stage.closes_without_one().await;
    stage.cut();
    assert_eq!(code(stage.journey.collect_retry().await), Some(Offline));
    let query = stage.journey.collect_state().await.unwrap().query;
    assert_eq!((query.state, query.round, query.can_retry), (QueryState::Ready, 1, true), "no round was used up");
    stage.mend();
    assert_eq!(stage.journey.collect_retry().await.unwrap().query.round, 2);
}

/// From here on no answer comes back to paths that end so; the gateway hears everything.
fn unheard(stage: &Stage, end: &'static str) {
    stage.wire.lie(Box::new(move |path, incoming| {
        let status = if path.ends_with(end) { 503 } else { incoming.status };
        Incoming { status, ..incoming }
    }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_whose_beginning_was_not_heard_is_found() {
    let mut stage = Stage::in_scenario(Scenario::BankIsDown).await;
    stage.enrol("many").await;
    stage.ask(&["ICBC", "CCB"]).await;
    stage.closes_without_one().await;
    unheard(&stage, "/retry");
    let query = stage.journey.collect_retry().await.unwrap().query;
    assert_eq!((query.state, query.round), (QueryState::Retrying, 2), "the same press asks how it stands");
    stage.wire.honest();
    stage.clock.advance(Duration::from_secs(24 * 3600 + 60));
    // This device may close the round before its gateway does.
    let closed = |body: &[u8]| serde_json::from_slice::<Value>(body).is_ok_and(|body| body["revision"] == 2);
    while !stage.wire.passed().iter().any(|one| one.answer.as_ref().is_some_and(|answer| closed(&answer.body))) {
        stage.journey.collect_refresh().await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    stage.world.set_scenario(Scenario::AllWell).await.unwrap();
    // The gateway leaves a bank that was down alone for a while.
    stage.clock.advance(Duration::from_secs(30 * 60));
    unheard(&stage, "");
    assert_eq!(code(stage.journey.collect_retry().await), Some(Busy));
    let query = stage.journey.collect_state().await.unwrap().query;
    assert_eq!((query.state, query.round, query.can_retry), (QueryState::Ready, 2, true), "nothing is known of it");
    stage.wire.honest();
    let query = stage.journey.collect_retry().await.unwrap().query;
    assert_eq!(query.round, 3, "the next press finds what the first began");
    let clock = std::sync::Arc::clone(&stage.clock);
    let passing = tokio::spawn(async move {
        loop {
            clock.advance(Duration::from_secs(20));
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    });
    stage.run();
    let query = stage.until(QueryState::Ready).await;
    passing.abort();
    assert_eq!((query.banks_answered, query.round), (2, 3), "and the bank's answer arrives");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_notify_unlock_read_and_expire() {
    let mut stage = Stage::enrolled("one").await;
    let query = stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.cut();
    stage.restart().await;
    assert!(
        !stage.journey.notify_messages().await.unwrap().expected.is_empty(),
        "the characters are shown all the same"
    );
    assert_eq!(stage.journey.unlock_open(secret(PASSWORD)).await.unwrap().state, VaultState::Unlocked);
    assert_eq!(stage.journey.read_report().await.unwrap().total, 1, "the report is read all the same");
    assert_eq!(code(stage.journey.unlock_forgotten().await), Some(Offline));
    assert_eq!(code(stage.journey.settings_delete_account().await), Some(Offline), "everywhere or nowhere");
    assert_eq!(stage.journey.read_report().await.unwrap().total, 1, "and neither took anything away");
    stage.journey.expire_delete_now(query.query_id.parse().unwrap()).await.unwrap();
    assert_eq!(stage.until_record().await.ended, Ended::Deleted, "an end waits for nobody");
}
