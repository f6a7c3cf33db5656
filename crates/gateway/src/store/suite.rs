//! What every store must hold, whatever database stands behind it. A store's test calls [`all`] with a fresh, empty one.
//!
//! Each check panics with what was broken, in words.

use std::time::Duration;

use protocol::code::{BankState, FactorKind, Locale, PartyCode, QueryState};
use protocol::encode::Digest;
use protocol::id::{AccountId, ConsentId, QueryId, TokenId, VerificationId};
use protocol::key::SigningKey;
use protocol::time::Timestamp;

use super::{
    Account, BankRow, Begin, Bucket, Changes, Holder, Message, Query, Reply, RequestKey, SectionBytes, Store,
    StoreError, StoredAnswer, Verification, VerificationState, Versioned,
};

/// 2026-11-24T04:00:00Z.
fn now() -> Timestamp {
    Timestamp::from_millis(1_795_492_800_000)
}

/// Everything a store must hold.
///
/// # Panics
/// With what does not hold.
pub async fn all(store: &dyn Store) {
    writes_are_refused_when_something_changed(store).await;
    everything_is_written_or_nothing(store).await;
    a_lease_is_one_nodes_until_it_ends(store).await;
    nonces_and_keys_are_used_once(store).await;
    buckets_refill_with_time(store).await;
    sections_go_with_their_day(store).await;
    messages_are_put_in_once(store).await;
}

fn account() -> Account {
    Account {
        account: AccountId::new(),
        person: Digest::from_bytes(protocol::encode::random()),
        claim: String::new(),
        locale: Locale::En,
        device: SigningKey::generate().kid(),
        frozen_by: None,
        hold_until: None,
        device_messages: 0,
    }
}

/// A running query of one bank.
#[must_use]
#[expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a constant that reads")]
pub fn query() -> Query {
    let due_at = now() + Duration::from_secs(24 * 3600);
    let bank: PartyCode = "ICBC".parse().expect("a party code");
    Query {
        query: QueryId::new(),
        account: AccountId::new(),
        person: Digest::of(b"person"),
        consent_id: ConsentId::new(),
        consent: Digest::from_bytes(protocol::encode::random()),
        consent_expires_at: now() + Duration::from_secs(72 * 3600),
        device: SigningKey::generate().kid(),
        state: QueryState::Asking,
        accepted_at: now(),
        due_at,
        round: 1,
        round_due_at: due_at,
        revision: 0,
        generated_at: None,
        expires_at: None,
        ended_at: None,
        ended: None,
        banks: vec![BankRow {
            bank,
            state: BankState::Pending,
            round: 1,
            sealed: None,
            answer: None,
            at: None,
            collected: false,
        }],
        last_event: 0,
        envelope: None,
        receipt: None,
        collected_receipt: None,
        section_end: protocol::calendar::retention_end(due_at),
        fence: 0,
        to_tell: Vec::new(),
    }
}

async fn writes_are_refused_when_something_changed(store: &dyn Store) {
    let account = account();
    let id = account.account;
    let put = |version, doc: &Account| Changes {
        accounts: vec![Versioned { version, doc: doc.clone() }],
        ..Changes::default()
    };
    assert_eq!(store.commit(put(0, &account)).await, Ok(()), "a new document");
    assert_eq!(store.commit(put(0, &account)).await, Err(StoreError::Conflict), "is new only once");
    let read = store.account(id).await.ok().flatten();
    let version = read.map_or(0, |read| read.version);
    assert_eq!(store.commit(put(version, &account)).await, Ok(()), "the version that was read");
    assert_eq!(
        store.commit(put(version, &account)).await,
        Err(StoreError::Conflict),
        "no longer the version that stands"
    );
}

async fn everything_is_written_or_nothing(store: &dyn Store) {
    let (good, query) = (account(), query());
    let answer =
        StoredAnswer { query: query.query, bank: query.banks[0].bank.clone(), round: 1, answer: "a".to_owned() };
    let first =
        Changes { queries: vec![Versioned::new(query.clone())], answers: vec![answer.clone()], ..Changes::default() };
    assert_eq!(store.commit(first).await, Ok(()));
    let second = Changes { accounts: vec![Versioned::new(good.clone())], answers: vec![answer], ..Changes::default() };
    assert_eq!(store.commit(second).await, Err(StoreError::Conflict), "one bank answers once a round");
    assert_eq!(store.account(good.account).await, Ok(None), "and nothing of that transaction stays");
    assert_eq!(store.answers(query.query).await.map(|answers| answers.len()), Ok(1));
    assert_eq!(store.consent_known(query.consent).await, Ok(true));
    let token = TokenId::new();
    let verification = Verification {
        verification: VerificationId::new(),
        holder: Holder::Account(good.account),
        device: good.device,
        consent: query.consent,
        kind: FactorKind::Sms,
        state: VerificationState::Passed,
        expires_at: now(),
        code: None,
        session: None,
        left: 3,
        subject: None,
        confirmation: None,
        attestation: None,
        passed_at: None,
        token: Some(token),
        token_expires_at: None,
    };
    let third = Changes { verifications: vec![Versioned::new(verification.clone())], ..Changes::default() };
    assert_eq!(store.commit(third).await, Ok(()));
    assert_eq!(
        store.verification_of(token).await.map(|found| found.map(|found| found.doc)),
        Ok(Some(verification)),
        "found by its token"
    );
}

