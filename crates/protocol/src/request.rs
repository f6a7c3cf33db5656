//! Signed requests: HTTP Message Signatures (RFC 9421) over a digest of the body (RFC 9530), in one fixed form.
//!
//! The form chooses nothing: label, components, their order and all parameters are laid down, so a request is compared
//! with them literally and only the key, the times and the nonce remain to be judged by the caller.

mod input;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::encode::{Digest, Nonce};
use crate::key::{Kid, PublicKey, SigningKey};
use crate::time::Timestamp;
use input::Params;

/// Parameter `expires` is this much after `created`; it is never compared with a clock.
const LIFE_SECS: i64 = 60;
/// The one content type of a signed POST.
const MEDIA: &str = "application/json";
/// Components of every request.
const COMPONENTS: &str = r#"("@method" "@authority" "@path" "@query" "content-digest")"#;
/// Components of a POST.
const POST_COMPONENTS: &str =
    r#"("@method" "@authority" "@path" "@query" "content-digest" "content-type" "idempotency-key")"#;

/// Who signs: it decides where the key is looked up and how far the clocks may be apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// A device, at the gateway.
    Device,
    /// The gateway, at a bank.
    Gateway,
}

impl Tag {
    /// The parameter's value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Device => "mingxia-device-1",
            Self::Gateway => "mingxia-gateway-1",
        }
    }

    /// How far `created` may lie behind and ahead of the verifier's clock.
    const fn tolerance(self) -> (Duration, Duration) {
        match self {
            Self::Device => (Duration::from_secs(90), Duration::from_secs(30)),
            Self::Gateway => (Duration::from_secs(15 * 60), Duration::from_secs(15 * 60)),
        }
    }
}

/// Why a request was not taken as signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No signature at all.
    #[error("not signed")]
    Missing,
    /// Other components, another order, or other parameters than laid down.
    #[error("another coverage than laid down")]
    Coverage,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Invalid,
    /// Made too early or too late.
    #[error("made too early or too late")]
    Skew,
    /// The body is not the signed one.
    #[error("the body is not the signed one")]
    Digest,
}

/// What a request is for, exactly as sent: nothing is normalised but the authority's case and default port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'a str,
    /// Host in lower case, with the port unless it is the default one.
    pub authority: &'a str,
    /// The path as sent.
    pub path: &'a str,
    /// The query string as sent, without `?`.
    pub query: Option<&'a str>,
}

/// The three headers of a signed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHeaders {
    /// `Content-Digest`.
    pub content_digest: String,
    /// `Signature-Input`.
    pub signature_input: String,
    /// `Signature`.
    pub signature: String,
}

/// `Content-Digest` of a body.
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(Digest::of(body).as_bytes()))
}

/// Signs a request. `content_type` and `idempotency_key` are given for POST and for nothing else.
#[must_use]
#[expect(clippy::too_many_arguments, reason = "each is one line of the signature base")]
pub fn sign(
    key: &SigningKey,
    tag: Tag,
    method: &str,
    authority: &str,
    path: &str,
    query: Option<&str>,
    body: &[u8],
    content_type: Option<&str>,
    idempotency_key: Option<&str>,
    created: Timestamp,
    nonce: Nonce,
) -> SignedHeaders {
    let content_digest = content_digest(body);
    let components = if method == "POST" { POST_COMPONENTS } else { COMPONENTS };
    let created = created.seconds();
    let expires = created + LIFE_SECS;
    let params = format!(
        "{components};created={created};expires={expires};nonce=\"{nonce}\";keyid=\"{}\";tag=\"{}\"",
        key.kid(),
        tag.as_str()
    );
    let target = Target { method, authority, path, query };
    let base = base(&target, &content_digest, content_type.zip(idempotency_key), &params);
    let signature = format!("sig=:{}:", STANDARD.encode(key.sign(base.as_bytes())));
    SignedHeaders { content_digest, signature_input: format!("sig={params}"), signature }
}

/// The signature base of RFC 9421 section 2.5.
fn base(target: &Target<'_>, content_digest: &str, post: Option<(&str, &str)>, params: &str) -> String {
    let Target { method, authority, path, query } = target;
    let query = query.unwrap_or("");
    let post = post
        .map_or_else(String::new, |(media, key)| format!("\"content-type\": {media}\n\"idempotency-key\": {key}\n"));
    format!(
        "\"@method\": {method}\n\"@authority\": {authority}\n\"@path\": {path}\n\"@query\": ?{query}\n\
         \"content-digest\": {content_digest}\n{post}\"@signature-params\": {params}"
    )
}

