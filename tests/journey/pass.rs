//! A pass with nobody there: what a telephone does while the app is closed.

use std::time::Duration;

use device::KeychainError;
use journey::view::Ended;
use journey::{Left, Notice, Passed, Turns};
use tokio::time::{sleep, timeout};

use crate::stage::{PASSWORD, PATIENCE, Stage, secret};

/// Passes as the system would allow them, until nothing is awaited any more; what was told meanwhile.
async fn until_nothing_is_awaited(stage: &Stage, turns: &Turns) -> Vec<Notice> {
    let passes = async {
        let mut told = Vec::new();
        loop {
            let Passed { left, notices, .. } = turns.pass(|| Some(stage.parts())).await;
            told.extend(notices);
            match left {
                Left::Nothing | Left::End(_) => return told,
                Left::More | Left::Undone => sleep(Duration::from_millis(100)).await,
            }
        }
    };
    timeout(PATIENCE, passes).await.expect("the banks answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_keychain_is_still_closed_nothing_is_asked_and_nothing_lost() {
    let mut stage = Stage::enrolled("one").await;
    stage.ask(&["ICBC"]).await;
    stage.close().await;
    let turns = Turns::default();
    stage.keychain.fail(Some(KeychainError::Locked));
    let passed = turns.pass(|| Some(stage.parts())).await;
    assert_eq!(passed.left, Left::Undone, "before the first unlocking of a telephone");
    assert!(passed.notices.is_empty());
    stage.keychain.heal();
    assert_eq!(until_nothing_is_awaited(&stage, &turns).await, [Notice::Ready]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_query_the_system_is_asked_for_nothing() {
    let mut stage = Stage::enrolled("one").await;
    assert_eq!(stage.journey.left().await, Ok(Left::Nothing), "nothing was asked");
    stage.agree(&["ICBC"]).await;
    assert_eq!(stage.journey.left().await, Ok(Left::Nothing), "the next step is the person's");
    stage.close().await;
    let passed = Turns::default().pass(|| Some(stage.parts())).await;
    assert_eq!((passed.left, passed.notices.len()), (Left::Nothing, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_collected_sealed_while_the_app_is_closed_and_told_once() {
    let mut stage = Stage::enrolled("many").await;
    stage.ask(&["ICBC", "CCB"]).await;
    assert_eq!(stage.journey.left().await, Ok(Left::More), "banks answer");
    stage.close().await;
    let turns = Turns::default();
    assert_eq!(until_nothing_is_awaited(&stage, &turns).await, [Notice::Ready], "the person is told once");
    stage.cut();
    let journey = turns.take(stage.parts()).await;
    journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = journey.read_report().await.unwrap();
    assert_eq!(report.banks.len(), 2, "every section was here before the app began, and opens without a network");
    assert_eq!(journey.notify_due().await.unwrap(), None, "and is not told again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_ends_before_anything_else_and_without_a_network() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.close().await;
    stage.cut();
    stage.clock.advance(Duration::from_secs(9 * 24 * 3600));
    let turns = Turns::default();
    let passed = turns.pass(|| Some(stage.parts())).await;
    assert_eq!(passed.left, Left::Nothing, "a record awaits nothing");
    assert!(passed.notices.is_empty(), "an end is no news");
    let keys = device::Keychain::list(&stage.keychain).unwrap();
    assert!(!keys.iter().any(|name| name.starts_with("shred.")), "its key is gone while the app is closed: {keys:?}");
    let home = turns.take(stage.parts()).await.settings_home().await.unwrap();
    assert_eq!(home.records.first().map(|record| record.ended), Some(Ended::Expired));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_app_keeps_the_profile_and_makes_the_pass_itself() {
    let mut stage = Stage::enrolled("one").await;
    stage.ask(&["ICBC"]).await;
    stage.close().await;
    let turns = Turns::default();
    let journey = turns.take(stage.parts()).await;
    let nobody = || panic!("a second journey on the same profile");
    let passes = async {
        while matches!(turns.pass(nobody).await.left, Left::More | Left::Undone) {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(PATIENCE, passes).await.expect("the banks answer");
    let Ok(Left::End(after)) = journey.left().await else { panic!("a report is left, and its end") };
    assert!(after > Duration::from_secs(6 * 24 * 3600) && after < Duration::from_secs(9 * 24 * 3600), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_starts_waits_for_no_pass() {
    let mut stage = Stage::enrolled("one").await;
    stage.ask(&["ICBC"]).await;
    stage.close().await;
    let turns = Turns::default();
    // Polled first, the pass has the profile; it is stopped and closed before the app opens it.
    let (passed, journey) = tokio::join!(turns.pass(|| Some(stage.parts())), turns.take(stage.parts()));
    assert_eq!((passed.left, passed.notices.len()), (Left::Undone, 0));
    let home = journey.settings_home().await.unwrap();
    assert!(home.trouble.is_none() && home.query.is_some(), "the app has its profile, and the query goes on");
}
