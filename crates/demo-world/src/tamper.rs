//! What stands between the gateway and one bank, and spoils answers as the scenario says.
//!
//! The bank behind it always does its whole work first; where it answered, the spoiled section takes the place of the
//! right one, in the real format and with an answer of the bank's key, as a broken or taken-over bank would send it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};
use protocol::answer::{Answer, AnswerState};
use protocol::code::PartyCode;
use protocol::consent::Consent;
use protocol::encode::{Digest, b64u};
use protocol::id::QueryId;
use protocol::json::{self, V1};
use protocol::jws::{self, Typ, Unverified};
use protocol::key::SigningKey;
use protocol::routes::{Inquiry, InquiryAnswer};
use protocol::seal::{QueryPublic, QuerySeed, seal_section, section_info};
use protocol::statement::Statement;
use protocol::time::{Clock, Timestamp};
use serde_json::{Value, json};

use crate::scenario::Fault;
use crate::state::Memory;

/// The most bytes of an inquiry.
const INQUIRY: usize = 48 * 1024;
/// How long a slow bank asks for time.
const SLOW: Duration = Duration::from_secs(90);
/// How much longer than the others a late bank takes.
const LATE: Duration = Duration::from_secs(5);

/// Stands before one bank.
pub(crate) struct Tamper {
    pub(crate) code: PartyCode,
    pub(crate) place: usize,
    pub(crate) seed: u64,
    pub(crate) gateway: SigningKey,
    pub(crate) memory: Arc<Memory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) first_asked: Mutex<HashMap<QueryId, Duration>>,
}

/// What a spoiled answer is made from.
struct Asked {
    query: QueryId,
    round: u8,
    consent: Digest,
    device: Digest,
    key: QueryPublic,
}

impl Tamper {
    fn fault(&self) -> Option<Fault> {
        self.memory.read(|state| {
            state.faults.get(&self.code).copied().or_else(|| state.scenario.fault(&self.code, self.place))
        })
    }

    fn key(&self) -> SigningKey {
        let rotation = self.memory.read(|state| state.rotations.get(&self.code).copied().unwrap_or(0));
        crate::keys::bank(self.seed, &self.code, rotation)
    }

    /// Whether a slow bank still asks for time; counted from the first call of a query, by the clock that jumps.
    fn is_slow(&self, query: QueryId) -> bool {
        let now = self.clock.boottime();
        let mut first = self.first_asked.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *first.entry(query).or_insert(now);
        now.saturating_sub(since) < SLOW
    }

    fn read(&self, body: &[u8]) -> Option<Asked> {
        let inquiry: Inquiry = json::parse(body).ok()?;
        let statement: Statement =
            Unverified::read(&inquiry.statement, Typ::Statement).ok()?.verify(&self.gateway.public()).ok()?;
        let consent = Consent::verify(&inquiry.consent, &inquiry.device_key, &statement.device).ok()?;
        Some(Asked {
            query: statement.query_id,
            round: statement.round,
            consent: statement.consent,
            device: statement.device,
            key: consent.key.open().ok()?,
        })
    }

    /// The spoiled bytes: of the one length, but for [`Fault::Oversized`].
    fn spoil(&self, fault: Fault, asked: &Asked, at: Timestamp) -> Option<Vec<u8>> {
        let stranger = SigningKey::generate();
        let key = if fault == Fault::Forged { stranger } else { self.key() };
        let payload = serde_json::to_vec(&self.section(fault, asked, at)).ok()?;
        let token = jws::sign_bytes(&key, Typ::Section, &payload);
        let to = if fault == Fault::SwappedKey { QuerySeed::generate().public() } else { asked.key.clone() };
        let info = section_info(asked.query, &self.code, asked.round, &asked.consent);
        let mut sealed = seal_section(&to, &info, &token).ok()?;
        if fault == Fault::Oversized {
            sealed.extend_from_slice(&[0; 4096]);
        }
        Some(sealed)
    }

