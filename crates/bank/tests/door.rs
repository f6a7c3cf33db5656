//! The door of a bank over HTTP, mounted under a path prefix. Refusals first.
#![allow(missing_docs, clippy::unwrap_used, clippy::allow_attributes, reason = "tests")]

mod scene;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use bank::Slot;
use bank::store::MemoryStore;
use http::{Request, Response, StatusCode};
use protocol::encode::{Digest, Nonce};
use protocol::id::{ConfirmationId, IdempotencyKey, QueryId};
use protocol::json::V1;
use protocol::key::SigningKey;
use protocol::request::{Tag, sign};
use protocol::routes::{Confirm, ConfirmationOpen, ConfirmationState, ConfirmationStatus, InquiryAnswer};
use protocol::time::{Clock, Timestamp};
use scene::Scene;
use tower::ServiceExt;

/// A request of the gateway in the making; tests change one thing of it.
struct Letter {
    key: SigningKey,
    tag: Tag,
    method: &'static str,
    path: String,
    body: Vec<u8>,
    created: Timestamp,
    nonce: Nonce,
    content_type: &'static str,
    idempotency: String,
}

impl Letter {
    fn new(scene: &Scene, method: &'static str, path: &str, body: Vec<u8>) -> Self {
        Self {
            key: scene.gateway.clone(),
            tag: Tag::Gateway,
            method,
            path: path.to_owned(),
            body,
            created: scene.clock.now(),
            nonce: Nonce::random(),
            content_type: "application/json",
            idempotency: IdempotencyKey::new().to_string(),
        }
    }

    fn seal(&self) -> Request<Body> {
        let posts = self.method == "POST";
        let (media, key) =
            if posts { (Some("application/json"), Some(self.idempotency.as_str())) } else { (None, None) };
        let signed = sign(
            &self.key,
            self.tag,
            self.method,
            "bank.example",
            &self.path,
            None,
            &self.body,
            media,
            key,
            self.created,
            self.nonce,
        );
        let mut request = Request::builder().method(self.method).uri(&self.path).header("host", "bank.example");
        if posts {
            request = request.header("content-type", self.content_type).header("idempotency-key", &self.idempotency);
        }
        request
            .header("content-digest", signed.content_digest)
            .header("signature-input", signed.signature_input)
            .header("signature", signed.signature)
            .body(Body::from(self.body.clone()))
            .unwrap()
    }
}

fn house() -> (Scene, Router) {
    let scene = Scene::with(Arc::new(MemoryStore::default()), Slot::of(Duration::ZERO));
    let router = Router::new().nest("/ICBC", bank::router(Arc::clone(&scene.bank)));
    (scene, router)
}

async fn send(router: &Router, letter: &Letter) -> Response<Body> {
    router.clone().oneshot(letter.seal()).await.unwrap()
}

async fn read<T: serde::de::DeserializeOwned>(response: Response<Body>) -> T {
    serde_json::from_slice(&to_bytes(response.into_body(), 1 << 20).await.unwrap()).unwrap()
}

fn inquiry(scene: &Scene) -> Vec<u8> {
    serde_json::to_vec(&scene.ask().body(scene.clock.now())).unwrap()
}

#[tokio::test]
async fn whoever_is_not_the_gateway_is_turned_away() {
    type Spoil = fn(&mut Letter);
    let spoils: [(&str, StatusCode, Spoil); 6] = [
        ("another key", StatusCode::UNAUTHORIZED, |letter| letter.key = SigningKey::generate()),
        ("a device's tag", StatusCode::UNAUTHORIZED, |letter| letter.tag = Tag::Device),
        ("sixteen minutes old", StatusCode::UNAUTHORIZED, |letter| {
            letter.created = letter.created - Duration::from_secs(16 * 60)
        }),
        ("sixteen minutes ahead", StatusCode::UNAUTHORIZED, |letter| {
            letter.created = letter.created + Duration::from_secs(16 * 60)
        }),
        ("another content type", StatusCode::UNSUPPORTED_MEDIA_TYPE, |letter| letter.content_type = "text/plain"),
        ("more than 48 KiB", StatusCode::PAYLOAD_TOO_LARGE, |letter| letter.body = vec![b' '; 48 * 1024 + 1]),
    ];
    let (scene, router) = house();
    for (why, status, spoil) in spoils {
        let mut letter = Letter::new(&scene, "POST", "/ICBC/v1/inquiries", inquiry(&scene));
        spoil(&mut letter);
        assert_eq!(send(&router, &letter).await.status(), status, "{why}");
    }
    let bare = Request::builder()
        .method("POST")
        .uri("/ICBC/v1/inquiries")
        .header("host", "bank.example")
        .header("content-type", "application/json");
    let bare = bare.body(Body::from(inquiry(&scene))).unwrap();
    assert_eq!(router.clone().oneshot(bare).await.unwrap().status(), StatusCode::UNAUTHORIZED, "not signed at all");
}

