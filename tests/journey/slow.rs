//! Slow banks: they hold up nobody, their rows say "not yet", and they count once they answer.

use std::time::Duration;

use demo_world::Scenario;
use journey::view::{AnswerState, QueryState};

use crate::stage::{PASSWORD, Stage, secret};

#[tokio::test(flavor = "multi_thread")]
async fn what_came_is_read_while_slow_banks_take_their_time() {
    let mut stage = Stage::in_scenario(Scenario::BankIsSlow).await;
    stage.enrol("many").await;
    stage.ask(&["ICBC", "CMB", "ABC"]).await;
    stage.run();
    while stage.journey.collect_state().await.unwrap().query.banks_answered < 2 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let view = stage.journey.collect_state().await.unwrap();
    assert_eq!(view.query.state, QueryState::Collecting, "until the deadline nobody is given up");
    let slow = view.banks.iter().find(|bank| bank.bank == "CMB").unwrap();
    assert_eq!(slow.state, AnswerState::Pending, "a bank that asked for time has not answered");
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.until_cards().await;
    let row = report.banks.iter().find(|bank| bank.bank == "CMB").unwrap();
    assert!(row.outcome.is_none() && row.fault.is_none(), "no answer yet, and nothing wrong with it");
    // A minute and a half later the bank is ready, and so is the report.
    let clock = std::sync::Arc::clone(&stage.clock);
    let passing = tokio::spawn(async move {
        loop {
            clock.advance(Duration::from_secs(15));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let query = stage.until(QueryState::Ready).await;
    passing.abort();
    assert_eq!(query.banks_answered, 3, "the slow one counts like the others");
}
