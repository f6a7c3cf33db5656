//! Read: masked, flagged, offline; marks and kit live and die with the report.

use demo_world::Scenario;
use journey::ErrorCode;
use journey::view::{AlarmKind, Mark};

use crate::stage::{PASSWORD, Stage, code, secret};

#[tokio::test(flavor = "multi_thread")]
async fn text_that_breaks_the_rules_is_not_shown() {
    let mut stage = Stage::in_scenario(Scenario::HostileText).await;
    stage.enrol("many").await;
    stage.ready(&[]).await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    let shown: Vec<_> = report.banks.iter().flat_map(|bank| &bank.cards).collect();
    for card in shown {
        assert!(
            !card.product.chars().any(|c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')),
            "no invisible character is shown"
        );
        assert!(card.product.chars().count() <= 30, "no endless text is shown");
        assert!(card.number.contains('*') || card.number.len() < 12, "no whole number is shown");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_nobody_here_made_raises_the_alarm() {
    let mut stage = Stage::in_scenario(Scenario::GatewayAsksAlone).await;
    stage.enrol("many").await;
    stage.ready(&[]).await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    assert!(report.inquiries.iter().any(|inquiry| !inquiry.known), "the foreign inquiry is listed as not ours");
    let alarms = stage.journey.settings_home().await.unwrap().alarms;
    assert!(alarms.iter().any(|alarm| alarm.kind == AlarmKind::UnknownInquiry), "and told at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_read_offline_with_its_flags_and_marks() {
    let mut stage = Stage::enrolled("five").await;
    stage.ready(&[]).await;
    stage.stop();
    stage.cut();
    stage.restart().await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    assert!(
        report.unusual.iter().any(|unusual| unusual.flag == "more_than_four_debit"),
        "five debit cards at one bank are unusual"
    );
    assert!(stage.journey.settings_home().await.unwrap().alarms.is_empty(), "all is as it should be");
    let card = report.banks.iter().flat_map(|bank| &bank.cards).next().unwrap().id.clone();
    assert_eq!(code(stage.journey.read_mark("no such card".into(), Some(Mark::Mine)).await), Some(ErrorCode::NotFound));
    stage.journey.read_mark(card.clone(), Some(Mark::NotMine)).await.unwrap();
    let kit = stage.journey.read_kit(card.clone()).await.unwrap();
    assert_eq!(
        code(stage.journey.read_kit_tick(card.clone(), "no such step".into(), true).await),
        Some(ErrorCode::NotFound)
    );
    stage.journey.read_kit_tick(card.clone(), kit.steps[0].id.clone(), true).await.unwrap();
    stage.restart().await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    let marked = report.banks.iter().flat_map(|bank| &bank.cards).find(|shown| shown.id == card).unwrap();
    assert_eq!(marked.mark, Some(Mark::NotMine), "a mark outlives a restart");
    assert!(stage.journey.read_kit(card).await.unwrap().steps[0].done, "so does a ticked step");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bank_is_in_a_whole_report() {
    let mut stage = Stage::enrolled("many").await;
    let query = stage.ready(&[]).await;
    assert_eq!(query.banks_answered, query.banks_asked, "every bank is well");
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    let faults: Vec<_> = report
        .banks
        .iter()
        .filter(|bank| bank.fault.is_some() || bank.outcome.is_none())
        .map(|bank| (&bank.bank, &bank.fault))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(report.total, 15, "all fifteen cards are found");
}
