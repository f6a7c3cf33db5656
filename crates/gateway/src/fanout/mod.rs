//! The fan-out: leased queries become jobs in one lane a bank, so that a slow bank only holds up itself; what banks say
//! is appended in batches. Waits are counted by time since boot: nobody can set that clock.

mod append;
mod ask;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use protocol::code::{BankState, PartyCode};
use protocol::id::{QueryId, RequestId};
use protocol::time::Timestamp;
use tokio::sync::{mpsc, watch};

use crate::breaker::{Breaker, again_at, backoff};
use crate::core::Core;
use crate::ending;
use crate::query::{self, Word};
use crate::refusal::Refusal;
use crate::store::{BankHealth, Plan, Query};

pub(crate) use append::Final;

/// How long a lease holds without being renewed.
const LEASE: Duration = Duration::from_secs(30);
/// How often the clock is read again.
const TICK: Duration = Duration::from_millis(50);
/// Queries leased in one go.
const AT_ONCE: usize = 128;
/// A query the store failed at is taken up again after this.
const AGAIN: Duration = Duration::from_secs(2);

/// One call to make.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) query: QueryId,
    pub(crate) fence: u64,
    pub(crate) bank: PartyCode,
    pub(crate) what: What,
    attempts: u32,
    not_before: Duration,
}

/// What to call for.
#[derive(Clone)]
pub(crate) enum What {
    /// Ask, in this round.
    Ask { round: u8, head: Arc<Query>, plan: Arc<Plan> },
    /// Tell of the withdrawal.
    Tell,
}

/// What a call brought.
pub(crate) enum Brought {
    /// The bank's final word.
    Final(Box<Final>),
    /// The bank knows of the withdrawal.
    Told,
    /// Nothing; when it asked for time, how much.
    Nothing(Option<Duration>),
    /// No call was made: the query ended, or its round did, or another has its lease.
    Dropped,
}

#[derive(Default)]
struct Lane {
    waiting: VecDeque<Job>,
    running: usize,
    breaker: Breaker,
}

struct Desk {
    core: Arc<Core>,
    owner: String,
    lanes: HashMap<PartyCode, Lane>,
    held: HashMap<QueryId, u64>,
    /// Banks of a leased query that have not said their word.
    open: HashMap<QueryId, usize>,
    renewed: Option<Duration>,
    done: mpsc::UnboundedSender<(Job, Brought)>,
    batch: Vec<Final>,
    told: Vec<(QueryId, PartyCode)>,
}

/// Runs until told to stop; then its leases end, and another node goes on.
pub(crate) async fn run(core: Arc<Core>, mut stop: watch::Receiver<bool>) {
    let (done, mut results) = mpsc::unbounded_channel();
    let mut desk = Desk::new(&core, done);
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let mut due = false;
        tokio::select! {
            _ = tick.tick() => due = true,
            () = core.bell.notified() => {}
            Some((job, brought)) = results.recv() => {
                desk.take_in(job, brought).await;
                while let Ok((job, brought)) = results.try_recv() {
                    desk.take_in(job, brought).await;
                }
            }
            _ = stop.changed() => return desk.hand_back().await,
        }
        if let Err(refusal) = desk.turn(due).await {
            tracing::warn!(code = refusal.code.as_str(), "fan-out waits");
        }
    }
}

/// Calls every open task once and writes what came, without waiting for any clock.
pub(crate) async fn once(core: &Arc<Core>) -> Result<(), Refusal> {
    let (done, mut results) = mpsc::unbounded_channel();
    let mut desk = Desk::new(core, done);
    desk.lease().await?;
    desk.start();
    while desk.lanes.values().any(|lane| lane.running > 0) {
        let Some((job, brought)) = results.recv().await else { break };
        desk.take_in(job, brought).await;
        desk.start();
    }
    desk.hand_back().await;
    Ok(())
}

impl Desk {
    fn new(core: &Arc<Core>, done: mpsc::UnboundedSender<(Job, Brought)>) -> Self {
        Self {
            core: Arc::clone(core),
            owner: RequestId::new().to_string(),
            lanes: HashMap::new(),
            held: HashMap::new(),
            open: HashMap::new(),
            renewed: None,
            done,
            batch: Vec::new(),
            told: Vec::new(),
        }
    }

