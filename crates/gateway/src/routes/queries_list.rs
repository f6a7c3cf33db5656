//! `GET /v1/queries`: the newest twelve, and when the next becomes possible.

use std::sync::Arc;

use protocol::routes::{Queries, QuerySummary, SummaryBank};

use super::Route;
use crate::core::Core;
use crate::entry::Call;
use crate::query;
use crate::refusal::{Refusal, Reply};

const NEWEST: usize = 12;

pub(super) const ROUTE: Route =
    Route::get("/v1/queries", "queries", "The newest queries of the account", &[(200, "Queries")], |core, call| {
        Box::pin(handle(core, call))
    });

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let account = &call.known()?.account.doc;
    let heads = core.store().queries_of(account.account, NEWEST).await?;
    let queries = heads
        .iter()
        .map(|head| QuerySummary {
            query_id: head.query,
            state: query::state_at(head, call.now),
            accepted_at: head.accepted_at,
            generated_at: head.generated_at,
            banks: head
                .banks
                .iter()
                .map(|row| SummaryBank { bank: row.bank.clone(), state: row.state, at: row.at })
                .collect(),
        })
        .collect();
    let allowance = core.store().allowance(account.person).await?;
    let next_query_at = allowance.and_then(|allowance| allowance.doc.until).filter(|until| call.now < *until);
    Reply::json(200, &Queries { queries, next_query_at })
}
