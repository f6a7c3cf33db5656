//! A gateway that lies: every word of it is checked on the device, and a false one changes nothing but what is said.

use std::sync::Arc;
use std::time::Duration;

use journey::ErrorCode;
use journey::federation::Incoming;
use journey::view::{AlarmKind, QueryState};
use protocol::code::Locale;
use serde_json::Value;

use crate::stage::{PASSWORD, Stage, code, secret};
use crate::wire::Lie;

/// Changes the JSON of answers whose path ends so.
fn change(end: &'static str, change: impl Fn(&mut Value) + Send + Sync + 'static) -> Lie {
    Box::new(move |path, mut incoming| {
        if path.ends_with(end)
            && let Ok(mut body) = serde_json::from_slice::<Value>(&incoming.body)
        {
            change(&mut body);
            incoming.body = serde_json::to_vec(&body).unwrap().into();
        }
        incoming
    })
}

/// The same device, spoken to by a gateway that lies, from a new start on.
async fn deceived(stage: &mut Stage, lie: Lie) {
    stage.wire.lie(lie);
    stage.restart().await;
}

/// One character of a text, changed in its middle.
fn bend(value: &mut Value) {
    let text = value.as_str().unwrap();
    let middle = text.len() / 2;
    let other = if &text[middle..=middle] == "A" { "B" } else { "A" };
    *value = Value::String(format!("{}{other}{}", &text[..middle], &text[middle + 1..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bent_directory_is_refused() {
    let mut stage = Stage::enrolled("one").await;
    deceived(&mut stage, change("/v1/banks", |body| bend(&mut body["directory"]))).await;
    assert_eq!(code(stage.journey.consent_banks().await), Some(ErrorCode::DirectoryRefused));
    deceived(&mut stage, change("/v1/banks", |body| body["roots"] = Value::Array(Vec::new()))).await;
    assert_eq!(
        code(stage.journey.consent_banks().await),
        Some(ErrorCode::DirectoryRefused),
        "no chain leads to the pin"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_with_other_words_than_its_digest_is_not_shown() {
    let mut stage = Stage::enrolled("one").await;
    deceived(
        &mut stage,
        change("/v1/notices/current", |body| {
            body["text"] = Value::String("别的话".to_owned());
        }),
    )
    .await;
    assert_eq!(code(stage.journey.consent_notice(Locale::ZhCn).await), Some(ErrorCode::AnswerRefused));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_of_another_device_is_not_taken() {
    let mut stage = Stage::new().await;
    deceived(&mut stage, change("/confirm", |body| bend(&mut body["enrolment"]))).await;
    stage.journey.enrol_start(stage.form("one")).await.unwrap();
    assert_eq!(code(stage.journey.enrol_confirm(stage.sms_code(0).await).await), Some(ErrorCode::AnswerRefused));
    // The gateway answers the same again; told honestly, it is taken.
    deceived(&mut stage, Box::new(|_, incoming| incoming)).await;
    stage.journey.enrol_confirm("000000".into()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acceptance_with_other_times_is_not_believed() {
    let mut stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    stage.verify().await;
    let later = change("/v1/queries", |body| {
        if body.get("due_at").is_some() {
            body["due_at"] = Value::String("2026-12-24T04:00:00.000Z".to_owned());
        }
    });
    deceived(&mut stage, later).await;
    assert_eq!(
        code(stage.journey.apply_submit().await),
        Some(ErrorCode::AnswerRefused),
        "a report cannot be due in a month"
    );
    assert_eq!(stage.journey.collect_state().await.unwrap().query.state, QueryState::Sending);
    deceived(&mut stage, Box::new(|_, incoming| incoming)).await;
    stage.run();
    stage.until(QueryState::Ready).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bent_envelope_raises_the_alarm_and_the_own_end_stays() {
    let mut stage = Stage::enrolled("one").await;
    let asked = stage.ask(&["ICBC"]).await;
    deceived(&mut stage, change("/report", |body| bend(&mut body["envelope"]))).await;
    let mut alarmed = false;
    for _ in 0..8 {
        stage.journey.collect_refresh().await.unwrap();
        alarmed = stage
            .journey
            .settings_home()
            .await
            .unwrap()
            .alarms
            .iter()
            .any(|alarm| alarm.kind == AlarmKind::EnvelopeRefused);
        if alarmed {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(alarmed, "the person is told");
    let query = stage.journey.collect_state().await.unwrap().query;
    assert_eq!((query.state, query.ends_at), (QueryState::Collecting, asked.ends_at), "nothing else changed");
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    assert_eq!(report.total, 1, "the bank's own part holds without the gateway's word");
    // Two days on, without any envelope, the device closes by itself.
    stage.clock.advance(Duration::from_secs(48 * 3600 + 60));
    let _ = stage.journey.tick().await;
    let query = stage.journey.collect_state().await.unwrap().query;
    assert_eq!(query.state, QueryState::Ready);
    assert_eq!(query.generated_at, query.due_at, "closed as of the instant it was due");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_banks_part_handed_out_as_anothers_closes_that_row() {
    let mut stage = Stage::enrolled("many").await;
    stage.agree(&["ICBC", "CCB"]).await;
    stage.verify().await;
    let kept: Arc<std::sync::Mutex<Option<Incoming>>> = Arc::default();
    let swap: Lie = Box::new(move |path, incoming| {
        let mut kept = kept.lock().unwrap();
        if path.ends_with("/sections/ICBC") && incoming.status == 200 {
            *kept = Some(incoming.clone());
        }
        match kept.as_ref().filter(|_| path.ends_with("/sections/CCB")) {
            Some(other) => other.clone(),
            // Not yet anything to swap with: not now.
            None if path.ends_with("/sections/CCB") => Incoming { status: 503, ..incoming },
            None => incoming,
        }
    });
    deceived(&mut stage, swap).await;
    stage.journey.apply_submit().await.unwrap();
    stage.run();
    stage.until(QueryState::Ready).await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    let row = |code: &str| report.banks.iter().find(|bank| bank.bank == code).unwrap();
    assert_eq!(row("ICBC").fault, None);
    assert!(row("CCB").cards.is_empty() && row("CCB").outcome.is_none(), "nothing of it is shown as CCB's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_nobody_signed_is_not_kept() {
    let mut stage = Stage::enrolled("one").await;
    let query = stage.ready(&["ICBC"]).await;
    deceived(
        &mut stage,
        change("/report", |body| {
            if body.get("receipt").is_some() {
                bend(&mut body["receipt"])
            }
        }),
    )
    .await;
    let id = query.query_id.parse().unwrap();
    stage.journey.expire_delete_now(id).await.unwrap();
    let record = stage.journey.expire_record(id).await.unwrap();
    assert!(
        record.receipts.iter().all(|receipt| receipt.reason != "deleted"),
        "a receipt is the gateway's signed word or none"
    );
}
