//! Two nodes on one store: what one leased, the other leaves alone; who slept past its lease is fenced off (fault 66);
//! and no reader depends on a job being in time (fault 67).

mod world;

use std::sync::Arc;
use std::time::Duration;

use protocol::encode::{Digest, Nonce};
use protocol::time::{Clock, ManualClock};
use tower::ServiceExt;
use world::World;
use world::banks::Do;
use world::device::{Device, signed_request};

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_wakes_past_its_lease_is_fenced_off() {
    let world = World::still().await;
    let device = Device::of_zhang();
    world.enrol_still(&device).await;
    let query = world.query_still(&device, &["ICBC"]).await;

    // The sleeper's clock stands still from here on: it renews nothing.
    let slept = Arc::new(ManualClock::at(world.clock.now()));
    let sleeper = world.another_node(&slept);
    world.banks.next("ICBC", &[Do::Wait]);
    let shut = world.banks.gate.write().await;
    let asleep = tokio::spawn(async move { sleeper.ask_once().await });
    world::until("the sleeper's call is under way", || async { world.banks.waiting("ICBC").0 == 1 }).await;

    world.gateway.ask_once().await;
    assert_eq!(world.banks.asked().len(), 1, "while its lease holds nobody else asks");
    world.pass(Duration::from_secs(31));
    world.gateway.ask_once().await;
    assert_eq!(world.banks.asked().len(), 2, "when it ended another node does");
    let closed = world.status(&device, &query.id()).await;
    assert_eq!(closed["state"], "closed");

    drop(shut);
    asleep.await.unwrap();
    assert_eq!(world.status(&device, &query.id()).await, closed, "the late word of the sleeper changed nothing");
    let answers = world.store.answers(query.consent.query_id).await.unwrap();
    assert_eq!(answers.len(), 1, "one answer, neither lost nor doubled");
    let events = world.store.events_after(query.consent.query_id, 0).await.unwrap();
    let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["bank", "closed"], "and it is told once");
    let sealed = world.banks.sealed("ICBC", &query.id(), 1).unwrap();
    let section = world.get(&device, &format!("/v1/queries/{}/sections/ICBC?round=1", query.id())).await;
    assert_eq!(Digest::of(&section.bytes), Digest::of(&sealed));
}

#[tokio::test(flavor = "multi_thread")]
async fn either_node_serves_what_the_other_took_in() {
    let world = World::still().await;
    let device = Device::of_zhang();
    world.enrol_still(&device).await;
    let other = world.another_node(&world.clock);
    other.start().await.unwrap();
    let query = world.query_still(&device, &["ICBC", "CCB"]).await;
    other.ask_once().await;
    let target = format!("/v1/queries/{}/report", query.id());
    let nonce = Nonce::random();
    let ask = || {
        let mut request = signed_request(&device.key, "GET", &target, b"", None, world.clock.now(), nonce);
        request.extensions_mut().insert(axum::extract::ConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 1], 1))));
        request
    };
    assert_eq!(other.router().oneshot(ask()).await.unwrap().status(), 200, "the report is there on the other node");
    let replayed = world.send(ask()).await;
    assert_eq!(replayed.code(), "nonce_used", "and a request recorded at one node is worth nothing at the other");
    assert_eq!(world.get(&device, &target).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn past_the_end_nothing_is_read_though_no_job_ran() {
    let world = World::still().await;
    let device = Device::of_zhang();
    world.enrol_still(&device).await;
    let query = world.query_still(&device, &["ICBC"]).await;
    world.gateway.ask_once().await;
    let section = format!("/v1/queries/{}/sections/ICBC?round=1", query.id());
    let report = format!("/v1/queries/{}/report", query.id());
    let end: protocol::time::Timestamp = "2026-12-01T16:00:00.000Z".parse().unwrap();
    world.clock.set_wall(end - Duration::from_millis(1));
    assert_eq!(world.get(&device, &section).await.status, 200, "a millisecond before the end it is read");
    world.clock.set_wall(end);
    for target in [section.as_str(), report.as_str(), &format!("/v1/queries/{}/events", query.id())] {
        assert_eq!(world.get(&device, target).await.code(), "expired", "{target}: the clock alone refuses");
    }
    let status = world.get(&device, &format!("/v1/queries/{}", query.id())).await;
    assert_eq!(status.text("state"), "expired");
    let sealed = Digest::of(&world.banks.sealed("ICBC", &query.id(), 1).unwrap());
    let lies = world.store.section(end, query.consent.query_id, sealed).await.unwrap();
    assert!(lies.is_some(), "no job has run: the bytes still lie there, and nobody gets them");
    world.gateway.tick().await;
    world.store.drop_days(world.clock.now()).await.unwrap();
    assert_eq!(world.store.section(end, query.consent.query_id, sealed).await.unwrap(), None, "then it runs");
}
