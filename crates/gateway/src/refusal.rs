//! Why a request was not served (9-wire section 5), and how every reply leaves the house.

use std::time::Duration;

use axum::body::Body;
use http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use protocol::id::RequestId;
use protocol::refusal::{Code, Problem};
use protocol::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::store::{self, StoreError};

/// Media type of refusals.
pub(crate) const PROBLEM: &str = "application/problem+json";
const JSON: &str = "application/json";
/// Media type of event streams.
pub(crate) const EVENTS: &str = "text/event-stream";

/// A refusal of the closed list, with what the person needs to go on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    params: Map<String, Value>,
    retry_after: Option<u64>,
    erase: Option<String>,
}

impl Refusal {
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// How long until it is worth trying again, in whole seconds; never 0.
    pub(crate) fn after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1));
        self
    }

    /// The signed order that a retired device erases.
    pub(crate) fn with_erase(mut self, erase: Option<String>) -> Self {
        self.erase = erase;
        self
    }

    pub(crate) fn reply(&self, request: RequestId, now: Timestamp) -> Reply {
        let mut problem = Problem::new(self.code, self.params.clone(), request, now);
        problem.erase.clone_from(&self.erase);
        let mut reply = Reply::text(self.code.status(), PROBLEM, serde_json::to_string(&problem).unwrap_or_default());
        reply.retry_after = self.retry_after;
        reply
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        let retry_after = match code.status() {
            429 | 503 => Some(2),
            _ => (code == Code::InProgress).then_some(1),
        };
        Self { code, params: Map::new(), retry_after, erase: None }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Code::StateChanged,
            StoreError::Unavailable => Code::Busy,
            StoreError::Damaged => Code::Internal,
        }
        .into()
    }
}

/// What leaves the house.
pub(crate) struct Reply {
    pub(crate) status: u16,
    media: &'static str,
    text: String,
    bytes: Option<Body>,
    retry_after: Option<u64>,
    answer: Option<String>,
    replay: bool,
    /// Stored together with what it tells; the entry must not store it again.
    pub(crate) stored: bool,
}

impl Reply {
    pub(crate) fn text(status: u16, media: &'static str, text: String) -> Self {
        Self { status, media, text, bytes: None, retry_after: None, answer: None, replay: false, stored: false }
    }

    pub(crate) fn json(status: u16, body: &impl Serialize) -> Result<Self, Refusal> {
        serde_json::to_string(body).map(|text| Self::text(status, JSON, text)).map_err(|_| Code::Internal.into())
    }

    /// A body that is not text, and so is never stored for repeating.
    pub(crate) fn body(media: &'static str, body: Body) -> Self {
        Self { bytes: Some(body), ..Self::text(200, media, String::new()) }
    }

    /// Header `mingxia-answer`: the bank's own word about the bytes.
    pub(crate) fn with_answer(mut self, answer: String) -> Self {
        self.answer = Some(answer);
        self
    }

    pub(crate) fn replayed(stored: store::Reply) -> Self {
        let media = if stored.media == PROBLEM { PROBLEM } else { JSON };
        Self { replay: true, stored: true, ..Self::text(stored.status, media, stored.body) }
    }

    /// What may be repeated; none for what must be decided anew (9-wire section 4).
    pub(crate) fn repeatable(&self) -> Option<store::Reply> {
        let anew = matches!(self.status, 401 | 413 | 415 | 429) || self.status >= 500 || self.bytes.is_some();
        (!anew).then(|| store::Reply { status: self.status, media: self.media.to_owned(), body: self.text.clone() })
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(self.bytes.unwrap_or_else(|| Body::from(self.text)));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media));
        headers.insert(http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(secs) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(secs));
        }
        if let Some(answer) = self.answer.and_then(|answer| HeaderValue::from_str(&answer).ok()) {
            headers.insert(HeaderName::from_static("mingxia-answer"), answer);
        }
        if self.replay {
            headers.insert(HeaderName::from_static("idempotent-replay"), HeaderValue::from_static("true"));
        }
        response
    }
}

/// Decides again when what was decided on changed in between; a few times, then the caller is told.
pub(crate) async fn decided<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, Refusal>
where
    F: Future<Output = Result<T, Refusal>>,
{
    for _ in 0..8 {
        match attempt().await {
            Err(refusal) if refusal.code == Code::StateChanged => {}
            done => return done,
        }
    }
    Err(Code::StateChanged.into())
}
