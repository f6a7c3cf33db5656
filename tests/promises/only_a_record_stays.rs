//! Only a record stays: who was asked and when; nothing of what was found, not even how much.

use std::time::Duration;

use journey::view::{Ended, Mark};

use crate::stage::{PASSWORD, Stage, secret};
use crate::traces;

#[tokio::test(flavor = "multi_thread")]
async fn after_the_end_nobody_can_tell_what_was_found() {
    let mut remains = Vec::new();
    for person in ["many", "one"] {
        let mut stage = Stage::enrolled(person).await;
        let query = stage.ready(&["ICBC", "CCB", "ABC"]).await;
        stage.stop();
        stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
        let report = stage.journey.read_report().await.unwrap();
        if let Some(card) = report.banks.iter().flat_map(|bank| &bank.cards).next() {
            stage.journey.read_mark(card.id.clone(), Some(Mark::NotMine)).await.unwrap();
        }
        stage.clock.advance(Duration::from_secs(8 * 86_400));
        assert_eq!(stage.until_record().await.ended, Ended::Expired);
        let record = stage.journey.expire_record(query.query_id.parse().unwrap()).await.unwrap();
        assert_eq!(record.banks.len(), 3, "which banks were asked is kept");
        let told = serde_json::json!([
            record,
            stage.journey.settings_home().await.unwrap(),
            stage.journey.consent_kept(query.query_id.parse().unwrap()).await.unwrap(),
            stage.journey.settings_protection().await.unwrap(),
        ])
        .to_string();
        for trace in traces::cards(&stage.person("many")) {
            assert!(!trace.is_in(told.as_bytes()), "{} is still told", trace.what);
        }
        let keys = device::Keychain::list(&stage.keychain).unwrap();
        assert!(!keys.iter().any(|name| name.starts_with("shred.")), "a key outlived its report: {keys:?}");
        assert_eq!(traces::sections(stage.device.path()), 0, "a section outlived its report");
        let states: Vec<_> = record.banks.into_iter().map(|bank| (bank.bank, bank.state, bank.refusal)).collect();
        remains.push(states);
    }
    assert_eq!(remains[0], remains[1], "cards at three banks or at one leave the same record");
}
