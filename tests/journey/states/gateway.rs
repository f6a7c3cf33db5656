//! A gateway and its banks in memory, behind the same port as the real one: it does as the walk tells it, and signs and
//! seals for real, since the device checks everything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use journey::federation::{Federation, Incoming, Method, Outgoing, Silence};
use protocol::code::{BankState, FactorKind, QueryState, ReceiptReason};
use protocol::consent::Consent;
use protocol::encode::Digest;
use protocol::id::{AccountId, EnrolmentId, QueryId, ReceiptId, TokenId, VerificationId};
use protocol::json::V1;
use protocol::key::{Kid, PublicKey};
use protocol::receipt::Receipt;
use protocol::refusal::Code;
use protocol::seal::QueryPublic;
use protocol::time::{Clock, ManualClock, Timestamp};
use serde_json::{Value, json};

use super::parties::{self, Bank};

pub(crate) const HOUR: Duration = Duration::from_secs(3600);
const CODE: &str = "123456";

/// What the network does to every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    Up,
    Down,
    Busy,
    Slowed,
}

/// What becomes of the next application that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Taken,
    /// Taken, and the answer is lost on its way.
    TakenUnheard,
    /// The device's clock is said to be off, once.
    Skewed,
    /// Taken, with a time that cannot be.
    Nonsense,
    Refused(Code),
}

/// What a closing statement is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seal {
    Right,
    LaterEnd,
    BankMissing,
    Forged,
}

/// One query as the gateway holds it.
pub(crate) struct Held {
    pub(crate) consent: Digest,
    pub(crate) to: QueryPublic,
    pub(crate) accepted_at: Timestamp,
    pub(crate) state: QueryState,
    pub(crate) round: u8,
    /// When the running round is due.
    pub(crate) round_due: Timestamp,
    pub(crate) revision: u8,
    pub(crate) generated_at: Option<Timestamp>,
    /// The closing statement with the banks' words, once there is one.
    pub(crate) report: Option<Value>,
    pub(crate) bent: bool,
    pub(crate) banks: BTreeMap<String, Bank>,
}

impl Held {
    /// Makes the closing statement, true or bent.
    pub(crate) fn state_end(&mut self, query: QueryId, seal: Seal, now: Timestamp) {
        let answers: Vec<&String> = self.banks.values().filter_map(|bank| bank.word.as_ref()).collect();
        self.report = Some(json!({"envelope": parties::envelope(query, self, seal, now), "answers": answers}));
        self.bent = seal != Seal::Right;
    }

    pub(crate) fn due_at(&self) -> Timestamp {
        self.accepted_at + HOUR * 24
    }
}

/// Everything the gateway knows and what was asked of it.
pub(crate) struct Inner {
    pub(crate) network: Network,
    pub(crate) fate: Fate,
    /// The answer to the next further round is lost on its way.
    pub(crate) round_unheard: bool,
    pub(crate) retired: Option<bool>,
    pub(crate) notice: &'static str,
    pub(crate) directory_old: bool,
    pub(crate) allowance: Option<Timestamp>,
    pub(crate) queries: BTreeMap<QueryId, Held>,
    pub(crate) tombstones: Vec<QueryId>,
    /// Bodies of every application that left the device.
    pub(crate) applied: Vec<(QueryId, Bytes)>,
    /// Everything that left the device and changed something.
    pub(crate) posted: usize,
    device: Option<(PublicKey, Kid)>,
    account: AccountId,
    factors: BTreeMap<String, (FactorKind, u32)>,
}

/// The gateway of one walk. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) clock: Arc<ManualClock>,
    inner: Arc<Mutex<Inner>>,
}

type Answer = Result<Value, Code>;

impl Gateway {
    pub(crate) fn new(clock: Arc<ManualClock>) -> Self {
        let inner = Inner {
            network: Network::Up,
            fate: Fate::Taken,
            round_unheard: false,
            retired: None,
            notice: "告知书",
            directory_old: false,
            allowance: None,
            queries: BTreeMap::new(),
            tombstones: Vec::new(),
            applied: Vec::new(),
            posted: 0,
            device: None,
            account: AccountId::new(),
            factors: BTreeMap::new(),
        };
        Self { clock, inner: Arc::new(Mutex::new(inner)) }
    }

