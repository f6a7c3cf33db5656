//! POST /v1/queries: every refusal in its order, and none of them reaches a bank; then one transaction, whatever crashes.

mod world;

use std::time::Duration;

use protocol::encode::{Digest, Salt};
use protocol::id::QueryId;
use protocol::text::Text;
use serde_json::json;
use world::World;
use world::device::Device;

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_does_not_hold_asks_nobody() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;

    let agreed = world.consent(&device, &["ICBC"]);
    let other_id = world.post(&device, "/v1/queries", &agreed.body(&[])).await;
    assert_eq!(
        (other_id.code().as_str(), other_id.json()["params"]["member"].clone()),
        ("consent_invalid", json!("query_id")),
        "the key is the query id"
    );
    let stranger = Device::of_li();
    let forged = world::device::Agreed { jws: agreed.consent.sign(&stranger.key), ..agreed.clone() };
    assert_eq!(world.apply(&device, &forged, &[]).await.code(), "consent_invalid", "signed by another device");

    let suite = world.consent_with(&device, &["ICBC"], |consent| consent.key.suite = 2);
    assert_eq!(world.apply(&device, &suite, &[]).await.code(), "consent_suite", "nothing to downgrade to");
    let key =
        world.consent_with(&device, &["ICBC"], |consent| consent.key.public = protocol::encode::b64u(&[255; 1216]));
    assert_eq!(world.apply(&device, &key, &[]).await.code(), "consent_key");
    world.pass(Duration::from_secs(720)); // five an hour
    let times = world
        .consent_with(&device, &["ICBC"], |consent| consent.expires_at = consent.expires_at + Duration::from_secs(1));
    assert_eq!(world.apply(&device, &times, &[]).await.code(), "consent_times", "72 h exactly");
    world.pass(Duration::from_secs(720)); // five an hour
    let notice = world.consent_with(&device, &["ICBC"], |consent| consent.notice.sha256 = Digest::of(b"another text"));
    assert_eq!(world.apply(&device, &notice, &[]).await.code(), "consent_notice_changed");
    let version =
        world.consent_with(&device, &["ICBC"], |consent| consent.notice.version = Text::new("2025-01-01").unwrap());
    assert_eq!(world.apply(&device, &version, &[]).await.code(), "consent_notice_changed");

    world.pass(Duration::from_secs(720)); // five an hour
    let mut subject = world.consent(&device, &["ICBC"]);
    subject.salt = Salt::random();
    let refused = world.apply(&device, &subject, &[]).await;
    assert_eq!(refused.json()["params"]["member"], "subject", "about another person");
    world.pass(Duration::from_secs(720)); // five an hour
    let mut swapped = world.consent(&device, &["ICBC", "CCB"]);
    swapped.banks.swap(0, 1);
    assert_eq!(
        world.apply(&device, &swapped, &[]).await.json()["params"]["member"],
        "banks",
        "bank i opens commitment i"
    );
    world.pass(Duration::from_secs(720)); // five an hour
    let unknown = world.consent(&device, &["NOBANK"]);
    assert_eq!(world.apply(&device, &unknown, &[]).await.code(), "consent_bank_unknown");
    world.pass(Duration::from_secs(720)); // five an hour
    let doubled = world.consent(&device, &["ICBC", "ICBC"]);
    assert_eq!(world.apply(&device, &doubled, &[]).await.json()["params"]["member"], "banks", "one bank twice");

    world.pass(Duration::from_secs(720)); // five an hour
    let lapsed = world.consent(&device, &["ICBC"]);
    world.pass(Duration::from_secs(15 * 60 + 1));
    assert_eq!(world.apply(&device, &lapsed, &[]).await.code(), "consent_lapsed", "apply_by has passed");
    assert!(world.banks.asked().is_empty(), "nothing reached a bank");
}

