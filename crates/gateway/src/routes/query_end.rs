//! `POST /v1/queries/{id}/withdraw` and `DELETE /v1/queries/{id}/report`: the person ends it. Repeatable, same receipt.

use std::sync::Arc;

use protocol::code::{QueryState, ReceiptReason};
use protocol::id::QueryId;
use protocol::refusal::Code;
use protocol::routes::{Plain, ReceiptBody};

use super::{RateOf, Route};
use crate::core::Core;
use crate::ending;
use crate::entry::Call;
use crate::query::{self, REMEMBERED};
use crate::refusal::{Refusal, Reply, decided};
use crate::store::{Changes, Query, Tombstone, Versioned, Withdrawal};

pub(super) const WITHDRAW: Route = Route::post(
    "/v1/queries/{id}/withdraw",
    "withdraw",
    "Withdraw a query; also one that never arrived",
    "Plain",
    &[(200, "ReceiptBody")],
    |core, call| Box::pin(withdraw(core, call)),
)
.rate(RateOf::Other)
.ending();

pub(super) const DELETE: Route = Route::delete(
    "/v1/queries/{id}/report",
    "delete_report",
    "Delete a report now",
    &[(200, "ReceiptBody")],
    |core, call| Box::pin(delete(core, call)),
);

async fn withdraw(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let Plain { .. } = call.read()?;
    let receipt = decided(|| async {
        let (account, id) = (call.account()?, call.id(0)?);
        match core.store().query(id).await?.filter(|head| head.doc.account == account) {
            Some(head) => end(core, call, head, ReceiptReason::Withdrawn).await,
            None => unknown(core, call, id).await,
        }
    })
    .await?;
    Reply::json(200, &ReceiptBody { receipt })
}

async fn delete(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let receipt = decided(|| async {
        let head = super::query_status::own(core, call).await?;
        end(core, call, head, ReceiptReason::Deleted).await
    })
    .await?;
    Reply::json(200, &ReceiptBody { receipt })
}

/// A withdrawal may overtake its query: the id is remembered for this account, and the query refused when it comes.
async fn unknown(core: &Core, call: &Call, query: QueryId) -> Result<String, Refusal> {
    let account = call.account()?;
    if let Some(before) = core.store().withdrawal(account, query).await? {
        return Ok(before.receipt);
    }
    let receipt = ending::receipt(core, Some(query), ReceiptReason::Withdrawn, Vec::new(), call.now, call.now);
    let withdrawal = Withdrawal { account, query, receipt, until: call.now + REMEMBERED };
    let changes = Changes {
        tombstones: vec![Tombstone::Withdrawal { withdrawal: withdrawal.clone() }],
        withdrawals: vec![withdrawal.clone()],
        ..Changes::default()
    };
    core.store().commit(changes).await?;
    Ok(withdrawal.receipt)
}

async fn end(core: &Core, call: &Call, head: Versioned<Query>, reason: ReceiptReason) -> Result<String, Refusal> {
    if let Some(receipt) = head.doc.receipt.clone() {
        return Ok(receipt);
    }
    match query::state_at(&head.doc, call.now) {
        QueryState::Expired => return Err(Code::Expired.into()),
        QueryState::Empty => return close_empty(core, call, head, reason).await,
        QueryState::Asking
        | QueryState::Retrying
        | QueryState::Closed
        | QueryState::Withdrawn
        | QueryState::Deleted => {}
    }
    let (id, person) = (head.doc.query, head.doc.person);
    let allowance = core.store().allowance(person).await?;
    let mut changes = Changes::default();
    if !ending::end(core, &mut changes, head, allowance, reason, call.now)? {
        return Err(Code::StateChanged.into());
    }
    core.store().commit(changes).await?;
    core.metrics.count("mingxia_queries_total", format!("event=\"{}\"", reason.as_str()));
    let after = core.store().query(id).await?.ok_or(Code::Internal)?;
    ending::erase(core, &after.doc).await?;
    after.doc.receipt.ok_or_else(|| Code::Internal.into())
}

/// Nothing was answered, so nothing is left to erase; the wish still gets its receipt.
async fn close_empty(
    core: &Core,
    call: &Call,
    mut head: Versioned<Query>,
    reason: ReceiptReason,
) -> Result<String, Refusal> {
    let receipt =
        ending::receipt(core, Some(head.doc.query), reason, Vec::new(), head.doc.consent_expires_at, call.now);
    head.doc.receipt = Some(receipt.clone());
    core.store().commit(Changes { queries: vec![head], ..Changes::default() }).await?;
    Ok(receipt)
}
