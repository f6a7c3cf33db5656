//! Banks that do as told: answer, refuse, be late, lie. Every call is written down.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post};
use protocol::answer::{Answer, AnswerState};
use protocol::attestation::Attestation;
use protocol::code::{BankRefusal, FactorKind, PartyCode};
use protocol::encode::{Digest, b64u};
use protocol::id::ConfirmationId;
use protocol::json::V1;
use protocol::jws::{Typ, Unverified};
use protocol::routes::{Confirm, Inquiry};
use protocol::seal::SEALED_SECTION_BYTES;
use protocol::statement::Statement;
use protocol::time::Clock;
use serde_json::json;

use super::{bank, bank_key, key};

/// What a bank does at its next call; when nothing is left it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Do {
    Answer,
    Refuse,
    Status(u16),
    Later(u64),
    ForgeSignature,
    WrongSize,
    OtherQuery,
    /// Sends the caller elsewhere.
    Redirect,
    /// Says nothing until the gate opens.
    Wait,
}

/// Answer and sealed bytes by query, bank and round.
type Answers = BTreeMap<(String, String, u8), (String, Option<Vec<u8>>)>;

#[derive(Default)]
struct Book {
    script: HashMap<String, VecDeque<Do>>,
    always: HashMap<String, Do>,
    asked: Vec<(String, String, u8)>,
    told: Vec<(String, String)>,
    answers: Answers,
    confirmations: HashMap<String, String>,
    confirm: Option<&'static str>,
    elsewhere: usize,
}

pub struct Scripted {
    clock: Arc<dyn Clock>,
    book: Mutex<Book>,
    codes: Vec<String>,
    address: Mutex<Option<SocketAddr>>,
    /// Held for writing, a bank that waits says nothing.
    pub gate: tokio::sync::RwLock<()>,
    calls: Mutex<Calls>,
}

/// Calls that run, by bank, and the most there were at once.
type Calls = HashMap<String, (usize, usize)>;

