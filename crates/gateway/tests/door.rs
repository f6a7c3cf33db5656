//! The door: what is not signed as laid down does not come in, and whatever is turned away reaches no bank.

mod world;

use std::time::Duration;

use axum::body::Body;
use http::Request;
use protocol::encode::Nonce;
use protocol::id::IdempotencyKey;
use protocol::time::Clock;
use serde_json::json;
use world::World;
use world::device::{AUTHORITY, Device, signed_request};

#[tokio::test(flavor = "multi_thread")]
async fn unsigned_and_wrongly_signed_requests_are_turned_away() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let now = world.clock.now();
    let get =
        |key: &protocol::key::SigningKey, at| signed_request(key, "GET", "/v1/queries", b"", None, at, Nonce::random());

    let bare = Request::builder().uri("/v1/queries").header("host", AUTHORITY).body(Body::empty()).unwrap();
    assert_eq!(world.send(bare).await.code(), "signature_missing");
    let stranger = protocol::key::SigningKey::generate();
    assert_eq!(world.send(get(&stranger, now)).await.code(), "key_unknown", "a key the gateway does not know");
    assert_eq!(
        world.send(get(&device.key, now + Duration::from_secs(31))).await.code(),
        "clock_skew",
        "signed ahead of time"
    );
    let late = world.send(get(&device.key, protocol::time::Timestamp::from_millis(now.millis() - 91_000))).await;
    assert_eq!((late.status, late.code().as_str()), (401, "clock_skew"), "signed too long ago");
    assert_eq!(late.text("time"), now.to_string(), "the refusal says the gateway's time, for the next signature");

    let mut other_path = get(&device.key, now);
    *other_path.uri_mut() = "/v1/queries?x=1".parse().unwrap();
    assert_eq!(world.send(other_path).await.code(), "signature_invalid", "the query string is covered");
    let mut other_host = get(&device.key, now);
    other_host.headers_mut().insert("host", "evil.example".parse().unwrap());
    assert_eq!(world.send(other_host).await.code(), "signature_invalid", "the authority is covered");
    let mut renamed = get(&device.key, now);
    let input = renamed.headers()["signature-input"].to_str().unwrap().replace("sig=", "sig1=");
    renamed.headers_mut().insert("signature-input", input.parse().unwrap());
    assert_eq!(world.send(renamed).await.code(), "signature_coverage", "another label");

    let nonce = Nonce::random();
    let twice = || signed_request(&device.key, "GET", "/v1/queries", b"", None, now, nonce);
    assert_eq!(world.send(twice()).await.status, 200, "the first use");
    assert_eq!(world.send(twice()).await.code(), "nonce_used", "a recorded request is worth nothing");
    let agreed = world.consent(&device, &["ICBC"]);
    let mut other_body =
        signed_request(&device.key, "POST", "/v1/queries", b"{}", Some(&agreed.id()), now, Nonce::random());
    *other_body.body_mut() = Body::from("{ }");
    assert_eq!(world.send(other_body).await.code(), "digest_mismatch", "the body is covered");
    assert!(world.banks.asked().is_empty(), "nothing reached a bank");
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_that_are_not_laid_down_are_refused() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let send = |body: Vec<u8>| {
        let key = IdempotencyKey::new().to_string();
        world.send(signed_request(
            &device.key,
            "POST",
            "/v1/verifications",
            &body,
            Some(&key),
            world.clock.now(),
            Nonce::random(),
        ))
    };
    assert_eq!(send(b"{".to_vec()).await.code(), "malformed");
    assert_eq!(send(br#"{"v":1,"v":1}"#.to_vec()).await.code(), "malformed", "a name twice");
    assert_eq!(send(br#"{"v":2,"kind":"sms","consent":"x"}"#.to_vec()).await.code(), "unsupported_version");
    let extra = json!({ "v": 1, "kind": "sms", "consent": protocol::encode::Digest::of(b""), "more": 1 });
    assert_eq!(send(extra.to_string().into_bytes()).await.code(), "unknown_field");
    assert_eq!(send(vec![b' '; 8 * 1024 + 1]).await.code(), "too_large");

    let no_key =
        signed_request(&device.key, "POST", "/v1/verifications", b"{}", Some("x"), world.clock.now(), Nonce::random());
    assert_eq!(world.send(no_key).await.code(), "idempotency_missing", "a key that is no UUID");
    let mut media = signed_request(
        &device.key,
        "POST",
        "/v1/verifications",
        b"{}",
        Some(&IdempotencyKey::new().to_string()),
        world.clock.now(),
        Nonce::random(),
    );
    media.headers_mut().insert("content-type", "application/json; charset=utf-8".parse().unwrap());
    assert_eq!(world.send(media).await.code(), "media_type", "exactly application/json");
    for method in ["HEAD", "OPTIONS", "PUT", "PATCH"] {
        let request =
            Request::builder().method(method).uri("/v1/queries").header("host", AUTHORITY).body(Body::empty()).unwrap();
        let got = world.send(request).await;
        assert_eq!(got.status, 405, "{method} is no method of ours");
        assert!(got.headers.get("access-control-allow-origin").is_none(), "no web page may call");
    }
    let lost = Request::builder().uri("/v2/queries").header("host", AUTHORITY).body(Body::empty()).unwrap();
    assert_eq!(world.send(lost).await.code(), "not_found");
    let other = Device::of_li();
    world.enrol(&other).await;
    let query = world.query(&device, &["ICBC"]).await;
    let theirs = world.get(&other, &format!("/v1/queries/{}", query.id())).await;
    let none = world.get(&other, &format!("/v1/queries/{}", protocol::id::QueryId::new())).await;
    assert_eq!(
        (theirs.status, theirs.code()),
        (none.status, none.code()),
        "somebody else's query is like one that does not exist"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_again_gets_the_same_answer() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let agreed = world.consent(&device, &["ICBC"]);
    let body = json!({ "v": 1, "kind": "sms", "consent": agreed.digest() });
    let key = IdempotencyKey::new().to_string();
    let first = world.post_as(&device, "/v1/verifications", &body, &key).await;
    let again = world.post_as(&device, "/v1/verifications", &body, &key).await;
    assert_eq!((first.status, &first.bytes), (again.status, &again.bytes), "the stored answer");
    assert_eq!(again.headers["idempotent-replay"], "true");
    assert!(first.headers.get("idempotent-replay").is_none());
    world.code("query_code", 0).await;
    assert_eq!(world.sent("query_code"), 1, "no second message goes out");
    let other = world
        .post_as(
            &device,
            "/v1/verifications",
            &json!({ "v": 1, "kind": "sms", "consent": protocol::encode::Digest::of(b"x") }),
            &key,
        )
        .await;
    assert_eq!(other.code(), "idempotency_mismatch", "the key belongs to the first body");
    world.pass(Duration::from_secs(97 * 3600));
    let forgotten = world.post_as(&device, "/v1/verifications", &body, &key).await;
    assert_ne!(forgotten.bytes, first.bytes, "after 96 h the key is free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_polls_is_slowed_down_and_costs_nobody_else() {
    let world = World::still().await;
    let (device, other) = (Device::of_zhang(), Device::of_li());
    world.enrol_still(&device).await;
    world.enrol_still(&other).await;
    let query = world.query_still(&device, &["ICBC"]).await;
    let theirs = world.query_still(&other, &["ICBC"]).await;
    world.banks.always("ICBC", world::banks::Do::Status(500));
    world.gateway.ask_once().await;
    let asked = world.banks.asked().len();
    let stands = world.store.query(query.consent.query_id).await.unwrap();
    let target = format!("/v1/queries/{}", query.id());
    for _ in 0..10 {
        assert_eq!(world.get(&device, &target).await.status, 200, "ten in a burst");
    }
    for _ in 0..90 {
        let slowed = world.get(&device, &target).await;
        assert_eq!((slowed.code().as_str(), slowed.headers["retry-after"].to_str().unwrap()), ("rate_limited", "10"));
    }
    assert_eq!(world.banks.asked().len(), asked, "no poll reaches a bank");
    assert_eq!(world.store.query(query.consent.query_id).await.unwrap(), stands, "and none changes anything");
    let calm = world.get(&other, &format!("/v1/queries/{}", theirs.id())).await;
    assert_eq!(calm.status, 200, "somebody else is not slowed down");
    let withdrawn = world.post(&device, &format!("{target}/withdraw"), &json!({ "v": 1 })).await;
    assert_eq!(withdrawn.status, 200, "and withdrawing is possible in the middle of it");
    world.pass(Duration::from_secs(10));
    assert_eq!(world.get(&device, &target).await.status, 200, "after the time that was told");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_makes_up_twenty_keys_a_day_and_no_more_is_kept() {
    let world = World::still().await;
    let child = || Device { id_number: "000000201501010014", ..Device::of_zhang() };
    let (first, key) = (child(), IdempotencyKey::new().to_string());
    let begin =
        async |device: &Device, key: &str| world.post_as(device, "/v1/enrolments", &device.entries(), key).await;
    assert_eq!(begin(&first, &key).await.code(), "age_not_served");
    for _ in 1..20 {
        assert_eq!(world.begin_enrolment(&child()).await.code(), "age_not_served");
    }
    let (late, late_key) = (child(), IdempotencyKey::new().to_string());
    let slowed = begin(&late, &late_key).await;
    assert_eq!((slowed.code().as_str(), slowed.headers["retry-after"].to_str().unwrap()), ("rate_limited", "4320"));
    let again = begin(&first, &key).await;
    assert_eq!((again.status, &again.headers["idempotent-replay"]), (403, &"true".parse().unwrap()), "for no token");
    world.pass(Duration::from_secs(4320));
    let served = begin(&late, &late_key).await;
    assert_eq!(served.code(), "age_not_served", "what was slowed down was not kept, and is decided anew");
    assert!(served.headers.get("idempotent-replay").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_find_nothing() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let query = world.query(&device, &["ICBC"]).await;
    for id in ["'%20OR%201=1--", "%00", "..%2F..%2Fgateway.db", "*", &query.id().to_uppercase()] {
        for target in [format!("/v1/queries/{id}"), format!("/v1/verifications/{id}")] {
            assert_eq!(world.get(&device, &target).await.code(), "not_found", "{target}");
        }
    }
    let section = format!("/v1/queries/{}/sections/ICBC'--?round=1", query.id());
    assert_eq!(world.get(&device, &section).await.code(), "not_found");
    let deep = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
    for body in [
        deep.as_bytes(),
        br#"{"v":1,"kind":"sms","consent":NaN}"#,
        b"{\"v\":1,\"kind\":\"sms\",\"consent\":\"\xff\"}",
        br#"{"v":1e0,"kind":"sms"}"#,
    ] {
        let key = IdempotencyKey::new().to_string();
        let now = world.clock.now();
        let request = signed_request(&device.key, "POST", "/v1/verifications", body, Some(&key), now, Nonce::random());
        assert_eq!(world.send(request).await.code(), "malformed", "{}", String::from_utf8_lossy(&body[..20]));
    }
    assert_eq!(world.get(&device, "/v1/queries").await.status, 200, "and the gateway goes on");
}

/// One thread, so that time can be stopped while the provider thinks.
#[tokio::test(flavor = "current_thread")]
async fn a_caller_is_answered_in_time_and_finds_the_reply_later() {
    let world = World::still().await;
    let device = Device::of_zhang();
    world.enrol_still(&device).await;
    let agreed = world.consent(&device, &["ICBC"]);
    let begin = world::face::for_query(&device, &agreed);
    let begun = world.post(&device, "/v1/verifications", &begin).await;
    let place = format!("/v1/verifications/{}/evidence", begun.text("verification_id"));
    let evidence = json!({ "v": 1, "evidence": protocol::encode::b64u(b"pass") });
    let key = IdempotencyKey::new().to_string();
    let id = begun.text("verification_id").parse().unwrap();

    let thinks = world.faces.gate.write().await;
    let asked = world.post_as(&device, &place, &evidence, &key);
    let slow = async {
        world::until("the provider has the evidence", || async {
            world.store.verification(id).await.unwrap().unwrap().doc.left == 2
        })
        .await;
        tokio::time::pause();
    };
    let (patience, ()) = tokio::join!(asked, slow);
    assert_eq!((patience.code().as_str(), patience.status), ("busy", 503), "thirty seconds are never passed");
    assert!(patience.headers.contains_key("retry-after"));
    tokio::time::resume();
    let running = world.post_as(&device, &place, &evidence, &key).await;
    assert_eq!(running.code(), "in_progress", "the work goes on");
    drop(thinks);
    world::until("the provider has judged", || async {
        world.post_as(&device, &place, &evidence, &key).await.status == 200
    })
    .await;
    let again = world.post_as(&device, &place, &evidence, &key).await;
    assert_eq!(
        (again.text("state").as_str(), &again.headers["idempotent-replay"]),
        ("passed", &"true".parse().unwrap())
    );
}
