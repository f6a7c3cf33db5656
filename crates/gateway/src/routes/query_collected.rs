//! `POST /v1/queries/{id}/collected`: what the device holds is erased here at once.

use std::sync::Arc;

use protocol::code::ReceiptReason;
use protocol::routes::{Collected, ReceiptBody};

use super::query_status::alive;
use super::{RateOf, Route};
use crate::core::Core;
use crate::ending::{days, receipt};
use crate::entry::Call;
use crate::refusal::{Refusal, Reply, decided};
use crate::store::Changes;

pub(super) const ROUTE: Route = Route::post(
    "/v1/queries/{id}/collected",
    "collected",
    "Sections the device holds are erased",
    "Collected",
    &[(200, "ReceiptBody")],
    |core, call| Box::pin(handle(core, call)),
)
.rate(RateOf::Sections);

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let body: Collected = call.read()?;
    let receipt = decided(|| collect(core, call, &body)).await?;
    Reply::json(200, &ReceiptBody { receipt })
}

async fn collect(core: &Core, call: &Call, body: &Collected) -> Result<String, Refusal> {
    let mut head = alive(core, call).await?;
    let mut fresh = false;
    for row in head.doc.banks.iter_mut().filter(|row| row.sealed.is_some_and(|sealed| body.sealed.contains(&sealed))) {
        fresh |= !row.collected;
        row.collected = true;
    }
    let days = days(&head.doc);
    let query = head.doc.query;
    let text = match (&head.doc.collected_receipt, fresh) {
        (Some(receipt), false) => receipt.clone(),
        (Some(_), true) | (None, _) => {
            let sections = head.doc.banks.iter().filter(|row| row.collected).filter_map(|row| row.sealed).collect();
            receipt(core, Some(query), ReceiptReason::Collected, sections, head.doc.consent_expires_at, call.now)
        }
    };
    head.doc.collected_receipt = Some(text.clone());
    // The mark first: bytes that are marked are refused, even when a crash leaves them for the day's end.
    core.store().commit(Changes { queries: vec![head], ..Changes::default() }).await?;
    for day in days {
        core.store().erase_sections(day, query, Some(body.sealed.clone())).await?;
    }
    Ok(text)
}
