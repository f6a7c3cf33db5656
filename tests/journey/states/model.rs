//! The table of states of one query, as it is written down: what may happen, what it changes, what refuses it.
//!
//! Nothing here looks into the app. It is told the same events and says where the query must stand afterwards.

use std::collections::BTreeMap;
use std::time::Duration;

use device::KeychainError;
use journey::view::{Ended, QueryState};
use protocol::calendar::retention_end;
use protocol::code::{BankState, FactorKind, QueryState as AtGateway};
use protocol::id::QueryId;
use protocol::time::Timestamp;

use super::gateway::{Fate, HOUR, Held, Inner, Network};
use super::parties::Does;

pub(crate) const YEAR: Duration = Duration::from_secs(365 * 86_400);
const APPLY: Duration = Duration::from_secs(15 * 60);
const GRACE: Duration = Duration::from_secs(10 * 60);

/// One query as the device must hold it.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub(crate) id: QueryId,
    pub(crate) state: QueryState,
    pub(crate) given_at: Timestamp,
    pub(crate) tokens: BTreeMap<&'static str, Timestamp>,
    pub(crate) accepted_at: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
    pub(crate) generated_at: Option<Timestamp>,
    pub(crate) round: u8,
    pub(crate) round_due: Option<Timestamp>,
    pub(crate) revision: u8,
    pub(crate) banks: BTreeMap<String, BankState>,
    /// What each bank did that the device heard first.
    pub(crate) did: BTreeMap<String, Does>,
    /// Its key is where it belongs.
    pub(crate) key_there: bool,
    pub(crate) replaces: bool,
}

/// What was last kept of a clock that jumped.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kept {
    jump: u32,
    known: bool,
    /// How long it ran in doubt, while it is.
    doubted: Option<Duration>,
}

/// The device as the table has it.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    /// The true time; the device runs with it, whatever its wall clock shows.
    pub(crate) now: Timestamp,
    pub(crate) query: Option<Query>,
    pub(crate) records: Vec<(QueryId, Ended, bool)>,
    /// An end that was begun while the keychain said nothing.
    pub(crate) ending: Option<(QueryId, Ended, bool)>,
    pub(crate) keychain: Option<KeychainError>,
    /// The app was started while the keychain said nothing.
    pub(crate) blind: bool,
    pub(crate) retired: bool,
    pub(crate) unlocked: bool,
    /// The wall clock is a year ahead; the gateway has said so; how long it ran in doubt.
    pub(crate) ahead: bool,
    pub(crate) known_ahead: bool,
    pub(crate) doubted: Duration,
    /// Which of the walk's jumps ahead it was.
    pub(crate) jump: u32,
    /// What the keychain holds of the clock; only that outlives a restart.
    pub(crate) kept: Kept,
    /// Sending is not tried by itself before.
    pub(crate) paused_until: Timestamp,
    /// The allowance is not asked about by itself before.
    pub(crate) asks_from: Timestamp,
}

impl Model {
    pub(crate) fn enrolled(now: Timestamp) -> Self {
        Self {
            now,
            query: None,
            records: Vec::new(),
            ending: None,
            keychain: None,
            blind: false,
            retired: false,
            unlocked: false,
            ahead: false,
            known_ahead: false,
            doubted: Duration::ZERO,
            jump: 0,
            kept: Kept::default(),
            paused_until: now,
            asks_from: now,
        }
    }

    pub(crate) fn state(&self) -> Option<QueryState> {
        self.query.as_ref().map(|query| query.state)
    }

    /// In doubt for seventy-two hours of running: believed all the same.
    pub(crate) fn overdue(&self) -> bool {
        self.ahead && !self.known_ahead && self.doubted >= HOUR * 72
    }

    pub(crate) fn doubtful(&self) -> bool {
        self.ahead && !self.known_ahead && !self.overdue()
    }

    /// The time by which things are shown.
    pub(crate) fn shown(&self) -> Timestamp {
        if self.ahead && !self.known_ahead { self.now + YEAR } else { self.now }
    }

    /// The time by which things are destroyed.
    fn sure(&self) -> Timestamp {
        if self.overdue() { self.shown() } else { self.now }
    }

    pub(crate) fn passes(&mut self, span: Duration) {
        // Nothing looks at the clock of an app that was started on a silent keychain; a doubt already kept goes on.
        if self.ahead && !self.known_ahead && (!self.blind || self.kept.doubted.is_some()) {
            self.doubted += span;
        }
        if let Some(doubted) = &mut self.kept.doubted {
            *doubted += span;
        }
        self.now = self.now + span;
    }

