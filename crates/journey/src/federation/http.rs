//! The port over HTTPS: rustls with ring, the roots of webpki, nothing that follows, remembers or unpacks.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use protocol::stream::DEAD_AFTER_SECS;

use super::{Federation, Incoming, Method, Outgoing, Silence};
use crate::profile::World;

const TO_CONNECT: Duration = Duration::from_secs(10);
const IN_ALL: Duration = Duration::from_secs(30);

/// Where the gateway is.
#[derive(Debug, Clone)]
pub enum Address {
    /// A federation: `https`, host and optional port, no path.
    Gateway(String),
    /// The demonstration: `world.json` of this folder is read before each request, loopback only.
    World(PathBuf),
}

/// The client.
pub struct HttpFederation {
    address: Address,
    client: reqwest::Client,
    streams: reqwest::Client,
}

/// The client could not be made: the cryptography of this build is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no client could be made")]
pub struct NoClient;

impl HttpFederation {
    /// A client for one gateway.
    ///
    /// # Errors
    /// [`NoClient`].
    pub fn new(address: Address) -> Result<Self, NoClient> {
        let loopback = matches!(address, Address::World(_));
        let tls = tls()?;
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .https_only(!loopback)
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .no_proxy()
                .connect_timeout(TO_CONNECT)
                .user_agent("mingxia")
        };
        let client = builder().timeout(IN_ALL).build().map_err(|_| NoClient)?;
        let streams = builder().read_timeout(Duration::from_secs(DEAD_AFTER_SECS)).build().map_err(|_| NoClient)?;
        Ok(Self { address, client, streams })
    }

    fn base(&self) -> Result<String, Silence> {
        match &self.address {
            Address::Gateway(base) => Ok(base.clone()),
            Address::World(folder) => World::read(folder).map(|world| world.gateway).ok_or(Silence::Offline),
        }
    }

    async fn send(&self, client: &reqwest::Client, request: Outgoing) -> Result<reqwest::Response, Silence> {
        let mut url = format!("{}{}", self.base()?, request.path);
        if let Some(query) = &request.query {
            url.push('?');
            url.push_str(query);
        }
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = client.request(method, url);
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        builder.body(request.body).send().await.map_err(|error| silence(&error))
    }
}

fn silence(error: &reqwest::Error) -> Silence {
    if error.is_timeout() { Silence::TimedOut } else { Silence::Offline }
}

/// TLS 1.3 only, one provider, roots that do not depend on the machine.
fn tls() -> Result<rustls::ClientConfig, NoClient> {
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|_| NoClient)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

#[async_trait]
impl Federation for HttpFederation {
    fn authority(&self) -> Result<String, Silence> {
        let base = self.base()?;
        let (scheme, rest) = base.split_once("://").ok_or(Silence::Offline)?;
        let authority = rest.trim_end_matches('/').to_ascii_lowercase();
        let default = if scheme == "https" { ":443" } else { ":80" };
        Ok(authority.strip_suffix(default).map_or_else(|| authority.clone(), str::to_owned))
    }

    async fn exchange(&self, request: Outgoing) -> Result<Incoming, Silence> {
        let most = request.most;
        let response = self.send(&self.client, request).await?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let retry_after = header("retry-after").and_then(|text| text.parse().ok()).map(Duration::from_secs);
        let (status, answer) = (response.status().as_u16(), header("mingxia-answer"));
        let mut body = BytesMut::new();
        let mut parts = response.bytes_stream();
        while let Some(part) = parts.next().await {
            let part = part.map_err(|error| silence(&error))?;
            if body.len() + part.len() > most {
                return Err(Silence::TooLarge);
            }
            body.extend_from_slice(&part);
        }
        Ok(Incoming { status, retry_after, answer, body: body.freeze() })
    }

    async fn events(&self, request: Outgoing) -> Result<BoxStream<'static, Bytes>, Silence> {
        let response = self.send(&self.streams, request).await?;
        if response.status().as_u16() != 200 {
            return Err(Silence::Offline);
        }
        let parts = response.bytes_stream();
        Ok(parts
            .take_while(|part| std::future::ready(part.is_ok()))
            .filter_map(|part| std::future::ready(part.ok()))
            .boxed())
    }
}
