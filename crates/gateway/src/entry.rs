//! The door: size, signature, nonce, digest, idempotency, in this order (9-wire sections 4 and 7); only then a route.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::request::Parts as Head;
use http::{Request, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use protocol::encode::Digest;
use protocol::id::{AccountId, IdempotencyKey, RequestId};
use protocol::key::{Kid, PublicKey};
use protocol::refusal::Code;
use protocol::request::{self, Tag};
use protocol::time::Timestamp;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use crate::core::Core;
use crate::pace::{ANSWER_WITHIN, Began, SEND_WITHIN};
use crate::rates::{Rate, address};
use crate::refusal::{Refusal, Reply};
use crate::routes::{RateOf, Route, Who};
use crate::store::{Account, Begin, Device, Enrolment, RequestKey, Versioned};

/// Who is at the door, after the signature held.
pub(crate) enum Caller {
    /// Nobody signed.
    Anyone,
    /// The live device of an account.
    Device(Box<Known>),
    /// A device that was replaced, or whose account was deleted.
    Retired(Box<Versioned<Device>>),
    /// The device of an enrolment under way.
    Applicant(Box<Versioned<Enrolment>>),
    /// The key in the body.
    New(PublicKey),
}

/// A device with its account.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) device: Versioned<Device>,
    pub(crate) account: Versioned<Account>,
}

/// A request that was let in.
pub(crate) struct Call {
    pub(crate) caller: Caller,
    pub(crate) params: Vec<String>,
    pub(crate) query: Option<String>,
    pub(crate) last_event_id: Option<String>,
    pub(crate) body: Bytes,
    pub(crate) address: String,
    pub(crate) now: Timestamp,
    pub(crate) key: Option<RequestKey>,
}

/// What a route does.
pub(crate) type Handler = for<'a> fn(&'a Arc<Core>, &'a Call) -> BoxFuture<'a, Result<Reply, Refusal>>;

impl Call {
    /// The account's device; every other caller was turned away before.
    pub(crate) fn known(&self) -> Result<&Known, Refusal> {
        match &self.caller {
            Caller::Device(known) => Ok(known),
            Caller::Anyone | Caller::Retired(_) | Caller::Applicant(_) | Caller::New(_) => Err(Code::KeyUnknown.into()),
        }
    }

    pub(crate) fn account(&self) -> Result<AccountId, Refusal> {
        Ok(self.known()?.account.doc.account)
    }

    /// An id in the path; one that does not read is like one that does not exist.
    pub(crate) fn id<T: std::str::FromStr>(&self, index: usize) -> Result<T, Refusal> {
        self.params.get(index).and_then(|text| text.parse().ok()).ok_or_else(|| Code::NotFound.into())
    }

    /// One parameter of the query string; none of ours needs escaping.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .as_deref()?
            .split('&')
            .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
    }

    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        read(&self.body)
    }
}

pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    use protocol::json::{JsonError, parse, says_other_version};
    parse(body).map_err(|error| {
        if says_other_version(body) {
            return Code::UnsupportedVersion.into();
        }
        match error {
            JsonError::Malformed => Code::Malformed.into(),
            JsonError::UnknownMember => Code::UnknownField.into(),
            JsonError::Version => Code::UnsupportedVersion.into(),
        }
    })
}

/// Serves one request of a route: whatever happens, exactly one reply.
pub(crate) async fn serve(
    core: Arc<Core>,
    route: &'static Route,
    params: Vec<String>,
    from: SocketAddr,
    request: Request<Body>,
) -> Response<Body> {
    let id = RequestId::new();
    let started = core.parts.clock.boottime();
    let began = request.extensions().get().copied().unwrap_or_else(|| Began(Instant::now()));
    // A call that was let in is finished, also when its caller has left or waited too long: the repeat finds its reply.
    let work = {
        let core = Arc::clone(&core);
        tokio::spawn(async move {
            match admit(&core, route, params, from, request, began).await {
                Ok(call) => run(&core, route, &call, id).await,
                Err(Turned::Away(refusal)) => refusal.reply(id, core.now()),
                Err(Turned::Again(reply)) => reply,
            }
        })
    };
    let reply = match timeout_at(began.0 + ANSWER_WITHIN, work).await {
        Ok(Ok(reply)) => reply,
        Ok(Err(_)) => Refusal::from(Code::Internal).reply(id, core.now()),
        Err(_) => Refusal::from(Code::Busy).reply(id, core.now()),
    };
    let took_ms = u64::try_from(core.parts.clock.boottime().saturating_sub(started).as_millis()).unwrap_or(0);
    tracing::info!(request = %id, operation = route.operation, status = reply.status, took_ms, "request");
    core.metrics
        .count("mingxia_requests_total", format!("operation=\"{}\",status=\"{}\"", route.operation, reply.status));
    reply.into_response()
}

