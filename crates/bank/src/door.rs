//! The door of a bank: size, the gateway's signature, nonce, digest, before anything is read.

use std::time::Duration;

use axum::body::Body;
use axum::extract::OriginalUri;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Request, StatusCode, header};
use protocol::request::{self, Received, RequestError, Tag, Target};

use crate::office::Bank;

/// A nonce is remembered this long: the window of a signature at a bank and a minute.
const NONCE: Duration = Duration::from_secs(31 * 60);
/// The gateway has this long to send a request.
const SEND_WITHIN: Duration = Duration::from_secs(10);

/// Why a request was turned away, before any answer of the bank's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turned {
    /// 400: not a request of this protocol.
    Malformed,
    /// 401: not signed by the gateway, or used before.
    Unsigned,
    /// 413: too many bytes.
    TooLarge,
    /// 415: another content type.
    MediaType,
    /// 503: store or directory cannot be used now.
    Later,
}

impl Turned {
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Unsigned => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Later => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Lets a request of the gateway in and gives its body.
pub(crate) async fn admit(bank: &Bank, request: Request<Body>, cap: usize) -> Result<Bytes, Turned> {
    let (head, body) = request.into_parts();
    let posts = head.method == Method::POST;
    if posts && one(&head.headers, header::CONTENT_TYPE.as_str()) != Some("application/json") {
        return Err(Turned::MediaType);
    }
    let body = collect(body, cap).await?;
    signed(bank, &head, &body).await?;
    Ok(body)
}

async fn collect(body: Body, cap: usize) -> Result<Bytes, Turned> {
    match tokio::time::timeout(SEND_WITHIN, axum::body::to_bytes(body, cap)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(Turned::TooLarge),
        Err(_) => Err(Turned::Malformed),
    }
}

async fn signed(bank: &Bank, head: &Parts, body: &[u8]) -> Result<(), Turned> {
    // Under a path prefix the router sees a shorter path; signed is the one that was sent.
    let uri = head.extensions.get::<OriginalUri>().map_or(&head.uri, |original| &original.0);
    let host = uri.authority().map_or_else(|| one(&head.headers, "host"), |authority| Some(authority.as_str()));
    let authority = host.ok_or(Turned::Malformed)?.to_lowercase();
    let authority = authority.strip_suffix(":443").unwrap_or(&authority);
    let content_digest = one(&head.headers, "content-digest").ok_or(Turned::Unsigned)?;
    let received = Received {
        target: Target { method: head.method.as_str(), authority, path: uri.path(), query: uri.query() },
        content_type: one(&head.headers, "content-type"),
        idempotency_key: one(&head.headers, "idempotency-key"),
        content_digest,
        signature_input: one(&head.headers, "signature-input").ok_or(Turned::Unsigned)?,
        signature: one(&head.headers, "signature").ok_or(Turned::Unsigned)?,
    };
    let parsed = request::parse(&received, Tag::Gateway).map_err(turned)?;
    let now = bank.now();
    let directory = bank.directory_in_force().ok_or(Turned::Later)?;
    let gateway = directory.gateway().ok_or(Turned::Unsigned)?;
    let held =
        gateway.keys.iter().find(|key| key.x.kid() == parsed.kid() && key.holds_at(now)).ok_or(Turned::Unsigned)?;
    parsed.verify(&held.x, now).map_err(turned)?;
    let (kid, nonce, until) = (parsed.kid(), parsed.nonce(), now + NONCE);
    if !bank.stored(move |store| store.take_nonce(&kid, &nonce, until)).await.map_err(|_| Turned::Later)? {
        return Err(Turned::Unsigned);
    }
    request::digest_holds(content_digest, body).map_err(turned)
}

fn turned(error: RequestError) -> Turned {
    tracing::warn!(code = "request_signature", ?error, "a request was not the gateway's");
    Turned::Unsigned
}

/// A header that is there exactly once.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() { None } else { Some(value) }
}
