//! How a world begins, begins again, and goes on: flags, folders, seeds, restarts. Refusals first.
#![allow(missing_docs, clippy::unwrap_used, clippy::allow_attributes, reason = "tests")]

mod client;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use client::{Device, begin};
use demo_world::{Options, Scenario, World, WorldError};
use protocol::code::Role;
use protocol::encode::{Digest, Salt, random};
use protocol::key::Kid;
use serde_json::{Value, json};

#[test]
fn a_scenario_that_is_none_is_refused_with_the_list_of_all() {
    let tried =
        Command::new(env!("CARGO_BIN_EXE_mingxia-demo-world")).args(["--scenario", "AllIsLost"]).output().unwrap();
    let said = String::from_utf8_lossy(&tried.stderr);
    assert!(!tried.status.success(), "nothing was started");
    for scenario in Scenario::ALL {
        assert!(said.contains(&scenario.name()), "{scenario:?} is offered: {said}");
        assert_eq!(scenario.name().parse(), Ok(scenario), "the flag takes every name");
    }
}

#[test]
fn tied_to_an_app_it_says_where_its_phone_is_and_goes_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = Command::new(env!("CARGO_BIN_EXE_mingxia-demo-world"))
        .args(["--tied", "--port", "0", "--dir"])
        .arg(dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(world.stdout.take().unwrap());
    let mut phone = String::new();
    said.read_line(&mut phone).unwrap();
    assert!(phone.starts_with("http://127.0.0.1:"), "{phone}");
    assert!(world.try_wait().unwrap().is_none(), "it runs for as long as the app does");
    drop(world.stdin.take());
    assert!(world.wait().unwrap().success(), "and ends by itself, in order");
}

#[tokio::test]
async fn a_folder_of_nobody_starts_nothing() {
    let (dir, people) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let options = Options { people: Some(people.path().to_owned()), ..Options::for_tests(dir.path()) };
    assert!(matches!(World::start(options).await, Err(WorldError::People(_))), "a world without people is a mistake");
    assert!(!dir.path().join("world.json").exists(), "nobody is told that it runs");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_people_live_in_a_world_of_their_own() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (dir, people) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let other = json!([{
        "key": "other", "name": "冯别例", "id_type": "CN_ID", "id_number": "190101199003070016", "mobile": "10000000091",
        "story_zh": "另一个人", "story_en": "Somebody else",
        "banks": [{"bank": "ICBC", "cards": [{
            "product": "测试卡", "kind": "debit", "brand": "unionpay", "number": "6222999999999990740", "status": "active", "role": "primary",
        }]}],
    }]);
    std::fs::write(people.path().join("other.json"), other.to_string()).unwrap();
    let options = Options { people: Some(people.path().to_owned()), ..Options::for_tests(dir.path()) };
    let world = World::start(options).await.unwrap();
    assert!(world.people().by_key("many").is_none(), "the project's own people are not there");
    Device::of(&world, "other").enrol().await;
}

/// Every key of a world's directory, by role, code and name.
async fn keys(seed: u64) -> Vec<(Role, String, Vec<Kid>)> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let dir = tempfile::tempdir().unwrap();
    let world = World::start(Options { seed, ..Options::for_tests(dir.path()) }).await.unwrap();
    let directory = Device::of(&world, "one").directory().await;
    let kids = |party: &protocol::directory::Party| party.keys.iter().map(|key| key.x.kid()).collect();
    directory.parties().iter().map(|party| (party.role, party.code.to_string(), kids(party))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_follows_from_the_seed() {
    let (one, again, other) = (keys(1).await, keys(1).await, keys(2).await);
    assert_eq!(one.iter().filter(|(role, _, _)| *role == Role::Bank).count(), 28, "twenty-eight banks");
    assert_eq!(one, again, "the same seed, the same federation, whatever the folder");
    for ((role, code, kids), (_, _, others)) in one.iter().zip(&other) {
        assert_ne!(kids, others, "another seed gives {role} {code} another key");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_in_a_banks_app_outlives_a_restart() {
    let (folder, world) = begin(Scenario::AllWell).await;
    let (key, verification, question) = {
        let device = Device::of(&world, "elder");
        device.enrol().await;
        let verification = device.open_card_bank(Digest::from_bytes(random()), Salt::random()).await;
        (device.key.clone(), verification, device.question().await)
    };
    world.stop().await;
    let world = World::start(Options { scenario: None, ..Options::for_tests(folder.path()) }).await.unwrap();
    let mut device = Device::of(&world, "elder");
    device.key = key;
    assert_eq!(device.question().await, question, "the bank's app still asks");
    assert_eq!(device.press("confirmations/3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f", json!({"confirm": true})).await, 404);
    assert_eq!(
        device.press(&format!("confirmations/{question}"), json!({"confirm": true})).await,
        204,
        "it is pressed"
    );
    assert!(device.outcome(&verification).await.is_some(), "and the factor has passed");
    assert_eq!(device.control("state").await["questions"], json!([]), "nothing waits any more");
    assert_eq!(
        device.press(&format!("confirmations/{question}"), json!({"confirm": false})).await,
        404,
        "it is not pressed twice"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_people_messages_and_time() {
    let (folder, world) = begin(Scenario::BankIsDown).await;
    let key = {
        let device = Device::of(&world, "one");
        device.enrol().await;
        assert_eq!(device.press("clock", json!({"ms": 3_600_000, "wall_only": false})).await, 204, "an hour passes");
        assert_eq!(
            device.press("clock", json!({"ms": -3_600_000, "wall_only": false})).await,
            422,
            "and does not come back"
        );
        device.key.clone()
    };
    let before = world.clock().now();
    let messages = world.messages().len();
    world.stop().await;
    let other = World::start(Options { seed: 2, ..Options::for_tests(folder.path()) }).await;
    assert!(other.is_err(), "a folder keeps its seed: other keys would open nothing here");
    let world = World::start(Options { scenario: None, ..Options::for_tests(folder.path()) }).await.unwrap();
    let mut device = Device::of(&world, "one");
    device.key = key;
    let queries: Value = device.get("/v1/queries").await;
    assert_eq!(queries["queries"], json!([]), "the device is still known");
    assert_eq!(world.messages().len(), messages, "every message is still there");
    assert!(world.clock().now() >= before, "time goes on from where it was");
    assert_eq!(device.control("state").await["scenario"], "BankIsDown", "and so does the scenario");
    let written: Value = serde_json::from_slice(&std::fs::read(folder.path().join("world.json")).unwrap()).unwrap();
    assert_eq!(written["gateway"], world.addresses().gateway, "the app finds the gateway by this file");
}
