//! A device: signs, enrols, consents, verifies, applies.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use http_body_util::BodyExt;
use protocol::code::{Field, IdType, Kind, PartyCode};
use protocol::consent::{
    APPLY_WITHIN, Consent, ConsentKey, FIXED_FIELDS, Fetch, HOLDS_FOR, Life, LifeUnit, Mode, Purpose, PurposeCode,
    Separate,
};
use protocol::encode::{Digest, Nonce, Salt, b64u};
use protocol::id::{ConsentId, IdempotencyKey, QueryId};
use protocol::identity::{IdNumber, Identity, Mobile, Name, bank_commitment};
use protocol::json::V1;
use protocol::key::SigningKey;
use protocol::request::{self, Tag};
use protocol::seal::QuerySeed;
use protocol::text::Text;
use protocol::time::{Clock, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{World, bank, face};

pub const AUTHORITY: &str = "gw.example";

/// What came back.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn text(&self, member: &str) -> String {
        self.json()[member].as_str().unwrap_or_default().to_owned()
    }

    pub fn code(&self) -> String {
        self.text("code")
    }
}

pub struct Device {
    pub key: SigningKey,
    pub name: &'static str,
    pub id_number: &'static str,
    pub mobile: &'static str,
    pub lost: bool,
}

/// A consent with everything that goes with it to the gateway.
#[derive(Clone)]
pub struct Agreed {
    pub consent: Consent,
    pub salt: Salt,
    pub banks: Vec<(PartyCode, Salt)>,
    pub jws: String,
}

impl Agreed {
    pub fn digest(&self) -> Digest {
        Consent::digest(&self.jws)
    }

    pub fn id(&self) -> String {
        self.consent.query_id.to_string()
    }

    pub fn body(&self, tokens: &[String]) -> Value {
        let banks: Vec<_> = self.banks.iter().map(|(code, salt)| json!({ "code": code, "salt": salt })).collect();
        json!({ "v": 1, "consent": self.jws, "subject_salt": self.salt, "banks": banks, "tokens": tokens })
    }
}

pub fn signed_request(
    key: &SigningKey,
    method: &str,
    target: &str,
    body: &[u8],
    idempotency: Option<&str>,
    at: Timestamp,
    nonce: Nonce,
) -> Request<Body> {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let media = (method == "POST").then_some("application/json");
    let signed = request::sign(key, Tag::Device, method, AUTHORITY, path, query, body, media, idempotency, at, nonce);
    let mut built = Request::builder()
        .method(method)
        .uri(target)
        .header("host", AUTHORITY)
        .header("content-digest", signed.content_digest)
        .header("signature-input", signed.signature_input)
        .header("signature", signed.signature);
    if let Some(key) = idempotency {
        built = built.header("idempotency-key", key);
    }
    if let Some(media) = media {
        built = built.header("content-type", media);
    }
    built.body(Body::from(body.to_vec())).unwrap()
}