async fn a_lease_is_one_nodes_until_it_ends(store: &dyn Store) {
    let query = query();
    let id = query.query;
    let commit = Changes { queries: vec![Versioned::new(query)], ..Changes::default() };
    assert_eq!(store.commit(commit).await, Ok(()));
    let until = now() + Duration::from_secs(30);
    let mine =
        store.lease("one", now(), until, 100).await.unwrap_or_default().into_iter().find(|leased| leased.query == id);
    let fence = mine.map_or(0, |leased| leased.fence);
    assert!(fence > 0, "leased, with a fencing token");
    let none = store.lease("two", now(), until, 100).await.unwrap_or_default();
    assert!(none.iter().all(|leased| leased.query != id), "nobody else gets it meanwhile");
    assert_eq!(store.renew(&[(id, fence)], until).await, Ok(Vec::new()), "its holder keeps it");
    let read = store.query(id).await.ok().flatten();
    let other = store.lease("two", until, until + Duration::from_secs(30), 100).await.unwrap_or_default();
    let passed = other.into_iter().find(|leased| leased.query == id).map_or(0, |leased| leased.fence);
    assert!(passed > fence, "a lease that ended goes to another, with a higher token");
    assert_eq!(store.renew(&[(id, fence)], until).await, Ok(vec![id]), "the first one lost it");
    let late = Changes { queries: read.into_iter().collect(), ..Changes::default() };
    assert_eq!(store.commit(late).await, Err(StoreError::Conflict), "a late write is fenced off");
    let release = Changes { release: vec![id], ..Changes::default() };
    assert_eq!(store.commit(release).await, Ok(()));
    assert_eq!(
        store.renew(&[(id, passed)], until).await,
        Ok(vec![id]),
        "a released lease cannot be renewed over the new work"
    );
}

async fn nonces_and_keys_are_used_once(store: &dyn Store) {
    let kid = SigningKey::generate().kid();
    assert_eq!(store.nonce(kid, "n", now()).await, Ok(true));
    assert_eq!(store.nonce(kid, "n", now()).await, Ok(false), "a nonce is used once");
    assert_eq!(store.nonce(SigningKey::generate().kid(), "n", now()).await, Ok(true), "by one key");
    let request = RequestKey { kid, key: "k".to_owned(), target: "POST /x".to_owned(), body: Digest::of(b"a") };
    assert_eq!(store.begin(&request, now()).await, Ok(Begin::New));
    assert_eq!(store.begin(&request, now()).await, Ok(Begin::Running), "the first call still runs");
    let other = RequestKey { body: Digest::of(b"b"), ..request.clone() };
    assert_eq!(store.begin(&other, now()).await, Ok(Begin::Mismatch));
    let reply = Reply { status: 200, media: "application/json".to_owned(), body: "{}".to_owned() };
    assert_eq!(store.finish(&request, Some(reply.clone()), now()).await, Ok(()));
    assert_eq!(
        store.begin(&request, now() + Duration::from_secs(95 * 3600)).await,
        Ok(Begin::Stored(reply)),
        "repeated for 96 h"
    );
    assert_eq!(store.begin(&request, now() + Duration::from_secs(97 * 3600)).await, Ok(Begin::New), "and no longer");
}

async fn buckets_refill_with_time(store: &dyn Store) {
    let bucket = || Bucket { name: "b".to_owned(), capacity: 2, refill_ms: 1000 };
    assert_eq!(store.take(bucket(), now()).await, Ok(Ok(())));
    assert_eq!(store.take(bucket(), now()).await, Ok(Ok(())));
    assert_eq!(store.take(bucket(), now()).await, Ok(Err(1000)), "empty, and for how long");
    let back = Timestamp::from_millis(now().millis() - 3_600_000);
    assert_eq!(store.take(bucket(), back).await, Ok(Err(1000)), "a clock set back refills nothing");
    assert_eq!(store.take(bucket(), now() + Duration::from_secs(1)).await, Ok(Ok(())), "one token later");
}

async fn sections_go_with_their_day(store: &dyn Store) {
    let (first, second) = (now() + Duration::from_secs(3600), now() + Duration::from_secs(7200));
    let (query, bytes) = (QueryId::new(), vec![7; 17_522]);
    let sealed = Digest::of(&bytes);
    let section = SectionBytes { query, sealed, bytes: bytes.clone() };
    assert_eq!(store.put_sections(first, vec![section.clone()]).await, Ok(()));
    assert_eq!(store.put_sections(first, vec![section]).await, Ok(()), "repeatable");
    assert_eq!(store.copy_sections(query, first, second).await, Ok(()));
    assert!(store.drop_days(first).await.is_ok_and(|dropped| dropped > 0), "the day ended");
    assert_eq!(store.section(first, query, sealed).await, Ok(None), "with everything in it");
    assert_eq!(store.section(second, query, sealed).await, Ok(Some(bytes)), "the other day is untouched");
    assert_eq!(store.erase_sections(second, query, Some(vec![sealed])).await, Ok(()));
    assert_eq!(store.section(second, query, sealed).await, Ok(None), "erased by name");
    assert!(store.drop_days(second).await.is_ok());
    assert_eq!(store.drop_days(second).await, Ok(0), "idempotent");
}

async fn messages_are_put_in_once(store: &dyn Store) {
    let message = Message {
        dedup_key: "m".to_owned(),
        mobile: "s".to_owned(),
        text: "s".to_owned(),
        next_at: now(),
        until: None,
    };
    for _ in 0..2 {
        assert_eq!(store.commit(Changes { messages: vec![message.clone()], ..Changes::default() }).await, Ok(()));
    }
    assert_eq!(store.messages(now(), 10).await.map(|due| due.len()), Ok(1), "one message a key");
    assert_eq!(store.message_done("m", None).await, Ok(()));
    assert_eq!(store.commit(Changes { messages: vec![message], ..Changes::default() }).await, Ok(()));
    assert_eq!(store.messages(now(), 10).await.map(|due| due.len()), Ok(0), "what was sent is not sent again");
}
