//! Read: masked, flagged, offline; marks and kit live and die with the report.

use std::time::Duration;

use demo_world::Scenario;
use journey::view::{Alarm, AlarmKind, CardView, Mark};
use journey::{ErrorCode, ReportView};

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
    let strange = report.unusual.iter().filter(|unusual| unusual.flag == "unknown_inquiry").count();
    let banks = report.inquiries.iter().filter(|inquiry| !inquiry.known).map(|inquiry| &inquiry.bank);
    assert_eq!(strange, banks.collect::<std::collections::BTreeSet<_>>().len(), "and is unusual, once a bank");
    let alarms = stage.journey.settings_home().await.unwrap().alarms;
    assert!(alarms.iter().any(|alarm| alarm.kind == AlarmKind::UnknownInquiry), "and told at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_is_loud_until_the_person_has_seen_it_and_is_kept() {
    let mut stage = Stage::in_scenario(Scenario::GatewayAsksAlone).await;
    stage.enrol("many").await;
    stage.ready(&[]).await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.journey.read_report().await.unwrap();
    let raised = stage.journey.settings_home().await.unwrap().alarms;
    let shown: Vec<i64> = raised.iter().map(|alarm| alarm.id).collect();
    assert!(!shown.is_empty() && raised.iter().all(|alarm| !alarm.seen), "nobody has seen one yet");
    let with_a_stranger = [shown.clone(), vec![0]].concat();
    assert_eq!(code(stage.journey.settings_alarms_seen(with_a_stranger).await), Some(ErrorCode::NotFound));
    assert_eq!(stage.journey.settings_home().await.unwrap().alarms, raised, "refused means none was marked");

    stage.journey.settings_alarms_seen(vec![shown[0]]).await.unwrap();
    let seen = |alarms: &[Alarm]| alarms.iter().filter(|alarm| alarm.seen).map(|alarm| alarm.id).collect::<Vec<_>>();
    let left = stage.journey.settings_home().await.unwrap().alarms;
    assert_eq!(seen(&left), [shown[0]], "what was not shown with it stays loud");
    stage.journey.settings_alarms_seen(shown.clone()).await.unwrap();
    stage.restart().await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.journey.read_report().await.unwrap();
    let kept = stage.journey.settings_home().await.unwrap().alarms;
    assert_eq!(seen(&kept), shown, "reading the same report again raises nothing anew, and all of them are kept");
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
async fn what_was_read_before_is_not_read_past_the_end_nor_once_locked() {
    let mut stage = Stage::enrolled("many").await;
    stage.ready(&[]).await;
    stage.stop();
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let first = stage.journey.read_report().await.unwrap();
    assert_eq!(stage.journey.read_report().await.unwrap(), first, "the same report, whatever was kept open of it");
    assert!(stage.journey.unlock_lock().await);
    assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::Locked));
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    assert_eq!(stage.journey.read_report().await.unwrap(), first);
    stage.clock.advance(Duration::from_secs(9 * 24 * 3600));
    let card = cards(&first)[0].id.clone();
    assert_eq!(
        code(stage.journey.read_kit(card.clone()).await),
        Some(ErrorCode::NoQuery),
        "its end is asked each time"
    );
    assert_eq!(code(stage.journey.read_mark(card, Some(Mark::Mine)).await), Some(ErrorCode::NoQuery));
    assert!(stage.journey.settings_protection().await.unwrap().last_inquiries.is_empty(), "nothing of it is left");
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

fn cards(report: &ReportView) -> Vec<&CardView> {
    report.banks.iter().flat_map(|bank| &bank.cards).collect()
}

