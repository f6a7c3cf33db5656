//! Notify: a message carries the characters the app shows, and nothing of the report.

use crate::stage::Stage;

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
    assert!(stage.journey.notify_due().await.unwrap(), "the system notification is due once");
    assert!(!stage.journey.notify_due().await.unwrap(), "and not twice");
    let messages = stage.journey.notify_messages().await.unwrap();
    assert!(messages.expected.iter().any(|message| message.check.zh == check), "the expected characters are listed");
}
