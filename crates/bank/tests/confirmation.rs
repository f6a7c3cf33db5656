//! A bank confirms a card in its own app. Refusals first.
#![allow(missing_docs, clippy::unwrap_used, clippy::allow_attributes, reason = "tests")]

mod scene;

use protocol::attestation::Attestation;
use protocol::code::FactorKind;
use protocol::encode::Digest;
use protocol::id::ConfirmationId;
use protocol::identity::Name;
use protocol::json::V1;
use protocol::routes::{Confirm, ConfirmationState};
use scene::{Ask, Scene};

fn question(ask: &Ask) -> Confirm {
    Confirm { v: V1, consent: Digest::of(b"consent"), device: ask.device.kid(), subject: ask.subject() }
}

#[tokio::test]
async fn somebody_without_the_banks_app_is_refused_at_once() {
    let scene = Scene::new();
    let mut ask = scene.ask();
    ask.identity.name = Name::parse("乙示例").unwrap();
    let id = scene.bank.confirm(&question(&ask)).await.unwrap();
    let status = scene.bank.confirmation(id).await.unwrap().unwrap();
    assert_eq!(status.state, ConfirmationState::Refused, "the gateway offers another factor");
    assert!(!scene.bank.decide(id, true).await.unwrap(), "nothing can be pressed");
    let mut unreadable = question(&ask);
    unreadable.subject.mobile = "12".to_owned();
    let id = scene.bank.confirm(&unreadable).await.unwrap();
    assert_eq!(
        scene.bank.confirmation(id).await.unwrap().unwrap().state,
        ConfirmationState::Refused,
        "entries that do not read are nobody's"
    );
    assert!(scene.bank.confirmation(ConfirmationId::new()).await.unwrap().is_none(), "an unknown question is none");
}

#[tokio::test]
async fn a_refusal_stays_a_refusal() {
    let scene = Scene::new();
    let id = scene.bank.confirm(&question(&scene.ask())).await.unwrap();
    assert!(scene.bank.decide(id, false).await.unwrap(), "the person presses Refuse");
    assert!(!scene.bank.decide(id, true).await.unwrap(), "and cannot take it back");
    let status = scene.bank.confirmation(id).await.unwrap().unwrap();
    assert!(status.state == ConfirmationState::Refused && status.attestation.is_none(), "nobody vouches");
}

#[tokio::test]
async fn a_question_past_its_time_takes_no_answer() {
    let scene = Scene::new();
    let id = scene.bank.confirm(&question(&scene.ask())).await.unwrap();
    scene.clock.advance(bank::store::CONFIRMATION_LIFE);
    assert!(!scene.bank.decide(id, true).await.unwrap(), "nobody presses an hour later");
    let status = scene.bank.confirmation(id).await.unwrap().unwrap();
    assert!(status.state == ConfirmationState::Pending && status.attestation.is_none(), "nobody vouches");
    scene.bank.purge().await.unwrap();
    assert!(scene.bank.confirmation(id).await.unwrap().is_none(), "and the question is forgotten");
}

#[tokio::test]
async fn a_confirmed_card_is_attested_by_the_bank() {
    let scene = Scene::new();
    let ask = scene.ask();
    let id = scene.bank.confirm(&question(&ask)).await.unwrap();
    let pending = scene.bank.confirmation(id).await.unwrap().unwrap();
    assert!(
        pending.state == ConfirmationState::Pending && pending.attestation.is_none(),
        "it waits until the person presses"
    );
    assert!(scene.bank.decide(id, true).await.unwrap(), "the person presses Confirm");
    let status = scene.bank.confirmation(id).await.unwrap().unwrap();
    let attestation =
        Attestation::verify(&status.attestation.unwrap(), &scene.directory).expect("signed by the bank as an attestor");
    assert_eq!(attestation.kind, FactorKind::CardBank, "this factor");
    assert_eq!(attestation.subject, ask.consent.subject, "this person");
    assert_eq!(attestation.device, ask.device.kid(), "this device");
}
