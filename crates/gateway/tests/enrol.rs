//! Enrolment (8-states table 5): one answer for every mismatch, one live device, and the old one has its say.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod world;

use std::time::Duration;

use protocol::attestation::{Act, act_digest};
use protocol::encode::{Salt, b64u};
use protocol::time::Clock;
use serde_json::json;
use world::device::Device;
use world::{World, face, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_mismatch_looks_like_a_match_until_the_code() {
    let world = World::start().await;
    let match_ = world.begin_enrolment(&Device::of_zhang()).await;
    let stranger =
        Device { name: "王五", mobile: "13800000009", id_number: "990000199001010017", ..Device::of_zhang() };
    let document = world.begin_enrolment(&stranger).await;
    assert_eq!(document.code(), "document_not_served", "a number of another kind of document");
    let stranger = Device { id_number: "000000199001010026", ..stranger };
    let mismatch = world.begin_enrolment(&stranger).await;
    assert_eq!(mismatch.status, 202, "the same answer");
    let members = |got: &world::device::Got| got.json().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(members(&match_), members(&mismatch), "of the same shape");
    world.code("enrol_code", 0).await;
    assert_eq!(world.sent("enrol_code"), 1, "no message for the mismatch");
    let confirm = format!("/v1/enrolments/{}/confirm", mismatch.text("enrolment_id"));
    assert_eq!(
        world.post(&stranger, &confirm, &json!({ "v": 1, "code": "000000" })).await.code(),
        "identity_not_confirmed"
    );
    let somebody = world.post(&Device::of_li(), &confirm, &json!({ "v": 1, "code": "000000" })).await;
    assert_eq!(somebody.code(), "not_found", "another key does not learn that it exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn children_are_told_of_the_counter() {
    let world = World::start().await;
    let child = Device { id_number: "000000201501010014", ..Device::of_zhang() };
    assert_eq!(world.begin_enrolment(&child).await.code(), "age_not_served");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_codes_end_a_code_and_another_comes_after_a_minute() {
    let world = World::start().await;
    let device = Device::of_zhang();
    let begun = world.begin_enrolment(&device).await;
    let right = world.code("enrol_code", 0).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let place = format!("/v1/enrolments/{}", begun.text("enrolment_id"));
    let confirm = |code: &str| json!({ "v": 1, "code": code });
    for left in (1..5).rev() {
        let got = world.post(&device, &format!("{place}/confirm"), &confirm(wrong)).await;
        assert_eq!((got.code().as_str(), got.json()["params"]["left"].clone()), ("code_wrong", json!(left)));
    }
    assert_eq!(world.post(&device, &format!("{place}/confirm"), &confirm(wrong)).await.code(), "code_ended");
    assert_eq!(
        world.post(&device, &format!("{place}/confirm"), &confirm(&right)).await.code(),
        "code_ended",
        "the right one comes too late"
    );
    let soon = world.post(&device, &format!("{place}/resend"), &json!({ "v": 1 })).await;
    assert_eq!((soon.code().as_str(), soon.headers["retry-after"].to_str().unwrap()), ("sms_limit", "60"));
    world.pass(Duration::from_secs(60));
    assert_eq!(world.post(&device, &format!("{place}/resend"), &json!({ "v": 1 })).await.status, 202);
    let fresh = world.code("enrol_code", 1).await;
    world.pass(Duration::from_secs(300));
    assert_eq!(
        world.post(&device, &format!("{place}/confirm"), &confirm(&fresh)).await.code(),
        "code_expired",
        "five minutes"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_given_again_and_every_text_carries_its_characters() {
    let world = World::start().await;
    let device = Device::of_zhang();
    let begun = world.begin_enrolment(&device).await;
    let code = world.code("enrol_code", 0).await;
    let place = format!("/v1/enrolments/{}/confirm", begun.text("enrolment_id"));
    let first = world.post(&device, &place, &json!({ "v": 1, "code": code })).await;
    assert_eq!(first.status, 200);
    let again = world.post(&device, &place, &json!({ "v": 1, "code": code })).await;
    assert_eq!(again.bytes, first.bytes, "the same account for the same key");
    let key = protocol::sms::CheckKey::from_bytes([9; 32]);
    let characters =
        protocol::sms::check_characters(&key, protocol::sms::SmsKind::EnrolCode, &begun.text("enrolment_id"), 0);
    assert!(world.inbox.texts()[0].ends_with(&characters.zh_spaced()), "the check characters of this enrolment");
}

/// A second device of the same person, up to the point where it must prove itself.
async fn second(world: &World, lost: bool) -> (Device, String, String) {
    let device = Device { lost, ..Device::of_zhang() };
    let before = world.sent("enrol_code");
    let begun = world.begin_enrolment(&device).await;
    let code = world.code("enrol_code", before).await;
    let place = format!("/v1/enrolments/{}", begun.text("enrolment_id"));
    let held = world.post(&device, &format!("{place}/confirm"), &json!({ "v": 1, "code": code })).await;
    assert_eq!((held.status, held.text("state").as_str()), (202, "proof_needed"), "a code alone moves no account");
    (device, place, code)
}

fn proof(device: &Device, place: &str) -> serde_json::Value {
    let consent = act_digest(Act::Enrol, place.rsplit('/').next().unwrap(), &device.key.kid());
    face::for_act(device, consent)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_device_takes_over_only_with_a_proof() {
    let world = World::start().await;
    let old = Device::of_zhang();
    let account = world.enrol(&old).await.text("account");
    world.banks.always("CCB", world::banks::Do::Status(500));
    let query = world.query(&old, &["ICBC", "CCB"]).await;

    let (new, place, code) = second(&world, true).await;
    until("the person was told on the old device", || async { world.sent("device_changed") == 1 }).await;
    assert_eq!(world.get(&old, "/v1/queries").await.status, 200, "the old device still lives");
    let no_consent =
        json!({ "v": 1, "kind": "face", "consent": proof(&new, &place)["consent"], "subject_salt": Salt::random() });
    assert_eq!(world.post(&new, &format!("{place}/verifications"), &no_consent).await.code(), "face_consent_missing");
    let begun = world.post(&new, &format!("{place}/verifications"), &proof(&new, &place)).await;
    assert_eq!(begun.status, 201, "{}", begun.json());
    let evidence = format!("{place}/verifications/{}/evidence", begun.text("verification_id"));
    let missed = world.post(&new, &evidence, &json!({ "v": 1, "evidence": b64u(b"fail") })).await;
    assert_eq!((missed.code().as_str(), missed.json()["params"]["left"].clone()), ("face_not_matched", json!(2)));
    assert_eq!(world.get(&old, "/v1/queries").await.status, 200, "a miss changes nothing");
    assert_eq!(
        world.post(&new, &evidence, &json!({ "v": 1, "evidence": b64u(b"pass") })).await.text("state"),
        "passed"
    );

    let enrolled = world.post(&new, &format!("{place}/confirm"), &json!({ "v": 1, "code": code })).await;
    assert_eq!((enrolled.status, enrolled.text("account")), (200, account), "the same account");
    let retired = world.get(&old, "/v1/queries").await;
    assert_eq!(retired.code(), "device_retired");
    assert!(!retired.text("erase").is_empty(), "a lost device is ordered to erase");
    assert_eq!(
        world.get(&new, &format!("/v1/queries/{}", query.id())).await.text("state"),
        "withdrawn",
        "its running query ended"
    );
    until("the banks were told", || async {
        world.banks.told().len() >= 2
            || !world.banks.told().is_empty() && world.banks.told().iter().any(|(b, _)| b == "ICBC")
    })
    .await;
    let held = world
        .post(
            &new,
            "/v1/verifications",
            &json!({ "v": 1, "kind": "sms", "consent": protocol::encode::Digest::of(b"") }),
        )
        .await;
    assert_eq!(held.code(), "device_on_hold", "a day's hold");
    world.pass(Duration::from_secs(24 * 3600));
    let next = world.query(&new, &["ICBC"]).await;
    world.wait_state(&new, &next.id(), "closed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn not_me_stops_a_device_before_and_after_it_took_over() {
    let world = World::start().await;
    let old = Device::of_zhang();
    let account = world.enrol(&old).await.text("account");
    let (thief, place, _) = second(&world, false).await;
    assert_eq!(world.post(&old, "/v1/account/not-me", &json!({ "v": 1 })).await.text("state"), "frozen");
    let stopped = world.post(&thief, &format!("{place}/verifications"), &proof(&thief, &place)).await;
    assert_eq!(stopped.code(), "state_changed", "the proof is refused once the person said no");

    let (thief, place, code) = second(&world, false).await;
    let begun = world.post(&thief, &format!("{place}/verifications"), &proof(&thief, &place)).await;
    let evidence = format!("{place}/verifications/{}/evidence", begun.text("verification_id"));
    world.post(&thief, &evidence, &json!({ "v": 1, "evidence": b64u(b"pass") })).await;
    world.post(&thief, &format!("{place}/confirm"), &json!({ "v": 1, "code": code })).await;
    assert_eq!(world.get(&thief, "/v1/queries").await.status, 200, "it took over");
    assert_eq!(
        world.post(&old, "/v1/account/not-me", &json!({ "v": 1 })).await.status,
        200,
        "the retired device may still say no"
    );
    assert_eq!(world.get(&thief, "/v1/queries").await.code(), "account_frozen");

    // Both factors on the old device, and about nothing else than this, give the account back.
    let act = act_digest(Act::Reset, &account, &old.key.kid());
    let other = json!({ "v": 1, "kind": "sms", "consent": protocol::encode::Digest::of(b"a query") });
    assert_eq!(world.post(&old, "/v1/verifications", &other).await.code(), "verification_other_consent");
    world.sms_token(&old, act).await;
    assert_eq!(world.get(&old, "/v1/queries").await.code(), "device_retired", "one factor is not two");
    world.card_bank_token(&old, act, Salt::random()).await;
    assert_eq!(world.get(&old, "/v1/queries").await.status, 200, "it is the live device again");
    let order = world.get(&thief, "/v1/queries").await;
    assert_eq!(order.code(), "device_retired");
    assert!(!order.text("erase").is_empty(), "and the other is ordered to erase");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_account_is_freed_by_no_other_door() {
    let world = World::start().await;
    let old = Device::of_zhang();
    let account = world.enrol(&old).await.text("account");
    let (thief, place, code) = second(&world, false).await;
    let begun = world.post(&thief, &format!("{place}/verifications"), &proof(&thief, &place)).await;
    let evidence = format!("{place}/verifications/{}/evidence", begun.text("verification_id"));
    world.post(&thief, &evidence, &json!({ "v": 1, "evidence": b64u(b"pass") })).await;
    world.post(&thief, &format!("{place}/confirm"), &json!({ "v": 1, "code": code })).await;
    assert_eq!(world.post(&old, "/v1/account/not-me", &json!({ "v": 1 })).await.status, 200);

    let gone = world.delete(&thief, "/v1/account").await;
    assert_eq!(gone.code(), "account_frozen", "an account that was deleted could be opened anew with a code alone");
    let another = Device::of_zhang();
    let confirmed = world.enrol(&another).await;
    assert_eq!(confirmed.code(), "account_frozen", "who proved it once could prove it again on one more device");
    world.gateway.unfreeze(account.parse().unwrap()).await.unwrap();
    assert_eq!(world.get(&thief, "/v1/queries").await.status, 200, "the hotline decides");
    assert_eq!(world.delete(&thief, "/v1/account").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_is_gone_but_for_what_the_allowance_needs() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let query = world.query(&device, &["ICBC"]).await;
    world.wait_state(&device, &query.id(), "closed").await;
    let receipt = world.delete(&device, "/v1/account").await;
    assert_eq!(receipt.status, 200);
    assert_eq!(world.delete(&device, "/v1/account").await.bytes, receipt.bytes, "repeated, the same receipt");
    assert_eq!(world.get(&device, "/v1/queries").await.code(), "device_retired");
    until("the bank was told", || async {
        world.banks.told().iter().any(|(bank, id)| bank == "ICBC" && *id == query.id())
    })
    .await;

    let again = Device::of_zhang();
    assert_eq!(world.enrol(&again).await.status, 200, "the person may come back");
    let next = world.consent(&again, &["ICBC"]);
    let tokens = world.tokens(&again, &next).await;
    assert_eq!(
        world.apply(&again, &next, &tokens).await.code(),
        "allowance_used",
        "but not sooner than the last report's end"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_a_deleted_account_goes_in_its_time() {
    let world = World::still().await;
    let device = Device::of_zhang();
    world.enrol_still(&device).await;
    let query = world.query_still(&device, &["ICBC"]).await;
    world.gateway.ask_once().await;
    let id = query.consent.query_id;
    let person = world.store.query(id).await.unwrap().unwrap().doc.person;
    assert_eq!(world.delete(&device, "/v1/account").await.status, 200);
    let sweep = async |days: u64| {
        world.pass(Duration::from_secs(days * 24 * 3600));
        world.gateway.tick().await;
        world.store.sweep(world.clock.now()).await.unwrap();
    };
    sweep(3).await;
    assert_eq!(world.get(&device, "/v1/queries").await.code(), "device_retired", "its DELETE may be repeated for 96 h");
    sweep(1).await;
    assert_eq!(world.get(&device, "/v1/queries").await.code(), "key_unknown", "then its key is forgotten");
    assert!(world.store.allowance(person).await.unwrap().is_some(), "the last report's days still count");
    sweep(4).await;
    assert_eq!(world.store.allowance(person).await.unwrap(), None, "when they end, the keyed hash goes as well");
    assert!(world.store.query(id).await.unwrap().is_some(), "the record stays as long as the receipt says");
    sweep(392).await;
    assert_eq!(world.store.query(id).await.unwrap(), None, "400 days");
}
