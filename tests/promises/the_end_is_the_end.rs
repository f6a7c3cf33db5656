//! The end is the end: the key alone, or the file alone, ends a report; and no copy of either brings it back.

use std::path::{Path, PathBuf};
use std::time::Duration;

use journey::view::Ended;

use crate::stage::{PASSWORD, Stage, secret};
use crate::traces;

const EIGHT_DAYS: Duration = Duration::from_secs(8 * 86_400);

/// A thief's copy of a folder.
fn copy(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    traces::files(folder)
}

/// What was there is put back over what is there.
fn put_back(copy: &[(PathBuf, Vec<u8>)]) {
    for (file, bytes) in copy {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
}

/// Nothing of a report comes out of this device any more.
async fn opens_nothing(stage: &Stage, why: &str) {
    let _ = stage.journey.unlock_open(secret(PASSWORD)).await;
    let cards = stage.journey.read_report().await.map(|report| report.total);
    assert!(!matches!(cards, Ok(1..)), "{why}: {cards:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_key_the_file_opens_nothing() {
    let mut stage = Stage::enrolled("one").await;
    let query = stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.keychain.tamper(&format!("shred.{}", query.query_id), None);
    opens_nothing(&stage, "the key is gone, the file is there").await;
    stage.restart().await;
    assert_eq!(stage.until_record().await.ended, Ended::Lost, "and it is said");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_file_the_key_opens_nothing() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.close().await;
    for (file, _) in copy(&stage.device.path().join("sections")) {
        std::fs::remove_file(file).unwrap();
    }
    stage.restart().await;
    opens_nothing(&stage, "the file is gone, the key is there").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_end_no_backup_brings_it_back() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.close().await;
    let (files, keys) = (copy(stage.device.path()), stage.keychain.snapshot());
    stage.restart().await;
    stage.clock.advance(EIGHT_DAYS);
    assert_eq!(stage.until_record().await.ended, Ended::Expired);

    stage.close().await;
    put_back(&files);
    stage.restart().await;
    opens_nothing(&stage, "every file as it was, the key destroyed").await;

    stage.close().await;
    put_back(&files);
    stage.keychain.restore(&keys);
    stage.restart().await;
    opens_nothing(&stage, "files and keys as they were, past the end").await;
    assert_eq!(stage.until_record().await.ended, Ended::Expired, "it ends once more");
    assert!(
        !device::Keychain::list(&stage.keychain).unwrap().iter().any(|name| name.starts_with("shred.")),
        "with its key"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_put_back_without_their_files_are_swept_away() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    let keys = stage.keychain.snapshot();
    stage.clock.advance(EIGHT_DAYS);
    stage.until_record().await;
    stage.keychain.restore(&keys);
    stage.restart().await;
    opens_nothing(&stage, "an old keychain, no files").await;
    let left = device::Keychain::list(&stage.keychain).unwrap();
    assert!(!left.iter().any(|name| name.starts_with("shred.")), "an orphan is found and deleted: {left:?}");
}
