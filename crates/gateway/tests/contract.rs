//! The contract as a reviewed snapshot, and what operators read.

mod world;

use axum::body::Body;
use http::Request;
use world::World;

#[test]
fn the_openapi_document_is_the_reviewed_one() {
    insta::assert_json_snapshot!("openapi", gateway::openapi::document());
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
