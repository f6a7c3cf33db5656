//! Every route as the device speaks it: one walk past all of them, each request and answer by its shape.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use demo_world::Scenario;
use device::{MemoryBiometrics, MemoryKeychain};
use journey::view::{QueryState, VerifyView};
use protocol::code::FactorKind;
use serde_json::{Map, Value, json};

use crate::shape;
use crate::stage::{Stage, open_on};
use crate::wire::{Passed, Wire};

/// Routes of the contract that no button of the app leads to yet.
const NOT_WALKED: [&str; 1] = ["DELETE /v1/enrolments/{id}/verifications/{vid}"];

/// Events and their members. Which of them a walk hears is chance: the app is right from asking alone.
const EVENTS: [(&str, &[&str]); 5] = [
    ("snapshot", &["query_id", "state", "due_at", "round", "revision", "banks", "last_event"]),
    ("bank", &["bank", "state", "round", "sealed", "at"]),
    ("round", &["round", "due_at"]),
    ("closed", &["revision"]),
    ("ended", &["state"]),
];

/// `GET /v1/queries/{id}` of `GET /v1/queries/3f0c…`.
fn route(passed: &Passed) -> String {
    let parts: Vec<&str> = passed.request.path.split('/').collect();
    let mut seen_id = false;
    let named = (0..parts.len()).map(|place| {
        let id = parts[place].len() == 36 && parts[place].matches('-').count() == 4;
        let name = match (id, seen_id) {
            (true, false) => "{id}",
            (true, true) => "{vid}",
            (false, _) if place > 0 && parts[place - 1] == "sections" => "{bank}",
            (false, _) => parts[place],
        };
        seen_id |= id;
        name
    });
    format!("{} {}", passed.request.method.as_str(), named.collect::<Vec<_>>().join("/"))
}

/// What is said and answered on each route.
fn told(passed: &[Passed]) -> BTreeMap<String, Value> {
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    for one in passed {
        let mut heard = Map::new();
        let headers: BTreeSet<&str> = one.request.headers.iter().map(|(name, _)| *name).collect();
        heard.insert("headers".to_owned(), json!(headers));
        if !one.request.body.is_empty() {
            heard.insert("says".to_owned(), shape::of(&serde_json::from_slice(&one.request.body).unwrap()));
        }
        if let Some(query) = &one.request.query {
            let names = query.split('&').filter_map(|part| part.split('=').next());
            heard.insert("query".to_owned(), json!(names.collect::<Vec<_>>()));
        }
        if let Some(answer) = &one.answer {
            let shape = match serde_json::from_slice::<Value>(&answer.body) {
                Ok(body) => shape::of(&body),
                Err(_) => json!(format!("{} bytes", answer.body.len())),
            };
            let name = if answer.status < 300 { answer.status.to_string() } else { "refused".to_owned() };
            if let Some(beside) = &answer.answer {
                heard.insert("mingxia-answer".to_owned(), shape::of(&json!(beside)));
            }
            heard.insert(name, shape);
        }
        let heard = Value::Object(heard);
        let merged = all.get(&route(one)).map_or_else(|| heard.clone(), |before| shape::merged(before, &heard));
        all.insert(route(one), merged);
    }
    // Which parts of a route were seen differs from call to call; only members of bodies may be missing.
    for (route, heard) in &mut all {
        let members = heard.as_object().cloned().unwrap_or_default();
        // A refusal is one shape on every route, and which walk meets one is chance.
        let kept = members.into_iter().map(|(name, value)| (name.trim_end_matches('?').to_owned(), value));
        *heard = Value::Object(
            kept.filter(|(name, _)| name != "refused" || route == "POST /v1/enrolments/{id}/confirm").collect(),
        );
    }
    all
}

/// The events of all streams by their names.
fn events(bytes: &[u8]) -> BTreeMap<String, Value> {
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    for event in String::from_utf8_lossy(bytes).split("\n\n") {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        if let (Some(name), Some(data)) = (field("event"), field("data")) {
            let shape = shape::of(&serde_json::from_str(data).unwrap());
            let merged = all.get(name).map_or_else(|| shape.clone(), |before| shape::merged(before, &shape));
            all.insert(name.to_owned(), merged);
        }
    }
    all
}

async fn code(stage: &Stage, before: usize) -> String {
    stage.sms_code(before).await
}

