//! `GET /v1/queries/{id}`: how far a query is; and how every route of a query finds it.

use std::sync::Arc;

use protocol::code::QueryState;
use protocol::refusal::Code;

use super::{RateOf, Route};
use crate::core::Core;
use crate::entry::Call;
use crate::query;
use crate::refusal::{Refusal, Reply};
use crate::store::{Query, Versioned};

pub(super) const ROUTE: Route =
    Route::get("/v1/queries/{id}", "query_status", "Status of one query", &[(200, "QueryStatus")], |core, call| {
        Box::pin(handle(core, call))
    })
    .rate(RateOf::Status);

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let head = own(core, call).await?;
    Reply::json(200, &query::status(&head.doc, call.now))
}

/// The caller's query; somebody else's is like one that does not exist.
pub(super) async fn own(core: &Core, call: &Call) -> Result<Versioned<Query>, Refusal> {
    let account = call.account()?;
    let head = core.store().query(call.id(0)?).await?.filter(|head| head.doc.account == account);
    head.ok_or_else(|| Code::NotFound.into())
}

/// As [`own`], for routes that need the report itself: not after any end, also when the job that ends it is late.
pub(super) async fn alive(core: &Core, call: &Call) -> Result<Versioned<Query>, Refusal> {
    let head = own(core, call).await?;
    match query::state_at(&head.doc, call.now) {
        QueryState::Asking | QueryState::Retrying | QueryState::Closed | QueryState::Empty => Ok(head),
        QueryState::Withdrawn => Err(Code::Withdrawn.into()),
        QueryState::Deleted => Err(Code::Deleted.into()),
        QueryState::Expired => Err(Code::Expired.into()),
    }
}
