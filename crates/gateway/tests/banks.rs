//! Banks as they are (faults 51, 64, 65, 68): late, busy, hot, revoked, or sending the gateway elsewhere.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod world;

use std::time::Duration;

use gateway::ColumnKey;
use gateway::store::{BankRow, Changes, Plan, Query, Versioned, suite};
use protocol::code::{BankState, FactorKind};
use protocol::encode::{Digest, Salt};
use protocol::time::{Clock, Timestamp};
use serde_json::{Value, json};
use world::banks::Do;
use world::device::Device;
use world::{World, bank, until};

fn row(status: &Value, code: &str) -> Value {
    status["banks"].as_array().unwrap().iter().find(|row| row["bank"] == code).unwrap()["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_whose_key_was_revoked_is_not_asked_and_not_covered() {
    let world = World::still().await;
    let device = Device::of_zhang();
    world.enrol_still(&device).await;
    let query = world.query_still(&device, &["ICBC", "CCB"]).await;
    world.federation.revoke("CCB");
    world.gateway.ask_once().await;
    let status = world.status(&device, &query.id()).await;
    assert_eq!((row(&status, "ICBC"), row(&status, "CCB")), (json!("answered"), json!("not_covered")));
    assert!(world.banks.asked().iter().all(|(bank, _, _)| bank == "ICBC"), "nothing of the person went there");
    assert_eq!(status["state"], "closed", "and nobody waits for it");
    let retry = world.post(&device, &format!("/v1/queries/{}/retry", query.id()), &json!({ "v": 1, "round": 2 })).await;
    assert_eq!(retry.code(), "retry_none_open", "a bank that takes no part is not asked again");
    let health = world.get(&device, "/v1/banks").await.json()["health"].clone();
    let ccb = health.as_array().unwrap().iter().find(|row| row["bank"] == "CCB").unwrap();
    assert!(ccb.get("last_ok").is_none(), "it was not called, so nothing says that it answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_signed_before_the_revocation_reached_us_does_not_count() {
    let world = World::still().await;
    let device = Device::of_zhang();
    world.enrol_still(&device).await;
    let query = world.query_still(&device, &["ICBC"]).await;
    world.banks.next("ICBC", &[Do::Wait]);
    let shut = world.banks.gate.write().await;
    let asking = world.gateway.clone();
    let asks = tokio::spawn(async move { asking.ask_once().await });
    until("the bank works on it", || async { world.banks.waiting("ICBC").0 == 1 }).await;
    world.federation.revoke("ICBC");
    drop(shut);
    asks.await.unwrap();
    assert_eq!(row(&world.status(&device, &query.id()).await, "ICBC"), "pending", "its word is not taken");
    world.gateway.ask_once().await;
    let status = world.status(&device, &query.id()).await;
    assert_eq!((row(&status, "ICBC"), status["state"].clone()), (json!("not_covered"), json!("empty")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_answers_a_minute_before_the_end_is_in_the_report() {
    let world = World::still().await;
    let device = Device::of_zhang();
    world.enrol_still(&device).await;
    let query = world.query_still(&device, &["ICBC", "CCB"]).await;
    let accepted = world.clock.now();
    for (hours, what) in [(0, Do::Later(3600)), (6, Do::Status(429)), (12, Do::Status(503)), (18, Do::Status(500))] {
        world.clock.set_wall(accepted + Duration::from_secs(hours * 3600));
        world.banks.always("CCB", what);
        world.gateway.ask_once().await;
        world.gateway.tick().await;
        assert_eq!(row(&world.status(&device, &query.id()).await, "CCB"), "pending", "{what:?} gives nothing up");
    }
    let late = accepted + Duration::from_secs(24 * 3600 - 60);
    world.clock.set_wall(late);
    world.banks.always("CCB", Do::Answer);
    world.gateway.ask_once().await;
    let head = world.store.query(query.consent.query_id).await.unwrap().unwrap().doc;
    assert!(head.banks.iter().all(|row| row.state == BankState::Answered), "both are in the report");
    assert_eq!(head.generated_at, Some(late), "which closes with the last answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_end_no_bank_is_asked_though_the_close_is_late() {
    let world = World::still().await;
    let device = Device::of_zhang();
    world.enrol_still(&device).await;
    let query = world.query_still(&device, &["ICBC"]).await;
    world.banks.next("ICBC", &[Do::Status(500)]);
    world.gateway.ask_once().await;
    let asked = world.banks.asked().len();
    world.pass(Duration::from_secs(24 * 3600));
    world.gateway.ask_once().await;
    assert_eq!(world.banks.asked().len(), asked, "its time is over");
    world.gateway.tick().await;
    assert_eq!(world.status(&device, &query.id()).await["state"], "empty");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_sends_the_gateway_elsewhere_is_not_followed() {
    let world = World::still().await;
    let device = Device::of_zhang();
    world.enrol_still(&device).await;
    let query = world.query_still(&device, &["ICBC"]).await;
    world.banks.next("ICBC", &[Do::Redirect]);
    world.gateway.ask_once().await;
    assert_eq!(world.banks.elsewhere(), 0, "nothing of the person goes to another address");
    assert_eq!(row(&world.status(&device, &query.id()).await, "ICBC"), "pending");
}

/// A query as `POST /v1/queries` leaves it, of a person nobody enrolled.
fn accepted(now: Timestamp, codes: &[&str]) -> (Query, Plan) {
    let mut head = suite::query();
    let pending = head.banks[0].clone();
    head.banks = codes.iter().map(|code| BankRow { bank: bank(code), ..pending.clone() }).collect();
    (head.accepted_at, head.due_at) = (now, now + Duration::from_secs(24 * 3600));
    head.round_due_at = head.due_at;
    head.section_end = protocol::calendar::retention_end(head.due_at);
    let person = json!({ "name": "张三", "id_type": "CN_ID", "id_number": "11010519491231002X", "mobile": "13800000000",
        "card_number": "6222020000000000018" });
    let place = format!("plan/{}", head.query);
    let plan = Plan {
        query: head.query,
        consent: "consent".to_owned(),
        device_key: protocol::key::SigningKey::generate().public(),
        device_since: now,
        subject_salt: Salt::random(),
        subject: Digest::of(b"subject"),
        identity: ColumnKey::from_bytes([7; 32]).seal(&place, person.to_string().as_bytes()),
        factors: vec![(FactorKind::Sms, now), (FactorKind::Face, now)],
        attestation: "attestation".to_owned(),
        salts: codes.iter().map(|_| Salt::random()).collect(),
    };
    (head, plan)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_hot_bank_starves_nobody() {
    const QUERIES: usize = 60;
    let mut world = World::still().await;
    let banks = std::sync::Arc::clone(&world.banks);
    banks.always("CCB", Do::Wait);
    let shut = banks.gate.write().await;
    let mut ids = Vec::new();
    let mut changes = Changes::default();
    for _ in 0..QUERIES {
        let (head, plan) = accepted(world.clock.now(), &["CCB", "ICBC"]);
        ids.push(head.query);
        changes.queries.push(Versioned::new(head));
        changes.plans.push(plan);
    }
    world.store.commit(changes).await.unwrap();
    world.run().await;
    let answered = |code: &'static str| {
        let (store, ids) = (world.store.clone(), ids.clone());
        async move {
            let mut count = 0;
            for id in ids {
                let head = store.query(id).await.unwrap().unwrap().doc;
                let row = head.banks.iter().find(|row| row.bank == bank(code));
                count += usize::from(row.is_some_and(|row| row.state == BankState::Answered));
            }
            count
        }
    };
    until("everybody's other bank has answered", || async { answered("ICBC").await == QUERIES }).await;
    assert_eq!(answered("CCB").await, 0, "while the hot one has answered nobody");
    let (_, most) = world.banks.waiting("CCB");
    assert!(most <= 16, "and never holds more than its share of calls: {most}");
    drop(shut);
    world.banks.always("CCB", Do::Answer);
    until("and when it cools down it answers all", || async {
        world.pass(Duration::from_secs(30));
        answered("CCB").await == QUERIES
    })
    .await;
}
