//! Asking, answering, closing, retrying, collecting, ending (8-states table 3).

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod world;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use protocol::answer::Answer;
use protocol::code::BankState;
use protocol::directory::TrustedDirectory;
use protocol::encode::Digest;
use protocol::envelope::{Asked, Envelope};
use protocol::receipt::Receipt;
use protocol::time::Clock;
use serde_json::{Value, json};
use world::banks::Do;
use world::device::{Agreed, Device};
use world::{World, bank, key, until};

fn directory(world: &World) -> TrustedDirectory {
    use gateway::DirectorySource;
    let (roots, directory) = world.federation.current();
    TrustedDirectory::verify(&roots, &directory, &key(100).public(), world.clock.now()).unwrap()
}

/// The envelope, checked exactly as a device checks it.
async fn envelope(world: &World, device: &Device, agreed: &Agreed, accepted: &Value, banks: &[&str]) -> Envelope {
    let report = world.get(device, &format!("/v1/queries/{}/report", agreed.id())).await;
    assert_eq!(report.status, 200, "{}", report.json());
    let codes: Vec<_> = banks.iter().map(|code| bank(code)).collect();
    let digest = agreed.digest();
    let asked = Asked {
        query_id: agreed.consent.query_id,
        consent: &digest,
        banks: &codes,
        given_at: agreed.consent.given_at,
        apply_by: agreed.consent.apply_by,
        accepted_at: accepted["accepted_at"].as_str().unwrap().parse().unwrap(),
        due_at: accepted["due_at"].as_str().unwrap().parse().unwrap(),
        revision: 1,
    };
    let envelope = Envelope::verify(&report.text("envelope"), &asked, &directory(world)).unwrap();
    let answers = report.json()["answers"].as_array().unwrap().clone();
    for row in envelope.banks.iter().filter(|row| row.answer.is_some()) {
        let found = answers.iter().find(|answer| Some(protocol::jws::digest(answer.as_str().unwrap())) == row.answer);
        let answer = Answer::verify(found.unwrap().as_str().unwrap(), &row.bank, &directory(world)).unwrap();
        assert_eq!((answer.round, answer.sealed), (row.round, row.sealed), "the bank's own word says the same");
    }
    envelope
}

async fn accepted(world: &World, device: &Device, agreed: &Agreed) -> Value {
    let tokens = world.tokens(device, agreed).await;
    let got = world.apply(device, agreed, &tokens).await;
    assert_eq!(got.status, 201, "{}", got.json());
    got.json()
}

