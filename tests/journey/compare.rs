//! New since the last report: only where the person asked for it, from fingerprints that say nothing to anybody else.

use std::sync::Arc;
use std::time::Duration;

use demo_world::{Options, Scenario, World};
use journey::ErrorCode;
use journey::view::{Changed, QueryState, ReportView};
use protocol::code::FactorKind;
use serde_json::Value;

use crate::stage::{PASSWORD, Stage, code, secret};

/// The project's people, with one card of "many" at ICBC gone and another one there.
const PEOPLE: &str = include_str!("../../crates/demo-world/data/people/people.json");
const NEW: &str = "new_since_last";

/// The whole report of these banks, read once.
async fn report(stage: &mut Stage) -> ReportView {
    stage.ready(&["ICBC", "CCB"]).await;
    stage.stop();
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.journey.read_report().await.unwrap()
}

/// The report's days pass, and at one bank a card was closed and another one opened.
async fn later(stage: &mut Stage) {
    stage.clock.advance(Duration::from_secs(8 * 24 * 3600));
    stage.journey.tick().await.unwrap();
    let mut people: Value = serde_json::from_str(PEOPLE).unwrap();
    let many = people.as_array_mut().unwrap().iter_mut().find(|person| person["key"] == "many").unwrap();
    let icbc = many["banks"].as_array_mut().unwrap().iter_mut().find(|bank| bank["bank"] == "ICBC").unwrap();
    icbc["cards"][0]["number"] = "6222020000000000042".into();
    let folder = tempfile::tempdir_in(stage.folder.path()).unwrap().keep();
    std::fs::write(folder.join("people.json"), people.to_string()).unwrap();
    let options = Options {
        clock: Some(Arc::clone(&stage.clock)),
        people: Some(folder),
        ..Options::for_tests(stage.folder.path())
    };
    let nowhere = tempfile::tempdir().unwrap();
    let other = World::start(Options::for_tests(nowhere.path())).await.unwrap();
    std::mem::replace(&mut stage.world, other).stop().await;
    stage.world = World::start(options).await.unwrap();
}

fn new_cards(report: &ReportView) -> Vec<String> {
    let cards = report.banks.iter().flat_map(|bank| &bank.cards);
    cards.filter(|card| card.flags.iter().any(|flag| flag == NEW)).map(|card| card.tail.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_compared_or_kept_unless_the_person_asked_for_it() {
    let stage = Stage::new().await;
    assert_eq!(code(stage.journey.settings_set_compare(true).await), Some(ErrorCode::WrongState), "no vault yet");
    let mut stage = Stage::enrolled("many").await;
    let off = stage.journey.settings_compare().await.unwrap();
    assert!(!off.on && off.since.is_none(), "off by default");
    assert_eq!(report(&mut stage).await.changed_since_last, None);
    later(&mut stage).await;
    let second = report(&mut stage).await;
    assert_eq!(second.changed_since_last, None, "nothing was kept of the report before");
    assert!(new_cards(&second).is_empty(), "so nothing can be called new");
    assert_eq!(stage.journey.settings_set_compare(false).await.unwrap().since, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_report_names_the_new_card_and_counts_the_gone_one() {
    let mut stage = Stage::enrolled("many").await;
    stage.journey.settings_set_compare(true).await.unwrap();
    let first = report(&mut stage).await;
    assert_eq!(first.changed_since_last, None, "there is nothing to compare the first with");
    let kept = stage.journey.settings_compare().await.unwrap();
    assert_eq!(kept.since, first.query.generated_at, "the next one will be compared with this one");
    later(&mut stage).await;
    let second = report(&mut stage).await;
    let since = first.query.generated_at.unwrap();
    assert_eq!(second.changed_since_last, Some(Changed { since, new_cards: 1, gone_cards: 1 }));
    assert_eq!(new_cards(&second), ["0042"], "the new card is named, and no other");
    assert!(second.unusual.iter().any(|one| one.flag == NEW && one.bank == "ICBC"), "and stands among the unusual");
    let again = stage.journey.read_report().await.unwrap();
    assert_eq!(new_cards(&again), ["0042"], "reading it twice makes it no older");

    assert!(stage.journey.unlock_lock().await);
    assert_eq!(stage.journey.settings_compare().await.unwrap().since, None, "locked, nothing of it is known");
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let off = stage.journey.settings_set_compare(false).await.unwrap();
    assert!(!off.on && off.since.is_none(), "opting out removes it");
    assert_eq!(stage.journey.read_report().await.unwrap().changed_since_last, None);
    let on = stage.journey.settings_set_compare(true).await.unwrap();
    assert_eq!(on.since, None, "opting in again begins with nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_while_banks_still_answer_is_compared_and_not_kept() {
    let mut stage = Stage::enrolled("many").await;
    stage.journey.settings_set_compare(true).await.unwrap();
    let first = report(&mut stage).await.query.generated_at;
    later(&mut stage).await;
    stage.world.set_scenario(Scenario::BankIsDown).await.unwrap();
    let query = stage.ask(&["ICBC", "CCB"]).await;
    stage.run();
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let early = stage.until_cards().await;
    assert_eq!((early.query.state, early.query.generated_at.as_deref()), (QueryState::Collecting, None));
    assert_eq!(new_cards(&early), ["0042"], "what came is told, though the other bank is waited for");
    let ccb = early.banks.iter().find(|bank| bank.bank == "CCB").unwrap();
    assert_eq!((ccb.state.as_str(), ccb.outcome.as_deref(), ccb.cards.len()), ("pending", None, 0));
    stage.journey.consent_withdraw(query.query_id.parse().unwrap()).await.unwrap();
    assert_eq!(stage.journey.settings_compare().await.unwrap().since, first, "the last whole one stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_kills_the_fingerprints() {
    let mut stage = Stage::enrolled("many").await;
    stage.journey.settings_set_compare(true).await.unwrap();
    report(&mut stage).await;
    let before = stage.world.messages().len();
    stage.journey.unlock_forgotten().await.unwrap();
    stage.journey.unlock_forgotten_confirm(stage.sms_code(before).await).await.unwrap();
    stage.journey.unlock_forgotten_second(FactorKind::Face).await.unwrap();
    assert!(stage.journey.unlock_forgotten_evidence().await.unwrap().ready);
    stage.journey.unlock_forgotten_password(secret(PASSWORD)).await.unwrap();
    let off = stage.journey.settings_compare().await.unwrap();
    assert!(!off.on, "with the vault key its fingerprints are gone, and the next report is compared with nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_left_out_of_the_consent_is_said_to_be_left_out() {
    let mut stage = Stage::enrolled("many").await;
    let mut form = stage.consent(&["ICBC"]).await;
    form.fields.retain(|field| field != "city" && field != "opened");
    stage.journey.consent_agree(form).await.unwrap();
    stage.verify().await;
    stage.journey.apply_submit().await.unwrap();
    stage.run();
    stage.until(journey::view::QueryState::Ready).await;
    stage.stop();
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    assert_eq!(report.left_out, ["opened", "city"], "not asked for, which is not the same as not given");
    let cards: Vec<_> = report.banks.iter().flat_map(|bank| &bank.cards).collect();
    assert!(!cards.is_empty() && cards.iter().all(|card| card.city.is_none() && card.opened.is_none()));
    assert!(cards.iter().any(|card| card.last_used.is_some()), "what was asked for is there");
}