    /// The same gateway at the same moment, going its own way from here; its clock is another one.
    pub(crate) fn fork(&self, clock: Arc<ManualClock>) -> Self {
        let forked = Self::new(clock);
        {
            let (from, mut to) = (self.inner(), forked.inner());
            to.device = from.device;
            to.account = from.account;
        }
        forked
    }

    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    fn answer(&self, request: &Outgoing) -> Result<Incoming, Silence> {
        let mut inner = self.inner();
        let now = self.clock.now();
        if request.method != Method::Get {
            inner.posted += usize::from(inner.network != Network::Down);
        }
        let path: Vec<&str> = request.path.trim_start_matches("/v1/").split('/').collect();
        if path == ["queries"] && request.method == Method::Post {
            inner.note(request);
        }
        match inner.network {
            Network::Up => {}
            Network::Down => return Err(Silence::Offline),
            Network::Busy => return Ok(refusal(Code::Busy, json!({}), now, Some(20))),
            Network::Slowed => return Ok(refusal(Code::RateLimited, json!({}), now, Some(90))),
        }
        let signed = request.headers.iter().any(|(name, _)| *name == "signature");
        if let (true, Some(ordered)) = (signed, inner.retired) {
            let device = inner.device.map(|(_, kid)| kid).unwrap();
            let mut body = problem(Code::DeviceRetired, json!({}), now);
            if ordered {
                body["erase"] = json!(parties::erase(device, now));
            }
            return Ok(incoming(401, &body));
        }
        if path == ["queries"] && request.method == Method::Post {
            return inner.apply(request, now);
        }
        if let ["queries", id, "sections", bank] = path.as_slice() {
            return Ok(inner.section(id, bank, now));
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let answer = match (request.method, path.as_slice()) {
            (Method::Get, ["banks"]) => Ok(parties::directory(inner.directory_old, now)),
            (Method::Get, ["notices", "current"]) => Ok(json!({
                "version": "2026-11-01", "locale": "zh-CN", "sha256": Digest::of(inner.notice.as_bytes()),
                "summary": "摘要", "text": inner.notice,
            })),
            (Method::Get, ["time"]) => Ok(parties::time(request.query.as_deref().unwrap_or_default(), now)),
            (Method::Post, ["enrolments"]) => inner.enrol(&body, now),
            (Method::Post, ["enrolments", _, "confirm"]) => inner.enrolled(now),
            (Method::Post, ["verifications"]) => inner.begin(&body, now),
            (Method::Post, ["verifications", id, "confirm"]) => inner.prove(id, body["code"] == CODE, now),
            (Method::Post, ["verifications", id, "evidence"]) => inner.prove(id, true, now),
            (Method::Get, ["queries"]) => Ok(inner.list()),
            (Method::Get, ["queries", id]) => inner.status(id),
            (Method::Get, ["queries", id, "report"]) => inner.report(id),
            (Method::Post, ["queries", id, "retry"]) => {
                let began = inner.retry(id, now);
                if inner.round_unheard && began.is_ok() {
                    return Err(Silence::TimedOut);
                }
                began
            }
            (Method::Post, ["queries", id, "collected"]) => Ok(receipt(Some(id), ReceiptReason::Collected, now)),
            (Method::Post, ["queries", id, "withdraw"]) => inner.end(id, QueryState::Withdrawn, now),
            (Method::Delete, ["queries", id, "report"]) => inner.end(id, QueryState::Deleted, now),
            (Method::Delete, ["account"]) => Ok(receipt(None, ReceiptReason::Account, now)),
            _ => Err(Code::NotFound),
        };
        Ok(match answer {
            Ok(body) => incoming(200, &body),
            Err(code) => refusal(code, json!({"left": 1}), now, None),
        })
    }
}

impl Inner {
    fn note(&mut self, request: &Outgoing) {
        let id = request.headers.iter().find(|(name, _)| *name == "idempotency-key").unwrap().1.parse().unwrap();
        self.applied.push((id, request.body.clone()));
    }

    fn enrol(&mut self, body: &Value, now: Timestamp) -> Answer {
        let key: PublicKey = serde_json::from_value(body["device_key"].clone()).unwrap();
        self.device = Some((key, key.kid()));
        Ok(json!({"enrolment_id": EnrolmentId::new(), "code_expires_at": now + HOUR, "resend_at": now}))
    }