fn strange(card: &CardView) -> bool {
    card.flags.iter().any(|flag| flag == "strange_city")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_that_was_not_given_cannot_be_strange_nor_can_any_while_locked() {
    let mut stage = Stage::enrolled("five").await;
    stage.ready(&[]).await;
    assert_eq!(code(stage.journey.read_strange("any".into(), true).await), Some(ErrorCode::Locked));
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    assert_eq!(
        code(stage.journey.read_strange("no such card".into(), true).await),
        Some(ErrorCode::NotFound),
        "only a city of this report, and never a text of the page, is kept"
    );
    let report = stage.journey.read_report().await.unwrap();
    if let Some(card) = cards(&report).into_iter().find(|card| card.city.is_none()) {
        assert_eq!(code(stage.journey.read_strange(card.id.clone(), true).await), Some(ErrorCode::NotFound));
    }
    assert!(!report.unusual.iter().any(|unusual| unusual.flag == "strange_city"), "no city is strange by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_card_of_a_strange_city_is_flagged_until_it_is_taken_back_or_the_report_ends() {
    let mut stage = Stage::enrolled("five").await;
    stage.ready(&[]).await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    let card = cards(&report).into_iter().find(|card| card.city.is_some()).unwrap().clone();
    let there = cards(&report).into_iter().filter(|other| other.city == card.city).count();
    stage.journey.read_strange(card.id.clone(), true).await.unwrap();
    stage.restart().await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    for other in cards(&report) {
        assert_eq!(strange(other), other.city == card.city, "the flag follows the city, not the card");
    }
    let listed = report.unusual.iter().filter(|unusual| unusual.flag == "strange_city").count();
    assert_eq!(listed, there, "each of them is among what is unusual");
    let report = stage.journey.read_strange(card.id.clone(), false).await.unwrap();
    assert!(!cards(&report).into_iter().any(strange), "taken back at once");
    stage.journey.read_strange(card.id.clone(), true).await.unwrap();
    stage.run();
    stage.clock.advance(Duration::from_secs(8 * 24 * 3600));
    stage.until_record().await;
    assert!(stage.journey.read_strange(card.id, true).await.is_err(), "it died with the report");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_note_is_kept_that_may_be_of_a_card_or_says_nothing() {
    let mut stage = Stage::enrolled("five").await;
    let query = stage.ready(&[]).await.query_id.parse().unwrap();
    assert_eq!(code(stage.journey.read_keep_note("三天后再问".into()).await), Some(ErrorCode::Locked));
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let long = "字".repeat(301);
    for words in ["尾号 1496 的卡", "1４9６", "14 96", "", "  ", &long, "an \u{202e}order"] {
        assert_eq!(
            code(stage.journey.read_keep_note(words.to_owned()).await),
            Some(ErrorCode::Malformed),
            "{words:?} is not kept"
        );
    }
    assert_eq!(stage.journey.read_report().await.unwrap().note, None, "nothing of them stayed");
    assert!(stage.journey.unlock_lock().await);
    assert_eq!(code(stage.journey.expire_forget_note(query).await), Some(ErrorCode::Locked));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_note_outlives_the_report_is_read_with_the_password_only_and_can_be_forgotten() {
    let mut stage = Stage::enrolled("five").await;
    let query = stage.ready(&[]).await.query_id.parse().unwrap();
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let card = cards(&stage.journey.read_report().await.unwrap())[0].id.clone();
    stage.journey.read_kit_tick(card, "call_bank".into(), true).await.unwrap();
    let words = "银行说三个工作日内答复\n再去时找李经理";
    let report = stage.journey.read_keep_note(format!(" {words} ")).await.unwrap();
    assert_eq!(report.note.unwrap().words, words);
    stage.clock.advance(Duration::from_secs(8 * 24 * 3600));
    stage.until_record().await;
    stage.restart().await;
    let locked = stage.journey.expire_record(query).await.unwrap();
    assert!(locked.note.is_none() && locked.note_locked, "before the password only that there are notes is told");
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let note = stage.journey.expire_record(query).await.unwrap().note.unwrap();
    assert_eq!(note.words, words);
    let done: Vec<_> = note.cards[0].iter().filter(|step| step.done).map(|step| step.id.as_str()).collect();
    assert_eq!((note.cards.len(), done), (1, vec!["call_bank"]), "what was done is kept, for which card is not");
    stage.journey.expire_forget_note(query).await.unwrap();
    let record = stage.journey.expire_record(query).await.unwrap();
    assert_eq!((record.note, record.note_locked), (None, false), "nothing of it stays");
}
