//! Messages say nothing: no bank, no count, no name, no link; and each carries the characters that the app shows.

use protocol::code::FactorKind;

use crate::stage::{Stage, open};
use crate::traces;

#[tokio::test(flavor = "multi_thread")]
async fn every_message_of_a_whole_walk() {
    let mut stage = Stage::enrolled("many").await;
    stage.ready(&[]).await;
    // And of a second device, whose coming is told to the first.
    let (folder, keychain) = (tempfile::tempdir().unwrap(), device::MemoryKeychain::new());
    let second = open(folder.path(), stage.folder.path(), &keychain, &stage.clock).await;
    let before = stage.world.messages().len();
    second.enrol_start(stage.form("many")).await.unwrap();
    second.enrol_confirm(stage.sms_code(before).await).await.unwrap();
    second.enrol_prove(FactorKind::Face).await.unwrap();
    second.enrol_proof_evidence().await.unwrap();
    let told = async {
        while stage.world.messages().len() < 6 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), told).await.expect("six messages are sent");

    let person = stage.person("many");
    let mut private = traces::identity(&person);
    private.extend(traces::cards(&person));
    let banks = stage.journey.consent_banks().await.unwrap().banks;
    let expected = [&stage.journey, &second].map(|journey| journey.notify_messages());
    let expected = futures_util::future::join_all(expected).await.into_iter().flat_map(|shown| shown.unwrap().expected);
    let expected: Vec<String> = expected.map(|message| message.check.zh).collect();
    for message in stage.world.messages() {
        let text = &message.text;
        assert_eq!(message.mobile, person.mobile, "to nobody else");
        assert!(text.chars().count() <= 70, "one message: {text}");
        assert!(expected.iter().any(|check| text.ends_with(check)), "the app shows its characters: {text}");
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        assert!(digits.is_empty() || text.contains("验证码") && digits.len() == 7, "no number but the code: {text}");
        for word in ["http", "www", ".cn", ".com", "://"] {
            assert!(!text.contains(word), "a link: {text}");
        }
        for bank in &banks {
            let named =
                [&bank.name_zh, &bank.short_zh, &bank.code].into_iter().any(|name| text.contains(name.as_str()));
            assert!(!named, "a bank is named: {text}");
        }
        for trace in &private {
            assert!(!trace.is_in(text.as_bytes()), "{} stands in a message", trace.what);
        }
    }
}