    fn boot(&self) -> Duration {
        self.core.parts.clock.boottime()
    }

    /// Answers are written when a tick is due, or as soon as a query has all of them: never one transaction a call.
    async fn turn(&mut self, due: bool) -> Result<(), Refusal> {
        if due || self.batch.iter().any(|word| self.open.get(&word.query) == Some(&0)) {
            self.flush().await;
        }
        self.renew().await?;
        self.lease().await?;
        self.start();
        Ok(())
    }

    /// At the end of a process its leases end with it, so that another goes on at once.
    async fn hand_back(&mut self) {
        self.flush().await;
        let leases: Vec<_> = self.held.iter().map(|(id, fence)| (*id, *fence)).collect();
        let _ = self.core.store().renew(&leases, self.core.now()).await;
    }

    fn until(&self) -> Timestamp {
        self.core.now() + LEASE
    }

    /// Renews all leases every third of their life, and after every jump of the clock. Those lost are dropped: their
    /// calls may end, but what they bring is fenced off.
    async fn renew(&mut self) -> Result<(), Refusal> {
        let now = self.boot();
        if self.held.is_empty() || self.renewed.is_some_and(|at| now.saturating_sub(at) < LEASE / 3) {
            return Ok(());
        }
        let leases: Vec<_> = self.held.iter().map(|(id, fence)| (*id, *fence)).collect();
        for lost in self.core.store().renew(&leases, self.until()).await? {
            self.drop_query(lost);
        }
        self.renewed = Some(now);
        Ok(())
    }

    fn drop_query(&mut self, query: QueryId) {
        self.held.remove(&query);
        self.open.remove(&query);
        for lane in self.lanes.values_mut() {
            lane.waiting.retain(|job| job.query != query);
        }
    }

    /// Drops a query the store failed at, and no other: its lease ends soon, and then what is missing is done anew. When
    /// even that cannot be written, its lease runs out by itself.
    async fn give_back(&mut self, query: QueryId, fence: u64, why: &Refusal) {
        tracing::warn!(code = why.code.as_str(), query = %query, "given back");
        self.drop_query(query);
        let _ = self.core.store().renew(&[(query, fence)], self.core.now() + AGAIN).await;
    }

    async fn lease(&mut self) -> Result<(), Refusal> {
        let leased = self.core.store().lease(&self.owner, self.core.now(), self.until(), AT_ONCE).await?;
        for head in leased {
            let (id, fence) = (head.query, head.fence);
            self.drop_query(id);
            self.held.insert(id, fence);
            if let Err(refusal) = self.line_up(head).await {
                self.give_back(id, fence, &refusal).await;
            }
        }
        Ok(())
    }

    /// Makes the jobs of a leased query.
    async fn line_up(&mut self, head: Query) -> Result<(), Refusal> {
        let id = head.query;
        if query::running(&head) {
            let Some(plan) = self.core.store().plan(id).await? else { return Ok(()) };
            self.ask_all(head, plan);
            return Ok(());
        }
        // First what is left of the bytes goes again: a crash may have come between.
        ending::erase(&self.core, &head).await?;
        for bank in &head.to_tell {
            self.push(Job {
                query: id,
                fence: head.fence,
                bank: bank.clone(),
                what: What::Tell,
                attempts: 0,
                not_before: Duration::ZERO,
            });
        }
        Ok(())
    }

    fn ask_all(&mut self, head: Query, plan: Plan) {
        let (head, plan) = (Arc::new(head), Arc::new(plan));
        self.open.insert(head.query, head.banks.iter().filter(|row| row.state == BankState::Pending).count());
        for row in head.banks.iter().filter(|row| row.state == BankState::Pending) {
            let what = What::Ask { round: row.round, head: Arc::clone(&head), plan: Arc::clone(&plan) };
            let job = Job {
                query: head.query,
                fence: head.fence,
                bank: row.bank.clone(),
                what,
                attempts: 0,
                not_before: Duration::ZERO,
            };
            self.push(job);
        }
    }

    fn push(&mut self, job: Job) {
        self.lanes.entry(job.bank.clone()).or_default().waiting.push_back(job);
    }