async fn run(core: &Arc<Core>, route: &Route, call: &Call, id: RequestId) -> Reply {
    let reply = match decide(core, route, call).await {
        Ok(reply) => reply,
        Err(refusal) => {
            tracing::info!(request = %id, code = refusal.code.as_str(), "refused");
            refusal.reply(id, core.now())
        }
    };
    if let Some(key) = call.key.as_ref().filter(|_| !reply.stored)
        && let Err(error) = core.store().finish(key, reply.repeatable(), core.now()).await
    {
        tracing::error!(request = %id, %error, "reply not stored");
    }
    reply
}

async fn decide(core: &Arc<Core>, route: &Route, call: &Call) -> Result<Reply, Refusal> {
    standing(route, call)?;
    rate(core, route, call).await?;
    (route.handle)(core, call).await
}

enum Turned {
    Away(Refusal),
    Again(Reply),
}

impl<E: Into<Refusal>> From<E> for Turned {
    fn from(error: E) -> Self {
        Self::Away(error.into())
    }
}

async fn admit(
    core: &Arc<Core>,
    route: &'static Route,
    params: Vec<String>,
    from: SocketAddr,
    request: Request<Body>,
    began: Began,
) -> Result<Call, Turned> {
    let (head, body) = request.into_parts();
    let caller_address = caller_address(core, &head, from);
    let body = collect(body, route.cap, began).await?;
    let post = route.method == "POST";
    if post && header(&head, "content-type") != Some("application/json") {
        return Err(Code::MediaType.into());
    }
    let mut call = Call {
        caller: Caller::Anyone,
        params,
        query: head.uri.query().map(str::to_owned),
        last_event_id: header(&head, "last-event-id").map(str::to_owned),
        body,
        address: caller_address,
        now: core.now(),
        key: None,
    };
    if route.who == Who::Anyone {
        // A signature that does not hold buys nothing: the address is counted as for an unsigned request.
        let signed =
            header(&head, "signature-input").is_some() && signature(core, route, &head, &mut call).await.is_ok();
        if !signed {
            call.caller = Caller::Anyone;
        }
        return Ok(call);
    }
    let kid = signature(core, route, &head, &mut call).await?;
    if post {
        let key = header(&head, "idempotency-key").ok_or(Code::IdempotencyMissing)?;
        let key: IdempotencyKey = key.parse().map_err(|_| Code::IdempotencyMissing)?;
        let key = RequestKey {
            kid,
            key: key.to_string(),
            target: format!("POST {}", head.uri.path()),
            body: Digest::of(&call.body),
        };
        match core.store().begin(&key, call.now).await.map_err(Refusal::from)? {
            Begin::New => call.key = Some(key),
            Begin::Stored(reply) => return Err(Turned::Again(Reply::replayed(reply))),
            Begin::Mismatch => return Err(Code::IdempotencyMismatch.into()),
            Begin::Running => return Err(Code::InProgress.into()),
        }
    }
    Ok(call)
}

fn header<'a>(head: &'a Head, name: &str) -> Option<&'a str> {
    let mut values = head.headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() { None } else { Some(value) }
}

fn caller_address(core: &Core, head: &Head, from: SocketAddr) -> String {
    let forwarded =
        core.parts.limits.behind_proxy.then(|| head.headers.get_all("x-forwarded-for").iter().next_back()).flatten();
    let ip = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    address(ip.unwrap_or_else(|| from.ip()))
}

async fn collect(body: Body, cap: usize, began: Began) -> Result<Bytes, Refusal> {
    let read = timeout_at(began.0 + SEND_WITHIN, Limited::new(body, cap).collect()).await;
    match read.map_err(|_| Code::Malformed)? {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Code::TooLarge.into()),
        Err(_) => Err(Code::Malformed.into()),
    }
}

/// Signature, then nonce, then digest. The key is chosen by the place, never by the message.
async fn signature(core: &Core, route: &Route, head: &Head, call: &mut Call) -> Result<Kid, Refusal> {
    let input = header(head, "signature-input").ok_or(Code::SignatureMissing)?;
    let signature = header(head, "signature").ok_or(Code::SignatureMissing)?;
    let digest = header(head, "content-digest").ok_or(Code::SignatureCoverage)?;
    let host = head.uri.authority().map_or_else(|| header(head, "host"), |authority| Some(authority.as_str()));
    let authority = host.map(|host| host.to_lowercase()).ok_or(Code::SignatureInvalid)?;
    let authority = authority.strip_suffix(":443").unwrap_or(&authority);
    let received = request::Received {
        target: request::Target { method: route.method, authority, path: head.uri.path(), query: head.uri.query() },
        content_type: header(head, "content-type"),
        idempotency_key: header(head, "idempotency-key"),
        content_digest: digest,
        signature_input: input,
        signature,
    };
    let parsed = request::parse(&received, Tag::Device).map_err(|error| Refusal::from(refused(error)))?;
    let (caller, key) = caller(core, route, call, parsed.kid()).await?;
    call.caller = caller;
    parsed.verify(&key, call.now).map_err(|error| Refusal::from(refused(error)))?;
    if !core.store().nonce(parsed.kid(), &parsed.nonce().to_string(), call.now).await? {
        return Err(Code::NonceUsed.into());
    }
    request::digest_holds(digest, &call.body).map_err(|error| Refusal::from(refused(error)))?;
    Ok(parsed.kid())
}

