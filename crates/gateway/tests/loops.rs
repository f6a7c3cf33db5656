//! The loops beside the listener: what fails for one query fails for that one alone, and no loop ends unseen.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod world;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use gateway::ServeError;
use gateway::store::{Changes, Query, Versioned};
use protocol::encode::Digest;
use protocol::id::QueryId;
use protocol::time::{Clock, Timestamp};
use serde_json::json;
use tokio::task::JoinHandle;
use world::device::{Agreed, Device};
use world::failing::{Failing, Fault};
use world::{World, until};

/// Serves what was still, to no end.
async fn serve(world: &World) -> JoinHandle<Result<(), ServeError>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = world.gateway.clone();
    tokio::spawn(async move { gateway.serve(listener, std::future::pending()).await })
}

/// Two people, each with a query that was accepted, one after the other, and that no bank was asked for yet.
async fn two_accepted(world: &World) -> [(Device, Agreed); 2] {
    let (zhang, li) = (Device::of_zhang(), Device::of_li());
    world.enrol_still(&zhang).await;
    world.enrol_still(&li).await;
    let first = world.query_still(&zhang, &["ICBC"]).await;
    world.pass(Duration::from_secs(1));
    let second = world.query_still(&li, &["ICBC"]).await;
    [(zhang, first), (li, second)]
}

/// How many of them are closed.
async fn closed(world: &World, queries: &[(Device, Agreed)]) -> usize {
    let mut count = 0;
    for (device, query) in queries {
        count += usize::from(world.status(device, &query.id()).await["state"] == json!("closed"));
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_that_ends_by_itself_ends_the_gateway() {
    let mut world = World::still().await;
    Failing::under(&mut world).await.next("lease", Fault::Panic);
    let serving = serve(&world).await;
    until("nobody serves without asking banks", || async { serving.is_finished() }).await;
    assert!(matches!(serving.await.unwrap(), Err(ServeError::Loop)), "and it is said why");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_written_costs_no_other_query_its_own() {
    let mut world = World::still().await;
    let store = Failing::under(&mut world).await;
    let queries = two_accepted(&world).await;
    store.next("put_sections", Fault::Unavailable);
    store.next("renew", Fault::Unavailable);
    world.gateway.ask_once().await;
    assert_eq!(world.banks.asked().len(), 2, "both answers are written together");
    assert_eq!(closed(&world, &queries).await, 1, "and one of them was");
    world.pass(Duration::from_secs(30));
    world.gateway.ask_once().await;
    assert_eq!(closed(&world, &queries).await, 2, "the other is asked for again when its lease ran out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_cannot_be_read_costs_no_other_query_its_own() {
    let mut world = World::still().await;
    let store = Failing::under(&mut world).await;
    let queries = two_accepted(&world).await;
    store.next("plan", Fault::Unavailable);
    let _serving = serve(&world).await;
    until("the other query is answered", || async { closed(&world, &queries).await == 1 }).await;
    until("and then the one that failed", || async {
        world.pass(Duration::from_secs(1));
        closed(&world, &queries).await == 2
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_told_and_not_noted_costs_no_other_query_its_own() {
    let mut world = World::still().await;
    let store = Failing::under(&mut world).await;
    let queries = two_accepted(&world).await;
    for (device, query) in &queries {
        let place = format!("/v1/queries/{}/withdraw", query.id());
        assert_eq!(world.post(device, &place, &json!({ "v": 1 })).await.status, 200);
    }
    let to_tell = || async {
        let heads = queries.iter().map(|(_, query)| world.store.query(query.consent.query_id));
        let heads = futures_util::future::try_join_all(heads).await.unwrap();
        heads.into_iter().flatten().filter(|head| !head.doc.to_tell.is_empty()).count()
    };
    assert_eq!(to_tell().await, 2);
    store.next("commit", Fault::Unavailable);
    world.gateway.ask_once().await;
    assert_eq!((world.banks.told().len(), to_tell().await), (2, 1), "the bank knows of both, the gateway of one");
    world.pass(Duration::from_secs(30));
    world.gateway.ask_once().await;
    assert_eq!(to_tell().await, 0, "the other is told again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_hangs_holds_up_no_end() {
    let mut world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let query = world.query(&device, &["ICBC"]).await;
    world.wait_state(&device, &query.id(), "closed").await;
    until("nothing is left to send", || async { world.sent("result") == 1 && world.sent("query_started") == 1 }).await;
    let end: Timestamp = "2026-12-01T16:00:00.000Z".parse().unwrap();
    let day_key = world.folder.path().join(format!("day-keys/{}.key", end.millis()));
    assert!(day_key.exists());

    let inbox = Arc::clone(&world.inbox);
    let shut = inbox.2.shut.write().await;
    let came = inbox.2.came.load(Ordering::SeqCst);
    world.begin_enrolment(&Device::of_li()).await;
    until("the channel hangs", || async { inbox.2.came.load(Ordering::SeqCst) > came }).await;
    world.clock.set_wall(end);
    until("the day's key is destroyed all the same", || async { !day_key.exists() }).await;
    world.wait_state(&device, &query.id(), "expired").await;
    world.halt().await;
    let waiting = world.store.messages(world.clock.now(), 8).await.unwrap();
    assert_eq!(waiting.len(), 1, "nor the end of the gateway; the message stays");
    drop(shut);
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_that_cannot_close_hold_up_no_other() {
    let world = World::still().await;
    let [(zhang, broken), (li, sound)] = two_accepted(&world).await;
    let mut device = world.store.device(zhang.key.kid()).await.unwrap().unwrap();
    let kept = std::mem::replace(&mut device.doc.check_key, "damaged".to_owned());
    // As many as are looked at in one go, all due before the sound one.
    let head = world.store.query(broken.consent.query_id).await.unwrap().unwrap().doc;
    let like_it = |_| {
        let query = QueryId::new();
        Versioned::new(Query { query, consent: Digest::of(query.to_string().as_bytes()), ..head.clone() })
    };
    let changes = Changes { devices: vec![device], queries: (1..64).map(like_it).collect(), ..Changes::default() };
    world.store.commit(changes).await.unwrap();

    world.pass(Duration::from_secs(24 * 3600));
    world.gateway.tick().await;
    assert_eq!(world.status(&zhang, &broken.id()).await["state"], "asking", "its person cannot be told");
    assert_eq!(world.status(&li, &sound.id()).await["state"], "empty", "who comes after it is");
    let mut device = world.store.device(zhang.key.kid()).await.unwrap().unwrap();
    device.doc.check_key = kept;
    world.store.commit(Changes { devices: vec![device], ..Changes::default() }).await.unwrap();
    world.gateway.tick().await;
    assert_eq!(world.status(&zhang, &broken.id()).await["state"], "empty", "and it closes as soon as it can");
}
