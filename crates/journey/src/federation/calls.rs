//! Signed calls: one request, tried once more when only the clock was wrong, and its answer sorted into what to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use protocol::code::FactorKind;
use protocol::encode::Nonce;
use protocol::id::{IdempotencyKey, QueryId};
use protocol::json;
use protocol::key::SigningKey;
use protocol::refusal::Code;
use protocol::request;
use protocol::time::{Clock, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Federation, Incoming, MAX_JSON, Method, Outgoing, Silence};

/// Pause asked for when an answer that must name one does not.
const DEFAULT_PAUSE: Duration = Duration::from_secs(10);
/// The longest pause that is taken from an answer.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// Why a call brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFault {
    /// Nobody answered.
    #[error(transparent)]
    Silent(#[from] Silence),
    /// Not now; the same again after a pause.
    #[error("later: {code}")]
    Later {
        /// Why.
        code: Code,
        /// How long to wait.
        after: Duration,
    },
    /// Refused, and the same again would be refused again.
    #[error("refused: {}", .0.code)]
    Refused(Box<Told>),
    /// An answer that is none of this protocol.
    #[error("an answer that is none of this protocol")]
    NotUnderstood,
}

/// A refusal of the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its code.
    pub code: Code,
    /// What comes with it.
    pub with: Details,
    /// An order to erase this device (JWS), with `device_retired`.
    pub erase: Option<String>,
}

/// What comes with a refusal, as far as the protocol names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Details {
    /// End of a hold.
    pub until: Option<Timestamp>,
    /// When the next query is possible.
    pub next_at: Option<Timestamp>,
    /// The query that is live.
    pub query_id: Option<QueryId>,
    /// The member of the consent that does not hold.
    pub member: Option<String>,
    /// The factor that is missing.
    pub kind: Option<FactorKind>,
    /// Tries left.
    pub left: Option<u8>,
}

impl CallFault {
    /// Whether the same request may be tried again by itself.
    #[must_use]
    pub fn passes(&self) -> bool {
        match self {
            Self::Silent(_) | Self::Later { .. } | Self::NotUnderstood => true,
            Self::Refused(told) => {
                matches!(told.code, Code::ClockSkew | Code::NonceUsed | Code::SignatureInvalid | Code::DigestMismatch)
            }
        }
    }

    /// The code, when the gateway gave one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(told) => Some(told.code),
            Self::Later { code, .. } => Some(*code),
            Self::Silent(_) | Self::NotUnderstood => None,
        }
    }

    /// How long to wait before the same again.
    #[must_use]
    pub const fn pause(&self) -> Duration {
        match self {
            Self::Later { after, .. } => *after,
            Self::Silent(_) | Self::Refused(_) | Self::NotUnderstood => DEFAULT_PAUSE,
        }
    }
}

/// The body of a refusal (RFC 9457), as far as it is used.
#[derive(Deserialize)]
struct Problem {
    code: String,
    #[serde(default)]
    params: Details,
    time: Option<Timestamp>,
    erase: Option<String>,
}

/// The gateway as the acts call it.
pub struct Gateway {
    federation: Arc<dyn Federation>,
    clock: Arc<dyn Clock>,
    /// Milliseconds the gateway's clock is ahead, as it last said; signatures only.
    skew: AtomicI64,
}

/// One call before it is signed.
struct Call<'a> {
    key: Option<&'a SigningKey>,
    method: Method,
    path: &'a str,
    query: Option<&'a str>,
    body: Bytes,
    idempotency: Option<IdempotencyKey>,
    most: usize,
}

impl Gateway {
    /// Calls through `federation`.
    #[must_use]
    pub fn new(federation: Arc<dyn Federation>, clock: Arc<dyn Clock>) -> Self {
        Self { federation, clock, skew: AtomicI64::new(0) }
    }

    /// Reads; signed when `key` is given.
    ///
    /// # Errors
    /// [`CallFault`].
    pub async fn get<T: DeserializeOwned>(
        &self,
        key: Option<&SigningKey>,
        path: &str,
        query: Option<&str>,
    ) -> Result<T, CallFault> {
        let incoming = self.get_bytes(key, path, query, MAX_JSON).await?;
        json::parse_response(&incoming.body).map_err(|_| CallFault::NotUnderstood)
    }