/// A request as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// What it is for.
    pub target: Target<'a>,
    /// Header `content-type`.
    pub content_type: Option<&'a str>,
    /// Header `idempotency-key`.
    pub idempotency_key: Option<&'a str>,
    /// Header `content-digest`.
    pub content_digest: &'a str,
    /// Header `signature-input`.
    pub signature_input: &'a str,
    /// Header `signature`.
    pub signature: &'a str,
}

/// A request of the right form, its signature not yet checked: the caller looks the key up first.
#[derive(Debug, Clone)]
pub struct Parsed {
    base: String,
    signature: [u8; 64],
    created: i64,
    nonce: Nonce,
    kid: Kid,
    tag: Tag,
}

/// Compares form, coverage and parameters with what is laid down.
///
/// # Errors
/// [`RequestError::Missing`] for empty headers, [`RequestError::Coverage`] for another form, [`RequestError::Invalid`] for
/// a signature that is none.
pub fn parse(received: &Received<'_>, tag: Tag) -> Result<Parsed, RequestError> {
    if received.signature_input.is_empty() || received.signature.is_empty() {
        return Err(RequestError::Missing);
    }
    let (params, values) = Params::read(received.signature_input).ok_or(RequestError::Coverage)?;
    let post = covered(received, params).ok_or(RequestError::Coverage)?;
    let created = values.created.filter(|created| *created >= 0).ok_or(RequestError::Coverage)?;
    let as_laid_down = values.expires == created.checked_add(LIFE_SECS)
        && values.tag.as_deref() == Some(tag.as_str())
        && values.alg.as_deref().is_none_or(|alg| alg == "ed25519");
    if !as_laid_down {
        return Err(RequestError::Coverage);
    }
    let kid = values.keyid.and_then(|kid| kid.parse().ok()).ok_or(RequestError::Coverage)?;
    let nonce = values.nonce.and_then(|nonce| nonce.parse().ok()).ok_or(RequestError::Coverage)?;
    let signature = byte_sequence(received.signature, "sig=").ok_or(RequestError::Invalid)?;
    let base = base(&received.target, received.content_digest, post, params);
    Ok(Parsed { base, signature, created, nonce, kid, tag })
}

/// Compares the list of components as text and gives what a POST covers besides; none when anything is otherwise.
fn covered<'a>(received: &Received<'a>, params: &str) -> Option<Option<(&'a str, &'a str)>> {
    let Target { method, authority, path, query } = received.target;
    let key = received.idempotency_key;
    // A line break inside a value would write lines of the base.
    let values = [method, authority, path, query.unwrap_or(""), received.content_digest, key.unwrap_or("")];
    if values.iter().any(|value| value.contains(|c: char| c.is_control())) {
        return None;
    }
    let post = method == "POST";
    let list = if post { POST_COMPONENTS } else { COMPONENTS };
    params.strip_prefix(list).filter(|rest| rest.starts_with(';'))?;
    if post { received.content_type.filter(|media| *media == MEDIA).zip(key).map(Some) } else { Some(None) }
}

fn byte_sequence<const N: usize>(value: &str, prefix: &str) -> Option<[u8; N]> {
    let text = value.strip_prefix(prefix)?.strip_prefix(':')?.strip_suffix(':')?;
    STANDARD.decode(text).ok()?.try_into().ok()
}

impl Parsed {
    /// The key it says it was signed with; looked up by the caller, by the tag's role.
    #[must_use]
    pub const fn kid(&self) -> Kid {
        self.kid
    }

    /// The nonce; stored by the caller after the signature held.
    #[must_use]
    pub const fn nonce(&self) -> Nonce {
        self.nonce
    }

    /// Checks the signature with the key that was looked up, then the time it was made.
    ///
    /// # Errors
    /// [`RequestError::Invalid`], [`RequestError::Skew`].
    pub fn verify(&self, key: &PublicKey, now: Timestamp) -> Result<(), RequestError> {
        if key.kid() != self.kid {
            return Err(RequestError::Invalid);
        }
        key.verify(self.base.as_bytes(), &self.signature).map_err(|_| RequestError::Invalid)?;
        let created = Timestamp::from_millis(self.created.saturating_mul(1000));
        let (behind, ahead) = self.tag.tolerance();
        if created + behind >= now && created <= now + ahead { Ok(()) } else { Err(RequestError::Skew) }
    }
}

/// Checks the received body against the signed digest.
///
/// # Errors
/// [`RequestError::Digest`].
pub fn digest_holds(content_digest: &str, body: &[u8]) -> Result<(), RequestError> {
    let signed: [u8; 32] = byte_sequence(content_digest, "sha-256=").ok_or(RequestError::Digest)?;
    if signed == *Digest::of(body).as_bytes() { Ok(()) } else { Err(RequestError::Digest) }
}
