//! Collect: one bank's failure is that bank's row; what cannot be verified is not shown.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use demo_world::Scenario;
use journey::ErrorCode;
use journey::federation::Incoming;
use journey::view::{AnswerState, QueryState};
use serde_json::Value;

use crate::stage::{PASSWORD, PATIENCE, Stage, code, secret};

/// The fault of the bank this scenario breaks, as read; every other bank must be readable. A report may close before
/// every section could be had: what is missing then is taken in a later pass, so that the row is read until it says
/// something.
async fn fault_of(scenario: Scenario, broken: &str) -> String {
    let mut stage = Stage::in_scenario(scenario).await;
    stage.enrol("many").await;
    stage.ready(&["ICBC", "CCB", "ABC"]).await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let said = async {
        loop {
            let report = stage.journey.read_report().await.unwrap();
            for bank in report.banks.iter().filter(|bank| bank.bank != broken) {
                assert_eq!(bank.fault, None, "{scenario:?} stays in the row of {broken}, not of {}", bank.bank);
            }
            let row = report.banks.into_iter().find(|bank| bank.bank == broken).unwrap();
            assert!(row.cards.is_empty(), "nothing of a part that could not be verified is shown");
            match row.fault {
                Some(fault) => break fault,
                None => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
    };
    if let Ok(fault) = tokio::time::timeout(PATIENCE, said).await {
        return fault;
    }
    let told = stage.wire.passed().into_iter().map(|one| (one.request.path, one.answer.map(|answer| answer.status)));
    let told: Vec<_> = told.collect();
    panic!("{scenario:?} went unnoticed: {:?} {told:?}", stage.journey.collect_state().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_section_closes_one_row() {
    assert_eq!(fault_of(Scenario::ForgedSection, "CCB").await, "signature");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_sealed_to_another_key_closes_one_row() {
    assert_eq!(fault_of(Scenario::SwappedKey, "CCB").await, "open_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_of_another_bank_closes_one_row() {
    let fault = fault_of(Scenario::WrongBank, "CCB").await;
    assert!(matches!(fault.as_str(), "wrong_bank" | "signature"), "{fault}");
}

#[tokio::test(flavor = "multi_thread")]
async fn banks_that_are_down_hold_up_nobody_and_can_be_asked_again() {
    let mut stage = Stage::in_scenario(Scenario::BankIsDown).await;
    stage.enrol("many").await;
    stage.ask(&["ICBC", "CCB", "ABC"]).await;
    stage.run();
    let mut answered = 0;
    while answered < 2 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        answered = stage.journey.collect_state().await.unwrap().query.banks_answered;
    }
    assert_eq!(
        code(stage.journey.collect_retry().await),
        Some(ErrorCode::NotClosed),
        "banks are asked again only after the close"
    );
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    let open: Vec<_> =
        report.banks.iter().filter(|bank| bank.outcome.is_none()).map(|bank| bank.bank.as_str()).collect();
    assert_eq!(open, ["CCB"], "what has come can be read; the rest is no answer yet, never no cards");
    // A day later the report closes with what came.
    stage.stop();
    stage.clock.advance(Duration::from_secs(24 * 3600 + 60));
    stage.run();
    let query = stage.until(QueryState::Ready).await;
    assert!(query.can_retry, "the consent still lives");
    let banks = stage.journey.collect_state().await.unwrap().banks;
    assert_eq!(banks.iter().find(|bank| bank.bank == "CCB").unwrap().state, AnswerState::Unanswered);
    stage.world.set_scenario(Scenario::AllWell).await.unwrap();
    let ends = query.ends_at.clone();
    // The gateway leaves a bank that was down alone for a while.
    stage.clock.advance(Duration::from_secs(30 * 60));
    stage.journey.collect_retry().await.unwrap();
    let clock = std::sync::Arc::clone(&stage.clock);
    let passing = tokio::spawn(async move {
        loop {
            clock.advance(Duration::from_secs(20));
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    });
    let query = stage.until(QueryState::Ready).await;
    passing.abort();
    assert_eq!((query.banks_answered, query.round), (3, 2), "the bank answered in the second round");
    assert_eq!(query.ends_at, ends, "asking again never lengthens the report's life");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_of_an_earlier_query_closes_one_row() {
    let mut stage = Stage::enrolled("many").await;
    let query = stage.ready(&["ICBC", "CCB", "ABC"]).await;
    stage.stop();
    stage.journey.expire_delete_now(query.query_id.parse().unwrap()).await.unwrap();
    stage.world.set_scenario(Scenario::ReplayedSection).await.unwrap();
    stage.ready(&["ICBC", "CCB", "ABC"]).await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    let replayed = report.banks.iter().find(|bank| bank.bank == "CCB").unwrap();
    assert!(
        replayed.fault.is_some() && replayed.cards.is_empty(),
        "an old section is never shown as a new one: {replayed:?}"
    );
    assert_eq!(report.banks.iter().filter(|bank| bank.fault.is_some()).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_bytes_and_a_revoked_key_are_no_answers() {
    for scenario in [Scenario::Oversized, Scenario::RevokedKey] {
        let mut stage = Stage::in_scenario(scenario).await;
        stage.enrol("many").await;
        stage.ask(&["ICBC", "CCB", "ABC"]).await;
        stage.run();
        let mut answered = 0;
        while answered < 2 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            answered = stage.journey.collect_state().await.unwrap().query.banks_answered;
        }
        stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
        let report = stage.journey.read_report().await.unwrap();
        let row = report.banks.iter().find(|bank| bank.bank == "CCB").unwrap();
        assert!(row.outcome.is_none() && row.cards.is_empty(), "{scenario:?}: nothing of it is shown");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_that_could_not_be_had_before_the_close_is_fetched_after_it() {
    let mut stage = Stage::enrolled("many").await;
    stage.wire.lie(Box::new(|path, mut incoming| {
        if path.ends_with("/sections/CCB") {
            incoming.status = 503;
        }
        incoming
    }));
    stage.ready(&["ICBC", "CCB"]).await;
    stage.stop();
    stage.journey.unlock_open(crate::stage::secret(crate::stage::PASSWORD)).await.unwrap();
    let outcome = async |stage: &Stage| {
        let report = stage.journey.read_report().await.unwrap();
        report.banks.into_iter().find(|bank| bank.bank == "CCB").unwrap().outcome
    };
    assert_eq!(outcome(&stage).await, None, "its bytes never came");
    stage.wire.honest();
    stage.journey.tick().await.unwrap();
    assert!(outcome(&stage).await.is_some(), "they waited at the gateway");
}

/// Passes of a device that hears nothing, until the gateway has closed this round.
async fn closes_unheard(stage: &Stage, round: u64) {
    let closed = Arc::new(AtomicU64::new(0));
    let revision = Arc::clone(&closed);
    stage.wire.lie(Box::new(move |_, incoming| {
        let body: Value = serde_json::from_slice(&incoming.body).unwrap_or_default();
        revision.fetch_max(body["revision"].as_u64().unwrap_or_default(), SeqCst);
        Incoming { status: 503, ..incoming }
    }));
    let closing = async {
        while closed.load(SeqCst) < round {
            let _ = stage.journey.tick().await;
            stage.clock.advance(Duration::from_secs(20));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, closing).await.expect("the gateway closes whoever hears of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_at_the_gateway_is_had_although_the_device_closed_by_itself() {
    let stage = Stage::enrolled("many").await;
    stage.ask(&["ICBC", "CCB"]).await;
    closes_unheard(&stage, 1).await;
    stage.clock.advance(Duration::from_secs(48 * 3600 + 60));
    stage.journey.tick().await.unwrap_err();
    let own = stage.journey.collect_state().await.unwrap();
    assert_eq!((own.query.state, own.query.banks_answered), (QueryState::Ready, 0), "over the weekend it closed");
    assert!(own.banks.iter().all(|bank| bank.state == AnswerState::Unanswered), "and no answer was there");
    stage.wire.honest();
    stage.journey.tick().await.unwrap();
    let query = stage.journey.collect_state().await.unwrap().query;
    assert_eq!((query.state, query.banks_answered), (QueryState::Ready, 2), "every answer waited");
    assert!(query.ends_at <= own.query.ends_at, "and the end is no later for it");
    let passed = stage.wire.mark();
    stage.journey.tick().await.unwrap();
    let again = stage.wire.passed().split_off(passed).into_iter().map(|one| one.request.path);
    assert!(again.into_iter().all(|path| path == "/v1/queries"), "once whole, nothing of it is asked for any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_further_round_brought_is_had_although_the_device_closed_by_itself() {
    let mut stage = Stage::in_scenario(Scenario::BankIsDown).await;
    stage.enrol("many").await;
    stage.ask(&["ICBC", "CCB"]).await;
    stage.closes_without_one().await;
    stage.world.set_scenario(Scenario::AllWell).await.unwrap();
    // The gateway leaves a bank that was down alone for a while.
    stage.clock.advance(Duration::from_secs(30 * 60));
    stage.journey.collect_retry().await.unwrap();
    closes_unheard(&stage, 2).await;
    stage.clock.advance(Duration::from_secs(24 * 3600));
    stage.journey.tick().await.unwrap_err();
    let own = stage.journey.collect_state().await.unwrap().query;
    assert_eq!((own.state, own.round, own.banks_answered), (QueryState::Ready, 2, 1), "the round's time is over");
    stage.wire.honest();
    stage.journey.tick().await.unwrap();
    let query = stage.journey.collect_state().await.unwrap().query;
    assert_eq!((query.state, query.round, query.banks_answered), (QueryState::Ready, 2, 2), "its answer waited");
    assert_eq!(query.ends_at, own.ends_at, "to the same end");
}
