//! A bank's four routes; may stand under a path prefix.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use http::{Request, StatusCode, header};
use protocol::id::{ConfirmationId, QueryId};
use protocol::json;
use protocol::routes::{Confirm, ConfirmationOpen, Inquiry};

use crate::door::{Turned, admit};
use crate::inquiry::InquiryError;
use crate::office::Bank;

/// The most bytes of an inquiry.
const INQUIRY: usize = 48 * 1024;
/// The most bytes of a confirmation.
const CONFIRMATION: usize = 8 * 1024;
/// Seconds to wait when the store cannot be used.
const STORE_DOWN: u32 = 30;

/// The routes of 9-wire section 7 that begin with `{bank}`.
pub fn router(bank: Arc<Bank>) -> Router {
    Router::new()
        .route("/v1/inquiries", post(inquire))
        .route("/v1/inquiries/{query}", delete(withdraw))
        .route("/v1/confirmations", post(confirm))
        .route("/v1/confirmations/{id}", get(confirmation))
        .with_state(bank)
}

async fn inquire(State(bank): State<Arc<Bank>>, request: Request<Body>) -> Response {
    let body = match admit(&bank, request, INQUIRY).await {
        Ok(body) => body,
        Err(turned) => return turn(turned),
    };
    let Ok(inquiry) = json::parse::<Inquiry>(&body) else { return turn(Turned::Malformed) };
    drop(body);
    match bank.inquire(&inquiry).await {
        Ok(answer) => Json(answer).into_response(),
        Err(InquiryError::Statement) => turn(Turned::Unsigned),
        Err(InquiryError::Later { retry_after }) => later(retry_after),
    }
}

async fn withdraw(State(bank): State<Arc<Bank>>, Path(query): Path<String>, request: Request<Body>) -> Response {
    if let Err(turned) = admit(&bank, request, 0).await {
        return turn(turned);
    }
    // An id that does not read was never asked: 204 as for every other.
    let Ok(query) = query.parse::<QueryId>() else { return StatusCode::NO_CONTENT.into_response() };
    match bank.withdraw(query).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(_) => later(STORE_DOWN),
    }
}

async fn confirm(State(bank): State<Arc<Bank>>, request: Request<Body>) -> Response {
    let body = match admit(&bank, request, CONFIRMATION).await {
        Ok(body) => body,
        Err(turned) => return turn(turned),
    };
    let Ok(question) = json::parse::<Confirm>(&body) else { return turn(Turned::Malformed) };
    match bank.confirm(&question).await {
        Ok(confirmation_id) => (StatusCode::ACCEPTED, Json(ConfirmationOpen { confirmation_id })).into_response(),
        Err(_) => later(STORE_DOWN),
    }
}

async fn confirmation(State(bank): State<Arc<Bank>>, Path(id): Path<String>, request: Request<Body>) -> Response {
    if let Err(turned) = admit(&bank, request, 0).await {
        return turn(turned);
    }
    let Ok(id) = id.parse::<ConfirmationId>() else { return StatusCode::NOT_FOUND.into_response() };
    match bank.confirmation(id).await {
        Ok(Some(status)) => Json(status).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => later(STORE_DOWN),
    }
}

fn turn(turned: Turned) -> Response {
    if turned == Turned::Later { later(STORE_DOWN) } else { turned.status().into_response() }
}

fn later(seconds: u32) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, seconds.to_string())]).into_response()
}
