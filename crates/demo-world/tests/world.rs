//! The whole federation with real cryptography, used by a device written by hand. Refusals first.
#![allow(missing_docs, clippy::unwrap_used, clippy::allow_attributes, reason = "tests")]

mod client;

use std::time::Duration;

use client::{DAY, Device, begin};
use demo_world::{FaceSetting, Scenario};
use protocol::code::{BankState, FactorKind, Outcome, QueryState, SectionFault};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn another_page_may_not_press_anything() {
    let (_folder, world) = begin(Scenario::AllWell).await;
    let device = Device::of(&world, "one");
    let url = format!("{}/scenario", world.addresses().control);
    let call =
        || device.http.post(&url).header("content-type", "application/json").body(r#"{"scenario":"BankIsDown"}"#);
    let foreign = call().header("origin", "http://evil.example").send().await.unwrap();
    assert_eq!(foreign.status().as_u16(), 403, "a page of another origin");
    let rebound = call().header("host", "evil.example:47181").send().await.unwrap();
    assert_eq!(rebound.status().as_u16(), 403, "a name made to point here");
    let state = device.control("state").await;
    assert_eq!(state["scenario"], "AllWell", "nothing was pressed");
    let page = device.http.get(&world.addresses().phone).send().await.unwrap();
    assert!(
        page.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"),
        "the page loads nothing from elsewhere"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_the_product_does_not_serve_get_no_message() {
    let (_folder, world) = begin(Scenario::AllWell).await;
    let young = Device::of(&world, "young");
    let (status, body) = young.open_enrolment().await;
    assert_eq!(status, 403, "fourteen years old: {}", String::from_utf8_lossy(&body));
    let mut stranger = Device::of(&world, "one");
    stranger.card = Device::of(&world, "elder").card;
    let (status, _) = stranger.open_enrolment().await;
    assert_eq!(status, 202, "a card of somebody else: the same answer as for the right one");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(stranger.messages().is_empty() && young.messages().is_empty(), "and no message");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gets_a_whole_report_of_28_banks() {
    let (_folder, world) = begin(Scenario::AllWell).await;
    let device = Device::of(&world, "many");
    device.enrol().await;
    let asked = device.ask(FactorKind::Face).await;
    let status = device.closed(&asked).await;
    assert_eq!(status.state, QueryState::Closed, "the report is there");
    assert_eq!(status.banks.iter().filter(|bank| bank.state == BankState::Answered).count(), 28, "every bank answered");
    let directory = device.directory().await;
    let (mut cards, mut none) = (0, 0);
    for bank in &status.banks {
        let section =
            device.section(&asked, bank.bank.as_str(), &directory).await.expect("every section passes every check");
        assert_eq!(section.inquiries.len(), 1, "nobody else asked");
        cards += section.cards.len();
        none += usize::from(section.outcome == Outcome::None);
    }
    assert_eq!((cards, none), (15, 18), "fifteen cards at ten banks, none at the others");
    let report = device.report(&asked).await;
    assert_eq!(report.answers.len(), 28, "with every bank's own word");
    assert!(device.messages().iter().any(|text| text.contains("已有结果")), "the person is told by SMS");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bank_of_an_own_card_confirms_when_pressed() {
    let (_folder, world) = begin(Scenario::AllWell).await;
    let device = Device::of(&world, "elder");
    device.enrol().await;
    let asked = device.ask(FactorKind::CardBank).await;
    let status = device.closed(&asked).await;
    assert!(status.banks.iter().all(|bank| bank.state == BankState::Answered), "banks take the other bank's word");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_bank_spoils_the_device_sees() {
    let spoiled = [
        (Scenario::ForgedSection, SectionFault::Signature),
        (Scenario::ReplayedSection, SectionFault::WrongQuery),
        (Scenario::SwappedKey, SectionFault::OpenFailed),
        (Scenario::WrongBank, SectionFault::WrongBank),
    ];
    let people = ["one", "five", "frozen", "dormant"];
    let (_folder, world) = begin(Scenario::AllWell).await;
    for ((scenario, fault), person) in spoiled.into_iter().zip(people) {
        world.set_scenario(scenario).await.unwrap();
        let device = Device::of(&world, person);
        device.enrol().await;
        let asked = device.ask(FactorKind::Face).await;
        device.closed(&asked).await;
        let directory = device.directory().await;
        assert_eq!(device.section(&asked, "CCB", &directory).await.err(), Some(fault), "{scenario:?}");
        assert!(
            device.section(&asked, "ICBC", &directory).await.is_ok(),
            "{scenario:?}: the other banks' rows are right"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_costs_that_banks_row_only() {
    let (_folder, world) = begin(Scenario::HostileText).await;
    let device = Device::of(&world, "many");
    device.enrol().await;
    let asked = device.ask(FactorKind::Face).await;
    device.closed(&asked).await;
    let directory = device.directory().await;
    let markup = device.section(&asked, "ICBC", &directory).await.expect("markup is text, and shown as text");
    assert!(markup.cards[0].product.contains("<img"), "as the bank sent it");
    for (bank, fault, why) in [
        ("CCB", SectionFault::Text, "a direction mark"),
        ("ABC", SectionFault::Text, "invisible characters"),
        ("BOC", SectionFault::Text, "a whole card number"),
        ("COMM", SectionFault::Schema, "three thousand characters"),
    ] {
        assert_eq!(device.section(&asked, bank, &directory).await.err(), Some(fault), "{bank}: {why}");
    }
    assert!(device.section(&asked, "CMB", &directory).await.is_ok(), "the other rows are right");
}

#[tokio::test(flavor = "multi_thread")]
async fn banks_that_do_not_answer_hold_nobody_up() {
    let (_folder, world) = begin(Scenario::HalfArrives).await;
    let device = Device::of(&world, "many");
    device.enrol().await;
    let asked = device.ask(FactorKind::Face).await;
    let answered = |status: &protocol::routes::QueryStatus| {
        status.banks.iter().filter(|bank| bank.state == BankState::Answered).count()
    };
    device.until(&asked, |status| answered(status) == 14).await;
    world.pass(DAY).unwrap();
    let status = device.closed(&asked).await;
    assert_eq!(answered(&status), 14, "what came is the report");
    assert_eq!(
        status.banks.iter().filter(|bank| bank.state == BankState::Unanswered).count(),
        14,
        "the rest is said to be missing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_asks_alone_shows_in_the_next_report() {
    let (_folder, world) = begin(Scenario::GatewayAsksAlone).await;
    let device = Device::of(&world, "one");
    device.enrol().await;
    let asked = device.ask(FactorKind::Face).await;
    device.closed(&asked).await;
    let directory = device.directory().await;
    let section = device.section(&asked, "ICBC", &directory).await.unwrap();
    assert_eq!(section.inquiries[0].query_id, asked.query, "the person's own inquiry first");
    assert_eq!(section.inquiries.len(), 2, "and one the person never made");
    assert_ne!(section.inquiries[1].device, device.key.kid(), "of a device that is not the person's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_that_does_not_match_gives_no_token() {
    let (_folder, world) = begin(Scenario::AllWell).await;
    let device = Device::of(&world, "one");
    device.enrol().await;
    world.set_face(FaceSetting::RetryOnce).unwrap();
    let (consent, verification) = device.open_face().await;
    let first = device.show_face(&verification).await;
    assert_eq!((first.0, first.1["code"].as_str()), (422, Some("face_not_matched")), "not matched, and tries are left");
    let second = device.show_face(&verification).await;
    assert_eq!((second.0, second.1["state"].as_str()), (200, Some("passed")), "the second try passes for {consent}");
    assert_eq!(device.press("face", json!({"outcome": "fail"})).await, 204, "set on the phone page");
    let (_, verification) = device.open_face().await;
    for _ in 0..3 {
        assert_eq!(device.show_face(&verification).await.0, 422, "never matched");
    }
    assert_eq!(device.control("state").await["face"], "fail", "until it is set back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_sends_too_much_counts_as_silent() {
    let (_folder, world) = begin(Scenario::Oversized).await;
    let device = Device::of(&world, "five");
    device.enrol().await;
    let asked = device.ask(FactorKind::Face).await;
    let answered = |status: &protocol::routes::QueryStatus| {
        status.banks.iter().filter(|bank| bank.state == BankState::Answered).count()
    };
    device.until(&asked, |status| answered(status) == 27).await;
    world.pass(DAY).unwrap();
    let status = device.closed(&asked).await;
    let spoiled = status.banks.iter().find(|bank| bank.bank.as_str() == "CCB").unwrap();
    assert_eq!(spoiled.state, BankState::Unanswered, "the gateway takes sections of one length only");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_is_renewed_whatever_the_clock_does() {
    let (_folder, world) = begin(Scenario::AllWell).await;
    let device = Device::of(&world, "one");
    let first = device.directory().await.version();
    world.pass(DAY * 8).unwrap();
    let second = device.directory().await.version();
    assert!(second > first, "less than a week was left of it");
    world.pass(DAY * 300).unwrap();
    let third = device.directory().await.version();
    assert!(third > second, "it had ended long ago");
    assert_eq!(
        device.press("clock", json!({"ms": -86_400_000, "wall_only": true})).await,
        204,
        "somebody sets the clock back"
    );
    assert!(device.directory().await.version() > third, "one from the future is renewed too, and never goes back");
}
