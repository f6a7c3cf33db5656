//! One file a route; one table of them, from which the router and the OpenAPI document are made.

mod account_delete;
mod account_not_me;
mod banks;
mod enrolment_confirm;
mod enrolment_resend;
mod enrolment_verifications;
mod enrolments;
mod notices;
mod operate;
mod queries_list;
mod queries_post;
mod query_collected;
mod query_end;
mod query_events;
mod query_report;
mod query_retry;
mod query_section;
mod query_status;
mod time;
mod verification_steps;
mod verifications;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, RawPathParams, Request};
use axum::routing::any;
use http::Response;
use protocol::id::RequestId;
use protocol::refusal::Code;

use crate::core::Core;
use crate::entry::{self, Handler};
use crate::refusal::Refusal;

const KIB: usize = 1024;

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Anyone, also unsigned.
    Anyone,
    /// The live device of an account.
    Device,
    /// That, or a device that was replaced.
    DeviceOrRetired,
    /// The device of the enrolment in the path.
    Applicant,
    /// The key in the body.
    KeyInBody,
}

/// Which rate counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RateOf {
    Status,
    Streams,
    Sections,
    Other,
    Queries,
    Verifications,
    /// The route counts itself, or nothing counts.
    Own,
}

/// One route.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Name in logs, metrics and the OpenAPI document.
    pub(crate) operation: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) who: Who,
    pub(crate) rate: RateOf,
    /// The most a body may weigh, in bytes.
    pub(crate) cap: usize,
    /// Ends something, so that a frozen account may still do it.
    pub(crate) ends: bool,
    /// A step by which a device that froze its account gets it back.
    pub(crate) recovers: bool,
    /// Body, then status and body of success, by name of the schema.
    pub(crate) takes: Option<&'static str>,
    pub(crate) gives: &'static [(u16, &'static str)],
    pub(crate) handle: Handler,
}

impl Route {
    const fn get(
        path: &'static str,
        operation: &'static str,
        summary: &'static str,
        gives: &'static [(u16, &'static str)],
        handle: Handler,
    ) -> Self {
        Self {
            method: "GET",
            path,
            operation,
            summary,
            who: Who::Device,
            rate: RateOf::Other,
            cap: 0,
            ends: false,
            recovers: false,
            takes: None,
            gives,
            handle,
        }
    }

    const fn post(
        path: &'static str,
        operation: &'static str,
        summary: &'static str,
        takes: &'static str,
        gives: &'static [(u16, &'static str)],
        handle: Handler,
    ) -> Self {
        Self {
            method: "POST",
            path,
            operation,
            summary,
            who: Who::Device,
            rate: RateOf::Own,
            cap: 64 * KIB,
            ends: false,
            recovers: false,
            takes: Some(takes),
            gives,
            handle,
        }
    }

    const fn delete(
        path: &'static str,
        operation: &'static str,
        summary: &'static str,
        gives: &'static [(u16, &'static str)],
        handle: Handler,
    ) -> Self {
        Self { method: "DELETE", ends: true, rate: RateOf::Own, ..Self::get(path, operation, summary, gives, handle) }
    }

    const fn who(self, who: Who) -> Self {
        Self { who, ..self }
    }

    const fn rate(self, rate: RateOf) -> Self {
        Self { rate, ..self }
    }

    const fn cap(self, cap: usize) -> Self {
        Self { cap, ..self }
    }

    const fn recovering(self) -> Self {
        Self { recovers: true, ..self }
    }

    /// What would free a frozen account by another door.
    const fn not_when_frozen(self) -> Self {
        Self { ends: false, ..self }
    }

    const fn ending(self) -> Self {
        Self { ends: true, ..self }
    }
}

/// Every route of 9-wire section 7 that a device calls.
pub(crate) static ROUTES: &[Route] = &[
    banks::ROUTE,
    notices::ROUTE,
    time::ROUTE,
    enrolments::ROUTE,
    enrolment_confirm::ROUTE,
    enrolment_resend::ROUTE,
    enrolment_verifications::BEGIN,
    enrolment_verifications::EVIDENCE,
    enrolment_verifications::STATUS,
    enrolment_verifications::STOP,
    account_not_me::ROUTE,
    account_delete::ROUTE,
    verifications::ROUTE,
    verification_steps::CONFIRM,
    verification_steps::EVIDENCE,
    verification_steps::RESEND,
    verification_steps::STATUS,
    verification_steps::STOP,
    queries_post::ROUTE,
    queries_list::ROUTE,
    query_status::ROUTE,
    query_events::ROUTE,
    query_section::ROUTE,
    query_collected::ROUTE,
    query_report::ROUTE,
    query_retry::ROUTE,
    query_end::WITHDRAW,
    query_end::DELETE,
];

/// The router: a path's methods are the table's, every other is 405, every other path 404.
pub(crate) fn router(core: Arc<Core>) -> Router {
    let mut paths: BTreeMap<&'static str, Vec<&'static Route>> = BTreeMap::new();
    for route in ROUTES {
        paths.entry(route.path).or_default().push(route);
    }
    let mut router = Router::new();
    for (path, routes) in paths {
        let core = Arc::clone(&core);
        let routes: Arc<[&'static Route]> = routes.into();
        router = router.route(
            path,
            any(move |ConnectInfo(from): ConnectInfo<SocketAddr>, params: RawPathParams, request: Request| {
                let (core, routes) = (Arc::clone(&core), Arc::clone(&routes));
                let params = params.iter().map(|(_, value)| value.to_owned()).collect();
                async move { dispatch(core, &routes, params, from, request).await }
            }),
        );
    }
    let lost = Arc::clone(&core);
    operate::router(core, router).fallback(move || {
        let core = Arc::clone(&lost);
        async move { Refusal::from(Code::NotFound).reply(RequestId::new(), core.now()).into_response() }
    })
}

async fn dispatch(
    core: Arc<Core>,
    routes: &[&'static Route],
    params: Vec<String>,
    from: SocketAddr,
    request: Request,
) -> Response<Body> {
    let refused = |code: Code| Refusal::from(code).reply(RequestId::new(), core.now()).into_response();
    if !core.is_ready() {
        return refused(Code::Maintenance);
    }
    match routes.iter().find(|route| route.method == request.method().as_str()) {
        Some(route) => entry::serve(Arc::clone(&core), route, params, from, request).await,
        None => refused(Code::MethodNotAllowed),
    }
}