    /// Reads bytes.
    ///
    /// # Errors
    /// [`CallFault`].
    pub async fn get_bytes(
        &self,
        key: Option<&SigningKey>,
        path: &str,
        query: Option<&str>,
        most: usize,
    ) -> Result<Incoming, CallFault> {
        self.call(Call { key, method: Method::Get, path, query, body: Bytes::new(), idempotency: None, most }).await
    }

    /// Acts, once for this idempotency key, and gives the status beside the answer.
    ///
    /// # Errors
    /// [`CallFault`].
    pub async fn post<T: DeserializeOwned>(
        &self,
        key: &SigningKey,
        path: &str,
        body: &impl Serialize,
        idempotency: IdempotencyKey,
    ) -> Result<T, CallFault> {
        let body = serde_json::to_vec(body).map_err(|_| CallFault::NotUnderstood)?;
        let incoming = self.post_bytes(key, path, body.into(), idempotency).await?;
        json::parse_response(&incoming.body).map_err(|_| CallFault::NotUnderstood)
    }

    /// Acts with exact bytes.
    ///
    /// # Errors
    /// [`CallFault`].
    pub async fn post_bytes(
        &self,
        key: &SigningKey,
        path: &str,
        body: Bytes,
        idempotency: IdempotencyKey,
    ) -> Result<Incoming, CallFault> {
        let call = Call {
            key: Some(key),
            method: Method::Post,
            path,
            query: None,
            body,
            idempotency: Some(idempotency),
            most: MAX_JSON,
        };
        self.call(call).await
    }

    /// Deletes.
    ///
    /// # Errors
    /// [`CallFault`].
    pub async fn delete<T: DeserializeOwned>(&self, key: &SigningKey, path: &str) -> Result<T, CallFault> {
        let call = Call {
            key: Some(key),
            method: Method::Delete,
            path,
            query: None,
            body: Bytes::new(),
            idempotency: None,
            most: MAX_JSON,
        };
        let incoming = self.call(call).await?;
        json::parse_response(&incoming.body).map_err(|_| CallFault::NotUnderstood)
    }

    /// The events of a query after `last`.
    ///
    /// # Errors
    /// [`CallFault`].
    pub async fn events(
        &self,
        key: &SigningKey,
        path: &str,
        last: Option<u64>,
    ) -> Result<BoxStream<'static, Bytes>, CallFault> {
        let call = Call {
            key: Some(key),
            method: Method::Get,
            path,
            query: None,
            body: Bytes::new(),
            idempotency: None,
            most: 0,
        };
        let mut outgoing = self.sign(&call)?;
        outgoing.headers.push(("accept", "text/event-stream".to_owned()));
        if let Some(last) = last {
            outgoing.headers.push(("last-event-id", last.to_string()));
        }
        Ok(self.federation.events(outgoing).await?)
    }

    /// Signs and sends; once more with the gateway's time when only the clock was wrong.
    async fn call(&self, call: Call<'_>) -> Result<Incoming, CallFault> {
        let incoming = self.federation.exchange(self.sign(&call)?).await?;
        match self.sort(incoming) {
            Err(CallFault::Refused(told)) if told.code == Code::ClockSkew => {
                let again = self.federation.exchange(self.sign(&call)?).await?;
                self.sort(again)
            }
            sorted => sorted,
        }
    }

    fn sign(&self, call: &Call<'_>) -> Result<Outgoing, CallFault> {
        let mut headers = Vec::new();
        let content_type = (call.method == Method::Post).then_some("application/json");
        if let Some(content_type) = content_type {
            headers.push(("content-type", content_type.to_owned()));
        }
        if let Some(idempotency) = call.idempotency {
            headers.push(("idempotency-key", idempotency.to_string()));
        }
        if let Some(key) = call.key {
            let authority = self.federation.authority()?;
            let created =
                Timestamp::from_millis(self.clock.now().millis().saturating_add(self.skew.load(Ordering::Relaxed)));
            let idempotency = call.idempotency.map(|key| key.to_string());
            let signed = signed(key, call, &authority, content_type, idempotency.as_deref(), created);
            headers.push(("content-digest", signed.content_digest));
            headers.push(("signature-input", signed.signature_input));
            headers.push(("signature", signed.signature));
        }
        Ok(Outgoing {
            method: call.method,
            path: call.path.to_owned(),
            query: call.query.map(str::to_owned),
            headers,
            body: call.body.clone(),
            most: call.most,
        })
    }

    fn sort(&self, incoming: Incoming) -> Result<Incoming, CallFault> {
        if matches!(incoming.status, 200..=204) {
            return Ok(incoming);
        }
        let after = incoming.retry_after.unwrap_or(DEFAULT_PAUSE).min(LONGEST_PAUSE);
        let problem = json::parse_response::<Problem>(&incoming.body).ok();
        let code = problem.as_ref().and_then(|problem| problem.code.parse().ok());
        if code == Some(Code::ClockSkew)
            && let Some(time) = problem.as_ref().and_then(|problem| problem.time)
        {
            self.skew.store(time.millis().saturating_sub(self.clock.now().millis()), Ordering::Relaxed);
        }
        match (incoming.status, code, problem) {
            (429 | 500..=599, code, _) => Err(CallFault::Later { code: code.unwrap_or(Code::Busy), after }),
            (_, Some(Code::InProgress), _) => Err(CallFault::Later { code: Code::InProgress, after }),
            (_, Some(code), Some(problem)) => {
                Err(CallFault::Refused(Box::new(Told { code, with: problem.params, erase: problem.erase })))
            }
            (_, None, _) | (_, Some(_), None) => Err(CallFault::NotUnderstood),
        }
    }
}

