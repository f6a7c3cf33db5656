//! `GET /v1/queries/{id}/sections/{bank}?round=1`: one bank's sealed bytes, with the bank's own word about them.

use std::sync::Arc;

use axum::body::Body;
use protocol::code::{BankState, PartyCode};
use protocol::refusal::Code;

use super::query_status::alive;
use super::{RateOf, Route};
use crate::core::Core;
use crate::ending::days;
use crate::entry::Call;
use crate::refusal::{Refusal, Reply};

pub(super) const ROUTE: Route = Route::get(
    "/v1/queries/{id}/sections/{bank}",
    "section",
    "Sealed section of one bank; header mingxia-answer holds its answer JWS",
    &[(200, "octets")],
    |core, call| Box::pin(handle(core, call)),
)
.rate(RateOf::Sections);

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    // A close takes the bytes to the day it ends on; a head read before it may name the day they have left since.
    for _ in 0..2 {
        if let Some(reply) = find(core, call).await? {
            return Ok(reply);
        }
    }
    Err(Code::Deleted.into())
}

/// The bytes where the query says now that they are; none when they have left meanwhile, or were erased.
async fn find(core: &Core, call: &Call) -> Result<Option<Reply>, Refusal> {
    let head = alive(core, call).await?.doc;
    let bank: PartyCode = call.id(1)?;
    let round: u8 = call.parameter("round").unwrap_or("1").parse().map_err(|_| Code::Malformed)?;
    let row = head.banks.iter().find(|row| row.bank == bank && row.round == round && row.state == BankState::Answered);
    let row = row.ok_or(Code::NotFound)?;
    if row.collected {
        return Err(Code::Deleted.into());
    }
    let sealed = row.sealed.ok_or(Code::Internal)?;
    let answers = core.store().answers(head.query).await?;
    let answer =
        answers.into_iter().find(|answer| answer.bank == bank && answer.round == round).ok_or(Code::Internal)?;
    for day in days(&head) {
        if let Some(bytes) = core.store().section(day, head.query, sealed).await? {
            return Ok(Some(Reply::body("application/octet-stream", Body::from(bytes)).with_answer(answer.answer)));
        }
    }
    Ok(None)
}
