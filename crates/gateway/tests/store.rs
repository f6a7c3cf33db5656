//! The embedded store holds what every store must hold, and its files say nothing.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod world;

use std::path::Path;

use gateway::store::{SectionBytes, SqliteStore, Store, StoreError, suite};
use gateway::{ColumnKey, Places};
use protocol::encode::Digest;
use protocol::id::QueryId;
use protocol::time::Timestamp;
use serde_json::json;
use world::World;
use world::device::Device;

#[tokio::test]
async fn sqlite_passes_the_conformance_suite() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&Places::under(folder.path()), &ColumnKey::from_bytes([1; 32])).unwrap();
    suite::all(&store).await;
}

#[tokio::test]
async fn another_key_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let places = Places::under(folder.path());
    drop(SqliteStore::open(&places, &ColumnKey::from_bytes([1; 32])).unwrap());
    assert_eq!(SqliteStore::open(&places, &ColumnKey::from_bytes([2; 32])).err(), Some(StoreError::Damaged));
}

/// A store in `folder`, the end of a day that begins to be kept, and one section of it.
fn day(folder: &Path) -> (SqliteStore, Timestamp, SectionBytes) {
    let store = SqliteStore::open(&Places::under(folder), &ColumnKey::from_bytes([1; 32])).unwrap();
    let bytes = vec![7; 17_522];
    let section = SectionBytes { query: QueryId::new(), sealed: Digest::of(&bytes), bytes };
    (store, Timestamp::from_millis(world::START), section)
}

#[tokio::test]
async fn a_day_whose_key_cannot_be_read_is_not_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (store, end, section) = day(folder.path());
    store.put_sections(end, vec![section.clone()]).await.unwrap();
    drop(store);
    let key = folder.path().join(format!("day-keys/{}.key", end.millis()));
    let aside = folder.path().join("aside");
    std::fs::rename(&key, &aside).unwrap();
    std::fs::create_dir(&key).unwrap();

    let (store, ..) = day(folder.path());
    assert_eq!(store.put_sections(end, vec![section.clone()]).await, Err(StoreError::Unavailable));
    assert_eq!(store.section(end, section.query, section.sealed).await, Err(StoreError::Unavailable));
    std::fs::remove_dir(&key).unwrap();
    std::fs::rename(&aside, &key).unwrap();
    let kept = store.section(end, section.query, section.sealed).await;
    assert_eq!(kept, Ok(Some(section.bytes)), "once it reads again, everything is there");
}

#[tokio::test]
async fn a_key_cut_off_by_a_crash_was_never_used() {
    let folder = tempfile::tempdir().unwrap();
    let (store, end, section) = day(folder.path());
    std::fs::write(folder.path().join(format!("day-keys/{}.key", end.millis())), [1; 7]).unwrap();
    assert_eq!(store.section(end, section.query, section.sealed).await, Ok(None));
    assert_eq!(store.put_sections(end, vec![section.clone()]).await, Ok(()), "the day begins");
    assert_eq!(store.section(end, section.query, section.sealed).await, Ok(Some(section.bytes)));
}

#[test]
fn a_column_opens_in_its_own_place_only() {
    let key = ColumnKey::from_bytes([1; 32]);
    let sealed = key.seal("account/a", b"13800000000");
    assert!(key.open("account/b", &sealed).is_err(), "a value cannot be moved to another row");
    assert!(ColumnKey::from_bytes([2; 32]).open("account/a", &sealed).is_err());
    assert_eq!(&**key.open("account/a", &sealed).unwrap(), b"13800000000");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_of_the_gateway_holds_a_person() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let query = world.query(&device, &["ICBC"]).await;
    world.wait_state(&device, &query.id(), "closed").await;
    world.post(&device, &format!("/v1/queries/{}/withdraw", query.id()), &json!({ "v": 1 })).await;
    let mut files = vec![world.folder.path().to_owned()];
    let mut searched = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        searched += 1;
        for secret in ["张三", "11010519491231002X", "13800000000", "6222020000000000018", "【名下】"] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} stands in {}", path.display());
        }
    }
    assert!(searched >= 3, "database, log and key files were searched");
}
