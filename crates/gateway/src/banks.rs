//! Calls to banks: addresses from the configuration only, signed by the gateway, no redirect followed.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::code::PartyCode;
use protocol::encode::Nonce;
use protocol::id::{ConfirmationId, IdempotencyKey, QueryId};
use protocol::key::SigningKey;
use protocol::request::{self, Tag};
use protocol::routes::{Confirm, ConfirmationOpen, ConfirmationStatus, Inquiry, InquiryAnswer};
use protocol::time::Timestamp;
use serde::de::DeserializeOwned;

/// The most a bank's answer may weigh.
const MAX_ANSWER: usize = 512 * 1024;
/// The longest Retry-After that is believed: a query lives for a day, and a bank is asked before it ends.
const LONGEST_ASKED_FOR: Duration = Duration::from_secs(3600);

/// What became of a call that brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallError {
    /// No address is configured.
    #[error("no address")]
    NoAddress,
    /// Not reached, or too slow.
    #[error("not reached")]
    Network,
    /// The bank asks for time; how much, if it said.
    #[error("later")]
    Later(Option<Duration>),
    /// The bank says that we did wrong: sizes, our signature, our statement.
    #[error("refused as {0}")]
    OurFault(u16),
    /// Any other status.
    #[error("status {0}")]
    Status(u16),
    /// Not an answer of this protocol.
    #[error("malformed answer")]
    Malformed,
}

pub(crate) struct Banks {
    urls: BTreeMap<PartyCode, String>,
    client: Result<reqwest::Client, CallError>,
    key: SigningKey,
}

impl Banks {
    pub(crate) fn new(urls: BTreeMap<PartyCode, String>, key: SigningKey, timeout_secs: u64) -> Self {
        Self { urls, client: client(timeout_secs), key }
    }

    pub(crate) fn knows(&self, bank: &PartyCode) -> bool {
        self.urls.contains_key(bank)
    }

    /// `POST {bank}/v1/inquiries`; `key` stays the same for query, bank and round.
    pub(crate) async fn inquire(
        &self,
        bank: &PartyCode,
        inquiry: &Inquiry,
        key: IdempotencyKey,
        now: Timestamp,
    ) -> Result<InquiryAnswer, CallError> {
        let body = serde_json::to_vec(inquiry).map_err(|_| CallError::Malformed)?;
        self.call(bank, "POST", "/v1/inquiries", Some((body, key)), now).await
    }

    /// `DELETE {bank}/v1/inquiries/{query}`.
    pub(crate) async fn withdraw(&self, bank: &PartyCode, query: QueryId, now: Timestamp) -> Result<(), CallError> {
        self.send(bank, "DELETE", &format!("/v1/inquiries/{query}"), None, now).await.map(|_| ())
    }

    pub(crate) async fn confirm(
        &self,
        bank: &PartyCode,
        body: &Confirm,
        now: Timestamp,
    ) -> Result<ConfirmationOpen, CallError> {
        let bytes = serde_json::to_vec(body).map_err(|_| CallError::Malformed)?;
        self.call(bank, "POST", "/v1/confirmations", Some((bytes, IdempotencyKey::new())), now).await
    }

    pub(crate) async fn confirmation(
        &self,
        bank: &PartyCode,
        id: ConfirmationId,
        now: Timestamp,
    ) -> Result<ConfirmationStatus, CallError> {
        self.call(bank, "GET", &format!("/v1/confirmations/{id}"), None, now).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        bank: &PartyCode,
        method: &'static str,
        path: &str,
        body: Option<(Vec<u8>, IdempotencyKey)>,
        now: Timestamp,
    ) -> Result<T, CallError> {
        let bytes = self.send(bank, method, path, body, now).await?;
        protocol::json::parse_response(&bytes).map_err(|_| CallError::Malformed)
    }

    async fn send(
        &self,
        bank: &PartyCode,
        method: &'static str,
        path: &str,
        body: Option<(Vec<u8>, IdempotencyKey)>,
        now: Timestamp,
    ) -> Result<Vec<u8>, CallError> {
        let base = self.urls.get(bank).ok_or(CallError::NoAddress)?;
        let url: reqwest::Url =
            format!("{}{path}", base.trim_end_matches('/')).parse().map_err(|_| CallError::NoAddress)?;
        let (bytes, key) = body.map_or((Vec::new(), None), |(bytes, key)| (bytes, Some(key)));
        let post = key.map(|key| key.to_string());
        let authority = authority(&url).ok_or(CallError::NoAddress)?;
        let media = post.as_ref().map(|_| "application/json");
        let signed = request::sign(
            &self.key,
            Tag::Gateway,
            method,
            &authority,
            url.path(),
            url.query(),
            &bytes,
            media,
            post.as_deref(),
            now,
            Nonce::random(),
        );
        let client = self.client.as_ref().map_err(|error| *error)?;
        let verb = reqwest::Method::from_bytes(method.as_bytes()).map_err(|_| CallError::Malformed)?;
        let mut call = client
            .request(verb, url)
            .header("content-digest", signed.content_digest)
            .header("signature-input", signed.signature_input)
            .header("signature", signed.signature);
        if let Some(key) = post {
            call = call.header("content-type", "application/json").header("idempotency-key", key).body(bytes);
        }
        let response = call.send().await.map_err(|_| CallError::Network)?;
        read(response).await
    }
}

pub(crate) fn client(timeout_secs: u64) -> Result<reqwest::Client, CallError> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls =
        rustls::ClientConfig::builder_with_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|_| CallError::Network)?
            .with_root_certificates(roots)
            .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(timeout_secs))
        .build()
        .map_err(|_| CallError::Network)
}

/// Host in lower case, the default port left away.
fn authority(url: &reqwest::Url) -> Option<String> {
    let host = url.host_str()?.to_lowercase();
    Some(url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
}

fn asked_for(response: &reqwest::Response) -> Option<Duration> {
    let secs = response.headers().get("retry-after")?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(secs).min(LONGEST_ASKED_FOR))
}

async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, CallError> {
    let status = response.status().as_u16();
    match status {
        200..=299 => {}
        400 | 401 | 413 | 415 => return Err(CallError::OurFault(status)),
        429 | 503 => return Err(CallError::Later(asked_for(&response))),
        _ => return Err(CallError::Status(status)),
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| CallError::Network)? {
        if bytes.len() + chunk.len() > MAX_ANSWER {
            return Err(CallError::Malformed);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