impl Scripted {
    pub async fn serve(codes: &[&str], clock: Arc<dyn Clock>) -> Arc<Self> {
        let codes = codes.iter().map(|code| (*code).to_owned()).collect();
        let scripted = Arc::new(Self {
            clock,
            book: Mutex::default(),
            codes,
            address: Mutex::default(),
            gate: tokio::sync::RwLock::default(),
            calls: Mutex::default(),
        });
        let router = Router::new()
            .route("/{bank}/v1/inquiries", post(inquire))
            .route("/{bank}/v1/inquiries/{query}", delete(tell))
            .route("/{bank}/v1/confirmations", post(confirm))
            .route("/{bank}/v1/confirmations/{id}", get(confirmation))
            .route("/elsewhere", any(elsewhere))
            .with_state(Arc::clone(&scripted));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        *scripted.address.lock().unwrap() = Some(listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        scripted
    }

    pub fn codes(&self) -> Vec<String> {
        self.codes.clone()
    }

    pub fn urls(&self) -> BTreeMap<PartyCode, String> {
        let address = self.address.lock().unwrap().unwrap();
        self.codes.iter().map(|code| (bank(code), format!("http://{address}/{code}"))).collect()
    }

    pub fn next(&self, code: &str, what: &[Do]) {
        self.book.lock().unwrap().script.entry(code.to_owned()).or_default().extend(what);
    }

    pub fn always(&self, code: &str, what: Do) {
        self.book.lock().unwrap().always.insert(code.to_owned(), what);
    }

    pub fn confirms(&self, state: Option<&'static str>) {
        self.book.lock().unwrap().confirm = state;
    }

    /// Every inquiry that arrived: bank, query, round.
    pub fn asked(&self) -> Vec<(String, String, u8)> {
        self.book.lock().unwrap().asked.clone()
    }

    pub fn told(&self) -> Vec<(String, String)> {
        self.book.lock().unwrap().told.clone()
    }

    /// Calls that wait at a bank now, and the most there were at once.
    pub fn waiting(&self, code: &str) -> (usize, usize) {
        self.calls.lock().unwrap().get(code).copied().unwrap_or_default()
    }

    /// How often a redirect was followed.
    pub fn elsewhere(&self) -> usize {
        self.book.lock().unwrap().elsewhere
    }

    /// The sealed bytes a bank gave.
    pub fn sealed(&self, code: &str, query: &str, round: u8) -> Option<Vec<u8>> {
        self.book
            .lock()
            .unwrap()
            .answers
            .get(&(code.to_owned(), query.to_owned(), round))
            .and_then(|(_, bytes)| bytes.clone())
    }
}

async fn inquire(State(all): State<Arc<Scripted>>, Path(code): Path<String>, body: Bytes) -> Response {
    let Ok(inquiry) = protocol::json::parse::<Inquiry>(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    let Ok(statement) =
        Unverified::read(&inquiry.statement, Typ::Statement).and_then(|s| s.verify::<Statement>(&key(102).public()))
    else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let query = statement.query_id.to_string();
    let what = {
        let mut book = all.book.lock().unwrap();
        book.asked.push((code.clone(), query.clone(), statement.round));
        let next = book.script.get_mut(&code).and_then(VecDeque::pop_front);
        next.or_else(|| book.always.get(&code).copied()).unwrap_or(Do::Answer)
    };
    if what == Do::Wait {
        let _running = Running::begin(&all, &code);
        let _open = all.gate.read().await;
    }
    let mut book = all.book.lock().unwrap();
    let size = if what == Do::WrongSize { 17_000 } else { SEALED_SECTION_BYTES };
    let refused = match what {
        Do::Status(status) => return StatusCode::from_u16(status).unwrap().into_response(),
        Do::Later(secs) => {
            return (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", secs.to_string())]).into_response();
        }
        Do::Redirect => return (StatusCode::FOUND, [("location", "/elsewhere")]).into_response(),
        Do::Refuse => true,
        Do::Answer | Do::Wait | Do::ForgeSignature | Do::WrongSize | Do::OtherQuery => false,
    };
    let place = (code.clone(), query, statement.round);
    if matches!(what, Do::Answer | Do::Refuse | Do::Wait)
        && let Some((answer, bytes)) = book.answers.get(&place)
    {
        return reply(answer, bytes.as_deref());
    }
    // The gateway cannot look inside: bytes of the right size are as good as a section.
    let bytes =
        (!refused).then(|| protocol::encode::random::<32>().into_iter().cycle().take(size).collect::<Vec<u8>>());
    let answer = Answer {
        v: V1,
        query_id: if what == Do::OtherQuery { protocol::id::QueryId::new() } else { statement.query_id },
        bank: bank(&code),
        round: statement.round,
        consent: statement.consent,
        state: if refused { AnswerState::Refused } else { AnswerState::Answered },
        sealed: bytes.as_deref().map(Digest::of),
        code: refused.then_some(BankRefusal::NotAsked),
        at: all.clock.now(),
    };
    let signer = if what == Do::ForgeSignature { key(99) } else { bank_key(&code) };
    let answer = answer.sign(&signer);
    if matches!(what, Do::Answer | Do::Refuse | Do::Wait) {
        book.answers.insert(place, (answer.clone(), bytes.clone()));
    }
    reply(&answer, bytes.as_deref())
}

/// Counts a call while it runs; also when its caller leaves.
struct Running {
    all: Arc<Scripted>,
    code: String,
}

impl Running {
    fn begin(all: &Arc<Scripted>, code: &str) -> Self {
        let mut calls = all.calls.lock().unwrap();
        let (now, most) = calls.entry(code.to_owned()).or_default();
        *now += 1;
        *most = (*most).max(*now);
        Self { all: Arc::clone(all), code: code.to_owned() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some((now, _)) = self.all.calls.lock().unwrap().get_mut(&self.code) {
            *now -= 1;
        }
    }
}

async fn elsewhere(State(all): State<Arc<Scripted>>) -> StatusCode {
    all.book.lock().unwrap().elsewhere += 1;
    StatusCode::OK
}

fn reply(answer: &str, bytes: Option<&[u8]>) -> Response {
    let body = match bytes {
        Some(bytes) => json!({ "answer": answer, "sealed": b64u(bytes) }),
        None => json!({ "answer": answer }),
    };
    (StatusCode::OK, [("content-type", "application/json")], body.to_string()).into_response()
}

async fn tell(State(all): State<Arc<Scripted>>, Path((code, query)): Path<(String, String)>) -> StatusCode {
    all.book.lock().unwrap().told.push((code, query));
    StatusCode::NO_CONTENT
}

async fn confirm(State(all): State<Arc<Scripted>>, Path(code): Path<String>, body: Bytes) -> Response {
    let Ok(asked) = protocol::json::parse::<Confirm>(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    let person = protocol::identity::Identity {
        name: protocol::identity::Name::parse(&asked.subject.name).unwrap(),
        id_type: asked.subject.id_type,
        id_number: protocol::identity::IdNumber::parse(asked.subject.id_type, &asked.subject.id_number).unwrap(),
        mobile: protocol::identity::Mobile::parse(&asked.subject.mobile).unwrap(),
    };
    let word = Attestation {
        v: V1,
        attestor: bank(&code),
        kind: FactorKind::CardBank,
        consent: asked.consent,
        device: asked.device,
        subject: person.subject(&asked.subject.salt),
        at: all.clock.now(),
    };
    let id = ConfirmationId::new().to_string();
    all.book.lock().unwrap().confirmations.insert(id.clone(), word.sign(&bank_key(&code)));
    (StatusCode::ACCEPTED, json!({ "confirmation_id": id }).to_string()).into_response()
}

async fn confirmation(State(all): State<Arc<Scripted>>, Path((_, id)): Path<(String, String)>) -> Response {
    let book = all.book.lock().unwrap();
    let Some(word) = book.confirmations.get(&id) else { return StatusCode::NOT_FOUND.into_response() };
    let body = match book.confirm.unwrap_or("passed") {
        "passed" => json!({ "state": "passed", "attestation": word }),
        state => json!({ "state": state }),
    };
    (StatusCode::OK, body.to_string()).into_response()
}