    /// The keychain keeps what is known of the clock.
    pub(crate) fn keeps(&mut self) {
        let doubted = (self.ahead && !self.known_ahead).then_some(self.doubted);
        self.kept = Kept { jump: self.jump, known: self.known_ahead, doubted };
    }

    /// A restart while the keychain says nothing: what it does not hold is forgotten.
    pub(crate) fn forgets(&mut self) {
        if self.ahead {
            self.known_ahead = self.kept.known && self.kept.jump == self.jump;
            self.doubted = self.kept.doubted.unwrap_or_default();
        }
    }

    /// Signed time was heard.
    pub(crate) fn hears_time(&mut self) {
        self.known_ahead = true;
        self.doubted = Duration::ZERO;
    }

    /// The query ends; a keychain that says nothing makes it wait half-way.
    pub(crate) fn ends(&mut self, why: Ended) {
        let Some(query) = self.query.take() else { return };
        let ended = (query.id, why, query.replaces);
        if self.keychain.is_some() {
            self.ending = Some(ended)
        } else {
            self.records.push(ended)
        }
        self.asks_from = self.now;
    }

    /// What happens by itself whenever the app looks.
    pub(crate) fn looks(&mut self) {
        if self.blind {
            return;
        }
        if self.keychain.is_none() {
            self.records.extend(self.ending.take());
        }
        let (sure, healthy) = (self.sure(), self.keychain.is_none());
        let Some(query) = &self.query else { return };
        match query.state {
            QueryState::Prepared | QueryState::Verifying if sure > query.given_at + APPLY => self.ends(Ended::Lapsed),
            QueryState::Collecting | QueryState::Ready | QueryState::Retrying => {
                if query.end.is_some_and(|end| sure >= end) {
                    self.ends(Ended::Expired);
                } else if !query.key_there && healthy {
                    self.ends(Ended::Lost);
                }
            }
            QueryState::Prepared | QueryState::Verifying | QueryState::Sending | QueryState::Ending => {}
        }
    }

    /// Both factors are held and good.
    pub(crate) fn verified(&self) -> bool {
        let good = |kind: &str| {
            self.query.as_ref().is_some_and(|query| query.tokens.get(kind).is_some_and(|end| self.shown() < *end))
        };
        good("sms") && good("second")
    }

    /// A factor was passed, or begun anew and not passed.
    pub(crate) fn factor(&mut self, kind: FactorKind, passed: bool) {
        let (kind, until) = (if kind == FactorKind::Sms { "sms" } else { "second" }, self.now + HOUR / 6);
        if let Some(query) = &mut self.query {
            if passed {
                query.tokens.insert(kind, until)
            } else {
                query.tokens.remove(kind)
            };
        }
    }

    /// One try to send, with everything that can come back.
    pub(crate) fn sends(&mut self, gateway: &Inner) {
        let Some(query) = &self.query else { return };
        if self.keychain.is_some() {
            return;
        }
        let held = gateway.queries.get(&query.id);
        match gateway.network {
            Network::Down => return self.pauses(Duration::from_secs(10)),
            Network::Busy => return self.pauses(Duration::from_secs(20)),
            Network::Slowed => return self.pauses(Duration::from_secs(90)),
            Network::Up => {}
        }
        if self.now > query.given_at + APPLY + GRACE {
            return match (gateway.retired, held) {
                (Some(ordered), _) => self.is_retired(ordered),
                (None, Some(held)) => self.accepted(held.accepted_at, held),
                (None, None) => self.ends(Ended::Lapsed),
            };
        }
        if let Some(ordered) = gateway.retired {
            return self.is_retired(ordered);
        }
        let late = self.now > query.given_at + APPLY;
        match (gateway.fate, held) {
            (Fate::TakenUnheard, Some(_)) => self.pauses(Duration::from_secs(10)),
            (Fate::Nonsense, Some(_)) => self.pauses(Duration::from_secs(60)),
            (Fate::Taken | Fate::Skewed | Fate::Refused(_), Some(held)) => self.accepted(held.accepted_at, held),
            (Fate::Refused(_), None) => self.ends(Ended::Refused),
            (_, None) if late || gateway.tombstones.contains(&query.id) => self.ends(Ended::Refused),
            (Fate::Taken | Fate::TakenUnheard | Fate::Skewed | Fate::Nonsense, None) => {}
        }
    }

    fn pauses(&mut self, span: Duration) {
        self.paused_until = self.now + span;
    }

