//! Nothing shows through the seal: whatever a bank found, the middle sees one state and one length.

use std::collections::BTreeSet;

use protocol::seal::SEALED_SECTION_BYTES;
use serde_json::Value;

use crate::stage::{PASSWORD, Stage, secret};

#[tokio::test(flavor = "multi_thread")]
async fn four_outcomes_are_one_to_whoever_carries_them() {
    let mut stage = Stage::enrolled("nomobile").await;
    let banks = ["PSBC", "CCB", "CIB", "ICBC"];
    stage.ready(&banks).await;
    let passed = stage.wire.passed();
    let carried: Vec<_> = passed.iter().filter(|one| one.request.path.contains("/sections/")).collect();
    let lengths: BTreeSet<_> = carried.iter().filter_map(|one| Some(one.answer.as_ref()?.body.len())).collect();
    assert_eq!(lengths, [SEALED_SECTION_BYTES].into(), "one length");
    let report = passed.iter().rfind(|one| one.request.path.ends_with("/report")).unwrap();
    let answers: Value = serde_json::from_slice(&report.answer.as_ref().unwrap().body).unwrap();
    let shapes: BTreeSet<(String, usize)> = answers["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| {
            let part = token.as_str().unwrap().split('.').nth(1).unwrap();
            let answer: Value = serde_json::from_slice(&protocol::encode::b64u_decode(part).unwrap()).unwrap();
            (answer["state"].as_str().unwrap().to_owned(), answer.as_object().unwrap().len())
        })
        .collect();
    assert_eq!(shapes.len(), 1, "one word, with the same members: {shapes:?}");

    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    let outcomes: BTreeSet<_> = report.banks.into_iter().filter_map(|bank| bank.outcome).collect();
    assert_eq!(outcomes.len(), 4, "to the person they are four: {outcomes:?}");
}