    /// Starts what may start: in every lane the first that is ready, up to the lane's width.
    fn start(&mut self) {
        let now = self.boot();
        let width = self.core.parts.limits.bank_concurrency;
        let mut ready = Vec::new();
        for lane in self.lanes.values_mut() {
            while lane.running < width && lane.breaker.admits(now, lane.running) {
                let Some(place) = lane.waiting.iter().position(|job| job.not_before <= now) else { break };
                let Some(job) = lane.waiting.remove(place) else { break };
                lane.running += 1;
                ready.push(job);
            }
        }
        for job in ready {
            let (core, done) = (Arc::clone(&self.core), self.done.clone());
            tokio::spawn(async move {
                let asked = core.parts.clock.boottime();
                let brought = ask::call(&core, &job).await;
                let took = core.parts.clock.boottime().saturating_sub(asked).as_millis();
                let bank = format!("bank=\"{}\"", job.bank);
                core.metrics.add("mingxia_bank_call_milliseconds_total", bank, took.try_into().unwrap_or(u64::MAX));
                let _ = done.send((job, brought));
            });
        }
    }

    async fn take_in(&mut self, mut job: Job, brought: Brought) {
        let now = self.boot();
        let lane = self.lanes.entry(job.bank.clone()).or_default();
        lane.running = lane.running.saturating_sub(1);
        match &brought {
            Brought::Final(word) if word.word == Word::NotCovered => {} // the bank was not called
            Brought::Final(_) | Brought::Told => self.note(&job.bank, Ok(())).await,
            Brought::Nothing(asked_for) => self.note(&job.bank, Err(*asked_for)).await,
            Brought::Dropped => {}
        }
        if self.held.get(&job.query) != Some(&job.fence) {
            return; // fenced: another lease decides now
        }
        match brought {
            Brought::Final(word) => {
                if let Some(open) = self.open.get_mut(&job.query) {
                    *open = open.saturating_sub(1);
                }
                self.batch.push(*word);
            }
            Brought::Told => {
                self.told.push((job.query, job.bank));
            }
            Brought::Nothing(asked_for) => {
                job.not_before = again_at(now, asked_for.unwrap_or_else(|| backoff(job.attempts)));
                job.attempts += 1;
                self.push(job);
            }
            Brought::Dropped => self.drop_query(job.query),
        }
    }

    /// What a call says of how its bank fares.
    async fn note(&mut self, bank: &PartyCode, called: Result<(), Option<Duration>>) {
        let now = self.boot();
        let breaker = &mut self.lanes.entry(bank.clone()).or_default().breaker;
        let before = breaker.health();
        match called {
            Ok(()) => breaker.succeeded(),
            Err(asked_for) => breaker.failed(now, asked_for),
        }
        let state = breaker.health();
        let ok = called.is_ok();
        self.core.metrics.count("mingxia_bank_calls_total", format!("bank=\"{bank}\",ok=\"{ok}\""));
        let last_ok = if ok {
            Some(self.core.now())
        } else if before == state {
            return;
        } else {
            let known = self.core.store().health().await.unwrap_or_default();
            known.into_iter().find(|(known, _)| known == bank).and_then(|(_, health)| health.last_ok)
        };
        let _ = self.core.store().put_health(bank, BankHealth { state, last_ok }).await;
    }

    /// Writes what came, one transaction a query; what could not be written is asked again by the next lease, and the
    /// bank repeats the same answer.
    async fn flush(&mut self) {
        for (id, words) in by_query(self.batch.drain(..).map(|word| (word.query, word))) {
            let fence = self.fence(id);
            match append::append(&self.core, id, fence, &words).await {
                Ok(true) => {}
                Ok(false) => self.drop_query(id),
                Err(refusal) => self.give_back(id, fence, &refusal).await,
            }
        }
        for (id, banks) in by_query(self.told.drain(..)) {
            if let Err(refusal) = append::told(&self.core, id, &banks).await {
                self.give_back(id, self.fence(id), &refusal).await;
            }
        }
    }

    /// The token a query is held under; one that nothing was leased under when it is not.
    fn fence(&self, query: QueryId) -> u64 {
        self.held.get(&query).copied().unwrap_or(0)
    }
}

fn by_query<T>(all: impl Iterator<Item = (QueryId, T)>) -> HashMap<QueryId, Vec<T>> {
    let mut parts: HashMap<QueryId, Vec<T>> = HashMap::new();
    for (query, one) in all {
        parts.entry(query).or_default().push(one);
    }
    parts
}
