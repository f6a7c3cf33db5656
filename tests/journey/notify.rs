//! Notify: a message carries the characters the app shows, and nothing of the report.

use std::time::Duration;

use demo_world::Scenario;
use journey::view::Ended;
use journey::{ErrorCode, Notice};
use protocol::code::FactorKind;

use crate::stage::{Stage, code, open};

/// What the system would tell now.
async fn due(stage: &Stage) -> Option<Notice> {
    stage.journey.notify_due().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_names_a_bank_a_count_or_a_link() {
    let mut stage = Stage::enrolled("many").await;
    let before = stage.world.messages().len();
    let query = stage.ready(&["ICBC", "CCB"]).await;
    let check = query.result_check.unwrap().zh;
    let told = async {
        loop {
            let messages = stage.world.messages();
            if let Some(result) = messages[before..].iter().find(|message| message.text.contains("已有结果")) {
                return result.text.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let text = tokio::time::timeout(std::time::Duration::from_secs(30), told).await.expect("the result is told");
    assert!(text.contains(&check), "the message carries the characters shown since acceptance");
    for told in ["http", "www", "工商", "建设", "ICBC"] {
        assert!(!text.contains(told), "a message never holds {told}");
    }
    assert_eq!(due(&stage).await, Some(Notice::Ready), "the system notification is due once");
    assert_eq!(due(&stage).await, None, "and not twice");
    let messages = stage.journey.notify_messages().await.unwrap();
    assert!(messages.expected.iter().any(|message| message.check.zh == check), "the expected characters are listed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_closed_without_a_result_is_told_once() {
    let mut stage = Stage::in_scenario(Scenario::BankIsDown).await;
    stage.enrol("many").await;
    assert_eq!(due(&stage).await, None, "nothing happened yet");
    stage.ask(&["CCB"]).await;
    assert_eq!(due(&stage).await, None, "a query on its way is no news");
    stage.clock.advance(Duration::from_secs(24 * 3600 + 60));
    stage.run();
    assert_eq!(stage.until_record().await.ended, Ended::Empty, "no bank answered in its day");
    assert_eq!(due(&stage).await, Some(Notice::NoResult));
    assert_eq!(due(&stage).await, None, "and not twice");
    stage.stop();
    stage.restart().await;
    assert_eq!(due(&stage).await, None, "nor after a restart");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_device_is_told_once() {
    let stage = Stage::enrolled("one").await;
    let device = tempfile::tempdir().unwrap();
    let other = open(device.path(), stage.folder.path(), &device::MemoryKeychain::new(), &stage.clock).await;
    let before = stage.world.messages().len();
    other.enrol_start(stage.form("one")).await.unwrap();
    other.enrol_confirm(stage.sms_code(before).await).await.unwrap();
    assert_eq!(due(&stage).await, None, "an account that waits for its proof has not moved");
    other.enrol_prove(FactorKind::Face).await.unwrap();
    other.enrol_proof_evidence().await.unwrap();
    stage.clock.advance(Duration::from_secs(601));
    assert_eq!(code(stage.journey.tick().await), Some(ErrorCode::DeviceRetired));
    assert_eq!(due(&stage).await, Some(Notice::DeviceChanged));
    assert_eq!(due(&stage).await, None, "and not twice");
}