/// One request over a connection of its own; an error when the other process is not there (any more).
pub async fn over_tcp(to: SocketAddr, request: Request<Body>) -> std::io::Result<Got> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut text =
        format!("{} {} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", head.method, head.uri, body.len());
    for (name, value) in &head.headers {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    text.push_str("\r\n");
    let mut stream = tokio::net::TcpStream::connect(to).await?;
    stream.write_all(text.as_bytes()).await?;
    stream.write_all(&body).await?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await?;
    let cut = all.windows(4).position(|window| window == b"\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8_lossy(&all[..cut]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let mut headers = http::HeaderMap::new();
    for line in head.lines().skip(1) {
        if let Some((name, value)) = line.split_once(": ") {
            headers.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
    }
    Ok(Got { status, headers, bytes: all[cut + 4..].to_vec() })
}

impl World {
    pub async fn send(&self, mut request: Request<Body>) -> Got {
        if let Some(remote) = self.remote {
            return over_tcp(remote, request).await.unwrap();
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 1000))));
        let response = self.gateway.router().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Got { status: head.status.as_u16(), headers: head.headers, bytes }
    }

    pub async fn get(&self, device: &Device, target: &str) -> Got {
        self.send(signed_request(&device.key, "GET", target, b"", None, self.clock.now(), Nonce::random())).await
    }

    pub async fn delete(&self, device: &Device, target: &str) -> Got {
        self.send(signed_request(&device.key, "DELETE", target, b"", None, self.clock.now(), Nonce::random())).await
    }

    pub async fn post(&self, device: &Device, target: &str, body: &Value) -> Got {
        self.post_as(device, target, body, &IdempotencyKey::new().to_string()).await
    }

    pub async fn post_as(&self, device: &Device, target: &str, body: &Value, key: &str) -> Got {
        let body = serde_json::to_vec(body).unwrap();
        self.send(signed_request(&device.key, "POST", target, &body, Some(key), self.clock.now(), Nonce::random()))
            .await
    }

    /// The newest code of a kind, once it was sent.
    pub async fn code(&self, kind: &str, before: usize) -> String {
        super::until("the code was sent", || async {
            self.inbox.0.lock().unwrap().iter().filter(|sms| sms.dedup_key.starts_with(kind)).count() > before
        })
        .await;
        self.inbox.code(kind).unwrap()
    }

    pub fn sent(&self, kind: &str) -> usize {
        self.inbox.0.lock().unwrap().iter().filter(|sms| sms.dedup_key.starts_with(kind)).count()
    }

    pub async fn begin_enrolment(&self, device: &Device) -> Got {
        self.post(device, "/v1/enrolments", &device.entries()).await
    }

    /// Enrols; the body of the confirm.
    pub async fn enrol(&self, device: &Device) -> Got {
        let before = self.sent("enrol_code");
        let begun = self.begin_enrolment(device).await;
        assert_eq!(begun.status, 202, "an enrolment begins: {}", begun.json());
        let code = self.code("enrol_code", before).await;
        self.post(
            device,
            &format!("/v1/enrolments/{}/confirm", begun.text("enrolment_id")),
            &json!({ "v": 1, "code": code }),
        )
        .await
    }

    /// As [`Self::enrol`] in a world where nothing happens by itself.
    pub async fn enrol_still(&self, device: &Device) -> Got {
        let begun = self.begin_enrolment(device).await;
        self.gateway.tick().await;
        let id = begun.text("enrolment_id");
        let code = self.inbox.code(&format!("enrol_code/{id}/0")).unwrap();
        self.post(device, &format!("/v1/enrolments/{id}/confirm"), &json!({ "v": 1, "code": code })).await
    }

    /// Passes the SMS factor; its token.
    pub async fn sms_token(&self, device: &Device, consent: Digest) -> String {
        let before = self.sent("query_code");
        let begun = self.post(device, "/v1/verifications", &json!({ "v": 1, "kind": "sms", "consent": consent })).await;
        assert_eq!(begun.status, 201, "a verification begins: {}", begun.json());
        let code = self.code("query_code", before).await;
        let passed = self
            .post(
                device,
                &format!("/v1/verifications/{}/confirm", begun.text("verification_id")),
                &json!({ "v": 1, "code": code }),
            )
            .await;
        assert_eq!(passed.status, 200, "the right code passes: {}", passed.json());
        passed.text("token")
    }

    /// Passes card_bank; its token.
    pub async fn card_bank_token(&self, device: &Device, consent: Digest, salt: Salt) -> String {
        let begun = self
            .post(
                device,
                "/v1/verifications",
                &json!({ "v": 1, "kind": "card_bank", "consent": consent, "subject_salt": salt }),
            )
            .await;
        assert_eq!(begun.status, 201, "card_bank begins: {}", begun.json());
        let status = self.get(device, &format!("/v1/verifications/{}", begun.text("verification_id"))).await;
        assert_eq!(status.text("state"), "passed", "the bank confirmed");
        status.text("token")
    }

    pub fn consent(&self, device: &Device, banks: &[&str]) -> Agreed {
        self.consent_with(device, banks, |_| {})
    }

    pub fn consent_with(&self, device: &Device, banks: &[&str], change: impl FnOnce(&mut Consent)) -> Agreed {
        let salt = Salt::random();
        let banks: Vec<_> = banks.iter().map(|code| (bank(code), Salt::random())).collect();
        let given_at = self.clock.now();
        let mut fields = FIXED_FIELDS.to_vec();
        fields.push(Field::Class);
        let mut consent = Consent {
            v: V1,
            consent_id: ConsentId::new(),
            query_id: QueryId::new(),
            subject: device.identity().subject(&salt),
            purpose: Purpose {
                code: PurposeCode::OwnCardsView, text: Text::new("查询本人名下银行卡").unwrap()
            },
            banks: banks.iter().map(|(code, salt)| bank_commitment(salt, code)).collect(),
            kinds: vec![Kind::Debit],
            fields,
            separate: [Separate::Sensitive, Separate::Handover],
            notice: face::shown(),
            mode: Mode::View,
            fetch: Fetch::Onetime,
            life: Life { unit: LifeUnit::NaturalDay, value: 7 },
            key: ConsentKey::new(&QuerySeed::generate().public()),
            given_at,
            apply_by: given_at + APPLY_WITHIN,
            expires_at: given_at + HOLDS_FOR,
            replaces: None,
        };
        change(&mut consent);
        let jws = consent.sign(&device.key);
        Agreed { consent, salt, banks, jws }
    }

    pub async fn tokens(&self, device: &Device, agreed: &Agreed) -> Vec<String> {
        vec![
            self.sms_token(device, agreed.digest()).await,
            self.card_bank_token(device, agreed.digest(), agreed.salt).await,
        ]
    }

    pub async fn apply(&self, device: &Device, agreed: &Agreed, tokens: &[String]) -> Got {
        self.post_as(device, "/v1/queries", &agreed.body(tokens), &agreed.id()).await
    }

    /// Consents, verifies and applies.
    pub async fn query(&self, device: &Device, banks: &[&str]) -> Agreed {
        let agreed = self.consent(device, banks);
        let tokens = self.tokens(device, &agreed).await;
        let accepted = self.apply(device, &agreed, &tokens).await;
        assert_eq!(accepted.status, 201, "the query is accepted: {}", accepted.json());
        agreed
    }

    /// As [`Self::query`] in a world where nothing happens by itself.
    pub async fn query_still(&self, device: &Device, banks: &[&str]) -> Agreed {
        let agreed = self.consent(device, banks);
        let begun =
            self.post(device, "/v1/verifications", &json!({ "v": 1, "kind": "sms", "consent": agreed.digest() })).await;
        let id = begun.text("verification_id");
        self.gateway.tick().await;
        let code = self.inbox.code(&format!("query_code/{id}/0")).unwrap();
        let place = format!("/v1/verifications/{id}/confirm");
        let sms = self.post(device, &place, &json!({ "v": 1, "code": code })).await.text("token");
        let tokens = [sms, self.card_bank_token(device, agreed.digest(), agreed.salt).await];
        let accepted = self.apply(device, &agreed, &tokens).await;
        assert_eq!(accepted.status, 201, "the query is accepted: {}", accepted.json());
        agreed
    }

    pub async fn status(&self, device: &Device, query: &str) -> Value {
        self.store.query(query.parse().unwrap()).await.unwrap().map_or(Value::Null, |head| {
            assert!(!device.name.is_empty(), "a status belongs to somebody");
            serde_json::to_value(gateway::query::status(&head.doc, self.clock.now())).unwrap()
        })
    }

    pub async fn wait_state(&self, device: &Device, query: &str, state: &str) {
        super::until(&format!("the query is {state}"), || async { self.status(device, query).await["state"] == state })
            .await;
    }
}

impl Device {
    /// Fresh device of a made-up person (the worked example of GB 11643).
    pub fn of_zhang() -> Self {
        Self {
            key: SigningKey::generate(),
            name: "张三",
            id_number: "11010519491231002X",
            mobile: "13800000000",
            lost: false,
        }
    }

    pub fn of_li() -> Self {
        Self {
            key: SigningKey::generate(),
            name: "李四",
            id_number: "000000199001010026",
            mobile: "13800000001",
            lost: false,
        }
    }

    pub fn identity(&self) -> Identity {
        Identity {
            name: Name::parse(self.name).unwrap(),
            id_type: IdType::CnId,
            id_number: IdNumber::parse(IdType::CnId, self.id_number).unwrap(),
            mobile: Mobile::parse(self.mobile).unwrap(),
        }
    }

    pub fn entries(&self) -> Value {
        json!({
            "v": 1, "name": self.name, "id_type": "CN_ID", "id_number": self.id_number, "mobile": self.mobile,
            "card_number": "6222020000000000018", "device_key": self.key.public(), "check_key": b64u(&[9; 32]), "locale": "zh-CN",
            "lost_device": self.lost,
        })
    }
}