    fn section(&self, fault: Fault, asked: &Asked, at: Timestamp) -> Value {
        let query = if fault == Fault::Replayed { QueryId::new() } else { asked.query };
        let bank = if fault == Fault::WrongBank { "ICBC" } else { self.code.as_str() };
        json!({
            "v": 1, "query_id": query, "bank": bank, "round": asked.round, "consent": asked.consent,
            "key": asked.key.thumbprint(), "suite": 1, "as_of": at, "outcome": "found", "used": ["name", "id_number"],
            "cards": [{
                "product": product(fault), "kind": "debit", "brand": "unionpay", "number": "6222***********1496",
                "status": "active", "role": "primary",
            }],
            "omitted": 0,
            "inquiries": [{"query_id": query, "device": asked.device, "at": at}],
        })
    }

    fn answer(&self, asked: &Asked, sealed: &[u8], at: Timestamp) -> InquiryAnswer {
        let answer = Answer {
            v: V1,
            query_id: asked.query,
            bank: self.code.clone(),
            round: asked.round,
            consent: asked.consent,
            state: AnswerState::Answered,
            sealed: Some(Digest::of(sealed)),
            code: None,
            at,
        };
        InquiryAnswer { answer: answer.sign(&self.key()), sealed: Some(b64u(sealed)) }
    }
}

fn product(fault: Fault) -> String {
    match fault {
        Fault::Markup => "<img src=x onerror=alert(1)>".to_owned(),
        Fault::Direction => "借记卡\u{202e}moc.live".to_owned(),
        Fault::Invisible => "借\u{200b}记\u{200d}卡".to_owned(),
        Fault::LongNumber => "卡 6222 9999 9999 1234".to_owned(),
        Fault::EndlessText => "长".repeat(3_000),
        Fault::Slow
        | Fault::Late
        | Fault::Down
        | Fault::Forged
        | Fault::Replayed
        | Fault::SwappedKey
        | Fault::WrongBank
        | Fault::Oversized => "伪造的卡".to_owned(),
    }
}

/// The layer in front of a bank's router.
pub(crate) async fn between(State(tamper): State<Arc<Tamper>>, request: Request, next: Next) -> Response {
    let Some(fault) = tamper.fault() else { return next.run(request).await };
    if fault == Fault::Down {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let asks = request.method() == Method::POST && request.uri().path().ends_with("/v1/inquiries");
    if fault == Fault::Late && asks {
        tokio::time::sleep(LATE).await;
    }
    if fault == Fault::Late || !asks {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, INQUIRY + 1).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let asked = tamper.read(&body);
    if fault == Fault::Slow && asked.as_ref().is_some_and(|asked| tamper.is_slow(asked.query)) {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "15")]).into_response();
    }
    let answered = next.run(Request::from_parts(parts, Body::from(body))).await;
    match asked {
        Some(asked) if fault != Fault::Slow => tamper.replace(fault, &asked, answered).await,
        Some(_) | None => answered,
    }
}

impl Tamper {
    /// Puts the spoiled section in the place of the right one; refusals pass as they are.
    async fn replace(&self, fault: Fault, asked: &Asked, answered: Response) -> Response {
        let (parts, body) = answered.into_parts();
        let Ok(bytes) = to_bytes(body, 1 << 20).await else { return StatusCode::BAD_GATEWAY.into_response() };
        let right: Option<InquiryAnswer> = json::parse_response(&bytes).ok();
        let at = self.clock.now();
        let spoiled = right.filter(|right| right.sealed.is_some()).and_then(|_| {
            let sealed = self.spoil(fault, asked, at)?;
            serde_json::to_vec(&self.answer(asked, &sealed, at)).ok()
        });
        match spoiled {
            Some(spoiled) => ([(header::CONTENT_TYPE, "application/json")], Bytes::from(spoiled)).into_response(),
            None => Response::from_parts(parts, Body::from(bytes)),
        }
    }
}