/// Both factors, each the long way round.
async fn verify(stage: &Stage) -> VerifyView {
    let before = stage.world.messages().len();
    stage.journey.verify_start(FactorKind::Sms).await.unwrap();
    code(stage, before).await;
    stage.clock.advance(Duration::from_secs(61));
    stage.journey.verify_resend().await.unwrap();
    stage.journey.verify_confirm(code(stage, before + 1).await).await.unwrap();
    stage.journey.verify_start(FactorKind::CardBank).await.unwrap();
    stage.journey.verify_poll().await.unwrap();
    stage.journey.verify_stop(FactorKind::CardBank).await.unwrap();
    stage.journey.verify_start(FactorKind::Face).await.unwrap();
    stage.journey.verify_evidence().await.unwrap()
}

/// A person walks past every route; gives what passed.
async fn walk() -> (Vec<Passed>, Vec<u8>) {
    let mut stage = Stage::in_scenario(Scenario::BankIsDown).await;
    stage.journey.enrol_start(stage.form("one")).await.unwrap();
    let first = code(&stage, 0).await;
    stage.journey.enrol_confirm(if first == "111111" { "222222" } else { "111111" }.into()).await.unwrap_err();
    stage.clock.advance(Duration::from_secs(61));
    stage.journey.enrol_resend().await.unwrap();
    stage.journey.enrol_confirm(code(&stage, 1).await).await.unwrap();
    stage.journey.enrol_phrase("雨后山青".to_owned()).await.unwrap();
    stage.journey.enrol_password(crate::stage::secret(crate::stage::PASSWORD)).await.unwrap();

    stage.agree(&["ICBC", "CCB"]).await;
    assert!(verify(&stage).await.ready);
    let asked = stage.journey.apply_submit().await.unwrap();
    stage.run();
    while stage.journey.collect_state().await.unwrap().query.banks_answered < 1 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let _ = stage.journey.collect_refresh().await;
    stage.stop();
    stage.clock.advance(Duration::from_secs(24 * 3600 + 60));
    stage.run();
    stage.until(QueryState::Ready).await;
    stage.journey.collect_retry().await.unwrap();
    let listening = async {
        while !String::from_utf8_lossy(&stage.wire.events()).contains("event: round") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), listening).await;
    stage.stop();
    stage.journey.expire_delete_now(asked.query_id.parse().unwrap()).await.unwrap();

    let asked = stage.ask(&["CCB"]).await;
    stage.journey.consent_withdraw(asked.query_id.parse().unwrap()).await.unwrap();

    let (folder, keychain, wire) = (tempfile::tempdir().unwrap(), MemoryKeychain::new(), Wire::to(stage.folder.path()));
    let second =
        open_on(&wire, folder.path(), stage.folder.path(), (&keychain, &MemoryBiometrics::default()), &stage.clock)
            .await;
    let before = stage.world.messages().len();
    second.enrol_start(stage.form("one")).await.unwrap();
    second.enrol_confirm(code(&stage, before).await).await.unwrap();
    stage.journey.enrol_not_me().await.unwrap();
    second.enrol_cancel().await.unwrap();
    stage.clock.advance(Duration::from_secs(61));
    let before = stage.world.messages().len();
    second.enrol_start(stage.form("one")).await.unwrap();
    second.enrol_confirm(code(&stage, before).await).await.unwrap();
    second.enrol_prove(FactorKind::CardBank).await.unwrap();
    second.enrol_proof_poll().await.unwrap();
    second.enrol_prove(FactorKind::Face).await.unwrap();
    second.enrol_proof_evidence().await.unwrap();
    second.settings_delete_account().await.unwrap();
    ([stage.wire.passed(), wire.passed()].concat(), stage.wire.events())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_says_and_hears_what_was_reviewed() {
    let (passed, streams) = walk().await;
    let told = told(&passed);
    let document = gateway::openapi::document();
    let routes = document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let missing: Vec<String> =
        routes.filter(|route| !told.contains_key(route) && !NOT_WALKED.contains(&route.as_str())).collect();
    assert!(missing.is_empty(), "routes the walk does not pass: {missing:?}");
    insta::assert_json_snapshot!("routes", told);
    let heard = events(&streams);
    assert!(!heard.is_empty(), "the streams say something");
    for (name, shape) in heard {
        let known = EVENTS.iter().find(|(event, _)| *event == name);
        let (_, members) = known.unwrap_or_else(|| panic!("an event of another name: {name}"));
        let said = shape.as_object().unwrap().keys().map(|member| member.trim_end_matches('?').to_owned());
        let more: Vec<String> = said.filter(|member| !members.contains(&member.as_str())).collect();
        assert!(more.is_empty(), "the event {name} says more than was reviewed: {more:?}");
    }
}