fn refused(error: request::RequestError) -> Code {
    use request::RequestError as E;
    match error {
        E::Missing => Code::SignatureMissing,
        E::Coverage => Code::SignatureCoverage,
        E::Invalid => Code::SignatureInvalid,
        E::Skew => Code::ClockSkew,
        E::Digest => Code::DigestMismatch,
    }
}

async fn caller(core: &Core, route: &Route, call: &Call, kid: Kid) -> Result<(Caller, PublicKey), Refusal> {
    match route.who {
        Who::KeyInBody => {
            let enrol: protocol::routes::Enrol = call.read()?;
            if enrol.device_key.kid() != kid {
                return Err(Code::KeyUnknown.into());
            }
            Ok((Caller::New(enrol.device_key), enrol.device_key))
        }
        Who::Applicant => {
            let enrolment = core.store().enrolment(call.id(0)?).await?.ok_or(Code::NotFound)?;
            if enrolment.doc.key.kid() != kid {
                return Err(Code::NotFound.into());
            }
            let key = enrolment.doc.key;
            Ok((Caller::Applicant(Box::new(enrolment)), key))
        }
        Who::Device | Who::Anyone | Who::DeviceOrRetired => {
            let device = core.store().device(kid).await?.ok_or(Code::KeyUnknown)?;
            let key = device.doc.key;
            let account = core.store().account(device.doc.account).await?;
            let gives_back = |account: &Versioned<Account>| route.recovers && account.doc.frozen_by == Some(kid);
            if device.doc.retired_at.is_some() && !account.as_ref().is_some_and(gives_back) {
                return Ok((Caller::Retired(Box::new(device)), key));
            }
            let account = account.ok_or(Code::KeyUnknown)?;
            Ok((Caller::Device(Box::new(Known { device, account })), key))
        }
    }
}

/// Whether the caller's standing allows this route at all.
fn standing(route: &Route, call: &Call) -> Result<(), Refusal> {
    match &call.caller {
        _ if route.who == Who::Anyone => Ok(()),
        Caller::Retired(_) if route.who == Who::DeviceOrRetired => Ok(()),
        Caller::Retired(device) => Err(Refusal::from(Code::DeviceRetired).with_erase(device.doc.erase.clone())),
        // Whoever froze an account may still be right: ending things stays possible, reading and asking does not.
        Caller::Device(known) if crate::reinstate::act(known).is_some() => Ok(()),
        Caller::Device(known) if known.account.doc.frozen_by.is_some() && !route.ends => {
            Err(Code::AccountFrozen.into())
        }
        Caller::Device(_) | Caller::Anyone | Caller::Applicant(_) | Caller::New(_) => Ok(()),
    }
}

async fn rate(core: &Core, route: &Route, call: &Call) -> Result<(), Refusal> {
    let of = match &call.caller {
        Caller::Device(known) => known.account.doc.account.to_string(),
        Caller::Retired(device) => device.doc.kid.to_string(),
        Caller::Applicant(enrolment) => enrolment.doc.enrolment.to_string(),
        Caller::Anyone => return core.take(Rate::Unsigned(&call.address)).await,
        // Anybody can make a key: the address is counted before anything is looked at, and over its limit nothing stays.
        Caller::New(_) => return core.take(Rate::EnrolAddress(&call.address)).await,
    };
    let first = call.params.first().map_or("", String::as_str);
    match route.rate {
        RateOf::Status => core.take(Rate::Status(&format!("{of}/{first}"))).await,
        RateOf::Streams => core.take(Rate::Streams(&of)).await,
        RateOf::Sections => core.take(Rate::Sections(&of)).await,
        RateOf::Other => core.take(Rate::Other(&of)).await,
        RateOf::Queries => core.take(Rate::Queries(&of)).await,
        RateOf::Verifications => core.take(Rate::Verifications(&of)).await,
        RateOf::Own => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_is_sent_within_ten_seconds_of_the_first_byte() {
        let drip = |every: u64| {
            let chunks = futures_util::stream::unfold(0_u8, move |n| async move {
                tokio::time::sleep(Duration::from_secs(every)).await;
                (n < 4).then_some((Ok::<_, std::convert::Infallible>(Bytes::from_static(b"x")), n + 1))
            });
            Body::from_stream(chunks)
        };
        let earlier = Began(Instant::now());
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(collect(drip(2), 64, earlier).await.map_err(|refusal| refusal.code), Err(Code::Malformed));
        assert_eq!(
            collect(drip(2), 2, Began(Instant::now())).await.map_err(|refusal| refusal.code),
            Err(Code::TooLarge)
        );
        assert_eq!(collect(drip(1), 64, Began(Instant::now())).await.map(|body| body.len()).ok(), Some(4));
    }
}
