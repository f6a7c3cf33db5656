//! Scenarios that take more than one look: slow banks, a revoked key, an old directory, all of them one after the other.
#![allow(missing_docs, clippy::unwrap_used, clippy::allow_attributes, reason = "tests")]

mod client;

use std::time::Duration;

use client::{Device, begin};
use demo_world::{Options, Scenario, World, root_key};
use protocol::code::{BankState, FactorKind, Role, SectionFault};
use protocol::directory::{DirectoryError, TrustedDirectory};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_scenario_is_entered_and_left_while_running() {
    let (_folder, world) = begin(Scenario::AllWell).await;
    let device = Device::of(&world, "one");
    assert_eq!(device.press("scenario", json!({"scenario": "AllIsLost"})).await, 422, "no such scenario");
    assert_eq!(device.control("state").await["scenario"], "AllWell", "and nothing has changed");
    for scenario in Scenario::ALL.into_iter().rev() {
        assert_eq!(device.press("scenario", json!({"scenario": scenario.name()})).await, 204, "{scenario:?}");
        assert_eq!(device.control("state").await["scenario"], scenario.name(), "it holds from now on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_banks_hold_nobody_up_and_answer_later() {
    let slow = ["CMB", "PSBC", "BOC"];
    let (_folder, world) = begin(Scenario::BankIsSlow).await;
    let device = Device::of(&world, "many");
    device.enrol().await;
    let asked = device.ask(FactorKind::Face).await;
    // No time is made to pass meanwhile: the slow ones cannot answer yet, all the others do. Once a second costs no rate.
    let waiting = loop {
        let banks = device.banks().await;
        let waiting: Vec<_> = banks.into_iter().filter(|bank| bank.state != BankState::Answered).collect();
        if waiting.len() <= slow.len() {
            break waiting;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    assert_eq!(waiting.len(), 3, "three banks ask for time, twenty-five have answered without waiting for them");
    assert!(
        waiting.iter().all(|bank| slow.contains(&bank.bank.as_str()) && bank.state == BankState::Pending),
        "they are not given up"
    );
    let directory = device.directory().await;
    assert!(device.section(&asked, "ICBC", &directory).await.is_ok(), "what came can be read already");
    let status = device.closed(&asked).await;
    for bank in &status.banks {
        assert_eq!(bank.state, BankState::Answered, "{}: nothing is given up before the deadline", bank.bank);
        let late = bank.at.unwrap().since(asked.accepted_at) >= Duration::from_secs(60);
        assert!(late || !slow.contains(&bank.bank.as_str()), "{} asked for time", bank.bank);
    }
    for bank in slow {
        assert!(device.section(&asked, bank, &directory).await.is_ok(), "{bank}: late, and whole");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_directory_is_refused_and_the_one_before_stays() {
    let (_folder, world) = begin(Scenario::AllWell).await;
    let device = Device::of(&world, "five");
    let held = device.directory().await;
    world.set_scenario(Scenario::OldDirectory).await.unwrap();
    let banks: protocol::routes::Banks = device.get("/v1/banks").await;
    let verify = |now| TrustedDirectory::verify(&banks.roots, &banks.directory, &root_key().public(), now);
    let now = world.clock().now();
    assert_eq!(verify(now).err(), Some(DirectoryError::Expired), "signed rightly, and ended");
    let then = verify(now - Duration::from_secs(5 * 24 * 3600)).expect("it did hold once");
    assert_eq!(
        then.follows(held.version(), held.digest()).err(),
        Some(DirectoryError::WentBack),
        "a clock that was set back does not bring it in either"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_ends_what_it_signed_and_a_new_one_takes_its_place() {
    let (folder, world) = begin(Scenario::AllWell).await;
    let before = Device::of(&world, "five");
    before.enrol().await;
    let asked = before.ask(FactorKind::Face).await;
    before.closed(&asked).await;
    assert!(before.section(&asked, "CCB", &before.directory().await).await.is_ok(), "right while the key held");

    world.set_scenario(Scenario::RevokedKey).await.unwrap();
    let directory = before.directory().await;
    assert_eq!(
        before.section(&asked, "CCB", &directory).await.err(),
        Some(SectionFault::KeyRevoked),
        "a compromised key holds for nothing, whatever the time"
    );
    assert!(before.section(&asked, "ICBC", &directory).await.is_ok(), "the other rows stay");
    let during = Device::of(&world, "frozen");
    during.enrol().await;
    let second = during.ask(FactorKind::Face).await;
    let status = during.closed(&second).await;
    let row = |bank: &str| status.banks.iter().find(|row| row.bank.as_str() == bank).unwrap().state;
    assert_eq!(row("CCB"), BankState::NotCovered, "a bank without a key that holds is not asked");
    assert_eq!(status.banks.iter().filter(|row| row.state == BankState::Answered).count(), 27, "the others answer");

    world.set_scenario(Scenario::AllWell).await.unwrap();
    world.stop().await;
    let world = World::start(Options { scenario: None, ..Options::for_tests(folder.path()) }).await.unwrap();
    let after = Device::of(&world, "dormant");
    after.enrol().await;
    let third = after.ask(FactorKind::Face).await;
    after.closed(&third).await;
    let directory = after.directory().await;
    assert!(after.section(&third, "CCB", &directory).await.is_ok(), "the new key signs, also after a restart");
    let keys = &directory.party(Role::Bank, &"CCB".parse().unwrap()).unwrap().keys;
    let now = world.clock().now();
    assert_eq!(keys.iter().map(|key| key.holds_at(now)).collect::<Vec<_>>(), [true, false], "the old one never again");
}
