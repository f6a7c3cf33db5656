//! One factor (8-states table 6): what ends it, what voids it, and what a token is worth.

mod world;

use std::time::Duration;

use protocol::encode::{Digest, Salt};
use serde_json::json;
use world::device::Device;
use world::{World, face};

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

/// Sends a wrong code; what it was refused with.
async fn guess(world: &World, device: &Device, place: &str, right: &str) -> world::device::Got {
    let wrong = if right == "000000" { "000001" } else { "000000" };
    world.post(device, &format!("{place}/confirm"), &json!({ "v": 1, "code": wrong })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_wrong_codes_a_day_pause_the_factor_for_a_day() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let mut wrong = 0;
    for n in 0..4 {
        let begun = world
            .post(&device, "/v1/verifications", &json!({ "v": 1, "kind": "sms", "consent": Digest::of(&[n]) }))
            .await;
        let place = format!("/v1/verifications/{}", begun.text("verification_id"));
        let right = world.code("query_code", usize::from(n)).await;
        for left in (0..5).rev() {
            let refused = guess(&world, &device, &place, &right).await;
            assert_eq!(refused.code(), if left == 0 { "code_ended" } else { "code_wrong" });
            wrong += 1;
        }
    }
    assert_eq!(wrong, 20);
    let sms = |salt: &[u8]| json!({ "v": 1, "kind": "sms", "consent": Digest::of(salt) });
    let before = world.sent("query_code");
    let paused = world.post(&device, "/v1/verifications", &sms(b"next")).await;
    assert_eq!((paused.code().as_str(), paused.headers["retry-after"].to_str().unwrap()), ("sms_limit", "86400"));
    world.pass(Duration::from_secs(24 * 3600 - 1));
    let nearly = world.post(&device, "/v1/verifications", &sms(b"nearly")).await;
    assert_eq!((nearly.code().as_str(), nearly.headers["retry-after"].to_str().unwrap()), ("sms_limit", "1"));
    assert_eq!(world.sent("query_code"), before, "no code is sent meanwhile");
    let bank = json!({ "v": 1, "kind": "card_bank", "consent": Digest::of(b"b"), "subject_salt": Salt::random() });
    assert_eq!(world.post(&device, "/v1/verifications", &bank).await.status, 201, "only this factor is paused");
    world.pass(Duration::from_secs(1));
    assert_eq!(world.post(&device, "/v1/verifications", &sms(b"after")).await.status, 201, "a day later it is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_sent_before_the_pause_is_worth_nothing_during_it() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let begin = |n: u8| json!({ "v": 1, "kind": "sms", "consent": Digest::of(&[n]) });
    let kept = world.post(&device, "/v1/verifications", &begin(0)).await;
    let code = world.code("query_code", 0).await;
    for n in 1..5 {
        let begun = world.post(&device, "/v1/verifications", &begin(n)).await;
        let place = format!("/v1/verifications/{}", begun.text("verification_id"));
        let right = world.code("query_code", usize::from(n)).await;
        for _ in 0..5 {
            guess(&world, &device, &place, &right).await;
        }
    }
    let confirm = format!("/v1/verifications/{}/confirm", kept.text("verification_id"));
    let right = world.post(&device, &confirm, &json!({ "v": 1, "code": code })).await;
    assert_eq!(right.code(), "sms_limit", "not even the right one is looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_face_consent_voids_the_check_and_erases_what_it_left() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let agreed = world.consent(&device, &["ICBC"]);
    let begun = world.post(&device, "/v1/verifications", &face::for_query(&device, &agreed)).await;
    let place = format!("/v1/verifications/{}", begun.text("verification_id"));
    let somebody = Device::of_li();
    world.enrol(&somebody).await;
    assert_eq!(world.delete(&somebody, &place).await.code(), "not_found", "nobody else can");

    *world.faces.down.lock().unwrap() = true;
    let later = world.delete(&device, &place).await;
    assert_eq!(later.code(), "busy", "the provider could not be told: the device repeats it");
    let evidence = json!({ "v": 1, "evidence": protocol::encode::b64u(b"pass") });
    *world.faces.down.lock().unwrap() = false;
    let judged = world.post(&device, &format!("{place}/evidence"), &evidence).await;
    assert_eq!(judged.code(), "verification_void", "but the check is void from the first word on");
    assert_eq!(world.delete(&device, &place).await.text("state"), "void");
    assert_eq!(*world.faces.forgotten.lock().unwrap(), [begun.text("session")], "and the provider has erased");

    // The same for a check that passed: its token is worth nothing, and the provider's word is gone.
    let begun = world.post(&device, "/v1/verifications", &face::for_query(&device, &agreed)).await;
    let place = format!("/v1/verifications/{}", begun.text("verification_id"));
    let passed = world.post(&device, &format!("{place}/evidence"), &evidence).await;
    assert_eq!(passed.text("state"), "passed");
    assert_eq!(world.delete(&device, &place).await.text("state"), "void");
    let id = begun.text("verification_id").parse().unwrap();
    let doc = world.store.verification(id).await.unwrap().unwrap().doc;
    assert_eq!(
        (doc.attestation, doc.subject, doc.session, doc.token),
        (None, None, None, None),
        "nothing of it is kept"
    );
    let tokens = [world.sms_token(&device, agreed.digest()).await, passed.text("token")];
    assert_eq!(world.apply(&device, &agreed, &tokens).await.code(), "verification_void");
    assert!(world.banks.asked().is_empty(), "nothing reached a bank");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_face_check_cannot_be_unused() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let agreed = world.consent(&device, &["ICBC"]);
    let begun = world.post(&device, "/v1/verifications", &face::for_query(&device, &agreed)).await;
    let place = format!("/v1/verifications/{}", begun.text("verification_id"));
    let evidence = json!({ "v": 1, "evidence": protocol::encode::b64u(b"pass") });
    let passed = world.post(&device, &format!("{place}/evidence"), &evidence).await;
    let tokens = [world.sms_token(&device, agreed.digest()).await, passed.text("token")];
    assert_eq!(world.apply(&device, &agreed, &tokens).await.status, 201);
    assert_eq!(world.delete(&device, &place).await.code(), "verification_void", "what was asked is withdrawn instead");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_pieces_of_evidence_at_once_are_three_tries() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let agreed = world.consent(&device, &["ICBC"]);
    let begun = world.post(&device, "/v1/verifications", &face::for_query(&device, &agreed)).await;
    let place = format!("/v1/verifications/{}/evidence", begun.text("verification_id"));
    let bad = json!({ "v": 1, "evidence": protocol::encode::b64u(b"fail") });
    let all = futures_util::future::join_all((0..12).map(|_| world.post(&device, &place, &bad))).await;
    let judged = all.iter().filter(|got| got.code() == "face_not_matched").count();
    assert!(judged <= 3, "no more than three are judged, however many arrive: {judged}");
    assert!(
        all.iter().all(|got| matches!(got.code().as_str(), "face_not_matched" | "verification_void" | "state_changed"))
    );
    let last = world.post(&device, &place, &json!({ "v": 1, "evidence": protocol::encode::b64u(b"pass") })).await;
    assert_eq!(last.code(), "verification_void", "and then it is over");
}
