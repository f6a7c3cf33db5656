//! A store that fails, or brings down whoever asks, at the calls a test names; every other call it hands on.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use gateway::store::{
    Account, Allowance, BankHealth, Begin, Bucket, Changes, Device, Enrolment, Event, Message, Misses, Plan, Query,
    Recovered, Reply, RequestKey, SectionBytes, Store, StoreError, StoredAnswer, Verification, Versioned, Withdrawal,
};
use protocol::code::PartyCode;
use protocol::encode::Digest;
use protocol::id::{AccountId, EnrolmentId, QueryId, TokenId, VerificationId};
use protocol::key::Kid;
use protocol::time::Timestamp;

use super::World;

/// What befalls a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Unavailable,
    Panic,
}

pub struct Failing {
    store: Arc<dyn Store>,
    next: Mutex<Vec<(&'static str, Fault)>>,
}

impl Failing {
    /// Slips one between a still world's gateway and its store.
    pub async fn under(world: &mut World) -> Arc<Self> {
        let failing = Arc::new(Self { store: Arc::clone(&world.store), next: Mutex::default() });
        world.store = Arc::clone(&failing) as Arc<dyn Store>;
        world.gateway = world.another_node(&world.clock);
        world.gateway.start().await.unwrap();
        failing
    }

    /// What befalls the next call of this method, once.
    pub fn next(&self, method: &'static str, fault: Fault) {
        self.next.lock().unwrap().push((method, fault));
    }

    fn befalls(&self, method: &str) -> Result<(), StoreError> {
        let fault = {
            let mut next = self.next.lock().unwrap();
            next.iter().position(|(named, _)| *named == method).map(|place| next.remove(place).1)
        };
        match fault {
            None => Ok(()),
            Some(Fault::Unavailable) => Err(StoreError::Unavailable),
            Some(Fault::Panic) => panic!("as told, at {method}"),
        }
    }
}

macro_rules! handed_on {
    ($($method:ident($($name:ident: $of:ty),*) -> $gives:ty;)*) => {
        #[async_trait]
        impl Store for Failing {
            $(async fn $method(&self, $($name: $of),*) -> Result<$gives, StoreError> {
                self.befalls(stringify!($method))?;
                self.store.$method($($name),*).await
            })*
        }
    };
}

handed_on! {
    recover(now: Timestamp) -> Recovered;
    ready() -> ();
    commit(changes: Changes) -> ();
    account(id: AccountId) -> Option<Versioned<Account>>;
    account_of(person: Digest) -> Option<Versioned<Account>>;
    device(kid: Kid) -> Option<Versioned<Device>>;
    enrolment(id: EnrolmentId) -> Option<Versioned<Enrolment>>;
    held_enrolments(person: Digest) -> Vec<Versioned<Enrolment>>;
    verification(id: VerificationId) -> Option<Versioned<Verification>>;
    verification_of(token: TokenId) -> Option<Versioned<Verification>>;
    verifications_of(device: Kid) -> Vec<Versioned<Verification>>;
    misses(of: &str) -> Option<Versioned<Misses>>;
    allowance(person: Digest) -> Option<Versioned<Allowance>>;
    query(id: QueryId) -> Option<Versioned<Query>>;
    queries_of(account: AccountId, limit: usize) -> Vec<Query>;
    consent_known(consent: Digest) -> bool;
    plan(id: QueryId) -> Option<Plan>;
    answers(id: QueryId) -> Vec<StoredAnswer>;
    events_after(id: QueryId, after: u64) -> Vec<Event>;
    withdrawal(account: AccountId, id: QueryId) -> Option<Withdrawal>;
    lease(owner: &str, now: Timestamp, until: Timestamp, limit: usize) -> Vec<Query>;
    renew(leases: &[(QueryId, u64)], until: Timestamp) -> Vec<QueryId>;
    fence(id: QueryId) -> Option<u64>;
    due(now: Timestamp, limit: usize) -> Vec<QueryId>;
    put_sections(end: Timestamp, sections: Vec<SectionBytes>) -> ();
    section(end: Timestamp, query: QueryId, sealed: Digest) -> Option<Vec<u8>>;
    copy_sections(query: QueryId, from: Timestamp, to: Timestamp) -> ();
    erase_sections(end: Timestamp, query: QueryId, sealed: Option<Vec<Digest>>) -> ();
    drop_days(now: Timestamp) -> u64;
    nonce(kid: Kid, nonce: &str, now: Timestamp) -> bool;
    begin(request: &RequestKey, now: Timestamp) -> Begin;
    finish(request: &RequestKey, reply: Option<Reply>, now: Timestamp) -> ();
    take(bucket: Bucket, now: Timestamp) -> Result<(), u64>;
    messages(now: Timestamp, limit: usize) -> Vec<Message>;
    message_done(dedup_key: &str, next: Option<Timestamp>) -> ();
    put_health(bank: &PartyCode, health: BankHealth) -> ();
    health() -> Vec<(PartyCode, BankHealth)>;
    sweep(now: Timestamp) -> ();
}
