//! One suite that every store of a bank passes.
#![allow(missing_docs, clippy::unwrap_used, clippy::allow_attributes, reason = "tests")]

mod scene;

use std::sync::Arc;
use std::time::Duration;

use bank::Slot;
use bank::store::{
    Answered, BankStore, CONFIRMATION_LIFE, Confirmation, Decision, INQUIRIES, InquiryLine, Keeping, KeptAnswer,
    LOG_LIFE, MemoryStore, Person, SqliteStore,
};
use protocol::code::{BankRefusal, Outcome};
use protocol::encode::{Digest, Nonce};
use protocol::id::{ConfirmationId, QueryId};
use protocol::time::Timestamp;
use scene::{DAY, Scene};

fn noon() -> Timestamp {
    "2026-11-24T04:00:00.000Z".parse().unwrap()
}

fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

fn answered(query: QueryId, person: Person, at: Timestamp) -> Answered {
    Answered {
        query,
        round: 1,
        person,
        device: digest("device"),
        outcome: Outcome::Found,
        at,
        consent_expires_at: at + DAY * 3,
        report_ends_at: at + DAY * 8,
        replaces: None,
        kept: KeptAnswer { consent: digest("consent"), answer: "a.b.c".to_owned(), sealed: vec![7; 64] },
    }
}

fn line(query: QueryId, at: Timestamp) -> InquiryLine {
    InquiryLine { query, device: digest("device"), at }
}

/// Everything a store promises.
fn suite(store: &dyn BankStore) {
    nonces(store);
    rules_are_asked_again(store);
    inquiries(store);
    confirmations(store);
    ends(store);
}

fn nonces(store: &dyn BankStore) {
    let (key, nonce) = (digest("key"), Nonce::random());
    assert!(store.take_nonce(&key, &nonce, noon() + DAY).unwrap(), "a fresh nonce is taken");
    assert!(!store.take_nonce(&key, &nonce, noon() + DAY).unwrap(), "and refused the second time");
    assert!(store.take_nonce(&digest("other"), &nonce, noon() + DAY).unwrap(), "another key has its own");
    store.purge(noon() + DAY).unwrap();
    assert!(store.take_nonce(&key, &nonce, noon() + DAY * 2).unwrap(), "forgotten after its time");
}

fn rules_are_asked_again(store: &dyn BankStore) {
    let person = Person::from_bytes([1; 32]);
    let (first, second) = (QueryId::new(), QueryId::new());
    let mut one = answered(first, person, noon());
    assert_eq!(store.keep(&one).unwrap(), Keeping::Kept, "nothing stands against it");
    assert_eq!(store.kept(first, 1).unwrap(), Some(one.kept.clone()), "the bytes as they left");
    let mut doubled = one.clone();
    doubled.kept.sealed = vec![8; 64];
    assert_eq!(
        store.keep(&doubled).unwrap(),
        Keeping::Already(one.kept.clone()),
        "of two at once, the first one's bytes leave"
    );
    doubled.kept.consent = digest("another consent");
    assert_eq!(store.keep(&doubled).unwrap(), Keeping::Replayed, "one query has one consent");
    let mut other = answered(second, person, noon());
    assert_eq!(store.keep(&other).unwrap(), Keeping::TooSoon, "of two queries at once, one is answered");
    other.replaces = Some(first);
    assert_eq!(store.keep(&other).unwrap(), Keeping::Kept, "a replacement passes");
    assert_eq!(store.live(&person, noon()).unwrap().len(), 2, "both run until their ends");
    store.withdraw(second, noon() + DAY * 9).unwrap();
    assert!(
        store.is_withdrawn(second).unwrap() && store.kept(second, 1).unwrap().is_none(),
        "withdrawn, and its bytes gone"
    );
    other.round = 2;
    assert_eq!(store.keep(&other).unwrap(), Keeping::Withdrawn, "no answer after a withdrawal");
    one.round = 2;
    assert_eq!(store.keep(&one).unwrap(), Keeping::TooSoon, "a replaced report gets no further rounds");
}

fn inquiries(store: &dyn BankStore) {
    let person = Person::from_bytes([2; 32]);
    let queries: Vec<_> = (0..10).map(|_| QueryId::new()).collect();
    for (days, query) in (0..).zip(&queries) {
        let at = noon() + DAY * days;
        store.log(&person, &digest("consent"), &line(*query, at)).unwrap();
        store.log(&person, &digest("consent"), &line(*query, at)).unwrap();
    }
    let listed: Vec<_> = store.inquiries(&person).unwrap().iter().map(|line| line.query).collect();
    let newest: Vec<_> = queries.iter().rev().take(INQUIRIES).copied().collect();
    assert_eq!(listed, newest, "the newest eight, one line a query, newest first");
    let mut nothing = answered(queries[9], Person::from_bytes([3; 32]), noon());
    nothing.outcome = Outcome::None;
    assert_eq!(store.keep(&nothing).unwrap(), Keeping::Kept, "an answer too");
    assert!(
        !store.inquiries(&person).unwrap().iter().any(|line| line.query == queries[9]),
        "where nothing was found the line names nobody"
    );
    store.log(&person, &digest("consent"), &line(queries[9], noon() + DAY)).unwrap();
    assert!(
        !store.inquiries(&person).unwrap().iter().any(|line| line.query == queries[9]),
        "nor does it while a further round is looked up"
    );
}