#[tokio::test(flavor = "multi_thread")]
async fn factors_that_do_not_hold_ask_nobody() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let agreed = world.consent(&device, &["ICBC"]);
    let sms = world.sms_token(&device, agreed.digest()).await;

    let one = world.apply(&device, &agreed, std::slice::from_ref(&sms)).await;
    assert_eq!(
        (one.code().as_str(), one.json()["params"]["kind"].clone()),
        ("factor_missing", json!("face")),
        "one factor is not two"
    );
    // A refusal is an answer too: the same body under the same key repeats it, another body is another question.
    let again = world.consent(&device, &["ICBC"]);
    let strong = world.card_bank_token(&device, again.digest(), again.salt).await;
    let other = world.apply(&device, &again, &[sms.clone(), strong]).await;
    assert_eq!(other.code(), "verification_other_consent", "a token is tied to its consent");
    let late = world.consent(&device, &["ICBC"]);
    let tokens = world.tokens(&device, &late).await;
    world.pass(Duration::from_secs(10 * 60));
    assert_eq!(world.apply(&device, &late, &tokens).await.code(), "verification_void", "a token holds ten minutes");
    assert!(world.banks.asked().is_empty(), "nothing reached a bank");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_consent_is_one_query_and_one_person_has_one_at_a_time() {
    let world = World::start().await;
    world.banks.always("ICBC", world::banks::Do::Status(500));
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let agreed = world.consent(&device, &["ICBC"]);
    let tokens = world.tokens(&device, &agreed).await;
    let first = world.apply(&device, &agreed, &tokens).await;
    let again = world.apply(&device, &agreed, &tokens).await;
    assert_eq!((first.status, &first.bytes), (201, &again.bytes), "sent twice, accepted once");
    assert_eq!(again.headers["idempotent-replay"], "true");

    let second = world.consent(&device, &["CCB"]);
    let tokens = world.tokens(&device, &second).await;
    let live = world.apply(&device, &second, &tokens).await;
    assert_eq!(live.code(), "query_live");
    assert_eq!(live.json()["params"]["query_id"], agreed.id(), "which one is running");
    assert!(world.banks.asked().iter().all(|(bank, _, _)| bank == "ICBC"), "the refused one asked nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_query_waits_for_the_end_of_the_last_report() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let query = world.query(&device, &["ICBC"]).await;
    world.wait_state(&device, &query.id(), "closed").await;
    let next = world.consent(&device, &["ICBC"]);
    let tokens = world.tokens(&device, &next).await;
    let refused = world.apply(&device, &next, &tokens).await;
    assert_eq!(
        (refused.code().as_str(), refused.json()["params"]["next_at"].clone()),
        ("allowance_used", json!("2026-12-01T16:00:00.000Z"))
    );
    let list = world.get(&device, "/v1/queries").await.json();
    assert_eq!(list["next_query_at"], "2026-12-01T16:00:00.000Z", "the instant is always shown");

    // Deleted counts until its end as well, but may be replaced once.
    assert_eq!(world.delete(&device, &format!("/v1/queries/{}/report", query.id())).await.status, 200);
    let wrong = world.consent_with(&device, &["ICBC"], |consent| consent.replaces = Some(QueryId::new()));
    let tokens = world.tokens(&device, &wrong).await;
    assert_eq!(
        world.apply(&device, &wrong, &tokens).await.json()["params"]["member"],
        "replaces",
        "only the last one can be replaced"
    );
    world.pass(Duration::from_secs(3600));
    let replacement = world.consent_with(&device, &["ICBC"], |consent| consent.replaces = Some(query.consent.query_id));
    let tokens = world.tokens(&device, &replacement).await;
    assert_eq!(world.apply(&device, &replacement, &tokens).await.status, 201, "one replacement");
    world.wait_state(&device, &replacement.id(), "closed").await;
    assert_eq!(world.delete(&device, &format!("/v1/queries/{}/report", replacement.id())).await.status, 200);
    world.pass(Duration::from_secs(3600));
    let third = world.consent_with(&device, &["ICBC"], |consent| consent.replaces = Some(replacement.consent.query_id));
    let tokens = world.tokens(&device, &third).await;
    assert_eq!(
        world.apply(&device, &third, &tokens).await.json()["params"]["member"],
        "replaces",
        "a replacement is not replaced"
    );
    world.pass(Duration::from_secs(8 * 24 * 3600));
    let free = world.query(&device, &["ICBC"]).await;
    world.wait_state(&device, &free.id(), "closed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_overtakes_its_query_wins() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let agreed = world.consent(&device, &["ICBC"]);
    let tokens = world.tokens(&device, &agreed).await;
    let withdraw = format!("/v1/queries/{}/withdraw", agreed.id());
    let receipt = world.post(&device, &withdraw, &json!({ "v": 1 })).await;
    assert_eq!(receipt.status, 200, "an id that never arrived is withdrawn as well");
    assert_eq!(
        world.post(&device, &withdraw, &json!({ "v": 1 })).await.bytes,
        receipt.bytes,
        "repeated, the same receipt"
    );
    let world = world.restart().await;
    assert_eq!(world.apply(&device, &agreed, &tokens).await.code(), "withdrawn", "also after a restart");
    assert!(world.banks.asked().is_empty(), "nothing reached a bank");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_queries_at_the_same_moment_are_one() {
    let world = World::start().await;
    world.banks.always("ICBC", world::banks::Do::Status(500));
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let (one, two) = (world.consent(&device, &["ICBC"]), world.consent(&device, &["ICBC"]));
    let (first, second) = (world.tokens(&device, &one).await, world.tokens(&device, &two).await);
    let (a, b) = tokio::join!(world.apply(&device, &one, &first), world.apply(&device, &two, &second));
    let mut said = [a.status, b.status];
    said.sort_unstable();
    assert_eq!(said, [201, 409], "one is accepted, the other is told of it");
    let refused = if a.status == 409 { a } else { b };
    assert_eq!(refused.code(), "query_live");
}

/// Each consent breaks a rule and the next one; the earlier is what is said.
#[tokio::test(flavor = "multi_thread")]
async fn the_checks_stand_in_their_order() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let second = Duration::from_secs(1);
    let old = Text::new("2025-01-01").unwrap();
    let long = |consent: &mut protocol::consent::Consent| consent.expires_at = consent.expires_at + second;
    let said = async |agreed: &world::device::Agreed, tokens: &[String]| {
        world.pass(Duration::from_secs(720)); // five an hour
        let got = world.apply(&device, agreed, tokens).await;
        (got.code(), got.json()["params"]["member"].as_str().unwrap_or_default().to_owned())
    };
    let is = |code: &str, member: &str| (code.to_owned(), member.to_owned());

    let withdrawn = world.consent_with(&device, &["ICBC"], |consent| consent.key.suite = 2);
    let place = format!("/v1/queries/{}/withdraw", withdrawn.id());
    assert_eq!(world.post(&device, &place, &json!({ "v": 1 })).await.status, 200);
    let forged = world::device::Agreed { jws: withdrawn.consent.sign(&Device::of_li().key), ..withdrawn.clone() };
    assert_eq!(
        said(&forged, &[]).await,
        is("consent_invalid", "device"),
        "whose signature it is before the withdrawal"
    );
    let key = protocol::id::IdempotencyKey::new().to_string();
    let unnamed = world.post_as(&device, "/v1/queries", &withdrawn.body(&[]), &key).await;
    assert_eq!(unnamed.json()["params"]["member"], "query_id", "the query's own id before withdrawal");
    let again = world.consent_with(&device, &["ICBC"], |consent| consent.key.suite = 2);
    let place = format!("/v1/queries/{}/withdraw", again.id());
    assert_eq!(world.post(&device, &place, &json!({ "v": 1 })).await.status, 200);
    assert_eq!(said(&again, &[]).await, is("withdrawn", ""), "withdrawal before the suite");

    let first = world.query(&device, &["ICBC"]).await;
    world.wait_state(&device, &first.id(), "closed").await;
    let known = world.consent_with(&device, &["ICBC"], |consent| {
        consent.query_id = first.consent.query_id;
        consent.key.suite = 2;
    });
    let other = world.apply(&device, &known, &[]).await;
    assert_eq!(other.code(), "idempotency_mismatch", "the key of an accepted query belongs to its body");
    let suite = world.consent_with(&device, &["ICBC"], |consent| {
        consent.key.suite = 2;
        consent.key.public = String::new();
    });
    assert_eq!(said(&suite, &[]).await, is("consent_suite", ""), "suite before key");
    let key = world.consent_with(&device, &["ICBC"], |consent| {
        consent.key.public = String::new();
        long(consent);
    });
    assert_eq!(said(&key, &[]).await, is("consent_key", ""), "key before times");
    let times = world.consent_with(&device, &["ICBC"], long);
    world.pass(Duration::from_secs(16 * 60));
    assert_eq!(said(&times, &[]).await, is("consent_times", ""), "times before the quarter of an hour");
    let lapsed = world.consent_with(&device, &["ICBC"], |consent| consent.notice.version = old.clone());
    world.pass(Duration::from_secs(16 * 60));
    assert_eq!(said(&lapsed, &[]).await, is("consent_lapsed", ""), "the quarter of an hour before the notice");
    let mut notice = world.consent_with(&device, &["ICBC"], |consent| consent.notice.version = old.clone());
    notice.salt = Salt::random();
    assert_eq!(said(&notice, &[]).await, is("consent_notice_changed", ""), "notice before subject");
    let mut subject = world.consent(&device, &["ICBC", "CCB"]);
    subject.salt = Salt::random();
    subject.banks.swap(0, 1);
    assert_eq!(said(&subject, &[]).await, is("consent_invalid", "subject"), "subject before banks");
    let mut banks = world.consent(&device, &["NOBANK", "CCB"]);
    banks.banks.swap(0, 1);
    assert_eq!(said(&banks, &[]).await, is("consent_invalid", "banks"), "commitments before known codes");
    let unknown = world.consent(&device, &["NOBANK"]);
    let void = protocol::id::TokenId::new().to_string();
    assert_eq!(
        said(&unknown, std::slice::from_ref(&void)).await,
        is("consent_bank_unknown", ""),
        "banks before tokens"
    );
    let tokens = world.consent(&device, &["ICBC"]);
    assert_eq!(said(&tokens, &[void]).await, is("verification_void", ""), "tokens before the allowance");
    assert_eq!(world.banks.asked().len(), 1, "and none of these asked a bank");
}
