//! The contract as a reviewed snapshot, and what operators read.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod world;

use axum::body::Body;
use http::Request;
use world::World;

#[test]
fn the_openapi_document_is_the_reviewed_one() {
    insta::assert_json_snapshot!("openapi", gateway::openapi::document());
}

#[test]
fn every_body_is_described_down_to_its_last_member() {
    let document = gateway::openapi::document();
    let text = document.to_string();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        let schema = &document["components"]["schemas"][name];
        assert_eq!(schema["type"], "object", "{name} is named and not described");
    }
    assert!(!text.contains("\"schema\":null") && !text.contains("\"schema\":{}"), "no schema is left open");
}

/// A real body of every kind fits what the document says of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_what_the_document_says() {
    let world = World::start().await;
    let device = world::device::Device::of_zhang();
    let begun = world.begin_enrolment(&device).await;
    fits("EnrolmentOpen", &begun.json());
    let code = world.code("enrol_code", 0).await;
    let place = format!("/v1/enrolments/{}/confirm", begun.text("enrolment_id"));
    fits("Enrolled", &world.post(&device, &place, &serde_json::json!({ "v": 1, "code": code })).await.json());
    fits("Enrol", &device.entries());
    let agreed = world.consent(&device, &["ICBC"]);
    let tokens = world.tokens(&device, &agreed).await;
    fits("Apply", &agreed.body(&tokens));
    fits("Accepted", &world.apply(&device, &agreed, &tokens).await.json());
    world.wait_state(&device, &agreed.id(), "closed").await;
    let query = format!("/v1/queries/{}", agreed.id());
    fits("QueryStatus", &world.get(&device, &query).await.json());
    fits("Report", &world.get(&device, &format!("{query}/report")).await.json());
    fits("Queries", &world.get(&device, "/v1/queries").await.json());
    fits("Banks", &world.get(&device, "/v1/banks").await.json());
    fits("NoticeBody", &world.get(&device, "/v1/notices/current").await.json());
    fits("Problem", &world.get(&device, "/v1/queries/x").await.json());
    fits("ReceiptBody", &world.delete(&device, &format!("{query}/report")).await.json());
}

/// Every member is described, every required one is there, every word is of its list, and parts fit as well.
fn fits(name: &str, body: &serde_json::Value) {
    let document = gateway::openapi::document();
    let schema = &document["components"]["schemas"][name];
    let members = body.as_object().unwrap();
    for required in schema["required"].as_array().unwrap() {
        assert!(members.contains_key(required.as_str().unwrap()), "{name}.{required} is required and not sent: {body}");
    }
    for (member, value) in members {
        let described = &schema["properties"][member];
        assert!(!described.is_null(), "{name}.{member} is sent and not described");
        if let Some(words) = described["enum"].as_array() {
            assert!(words.contains(value), "{name}.{member} is {value}");
        }
        if let Some(part) = described["items"]["$ref"].as_str().and_then(|part| part.rsplit('/').next()) {
            for value in value.as_array().unwrap() {
                fits(part, value);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_read_health_readiness_and_metrics() {
    let world = World::start().await;
    let get = |path: &str| Request::builder().uri(path).header("host", "gw.example").body(Body::empty()).unwrap();
    assert_eq!(world.send(get("/healthz")).await.status, 200);
    assert_eq!(world.send(get("/readyz")).await.status, 200);
    let banks = world.send(get("/v1/banks")).await;
    assert_eq!(banks.status, 200, "an unsigned request may read the directory");
    let metrics = world.send(get("/metrics")).await;
    let text = String::from_utf8(metrics.bytes).unwrap();
    assert!(text.contains("mingxia_requests_total{operation=\"banks\",status=\"200\"} 1"), "{text}");
    for _ in 0..29 {
        world.send(get("/v1/banks")).await;
    }
    assert_eq!(world.send(get("/v1/banks")).await.code(), "rate_limited", "thirty a minute an address");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_signed_time_answers_the_devices_own_nonce() {
    use gateway::DirectorySource;
    use protocol::time::Clock;
    let world = World::start().await;
    let get = |target: &str| Request::builder().uri(target).header("host", "gw.example").body(Body::empty()).unwrap();
    assert_eq!(world.send(get("/v1/time")).await.code(), "malformed", "without a nonce there is nothing to answer");
    let nonce = protocol::encode::Nonce::random();
    let got = world.send(get(&format!("/v1/time?nonce={nonce}"))).await;
    let (roots, directory) = world.federation.current();
    let directory =
        protocol::directory::TrustedDirectory::verify(&roots, &directory, &world::key(100).public(), world.clock.now())
            .unwrap();
    let time = protocol::server_time::ServerTime::verify(&got.text("time"), &nonce, &directory).unwrap();
    assert_eq!(time.now, world.clock.now());
}
