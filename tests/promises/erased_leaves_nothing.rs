//! Erased leaves nothing: after "erase this device" neither folder nor keychain holds anything of this app.

use std::time::Duration;

use journey::view::{Phase, Settings};

use crate::stage::{PASSWORD, Stage, secret};
use crate::traces::{self, Trace};

/// A life on this device: a report that ended, one that is read, settings, an alarm about a lie.
async fn lived() -> Stage {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    stage.clock.advance(Duration::from_secs(8 * 86_400));
    stage.until_record().await;
    stage.ready(&["ICBC", "CCB"]).await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.journey.read_report().await.unwrap();
    let settings: Settings = stage.journey.settings_get().await.unwrap();
    stage.journey.settings_set(settings).await.unwrap();
    stage.stop();
    stage
}

fn nothing_is_left(stage: &Stage) {
    let files: Vec<_> = traces::files(stage.device.path()).into_iter().map(|(file, _)| file).collect();
    assert!(files.is_empty(), "a file is left: {files:?}");
    let keys = device::Keychain::list(&stage.keychain).unwrap();
    assert!(keys.is_empty(), "a key is left: {keys:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_as_well_as_online() {
    for offline in [false, true] {
        let stage = lived().await;
        if offline {
            stage.cut();
        }
        stage.journey.settings_erase_device().await.unwrap();
        nothing_is_left(&stage);
        assert_eq!(stage.journey.settings_home().await.unwrap().phase, Phase::NotEnrolled, "as on the first day");
        nothing_is_left(&stage);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_leaves_nothing_here_and_nobody_in_the_middle() {
    let stage = lived().await;
    stage.journey.settings_delete_account().await.unwrap();
    nothing_is_left(&stage);
    let person = stage.person("one");
    let mut traces = traces::identity(&person);
    traces.extend(traces::cards(&person));
    traces.push(Trace::text("the security phrase", "雨后山青"));
    traces::absent(&traces, &stage.folder.path().join("gateway"));
}
