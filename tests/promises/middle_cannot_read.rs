//! The middle cannot read: with everything that passes it, lies in its folder and signs for it, no card is seen.

use protocol::encode::{Digest, b64u_decode};
use protocol::seal::{QueryPublic, QuerySeed};
use serde_json::Value;

use crate::stage::{PASSWORD, Stage, secret};
use crate::traces::{self, Trace};
use crate::wire::Passed;

/// The members of a signed payload.
fn payload(token: &str) -> Option<Value> {
    serde_json::from_slice(&b64u_decode(token.split('.').nth(1)?).ok()?).ok()
}

/// A body and, opened once more, every signed thing in it: base64url hides nothing from anybody.
fn opened(body: &[u8]) -> Vec<u8> {
    let words = String::from_utf8_lossy(body).into_owned();
    let signed = words.split('"').filter(|word| word.matches('.').count() == 2);
    let inside = signed.filter_map(payload).map(|value| value.to_string());
    inside.fold(body.to_vec(), |all, inside| [all, inside.into_bytes()].concat())
}

/// Every value of 32 bytes that stands in a text in base64url.
fn keys_in(body: &[u8]) -> Vec<[u8; 32]> {
    let text = String::from_utf8_lossy(&opened(body)).into_owned();
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    words.filter(|word| word.len() == 43).filter_map(|word| b64u_decode(word).ok()?.try_into().ok()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_and_what_lies_there_shows_no_card() {
    let mut stage = Stage::enrolled("many").await;
    stage.ready(&[]).await;
    let person = stage.person("many");
    // The one card typed at enrolment was told to the gateway; nothing else was.
    let typed = person.first_card().unwrap().number.clone();
    let traces: Vec<Trace> =
        traces::cards(&person).into_iter().filter(|trace| !trace.is_in(typed.as_bytes())).collect();
    for Passed { request, answer } in stage.wire.passed() {
        let answer = answer.map(|answer| answer.body).unwrap_or_default();
        for bytes in [opened(&request.body), opened(&answer)] {
            let seen = traces.iter().find(|trace| trace.is_in(&bytes)).map(|trace| &trace.what);
            assert_eq!(seen, None, "{} passes the gateway", request.path);
        }
    }
    let seen = traces.iter().find(|trace| trace.is_in(&stage.wire.events())).map(|trace| &trace.what);
    assert_eq!(seen, None, "an event tells of cards");
    traces::absent(&traces, &stage.folder.path().join("gateway"));
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let total = stage.journey.read_report().await.unwrap().total;
    assert_eq!(total, 15, "all of which the person reads");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_the_middle_ever_held_is_the_querys_key() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC", "CCB"]).await;
    let passed = stage.wire.passed();
    let applied = passed.iter().find(|one| one.request.path == "/v1/queries" && !one.request.body.is_empty()).unwrap();
    let body: Value = serde_json::from_slice(&applied.request.body).unwrap();
    let consent = payload(body["consent"].as_str().unwrap()).unwrap();
    let public = b64u_decode(consent["key"]["pub"].as_str().unwrap()).unwrap();
    let wanted = QueryPublic::from_bytes(&public).unwrap().thumbprint();

    let bodies = passed.iter().flat_map(|one| {
        let answer = one.answer.as_ref().map(|answer| answer.body.to_vec()).unwrap_or_default();
        [one.request.body.to_vec(), answer]
    });
    let mut tried: std::collections::BTreeSet<[u8; 32]> = bodies.flat_map(|body| keys_in(&body)).collect();
    for (_, bytes) in traces::files(&stage.folder.path().join("gateway")) {
        if bytes.len() < 4096 {
            tried.extend(bytes.windows(32).map(|window| <[u8; 32]>::try_from(window).unwrap()));
        }
    }
    // The keys of the demonstration's gateway follow from its seed in the open.
    for purpose in ["gateway", "columns", "face"] {
        tried.insert(
            *Digest::of(&[&b"mingxia/demo/v1"[..], &1_u64.to_be_bytes(), purpose.as_bytes()].concat()).as_bytes(),
        );
    }
    assert!(tried.len() > 20, "the middle holds something at all");
    for candidate in tried {
        let public = QuerySeed::from_bytes(candidate).public();
        assert_ne!(public.thumbprint(), wanted, "the middle holds the key of the query");
    }
}
