//! `POST /v1/queries/{id}/retry`: all banks that failed are asked once more, to the same end.

use std::sync::Arc;

use protocol::refusal::Code;
use protocol::routes::{Retry, Retrying};
use protocol::stream;

use super::query_status::alive;
use super::{RateOf, Route};
use crate::core::Core;
use crate::ending::tell;
use crate::entry::Call;
use crate::query::{self, NotNow};
use crate::refusal::{Refusal, Reply, decided};
use crate::store::Changes;

pub(super) const ROUTE: Route = Route::post(
    "/v1/queries/{id}/retry",
    "retry",
    "Ask refused and unanswered banks again",
    "Retry",
    &[(202, "Retrying")],
    |core, call| Box::pin(handle(core, call)),
)
.rate(RateOf::Other);

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let body: Retry = call.read()?;
    let began = decided(|| begin(core, call, body.round)).await?;
    Reply::json(202, &began)
}

async fn begin(core: &Core, call: &Call, round: u8) -> Result<Retrying, Refusal> {
    let mut head = alive(core, call).await?;
    let banks = query::retry(&mut head.doc, round, call.now).map_err(|not| {
        Refusal::from(match not {
            NotNow::NotClosed => Code::NotClosed,
            NotNow::NoneOpen => Code::RetryNoneOpen,
            NotNow::UsedUp => Code::RetryUsedUp,
            NotNow::ConsentEnded => Code::ConsentLapsed,
            NotNow::State | NotNow::Final => Code::RetryNoneOpen,
        })
    })?;
    let due_at = head.doc.round_due_at;
    let mut changes = Changes::default();
    tell(&mut changes, &mut head.doc, &stream::Event::Round(stream::RoundBegan { round, due_at }))?;
    let id = head.doc.query;
    changes.release.push(id);
    changes.queries.push(head);
    core.store().commit(changes).await?;
    core.hub.wrote(id);
    core.bell.notify_one();
    Ok(Retrying { round, due_at, banks })
}
