//! One factor (8-states table 6): what ends it, what voids it, and what a token is worth.

mod world;

use std::time::Duration;

use protocol::encode::{Digest, Salt};
use serde_json::json;
use world::World;
use world::device::Device;

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_codes_void_a_verification_however_many_were_sent() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let begun =
        world.post(&device, "/v1/verifications", &json!({ "v": 1, "kind": "sms", "consent": Digest::of(b"c") })).await;
    let place = format!("/v1/verifications/{}", begun.text("verification_id"));
    let right = world.code("query_code", 0).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..4 {
        assert_eq!(
            world.post(&device, &format!("{place}/confirm"), &json!({ "v": 1, "code": wrong })).await.code(),
            "code_wrong"
        );
    }
    world.pass(Duration::from_secs(60));
    assert_eq!(world.post(&device, &format!("{place}/resend"), &json!({ "v": 1 })).await.status, 200);
    let fresh = world.code("query_code", 1).await;
    if fresh != right {
        let old = world.post(&device, &format!("{place}/confirm"), &json!({ "v": 1, "code": right })).await;
        assert_eq!(old.code(), "code_ended", "the old code is void, and was the fifth wrong one");
    }
    let void = world.post(&device, &format!("{place}/confirm"), &json!({ "v": 1, "code": fresh })).await;
    assert_eq!(void.code(), "verification_void");
    assert_eq!(world.get(&device, &place).await.text("state"), "void");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_ends_after_five_minutes_and_a_verification_after_ten() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let begun =
        world.post(&device, "/v1/verifications", &json!({ "v": 1, "kind": "sms", "consent": Digest::of(b"c") })).await;
    let confirm = format!("/v1/verifications/{}/confirm", begun.text("verification_id"));
    let code = world.code("query_code", 0).await;
    world.pass(Duration::from_secs(300));
    assert_eq!(world.post(&device, &confirm, &json!({ "v": 1, "code": code })).await.code(), "code_expired");
    world.pass(Duration::from_secs(300));
    assert_eq!(world.post(&device, &confirm, &json!({ "v": 1, "code": code })).await.code(), "verification_void");
    let other = Device::of_li();
    world.enrol(&other).await;
    assert_eq!(
        world.post(&other, &confirm, &json!({ "v": 1, "code": code })).await.code(),
        "not_found",
        "somebody else's"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_refuses_or_waits_gives_no_token() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let begin = json!({ "v": 1, "kind": "card_bank", "consent": Digest::of(b"c"), "subject_salt": Salt::random() });
    world.banks.confirms(Some("pending"));
    let begun = world.post(&device, "/v1/verifications", &begin).await;
    let place = format!("/v1/verifications/{}", begun.text("verification_id"));
    let open = world.get(&device, &place).await;
    assert_eq!((open.text("state").as_str(), open.json().get("token")), ("open", None), "until the person presses");
    world.banks.confirms(Some("refused"));
    assert_eq!(world.get(&device, &place).await.text("state"), "void");
    world.banks.confirms(Some("passed"));
    assert_eq!(world.get(&device, &place).await.text("state"), "void", "a refusal stands");
    let no_salt = json!({ "v": 1, "kind": "card_bank", "consent": Digest::of(b"c") });
    assert_eq!(world.post(&device, "/v1/verifications", &no_salt).await.code(), "malformed");
    let no_face = json!({ "v": 1, "kind": "face", "consent": Digest::of(b"c"), "subject_salt": Salt::random() });
    assert_eq!(world.post(&device, "/v1/verifications", &no_face).await.code(), "face_consent_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_counted_by_the_mobile() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await; // the first of ten a day
    for n in 0..9 {
        let begun = world
            .post(&device, "/v1/verifications", &json!({ "v": 1, "kind": "sms", "consent": Digest::of(&[n]) }))
            .await;
        assert_eq!(begun.status, 201, "number {n}");
    }
    let limited =
        world.post(&device, "/v1/verifications", &json!({ "v": 1, "kind": "sms", "consent": Digest::of(b"x") })).await;
    assert_eq!(limited.code(), "sms_limit");
    assert!(limited.headers.contains_key("retry-after"), "and for how long");
}
