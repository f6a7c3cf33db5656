//! What operators read: health, readiness, metrics, and the contract.

use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::any;
use http::{Method, StatusCode};

use crate::core::Core;
use crate::openapi;

/// Adds the operators' routes. They are on the same listener; a proxy keeps them inside (docs/gateway.md).
pub(super) fn router(core: Arc<Core>, router: Router) -> Router {
    let (ready, metrics) = (Arc::clone(&core), core);
    router
        .route(
            "/healthz",
            any(|method: Method| async move { only_get(&method, StatusCode::OK, "text/plain", "alive\n".to_owned()) }),
        )
        .route(
            "/readyz",
            any(move |method: Method| {
                let core = Arc::clone(&ready);
                async move {
                    let good = core.is_ready() && core.store().ready().await.is_ok() && core.directory().is_ok();
                    let (status, word) = if good {
                        (StatusCode::OK, "ready\n")
                    } else {
                        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
                    };
                    only_get(&method, status, "text/plain", word.to_owned())
                }
            }),
        )
        .route(
            "/metrics",
            any(move |method: Method| {
                let core = Arc::clone(&metrics);
                async move { only_get(&method, StatusCode::OK, "text/plain; version=0.0.4", core.metrics.text()) }
            }),
        )
        .route(
            "/openapi.json",
            any(|method: Method| async move {
                only_get(&method, StatusCode::OK, "application/json", openapi::document().to_string())
            }),
        )
        .route(
            "/docs",
            any(|method: Method| async move {
                only_get(&method, StatusCode::OK, "text/html; charset=utf-8", openapi::page())
            }),
        )
}

fn only_get(method: &Method, status: StatusCode, media: &'static str, body: String) -> axum::response::Response {
    if method == Method::GET {
        (status, [(http::header::CONTENT_TYPE, media)], body).into_response()
    } else {
        StatusCode::METHOD_NOT_ALLOWED.into_response()
    }
}