fn confirmations(store: &dyn BankStore) {
    let id = ConfirmationId::new();
    let asked = Confirmation {
        id,
        consent: digest("c"),
        device: digest("d"),
        subject: digest("s"),
        at: noon(),
        decision: Decision::Pending,
    };
    assert!(!store.decide(id, &Decision::Refused).unwrap(), "an unknown question takes no decision");
    store.open_confirmation(&asked).unwrap();
    assert_eq!(store.confirmation(id).unwrap(), Some(asked.clone()), "as it was asked");
    assert!(store.decide(id, &Decision::Passed("x.y.z".to_owned())).unwrap(), "the first decision counts");
    assert!(!store.decide(id, &Decision::Refused).unwrap(), "a second one does not");
    assert_eq!(
        store.confirmation(id).unwrap().unwrap().decision,
        Decision::Passed("x.y.z".to_owned()),
        "the first one stays"
    );
    store.purge(noon() + CONFIRMATION_LIFE).unwrap();
    assert!(store.confirmation(id).unwrap().is_none(), "forgotten after its time");
}

fn ends(store: &dyn BankStore) {
    let (person, query) = (Person::from_bytes([4; 32]), QueryId::new());
    store.log(&person, &digest("consent"), &line(query, noon())).unwrap();
    store.keep(&answered(query, person, noon())).unwrap();
    store.purge(noon() + DAY * 3 - Duration::from_millis(1)).unwrap();
    assert!(store.kept(query, 1).unwrap().is_some(), "kept until the consent ends");
    store.purge(noon() + DAY * 3).unwrap();
    assert!(store.kept(query, 1).unwrap().is_none(), "dropped when it ends");
    assert_eq!(store.live(&person, noon() + DAY * 3).unwrap().len(), 1, "the seven-day rule holds on");
    assert!(store.live(&person, noon() + DAY * 8).unwrap().is_empty(), "until the report's end");
    let mut replayed = answered(query, person, noon() + DAY * 9);
    replayed.kept.consent = digest("another consent");
    assert_eq!(
        (store.consent_of(query).unwrap(), store.keep(&replayed).unwrap()),
        (Some(digest("consent")), Keeping::Replayed),
        "and a query answered once is known for as long as its line"
    );
    store.purge(noon() + LOG_LIFE - Duration::from_millis(1)).unwrap();
    assert_eq!(store.inquiries(&person).unwrap().len(), 1, "who asked is kept for 400 days");
    store.purge(noon() + LOG_LIFE).unwrap();
    assert!(store.inquiries(&person).unwrap().is_empty(), "and no longer");
    let [withdrawn, silent] = [QueryId::new(), QueryId::new()];
    for query in [withdrawn, silent] {
        store.log(&person, &digest("consent"), &line(query, noon())).unwrap();
    }
    store.withdraw(withdrawn, noon() + DAY * 3).unwrap();
    let named: Vec<_> = store.inquiries(&person).unwrap().iter().map(|line| line.query).collect();
    assert_eq!(named, [silent], "withdrawn before any answer: its line names nobody");
    store.purge(noon() + DAY * 3).unwrap();
    assert!(store.inquiries(&person).unwrap().is_empty(), "never answered while its consent lived: neither does that");
}

#[test]
fn memory_keeps_every_promise() {
    suite(&MemoryStore::default());
}

#[test]
fn sqlite_keeps_every_promise() {
    let folder = tempfile::tempdir().unwrap();
    suite(&SqliteStore::open(&folder.path().join("bank.db")).unwrap());
}

#[test]
fn a_store_that_cannot_be_opened_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bank.db"), "not a database at all, whatever its name says: refuse it").unwrap();
    assert!(SqliteStore::open(&folder.path().join("bank.db")).is_err(), "nothing is overwritten");
}

#[tokio::test]
async fn a_restart_loses_neither_answers_nor_rules() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bank.db");
    let open = || Arc::new(SqliteStore::open(&file).unwrap());
    let scene = Scene::with(open(), Slot::of(Duration::ZERO));
    let ask = scene.ask();
    let before = scene.send(&ask).await.unwrap();
    drop(scene);
    let scene = Scene::with(open(), Slot::of(Duration::ZERO));
    assert_eq!(scene.send(&ask).await.unwrap(), before, "the same bytes after a restart");
    assert_eq!(scene.refusal(&scene.ask()).await, BankRefusal::TooSoon, "the seven days go on");
    let bytes = std::fs::read(&file).unwrap();
    let names = [b"11010519491231002X".as_slice(), b"10000000001".as_slice(), "甲示例".as_bytes()];
    for name in names {
        assert!(!bytes.windows(name.len()).any(|window| window == name), "the store names nobody");
    }
}

#[tokio::test]
async fn many_at_once_leave_one_answer() {
    let scene = Arc::new(Scene::with(Arc::new(MemoryStore::default()), Slot::of(Duration::ZERO)));
    let asks: Vec<_> = (0..8).map(|_| Arc::new(scene.ask())).collect();
    let tasks: Vec<_> = asks
        .into_iter()
        .map(|ask| {
            let scene = Arc::clone(&scene);
            tokio::spawn(async move { scene.send(&ask).await.unwrap().sealed.is_some() })
        })
        .collect();
    let mut answered = 0;
    for task in tasks {
        answered += usize::from(task.await.unwrap());
    }
    assert_eq!(answered, 1, "of eight queries for one person at once, one is answered");
}