    fn enrolled(&self, now: Timestamp) -> Answer {
        let (_, device) = self.device.ok_or(Code::KeyUnknown)?;
        Ok(json!({"account": self.account, "enrolment": parties::enrolment(self.account, device, now)}))
    }

    fn begin(&mut self, body: &Value, now: Timestamp) -> Answer {
        let kind: FactorKind = serde_json::from_value(body["kind"].clone()).unwrap();
        let id = VerificationId::new();
        let tries = if kind == FactorKind::Sms { 5 } else { 3 };
        self.factors.insert(id.to_string(), (kind, tries));
        Ok(json!({"verification_id": id, "expires_at": now + HOUR, "resend_at": now, "session": "s"}))
    }

    /// Faces fail while the tries are set to: the walk says so by [`Self::faces_fail`].
    fn prove(&mut self, id: &str, right: bool, now: Timestamp) -> Answer {
        let faces_fail = self.factors.contains_key("faces fail");
        let (kind, tries) = self.factors.get_mut(id).ok_or(Code::NotFound)?;
        if right && !(*kind == FactorKind::Face && faces_fail) {
            return Ok(json!({"state": "passed", "token": TokenId::new(), "token_expires_at": now + HOUR / 6}));
        }
        *tries = tries.saturating_sub(1);
        Err(match (kind, *tries) {
            (FactorKind::Sms, 0) => Code::CodeEnded,
            (FactorKind::Face | FactorKind::CardBank, 0) => Code::VerificationVoid,
            (FactorKind::Sms, _) => Code::CodeWrong,
            (FactorKind::Face | FactorKind::CardBank, _) => Code::FaceNotMatched,
        })
    }

    /// Whether faces match from now on.
    pub(crate) fn faces_fail(&mut self, fail: bool) {
        if fail {
            self.factors.insert("faces fail".to_owned(), (FactorKind::Face, 0));
        } else {
            self.factors.remove("faces fail");
        }
    }

    fn apply(&mut self, request: &Outgoing, now: Timestamp) -> Result<Incoming, Silence> {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let (key, kid) = self.device.unwrap();
        let token = body["consent"].as_str().unwrap();
        let consent = Consent::verify(token, &key, &kid).unwrap();
        if self.fate == Fate::Skewed {
            self.fate = Fate::Taken;
            return Ok(refusal(Code::ClockSkew, json!({}), now, None));
        }
        if !self.queries.contains_key(&consent.query_id) {
            let refused = match self.fate {
                Fate::Refused(code) => Some(code),
                _ if self.tombstones.contains(&consent.query_id) => Some(Code::Withdrawn),
                _ if now > consent.apply_by => Some(Code::ConsentLapsed),
                Fate::Taken | Fate::TakenUnheard | Fate::Skewed | Fate::Nonsense => None,
            };
            if let Some(code) = refused {
                return Ok(refusal(code, json!({}), now, None));
            }
            let asked = body["banks"].as_array().unwrap();
            let banks =
                asked.iter().map(|bank| (bank["code"].as_str().unwrap().to_owned(), Bank::pending(now))).collect();
            let held = Held {
                consent: Consent::digest(token),
                to: consent.key.open().unwrap(),
                accepted_at: now,
                state: QueryState::Asking,
                round: 1,
                round_due: now + HOUR * 24,
                revision: 0,
                generated_at: None,
                report: None,
                bent: false,
                banks,
            };
            self.queries.insert(consent.query_id, held);
        }
        let held = &self.queries[&consent.query_id];
        let due_at = if self.fate == Fate::Nonsense { held.due_at() + HOUR } else { held.due_at() };
        let said = json!({
            "query_id": consent.query_id, "accepted_at": held.accepted_at, "due_at": due_at, "state": "asking",
            "banks": held.banks.len(),
        });
        if self.fate == Fate::TakenUnheard { Err(Silence::TimedOut) } else { Ok(incoming(201, &said)) }
    }

    fn list(&self) -> Value {
        let mut all: Vec<_> = self.queries.iter().collect();
        all.sort_by_key(|(_, held)| std::cmp::Reverse(held.accepted_at));
        let rows = all.iter().map(
            |(id, held)| json!({"query_id": id, "state": held.state, "accepted_at": held.accepted_at, "banks": []}),
        );
        let mut said = json!({"queries": rows.collect::<Vec<_>>()});
        if let Some(next) = self.allowance {
            said["next_query_at"] = json!(next);
        }
        said
    }

