//! `GET /v1/queries/{id}/report`: the newest envelope and the answers it names.

use std::sync::Arc;

use protocol::refusal::Code;
use protocol::routes::Report;

use super::Route;
use super::query_status::alive;
use crate::core::Core;
use crate::entry::Call;
use crate::refusal::{Refusal, Reply};

pub(super) const ROUTE: Route =
    Route::get("/v1/queries/{id}/report", "report", "Envelope and answers", &[(200, "Report")], |core, call| {
        Box::pin(handle(core, call))
    });

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let head = alive(core, call).await?.doc;
    let envelope = head.envelope.clone().ok_or(Code::NotClosed)?;
    let stored = core.store().answers(head.query).await?;
    let named =
        |bank: &_, round| head.banks.iter().any(|row| row.bank == *bank && row.round == round && row.answer.is_some());
    let answers =
        stored.into_iter().filter(|answer| named(&answer.bank, answer.round)).map(|answer| answer.answer).collect();
    Reply::json(200, &Report { envelope, answers })
}