#[tokio::test]
async fn a_request_is_let_in_once_and_as_it_was_signed() {
    let (scene, router) = house();
    let letter = Letter::new(&scene, "POST", "/ICBC/v1/inquiries", inquiry(&scene));
    assert_eq!(send(&router, &letter).await.status(), StatusCode::OK, "the gateway asks");
    assert_eq!(send(&router, &letter).await.status(), StatusCode::UNAUTHORIZED, "its nonce was used");
    let letter = Letter::new(&scene, "POST", "/ICBC/v1/inquiries", inquiry(&scene));
    let (head, _) = letter.seal().into_parts();
    let swapped = Request::from_parts(head, Body::from(inquiry(&scene)));
    assert_eq!(
        router.clone().oneshot(swapped).await.unwrap().status(),
        StatusCode::UNAUTHORIZED,
        "another body than the signed one"
    );
    let letter = Letter::new(&scene, "POST", "/ICBC/v1/inquiries", b"{\"v\":1,\"x\":2}".to_vec());
    assert_eq!(send(&router, &letter).await.status(), StatusCode::BAD_REQUEST, "signed, but not an inquiry");
    let mut letter = Letter::new(&scene, "POST", "/ICBC/v1/inquiries", inquiry(&scene));
    letter.path = "/v1/inquiries".to_owned();
    assert_eq!(send(&router, &letter).await.status(), StatusCode::NOT_FOUND, "the bank stands under its prefix");
}

#[tokio::test]
async fn a_statement_of_somebody_else_is_turned_away() {
    let (scene, router) = house();
    let mut ask = scene.ask();
    ask.statement_key = SigningKey::generate();
    let body = serde_json::to_vec(&ask.body(scene.clock.now())).unwrap();
    assert_eq!(
        send(&router, &Letter::new(&scene, "POST", "/ICBC/v1/inquiries", body)).await.status(),
        StatusCode::UNAUTHORIZED,
        "401, and the gateway alarms"
    );
}

#[tokio::test]
async fn a_bank_whose_books_are_down_asks_for_time() {
    let (scene, router) = house();
    scene.say(scene::Say::Down);
    let response = send(&router, &Letter::new(&scene, "POST", "/ICBC/v1/inquiries", inquiry(&scene))).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "later");
    assert_eq!(response.headers()["retry-after"], "7", "in seconds");
    assert!(to_bytes(response.into_body(), 1024).await.unwrap().is_empty(), "and not a word about the person");
}

#[tokio::test]
async fn an_inquiry_is_answered_withdrawn_and_then_refused() {
    let (scene, router) = house();
    let ask = scene.ask();
    let body = || serde_json::to_vec(&ask.body(scene.clock.now())).unwrap();
    let answer: InquiryAnswer =
        read(send(&router, &Letter::new(&scene, "POST", "/ICBC/v1/inquiries", body())).await).await;
    assert_eq!(scene.open(&ask, &answer).cards.len(), 1, "the section opens over HTTP too");
    let path = format!("/ICBC/v1/inquiries/{}", ask.consent.query_id);
    for (path, why) in [
        (path.clone(), "a withdrawal"),
        (path, "repeated"),
        (format!("/ICBC/v1/inquiries/{}", QueryId::new()), "of an unknown query"),
        ("/ICBC/v1/inquiries/x".to_owned(), "of no id at all"),
    ] {
        assert_eq!(
            send(&router, &Letter::new(&scene, "DELETE", &path, Vec::new())).await.status(),
            StatusCode::NO_CONTENT,
            "{why}: 204 always"
        );
    }
    let answer: InquiryAnswer =
        read(send(&router, &Letter::new(&scene, "POST", "/ICBC/v1/inquiries", body())).await).await;
    assert_eq!(scene.answer(&answer).code, Some(protocol::code::BankRefusal::Withdrawn), "it stays withdrawn");
}

#[tokio::test]
async fn a_confirmation_is_asked_and_polled() {
    let (scene, router) = house();
    let path = format!("/ICBC/v1/confirmations/{}", ConfirmationId::new());
    assert_eq!(
        send(&router, &Letter::new(&scene, "GET", &path, Vec::new())).await.status(),
        StatusCode::NOT_FOUND,
        "an unknown question"
    );
    let ask = scene.ask();
    let body = Confirm { v: V1, consent: Digest::of(b"consent"), device: ask.device.kid(), subject: ask.subject() };
    let response =
        send(&router, &Letter::new(&scene, "POST", "/ICBC/v1/confirmations", serde_json::to_vec(&body).unwrap())).await;
    assert_eq!(response.status(), StatusCode::ACCEPTED, "the person is asked");
    let open: ConfirmationOpen = read(response).await;
    let path = format!("/ICBC/v1/confirmations/{}", open.confirmation_id);
    let status: ConfirmationStatus = read(send(&router, &Letter::new(&scene, "GET", &path, Vec::new())).await).await;
    assert_eq!(status.state, ConfirmationState::Pending, "until the person presses");
    scene.bank.decide(open.confirmation_id, true).await.unwrap();
    let status: ConfirmationStatus = read(send(&router, &Letter::new(&scene, "GET", &path, Vec::new())).await).await;
    assert!(status.state == ConfirmationState::Passed && status.attestation.is_some(), "the bank vouches");
}
