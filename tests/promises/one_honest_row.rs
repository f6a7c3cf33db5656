//! One honest row per bank: every bank asked has exactly one, a bank that failed says so, and silence is never "none".

use demo_world::Scenario;
use journey::view::{AnswerState, BankReport, QueryState};
use serde_json::Value;

use crate::stage::{PASSWORD, Stage, secret};

const ASKED: [&str; 4] = ["ICBC", "CCB", "ABC", "BOC"];

/// The rows of a report, once each bank asked has exactly one, in the order asked.
async fn rows(stage: &Stage) -> Vec<BankReport> {
    let _ = stage.journey.unlock_open(secret(PASSWORD)).await;
    let report = stage.journey.read_report().await.unwrap();
    let banks: Vec<_> = report.banks.iter().map(|bank| bank.bank.as_str()).collect();
    let asked = stage.journey.collect_state().await.unwrap().banks;
    assert_eq!(banks, asked.iter().map(|bank| bank.bank.as_str()).collect::<Vec<_>>(), "one row a bank, none twice");
    assert_eq!(banks.len(), ASKED.len());
    report.banks
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_bank_sends_its_row_alone_is_closed_with_a_reason() {
    for scenario in [Scenario::ForgedSection, Scenario::SwappedKey, Scenario::WrongBank] {
        let mut stage = Stage::in_scenario(scenario).await;
        stage.enrol("many").await;
        stage.ready(&ASKED).await;
        for row in rows(&stage).await {
            let honest = row.fault.is_none() && row.outcome.is_some();
            let closed = row.fault.is_some() && row.outcome.is_none() && row.cards.is_empty() && row.used.is_empty();
            let right = if row.bank == "CCB" { closed } else { honest };
            assert!(right, "{scenario:?}: the row of {} says {:?} and {:?}", row.bank, row.fault, row.outcome);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_the_gateway_drops_is_no_answer_and_never_no_card() {
    let stage = Stage::enrolled("many").await;
    stage.wire.lie(Box::new(|path, mut incoming| {
        if let Ok(mut body) = serde_json::from_slice::<Value>(&incoming.body)
            && let Some(banks) = body.get_mut("banks").and_then(Value::as_array_mut)
            && path.starts_with("/v1/queries/")
        {
            banks.retain(|bank| bank["bank"] != "CCB");
            incoming.body = serde_json::to_vec(&body).unwrap().into();
        }
        if path.ends_with("/report") || path.ends_with("/sections/CCB") {
            incoming.status = 503;
        }
        incoming
    }));
    stage.ask(&ASKED).await;
    // By asking alone: the stream of events is not bent.
    while stage.journey.collect_state().await.unwrap().query.banks_answered < 3 {
        stage.clock.advance(std::time::Duration::from_secs(10));
        let _ = stage.journey.collect_refresh().await;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    for _ in 0..2 {
        let dropped = rows(&stage).await.into_iter().find(|row| row.bank == "CCB").unwrap();
        assert_eq!((dropped.outcome, dropped.cards.len()), (None, 0), "what did not come is not read as none");
        // Two days on the device closes by itself.
        stage.clock.advance(std::time::Duration::from_secs(48 * 3600 + 60));
        let _ = stage.journey.tick().await;
        stage.until(QueryState::Ready).await;
    }
    let state = stage.journey.collect_state().await.unwrap().banks.into_iter().find(|bank| bank.bank == "CCB").unwrap();
    assert_eq!(state.state, AnswerState::Unanswered, "it is said to be missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_outcome_is_told_apart_to_the_person() {
    let expected = [
        ("expired", "ABC", "id_expired"),
        ("nomobile", "CCB", "no_mobile"),
        ("nomobile", "CIB", "self_service_off"),
        ("possible", "COMM", "possible_match"),
        ("possible", "CGB", "ledger_unavailable"),
        ("one", "CCB", "none"),
        ("one", "ICBC", "found"),
    ];
    for (person, bank, outcome) in expected {
        let mut stage = Stage::enrolled(person).await;
        stage.ready(&[bank]).await;
        stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
        let mut report = stage.journey.read_report().await.unwrap();
        let row = report.banks.remove(0);
        assert_eq!(row.outcome.as_deref(), Some(outcome), "{person} at {bank}");
        let perhaps = report.unusual.iter().any(|unusual| unusual.flag == "possible_match");
        assert_eq!(perhaps, outcome == "possible_match", "what may be the person's is to be looked at");
        assert_eq!(row.cards.is_empty(), outcome != "found", "cards belong to what was found, and to nothing else");
        assert!(!row.used.is_empty(), "it says what was looked up with");
    }
}
