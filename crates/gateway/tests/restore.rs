//! A store that came back from a backup (8-states table 3): nothing is served until the log of ends was applied, and no
//! end is undone by it (fault 67).

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod world;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::Request;
use serde_json::json;
use world::banks::Do;
use world::device::{AUTHORITY, Device, Got};
use world::{World, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_database_asks_no_ended_query_again() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    world.banks.always("ICBC", Do::Status(500));
    let query = world.query(&device, &["ICBC"]).await;
    until("the bank was asked", || async { !world.banks.asked().is_empty() }).await;
    let late = world.consent(&device, &["CCB"]);
    let tokens = world.tokens(&device, &late).await;
    // The backup: the database as it is now, without log, sections and day keys.
    let folder = world.folder.path().to_owned();
    let backup: Vec<_> =
        ["gateway.db", "gateway.db-wal"].map(|name| (name, std::fs::read(folder.join(name)).unwrap())).into();
    world.post(&device, &format!("/v1/queries/{}/withdraw", query.id()), &json!({ "v": 1 })).await;
    until("the bank was told", || async { !world.banks.told().is_empty() }).await;

    let (clock, banks, inbox) = (world.clock.clone(), world.banks.clone(), world.inbox.clone());
    let restored = tempfile::tempdir().unwrap();
    for (name, bytes) in &backup {
        std::fs::write(restored.path().join(name), bytes).unwrap();
    }
    std::fs::copy(folder.join("tombstones.jsonl"), restored.path().join("tombstones.jsonl")).unwrap();
    drop(world);
    banks.always("ICBC", Do::Answer);
    let asked = banks.asked().len();
    let world = World::on(restored, clock, banks, inbox).await;
    world.pass(Duration::from_secs(60));
    assert_eq!(world.get(&device, &format!("/v1/queries/{}", query.id())).await.text("state"), "withdrawn");
    assert_eq!(
        world.apply(&device, &late, &tokens).await.code(),
        "verification_void",
        "tokens from before the restore are void"
    );
    until("the bank was told again", || async { world.banks.told().len() >= 2 }).await;
    assert_eq!(world.banks.asked().len(), asked, "the ended query is not asked again");
}

async fn bare(world: &World, path: &str) -> Got {
    world.send(Request::builder().uri(path).header("host", AUTHORITY).body(Body::empty()).unwrap()).await
}

/// The database as a backup keeps it: without the log, the sections and the day keys.
fn back_up(folder: &Path) -> Vec<(&'static str, Vec<u8>)> {
    ["gateway.db", "gateway.db-wal"].map(|name| (name, std::fs::read(folder.join(name)).unwrap())).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_served_until_the_log_of_ends_was_applied() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let query = world.query(&device, &["ICBC"]).await;
    world.wait_state(&device, &query.id(), "closed").await;
    let backup = back_up(world.folder.path());
    let deleted = world.delete(&device, &format!("/v1/queries/{}/report", query.id())).await;
    assert_eq!(deleted.status, 200);

    let restored = tempfile::tempdir().unwrap();
    for (name, bytes) in &backup {
        std::fs::write(restored.path().join(name), bytes).unwrap();
    }
    let log = world.folder.path().join("tombstones.jsonl");
    std::fs::copy(&log, restored.path().join("tombstones.jsonl")).unwrap();
    let (clock, banks, inbox) = (Arc::clone(&world.clock), Arc::clone(&world.banks), Arc::clone(&world.inbox));
    drop(world);

    let mut world = World::laid_out(restored, clock, banks, inbox);
    assert_eq!(bare(&world, "/readyz").await.status, 503, "not ready before the log was applied");
    assert_eq!(bare(&world, "/healthz").await.status, 200, "though the process lives");
    let early = world.get(&device, &format!("/v1/queries/{}/report", query.id())).await;
    assert_eq!(early.code(), "maintenance", "and nothing is served");
    assert!(early.headers.contains_key("retry-after"));

    world.run().await;
    assert_eq!(bare(&world, "/readyz").await.status, 200);
    let report = world.get(&device, &format!("/v1/queries/{}/report", query.id())).await;
    assert_eq!(report.code(), "deleted", "what was deleted after the backup stays deleted");
    assert_eq!(world.delete(&device, &format!("/v1/queries/{}/report", query.id())).await.bytes, deleted.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_log_starts_nothing() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let query = world.query(&device, &["ICBC"]).await;
    world.wait_state(&device, &query.id(), "closed").await;
    let restored = tempfile::tempdir().unwrap();
    for (name, bytes) in back_up(world.folder.path()) {
        std::fs::write(restored.path().join(name), bytes).unwrap();
    }
    let (clock, banks, inbox) = (Arc::clone(&world.clock), Arc::clone(&world.banks), Arc::clone(&world.inbox));
    drop(world);
    let world = World::laid_out(restored, clock, banks, inbox);
    assert!(world.gateway.start().await.is_err(), "a database that knows more ends than the log does not start");
    assert_eq!(bare(&world, "/readyz").await.status, 503, "and stays not ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expired_does_not_come_back() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let query = world.query(&device, &["ICBC"]).await;
    world.wait_state(&device, &query.id(), "closed").await;
    let backup = back_up(world.folder.path());
    let end = "2026-12-01T16:00:00.000Z".parse().unwrap();
    let (day_key, day_file) = (
        world.folder.path().join(format!("day-keys/{end_ms}.key", end_ms = ms(end))),
        world.folder.path().join(format!("sections/{end_ms}.db", end_ms = ms(end))),
    );
    // The worst backup: somebody kept the sections, against the rules. Their key is gone all the same.
    let kept = std::fs::read(&day_file).unwrap();
    world.clock.set_wall(end);
    until("the day ended", || async { !day_key.exists() && !day_file.exists() }).await;

    let restored = tempfile::tempdir().unwrap();
    for (name, bytes) in &backup {
        std::fs::write(restored.path().join(name), bytes).unwrap();
    }
    std::fs::create_dir_all(restored.path().join("sections")).unwrap();
    let revived = restored.path().join(format!("sections/{}.db", ms(end)));
    std::fs::write(&revived, kept).unwrap();
    std::fs::copy(world.folder.path().join("tombstones.jsonl"), restored.path().join("tombstones.jsonl")).unwrap();
    let (clock, banks, inbox) = (Arc::clone(&world.clock), Arc::clone(&world.banks), Arc::clone(&world.inbox));
    drop(world);
    let world = World::on(restored, clock, banks, inbox).await;
    let section = world.get(&device, &format!("/v1/queries/{}/sections/ICBC?round=1", query.id())).await;
    assert_eq!(section.code(), "expired");
    assert!(!revived.exists(), "the file of an ended day is unlinked at the start");
    world.gateway.ask_once().await;
    assert_eq!(world.banks.asked().len(), 1, "and its bank is not asked again");
}

fn ms(at: protocol::time::Timestamp) -> i64 {
    at.millis()
}