    fn held(&mut self, id: &str) -> Result<(QueryId, &mut Held), Code> {
        let id: QueryId = id.parse().map_err(|_| Code::NotFound)?;
        self.queries.get_mut(&id).map(|held| (id, held)).ok_or(Code::NotFound)
    }

    fn status(&mut self, id: &str) -> Answer {
        let (id, held) = self.held(id)?;
        let rows = held.banks.iter().map(|(code, bank)| bank.row(code)).collect::<Vec<_>>();
        Ok(json!({
            "query_id": id, "state": held.state, "due_at": held.round_due, "round": held.round,
            "revision": held.revision, "banks": rows, "last_event": "0",
        }))
    }

    fn section(&mut self, id: &str, bank: &str, now: Timestamp) -> Incoming {
        let Ok((_, held)) = self.held(id) else { return refusal(Code::NotFound, json!({}), now, None) };
        match &held.banks[bank].answered {
            Some((answer, sealed)) => Incoming {
                status: 200,
                retry_after: None,
                answer: Some(answer.clone()),
                body: Bytes::copy_from_slice(sealed),
            },
            None => refusal(Code::NotFound, json!({}), now, None),
        }
    }

    fn report(&mut self, id: &str) -> Answer {
        self.held(id)?.1.report.clone().ok_or(Code::NotClosed)
    }

    fn retry(&mut self, id: &str, now: Timestamp) -> Answer {
        let (_, held) = self.held(id)?;
        if held.state != QueryState::Closed {
            return Err(Code::NotClosed);
        }
        (held.state, held.round, held.round_due) = (QueryState::Retrying, held.round + 1, now + HOUR * 24);
        let round = held.round;
        let mut again = Vec::new();
        for (code, bank) in &mut held.banks {
            if matches!(bank.state, BankState::Refused | BankState::Unanswered) {
                *bank = Bank { round, ..Bank::pending(now) };
                again.push(code.clone());
            }
        }
        Ok(json!({"round": round, "due_at": held.round_due, "banks": again}))
    }

    fn end(&mut self, id: &str, state: QueryState, now: Timestamp) -> Answer {
        let query: QueryId = id.parse().map_err(|_| Code::NotFound)?;
        self.tombstones.push(query);
        if let Some(held) = self.queries.get_mut(&query) {
            held.state = state;
        }
        let reason = if state == QueryState::Deleted { ReceiptReason::Deleted } else { ReceiptReason::Withdrawn };
        Ok(receipt(Some(id), reason, now))
    }
}

fn receipt(query: Option<&str>, reason: ReceiptReason, now: Timestamp) -> Value {
    let receipt = Receipt {
        v: V1,
        receipt_id: ReceiptId::new(),
        query_id: query.and_then(|id| id.parse().ok()),
        reason,
        sections: Vec::new(),
        kept: Vec::new(),
        kept_until: now,
        copies_until: now,
        at: now,
    };
    json!({"receipt": receipt.sign(&parties::key("gateway"))})
}

fn problem(code: Code, params: Value, now: Timestamp) -> Value {
    json!({
        "type": format!("urn:mingxia:problem:{code}"), "title": "t", "status": code.status(), "code": code,
        "params": params, "request_id": "r", "time": now,
    })
}

fn refusal(code: Code, params: Value, now: Timestamp, after: Option<u64>) -> Incoming {
    Incoming { retry_after: after.map(Duration::from_secs), ..incoming(code.status(), &problem(code, params, now)) }
}

fn incoming(status: u16, body: &Value) -> Incoming {
    Incoming { status, retry_after: None, answer: None, body: serde_json::to_vec(body).unwrap().into() }
}

#[async_trait]
impl Federation for Gateway {
    fn authority(&self) -> Result<String, Silence> {
        Ok("gateway.example".to_owned())
    }

    async fn exchange(&self, request: Outgoing) -> Result<Incoming, Silence> {
        self.answer(&request)
    }

    async fn events(&self, _: Outgoing) -> Result<BoxStream<'static, Bytes>, Silence> {
        Err(Silence::Offline)
    }
}
