//! How a query ends before its time: tombstone first, then the bytes, then the banks; one receipt, whatever is repeated.

use std::time::Duration;

use protocol::calendar::retention_end;
use protocol::code::{QueryState, ReceiptReason};
use protocol::encode::Digest;
use protocol::id::{QueryId, ReceiptId};
use protocol::json::V1;
use protocol::receipt::Receipt;
use protocol::stream;
use protocol::text::Text;
use protocol::time::Timestamp;

use crate::core::Core;
use crate::query;
use crate::refusal::Refusal;
use crate::store::{Allowance, Changes, Event, Query, Tombstone, Versioned};

/// The record of a query (ids, times, digest of the consent) is kept this long.
const RECORD_KEPT: Duration = Duration::from_secs(400 * 24 * 3600);

/// A signed receipt.
pub(crate) fn receipt(
    core: &Core,
    query: Option<QueryId>,
    reason: ReceiptReason,
    sections: Vec<Digest>,
    copies_until: Timestamp,
    now: Timestamp,
) -> String {
    let kept = ["consent_digest", "times"].into_iter().filter_map(|word| Text::new(word).ok()).collect();
    Receipt {
        v: V1,
        receipt_id: ReceiptId::new(),
        query_id: query,
        reason,
        sections,
        kept,
        kept_until: now + RECORD_KEPT,
        copies_until,
        at: now,
    }
    .sign(core.key())
}

/// Adds an event to a query and to the changes.
pub(crate) fn tell(changes: &mut Changes, query: &mut Query, event: &stream::Event) -> Result<(), Refusal> {
    query.last_event += 1;
    let data = event.data().map_err(|_| protocol::refusal::Code::Internal)?;
    changes.events.push(Event { query: query.query, id: query.last_event, name: event.name().to_owned(), data });
    Ok(())
}

/// Ends a query in `changes`; the caller commits, then calls [`erase`]. False when it had ended before.
pub(crate) fn end(
    core: &Core,
    changes: &mut Changes,
    mut head: Versioned<Query>,
    allowance: Option<Versioned<Allowance>>,
    reason: ReceiptReason,
    now: Timestamp,
) -> Result<bool, Refusal> {
    let had_answer = query::answered(&head.doc);
    let Ok(erased) = query::finish(&mut head.doc, reason, now) else { return Ok(false) };
    let doc = &mut head.doc;
    doc.receipt = Some(receipt(core, Some(doc.query), reason, erased, doc.consent_expires_at, now));
    changes.forget.push(doc.query);
    changes.release.push(doc.query);
    tell(changes, doc, &stream::Event::Ended(stream::Ended { state: doc.state }))?;
    if let Some(mut allowance) = allowance.filter(|allowance| allowance.doc.last == Some(doc.query)) {
        allowance.doc.live = false;
        allowance.doc.ended = Some(reason);
        allowance.doc.until = match reason {
            ReceiptReason::DeviceChanged => None,
            _ if !had_answer => None,
            _ => Some(doc.expires_at.unwrap_or_else(|| retention_end(doc.accepted_at))),
        };
        changes.tombstones.push(Tombstone::Allowance { allowance: allowance.doc.clone() });
        changes.allowances.push(allowance);
    }
    changes.tombstones.push(Tombstone::Query { head: Box::new(doc.clone()) });
    changes.queries.push(head);
    Ok(true)
}

/// Erases what is left of a query's bytes, and wakes whoever waits. Repeatable; repeated before banks are told.
pub(crate) async fn erase(core: &Core, head: &Query) -> Result<(), Refusal> {
    for day in days(head) {
        core.store().erase_sections(day, head.query, None).await?;
    }
    core.hub.wrote(head.query);
    core.bell.notify_one();
    Ok(())
}

/// The days whose files may hold bytes of a query: its own, and the one taken before the close was known.
pub(crate) fn days(head: &Query) -> Vec<Timestamp> {
    let first = retention_end(head.due_at);
    if head.section_end == first { vec![first] } else { vec![head.section_end, first] }
}

/// Whether the record says that the person ended it.
pub(crate) const fn ended(state: QueryState) -> bool {
    matches!(state, QueryState::Withdrawn | QueryState::Deleted)
}