    fn accepted(&mut self, at: Timestamp, held: &Held) {
        let Some(query) = &mut self.query else { return };
        query.state = QueryState::Collecting;
        query.accepted_at = Some(at);
        query.end = Some(retention_end(held.due_at()));
    }

    /// The gateway says that another device took over.
    pub(crate) fn is_retired(&mut self, ordered: bool) {
        (self.retired, self.unlocked) = (true, false);
        match self.state() {
            Some(QueryState::Prepared | QueryState::Verifying) => self.ends(Ended::Lapsed),
            Some(QueryState::Sending) => self.ends(Ended::Refused),
            Some(QueryState::Collecting) => self.ends(Ended::DeviceChanged),
            Some(QueryState::Ready | QueryState::Retrying) if ordered => self.ends(Ended::DeviceChanged),
            Some(QueryState::Ready | QueryState::Retrying | QueryState::Ending) | None => {}
        }
    }

    /// The gateway is asked how the query stands.
    pub(crate) fn collects(&mut self, gateway: &Inner) {
        if self.keychain.is_some() || gateway.network != Network::Up {
            return;
        }
        if let Some(ordered) = gateway.retired {
            return self.is_retired(ordered);
        }
        let Some(query) = &mut self.query else { return };
        let Some(held) = gateway.queries.get(&query.id) else { return };
        match held.state {
            AtGateway::Withdrawn => return self.ends(Ended::Withdrawn),
            AtGateway::Deleted => return self.ends(Ended::Deleted),
            AtGateway::Asking | AtGateway::Closed | AtGateway::Empty | AtGateway::Retrying | AtGateway::Expired => {}
        }
        query.hears_banks(held);
        if held.revision <= query.revision || held.bent {
            return;
        }
        let Some(generated) = held.generated_at else { return self.ends(Ended::Empty) };
        query.revision = held.revision;
        query.generated_at = Some(query.generated_at.map_or(generated, |own| own.min(generated)));
        query.end = Some(query.end.map_or(retention_end(generated), |own| own.min(retention_end(generated))));
        if held.revision >= query.round {
            query.state = QueryState::Ready;
            query.round_due = None;
        }
    }

    /// Closed by the device itself: the gateway's word is still asked for.
    pub(crate) fn unclosed(&self) -> bool {
        !self.retired && self.query.as_ref().is_some_and(|query| query.revision < query.round)
    }

    /// What the gateway did not close in time the device closes by itself.
    pub(crate) fn closes(&mut self) {
        if self.doubtful() {
            return;
        }
        let shown = self.shown();
        let Some(query) = &mut self.query else { return };
        let due = query.accepted_at.map(|at| at + HOUR * 24);
        let over = match query.state {
            QueryState::Collecting => due.is_some_and(|due| shown >= due + HOUR * 24),
            QueryState::Retrying => {
                shown >= query.given_at + HOUR * 72 || query.round_due.is_some_and(|due| shown >= due)
            }
            QueryState::Prepared
            | QueryState::Verifying
            | QueryState::Sending
            | QueryState::Ready
            | QueryState::Ending => false,
        };
        if over {
            if query.state == QueryState::Collecting {
                query.generated_at = due;
                query.end = due.map(retention_end);
            }
            query.state = QueryState::Ready;
            query.round_due = None;
            query
                .banks
                .values_mut()
                .filter(|bank| **bank == BankState::Pending)
                .for_each(|bank| *bank = BankState::Unanswered);
        }
    }
}

impl Query {
    pub(crate) fn prepared(id: QueryId, now: Timestamp, replaces: bool) -> Self {
        Self {
            id,
            state: QueryState::Prepared,
            given_at: now,
            tokens: BTreeMap::new(),
            accepted_at: None,
            end: None,
            generated_at: None,
            round: 1,
            round_due: None,
            revision: 0,
            did: BTreeMap::new(),
            banks: super::parties::BANKS.iter().map(|bank| ((*bank).to_owned(), BankState::Pending)).collect(),
            key_there: true,
            replaces,
        }
    }

    fn hears_banks(&mut self, held: &Held) {
        for (code, bank) in &held.banks {
            let own = self.banks.get_mut(code).unwrap();
            // What was taken once is never replaced.
            if *own != BankState::Answered {
                *own = bank.state;
                bank.did.map(|did| self.did.insert(code.clone(), did));
            }
        }
    }

    pub(crate) fn answered(&self) -> usize {
        self.banks.values().filter(|state| **state == BankState::Answered).count()
    }

    /// A bank that would be asked again.
    pub(crate) fn open_again(&self) -> bool {
        self.banks.values().any(|state| matches!(state, BankState::Refused | BankState::Unanswered))
    }
}
