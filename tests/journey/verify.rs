//! Verify: two different factors, one of them not the gateway's.

use std::time::Duration;

use demo_world::FaceSetting;
use journey::ErrorCode;
use journey::view::{Ended, Factor, FactorState};
use protocol::code::FactorKind;
use protocol::time::Clock;

use crate::stage::{Stage, code};

#[tokio::test(flavor = "multi_thread")]
async fn one_factor_is_not_enough() {
    let stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    assert_eq!(code(stage.journey.apply_submit().await), Some(ErrorCode::FactorMissing), "no factor");
    let before = stage.world.messages().len();
    stage.journey.verify_start(FactorKind::Sms).await.unwrap();
    stage.journey.verify_confirm(stage.sms_code(before).await).await.unwrap();
    let refusal = journey::Refusal::from(stage.journey.apply_submit().await.unwrap_err());
    assert_eq!(refusal.code, ErrorCode::FactorMissing, "a code alone asks nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_used_once_in_its_time_and_five_wrong_ones_end_it() {
    let stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    let before = stage.world.messages().len();
    stage.journey.verify_start(FactorKind::Sms).await.unwrap();
    let first = stage.sms_code(before).await;
    stage.clock.advance(Duration::from_secs(61));
    stage.journey.verify_resend().await.unwrap();
    let second = stage.sms_code(before + 1).await;
    if first != second {
        assert_eq!(
            code(stage.journey.verify_confirm(first).await),
            Some(ErrorCode::CodeWrong),
            "the code before is void"
        );
    }
    let wrong = if second == "111111" { "222222" } else { "111111" };
    let mut last = None;
    for _ in 0..5 {
        last = code(stage.journey.verify_confirm(wrong.into()).await);
    }
    assert!(last.is_some(), "wrong codes are refused to the end");
    assert!(stage.journey.verify_confirm(second).await.is_err(), "after five wrong ones the right one comes too late");
    assert_eq!(stage.journey.verify_state().await.unwrap().sms.state, FactorState::Void);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_shown_as_old_after_five_minutes_and_another_brings_no_more_tries() {
    let stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    let before = stage.world.messages().len();
    let began = stage.clock.now();
    let sms = stage.journey.verify_start(FactorKind::Sms).await.unwrap().sms;
    let end = |after: u64| Some((began + Duration::from_secs(after)).to_string());
    assert_eq!((sms.expires_at, sms.tries_left), (end(5 * 60), Some(5)), "as the SMS says");
    let right = stage.sms_code(before).await;
    let wrong = if right == "111111" { "222222" } else { "111111" };
    assert!(stage.journey.verify_confirm(wrong.into()).await.is_err());
    stage.clock.advance(Duration::from_secs(5 * 60));
    let old = stage.journey.verify_state().await.unwrap().sms;
    assert_eq!(old.state, FactorState::Open, "another code may be sent");
    let sms = stage.journey.verify_resend().await.unwrap().sms;
    assert_eq!((sms.expires_at, sms.tries_left), (end(10 * 60), Some(4)), "one wrong try is spent");
    let second = stage.sms_code(before + 1).await;
    let wrong = if second == "111111" { "222222" } else { "111111" };
    for left in [3, 2, 1, 0] {
        assert!(stage.journey.verify_confirm(wrong.into()).await.is_err());
        assert_eq!(stage.journey.verify_state().await.unwrap().sms.tries_left, Some(left));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_passes_once_and_ten_messages_a_day_are_enough() {
    let stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    let before = stage.world.messages().len();
    stage.journey.verify_start(FactorKind::Sms).await.unwrap();
    let right = stage.sms_code(before).await;
    stage.journey.verify_confirm(right.clone()).await.unwrap();
    let again = code(stage.journey.verify_confirm(right).await);
    assert_eq!(again, Some(ErrorCode::VerificationVoid), "a code that passed passes nothing more");
    assert_eq!(stage.journey.verify_state().await.unwrap().sms.state, FactorState::Passed, "and what passed stays");
    let mut refused = None;
    for _ in 0..12 {
        stage.clock.advance(Duration::from_secs(61));
        refused = refused.or(code(stage.journey.verify_start(FactorKind::Sms).await));
    }
    assert!(matches!(refused, Some(ErrorCode::SmsLimit | ErrorCode::RateLimited)), "too many codes: {refused:?}");
    let codes = stage.world.messages().iter().filter(|message| message.text.contains("验证码")).count();
    assert!(codes <= 10, "ten a day: {codes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_that_does_not_match_is_refused_and_a_second_look_may_pass() {
    let stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    stage.world.set_face(FaceSetting::RetryOnce).unwrap();
    stage.journey.verify_start(FactorKind::Face).await.unwrap();
    assert_eq!(code(stage.journey.verify_evidence().await), Some(ErrorCode::FaceNotMatched));
    let view = stage.journey.verify_evidence().await.unwrap();
    assert_eq!(view.second.unwrap().state, FactorState::Passed);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_own_consent_no_face_is_checked() {
    let stage = Stage::enrolled("one").await;
    let mut form = stage.consent(&["ICBC"]).await;
    form.face = false;
    stage.journey.consent_agree(form).await.unwrap();
    assert_eq!(code(stage.journey.verify_start(FactorKind::Face).await), Some(ErrorCode::FaceConsentMissing));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_not_used_in_a_quarter_of_an_hour_lapses() {
    let stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    stage.clock.advance(Duration::from_secs(15 * 60 + 1));
    let refused = code(stage.journey.verify_start(FactorKind::Sms).await);
    assert!(matches!(refused, Some(ErrorCode::ConsentLapsed | ErrorCode::NoQuery)), "{refused:?}");
    assert_eq!(stage.until_record().await.ended, Ended::Lapsed, "it is a record, and used nothing up");
    stage.agree(&["ICBC"]).await;
}

/// Presses a button in the made-up bank's app.
async fn press(stage: &Stage, confirm: bool) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let control = stage.world.addresses().control.clone();
    let host = control.strip_prefix("http://").and_then(|rest| rest.split('/').next()).unwrap().to_owned();
    let call = |request: String| {
        let host = host.clone();
        async move {
            let mut line = tokio::net::TcpStream::connect(&host).await.unwrap();
            line.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            line.read_to_string(&mut answer).await.unwrap();
            answer
        }
    };
    let state = call(format!("GET /control/state HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")).await;
    let questions = state.split("\"questions\":").nth(1).unwrap();
    let id = questions.split('"').find(|word| word.len() == 36 && word.matches('-').count() == 4).unwrap();
    let body = format!("{{\"confirm\":{confirm}}}");
    let head = format!("POST /control/confirmations/{id} HTTP/1.1\r\nhost: {host}\r\nconnection: close");
    let kind = format!("content-type: application/json\r\ncontent-length: {}", body.len());
    let answer = call(format!("{head}\r\n{kind}\r\n\r\n{body}")).await;
    assert!(answer.starts_with("HTTP/1.1 204"), "the button was there: {answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bank_of_the_own_card_confirms_in_its_own_app_or_refuses() {
    let mut stage = Stage::enrolled("one").await;
    let mut form = stage.consent(&["ICBC"]).await;
    form.face = false;
    stage.journey.consent_agree(form).await.unwrap();
    let view = stage.journey.verify_start(FactorKind::CardBank).await.unwrap();
    assert_eq!(view.second.unwrap().bank.as_deref(), Some("ICBC"), "the person is told in whose app to look");
    assert_eq!(
        stage.journey.verify_poll().await.unwrap().second.unwrap().state,
        FactorState::Open,
        "nobody pressed yet"
    );
    press(&stage, false).await;
    assert_eq!(
        stage.journey.verify_poll().await.unwrap().second.unwrap().state,
        FactorState::Void,
        "the person refused"
    );
    stage.journey.verify_start(FactorKind::CardBank).await.unwrap();
    press(&stage, true).await;
    assert_eq!(stage.journey.verify_poll().await.unwrap().second.unwrap().state, FactorState::Passed);
    let before = stage.world.messages().len();
    stage.journey.verify_start(FactorKind::Sms).await.unwrap();
    stage.journey.verify_confirm(stage.sms_code(before).await).await.unwrap();
    stage.journey.apply_submit().await.unwrap();
    stage.run();
    stage.until(journey::view::QueryState::Ready).await;
}

/// Factors the gateway was told are over.
fn stopped(stage: &Stage) -> usize {
    let stops = |one: &&crate::wire::Passed| {
        one.request.method.as_str() == "DELETE" && one.request.path.starts_with("/v1/verifications/")
    };
    stage.wire.passed().iter().filter(stops).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_factor_that_waits_is_stopped_and_without_a_network_it_waits_on() {
    let stage = Stage::enrolled("one").await;
    assert_eq!(code(stage.journey.verify_stop(FactorKind::Face).await), Some(ErrorCode::NoQuery));
    stage.agree(&["ICBC"]).await;
    assert_eq!(code(stage.journey.verify_stop(FactorKind::Face).await), Some(ErrorCode::VerificationVoid));
    assert_eq!(stopped(&stage), 0, "nothing was said of what never was");
    stage.journey.verify_start(FactorKind::CardBank).await.unwrap();
    stage.cut();
    assert_eq!(code(stage.journey.verify_stop(FactorKind::CardBank).await), Some(ErrorCode::Offline));
    let second = stage.journey.verify_state().await.unwrap().second.unwrap();
    assert_eq!(second.state, FactorState::Open, "the bank may still be asking");
    stage.mend();
    let second = stage.journey.verify_stop(FactorKind::CardBank).await.unwrap().second.unwrap();
    assert_eq!((second.state, stopped(&stage)), (FactorState::Void, 1));
    assert_eq!(code(stage.journey.verify_stop(FactorKind::CardBank).await), Some(ErrorCode::VerificationVoid));
    let second = stage.journey.verify_start(FactorKind::CardBank).await.unwrap().second.unwrap();
    assert_eq!(second.state, FactorState::Open, "and a new one may be begun");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_face_consent_is_taken_back_that_was_not_given_or_is_used_up() {
    let stage = Stage::enrolled("one").await;
    assert_eq!(code(stage.journey.verify_withdraw_face().await), Some(ErrorCode::NoQuery));
    let mut form = stage.consent(&["ICBC"]).await;
    form.face = false;
    stage.journey.consent_agree(form).await.unwrap();
    assert_eq!(code(stage.journey.verify_withdraw_face().await), Some(ErrorCode::FaceConsentMissing));
    stage.journey.apply_cancel().await.unwrap();
    stage.agree(&["ICBC"]).await;
    assert!(stage.journey.settings_protection().await.unwrap().face_consent, "offered while it can be taken back");
    stage.verify().await;
    stage.journey.apply_submit().await.unwrap();
    assert_eq!(code(stage.journey.verify_withdraw_face().await), Some(ErrorCode::WrongState), "it was used");
    assert!(!stage.journey.settings_protection().await.unwrap().face_consent);
    assert_eq!(stopped(&stage), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_consent_taken_back_voids_a_passed_check_at_once_and_the_gateway_hears_of_it_later() {
    let stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    stage.verify().await;
    assert!(stage.journey.verify_state().await.unwrap().ready);
    stage.cut();
    let view = stage.journey.verify_withdraw_face().await.unwrap();
    assert_eq!((view.ready, view.second.unwrap().state), (false, FactorState::Void), "no network is needed for it");
    assert!(!view.second_kinds.contains(&Factor::Face), "no face is asked for any more");
    stage.mend();
    assert_eq!(code(stage.journey.apply_submit().await), Some(ErrorCode::FactorMissing));
    assert_eq!(code(stage.journey.verify_start(FactorKind::Face).await), Some(ErrorCode::FaceConsentMissing));
    assert_eq!(code(stage.journey.verify_withdraw_face().await), Some(ErrorCode::FaceConsentMissing));
    assert_eq!(stopped(&stage), 0);
    stage.clock.advance(Duration::from_secs(31));
    stage.journey.tick().await.unwrap();
    assert_eq!(stopped(&stage), 1, "the provider is told to erase what it may hold");
    stage.clock.advance(Duration::from_secs(3600));
    let _ = stage.journey.tick().await;
    assert_eq!(stopped(&stage), 1, "and told once");
}