fn signed(
    key: &SigningKey,
    call: &Call<'_>,
    authority: &str,
    content_type: Option<&str>,
    idempotency: Option<&str>,
    created: Timestamp,
) -> request::SignedHeaders {
    request::sign(
        key,
        request::Tag::Device,
        call.method.as_str(),
        authority,
        call.path,
        call.query,
        &call.body,
        content_type,
        idempotency,
        created,
        Nonce::random(),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use async_trait::async_trait;
    use futures_util::StreamExt;
    use protocol::time::ManualClock;

    use super::*;

    /// A federation that says what the test wrote down, and remembers what it was asked.
    #[derive(Default)]
    struct Scripted {
        answers: Mutex<VecDeque<Result<Incoming, Silence>>>,
        asked: Mutex<Vec<Outgoing>>,
    }

    #[async_trait]
    impl Federation for Scripted {
        fn authority(&self) -> Result<String, Silence> {
            Ok("gateway.example".to_owned())
        }

        async fn exchange(&self, request: Outgoing) -> Result<Incoming, Silence> {
            self.asked.lock().unwrap().push(request);
            self.answers.lock().unwrap().pop_front().unwrap_or(Err(Silence::Offline))
        }

        async fn events(&self, _: Outgoing) -> Result<BoxStream<'static, Bytes>, Silence> {
            Ok(futures_util::stream::empty().boxed())
        }
    }

    fn says(status: u16, body: &str, retry_after: Option<u64>) -> Result<Incoming, Silence> {
        Ok(Incoming {
            status,
            retry_after: retry_after.map(Duration::from_secs),
            answer: None,
            body: Bytes::copy_from_slice(body.as_bytes()),
        })
    }

    fn problem(code: &str) -> String {
        format!(
            r#"{{"type":"urn:mingxia:problem:{code}","title":"t","status":400,"code":"{code}","params":{{"left":3}},"request_id":"r","time":"2026-11-24T05:00:00.000Z"}}"#
        )
    }

    fn gateway(answers: Vec<Result<Incoming, Silence>>) -> (Gateway, Arc<Scripted>) {
        let scripted = Arc::new(Scripted { answers: Mutex::new(answers.into()), asked: Mutex::default() });
        let clock = Arc::new(ManualClock::at("2026-11-24T04:00:00.000Z".parse().unwrap()));
        (Gateway::new(Arc::clone(&scripted) as Arc<_>, clock), scripted)
    }

    #[derive(Debug, Deserialize)]
    struct Anything {}

    fn created(request: &Outgoing) -> String {
        let input = request
            .headers
            .iter()
            .find(|(name, _)| *name == "signature-input")
            .map(|(_, value)| value.clone())
            .unwrap();
        input.split("created=").nth(1).and_then(|rest| rest.split(';').next()).map(str::to_owned).unwrap()
    }

    #[tokio::test]
    async fn a_wrong_clock_is_corrected_once_and_never_in_a_circle() {
        let (gateway, scripted) =
            gateway(vec![says(401, &problem("clock_skew"), None), says(401, &problem("clock_skew"), None)]);
        let key = SigningKey::generate();
        let fault = gateway.get::<Anything>(Some(&key), "/v1/queries", None).await.unwrap_err();
        assert_eq!(fault.code(), Some(Code::ClockSkew), "a second refusal is told, not tried again");
        let asked = scripted.asked.lock().unwrap();
        assert_eq!(asked.len(), 2, "once more and no further");
        assert_ne!(created(&asked[0]), created(&asked[1]), "the second signature carries the gateway's time");
        assert_eq!(created(&asked[1]), "1795496400", "an hour later, as the gateway said");
    }

    #[tokio::test]
    async fn a_body_sent_again_is_the_same_and_its_signature_another() {
        let (gateway, scripted) = gateway(vec![Err(Silence::TimedOut), says(201, "{}", None)]);
        let (key, once) = (SigningKey::generate(), IdempotencyKey::new());
        for _ in 0..2 {
            let _ = gateway.post_bytes(&key, "/v1/queries", Bytes::from_static(b"{\"v\":1}"), once).await;
        }
        let asked = scripted.asked.lock().unwrap();
        assert_eq!(asked[0].body, asked[1].body, "the same bytes");
        let header = |request: &Outgoing, wanted: &str| {
            request.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone())
        };
        assert_eq!(header(&asked[0], "idempotency-key"), header(&asked[1], "idempotency-key"), "under the same key");
        assert_ne!(header(&asked[0], "signature"), header(&asked[1], "signature"), "with a nonce of their own");
    }

    #[tokio::test]
    async fn patience_is_taken_from_the_answer_and_bounded() {
        let (gateway, _) =
            gateway(vec![says(429, &problem("rate_limited"), Some(17)), says(503, "not even json", Some(10_000_000))]);
        let fault = gateway.get::<Anything>(None, "/v1/banks", None).await.unwrap_err();
        assert_eq!(fault, CallFault::Later { code: Code::RateLimited, after: Duration::from_secs(17) });
        let fault = gateway.get::<Anything>(None, "/v1/banks", None).await.unwrap_err();
        assert_eq!(fault.pause(), LONGEST_PAUSE, "nobody is told to wait for four months");
    }

    #[tokio::test]
    async fn what_is_no_answer_of_this_protocol_is_not_used() {
        for (status, body) in
            [(200, "<html>"), (200, r#"{"a":1,"a":2}"#), (302, ""), (400, r#"{"code":"of_tomorrow"}"#), (404, "gone")]
        {
            let (gateway, _) = gateway(vec![says(status, body, None)]);
            let fault = gateway.get::<Anything>(None, "/v1/banks", None).await.unwrap_err();
            assert_eq!(fault, CallFault::NotUnderstood, "{status} {body}");
        }
    }

    #[tokio::test]
    async fn a_definite_refusal_keeps_its_parameters_and_is_not_sent_again() {
        let (gateway, _) = gateway(vec![says(422, &problem("code_wrong"), None)]);
        let key = SigningKey::generate();
        let fault = gateway
            .post::<Anything>(&key, "/v1/verifications/x/confirm", &serde_json::json!({}), IdempotencyKey::new())
            .await
            .unwrap_err();
        assert!(!fault.passes(), "the same again would be refused again");
        let CallFault::Refused(told) = fault else { panic!("{fault}") };
        assert_eq!((told.code, told.with.left), (Code::CodeWrong, Some(3)), "the tries left are told");
    }
}