fn row(status: &Value, code: &str) -> Value {
    status["banks"].as_array().unwrap().iter().find(|row| row["bank"] == code).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_not_the_banks_are_not_taken() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    world.banks.always("ICBC", Do::ForgeSignature);
    world.banks.always("CCB", Do::WrongSize);
    world.banks.always("ABC", Do::OtherQuery);
    let query = world.query(&device, &["ICBC", "CCB", "ABC"]).await;
    until("every bank was asked", || async {
        ["ICBC", "CCB", "ABC"].iter().all(|code| world.banks.asked().iter().any(|(bank, _, _)| bank == code))
    })
    .await;
    for code in ["ICBC", "CCB", "ABC"] {
        assert_eq!(
            row(&world.status(&device, &query.id()).await, code)["state"],
            "pending",
            "{code}: nothing was taken"
        );
        let section = world.get(&device, &format!("/v1/queries/{}/sections/{code}?round=1", query.id())).await;
        assert_eq!(section.code(), "not_found");
    }
    assert_eq!(world.get(&device, &format!("/v1/queries/{}/report", query.id())).await.code(), "not_closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_can_be_had_while_the_close_takes_it_to_another_day() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    world.banks.next("CCB", &[Do::Status(500)]);
    let id = world.query(&device, &["ICBC", "CCB"]).await.id();
    until("the first bank answers", || async { row(&world.status(&device, &id).await, "ICBC")["state"] == "answered" })
        .await;
    let (path, closed) = (format!("/v1/queries/{id}/sections/ICBC?round=1"), AtomicBool::new(false));
    let asking = (0..8).map(|_| async {
        let mut had = Vec::new();
        // As many as one account may ask for at once.
        while had.len() < 48 && !closed.load(Ordering::Relaxed) {
            had.push(world.get(&device, &path).await.status);
        }
        had
    });
    let closing = async {
        until("the second answers, and the report closes", || async {
            world.pass(Duration::from_secs(1));
            world.status(&device, &id).await["state"] == "closed"
        })
        .await;
        closed.store(true, Ordering::Relaxed);
    };
    let (had, ()) = tokio::join!(futures_util::future::join_all(asking), closing);
    let had = had.concat();
    assert!(!had.is_empty() && had.iter().all(|status| *status == 200), "it is there at every moment: {had:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_closes_when_all_have_answered_and_ends_by_the_calendar() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    world.banks.next("CCB", &[Do::Status(500), Do::Status(502)]);
    world.banks.next("ABC", &[Do::Refuse]);
    let agreed = world.consent(&device, &["ICBC", "CCB", "ABC"]);
    let answer = accepted(&world, &device, &agreed).await;
    until("one bank is being tried again", || async {
        world.pass(Duration::from_secs(1));
        world.status(&device, &agreed.id()).await["state"] == "closed"
    })
    .await;
    let envelope = envelope(&world, &device, &agreed, &answer, &["ICBC", "CCB", "ABC"]).await;
    let states: Vec<_> = envelope.banks.iter().map(|row| row.state).collect();
    assert_eq!(states, [BankState::Answered, BankState::Answered, BankState::Refused]);
    assert_eq!(envelope.expires_at.unwrap().to_string(), "2026-12-01T16:00:00.000Z");
    let section = world.get(&device, &format!("/v1/queries/{}/sections/ICBC?round=1", agreed.id())).await;
    assert_eq!(section.bytes, world.banks.sealed("ICBC", &agreed.id(), 1).unwrap(), "the bytes as the bank sent them");
    let word =
        Answer::verify(section.headers["mingxia-answer"].to_str().unwrap(), &bank("ICBC"), &directory(&world)).unwrap();
    assert_eq!(word.sealed, Some(Digest::of(&section.bytes)));
    until("the person was told", || async { world.sent("result") == 1 && world.sent("query_started") == 1 }).await;

    // Past the end: refused by the clock alone, before any job ran, and then everything is gone.
    let end = envelope.expires_at.unwrap();
    let day_key = world.folder.path().join(format!("day-keys/{}.key", end.millis()));
    let day_file = world.folder.path().join(format!("sections/{}.db", end.millis()));
    assert!(day_key.exists() && day_file.exists(), "the day of this end has a file and a key apart from it");
    world.clock.set_wall(end);
    assert_eq!(
        world.get(&device, &format!("/v1/queries/{}/sections/ICBC?round=1", agreed.id())).await.code(),
        "expired"
    );
    until("the day's key is destroyed and its file unlinked", || async { !day_key.exists() && !day_file.exists() })
        .await;
    world.wait_state(&device, &agreed.id(), "expired").await;
    assert_eq!(
        world.get(&device, &format!("/v1/queries/{}", agreed.id())).await.text("state"),
        "expired",
        "the record stays"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_later_the_report_closes_with_what_came() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    world.banks.always("CCB", Do::Status(500));
    let agreed = world.consent(&device, &["ICBC", "CCB"]);
    let answer = accepted(&world, &device, &agreed).await;
    until("one answered", || async { row(&world.status(&device, &agreed.id()).await, "ICBC")["state"] == "answered" })
        .await;
    world.pass(Duration::from_secs(24 * 3600 + 60));
    world.wait_state(&device, &agreed.id(), "closed").await;
    let first = envelope(&world, &device, &agreed, &answer, &["ICBC", "CCB"]).await;
    assert_eq!(first.generated_at, Some(first.due_at), "generated_at never passes due_at");
    assert_eq!(first.banks[1].state, BankState::Unanswered);

    // All that failed are asked again, to the same end; a third round is the last.
    world.banks.always("CCB", Do::Answer);
    let place = format!("/v1/queries/{}/retry", agreed.id());
    assert_eq!(
        world.post(&device, &place, &json!({ "v": 1, "round": 3 })).await.code(),
        "retry_none_open",
        "rounds follow each other"
    );
    let retried = world.post(&device, &place, &json!({ "v": 1, "round": 2 })).await;
    assert_eq!((retried.status, retried.json()["banks"].clone()), (202, json!(["CCB"])), "only the open ones");
    until("the second round closed", || async {
        world.pass(Duration::from_secs(5));
        world.status(&device, &agreed.id()).await["revision"] == 2
    })
    .await;
    let second = envelope(&world, &device, &agreed, &answer, &["ICBC", "CCB"]).await;
    assert_eq!(
        (second.revision, second.expires_at, second.generated_at),
        (2, first.expires_at, first.generated_at),
        "the end never moves"
    );
    assert_eq!((second.banks[1].state, second.banks[1].round), (BankState::Answered, 2));
    assert_eq!(
        world.post(&device, &place, &json!({ "v": 1, "round": 3 })).await.code(),
        "retry_none_open",
        "nobody is left to ask"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_nobody_answered_is_free() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    world.banks.always("ICBC", Do::Later(3600));
    let agreed = world.consent(&device, &["ICBC"]);
    let answer = accepted(&world, &device, &agreed).await;
    until("the bank was asked", || async { !world.banks.asked().is_empty() }).await;
    world.pass(Duration::from_secs(24 * 3600));
    world.wait_state(&device, &agreed.id(), "empty").await;
    let empty = envelope(&world, &device, &agreed, &answer, &["ICBC"]).await;
    assert_eq!((empty.generated_at, empty.expires_at), (None, None));
    assert!(world.get(&device, "/v1/queries").await.json().get("next_query_at").is_none(), "the allowance is free");
    world.banks.always("ICBC", Do::Answer);
    world.pass(Duration::from_secs(2 * 3600));
    let next = world.query(&device, &["ICBC"]).await;
    world.wait_state(&device, &next.id(), "closed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_is_withdrawn_everywhere() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    world.banks.always("CCB", Do::Status(500));
    let query = world.query(&device, &["ICBC", "CCB"]).await;
    until("one answered", || async { row(&world.status(&device, &query.id()).await, "ICBC")["state"] == "answered" })
        .await;
    let place = format!("/v1/queries/{}/withdraw", query.id());
    let first = world.post(&device, &place, &json!({ "v": 1 })).await;
    let receipt = Receipt::verify(&first.text("receipt"), &directory(&world)).unwrap();
    assert_eq!(receipt.sections.len(), 1, "the receipt names what was erased");
    assert_eq!(world.post(&device, &place, &json!({ "v": 1 })).await.bytes, first.bytes, "repeatable, same receipt");
    for target in ["sections/ICBC?round=1", "report", "events"] {
        assert_eq!(
            world.get(&device, &format!("/v1/queries/{}/{target}", query.id())).await.code(),
            "withdrawn",
            "{target}"
        );
    }
    until("both banks were told", || async {
        ["ICBC", "CCB"].iter().all(|code| world.banks.told().iter().any(|(bank, _)| bank == code))
    })
    .await;
    let asked = world.banks.asked().len();
    let world = world.restart().await;
    world.pass(Duration::from_secs(3600));
    world.gateway.tick().await;
    assert_eq!(world.banks.asked().len(), asked, "no bank is asked any more, not after a restart either");
    assert_eq!(world.get(&device, &format!("/v1/queries/{}", query.id())).await.text("state"), "withdrawn");
    let list = world.get(&device, "/v1/queries").await.json();
    assert_eq!(list["next_query_at"], "2026-12-01T16:00:00.000Z", "an answer had come: it counts until the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn collected_bytes_are_erased_at_once() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let query = world.query(&device, &["ICBC", "CCB"]).await;
    world.wait_state(&device, &query.id(), "closed").await;
    let status = world.status(&device, &query.id()).await;
    let sealed = row(&status, "ICBC")["sealed"].clone();
    let place = format!("/v1/queries/{}/collected", query.id());
    let first = world.post(&device, &place, &json!({ "v": 1, "sealed": [sealed] })).await;
    assert_eq!(first.status, 200);
    assert_eq!(
        world.post(&device, &place, &json!({ "v": 1, "sealed": [sealed] })).await.bytes,
        first.bytes,
        "repeatable"
    );
    let gone = world.get(&device, &format!("/v1/queries/{}/sections/ICBC?round=1", query.id())).await;
    assert_eq!(gone.code(), "deleted");
    assert_eq!(
        world.get(&device, &format!("/v1/queries/{}/sections/CCB?round=1", query.id())).await.status,
        200,
        "the other stays"
    );
    let digest: Digest = sealed.as_str().unwrap().parse().unwrap();
    let end = "2026-12-01T16:00:00.000Z".parse().unwrap();
    assert_eq!(
        world.store.section(end, query.consent.query_id, digest).await.unwrap(),
        None,
        "the bytes are not only hidden"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_asks_for_all_the_time_there_is_gets_an_hour() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    world.banks.next("ICBC", &[Do::Later(u64::MAX)]);
    let query = world.query(&device, &["ICBC"]).await;
    until("the gateway has taken it in", || async { !world.store.health().await.unwrap().is_empty() }).await;
    assert_eq!(world.status(&device, &query.id()).await["state"], "asking");
    world.pass(Duration::from_secs(3600));
    world.wait_state(&device, &query.id(), "closed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_bank_holds_up_nobody() {
    let world = World::start().await;
    world.banks.always("CCB", Do::Later(60));
    let (zhang, li) = (Device::of_zhang(), Device::of_li());
    world.enrol(&zhang).await;
    world.enrol(&li).await;
    let first = world.query(&zhang, &["CCB", "ICBC"]).await;
    until("the other bank answered", || async {
        row(&world.status(&zhang, &first.id()).await, "ICBC")["state"] == "answered"
    })
    .await;
    let calls = world.banks.asked().iter().filter(|(bank, _, _)| bank == "CCB").count();
    let second = world.query(&li, &["CCB", "ICBC"]).await;
    until("the other person's other bank answered", || async {
        row(&world.status(&li, &second.id()).await, "ICBC")["state"] == "answered"
    })
    .await;
    let now = world.banks.asked().iter().filter(|(bank, _, _)| bank == "CCB").count();
    assert_eq!(now, calls, "Retry-After holds for the bank, not for one query");
    let banks = world.get(&zhang, "/v1/banks").await.json();
    let health = banks["health"].as_array().unwrap().iter().find(|row| row["bank"] == "CCB").unwrap().clone();
    assert_eq!(health["state"], "degraded", "and everybody may know");
}
